"""Applicants just above the score of selection against those just below: who is in depends on a few points."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from coopeval import balance
from coopeval.comparison.known import due
from coopeval.comparison.projects import OUTCOMES
from coopeval.comparison.stacked import NOT_POSSIBLE
from coopeval.errors import DataError, ParameterError
from coopeval.uncertainty import estimates
from coopeval.uncertainty.shape import About
from coopeval.wording import N_

APPLICANTS = ("programme", "rejected", "waiting_list")
POPULATION = N_("applicants to the evaluated programme whose score lies near the threshold")


def threshold(
    frame: pd.DataFrame, cutoff: float, bandwidths: Sequence[float], outcome: str, level: float = 0.95
) -> pd.DataFrame:
    """Jump of an outcome at the score from which applicants are selected (`balance.threshold`).

    One row per bandwidth.

    Parameters
    ----------
    frame
        What `cohort.compared` returns; only applicants of the evaluated programme with a score are used.
    cutoff
        Score from which applicants are to be selected.
    bandwidths
        Distances from it in points, fixed in advance.
    outcome
        created, is_alive, active_months, jobs or fte.
    level
        Confidence level.

    Returns
    -------
    Estimate table of kind "effect", against `rejected`. Where too few applicants have a score near it, or none has
    one, rows without figures, note `few_per_side`; where the score does not decide who is selected, `no_jump`.

    Raises
    ------
    ParameterError
        Another outcome, or a bandwidth that is not above zero.
    DataError
        A frame without arms.
    """
    if outcome not in OUTCOMES:
        raise ParameterError(f'"{outcome}" is not an outcome. Choose one of {", ".join(OUTCOMES)}.')
    if "arm" not in frame:
        raise DataError("A comparison needs arms; give what cohort.compared returns.")
    unit, estimand = OUTCOMES[outcome]
    rows = frame[frame["arm"].isin(APPLICANTS) & due(frame, outcome)]
    rows = rows.assign(selected=rows["arm"].eq("programme"))
    rows.attrs = {"about": About({**frame.attrs.get("about", {}), "population": POPULATION})}
    options = {"treated": "selected", "missing": "drop", "against": "rejected", "unit": unit, "level": level}
    try:
        table = balance.threshold(rows, "selection_score", cutoff, outcome, bandwidths, **options)
    except DataError:
        table = _none(rows, cutoff, bandwidths, outcome, level)
    table.attrs["about"] = About({**table.attrs["about"], "estimand": estimand})
    return table


def _none(rows: pd.DataFrame, cutoff: float, bandwidths: Sequence[float], outcome: str, level: float) -> pd.DataFrame:
    """How many there are on either side of the threshold, and no figures."""
    known = rows[rows["selection_score"].notna() & rows[outcome].notna()]
    distance = known["selection_score"].to_numpy(float) - cutoff
    told = [
        {
            "group": "threshold", "against": "rejected", "design": "quasi_experimental", "bandwidth": float(width),
            "n": float(((distance >= 0) & (distance < width)).sum()),
            "n_reference": float(((distance < 0) & (distance > -width)).sum()),
            **dict.fromkeys(("estimate", "se", "low", "high", "p"), np.nan), "note": "few_per_side",
        }
        for width in bandwidths
    ]  # fmt: skip
    about = {word: rows.attrs["about"].get(word, "") for word in ("as_of", "clock", "population")}
    return estimates(
        pd.DataFrame(told), kind="effect", unit=OUTCOMES[outcome][0], codes="effect_methods", level=level,
        warnings=(NOT_POSSIBLE,), is_synthetic=bool(rows.attrs["about"].get("is_synthetic", False)), **about,
    )  # fmt: skip
