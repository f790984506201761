"""Means and shares over rows that come in clusters: the jobs of an enterprise resemble each other."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from coopeval.errors import DataError
from coopeval.uncertainty.grouping import amounts, by_group, dominance
from coopeval.uncertainty.sandwich import cr2
from coopeval.uncertainty.shape import estimates
from coopeval.uncertainty.shares import clopper_pearson

NO_SPREAD = 1e-9  # errors smaller than this part of the largest value are rounding


def design_effect(m, rho):
    """How many times larger clusters of m units with correlation rho make a variance (Kish): 1 + (m - 1) rho.

    >>> (100 / design_effect(4, 0.2)).item()  # what a hundred jobs, four per enterprise, are worth
    62.5
    """
    return np.asarray(1 + (np.asarray(m, dtype=float) - 1) * rho)


def clustered(
    rows: pd.DataFrame,
    value: str,
    cluster: str,
    by: str | None = None,
    weight: str | None = None,
    level: float = 0.95,
    **about: object,
) -> pd.DataFrame:
    """Mean or share of `value` over rows, with limits that know the clusters.

    One row per group, or one ("all").

    Parameters
    ----------
    rows
        One row per job, person or answer, with its cluster.
    value
        What is averaged; True or False, or 0 to 1, where the unit is "share" (the default).
    cluster
        Column of the cluster (`enterprise_id`).
    by
        Grouping column.
    weight
        Column of how much a row counts, above 0: fte of a job, or number of jobs where a row is an enterprise (whole
        numbers are taken as such a count). The estimate is then a ratio of sums: value times weight over weight.
    level
        Confidence level.
    about
        What the table says of itself; `unit` decides whether it is a share.

    Returns
    -------
    Estimate table of kind "ratio": group, n (rows), n_enterprises (clusters), numerator, denominator, estimate, se
    (CR2), df (Satterthwaite), low, high, largest_share and two_largest_share (of clusters in the counted part, the
    rest or the whole, whichever is worst).
    Shares: exact limits at the effective number of rows (Korn-Graubard), never more than there are. Where the
    clusters show no spread, as at 0 and 1, as if all rows of a cluster were one: limits are never closed up.
    Other means: Student's t; without any spread no limits, note `no_variation`.
    One cluster, or none: empty figures, note `not_estimable`.

    Raises
    ------
    DataError
        A value or weight that is not known, a share outside 0 to 1, a weight of 0 or less, a row without cluster.

    Source
    ------
    Bell & McCaffrey (2002) and Pustejovsky & Tipton (2018) for the error; Korn & Graubard (1998) for shares; chosen
    by the simulation of benchmarks/small_numbers.py.

    >>> jobs = pd.DataFrame({"open_ended": [True, True, False, True], "enterprise_id": ["a", "a", "b", "c"]})
    >>> clustered(jobs, "open_ended", "enterprise_id")[["n", "n_enterprises", "estimate"]].values.tolist()
    [[4.0, 3.0, 0.75]]
    """
    is_share = about.get("unit", "share") == "share"
    checked = _checked(rows, value, cluster, weight, is_share)
    groups = by_group(rows[[value if by is None else by]].iloc[checked.index].reset_index(drop=True), by)
    of_rows, of_clusters, weights = (checked[c].to_numpy() for c in ("value", "cluster", "weight"))
    found = []
    for group, part in groups:
        own = part.index.to_numpy()
        figures = _of_group(of_rows[own], weights[own], of_clusters[own], level, is_share)
        found.append({"group": group, **figures})
    frame = pd.DataFrame(found, columns=None if found else ["group", "n", "estimate", "low", "high"])
    said = {
        "kind": "ratio", "unit": "share", "level": level, "by": by or "", "method": "mean over clusters, CR2",
        "interval": "Korn-Graubard" if is_share else "t, Satterthwaite",
    }  # fmt: skip
    return estimates(frame, **{**said, **about})


def _checked(rows: pd.DataFrame, value: str, cluster: str, weight: str | None, is_share: bool) -> pd.DataFrame:
    """Values, clusters and weights in an order of their own: the last digit must not depend on that of the rows."""
    amounts(rows, value, *([weight] if weight else []))
    lost = rows[cluster].isna() | rows[cluster].eq("")
    if lost.any():
        raise DataError(f"{int(lost.sum())} rows have no {cluster}; rows of unknown clusters cannot be weighed up.")
    number = pd.factorize(rows[cluster], sort=True)[0]
    frame = pd.DataFrame({"value": rows[value].to_numpy(float), "cluster": number, "weight": 1.0})
    if weight is not None:
        frame["weight"] = rows[weight].to_numpy(float)
    if (frame["weight"] <= 0).any():
        raise DataError(f"{int((frame['weight'] <= 0).sum())} rows have a {weight} of 0 or less; leave them out.")
    if is_share and not frame["value"].between(0, 1).all():
        raise DataError(f"{value} is no share: it must lie between 0 and 1. Name the unit if it is something else.")
    return frame.sort_values(["cluster", "value", "weight"])


def _of_group(value: np.ndarray, weight: np.ndarray, cluster: np.ndarray, level: float, is_share: bool):
    names, number = np.unique(cluster, return_inverse=True)
    whole, counted = np.bincount(number, weights=weight), np.bincount(number, weights=weight * value)
    parts = (whole, counted, whole - counted) if is_share else (whole, counted)
    one = {"n": len(value), "n_enterprises": len(names), "numerator": counted.sum(), "denominator": whole.sum()}
    one |= dict.fromkeys(("estimate", "se", "df", "low", "high"), np.nan)
    one |= {"note": "not_estimable", **dominance(*parts)}
    if len(names) < 2:
        return one
    mean, se, df = cr2(value, weight, number)
    spread = se > NO_SPREAD * np.abs(value).max()
    one |= {"estimate": mean, "note": ""} | ({"se": se, "df": df} if spread else {})
    if is_share:
        size = float(weight.sum()) if (weight % 1 == 0).all() else float(kish(weight))
        low, high = _share_limits(mean, se if spread else np.nan, df, size, float(kish(whole)), level)
    elif spread:
        half = se * stats.t.ppf(0.5 + level / 2, df)
        low, high = mean - half, mean + half
    else:
        return one | {"note": "no_variation"}
    return one | {"low": low, "high": high}


def share_of_units(value: np.ndarray, weight: np.ndarray, level: float) -> dict[str, object]:
    """Limits and note of a weighted share whose rows are the clusters themselves."""
    figures = _of_group(value, weight, np.arange(len(value)), level, True)
    return {name: figures[name] for name in ("estimate", "low", "high", "note")}


def kish(weight) -> np.ndarray:
    """How many equal weights these are worth: (sum)^2 over sum of squares."""
    weight = np.asarray(weight, dtype=float)
    return weight.sum() ** 2 / (weight**2).sum()


def _share_limits(share: float, se: float, df: float, size: float, clusters: float, level: float):
    """Exact limits at the effective size: that of the error, less for few degrees of freedom, at most `size`."""
    effective = clusters  # as if rows of a cluster were all alike: the least they can be worth
    if not np.isnan(se):
        lost = stats.t.ppf(0.5 + level / 2, max(size - 1, 1)) / stats.t.ppf(0.5 + level / 2, df)
        effective = min(size, share * (1 - share) / se**2 * lost**2)
    share = 0.0 if share < NO_SPREAD else 1.0 if share > 1 - NO_SPREAD else share
    low, high = clopper_pearson(share * effective, effective, level)
    return low.item(), high.item()
