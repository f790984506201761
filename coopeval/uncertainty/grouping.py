"""The groups of a frame in their order, and how much of a sum its largest contributors give (TRUST R2)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.errors import DataError


def by_group(frame: pd.DataFrame, by: str | None) -> list[tuple[object, pd.DataFrame]]:
    """Name and rows of each group, sorted by name; without `by` one group, "all". Empty groups are refused."""
    if by is None:
        return [("all", frame)]
    empty = frame[by].isna() | frame[by].eq("")
    if empty.any():
        raise DataError(f"{int(empty.sum())} rows have no {by}; give them one, for instance 'unknown'.")
    return list(frame.groupby(by, sort=True, observed=True))


def amounts(frame: pd.DataFrame, *columns: str) -> None:
    """Refuses columns that hold something else than known, finite numbers."""
    for column in columns:
        known = np.isfinite(pd.to_numeric(frame[column], errors="coerce").to_numpy(float, na_value=np.nan))
        if not known.all():
            raise DataError(
                f"{int((~known).sum())} rows have no {column}; leave those rows out and say how many, or fill them in."
            )


def dominance(*contributions: np.ndarray) -> dict[str, float]:
    """Share of the largest contribution and of the two largest, of the sum in which they weigh most.

    >>> dominance(np.array([6.0, 3.0, 1.0]), np.array([1.0, 1.0, 1.0]))
    {'largest_share': 0.6, 'two_largest_share': 0.9}
    """
    worst = {"largest_share": np.nan, "two_largest_share": np.nan}
    for parts in contributions:
        ordered = np.sort(np.abs(np.asarray(parts, float)))[::-1]
        whole = ordered.sum()
        if whole > 0:
            worst["largest_share"] = float(np.fmax(worst["largest_share"], ordered[0] / whole))
            worst["two_largest_share"] = float(np.fmax(worst["two_largest_share"], ordered[:2].sum() / whole))
    return worst
