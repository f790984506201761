"""Shares of several structures pooled: random effects on the logit scale, with what the next structure may show."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats
from scipy.special import expit

from coopeval.errors import DataError

FEWEST_STRUCTURES = 3  # below it neither heterogeneity nor a prediction interval can be had
ADDED = 0.5  # to those with and to those without, where a structure has nobody in one of both (Haldane, Anscombe)
GRID, HALVINGS = 160, 200


@dataclass(frozen=True)
class Pooled:
    """Several structures in one figure. Shares lie between 0 and 1; `se`, `tau2` and its limits are on the logit scale.

    `estimate` is the share of a structure in the middle of them all, not the average of their shares. `predicted_low`
    and `predicted_high` are where the share of another structure of this kind would lie. Limits of `tau2` are empty
    where the structures are more alike than chance lets expect.
    """

    estimate: float
    low: float
    high: float
    predicted_low: float
    predicted_high: float
    se: float
    tau2: float
    tau2_low: float
    tau2_high: float
    q: float
    q_p: float
    i2: float
    factor: float  # of Hartung and Knapp, on the squared error, before any floor
    n_structures: int
    n_corrected: int
    has_converged: bool
    level: float
    method: str
    interval: str


def random_effects(n_events, n, level: float = 0.95, floor: bool = True) -> Pooled:
    """Pooled share of several structures, with heterogeneity and a prediction interval.

    Each structure has a share of its own; their logits are normal around a common middle, with variance tau2 (REML).
    A structure in which nobody or everybody had the event gets half a unit on either side, and is counted in
    `n_corrected`; others keep their counts.

    Parameters
    ----------
    n_events, n
        Whole numbers per structure, 0 <= n_events <= n, n above 0. The order does not matter.
    level
        Of the interval, of the prediction interval, and of the limits of tau2.
    floor
        Whether Hartung and Knapp's factor may not make the error smaller than the plain one. Without it, structures
        that happen to look alike get an interval of almost no width.

    Returns
    -------
    Pooled. `has_converged` is False, and the figures are empty, if the search for tau2 found no maximum.

    Raises
    ------
    DataError
        Fewer than three structures; counts that cannot be shares; more than half of the structures with nobody or
        everybody, where the half units would decide.

    Source
    ------
    REML: Viechtbauer (2005); errors: Hartung & Knapp (2001), Sidik & Jonkman (2002), floor: Röver, Knapp & Friede
    (2015), t with k - 1 degrees of freedom; prediction: Higgins, Thompson & Spiegelhalter (2009), t with k - 2;
    limits of tau2: Q-profile, Viechtbauer (2007); I2: Higgins & Thompson (2002). As R's metafor, measure "PLO".

    >>> four = random_effects([12, 20, 9, 31], [40, 45, 36, 80])
    >>> round(four.estimate, 3), round(four.low, 3), round(four.high, 3), round(four.i2, 2)
    (0.358, 0.239, 0.497, 0.2)
    """
    hits, size = _admitted(n_events, n)
    one_sided = (hits == 0) | (hits == size)
    if 2 * one_sided.sum() > len(hits):
        raise DataError(
            f"in {int(one_sided.sum())} of {len(hits)} structures nobody or everybody had the event; the correction "
            "would decide the result. Show the structures one by one."
        )
    with_it = np.where(one_sided, hits + ADDED, hits)
    without = np.where(one_sided, size - hits + ADDED, size - hits)
    logits, variances = np.log(with_it / without), 1 / with_it + 1 / without
    tau2, has_converged = restricted_maximum(logits, variances)
    return _pooled(logits, variances, tau2, level, floor, n_corrected=int(one_sided.sum()), has_converged=has_converged)


def are_shares(hits: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Whether counts can be shares of somebody: whole, 0 <= hits <= size, size above 0."""
    return (hits >= 0) & (hits <= size) & (size > 0) & (hits % 1 == 0) & (size % 1 == 0)


def _admitted(n_events, n) -> tuple[np.ndarray, np.ndarray]:
    """The counts in an order of their own, so that sums do not depend on that of the rows."""
    hits, size = (np.atleast_1d(np.asarray(x, dtype=float)) for x in (n_events, n))
    if len(hits) != len(size) or not are_shares(hits, size).all():
        raise DataError("each structure needs whole counts with 0 <= n_events <= n and n above 0.")
    if len(hits) < FEWEST_STRUCTURES:
        raise DataError(
            f"{len(hits)} structures cannot be pooled; it takes {FEWEST_STRUCTURES}. Show them one by one instead."
        )
    order = np.lexsort((hits, size))
    return hits[order], size[order]


def _pooled(logits, variances, tau2: float, level: float, floor: bool, **found) -> Pooled:
    k, tail = len(logits), 0.5 + level / 2
    weights = 1 / (variances + tau2)
    middle = float(weights @ logits / weights.sum())
    factor = float(weights @ (logits - middle) ** 2 / (k - 1))
    se = float(np.sqrt((max(factor, 1.0) if floor else factor) / weights.sum()))
    half = stats.t.ppf(tail, k - 1) * se
    ahead = stats.t.ppf(tail, k - 2) * np.sqrt(tau2 + se**2)
    fixed = 1 / variances
    q = float(_spread(0.0, logits, variances))
    typical = (k - 1) * fixed.sum() / (fixed.sum() ** 2 - (fixed**2).sum())
    tau2_low, tau2_high = _profile(logits, variances, level)
    return Pooled(
        *(float(expit(middle + step)) for step in (0.0, -half, half, -ahead, ahead)),
        se=se, tau2=tau2, tau2_low=tau2_low, tau2_high=tau2_high,
        q=q, q_p=float(stats.chi2.sf(q, k - 1)), i2=float(tau2 / (tau2 + typical)), factor=factor, n_structures=k,
        level=level, method="random effects on logits, REML",
        interval="Hartung-Knapp, not below the plain error" if floor else "Hartung-Knapp", **found,
    )  # fmt: skip


def restricted_maximum(values: np.ndarray, variances: np.ndarray) -> tuple[float, bool]:
    """The tau2 with the highest restricted likelihood, and whether it was found; nan where it was not.

    The likelihood may have several tops: the highest of a grid is taken, and its score halved down to a root.

    >>> restricted_maximum(np.array([0.0, 1.0, 2.0]), np.full(3, 0.25))  # equal variances: 1 - 0.25
    (0.75, True)
    """
    top = 10 * (np.ptp(values) ** 2 + variances.max())
    grid = np.concatenate([[0.0], np.geomspace(1e-8 * top, top, GRID)])
    best = int(np.argmax(_likelihood(grid, values, variances)))
    rises = bool(_score(grid[best], values, variances) > 0)
    if best == 0 and not rises:
        return 0.0, True
    if best == GRID and rises:
        return float("nan"), False
    under, over = (grid[best], grid[best + 1]) if rises else (grid[best - 1], grid[best])
    if not _score(under, values, variances) > 0 >= _score(over, values, variances):
        return float("nan"), False
    return float(_halved(lambda tau2: _score(tau2, values, variances), under, over)), True


def _halved(falls, under: float, over: float) -> float:
    """Where a function goes from above zero to below it."""
    for _ in range(HALVINGS):
        middle = (under + over) / 2
        if middle in (under, over):
            break
        under, over = (middle, over) if falls(middle) > 0 else (under, middle)
    return (under + over) / 2


def _weighed(tau2, values, variances):
    weights = 1 / (variances + np.asarray(tau2)[..., None])
    total = weights.sum(axis=-1)
    rest = values - ((weights * values).sum(axis=-1) / total)[..., None]
    return weights, total, rest


def _likelihood(tau2, values, variances) -> np.ndarray:
    weights, total, rest = _weighed(tau2, values, variances)
    return 0.5 * (np.log(weights).sum(axis=-1) - np.log(total) - (weights * rest**2).sum(axis=-1))


def _score(tau2, values, variances) -> np.ndarray:
    """Slope of the restricted likelihood."""
    weights, total, rest = _weighed(tau2, values, variances)
    squares = weights**2
    return 0.5 * ((squares * rest**2).sum(axis=-1) - total + squares.sum(axis=-1) / total)


def _spread(tau2, values, variances) -> np.ndarray:
    """Cochran's Q at a tau2; it falls as tau2 grows."""
    weights, _, rest = _weighed(tau2, values, variances)
    return (weights * rest**2).sum(axis=-1)


def _profile(values, variances, level: float) -> tuple[float, float]:
    """Limits of tau2: the values at which Q is as large, and as small, as chance makes it."""
    quantiles = stats.chi2.ppf([0.5 + level / 2, 0.5 - level / 2], len(values) - 1)
    if _spread(0.0, values, variances) < quantiles[1]:
        return float("nan"), float("nan")
    return tuple(_reaches(quantile, values, variances) for quantile in quantiles)


def _reaches(quantile: float, values, variances) -> float:
    if _spread(0.0, values, variances) <= quantile:
        return 0.0
    over = variances.max() + np.ptp(values) ** 2
    while _spread(over, values, variances) > quantile:
        over *= 2
    return float(_halved(lambda tau2: _spread(tau2, values, variances) - quantile, 0.0, over))
