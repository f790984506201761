"""p-values adjusted for their number."""

from __future__ import annotations

import numpy as np


def holm(p) -> np.ndarray:
    """Step down, for a family of comparisons fixed in advance; missing p-values stay so and do not count.

    Source: Holm (1979).

    >>> holm([0.01, 0.04, np.nan, 0.03]).round(2).tolist()
    [0.03, 0.06, nan, 0.06]
    """
    p, adjusted, order = _ordered(p)
    steps = p[order] * np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted


def benjamini_hochberg(p) -> np.ndarray:
    """Step up, for exploratory breakdowns: the expected share of false finds; missing p-values do not count.

    Source: Benjamini & Hochberg (1995).

    >>> benjamini_hochberg([0.01, 0.04, np.nan, 0.03]).round(2).tolist()
    [0.03, 0.04, nan, 0.04]
    """
    p, adjusted, order = _ordered(p)
    steps = p[order] * len(order) / np.arange(1, len(order) + 1)
    adjusted[order] = np.minimum(np.minimum.accumulate(steps[::-1])[::-1], 1.0)
    return adjusted


ADJUSTMENTS = {"holm": holm, "benjamini-hochberg": benjamini_hochberg}


def _ordered(p) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    p = np.asarray(p, dtype=float)
    known = np.flatnonzero(~np.isnan(p))
    return p, np.full(len(p), np.nan), known[np.argsort(p[known], kind="stable")]
