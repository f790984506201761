"""From the states of enterprises over successive extracts to when each was seen, and when and how it ended.

The register does not say when an enterprise left: it is there in one extract and absent, or in an ended situation, in
a later one. Its end lies between the two. What is in the file is not therefore alive: an entity in liquidation or
bankruptcy stays until that closes, so the end is dated at the first extract that shows it dissolved or bankrupt.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from coopeval.importers.kbo.meta import Meta
from coopeval.importers.kbo.situations import ALIVE, CANCELLED, ENDED, UNCLEAR

GONE = "gone"
UNKNOWN = "unknown"
ENDED_BEFORE, NEVER_CLEAR, NEVER_WAS = "ended_before_it_was_seen", "situation_unknown", "file_cancelled"


def histories(
    log: pd.DataFrame, extracts: Sequence[Meta], roles: pd.DataFrame, vanished: str = UNKNOWN
) -> pd.DataFrame:
    """When each enterprise was seen, and how it ended.

    One row per enterprise, in order of its number.

    Parameters
    ----------
    log
        Its states: number, extract (the first that shows the state), is_present, status, situation, and further facts.
    extracts
        Number and day of each extract, in order.
    roles
        What each situation means, as `situations` gives it.
    vanished
        Kind of end of those of whom the register tells nothing but that they are no longer there.

    Returns
    -------
    `number`, `first` and `last` (positions in `log` of the first state alive, and of the last one in which it was
    there), `observed_from`, `ended_on` (day of the first extract that shows the end), `not_ended_before` (day of the
    last extract that shows it alive), `end_kind`, `has_vanished` (nothing tells how), `last_seen_on`, `is_distressed`,
    and `left_out`: why its life cannot be told (empty where it can).
    """
    rows = log.reset_index(drop=True)
    rows = rows.assign(at=np.arange(len(rows)), role=_roles(rows, roles), kind_of_end=_kinds(rows, roles))
    rows = rows.sort_values(["number", "extract"], kind="stable", ignore_index=True)
    days = pd.Series([pd.Timestamp(meta.shows) for meta in extracts], index=[meta.number for meta in extracts])
    before = days.shift().astype("datetime64[ns]")
    alive = rows["role"].isin(ALIVE)
    position = pd.Series(np.arange(len(rows)), index=rows.index)
    whose, numbers = pd.factorize(rows["number"])  # numbers are compared once, and grouped as figures after that
    found = pd.DataFrame({
        "first_alive": position.where(alive).groupby(whose).min(),
        "last_alive": position.where(alive).groupby(whose).max(),
        "last_present": position.where(rows["role"].ne(GONE)).groupby(whose).max(),
    })  # fmt: skip
    past = position > found["last_alive"].reindex(whose).fillna(-1).to_numpy()
    ends = past & rows["role"].isin((*ENDED, GONE))
    first_past, first_end = (position.where(mask).groupby(whose).min() for mask in (past, ends))
    told = rows["kind_of_end"].where(ends & rows["kind_of_end"].ne(""))
    ended_on = _day(first_end, rows, days)
    known_until = _day(first_past, rows, before)
    last, kinds = pd.Timestamp(extracts[-1].shows), told.groupby(whose).first()
    result = pd.DataFrame({
        "first": rows["at"].reindex(found["first_alive"]).to_numpy(),
        "last": rows["at"].reindex(found["last_present"]).to_numpy(),
        "observed_from": _day(found["first_alive"], rows, days),
        "ended_on": ended_on,
        "not_ended_before": known_until.where(ended_on.notna()),
        "end_kind": kinds.fillna(vanished).where(ended_on.notna(), ""),
        "has_vanished": ended_on.notna() & kinds.isna(),
        "last_seen_on": ended_on.fillna(known_until).fillna(last),
        "is_distressed": rows["role"].eq("distressed").groupby(whose).any(),
    }, index=found.index)  # fmt: skip
    result["left_out"] = _left_out(rows, found, ends, whose)
    return result.set_axis(numbers, axis=0).rename_axis("number").reset_index()


def _roles(rows: pd.DataFrame, roles: pd.DataFrame) -> pd.Series:
    """Role of each state: gone where it is absent, unclear where its status or situation is not known."""
    named = rows["situation"].map(roles.set_index("code")["role"]).fillna(UNCLEAR)
    named = named.where(rows["status"].eq("AC"), UNCLEAR)
    return named.where(rows["is_present"], GONE)


def _kinds(rows: pd.DataFrame, roles: pd.DataFrame) -> pd.Series:
    return rows["situation"].map(roles.set_index("code")["end_kind"]).fillna("")


def _day(position: pd.Series, rows: pd.DataFrame, days: pd.Series) -> pd.Series:
    """Day of the extract that shows the state at each position."""
    extract = rows["extract"].reindex(position).to_numpy()
    return pd.Series(days.reindex(extract).to_numpy(), index=position.index, dtype="datetime64[ns]")


def _left_out(rows: pd.DataFrame, found: pd.DataFrame, ends: pd.Series, whose: np.ndarray) -> pd.Series:
    cancelled = rows["role"].eq(CANCELLED).groupby(whose).any()
    ended = ends.groupby(whose).any()
    never = found["first_alive"].isna()
    reason = np.select([cancelled, never & ended, never], [NEVER_WAS, ENDED_BEFORE, NEVER_CLEAR], "")
    return pd.Series(reason, index=found.index, dtype=object)
