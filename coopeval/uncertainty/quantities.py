"""Two groups compared in a quantity that is skewed or has outliers: costs, hours, jobs per enterprise."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
from scipy import stats

from coopeval.errors import ParameterError
from coopeval.uncertainty.grouping import amounts, by_group
from coopeval.uncertainty.multiplicity import holm
from coopeval.uncertainty.permuting import permutation_p
from coopeval.uncertainty.shape import estimates

DRAWS = 9999
EXACT_UP_TO = 50  # units in each group, as in R; beyond it the normal approximation finds the same place


def hodges_lehmann(one, other, level: float = 0.95) -> tuple[float, float, float]:
    """Median of all differences one - other, and its limits from the rank-sum test turned round.

    Source: Hodges & Lehmann (1963); Moses (1953) for the limits. With ties the limits err to the wide side.

    >>> hodges_lehmann([5, 7, 9, 12], [1, 2, 4, 6])
    (5.0, -1.0, 11.0)
    """
    one, other = np.asarray(one, dtype=float), np.asarray(other, dtype=float)
    gaps = np.sort((one[:, None] - other[None, :]).ravel())
    n, m = len(one), len(other)
    outside = _left_out(n, m, (1 - level) / 2)
    ends = (gaps[outside], gaps[-1 - outside]) if outside >= 0 else (np.nan, np.nan)
    return float(np.median(gaps)), float(ends[0]), float(ends[1])


def _left_out(n: int, m: int, tail: float) -> int:
    """How many of the sorted differences lie outside on each side; -1 where the groups are too small for the level."""
    if max(n, m) < EXACT_UP_TO:
        below = np.cumsum(_rank_sums(n, m))
        return int(np.searchsorted(below, tail + 1e-12, side="right")) - 1
    centre, spread = n * m / 2, np.sqrt(n * m * (n + m + 1) / 12)
    return int(np.floor(centre + stats.norm.ppf(tail) * spread - 0.5))


@cache
def _rank_sums(n: int, m: int) -> np.ndarray:
    """Chance of each value 0 to n m of the Mann-Whitney statistic where groups do not differ and nothing is tied."""
    ways = np.zeros(n * m + 1)
    ways[0] = 1.0
    for i in range(1, n + 1):  # multiplied by (1 - x^(m + i)) / (1 - x^i): Gauss's binomial coefficient
        raised = ways.copy()
        raised[m + i :] -= ways[: -(m + i)] if m + i <= n * m else 0
        for start in range(i):
            raised[start::i] = np.cumsum(raised[start::i])
        ways = raised
    return ways / ways.sum()


def shift(
    units: pd.DataFrame,
    value: str,
    by: str,
    reference: str | None = None,
    level: float = 0.95,
    draws: int = DRAWS,
    seed: int = 1,
    **about: object,
) -> pd.DataFrame:
    """By how much the units of each group typically exceed those of a reference group.

    One row per group other than the reference.

    Parameters
    ----------
    units
        One row per independent unit, with its amount and its group.
    value, by
        Columns of the amount and of the group.
    reference
        The group compared with; default the first in sorted order.
    level
        Confidence level.
    draws, seed
        Of the permutations, where they are too many to try all.
    about
        What the table says of itself; name the `unit`.

    Returns
    -------
    Estimate table of kind "difference": group, reference, n, n_reference, estimate, low, high (Hodges-Lehmann: the
    typical difference between a unit of one and a unit of the other), p (permutation of ranks), from three groups on
    p_adjusted (Holm). Groups too small for limits at this level have none, note `unbounded`.

    Raises
    ------
    DataError
        An amount that is not known, or an empty group.
    ParameterError
        An unknown reference.

    Source
    ------
    Hodges & Lehmann (1963); rank-sum test as a permutation test (Phipson & Smyth 2010 for its p-value).

    >>> eight = pd.DataFrame({"hours": [5, 7, 9, 12, 1, 2, 4, 6], "programme": list("bbbbaaaa")})
    >>> shift(eight, "hours", "programme", unit="hours")[["estimate", "low", "high", "p"]].round(3).values.tolist()
    [[5.0, -1.0, 11.0, 0.057]]
    """
    amounts(units, value)
    groups = {name: np.sort(part[value].to_numpy(float)) for name, part in by_group(units, by)}
    if reference is not None and reference not in groups:
        raise ParameterError(f'"{reference}" is not a group of {by}; there are {", ".join(map(str, groups))}.')
    chosen = reference if reference is not None else next(iter(groups), "")
    rows, method = [], "Hodges-Lehmann"
    for group, one in groups.items():
        if group == chosen:
            continue
        other = groups[chosen]
        middle, low, high = hodges_lehmann(one, other, level)
        p, how = _rank_p(one, other, draws, seed)
        rows.append({"group": group, "reference": chosen, "n": len(one), "n_reference": len(other),
                     "estimate": middle, "low": low, "high": high, "p": p})  # fmt: skip
        method = f"Hodges-Lehmann; permutation, {draws} draws, seed {seed}" if "draws" in how else method
    frame = pd.DataFrame(rows, columns=["group", "reference", "n", "n_reference", "estimate", "low", "high", "p"])
    if len(frame) > 1:
        frame["p_adjusted"] = holm(frame["p"])
    frame["note"] = np.where(frame["low"].isna(), "unbounded", "")
    said = {"kind": "difference", "unit": "ratio", "method": method, "interval": "Moses", "level": level, "by": by}
    return estimates(frame, **{**said, **about})


def _rank_p(one: np.ndarray, other: np.ndarray, draws: int, seed: int) -> tuple[float, str]:
    group = np.repeat([0, 1], [len(one), len(other)])
    ranks = stats.rankdata(np.r_[one, other])
    if len(np.unique(ranks)) == 1:
        return 1.0, ""  # all alike: every way of dealing them gives the same
    return permutation_p(ranks, group, np.zeros_like(group), draws, seed)
