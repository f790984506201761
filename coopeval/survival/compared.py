"""One group against another, three ways: as they are, weighted to be alike, and with a model's predictions."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from coopeval.errors import DataError, ParameterError
from coopeval.survival.compared_ways import NOTHING, Arms, reweighed, standardised_difference, weighted
from coopeval.survival.contrasts import FEWEST_EVENTS
from coopeval.survival.curve import about_spells
from coopeval.survival.risk import checked, groups
from coopeval.survival.standardised import SUPPOSES, Resampling
from coopeval.uncertainty import estimates
from coopeval.wording import N_

SHARE = N_("difference in the share still active: the group less the one it is compared with, in percentage points")
MONTHS = N_("difference in months active within the horizon: the group less the one it is compared with")
RECORDED = N_("Weights and models make groups alike in what was recorded at entry, and in nothing else.")
KNOWN = N_(
    "The interval of the weighted difference takes the weights as known, though they are worked out from the data."
)
THIN = N_("Few were at risk in the first months: compare from a landmark on, where enough of both groups are followed.")
FEWEST_AT_RISK = 5


class Adjusted(NamedTuple):
    """How groups are made alike: `weights`, a column; `covariates`, a formula for the predictions of a model."""

    weights: str | None = None
    covariates: str | None = None


def compared(
    spells: pd.DataFrame,
    by: str,
    reference: str,
    at_months: float | None = None,
    tau: float | None = None,
    adjusted: Adjusted | None = None,
    resampling: Resampling | None = None,
) -> pd.DataFrame:
    """How much longer enterprises of one group last than those of another, as they are and made alike.

    One row per way of estimating: `unadjusted`; `weighted` with weights; `standardised` with covariates. A difference
    is the group less the reference. Curves count delayed entry.

    Parameters
    ----------
    spells
        As for `hazards`, of two groups. Several rows of one enterprise (its jobs) are taken to end together.
    by, reference
        Grouping column; the group compared with.
    at_months, tau
        One of them: the month at which the share still active is compared, or the horizon of months active.
    adjusted
        `Adjusted(weights="weight", covariates="legal_family + age_at_zero")`, each optional. Standardised to the mix of
        the group that is not the reference.
    resampling
        `Resampling(n_replicates, seed, level, reweigh)`. With `reweigh` (`uncertainty.balancing(...)` on the same rows)
        weights are worked out anew in each replicate; with a column of weights alone they are taken as known and the
        error is robust.

    Returns
    -------
    Estimate table of kind "effect": group (code of `effect_methods`), against, design, n, n_reference, n_events,
    n_reference_events (up to the horizon), estimate, se, low, high, p, e_value, e_value_limit (shares: of the ratio of
    the shares that ceased), note. With fewer than five events in a group there is no p (`few_events`), without any no
    figure; a group of one enterprise, or of none, `few_units`; beyond the follow-up of either `beyond_follow_up`.

    Raises
    ------
    ParameterError
        Neither or both of at_months and tau; a reference that is no group.
    DataError
        More than two groups; as `hazards`.

    Source
    ------
    Errors: Therneau & Grambsch (2000), section 7, by enterprise; bootstrap within groups. Means: Conner et al. (2019).
    E-value: VanderWeele & Ding (2017).

    >>> twelve = pd.DataFrame({"enterprise_id": range(12), "entry": 0, "exit": [*range(1, 7), *range(4, 10)],
    ...                        "event": True, "arm": list("xxxxxxyyyyyy")})
    >>> compared(twelve, "arm", "x", at_months=5)[["group", "against", "n_events", "estimate"]].round(3).values.tolist()
    [['unadjusted', 'x', 2.0, 0.5]]
    """
    adjusted, resampling = adjusted or Adjusted(), resampling or Resampling()
    arms = _arms(spells, by, reference, (at_months, tau), adjusted)
    counted = _counted(arms)
    why = _refused(arms, counted)
    ways = {"unadjusted": NOTHING | {"note": why} if why else weighted(arms, None, resampling.level)}
    words = []
    if adjusted.weights or resampling.reweigh:
        ways["weighted"] = NOTHING | {"note": why}
        if not why and resampling.reweigh:
            ways["weighted"], told = reweighed(arms, resampling)
            words.append(told)
        elif not why:
            ways["weighted"] = weighted(arms, adjusted.weights, resampling.level)
    if adjusted.covariates:
        ways["standardised"] = NOTHING | {"note": why}
        if not why:
            ways["standardised"], told = standardised_difference(arms, adjusted.covariates, resampling)
            words.append(told)
    rows = [{"group": way, **counted, **_tested(figures, counted, arms)} for way, figures in ways.items()]
    known = bool(adjusted.weights) and not resampling.reweigh
    return _table(arms, rows, resampling.level, list(dict.fromkeys(word for word in words if word)), known)


def _arms(spells: pd.DataFrame, by: str, reference: str, until: tuple, adjusted: Adjusted) -> Arms:
    at_months, tau = until
    if (at_months is None) == (tau is None):
        raise ParameterError("say either at_months (compare shares) or tau (compare months active), one of them.")
    horizon = at_months if tau is None else tau
    if not (np.isfinite(horizon) and horizon > 0):
        raise ParameterError(f"a horizon is a number of months above 0, for instance 36; not {horizon}.")
    checked(spells, by, adjusted.weights, "enterprise_id")
    names = [str(name) for name in groups(spells, by)[1]]
    if len(names) > 2:
        raise DataError(f"two groups are compared, and {by} has {len(names)}: {', '.join(names)}. Choose rows first.")
    if reference not in names and len(names) == 2:
        raise ParameterError(f'"{reference}" is not a group of {by}; there are {" and ".join(names)}.')
    own = next((name for name in names if name != reference), "")  # one group or none: rows without figures
    return Arms(spells, by, own, reference, at_months, tau)


def _counted(arms: Arms) -> dict[str, object]:
    """Enterprises of both groups, and the ends in them up to the horizon."""
    told: dict[str, object] = {"against": arms.against}
    for name, n, events in ((arms.own, "n", "n_events"), (arms.against, "n_reference", "n_reference_events")):
        rows = arms.rows(name)
        told[n] = float(rows["enterprise_id"].nunique())
        told[events] = float((rows["event"].astype(bool) & rows["exit"].le(arms.horizon)).sum())
    return told


def _refused(arms: Arms, counted: dict[str, object]) -> str:
    """Why nothing can be compared, in a word; empty if it can."""
    both = [arms.rows(arms.own), arms.rows(arms.against)]
    if min(counted["n"], counted["n_reference"]) < 2:
        return "few_units"
    if arms.horizon > min(rows["exit"].max() for rows in both):
        return "beyond_follow_up"
    first = max(rows["entry"].min() for rows in both)
    if first > 0 and (arms.tau is not None or arms.horizon <= first):
        return "not_estimable"
    return "few_events" if min(counted["n_events"], counted["n_reference_events"]) == 0 else ""


def _tested(figures: dict[str, object], counted: dict[str, object], arms: Arms) -> dict[str, object]:
    """p from the error, E-values from the shares that ceased, and the note of few events."""
    told = NOTHING | {key: value for key, value in figures.items() if key != "levels"}
    few = min(counted["n_events"], counted["n_reference_events"]) < FEWEST_EVENTS
    told["note"] = told.get("note") or ("few_events" if few and not np.isnan(told["estimate"]) else "")
    if not few and told["se"] > 0:
        told["p"] = float(2 * stats.norm.sf(abs(told["estimate"] / told["se"])))
    if arms.tau is None and "levels" in figures:
        ceased = 1 - figures["levels"][0]
        nearer = told["low"] if told["estimate"] > 0 else told["high"]
        crosses = told["low"] <= 0 <= told["high"]
        told["e_value"] = e_value(ceased / (ceased + told["estimate"]))
        told["e_value_limit"] = 1.0 if crosses else e_value(ceased / (ceased + nearer))
    return told


def e_value(ratio: float) -> float:
    """How strong something not recorded must be, on both sides, to explain a ratio of risks away.

    >>> round(e_value(2.0), 2), round(e_value(0.5), 2)
    (3.41, 3.41)
    """
    if not (np.isfinite(ratio) and ratio > 0):
        return np.nan
    ratio = max(ratio, 1 / ratio)
    return float(ratio + np.sqrt(ratio * (ratio - 1)))


def _thin(arms: Arms) -> bool:
    """Whether someone ended while fewer than five of its group were at risk, well before the horizon."""
    for name in (arms.own, arms.against):
        rows = arms.rows(name)
        ends = np.unique(rows.loc[rows["event"].astype(bool) & rows["exit"].lt(arms.horizon / 2), "exit"])
        entry, leave = np.sort(rows["entry"]), np.sort(rows["exit"])
        at_risk = np.searchsorted(entry, ends, side="left") - np.searchsorted(leave, ends, side="left")
        if (at_risk < FEWEST_AT_RISK).any() and rows["entry"].gt(0).any():
            return True
    return False


def _table(arms: Arms, rows: list[dict], level: float, words: list[str], known: bool) -> pd.DataFrame:
    design = {"unadjusted": "association"}
    frame = pd.DataFrame([{**row, "design": design.get(row["group"], "adjusted")} for row in rows])
    ways = set(frame["group"])
    warnings = [RECORDED] if len(ways) > 1 else []
    warnings += [KNOWN] if known else []
    warnings += [SUPPOSES] if "standardised" in ways else []
    warnings += [THIN] if _thin(arms) else []
    about = {
        **about_spells(arms.spells, None), "privacy": "confidential", "codes": "effect_methods",
        "estimand": SHARE if arms.tau is None else MONTHS, "unit": "share" if arms.tau is None else "months",
        "method": "; ".join([N_("difference of Kaplan-Meier, robust errors"), *words]),
        "interval": N_("normal, percentile") if words else "normal",
    }  # fmt: skip
    return estimates(frame, kind="effect", level=level, warnings=tuple(warnings), **about)
