"""Why published figures cannot be laid side by side: each trap, and how many of the figures it touches."""

from __future__ import annotations

import pandas as pd

from coopeval import reference
from coopeval.evidence.figure_rows import AS_PUBLISHED
from coopeval.uncertainty import estimates
from coopeval.wording import N_

SHOWN = 4  # figure ids named as examples; the rest are found in the file itself


def traps() -> pd.DataFrame:
    """Each trap met in the published figures, with the number of figures it touches and the first few of them.

    One row per trap, in the order of the list `traps`. A figure may stand in several.

    >>> traps().set_index("group").at["heads_or_fte", "estimate"].item()
    4.0
    """
    figures = reference.published()
    touched = figures.assign(trap=figures["traps"].str.split()).explode("trap").dropna(subset="trap")
    order = [code for code in reference.codes("traps")["code"] if code in set(touched["trap"])]
    found = touched.groupby("trap")["figure_id"]
    rows = pd.DataFrame({
        "group": order,
        "estimate": found.size().astype(float).reindex(order).to_numpy(),
        "examples": found.agg(lambda ids: " ".join(sorted(ids)[:SHOWN])).reindex(order).to_numpy(),
    })  # fmt: skip
    return estimates(
        rows,
        **{**AS_PUBLISHED, "codes": "traps", "kind": "count", "method": "count"},
        unit="rows",
        estimand=N_("Published figures that a trap touches"),
        population=N_("Figures of data/reference/published_figures.csv"),
    )
