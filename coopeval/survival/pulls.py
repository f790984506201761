"""Weighted curves read at a month, or as months active, with robust errors: what each enterprise pulls the value by.

A value that is linear in the curve, S at a month or the area under it, is moved by a unit through the same few running
sums, so none is visited per time.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from coopeval.survival.risk import counts


class Spell(NamedTuple):
    """Rows of one group."""

    entry: np.ndarray
    exit: np.ndarray
    event: np.ndarray
    weight: np.ndarray
    cluster: np.ndarray


def share_at(own: Spell, month: float) -> tuple[float, float]:
    """Share still active at a month, and its robust standard error (none where it is 0)."""
    table, share = _curve(own)
    place = np.searchsorted(table.time, month, side="right") - 1
    if place < 0:
        return 1.0, 0.0
    at = np.zeros(len(table.time))
    at[place] = 1.0
    se = _error(own, table, at * share)
    return float(share[place]), se if share[place] > 0 else np.nan


def months_to(own: Spell, tau: float) -> tuple[float, float]:
    """Area under the weighted curve from 0 to tau, and its robust standard error."""
    table, share = _curve(own)
    edges = np.minimum(np.append(table.time, tau), tau)
    width = np.diff(edges)
    area = edges[0] + share @ width
    return float(area), _error(own, table, width * share)


def _curve(own: Spell):
    group = np.zeros(len(own.entry), dtype=np.int64)
    table = counts(own.entry, own.exit, own.event, group, 1, own.weight)
    return table, np.cumprod((table.at_risk - table.n_events) / table.at_risk)


def _error(own: Spell, table, at: np.ndarray) -> float:
    """Root of the sum of squared influences of the clusters on the sum of `at` times log S.

    The influence of a row on log S(t) is its own jump, event / (n - d) from its exit on, less the sum of
    d / (n (n - d)) over its time at risk up to t; as R survival's `influence`.
    """
    stay = table.at_risk - table.n_events
    with np.errstate(divide="ignore", invalid="ignore"):
        step = np.where((table.n_events > 0) & (stay > 0), table.n_events / (table.at_risk * stay), 0.0)
        jump = np.where(stay > 0, 1 / stay, 0.0)
    height = np.cumsum(step)
    tail = np.append(np.cumsum(at[::-1])[::-1], 0.0)
    met = np.append(0.0, np.cumsum(at * height))
    into = np.searchsorted(table.time, own.entry, side="right")
    place = np.searchsorted(table.time, own.exit)
    began = np.append(0.0, height)[into]
    spent = met[place + 1] - met[into] + height[place] * tail[place + 1] - began * tail[into]
    pull = own.weight * (own.event * jump[place] * tail[place] - spent)
    return float(np.sqrt((np.bincount(own.cluster, weights=pull) ** 2).sum()))
