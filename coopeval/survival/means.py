"""Restricted mean survival time: months active out of the first tau."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from coopeval.errors import ParameterError
from coopeval.survival.curve import about_spells, curve
from coopeval.survival.risk import groups
from coopeval.uncertainty import beside, estimates
from coopeval.wording import N_

LARGE_ENOUGH = 50  # below it the interval covers less than it says (docs/coverage.md)
NARROW = N_("With fewer than 50 enterprises in a group its interval is somewhat too narrow.")


def rmst(spells: pd.DataFrame, tau: float, by: str | None = None, level: float = 0.95) -> pd.DataFrame:
    """Months an enterprise was active, on average, out of the first `tau` (restricted mean survival time).

    One row per group: the area under the curve from 0 to tau.

    Parameters
    ----------
    spells, by, level
        As for `curve`.
    tau
        Horizon in months, fixed in advance.

    Returns
    -------
    Estimate table in months, with limits estimate +- z se; `at_months` is tau. A group that was not observed for that
    long has empty figures, note `beyond_follow_up`: no curve is drawn on, and tau is not shortened. Where nobody was
    observed from 0 on (all of a group entered late) the area is not known: empty figures, note `not_estimable`. Without
    any end before tau the error is 0 and says nothing: note `few_events`.

    Raises
    ------
    ParameterError
        tau is not above 0.
    DataError
        As `curve`.

    Source
    ------
    Klein & Moeschberger (2003), section 4.5; Royston & Parmar (2013).

    >>> five = pd.DataFrame({"enterprise_id": list("abcde"), "entry": 0, "exit": [1, 2, 3, 4, 5],
    ...                      "event": [False, True, True, False, True]})
    >>> rmst(five, 5)[["estimate", "se"]].round(4).values.tolist()
    [[3.75, 0.6495]]
    """
    steps = curve(spells, by=by, level=level)
    group, names = groups(spells, by)
    last = spells["exit"].groupby(group).max()
    if not (np.isfinite(tau) and tau > 0):
        raise ParameterError(f"tau is a number of months above 0, for instance 36; not {tau}.")
    parts = [_area(steps[steps["group"].eq(name)], tau) for name in names]
    frame = pd.DataFrame(parts, columns=["n_events", "estimate", "se"])
    half = frame["se"] * stats.norm.ppf(0.5 + level / 2)
    low, high = (frame["estimate"] - half).clip(lower=0), (frame["estimate"] + half).clip(upper=tau)
    frame = frame.assign(
        group=names, at_months=float(tau), n=np.bincount(group, minlength=len(names)), low=low, high=high
    )
    of_groups = range(len(names))
    late = spells["entry"].groupby(group).min().reindex(of_groups).gt(0).to_numpy()
    frame = _noted(frame, late, last.reindex(of_groups).lt(tau).to_numpy())
    table = estimates(
        frame, kind="mean", unit="months", estimand=N_("months active within the horizon, on average"),
        method="restricted mean survival time", interval="normal", level=level,
        warnings=(NARROW,) if len(frame) and frame["n"].min() < LARGE_ENOUGH else (), **about_spells(spells, by),
    )  # fmt: skip
    table.attrs["steps"] = beside(steps)
    return table


def _noted(frame: pd.DataFrame, late: np.ndarray, beyond: np.ndarray) -> pd.DataFrame:
    unknown = late | frame["n"].eq(0).to_numpy()
    notes = ["not_estimable", "beyond_follow_up", "few_events"]
    note = np.select([unknown, beyond, frame["n_events"].eq(0)], notes, "")
    figures = ["n_events", "estimate", "se", "low", "high"]
    frame = frame.astype(dict.fromkeys(figures, float))
    frame.loc[unknown | beyond, figures] = np.nan
    return frame.assign(note=note)


def _area(steps: pd.DataFrame, tau: float) -> tuple[float, float, float]:
    """Events up to tau, area to tau, and the root of the sum of (area from t to tau)^2 d / (n (n - d))."""
    inside = steps[steps["at_months"] <= tau]
    times = np.r_[0.0, inside["at_months"].to_numpy(float), tau]
    share = np.r_[1.0, inside["estimate"].to_numpy(float)]
    pieces = share * np.diff(times)
    after = pieces[::-1].cumsum()[::-1][1:]
    n, d = inside["at_risk"].to_numpy(float), inside["n_events"].to_numpy(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where((d > 0) & (n > d), after**2 * d / (n * (n - d)), 0.0)
    return float(d.sum()), float(pieces.sum()), float(np.sqrt(terms.sum()))
