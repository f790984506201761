"""The coefficients that make the partial likelihood largest, and whether there are any."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from coopeval.survival.hazards_partial import Risk, Sums, information, sums

MOST_STEPS, HALVINGS = 50, 30
CLOSE = 1e-8  # over the range of a covariate; what is left after such a step is its square
FAR, MOVING = 12.0, 0.3  # a log ratio over the whole range of a covariate that still grows by this: there is no largest
NOTHING = 1e-10  # of the information a column would have by itself


class Fit(NamedTuple):
    """Coefficients, what the risk sets hold there, and which coefficients run away."""

    beta: np.ndarray
    found: Sums
    information: np.ndarray
    runs_away: np.ndarray
    has_converged: bool


def fitted(risk: Risk, start: np.ndarray | None = None, steps: int = MOST_STEPS, close: float = CLOSE) -> Fit:
    """Newton's method; a step that makes the likelihood smaller is halved.

    Where a covariate tells the events apart its coefficient grows by about one step after the other without end: it is
    marked as running away, and the others are those of the limit.
    """
    beta = np.zeros(risk.x.shape[1]) if start is None else np.array(start, float)
    width = np.ptp(risk.x, axis=0) if len(risk.x) else np.ones_like(beta)
    width = np.where(width > 0, width, 1.0)
    found, runs, is_close = sums(risk, beta), np.zeros(len(beta), dtype=bool), not len(beta)
    inside = information(risk, found)
    for _ in range(steps if len(beta) else 0):
        step = solved(inside, found.score)
        after = sums(risk, beta + step)
        for _ in range(HALVINGS):
            if after.loglik >= found.loglik - 1e-9 * (1 + abs(found.loglik)):
                break
            step = step / 2
            after = sums(risk, beta + step)
        beta, found = beta + step, after
        inside = information(risk, found)
        reach = np.abs(step) * width
        runs = (np.abs(beta) * width > FAR) & (reach > MOVING)
        is_close = reach.max() < close
        if is_close or (runs.any() and reach[~runs].max(initial=0.0) < 1e-6):
            break
    return Fit(beta, found, inside, runs, bool(is_close))


def solved(matrix: np.ndarray, vector: np.ndarray) -> np.ndarray:
    """The step; where a direction holds no information, none in that direction."""
    scale = np.sqrt(np.maximum(np.diag(matrix), 0.0))
    scale = np.where(scale > 0, scale, 1.0)
    roots, axes = np.linalg.eigh(matrix / np.outer(scale, scale))
    inverse = np.where(roots > NOTHING, 1 / np.where(roots > NOTHING, roots, 1.0), 0.0)
    return axes @ (inverse * (axes.T @ (vector / scale))) / scale


def informative(risk: Risk) -> np.ndarray:
    """Which columns differ within a risk set at an event at all: the others cannot be estimated."""
    if not risk.x.shape[1] or not len(risk.times):
        return np.zeros(risk.x.shape[1], dtype=bool)
    inside = information(risk, sums(risk, np.zeros(risk.x.shape[1])))
    alone = risk.weight * risk.event @ risk.x**2 + (risk.weight @ risk.x**2) / max(risk.weight.sum(), 1e-300)
    return np.diag(inside) > NOTHING * np.maximum(alone, 1e-300)
