"""What must hold between unknown cells: lists that add up, parts of a whole, and how rounded cells make a total."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from coopeval.audit.dimensions import AMOUNTS, COVER, OUTCOMES, PARTS, levels, role
from coopeval.audit.naming import key

Said = dict[str, tuple[str, str, str]]  # kind, unit and estimand of each table
SUMMED = ("amount", "numerator", "denominator")
ALONE = ("n_persons", "n_enterprises", "n_too_young")  # of units that stand in several groups, or in none
SPLIT = ({"n_events", "n_stopped", "n_unknown"}, {"n_events", "n_no", "n_not_asked"})  # what a whole is split into
WHOLE = {"n_events": "n", "numerator": "denominator"}


class Equations:
    """Gathers equations: each a sum of unknowns, times a number, between two limits, with the tables it comes from."""

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

    @property
    def terms(self) -> pd.DataFrame:
        return pd.DataFrame(self._terms, columns=["equation", "key", "times"])

    def count(self, name: str) -> None:
        """An unknown that is a whole number."""
        self._whole.add(name)

    @property
    def whole(self) -> pd.DataFrame:
        """The unknowns that are whole numbers and stand in no table."""
        return pd.DataFrame({"key": sorted(self._whole), "low": 0.0, "high": np.inf, "is_whole": True})

    @property
    def limits(self) -> pd.DataFrame:
        return pd.DataFrame(self._limits, columns=["equation", "least", "most", "why"])


def relate(
    equations: Equations, figures: pd.DataFrame, where: tuple[str, str], said: dict[str, tuple[str, str, str]]
) -> None:
    """The equations of one column of one table: for each of its lists, what its groups add up to.

    Parameters
    ----------
    figures
        The figures of one table, as `audit.figures.figures` returns them.
    where
        Structure and date.
    said
        Kind, unit and estimand of each table.
    """
    for (table, what), every in figures.groupby(["table", "what"], sort=False):
        rows = every[every["is_open"]]
        partly = bool((~every["is_open"]).any() and rows["is_hidden"].any()) and what not in WHOLE
        whole = _whole_of(figures, what)
        dimensions = sorted({dimension for labels in rows["labels"] for dimension, _ in labels})
        for dimension in dimensions:
            how = role(dimension, *said[table])
            if not _adds_up(what, how) and how not in (COVER, AMOUNTS):
                continue
            for context, inside in _lists(rows, dimension).items():
                own = key(where, rows["measure"].iloc[0], context)
                total = key(where, whole, context) if how == OUTCOMES and whole else own
                if total != own and own in set(rows["key"]):
                    equations.add([(total, 1.0), (own, -1.0)], 0.0, 0.0, table)
                members = sorted({key(where, rows["measure"].iloc[0], labels) for labels in inside})
                if partly:  # a withheld row may be one that stands beside the total
                    seen = rows.loc[~rows["is_hidden"], "key"]
                    equations.add([(total, 1.0), *((m, -1.0) for m in members if m in set(seen))], 0.0, np.inf, table)
                elif _adds_up(what, how) and len(members) == 1 and total not in set(rows["key"]):
                    equations.add([(total, 1.0), (members[0], -1.0)], 0.0, np.inf, table)  # one group is no list
                elif _adds_up(what, how):
                    equations.add([*((m, 1.0) for m in members), (total, -1.0)], 0.0, 0.0, table)
                else:
                    _cover(equations, members, total, table)


def _adds_up(what: str, how: str) -> bool:
    if what in ALONE:
        return False
    return how == PARTS or (how == AMOUNTS and what in SUMMED) or (how == OUTCOMES and what in WHOLE)


def _whole_of(figures: pd.DataFrame, what: str) -> str | None:
    found = figures.loc[figures["what"].eq(WHOLE.get(what, "")), "measure"]
    return None if found.empty else str(found.iloc[0])


def _lists(rows: pd.DataFrame, dimension: str) -> dict[frozenset, list[frozenset]]:
    """The groups of a list, in each context of other groups."""
    lists: dict[frozenset, list[frozenset]] = {}
    for labels in rows["labels"]:
        own = frozenset(pair for pair in labels if pair[0] == dimension)
        if own:
            lists.setdefault(labels - own, []).append(labels)
    return lists


def _cover(equations: Equations, members: list[str], total: str, why: str) -> None:
    for member in members:
        equations.add([(total, 1.0), (member, -1.0)], 0.0, np.inf, why)
    equations.add([*((m, 1.0) for m in members), (total, -1.0)], 0.0, np.inf, why)


def within_rows(equations: Equations, figures: pd.DataFrame, said: Said) -> None:
    """A part is no larger than its whole; a whole that is split is the sum of its parts."""
    for (table, _), row in figures.groupby(["table", "row"], sort=False):
        keys = dict(zip(row["what"], row["key"], strict=True))
        kind, unit, _ = said[table]
        pairs = [("n_events", "n"), ("n_accepted", "n")]
        if kind == "ratio" and unit == "share":
            pairs.append(("numerator", "denominator"))
        for part, whole in pairs:
            if part in keys and whole in keys:
                equations.add([(keys[whole], 1.0), (keys[part], -1.0)], 0.0, np.inf, table)
        for parts in SPLIT:
            if parts <= set(keys):
                equations.add([*((keys[part], 1.0) for part in parts), (keys["n"], -1.0)], 0.0, 0.0, table)


def between_levels(equations: Equations, figures: pd.DataFrame) -> None:
    """A group of a coarse list is the sum of its groups in the finer one, where both are published."""
    fine: dict[tuple, list[tuple[str, str]]] = {}
    adding = [_adds_up(what, how) for what, how in zip(figures["what"], figures["role"], strict=True)]
    figures = figures[np.array(adding, bool)]
    for at, measured, labels, name in figures[["as_of", "measure", "labels", "key"]].itertuples(index=False):
        for pair in labels:
            fine.setdefault(((at, measured, labels - {pair}), pair[0]), []).append((pair[1], name))
    for (coarse, group), (finer, inside) in levels().items():
        for context in sorted((c for c, dimension in fine if dimension == coarse), key=str):
            listed = dict(fine.get((context, finer), ()))
            own = dict(fine[context, coarse]).get(group)
            parts = [name for of, name in listed.items() if of in inside]
            if own is not None and parts and own not in parts:
                equations.add([*((part, 1.0) for part in parts), (own, -1.0)], 0.0, 0.0, coarse)


def of_rounded(equations: Equations, figures: pd.DataFrame, said: Said) -> None:
    """Where the gate shows the sum of rounded cells as the total, the rounded withheld cells add up to what is left."""
    for (table, what), rows in figures.groupby(["table", "what"], sort=False):
        total = rows[rows["is_sum"] & rows["labels"].map(len).eq(0) & rows["shown"].notna()]
        inner = rows[rows["labels"].map(len).gt(0)]
        withheld = inner[inner["is_hidden"]]
        if len(total) != 1 or withheld.empty or not _all_add_up(inner, what, said[table]):
            continue
        base = float(total["base"].iloc[0])
        left = float(total["shown"].iloc[0]) - float(inner["shown"].fillna(0).sum())
        equations.add([(_rounded(name, base), base) for name in withheld["key"]], left, left, table)
        for name in withheld["key"]:
            equations.count(_rounded(name, base))
        for name, is_whole in withheld[["key", "is_whole"]].itertuples(index=False):
            off = (np.ceil(-base / 2), np.ceil(base / 2) - 1) if is_whole else (-base / 2, base / 2)
            equations.add([(name, 1.0), (_rounded(name, base), -base)], *off, table)


def _all_add_up(inner: pd.DataFrame, what: str, said: tuple[str, str, str]) -> bool:
    dimensions = {dimension for labels in inner["labels"] for dimension, _ in labels}
    return len(dimensions) == 1 and _adds_up(what, role(*dimensions, *said))


def _rounded(name: str, base: float) -> str:
    """So many times the base a cell is rounded to."""
    return f"{name} | in {base:g}"
