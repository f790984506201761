"""Coefficients of models (R8): enough units behind each, enough freedom left, ratios in coarse steps."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.disclosure import cells
from coopeval.disclosure.durations import rounded_p
from coopeval.disclosure.rounding import down, nearest, some, up
from coopeval.disclosure.rules import Rules
from coopeval.errors import DisclosureError

NEEDS = ("n", "n_enterprises", "n_persons", "df", "estimate", "low", "high", "largest_share", "two_largest_share")
RATIO_STEP = 0.05


def model(table: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Ratios of a model with their limits outward in steps of 0.05, p in two decimals; no errors, no fitted values.

    Coefficients of one model come from the same units, so too little freedom hides all of them.
    """
    missing = [column for column in NEEDS if column not in table]
    if missing:
        raise DisclosureError(
            f"A model cannot be released without {', '.join(missing)}. Add them: the gate must see what is behind it."
        )
    gap = table["estimate"].isna() & table["note"].ne("")  # not fitted: a finding that tells of no one
    hidden = table["n_enterprises"].fillna(0) < rules.units_of_coefficient
    of_jobs = bool(table["n_persons"].notna().any())  # else the units are enterprises, and no person stands behind them
    hidden |= (table["n_persons"].fillna(0) < max(rules.units_of_coefficient, rules.persons)) & of_jobs
    if "n_events" in table:  # of survival: one to four ends, or all but so many, would be told by their ratio
        units = table["n_persons"] if of_jobs else table["n"]
        hidden |= cells.small_part(table["n_events"], units.fillna(0), rules, "confidential", of_jobs)
    hidden |= cells.dominated(table, rules)
    hidden |= bool((table.loc[~gap, "df"] < rules.degrees_of_freedom).any())
    counted = [c for c in table.columns if c == "n" or c.startswith("n_")]
    figures = {
        **{c: pd.Series(some(table[c], rules.base_count), index=table.index).mask(gap) for c in counted},
        "estimate": nearest(table["estimate"], RATIO_STEP), "low": np.maximum(down(table["low"], RATIO_STEP), 0),
        "high": up(table["high"], RATIO_STEP), **rounded_p(table),
    }  # fmt: skip
    return table.assign(**figures, hidden=hidden & ~gap)
