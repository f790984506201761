"""The curve of one group under many sets of weights: who of each unit is at risk, or ends, at each event time.

Sums of whole numbers are exact in whatever order they are made, and in numbers of half the size.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from scipy import sparse

from coopeval.uncertainty.kernels import HALF

STRIDE = 16  # times


class Spells(NamedTuple):
    """Checked rows: the unit whose weight each takes, months, and the number of its group."""

    unit: np.ndarray
    entry: np.ndarray
    exit: np.ndarray
    event: np.ndarray
    group: np.ndarray


@dataclass(frozen=True)
class Steps:
    """Rows of each unit of a group that stay on, or end, at each event time."""

    units: np.ndarray | slice  # the columns of the weights that have rows in this group
    times: np.ndarray  # event times within the horizon
    n_rows: int
    staying: np.ndarray  # [times + 2 per horizon, units]; then rows seen up to each horizon, rows entered before it
    ends: np.ndarray  # [times, units], in half the size, as are all that follow
    seen: np.ndarray  # [2 per horizon, units], the last of `staying`
    some: np.ndarray  # [times / STRIDE, units]: rows at risk at every STRIDE-th time
    aside: sparse.csr_array  # [2 x times, units]: rows at risk, more than at the time before; then rows that end
    same: bytes  # told by all that a curve takes: where it is the same the curve is

    @cached_property
    def ending(self) -> sparse.csr_array:
        """Rows that end [times, units], for weights that are no whole numbers."""
        return sparse.csr_array(self.ends)


def steps_of(spells: Spells, number: int, months: np.ndarray, from_zero: bool = False) -> Steps:
    """Of one group, up to the last of some months; rows count as entered by then, or (`from_zero`) at 0."""
    own = spells.group == number
    units, unit = np.unique(spells.unit[own], return_inverse=True)
    entry, leave, event = spells.entry[own], spells.exit[own], spells.event[own]
    within = event & (leave <= months[-1])
    times, which = np.unique(leave[within], return_inverse=True)
    ends = np.zeros((len(times), len(units)), dtype=HALF)
    np.add.at(ends, (which, unit[within]), 1.0)
    into, out = np.searchsorted(times, entry, side="right"), np.searchsorted(times, leave, side="left")
    change = np.zeros((len(times) + 1, len(units)))
    np.add.at(change, (into, unit), 1.0)
    np.add.at(change, (out, unit), -1.0)
    staying = np.zeros((len(times) + 2 * len(months), len(units)))
    staying[: len(times)] = np.cumsum(change, axis=0)[:-1]
    tied = ~event & np.isin(leave, times)  # censored at an event time: still at risk at it, and stays
    np.add.at(staying, (out[tied], unit[tied]), 1.0)
    for horizon, month in enumerate(months):
        began = entry <= 0 if from_zero else (entry < month) | (month == 0) & (entry <= 0)
        staying[len(times) + horizon] = np.bincount(unit, leave >= month, len(units))
        staying[len(times) + len(months) + horizon] = np.bincount(unit, began, len(units))
    at_risk = staying[: len(times)].astype(HALF) + ends
    together = len(units) and units[-1] - units[0] == len(units) - 1  # a view of the weights then, and no copy
    columns = slice(units[0], units[-1] + 1) if together else units
    return Steps(
        columns, times, len(unit), staying, ends, staying[len(times) :].astype(HALF), at_risk[::STRIDE].copy(),
        _aside(at_risk, ends), _digest(times, unit, units, entry, leave, event),
    )  # fmt: skip


def _aside(at_risk: np.ndarray, ends: np.ndarray) -> sparse.csr_array:
    """What changes at each time, and what ends: all STRIDE-th times first, at which nothing is to change, then all that
    follow one of them, and so on; filled up to whole strides.
    """
    n_some, n_units = -(-len(ends) // STRIDE), ends.shape[1]
    filled = np.zeros((2, n_some * STRIDE, n_units), dtype=HALF)
    filled[0, 1 : len(ends)] = np.diff(at_risk, axis=0)
    filled[0, ::STRIDE] = 0.0
    filled[1, : len(ends)] = ends
    arranged = filled.reshape(2, n_some, STRIDE, n_units).transpose(0, 2, 1, 3)
    return sparse.csr_array(arranged.reshape(2 * n_some * STRIDE, n_units))


def _digest(*columns: np.ndarray) -> bytes:
    digest = hashlib.blake2b()
    for column in columns:
        digest.update(len(column).to_bytes(8, "little") + column.tobytes())
    return digest.digest()


def part_kept(part: Steps, own: np.ndarray) -> np.ndarray:
    """Part [times, b] of those at risk that stays on, under whole weights [units, b]; nan where nobody is at risk.

    At every STRIDE-th time they are added up from all rows, at the others from what changed since.
    """
    at_risk, ended = (part.aside @ own).reshape(2, STRIDE, len(part.some), own.shape[1])
    np.matmul(part.some, own, out=at_risk[0])
    for before, here in zip(at_risk[:-1], at_risk[1:], strict=True):  # none lies within another: nothing is copied
        np.add(before, here, out=here)
    stay = np.subtract(at_risk, ended, out=ended)
    kept = np.empty((len(part.some), STRIDE, own.shape[1]))  # time after time
    with np.errstate(divide="ignore", invalid="ignore"):
        np.divide(stay, at_risk, out=kept.transpose(1, 0, 2), dtype=float)
    return kept.reshape(-1, own.shape[1])[: len(part.times)]
