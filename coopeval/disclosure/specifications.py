"""One headline in many ways (R1, R4, R5, R6): what two almost equal populations would give away is withheld."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from coopeval.disclosure import cells
from coopeval.disclosure.counts import require
from coopeval.disclosure.effects import step_for, too_small
from coopeval.disclosure.fineness import coarse, counted, fewest
from coopeval.disclosure.rules import Rules
from coopeval.uncertainty import about_of

CHOICES = ("headline", "definition", "perimeter", "against", "clock", "missing_rule", "adjustment")
POPULATION = "definition"
POPULATIONS = ("n", "n_reference", "n_enterprises")  # who is counted; of costs, the enterprises they stand above
FIRST = ("all", "ordinance_2018")  # shown before any other; then by the list of definitions, never by value


def specification(table: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Estimates to a step no single unit moves; of populations that differ by one to nine units, one is shown.

    Two figures about 47 and 41 units are a figure about the six. Which of the two stays is fixed in advance.
    """
    require(table, ("n", "n_reference", "estimate", "low", "high", *CHOICES))
    units = fewest(table, rules)
    estimated = table["estimate"].notna()
    few = _few(table, rules)
    hidden = few | _subtractable(table, estimated & ~few, rules)
    unit = table["unit"] if "unit" in table else pd.Series(str(about_of(table)["unit"]), index=table.index)
    step = np.full(len(table), np.nan)
    for name in unit.unique():
        rows = unit.eq(name).to_numpy()
        counted_in = {"points": "share"}.get(str(name), str(name))
        step[rows] = step_for(_with_about(table[rows], table), counted_in, units[rows], rules)
    gap = ~estimated & table["note"].ne("")
    counts = {c: figure.mask(gap & few) for c, figure in counted(table, rules).items()}
    return table.assign(**counts, **coarse(table, step), hidden=hidden & ~gap)


def _few(table: pd.DataFrame, rules: Rules) -> pd.Series:
    """Too few units in a group, or of a kind in it; too few persons or enterprises behind it; one that dominates."""
    alone = table["n_reference"].isna()
    few = too_small(table.assign(n_reference=table["n_reference"].where(~alone, table["n"])), rules)
    for column in ("n_persons", "n_enterprises"):
        if column in table:
            few |= table[column].lt(rules.persons)
    if "largest_share" in table:
        few |= cells.dominated(table, rules) & table["largest_share"].notna()
    return few


def _with_about(rows: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    rows = rows.copy()
    rows.attrs = {"about": about_of(table)}
    return rows


def _subtractable(table: pd.DataFrame, candidates: pd.Series, rules: Rules) -> pd.Series:
    """Rows whose population differs by fewer than ten units from one already shown, all else being equal."""
    rank = {name: place for place, name in enumerate(FIRST)}
    order = table[POPULATION].map(lambda name: (rank.get(name, len(rank)), str(name)))
    hidden = pd.Series(False, index=table.index)
    others = [c for c in CHOICES if c != POPULATION]
    sizes = _rows(table[[c for c in POPULATIONS if c in table]])
    figures = _rows(table[["estimate", "low", "high"]].astype(float).round(12))
    for _, rows in table[candidates].groupby(others, dropna=False):
        shown: list[tuple[tuple, tuple]] = []
        for label in sorted(rows.index, key=lambda label: order[label]):
            one = sizes[label], figures[label]
            if any(_too_close(*one, before, rules) for before in shown):
                hidden[label] = True
            else:
                shown.append(one)
    return hidden


def _rows(figures: pd.DataFrame) -> dict[object, tuple[float, ...]]:
    return dict(zip(figures.index, map(tuple, figures.to_numpy(float).tolist()), strict=True))


def _too_close(size: tuple, figures: tuple, before: tuple[tuple, tuple], rules: Rules) -> bool:
    """The same population, to the last digit of its figures, tells nothing new; nearly the same one does."""
    gaps = [gap for a, b in zip(size, before[0], strict=True) if not math.isnan(gap := abs(a - b))]
    if not any(gaps) and np.allclose(figures, before[1], equal_nan=True, atol=1e-9):
        return False
    return all(gap < rules.quantile_from for gap in gaps)
