"""The safe series of a curve (R7): a fixed grid, changes gathered before they are shown, an end where few are left.

Everything public about a curve is read off this series: the table, the figure, the values at given months, medians
and contrasts. So they agree, and no two of them together say more than one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from coopeval.disclosure.fineness import at_least
from coopeval.disclosure.rounding import down, in_class, nearest, some, up
from coopeval.disclosure.rules import Rules
from coopeval.errors import DisclosureError
from coopeval.uncertainty import about_of, wilson

NEEDS = ("group", "at_months", "n", "at_risk", "n_events", "estimate", "low", "high")
FIGURES = dict.fromkeys(NEEDS[1:], float)
REMAINDER = "active"  # the share with no end of any cause: one minus the others, never estimated on its own here
CEASED = "ceased"  # the end that a survival curve shows
OF_THE_REGISTER = {REMAINDER, CEASED, "merged", "moved_away"}  # ends anyone can read in the register of enterprises
SUPPOSITIONS = {"bounds", "loss_views"}  # code lists of curves that differ in what they suppose of the same units


def keys_of(table: pd.DataFrame) -> list[str]:
    """The columns that name one curve."""
    return [column for column in ("group", "cause") if column in table]


def series(steps: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """One row per curve and grid month up to where the curve ends; groups below the threshold have no row.

    Parameters
    ----------
    steps
        An exact curve: one row per group (and cause) and exit time, with `at_risk` and `n_events` at that time.
    rules
        The thresholds; `about["privacy"]` of the steps chooses between them.
    """
    missing = [column for column in NEEDS if column not in steps]
    if missing:
        raise DisclosureError(f"A curve is released from exact steps; these have no {', '.join(missing)}. Add them.")
    how = _how(about_of(steps), rules)
    keys = keys_of(steps)
    bare = pd.DataFrame(steps)  # pandas copies what hangs on a frame at each step
    known = bare[bare["at_months"].notna() & bare["estimate"].notna()]
    parts = []
    for group, exact in known.groupby("group", sort=True):
        if exact["n"].max() < how.units or few_persons(exact, rules):
            continue
        at_risk = _at_risk_on_grid(exact, rules, how.at_risk)
        curves = exact.groupby("cause", sort=True) if "cause" in keys else [(None, exact)]
        for cause, curve in curves:
            if cause != REMAINDER:
                shown = _delayed(curve.sort_values("at_months"), at_risk, rules, how)
                parts.append(shown.assign(group=group, **({"cause": cause} if "cause" in keys else {})))
    columns = [*keys, *NEEDS[1:]]
    parts = [part for part in parts if len(part)]
    safe = pd.concat(parts)[columns] if parts else bare.iloc[:0].reindex(columns=columns).astype(FIGURES)
    return _with_remainder(safe, known, rules, how) if "cause" in keys else safe.reset_index(drop=True)


class _How(NamedTuple):
    """The thresholds of one table: by how private it is, and whether its curves are suppositions about the same units.

    Two suppositions subtracted give the number of those about whom one supposes, so their step is what five units move.
    """

    units: int
    gather: int
    at_risk: int
    finest: bool
    are_suppositions: bool
    limit_step: float
    level: float

    def step(self, n: float, rules: Rules) -> float:
        usual = rules.step_large if self.finest or n >= rules.large_from else rules.step
        return max(usual, at_least(rules.events_confidential / n).item()) if self.are_suppositions else usual


def _how(said: dict[str, object], rules: Rules) -> _How:
    is_register = said["privacy"] == "register"
    kind = "register" if is_register else "confidential"
    return _How(
        units=rules.units(kind), gather=getattr(rules, f"events_{kind}"), at_risk=getattr(rules, f"at_risk_{kind}"),
        finest=is_register, are_suppositions=said["codes"] in SUPPOSITIONS, level=float(said["level"]),
        limit_step=rules.limit_step_register if is_register else rules.limit_step,
    )  # fmt: skip


def few_persons(exact: pd.DataFrame, rules: Rules) -> bool:
    """R1 where the units of a curve are jobs: ten persons in three enterprises."""
    if "n_persons" not in exact:
        return False
    few = exact["n_persons"].max() < rules.persons or exact["n_enterprises"].max() < rules.enterprises_of_persons
    return bool(few)


def _at_risk_on_grid(exact: pd.DataFrame, rules: Rules, least: int) -> pd.Series:
    """Exact numbers at risk by grid month, up to the last month that has enough.

    Nobody leaves between a grid month and the next exit, so the number at risk there holds for the grid month too
    (with late entrants it may count a few too many: then the exit before the grid month is the stricter one).
    """
    times = exact.groupby("at_months")["at_risk"].max().sort_index()
    grid = np.arange(rules.grid_months, times.index[-1] + 1e-9, rules.grid_months)
    following = np.searchsorted(times.index, grid, side="left")
    before = np.maximum(following - 1, 0)
    counts = np.minimum(times.to_numpy()[following], times.to_numpy()[before])
    return pd.Series(counts, index=grid)[np.logical_and.accumulate(counts >= least)]


def _delayed(curve: pd.DataFrame, at_risk: pd.Series, rules: Rules, how: _How) -> pd.DataFrame:
    """The curve on the grid, each change shown only once enough events stand behind it.

    `n_events` is the number of all events shown so far, rounded as one; while none is shown it is empty.
    """
    gather = max(how.gather, rules.persons) if "n_persons" in curve else how.gather
    n = some(curve["n"].max(), rules.base_count).item()
    step = how.step(curve["n"].max(), rules)
    rising = "cause" in curve  # an incidence starts at 0, a survival curve at 1
    events = np.concatenate([[0.0], curve["n_events"].fillna(0).cumsum()]).round(6)  # expected ones are not whole
    last = np.searchsorted(curve["at_months"], at_risk.index, side="right")
    followed = in_class(at_risk, n, rules.midpoint)
    row, told = _gathered(events, last, gather)
    exact = curve[["estimate", "low", "high"]].to_numpy(float)[row].T  # of row -1, before any change: not looked at
    start = _unchanged(followed, rising, gather, how.level)
    estimate, low, high = np.where(row >= 0, [nearest(exact[0], step), *exact[1:]], start)
    counted = np.where(told > 0, in_class(told, n, rules.midpoint), np.nan)
    outward = max(how.limit_step, step)
    low, high = down(low, outward), up(high, outward)
    # What holds later held before: no limit turns back when few at risk make way for many. Only released limits are
    # put together here, so this tells nothing more.
    if rising:
        high = np.minimum.accumulate(high[::-1])[::-1]
    else:
        low = np.maximum.accumulate(low[::-1])[::-1]
    figures = {"at_risk": followed, "n_events": counted, "estimate": estimate, "low": low, "high": high}
    return pd.DataFrame({**figures, "at_months": at_risk.index.to_numpy(), "n": n})


def _gathered(events: np.ndarray, last: np.ndarray, gather: int) -> tuple[np.ndarray, np.ndarray]:
    """At each grid month the row of the last change shown, or -1, and the number of all events shown so far."""
    row, told, found = -1, 0.0, []
    for position in last.tolist():
        if events[position] - told >= gather:
            row, told = position - 1, float(events[position])
        found.append((row, told))
    rows, counts = zip(*found, strict=True) if found else ((), ())
    return np.array(rows, dtype=int), np.array(counts, dtype=float)


def _unchanged(size: np.ndarray, rising: bool, gather: int, level: float) -> np.ndarray:
    """Before the first change: the start value, with a limit as bad as the events not yet shown may be.

    Three rows: estimate, low, high. Made of rounded counts and the rule alone, so it says nothing about what has
    happened so far.
    """
    unseen, none, every = np.minimum(gather - 1, size), np.zeros(len(size)), np.ones(len(size))
    if rising:
        return np.array([none, none, wilson(unseen, size, level)[1]])
    return np.array([every, wilson(size - unseen, size, level)[0], every])


def _with_remainder(safe: pd.DataFrame, known: pd.DataFrame, rules: Rules, how: _How) -> pd.DataFrame:
    """Where the exact table shows the share without any end: one minus the released causes, so that all add up."""
    if REMAINDER not in set(known["cause"]) or safe.empty:
        return safe.reset_index(drop=True)
    if set(known["cause"]) <= OF_THE_REGISTER:
        safe = _ceased_as_on_the_curve(safe, known, rules, how)
    ended = safe.groupby(["group", "at_months"], as_index=False).agg(
        n=("n", "first"), at_risk=("at_risk", "first"), ended=("estimate", "sum")
    )
    rest = ended.assign(cause=REMAINDER, n_events=np.nan, estimate=(1 - ended["ended"]).clip(lower=0).round(10))
    rest = rest.assign(low=np.nan, high=np.nan)[list(safe.columns)]
    return pd.concat([safe, rest]).sort_values(["group", "cause", "at_months"]).reset_index(drop=True)


def _ceased_as_on_the_curve(safe: pd.DataFrame, known: pd.DataFrame, rules: Rules, how: _How) -> pd.DataFrame:
    """While mergers and moves are still gathered, those ceased are what the released survival curve shows them to be.

    Else more would stand as active beside that curve than it shows. Made of released figures only.
    """
    safe = safe.copy()
    for group, exact in known[known["cause"].eq(CEASED)].groupby("group"):
        ordered = exact.sort_values("at_months")
        kept = (1 - ordered["n_events"] / ordered["at_risk"]).cumprod()
        rows = safe["group"].eq(group) & safe["cause"].eq(CEASED)
        at_risk = pd.Series(1.0, index=safe.loc[rows, "at_months"].to_numpy())
        curve = _delayed(ordered.drop(columns="cause").assign(estimate=kept), at_risk, rules, how)["estimate"]
        others = safe[safe["group"].eq(group) & ~safe["cause"].eq(CEASED)].groupby("at_months")["estimate"].sum()
        on_curve = 1 - curve.to_numpy() - others.reindex(safe.loc[rows, "at_months"], fill_value=0.0).to_numpy()
        shown = np.maximum.accumulate(np.maximum(safe.loc[rows, "estimate"], on_curve)).round(10)
        safe.loc[rows, "estimate"] = shown
        safe.loc[rows, "high"] = np.fmax(safe.loc[rows, "high"], up(shown, how.limit_step))
    return safe
