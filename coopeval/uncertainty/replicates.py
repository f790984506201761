"""Bootstrap of clusters within strata: the statistic again and again, on rows that weigh as often as drawn."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from coopeval.errors import ParameterError
from coopeval.uncertainty.drawing import Design, designed, drawn, left_out, streams
from coopeval.uncertainty.kernels import Figure

BLOCK = 4 * 2**20  # bytes at a time: about what a processor keeps at hand
# Once a piece of this size was let go, the C library (glibc) keeps the memory of a block for the next one, which would
# otherwise be handed back and asked for anew each time: a third of the whole. None of it is touched.
KEPT_AT_HAND = 30 * 2**20
MOST_UNDEFINED = 0.05  # of the replicates; above it no limits are given
NO_SPREAD = 1e-9  # replicates that differ by less than this part of the largest are all the same
Statistic = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Replicates:
    """The statistic on the data and on each replicate."""

    estimate: np.ndarray  # [k]
    values: np.ndarray  # [B, k]
    seed: int
    design: Design
    statistic: Statistic

    @property
    def words(self) -> str:
        """For the `method` of a table."""
        kind = "rescaled bootstrap" if self.design.rescaled else "bootstrap"
        return f"{kind} of {self.design.n_clusters} clusters, {len(self.values)} replicates, seed {self.seed}"

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Names of the k figures, where the statistic knows them."""
        return getattr(self.statistic, "figures", ())

    @property
    def undefined(self) -> np.ndarray:
        """Share of the replicates in which each figure could not be told."""
        return np.isnan(self.values).mean(axis=0)

    @property
    def se(self) -> np.ndarray:
        """Standard deviation over the replicates; none where it is undefined in too many, or they are all the same."""
        fine = self.notes == ""
        return np.array([self._told(k).std(ddof=1) if fine[k] else np.nan for k in range(len(fine))])

    @property
    def notes(self) -> np.ndarray:
        """Why a figure has no error and no limits: `not_estimable`, `no_variation`, or nothing."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # of figures no replicate tells
            low, high = np.nanmin(self.values, axis=0), np.nanmax(self.values, axis=0)
        same = ~(high - low > NO_SPREAD * np.maximum(np.abs(low), np.abs(high)))
        return np.select([self.undefined > MOST_UNDEFINED, same], ["not_estimable", "no_variation"], "")

    @property
    def covariance(self) -> np.ndarray:
        """Of each two figures, over the replicates that tell both; nan for figures undefined in too many."""
        told = ~np.isnan(self.values)
        if told.all():
            return np.atleast_2d(np.cov(self.values, rowvar=False))
        middle = np.where(np.isnan(self.estimate), 0.0, self.estimate)
        shifted, told = np.where(told, self.values - middle, 0.0), told.astype(float)
        n, sums = told.T @ told, shifted.T @ told
        both = (shifted.T @ shifted - sums * sums.T / np.maximum(n, 1)) / np.maximum(n - 1, 1)
        fine = self.undefined <= MOST_UNDEFINED
        return np.where(fine & fine[:, None], both, np.nan)

    def columns(self, **wanted) -> np.ndarray:
        """Places of the figures with these values of `what`, `group`, `at` or `against`."""
        return np.array(
            [
                number
                for number, figure in enumerate(self.figures)
                if all(getattr(figure, key) == value for key, value in wanted.items())
            ],
            dtype=int,
        )

    def share_above(self, limit: float = 0.0) -> np.ndarray:
        """Share of the replicates above a limit, of those that tell; at it they count half."""
        told = (~np.isnan(self.values)).sum(axis=0)
        above = (self.values > limit).sum(axis=0) + (self.values == limit).sum(axis=0) / 2
        return np.where(self.undefined <= MOST_UNDEFINED, above / np.maximum(told, 1), np.nan)

    def percentile(self, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
        """Limits that leave equal shares of the replicates outside; too narrow with few clusters."""
        tail = (1 - level) / 2
        return self._cut(np.full(len(self.estimate), tail), np.full(len(self.estimate), 1 - tail))

    def basic(self, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
        """Percentile limits of the deviation from the estimate, turned about it.

        Of rescaled replicates they hold for differences of skewed means where BCa does not (docs/coverage.md).
        """
        low, high = self.percentile(level)
        return 2 * self.estimate - high, 2 * self.estimate - low

    def bca(self, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
        """Percentile limits corrected for bias and acceleration (Efron 1987), the latter by leaving clusters out."""
        known = ~np.isnan(self.values)
        below = (self.values < self.estimate).sum(axis=0) + (self.values == self.estimate).sum(axis=0) / 2
        with np.errstate(divide="ignore", invalid="ignore"):
            bias = stats.norm.ppf(below / known.sum(axis=0))
            pull = acceleration(self.design, self.statistic)
            z = (bias + stats.norm.ppf(tail) for tail in ((1 - level) / 2, (1 + level) / 2))
            ends = [stats.norm.cdf(bias + one / (1 - pull * one)) for one in z]
        return self._cut(*ends)

    def table(self, level: float = 0.95, interval: str = "percentile") -> pd.DataFrame:
        """One row per figure: what, group, at, against, estimate, se, low, high, undefined, note.

        Without spread among the replicates, as where nobody ceased, there are no limits rather than limits of no width
        (note `no_variation`); none either where more than 5% of the replicates cannot tell (`not_estimable`).

        Parameters
        ----------
        level
            Confidence level.
        interval
            "percentile", "basic" or "bca".
        """
        if interval not in ("percentile", "basic", "bca"):
            raise ParameterError(f'"{interval}" is no interval of a bootstrap; choose percentile, basic or bca.')
        if not self.figures:
            raise ParameterError("this statistic has no names for its figures; use survival_under and the like.")
        low, high = getattr(self, interval)(level)
        said = {"estimate": self.estimate, "se": self.se, "low": low, "high": high, "undefined": self.undefined,
                "note": self.notes}  # fmt: skip
        return pd.DataFrame(self.figures, columns=list(Figure._fields)).assign(**said)

    def _cut(self, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        fine = (self.notes == "") & np.isfinite(low) & np.isfinite(high)
        ends = np.full((2, len(self.estimate)), np.nan)
        for k in np.flatnonzero(fine):
            ends[:, k] = np.quantile(self._told(k), [low[k], high[k]])
        return ends[0], ends[1]

    def _told(self, k: int) -> np.ndarray:
        column = self.values[:, k]
        return column[~np.isnan(column)]


def bootstrap(
    clusters,
    statistic: Statistic,
    n_replicates: int = 2000,
    seed: int = 1,
    strata=None,
    block: int = BLOCK,
    rescaled: bool = False,
) -> Replicates:
    """Clusters drawn with replacement within strata, the statistic computed for blocks of replicates at once.

    Parameters
    ----------
    clusters
        Label of each row's cluster (`enterprise_id`).
    statistic
        Takes weights [b, n], how often each row was drawn in each of b replicates (all ones: the data), and returns
        [b, k] figures; nan where a replicate has none. `survival_under`, `mean_under` and the like, or a `stack` of
        them, know the names of their figures.
    n_replicates, seed
        How many; where the draws start. Each stratum has a stream of its own, named by it: a replicate depends
        neither on the number of replicates nor on blocks, other strata or the order of the rows.
    strata
        Label of each row's stratum, the same within a cluster; default one stratum.
    block
        Bytes of weights, or of what the statistic holds, at a time.
    rescaled
        Of the n clusters of a stratum n - 1 are drawn, each counting n / (n - 1) times: the variance of a sum is then
        that of the formula with n - 1, which plain draws miss by a part 1/n. For strata of few clusters.

    Returns
    -------
    Replicates: estimate, values, se, `covariance`, `share_above(limit)`, limits by `percentile(level)`, `basic(level)`
    and `bca(level)`, `table(level, interval)`, `words` for the method of a table; `design.lonely` names strata of one
    cluster.

    Raises
    ------
    DataError
        No rows, a row without cluster or stratum, a cluster in two strata.
    ParameterError
        Fewer than two replicates.

    Source
    ------
    Davison & Hinkley (1997), chapters 2, 3 and 5; Efron (1987); Rao & Wu (1988) for `rescaled`.

    >>> hours = np.array([8.0, 10, 12, 10, 9])
    >>> found = bootstrap(list("abcde"), lambda w: w @ hours[:, None] / w.sum(axis=1, keepdims=True), 500)
    >>> found.estimate.tolist(), found.values.shape
    ([9.8], (500, 1))
    """
    if n_replicates < 2:
        raise ParameterError("a bootstrap needs two replicates or more; 2000 is usual.")
    design = designed(clusters, strata, rescaled)
    n = len(design.cluster)
    estimate = _figures(statistic, np.ones((1, n)))[0]
    generators = streams(design, seed)
    values = np.empty((n_replicates, len(estimate)))
    np.empty(KEPT_AT_HAND, dtype=np.uint8)
    step = _at_once(n, statistic, block)
    for start in range(0, n_replicates, step):
        stop = min(start + step, n_replicates)
        values[start:stop] = _figures(statistic, design.rows(drawn(design, generators, stop - start)))
    return Replicates(estimate, values, seed, design, statistic)


def acceleration(design: Design, statistic: Statistic, block: int = BLOCK) -> np.ndarray:
    """Skewness of what each cluster contributes, from leaving each out in turn within its stratum.

    Without any spread it is 0; where a figure cannot be told without one of the clusters, it is nan.
    """
    parts = [
        (stratum, _figures(statistic, design.rows(times)))
        for stratum, times in left_out(design, _at_once(len(design.cluster), statistic, block))
    ]
    if not parts:
        return np.zeros(_figures(statistic, np.ones((1, len(design.cluster)))).shape[1])
    stratum, left = np.concatenate([own for own, _ in parts]), np.concatenate([values for _, values in parts])
    squares, cubes = 0.0, 0.0
    for number in np.unique(stratum):
        own = left[stratum == number]
        pull = (own.mean(axis=0) - own) * (len(own) - 1) / len(own)
        squares, cubes = squares + (pull**2).sum(axis=0), cubes + (pull**3).sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(squares == 0, 0.0, cubes / (6 * np.asarray(squares) ** 1.5))


def _at_once(n: int, statistic: Statistic, block: int) -> int:
    """Replicates in a block: as many as their weights, or what the statistic makes of them, have room for."""
    return max(1, block // (8 * max(n, getattr(statistic, "room", 0))))


def _figures(statistic: Statistic, weights: np.ndarray) -> np.ndarray:
    figures = np.asarray(statistic(weights), dtype=float)
    if figures.ndim != 2 or len(figures) != len(weights):
        raise ParameterError("the statistic must return one row per row of weights: [b, n] weights give [b, k].")
    return figures
