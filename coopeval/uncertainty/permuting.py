"""Permutation p-values of sums of scores by group: groups dealt anew within strata."""

from __future__ import annotations

from itertools import combinations
from math import comb

import numpy as np

ENUMERATED = 20_000  # up to so many rearrangements all of them are tried
BLOCK = 1_000
SLACK = 1e-9  # ties between rearrangements must not be broken by the last digit


def permutation_p(scores: np.ndarray, group: np.ndarray, layer: np.ndarray, draws: int, seed: int) -> tuple[float, str]:
    """p-value of the scores' sums by group, and how it was found.

    Compared is the quadratic form of the sums in their own permutation covariance. Two groups in one stratum with few
    rearrangements are enumerated; otherwise groups are dealt `draws` times and the data count as one more draw.

    Source: Phipson & Smyth (2010) for counting the data in.
    """
    n_groups = int(group.max()) + 1
    order = np.lexsort((scores, group, layer))  # the draws must not depend on the order of the rows
    scores, group, layer = np.round(scores[order], 12), group[order], layer[order]
    inverse = np.linalg.pinv(_covariance(scores, group, layer, n_groups), hermitian=True)
    centred = _centred(scores, layer)
    seen = _form(_sums(centred[None, :], group, n_groups), inverse)[0]
    small = int(np.bincount(group).min())
    if n_groups == 2 and len(np.unique(layer)) == 1 and comb(len(group), small) <= ENUMERATED:
        which = int(np.bincount(group).argmin())
        chosen = np.array(list(combinations(range(len(group)), small)))
        sums = np.zeros((len(chosen), 2))
        sums[:, which] = centred[chosen].sum(axis=1)
        sums[:, 1 - which] = -sums[:, which]
        return float((_form(sums, inverse) >= seen - SLACK).mean()), f"permutation, all {len(chosen)}"
    rng, as_large = np.random.default_rng(seed), 0
    for start in range(0, draws, BLOCK):
        dealt = np.tile(centred, (min(BLOCK, draws - start), 1))
        for number in np.unique(layer):
            own = layer == number
            dealt[:, own] = rng.permuted(dealt[:, own], axis=1)
        as_large += int((_form(_sums(dealt, group, n_groups), inverse) >= seen - SLACK).sum())
    return (1 + as_large) / (1 + draws), f"permutation, {draws} draws, seed {seed}"


def _centred(scores: np.ndarray, layer: np.ndarray) -> np.ndarray:
    means = np.bincount(layer, weights=scores) / np.maximum(np.bincount(layer), 1)
    return scores - means[layer]


def _sums(dealt: np.ndarray, group: np.ndarray, n_groups: int) -> np.ndarray:
    return dealt @ (group[:, None] == np.arange(n_groups)).astype(float)


def _form(sums: np.ndarray, inverse: np.ndarray) -> np.ndarray:
    return np.einsum("ij,jk,ik->i", sums, inverse, sums)


def _covariance(scores: np.ndarray, group: np.ndarray, layer: np.ndarray, n_groups: int) -> np.ndarray:
    total = np.zeros((n_groups, n_groups))
    for number in np.unique(layer):
        own = layer == number
        size = np.bincount(group[own], minlength=n_groups).astype(float)
        if own.sum() > 1:
            total += scores[own].var(ddof=1) * (np.diag(size) - np.outer(size, size) / own.sum())
    return total
