"""The survival curve: exact with ties and delayed entry, by counting at distinct times."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.survival.intervals import limits
from coopeval.survival.risk import Counts, counted, counted_at_once, groups, privacy, sound
from coopeval.survival.robust import clustered_se, robust_se
from coopeval.uncertainty import estimates
from coopeval.wording import N_

STILL_ACTIVE = N_("share of enterprises still active")


def curve(
    spells: pd.DataFrame,
    by: str | None = None,
    level: float = 0.95,
    interval: str = "log-log",
    weights: str | None = None,
    cluster: str | None = None,
) -> pd.DataFrame:
    """Share of enterprises still active, at each time one of them left (Kaplan-Meier, delayed entry).

    One row per group and distinct exit time, none at 0. At risk at t are those with entry < t <= exit.

    Parameters
    ----------
    spells
        One row per enterprise: `enterprise_id`, `entry`, `exit` (months, entry < exit), `event` (True if it ceased at
        exit), and the columns named in `by` and `weights`.
    by
        Grouping column. An enterprise with an empty group is refused, not dropped.
    level, interval
        Confidence level; "log-log" (default), "log", "logit" or "plain".
    weights
        Column of weights above zero. The standard error is then robust (infinitesimal jackknife); `n`, `at_risk` and
        `n_events` stay unweighted counts.
    cluster
        Column of units whose rows end together, such as the enterprise of each position. There may then be several
        rows per enterprise; the standard error is robust, each cluster's influence being summed first, and the table
        tells `n_persons` (rows at risk) and `n_enterprises` (clusters at risk) for the gate.

    Returns
    -------
    Estimate table: group, at_months, n, at_risk, n_events, estimate, se, low, high.

    Raises
    ------
    DataError
        entry >= exit, an enterprise twice, an empty group, an event that is neither True nor False, weights <= 0.
    ParameterError
        Unknown interval, a level outside (0, 1).

    Source
    ------
    Kaplan & Meier (1958); Greenwood (1926); limits as R survival's `conf.type`.

    >>> five = pd.DataFrame({"enterprise_id": list("abcde"), "entry": 0, "exit": [6, 18, 30, 30, 30],
    ...                      "event": [True, True, False, False, False]})
    >>> curve(five)[["at_months", "at_risk", "n_events", "estimate"]].round(3).values.tolist()
    [[6.0, 5.0, 1.0, 0.8], [18.0, 4.0, 1.0, 0.6], [30.0, 3.0, 0.0, 0.6]]
    """
    alone = by is None and weights is None and cluster is None  # no number of a group for each row
    unweighted = counted_at_once(spells) if alone else None
    if unweighted is None:
        reach = sound(spells, by, weights, cluster)
    group, names = (None, np.array(["all"], dtype=object)) if alone else groups(spells, by)
    if unweighted is None:
        unweighted = counted(spells, group, len(names), reach=reach)
    share, se = product_limit(unweighted)
    if weights is not None:
        weight = spells[weights].to_numpy(float)
        share, _ = product_limit(counted(spells, group, len(names), weight))
        se = robust_se(spells, group, len(names), weight)
    if cluster is not None:
        weight = np.ones(len(spells)) if weights is None else weight
        se, clusters_at_risk = clustered_se(spells, group, len(names), weight, cluster)
    low, high = limits(share, se, level, interval)
    n = np.array([len(spells)]) if by is None else np.bincount(group, minlength=len(names))
    columns = {
        "group": names.take(unweighted.group),
        "at_months": unweighted.time,
        "n": n.take(unweighted.group),
        "at_risk": unweighted.at_risk,
        "n_events": unweighted.n_events,
        "estimate": share,
        "se": se,
        "low": low,
        "high": high,
    }
    if cluster is not None:
        columns |= {"n_persons": unweighted.at_risk.copy(), "n_enterprises": clusters_at_risk}
    return estimates(
        columns, kind="curve", method=_method(weights, cluster), interval=interval, level=level,
        **{"estimand": STILL_ACTIVE, **about_spells(spells, by)},
    )  # fmt: skip


def _method(weights: str | None, cluster: str | None) -> str:
    if cluster is not None:
        return "Kaplan-Meier, errors by enterprise"
    return "Kaplan-Meier" if weights is None else "Kaplan-Meier, weighted, robust errors"


def about_spells(spells: pd.DataFrame, by: str | None) -> dict[str, object]:
    """What an estimate says of the spells it was made from."""
    said = spells.attrs.get("about", {})
    told = {key: said[key] for key in ("estimand", "population", "clock", "is_synthetic", "as_of") if key in said}
    return {**told, "by": by or "", "codes": CODES.get(by or "", ""), "privacy": privacy(spells, by)}


CODES = {
    "arm": "arms", "programme": "programmes", "legal_form": "legal_forms", "legal_family": "legal_families",
    "nace_section": "nace_sections", "project_type": "project_types", "stage_at_entry": "stages",
    "economic_model": "economic_models", "contract": "contracts", "recognition": "recognition_groups",
    "contract_family": "contract_families", "worker_status": "worker_statuses",
    "joint_committee": "joint_committees", "subsidy_measure": "subsidy_measures",
}  # fmt: skip


def product_limit(counts: Counts) -> tuple[np.ndarray, np.ndarray]:
    """S and Greenwood's standard error at each counted time; where S is 0 no error can be given."""
    stay = counts.at_risk - counts.n_events
    with np.errstate(divide="ignore", invalid="ignore"):
        share = stay / counts.at_risk
        variance = np.divide(counts.n_events, counts.at_risk * stay, out=stay)
        for start, stop in spans(counts.first):
            own = slice(start, stop)
            np.cumprod(share[own], out=share[own])
            np.cumsum(variance[own], out=variance[own])
        return share, share * np.sqrt(variance, out=variance)


def spans(first: np.ndarray) -> list[tuple[int, int]]:
    """Where each group begins and ends in the flat arrays."""
    starts = np.flatnonzero(first)
    return list(zip(starts.tolist(), [*starts[1:].tolist(), len(first)], strict=True)) if len(starts) else []
