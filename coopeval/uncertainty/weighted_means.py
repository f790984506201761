"""Means, totals and ratios of sums per group, for many sets of weights at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from coopeval.errors import DataError
from coopeval.uncertainty.kernels import Figure, Kernel, Weights, fitting, grouped


def mean_under(values: Sequence[float], group: Sequence, what: str = "mean") -> Kernel:
    """Weighted mean per group over the rows whose value is known.

    Parameters
    ----------
    values
        One per row; nan is not known, and such a row stands in neither sum.
    group
        Label per row; figures come in sorted order of the labels.
    what
        Name of the figure.

    Returns
    -------
    Statistic of weights [b, n], giving [b, groups]; nan where no known value was drawn.

    >>> mean_under([1, np.nan, 5, 6], list("aaab"))(np.array([[1.0, 1, 1, 1], [3, 2, 1, 0]])).tolist()
    [[3.0, 6.0], [2.0, nan]]
    """
    values = _amounts(values)
    return _of_sums(values, (~np.isnan(values)).astype(float), group, what)


def total_under(values: Sequence[float], group: Sequence, what: str = "total") -> Kernel:
    """Weighted total per group; a value that is not known is refused, as it would count as zero.

    >>> total_under([1, 4, 5], list("aab"))(np.array([[1.0, 1, 1], [0, 2, 1]])).tolist()
    [[5.0, 5.0], [8.0, 5.0]]
    """
    values = _amounts(values)
    if np.isnan(values).any():
        raise DataError(f"{int(np.isnan(values).sum())} rows of a total are not known; leave them out and say so.")
    number, names = grouped(group)
    sums = _per_group(values, number, len(names))
    return Kernel(lambda weights: fitting(weights, len(values)) @ sums, tuple(Figure(what, name) for name in names))


def ratio_under(numerator: Sequence[float], denominator: Sequence[float], group: Sequence, what="ratio") -> Kernel:
    """Ratio of two weighted sums per group, over the rows of which both are known; nan where the lower one is zero.

    >>> ratio_under([8, 10, 12], [1, 2, np.nan], list("aaa"))(np.ones((1, 3))).tolist()
    [[6.0]]
    """
    above, below = _amounts(numerator), _amounts(denominator)
    both = ~np.isnan(above) & ~np.isnan(below)
    return _of_sums(np.where(both, above, np.nan), np.where(both, below, 0.0), group, what)


def _of_sums(above: np.ndarray, below: np.ndarray, group: Sequence, what: str) -> Kernel:
    number, names = grouped(group)
    if not len(above) == len(below) == len(number):
        raise DataError(f"values and groups differ in length: {len(above)}, {len(below)}, {len(number)}.")
    sums = np.hstack([_per_group(np.nan_to_num(part), number, len(names)) for part in (above, below)])

    def compute(weights: Weights) -> np.ndarray:
        found = fitting(weights, len(above)) @ sums
        upper, lower = found[:, : len(names)], found[:, len(names) :]
        return np.divide(upper, lower, out=np.full_like(upper, np.nan), where=lower != 0)

    return Kernel(compute, tuple(Figure(what, name) for name in names))


def _amounts(values: Sequence[float]) -> np.ndarray:
    amounts = np.asarray(values, dtype=float)
    if np.isinf(amounts).any():
        raise DataError(f"{int(np.isinf(amounts).sum())} values are infinite; write nan for what is not known.")
    return amounts


def _per_group(values: np.ndarray, number: np.ndarray, n_groups: int) -> np.ndarray:
    """Each row's value in the column of its group."""
    table = np.zeros((len(values), n_groups))
    table[np.arange(len(values)), number] = values
    return table
