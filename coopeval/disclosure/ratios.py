"""Ratios of two sums (R1 to R4): unit costs, jobs kept, shares of jobs, rates per time at risk."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.disclosure import cells
from coopeval.disclosure.counts import in_steps
from coopeval.disclosure.rounding import down, some, up
from coopeval.disclosure.rules import Rules
from coopeval.disclosure.turnover import is_turnover, tied
from coopeval.errors import DisclosureError
from coopeval.uncertainty import about_of

NEEDS = ("n", "numerator", "denominator", "estimate", "n_enterprises", "largest_share", "two_largest_share")
PEOPLE = ("jobs", "persons", "fte")
MEASURED = ("eur", "hours", "fte", "months", "plain")  # amounts; everything else is a count of units
RELATIVE_STEP = 0.05  # limits of amounts, as a part of the estimate
DIGITS = 3  # of an amount per unit


def ratio(table: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """A ratio worked out again from rounded sums; both sums must have enough units, and none that dominates.

    Where jobs or persons are counted, a part of fewer than ten of them, or a rest of fewer than ten, is withheld as a
    small cell is: a share of them tells the number.
    """
    said = about_of(table)
    units = [said["numerator_unit"], said["denominator_unit"]]
    _require(table, (*NEEDS, *(("n_persons",) if set(units) & set(PEOPLE) else ())))
    attrs, table = table.attrs, pd.DataFrame(table)  # bare: pandas copies what hangs on a frame at each step
    exact = {name: table[name].astype(float) for name in ("numerator", "denominator")}
    known = exact["denominator"].gt(0) & exact["numerator"].notna()
    few = cells.too_few_units(table, _behind(table), rules, str(said["privacy"]))
    hidden = few | cells.dominated(table, rules) | _small(exact, units, rules, str(said["privacy"]))
    rounded = _rounded(exact, units, table, rules)
    hidden |= known & rounded["denominator"].eq(0)
    gap = ~known & table["note"].ne("")  # what cannot be estimated is said, whoever it is about; how many is not
    hidden = cells.with_companion(hidden & ~gap, exact["numerator"].fillna(0), table, _adds_up(table))
    estimate = (rounded["numerator"] / rounded["denominator"].where(rounded["denominator"].gt(0))).where(known)
    figures = {**_counts(table, rules), **rounded, **_figures(table, estimate, str(said["unit"]), rules)}
    if (gap & few).any():
        figures = {name: pd.Series(figure).mask(gap & few) for name, figure in figures.items()}
    released = table.assign(**figures, hidden=hidden)
    released = tied(released, rules) if is_turnover(table) else released
    released.attrs = dict(attrs)
    return released


def _behind(table: pd.DataFrame) -> pd.Series:
    return table["n_enterprises"].fillna(0).astype(float)


def _counts(table: pd.DataFrame, rules: Rules) -> dict[str, pd.Series]:
    """Units in fives; of what stands beside them (so many not known, say) some never look like none."""
    counted = [c for c in table.columns if c == "n" or c.startswith("n_")]
    return {c: pd.Series(some(table[c], rules.base_count), index=table.index) for c in counted}


def _small(exact: dict[str, pd.Series], units: list, rules: Rules, privacy: str) -> pd.Series:
    """A part of few, or all but few of them; of sums of different things only the counted numerator can be few."""
    part, whole = exact["numerator"], exact["denominator"]
    if units[0] == units[1] and units[0] not in MEASURED:
        return cells.small_part(part, whole, rules, privacy, of_persons=units[0] in PEOPLE)
    if units[0] in MEASURED:
        return pd.Series(False, index=part.index)
    return part.between(1, (rules.persons if units[0] in PEOPLE else rules.units(privacy)) - 1)


def _figures(table: pd.DataFrame, estimate: pd.Series, unit: str, rules: Rules) -> dict[str, pd.Series]:
    """The estimate from the rounded sums, and its limits outward: in steps of a share, or of a part of an amount."""
    if unit == "share":
        step = rules.limit_step
        low, high = down(np.fmin(table["low"], estimate), step), up(np.fmax(table["high"], estimate), step)
        figures = {"estimate": estimate.round(2), "low": low, "high": high}
    else:
        exact = table["estimate"].astype(float)
        shown = significant(estimate)
        with np.errstate(divide="ignore", invalid="ignore"):
            below, above = down(table["low"] / exact, RELATIVE_STEP), up(table["high"] / exact, RELATIVE_STEP)
        figures = {
            "estimate": shown,
            "low": np.fmin(significant(shown * below), shown), "high": np.fmax(significant(shown * above), shown),
        }  # fmt: skip
    absent = {name: table[name].isna() | estimate.isna() for name in ("low", "high")}
    for name, is_absent in absent.items():
        figures[name] = pd.Series(figures[name], index=table.index).mask(is_absent)
    return figures


def significant(values) -> np.ndarray:
    """Values in three digits that count.

    >>> significant([12345.0, 0.0, 0.12345]).tolist()
    [12300.0, 0.0, 0.123]
    """
    values = np.asarray(values, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        size = np.where(values == 0, 0.0, np.floor(np.log10(np.abs(values))))
    step = 10.0 ** (size - DIGITS + 1)
    return np.round(np.round(values / step) * step, 10)


def _rounded(exact: dict[str, pd.Series], units: list, table: pd.DataFrame, rules: Rules) -> dict[str, pd.Series]:
    """Counts of units in fives, sums in steps that four units hide in; a part is never more than its whole."""
    sums, of_whole = {}, _of_one_whole(table, exact["denominator"])
    for (name, values), unit in zip(exact.items(), map(str, units), strict=True):
        if unit in PEOPLE or unit in MEASURED:
            stepped = in_steps(values, of_whole if name == "denominator" else table, unit, rules)
            sums[name] = pd.Series(stepped, index=table.index)
        else:
            sums[name] = pd.Series(some(values, rules.base_count), index=table.index)
    is_part = (exact["numerator"] <= exact["denominator"]) & (units[0] == units[1])
    whole = sums["denominator"]
    return {**sums, "numerator": sums["numerator"].mask(is_part & sums["numerator"].gt(whole), whole)}


def _of_one_whole(table: pd.DataFrame, denominator: pd.Series) -> pd.DataFrame:
    """Rows that share a whole round it alike, to the largest of their steps: two roundings would narrow it."""
    widest = table["two_largest_share"].astype(float).groupby(denominator.round(6), dropna=False).transform("max")
    return table.assign(two_largest_share=widest)


def _adds_up(table: pd.DataFrame) -> bool:
    """Whether the rows are parts of a row `all`, or add up to one, so that a lone blank would follow by subtraction."""
    total = table["group"].eq(cells.TOTAL)
    if total.any():
        return not total.all()
    lists = [c for c in ("at_months", "year_after", "cause") if c in table]
    known = table[(table["denominator"].gt(0) & table["numerator"].notna()).to_numpy()]
    if not lists:
        part, whole = known["numerator"].to_numpy(float), known["denominator"].to_numpy(float)
        one = len(part) > 1 and np.isclose([part.sum(), whole.min()], whole.max()).all()
        return bool(one)
    sums = known.groupby(lists).agg(
        part=("numerator", "sum"), whole=("denominator", "max"), least=("denominator", "min"), rows=("group", "size")
    )
    one = np.isclose(sums["part"], sums["whole"]) & np.isclose(sums["least"], sums["whole"]) & sums["rows"].gt(1)
    return bool(one.any())


def _require(table: pd.DataFrame, columns: tuple[str, ...]) -> None:
    said = about_of(table)
    missing = [column for column in columns if column not in table]
    missing += [key for key in ("numerator_unit", "denominator_unit") if not said[key]]
    if missing:
        raise DisclosureError(
            f"A ratio cannot be released without {', '.join(missing)}. Add them to the estimate table, so that the "
            "gate can see what stands behind each figure."
        )
