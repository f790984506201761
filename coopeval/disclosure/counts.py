"""Shares, counts and sums (R1 to R4): small ones hidden, the others rounded before anything is worked out from them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.disclosure import cells
from coopeval.disclosure.rounding import midpoint, nearest
from coopeval.disclosure.rules import Rules
from coopeval.errors import DisclosureError
from coopeval.uncertainty import about_of, clopper_pearson, wilson

SUMS = ("n_persons", "n_enterprises", "largest_share", "two_largest_share")


def share(table: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Shares worked out again, with their interval, from counts in fives."""
    require(table, ("n", "n_events"))
    said = about_of(table)
    whole, part = table["n"].fillna(0).astype(float), table["n_events"].astype(float)
    known = part.notna() & whole.gt(0)
    hidden = cells.too_few_units(table, whole, rules, said["privacy"])
    hidden |= known & cells.small_part(part, whole, rules, said["privacy"], of_persons="n_persons" in table)
    total = table["group"].eq(cells.TOTAL)
    parts_of_one = known.all() and not total.any() and cells.are_parts_of_one(part, whole, table)
    hidden = cells.with_companion(hidden, part.fillna(0), table, bool(total.any() or parts_of_one))
    hidden |= _small_side_count(table, rules, said["privacy"])
    hidden &= ~(total & whole.eq(0))  # nobody at all is a gap in the data, and says so; it tells of no one
    released = _rounded(table, rules, rules.base_count)
    if parts_of_one and not hidden.any() and len(table) and part.sum() == whole.iloc[0]:  # parts add up to one whole
        released["n"] = released["n_events"].sum()
    if said["method"] == "bounds":
        return released.assign(hidden=hidden, **_bounds(released))
    size = released["n"].astype(float)
    hits = np.minimum(released["n_events"].astype(float), size)
    low, high = (clopper_pearson if said["interval"] == "Clopper-Pearson" else wilson)(hits, size, said["level"])
    figures = {"n_events": hits, "estimate": hits / size.where(size > 0), "low": low, "high": high}
    return released.assign(hidden=hidden, **{k: v for k, v in figures.items() if k in released})


def count(table: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Counts of units in fives. Rows of the delivery are not units: their counts are rounded, never hidden."""
    require(table, ("n", "estimate"))
    said = about_of(table)
    if said["unit"] == "rows":
        return _rounded(table, rules, rules.midpoint).assign(hidden=False)
    if said["unit"] == "persons":
        require(table, ("n_persons", "n_enterprises"))
    found = table["estimate"].fillna(0).astype(float)
    total = table["group"].eq(cells.TOTAL)
    whole = found[total].max() if total.any() else found.sum()
    hidden = cells.too_few_units(table, found, rules, said["privacy"]) & found.gt(0)
    hidden |= found.eq(0) & (whole < rules.extremes_from)
    hidden |= _small_side_count(table, rules, said["privacy"])
    hidden = cells.with_companion(hidden, found, table, bool(total.any()))
    return _rounded(table, rules, rules.base_count).assign(hidden=hidden)


def total(table: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Sums and means of money, hours and jobs: enough units, and none that dominates."""
    said = about_of(table)
    needed = SUMS if said["unit"] in ("jobs", "persons", "fte") else SUMS[1:]
    require(table, ("n", "estimate", *needed))
    units = table["n_enterprises"].fillna(0).astype(float)
    hidden = cells.too_few_units(table, units, rules, said["privacy"]) | cells.dominated(table, rules)
    inner = table["group"].ne(cells.TOTAL)
    hidden = cells.with_companion(hidden, table["estimate"].astype(float).fillna(0), table, bool((~inner).any()))
    base = {"eur": rules.base_eur, "hours": rules.base_hours}.get(str(said["unit"]), rules.base_count)
    released = _rounded(table, rules, rules.base_count)
    released["estimate"] = _summed(table, pd.Series(nearest(table["estimate"], base), index=table.index), "estimate")
    blank = {c: np.nan for c in ("low", "high") if c in table}
    return released.assign(hidden=hidden, **blank)


def _bounds(released: pd.DataFrame) -> dict[str, pd.Series]:
    """Share among those known, and the shares if all or none of the others counted, from rounded counts."""
    active, whole = released["n_events"], released["n"].where(released["n"] > 0)
    against = released["n_stopped" if "n_stopped" in released else "n_no"]
    known = released["n_events"] + against
    high = (whole - against) / whole
    return {"estimate": active / known.where(known > 0), "low": active / whole, "high": high}


def _small_side_count(table: pd.DataFrame, rules: Rules, privacy: str) -> pd.Series:
    """R1 for the counts that stand beside a figure: one of a few units hides its row."""
    sides = [c for c in table.columns if c.startswith("n_") and c not in SUMS]
    least = rules.units(privacy)
    return table[sides].apply(lambda count: count.between(1, least - 1)).any(axis=1)


def _rounded(table: pd.DataFrame, rules: Rules, base: int) -> pd.DataFrame:
    """Every count rounded to one base, totals being the sums of rounded cells (R4), down the table and along it."""
    counted = [c for c in table.columns if c in ("n", "at_risk") or c.startswith("n_")]
    if about_of(table)["kind"] == "count":
        counted.append("estimate")
    released = table.copy()
    for column in counted:
        exact = table[column].astype(float)
        cell = midpoint(exact, base) if base == rules.midpoint else nearest(exact, base)
        released[column] = _summed(table, pd.Series(cell, index=table.index), column)
    parts = [c for c in counted if c != "n"]
    if len(parts) > 1 and table["n"].astype(float).eq(table[parts].astype(float).sum(axis=1)).all():
        released["n"] = released[parts].sum(axis=1)
    return released.assign(**{c: np.nan for c in SUMS if c in table})  # they are there for the gate, `n` for the reader


def _summed(table: pd.DataFrame, rounded: pd.Series, column: str) -> pd.Series:
    """The row of the total as the sum of the rounded rows above it, where the exact rows add up to it."""
    total = table["group"].eq(cells.TOTAL)
    if total.sum() != 1 or total.all():
        return rounded
    exact = table[column].astype(float)
    if not np.isclose(exact[~total].sum(), exact[total].iloc[0]):
        return rounded
    return rounded.mask(total, rounded[~total].sum())


def require(table: pd.DataFrame, columns: tuple[str, ...]) -> None:
    """Refuses a table that lacks what the rule of its kind looks at."""
    missing = [column for column in columns if column not in table]
    if missing:
        raise DisclosureError(
            f"Figures of kind {about_of(table)['kind']} cannot be released without {', '.join(missing)}. Add them to "
            "the estimate table, so that the gate can see how many stand behind each figure."
        )
