"""The plane of cost and effect: where a difference lies, so that no ratio is written where it means nothing."""

from __future__ import annotations

import numpy as np

NOISE = 1e-9  # of the largest amount: smaller differences are rounding
DEARER_BETTER, CHEAPER_BETTER = "dearer_better", "cheaper_better"
DEARER_WORSE, CHEAPER_WORSE = "dearer_worse", "cheaper_worse"
QUADRANTS = (DEARER_BETTER, CHEAPER_BETTER, DEARER_WORSE, CHEAPER_WORSE)
RATIO_MEANS = (DEARER_BETTER, CHEAPER_WORSE)  # paid for one more; saved for one given up
_CODES = np.array(
    [
        [CHEAPER_WORSE, "same_cost_worse", DEARER_WORSE],
        ["cheaper_same", "same", "dearer_same"],
        [CHEAPER_BETTER, "same_cost_better", DEARER_BETTER],
    ]
)


def quadrant(cost, effect, noise_cost: float = 0.0, noise_effect: float = 0.0) -> np.ndarray:
    """Where differences in cost and effect lie; the code list `quadrants` has the words.

    Parameters
    ----------
    cost, effect
        Differences against the reference, option minus reference.
    noise_cost, noise_effect
        Differences no larger than this are none.

    Returns
    -------
    Codes: the four quadrants, the half-axes between them, or `same`; `not_estimable` where one is not known.

    >>> quadrant([5, -5, 0, 0], [1, 1, 1, 0]).tolist()
    ['dearer_better', 'cheaper_better', 'same_cost_better', 'same']
    """
    cost, effect = np.broadcast_arrays(np.asarray(cost, dtype=float), np.asarray(effect, dtype=float))
    known = np.isfinite(cost) & np.isfinite(effect)
    row = _sign(effect, noise_effect, known)
    column = _sign(cost, noise_cost, known)
    return np.where(known, _CODES[row, column], "not_estimable")


def shares(cost: np.ndarray, effect: np.ndarray) -> dict[str, float]:
    """Share of points in each of the four quadrants; one on an axis counts half on either side, at zero a quarter."""
    dear, better = _half(cost), _half(effect)
    return {
        DEARER_BETTER: float(np.mean(dear * better)),
        CHEAPER_BETTER: float(np.mean((1 - dear) * better)),
        DEARER_WORSE: float(np.mean(dear * (1 - better))),
        CHEAPER_WORSE: float(np.mean((1 - dear) * (1 - better))),
    }


def noise(values: np.ndarray) -> float:
    """What counts as no difference between amounts of this size."""
    known = np.abs(values[np.isfinite(values)])
    return NOISE * float(known.max()) if len(known) else 0.0


def _half(values: np.ndarray) -> np.ndarray:
    return (np.sign(values) + 1) / 2


def _sign(values: np.ndarray, least: float, known: np.ndarray) -> np.ndarray:
    filled = np.where(known, values, 0.0)
    return np.where(np.abs(filled) <= least, 0, np.sign(filled)).astype(int) + 1
