"""Limits around a survival curve, on the scale that is asked for."""

from __future__ import annotations

import numpy as np
from scipy import special

from coopeval.errors import ParameterError

INTERVALS = ("log-log", "log", "logit", "plain")


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
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        spread = se / share
        if interval == "plain":
            low, high = share - z * se, share + z * se
        elif interval == "log":
            low, high = share * np.exp(-z * spread), share * np.exp(z * spread)
        elif interval == "logit":
            centre, half = np.log(share / (1 - share)), z * spread / (1 - share)
            low, high = 1 / (1 + np.exp(half - centre)), 1 / (1 + np.exp(-half - centre))
        else:
            centre, half = np.log(-np.log(share)), z * spread / np.abs(np.log(share))
            low, high = np.exp(-np.exp(centre + half)), np.exp(-np.exp(centre - half))
    low, high = np.clip(low, 0, 1), np.clip(high, 0, 1)
    untouched, gone = share == 1, share <= 0
    return (
        np.where(untouched, 1.0, np.where(gone, np.nan, low)),
        np.where(untouched, 1.0, np.where(gone, np.nan, high)),
    )
