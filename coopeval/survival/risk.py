"""Risk sets: spells checked, and counted at distinct times."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from coopeval.errors import DataError
from coopeval.uncertainty.counting import tallied_at_once
from coopeval.uncertainty.labelling import labelled, repeated, unlabelled
from coopeval.uncertainty.tallying import Extent, Rows, extent, tallied, times_of

LAST_DIGIT = 1e-12
PUBLIC = ("legal_form", "legal_family", "nace_section", "entry_year")


def checked(
    spells: pd.DataFrame, by: str | None = None, weights: str | None = None, cluster: str | None = None
) -> pd.DataFrame:
    """The spells, or a refusal that counts what is wrong with them."""
    sound(spells, by, weights, cluster)
    return spells


def sound(
    spells: pd.DataFrame, by: str | None = None, weights: str | None = None, cluster: str | None = None
) -> Extent:
    """How far their times reach, or a refusal as in `checked`."""
    needed = ["enterprise_id", "entry", "exit", "event", *(c for c in (by, weights, cluster) if c)]
    missing = [column for column in needed if column not in spells]
    if missing:
        raise DataError(
            f"the spells have no {', '.join(missing)}; cohort.spells gives enterprise_id, entry, exit, event."
        )
    for column in ("entry", "exit", *([weights] if weights else [])):
        if not pd.api.types.is_numeric_dtype(spells[column]):
            raise DataError(f"{column} holds text; it is a number (months), for instance 12.5.")
    reach = _reach(*times_of(spells))
    if spells["event"].dtype != bool:
        _refuse(int(spells["event"].isna().sum()), "with no event told; event is True where it ceased, else False")
        if not set(pd.unique(spells["event"])) <= {True, False}:
            raise DataError("event holds more than True and False; say True where the enterprise ceased at exit.")
    if cluster is None:
        _refuse(repeated(spells["enterprise_id"]), "found more than once; one row per enterprise")
    for column in (by, cluster):
        if column:
            _refuse(unlabelled(spells[column]), f"without {column}; give one, for instance 'unknown'")
    if weights:
        weight = spells[weights].to_numpy(float)
        _refuse(int((~(weight > 0) | ~np.isfinite(weight)).sum()), "with a weight that is not above zero")
    return reach


def _reach(entry: np.ndarray, leave: np.ndarray) -> Extent:
    found = extent(entry, leave)
    if found is not None:
        return found
    _refuse(int((~np.isfinite(entry) | ~np.isfinite(leave)).sum()), "without entry or exit; leave them out and say so")
    _refuse(int((leave <= entry).sum()), "with an exit that is not after the entry; each needs entry < exit")
    raise AssertionError("times are sound, or refused")


def _refuse(n: int, why: str) -> None:
    if n:
        raise DataError(f"{n} {'enterprise' if n == 1 else 'enterprises'} {why}.")


def groups(spells: pd.DataFrame, by: str | None) -> tuple[np.ndarray, np.ndarray]:
    """Number of the group of each spell, and the groups in sorted order."""
    if by is None:
        return np.zeros(len(spells), dtype=np.int64), np.array(["all"], dtype=object)
    number, names = labelled(spells[by])
    return number.astype(np.int64, copy=False), names


class Counts(NamedTuple):
    """Per group and distinct exit time, as flat arrays in sorted order; `first` marks where a group begins."""

    group: np.ndarray
    time: np.ndarray
    at_risk: np.ndarray
    n_events: np.ndarray
    first: np.ndarray


def counts(entry: np.ndarray, leave: np.ndarray, event: np.ndarray, group: np.ndarray | None, n_groups: int,
           weight: np.ndarray | None = None, reach: Extent | None = None) -> Counts:  # fmt: skip
    """At risk (entry < t <= exit) and events at each exit time of each group; with `weight`, their weighted sums."""
    if weight is not None:
        return _weighed(Rows(entry, leave, event, group, n_groups), weight)
    found = tallied(Rows(entry, leave, event, group, n_groups, extent=reach))
    return Counts(found.group, found.time, found.at_risk, found.ended[0], _begins(found.group))


def counted_at_once(spells: pd.DataFrame) -> Counts | None:
    """Spells checked and counted in one pass, all in one group; None where `sound` has to look at them first."""
    if not {"enterprise_id", "entry", "exit", "event"} <= set(spells) or spells["event"].dtype != bool:
        return None
    found = tallied_at_once(spells, spells["event"].to_numpy(), 2, "enterprise_id")
    return found and Counts(found.group, found.time, found.at_risk, found.ended[0], _begins(found.group))


def _begins(number: np.ndarray) -> np.ndarray:
    return np.r_[True, number[1:] != number[:-1]] if len(number) else np.zeros(0, dtype=bool)


def _weighed(rows: Rows, weight: np.ndarray) -> Counts:
    """Weights are added up in the order of the rows, so that sums do not hang on how many rows are counted at once."""
    entry, leave, event, group, n_groups, *_ = rows
    found, position = distinct(leave)
    order = np.argsort(found)
    times = found[order]
    exits = _filled(group, position, n_groups, len(found), weight)[:, order]
    events = _filled(group[event], position[event], n_groups, len(found), weight[event])[:, order]
    starts, of_start = distinct(entry)
    beginning = _filled(group, of_start, n_groups, len(starts), weight)
    entrants = np.zeros((n_groups, len(times) + 1))
    into = np.searchsorted(times, starts, side="right")  # entering at t is not yet at risk at t
    np.add.at(entrants, (slice(None), into), beginning)
    at_risk = np.cumsum(entrants[:, :-1], axis=1) - (np.cumsum(exits, axis=1) - exits)
    # sums of decimals miss each other in the last digit; nobody left is nobody left
    events = np.where(np.abs(at_risk - events) <= LAST_DIGIT * at_risk, at_risk, events)
    seen = exits > 0
    number, column = np.nonzero(seen)
    return Counts(number, times[column], at_risk[seen], events[seen], _begins(number))


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


def counted(spells: pd.DataFrame, group: np.ndarray | None, n_groups: int, weight: np.ndarray | None = None,
            reach: Extent | None = None) -> Counts:  # fmt: skip
    """Counts of checked spells; `reach` as `sound` gave it."""
    return counts(*times_of(spells), spells["event"].to_numpy(bool), group, n_groups, weight, reach)


def privacy(spells: pd.DataFrame, by: str | None) -> str:
    """Curves of facts that stand in the public register are `register`, all others `confidential`."""
    clock = spells.attrs.get("about", {}).get("clock", "")
    return "register" if clock == "age" and (by is None or by in PUBLIC) else "confidential"
