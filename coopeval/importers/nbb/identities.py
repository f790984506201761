"""What must add up in a social balance sheet; where it does not, it is said and nothing is mended."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import pandas as pd

from coopeval.importers.nbb.filing import Filing
from coopeval.importers.nbb.rubrics import FTE, STAFF_COST, SUMS, WHOLE

FTE_TOLERANCE = 0.15  # full-time equivalents are rounded to a tenth, one by one
COST_TOLERANCE = 0.01  # of the staff cost in the profit and loss account, which has foreign branches besides
HOURS_TOLERANCE = 1.0
FULL_YEAR = (11, 13)  # months; a financial year outside these is no ordinary one


def complain(filings: Iterable[Filing]) -> None:
    """Adds the warnings of each filing, and of filings that follow one another."""
    kept = sorted(filings, key=lambda one: (one.entity, one.end))
    for filing in kept:
        _sums(filing)
        _cost(filing)
        months = _months(filing)
        if not FULL_YEAR[0] <= months <= FULL_YEAR[1]:
            filing.told.add("W-NBB-08", "end", filing.end.date().isoformat(), months=f"{months:g}")
    for before, after in pairwise(kept):
        if before.entity == after.entity:
            _follow(before, after)


def _sums(filing: Filing) -> None:
    own = {code: value for (code, before), value in filing.figures.items() if not before}
    for total, parts in SUMS:
        there = [own[part] for part in parts if part in own]
        if total not in own or not there or (total in WHOLE and len(there) < len(parts)):
            continue
        tolerance = {"9088": HOURS_TOLERANCE}.get(total, FTE_TOLERANCE if _is_fte(total) else 0)
        if abs(own[total] - sum(there)) > tolerance + 1e-9:
            filing.told.add(
                "W-NBB-03", (total, False), f"{own[total]:g}", due=f"{sum(there):.10g}", sum=" + ".join(parts)
            )


def _is_fte(code: str) -> bool:
    return code in ("9087", "1003") or (code.endswith(FTE) and not code.startswith("9"))


def _cost(filing: Filing) -> None:
    told, account = (filing.figure(code) for code in STAFF_COST)
    if abs(told - account) > COST_TOLERANCE * abs(account):
        filing.told.add("W-NBB-03", (STAFF_COST[0], False), f"{told:.10g}", due=f"{account:.10g}", sum=STAFF_COST[1])


def _follow(before: Filing, after: Filing) -> None:
    """Heads at the end of a year are those of the year before, and who came, without who left."""
    if after.start <= before.end:
        filing, other = after.told, before.reference
        filing.add("W-NBB-11", "start", after.start.date().isoformat(), other=other)
        return
    if after.start != before.end + pd.Timedelta(days=1):
        return
    heads = [
        _heads(filing, group) for filing, group in ((before, "105"), (after, "205"), (after, "305"), (after, "105"))
    ]
    opening, came, left, closing = heads
    if abs(opening + came - left - closing) > 1e-9:  # false where one of them is not known
        due = f"{opening + came - left:g}"
        after.told.add("W-NBB-04", ("1051", False), f"{closing:g}", due=due, other=before.reference)


def _heads(filing: Filing, group: str) -> float:
    """Full-time and part-time workers together; a part that is absent is nobody only where their total is told."""
    both = [filing.figure(group + what) for what in "12"]
    if pd.isna(filing.figure(group + FTE)) and not all(map(pd.notna, both)):
        return float("nan")
    return sum(value for value in both if pd.notna(value)) if any(map(pd.notna, both)) else float("nan")


def _months(filing: Filing) -> float:
    from coopeval.semesters import months_between

    return float(months_between([filing.start], [filing.end])[0])
