"""Survival per group for many sets of weights at once: product limit, restricted mean, units within clusters.

A row at risk at an event time weighs what its unit weighs. For a group, all times and all replicates, the weights at
risk are therefore one product of matrices: rows of each unit at risk at each time, times weights. Where all weights are
whole numbers, as those of a bootstrap are, it is enough to multiply what changes from one time to the next, which is
little, and to add up: sums of whole numbers are exact in whatever order they are made, and in numbers of half the size.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from coopeval.errors import DataError, ParameterError
from coopeval.uncertainty.kernels import EXACT, Figure, Kernel, Weights, fitting, fixed, grouped, once, whole
from coopeval.uncertainty.stepping import Spells, Steps, part_kept, steps_of


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
    parts = [steps_of(spells, number, months) for number in range(len(names))]
    read = [np.searchsorted(part.times, months, side="right") for part in parts]

    alone = len(np.unique(spells.unit)) == len(spells.unit)

    def compute(weights: Weights) -> np.ndarray:
        weights = fixed(weights)
        found = np.empty((len(names), len(months), len(weights)))
        for own, part, upto in zip(found, parts, read, strict=True):
            kept, seen = _kept(part, weights, len(months), alone)
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
    parts = [steps_of(spells, number, months, from_zero=True) for number in range(len(names))]
    widths = [np.diff(np.r_[0.0, part.times, months]) for part in parts]

    def compute(weights: Weights) -> np.ndarray:
        weights = fixed(weights if cluster is not None else fitting(weights, rows))
        found = np.empty((len(names), len(weights)))
        for own, part, width in zip(found, parts, widths, strict=True):
            kept, seen = _kept(part, weights, 1, cluster is None)
            shares = _curve(kept)
            own[:] = width @ shares
            own[~(seen[1][0] & (seen[0][0] | (shares[-1] == 0)))] = np.nan
        return found.T

    return Kernel(compute, tuple(Figure(what, name, float(tau)) for name in names), _room(parts))


def _room(parts: list[Steps]) -> int:
    """Numbers held for one replicate of a group: who is at risk, who ends, and the curve."""
    return max((3 * len(part.staying) for part in parts), default=0)


def _kept(part: Steps, weights: Weights, n_horizons: int, is_shared: bool) -> tuple[np.ndarray, np.ndarray]:
    """Part [times, b] of those at risk that stays on; and, [2, horizons, b], if anyone was seen so long, and before it.

    Where nobody is at risk the part is nan. It is shared where rows have weights of their own: shares and months of the
    same spells are then asked for side by side.
    """
    drawn, n_times = whole(weights), len(part.times)
    most = np.inf if drawn is None else once(weights, "most", lambda: drawn.max(initial=0))
    if part.n_rows * most < EXACT:
        own = drawn[part.units]
        seen = part.seen @ own
        kept = once(weights, part.same, lambda: part_kept(part, own)) if is_shared else part_kept(part, own)
    else:  # sums of decimals miss each other in the last digit, and nobody at risk is nobody at risk
        own = weights.T[part.units]
        staying, ended = part.staying @ own, part.ending @ own
        stay, seen = staying[:n_times], staying[n_times:]
        with np.errstate(divide="ignore", invalid="ignore"):
            kept = np.divide(stay, np.add(stay, ended, out=ended), out=ended)
    return kept, (seen > 0).reshape(2, n_horizons, -1)


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
