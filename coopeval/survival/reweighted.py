"""The survival curve as it would be had nobody been lost from sight, beside the plain one (METHODS 8)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from coopeval.survival.bounds import LOST
from coopeval.survival.curve import about_spells, curve
from coopeval.survival.intervals import limits
from coopeval.survival.loss import Loss, model
from coopeval.survival.reading import asked_for, at
from coopeval.survival.risk import LAST_DIGIT
from coopeval.uncertainty import about_of, beside, estimates, wilson
from coopeval.wording import N_

PLAIN, WEIGHTED = "as_the_others", "weighted_for_loss"
UNLOST = N_("Groups in which nobody was lost are taken as never being lost.")
FIXED = N_("The interval takes the weights as known, though they are worked out from the data.")
OBSERVED = N_("Weights correct for the differences that were observed, and for no others.")


def weighted_for_loss(
    spells: pd.DataFrame, covariates: Sequence[str], level: float = 0.95, interval: str = "log-log"
) -> pd.DataFrame:
    """Share still active over time, plain and weighted by the inverse probability of still being in sight.

    One row per view and exit time. `as_the_others` is the plain curve: those lost are censored. In
    `weighted_for_loss` each enterprise still in sight stands also for the ones like it that were lost: its weight at a
    time is the stabilised inverse of its probability of not having been lost since its entry. Where nobody was lost,
    or the covariates tell nothing of loss, both are the same.

    Parameters
    ----------
    spells
        As for `curve`, with `end_kind`, `followed_until` (months) and the covariates, as cohort.spells gives.
    covariates
        Columns of codes, fixed at entry, by which loss may differ.
    level, interval
        As for `curve`.

    Returns
    -------
    Estimate table as `curve`, codes `loss_views`; counts are unweighted, errors of the weighted view robust (each
    enterprise's own influence). With too few losses for the model (fewer than five per coefficient), or groups it
    cannot tell apart, the weighted view has no row here; `weighted_for_loss_at` and `loss_weights` say why. Who is
    lost is the programme's own knowledge, so the table is confidential.

    Raises
    ------
    DataError, ParameterError
        As `curve`; covariates that are missing, empty, none, or say the same.

    Source
    ------
    Robins & Finkelstein (2000); errors as R survival's `robust = TRUE` in counting-process form.

    >>> four = pd.DataFrame({"enterprise_id": list("abcd"), "entry": 0.0, "exit": [6.0, 12, 18, 18], "end_kind": "",
    ...     "event": [True, True, False, False], "followed_until": 18.0, "legal_family": list("xxyy")})
    >>> weighted_for_loss(four, ["legal_family"]).groupby("group")["estimate"].last().to_dict()
    {'as_the_others': 0.5, 'weighted_for_loss': 0.5}
    """
    return _curves(spells, model(spells, covariates), level, interval)


def weighted_for_loss_at(
    spells: pd.DataFrame, covariates: Sequence[str], months: Sequence[float], level: float = 0.95,
    interval: str = "log-log",
) -> pd.DataFrame:  # fmt: skip
    """Share still active at given months, plain and weighted for loss: `weighted_for_loss` read off like `at`.

    One row per view and month. A view that cannot be estimated has empty figures and the note `few_lost` or
    `separated`.
    """
    asked = asked_for(months)
    loss = model(spells, covariates)
    steps = _curves(spells, loss, level, interval)
    plain = at(spells, asked, level=level, interval=interval)
    plain = pd.DataFrame(dict(plain)).assign(group=PLAIN)
    frame = pd.concat([plain, _read(plain, steps[steps["group"].eq(WEIGHTED)], loss.note, level)], ignore_index=True)
    table = estimates(frame, **{**about_of(steps), "kind": "at"})
    table.attrs["steps"] = beside(steps)
    return table


def loss_weights(spells: pd.DataFrame, covariates: Sequence[str], months: Sequence[float]) -> pd.DataFrame:
    """What the weights for loss look like at given months: how many were lost, and how unevenly the others weigh.

    One row per month: `n` (enterprises), `at_risk` (still under observation), `n_lost` (lost from sight up to then),
    `estimate` (effective sample size of those at risk, (sum w)^2 / sum w^2: as many equally weighted ones say as
    much) and `largest_share` (of all weight at risk, what the heaviest has).

    Parameters, notes and refusals as in `weighted_for_loss_at`.

    >>> four = pd.DataFrame({"enterprise_id": list("abcd"), "entry": 0.0, "exit": [6.0, 12, 18, 18], "end_kind": "",
    ...     "event": [True, True, False, False], "followed_until": 18.0, "legal_family": list("xxyy")})
    >>> told = loss_weights(four, ["legal_family"], [12]).round(3)
    >>> told[["at_risk", "n_lost", "estimate", "largest_share"]].values.tolist()
    [[3.0, 0.0, 3.0, 0.333]]
    """
    asked = asked_for(months)
    loss = model(spells, covariates)
    entry, leave = (spells[column].to_numpy(float) for column in ("entry", "exit"))
    lost = spells["end_kind"].eq(LOST).to_numpy()
    rows = []
    for month in asked:
        here = (entry < month) & (leave >= month)
        weight = loss.weights(entry, month)[here]
        known = bool(len(weight)) and not loss.note
        rows.append({
            "group": "all", "at_months": month, "n": len(spells), "at_risk": int(here.sum()),
            "n_lost": int((lost & (leave <= month)).sum()),
            "estimate": weight.sum() ** 2 / (weight**2).sum() if known else np.nan,
            "largest_share": weight.max() / weight.sum() if known else np.nan,
            "note": loss.note or ("" if known else "beyond_follow_up"),
        })  # fmt: skip
    said = about_spells(spells, None) | {"privacy": "confidential"}
    return estimates(
        pd.DataFrame(rows), kind="weights", unit="enterprises",
        estimand=N_("number of equally weighted enterprises that would say as much"),
        warnings=(OBSERVED, *((UNLOST,) if loss.has_unlost else ())), **said,
    )  # fmt: skip


def _curves(spells: pd.DataFrame, loss: Loss, level: float, interval: str) -> pd.DataFrame:
    plain = curve(spells, level=level, interval=interval)
    views = [pd.DataFrame(dict(plain)).assign(group=PLAIN)]
    if not loss.note:
        share, se = _weighted(spells, loss, plain["at_months"].to_numpy(float))
        low, high = limits(share, se, level, interval)
        views.append(views[0].assign(group=WEIGHTED, estimate=share, se=se, low=low, high=high))
    said = {**about_of(plain), "by": "", "codes": "loss_views", "privacy": "confidential"}
    said["method"] = "Kaplan-Meier, plain and weighted for loss"
    said["warnings"] = (OBSERVED, FIXED, *((UNLOST,) if loss.has_unlost else ()))
    return estimates(pd.concat(views, ignore_index=True), **said)


def _weighted(spells: pd.DataFrame, loss: Loss, times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """S and its robust error at each exit time, with weights as they are at that time.

    Each enterprise's influence on log S is summed over time before it is squared: its own end, against what its time
    at risk made expected.
    """
    entry, leave = (spells[column].to_numpy(float) for column in ("entry", "exit"))
    event = spells["event"].to_numpy(bool)
    share, se, level = np.empty(len(times)), np.empty(len(times)), 1.0
    influence = np.zeros(len(spells))
    for place, month in enumerate(times):
        here, ended = (entry < month) & (leave >= month), event & (leave == month)
        if ended.any():
            weight = np.where(here, loss.weights(entry, month), 0.0)
            at_risk, ends = weight.sum(), weight[ended].sum()
            stay = at_risk - ends if at_risk - ends > LAST_DIGIT * at_risk else 0.0
            level *= stay / at_risk
            if stay:
                influence += weight * (ended / stay - ends / (at_risk * stay))
        share[place] = level
        se[place] = level * np.sqrt((influence**2).sum()) if level > 0 else np.nan
    return share, se


def _read(plain: pd.DataFrame, steps: pd.DataFrame, note: str, level: float) -> pd.DataFrame:
    """The weighted view at the months of the plain one, which tells who is at risk and where follow-up ends."""
    view = plain.assign(group=WEIGHTED)
    if note:
        view.loc[view["note"].eq(""), ["estimate", "se", "low", "high"]] = np.nan
        return view.assign(note=view["note"].mask(view["note"].eq(""), note))
    start = pd.DataFrame([{"estimate": 1.0, "se": 0.0, "low": 1.0, "high": 1.0}])
    values = pd.concat([start, steps[list(start.columns)]], ignore_index=True)
    found = values.iloc[np.searchsorted(steps["at_months"], view["at_months"], side="right")].reset_index(drop=True)
    untouched = view["n_events"].eq(0) & view["at_risk"].gt(0)
    found["low"] = found["low"].mask(untouched, wilson(view["at_risk"], view["at_risk"], level)[0])
    view[list(start.columns)] = found.where(view["note"].eq(""))
    return view.reset_index(drop=True)
