"""Risk sets: spells checked, and counted at distinct times."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from coopeval.errors import DataError

LAST_DIGIT = 1e-12
PUBLIC = ("legal_form", "legal_family", "nace_section", "entry_year")


def checked(
    spells: pd.DataFrame, by: str | None = None, weights: str | None = None, cluster: str | None = None
) -> pd.DataFrame:
    """The spells, or a refusal that counts what is wrong with them."""
    needed = ["enterprise_id", "entry", "exit", "event", *(c for c in (by, weights, cluster) if c)]
    missing = [column for column in needed if column not in spells]
    if missing:
        raise DataError(
            f"the spells have no {', '.join(missing)}; cohort.spells gives enterprise_id, entry, exit, event."
        )
    for column in ("entry", "exit", *([weights] if weights else [])):
        if not pd.api.types.is_numeric_dtype(spells[column]):
            raise DataError(f"{column} holds text; it is a number (months), for instance 12.5.")
    entry, leave = spells["entry"].to_numpy(float), spells["exit"].to_numpy(float)
    _refuse(int((~np.isfinite(entry) | ~np.isfinite(leave)).sum()), "without entry or exit; leave them out and say so")
    _refuse(int((leave <= entry).sum()), "with an exit that is not after the entry; each needs entry < exit")
    if spells["event"].dtype != bool:
        _refuse(int(spells["event"].isna().sum()), "with no event told; event is True where it ceased, else False")
        if not set(pd.unique(spells["event"])) <= {True, False}:
            raise DataError("event holds more than True and False; say True where the enterprise ceased at exit.")
    if cluster is None:
        _refuse(int(spells["enterprise_id"].duplicated().sum()), "found more than once; one row per enterprise")
    for column in (by, cluster):
        if column:
            empty = spells[column].isna() | spells[column].astype(str).eq("")
            _refuse(int(empty.sum()), f"without {column}; give one, for instance 'unknown'")
    if weights:
        weight = spells[weights].to_numpy(float)
        _refuse(int((~(weight > 0) | ~np.isfinite(weight)).sum()), "with a weight that is not above zero")
    return spells


def _refuse(n: int, why: str) -> None:
    if n:
        raise DataError(f"{n} {'enterprise' if n == 1 else 'enterprises'} {why}.")


def groups(spells: pd.DataFrame, by: str | None) -> tuple[np.ndarray, np.ndarray]:
    """Number of the group of each spell, and the groups in sorted order."""
    if by is None:
        return np.zeros(len(spells), dtype=np.int64), np.array(["all"], dtype=object)
    codes, names = pd.factorize(spells[by].astype(object), sort=True)
    return codes.astype(np.int64), np.asarray(names, dtype=object)


class Counts(NamedTuple):
    """Per group and distinct exit time, as flat arrays in sorted order; `first` marks where a group begins."""

    group: np.ndarray
    time: np.ndarray
    at_risk: np.ndarray
    n_events: np.ndarray
    first: np.ndarray


def counts(entry: np.ndarray, leave: np.ndarray, event: np.ndarray, group: np.ndarray, n_groups: int,
           weight: np.ndarray | None = None) -> Counts:  # fmt: skip
    """At risk (entry < t <= exit) and events at each exit time of each group; with `weight`, their weighted sums.

    Rows are only counted, by group and value as they are met; what is sorted are the few distinct values.
    """
    found, position = distinct(leave)
    order = np.argsort(found)
    times = found[order]
    exits = _filled(group, position, n_groups, len(found), weight)[:, order]
    ended = None if weight is None else weight[event]
    events = _filled(group[event], position[event], n_groups, len(found), ended)[:, order]
    starts, of_start = distinct(entry)
    beginning = _filled(group, of_start, n_groups, len(starts), weight)
    entrants = np.zeros((n_groups, len(times) + 1))
    into = np.searchsorted(times, starts, side="right")  # entering at t is not yet at risk at t
    np.add.at(entrants, (slice(None), into), beginning)
    at_risk = np.cumsum(entrants[:, :-1], axis=1) - (np.cumsum(exits, axis=1) - exits)
    if weight is not None:  # sums of decimals miss each other in the last digit; nobody left is nobody left
        events = np.where(np.abs(at_risk - events) <= LAST_DIGIT * at_risk, at_risk, events)
    seen = exits > 0
    number, column = np.nonzero(seen)
    begins = np.r_[True, number[1:] != number[:-1]] if len(number) else np.zeros(0, dtype=bool)
    return Counts(number, times[column], at_risk[seen], events[seen], begins)


def distinct(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The distinct values, in whatever order, and the place of each value among them."""
    if not len(values):
        return values, np.zeros(0, dtype=np.int64)
    whole = values.astype(np.int64)
    lowest = whole.min()
    if whole.max() - lowest < len(values) + 1000 and np.array_equal(whole, values):
        return np.arange(lowest, whole.max() + 1, dtype=float), whole - lowest  # whole numbers are their own places
    codes, found = pd.factorize(values)
    return found, codes


def _filled(group: np.ndarray, position: np.ndarray, rows: int, columns: int, weight: np.ndarray | None) -> np.ndarray:
    cell = position if rows == 1 else group * columns + position
    return np.bincount(cell, weights=weight, minlength=rows * columns).astype(float).reshape(rows, columns)


def counted(spells: pd.DataFrame, group: np.ndarray, n_groups: int, weight: np.ndarray | None = None) -> Counts:
    """Counts of checked spells."""
    columns = (spells["entry"].to_numpy(float), spells["exit"].to_numpy(float), spells["event"].to_numpy(bool))
    return counts(*columns, group, n_groups, weight)


def privacy(spells: pd.DataFrame, by: str | None) -> str:
    """Curves of facts that stand in the public register are `register`, all others `confidential`."""
    clock = spells.attrs.get("about", {}).get("clock", "")
    return "register" if clock == "age" and (by is None or by in PUBLIC) else "confidential"
