"""Rounding that protects: counts to a base, limits outward, times to the grid. Unknown stays unknown."""

from __future__ import annotations

import numpy as np

DIGITS = 10  # so that 0.35 is 0.35 and not 0.35000000000000003


def midpoint(count, base: int = 6) -> np.ndarray:
    """Counts as the middle of their class: 0 stays 0, 1..6 become 3, 7..12 become 9.

    >>> midpoint([0, 1, 6, 7, 23]).tolist()
    [0.0, 3.0, 3.0, 9.0, 21.0]
    """
    count = np.asarray(count, dtype=float)
    return np.where(count > 0, base * np.ceil(count / base) - base / 2, count)


def in_class(count, whole, base: int = 6) -> np.ndarray:
    """The middle of the class of a part, or of the class below where that would lie above the rounded whole.

    A part shown above its whole would tell that both stand at the edge where their classes meet.

    >>> in_class([61, 60, 3], [60, 60, 5]).tolist()
    [57.0, 57.0, 3.0]
    """
    middle, whole = midpoint(count, base), np.asarray(whole, dtype=float)
    return np.where((middle > whole) & (middle > base), middle - base, middle)


def nearest(value, step: float) -> np.ndarray:
    """Nearest multiple of a step; what lies half-way goes up, so that the rule needs no knowledge of its neighbours.

    >>> nearest([2, 2.5, 7, 8], 5).tolist()
    [0.0, 5.0, 5.0, 10.0]
    """
    value = np.asarray(value, dtype=float)
    return np.round(np.floor(np.round(value / step, DIGITS) + 0.5) * step, DIGITS)


def some(count, base: float) -> np.ndarray:
    """Counts to the nearest multiple of a base, but never to none where there is some.

    >>> some([0, 1, 7, 8], 5).tolist()
    [0.0, 5.0, 5.0, 10.0]
    """
    count = np.asarray(count, dtype=float)
    return np.where(count > 0, np.maximum(nearest(count, base), base), count)


def down(value, step: float) -> np.ndarray:
    """Largest multiple of a step that is not above the value: for lower limits.

    >>> down([0.37, 0.4], 0.05).tolist()
    [0.35, 0.4]
    """
    value = np.asarray(value, dtype=float)
    return np.round(np.floor(np.round(value / step, DIGITS)) * step, DIGITS)


def up(value, step: float) -> np.ndarray:
    """Smallest multiple of a step that is not below the value: for upper limits, and for times, never too early.

    >>> up([0.37, 0.4], 0.05).tolist()
    [0.4, 0.4]
    """
    value = np.asarray(value, dtype=float)
    return np.round(np.ceil(np.round(value / step, DIGITS)) * step, DIGITS)
