"""Bounds that follow from one equation at a time: outer ones, past which no solution goes, found without a solver."""

from __future__ import annotations

import numpy as np

from coopeval.audit.system import Block

SLACK = 1e-6  # what a solver may be off by
NOISE = 1e-9  # of arithmetic: bounds of what is not whole are left so much wider
SWEEPS = 50  # over all equations of a block; stopping early leaves bounds wider than need be, never narrower


def narrowed(block: Block, high: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """Lowest and highest value of each unknown of a block, as far as one equation after another tells.

    Each sweep asks every equation: with all others at their bounds, how far can this unknown go? So each solution of
    the block lies between what is returned. Nothing is returned where something has no finite bounds, or where they
    contradict each other: then the solver is to say so.

    Parameters
    ----------
    block
        Unknowns, at least one equation.
    high
        Finite upper bounds of the unknowns, in place of the block's.

    Source
    ------
    Activity-based bound tightening (Savelsbergh 1994; Achterberg 2007, section 7.1).
    """
    low, high = block.low, high.astype(float)
    if not np.isfinite(low).all():
        return None
    terms = block.matrix.tocoo()
    row, column, times = terms.row, terms.col, terms.data
    for _ in range(SWEEPS):
        ends = np.where(times > 0, times * low[column], times * high[column])  # the least each term can be
        tops = np.where(times > 0, times * high[column], times * low[column])
        size = len(block.least)
        room = block.most[row] - np.bincount(row, ends, size)[row]  # above the least of all terms
        fall = np.bincount(row, tops, size)[row] - block.least[row]  # below the most of all terms
        one, other = ends + room, tops - fall  # the most and the least a term can be
        upper, lower = np.where(times > 0, one, other) / times, np.where(times > 0, other, one) / times
        wider, tighter = low.copy(), high.copy()
        np.maximum.at(wider, column, lower)
        np.minimum.at(tighter, column, upper)
        wider, tighter = _rounded(block, low, high, wider, tighter)
        if (wider > tighter).any():
            return None
        if np.array_equal(wider, low) and np.array_equal(tighter, high):
            break
        low, high = wider, tighter
    return low, high


def _rounded(block: Block, low, high, lower, upper) -> tuple[np.ndarray, np.ndarray]:
    """New bounds, whole where units are counted; of others, only those that are well inside the old ones."""
    slack = NOISE * (1 + np.abs(np.where(np.isfinite(lower), lower, 0.0)))
    least = np.where(block.is_whole, np.ceil(lower - SLACK), np.where(lower > low + SLACK, lower - slack, low))
    slack = NOISE * (1 + np.abs(np.where(np.isfinite(upper), upper, 0.0)))
    most = np.where(block.is_whole, np.floor(upper + SLACK), np.where(upper < high - SLACK, upper + slack, high))
    return np.maximum(least, low), np.minimum(most, high)
