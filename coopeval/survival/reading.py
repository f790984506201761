"""Values read off a curve: shares at given months, the median."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from coopeval.errors import ParameterError
from coopeval.survival.curve import about_spells, curve
from coopeval.survival.risk import groups, times_of
from coopeval.uncertainty import about_of, beside, estimates, wilson
from coopeval.wording import N_

FIGURES = ["at_risk", "n_events", "estimate", "se", "low", "high"]
LAST_DIGIT = 1e-9  # 12/24 as a product of fractions is 0.5000000000000001: still one half


def at(
    spells: pd.DataFrame, months: Sequence[float], by: str | None = None, level: float = 0.95,
    interval: str = "log-log", cluster: str | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Share of enterprises still active at given months, by group (Kaplan-Meier, delayed entry).

    One row per group and month. Enterprises still active on the as-of date count up to that date and no further.

    Parameters
    ----------
    spells, by, level, interval, cluster
        As for `curve`.
    months
        When to report, in months on the clock of the spells.

    Returns
    -------
    Estimate table; `at_risk` counts entry < month <= exit, `n_events` all ends up to and including the month. Beyond a
    group's last observed time the figures are empty, note `beyond_follow_up`: no extrapolation. Before anyone was
    observed they are empty too, note `not_estimable`. While nobody has ceased the lower limit is Wilson's for all out
    of those at risk. The exact curve stands in `attrs["steps"]`.

    Raises
    ------
    DataError
        As `curve`.
    ParameterError
        A month that is negative or not a number.

    Source
    ------
    Kaplan & Meier (1958); interval as R survival's `conf.type`.

    >>> five = pd.DataFrame({"enterprise_id": list("abcde"), "entry": 0, "exit": [6, 18, 30, 30, 30],
    ...                      "event": [True, True, False, False, False]})
    >>> at(five, [24, 36])[["at_months", "at_risk", "estimate", "note"]].round(3).values.tolist()
    [[24.0, 3.0, 0.6, ''], [36.0, nan, nan, 'beyond_follow_up']]
    """
    asked = asked_for(months)
    steps = curve(spells, by=by, level=level, interval=interval, cluster=cluster)
    group, names = groups(spells, by)
    frame = _read(spells, group, len(names), steps, asked).assign(
        group=pd.Series(list(names)).repeat(len(asked)).to_numpy()
    )
    untouched = frame["n_events"].eq(0) & frame["at_risk"].gt(0)
    # all of few still active is no certainty: the limit that a share of n out of n has
    at_risk = frame["at_risk"].to_numpy()
    frame["low"] = frame["low"].mask(untouched, wilson(at_risk, at_risk, level)[0])
    frame.loc[frame["note"].ne(""), FIGURES] = np.nan
    table = estimates(frame, **{**about_of(steps), "kind": "at", **about_spells(spells, by)})
    table.attrs["steps"] = beside(steps)
    return table


def asked_for(months: Sequence[float]) -> np.ndarray:
    """The months to report at, or a refusal."""
    asked = np.asarray(list(months), dtype=float)
    if not len(asked) or not (np.isfinite(asked) & (asked >= 0)).all():
        raise ParameterError(f"months to report at are numbers from 0 on, for instance [12, 24]; not {list(months)}.")
    return asked


START = {"n_events": 0.0, "estimate": 1.0, "se": 0.0, "low": 1.0, "high": 1.0}  # before anyone left


def _read(spells: pd.DataFrame, group: np.ndarray, n_groups: int, steps: pd.DataFrame, asked: np.ndarray):
    """The steps of each group as they stand at each month asked for, and why they do not hold there."""
    entry, leave = times_of(spells)
    n = _in_each(None, group, n_groups)
    at_risk = [_in_each(entry < month, group, n_groups) - _in_each(leave < month, group, n_groups) for month in asked]
    months, place = steps["at_months"].to_numpy(float), np.zeros((n_groups, len(asked)), dtype=np.int64)
    begins = np.searchsorted(_numbers(steps), np.arange(n_groups + 1))
    for number, (start, stop) in enumerate(zip(begins[:-1], begins[1:], strict=True)):
        place[number] = start + np.searchsorted(months[start:stop], asked, side="right")
    reached = place > begins[:-1, None]
    columns = {figure: steps[figure].to_numpy(float) for figure in START}
    columns["n_events"] = _running(columns["n_events"], begins)
    read = {
        figure: np.where(reached, np.append(column, np.nan)[place - 1], START[figure]).ravel()
        for figure, column in columns.items()
    }
    beyond, before = (
        beside.ravel() for beside in _outside(asked, n, entry, group, np.append(months, 0.0)[begins[1:] - 1])
    )
    return pd.DataFrame({
        "at_months": np.tile(asked, n_groups), "n": np.repeat(n, len(asked)),
        "at_risk": np.array(at_risk, dtype=float).T.ravel(), **read,
        "note": np.select([beyond, before], ["beyond_follow_up", "not_estimable"], ""),
    })  # fmt: skip


def _outside(asked: np.ndarray, n: np.ndarray, entry: np.ndarray, group: np.ndarray, last: np.ndarray):
    """Months beyond the last exit of each group, and months before anyone was observed."""
    first = np.full(len(n), np.inf)
    if len(n) == 1:
        first[:] = entry.min() if len(entry) else np.inf
    else:
        np.minimum.at(first, group, entry)
    first = first[:, None]
    nobody = (n == 0)[:, None]
    return (asked > last[:, None]) & ~nobody, nobody | (asked < first) | ((asked > 0) & (asked == first))


def _in_each(which: np.ndarray | None, group: np.ndarray, n_groups: int) -> np.ndarray:
    """How many of the rows stand in each group."""
    if n_groups == 1:
        return np.array([len(group) if which is None else np.count_nonzero(which)])
    return np.bincount(group if which is None else group[which], minlength=n_groups)


def _numbers(steps: pd.DataFrame) -> np.ndarray:
    """Number of the group of each step, in the order in which they stand."""
    names = steps["group"].to_numpy()
    return np.concatenate([np.zeros(min(len(names), 1)), np.cumsum(names[1:] != names[:-1])])


def _running(values: np.ndarray, begins: np.ndarray) -> np.ndarray:
    """Sums of whole numbers within each group."""
    whole = np.append(0.0, np.cumsum(values))
    return whole[1:] - np.repeat(whole[begins[:-1]], np.diff(begins))


def median(spells: pd.DataFrame, by: str | None = None, level: float = 0.95, interval: str = "log-log") -> pd.DataFrame:
    """Age, or time since entry, by which half of the enterprises have ceased.

    One row per group: the smallest time at which the curve is at or below one half, its limits from the times at
    which the limits of the curve are.

    Parameters
    ----------
    spells, by, level, interval
        As for `curve`.

    Returns
    -------
    Estimate table in months. Where the curve stays above one half the estimate is empty, note `not_reached`; a limit
    that is not reached is empty too. The exact curve stands in `attrs["steps"]`.

    Source
    ------
    Brookmeyer & Crowley (1982).

    >>> three = pd.DataFrame({"enterprise_id": list("abc"), "entry": 0, "exit": [6, 18, 30], "event": True})
    >>> median(three)["estimate"].item()
    18.0
    """
    steps = curve(spells, by=by, level=level, interval=interval)
    group, names = groups(spells, by)
    frame = pd.DataFrame({"group": names, "n": np.bincount(group, minlength=len(names))})
    frame["n_events"] = steps.groupby("group")["n_events"].sum().reindex(names).to_numpy()
    for figure, source in (("estimate", "estimate"), ("low", "low"), ("high", "high")):
        reached = steps[steps[source] <= 0.5 + LAST_DIGIT].groupby("group")["at_months"].min()
        frame[figure] = reached.reindex(names).to_numpy(float)
    frame["note"] = np.select([frame["n"].eq(0), frame["estimate"].isna()], ["not_estimable", "not_reached"], "")
    said = {**about_of(steps), "kind": "mean", "unit": "months", "method": "median of Kaplan-Meier"}
    table = estimates(frame, **{**said, "estimand": N_("months until half of the enterprises have ceased")})
    table.attrs["steps"] = beside(steps)
    return table
