"""Firth's penalised partial likelihood: finite ratios where groups with few or no events have none otherwise.

Few events is what it is for, so every event is set against every row at risk in one table; nothing is kept per row.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy import optimize, stats

from coopeval.errors import ParameterError
from coopeval.survival.hazards_partial import Risk

MOST_CELLS = 2 * 10**7
MOST_STEPS, HALVINGS, CLOSE, LONGEST = 200, 30, 1e-9, 2.0
WIDENINGS = 30
NO_INFORMATION = 1e-9


class Penalised(NamedTuple):
    """Coefficients with limits and p from the penalised likelihood itself; nan where a limit was not found."""

    beta: np.ndarray
    low: np.ndarray
    high: np.ndarray
    p: np.ndarray
    covariance: np.ndarray
    value: float


class _At(NamedTuple):
    value: float
    score: np.ndarray
    inverse: np.ndarray


def firth(risk: Risk, level: float = 0.95) -> Penalised | None:
    """The penalised fit; None where the events say nothing about some coefficient at all.

    The log likelihood plus half the log determinant of the information. Limits are where it has fallen by half of the
    chi-square quantile, all other coefficients being refitted; p from the fall at a ratio of one.

    Source: Firth (1993); Heinze & Schemper (2001).
    """
    if len(risk.term) * len(risk.x) > MOST_CELLS:
        raise ParameterError(
            "with so many events and rows the penalty changes nothing that can be seen; leave it out (penalty=None)."
        )
    width = np.where(np.ptp(risk.x, axis=0) > 0, np.ptp(risk.x, axis=0), 1.0)
    tied = _tied(risk)
    size = risk.x.shape[1]

    def at(beta: np.ndarray) -> _At | None:
        return _penalised(risk, tied, beta, width)

    best = _largest(at, np.zeros(size), np.ones(size, dtype=bool), width)
    if best is None:
        return None
    beta, found = best
    fall = stats.chi2.ppf(level, 1) / 2
    low, high, p = np.full(size, np.nan), np.full(size, np.nan), np.full(size, np.nan)
    for k in range(size):
        profile = _profile(at, beta, k, width)
        reach = np.sqrt(2 * fall * found.inverse[k, k])
        low[k], high[k] = (_crossing(profile, found.value - fall, beta[k], sign * reach) for sign in (-1, 1))
        p[k] = stats.chi2.sf(2 * max(found.value - profile(0.0), 0.0), 1)
    return Penalised(beta, low, high, p, found.inverse, found.value)


def _tied(risk: Risk) -> np.ndarray:
    """[events, rows] how far a row is at risk for each event: Efron's part of the tied ones has left."""
    inside = (risk.into <= risk.term[:, None]) & (risk.term[:, None] < risk.out)
    return inside - risk.part[:, None] * (risk.block == risk.term[:, None])


def _penalised(risk: Risk, tied: np.ndarray, beta: np.ndarray, width: np.ndarray) -> _At | None:
    linear = risk.x @ beta
    linear = linear - linear.max()
    chance = tied * (risk.weight * np.exp(linear))
    whole = chance.sum(axis=1, keepdims=True)
    if not (whole > 0).all():
        return None
    chance /= whole
    weight = risk.mean_weight[risk.term]
    mean = chance @ risk.x
    inside = (risk.x * (weight @ chance)[:, None]).T @ risk.x - (mean * weight[:, None]).T @ mean
    roots = np.linalg.eigvalsh(inside * np.outer(width, width))
    if not roots.min() > NO_INFORMATION * 1e-6 * max(roots.max(), 1e-300):
        return None
    inverse = np.linalg.inv(inside)
    loglik = risk.weight * risk.event @ linear - weight @ np.log(whole[:, 0])
    score = (risk.weight * risk.event) @ risk.x - weight @ mean
    turned = mean @ inverse
    square = np.einsum("ij,ij->i", risk.x @ inverse, risk.x)
    apart = square - 2 * turned @ risk.x.T + np.einsum("ij,ij->i", turned, mean)[:, None]
    third = chance * apart * weight[:, None]  # its pull away from the mean is how the information changes with beta
    change = third.sum(axis=0) @ risk.x - third.sum(axis=1) @ mean
    value = loglik + np.linalg.slogdet(inside)[1] / 2
    return _At(float(value), score + change / 2, inverse)


def _largest(at: Callable, start: np.ndarray, free: np.ndarray, width: np.ndarray) -> tuple[np.ndarray, _At] | None:
    """Newton's method on the free coefficients with the plain information; halved where the value falls."""
    beta, found = start.copy(), at(start)
    if found is None:
        return None
    for _ in range(MOST_STEPS if free.any() else 0):
        own = np.ix_(free, free)
        step = np.zeros(len(beta))
        step[free] = np.linalg.solve(np.linalg.inv(found.inverse)[own], found.score[free])
        longest = (np.abs(step) * width).max()
        step *= min(1.0, LONGEST / longest) if longest > 0 else 1.0
        for _ in range(HALVINGS):
            after = at(beta + step)
            if after is not None and after.value >= found.value - 1e-12 * (1 + abs(found.value)):
                break
            step = step / 2
        else:
            break
        beta, found = beta + step, after
        if (np.abs(step) * width).max() < CLOSE:
            break
    return beta, found


def _profile(at: Callable, best: np.ndarray, k: int, width: np.ndarray) -> Callable[[float], float]:
    """The largest value with one coefficient held; each search starts from the one before."""
    free = np.arange(len(best)) != k
    last = best.copy()

    def value(held: float) -> float:
        start = last.copy()
        start[k] = held
        found = _largest(at, start, free, width)
        if found is None:
            return -np.inf
        last[:] = found[0]
        return found[1].value

    return value


def _crossing(profile: Callable[[float], float], goal: float, best: float, reach: float) -> float:
    """Where the profile comes down to the goal, on the side of `reach`; nan where it does not."""
    near, far = best, best + reach
    for _ in range(WIDENINGS):
        value = profile(far)
        if not np.isfinite(value):
            return np.nan
        if value <= goal:
            return optimize.brentq(lambda held: profile(held) - goal, *sorted((near, far)), xtol=1e-9 * (1 + abs(far)))
        near, far = far, far + 0.6 * reach
    return np.nan
