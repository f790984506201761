"""How far those lost from sight could move a share that something happened to."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from coopeval.errors import DataError
from coopeval.pathways.occupation import at_times, checked, limits, product, said
from coopeval.uncertainty import beside, estimates
from coopeval.wording import N_

WAITING = "waiting"


def incidence_bounds(spells: pd.DataFrame, cause: str, months: Sequence[float], level: float = 0.95) -> pd.DataFrame:
    """Share to whom something had happened by given months, if it happened to all lost from sight, or to none.

    One row per supposition and month. `base`: the lost are censored when last seen, as in `competing.incidence`.
    `lost_with`: it happened to all of them then. `lost_without`: it happened to none up to the end of follow-up.

    Parameters
    ----------
    spells
        One row per unit: `enterprise_id` or `project_id`, `entry`, `exit`, `cause`, `is_lost`, `followed_until`, as
        `recognition_spells`, `handover_spells` and `project_spells` give.
    cause
        What is asked about, for instance "recognised".

    Returns
    -------
    Estimate table as `survival.at`, codes `bounds`, with the exact curves in `attrs["steps"]`; low and high are the
    limits under each supposition.

    Source
    ------
    Manski (2003), chapter 1.

    >>> two = pd.DataFrame({"project_id": ["a", "b", "c"], "entry": 0.0, "exit": [6.0, 9.0, 12.0],
    ...     "cause": ["", "stopped", ""], "is_lost": [True, False, False], "followed_until": 12.0})
    >>> incidence_bounds(two, "stopped", [12])[["group", "estimate"]].round(3).values.tolist()
    [['base', 0.5], ['lost_with', 0.667], ['lost_without', 0.333]]
    """
    missing = [c for c in ("entry", "exit", "cause", "is_lost", "followed_until") if c not in spells]
    if missing:
        raise DataError(f"bounds need {', '.join(missing)}; the spells of this area have them.")
    unit = "project_id" if "project_id" in spells and "enterprise_id" not in spells else "enterprise_id"
    lost = spells["is_lost"].astype(bool)
    until = spells["followed_until"].clip(lower=spells["exit"])
    bare = pd.DataFrame({"project_id": spells[unit], "state": WAITING, "entry": spells["entry"]})
    suppositions = {
        "base": bare.assign(exit=spells["exit"], next_state=spells["cause"]),
        "lost_with": bare.assign(exit=spells["exit"], next_state=spells["cause"].mask(lost, cause)),
        "lost_without": bare.assign(exit=spells["exit"].mask(lost, until), next_state=spells["cause"]),
    }
    states = [WAITING, *sorted({cause, *spells["cause"]} - {""})]
    values, curves = [], []
    for name, view in suppositions.items():
        stays = checked(view, states)
        course = product(stays, states)
        values.append(_of(at_times(stays, states, months, course), cause, name, level))
        curves.append(_of(at_times(stays, states, None, course), cause, name, level))
    about = {
        "unit": "share", "codes": "bounds", "method": "Aalen-Johansen", "interval": "log-log", "level": level,
        "estimand": N_("share to whom it happened, under three suppositions about those lost from sight"),
        "denominator": spells.attrs.get("about", {}).get("denominator", ""), "privacy": "confidential", **said(spells),
    }  # fmt: skip
    table = estimates(pd.concat(values, ignore_index=True), kind="at", **about)
    table.attrs["steps"] = beside(estimates(pd.concat(curves, ignore_index=True), kind="curve", **about))
    return table


def _of(frame: pd.DataFrame, cause: str, name: str, level: float) -> pd.DataFrame:
    own = frame[frame["group"].eq(cause)].assign(group=name, cause=cause).reset_index(drop=True)
    low, high = limits(own["estimate"], own["se"], int(own["n"].max()) if len(own) else 0, level)
    nobody = own["at_risk"].eq(0) & own["estimate"].isna()
    return own.assign(low=low, high=np.where(nobody, np.nan, high))
