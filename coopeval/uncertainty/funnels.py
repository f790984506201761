"""Where the share of a structure of a given size may lie by chance alone: limits of a funnel plot."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from coopeval.errors import DataError, ParameterError
from coopeval.uncertainty.pooling import are_shares

WINSORISED = 0.1  # part of the structures at either end whose distance is set back (Spiegelhalter 2005)
FEWEST_FOR_DISPERSION = 5
SPREADS = ("none", "multiplicative", "additive")


@dataclass(frozen=True)
class Funnel:
    """Limits around a target at any size.

    `phi` is the mean squared distance of the structures from the target, in standard errors, the extremes set back:
    1 where chance alone makes them differ. `tau2` is what they differ by beyond chance, on the scale of shares.
    """

    target: float
    phi: float
    tau2: float
    n_structures: int
    levels: tuple[float, ...]
    overdispersion: str

    def limits(self, n) -> np.ndarray:
        """Lower and upper limits at sizes `n`: one row per level, then low and high, then one per size.

        >>> funnel([30, 50], [100, 100], target=0.4).limits([100])[0].round(3).tolist()
        [[0.3], [0.502]]
        """
        size = np.atleast_1d(np.asarray(n, dtype=float))
        exact = np.array([exact_limits(level, size, self.target) for level in self.levels])
        return np.clip(self.target + self._wider(size) * (exact - self.target), 0, 1)

    def _wider(self, size: np.ndarray) -> np.ndarray:
        """By how much overdispersion pulls the limits away from the target; never inwards."""
        if self.overdispersion == "none" or np.isnan(self.phi):
            return np.ones_like(size)
        if self.overdispersion == "multiplicative":
            return np.full_like(size, np.sqrt(max(self.phi, 1.0)))
        return np.sqrt(1 + self.tau2 * size / (self.target * (1 - self.target)))

    def places(self, n_events, n) -> np.ndarray:
        """For each structure how many of the limits it lies beyond, below zero on the low side.

        >>> funnel([30, 50], [100, 100], target=0.4).places([30, 51, 10], [100, 100, 100]).tolist()
        [-1, 1, -2]
        """
        share = np.asarray(n_events, dtype=float) / np.asarray(n, dtype=float)
        limits = self.limits(n)
        return (share > limits[:, 1]).sum(axis=0) - (share < limits[:, 0]).sum(axis=0)


def funnel(n_events, n, target: float | None = None, levels=(0.95, 0.998), overdispersion: str = "none") -> Funnel:
    """Funnel limits of shares: exact binomial, interpolated between counts so that they are smooth in the size.

    Parameters
    ----------
    n_events, n
        Whole numbers per structure, 0 <= n_events <= n, n above 0.
    target
        Share around which the limits lie; default that of all structures together, which is then no yardstick from
        outside: each structure is compared with a whole of which it is a part.
    levels
        Chance, for each pair of limits, that a structure which truly has the target lies between them.
    overdispersion
        "none"; "multiplicative": limits `sqrt(phi)` times as far from the target; "additive": as far as if structures
        differed by `tau2` beyond chance, which matters more for the large ones. Neither narrows the limits. With
        fewer than five structures phi is empty and nothing is widened.

    Raises
    ------
    DataError
        Counts that cannot be shares; a target of 0 or 1.
    ParameterError
        Another overdispersion; levels that are not between 0 and 1.

    Source
    ------
    Spiegelhalter (2005), Funnel plots for comparing institutional performance: exact limits, winsorised phi, additive
    tau2. Ours are the upper limit (see `exact_limits`) and that overdispersion scales the exact, not normal, limits.

    >>> round(funnel([12, 20, 9, 31, 5], [40, 45, 36, 80, 30]).phi, 2)
    1.35
    """
    hits, size = (np.atleast_1d(np.asarray(x, dtype=float)) for x in (n_events, n))
    if len(hits) != len(size) or not are_shares(hits, size).all():
        raise DataError("each structure needs whole counts with 0 <= n_events <= n and n above 0.")
    if overdispersion not in SPREADS:
        raise ParameterError(f'"{overdispersion}" is not a way to widen. Choose one of {", ".join(SPREADS)}.')
    if not all(0 < level < 1 for level in levels):
        raise ParameterError("levels lie between 0 and 1; take for instance (0.95, 0.998).")
    around = float(hits.sum() / size.sum()) if target is None else float(target)
    if not 0 < around < 1:
        raise DataError(f"there is no funnel around {around:g}; give a target between 0 and 1.")
    phi, tau2 = _dispersion(hits / size, size, around)
    return Funnel(around, phi, tau2, len(hits), tuple(levels), overdispersion)


def exact_limits(level: float, n, share: float) -> tuple[np.ndarray, np.ndarray]:
    """Limits of a binomial share, interpolated between counts (not cut off at 0 and 1).

    A count lies beyond one of them exactly if the chance of it or of one further away is below (1 - level) / 2. The
    upper limit is the lower one of those without the event: Spiegelhalter's own upper limit leaves more than that.

    >>> low, high = exact_limits(0.95, [10, 100], 0.4)
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.047, 0.3], [0.77, 0.502])
    """
    size, tail = np.asarray(n, dtype=float), (1 - level) / 2
    return _lower(tail, size, share), 1 - _lower(tail, size, 1 - share)


def _lower(p: float, size: np.ndarray, share: float) -> np.ndarray:
    count = stats.binom.ppf(p, size, share)
    reached = stats.binom.cdf(count, size, share)
    return (count - (reached - p) / (reached - stats.binom.cdf(count - 1, size, share))) / size


def _dispersion(shares: np.ndarray, size: np.ndarray, target: float) -> tuple[float, float]:
    k = len(shares)
    if k < FEWEST_FOR_DISPERSION:
        return float("nan"), float("nan")
    weights = size / (target * (1 - target))
    distance = np.sort((shares - target) * np.sqrt(weights))
    phi = float(np.mean(np.clip(distance, *np.quantile(distance, [WINSORISED, 1 - WINSORISED])) ** 2))
    free = weights.sum() - (weights**2).sum() / weights.sum()
    return phi, float(max(0.0, (k * phi - (k - 1)) / free))
