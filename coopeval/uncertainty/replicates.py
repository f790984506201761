"""Bootstrap of clusters within strata: the statistic again and again, on rows that weigh as often as drawn."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from coopeval.errors import DataError, ParameterError

BLOCK = 64 * 2**20  # bytes of weights at a time
MOST_UNDEFINED = 0.05  # of the replicates; above it no limits are given
Statistic = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Design:
    """Which rows belong to which cluster, which clusters to which stratum: both numbered in sorted order."""

    cluster: np.ndarray  # of each row
    strata: tuple[tuple[str, np.ndarray], ...]  # name, and numbers of its clusters

    @property
    def lonely(self) -> tuple[str, ...]:
        """Strata of one cluster: it is always drawn, so they add nothing to the error."""
        return tuple(name for name, own in self.strata if len(own) == 1)


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
        return f"bootstrap of {self.design.cluster.max() + 1} clusters, {len(self.values)} replicates, seed {self.seed}"

    @property
    def se(self) -> np.ndarray:
        return np.nanstd(self.values, axis=0, ddof=1)

    def percentile(self, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
        """Limits that leave equal shares of the replicates outside; too narrow with few clusters."""
        tail = (1 - level) / 2
        return self._cut(np.full(len(self.estimate), tail), np.full(len(self.estimate), 1 - tail))

    def bca(self, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
        """Percentile limits corrected for bias and acceleration (Efron 1987), the latter by leaving clusters out."""
        known = ~np.isnan(self.values)
        below = (known & (self.values < self.estimate)).sum(axis=0) + (known & (self.values == self.estimate)).sum(
            0
        ) / 2
        with np.errstate(divide="ignore", invalid="ignore"):
            bias = stats.norm.ppf(below / known.sum(axis=0))
            ends = []
            for tail in ((1 - level) / 2, (1 + level) / 2):
                z = bias + stats.norm.ppf(tail)
                ends.append(stats.norm.cdf(bias + z / (1 - acceleration(self.design, self.statistic) * z)))
        return self._cut(*ends)

    def _cut(self, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        fine = (np.isnan(self.values).mean(axis=0) <= MOST_UNDEFINED) & np.isfinite(low) & np.isfinite(high)
        ends = np.full((2, len(self.estimate)), np.nan)
        for k in np.flatnonzero(fine):
            ends[:, k] = np.nanquantile(self.values[:, k], [low[k], high[k]])
        return ends[0], ends[1]


def bootstrap(
    clusters,
    statistic: Statistic,
    n_replicates: int = 2000,
    seed: int = 1,
    strata=None,
    block: int = BLOCK,
) -> Replicates:
    """Clusters drawn with replacement within strata, the statistic computed for blocks of replicates at once.

    Parameters
    ----------
    clusters
        Label of each row's cluster (`enterprise_id`).
    statistic
        Takes weights [b, n], how often each row was drawn in each of b replicates (all ones: the data), and returns
        [b, k] figures; nan where a replicate has none.
    n_replicates, seed
        How many; where the draws start. Each stratum has a stream of its own, named by it: a replicate depends
        neither on the number of replicates nor on blocks, other strata or the order of the rows.
    strata
        Label of each row's stratum, the same within a cluster; default one stratum.
    block
        Bytes of weights at a time.

    Returns
    -------
    Replicates: estimate, values, se, `percentile(level)`, `bca(level)`, `words` for the method of a table;
    `design.lonely` names strata of one cluster.

    Raises
    ------
    DataError
        No rows, a row without cluster or stratum, a cluster in two strata.
    ParameterError
        Fewer than two replicates.

    Source
    ------
    Davison & Hinkley (1997), chapters 2, 3 and 5; Efron (1987).

    >>> hours = np.array([8.0, 10, 12, 10, 9])
    >>> found = bootstrap(list("abcde"), lambda w: w @ hours[:, None] / w.sum(axis=1, keepdims=True), 500)
    >>> found.estimate.tolist(), found.values.shape
    ([9.8], (500, 1))
    """
    if n_replicates < 2:
        raise ParameterError("a bootstrap needs two replicates or more; 2000 is usual.")
    design = designed(clusters, strata)
    n = len(design.cluster)
    estimate = _figures(statistic, np.ones((1, n)))[0]
    streams = [np.random.default_rng(_stream(seed, name)) for name, _ in design.strata]
    values = np.empty((n_replicates, len(estimate)))
    step = max(1, block // (8 * n))
    for start in range(0, n_replicates, step):
        stop = min(start + step, n_replicates)
        values[start:stop] = _figures(statistic, drawn(design, streams, stop - start)[:, design.cluster])
    return Replicates(estimate, values, seed, design, statistic)


def designed(clusters, strata=None) -> Design:
    """Clusters and strata, numbered in the order of their labels."""
    frame = pd.DataFrame({"cluster": np.asarray(clusters)})
    frame["stratum"] = "all" if strata is None else np.asarray(strata)
    if not len(frame) or frame.isna().any(axis=None):
        raise DataError("a bootstrap needs rows, each with its cluster and stratum.")
    frame["stratum"] = frame["stratum"].astype(str)
    number, _ = pd.factorize(frame["cluster"], sort=True)
    of_cluster = frame.assign(number=number).groupby("number")["stratum"]
    if of_cluster.nunique().gt(1).any():
        raise DataError(f"{int(of_cluster.nunique().gt(1).sum())} clusters stand in two strata; each belongs to one.")
    stratum = of_cluster.first()
    return Design(number, tuple((name, np.flatnonzero(stratum == name)) for name in sorted(stratum.unique())))


def drawn(design: Design, streams: list[np.random.Generator], size: int) -> np.ndarray:
    """How often each cluster is drawn in each of the next `size` replicates."""
    times = np.empty((size, int(design.cluster.max()) + 1))
    for (_, own), rng in zip(design.strata, streams, strict=True):
        picked = rng.integers(0, len(own), (size, len(own))) + len(own) * np.arange(size)[:, None]
        times[:, own] = np.bincount(picked.ravel(), minlength=size * len(own)).reshape(size, -1)
    return times


def acceleration(design: Design, statistic: Statistic) -> np.ndarray:
    """Skewness of what each cluster contributes, from leaving each out in turn within its stratum."""
    squares, cubes = 0.0, 0.0
    for _, own in design.strata:
        if len(own) == 1:
            continue
        left = np.array([_without(design, statistic, own, out) for out in own])
        pull = (left.mean(axis=0) - left) * (len(own) - 1) / len(own)
        squares, cubes = squares + (pull**2).sum(axis=0), cubes + (pull**3).sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.nan_to_num(cubes / (6 * np.asarray(squares) ** 1.5))


def _without(design: Design, statistic: Statistic, own: np.ndarray, out: int) -> np.ndarray:
    times = np.ones(int(design.cluster.max()) + 1)
    times[own] = len(own) / (len(own) - 1)  # the others stand for the whole stratum
    times[out] = 0
    return _figures(statistic, times[design.cluster][None, :])[0]


def _figures(statistic: Statistic, weights: np.ndarray) -> np.ndarray:
    figures = np.asarray(statistic(weights), dtype=float)
    if figures.ndim != 2 or len(figures) != len(weights):
        raise ParameterError("the statistic must return one row per row of weights: [b, n] weights give [b, k].")
    return figures


def _stream(seed: int, name: str) -> np.random.SeedSequence:
    """The stratum's own stream: spawned from the seed by the digest of its name."""
    digest = hashlib.sha256(name.encode()).digest()
    return np.random.SeedSequence(seed, spawn_key=tuple(int.from_bytes(digest[i : i + 4], "big") for i in (0, 4, 8)))
