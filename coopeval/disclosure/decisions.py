"""Costs, effects and what follows from them (R1, R2, R4, R6): options of ten projects, sums that no one dominates."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.disclosure import cells
from coopeval.disclosure.counts import require
from coopeval.disclosure.fineness import at_least, by_step, coarse, counted, fewest, step_of_amount
from coopeval.disclosure.rounding import nearest
from coopeval.disclosure.rules import Rules
from coopeval.uncertainty import about_of

LEAST_PER_HEAD = 10.0  # of what is worked out per project (net benefit, value of knowing more)
SHARE_STEP = 0.01
PAIRED = ("cost_eur", "effect")
BY = ("k_eur", "at_months", "years", "perimeter")
AWAY = "rounded_away"
LEAST_SHOWN = 0.5  # euro; less is no amount


def decision(table: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Costs and effects to a step no single project can move; increments and their ratio from the released ones."""
    require(table, ("n",))
    units = fewest(table, rules)
    hidden = table["n"].fillna(0) < rules.quantile_from
    if {"largest_share", "two_largest_share"} <= set(table.columns):
        hidden |= cells.dominated(table, rules) & table["largest_share"].notna()
    hidden |= _of_a_small_reference(table, hidden)
    hidden = _with_company(table, hidden)
    released = table.assign(**counted(table, rules), hidden=hidden)
    if "cost_eur" in table:
        released["cost_eur"] = by_step(nearest, table["cost_eur"], _step_of_cost(table, units))
    if "effect" in table:
        released["effect"] = by_step(nearest, table["effect"], _step_of_effect(table, units))
    released = _increments(table, released, units)
    return released.assign(**_estimates(table, released, units))


def _step_of_cost(table: pd.DataFrame, units: pd.Series) -> np.ndarray:
    """What one project can move a mean cost by: its known largest part, else that of one at three times the mean."""
    step = step_of_amount(units, table["cost_eur"])
    if "largest_share" not in table:
        return step
    return np.fmax(step, at_least(table["largest_share"].astype(float) * table["cost_eur"].abs()))


def _step_of_effect(table: pd.DataFrame, units: pd.Series) -> np.ndarray:
    """A share moves by one over the units; a mean of jobs by what a project at three times it adds."""
    return at_least(np.maximum(1.0, 2 * table["effect"].abs().astype(float)) / units)


def _increments(table: pd.DataFrame, released: pd.DataFrame, units: pd.Series) -> pd.DataFrame:
    """Differences of released means where the reference stands in the table, else rounded as its means would be."""
    released = released.copy()
    for mean, step_of in zip(PAIRED, (_step_of_cost, _step_of_effect), strict=True):
        column = f"increment_{mean}"
        if column not in table:
            continue
        asked = table.assign(**{mean: table[mean] if mean in table else table[column]})
        shown = by_step(nearest, table[column], step_of(asked, units))
        if mean in table and "reference" in table:
            other = _of_reference(released, mean)
            again = np.round(released[mean].to_numpy(float) - other, 9)
            shown = np.where(np.isnan(again) | table[column].isna(), shown, again)
        released[column] = shown
    return released


def _of_reference(released: pd.DataFrame, column: str) -> np.ndarray:
    keys = [c for c in BY if c in released]
    wanted = released[["reference", *keys]].rename(columns={"reference": "group"})
    known = released[["group", *keys, column]].drop_duplicates(["group", *keys])
    return wanted.merge(known, on=["group", *keys], how="left")[column].to_numpy(float)


def _of_a_small_reference(table: pd.DataFrame, hidden: pd.Series) -> pd.Series:
    """An increment tells of both options."""
    if "reference" not in table:
        return pd.Series(False, index=table.index)
    small = set(table.loc[hidden, "group"])
    few = table["reference"].isin(small)
    if "n_reference" in table:
        few |= table["n_reference"].between(1, 9)
    return few


def _with_company(table: pd.DataFrame, hidden: pd.Series) -> pd.Series:
    """Chances of being best add up to one at each amount: a lone blank would follow from the others."""
    if about_of(table)["unit"] != "share" or "estimate" not in table:
        return hidden
    keys = [c for c in BY if c in table]
    lists = table[keys].apply(tuple, axis=1) if keys else pd.Series("", index=table.index)
    return cells.with_companion(hidden, table["n"].fillna(0).astype(float), table, adds_up=True, lists=lists)


def _estimates(table: pd.DataFrame, released: pd.DataFrame, units: pd.Series) -> dict[str, object]:
    if "estimate" not in table:
        return {}
    unit = str(about_of(table)["unit"])
    figures = coarse(table, _step_of_estimate(table, unit, units))
    gone = _rounded_to_nothing(table, figures, unit)
    if gone.any():
        figures |= {"estimate": np.where(gone, np.nan, figures["estimate"]), "note": table["note"].mask(gone, AWAY)}
    ratio = _is_ratio(table)
    if ratio.any():  # cost per unit of effect more: from the released increments, never beside them
        cost, effect = (released[f"increment_{c}"].to_numpy(float) for c in PAIRED)
        with np.errstate(divide="ignore", invalid="ignore"):
            again = by_step(nearest, cost / np.where(effect == 0, np.nan, effect), step_of_amount(units, cost / effect))
        again = np.where(cost * effect > 0, again, np.nan)
        figures["estimate"] = np.where(ratio, again, figures["estimate"])
        lost = ratio & np.isnan(again)
        figures["note"] = table["note"].mask(lost & table["note"].eq(""), AWAY)
        for column, furthest in (("low", np.fmin), ("high", np.fmax)):
            if column in figures:
                kept = furthest(figures[column], figures["estimate"])
                figures[column] = np.where(lost | np.isnan(figures[column]), np.nan, kept)
    return figures


def _rounded_to_nothing(table: pd.DataFrame, figures: dict, unit: str) -> pd.Series:
    """Amounts without limits that rounding alone makes zero: nought would say that nothing is lost, or to be gained."""
    exact = table["estimate"].astype(float)
    alone = table["low"].isna() if "low" in table else pd.Series(True, index=table.index)
    return alone & (unit == "eur") & exact.abs().gt(LEAST_SHOWN) & (figures["estimate"] == 0) & table["note"].eq("")


def _step_of_estimate(table: pd.DataFrame, unit: str, units: pd.Series) -> np.ndarray:
    if unit in ("share", "ratio"):
        return np.full(len(table), SHARE_STEP)
    if unit != "eur":
        return _step_of_effect(table.assign(effect=table["estimate"]), units)
    step = step_of_amount(units, table["estimate"], LEAST_PER_HEAD)
    return np.fmax(step, at_least(table["k_eur"].astype(float) / units)) if "k_eur" in table else step


def _is_ratio(table: pd.DataFrame) -> pd.Series:
    """Whether the estimate is the one increment over the other."""
    columns = [f"increment_{c}" for c in PAIRED]
    if not set(columns) <= set(table.columns):
        return pd.Series(False, index=table.index)
    cost, effect = (table[c].astype(float) for c in columns)
    with np.errstate(divide="ignore", invalid="ignore"):
        return pd.Series(np.isclose(table["estimate"].astype(float), cost / effect), index=table.index)
