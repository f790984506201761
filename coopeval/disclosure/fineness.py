"""How finely a figure may be shown: never so finely that one unit, added or left out, could be read off it (R6)."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from coopeval.disclosure.rounding import down, nearest, some, up
from coopeval.disclosure.rules import Rules
from coopeval.uncertainty import about_of

FAR = 3.0  # standard deviations, or means, at which a single unit may lie; beyond, one unit dominates
LEAST_EUR = 100.0  # no cost is shown more finely


def at_least(size) -> np.ndarray:
    """The smallest of 1, 2, 5, 10, 20, 50 ... and their tenths that is not below a size.

    >>> at_least([0.025, 0.1, 640.0]).tolist()
    [0.05, 0.1, 1000.0]
    """
    size = np.asarray(size, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        power = 10.0 ** np.floor(np.round(np.log10(size), 9))
        times = np.round(size / power, 9)
    first = np.select([times <= 1, times <= 2, times <= 5], [1.0, 2.0, 5.0], 10.0)
    return np.where(size > 0, np.round(first * power, 9), np.nan)


def smaller(table: pd.DataFrame) -> pd.Series:
    """Units of the smaller of the two groups a row compares; of its only one, where there is no reference."""
    other = table["n_reference"].astype(float) if "n_reference" in table else np.nan
    return pd.Series(np.fmin(table["n"].astype(float), other), index=table.index)


def fewest(table: pd.DataFrame, rules: Rules) -> pd.Series:
    """The fewest units that the released number can stand for, so that the step of a figure tells no more than it."""
    released = nearest(smaller(table), rules.base_count)
    return pd.Series(np.maximum(released - rules.base_count // 2, rules.quantile_from), index=table.index)


def step_of_share(units, rules: Rules) -> np.ndarray:
    """A share moves by one unit's part of the group at most."""
    return np.maximum(at_least(1 / np.asarray(units, float)), rules.step_large)


def step_of_mean(units, spread) -> np.ndarray:
    """A mean moves by as much as a unit `FAR` standard deviations away moves it."""
    return at_least(FAR * np.abs(np.asarray(spread, float)) / np.asarray(units, float))


def step_of_amount(units, amount, least: float = LEAST_EUR) -> np.ndarray:
    """Where the spread is not known: a unit of `FAR` times the mean moves it by (`FAR` - 1) means over the units."""
    moved = (FAR - 1) * np.abs(np.asarray(amount, float)) / np.asarray(units, float)
    return np.fmax(at_least(moved), least)


def spread(table: pd.DataFrame, units: pd.Series) -> np.ndarray:
    """Standard deviation of the units of the smaller group, as the interval (else the error) implies it."""
    z = stats.norm.ppf(0.5 + float(about_of(table)["level"]) / 2)
    error = table["se"].astype(float) if "se" in table else pd.Series(np.nan, index=table.index)
    if {"low", "high"} <= set(table.columns):
        error = error.fillna((table["high"].astype(float) - table["low"].astype(float)) / (2 * z))
    return (error * np.sqrt(units)).to_numpy(float)


def coarse(table: pd.DataFrame, step) -> dict[str, np.ndarray]:
    """Estimate to its step, limits outward: they always hold the estimate shown."""
    step = np.asarray(step, float)
    figures = {"estimate": by_step(nearest, table["estimate"], step)}
    for column, outward, furthest in (("low", down, np.fmin), ("high", up, np.fmax)):
        if column in table:
            limit = by_step(outward, table[column], step)
            figures[column] = np.where(np.isnan(limit), np.nan, furthest(limit, figures["estimate"]))
    return figures


def by_step(rounded, values, step) -> np.ndarray:
    """Values rounded, each to a step of its own; without a step there is no figure."""
    values, step = np.broadcast_arrays(np.asarray(values, float), np.asarray(step, float))
    with np.errstate(invalid="ignore", divide="ignore"):
        return rounded(values, step)


def counted(table: pd.DataFrame, rules: Rules) -> dict[str, pd.Series]:
    """Counts of units in fives, a part never above its whole."""
    columns = [c for c in table.columns if c == "n" or c.startswith("n_")]
    figures = {c: pd.Series(some(table[c], rules.base_count), index=table.index) for c in columns}
    for part, whole in (("n_events", "n"), ("n_reference_events", "n_reference")):
        if part in figures and whole in figures:
            figures[part] = pd.Series(np.minimum(figures[part], figures[whole]), index=table.index)
    return figures
