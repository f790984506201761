"""Statistics that a bootstrap asks for by weights: they name their figures, stack, subtract and weigh anew."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from coopeval.errors import DataError, ParameterError

Weights = np.ndarray  # [b, n]: how much each of n rows counts in each of b replicates
HALF, EXACT = np.float32, 2**24  # up to there numbers of half the size hold every whole number


class Figure(NamedTuple):
    """What one figure of a statistic is."""

    what: str
    group: object
    at: float | None = None  # months, or euros of willingness to pay
    against: object = None  # the group it was subtracted from


@dataclass(frozen=True)
class Kernel:
    """A statistic of weights [b, n] that gives [b, k] and knows the names of its k figures."""

    compute: Callable[[Weights], np.ndarray]
    figures: tuple[Figure, ...]
    room: int = 0  # numbers it holds at a time for one replicate, so that blocks stay small

    def __call__(self, weights: Weights) -> np.ndarray:
        return self.compute(weights)


def stack(*statistics: Kernel, reweigh: Callable[[Weights], np.ndarray] | None = None) -> Kernel:
    """Several statistics on the same draws, their figures side by side.

    Parameters
    ----------
    statistics
        What `survival_under`, `mean_under` and the like return; a stack may itself be stacked, so that figures with
        and without balancing stand side by side.
    reweigh
        From weights [b, n] to balancing weights [b, n], fitted anew in each replicate (`balancing(...).weights`). How
        often a row was drawn is multiplied by them; a replicate in which they are nan has no figures.

    >>> from coopeval.uncertainty import mean_under, total_under
    >>> both = stack(mean_under([1, 2, 6], list("aab")), total_under([1, 2, 6], list("aab")))
    >>> both(np.array([[1.0, 1, 1], [2, 0, 1]])).tolist()
    [[1.5, 6.0, 3.0, 6.0], [1.0, 6.0, 2.0, 6.0]]
    """
    if not statistics:
        raise ParameterError("there is nothing to stack: give one statistic or more.")

    def compute(weights: Weights) -> np.ndarray:
        weights = fixed(weights if reweigh is None else weights * _balancing(reweigh, weights))
        return np.hstack([statistic(weights) for statistic in statistics])

    figures = tuple(figure for statistic in statistics for figure in statistic.figures)
    return Kernel(compute, figures, max(statistic.room for statistic in statistics))


class _Held:
    """What was found of the weights that were fixed last."""

    def __init__(self, weights: Weights):
        self.whose = weakref.ref(weights, self.gone)
        self.found: dict[object, object] = {}

    def gone(self, _) -> None:
        self.found.clear()


_held = _Held(np.empty(0))


def fixed(weights: Weights) -> Weights:
    """The weights as no statistic can change them, so that what one of them finds can serve the next (`once`)."""
    global _held
    if _held.whose() is not weights:
        weights = weights.view()
        weights.flags.writeable = False
        _held = _Held(weights)
    return weights


def once(weights: Weights, key: object, make: Callable[[], object]) -> object:
    """What `make` finds of fixed weights; found once for all who ask by the same key."""
    held = _held
    if held.whose() is not weights:
        return make()
    if key not in held.found:
        held.found[key] = make()
    return held.found[key]


def whole(weights: Weights) -> np.ndarray | None:
    """The weights turned about, [n, b], in numbers of half the size; None unless all of them are whole numbers.

    >>> whole(np.array([[1.0, 2], [0, 3]])).tolist(), whole(np.array([[1.0, 0.5]])) is None
    ([[1.0, 0.0], [2.0, 3.0]], True)
    """

    def make() -> np.ndarray | None:
        turned = weights.T
        found = turned.astype(HALF)
        return found if np.array_equal(np.rint(found), turned) else None

    return once(weights, "whole", make)


def _balancing(reweigh: Callable[[Weights], np.ndarray], weights: Weights) -> np.ndarray:
    found = np.asarray(reweigh(weights), dtype=float)
    if found.shape != weights.shape:
        raise ParameterError(f"balancing weights come as {weights.shape}, as the weights they got; not {found.shape}.")
    return found


def reweigh_within(*parts: tuple[Sequence[int], Callable[[Weights], np.ndarray]]) -> Callable[[Weights], np.ndarray]:
    """Several refits, each on rows of its own, as one `reweigh` for `stack`.

    Parameters
    ----------
    parts
        Places of the rows, and the refit on them: the programme and one comparator at a time, for instance. Rows of
        no part weigh 1; a row of several, such as one of the programme, has the product of its weights (1 in each of
        them, where the effect on the programme's own is asked for).

    >>> twice = reweigh_within(([1, 2], lambda w: np.full(w.shape, 2.0)), ([2], lambda w: 3 * w))
    >>> twice(np.ones((1, 4))).tolist()
    [[1.0, 2.0, 6.0, 1.0]]
    """

    def reweigh(weights: Weights) -> np.ndarray:
        found = np.ones(weights.shape)
        for rows, refit in parts:
            found[:, rows] *= _balancing(refit, weights[:, rows])
        return found

    return reweigh


def increments_under(statistic: Kernel, reference: object, keep: bool = False) -> Kernel:
    """Each group less the reference group, for each figure of a statistic: never a ratio of the two.

    Parameters
    ----------
    statistic
        With figures of the reference group for everything it tells of other groups.
    reference
        The group subtracted; any of them.
    keep
        Whether the figures themselves stay, in front of the differences.

    >>> from coopeval.uncertainty import mean_under
    >>> mean = mean_under([1, 2, 6], list("aab"))
    >>> increments_under(mean, "b", keep=True)(np.ones((1, 3))).tolist()
    [[1.5, 6.0, -4.5]]
    """
    place = {figure: number for number, figure in enumerate(statistic.figures)}
    pairs = [
        (number, place.get(figure._replace(group=reference)), figure._replace(against=reference))
        for figure, number in place.items()
        if figure.group != reference and figure.against is None
    ]
    if not pairs or any(base is None for _, base, _ in pairs):
        there = sorted({str(figure.group) for figure in statistic.figures})
        raise ParameterError(f'"{reference}" is no group to compare all others with. There are {", ".join(there)}.')
    own, base = (np.array([pair[side] for pair in pairs]) for side in (0, 1))

    def compute(weights: Weights) -> np.ndarray:
        levels = statistic(weights)
        gaps = levels[:, own] - levels[:, base]
        return np.hstack([levels, gaps]) if keep else gaps

    gaps = tuple(figure for _, _, figure in pairs)
    return Kernel(compute, (statistic.figures if keep else ()) + gaps, statistic.room)


def grouped(group: Sequence) -> tuple[np.ndarray, list]:
    """Number of the group of each row, and the groups in sorted order; a row without group is refused."""
    labels = pd.Series(np.asarray(group, dtype=object))
    empty = labels.isna() | labels.astype(str).eq("")
    if empty.any():
        raise DataError(f"{int(empty.sum())} rows have no group; give them one, for instance 'unknown'.")
    number, names = pd.factorize(labels, sort=True)
    return number, names.tolist()


def fitting(weights: Weights, n: int) -> Weights:
    """The weights, if they are those of n rows."""
    if weights.shape[1] != n:
        raise ParameterError(f"the statistic was made for {n} rows and got weights of {weights.shape[1]}.")
    return weights
