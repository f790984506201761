"""Secondary suppression (R5): what must be hidden besides, over margins and across tables, so that nothing follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from coopeval.audit.hiding import COLUMNS, hide, named
from coopeval.audit.modelling import Model, model
from coopeval.audit.published import Published
from coopeval.audit.solving import cells_of, digest_of, keep
from coopeval.disclosure import Rules, load
from coopeval.errors import DisclosureError, refusal
from coopeval.wording import N_

MAIN = ("n", "n_events", "amount", "numerator", "denominator")
TRIES = 12  # further cells tried for one that follows, the smallest first
PATIENCE = 3  # cells hidden one after another that widen nothing yet
ROUNDS = 40


def protect(
    published: Published, earlier: Sequence[Published] = (), rules: Rules | None = None
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """The tables with so many further rows withheld that no withheld cell follows, and the list of these rows.

    The rows that lose least are taken: those with the fewest units. A cell goes from every table that has it, and
    whole rows go, for their figures tell of each other. Nothing is hidden in earlier periods: readers have them.

    Parameters
    ----------
    published
        The released tables of the period in question.
    earlier
        Those of the periods before it.
    rules
        Thresholds in force; those of rules.toml if nothing is said.

    Returns
    -------
    The tables by name, the changed ones stamped anew; and one row per row hidden besides: `table`, `group`, `labels`
    (of its other lists) and `why` (the cell that followed).

    Raises
    ------
    DisclosureError
        A cell that no hiding in this period protects: its table and row, what follows, and what can be done.

    Source
    ------
    Cell suppression by the attacker's programme, one cell at a time (Fischetti & Salazar 2000; Hundepool et al. 2012,
    Statistical Disclosure Control, 4.4).
    """
    search = _Search(list(earlier), load() if rules is None else rules, {})
    now, besides = published, []
    for _ in range(ROUNDS):
        made = search.model(now)
        cells = search.cells(made)
        unsafe = _unsafe(cells)
        if unsafe.empty:
            keep(digest_of([*earlier, now], search.rules), search.rules, made, cells)
            break
        for number in sorted(unsafe["block"].unique()):
            now, hidden = _protect_block(search, now, made.tables_with(number))
            besides += hidden
    else:
        raise _unprotected(unsafe.iloc[0])
    found = pd.DataFrame(besides, columns=list(COLUMNS)).drop_duplicates(["table", "group", "labels"])
    return dict(now.tables), found.sort_values(["table", "group", "labels"], ignore_index=True)


@dataclass(frozen=True)
class _Search:
    """What stays the same while cells are looked for."""

    earlier: list[Published]
    rules: Rules
    known: dict  # figures of tables
    solved: dict = field(default_factory=dict)  # and what was found of blocks: most are the same in each try

    def model(self, now: Published, names: Sequence[str] | None = None) -> Model:
        every = [*self.earlier, now]
        return model(every if names is None else [_only(one, names) for one in every], self.rules, self.known)

    def unsafe(self, made: Model, only: str | None = None) -> pd.DataFrame:
        return _unsafe(self.cells(made, only))

    def cells(self, made: Model, only: str | None = None) -> pd.DataFrame:
        return cells_of(made, self.rules, only=only, known=self.solved)


def _unsafe(cells: pd.DataFrame) -> pd.DataFrame:
    return cells[~cells["is_safe"]].sort_values("key")


def _protect_block(search: _Search, start: Published, names: Sequence[str]) -> tuple[Published, list[tuple]]:
    """One block made safe, looking at its own tables only; then whatever proved needless is shown again."""
    chosen: list[tuple[list, str]] = []  # rows of a cell, and the cell they were hidden for
    now, standing_still = start, 0
    while True:
        made = search.model(now, names)
        unsafe = search.unsafe(made)
        if unsafe.empty:
            break
        target = unsafe.iloc[0]
        rows, widened = _step(search, now, names, (made, target))
        standing_still = 0 if widened else standing_still + 1
        if not rows or standing_still > PATIENCE or len(chosen) > ROUNDS:
            raise _unprotected(target)
        chosen.append((rows, named(target)))
        now = _hidden(start, chosen)
    for one in list(chosen) if len(chosen) > 1 else []:
        fewer = [other for other in chosen if other is not one]
        if search.unsafe(search.model(_hidden(start, fewer), names)).empty:
            chosen = fewer
    besides = [(*row, why) for rows, why in chosen for row in hide(start.tables, rows)[1]]
    return _hidden(start, chosen), besides


def _hidden(start: Published, chosen: list[tuple[list, str]]) -> Published:
    rows = sorted({row for rows, _ in chosen for row in rows})
    return replace(start, tables=hide(start.tables, rows)[0]) if rows else start


def _step(search: _Search, now: Published, names: Sequence[str], told: tuple[Model, pd.Series]) -> tuple[list, bool]:
    """The rows of the cheapest further cell that makes the target safe; else of the one that widens it most.

    One alone may widen nothing, where rounded cells add up to a rounded total: then it is the smallest, and the next
    one widens.
    """
    made, target = told
    best, width, least = [], float(target["width"]), float(target["low"])
    candidates = _candidates(made, target, now.period)[:TRIES]
    for key in candidates:
        rows = made.rows_of(key, now.period)
        tried = search.model(_hidden(now, [(rows, "")]), names)
        found = search.cells(tried, target["key"]).iloc[0]
        if found["is_safe"]:
            return rows, True
        if found["width"] > width or (found["width"] == width and found["low"] < least):
            best, width, least = rows, float(found["width"]), float(found["low"])
    if best or not candidates:
        return best, bool(best)
    return made.rows_of(candidates[0], now.period), False


def _candidates(made: Model, target: pd.Series, period: str) -> list[str]:
    """Cells of the same block that this period shows: the neighbours of the target first, by size."""
    places = pd.Series(range(len(made.system.unknowns)), index=made.system.unknowns.index)
    matrix = made.system.matrix.tocsc()
    near = set(matrix.indices[slice(*matrix.indptr[places[target["key"]] : places[target["key"]] + 2])])
    rows = made.system.matrix[sorted(near)].indices if near else []
    beside = set(made.system.unknowns.index[rows])
    block = made.system.block[places[target["key"]]]
    shown = made.figures[made.figures["period"].eq(period) & ~made.figures["is_hidden"]]
    inner = made.figures["labels"].map(len)  # margins stay: hidden, they would be cells to protect themselves
    deepest = inner.groupby([made.figures["table"], made.figures["what"]]).transform("max")
    shown = shown[shown["what"].isin(MAIN) & (inner.eq(deepest) & inner.gt(0))[shown.index]]
    shown = shown[made.system.block[places[shown["key"]].to_numpy()] == block]
    far = np.where(shown["key"].map(lambda key: key in target["key"]), 0, np.where(shown["key"].isin(beside), 1, 2))
    size = shown.assign(far=far).groupby("key").agg(far=("far", "min"), size=("shown", "sum"))
    return size.reset_index().sort_values(["far", "size", "key"])["key"].tolist()


def _only(one: Published, names: Sequence[str]) -> Published:
    tables: Mapping[str, pd.DataFrame] = {name: one.tables[name] for name in names if name in one.tables}
    return replace(one, tables=tables)


def _unprotected(cell: pd.Series) -> DisclosureError:
    msgid = N_(
        "{table} ({period}), row {row}: it is withheld, and {what} follows all the same from what else is published: "
        "between {low} and {high}. Nothing that could be hidden in this period changes that. Merge its group with "
        "another one, or leave the table out; with a handful of enterprises make pages for your own use instead, with "
        "--audience internal."
    )
    return refusal(
        DisclosureError, msgid, table=cell["table"], period=cell["period"], row=named(cell), what=cell["what"],
        low=f"{cell['low']:g}", high=f"{cell['high']:g}",
    )  # fmt: skip
