"""Errors and limits of effects: from influences of rows or clusters, or from a bootstrap that weighs again."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import stats

from coopeval.balance.estimators import WAYS, Comparison, means_under
from coopeval.balance.influence import influences
from coopeval.balance.weighing import effective
from coopeval.uncertainty import bootstrap

UNADJUSTED = WAYS.index("unadjusted")


class Figures(NamedTuple):
    """An effect by each of the `WAYS`, as a difference or as the logarithm of a ratio."""

    estimate: np.ndarray  # [4]
    se: np.ndarray
    low: np.ndarray
    high: np.ndarray
    p: np.ndarray


def contrast(means: np.ndarray, measure: str) -> np.ndarray:
    """Arm studied against reference, [..., 4] from means [..., 4, 2]; nan where a ratio of means is none."""
    one, other = means[..., 0], means[..., 1]
    if measure == "difference":
        return one - other
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where((one > 0) & (other > 0), np.log(one) - np.log(other), np.nan)


def stacked(setup: Comparison, weight: np.ndarray, score: np.ndarray, measures, cluster, level: float) -> list[Figures]:
    """Estimating equations of score, outcome model and effect solved together; see `influence`.

    Without clusters each arm's part of the variance is raised by n / (n - q), q being the coefficients that were
    fitted (1 where a plain mean is all), and the limits are Student's with Welch's degrees of freedom, from the arms'
    effective sample sizes less q. Simulations in benchmarks/balance.csv: without both, 40 against 60 hold too seldom.
    With clusters the variance is raised by G / (G - 1), with G - 1 degrees of freedom, G being the number of clusters.
    """
    means = means_under(setup, np.ones((1, len(weight))))[0]
    of_rows = influences(setup, weight, score)
    return [_limits(setup, weight, means, of_rows, (measure, cluster, level)) for measure in measures]


def _limits(setup: Comparison, weight: np.ndarray, means: np.ndarray, of_rows: np.ndarray, asked: tuple) -> Figures:
    measure, cluster, level = asked
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.ones((len(WAYS), 2)) if measure == "difference" else 1 / means
        of_effect = of_rows[:, :, 0] * scale[:, 0] - of_rows[:, :, 1] * scale[:, 1]
        variance, df = (
            _welch(of_effect, setup, weight) if cluster is None else _by_cluster(of_effect, np.asarray(cluster))
        )
        estimate, se = contrast(means, measure), np.sqrt(variance)
        t = stats.t.ppf(0.5 + level / 2, df)
        p = 2 * stats.t.sf(np.abs(estimate) / np.where(se > 0, se, np.nan), df)
    return Figures(estimate, se, estimate - t * se, estimate + t * se, p)


def _welch(of_effect: np.ndarray, setup: Comparison, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    is_plain, is_weighted = (np.isin(WAYS, ways) for ways in (["unadjusted"], ["weighted", "doubly_robust"]))
    fitted = setup.design.shape[1]
    parts, freedoms = [], []
    for side, arm in enumerate(setup.sides()):
        lost = np.where(is_plain | (side == 0 and setup.weigh.estimand == "ATT"), 1.0, fitted)
        size = float(arm.sum())
        left = np.where(size - lost >= 1, size - lost, np.nan)
        parts.append((of_effect[arm] ** 2).sum(axis=0) * size / left)
        freedoms.append(np.maximum(np.where(is_weighted, effective(weight[arm]), size) - lost, 1.0))
    variance = parts[0] + parts[1]
    return variance, variance**2 / sum(part**2 / df for part, df in zip(parts, freedoms, strict=True))


def _by_cluster(of_effect: np.ndarray, cluster: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    _, number = np.unique(cluster.astype(str), return_inverse=True)
    sums = np.zeros((number.max() + 1, of_effect.shape[1]))
    np.add.at(sums, number, of_effect)
    many = len(sums)
    factor = many / (many - 1) if many > 1 else np.nan
    return factor * (sums**2).sum(axis=0), np.full(of_effect.shape[1], many - 1.0 if many > 1 else np.nan)


def drawn_again(setup: Comparison, measures, cluster, level: float, n_replicates: int, seed: int):
    """The same by a bootstrap of rows (clusters) within arms; scores, weights and models are fitted anew each time.

    Limits are BCa; p is that of the normal approximation with the bootstrap's error. A cluster that stands in both
    arms is drawn as a whole, and then arms are not kept at their size.
    """
    n = len(setup.outcome)
    units = np.array([f"{row:09d}" for row in range(n)]) if cluster is None else np.asarray(cluster).astype(str)
    in_both = set(units[setup.treated]) & set(units[~setup.treated])
    strata = None if in_both else np.where(setup.treated, "studied", "reference")

    def statistic(drawn: np.ndarray) -> np.ndarray:
        means = means_under(setup, drawn)
        return np.hstack([contrast(means, measure) for measure in measures])

    found = bootstrap(units, statistic, n_replicates, seed, strata)
    with np.errstate(divide="ignore", invalid="ignore"):
        low, high = found.bca(level)
        p = 2 * stats.norm.sf(np.abs(found.estimate) / np.where(found.se > 0, found.se, np.nan))
    every = [np.split(part, len(measures)) for part in (found.estimate, found.se, low, high, p)]
    return [Figures(*(part[k] for part in every)) for k in range(len(measures))], found.words
