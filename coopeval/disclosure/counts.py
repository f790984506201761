"""Shares, counts and sums (R1 to R4): small ones hidden, the others rounded before anything is worked out from them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.disclosure import cells, lists
from coopeval.disclosure.fineness import at_least, by_step
from coopeval.disclosure.rounding import nearest, some
from coopeval.disclosure.rules import Rules
from coopeval.errors import DisclosureError
from coopeval.uncertainty import about_of, clopper_pearson, wilson

GIVEN = "two_largest_amount"  # what the two largest give that are no units of the sum: experts of hours, say
SUMS = ("n_persons", "n_enterprises", "largest_share", "two_largest_share")


def share(table: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Shares worked out again, with their interval, from counts in fives."""
    require(table, ("n", "n_events"))
    table = lists.arranged(table, rules)
    said = about_of(table)
    whole, part = table["n"].fillna(0).astype(float), table["n_events"].astype(float)
    known = part.notna() & whole.gt(0)
    total = table["group"].eq(cells.TOTAL)
    nobody = part.fillna(0).eq(0) & ~total & lists.is_closed(table)
    hidden = cells.too_few_units(table, whole, rules, said["privacy"]) | nobody
    hidden |= known & cells.small_part(part, whole, rules, said["privacy"], of_persons="n_persons" in table)
    parts_of_one = known.all() and not total.any() and cells.are_parts_of_one(part, whole, table)
    none_of_many = nobody & ((whole if parts_of_one else whole.max()) >= rules.extremes_from)
    lone = bool(total.any() or parts_of_one)
    hidden = cells.with_companion(hidden, part.fillna(0), table, lone, nobody=none_of_many)
    hidden |= _small_side_count(table, rules, said["privacy"])
    hidden &= ~(total & whole.eq(0))  # nobody at all is a gap in the data, and says so; it tells of no one
    released = _rounded(table, rules, hidden)
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
        return _rounded(table, rules, pd.Series(False, index=table.index)).assign(hidden=False)
    if said["unit"] == "persons":
        require(table, ("n_persons", "n_enterprises"))
    table = lists.arranged(table, rules)
    found = table["estimate"].fillna(0).astype(float)
    total = table["group"].eq(cells.TOTAL)
    whole = found[total].max() if total.any() else max(found.sum(), table["n"].fillna(0).max())
    nobody = found.eq(0) & ~total & lists.is_closed(table)
    hidden = cells.too_few_units(table, found, rules, said["privacy"]) & found.gt(0)
    everybody = ~total & found.eq(whole) & bool(total.any())
    hidden |= nobody | ((found.eq(0) | everybody) & (whole < rules.extremes_from))
    hidden |= _small_side_count(table, rules, said["privacy"])
    none_of_many = nobody & (whole >= rules.extremes_from)
    hidden = cells.with_companion(hidden, found, table, bool(total.any()), nobody=none_of_many)
    return _rounded(table, rules, hidden).assign(hidden=hidden)


def total(table: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Sums and means of money, hours and jobs: enough units, none that dominates, in steps that four units hide in."""
    said = about_of(table)
    needed = SUMS if said["unit"] in ("jobs", "persons", "fte") else SUMS[1:]
    require(table, ("n", "estimate", *needed))
    units = table["n_enterprises"].fillna(0).astype(float)
    hidden = cells.too_few_units(table, units, rules, said["privacy"]) | cells.dominated(table, rules)
    inner = table["group"].ne(cells.TOTAL)
    hidden = cells.with_companion(hidden, table["estimate"].astype(float).fillna(0), table, bool((~inner).any()))
    sums = pd.Series(in_steps(table["estimate"], table, str(said["unit"]), rules), index=table.index)
    released = _rounded(table, rules, hidden).drop(columns=GIVEN, errors="ignore")
    released["estimate"] = _summed(table, sums, "estimate", hidden)
    blank = {c: np.nan for c in ("low", "high") if c in table}
    return released.assign(hidden=hidden, **blank)


def in_steps(values: pd.Series, table: pd.DataFrame, unit: str, rules: Rules) -> np.ndarray:
    """Sums to a step of a tenth of what any four units can give, which is at most twice what the two largest give.

    A sum of one period less that of the period before tells what came in between; in such steps it tells of fewer than
    five units no more than that they are few (R9).
    """
    base = {"eur": rules.base_eur, "hours": rules.base_hours, "plain": 0.0}.get(unit, rules.base_count)
    given = table["two_largest_share"].astype(float) * values.astype(float).abs()
    if GIVEN in table:
        given = np.fmax(given, table[GIVEN].astype(float))
    return by_step(nearest, values, np.fmax(at_least(given * rules.part_of_two_largest), base))


def _bounds(released: pd.DataFrame) -> dict[str, pd.Series]:
    """Share among those known, and the shares if all or none of the others counted, from rounded counts."""
    active, whole = released["n_events"], released["n"].where(released["n"] > 0)
    against = released["n_stopped" if "n_stopped" in released else "n_no"]
    known = released["n_events"] + against
    high = (whole - against) / whole
    return {"estimate": active / known.where(known > 0), "low": active / whole, "high": high}


def _small_side_count(table: pd.DataFrame, rules: Rules, privacy: str) -> pd.Series:
    """R1 for the counts that stand beside a figure: one of a few units hides its row."""
    least, few = rules.units(privacy), np.zeros(len(table), dtype=bool)
    for side in [c for c in table.columns if c.startswith("n_") and c not in SUMS]:
        few |= table[side].between(1, least - 1).to_numpy()
    return pd.Series(few, index=table.index)


def _rounded(table: pd.DataFrame, rules: Rules, hidden: pd.Series) -> pd.DataFrame:
    """Every count in fives, totals being the sums of rounded cells (R4), down the table and along it."""
    counted = [c for c in table.columns if c in ("n", "at_risk") or c.startswith("n_")]
    if about_of(table)["kind"] == "count":
        counted.append("estimate")
    cells_of = {column: pd.Series(some(table[column], rules.base_count), index=table.index) for column in counted}
    released = table.assign(**{column: _summed(table, cell, column, hidden) for column, cell in cells_of.items()})
    parts = [c for c in counted if c not in ("n", *SUMS)]
    if len(parts) > 1 and table["n"].astype(float).eq(table[parts].astype(float).sum(axis=1)).all():
        released = _along(released, parts, is_of_units=about_of(table)["unit"] != "rows")
    return released.assign(**{c: np.nan for c in SUMS if c in table})  # they are there for the gate, `n` for the reader


def _along(released: pd.DataFrame, parts: list[str], is_of_units: bool) -> pd.DataFrame:
    """A part and its rest: the rest follows, so that the whole, known from elsewhere, looks the same in each row.

    With more parts than two the whole is their sum. So it is with rows of the delivery, of which one that was set aside
    must not be lost.
    """
    if is_of_units and len(parts) == 2:
        part = next(c for c in parts if c in ("estimate", "n_events"))
        rest = next(c for c in parts if c != part)
        shown = np.minimum(released[part], released["n"])
        return released.assign(**{part: shown, rest: released["n"] - shown})
    return released.assign(n=released[parts].sum(axis=1))


def _summed(table: pd.DataFrame, rounded: pd.Series, column: str, hidden: pd.Series) -> pd.Series:
    """The row of the total as the sum of the rounded rows above it, where the exact rows add up to it.

    Where one of them is hidden, the total is rounded by itself: a sum of rounded rows less those that are shown would
    be what the hidden ones are rounded to.
    """
    total = table["group"].eq(cells.TOTAL).to_numpy()
    if total.sum() != 1 or total.all() or hidden.to_numpy()[~total].any():
        return rounded
    exact = table[column].to_numpy(float)
    if not np.isclose(np.nansum(exact[~total]), exact[total][0]):
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
