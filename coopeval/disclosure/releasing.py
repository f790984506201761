"""A table released by its rule, by what was published of it before (R9), and by what somebody decided (R12)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from coopeval.disclosure import cells, memory
from coopeval.disclosure.rules import Rules
from coopeval.provenance import ledger
from coopeval.reference import OTHERS
from coopeval.uncertainty import about_of

Release = Callable[[pd.DataFrame, Rules], pd.DataFrame]
# How far a decision about one row may go, rule by rule. Nothing about one or two units is ever shown: with two, each
# knows the other. Rounding (R4) has no exceptions; R5 and R9 as the auditor holds them are lifted there.
AS_FAR_AS: Mapping[str, Mapping[str, float]] = {
    "R1": {"persons": 3, "enterprises_of_persons": 1, "units_confidential": 3, "units_register": 3},
    "R2": {"largest_share": 1.0, "two_largest_share": 1.0, "rest_to_largest": 0.0},
    "R3": {"extremes_from": 0},
    "R6": {"quantile_from": 3},
    "R7": {"events_confidential": 3, "at_risk_confidential": 5},
    "R8": {"units_of_coefficient": 5, "degrees_of_freedom": 5},
}
CATEGORIES = ("count", "share", "sum")  # kinds whose rows are categories: one that disappears stays as withheld
SERIES = ("curve", "at", "occupation")  # kinds of which a group has many rows, withheld or shown together


def released(release: Release, table: pd.DataFrame, name: str, rules: Rules) -> pd.DataFrame:
    """The table as the rules let it through, knowing what was published under its name and what was decided.

    Its exceptions, if any took effect, stand in `attrs["exceptions"]`.
    """
    before, taken = ledger.remembered(name), []
    with memory.knowing(before):
        now = release(table, rules)
    decided = memory.exceptions(name)
    for one in decided:
        if one["rule"] in AS_FAR_AS:
            now, took = _past_one_rule(release, table, rules, before, now, one)
            taken += [one] if took else []
    kept = _as_before(now, before, table, {one["group"] for one in decided if one["rule"] == "R9"})
    kept.attrs["exceptions"] = [*taken, *(one for one in decided if one["rule"] not in AS_FAR_AS)]
    return kept


def _past_one_rule(
    release: Release, table: pd.DataFrame, rules: Rules, before: Sequence, now: pd.DataFrame, one: Mapping
) -> tuple[pd.DataFrame, bool]:
    """The row from the table released with one rule relaxed, all others as before; no other gets a companion for it."""
    if not now.loc[now["group"].eq(one["group"]), "hidden"].any():
        return now, False  # nothing was withheld: nothing to decide
    with memory.knowing(before):
        lax = release(table, replace(rules, **AS_FAR_AS[one["rule"]]))
    its = lax["group"].eq(one["group"]) & ~lax["hidden"].astype(bool)
    if not its.any():
        return now, False  # another rule withholds it too
    with memory.knowing(before, [one["group"]]) as known:
        strict = release(table, rules)
    if one["group"] in known.company:
        return now, False  # it keeps another one company
    order = {group: place for place, group in enumerate(dict.fromkeys(strict["group"]))}
    whole = pd.concat([strict[strict["group"].ne(one["group"])], lax[lax["group"].eq(one["group"])]])
    whole = whole.sort_values("group", key=lambda groups: groups.map(order), kind="stable", ignore_index=True)
    return whole, True


def _as_before(now: pd.DataFrame, before: Sequence, table: pd.DataFrame, let_past: set[str]) -> pd.DataFrame:
    """Rows about the past that were once withheld stay so; categories that disappeared stay as withheld."""
    if not before or "hidden" not in now:
        return now
    said = about_of(table)
    kind = str(said["kind"])
    hidden = now["hidden"].astype(bool) | _once_hidden(now, before, str(said["by"]), kind)
    hidden &= now["hidden"].astype(bool) | ~now["group"].isin(let_past)
    made = now
    if kind in CATEGORIES:
        gone = _gone(now, before[-1], let_past)
        made = pd.concat([now, gone], ignore_index=True) if len(gone) else now
        hidden = pd.concat([hidden, pd.Series(True, index=range(len(now), len(made)))], ignore_index=True)
    if len(made) == len(now) and hidden.eq(now["hidden"].astype(bool)).all():
        return now
    if kind in CATEGORIES:
        size = made["n_events" if kind == "share" else "estimate"].astype(float).fillna(0)
        early = memory.told_apart(table[table["note"].isin(cells.NOT_YET)])  # a withheld one has another note by now
        young = pd.Series([key in early for key in memory.told_apart(made)], index=made.index, dtype=bool)
        hidden = cells.with_companion(hidden, size, made, bool(made["group"].eq(cells.TOTAL).any()), young=young)
    return _emptied(made, hidden)


def _once_hidden(now: pd.DataFrame, before: Sequence, by: str, kind: str) -> np.ndarray:
    found = np.zeros(len(now), dtype=bool)
    for release in before:
        hidden = pd.DataFrame(release)[release["hidden"].to_numpy(bool)]  # bare: pandas copies what hangs on a frame
        gone = memory.past(hidden, release.attrs["ends"], by)
        if not gone.any():
            continue
        labels = [label for label in ledger.identity_of(hidden) if label in now]
        if kind in SERIES:
            labels = [label for label in labels if label != "at_months"]
        then = set(memory.keys(hidden[gone], labels))
        found |= np.array([key in then for key in memory.keys(now, labels)], dtype=bool)
    return found


def _gone(now: pd.DataFrame, latest: pd.DataFrame, let_past: set[str]) -> pd.DataFrame:
    """The categories of the release before that have no row any more. A window that moves on loses none."""
    if OTHERS in set(now["group"]) | set(latest["group"]) or list(now.columns) != list(latest.columns):
        return now.iloc[:0]
    latest = pd.DataFrame(latest)
    labels = ledger.identity_of(latest)
    there = set(memory.keys(now, labels))
    new = np.array([key not in there for key in memory.keys(latest, labels)], dtype=bool)
    if not new.any():
        return now.iloc[:0]
    of_a_period = [any(memory.ended(cell) for cell in row) for row in latest[labels].itertuples(index=False)]
    chosen = new & ~np.array(of_a_period, dtype=bool) & ~latest["group"].isin(let_past)
    return latest[chosen].astype(now.dtypes.to_dict())


def _emptied(made: pd.DataFrame, hidden: pd.Series) -> pd.DataFrame:
    figures = [c for c in made.columns if c not in ("hidden", "note") and c not in ledger.labels_of(made)]
    made = made.assign(hidden=hidden.to_numpy(bool))
    made.loc[made["hidden"], figures] = np.nan
    return made.assign(note=made["note"].mask(made["hidden"], "withheld"))
