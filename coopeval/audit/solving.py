"""What can be derived about each protected cell: the programmes of all blocks, one after another."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from coopeval.audit.criterion import is_safe
from coopeval.audit.modelling import Model, model
from coopeval.audit.narrowing import SLACK
from coopeval.audit.programme import Infeasible, interval, intervals
from coopeval.audit.published import Findings, Published
from coopeval.audit.semesters import GROWTH
from coopeval.audit.system import Block
from coopeval.disclosure import Rules, load
from coopeval.errors import DisclosureError, refusal
from coopeval.uncertainty import content_digest
from coopeval.wording import N_

DIGITS = 1e-6  # of a figure: what the answers of two programmes about the same may differ in
_LAST: dict[str, Findings] = {}
COLUMNS = ("period", "table", "group", "labels", "what", "low", "high", "width", "is_safe", "block")


def derivable(
    published: Published, earlier: Sequence[Published] = (), exact: Mapping[str, float] | None = None,
    rules: Rules | None = None,
) -> pd.DataFrame:  # fmt: skip
    """What a reader can derive about each protected cell, from all tables of all periods together.

    One row per withheld cell: `period`, `table` (the first that has it), `group`, `labels` (of all its lists), `what`
    (n, n_events, the others of it, amount ...), `low` and `high` (whole where units are counted), `width`, `is_safe`,
    `block` (number of the linked tables it was solved in) and `key`.

    Parameters
    ----------
    published
        The released tables of the period in question.
    earlier
        Those of the periods before it, as readers keep them.
    exact
        The true value of a cell, by `key`, where it is known: amounts must be a tenth away from it. Without it the
        middle of the interval stands for it.
    rules
        Thresholds and bases in force; those of rules.toml if nothing is said.

    Raises
    ------
    DisclosureError
        No exact cells fit what is published: an equation of the auditor does not hold for these tables, or a table
        was changed. Kinds or lists the auditor does not know.

    Source
    ------
    Fischetti & Salazar (2000), the attacker's programme of cell suppression; HiGHS (Huangfu & Hall 2018).
    """
    rules = load() if rules is None else rules
    return cells_of(model([*earlier, published], rules), rules, exact)


def findings(published: Published, earlier: Sequence[Published] = ()) -> Findings:
    """The audit of one period together with the earlier ones; a publication needs `is_safe`.

    What was found last is kept: a run that has protected its tables asks for the very same ones before it publishes.
    """
    rules = load()
    asked = digest_of([*earlier, published], rules)
    if asked not in _LAST:
        keep(asked, rules, model([*earlier, published], rules))
    last = _LAST[asked]
    return replace(last, cells=last.cells.copy())


def keep(asked: str, rules: Rules, made: Model, cells: pd.DataFrame | None = None) -> None:
    """Remembers what was found in the tables with a digest, and forgets what was found before."""
    cells = cells_of(made, rules) if cells is None else cells
    _LAST.clear()
    _LAST[asked] = Findings(cells, made.not_modelled)


def digest_of(everything: Sequence[Published], rules: Rules) -> str:
    """SHA-256 of the rules and all that a reader has in hand: of the tables as they are, whatever their stamps say."""
    said = [
        (one.order, one.structure, [(name, content_digest(one.tables[name])) for name in sorted(one.tables)])
        for one in everything
    ]
    return hashlib.sha256(repr((rules, said)).encode()).hexdigest()


def cells_of(
    made: Model, rules: Rules, exact: Mapping[str, float] | None = None, only: str | None = None,
    known: dict | None = None,
) -> pd.DataFrame:  # fmt: skip
    """The protected cells of a model, solved; or one of them. In `known` stay the answers, by all that was asked."""
    cells = made.protected
    cells = cells if only is None else cells[cells["key"].eq(only)]
    places = made.system.unknowns.index.get_indexer(cells["key"])
    is_whole = made.system.unknowns["is_whole"].to_numpy()[places]
    solved = _Solved(made, places, {} if known is None else known)
    low, high = solved.intervals()
    found = cells.assign(block=made.system.block[places], low=low, high=high)
    found = found.assign(value=cells["key"].map(exact or {}).astype(float))
    for row in np.flatnonzero(made.system.is_linked[places] & ~is_whole & _hangs_on_digits(found, rules)):
        low[row], high[row] = solved.alone(row)
    found = found.assign(low=low, high=high, width=high - low)
    found["labels"] = found["labels"].map(lambda labels: ", ".join(f"{d}={v}" for d, v in sorted(labels)))
    found = found.assign(is_safe=is_safe(found, rules))
    return found[[*COLUMNS, "key"]].sort_values(["period", "table", "group", "labels", "what"], ignore_index=True)


def _hangs_on_digits(found: pd.DataFrame, rules: Rules) -> np.ndarray:
    """Cells that are not safe, or would not be if their interval were off by what two answers may differ in.

    Those that are no whole numbers are solved one by one: what is decided never depends on what else was asked.
    """
    low, high = found["low"].to_numpy(float), found["high"].to_numpy(float)
    off = DIGITS * (1 + np.abs(np.column_stack([low, np.where(np.isfinite(high), high, 0.0)])).max(axis=1, initial=0))
    fine = is_safe(found, rules)
    for way in (-off, off):
        fine &= is_safe(found.assign(low=low + way, high=high - way), rules)
    return ~fine


@dataclass(frozen=True)
class _Solved:
    """Unknowns of a model by their places, and in `known` the answers so far, by all that a programme sees."""

    made: Model
    places: np.ndarray
    known: dict

    def intervals(self) -> tuple[np.ndarray, np.ndarray]:
        """Lowest and highest value of each."""
        system = self.made.system
        low, high = (system.unknowns[side].to_numpy(float)[self.places] for side in ("low", "high"))
        is_whole = system.unknowns["is_whole"].to_numpy()[self.places]
        low = np.where(is_whole, np.ceil(low - SLACK), low)
        high = np.where(is_whole, np.floor(high + SLACK), high)
        block = system.block[self.places]
        inside = {int(n): np.flatnonzero(block == n) for n in np.unique(block[system.is_linked[self.places]])}
        inside |= {int(block[row]): np.array([row]) for row in np.flatnonzero(low > high)}
        asked = {number: self._asked(number, rows) for number, rows in inside.items()}
        self._ask([one for one in asked.values() if self._key(*one) not in self.known])
        for number, rows in inside.items():
            low[rows], high[rows] = zip(*self.known[self._key(*asked[number])], strict=True)
        return low, high

    def alone(self, row: int) -> tuple[float, float]:
        """Lowest and highest value of one, by programmes of its own."""
        block, wanted = self._asked(int(self.made.system.block[self.places[row]]), np.array([row]))
        key = ("alone", *self._key(block, wanted))
        if key not in self.known:
            self.known[key] = _one_by_one(block, wanted, self.made)
        return self.known[key][0]

    def _asked(self, number: int, rows: np.ndarray) -> tuple[Block, list[int]]:
        block = self.made.system.part(number)
        inside = {name: place for place, name in enumerate(block.keys)}
        return block, [inside[name] for name in self.made.system.unknowns.index[self.places[rows]]]

    def _key(self, block: Block, wanted: list[int]) -> tuple:
        return block.content, tuple(wanted)  # the same question has the same answer

    def _ask(self, asked: list[tuple[Block, list[int]]]) -> None:
        linked = [one for one in asked if one[0].matrix.shape[0]]
        told = {self._key(*one): answer for one, answer in zip(linked, intervals(linked), strict=True)}
        for one in asked:
            key = self._key(*one)
            self.known[key] = told.get(key) or _one_by_one(*one, self.made)


def _one_by_one(block: Block, wanted: list[int], made: Model) -> list[tuple[float, float]]:
    try:
        return [interval(block, one) for one in wanted]
    except Infeasible:
        pass
    try:  # corrections may have made a count smaller: then nobody can say that a group only grew
        shrunk = block.without_limits(np.array([name.startswith(GROWTH) for name in block.keys]))
        return [interval(shrunk, one) for one in wanted]
    except Infeasible as error:
        tables = ", ".join(made.tables_with(block.number))
        msgid = N_(
            "What is published of {tables} fits no exact figures at all. Either a table was changed after its release, "
            "or the auditor takes two figures for the same that are not: see coopeval/audit/naming.py."
        )
        raise refusal(DisclosureError, msgid, tables=tables) from error
