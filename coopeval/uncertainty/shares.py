"""Shares of small numbers, with intervals that hold for them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import special, stats

from coopeval.errors import DataError
from coopeval.uncertainty.shape import estimates


def wilson(n_events, n, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Wilson score limits; at 0 of n and n of n the limit on the closed side is exactly 0 or 1.

    >>> low, high = wilson([8, 0], [10, 10])
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.49, 0.0], [0.943, 0.278])
    """
    hits, size = np.asarray(n_events, dtype=float), np.asarray(n, dtype=float)
    z = special.ndtri(0.5 + level / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = hits / size
        centre = (share + z**2 / (2 * size)) / (1 + z**2 / size)
        half = z / (1 + z**2 / size) * np.sqrt(share * (1 - share) / size + z**2 / (4 * size**2))
    low = np.where(hits == 0, 0.0, centre - half)
    high = np.where(hits == size, 1.0, centre + half)
    return np.where(size > 0, low, np.nan), np.where(size > 0, high, np.nan)


def clopper_pearson(n_events, n, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Exact (Clopper-Pearson) limits.

    >>> low, high = clopper_pearson([8], [10])
    >>> round(low.item(), 3), round(high.item(), 3)
    (0.444, 0.975)
    """
    hits, size = np.asarray(n_events, dtype=float), np.asarray(n, dtype=float)
    tail = (1 - level) / 2
    with np.errstate(invalid="ignore"):
        low = np.where(hits == 0, 0.0, stats.beta.ppf(tail, hits, size - hits + 1))
        high = np.where(hits == size, 1.0, stats.beta.ppf(1 - tail, hits + 1, size - hits))
    return np.where(size > 0, low, np.nan), np.where(size > 0, high, np.nan)


INTERVALS = {"wilson": wilson, "exact": clopper_pearson}


def share(counts: pd.DataFrame, level: float = 0.95, interval: str = "wilson", **about: object) -> pd.DataFrame:
    """Share of `n_events` in `n`, one row per row of `counts`.

    Parameters
    ----------
    counts
        `group`, `n_events`, `n` (whole numbers, 0 <= n_events <= n); further columns are kept.
    level, interval
        Confidence level; "wilson" (default) or "exact" (Clopper-Pearson).
    about
        What the table says of itself (estimand, population, ...).

    Returns
    -------
    Estimate table. With n = 0 the figures are empty and the note is `not_estimable`. `se` is left out on
    purpose: no interval of this house is built from it.

    Raises
    ------
    DataError
        A count that is negative, not whole, not known, or larger than its `n`.

    Source
    ------
    Wilson (1927); Clopper & Pearson (1934); Brown, Cai & DasGupta (2001).

    >>> share(pd.DataFrame({"group": ["all"], "n_events": [8], "n": [10]})).round(3)[["estimate", "low", "high"]]
       estimate   low   high
    0       0.8  0.49  0.943
    """
    if interval not in INTERVALS:
        raise DataError(f'"{interval}" is not an interval for shares. Choose one of {", ".join(INTERVALS)}.')
    hits, size = counts["n_events"].astype(float), counts["n"].astype(float)
    wrong = ~((hits >= 0) & (hits <= size) & (hits % 1 == 0) & (size % 1 == 0))
    if wrong.any():
        raise DataError(f"{int(wrong.sum())} rows have counts that cannot be a share; each needs 0 <= n_events <= n.")
    low, high = INTERVALS[interval](hits, size, level)
    empty = size == 0
    table = counts.assign(
        estimate=hits / size.where(~empty), low=low, high=high, note=np.where(empty, "not_estimable", "")
    )
    named = {"wilson": "Wilson", "exact": "Clopper-Pearson"}[interval]
    said = {"kind": "share", "unit": "share", "method": "share", "interval": named, "level": level}
    return estimates(table, **{**said, **about})
