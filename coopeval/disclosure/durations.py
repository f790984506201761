"""Mean durations and medians (R1, R4, R6)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.disclosure import counts
from coopeval.disclosure.curves import steps_of
from coopeval.disclosure.rounding import down, in_class, nearest, some, up
from coopeval.disclosure.rules import Rules
from coopeval.disclosure.series import series
from coopeval.uncertainty import about_of

HALF = 0.5
NOT_REACHED = "not_reached"
SMALLEST_P = 0.01


def mean(table: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Mean durations coarsely, medians on the grid, both from ten units on; means of anything else as sums are."""
    said = about_of(table)
    if said["unit"] != "months":
        return counts.total(table, rules)
    hidden = fewer_than_ten(table["n"], table, rules)
    if _is_median(table):
        figures = _median(table, rules)
        late = table["estimate"].notna() & figures["estimate"].isna()  # it does not reach a half where it is shown
        figures["note"] = table["note"].mask(late, NOT_REACHED)
        table = table.assign(estimate=table["estimate"].mask(late), note=figures["note"])
    else:
        figures = coarse(table, table["n"], rules)
    gap = table["estimate"].isna() & table["note"].ne("")
    return counted(table, rules).assign(**figures, hidden=hidden | (table["estimate"].isna() & ~gap))


def _median(table: pd.DataFrame, rules: Rules) -> dict[str, pd.Series]:
    """Where the safe series first stands at one half or below; without its curve, the next month of the grid."""
    if "steps" not in table.attrs:
        grid = rules.grid_months
        rounded = {"estimate": up, "low": down, "high": up}
        return {c: pd.Series(outward(table[c], grid), index=table.index) for c, outward in rounded.items()}
    safe = series(steps_of(table), rules)
    rule = "register" if about_of(table)["privacy"] == "register" else "confidential"
    unseen = getattr(rules, f"events_{rule}") - 1  # so many ends may have happened that the series does not show yet
    safe["low"] = safe["low"] * (1 - np.minimum(unseen / safe["at_risk"], 1.0))
    return {
        column: table["group"].map(safe[safe[source] <= HALF].groupby("group")["at_months"].min())
        for column, source in (("estimate", "estimate"), ("low", "low"), ("high", "high"))
    }


def _is_median(table: pd.DataFrame) -> bool:
    return "median" in str(about_of(table)["method"]).lower()


def coarse(table: pd.DataFrame, size: pd.Series, rules: Rules) -> dict[str, np.ndarray]:
    """Months to the half, to the tenth where the size allows, limits outward; p in two decimals."""
    large = size.ge(rules.large_from).to_numpy()
    figures = {}
    for column, rounded in (("estimate", nearest), ("low", down), ("high", up), ("detectable", up)):
        if column in table:
            finely, coarsely = (rounded(table[column], step) for step in (rules.months_step_large, rules.months_step))
            figures[column] = np.where(large, finely, coarsely)
    return {**figures, **rounded_p(table)}


def fewer_than_ten(size: pd.Series, table: pd.DataFrame, rules: Rules) -> pd.Series:
    """R6, with R1 where that asks for more."""
    return size.fillna(0) < max(rules.quantile_from, rules.units(str(about_of(table)["privacy"])))


def counted(table: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """The table with its counts: of ends and of those at risk as life tables have them, of units in fives."""
    columns = [c for c in table.columns if c in ("n", "at_risk") or c.startswith("n_")]
    shown = {c: some(table[c], rules.base_count) for c in columns}
    ended = {c: in_class(table[c], shown["n"], rules.midpoint) for c in columns if c in ("at_risk", "n_events")}
    return table.assign(**{**shown, **ended})


def rounded_p(table: pd.DataFrame) -> dict[str, np.ndarray]:
    """Every p of a table in two decimals, never below 0.01: read that one as "at most"."""
    return {c: at_most(table[c]) for c in table.columns if c == "p" or c.startswith("p_")}


def at_most(p) -> np.ndarray:
    """Two decimals, 0.01 at least."""
    return np.maximum(nearest(p, SMALLEST_P), SMALLEST_P)
