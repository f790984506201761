"""The safe series of a curve (R7): a fixed grid, changes gathered before they are shown, an end where few are left.

Everything public about a curve is read off this series: the table, the figure, the values at given months, medians
and contrasts. So they agree, and no two of them together say more than one.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.disclosure.rounding import down, midpoint, nearest, up
from coopeval.disclosure.rules import Rules
from coopeval.errors import DisclosureError
from coopeval.uncertainty import about_of, wilson

NEEDS = ("group", "at_months", "n", "at_risk", "n_events", "estimate", "low", "high")
FIGURES = dict.fromkeys(NEEDS[1:], float)
REMAINDER = "active"  # the share with no end of any cause: one minus the others, never estimated on its own here


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
    register = about_of(steps)["privacy"] == "register"
    level = float(about_of(steps)["level"])
    keys = keys_of(steps)
    known = steps[steps["at_months"].notna() & steps["estimate"].notna()]
    parts = []
    for group, exact in known.groupby("group", sort=True):
        if exact["n"].max() < rules.units("register" if register else "confidential") or few_persons(exact, rules):
            continue
        at_risk = _at_risk_on_grid(exact, rules, register)
        curves = exact.groupby("cause", sort=True) if "cause" in keys else [(None, exact)]
        for cause, curve in curves:
            if cause != REMAINDER:
                shown = _delayed(curve.sort_values("at_months"), at_risk, rules, register, level)
                parts.append(shown.assign(group=group, **({"cause": cause} if "cause" in keys else {})))
    columns = [*keys, *NEEDS[1:]]
    parts = [part for part in parts if len(part)]
    safe = pd.concat(parts)[columns] if parts else steps.iloc[:0].reindex(columns=columns).astype(FIGURES)
    return _with_remainder(safe, known) if "cause" in keys else safe.reset_index(drop=True)


def few_persons(exact: pd.DataFrame, rules: Rules) -> bool:
    """R1 where the units of a curve are jobs: ten persons in three enterprises."""
    if "n_persons" not in exact:
        return False
    few = exact["n_persons"].max() < rules.persons or exact["n_enterprises"].max() < rules.enterprises_of_persons
    return bool(few)


def _at_risk_on_grid(exact: pd.DataFrame, rules: Rules, register: bool) -> pd.Series:
    """Exact numbers at risk by grid month, up to the last month that has enough.

    Nobody leaves between a grid month and the next exit, so the number at risk there holds for the grid month too
    (with late entrants it may count a few too many: then the exit before the grid month is the stricter one).
    """
    times = exact.groupby("at_months")["at_risk"].max().sort_index()
    grid = np.arange(rules.grid_months, times.index[-1] + 1e-9, rules.grid_months)
    following = np.searchsorted(times.index, grid, side="left")
    before = np.maximum(following - 1, 0)
    counts = np.minimum(times.to_numpy()[following], times.to_numpy()[before])
    enough = counts >= (rules.at_risk_register if register else rules.at_risk_confidential)
    return pd.Series(counts, index=grid)[np.logical_and.accumulate(enough)]


def _delayed(curve: pd.DataFrame, at_risk: pd.Series, rules: Rules, register: bool, level: float) -> pd.DataFrame:
    """The curve on the grid, each change shown only once enough events stand behind it."""
    gather = rules.events_register if register else rules.events_confidential
    gather = max(gather, rules.persons) if "n_persons" in curve else gather
    n = curve["n"].max()
    step = rules.step_large if register or n >= rules.large_from else rules.step
    limit_step = rules.limit_step_register if register else rules.limit_step
    rising = "cause" in curve  # an incidence starts at 0, a survival curve at 1
    events = np.concatenate([[0.0], curve["n_events"].fillna(0).cumsum()]).round(6)  # expected ones are not whole
    last = np.searchsorted(curve["at_months"], at_risk.index, side="right")
    rows, told, shown = [], 0.0, None
    for position, count in zip(last, at_risk, strict=True):
        gathered = events[position] - told
        if gathered >= gather:
            shown, told = curve.iloc[position - 1], events[position]
        rows.append({
            "at_risk": midpoint(count, rules.midpoint).item(),
            "n_events": midpoint(gathered, rules.midpoint).item() if gathered >= gather else 0.0,
            **(_unchanged(count, rising, gather, rules, level) if shown is None else {
                "estimate": nearest(shown["estimate"], step).item(),
                "low": shown["low"], "high": shown["high"],
            }),
        })  # fmt: skip
    safe = pd.DataFrame(rows, columns=["at_risk", "n_events", "estimate", "low", "high"])
    low, high = down(safe["low"].astype(float), limit_step), up(safe["high"].astype(float), limit_step)
    # What holds later held before: no limit turns back when few at risk make way for many. Only released limits are
    # put together here, so this tells nothing more.
    if rising:
        high = np.minimum.accumulate(high[::-1])[::-1]
    else:
        low = np.maximum.accumulate(low[::-1])[::-1]
    return safe.assign(
        at_months=at_risk.index.to_numpy(), n=midpoint(n, rules.midpoint).item(), low=low, high=high
    )  # fmt: skip


def _unchanged(count: float, rising: bool, gather: int, rules: Rules, level: float) -> dict[str, float]:
    """Before the first change: the start value, with a limit as bad as the events not yet shown may be.

    Made of rounded counts and the rule alone, so it says nothing about what has happened so far.
    """
    size = midpoint(count, rules.midpoint).item()
    unseen = min(gather - 1, size)
    if rising:
        return {"estimate": 0.0, "low": 0.0, "high": wilson(unseen, size, level)[1].item()}
    return {"estimate": 1.0, "low": wilson(size - unseen, size, level)[0].item(), "high": 1.0}


def _with_remainder(safe: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """Where the exact table shows the share without any end: one minus the released causes, so that all add up."""
    if REMAINDER not in set(known["cause"]) or safe.empty:
        return safe.reset_index(drop=True)
    ended = safe.groupby(["group", "at_months"], as_index=False).agg(
        n=("n", "first"), at_risk=("at_risk", "first"), ended=("estimate", "sum")
    )
    rest = ended.assign(cause=REMAINDER, n_events=0.0, estimate=(1 - ended["ended"]).clip(lower=0).round(10))
    rest = rest.assign(low=np.nan, high=np.nan)[list(safe.columns)]
    return pd.concat([safe, rest]).sort_values(["group", "cause", "at_months"]).reset_index(drop=True)
