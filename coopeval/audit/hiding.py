"""Rows taken out of released tables, with the gate's own mark, in every table that has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from coopeval.audit.naming import dimensions_of
from coopeval.disclosure.cells import YOUNG
from coopeval.disclosure.gate import BESIDE_TOTAL
from coopeval.disclosure.kinds import FIGURES
from coopeval.disclosure.memory import told_apart
from coopeval.disclosure.turnover import is_turnover
from coopeval.uncertainty import about_of, stamp

COLUMNS = ("table", "group", "labels", "why")
WITHHELD = "withheld"
BY_MONTH = ("curve", "at")
COPIES = ("indicators", "changes")  # tables whose rows are copies of rows of others
COPIED = ("n", "estimate", "low", "high")


def hide(
    tables: Mapping[str, pd.DataFrame], rows: Iterable[tuple[str, int]]
) -> tuple[dict[str, pd.DataFrame], list[tuple[str, str, str]]]:
    """The tables without these rows (name and place), and what was taken out: table, group, labels.

    A curve goes whole, and so does a year of flows that follow from each other. Copies in the tables of indicators go
    with their rows.
    """
    hidden = dict(tables)
    taken: list[tuple[str, str, str]] = []
    for name in sorted({name for name, _ in rows}):
        table = hidden[name]
        which = _with_their_kin(table, sorted({row for of, row in rows if of == name}))
        taken += [(name, str(table["group"].iloc[row]), labels_of(table, row)) for row in which]
        for copy in [other for other in tables if str(about_of(tables[other])["kind"]) in COPIES]:
            hidden[copy] = _without(hidden[copy], _copies(hidden[copy], table.iloc[which]))
        hidden[name] = _without(table, which)
    return hidden, list(dict.fromkeys(taken))


def named(cell: pd.Series) -> str:
    """A cell in words: table, and group of each list."""
    return f"{cell['table']}: {cell['labels'] or cell['group']}"


def labels_of(table: pd.DataFrame, row: int) -> str:
    """The groups of a row in the lists besides the first, as text."""
    columns = [column for column in dimensions_of(table)[1].values() if column != "group"]
    return ", ".join(f"{column}={table[column].iloc[row]}" for column in columns)


def _with_their_kin(table: pd.DataFrame, rows: list[int]) -> list[int]:
    groups = table["group"].iloc[rows]
    if str(about_of(table)["kind"]) in BY_MONTH or is_turnover(table):
        return np.flatnonzero(table["group"].isin(groups)).tolist()
    return rows


def _copies(table: pd.DataFrame, rows: pd.DataFrame) -> list[int]:
    """Places of the rows that show the same figures as one of the others does, where these show any."""
    columns = [column for column in COPIED if column in table and column in rows]
    shown = rows[rows["estimate"].notna()] if "estimate" in rows else rows.iloc[:0]
    found = []
    for _, row in shown.iterrows():
        same = np.ones(len(table), bool)
        for column in columns:
            mine = table[column].to_numpy(float)
            same &= np.isclose(mine, float(row[column]), equal_nan=True)
        found += np.flatnonzero(same & ~table["hidden"].to_numpy(bool)).tolist()
    return sorted(set(found))


def _without(table: pd.DataFrame, rows: list[int]) -> pd.DataFrame:
    """The table with rows withheld, stamped anew; of a curve one row stays, as the gate leaves it."""
    if not rows:
        return table
    released, about = table.attrs["released"], table.attrs["about"]
    which = np.zeros(len(table), bool)
    which[rows] = True
    figures = [c for c in table.columns if (c in FIGURES or c.startswith("n_")) and c != "is_main"]
    hidden = table.copy()
    hidden.loc[which, figures] = np.nan
    for column in {"before", "method", "revision", "new_facts"} & set(table.columns):  # of changes: parts of it
        hidden.loc[which, column] = np.nan
    if BESIDE_TOTAL in about:  # by their keys from now on, for the note goes
        young = told_apart(table[which & table["note"].eq(YOUNG).to_numpy()])
        about = {**about, BESIDE_TOTAL: [*about[BESIDE_TOTAL], *young]}
    hidden.loc[which, "note"] = WITHHELD
    hidden.loc[which, "hidden"] = True
    if str(about["kind"]) in BY_MONTH:
        again = hidden[which].duplicated("group").reindex(hidden.index, fill_value=False)
        hidden = hidden[~again].reset_index(drop=True)
    hidden.attrs = {"about": about}
    return stamp(hidden, released["name"], released["audience"])
