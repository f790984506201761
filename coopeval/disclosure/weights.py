"""What weights look like (R1, R4): how many stand behind them, as how many equal ones they count, the heaviest."""

from __future__ import annotations

import pandas as pd

from coopeval.disclosure import cells
from coopeval.disclosure.counts import require
from coopeval.disclosure.fineness import counted
from coopeval.disclosure.rounding import down, in_class, some, up
from coopeval.disclosure.rules import Rules

NEEDS = ("n", "estimate", "largest_share")
BY_MONTH = ("at_risk", "n_lost")
SHARE_STEP = 0.01


def weights(table: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """The effective number down to a five, the largest share up; counts as the tables beside them have theirs.

    Month by month (weights for loss) counts are as in life tables, and a row is withheld where a curve would have
    ended, or where one of a few units was lost. Arm by arm (weights for balance) counts are in fives, from ten units.
    A note that says why there are no weights stays.
    """
    require(table, NEEDS)
    spread = {
        "estimate": down(table["estimate"].astype(float), rules.base_count),
        "largest_share": up(table["largest_share"].astype(float), SHARE_STEP),
    }
    if not set(BY_MONTH) & set(table.columns):
        few = table["n"].fillna(0) < rules.quantile_from
        return table.assign(**counted(table, rules), **spread, hidden=few)
    require(table, BY_MONTH)
    hidden = cells.too_few_units(table, table["n"].fillna(0), rules, "confidential")
    hidden |= table["at_risk"].fillna(0) < rules.at_risk_confidential
    hidden |= table["n_lost"].fillna(0).between(1, rules.units("confidential") - 1)
    whole = some(table["n"], rules.base_count)
    counts = {column: in_class(table[column], whole, rules.midpoint) for column in BY_MONTH} | {"n": whole}
    return table.assign(**counts, **spread, hidden=hidden)
