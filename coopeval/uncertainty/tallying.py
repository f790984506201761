"""Rows counted by group, time and how they left: the one pass over the rows from which curves and tests are made.

Whole numbers in a narrow range (days, months) are counted into a table, a block of rows at a time, so that the copies a
block needs stay in the processor's cache and memory does not grow with the rows. Few rows, and times with decimals, are
sorted group by group instead. Both give the same whole numbers.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

ROWS_AT_ONCE, BYTES_AT_ONCE = 2**15, 2**17  # of numbers; of codes and of True and False, of one byte each


class Extent(NamedTuple):
    """How far the times of some rows reach."""

    first_entry: float
    last_entry: float
    last_exit: float


class Rows(NamedTuple):
    """Checked spells as arrays: at risk in (entry, exit], leaving as `kind` says (0: nothing happened)."""

    entry: np.ndarray
    leave: np.ndarray
    kind: np.ndarray  # whole numbers below n_kinds, or True and False
    group: np.ndarray | None  # whole numbers below n_groups; None: all in one
    n_groups: int = 1
    n_kinds: int = 2
    extent: Extent | None = None  # where it is known already, so that the rows need not be read for it


class Tally(NamedTuple):
    """Per group and distinct time at which one of it left, group after group, times rising."""

    group: np.ndarray
    time: np.ndarray
    at_risk: np.ndarray
    ended: np.ndarray  # [kinds but the first, times]


class Table(NamedTuple):
    """The same for all groups at common times, those at which one of any group ended."""

    time: np.ndarray
    at_risk: np.ndarray  # [groups, times]
    ended: np.ndarray  # [groups, times]


class Whole(NamedTuple):
    """Counts at each whole number from 0 to the last exit."""

    time: np.ndarray
    at_risk: np.ndarray  # [groups, times]
    ended: np.ndarray  # [groups, kinds but the first, times]
    left: np.ndarray  # [groups, times]


def tallied(rows: Rows) -> Tally:
    """Who was at risk and who ended at each time at which one of the group left.

    >>> tallied(Rows(np.zeros(3), np.array([2.0, 1.0, 2.0]), np.array([True, False, False]), None))[1:]
    (array([1., 2.]), array([3., 2.]), array([[0., 1.]]))
    """
    whole = _whole(rows)
    if whole is None:
        return _joined([(number, _sorted(*own)) for number, own in _each(rows)], rows.n_kinds)
    return shown(whole)


def tabled(rows: Rows) -> Table:
    """Who was at risk and who ended in each group at each time at which one of any group ended."""
    whole = _whole(rows)
    if whole is not None:
        ended = whole.ended.sum(axis=1)
        seen = np.flatnonzero(ended.any(axis=0))
        at_risk, ended = (counts.take(seen, axis=1).astype(float, order="C") for counts in (whole.at_risk, ended))
        return Table(whole.time[seen], at_risk, ended)
    times = np.unique(rows.leave[rows.kind > 0])
    at_risk, ended = np.zeros((rows.n_groups, len(times))), np.zeros((rows.n_groups, len(times)))
    for number, (entry, leave, kind, _) in _each(rows):
        at_risk[number] = _below(entry, times) - _below(leave, times)
        place = np.searchsorted(times, leave[kind > 0])
        ended[number] = np.bincount(place, minlength=len(times))
    return Table(times, at_risk, ended)


def times_of(spells: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Entry and exit as numbers; whole ones stay whole, which is quicker to count."""
    entry, leave = spells["entry"].to_numpy(), spells["exit"].to_numpy()
    plain = all(times.dtype.kind in "if" and times.dtype.itemsize == 8 for times in (entry, leave))
    return (entry, leave) if plain else (spells["entry"].to_numpy(float), spells["exit"].to_numpy(float))


def extent(entry: np.ndarray, leave: np.ndarray) -> Extent | None:
    """How far the times reach; None where an exit is not after its entry, or a time is missing or infinite.

    All of it is asked of one block of rows after the other, so that each time is fetched from memory once.

    >>> extent(np.array([0, 2]), np.array([5, 9])), extent(np.array([0, 2]), np.array([5, 2]))
    (Extent(first_entry=0, last_entry=2, last_exit=9), None)
    """
    ends = []
    for own_entry, own_leave in blocks(entry, leave):
        if not (own_leave > own_entry).all():
            return None
        ends.append((own_entry.min(), own_entry.max(), own_leave.max()))
    if not ends:
        return Extent(0, 0, 0)
    first, latest, last = zip(*ends, strict=True)
    found = Extent(min(first).item(), max(latest).item(), max(last).item())
    return found if math.isfinite(found.first_entry) and math.isfinite(found.last_exit) else None


def blocks(*columns: np.ndarray, overlap: int = 0, rows: int = ROWS_AT_ONCE) -> Iterator[tuple[np.ndarray, ...]]:
    """The columns, some rows at a time: few enough that what is made of them stays in the processor's cache."""
    for start in range(0, len(columns[0]), rows):
        yield tuple(column[max(start - overlap, 0) : start + rows] for column in columns)


def _whole(rows: Rows) -> Whole | None:
    """Counts at whole numbers; None where times have decimals, lie below zero or too far apart for so many rows."""
    if not len(rows.leave):
        return None
    reach = rows.extent or extent(rows.entry, rows.leave)
    if reach is None or reach.first_entry < 0:
        return None
    first, n_times = reach.first_entry, int(reach.last_exit) + 1
    if n_times * rows.n_groups * rows.n_kinds > len(rows.leave):
        return None
    left = _counted(rows.leave, rows, rows.n_kinds, n_times)
    together = left is not None and first == reach.last_entry  # all were there from the start
    entered = None if left is None or together else _counted(rows.entry, rows, 1, n_times)
    if left is None or (entered is None and (not together or first != int(first))):
        return None
    if together:
        entered = np.zeros((rows.n_groups, 1, n_times), dtype=np.int64)
        entered[:, 0, int(first)] = left.sum(axis=(1, 2))
    return whole_of(entered[:, 0], left)


def whole_of(entered: np.ndarray, left: np.ndarray) -> Whole:
    """From how many entered, [groups, times], and left, [groups, kinds, times], at each whole number."""
    exits = left[:, 0].copy()
    for kind in range(1, left.shape[1]):
        exits += left[:, kind]
    at_risk = np.cumsum(exits, axis=1)
    np.subtract(exits, at_risk, out=at_risk)
    at_risk[:, 1:] += np.cumsum(entered[:, :-1], axis=1)  # entering at t is not yet at risk at t
    return Whole(np.arange(left.shape[2], dtype=float), at_risk, left[:, 1:], exits)


def shown(whole: Whole) -> Tally:
    """The times of each group at which one of it left."""
    seen = np.flatnonzero(whole.left)
    group, place = np.divmod(seen, len(whole.time))
    ended = np.empty((whole.ended.shape[1], len(seen)))
    for number, own in enumerate(ended):
        own[:] = whole.ended[:, number].ravel().take(seen)
    return Tally(group, whole.time.take(place), whole.at_risk.ravel().take(seen).astype(float), ended)


def _counted(time: np.ndarray, rows: Rows, n_kinds: int, n_times: int) -> np.ndarray | None:
    """How many rows there are, [groups, kinds, times]; None where times have decimals."""
    cells = rows.n_groups * n_kinds * n_times
    found, step = np.zeros(cells, dtype=np.int64), max(ROWS_AT_ONCE, cells)
    room = np.empty(min(step, len(time)), dtype=np.int64)
    keys = [(rows.group, n_kinds)] if rows.n_groups > 1 else []
    keys += [(rows.kind, 1)] if n_kinds > 1 else []
    for start in range(0, len(time), step):
        own = slice(start, start + step)
        here = time[own]
        cell = here if here.dtype == np.int64 else here.astype(np.int64)
        if cell is not here and here.dtype.kind not in "iu" and not (cell == here).all():
            return None
        if keys:
            cell = _placed(room[: len(here)], keys, own, n_times, cell)
        counted = np.bincount(cell)
        found[: len(counted)] += counted
    return found.reshape(rows.n_groups, n_kinds, n_times)


def _placed(cell: np.ndarray, keys: list[tuple[np.ndarray, int]], own: slice, n_times: int, time: np.ndarray):
    """The cell of each row, in `cell`: one number of its group, its kind and its time."""
    (first, size), *rest = keys
    np.multiply(first[own], size * (1 if rest else n_times), out=cell, dtype=np.int64, casting="unsafe")
    for values, size in rest:
        np.add(cell, values[own], out=cell, casting="unsafe")
        cell *= size * n_times
    cell += time
    return cell


def _each(rows: Rows):
    """Number and rows of each group that has any."""
    if rows.n_groups == 1:
        return [(0, (rows.entry, rows.leave, rows.kind, rows.n_kinds))] if len(rows.leave) else []
    sizes = np.bincount(rows.group, minlength=rows.n_groups)
    small = rows.group.astype(np.min_scalar_type(rows.n_groups))  # sorted by digits where there are few groups
    order = np.argsort(small, kind="stable")
    columns = [column[order] for column in (rows.entry, rows.leave, rows.kind)]
    ends = np.cumsum(sizes)
    return [
        (number, (*(column[ends[number] - size : ends[number]] for column in columns), rows.n_kinds))
        for number, size in enumerate(sizes)
        if size
    ]


def _sorted(entry: np.ndarray, leave: np.ndarray, kind: np.ndarray, n_kinds: int) -> tuple:
    """Times, at risk, and ended by kind, of one group."""
    in_order = np.sort(leave)
    begins = _begins(in_order)
    times = in_order[begins]
    ended = [_met(np.sort(leave.compress(kind == number)), times) for number in range(1, n_kinds)]
    return times.astype(float), _below(entry, times) - begins, np.array(ended, dtype=float).reshape(-1, len(times))


def _met(values: np.ndarray, times: np.ndarray) -> np.ndarray:
    """How many of the values, in order, equal each time; each that occurs is looked up once."""
    begins, found = _begins(values), np.zeros(len(times))
    found[np.searchsorted(times, values[begins])] = np.diff(begins, append=len(values))
    return found


def _begins(values: np.ndarray) -> np.ndarray:
    """Where, of values in order, each begins that occurs."""
    new = np.ones(len(values), dtype=bool)
    np.not_equal(values[1:], values[:-1], out=new[1:])
    return np.flatnonzero(new)


def _below(values: np.ndarray, times: np.ndarray) -> np.ndarray:
    """How many of the values lie below each time."""
    if len(values) and (low := values.min()) == values.max():
        return np.where(times > low, len(values), 0)
    return np.searchsorted(np.sort(values), times, side="left")


def _joined(parts: list[tuple[int, tuple]], n_kinds: int) -> Tally:
    if not parts:
        return Tally(np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0), np.zeros((n_kinds - 1, 0)))
    times, at_risk, ended = (
        np.concatenate(columns, axis=-1) for columns in zip(*(part for _, part in parts), strict=True)
    )
    group = np.repeat([number for number, _ in parts], [len(part[0]) for _, part in parts])
    return Tally(group, times, at_risk.astype(float), ended)
