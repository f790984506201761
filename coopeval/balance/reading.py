"""What weights did: differences before and after, how many units they leave, how the scores overlap."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from coopeval.balance.coding import is_number, levels
from coopeval.balance.weighing import ARMS, notes_of, said_of
from coopeval.errors import DataError, ParameterError
from coopeval.uncertainty import about_of, estimates, share
from coopeval.wording import N_

BALANCED = 0.1  # a smaller standardised difference is taken as balanced (Austin 2009)
BANDS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
BAND_CODES = ("0_20", "20_40", "40_60", "60_80", "80_100")
BY_TREATED = N_("Differences are in standard deviations of the group studied, before weighting.")
BY_BOTH = N_("Differences are in standard deviations of both groups (root of the mean variance), before weighting.")
NOT_USED = N_("Covariates that the weights do not use are shown too.")
BOTH_SIDES = {
    "studied": N_("units of the group studied"),
    "reference": N_("units of the comparison group"),
}


def table(weighted: pd.DataFrame, also: Sequence[str] = ()) -> pd.DataFrame:
    """How alike the arms are in each covariate, before and after weighting.

    One row per number, and per level of each category (yes/no: the yes).

    Parameters
    ----------
    weighted
        What `weights` returns.
    also
        Further columns that the weights do not use. Cells may be empty there: `n` counts the known ones.

    Returns
    -------
    Estimate table of kind "balance": `group` (covariate, or covariate=level), `n`, `n_reference`, `n_events` and
    `n_reference_events` (units in the level; empty for numbers), `before`, `after`: mean of the arm studied minus that
    of the reference, over one fixed standard deviation: that of the arm studied before weighting for ATT, the root of
    the mean of both arms' variances before weighting else. Note `unbalanced` where `after` is 0.1 or more in size;
    `no_variation` where that standard deviation is 0.

    Source
    ------
    Rosenbaum & Rubin (1985); Stuart (2010) on the fixed denominator; Austin (2009) on 0.1.

    >>> from coopeval.balance import weights
    >>> kinds = pd.DataFrame({"kind": list("aaabbbaabbbb"), "supported": [1] * 6 + [0] * 6})
    >>> table(weights(kinds, "supported", ["kind"]))[["group", "n_events", "before"]].round(3).values.tolist()
    [['kind=a', 3.0, 0.304], ['kind=b', 3.0, -0.304]]
    """
    told = said_of(weighted)
    more = [also] if isinstance(also, str) else list(also)
    missing = [name for name in more if name not in weighted]
    if missing:
        raise ParameterError(f"the frame has no {', '.join(missing)}; `also` names columns of it.")
    arm, weight = weighted[told["treated"]].to_numpy(bool), weighted["weight"].to_numpy(float)
    rows = []
    for name in [*told["covariates"], *(name for name in more if name not in told["covariates"])]:
        for group, values, is_level in _parts(weighted, name, arm):
            rows.append({"group": group, **_difference(values, arm, weight, told["estimand"], is_level)})
    frame = pd.DataFrame(rows)
    over = frame["after"].abs().ge(BALANCED - 1e-12)
    frame["note"] = np.where(frame["before"].isna(), "no_variation", np.where(over, "unbalanced", ""))
    said = _about(weighted)
    said["warnings"] = (
        BY_TREATED if told["estimand"] == "ATT" else BY_BOTH,
        *((NOT_USED,) if more else ()),
        *said["warnings"],
    )
    return estimates(
        frame, kind="balance", unit="plain", by="covariate", method="standardised differences",
        estimand=N_("standardised difference between the groups"), **said,
    )  # fmt: skip


def _parts(frame: pd.DataFrame, name: str, arm: np.ndarray):
    """The number of a covariate, or each of its levels as 0 and 1."""
    if is_number(frame[name]):
        yield name, frame[name].to_numpy(float), False
        return
    values = frame[name]
    if values.dtype == object:
        values = values.where(values.notna() & values.ne(""), "unknown")
    code, found, _ = levels(values, name, arm)
    for at, level in enumerate(found):
        if level == "yes" or not set(found) <= {"yes", "no"}:
            yield f"{name}={level}", (code == at).astype(float), True


def _difference(values: np.ndarray, arm: np.ndarray, weight: np.ndarray, estimand: str, is_level: bool) -> dict:
    known = np.isfinite(values)
    one, other = known & arm, known & ~arm
    if not one.any() or not other.any():
        raise DataError("a covariate is not known for a whole arm; leave it out and say so.")
    variances = [values[side].var(ddof=1) if side.sum() > 1 else np.nan for side in (one, other)]
    unit = np.sqrt(variances[0] if estimand == "ATT" else np.mean(variances))
    gaps = [
        np.average(values[one], weights=w[one]) - np.average(values[other], weights=w[other])
        for w in (np.ones(len(arm)), weight)
    ]
    before, after = (gap / unit if unit > 0 else np.nan for gap in gaps)
    counts = (values[one].sum(), values[other].sum()) if is_level else (np.nan, np.nan)
    return {
        "n": int(one.sum()), "n_reference": int(other.sum()), "n_events": counts[0], "n_reference_events": counts[1],
        "before": before, "after": after,
    }  # fmt: skip


def diagnostics(weighted: pd.DataFrame) -> pd.DataFrame:
    """How many units the weights leave, and how much of the weight the heaviest has.

    One row per arm (codes `comparison_arms`): `n`, `n_trimmed` (left out by their score), `estimate` (effective sample
    size, (sum w)^2 / sum w^2: as many equally weighted units say as much), `largest_share` (of the weight of the arm).
    Note `few_effective` below 25, `heavy_weights` where one unit has more than a fifth.

    >>> from coopeval.balance import weights
    >>> kinds = pd.DataFrame({"kind": list("aaabbbaabbbb"), "supported": [1] * 6 + [0] * 6})
    >>> diagnostics(weights(kinds, "supported", ["kind"]))[["group", "n", "estimate", "note"]].round(2).values.tolist()
    [['studied', 6, 6.0, 'few_effective'], ['reference', 6, 5.33, 'few_effective']]
    """
    told = said_of(weighted)
    frame = pd.DataFrame({
        "group": ARMS, "n": [told["n"], told["n_reference"]],
        "n_trimmed": [told["n_trimmed"], told["n_reference_trimmed"]], "estimate": told["effective"],
        "largest_share": told["largest_share"], "note": notes_of(told),
    })  # fmt: skip
    if not frame["n_trimmed"].any():
        frame = frame.drop(columns="n_trimmed")
    return estimates(
        frame, kind="weights", unit="plain", codes="comparison_arms", method="effective sample size",
        estimand=N_("number of equally weighted units that would say as much"), **_about(weighted),
    )  # fmt: skip


def overlap(weighted: pd.DataFrame, of: str = "studied", level: float = 0.95) -> pd.DataFrame:
    """How the scores of one arm are spread: the share of its units in each fifth of the scale from 0 to 1.

    One row per band (codes `score_bands`), fixed in advance: `n` (units of the arm), `n_events` (in the band),
    `estimate`, `low`, `high` (Wilson). Take it for both arms, `of` "studied" and "reference", and set them side by
    side: where one has a band to itself there is nothing to compare with.

    >>> from coopeval.balance import weights
    >>> kinds = pd.DataFrame({"kind": list("aaabbbaabbbb"), "supported": [1] * 6 + [0] * 6})
    >>> overlap(weights(kinds, "supported", ["kind"]))["n_events"].tolist()
    [0, 0, 3, 3, 0]
    """
    told = said_of(weighted)
    if of not in ARMS:
        raise ParameterError(f'"{of}" is not an arm. Choose one of {", ".join(ARMS)}.')
    score = weighted["score"].to_numpy(float).round(9)  # 0.6 is 0.6, whatever its last digit
    if np.isnan(score).any():
        raise DataError("the arms have no logistic score (separated), so there is no overlap to show.")
    arm = weighted[told["treated"]].to_numpy(bool)
    counts, _ = np.histogram(score[arm if of == "studied" else ~arm], bins=BANDS)
    frame = pd.DataFrame({"group": BAND_CODES, "n_events": counts, "n": int(counts.sum())})
    said = {**_about(weighted), "population": BOTH_SIDES[of]}
    return share(frame, level=level, codes="score_bands", **said, estimand=N_("share of the units by their score"))


def _about(weighted: pd.DataFrame) -> dict:
    said = about_of(weighted)
    return {word: said[word] for word in ("population", "privacy", "is_synthetic", "as_of", "warnings")}
