"""Limits around a survival curve, on the scale that is asked for."""

from __future__ import annotations

import numpy as np
from scipy import special

from coopeval.errors import ParameterError

INTERVALS = ("log-log", "log", "logit", "plain")
AT_ONCE = 2**12  # shares, so that what is made of them stays in the processor's cache


def limits(share: np.ndarray, se: np.ndarray, level: float, interval: str) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper limit of S from its standard error; both 1 before any event, not estimable where S is 0.

    Source: Kalbfleisch & Prentice (2002), section 1.4; Klein & Moeschberger (2003), section 4.3.

    >>> low, high = limits(np.array([0.6]), np.array([0.219]), 0.95, "log-log")
    >>> round(low.item(), 3), round(high.item(), 3)
    (0.126, 0.882)
    """
    if interval not in INTERVALS:
        raise ParameterError(f'"{interval}" is not an interval for curves. Choose one of {", ".join(INTERVALS)}.')
    if not 0 < level < 1:
        raise ParameterError(f"a level lies between 0 and 1, for instance 0.95; {level} does not.")
    z = special.ndtri(0.5 + level / 2)
    low, high = np.empty(len(share)), np.empty(len(share))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        for start in range(0, len(share), AT_ONCE):
            own = slice(start, start + AT_ONCE)
            low[own], high[own] = _around(share[own], z * (se[own] / share[own]), z * se[own], interval)
    return low, high


def _around(share: np.ndarray, spread: np.ndarray, half: np.ndarray, interval: str) -> tuple[np.ndarray, np.ndarray]:
    """Limits of some shares; half of the width on the scale of the share, and of its logarithm."""
    if interval == "plain":
        low, high = share - half, share + half
    elif interval == "log":
        low, high = share * np.exp(-spread), share * np.exp(spread)
    elif interval == "logit":
        centre, half = np.log(share / (1 - share)), spread / (1 - share)
        low, high = 1 / (1 + np.exp(half - centre)), 1 / (1 + np.exp(-half - centre))
    else:
        log = np.log(share)
        wide = np.exp(spread / np.abs(log))
        low, high = np.exp(log * wide), np.exp(log / wide)  # exp(-exp(log(-log S) ± half)), with fewer logarithms
    untouched, gone = share == 1, share <= 0
    for limit in (low, high):
        np.clip(limit, 0, 1, out=limit)
        limit[gone] = np.nan
        limit[untouched] = 1.0
    return low, high
