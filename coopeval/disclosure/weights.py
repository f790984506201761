"""What weights look like (R1, R4): how many stand behind them, as how many equal ones they count, the heaviest."""

from __future__ import annotations

import pandas as pd

from coopeval.disclosure import cells
from coopeval.disclosure.rounding import down, midpoint, up
from coopeval.disclosure.rules import Rules
from coopeval.errors import DisclosureError

NEEDS = ("n", "at_risk", "n_lost", "estimate", "largest_share")
SHARE_STEP = 0.01


def weights(table: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Counts in the middle of their class of six, the effective number down to a five, the largest share up.

    Withheld where a curve would have ended, and where one of a few units was lost. A note that says why there are no
    weights stays.
    """
    missing = [column for column in NEEDS if column not in table]
    if missing:
        raise DisclosureError(f"Figures about weights cannot be released without {', '.join(missing)}. Add them.")
    hidden = cells.too_few_units(table, table["n"].fillna(0), rules, "confidential")
    hidden |= table["at_risk"].fillna(0) < rules.at_risk_confidential
    hidden |= table["n_lost"].fillna(0).between(1, rules.units("confidential") - 1)
    return table.assign(
        **{column: midpoint(table[column], rules.midpoint) for column in ("n", "at_risk", "n_lost")},
        estimate=down(table["estimate"].astype(float), rules.base_count),
        largest_share=up(table["largest_share"].astype(float), SHARE_STEP),
        hidden=hidden,
    )
