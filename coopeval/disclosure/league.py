"""Structures beside each other (R1, R3, R4): shares from counts in fives, what is adjusted or expected coarsely."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.disclosure import cells
from coopeval.disclosure.counts import require
from coopeval.disclosure.effects import too_small
from coopeval.disclosure.fineness import by_step, counted, fewest, step_of_share
from coopeval.disclosure.rounding import down, nearest, up
from coopeval.disclosure.rules import Rules

NEEDS = ("n", "n_events", "estimate")


def league(table: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """The raw share from counts in fives; all else to a step one unit cannot move, limits outward."""
    require(table, NEEDS)
    hidden = too_small(table, rules)
    hidden = cells.with_companion(
        hidden, table["n"].fillna(0).astype(float), table, bool(table["group"].eq(cells.TOTAL).any())
    )
    counts = counted(table, rules)
    step = step_of_share(fewest(table, rules), rules)
    rounded = {"standardised": nearest, "expected": nearest, "low": down, "high": up}
    figures = {c: by_step(way, table[c], step) for c, way in rounded.items() if c in table}
    funnel = {"limit_low": down, "limit_high": up}  # they follow from the number of units: outward from five points
    figures |= {c: by_step(way, table[c], np.maximum(step, rules.step)) for c, way in funnel.items() if c in table}
    if "standardised" in table and {"low", "high"} <= set(table.columns):
        figures["low"] = np.fmin(figures["low"], figures["standardised"])
        figures["high"] = np.fmax(figures["high"], figures["standardised"])
    with np.errstate(divide="ignore", invalid="ignore"):
        share = counts["n_events"] / counts["n"]
    return table.assign(**counts, **figures, estimate=share.where(table["estimate"].notna()), hidden=hidden)
