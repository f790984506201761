"""Structures side by side, their mix being the same; a table without figures where none can be given."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from coopeval import balance, cohort
from coopeval.comparison.projects import OUTCOMES
from coopeval.errors import DataError, ParameterError
from coopeval.uncertainty import estimates
from coopeval.uncertainty.shape import About
from coopeval.wording import N_

SHARES = ("created", "is_alive")
SHARE_OF = {
    "created": N_(
        "share of projects that created an enterprise within 24 months, raw and with the mix of all together"
    ),
    "is_alive": N_(
        "share of projects with an enterprise there at the end of the window, raw and with the mix of all together"
    ),
}
FIGURES = ("estimate", "standardised", "low", "high", "expected", "limit_low", "limit_high", "n_events")


def side_by_side(
    frame: pd.DataFrame, covariates: Sequence[str], outcome: str, method: str = "direct", level: float = 0.95
) -> pd.DataFrame:
    """Share with an outcome in each structure, raw and standardised (`balance.league`); no ranking.

    One row per structure, by name: the programme and the comparable structures.

    Parameters
    ----------
    frame
        What `cohort.compared` returns.
    covariates
        Fixed in advance; those not recorded for both are left out (`cohort.against`).
    outcome
        created or is_alive.
    method, level
        As for `balance.league`.

    Returns
    -------
    Estimate table of kind "league". Where nothing is known yet, or nothing was recorded of both, rows without
    figures, note `not_estimable`.
    """
    if outcome not in SHARES:
        raise ParameterError(f'"{outcome}" is not a share of projects. Choose one of {", ".join(SHARES)}.')
    rows = cohort.against(frame, "structure", covariates, outcome)
    about = {word: rows.attrs["about"].get(word, "") for word in ("as_of", "population", "clock")}
    try:
        used = cohort.common(rows)
        if not used:
            raise DataError("nothing was recorded of both arms.")
        table = balance.league(rows, "structure", outcome, used, method=method, level=level)
    except DataError:
        every = frame[frame["arm"].isin(["programme", "structure"])]
        sizes = rows.groupby("structure").size().reindex(sorted(every["structure"].unique()), fill_value=0)
        table = estimates(
            pd.DataFrame({"group": sizes.index, "n": sizes.to_numpy(float), "note": "not_estimable"}).assign(
                **dict.fromkeys(FIGURES, np.nan)
            ),
            kind="league", unit=OUTCOMES[outcome][0], level=level, by="structure_id",
            is_synthetic=bool(rows.attrs["about"].get("is_synthetic", False)), **about,
        )  # fmt: skip
    table.attrs["about"] = About({**table.attrs["about"], **about, "estimand": SHARE_OF[outcome], "by": "structure_id"})
    return table
