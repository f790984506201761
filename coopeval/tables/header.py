"""Headings: each column of the table once, under its own name, and no other."""

from __future__ import annotations

import difflib
import re

import pandas as pd

from coopeval.tables.personal import PERSONAL_NAMES, shown
from coopeval.tables.raw import Raw


def aligned(raw: Raw) -> Raw:
    """Raw with exactly the columns of the table; those that are absent are empty, and said.

    A column that was only misnamed is looked at under its right name, so that its cells are checked all the same.
    """
    raw.frame.columns = [str(name).strip() for name in raw.frame.columns]
    columns = raw.table.columns
    if not set(raw.frame.columns) & set(columns):
        return _without_headings(raw)
    # columns without a name and without a single value are left behind by spreadsheets
    raw.frame = raw.frame.loc[:, [bool(name) or raw.frame.iloc[:, at].ne("").any() for at, name in _named(raw)]]
    named = list(raw.frame.columns)
    for name in dict.fromkeys(name for name in named if named.count(name) > 1 and name):
        raw.add("E-COL-04", [raw.heading], shown(name), n=named.count(name))
    missing = [name for name in columns if name not in named]
    renamed = _unknown(raw, named, missing)
    for name in missing:
        if name not in renamed.values():
            raw.absent.append(name)
            raw.add(
                "W-COL-01" if columns[name].optional else "E-COL-01", [raw.heading], name, meaning=columns[name].meaning
            )
    raw.is_whole &= raw.table.key[0] not in raw.absent
    raw.frame.columns = [renamed.get(name, name) for name in named]
    raw.letters |= {right: raw.letters[name] for name, right in renamed.items() if name in raw.letters}
    once = raw.frame.loc[:, ~raw.frame.columns.duplicated()]
    filled = {name: once[name] if name in once else pd.Series("", index=once.index, dtype=object) for name in columns}
    raw.frame = pd.DataFrame(filled, index=once.index)
    return raw


def _named(raw: Raw) -> list[tuple[int, str]]:
    return list(enumerate(raw.frame.columns))


def _without_headings(raw: Raw) -> Raw:
    """No heading is known: what stands there may be the first row, so it is not repeated."""
    raw.add("E-COL-07", [raw.heading])
    raw.is_whole, raw.n_read, raw.absent = False, raw.n_read or 1, list(raw.table.columns)
    raw.frame = pd.DataFrame({name: pd.Series(dtype=object) for name in raw.table.columns})
    raw.frame.index = pd.Index([], dtype="int64", name="line")
    return raw


def _unknown(raw: Raw, named: list[str], missing: list[str]) -> dict[str, str]:
    """Complains about columns the table does not have; returns what was meant where that is clear."""
    meant = {}
    for name in dict.fromkeys(named):
        if name in raw.table.columns:
            continue
        near = difflib.get_close_matches(name.casefold().replace(" ", "_"), missing, n=1, cutoff=0.7)
        if not name:
            raw.add("E-COL-06", [raw.heading], n=named.count(""))
        elif near:
            raw.add("E-COL-03", [raw.heading], shown(name), instead=near[0], meaning=raw.table.columns[near[0]].meaning)
            meant[name] = near[0]
        else:
            is_personal = PERSONAL_NAMES.search(re.sub(r"[\s-]+", "_", name))
            raw.add("E-COL-05" if is_personal else "E-COL-02", [raw.heading], shown(name))
    return meant
