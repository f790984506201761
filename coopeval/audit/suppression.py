"""Secondary suppression (R5): what must be hidden besides, over margins and across tables, so that nothing follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from coopeval.audit.hiding import COLUMNS, hide, named
from coopeval.audit.modelling import Model, model
from coopeval.audit.published import Published
from coopeval.audit.solving import cells_of
from coopeval.disclosure import Rules, load
from coopeval.errors import DisclosureError, refusal
from coopeval.wording import N_

MAIN = ("n", "n_events", "amount", "numerator", "denominator")
TRIES = 12  # further cells tried for one that follows, the smallest first
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
    rules = load() if rules is None else rules
    now, besides = published, []
    for _ in range(ROUNDS):
        made = model([*earlier, now], rules)
        cells = cells_of(made, rules)
        unsafe = cells[~cells["is_safe"]]
        if unsafe.empty:
            break
        for number in sorted(unsafe["block"].unique()):
            now, hidden = _protect_block(now, earlier, made.tables_with(number), rules)
            besides += hidden
    else:
        raise _unprotected(unsafe.iloc[0])
    found = pd.DataFrame(besides, columns=list(COLUMNS)).drop_duplicates(["table", "group", "labels"])
    return dict(now.tables), found.sort_values(["table", "group", "labels"], ignore_index=True)


def _protect_block(
    now: Published, earlier: Sequence[Published], names: Sequence[str], rules: Rules
) -> tuple[Published, list[tuple]]:
    """One block made safe; only its own tables are looked at."""
    inside = [_only(one, names) for one in earlier]
    besides: list[tuple] = []
    for _ in range(ROUNDS):
        made = model([*inside, _only(now, names)], rules)
        cells = cells_of(made, rules)
        unsafe = cells[~cells["is_safe"]].sort_values("key")
        if unsafe.empty:
            return now, besides
        target = unsafe.iloc[0]
        now, hidden = _step(now, inside, names, (made, target), rules)
        besides += [(*row, named(target)) for row in hidden]
    raise _unprotected(target)


def _step(now: Published, inside: Sequence[Published], names, told: tuple[Model, pd.Series], rules: Rules):
    """The cheapest further cell that makes the target safe; where none does alone, the one that widens it most."""
    made, target = told
    best, width, start = None, -1.0, (target["width"] if np.isfinite(target["width"]) else 0.0)
    for key in _candidates(made, target, now.period)[:TRIES]:
        tables, hidden = hide(now.tables, made.rows_of(key, now.period))
        tried = replace(now, tables=tables)
        cells = cells_of(model([*inside, _only(tried, names)], rules), rules, only=target["key"])
        found = cells.iloc[0]
        if found["is_safe"]:
            return tried, hidden
        if found["width"] > max(width, start) or (best is None and found["low"] < target["low"]):
            best, width = (tried, hidden), found["width"]
    if best is None:
        raise _unprotected(target)
    return best


def _candidates(made: Model, target: pd.Series, period: str) -> list[str]:
    """Cells of the same block that this period shows: the neighbours of the target first, by size."""
    places = pd.Series(range(len(made.system.unknowns)), index=made.system.unknowns.index)
    matrix = made.system.matrix.tocsc()
    near = set(matrix.indices[slice(*matrix.indptr[places[target["key"]] : places[target["key"]] + 2])])
    rows = made.system.matrix[sorted(near)].indices if near else []
    beside = set(made.system.unknowns.index[rows])
    block = made.system.block[places[target["key"]]]
    shown = made.figures[made.figures["period"].eq(period) & ~made.figures["is_hidden"]]
    shown = shown[shown["what"].isin(MAIN) & shown["labels"].map(len).gt(0)]
    shown = shown[made.system.block[places[shown["key"]].to_numpy()] == block]
    size = shown.assign(far=~shown["key"].isin(beside)).groupby("key").agg(far=("far", "min"), size=("shown", "sum"))
    return size.reset_index().sort_values(["far", "size", "key"])["key"].tolist()


def _only(one: Published, names: Sequence[str]) -> Published:
    tables: Mapping[str, pd.DataFrame] = {name: one.tables[name] for name in names if name in one.tables}
    return replace(one, tables=tables)


def _unprotected(cell: pd.Series) -> DisclosureError:
    msgid = N_(
        "{table} ({period}), row {row}: it is withheld, and {what} follows all the same from what else is published: "
        "between {low} and {high}. Nothing that could be hidden in this period changes that. Merge its group with "
        "another one, or leave the table out."
    )
    return refusal(
        DisclosureError, msgid, table=cell["table"], period=cell["period"], row=named(cell), what=cell["what"],
        low=f"{cell['low']:g}", high=f"{cell['high']:g}",
    )  # fmt: skip
