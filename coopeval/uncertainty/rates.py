"""Events per time at risk, with exact Poisson limits."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from coopeval.errors import DataError
from coopeval.uncertainty.shape import estimates


def poisson_limits(count, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Exact (Garwood) limits of a Poisson mean; at a count of 0 the lower one is 0.

    >>> low, high = poisson_limits([4, 0])
    >>> (low / 6.5).round(3).tolist(), (high / 6.5).round(3).tolist()
    ([0.168, 0.0], [1.576, 0.568])
    """
    count, tail = np.asarray(count, dtype=float), (1 - level) / 2
    low = np.where(count > 0, stats.chi2.ppf(tail, 2 * np.maximum(count, 1)) / 2, 0.0)
    return low, stats.chi2.ppf(1 - tail, 2 * count + 2) / 2


def rate(counts: pd.DataFrame, level: float = 0.95, **about: object) -> pd.DataFrame:
    """Events per unit of exposure, one row per row of `counts`.

    Parameters
    ----------
    counts
        `group`, `n_events` (whole, 0 or more), `exposure` (0 or more: enterprise-years, say); further columns are
        kept, `n` and those of TRUST R2 (`n_enterprises`, `largest_share`, `two_largest_share`) among them.
    level
        Confidence level.
    about
        What the table says of itself.

    Returns
    -------
    Estimate table of kind "ratio": numerator (the events) over denominator (the exposure); the events
    stand there once, as two roundings of one count would give it away. Without events the limits are 0 and
    what may still be. Without exposure the figures are empty, note `not_estimable`.

    Raises
    ------
    DataError
        A count that is negative or not whole, an exposure that is negative or not known.

    Source
    ------
    Garwood (1936).

    >>> four = pd.DataFrame({"group": ["all"], "n_events": [4], "exposure": [6.5]})
    >>> rate(four)[["estimate", "low", "high"]].round(3).values.tolist()
    [[0.615, 0.168, 1.576]]
    """
    events, exposure = counts["n_events"].astype(float), counts["exposure"].astype(float)
    wrong = ~((events >= 0) & (events % 1 == 0) & (exposure >= 0) & np.isfinite(exposure))
    if wrong.any():
        raise DataError(f"{int(wrong.sum())} rows cannot be a rate; each needs whole n_events >= 0 and exposure >= 0.")
    time = exposure.where(exposure > 0)
    low, high = poisson_limits(events, level)
    table = counts.drop(columns=["n_events", "exposure"]).assign(
        numerator=events, denominator=exposure, estimate=events / time, low=low / time, high=high / time,
        note=np.where(exposure > 0, "", "not_estimable"),
    )  # fmt: skip
    said = {
        "kind": "ratio", "unit": "ratio", "method": "rate", "interval": "exact Poisson", "level": level,
        "numerator_unit": "events", "denominator_unit": "plain",
    }  # fmt: skip
    return estimates(table, **{**said, **about})
