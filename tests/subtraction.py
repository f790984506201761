"""What a reader learns by subtracting two editions of a table that differ by one unit, or by one correction."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from recomputed import Release

from coopeval.disclosure import gate
from coopeval.disclosure.kinds import FIGURES
from coopeval.uncertainty import about_of

COUNTED = ("projects", "enterprises", "jobs", "persons", "rows", "events")
OF_AMOUNTS = ("sum", "mean", "ratio", "flow", "decision", "effect")  # of the other kinds the counts are compared
OF_RATIO = ("numerator", "denominator")  # the ratio itself follows from them
SUMS = ("sum", "ratio", "flow")  # a unit's value is what the figure changes by; of a mean, that times all units
AMOUNTS = ("estimate", "numerator", "denominator", "cost_eur", "effect")
SMALL = 4  # fewer than five units is too few to be told
CLOSE = 0.1  # a value told to a tenth on either side is told
NOT_A_LABEL = ("hidden", "note")


class Learned(NamedTuple):
    """One pair of published values that gives a unit away."""

    table: str
    row: str
    column: str
    published: float
    exact: float
    why: str


def learned(name: str, before: Release, after: Release, few: pd.Series | None = None) -> list[Learned]:
    """Every pair of published values of one table that tells about fewer than five units.

    `few`, by row, says in which rows the change concerns so few; without it, in all.
    """
    if not len(before.released) or not len(after.released):
        return []
    exact, public = (
        tuple(map(by_row, pair)) for pair in ((before.exact, after.exact), (before.released, after.released))
    )
    rows = public[0].index.intersection(public[1].index)
    if few is not None:
        rows = rows[few.reindex(rows, fill_value=False).to_numpy(bool)]
    found = _small_counts(name, after, [p.loc[rows] for p in public], exact)
    return found + _amounts_told(name, after, public, exact, rows)


def concerning_few(before: Release, after: Release) -> pd.Series:
    """Rows in which one to four units came or went, as the exact tables count them."""
    old, new = by_row(before.exact), by_row(after.exact)
    counts = [c for c in ("n_enterprises", "n") if c in old and c in new]
    if not counts:
        return pd.Series(False, index=new.index)
    moved = (new[counts[0]].astype(float) - old[counts[0]].reindex(new.index).astype(float)).abs()
    return moved.between(1, SMALL)


def _small_counts(name: str, after: Release, public, exact) -> list[Learned]:
    columns = [c for c in public[0].columns if c in public[1] and is_count(c, after.exact)]
    found = []
    for column in columns:
        old, new = (p[column].astype(float) for p in public)
        changes = {row: change for row, change in (new - old).items() if np.isfinite(change)}
        inner = [change for row, change in changes.items() if not row.startswith("all")]
        for row, change in [*changes.items(), ("sum of the rows", float(np.sum(inner)) if inner else 0.0)]:
            if 0.5 < abs(change) < SMALL + 0.5:
                true = _difference(exact, row, column)
                found.append(Learned(name, row, column, round(change, 3), true, "a count moved by one to four"))
    return found


def is_count(column: str, table: pd.DataFrame) -> bool:
    said = about_of(table)
    if column in ("numerator", "denominator"):
        return said[f"{column}_unit"] in COUNTED
    return (
        column in ("n", "at_risk", "n_events")
        or column.startswith("n_")
        or (column == "estimate" and said["kind"] in ("count", "sum", "flow") and said["unit"] in COUNTED)
    )


def _amounts_told(name, after, public, exact, rows) -> list[Learned]:
    """Amounts whose published difference changes as soon as the unit's own value does by a tenth either way."""
    kind = str(about_of(after.exact)["kind"])
    columns = [c for c in AMOUNTS if c in after.exact and c in public[0] and c in public[1]]
    columns = [c for c in columns if not is_count(c, after.exact) and (kind != "ratio" or c in OF_RATIO)]
    if kind not in OF_AMOUNTS or not columns:
        return []
    moved = {c: (public[1].loc[rows, c].astype(float) - public[0].loc[rows, c].astype(float)) for c in columns}
    moved = {c: change[change.abs() > 1e-9] for c, change in moved.items()}
    if not any(len(change) for change in moved.values()):
        return []
    own = {c: _own_value(c, kind, exact, after.exact) for c in columns}
    editions = {part: _edition(name, after, own, part) for part in (-CLOSE, -CLOSE / 2, CLOSE / 2, CLOSE)}
    editions[0.0] = public[1]
    found = []
    for column, changes in moved.items():
        for row, change in changes.items():
            value = own[column].get(row, np.nan)
            if np.isfinite(value) and abs(value) > 1e-9 and not _hides(editions, row, column):
                found.append(Learned(name, row, column, change, round(value, 4), "an amount is told to a tenth"))
    return found


def _own_value(column: str, kind: str, exact, table: pd.DataFrame) -> pd.Series:
    """What the unit adds to the sum behind each row: the change of a sum, of a mean the change of mean times units."""
    old, new = exact[0].reindex(exact[1].index), exact[1]
    if kind in SUMS:
        return new[column].astype(float) - old[column].astype(float).fillna(0)
    units_old, units_new = old["n"].astype(float).fillna(0), new["n"].astype(float)
    return new[column].astype(float) * units_new - old[column].astype(float).fillna(0) * units_old


def _edition(name: str, after: Release, own: dict[str, pd.Series], part: float) -> pd.DataFrame:
    """What would have been published had the unit's own value been a part larger or smaller."""
    kind = str(about_of(after.exact)["kind"])
    table = after.exact.copy()
    labels = _labels(table)
    for column, value in own.items():
        moved = part * value.reindex(labels).to_numpy(float)
        if kind not in SUMS:
            moved = moved / table["n"].astype(float).to_numpy()
        table[column] = table[column].astype(float) + np.nan_to_num(moved)
    if kind == "ratio":
        table["estimate"] = table["numerator"].astype(float) / table["denominator"].astype(float)
    table.attrs = dict(after.exact.attrs)
    return by_row(gate(table, name))


def _hides(editions: dict[float, pd.DataFrame], row: str, column: str) -> bool:
    """A range of a tenth of the value, on one side of it or around it, looks the same in this edition.

    Both editions are rounded, so the difference has a tenth on either side.
    """
    shown = {part: edition[column].get(row, np.nan) for part, edition in editions.items()}
    pairs = ((0.0, CLOSE), (-CLOSE, 0.0), (-CLOSE / 2, CLOSE / 2))
    return any(np.isclose(shown[a], shown[b], rtol=0, atol=1e-9, equal_nan=True) for a, b in pairs)


def _difference(exact, row: str, column: str) -> float:
    if column not in exact[1] or row not in exact[1].index:
        return float("nan")
    old = exact[0][column].get(row, 0.0) if column in exact[0] else 0.0
    return float(exact[1].loc[row, column]) - float(old)


def by_row(table: pd.DataFrame) -> pd.DataFrame:
    named = table.set_axis(_labels(table), axis=0)
    return named[~named.index.duplicated()]


def _labels(table: pd.DataFrame) -> pd.Index:
    """What tells rows apart, in one word each."""
    named = [c for c in table.columns if c not in FIGURES and not c.startswith("n_") and c not in NOT_A_LABEL]
    words = pd.Series("", index=table.index)
    for column in named:
        words = words + ("|" if column != named[0] else "") + table[column].astype(str)
    again = words.groupby(words).cumcount()
    return pd.Index(words.where(again.eq(0), words + "#" + again.astype(str)))
