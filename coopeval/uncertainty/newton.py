"""Newton's method for many small convex problems at once: one per replicate, none looked at in a loop."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

ROUNDS = 60
SETTLED = 1e-9  # of the last step, in units of the linear predictor; steps shrink quadratically, so 1e-18 is left
WHOLE = 1.0  # steps up to this length go down for certain, (exp(x) - x - 1) / x^2 being below 1 for them: taken whole
FLAT = 1e-10  # an eigenvalue this small beside the largest: the rows drawn say nothing in that direction
STEEP = 1e-11  # curvature lost at the end: the top lies at infinity (separation)
Look = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]
Span = Callable[[np.ndarray, np.ndarray], np.ndarray]


def minimise(start: np.ndarray, look: Look, span: Span, first: np.ndarray) -> np.ndarray:
    """The lowest points of B convex functions of p numbers; nan rows where there is none within reach.

    Parameters
    ----------
    start
        [B, p], where each search starts.
    look
        Takes points [b, p] and the numbers [b] of their functions; returns gradients [b, p] and Hessians [b, p, p].
    span
        Takes steps [b, p] and the numbers of their functions; returns [b], by how much a step moves the linear
        predictor of any row at most (twice, where the function is a log of a sum). Functions whose third derivative
        is at most that times the second get there from everywhere with long steps cut to log(1 + span) / span.
    first
        [B, p, p], the Hessians where all rows weigh as drawn. In directions in which it is flat nothing is sought:
        the rows drawn do not differ there (a level that was not drawn). A gradient that does not vanish there means
        that nothing can be reached.

    Source
    ------
    Sun & Tran-Dinh (2019), generalised self-concordant functions, for the length of the steps. Under separation the
    steps never shrink: the predictor grows for ever, by about one a round, and the curvature is lost.
    """
    point, done = start.copy(), np.zeros(len(start), dtype=bool)
    flat = _flat(first)
    alive = np.isfinite(first).all(axis=(1, 2))
    for _ in range(ROUNDS):
        which = np.flatnonzero(alive & ~done)
        if not len(which):
            break
        slope, curve = look(point[which], which)
        astray = np.abs(np.einsum("bij,bj->bi", flat[which], slope)).max(axis=1)
        caught = astray > SETTLED * (1 + np.abs(slope).max(axis=1))
        step = -_solved(curve + flat[which], slope)
        far = span(step, which)
        with np.errstate(divide="ignore", invalid="ignore"):
            step *= np.where(far > WHOLE, np.log1p(far) / far, 1.0)[:, None]
        gone = caught | ~np.isfinite(far)
        point[which[~gone]] += step[~gone]
        alive[which[gone]] = False
        done[which] = ~gone & (far < SETTLED)
    return np.where((done & _curved(point, look, flat, done))[:, None], point, np.nan)


def _flat(first: np.ndarray) -> np.ndarray:
    """Projection on the directions in which a function is flat, as high as its steepest direction."""
    roots, axes = np.linalg.eigh(np.where(np.isfinite(first), first, 0.0))
    top = roots[:, -1:]
    level = (roots <= FLAT * np.where(top > 0, top, 1.0)) * np.where(top > 0, top, 1.0)
    return np.einsum("bik,bk,bjk->bij", axes, level, axes)


def _solved(curve: np.ndarray, slope: np.ndarray) -> np.ndarray:
    try:
        return np.linalg.solve(curve, slope[:, :, None])[:, :, 0]
    except np.linalg.LinAlgError:  # one of them is singular: separation has run to the end of the digits
        roots = np.linalg.eigvalsh(curve)
        fine = roots[:, 0] > STEEP * np.abs(roots[:, -1])
        step = np.full_like(slope, np.nan)
        step[fine] = np.linalg.solve(curve[fine], slope[fine, :, None])[:, :, 0]
        return step


def _curved(point: np.ndarray, look: Look, flat: np.ndarray, done: np.ndarray) -> np.ndarray:
    """Whether each point that was reached is the bottom of a bowl, and not the end of a slope that goes on for ever."""
    which, fine = np.flatnonzero(done), np.zeros(len(point), dtype=bool)
    if len(which):
        roots = np.linalg.eigvalsh(look(point[which], which)[1] + flat[which])
        fine[which] = roots[:, 0] > STEEP * roots[:, -1]
    return fine
