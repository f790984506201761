"""Flows of jobs that follow from each other (R4, R5): net, reallocation and excess tell creation and destruction."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.disclosure.rounding import down, up
from coopeval.disclosure.rules import Rules

WON, LOST = "creation", "destruction"
FOLLOWS = {
    "net": lambda won, lost: won - lost,
    "reallocation": lambda won, lost: won + lost,
    "excess": lambda won, lost: 2 * np.minimum(won, lost),
}


def is_turnover(table: pd.DataFrame) -> bool:
    """Whether a table holds flows of which some follow from the others."""
    return "cause" in table and {WON, LOST} <= set(table["cause"])


def tied(released: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """What follows from creation and destruction is worked out from their rounded numbers, and hidden with them.

    Each rounded on its own, the five would give the exact numbers back; and with one of the two withheld, the others
    would give it away. So a year with a withheld flow is withheld whole.
    """
    both = released["hidden"].where(released["cause"].isin((WON, LOST)), False)
    hidden = both.groupby(released["group"]).transform("any")
    sums = released.pivot(index="group", columns="cause", values="numerator")
    tied = released.assign(hidden=hidden)
    for cause, follows in FOLLOWS.items():
        rows = tied["cause"].eq(cause) & tied["numerator"].notna()
        numerator = tied["group"].map(follows(sums[WON], sums[LOST]))[rows]
        estimate = (numerator / tied.loc[rows, "denominator"]).round(10)
        moved = estimate - tied.loc[rows, "estimate"]
        tied.loc[rows, "numerator"], tied.loc[rows, "estimate"] = numerator, estimate
        for limit, outward in (("low", down), ("high", up)):
            tied.loc[rows, limit] = outward(tied.loc[rows, limit] + moved, rules.limit_step)
    return tied
