"""Weights that make two arms alike in what was recorded, with what they cost told beside them (METHODS 9)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from coopeval.balance.coding import NARROWER, Coded, coded, column_name, why_no_overlap
from coopeval.errors import DataError, ParameterError
from coopeval.uncertainty import Balancing, balancing
from coopeval.uncertainty.shape import About
from coopeval.wording import N_

METHODS = ("logistic", "entropy", "overlap")
ARMS = ("studied", "reference")  # codes of the list comparison_arms
HEAVIEST = 0.2  # of the weight of an arm on one unit; above it that unit decides
FEWEST_EFFECTIVE = 25  # equally weighted units; with 8 to 17 limits held the truth in .76 (benchmarks/comparison.csv)
UNITS_PER_COEFFICIENT = 5  # of the smaller arm; below it the score says more about the few than about the many
OBSERVED = N_("Weights make the groups alike in what was recorded and used, and in nothing else.")
HEAVY = N_("One unit carries more than a fifth of the weight of its group, so it decides much of the result.")
FEW = N_("After weighting, a group says as little as fewer than 25 units.")
THIN = N_("There are fewer than five units of the smaller group for each coefficient of the score.")
TOGETHER = N_("Levels with few units were put together as 'other'.")
TRIMMED = N_("Units with a score outside the limits set were left out: the result holds for the others only.")
ESTIMANDS = ("ATT", "ATE", "ATO")


class Fitted(NamedTuple):
    """Coded arms with their weights and scores."""

    coded: Coded
    balancing: Balancing
    weight: np.ndarray
    score: np.ndarray


def weights(
    frame: pd.DataFrame,
    treated: str,
    covariates: Sequence[str],
    estimand: str | None = None,
    method: str = "logistic",
    trim: tuple[float, float] | None = None,
    merge_below: int = 0,
) -> pd.DataFrame:
    """The rows with the probability of being in the arm studied and the weight that makes the arms alike.

    One row per row of the frame, in its order; with `trim` only those that stay.

    Parameters
    ----------
    frame
        One row per unit (project, enterprise).
    treated
        Column, true or 1 for the arm studied, false or 0 for the reference.
    covariates
        Columns known at entry: text, categories and yes/no become levels, numbers stay as they are (linear).
    estimand
        "ATT" (default): effect on those studied. "ATE": on all. "ATO" (the default, and the only one, of "overlap"):
        on those who might have been in either arm; it weighs down whom only one arm has, so it holds where the
        overlap is poor, but for fewer.
    method
        "logistic": 1 and e / (1 - e), or 1 / e and 1 / (1 - e), or 1 - e and e, with e from a logistic regression.
        "entropy": the weights closest to even ones under which covariates have exactly equal means. "overlap":
        logistic, 1 - e and e.
    trim
        Lowest and highest score that stay, for instance (0.1, 0.9); the others leave and are counted, then scores
        and weights are worked out anew. Default nobody leaves.
    merge_below
        Levels with fewer units than this in either arm are put together as "other", and told. Default none.

    Returns
    -------
    The frame with `score` (e) and `weight`. attrs["balancing"]: treated, covariates, estimand, method, n and
    n_reference, n_trimmed and n_reference_trimmed, merged (levels), effective and largest_share per arm;
    attrs["about"]: population, privacy and warnings. Read them with `diagnostics`, `table` and `overlap`.

    Raises
    ------
    DataError
        An arm with fewer than 5 rows; a covariate that is empty, constant or unknown (in all or in one whole arm) or
        told by the others; arms without overlap (separated scores, or means that no weights reach).
    ParameterError
        Unknown names, estimand or method; a frame that has `score` or `weight` already; impossible limits.

    Source
    ------
    Rosenbaum (1987); Li, Morgan & Zaslavsky (2018); Hainmueller (2012); Crump et al. (2009) on trimming.

    >>> kinds = pd.DataFrame({"kind": list("aaabbbaabbbb"), "supported": [1] * 6 + [0] * 6})
    >>> weights(kinds, "supported", ["kind"])["weight"].round(3).tolist()[6:]
    [1.5, 1.5, 0.75, 0.75, 0.75, 0.75]
    """
    taken = [column for column in ("score", "weight") if column in frame]
    if taken:
        raise ParameterError(
            f"the frame has a column {' and '.join(taken)} already; rename it, or start from the frame without."
        )
    kept = frame
    first = fitted(frame, treated, covariates, estimand, method, merge_below)
    if trim is not None:
        kept = frame[_inside(first.score, trim)]
        kept.attrs = frame.attrs
    last = first if trim is None else fitted(kept, treated, covariates, estimand, method, merge_below)
    result = kept.assign(score=last.score, weight=last.weight)
    result.attrs = dict(frame.attrs)
    told, said = facts_of(first, last, treated, covariates, method), frame.attrs.get("about", {})
    result.attrs["balancing"] = told
    result.attrs["about"] = About({**said, "warnings": (*said.get("warnings", ()), *warnings_of(told))})
    return result


def fitted(frame: pd.DataFrame, treated: str, covariates, estimand: str | None, method: str, merge_below=0) -> Fitted:
    """Coded covariates with their weights; refuses arms that no weights make alike."""
    chosen, way = ways(estimand, method)
    found = coded(frame, treated, covariates, merge_below)
    weigh = balancing(found.columns, found.treated, chosen, way)
    once = np.ones((1, len(frame)))
    weight, score = weigh.weights(once)[0], weigh.score(once)[0]
    if np.isnan(weight).any():
        raise DataError(f"{_no_overlap(found, way)} {NARROWER}.")
    return Fitted(found, weigh, weight, score)


def _no_overlap(found: Coded, way: str) -> str:
    if way == "logistic" or found.lonely:
        return (
            f"the arms have no overlap: {why_no_overlap(found)}. No weights, overlap weights included, make up for "
            'units that only one arm has; where scores are only close to 0 or 1, overlap weights (method="overlap") do.'
        )
    return (
        "no weights give the reference arm the means asked for: they lie outside what it has. Overlap weights "
        '(method="overlap") may still be possible.'
    )


def ways(estimand: str | None, method: str) -> tuple[str, str]:
    """Estimand and way of weighting, checked together."""
    if method not in METHODS:
        raise ParameterError(f'"{method}" is not a way of weighting. Choose one of {", ".join(METHODS)}.')
    chosen = estimand or ("ATO" if method == "overlap" else "ATT")
    if chosen not in ESTIMANDS:
        raise ParameterError(f'"{chosen}" is not an estimand. Choose one of {", ".join(ESTIMANDS)}.')
    if method == "overlap" and chosen != "ATO":
        raise ParameterError('overlap weights answer for those who might be in either arm: estimand "ATO", or none.')
    return chosen, "entropy" if method == "entropy" else "logistic"


def _inside(score: np.ndarray, trim: tuple[float, float]) -> np.ndarray:
    low, high = trim
    if not 0 <= low < high <= 1:
        raise ParameterError("trim is a pair of scores, the lowest and the highest that stay, for instance (0.1, 0.9).")
    if np.isnan(score).any():
        raise DataError("the scores separate the arms, so nobody can be trimmed by them; compare more narrowly.")
    return (score >= low) & (score <= high)


def effective(weight: np.ndarray) -> float:
    """As many equally weighted units would say as much: (sum w)^2 / sum w^2.

    >>> effective(np.array([1.0, 1.0, 2.0])).__round__(3)
    2.667
    """
    return float(weight.sum() ** 2 / (weight**2).sum())


def facts_of(first: Fitted, last: Fitted, treated: str, covariates: Sequence[str], method: str) -> About:
    """What is told of weights: for `diagnostics`, for warnings, and in attrs["balancing"]."""
    arm = last.coded.treated
    gone = [int(first.coded.treated.sum() - arm.sum()), int((~first.coded.treated).sum() - (~arm).sum())]
    sides = [last.weight[arm], last.weight[~arm]]
    numbers, largest = [effective(w) for w in sides], [float(w.max() / w.sum()) for w in sides]
    return About({
        "treated": treated, "covariates": tuple(covariates), "estimand": last.balancing.estimand, "method": method,
        "n": int(arm.sum()), "n_reference": int((~arm).sum()), "n_trimmed": gone[0], "n_reference_trimmed": gone[1],
        "merged": first.coded.merged, "coefficients": last.coded.columns.shape[1] + 1,
        "columns": tuple(column_name(last.coded, k) for k in range(last.coded.columns.shape[1])),
        "effective": tuple(numbers), "largest_share": tuple(largest),
    })  # fmt: skip


def notes_of(told: dict) -> list[str]:
    """What is wrong with the weights of each arm, as a code."""
    return [
        "few_effective" if size < FEWEST_EFFECTIVE else "heavy_weights" if share > HEAVIEST else ""
        for size, share in zip(told["effective"], told["largest_share"], strict=True)
    ]


def warnings_of(told: dict) -> tuple[str, ...]:
    """Sentences on what sets limits to a weighted comparison."""
    few = min(told["n"], told["n_reference"]) < UNITS_PER_COEFFICIENT * told["coefficients"]
    cases = (
        (OBSERVED, True), (HEAVY, max(told["largest_share"]) > HEAVIEST),
        (FEW, min(told["effective"]) < FEWEST_EFFECTIVE), (THIN, few), (TOGETHER, bool(told["merged"])),
        (TRIMMED, told["n_trimmed"] + told["n_reference_trimmed"] > 0),
    )  # fmt: skip
    return tuple(sentence for sentence, holds in cases if holds)


def said_of(weighted: pd.DataFrame) -> dict:
    """What `weights` told of a frame; refuses one that did not come from it or lost its rows since."""
    told = weighted.attrs.get("balancing")
    if told is None or "weight" not in weighted:
        raise ParameterError("this frame carries no weights of balance.weights; give what it returns.")
    arm = weighted[told["treated"]].to_numpy(bool)
    if (int(arm.sum()), int((~arm).sum())) != (told["n"], told["n_reference"]):
        raise ParameterError("rows were taken from or added to this frame after weighting; weigh those you keep again.")
    return told
