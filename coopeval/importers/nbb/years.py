"""Years of enterprises: the own filing, or what the filing of the next year says of it where there is no own one."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from coopeval.importers.nbb.filing import Filing
from coopeval.importers.nbb.rubrics import CLOSING, CONTRACTS, ENTRIES, EXITS, REASONS, STATUSES, YEAR
from coopeval.schema import TABLES

OWN, BEFORE = "own", "filing_of_next_year"
ALL = "all"
AGREE = 0.05  # full-time equivalents are rounded to a tenth
Year = tuple[Filing, bool]  # a filing, and whether it is the year before it that is meant
HEADCOUNTS = list(TABLES["headcounts"].columns)
FLOWS = ["enterprise_number", "closed_on", "direction", "split", "code", "full_time", "part_time", "fte", "reference"]


def years(filings: Sequence[Filing]) -> list[Year]:
    """Each filing with its own year, and the year before where no own filing covers its last day.

    Where one does, what the later filing says of that year is compared with it, and a difference is said.
    """
    found: list[Year] = [(filing, False) for filing in filings]
    for filing in filings:
        if not any(before and code in YEAR.values() for code, before in filing.figures):
            continue
        last = closed_on((filing, True))
        own = [one for one in filings if one.entity == filing.entity and one.start <= last <= one.end]
        if not own:
            found.append((filing, True))
        for one in own:
            _compare(filing, one)
    return found


def closed_on(year: Year) -> pd.Timestamp:
    """Last day of the year that is meant."""
    filing, before = year
    return filing.start - pd.Timedelta(days=1) if before else filing.end


def _compare(later: Filing, own: Filing) -> None:
    for code in YEAR.values():
        told, due = later.figure(code, before=True), own.figure(code)
        if pd.notna(told) and not abs(told - due) <= AGREE + 1e-9:  # true as well where the own filing is silent
            said = f"{due:.10g}" if pd.notna(due) else "-"
            later.told.add("W-NBB-02", (code, True), f"{told:.10g}", due=said, other=own.reference)


def table(found: Sequence[Year]) -> pd.DataFrame:
    """One row per enterprise and year: averages, hours, cost and what stood at closing date; empty is not known."""
    rows = []
    for filing, before in found:
        rows.append(
            {
                "enterprise_number": filing.entity,
                "period_from": "" if before else filing.start.date().isoformat(),
                "closed_on": closed_on((filing, before)).date().isoformat(),
                "origin": BEFORE if before else OWN,
                "has_social_balance_sheet": pd.NA if before else filing.has_jobs,
                **{name: filing.figure(code, before) for name, code in YEAR.items()},
                "legal_form": filing.told.facts.get("legal_form", ""),
                "model": filing.told.facts.get("model", ""),
                "reference": filing.reference,
            }
        )
    columns = ["enterprise_number", "period_from", "closed_on", "origin", "has_social_balance_sheet", *YEAR]
    frame = pd.DataFrame(rows, columns=[*columns, "legal_form", "model", "reference"])
    frame = frame.sort_values(["enterprise_number", "closed_on"], kind="stable", ignore_index=True)
    return frame.astype({"has_social_balance_sheet": "boolean", **dict.fromkeys(YEAR, "float64")})


def headcounts(found: Sequence[Year], committee_of: dict[str, str]) -> pd.DataFrame:
    """Rows of the table `headcounts` at closing date: in all, by contract and by status, where they are told whole."""
    rows = []
    for filing, before in found:
        splits = [(ALL, ALL, [CLOSING])]
        splits += [(contract, ALL, [group]) for group, contract in CONTRACTS.items()]
        for status in dict.fromkeys(STATUSES.values()):
            splits.append((ALL, status, [group for group, of in STATUSES.items() if of == status]))
        for contract, status, groups in splits:
            counts = [_count(filing, group, before) for group in groups]
            heads, fte = (sum(one[at] for one in counts if one is not None) for at in (0, 1))
            if any(one is not None for one in counts):
                day = closed_on((filing, before)).date().isoformat()
                committee = committee_of.get(filing.reference, ALL)
                rows.append((filing.entity, day, contract, status, committee, "balance_sheet", heads, fte))
    return pd.DataFrame(rows, columns=HEADCOUNTS).astype({"headcount": "float64", "fte": "float64"})


def _count(filing: Filing, group: str, before: bool) -> tuple[float, float] | None:
    """Heads and full-time equivalents of a group; None where one of them is not told, which is then said."""
    full, part, fte = (filing.figure(group + what, before) for what in "123")
    if pd.isna([full, part, fte]).all():
        return None
    if pd.isna(fte) or pd.isna([full, part]).all():
        filing.told.add("W-NBB-06", (group + ("3" if pd.isna(fte) else "1"), before))
        return None
    return sum(value for value in (full, part) if pd.notna(value)), fte


def flows(filings: Sequence[Filing]) -> pd.DataFrame:
    """Who came and who left in the year: one row per direction and contract, and per reason of leaving."""
    rows = []
    for filing in filings:
        groups = [("entry", "contract", group, code) for group, code in ENTRIES.items()]
        groups += [("exit", "contract", group, code) for group, code in EXITS.items()]
        groups += [("exit", "reason", group, code) for group, code in REASONS.items()]
        for direction, split, group, code in groups:
            figures = [filing.figure(group + what) for what in "123"]
            if not pd.isna(figures).all():
                day = filing.end.date().isoformat()
                rows.append((filing.entity, day, direction, split, code, *figures, filing.reference))
    return pd.DataFrame(rows, columns=FLOWS).astype(dict.fromkeys(("full_time", "part_time", "fte"), "float64"))
