"""How often each cluster is drawn: with replacement within strata, each stratum from a stream of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from coopeval.errors import DataError


@dataclass(frozen=True)
class Design:
    """Which rows belong to which cluster, which clusters to which stratum: both numbered in sorted order."""

    cluster: np.ndarray  # of each row
    strata: tuple[tuple[str, np.ndarray], ...]  # name, and numbers of its clusters
    rescaled: bool = False  # one cluster fewer is drawn, and each counts for more (Rao & Wu)

    @property
    def n_clusters(self) -> int:
        return int(self.cluster.max()) + 1

    @property
    def lonely(self) -> tuple[str, ...]:
        """Strata of one cluster: it is always drawn, so they add nothing to the error."""
        return tuple(name for name, own in self.strata if len(own) == 1)

    def rows(self, times: np.ndarray) -> np.ndarray:
        """Weights [b, n] of the rows, from how often each cluster counts [clusters, b]."""
        alone = len(self.cluster) == len(times) and np.array_equal(self.cluster, np.arange(len(times)))
        return (times if alone else times[self.cluster]).T


def designed(clusters, strata=None, rescaled: bool = False) -> Design:
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
    own = tuple((name, np.flatnonzero(stratum == name)) for name in sorted(stratum.unique()))
    return Design(number, own, rescaled)


def streams(design: Design, seed: int) -> list[np.random.Generator]:
    """One generator per stratum, spawned from the seed by the digest of the stratum's name."""
    return [np.random.default_rng(_stream(seed, name)) for name, _ in design.strata]


def drawn(design: Design, generators: list[np.random.Generator], size: int) -> np.ndarray:
    """How often each cluster counts in each of the next `size` replicates, [clusters, size]."""
    times = np.empty((design.n_clusters, size))
    replicate = np.arange(size)[:, None]
    for (_, own), rng in zip(design.strata, generators, strict=True):
        n = len(own)
        if n == 1:
            times[own] = 1.0
            continue
        taken = n - design.rescaled
        picked = rng.integers(0, n, (size, taken))
        picked *= size
        picked += replicate
        together = own[-1] - own[0] == n - 1
        where = slice(own[0], own[-1] + 1) if together else own
        times[where] = np.bincount(picked.ravel(), minlength=size * n).reshape(n, size)
        if design.rescaled:
            times[own] *= n / taken
    return times


def left_out(design: Design, size: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Stratum and weights [clusters, up to size] with one cluster left out in turn, the others standing for it."""
    which = [(number, out, len(own)) for number, (_, own) in enumerate(design.strata) for out in own if len(own) > 1]
    for start in range(0, len(which), size):
        part = which[start : start + size]
        times = np.ones((design.n_clusters, len(part)))
        for column, (number, out, n) in enumerate(part):
            times[design.strata[number][1], column] = n / (n - 1)
            times[out, column] = 0.0
        yield np.array([number for number, _, _ in part]), times


def _stream(seed: int, name: str) -> np.random.SeedSequence:
    digest = hashlib.sha256(name.encode()).digest()
    return np.random.SeedSequence(seed, spawn_key=tuple(int.from_bytes(digest[i : i + 4], "big") for i in (0, 4, 8)))
