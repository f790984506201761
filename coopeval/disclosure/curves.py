"""Curves, and values read off them, released from the safe series (R1, R7)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.disclosure.cells import too_few_units
from coopeval.disclosure.rounding import some
from coopeval.disclosure.rules import Rules
from coopeval.disclosure.series import keys_of, series
from coopeval.errors import DisclosureError
from coopeval.uncertainty import about_of

FIGURES = ("n", "at_risk", "n_events", "estimate", "low", "high")
BEHIND = ("n_persons", "n_enterprises")  # there for the gate; `n` is there for the reader


def curve(table: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """The safe series of every group; a group too small has one row, withheld."""
    keys = keys_of(table)
    safe = series(table, rules).assign(hidden=False, note="", se=np.nan)
    groups = table[keys].drop_duplicates()
    silent = groups.merge(safe[keys].drop_duplicates(), on=keys, how="left", indicator="found")
    silent = silent[silent["found"] == "left_only"].drop(columns="found")
    withheld = silent.assign(at_months=float(rules.grid_months), hidden=True, note="withheld")
    released = pd.concat([part for part in (safe, withheld) if len(part)] or [safe])
    return released.sort_values([*keys, "at_months"], kind="stable").reindex(columns=[*table.columns, "hidden"])


def at(table: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Values at given months, each the one the safe series shows there; `n_events` counts all shown so far."""
    safe = series(steps_of(table), rules)
    keys = keys_of(table)
    asked = table.drop(columns=[c for c in (*FIGURES, *BEHIND, "se") if c in table])
    asked.attrs = {}
    month = np.floor(asked["at_months"].astype(float) / rules.grid_months) * rules.grid_months
    named = dict.fromkeys(keys, object)  # a table without a row has no kind of label of its own
    found = (
        asked.assign(month=month, row=range(len(asked)))
        .astype(named)
        .merge(safe.rename(columns={"at_months": "month"}).astype(named), on=[*keys, "month"], how="left")
    )
    found = found.sort_values("row").set_index(table.index)
    large_enough = ~too_few_units(table, table["n"].fillna(0), rules, str(about_of(table)["privacy"]))
    known_gap = large_enough & table["note"].ne("") & table["estimate"].isna()
    found.loc[known_gap, ["at_risk", "n_events", "estimate", "low", "high"]] = np.nan
    found.loc[known_gap, "n"] = some(table.loc[known_gap, "n"], rules.base_count)
    hidden = found["estimate"].isna() & ~known_gap
    found = found.assign(hidden=hidden, note=table["note"].where(known_gap, "").mask(hidden, "withheld"), se=np.nan)
    return found.reindex(columns=[*table.columns, "hidden"])


def steps_of(table: pd.DataFrame) -> pd.DataFrame:
    """The exact curve a table was read from, which the estimator leaves in `attrs["steps"]`."""
    steps = table.attrs.get("steps")
    if not isinstance(steps, pd.DataFrame):
        raise DisclosureError(
            'Values read off a curve are released only together with that curve. Leave it in attrs["steps"], as '
            "survival.at does."
        )
    if about_of(steps)["privacy"] != about_of(table)["privacy"]:
        raise DisclosureError("A table and the curve it was read from must have the same class of privacy.")
    return steps
