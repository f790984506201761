"""The example row of a template, which is no data: left out where nobody changed it, refused where somebody did."""

from __future__ import annotations

import pandas as pd

from coopeval.schema.examples import MARK, example
from coopeval.tables.labelled import bare
from coopeval.tables.raw import Raw


def left_out(raw: Raw) -> None:
    """Takes the example row out of a table that has one.

    A row that still holds the mark, or that is the example under another key, may be half of somebody's facts: it is
    refused, for nobody knows which half.
    """
    key = raw.table.key[0]
    named = [str(name).strip() for name in raw.frame.columns]
    if key not in named or len(set(named)) < len(named):
        return
    texts = raw.frame.set_axis(named, axis=1)
    shown = example(raw.table)
    like = _like(raw, texts, {name: text for name, text in shown.items() if text and name != key})
    marked = {line for name in named for line in texts.index[texts[name].str.strip().eq(MARK)]}
    untouched = [line for line in sorted(marked) if _is_all(raw, texts.loc[[line]], shown)]
    changed = sorted((marked | set(like)) - set(untouched))
    raw.add("E-CELL-05", changed, key)
    raw.n_read -= len(untouched) + len(changed)
    raw.frame = raw.frame.drop(index=[*untouched, *changed])


def _like(raw: Raw, texts: pd.DataFrame, filled: dict[str, str]) -> list[int]:
    """Lines that hold all that the example holds, whatever their key and whatever else."""
    if not set(filled) <= set(texts.columns):
        return []
    for name in sorted(filled, key=lambda name: raw.table.columns[name].kind == "code"):  # codes last: they cost more
        texts = texts[_plain(raw, texts[name]).eq(filled[name])]
    empty = [name for name in raw.table.columns if name not in filled and name != raw.table.key[0] and name in texts]
    return texts.index[texts[empty].eq("").all(axis=1)].tolist()


def _is_all(raw: Raw, row: pd.DataFrame, shown: dict[str, str]) -> bool:
    known = [name for name in row if name in raw.table.columns]  # other headings are refused for themselves
    return all(_plain(raw, row[name]).eq(shown.get(name, "")).all() for name in known)


def _plain(raw: Raw, cells: pd.Series) -> pd.Series:
    column = raw.table.columns.get(str(cells.name))
    cells = cells.str.strip()
    return bare(column, cells) if column is not None and column.kind == "code" else cells
