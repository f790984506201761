"""Where units stand over time, released on the six-month grid in steps that stand for several units, adding to one."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.disclosure.rounding import down, in_class, some, up
from coopeval.disclosure.rules import Rules
from coopeval.errors import DisclosureError
from coopeval.uncertainty import about_of

NEEDS = ("group", "at_months", "n", "at_risk", "n_events", "estimate", "low", "high")
EVERYBODY = 1.0
STEPS = (0.05, 0.1, 0.2, 0.25, 0.5, 1.0)  # multiples of 0.05 that divide one


def occupation(table: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Shares of all states at each month of the grid, rounded together.

    Each share is rounded down to a step, and the steps that are left go to the states that lost most by it, earlier
    states first: so they add up to one, each is off by less than a step, and nothing finer is told. A step stands for
    at least as many units as a small cell has. Arrivals stay inside: with a date they are events.
    """
    missing = [column for column in NEEDS if column not in table]
    if missing:
        raise DisclosureError(f"Shares of states are released from {', '.join(NEEDS)}; add {', '.join(missing)}.")
    privacy = str(about_of(table)["privacy"])
    states = list(dict.fromkeys(table["group"]))
    n = table["n"].max() if len(table) else 0
    if not n >= rules.units(privacy):
        return _withheld(table, states, rules)
    wide = {name: _on_grid(table, name, rules) for name in ("estimate", "low", "high", "at_risk")}
    least = rules.at_risk_register if privacy == "register" else rules.at_risk_confidential
    enough = wide["at_risk"].min(axis=1).ge(least)
    months = wide["estimate"].index[np.logical_and.accumulate(enough.to_numpy())]
    if not len(months):
        return _withheld(table, states, rules)
    step = coarseness(n, rules, privacy)
    share = together(wide["estimate"].loc[months, states].to_numpy(float), step)
    outward = max(step, rules.limit_step)
    low = np.minimum(down(wide["low"].loc[months, states], outward), share)
    high = np.minimum(np.maximum(up(wide["high"].loc[months, states], outward), share), EVERYBODY)
    whole = some(n, rules.base_count).item()
    at_risk = in_class(wide["at_risk"].loc[months, states], whole, rules.midpoint)
    frame = pd.DataFrame({"group": np.tile(states, len(months)), "at_months": np.repeat(months, len(states))})
    frame = frame.assign(
        n=whole, at_risk=at_risk.ravel(), estimate=share.ravel(), low=low.ravel(),
        high=high.ravel(), note="", hidden=False,
    )  # fmt: skip
    return frame.reindex(columns=[*table.columns, "hidden"])


def coarseness(n: float, rules: Rules, privacy: str) -> float:
    """The finest step of a share that stands for enough units; so many of them make one.

    >>> coarseness(404, Rules(units_confidential=5), "confidential"), coarseness(30, Rules(), "register")
    (0.05, 0.1)
    """
    return next((step for step in STEPS if step >= rules.step and step * n >= rules.units(privacy)), EVERYBODY)


def together(share: np.ndarray, step: float) -> np.ndarray:
    """Rows of shares in steps, each row adding up to one (largest remainders).

    >>> together(np.array([[0.238, 0.302, 0.46]]), 0.05).tolist()
    [[0.25, 0.3, 0.45]]
    """
    steps = np.round(share / step, 9)
    whole = np.floor(steps)
    left = np.round(EVERYBODY / step) - whole.sum(axis=1)
    rank = np.argsort(np.argsort(-np.round(steps - whole, 9), axis=1, kind="stable"), axis=1, kind="stable")
    return ((whole + (rank < left[:, None])) * step).round(10)


def _on_grid(table: pd.DataFrame, column: str, rules: Rules) -> pd.DataFrame:
    """A column at the months of the grid, a state per column: the last row up to each, or the asked months alone."""
    known = table[table["at_months"].notna() & table["estimate"].notna()]
    wide = known.pivot(index="at_months", columns="group", values=column).astype(float).sort_index()
    if np.isclose(wide.index % rules.grid_months, 0).all():
        return wide
    grid = np.arange(0, wide.index.max() + 1e-9, rules.grid_months, dtype=float)
    before = np.searchsorted(wide.index, grid, side="right") - 1
    grid, before = grid[before >= 0], before[before >= 0]
    found = wide.iloc[before].set_axis(pd.Index(grid, name="at_months"))
    if column == "at_risk":  # nobody leaves between a grid month and the next exit: the smaller one is the stricter
        after = np.minimum(np.searchsorted(wide.index, grid, side="left"), len(wide) - 1)
        found = np.minimum(found, wide.iloc[after].set_axis(found.index))
    return found


def _withheld(table: pd.DataFrame, states: list[str], rules: Rules) -> pd.DataFrame:
    frame = pd.DataFrame({"group": states, "at_months": float(rules.grid_months)})
    return frame.assign(hidden=True, note="withheld").reindex(columns=[*table.columns, "hidden"])
