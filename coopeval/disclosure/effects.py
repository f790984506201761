"""Effects against a comparison (R1, R3, R4, R6): both arms large enough, steps that hide what one unit does."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.disclosure import cells
from coopeval.disclosure.counts import require
from coopeval.disclosure.durations import at_most, rounded_p
from coopeval.disclosure.fineness import (
    by_step,
    coarse,
    counted,
    fewest,
    smaller,
    spread,
    step_of_amount,
    step_of_mean,
    step_of_share,
)
from coopeval.disclosure.rounding import down
from coopeval.disclosure.rules import Rules
from coopeval.uncertainty import about_of, fisher, newcombe

NEEDS = ("n", "n_reference", "estimate", "low", "high")
COUNTS = ("n_events", "n", "n_reference_events", "n_reference")
E_VALUE_STEP = 0.5  # where it cannot be worked out from what is released
RATIO_STEP = 0.05
PLAIN = "unadjusted"
MEASURED = ("months", "jobs", "fte", "hours", "eur", "plain")


def effect(table: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Estimates to a step that no single unit can move, limits outward; a plain difference from counts in fives.

    The plain difference of two shares stands beside their counts: finer than those, it would give them back. E-values
    are worked out from the estimate released.
    """
    require(table, NEEDS)
    said = about_of(table)
    hidden = too_small(table, rules)
    units = fewest(table, rules)
    released = table.assign(**counted(table, rules), **rounded_p(table))
    released = released.assign(**coarse(table, step_for(table, str(said["unit"]), units, rules)))
    of_counts = _is_of_counts(table)
    released = _from_counts(released, of_counts & table["group"].eq(PLAIN), float(said["level"]))
    if said["unit"] == "share":
        released[["estimate", "low", "high"]] = released[["estimate", "low", "high"]].clip(-1, 1)
    released = released.assign(**_e_values(released, of_counts, str(said["unit"])))
    gap = table["estimate"].isna() & table["note"].ne("")
    for column in [c for c in released.columns if c == "n" or c.startswith("n_")]:
        released[column] = released[column].mask(gap & hidden)
    return released.assign(hidden=hidden & ~gap)


def too_small(table: pd.DataFrame, rules: Rules) -> pd.Series:
    """Fewer than ten in an arm; or of what is counted in it one to four, or all but one to four."""
    hidden = smaller(table).fillna(0) < rules.quantile_from
    if "n_reference" in table:
        hidden |= table["n_reference"].isna()
    for part, whole in (COUNTS[:2], COUNTS[2:]):
        if part in table and whole in table:
            counts = [table[c].astype(float) for c in (part, whole)]
            hidden |= cells.small_part(*counts, rules, "confidential") & counts[0].notna()
    return hidden


def step_for(table: pd.DataFrame, unit: str, units: pd.Series, rules: Rules) -> np.ndarray:
    """The step of estimates and limits, by what they are counted in."""
    if unit == "share":
        return step_of_share(units, rules)
    if unit == "ratio":
        return np.maximum(step_of_share(units, rules), RATIO_STEP)
    step = step_of_mean(units, spread(table, units))
    if unit == "eur":
        return np.where(np.isnan(step), step_of_amount(units, table["estimate"]), np.fmax(step, 100.0))
    return np.fmax(step, rules.months_step) if unit == "months" else step


def _is_of_counts(table: pd.DataFrame) -> pd.Series:
    """Whether the plain difference against the same arm is one of two counted shares."""
    if not set(COUNTS) <= set(table.columns):
        return pd.Series(False, index=table.index)
    part, whole, other, base = (table[c].astype(float) for c in COUNTS)
    fits = pd.Series(np.isclose(table["estimate"].astype(float), part / whole - other / base), index=table.index)
    fits &= table["group"].eq(PLAIN)
    return fits.groupby(table["against"]).transform("any") if "against" in table else fits | bool(fits.any())


def _from_counts(released: pd.DataFrame, rows: pd.Series, level: float) -> pd.DataFrame:
    if not rows.any():
        return released
    released = released.copy()
    part, whole, other, base = (released.loc[rows, c].astype(float) for c in COUNTS)
    low, high = newcombe(part, whole, other, base, level)
    with np.errstate(divide="ignore", invalid="ignore"):
        released.loc[rows, "estimate"] = part / whole - other / base
    released.loc[rows, "low"], released.loc[rows, "high"] = low, high
    if "p" in released:
        known = released.loc[rows, "p"].notna()
        released.loc[rows, "p"] = pd.Series(at_most(fisher(part, whole, other, base)), index=known.index).where(known)
    return released


def _e_values(released: pd.DataFrame, of_counts: pd.Series, unit: str) -> dict[str, np.ndarray]:
    """From the ratio of shares that the released difference means for the treated; else coarsely, downward."""
    figures: dict[str, np.ndarray] = {}
    columns = [c for c in ("e_value", "e_value_limit") if c in released]
    if not columns:
        return figures
    estimate, low, high = (released[c].astype(float) for c in ("estimate", "low", "high"))
    nearer = pd.Series(np.where(estimate >= (1.0 if unit == "ratio" else 0.0), low, high), index=released.index)
    own = released["n_events"].astype(float) / released["n"] if "n_events" in released else np.nan
    for column, shown in zip(("e_value", "e_value_limit"), (estimate, nearer), strict=True):
        if column not in released:
            continue
        coarsely = np.fmax(by_step(down, released[column], E_VALUE_STEP), 1.0)
        again = e_value(shown) if unit == "ratio" else e_value(own / (own - shown))
        crossed = ((low <= 0) & (high >= 0)) if unit != "ratio" else ((low <= 1) & (high >= 1))
        again = np.where(crossed & (column == "e_value_limit"), 1.0, again)
        known = (of_counts | (unit == "ratio")) & np.isfinite(again)
        figures[column] = np.where(released[column].isna(), np.nan, np.where(known, np.round(again, 1), coarsely))
    return figures


def e_value(ratio) -> np.ndarray:
    """VanderWeele and Ding (2017): how strong hidden selection must be to explain a ratio of shares away.

    >>> e_value([2.0, 0.5]).round(2).tolist()
    [3.41, 3.41]
    """
    ratio = np.asarray(ratio, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(ratio > 0, np.maximum(ratio, 1 / ratio), np.nan)
        return ratio + np.sqrt(ratio * (ratio - 1))
