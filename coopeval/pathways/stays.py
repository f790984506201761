"""How long projects stay in each state, how often they change, and how far those lost from sight could move it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats

from coopeval.cohort import ABSORBING
from coopeval.errors import DataError, ParameterError
from coopeval.pathways.occupation import METHOD, at_times, checked, named, product, said, start_of
from coopeval.uncertainty import estimates
from coopeval.wording import N_

BEFORE_CREATION = ("accompanied", "stopped", "handed_over")


def months_in_state(
    histories: pd.DataFrame, tau: float, states: Sequence[str] | None = None, level: float = 0.95
) -> pd.DataFrame:
    """Months a project spends in each state on average, out of the first `tau` since it entered.

    One row per state; together they add up to tau. An end counts as a state: months after a project stopped are
    months in `stopped`.

    Parameters
    ----------
    histories, states, level
        As for `occupation`.
    tau
        Months, fixed in advance and not beyond the longest follow-up.

    Returns
    -------
    Estimate table in months (the area under each occupation curve), with infinitesimal jackknife errors and normal
    limits, never below 0 or above tau. Beyond the longest follow-up the figures are empty, note `beyond_follow_up`.

    Raises
    ------
    ParameterError
        tau is not above 0.

    >>> two = pd.DataFrame({"project_id": ["a", "a", "b"], "state": ["accompanied", "created", "accompanied"],
    ...     "entry": [0, 4.0, 0], "exit": [4.0, 12, 12], "next_state": ["created", "", ""]})
    >>> months_in_state(two, 12, states=["accompanied", "created"])["estimate"].tolist()
    [8.0, 4.0]
    """
    if not tau > 0:
        raise ParameterError(f"tau is a number of months above 0, not {tau}.")
    states = named(histories, states)
    stays = checked(histories, states)
    times, share, _, pull = product(stays, states, tau)
    area = np.zeros(len(states))
    if len(stays):
        every = np.vstack([start_of(stays, states), share])
        area = np.diff(np.r_[0.0, times, tau]) @ every
        if not np.isclose(area.sum(), tau):
            raise AssertionError("the months in all states must add up to tau")
    error = np.sqrt((pull**2).sum(axis=0))
    half = stats.norm.ppf(0.5 + level / 2) * error
    frame = pd.DataFrame({"group": states, "at_months": float(tau), "n": stays["project_id"].nunique()})
    frame = frame.assign(estimate=area, se=error, low=np.maximum(area - half, 0), high=np.minimum(area + half, tau))
    beyond = not len(stays) or stays["exit"].max() < tau
    if beyond:
        frame[["estimate", "se", "low", "high"]] = np.nan
    return estimates(
        frame.assign(note="beyond_follow_up" if beyond else ""), kind="mean", unit="months", codes="path_states",
        method=METHOD, interval="normal", level=level, estimand=N_("months in each state, on average per project"),
        denominator=N_("all projects that entered"), privacy="confidential", **said(histories),
    )  # fmt: skip


def transitions(histories: pd.DataFrame, states: Sequence[str] | None = None) -> pd.DataFrame:
    """How often projects changed from one state to another.

    One row per change that happened at all; a project counts each time.

    Returns
    -------
    Estimate table of counts, group = both states (code list `transitions`).

    >>> two = pd.DataFrame({"project_id": ["a", "a", "b"], "state": ["accompanied", "created", "accompanied"],
    ...     "entry": [0, 4.0, 0], "exit": [4.0, 12, 12], "next_state": ["created", "", ""]})
    >>> transitions(two)[["group", "estimate"]].values.tolist()
    [['accompanied_created', 1.0]]
    """
    states = named(histories, states)
    stays = checked(histories, states)
    moved = stays[stays["next_state"].ne("")]
    sizes = (moved["state"] + "_" + moved["next_state"]).value_counts()
    order = [f"{a}_{b}" for a in states for b in states if f"{a}_{b}" in sizes.index]
    frame = pd.DataFrame({"group": order, "n": sizes.reindex(order).to_numpy(int)})
    return estimates(
        frame.assign(estimate=frame["n"].astype(float)), kind="count", unit="projects", codes="transitions",
        method="count", estimand=N_("changes from one state to another"), privacy="confidential", **said(histories),
    )  # fmt: skip


def occupation_bounds(
    histories: pd.DataFrame, months: Sequence[float], states: Sequence[str] | None = None
) -> pd.DataFrame:
    """Share of projects in each state at given months, and how far those lost from sight could move it.

    One row per state and month. `estimate`: the lost are censored. `low` and `high`: the lowest and the highest of
    that and of suppositions in turn: all lost ones went into one state when last seen, where that can be, and stayed
    there. Nothing leads back to support, and only a project without an enterprise can stop or be handed over.

    Parameters
    ----------
    histories
        As for `occupation`, with `is_lost` and `followed_until`.

    Returns
    -------
    Estimate table; its limits are bounds and no confidence interval.

    Source
    ------
    Manski (2003), chapter 1.

    >>> two = pd.DataFrame({"project_id": ["a", "b"], "state": "accompanied", "entry": 0, "exit": [6.0, 12],
    ...     "next_state": "", "is_lost": [True, False], "followed_until": 12.0})
    >>> table = occupation_bounds(two, [12], states=["accompanied", "stopped"])
    >>> table[["group", "estimate", "low", "high"]].values.tolist()
    [['accompanied', 1.0, 0.5, 1.0], ['stopped', 0.0, 0.0, 0.5]]
    """
    missing = [column for column in ("is_lost", "followed_until") if column not in histories]
    if missing:
        raise DataError(f"bounds need {', '.join(missing)}; cohort.histories gives them.")
    states, bare = named(histories, states), histories.copy()
    bare.attrs = {}
    supposed = [bare, *(_all_lost_in(state, bare) for state in states)]
    views = [at_times(checked(view, states), states, months) for view in supposed]
    every = np.column_stack([view["estimate"].to_numpy(float) for view in views])
    frame = views[0].drop(columns="se").assign(low=every.min(axis=1), high=every.max(axis=1))
    return estimates(
        frame, kind="occupation", unit="share", codes="path_states", method="bounds", interval="bounds",
        estimand=N_("share of projects in each state, and how far those lost from sight could move it"),
        denominator=N_("all projects that entered"), privacy="confidential", **said(histories),
    )  # fmt: skip


def _all_lost_in(target: str, histories: pd.DataFrame) -> pd.DataFrame:
    """The histories if all lost ones had gone into one state and stayed there; where that cannot be, they stay on."""
    lost = histories["is_lost"].astype(bool)
    can = histories["state"].eq("accompanied") | (target not in BEFORE_CREATION)
    goes, stays_on = lost & can & histories["state"].ne(target), lost & (~can | histories["state"].eq(target))
    until = histories["followed_until"].clip(lower=histories["exit"])
    view = histories.assign(
        next_state=histories["next_state"].mask(goes, target), exit=histories["exit"].mask(stays_on, until)
    )
    onward = histories.assign(state=target, entry=histories["exit"], exit=until, next_state="")
    onward = onward[goes & until.gt(histories["exit"])]
    return view if target in ABSORBING else pd.concat([view, onward], ignore_index=True)
