"""Where units stand over time, released on the six-month grid in steps that stand for several units, adding to one."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.disclosure.rounding import down, midpoint, nearest, up
from coopeval.disclosure.rules import Rules
from coopeval.errors import DisclosureError
from coopeval.uncertainty import about_of

NEEDS = ("group", "at_months", "n", "at_risk", "n_events", "estimate", "low", "high")
EVERYBODY = 1.0


def occupation(table: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Shares of all states at each month of the grid, rounded together.

    The shares are added up in the order of the states, the sums are rounded, and each share is the difference of two
    sums: so they add up to one without telling anything finer. A step stands for at least as many units as a small
    cell has. Arrivals stay inside: with a date they are events.
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
    sums = wide["estimate"].loc[months, states].cumsum(axis=1)
    rounded = np.minimum(nearest(sums, step), EVERYBODY)
    rounded[:, -1] = EVERYBODY
    share = np.diff(np.column_stack([np.zeros(len(months)), rounded]), axis=1).round(10)
    outward = max(step, rules.limit_step)
    low = np.minimum(down(wide["low"].loc[months, states], outward), share)
    high = np.minimum(np.maximum(up(wide["high"].loc[months, states], outward), share), EVERYBODY)
    at_risk = midpoint(wide["at_risk"].loc[months, states], rules.midpoint)
    frame = pd.DataFrame({"group": np.tile(states, len(months)), "at_months": np.repeat(months, len(states))})
    frame = frame.assign(
        n=midpoint(n, rules.midpoint).item(), at_risk=at_risk.ravel(), estimate=share.ravel(), low=low.ravel(),
        high=high.ravel(), note="", hidden=False,
    )  # fmt: skip
    return frame.reindex(columns=[*table.columns, "hidden"])


def coarseness(n: float, rules: Rules, privacy: str) -> float:
    """The step of a share: the coarse one of curves, or its next multiple that stands for enough units.

    >>> coarseness(404, Rules(units_confidential=5), "confidential"), coarseness(30, Rules(), "register")
    (0.05, 0.1)
    """
    return float(min(up(rules.units(privacy) / n, rules.step), EVERYBODY))


def _on_grid(table: pd.DataFrame, column: str, rules: Rules) -> pd.DataFrame:
    """A column at the months of the grid, a state per column: the last row up to each, or the asked months alone."""
    known = table[table["at_months"].notna() & table["estimate"].notna()]
    wide = known.pivot(index="at_months", columns="group", values=column).astype(float).sort_index()
    own = wide.index[np.isclose(wide.index % rules.grid_months, 0) & (wide.index > 0)]
    if len(own) == len(wide.index[wide.index > 0]):
        return wide.loc[own]
    grid = np.arange(rules.grid_months, wide.index.max() + 1e-9, rules.grid_months, dtype=float)
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
