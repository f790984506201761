"""Survival per group for many sets of weights at once: product limit, restricted mean, units within clusters.

A row at risk at an event time weighs what its unit weighs. For a group, all times and all replicates, the weights at
risk are therefore one product of matrices: rows of each unit at risk at each time, times weights. Where all weights are
whole numbers, as those of a bootstrap are, it is enough to multiply what changes from one time to the next, which is
little, and to add up: sums of whole numbers are exact in whatever order they are made.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse

from coopeval.errors import DataError, ParameterError
from coopeval.uncertainty.kernels import Figure, Kernel, Weights, fitting, grouped

STRIDE = 16  # times


class Spells(NamedTuple):
    """Checked rows: the unit whose weight each takes, months, and the number of its group."""

    unit: np.ndarray
    entry: np.ndarray
    exit: np.ndarray
    event: np.ndarray
    group: np.ndarray


class Steps(NamedTuple):
    """What makes the curve of one group: rows of each unit that stay on, or end, at each event time."""

    units: np.ndarray | slice  # the columns of the weights that have rows in this group
    times: np.ndarray  # event times within the horizon
    staying: np.ndarray  # [times + 2 per horizon, units]; then rows seen up to each horizon, rows entered before it
    ending: sparse.csr_array  # [times, units]
    some: np.ndarray  # [times / STRIDE + 2 per horizon, units]: rows at risk at every STRIDE-th time; then as `staying`
    change: sparse.csr_array  # [times, units, at those times none]: rows at risk, more than at the time before


def survival_under(entry, exit, event, group, at: Sequence[float], what: str = "survival") -> Kernel:
    """Share of each group still active at given months: product limit with delayed entry, under weights.

    Parameters
    ----------
    entry, exit
        Months, one row per weight, at risk in (entry, exit]; nan for a row that never was at risk, which then counts
        nowhere in this statistic.
    event
        True where it ceased at exit.
    group
        Label per row; figures come group by group, in sorted order, and by month within it.
    at
        Months, in rising order.
    what
        Name of the figure.

    Returns
    -------
    Statistic of weights [b, n], giving [b, groups x months]. Nan where a replicate cannot tell: nobody drawn is at
    risk at an event time before the month, or nobody was seen that long. A curve that fell to zero stays there.

    Raises
    ------
    DataError
        entry >= exit, an event not told, an empty group.
    ParameterError
        Months that are negative, not numbers or not in rising order.

    Source
    ------
    Kaplan & Meier (1958); weights as case weights, Davison & Hinkley (1997), section 3.5.

    >>> ends = survival_under([0] * 5, [6, 18, 30, 30, 30], [True, True, False, False, False], ["all"] * 5, [24, 36])
    >>> ends(np.array([[1.0, 1, 1, 1, 1], [2, 0, 3, 0, 0]])).round(12).tolist()
    [[0.6, nan], [0.6, nan]]
    """
    rows = len(entry)
    kernel = persistence_under(np.arange(rows), entry, exit, event, group, at, what)
    return Kernel(lambda weights: kernel(fitting(weights, rows)), kernel.figures, kernel.room)


def persistence_under(cluster, entry, exit, event, group, at: Sequence[float], what: str = "persistence") -> Kernel:
    """As `survival_under` for rows that take the weight of their cluster, as jobs that of their enterprise.

    Parameters
    ----------
    cluster
        Of each row, the column of its cluster in the weights: 0 for the first.
    entry, exit, event, group, at, what
        As `survival_under`, one per row.

    >>> jobs = persistence_under([0, 0, 1], [0, 0, 0], [3, 9, 9], [True, False, False], ["all"] * 3, [6])
    >>> jobs(np.array([[1.0, 1], [2, 0]])).round(4).tolist()  # two of three; of the first enterprise, one of two
    [[0.6667], [0.5]]
    """
    months = _horizons(at)
    spells, names = _checked(cluster, entry, exit, event, group)
    parts = [_steps(spells, number, months) for number in range(len(names))]
    read = [np.searchsorted(part.times, months, side="right") for part in parts]

    def compute(weights: Weights) -> np.ndarray:
        found = np.empty((len(names), len(months), len(weights)))
        for own, part, upto in zip(found, parts, read, strict=True):
            kept, seen = _kept(part, weights, len(months))
            own[:] = _shares_at(kept, upto)
            own[~(seen[0] & seen[1]) & (own != 0)] = np.nan
        return found.reshape(-1, len(weights)).T

    return Kernel(compute, tuple(Figure(what, name, float(month)) for name in names for month in months), _room(parts))


def rmst_under(entry, exit, event, group, tau: float, what: str = "rmst", cluster=None) -> Kernel:
    """Months active out of the first `tau`, per group: the area under the curve, under weights.

    Parameters
    ----------
    tau
        Horizon in months, above 0.
    cluster
        As in `persistence_under`; default each row has a weight of its own.
    entry, exit, event, group, what
        As `survival_under`.

    Returns
    -------
    Statistic of weights [b, n], giving [b, groups]; nan where nobody drawn was there from 0 on, or seen until tau.

    >>> area = rmst_under([0] * 5, [1, 2, 3, 4, 5], [False, True, True, False, True], ["all"] * 5, 5)
    >>> area(np.ones((1, 5))).tolist()
    [[3.75]]
    """
    months = _horizons([tau])
    if months[0] <= 0:
        raise ParameterError(f"tau is a number of months above 0, for instance 36; not {tau}.")
    rows = len(entry)
    spells, names = _checked(np.arange(rows) if cluster is None else cluster, entry, exit, event, group)
    parts = [_steps(spells, number, months, from_zero=True) for number in range(len(names))]
    widths = [np.diff(np.r_[0.0, part.times, months]) for part in parts]

    def compute(weights: Weights) -> np.ndarray:
        found = np.empty((len(names), len(weights)))
        for own, part, width in zip(found, parts, widths, strict=True):
            kept, seen = _kept(part, weights if cluster is not None else fitting(weights, rows), 1)
            shares = _curve(kept)
            own[:] = width @ shares
            own[~(seen[1][0] & (seen[0][0] | (shares[-1] == 0)))] = np.nan
        return found.T

    return Kernel(compute, tuple(Figure(what, name, float(tau)) for name in names), _room(parts))


def _room(parts: list[Steps]) -> int:
    """Numbers held for one replicate of a group: who is at risk, who ends, and the curve."""
    return max((3 * len(part.staying) for part in parts), default=0)


def _kept(part: Steps, weights: Weights, n_horizons: int) -> tuple[np.ndarray, np.ndarray]:
    """Part [times, b] of those at risk that stays on; and, [2, horizons, b], if anyone was seen so long, and before it.

    Where nobody is at risk the part is nan.
    """
    own, n_times = weights.T[part.units], len(part.times)
    ended = part.ending @ own
    if np.array_equal(own, np.rint(own)):
        at_risk, seen = _at_risk(part, own)
        stay = np.subtract(at_risk, ended, out=ended)
    else:  # sums of decimals miss each other in the last digit, and nobody at risk is nobody at risk
        staying = part.staying @ own
        stay, seen = staying[:n_times], staying[n_times:]
        at_risk = np.add(stay, ended, out=ended)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.divide(stay, at_risk, out=at_risk), (seen > 0).reshape(2, n_horizons, -1)


def _at_risk(part: Steps, own: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """At every STRIDE-th time from all rows, at those between them from what changed since; and who was seen."""
    found, some = part.change @ own, part.some @ own
    n_some = len(found) // STRIDE
    by_stride = found.reshape(n_some, STRIDE, own.shape[1])
    by_stride[:, 0] = some[:n_some]
    for number in range(1, STRIDE):
        np.add(by_stride[:, number], by_stride[:, number - 1], out=by_stride[:, number])
    return found[: len(part.times)], some[n_some:]


def _shares_at(kept: np.ndarray, upto: np.ndarray) -> np.ndarray:
    """Shares [horizons, b] after so many times; a curve that fell to zero stays there."""
    found, start, reached = np.ones((len(upto), kept.shape[1])), 0, 1.0
    for own, stop in zip(found, upto.tolist(), strict=True):
        if start < stop:
            first = kept[start].copy()
            kept[start] *= reached  # one factor after another, as if nothing had been read off on the way
            reached = np.multiply.reduce(kept[start:stop], axis=0)
            kept[start] = first
        own[:], start = reached, stop
    lost = np.isnan(found[-1])
    if lost.any():
        found[:, lost] = _curve(kept[:, lost])[upto]
    return found


def _curve(kept: np.ndarray) -> np.ndarray:
    """Shares [1 + times, b], 1 at first."""
    shares = np.empty((len(kept) + 1, kept.shape[1]))
    shares[0] = 1.0
    for before, own, here in zip(shares[:-1], kept, shares[1:], strict=True):
        np.multiply(before, own, out=here)
    lost = np.isnan(shares[-1])
    if lost.any():
        some = shares[:, lost]
        shares[:, lost] = np.where(np.isnan(some) & np.logical_or.accumulate(some == 0, axis=0), 0.0, some)
    return shares


def _steps(spells: Spells, number: int, months: np.ndarray, from_zero: bool = False) -> Steps:
    own = spells.group == number
    units, unit = np.unique(spells.unit[own], return_inverse=True)
    entry, leave, event = spells.entry[own], spells.exit[own], spells.event[own]
    ends = event & (leave <= months[-1])
    times, which = np.unique(leave[ends], return_inverse=True)
    ending = sparse.csr_array((np.ones(len(which)), (which, unit[ends])), shape=(len(times), len(units)))
    into, out = np.searchsorted(times, entry, side="right"), np.searchsorted(times, leave, side="left")
    change = np.zeros((len(times) + 1, len(units)))
    np.add.at(change, (into, unit), 1.0)
    np.add.at(change, (out, unit), -1.0)
    staying = np.zeros((len(times) + 2 * len(months), len(units)))
    staying[: len(times)] = np.cumsum(change, axis=0)[:-1]
    tied = ~event & np.isin(leave, times)  # censored at an event time: still at risk at it, and stays
    np.add.at(staying, (out[tied], unit[tied]), 1.0)
    for horizon, month in enumerate(months):
        began = entry <= 0 if from_zero else (entry < month) | (month == 0) & (entry <= 0)
        staying[len(times) + horizon] = np.bincount(unit, leave >= month, len(units))
        staying[len(times) + len(months) + horizon] = np.bincount(unit, began, len(units))
    at_risk = staying[: len(times)] + ending.toarray()
    change = np.zeros((-(-len(times) // STRIDE) * STRIDE, len(units)))
    change[1 : len(times)] = np.diff(at_risk, axis=0)
    change[::STRIDE] = 0.0
    together = len(units) and units[-1] - units[0] == len(units) - 1  # a view of the weights then, and no copy
    columns = slice(units[0], units[-1] + 1) if together else units
    some = np.concatenate([at_risk[::STRIDE], staying[len(times) :]])
    return Steps(columns, times, staying, ending, some, sparse.csr_array(change))


def _horizons(at: Sequence[float]) -> np.ndarray:
    months = np.asarray(list(at), dtype=float)
    if not len(months) or not (np.isfinite(months) & (months >= 0)).all() or (np.diff(months) <= 0).any():
        raise ParameterError(f"months are numbers from 0 on in rising order, for instance [12, 24]; not {list(at)}.")
    return months


def _checked(cluster, entry, exit, event, group) -> tuple[Spells, list]:
    number, names = grouped(group)
    unit, began, left = (np.asarray(column) for column in (cluster, entry, exit))
    event = pd.Series(np.asarray(event, dtype=object))
    if not len(unit) == len(began) == len(left) == len(event) == len(number):
        raise DataError("entry, exit, event, group and cluster differ in length.")
    began, left = began.astype(float), left.astype(float)
    seen = ~np.isnan(began) & ~np.isnan(left)
    if not np.issubdtype(unit.dtype, np.integer) or (unit < 0).any():
        raise DataError("cluster holds the place of each row's cluster among the weights: whole numbers from 0 on.")
    if (left[seen] <= began[seen]).any():
        raise DataError(f"{int((left[seen] <= began[seen]).sum())} rows leave before they enter, or as they do.")
    untold = event[seen].isna()
    if untold.any() or not set(event[seen].unique()) <= {True, False}:
        raise DataError(f"{int(untold.sum())} rows do not tell their event: True where it ceased at exit, else False.")
    ended = event.where(pd.Series(seen), False).to_numpy(bool)
    return Spells(unit[seen], began[seen], left[seen], ended[seen], number[seen]), names
