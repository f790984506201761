"""Where projects stand over time: the probability of each state (Aalen-Johansen), with ties and delayed entry exact."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats

from coopeval.errors import DataError, ParameterError
from coopeval.uncertainty import estimates, wilson
from coopeval.uncertainty.shape import About
from coopeval.wording import N_

STATES = (  # as they are stacked: from the mandate at the bottom to the end of the enterprise on top
    "mandated", "recognised", "created", "accompanied", "handed_over", "merged", "moved_away", "stopped", "ceased",
)  # fmt: skip
GATHERED = {"merged": "elsewhere", "moved_away": "elsewhere"}
CLOSE = 1e-9
KEPT = ("population", "clock", "is_synthetic", "as_of")
METHOD = "Aalen-Johansen"


def occupation(
    histories: pd.DataFrame,
    states: Sequence[str] | None = None,
    months: Sequence[float] | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Share of projects in each state over time since entry (Aalen-Johansen matrix product).

    One row per state and time at which any project changed state or was last followed, and at 0; at each time the
    states add up to one. Changes on one day share one risk set.

    Parameters
    ----------
    histories
        One row per stay: `project_id`, `state`, `entry`, `exit` (months, entry < exit), `next_state` (empty where it
        was only followed so far), as `cohort.histories` gives.
    states
        Every state that occurs, in the order in which they are stacked and, on public pages, rounded; without them,
        those of `cohort.histories`, or of `gathered`.
    level
        Confidence level; limits on the complementary log-log scale. Where nobody or everybody is in a state the open
        limit is Wilson's for none, or all, of the projects followed from the start.
    months
        When to report; without them, at 0 and at every time of a change.

    Returns
    -------
    Estimate table: group (the state), at_months, n (projects), at_risk (projects in sight that can still change),
    n_events (arrivals in the state then, or up to the month asked for), estimate, se, low, high. Errors are
    infinitesimal jackknife ones, each project being one unit whatever number of stays it has; the mix of states at
    entry is taken as found by chance, so they are a little wider than those of R, which takes it as given. Beyond the
    last project followed the figures are empty, note `beyond_follow_up`.

    Raises
    ------
    DataError
        Stays that overlap or do not follow each other, entry >= exit, or a state that is not in `states`.

    Source
    ------
    Aalen & Johansen (1978); infinitesimal jackknife as R survival's `survfit` for several states.

    >>> three = pd.DataFrame({"project_id": list("aabc"), "state": ["accompanied", "created", *["accompanied"] * 2],
    ...     "entry": [0, 6.0, 0, 0], "exit": [6.0, 12, 9, 12], "next_state": ["created", "", "stopped", ""]})
    >>> table = occupation(three, states=["accompanied", "created", "stopped"])
    >>> table[table["at_months"] == 12].set_index("group")["estimate"].round(3).to_dict()
    {'accompanied': 0.333, 'created': 0.333, 'stopped': 0.333}
    """
    states = named(histories, states)
    stays = checked(histories, states)
    frame = at_times(stays, states, months)
    frame["low"], frame["high"] = limits(frame["estimate"], frame["se"], stays["project_id"].nunique(), level)
    return estimates(
        frame, kind="occupation", unit="share", codes="path_states", method=METHOD, interval="log-log", level=level,
        estimand=N_("share of projects in each state"), denominator=N_("all projects that entered"),
        privacy="confidential", **said(histories),
    )  # fmt: skip


def at_times(
    stays: pd.DataFrame, states: list[str], months: Sequence[float] | None = None, course: tuple | None = None
) -> pd.DataFrame:
    """Shares and errors of checked stays, a row per state and time; `course` is their `product`, where it is known."""
    times, share, error, _ = product(stays, states) if course is None else course
    arrivals = _arrivals(stays, states, times)
    begin, n_begin = start_of(stays, states), max(int(stays["entry"].eq(stays["entry"].min()).sum()), 1)
    share, arrivals = np.vstack([begin, share]), np.vstack([begin * 0, arrivals])
    error = np.vstack([np.sqrt(begin * (1 - begin) / n_begin), error])
    asked = np.r_[0.0, times] if months is None else np.asarray(list(months), dtype=float)
    if months is not None:
        place = np.searchsorted(times, asked, side="right")  # 0: before the first change
        share, arrivals, error = share[place], arrivals.cumsum(axis=0)[place], error[place]
    beyond = asked > (times[-1] if len(times) else -1.0)
    parts = [
        pd.DataFrame({"group": state, "at_months": asked, "n": stays["project_id"].nunique(),
                      "at_risk": in_sight(stays, asked), "n_events": arrivals[:, k], "estimate": share[:, k],
                      "se": error[:, k], "note": np.where(beyond, "beyond_follow_up", "")})
        for k, state in enumerate(states)
    ]  # fmt: skip
    frame = pd.concat(parts, ignore_index=True)
    figures = ["at_risk", "n_events", "estimate", "se"]
    return frame.assign(**{c: frame[c].mask(frame["note"].ne("")) for c in figures})


def start_of(stays: pd.DataFrame, states: list[str]) -> np.ndarray:
    """The shares of the states in which projects start, among those followed from the first time on."""
    first = stays[stays["entry"].eq(stays["entry"].min())]
    return first["state"].value_counts().reindex(states, fill_value=0).to_numpy(float) / max(len(first), 1)


def gathered(histories: pd.DataFrame) -> pd.DataFrame:
    """The histories with merged and moved-away ones as one state, `elsewhere`: both are rare, and neither is a failure.

    For public pages, where a state with few projects shows as none.
    """
    about = About({**histories.attrs.get("about", {}), "gathered": True})
    result = histories.assign(next_state=histories["next_state"].replace(GATHERED))
    result.attrs = {**histories.attrs, "about": about}
    return result


def named(histories: pd.DataFrame, states: Sequence[str] | None) -> list[str]:
    """The states asked for, or those of the histories, in the order of the stack."""
    if states is not None:
        return list(states)
    if histories.attrs.get("about", {}).get("gathered"):
        return list(dict.fromkeys(GATHERED.get(state, state) for state in STATES))
    return list(STATES)


def said(histories: pd.DataFrame) -> dict[str, object]:
    """What the histories say of themselves, for the tables made of them."""
    about = histories.attrs.get("about", {})
    return {key: about[key] for key in KEPT if key in about}


def checked(histories: pd.DataFrame, states: Sequence[str]) -> pd.DataFrame:
    """The stays in order, or a refusal that counts what is wrong."""
    needed = ["project_id", "state", "entry", "exit", "next_state"]
    missing = [column for column in needed if column not in histories]
    if missing:
        raise DataError(f"the histories have no {', '.join(missing)}; cohort.histories gives them.")
    if len(set(states)) < len(states):
        raise ParameterError("a state stands twice among the states; name each once.")
    stays = histories[needed].sort_values(["project_id", "entry"], kind="stable", ignore_index=True)
    strange = set(stays["state"]) | (set(stays["next_state"]) - {""})
    if strange - set(states):
        raise DataError(f"{', '.join(sorted(map(str, strange - set(states))))}: not among the states. Name them too.")
    backwards = int((~(stays["exit"] > stays["entry"])).sum())
    if backwards:
        raise DataError(f"{backwards} stays end as they begin, or before; each needs entry < exit.")
    again = stays["project_id"].eq(stays["project_id"].shift())
    broken = again & (stays["entry"].lt(stays["exit"].shift()) | stays["state"].ne(stays["next_state"].shift()))
    if broken.any():
        raise DataError(
            f"{int(broken.sum())} stays overlap the one before, or are in another state than it led to; "
            "one stay follows another."
        )
    return stays


def in_sight(stays: pd.DataFrame, times: np.ndarray) -> np.ndarray:
    """Projects followed at each time (entry < t <= exit) in a state that can still change."""
    entry, leave = np.sort(stays["entry"].to_numpy(float)), np.sort(stays["exit"].to_numpy(float))
    there = np.searchsorted(entry, times, side="left") - np.searchsorted(leave, times, side="left")
    begins = np.searchsorted(entry, times, side="right") - np.searchsorted(leave, times, side="right")
    return np.where(np.asarray(times) <= 0, begins, there).astype(float)  # at 0 those who start then


def product(
    stays: pd.DataFrame, states: list[str], tau: float | None = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Times, shares and errors [time, state], and with tau the influence of each project on the months per state."""
    unit, ids = pd.factorize(stays["project_id"])
    code = {state: k for k, state in enumerate(states)}
    here, there = stays["state"].map(code).to_numpy(), stays["next_state"].map({**code, "": -1}).to_numpy()
    entry, leave = stays["entry"].to_numpy(float), stays["exit"].to_numpy(float)
    times = np.unique(leave if tau is None else leave[leave <= tau])
    first = entry == entry.min() if len(entry) else np.zeros(0, dtype=bool)
    start = start_of(stays, states)
    pull = np.zeros((len(ids), len(states)))  # influence of each project on the shares
    pull[unit[first], here[first]] = 1.0
    pull[unit[first]] -= start
    pull /= max(first.sum(), 1)
    share, months = start.copy(), np.zeros_like(pull)
    shares, errors = np.empty((len(times), len(states))), np.empty((len(times), len(states)))
    last, error = 0.0, np.sqrt((pull**2).sum(axis=0))
    for i, now in enumerate(times):
        if tau is not None:
            months += pull * (now - last)
        moving = np.flatnonzero((leave == now) & (there >= 0))
        if len(moving):
            share, pull = _moved(share, pull, (unit, here, there, (entry < now) & (now <= leave)), moving)
            error = np.sqrt((pull**2).sum(axis=0))
        shares[i], errors[i], last = share, error, now
    if len(times) and not np.allclose(shares.sum(axis=1), 1, atol=CLOSE):
        raise AssertionError("the shares of all states must add up to one")
    if tau is not None:
        months += pull * max(tau - last, 0.0)
    return times, shares, errors, months


def _moved(share: np.ndarray, pull: np.ndarray, stays: tuple, moving: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Shares and influences after the moves of one time; every move uses the shares from just before."""
    unit, here, there, at_risk = stays
    size = np.bincount(here[at_risk], minlength=len(share)).astype(float)
    after, drawn = share.copy(), pull.copy()
    for source, target in sorted(set(zip(here[moving], there[moving], strict=True))):
        movers = moving[(here[moving] == source) & (there[moving] == target)]
        rate = len(movers) / size[source]
        own = np.zeros(len(pull))
        staying = at_risk & (here == source)
        own[unit[staying]] -= rate / size[source]
        own[unit[movers]] += 1 / size[source]
        flow = pull[:, source] * rate + share[source] * own
        drawn[:, source] -= flow
        drawn[:, target] += flow
        after[source] -= share[source] * rate
        after[target] += share[source] * rate
    return after, drawn


def _arrivals(stays: pd.DataFrame, states: list[str], times: np.ndarray) -> np.ndarray:
    moved = stays[stays["next_state"].ne("") & stays["exit"].isin(times)]
    counted = np.zeros((len(times), len(states)))
    place = {state: k for k, state in enumerate(states)}
    np.add.at(counted, (np.searchsorted(times, moved["exit"]), moved["next_state"].map(place).to_numpy(int)), 1)
    return counted


def limits(share: pd.Series, se: pd.Series, n: int, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Log-log limits; nobody or everybody in a state is no certainty, so there Wilson's for none or all of n."""
    p, error = np.clip(share.to_numpy(float), 0, 1), se.to_numpy(float)
    z = stats.norm.ppf(0.5 + level / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        centre = np.log(-np.log(p))
        half = z * error / np.abs(p * np.log(p))
        low, high = np.exp(-np.exp(centre + half)), np.exp(-np.exp(centre - half))
    none, every = p <= CLOSE, p >= 1 - CLOSE
    if n:
        low = np.where(none, 0.0, np.where(every, wilson(n, n, level)[0], low))
        high = np.where(none, wilson(0, n, level)[1], np.where(every, 1.0, high))
    return np.where(np.isnan(p), np.nan, low), np.where(np.isnan(p), np.nan, high)
