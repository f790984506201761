"""How strong a selection nobody recorded would have to be to explain an effect away."""

from __future__ import annotations

import numpy as np

from coopeval.errors import DataError


def e_value(rr):
    """E-value of a ratio of risks: the risk ratio that something not recorded would need with both arm and outcome.

    Parameters
    ----------
    rr
        Ratio of risks above zero, one or many; below one its inverse counts. nan stays nan.

    Returns
    -------
    A number, or an array of the shape given: RR + sqrt(RR (RR - 1)); 1 where there is nothing to explain.

    Raises
    ------
    DataError
        A ratio of zero, below zero or without bound: with no events in an arm there is none.

    Source
    ------
    VanderWeele & Ding (2017).

    >>> round(e_value(2.0), 2), round(e_value(0.5), 2), e_value(1.0)
    (3.41, 3.41, 1.0)
    """
    given = np.asarray(rr, dtype=float)
    if (given <= 0).any() or np.isinf(given).any():
        raise DataError(
            "an E-value needs a ratio above zero and below infinity; with no events in an arm there is none."
        )
    away = np.maximum(given, 1 / given)
    found = away + np.sqrt(away * (away - 1))
    return found if found.ndim else float(found)


def e_value_of_limits(low, high) -> np.ndarray:
    """E-value of the limit nearer to 1; 1 where the interval holds 1.

    >>> e_value_of_limits([1.2, 0.4, 0.9], [3.0, 0.8, 1.3]).round(2).tolist()
    [1.69, 1.81, 1.0]
    """
    low, high = np.asarray(low, dtype=float), np.asarray(high, dtype=float)
    nearer = np.where(low > 1, low, np.where(high < 1, high, 1.0))
    return e_value(np.where(np.isnan(low) | np.isnan(high), np.nan, nearer))
