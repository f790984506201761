"""Spells of one group checked and counted in one go: each block of rows is fetched from memory once, and never again.

What is wrong is not told here: whoever gets None asks again in detail, and either refuses or goes the longer way.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.uncertainty.tallying import Tally, Whole, shown, whole_of

ROWS_AT_ONCE = 2**17  # fewer would cost more calls than the processor's nearest cache saves


def tallied_at_once(spells: pd.DataFrame, kind: np.ndarray, n_kinds: int, unit: str) -> Tally | None:
    """Who was at risk and left at each time, of spells not checked before; None unless all is plainly in order.

    In order are times that are whole numbers from 0 on, in a range no wider than there are rows, each exit after its
    entry, and units in rising order, so that none is there twice.

    >>> eight = pd.DataFrame({"project_id": range(8), "entry": 0, "exit": [1, 2, 2, 2, 2, 2, 2, 2]})
    >>> tallied_at_once(eight, np.array([1, 0, 1, 1, 0, 0, 0, 0]), 2, "project_id")[1:]
    (array([1., 2.]), array([8., 7.]), array([[1., 2.]]))
    >>> tallied_at_once(eight.assign(entry=1), np.array([1, 0, 1, 1, 0, 0, 0, 0]), 2, "project_id") is None
    True
    """
    columns = [spells[column] for column in (unit, "entry", "exit")]
    if not len(spells) or any(not isinstance(column.dtype, np.dtype) for column in columns):
        return None
    units, entry, leave = (column.to_numpy() for column in columns)
    eight = all(times.dtype.kind in "if" and times.dtype.itemsize == 8 for times in (entry, leave))
    if not eight or units.dtype.kind not in "iufO":
        return None
    try:
        with np.errstate(invalid="ignore"):  # of a time that is missing no whole number can be made
            whole = _counted(units, entry, leave, kind, n_kinds)
    except (TypeError, ValueError):  # units that cannot be compared; times below zero, which cannot be counted
        return None
    return None if whole is None else shown(whole)


def _counted(unit: np.ndarray, entry: np.ndarray, leave: np.ndarray, kind: np.ndarray, n_kinds: int) -> Whole | None:
    entered = left = np.zeros(0, dtype=np.int64)
    room = np.empty(min(ROWS_AT_ONCE, len(leave)), dtype=np.int64)
    flags = np.empty(len(room), dtype=bool)
    for start in range(0, len(leave), ROWS_AT_ONCE):
        own = slice(start, start + ROWS_AT_ONCE)
        began, ended = entry[own], leave[own]
        is_level = began[0] == began[-1] and np.equal(began, began[0], out=flags[: len(began)]).all()
        if not (is_level or np.greater(ended, began, out=flags[: len(began)]).all()):
            return None
        ended = _whole_numbers(ended, room, flags)
        reach = 0 if ended is None else int(np.bitwise_or.reduce(ended))  # or-ed they are no less than the largest
        if not 0 < reach < len(leave) // n_kinds:
            return None
        leaving = np.bincount(_cells(ended, kind[own], reach, n_kinds))
        began = _whole_numbers(began[:1] if is_level else began, room, flags)
        if began is None or (is_level and leaving[: (int(began[0]) + 1) * n_kinds].any()):
            return None
        if not _rise(unit[max(start - 1, 0) : own.stop], flags):
            return None
        entering = np.bincount(began)
        entering *= len(ended) if is_level else 1
        entered, left = _added(entered, entering), _added(left, leaving)
    n_times = -(-len(left) // n_kinds)
    left = np.concatenate([left, np.zeros(n_times * n_kinds - len(left), dtype=np.int64)])
    entered = np.concatenate([entered, np.zeros(n_times - len(entered), dtype=np.int64)])
    return whole_of(entered[None], left.reshape(1, n_times, n_kinds).transpose(0, 2, 1))


def _cells(time: np.ndarray, kind: np.ndarray, reach: int, n_kinds: int) -> np.ndarray:
    """One number of the time and the kind of each row; short ones where they fit, which are quicker to reckon with."""
    short = np.int16 if (reach + 1) * n_kinds <= 2**15 else np.int64
    cell = time.astype(short)
    cell *= n_kinds
    cell += kind.astype(short, copy=False)
    return cell


def _rise(unit: np.ndarray, flags: np.ndarray) -> bool:
    return bool(np.greater(unit[1:], unit[:-1], out=flags[: len(unit) - 1]).all())


def _whole_numbers(times: np.ndarray, room: np.ndarray, flags: np.ndarray) -> np.ndarray | None:
    """The times as whole numbers, in the room if they came as decimals; None where they have decimals."""
    if times.dtype.kind == "i":
        return times
    whole, same = room[: len(times)], flags[: len(times)]
    np.copyto(whole, times, casting="unsafe")
    return whole if np.equal(whole, times, out=same).all() else None


def _added(found: np.ndarray, more: np.ndarray) -> np.ndarray:
    """The sum of two counts, one of which may reach further; in the place of the longer one."""
    if len(more) > len(found):
        found, more = more, found
    found[: len(more)] += more
    return found
