"""Values read off a curve: shares at given months, the median."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from coopeval.errors import ParameterError
from coopeval.survival.curve import about_spells, curve
from coopeval.survival.risk import groups
from coopeval.uncertainty import about_of, estimates, wilson
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
    whole = spells["entry"].to_numpy(float), spells["exit"].to_numpy(float)
    parts = [
        _of_group(
            *(np.sort(days[group == number]) for days in whole), steps[steps["group"].eq(name)], name, asked, level
        )
        for number, name in enumerate(names)
    ]
    frame = (
        pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["group", "at_months", "n", *FIGURES])
    )
    table = estimates(frame, **{**about_of(steps), "kind": "at", **about_spells(spells, by)})
    table.attrs["steps"] = steps
    return table


def asked_for(months: Sequence[float]) -> np.ndarray:
    """The months to report at, or a refusal."""
    asked = np.asarray(list(months), dtype=float)
    if not len(asked) or not (np.isfinite(asked) & (asked >= 0)).all():
        raise ParameterError(f"months to report at are numbers from 0 on, for instance [12, 24]; not {list(months)}.")
    return asked


def _of_group(
    entry: np.ndarray, leave: np.ndarray, steps: pd.DataFrame, name: object, asked: np.ndarray, level: float
) -> pd.DataFrame:
    if not len(entry):
        return pd.DataFrame({"group": name, "at_months": asked, "n": 0}).assign(
            **dict.fromkeys(FIGURES, np.nan), note="not_estimable"
        )
    at_risk = np.searchsorted(entry, asked, side="left") - np.searchsorted(leave, asked, side="left")
    start = pd.DataFrame([{"n_events": 0.0, "estimate": 1.0, "se": 0.0, "low": 1.0, "high": 1.0}])
    values = pd.concat([start, steps[start.columns].assign(n_events=steps["n_events"].cumsum())], ignore_index=True)
    frame = values.iloc[np.searchsorted(steps["at_months"], asked, side="right")].reset_index(drop=True)
    frame = frame.assign(group=name, at_months=asked, n=len(entry), at_risk=at_risk.astype(float))
    untouched = frame["n_events"].eq(0) & frame["at_risk"].gt(0)
    # all of few still active is no certainty: the limit that a share of n out of n has
    frame["low"] = frame["low"].mask(untouched, wilson(at_risk, at_risk, level)[0])
    beyond, before = asked > leave[-1], (asked < entry[0]) | ((asked > 0) & (asked == entry[0]))
    frame.loc[beyond | before, FIGURES] = np.nan
    return frame.assign(note=np.select([beyond, before], ["beyond_follow_up", "not_estimable"], ""))


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
    table.attrs["steps"] = steps
    return table
