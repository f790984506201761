"""What can be known by a later day (R1, R4): precision worked out again from the rounded number of units."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.disclosure.counts import require
from coopeval.disclosure.fineness import at_least, by_step, counted, smaller
from coopeval.disclosure.rounding import up
from coopeval.disclosure.rules import Rules
from coopeval.uncertainty import about_of

SHARE_STEP = 0.01
PART = 0.05  # of an amount: its step, to the next of 1, 2, 5


def forecast(table: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Half width or detectable difference, as for the numbers shown (it shrinks with their root), rounded up."""
    require(table, ("n", "n_reference", "estimate"))
    few = smaller(table).fillna(0) < rules.quantile_from
    counts = counted(table, rules)
    exact = {c: table[c].astype(float) for c in ("n", "n_reference")}
    with np.errstate(divide="ignore", invalid="ignore"):
        spread, shown = (
            1 / sizes["n"] + (1 / sizes["n_reference"]).where(exact["n_reference"].notna(), 0.0)
            for sizes in (exact, counts)
        )
        estimate = table["estimate"].astype(float) * np.sqrt(shown / spread)
    unit = table["unit"] if "unit" in table else pd.Series(str(about_of(table)["unit"]), index=table.index)
    step = np.where(unit.isin(["share", "points"]), SHARE_STEP, at_least(PART * estimate.abs()))
    gap = table["estimate"].isna() & table["note"].ne("")
    counts = {c: figure.mask(gap & few) for c, figure in counts.items()}
    return table.assign(**counts, estimate=by_step(up, estimate, step), hidden=few & ~gap)
