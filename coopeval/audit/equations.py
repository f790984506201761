"""What must hold between unknown cells: lists that add up, parts of a whole, and how rounded cells make a total."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from coopeval import reference
from coopeval.audit.columns import SPLIT
from coopeval.audit.dimensions import AMOUNTS, COVER, OUTCOMES, PARTS, levels, role
from coopeval.audit.figures import Figure, Labels, Where
from coopeval.audit.naming import key

SUMMED = ("amount", "numerator", "denominator")
ALONE = ("n_persons", "n_enterprises", "n_too_young")  # of units that stand in several groups, or in none
WHOLE = {"n_events": "n", "numerator": "denominator"}
LARGER = (("n_events", "n"), ("n_accepted", "n"))  # a part, and the whole it is no larger than
JOINED = "+"  # between the codes of a group made of several
Said = tuple[str, str, str]  # kind, unit and estimand of a table


class Equations:
    """Gathers equations: each a sum of unknowns, times a number, between two limits, with the table it comes from."""

    def __init__(self) -> None:
        self._terms: list[tuple[int, str, float]] = []
        self._limits: list[tuple[int, float, float, str]] = []
        self._seen: set[tuple] = set()
        self._whole: set[str] = set()

    def add(self, terms: Iterable[tuple[str, float]], least: float, most: float, why: str) -> None:
        """One equation; one that is there already is not said twice."""
        terms = tuple(sorted(terms))
        if (terms, least, most) in self._seen:
            return
        self._seen.add((terms, least, most))
        number = len(self._limits)
        self._terms += [(number, name, times) for name, times in terms]
        self._limits.append((number, least, most, why))

    def count(self, name: str) -> None:
        """An unknown that is a whole number."""
        self._whole.add(name)

    @property
    def whole(self) -> pd.DataFrame:
        """The unknowns that are whole numbers and stand in no table."""
        return pd.DataFrame({"key": sorted(self._whole), "low": 0.0, "high": np.inf, "is_whole": True})

    @property
    def terms(self) -> pd.DataFrame:
        return pd.DataFrame(self._terms, columns=["equation", "key", "times"])

    @property
    def limits(self) -> pd.DataFrame:
        return pd.DataFrame(self._limits, columns=["equation", "least", "most", "why"])


def of_table(equations: Equations, figures: Sequence[Figure], where: Where, said: Said) -> None:
    """All equations that one table makes."""
    columns = defaultdict(list)
    rows = defaultdict(dict)
    for figure in figures:
        columns[figure.what].append(figure)
        rows[figure.row][figure.what] = figure
    wholes = {what: columns[whole][0].measure for what, whole in WHOLE.items() if columns.get(whole)}
    for what, column in columns.items():
        _lists(equations, column, where, said, wholes.get(what))
        _of_rounded(equations, column, said)
    for row in rows.values():
        _within_row(equations, row, said)


def _lists(equations: Equations, column: list[Figure], where: Where, said: Said, whole: str | None) -> None:
    """For each list of a column: what its groups add up to, in each context of other groups."""
    what, table = column[0].what, column[0].table
    rows = [figure for figure in column if figure.is_open]
    there = {figure.key for figure in rows}
    seen = {figure.key for figure in rows if not figure.is_hidden}
    # a withheld row may be one that stands beside the total, unless the table tells which do
    partly = len(rows) < len(column) and len(seen) < len(there) and what not in WHOLE and not column[0].is_told
    for dimension in sorted({dimension for figure in rows for dimension, _ in figure.labels}):
        how = role(dimension, *said)
        if not _adds_up(what, how) and how not in (COVER, AMOUNTS):
            continue
        for context, members in _by_context(rows, dimension).items():
            own = key(where, column[0].measure, context)
            total = key(where, whole, context) if how == OUTCOMES and whole else own
            if total != own and own in there:
                equations.add([(total, 1.0), (own, -1.0)], 0.0, 0.0, table)
            if partly:
                members = sorted(seen & set(members))
            if partly or (_adds_up(what, how) and len(members) == 1 and total not in there):  # one group is no list
                equations.add([(total, 1.0), *((member, -1.0) for member in members)], 0.0, np.inf, table)
            elif _adds_up(what, how):
                equations.add([*((member, 1.0) for member in members), (total, -1.0)], 0.0, 0.0, table)
            else:
                _cover(equations, members, total, table)


def _adds_up(what: str, how: str) -> bool:
    if what in ALONE:
        return False
    return how == PARTS or (how == AMOUNTS and what in SUMMED) or (how == OUTCOMES and what in WHOLE)


def _by_context(rows: list[Figure], dimension: str) -> dict[Labels, list[str]]:
    """The unknowns of a list, in each context of other groups."""
    lists: dict[Labels, set[str]] = defaultdict(set)
    for figure in rows:
        own = frozenset(pair for pair in figure.labels if pair[0] == dimension)
        if own:
            lists[figure.labels - own].add(figure.key)
    return {context: sorted(members) for context, members in lists.items()}


def _cover(equations: Equations, members: list[str], total: str, why: str) -> None:
    for member in members:
        equations.add([(total, 1.0), (member, -1.0)], 0.0, np.inf, why)
    equations.add([*((member, 1.0) for member in members), (total, -1.0)], 0.0, np.inf, why)


def _within_row(equations: Equations, row: dict[str, Figure], said: Said) -> None:
    """A part is no larger than its whole; a whole that is split is the sum of its parts."""
    keys = {what: figure.key for what, figure in row.items()}
    table = next(iter(row.values())).table
    shares = (("numerator", "denominator"),) if said[:2] == ("ratio", "share") else ()
    for part, whole in (*LARGER, *shares):
        if part in keys and whole in keys:
            equations.add([(keys[whole], 1.0), (keys[part], -1.0)], 0.0, np.inf, table)
    for parts in SPLIT:
        if parts <= set(keys):
            equations.add([*((keys[part], 1.0) for part in parts), (keys["n"], -1.0)], 0.0, 0.0, table)


def _of_rounded(equations: Equations, column: list[Figure], said: Said) -> None:
    """Where the gate shows the sum of rounded cells as the total, the rounded withheld cells add up to what is left."""
    totals = [figure for figure in column if figure.is_sum and not figure.labels and not np.isnan(figure.shown)]
    inner = [figure for figure in column if figure.labels]
    withheld = [figure for figure in inner if figure.is_hidden]
    dimensions = {dimension for figure in inner for dimension, _ in figure.labels}
    if len(totals) != 1 or not withheld or len(dimensions) != 1:
        return
    if not _adds_up(column[0].what, role(*dimensions, *said)):
        return
    base, table = totals[0].base, totals[0].table
    left = totals[0].shown - sum(figure.shown for figure in inner if not figure.is_hidden)
    equations.add([(_rounded(figure.key, base), base) for figure in withheld], left, left, table)
    for figure in withheld:
        name = _rounded(figure.key, base)
        equations.count(name)
        off = (np.ceil(-base / 2), np.ceil(base / 2) - 1) if figure.is_whole else (-base / 2, base / 2)
        equations.add([(figure.key, 1.0), (name, -base)], *off, table)


def _rounded(name: str, base: float) -> str:
    """So many times the base a cell is rounded to."""
    return f"{name} | in {base:g}"


def of_joined(equations: Equations, figures: Sequence[Figure]) -> None:
    """A group named after several codes ("706+610") is the sum of these, whether they are published or not."""
    for figure in figures:
        for dimension, group in figure.labels if _adds_up(figure.what, figure.role) else ():
            if JOINED in group:
                where = Where(*figure.key.split(" | ")[:2])
                others = figure.labels - {(dimension, group)}
                parts = [key(where, figure.measure, others | {(dimension, one)}) for one in group.split(JOINED)]
                equations.add([*((part, 1.0) for part in parts), (figure.key, -1.0)], 0.0, 0.0, figure.table)


def between_levels(equations: Equations, figures: Sequence[Figure]) -> None:
    """A group of a coarse list is the sum of its groups in the finer one, where both are published."""
    lists: dict[tuple, dict[str, str]] = defaultdict(dict)
    for figure in figures:
        if _adds_up(figure.what, figure.role):
            for dimension, group in figure.labels:
                context = (figure.key.split(" | ")[1], figure.measure, figure.labels - {(dimension, group)})
                lists[context, dimension][group] = figure.key
    for (context, coarse), groups in list(lists.items()):
        for group, own in groups.items():
            finer, inside = levels().get((coarse, group), ("", frozenset()))
            listed = lists.get((context, finer), {})
            parts = [name for of, name in listed.items() if of in inside]
            rest = [name for of, name in listed.items() if of.partition(" of ")[0] == reference.OTHERS]
            if not parts or own in parts:
                continue
            terms = [*((part, 1.0) for part in parts), (own, -1.0)]
            if rest:  # small groups were merged, and some of them may belong here
                equations.add(terms, -np.inf, 0.0, coarse)
                equations.add([*terms, *((name, 1.0) for name in rest)], 0.0, np.inf, coarse)
            else:
                equations.add(terms, 0.0, 0.0, coarse)
