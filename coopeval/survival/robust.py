"""Robust standard errors of weighted curves: each enterprise's own influence, squared and added up."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.survival.risk import counts


def robust_se(spells: pd.DataFrame, group: np.ndarray, n_groups: int, weight: np.ndarray) -> np.ndarray:
    """Standard error of the weighted curve at each exit time, group after group.

    The influence of a unit on log S(t) is its own jump, -event / (n - d), set against what its time at risk made
    expected, H(min(t, exit)) - H(entry) with H the sum of d / (n (n - d)). All units still at risk share the term in
    t, so three running sums over the risk set are enough and no unit is visited per time.

    Source: Therneau & Grambsch (2000), section 7; as R survival's `robust = TRUE`.
    """
    entry, leave = spells["entry"].to_numpy(float), spells["exit"].to_numpy(float)
    event = spells["event"].to_numpy(bool)
    with np.errstate(divide="ignore", invalid="ignore"):  # once a curve is at zero no error follows
        parts = [_of_group(entry[own], leave[own], event[own], weight[own]) for own in _each(group, n_groups)]
    return np.concatenate(parts) if parts else np.zeros(0)


def _each(group: np.ndarray, n_groups: int) -> list[np.ndarray]:
    return [group == number for number in range(n_groups)]


def _of_group(entry: np.ndarray, leave: np.ndarray, event: np.ndarray, weight: np.ndarray) -> np.ndarray:
    table = counts(entry, leave, event, np.zeros(len(entry), dtype=np.int64), 1, weight)
    stay = table.at_risk - table.n_events
    hazard = np.cumsum(np.where(table.n_events > 0, table.n_events / (table.at_risk * stay), 0.0))
    share = np.cumprod(stay / table.at_risk)
    own_jump = np.where(stay > 0, 1 / stay, np.inf)
    height = np.r_[0.0, hazard]
    at_entry = height[np.searchsorted(table.time, entry, side="right")]
    place = np.searchsorted(table.time, leave)
    settled = np.where(event, own_jump[place], 0.0) - (hazard[place] - at_entry)
    squared = weight**2
    done = np.cumsum(np.bincount(place, weights=squared * settled**2, minlength=len(table.time)))

    def at_risk_after(values: np.ndarray) -> np.ndarray:
        into = np.searchsorted(table.time, entry, side="right")
        entered = np.bincount(into, weights=values, minlength=len(table.time) + 1)[:-1]
        left = np.bincount(place, weights=values, minlength=len(table.time))
        return np.cumsum(entered) - np.cumsum(left)

    open_terms = (
        hazard**2 * at_risk_after(squared)
        - 2 * hazard * at_risk_after(squared * at_entry)
        + at_risk_after(squared * at_entry**2)
    )
    se = share * np.sqrt(np.maximum(done + open_terms, 0.0))
    return np.where(share > 0, se, np.nan)


def clustered_se(
    spells: pd.DataFrame, group: np.ndarray, n_groups: int, weight: np.ndarray, cluster: str
) -> tuple[np.ndarray, np.ndarray]:
    """Standard error of the curve when rows of one cluster end together, and the clusters at risk, at each exit time.

    The influences of the rows (see `robust_se`) are summed within each cluster before they are squared.

    Source: Therneau & Grambsch (2000), section 7; as R survival's `cluster =`, rows of one cluster within one group.
    """
    entry, leave = spells["entry"].to_numpy(float), spells["exit"].to_numpy(float)
    event, number = spells["event"].to_numpy(bool), pd.factorize(spells[cluster])[0]
    parts = []
    with np.errstate(divide="ignore", invalid="ignore"):
        for own in _each(group, n_groups):
            parts.append(_of_clusters(entry[own], leave[own], event[own], weight[own], pd.factorize(number[own])[0]))
    if not parts:
        return np.zeros(0), np.zeros(0)
    return np.concatenate([se for se, _ in parts]), np.concatenate([n for _, n in parts])


def _of_clusters(entry, leave, event, weight, cluster) -> tuple[np.ndarray, np.ndarray]:
    table = counts(entry, leave, event, np.zeros(len(entry), dtype=np.int64), 1, weight)
    stay = table.at_risk - table.n_events
    hazard = np.cumsum(np.where(table.n_events > 0, table.n_events / (table.at_risk * stay), 0.0))
    share = np.cumprod(stay / table.at_risk)
    own_jump = np.where(stay > 0, 1 / stay, np.inf)
    at_entry = np.r_[0.0, hazard][np.searchsorted(table.time, entry, side="right")]
    place = np.searchsorted(table.time, leave)
    n_clusters = int(cluster.max()) + 1 if len(cluster) else 0
    order = np.argsort(cluster, kind="stable")
    starts = np.searchsorted(cluster[order], np.arange(n_clusters))
    squares, at_risk = np.zeros(len(table.time)), np.zeros(len(table.time))
    for begin, end in zip(starts, [*starts, len(order)][1:], strict=True):  # a row of influences per cluster at a time
        rows = order[begin:end]
        reached = np.minimum(np.arange(len(table.time))[None, :], place[rows][:, None])
        spent = np.maximum(hazard[reached] - at_entry[rows][:, None], 0.0)
        jumped = (np.arange(len(table.time))[None, :] >= place[rows][:, None]) & event[rows][:, None]
        influence = np.where(jumped, own_jump[place[rows]][:, None], 0.0) - spent
        squares += (weight[rows][:, None] * influence).sum(axis=0) ** 2
        inside = (entry[rows][:, None] < table.time) & (table.time <= leave[rows][:, None])
        at_risk += inside.any(axis=0)
    return np.where(share > 0, share * np.sqrt(squares), np.nan), at_risk
