"""Means of duration, medians, contrasts and tests (R1, R4, R6)."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from coopeval.disclosure import counts
from coopeval.disclosure.curves import at, steps_of
from coopeval.disclosure.rounding import down, midpoint, nearest, up
from coopeval.disclosure.rules import Rules
from coopeval.disclosure.series import series
from coopeval.uncertainty import about_of

HALF = 0.5
SMALLEST_P = 0.01


def mean(table: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Mean durations coarsely, medians on the grid, both from ten units on; means of anything else as sums are."""
    said = about_of(table)
    if said["unit"] != "months":
        return counts.total(table, rules)
    hidden = _fewer_than_ten(table, rules)
    if _is_median(table):
        figures = _median(table, rules)
        hidden |= table["estimate"].notna() & figures["estimate"].isna()
    else:
        figures = _coarse(table, rules)
    gap = table["estimate"].isna() & table["note"].ne("")
    return _counted(table, rules).assign(**figures, hidden=hidden | (table["estimate"].isna() & ~gap))


def difference(table: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Contrasts. At fixed months: worked out again from the safe values, so that nothing new is told."""
    if "at_months" in table and about_of(table)["unit"] != "months":
        return _between_safe_values(table, rules)
    return _counted(table, rules).assign(**_coarse(table, rules), hidden=_fewer_than_ten(table, rules))


def test(table: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Log-rank and its kin. Expected events add up to the observed ones, so they are rounded like them.

    One group too small hides the whole test: the groups share the statistic, and the others give its row back.
    """
    said = about_of(table)
    few = table["n"].fillna(0) < rules.units(str(said["privacy"]))
    if "observed" in table:
        few |= table["observed"].eq(0) & table["n"].lt(rules.extremes_from)
    figures = {c: midpoint(table[c], rules.midpoint) for c in ("observed", "expected") if c in table}
    if "statistic" in table:
        figures["statistic"] = nearest(table["statistic"], 0.1)
    return _counted(table, rules).assign(**figures, **_ps(table), hidden=bool(few.any()))


def _between_safe_values(table: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Difference of two safe values, its interval from theirs (Newcombe's way of putting two intervals together)."""
    reference = _reference(table)
    keys = ["group", "at_months"]
    asked = table[keys].drop_duplicates()
    asked.attrs = {}  # pandas compares the attrs of what it puts together, and cannot compare frames in them
    asked = pd.concat([asked, asked.assign(group=reference)]).drop_duplicates().reset_index(drop=True)
    asked = asked.assign(n=_sizes(steps_of(table), asked["group"]), estimate=1.0, low=1.0, high=1.0, note="")
    asked.attrs = {"about": about_of(table), "steps": steps_of(table)}
    safe = at(asked, rules).set_index(keys)[["estimate", "low", "high"]]
    one = safe.reindex(pd.MultiIndex.from_frame(table[keys])).set_axis(table.index)
    other = safe.reindex(pd.MultiIndex.from_arrays([[reference] * len(table), table["at_months"]]))
    other = other.set_axis(table.index)
    gap = one["estimate"] - other["estimate"]
    low = gap - np.hypot(one["estimate"] - one["low"], other["high"] - other["estimate"])
    high = gap + np.hypot(one["high"] - one["estimate"], other["estimate"] - other["low"])
    z = stats.norm.ppf(HALF + float(about_of(table)["level"]) / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = 2 * stats.norm.sf(np.abs(gap) / ((high - low) / (2 * z)))
    released = _counted(table, rules).assign(
        estimate=gap.round(10), low=low.clip(-1, 1).round(2), high=high.clip(-1, 1).round(2), hidden=gap.isna()
    )
    return released.assign(p=_p(p)) if "p" in table else released


def _reference(table: pd.DataFrame) -> str:
    return str(table["reference"].iloc[0])


def _sizes(steps: pd.DataFrame, groups: pd.Series) -> pd.Series:
    return groups.map(steps.groupby("group")["n"].max()).fillna(0)


def _coarse(table: pd.DataFrame, rules: Rules) -> dict[str, np.ndarray]:
    large = table["n"].ge(rules.large_from).to_numpy()
    fine, coarse = rules.months_step_large, rules.months_step
    figures = {"estimate": np.where(large, nearest(table["estimate"], fine), nearest(table["estimate"], coarse))}
    for column, outward in (("low", down), ("high", up)):
        if column in table:
            figures[column] = np.where(large, outward(table[column], fine), outward(table[column], coarse))
    return {**figures, **_ps(table)}


def _median(table: pd.DataFrame, rules: Rules) -> dict[str, pd.Series]:
    """Where the safe series first stands at one half or below; without its curve, the next month of the grid."""
    if "steps" not in table.attrs:
        grid = rules.grid_months
        rounded = {"estimate": up, "low": down, "high": up}
        return {c: pd.Series(outward(table[c], grid), index=table.index) for c, outward in rounded.items()}
    safe = series(steps_of(table), rules)
    return {
        column: table["group"].map(safe[safe[source] <= HALF].groupby("group")["at_months"].min())
        for column, source in (("estimate", "estimate"), ("low", "low"), ("high", "high"))
    }


def _is_median(table: pd.DataFrame) -> bool:
    return "median" in str(about_of(table)["method"]).lower()


def _fewer_than_ten(table: pd.DataFrame, rules: Rules) -> pd.Series:
    return table["n"].fillna(0) < max(rules.quantile_from, rules.units(str(about_of(table)["privacy"])))


def _counted(table: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    counted = [c for c in table.columns if c in ("n", "at_risk") or c.startswith("n_")]
    return table.assign(**{c: midpoint(table[c], rules.midpoint) for c in counted})


def _ps(table: pd.DataFrame) -> dict[str, np.ndarray]:
    return {column: _p(table[column]) for column in table.columns if column == "p" or column.startswith("p_")}


def _p(p) -> np.ndarray:
    """Two decimals, never below 0.01: read that one as "at most"."""
    return np.maximum(nearest(p, SMALLEST_P), SMALLEST_P)
