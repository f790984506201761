"""What became of projects of the programme and of others alike in what was recorded (METHODS 9)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from coopeval import balance, cohort
from coopeval.balance.estimators import WAYS
from coopeval.balance.reading import BAND_CODES
from coopeval.comparison.known import is_comparable, told_of_unknown
from coopeval.comparison.stacked import NOT_POSSIBLE, stacked
from coopeval.errors import DataError, ParameterError
from coopeval.uncertainty import estimates
from coopeval.wording import N_

OUTCOMES = {
    "created": ("share", N_("difference in the share of projects that created an enterprise within 24 months")),
    "is_alive": ("share", N_("difference in the share of projects with an enterprise there at the end of the window")),
    "active_months": ("months", N_("difference in enterprise-months per project within the window")),
    "jobs": ("plain", N_("difference in jobs per project, two years after the year of entry")),
    "fte": ("fte", N_("difference in full-time equivalents per project, two years after the year of entry")),
}


def effects(
    frame: pd.DataFrame, comparators: Sequence[str], covariates: Sequence[str], outcome: str,
    method: str = "logistic", level: float = 0.95,
) -> pd.DataFrame:  # fmt: skip
    """How projects of the programme fared beside those of others: as they are, and made alike.

    One row per comparator and way of estimating (`balance.effect`).

    Parameters
    ----------
    frame
        What `cohort.compared` returns.
    comparators
        Arms: rejected, waiting_list, structure.
    covariates
        Fixed in advance; those not recorded for both are left out (`cohort.against`).
    outcome
        created, is_alive, active_months, jobs or fte.
    method, level
        As for `balance.effect`.

    Returns
    -------
    Estimate table of kind "effect": programme minus comparator, for those in the programme. A comparator that is
    absent, too small or without overlap has rows without figures, note `not_comparable`; so has one whose outcome (or
    that of the programme) is known of fewer than half of the projects with an enterprise, note `few_known`.
    `n_left_out`: projects of both arms that have had the time and whose outcome is not known.

    Raises
    ------
    ParameterError
        Another outcome, unknown comparators.

    Source
    ------
    As `balance.effect`.
    """
    if outcome not in OUTCOMES:
        raise ParameterError(f'"{outcome}" is not an outcome. Choose one of {", ".join(OUTCOMES)}.')
    unit, estimand = OUTCOMES[outcome]

    def make(rows: pd.DataFrame, name: str) -> pd.DataFrame:
        if not is_comparable(frame, outcome, name):
            raise DataError(f"{outcome} is not known of half of the projects with an enterprise in both arms.")
        used = cohort.common(rows)
        return balance.effect(rows, "treated", used, outcome, method=method, against=name, level=level, unit=unit)

    said = {"kind": "effect", "unit": unit, "codes": "effect_methods", "estimand": estimand, "level": level}
    table = stacked(frame, comparators, covariates, outcome, make, said, WAYS)
    return told_of_unknown(table, frame, outcome, comparators)


def alike(
    frame: pd.DataFrame, comparators: Sequence[str], covariates: Sequence[str], method: str = "logistic",
    also: Sequence[str] = (), outcome: str | None = None,
) -> pd.DataFrame:  # fmt: skip
    """How alike the programme and each comparator are in what was recorded, before and after weighting.

    One row per comparator and covariate or level (`balance.table`).

    Parameters
    ----------
    frame
        What `cohort.compared` or `cohort.spells` returns.
    comparators, covariates, method
        As for `effects`.
    also
        Covariates that the weights do not use and that are shown beside them.
    outcome
        Only rows of which this is known, as in the comparison itself.

    Returns
    -------
    Estimate table of kind "balance", with `against`.
    """

    def make(rows: pd.DataFrame, name: str) -> pd.DataFrame:
        weighted = balance.weights(rows, "treated", cohort.common(rows), method=method)
        table = balance.table(weighted, [column for column in also if column in weighted])
        return table.assign(against=name)

    said = {"kind": "balance", "unit": "plain", "by": "covariate"}
    return _of_one(stacked(frame, comparators, covariates, outcome, make, said), ("group", "before", "after"))


def spread(
    frame: pd.DataFrame, comparators: Sequence[str], covariates: Sequence[str], method: str = "logistic",
    outcome: str | None = None,
) -> pd.DataFrame:  # fmt: skip
    """How many units the weights leave in each group, and how much the heaviest has.

    One row per comparator and arm (`balance.diagnostics`), parameters as for `alike`.
    """

    def make(rows: pd.DataFrame, name: str) -> pd.DataFrame:
        weighted = balance.weights(rows, "treated", cohort.common(rows), method=method)
        return balance.diagnostics(weighted).assign(against=name)

    said = {"kind": "weights", "unit": "plain", "codes": "comparison_arms"}
    return _of_one(stacked(frame, comparators, covariates, outcome, make, said), ("group", "largest_share"))


def overlap(
    frame: pd.DataFrame, comparator: str, covariates: Sequence[str], of: str = "studied", level: float = 0.95
) -> pd.DataFrame:
    """How the scores of one arm are spread over the scale from 0 to 1 (`balance.overlap`).

    One row per band of the score, the chance of being in the programme by a logistic regression on the covariates.

    Parameters
    ----------
    frame, covariates
        As for `effects`.
    comparator
        The arm compared with.
    of
        studied (the programme) or reference (the comparator).
    level
        Confidence level.

    Returns
    -------
    Estimate table of shares. Without overlap, or without the comparator, rows without figures, note `not_comparable`.
    """
    rows = cohort.against(frame, comparator, covariates)
    try:
        used = cohort.common(rows)
        if not used:
            raise DataError("nothing was recorded of both arms.")
        return balance.overlap(balance.weights(rows, "treated", used), of, level)
    except DataError:
        about = {word: rows.attrs["about"].get(word, "") for word in ("as_of", "clock", "population")}
        bands = pd.DataFrame({"group": BAND_CODES, "n_events": np.nan, "n": 0.0})
        empty = bands.assign(estimate=np.nan, low=np.nan, high=np.nan, note="not_comparable")
        synthetic = bool(rows.attrs["about"].get("is_synthetic", False))
        return estimates(
            empty,
            kind="share",
            codes="score_bands",
            level=level,
            is_synthetic=synthetic,
            warnings=(NOT_POSSIBLE,),
            **about,
        )


def _of_one(table: pd.DataFrame, needed: tuple[str, ...]) -> pd.DataFrame:
    """Without the name of the comparator where there is one only, and without the columns of an effect."""
    gone = ["design", "se", "low", "high", *(["against"] if table["against"].nunique() == 1 else [])]
    if "before" in needed:
        gone.append("estimate")
    counts = {column: np.nan for column in (*needed, "n_events", "n_reference_events") if column not in table}
    if "before" not in needed:
        counts = {column: value for column, value in counts.items() if not column.startswith("n_")}
        gone.append("n_reference")
    kept = table.drop(columns=[column for column in gone if column in table]).assign(**counts)
    kept["group"] = kept["group"].replace("weighted", "reference" if "before" not in needed else "all")
    kept.attrs = table.attrs
    return kept
