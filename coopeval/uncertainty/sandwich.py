"""Small-sample errors of a mean over clusters: CR2 (Bell & McCaffrey) and Satterthwaite's degrees of freedom."""

from __future__ import annotations

import numpy as np


def cr2(value: np.ndarray, weight: np.ndarray, cluster: np.ndarray) -> tuple[float, float, float]:
    """Weighted mean, its CR2 standard error, and the degrees of freedom of that error.

    Parameters
    ----------
    value, weight
        One number per row; weights above 0.
    cluster
        Number of each row's cluster, 0 to G - 1, none empty, G at least 2.

    Returns
    -------
    mean, se, df; as R's clubSandwich for `lm(value ~ 1, weights = weight)`.

    Source
    ------
    Bell & McCaffrey (2002); Pustejovsky & Tipton (2018). Working model: rows alike and independent.

    >>> mean, se, df = cr2(np.array([1.0, 0, 1, 1]), np.ones(4), np.array([0, 0, 1, 2]))
    >>> round(mean, 3), round(se, 3), round(df, 3)
    (0.75, 0.204, 1.8)
    """
    total = weight.sum()
    mean = float(weight @ value / total)
    near, far, length = _adjusted(weight, cluster)
    ones, weights = _sums(np.ones(len(weight)), cluster), _sums(weight, cluster)
    residual = value - mean
    # a cluster's adjusted weights are near * weight + far * 1
    score = near * _sums(weight * residual, cluster) + far * _sums(residual, cluster)
    size = near * weights + far * ones
    along = near * length + far * weights
    own = near**2 * length + 2 * near * far * weights + far**2 * ones
    se = float(np.sqrt((score**2).sum()) / total)
    return mean, se, _satterthwaite(own, along / total, size, length.sum() / total**2)


def _sums(of: np.ndarray, cluster: np.ndarray) -> np.ndarray:
    return np.bincount(cluster, weights=of)


def _adjusted(weight: np.ndarray, cluster: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The adjustment B^(-1/2) w of each cluster as near * w + far * 1, and its sum of squared weights.

    B = I - (1 w' + w 1') / W + q 1 1' / W^2 (q: all squared weights) differs from I only in the plane of w and 1, so
    two by two numbers per cluster do.
    """
    total, ones, weights = weight.sum(), np.bincount(cluster).astype(float), _sums(weight, cluster)
    length = _sums(weight**2, cluster)
    norm = np.sqrt(length)
    first = weights / norm  # 1 = first * (unit along w) + second * (unit across)
    gap = ones - first**2
    second = np.sqrt(np.where(gap > 1e-9 * ones, gap, 0.0))  # 0 where all weights of a cluster are equal
    q = length.sum() / total**2
    matrix = np.empty((len(norm), 2, 2))
    matrix[:, 0, 0] = 1 - 2 * norm * first / total + q * first**2
    matrix[:, 0, 1] = matrix[:, 1, 0] = -norm * second / total + q * first * second
    matrix[:, 1, 1] = 1 + q * second**2
    roots, axes = np.linalg.eigh(matrix)
    inverse = np.where(roots > 1e-12, 1 / np.sqrt(np.maximum(roots, 1e-12)), 0.0)
    along, beside = np.einsum("gik,gk,gk->ig", axes, inverse, axes[:, 0, :]) * norm
    far = np.divide(beside, second, out=np.zeros_like(beside), where=second > 0)
    return along / norm - far * first / norm, far, length


def _satterthwaite(own: np.ndarray, along: np.ndarray, size: np.ndarray, q: float) -> float:
    """(trace)^2 / trace of the square of the clusters' covariances diag(own) + K, without writing all of K down.

    K = q size size' - along size' - size along'.
    """
    on_diagonal = q * size**2 - 2 * along * size
    ss, sa, aa = size @ size, size @ along, along @ along
    square_of_k = q**2 * ss**2 + 2 * (aa * ss + sa**2) - 4 * q * ss * sa
    return float((own + on_diagonal).sum() ** 2 / ((own**2).sum() + 2 * own @ on_diagonal + square_of_k))
