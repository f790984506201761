"""One group against another, three ways: as they are, weighted to be alike, and with a model's predictions."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from coopeval.errors import ParameterError
from coopeval.survival.compared_ways import NOTHING, Arms, reweighed, standardised_difference, weighted
from coopeval.survival.contrasts import FEWEST_EVENTS
from coopeval.survival.curve import about_spells
from coopeval.survival.risk import checked
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
    groups: str | tuple[str, str],
    at_months: float | None = None,
    tau: float | None = None,
    adjusted: Adjusted | None = None,
    resampling: Resampling | None = None,
) -> pd.DataFrame:
    """How much longer enterprises of one group last than those of another, as they are and made alike.

    One row per group compared with and way of estimating: `unadjusted`; `weighted` with weights; `standardised` with
    covariates. A difference is the group less the one it is compared with. Curves count delayed entry.

    Parameters
    ----------
    spells
        As for `hazards`. Several rows of one enterprise (its jobs) are taken to end together.
    by, groups
        Grouping column; the group studied and the one it is compared with, ("programme", "register"), or the group
        studied alone, which is then compared with each other one. Rows of other groups play no part.
    at_months, tau
        One of them: the month at which the share still active is compared, or the horizon of months active.
    adjusted
        `Adjusted(weights="weight", covariates="legal_family + age_at_zero")`, each optional. Standardised to the mix of
        the group studied.
    resampling
        `Resampling(n_replicates, seed, level, reweigh)`. With `reweigh` (`uncertainty.balancing(...)` on the rows of
        the two groups, in the order of the spells) weights are worked out anew in each replicate; with a column of
        weights alone they are taken as known and the error is robust.

    Returns
    -------
    Estimate table of kind "effect": group (code of `effect_methods`), against, design, n, n_reference, n_events,
    n_reference_events (up to the horizon), estimate, se, low, high, p, e_value, e_value_limit (shares: of the ratio of
    the shares that ceased), note. With fewer than five events in a group there is no p and no E-value
    (`few_events`), without any no figure; a group of one enterprise, or of none, `few_units`; beyond the follow-up of
    either `beyond_follow_up`.

    Raises
    ------
    ParameterError
        Neither or both of at_months and tau; a group twice; weights worked out anew against several groups.
    DataError
        As `hazards`.

    Source
    ------
    Errors: Therneau & Grambsch (2000), section 7, by enterprise; bootstrap within groups. Means: Conner et al. (2019).
    E-value: VanderWeele & Ding (2017).

    >>> twelve = pd.DataFrame({"enterprise_id": range(12), "entry": 0, "exit": [*range(1, 7), *range(4, 10)],
    ...                        "event": True, "arm": list("xxxxxxyyyyyy")})
    >>> compared(twelve, "arm", "y", at_months=5)[["group", "against", "n_events", "estimate"]].round(3).values.tolist()
    [['unadjusted', 'x', 2.0, 0.5]]
    """
    adjusted, resampling = adjusted or Adjusted(), resampling or Resampling()
    pairs = _pairs(spells, by, groups, (at_months, tau), adjusted)
    if resampling.reweigh and len(pairs) != 1:
        raise ParameterError(f'weights belong to two groups: name both, as groups=("{pairs[0].own}", "...").')
    rows, words = [], []
    for pair in pairs:
        told, said = _of_pair(pair, adjusted, resampling)
        rows, words = rows + told, words + said
    known = bool(adjusted.weights) and not resampling.reweigh
    return _table(spells, pairs, rows, (resampling.level, list(dict.fromkeys(words))), known)


def _of_pair(arms: Arms, adjusted: Adjusted, resampling: Resampling) -> tuple[list[dict[str, object]], list[str]]:
    """A row for each way, and the words of the bootstraps."""
    counted = _counted(arms)
    why = _refused(arms, counted)
    wanted = {"unadjusted": True, "weighted": bool(adjusted.weights or resampling.reweigh),
              "standardised": bool(adjusted.covariates)}  # fmt: skip
    ways, words = {way: NOTHING | {"note": why} for way, is_wanted in wanted.items() if is_wanted}, []
    if not why:
        ways["unadjusted"] = weighted(arms, None, resampling.level)
        if resampling.reweigh:
            ways["weighted"], said = reweighed(arms, resampling)
            words.append(said)
        elif adjusted.weights:
            ways["weighted"] = weighted(arms, adjusted.weights, resampling.level)
        if adjusted.covariates:
            ways["standardised"], said = standardised_difference(arms, adjusted.covariates, resampling)
            words.append(said)
    rows = [{"group": way, **counted, **_tested(figures, counted, arms)} for way, figures in ways.items()]
    return rows, [word for word in words if word]


def _pairs(
    spells: pd.DataFrame, by: str, groups: str | tuple[str, str], until: tuple, adjusted: Adjusted
) -> list[Arms]:
    at_months, tau = until
    if (at_months is None) == (tau is None):
        raise ParameterError("say either at_months (compare shares) or tau (compare months active), one of them.")
    horizon = at_months if tau is None else tau
    if not (np.isfinite(horizon) and horizon > 0):
        raise ParameterError(f"a horizon is a number of months above 0, for instance 36; not {horizon}.")
    checked(spells, by, adjusted.weights, "enterprise_id")
    names = spells[by].astype(str)
    own, *others = (groups,) if isinstance(groups, str) else groups
    others = others or sorted(set(names) - {own}) or [""]  # nobody to compare with: a row without figures
    if own in others:
        raise ParameterError(f'"{own}" cannot be compared with itself; name two groups of {by}.')
    both = [spells[names.isin([own, other])].reset_index(drop=True) for other in others]
    return [Arms(rows, by, own, other, at_months, tau) for rows, other in zip(both, others, strict=True)]


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
    if arms.tau is None and "levels" in figures and not few:  # a ratio of so few would be as large as one likes
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


def _table(spells: pd.DataFrame, pairs: list[Arms], rows: list[dict], made: tuple[float, list[str]], known: bool):
    level, words = made
    frame = pd.DataFrame(rows)
    frame["design"] = np.where(frame["group"].eq("unadjusted"), "association", "adjusted")
    ways, of_shares = set(frame["group"]), pairs[0].tau is None
    warnings = [RECORDED] if len(ways) > 1 else []
    warnings += [KNOWN] if known else []
    warnings += [SUPPOSES] if "standardised" in ways else []
    warnings += [THIN] if any(_thin(arms) for arms in pairs) else []
    about = {
        **about_spells(spells, None), "privacy": "confidential", "codes": "effect_methods",
        "estimand": SHARE if of_shares else MONTHS, "unit": "share" if of_shares else "months",
        "method": "; ".join([N_("difference of Kaplan-Meier, robust errors"), *words]),
        "interval": N_("normal, percentile") if words else "normal",
    }  # fmt: skip
    return estimates(frame, kind="effect", level=level, warnings=tuple(warnings), **about)
