"""Of several filings for one year the last one counts; the others are listed, and what cannot be told is refused."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from itertools import groupby

from coopeval.errors import Fault
from coopeval.importers.nbb.filing import Filing

AGAIN, REPLACED, OUTSIDE = "same filing again", "replaced by a later filing", "not in the data"


@dataclass
class Chosen:
    """The filings that count, and why each of the others does not."""

    kept: list[Filing] = field(default_factory=list)
    aside: list[tuple[Filing, str, str]] = field(default_factory=list)  # filing, reason, reference of the other one
    faults: list[Fault] = field(default_factory=list)


def chosen(filings: Iterable[Filing], keep: Collection[str] = ()) -> Chosen:
    """One filing per entity and closing date. `keep` are references that somebody has looked up and settled."""
    result = Chosen()
    ordered = sorted(filings, key=lambda one: (one.entity, one.end, one.reference, one.file))
    for _, same in groupby(ordered, key=lambda one: (one.entity, one.end)):
        versions = _once(list(same), result)
        last = versions[0] if len(versions) == 1 else _last(versions, keep)
        if last is None:
            references = ", ".join(one.reference for one in versions)
            versions[-1].told.add("E-NBB-05", "end", versions[-1].end.date().isoformat(), references=references)
            continue
        result.kept.append(last)
        for one in versions:
            if one is not last:
                one.told.add("Q-NBB-01", "reference", "", other=last.reference)
                result.aside.append((one, REPLACED, last.reference))
    return result


def _once(versions: list[Filing], result: Chosen) -> list[Filing]:
    """A filing that came twice, as CSV and as JSON say, counts once; one reference with two contents is refused."""
    held: dict[str, Filing] = {}
    for one in versions:
        first = held.setdefault(one.reference, one)
        if first is one:
            continue
        if first.figures != one.figures or first.start != one.start:
            one.told.add("E-NBB-07", "reference", "", other=first.file)
        if one.told.committees and not first.told.committees:  # only the web service tells them
            first.told.committees = one.told.committees
        one.told.add("Q-NBB-03", "reference", "", other=first.file)
        result.aside.append((one, AGAIN, first.reference))
    return list(held.values())


def _last(versions: list[Filing], keep: Collection[str]) -> Filing | None:
    """By what was settled, else by the day of deposit, else the one correction there is; else nobody can tell."""
    settled = [one for one in versions if one.reference in keep]
    if len(settled) == 1:
        return settled[0]
    days = [one.deposited_on for one in versions]
    if all(days):
        return versions[days.index(max(days))] if days.count(max(days)) == 1 else None
    corrections = [one for one in versions if one.is_correction]
    return corrections[0] if len(corrections) == 1 else None
