"""Rows counted by group, time and how they left: the one pass over the rows from which curves and tests are made.

Whole numbers in a narrow range (days, months) are counted into a table, a block of rows at a time, so that the copies a
block needs stay in the processor's cache and memory does not grow with the rows. Few rows, and times with decimals, are
sorted group by group instead. Both give the same whole numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

ROWS_AT_ONCE = 2**15


class Rows(NamedTuple):
    """Checked spells as arrays: at risk in (entry, exit], leaving as `kind` says (0: nothing happened)."""

    entry: np.ndarray
    leave: np.ndarray
    kind: np.ndarray  # whole numbers below n_kinds, or True and False
    group: np.ndarray | None  # whole numbers below n_groups; None: all in one
    n_groups: int = 1
    n_kinds: int = 2


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
    ended: np.ndarray  # [groups, times, kinds but the first]
    left: np.ndarray  # [groups, times]


def tallied(rows: Rows) -> Tally:
    """Who was at risk and who ended at each time at which one of the group left.

    >>> tallied(Rows(np.zeros(3), np.array([2.0, 1.0, 2.0]), np.array([True, False, False]), None))[1:]
    (array([1., 2.]), array([3., 2.]), array([[0., 1.]]))
    """
    whole = _whole(rows)
    if whole is None:
        return _joined([(number, _sorted(*own)) for number, own in _each(rows)], rows.n_kinds)
    seen = whole.left > 0
    group, place = np.nonzero(seen)
    return Tally(group, whole.time[place], whole.at_risk[seen].astype(float), whole.ended[seen].T.astype(float))


def tabled(rows: Rows) -> Table:
    """Who was at risk and who ended in each group at each time at which one of any group ended."""
    whole = _whole(rows)
    if whole is not None:
        ended = whole.ended.sum(axis=2)
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


def labelled(labels: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Number of the label of each row, and the labels that occur, in sorted order."""
    if isinstance(labels.dtype, pd.CategoricalDtype):  # each category was told apart when the column was made
        codes, categories = labels.cat.codes.to_numpy(), labels.cat.categories.to_numpy(object)
        counted = sum(np.bincount(own.astype(np.int64) + 1, minlength=len(categories) + 1) for (own,) in blocks(codes))
        kept = np.flatnonzero(np.asarray(counted)[1:]) if len(codes) else np.zeros(0, dtype=np.int64)
        place, names = pd.factorize(categories[kept], sort=True)
        if np.array_equal(place, np.arange(len(categories))):
            return codes, names
        numbers = np.full(len(categories) + 1, -1)  # the last is for those without
        numbers[kept] = place
        return numbers[codes], names
    plain = labels.dtype.kind in "iub" if isinstance(labels.dtype, np.dtype) else False
    number, names = pd.factorize(labels if plain else labels.astype(object), sort=True)
    return number, np.asarray(names, dtype=object)


def unlabelled(labels: pd.Series) -> int:
    """How many rows have no label, or an empty one."""
    if isinstance(labels.dtype, np.dtype) and labels.dtype.kind in "iub":
        return 0
    if isinstance(labels.dtype, pd.CategoricalDtype):
        codes, empty = labels.cat.codes.to_numpy(), np.flatnonzero(labels.cat.categories.astype(str) == "")
        return int((codes < 0).sum()) + sum(int((codes == code).sum()) for code in empty)
    if labels.dtype == object:
        codes, found = pd.factorize(labels)
        empty = np.flatnonzero([str(label) == "" for label in found])
        return int((codes < 0).sum()) + int(np.isin(codes, empty).sum())
    return int((labels.isna() | labels.astype(str).eq("")).sum())


def repeated(labels: pd.Series) -> int:
    """How many rows bear a label that an earlier row bears; at a glance where labels stand in rising order."""
    values = labels.to_numpy() if isinstance(labels.dtype, np.dtype) else None
    if values is not None and values.dtype.kind in "iufO" and _rises(values):
        return 0
    return int(labels.duplicated().sum())


def _rises(values: np.ndarray) -> bool:
    try:
        return all((own[1:] > own[:-1]).all() for (own,) in blocks(values, overlap=1))
    except TypeError:  # labels of different kinds, or none
        return False


def blocks(*columns: np.ndarray, overlap: int = 0) -> Iterator[tuple[np.ndarray, ...]]:
    """The columns, some rows at a time: few enough that what is made of them stays in the processor's cache."""
    for start in range(0, len(columns[0]), ROWS_AT_ONCE):
        yield tuple(column[max(start - overlap, 0) : start + ROWS_AT_ONCE] for column in columns)


def _whole(rows: Rows) -> Whole | None:
    """Counts at whole numbers; None where times have decimals, lie below zero or too far apart for so many rows."""
    left = _counted(rows.leave, rows, rows.n_kinds)
    entered = None if left is None else _counted(rows.entry, rows, 1)
    if left is None or entered is None:
        return None
    come = np.zeros(left.shape[:2], dtype=np.int64)
    come[: len(entered)] = entered[..., 0]
    exits = left.sum(axis=2)
    at_risk = np.cumsum(come, axis=0) - come - (np.cumsum(exits, axis=0) - exits)
    of_groups = (np.ascontiguousarray(np.swapaxes(counts, 0, 1)) for counts in (at_risk, left[..., 1:], exits))
    return Whole(np.arange(len(left), dtype=float), *of_groups)


def _counted(time: np.ndarray, rows: Rows, n_kinds: int) -> np.ndarray | None:
    """How many rows there are, [times from 0 to the last, groups, kinds]; None as in `_whole`.

    The table grows as later times are met, so that the rows are read once.
    """
    width, most = rows.n_groups * n_kinds, len(time)
    found, room, start = np.zeros(0, dtype=np.int64), np.empty(0, dtype=np.int64), 0
    while start < most:
        own = slice(start, start + max(ROWS_AT_ONCE, len(found)))
        here = time[own]
        room = room if len(room) >= len(here) else np.empty(len(here), dtype=np.int64)
        cell = room[: len(here)]
        np.copyto(cell, here, casting="unsafe")
        low, high = int(cell.min()), int(cell.max())
        if low < 0 or (high + 1) * width > most or time.dtype.kind == "f" and not (cell == here).all():
            return None
        if len(found) < (high + 1) * width:
            found = np.concatenate([found, np.zeros((high + 1) * width - len(found), dtype=np.int64)])
        if low == high and width == 1:  # as where all are there from the start
            found[low] += len(cell)
        else:
            _add(found, cell, (rows.group[own], rows.n_groups) if rows.n_groups > 1 else None,
                 (rows.kind[own], n_kinds) if n_kinds > 1 else None)  # fmt: skip
        start = own.stop
    return found.reshape(-1, rows.n_groups, n_kinds) if most else None


def _add(found: np.ndarray, cell: np.ndarray, *keys: tuple[np.ndarray, int] | None) -> None:
    """Counts rows into a table by time, already in `cell`, and by further keys."""
    for values, size in (key for key in keys if key is not None):
        cell *= size
        np.add(cell, values, out=cell, casting="unsafe")
    counted = np.bincount(cell)
    found[: len(counted)] += counted


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
    leave_sorted = np.sort(leave)
    new = np.empty(len(leave), dtype=bool)
    new[0] = True
    np.not_equal(leave_sorted[1:], leave_sorted[:-1], out=new[1:])
    begins = np.flatnonzero(new)
    times = leave_sorted[begins]
    ended = [_met(np.sort(leave[kind == number]), times) for number in range(1, n_kinds)]
    return times.astype(float), _below(entry, times) - begins, np.array(ended, dtype=float).reshape(-1, len(times))


def _met(values: np.ndarray, times: np.ndarray) -> np.ndarray:
    """How many of the values, in order, equal each time."""
    place = np.searchsorted(times, values)
    return np.bincount(place, minlength=len(times))


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
