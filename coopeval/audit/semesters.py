"""Successive periods: where a population only grows, those who came in between are a cell of their own (R9)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.audit.equations import Equations

GROWTH = "newcomers"
# what is counted since the beginning, by facts fixed at entry or at birth: nobody leaves such a group
FIXED = {
    "programme", "entry_year", "project_type", "stage_at_entry", "economic_model", "theme", "legal_form",
    "legal_family", "nace_section", "sector", "form",
}  # fmt: skip
GROWING = ("supported", "number of projects supported", "number of enterprises supported")


def grown(equations: Equations, figures: pd.DataFrame) -> pd.DataFrame:
    """Newcomers of each group from one period to the next: their keys, as figures that nothing shows.

    One row per group and pair of successive periods. They are never negative; where corrections have made a count
    smaller, that assumption is dropped for the block concerned.
    """
    counted = figures[figures["what"].eq("n") & figures["measure"].map(_grows).astype(bool)]
    counted = counted[counted["labels"].map(lambda labels: {d for d, _ in labels} <= FIXED).astype(bool)]
    rows = []
    for _, same in counted.drop_duplicates("key").groupby(["structure", "measure", "labels"], sort=False):
        told = same.sort_values("as_of")
        for (_, before), (_, after) in zip(told.iloc[:-1].iterrows(), told.iloc[1:].iterrows(), strict=True):
            name = f"{GROWTH} | {after['key']} | since {before['as_of']}"
            equations.add([(after["key"], 1.0), (before["key"], -1.0), (name, -1.0)], 0.0, 0.0, GROWTH)
            rows.append({**after, "key": name, "what": GROWTH, "low": 0.0, "high": np.inf, "shown": np.nan})
    return pd.DataFrame(rows, columns=figures.columns)


def _grows(measured: str) -> bool:
    return any(name in measured.split(" / ") for name in GROWING)
