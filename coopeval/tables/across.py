"""What ties tables together: keys that exist, dates inside what they belong to, and what each concept asks."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd

from coopeval.schema import TABLES
from coopeval.tables import budgets, handovers, prices, steps, stocks, takeovers, work
from coopeval.tables.explain import quoted
from coopeval.tables.raw import Raw
from coopeval.tables.rows import LINE, as_days

CONCEPTS = (takeovers, steps, handovers, work, stocks, prices, budgets)


def tie(raws: Mapping[str, Raw], frames: Mapping[str, pd.DataFrame]) -> None:
    """Adds to each raw table the faults that only show beside other tables."""
    for name, raw in raws.items():
        frame = frames[name]
        for column, other in raw.table.references.items():
            _orphans(raw, frame[column], frame[LINE], other, (raws, frames))
        if raw.table.subject:
            _subjects(raw, frame, (raws, frames))
        if raw.table.within and raw.table.references[raw.table.within] in frames:
            _outside(raw, frame, frames[raw.table.references[raw.table.within]])
    for concept in CONCEPTS:
        concept.complain(raws, frames)


def _orphans(raw: Raw, cells: pd.Series, lines: pd.Series, other: str, delivered: tuple) -> None:
    raws, frames = delivered
    filled = cells.ne("")
    if not filled.any():
        return
    column = str(cells.name)
    if other not in frames:
        if not _is_in_fault(other, raws):
            raw.add("W-KEY-07", [lines[filled].iloc[0]], column, other=other, n=int(filled.sum()))
        return
    if not raws[other].is_whole:
        return
    known = pd.Index(frames[other][raws[other].table.key[0]].unique())
    lost = filled & ~cells.isin(known)
    if not lost.any():
        return
    alike = pd.Series(known, index=[_plain(key) for key in known]).groupby(level=0).agg(list)
    about = {"other": raws[other].called, "expected": f"{other}.{raws[other].table.key[0]}"}
    for value, at in cells[lost].groupby(cells[lost], sort=False):
        seen = quoted(raw.table.columns[column], value)
        instead = _meant(value, alike) if seen else ""
        extra = {"instead": instead} if instead else {}
        raw.add("E-KEY-05" if instead else "E-KEY-04", lines[at.index], column, [seen] * len(at), **about, **extra)


def _is_in_fault(other: str, raws: Mapping[str, Raw]) -> bool:
    return other in raws or other in ("structures", "projects", "enterprises")  # their absence is a fault already


def _meant(value: str, alike: pd.Series) -> str:
    """The one key that differs in capitals, spaces or lost zeros only."""
    keys = alike.get(_plain(value), [])
    return keys[0] if len(keys) == 1 else ""


def _plain(key: str) -> str:
    return re.sub(r"(?<!\d)0+(?=\d)", "", re.sub(r"[\s_-]", "", key.casefold()))


def _subjects(raw: Raw, frame: pd.DataFrame, delivered: tuple) -> None:
    kind, key, tables = raw.table.subject
    strange = frame[~frame[kind].isin((*tables, ""))]
    raw.add("E-SUBJ-01", strange[LINE], kind, strange[kind].tolist(), expected=", ".join(tables))
    for subject, other in tables.items():
        rows = frame[frame[kind].eq(subject)]
        _orphans(raw, rows[key], rows[LINE], other, delivered)


def _outside(raw: Raw, frame: pd.DataFrame, owners: pd.DataFrame) -> None:
    """Rows dated before what they belong to was there, or after its end."""
    key, first = raw.table.within, raw.table.first_date[0]
    owners = owners.drop_duplicates(key).set_index(key)
    start = frame[key].map(owners[list(TABLES[raw.table.references[key]].first_date)].min(axis=1))
    early = frame[frame[first] < start]
    raw.add_each(
        "W-STOP-02",
        early[LINE],
        first,
        as_days(early[first]),
        owner=[key] * len(early),
        started=as_days(start[early.index]),
    )
    late = frame[frame[first] > frame[key].map(owners["ended_on"])]
    raw.add("W-STOP-01", late[LINE], first, as_days(late[first]), owner=key)
