"""How alike two arms are (R1, R3, R4): standardised differences in coarse steps, none for a level of few units."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.disclosure import cells
from coopeval.disclosure.counts import require
from coopeval.disclosure.effects import too_small
from coopeval.disclosure.fineness import at_least, by_step, counted, fewest
from coopeval.disclosure.rounding import nearest
from coopeval.disclosure.rules import Rules

NEEDS = ("n", "n_reference", "n_events", "n_reference_events", "before", "after")
STEP = 0.05
WIDEST = 0.5  # standard deviation of a yes or no: one unit moves the difference by at least 1 / (n x this)


def balance(table: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Differences to 0.05, or to what one unit moves them by where that is more; the levels of a covariate together.

    A lone hidden level takes the next smallest with it: the differences of all levels add up.
    """
    require(table, NEEDS)
    hidden = too_small(table, rules)
    covariate = table["group"].astype(str).str.partition("=")[0]
    if "against" in table:  # the levels add up in each comparison by itself
        covariate = covariate + "|" + table["against"].astype(str)
    size = table["n_events"].fillna(0).astype(float) + table["n_reference_events"].fillna(0).astype(float)
    hidden = cells.with_companion(hidden, size, table, adds_up=True, lists=covariate)
    step = np.maximum(at_least(1 / (WIDEST * fewest(table, rules))), STEP)
    figures = {column: by_step(nearest, table[column], step) for column in ("before", "after")}
    return table.assign(**counted(table, rules), **figures, hidden=hidden)
