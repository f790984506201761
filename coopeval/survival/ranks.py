"""Log-rank tests: observed against expected ends, by group."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from scipy import stats

from coopeval.errors import ParameterError
from coopeval.survival.contrasts import FEWEST_EVENTS
from coopeval.survival.curve import about_spells
from coopeval.survival.risk import checked, groups, privacy, times_of
from coopeval.uncertainty import about_of, estimates, holm, permutation_p
from coopeval.uncertainty.tallying import Rows, Table, tabled
from coopeval.wording import N_

FEW_EVENTS = 30  # below it the large-sample p needs a permutation p beside it
DRAWS = 9999
NOT_TESTED = N_("A group with fewer than five ends takes no part in the test.")
FLEMING_HARRINGTON = re.compile(r"fleming-harrington\((\d+(?:\.\d+)?),\s*(\d+(?:\.\d+)?)\)")
WEIGHTS = ("none", "gehan", "tarone-ware", "peto", "fleming-harrington(p,q)")


def logrank(
    spells: pd.DataFrame,
    by: str,
    strata: str | None = None,
    weight: str = "none",
    permutations: int | None = None,
    seed: int = 1,
) -> pd.DataFrame:
    """Do the groups differ? Observed and expected ends per group, and the test of no difference.

    One row per group; the test's figures are the same on each row.

    Parameters
    ----------
    spells
        As for `curve`; delayed entry counts through the risk sets.
    by, strata
        Grouping column; column within whose levels groups are compared.
    weight
        "none", "gehan" (n), "tarone-ware" (root of n), "peto" or "fleming-harrington(p,q)" with numbers.
    permutations
        How often groups are permuted (within strata) for a second p-value; default: not at all from 30 ends on, else
        all rearrangements where there are few of them and 9,999 draws where not. 0 for none.
    seed
        Of the draws.

    Returns
    -------
    Estimate table: group, n, observed, expected, statistic, df, p, p_permutation, note; with weights also n_events.
    A group with fewer than 5 ends takes no part in the test (note `few_events`); with fewer than two groups left there
    is no test. Nor is there one of a single group (note `not_estimable`): a report must not fail where all are alike.

    Raises
    ------
    ParameterError
        Unknown weight.
    DataError
        As `curve`.

    Source
    ------
    Mantel (1966); Fleming & Harrington (1991); Peto & Peto (1972).

    >>> ten = pd.DataFrame({"enterprise_id": range(12), "entry": 0, "exit": [*range(1, 7), *range(4, 10)],
    ...                     "event": True, "arm": list("xxxxxxyyyyyy")})
    >>> logrank(ten, "arm", permutations=0)[["group", "observed", "expected", "statistic"]].round(3).values.tolist()
    [['x', 6.0, 2.993, 5.298], ['y', 6.0, 9.007, 5.298]]
    """
    checked(spells, by)
    group, names = groups(spells, by)
    rows = Rows(*times_of(spells), spells["event"].to_numpy(bool), group, len(names))
    enough = _ends(rows) >= FEWEST_EVENTS
    if 1 < enough.sum() < len(names):
        tested = spells[enough[group]]
        table = logrank(tested, by, strata, weight, permutations, seed)
        return _with_untested(table, names[~enough], np.bincount(group)[~enough])
    layer = None if strata is None else groups(checked(spells, strata), strata)[0]
    layers = [(slice(None), rows)] if layer is None else _layers(rows, layer)
    observed, expected, variance = np.zeros(len(names)), np.zeros(len(names)), np.zeros((len(names), len(names)))
    weighed = [_weighed(own, weight) for _, own in layers]
    for o, e, v in (_of_stratum(*one) for one in weighed):
        observed, expected, variance = observed + o, expected + e, variance + v
    events = _ends(rows)
    tested = len(names) > 1 and (events >= FEWEST_EVENTS).all()
    figures = {"statistic": np.nan, "df": np.nan, "p": np.nan, "p_permutation": np.nan}
    method = f"log-rank, weight {weight}" if weight != "none" else "log-rank"
    if tested:
        figures |= _chi_square(observed - expected, variance)
        draws = permutations if permutations is not None else (DRAWS if events.sum() < FEW_EVENTS else 0)
        if draws:
            scores = np.zeros(len(spells))
            for (own, part), (table, w) in zip(layers, weighed, strict=True):
                scores[own] = _scores(part, table, w)
            layer = np.zeros(len(spells), dtype=np.int64) if layer is None else layer
            figures["p_permutation"], how = permutation_p(scores, group, layer, draws, seed)
            method += f"; {how}"
    frame = pd.DataFrame({"group": names, "n": np.bincount(group, minlength=len(names))})
    if weight != "none":
        frame["n_events"] = events  # observed ends are weighted then
    frame = frame.assign(observed=observed, expected=expected, **figures)
    frame["note"] = "" if tested else "few_events" if len(names) > 1 else "not_estimable"
    return estimates(
        frame, kind="test", unit="test", estimand=N_("ends observed and expected if the groups did not differ"),
        method=method, **_said(spells, by, strata),
    )  # fmt: skip


def _with_untested(table: pd.DataFrame, names: np.ndarray, n: np.ndarray) -> pd.DataFrame:
    """The table with the groups that had too few ends to be tested: there, but without figures."""
    left_out = pd.DataFrame({"group": names, "n": n, "note": "few_events"}).reindex(columns=table.columns)
    bare = pd.DataFrame({column: table[column] for column in table})
    both = {column: [*bare[column], *left_out[column]] for column in bare}
    said = about_of(table)
    frame = pd.DataFrame(both).sort_values("group", kind="stable")
    return estimates(frame, **{**said, "warnings": (*said["warnings"], NOT_TESTED)})


def _said(spells: pd.DataFrame, by: str, strata: str | None) -> dict[str, object]:
    said = about_spells(spells, by)
    if strata is not None and privacy(spells, strata) == "confidential":
        said["privacy"] = "confidential"  # strata tell as much as groups do
    return said


def pairwise(spells: pd.DataFrame, by: str, weight: str = "none") -> pd.DataFrame:
    """Log-rank test of every pair of groups, p-values as they are and adjusted for their number (Holm).

    One row per pair: group, reference, n, n_events, statistic, df, p, p_adjusted, note.

    Source: Holm (1979).
    """
    checked(spells, by)
    names = groups(spells, by)[1]
    rows = []
    for i, one in enumerate(names):
        for other in names[i + 1 :]:
            pair = logrank(spells[spells[by].isin([one, other])], by, weight=weight, permutations=0)
            rows.append({**pair.iloc[1].to_dict(), "group": other, "reference": one, "n": pair["n"].sum()})
            rows[-1]["n_events"] = int(spells[spells[by].isin([one, other])]["event"].sum())
    frame = pd.DataFrame(rows, columns=["group", "reference", "n", "n_events", "statistic", "df", "p", "note"])
    frame = frame.assign(p_adjusted=holm(frame["p"].to_numpy(float)))
    return estimates(
        frame, kind="test", unit="test", estimand=N_("test of each pair of groups"),
        method=f"log-rank, weight {weight}, Holm" if weight != "none" else "log-rank, Holm", **about_spells(spells, by),
    )  # fmt: skip


def _ends(rows: Rows) -> np.ndarray:
    """How many ended in each group."""
    ended = np.bincount(rows.group * 2 + rows.kind, minlength=2 * rows.n_groups)
    return ended.reshape(-1, 2)[:, 1].astype(float)


def _layers(rows: Rows, layer: np.ndarray) -> list[tuple[np.ndarray, Rows]]:
    """The rows of each stratum, and where they stand."""
    wheres = [np.flatnonzero(layer == number) for number in np.unique(layer)]
    return [(own, Rows(*(column[own] for column in rows[:4]), rows.n_groups)) for own in wheres]


def _weighed(rows: Rows, weight: str) -> tuple[Table, np.ndarray]:
    table = tabled(rows)
    return table, time_weights(table.at_risk.sum(axis=0), table.ended.sum(axis=0), weight)


def _of_stratum(table: Table, w: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Weighted observed and expected ends, and the covariance of their difference."""
    n, d = table.at_risk.sum(axis=0), table.ended.sum(axis=0)
    part = table.at_risk / n
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.where(n > 1, w**2 * d * (n - d) / (n - 1), 0.0)
    variance = np.diag((part * factor).sum(axis=1)) - (part * factor) @ part.T
    return (table.ended * w).sum(axis=1), (part * d * w).sum(axis=1), variance


def _scores(rows: Rows, table: Table, w: np.ndarray) -> np.ndarray:
    """Of each row, weighted: whether it ended, less the ends to be expected in its time."""
    if not len(w):
        return np.zeros(len(rows.leave))
    n, d = table.at_risk.sum(axis=0), table.ended.sum(axis=0)
    place = np.searchsorted(table.time, rows.leave)
    into, out = (np.searchsorted(table.time, times, side="right") for times in (rows.entry, rows.leave))
    height = np.r_[0.0, np.cumsum(w * d / n)]
    return np.where(rows.kind, w[np.minimum(place, len(w) - 1)], 0.0) - (height[out] - height[into])


def time_weights(n: np.ndarray, d: np.ndarray, weight: str) -> np.ndarray:
    """Weight of each event time."""
    if weight == "none":
        return np.ones(len(n))
    if weight == "gehan":
        return n
    if weight == "tarone-ware":
        return np.sqrt(n)
    if weight == "peto":
        return np.cumprod(1 - d / (n + 1))
    found = FLEMING_HARRINGTON.fullmatch(weight)
    if found is None:
        raise ParameterError(f'"{weight}" is not a weight. Choose one of {", ".join(WEIGHTS)}.')
    before = np.r_[1.0, np.cumprod(1 - d / n)[:-1]]
    return before ** float(found[1]) * (1 - before) ** float(found[2])


def _chi_square(gap: np.ndarray, variance: np.ndarray) -> dict[str, float]:
    present = np.diag(variance) > 0
    inner = np.ix_(present, present)
    statistic = float(gap[present] @ np.linalg.pinv(variance[inner], hermitian=True) @ gap[present])
    df = int(present.sum()) - 1
    return {"statistic": statistic, "df": df, "p": float(stats.chi2.sf(statistic, df)) if df > 0 else np.nan}
