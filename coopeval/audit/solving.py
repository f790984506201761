"""What can be derived about each protected cell: the programmes of all blocks, one after another."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from coopeval.audit.criterion import is_safe
from coopeval.audit.modelling import Model, model
from coopeval.audit.programme import Infeasible, intervals
from coopeval.audit.published import Findings, Published
from coopeval.audit.semesters import GROWTH
from coopeval.audit.system import Block
from coopeval.disclosure import Rules, load
from coopeval.errors import DisclosureError, refusal
from coopeval.uncertainty import content_digest
from coopeval.wording import N_

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
    block = made.system.block[places]
    low, high = np.empty(len(cells)), np.empty(len(cells))
    for number in np.unique(block):
        inside = np.flatnonzero(block == number)
        solved = _solved(made.system.part(int(number)), cells["key"].iloc[inside], made, {} if known is None else known)
        low[inside], high[inside] = zip(*solved, strict=True)
    found = cells.assign(block=block, low=low, high=high, value=cells["key"].map(exact or {}).astype(float))
    found["labels"] = found["labels"].map(lambda labels: ", ".join(f"{d}={v}" for d, v in sorted(labels)))
    found = found.assign(width=found["high"] - found["low"], is_safe=is_safe(found, rules))
    return found[[*COLUMNS, "key"]].sort_values(["period", "table", "group", "labels", "what"], ignore_index=True)


def _solved(block: Block, keys: pd.Series, made: Model, known: dict) -> list[tuple[float, float]]:
    places = {name: place for place, name in enumerate(block.keys)}
    wanted = [places[name] for name in keys]
    asked = (block.content, tuple(wanted))  # all that a programme sees: the same question has the same answer
    if asked not in known:
        known[asked] = _intervals(block, wanted, made)
    return known[asked]


def _intervals(block: Block, wanted: list[int], made: Model) -> list[tuple[float, float]]:
    try:
        return intervals(block, wanted)
    except Infeasible:
        pass
    try:  # corrections may have made a count smaller: then nobody can say that a group only grew
        shrunk = block.without_limits(np.array([name.startswith(GROWTH) for name in block.keys]))
        return intervals(shrunk, wanted)
    except Infeasible as error:
        tables = ", ".join(made.tables_with(block.number))
        msgid = N_(
            "What is published of {tables} fits no exact figures at all. Either a table was changed after its release, "
            "or the auditor takes two figures for the same that are not: see coopeval/audit/naming.py."
        )
        raise refusal(DisclosureError, msgid, tables=tables) from error
