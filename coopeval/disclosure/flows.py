"""Stocks and flows, released so that they still follow from each other and no single one who moved can be read off."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.disclosure import cells
from coopeval.disclosure.rounding import down
from coopeval.disclosure.rules import Rules
from coopeval.errors import DisclosureError
from coopeval.uncertainty import about_of

NEEDS = ("group", "n", "n_start", "n_in", "n_out", "estimate", "n_ever_in", "n_ever_out")


def flow(table: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Flows shown once five have gathered, stocks made of the shown flows alone.

    All that came in since the beginning, and all that went out, are rounded down to fives. A flow is the difference
    of two such sums, a stock the difference of both: so everything reconciles, over as many semesters as are shown and
    in whichever report. A state that has seen fewer units than may be shown is withheld.
    """
    missing = [column for column in NEEDS if column not in table]
    if missing:
        raise DisclosureError(f"Flows are released from {', '.join(NEEDS)}; add {', '.join(missing)}.")
    base = rules.base_count
    ever = {word: table[f"n_ever_{word}"].astype(float) for word in ("in", "out")}
    after = {word: down(total, base) for word, total in ever.items()}
    before = {word: down(total - table[f"n_{word}"].astype(float), base) for word, total in ever.items()}
    few = cells.too_few_units(table, ever["in"], rules, str(about_of(table)["privacy"]))
    shown = table.drop(columns=["n_ever_in", "n_ever_out"])
    hidden = few & ever["in"].gt(0)
    earlier = ever["in"] - table["n_in"].astype(float)
    was_few = cells.too_few_units(table, earlier, rules, str(about_of(table)["privacy"])) & earlier.gt(0)
    return shown.assign(
        n=after["in"],
        n_start=np.where(was_few, np.nan, before["in"] - before["out"]),  # a stock that was withheld is no zero
        n_in=np.where(was_few, np.nan, after["in"] - before["in"]),
        n_out=after["out"] - before["out"],
        estimate=after["in"] - after["out"],
        hidden=hidden,
    )
