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
from coopeval.importers.kbo.situations import ALIVE, CANCELLED, DISTRESSED, ENDED, UNCLEAR
from coopeval.importers.kbo.states import of_each

GONE = "gone"
UNKNOWN = "unknown"
ENDED_BEFORE, NEVER_CLEAR, NEVER_WAS = "ended_before_it_was_seen", "situation_unknown", "file_cancelled"
NO_DAY = np.datetime64("NaT", "ns")


def histories(
    log: pd.DataFrame, extracts: Sequence[Meta], roles: pd.DataFrame, vanished: str = UNKNOWN
) -> pd.DataFrame:
    """When each enterprise was seen, and how it ended.

    One row per enterprise, in the order of the log.

    Parameters
    ----------
    log
        Its states, in order of number and extract: number, extract (the first that shows the state), is_present,
        status, situation, and further facts.
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
    and `left_out`: why its life cannot be told (empty where it can; else `first` is no position).
    """
    starts = np.flatnonzero(log["number"].ne(log["number"].shift()))  # the first state of each
    at, size = np.arange(len(log)), len(log)
    role, kind = _roles(log, roles), of_each(log["situation"], _meaning(roles, "end_kind", ""), "")

    def first(where: np.ndarray) -> np.ndarray:
        """Position of the first state of each that is so; past the last one where none is."""
        return np.minimum.reduceat(np.where(where, at, size), starts)

    def last(where: np.ndarray) -> np.ndarray:
        """Position of the last one; before the first one where none is."""
        return np.maximum.reduceat(np.where(where, at, -1), starts)

    alive = np.isin(role, ALIVE)
    first_alive = first(alive)
    past = at > np.repeat(last(alive), np.diff(starts, append=size))
    ends = past & np.isin(role, (*ENDED, GONE))
    days, before = _days(log["extract"], extracts)
    ended_on, known_until = days[first(ends)], before[first(past)]
    has_ended, told = ~np.isnat(ended_on), np.append(kind, "")[first(ends & (kind != ""))]
    seen = np.where(has_ended, ended_on, known_until)
    return pd.DataFrame({
        "number": log["number"].to_numpy()[starts], "first": first_alive, "last": last(role != GONE),
        "observed_from": days[first_alive],
        "ended_on": ended_on,
        "not_ended_before": np.where(has_ended, known_until, NO_DAY),
        "end_kind": np.where(has_ended, np.where(told == "", vanished, told), ""),
        "has_vanished": has_ended & (told == ""),
        "last_seen_on": np.where(np.isnat(seen), np.datetime64(extracts[-1].shows, "ns"), seen),
        "is_distressed": np.logical_or.reduceat(role == DISTRESSED, starts),
        "left_out": _left_out(*(np.logical_or.reduceat(so, starts) for so in (role == CANCELLED, alive, ends))),
    })  # fmt: skip


def _roles(log: pd.DataFrame, roles: pd.DataFrame) -> np.ndarray:
    """Role of each state: gone where it is absent, unclear where its status or situation is not known."""
    named = of_each(log["situation"], _meaning(roles, "role", UNCLEAR), UNCLEAR)
    named = np.where(of_each(log["status"], lambda status: status.eq("AC"), False), named, UNCLEAR)
    return np.where(log["is_present"], named, GONE)


def _meaning(roles: pd.DataFrame, column: str, unknown: str):
    """What makes a role, or a kind of end, of situations."""
    return lambda situations: situations.map(roles.set_index("code")[column]).fillna(unknown)


def _days(numbers: pd.Series, extracts: Sequence[Meta]) -> tuple[np.ndarray, np.ndarray]:
    """Day of the extract that shows each state, and of the extract before it; and at the end no day at all."""
    days = np.array([NO_DAY, *(np.datetime64(meta.shows, "ns") for meta in extracts)])
    at = pd.Index([meta.number for meta in extracts]).get_indexer(numbers)
    return np.append(days[at + 1], NO_DAY), np.append(days[np.maximum(at, 0)], NO_DAY)


def _left_out(is_cancelled: np.ndarray, was_alive: np.ndarray, has_ended: np.ndarray) -> np.ndarray:
    never = ~was_alive
    return np.select([is_cancelled, never & has_ended, never], [NEVER_WAS, ENDED_BEFORE, NEVER_CLEAR], "")
