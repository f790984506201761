"""What a later delivery says otherwise about the past: revisions of old facts, row by row.

Two deliveries are seen as of one day. Most of what differs then is no revision: somebody has looked for longer, a plan
was changed, an enterprise came into sight later. The schema says which columns tell of looking and which of plans;
nothing here knows a column.
"""

from __future__ import annotations

import pandas as pd

from coopeval.schema import TABLES, Table
from coopeval.tables.cut import cut, without_loose_ends
from coopeval.tables.dataset import Dataset
from coopeval.tables.personal import shown
from coopeval.tables.typed import written

COLUMNS = ("revision", "table", "key", "change", "column", "old", "new")
CHANGED, ADDED, REMOVED = "changed", "added", "removed"
NEWLY_DELIVERED, NOT_DELIVERED = "newly_delivered", "not_delivered"
NOT_REPEATED = "•"  # stands for a value of a personal column
BETWEEN = "\x1f"  # parts of a key; cannot stand in a delivered cell


def revisions(before: Dataset, after: Dataset, day) -> pd.DataFrame:
    """Each row that a later delivery says otherwise, as of a day both of them describe.

    One row per column that differs; what belongs to one row of a table shares its number.

    Parameters
    ----------
    before, after
        The earlier delivery and the later one.
    day
        The last day of the earlier period. What happened later is a new fact and not here.

    Returns
    -------
    `revision` (1, 2, ... one per row of a table), `table`, `key` (parts joined by " / "), `change` (changed, added,
    removed; newly_delivered or not_delivered where only one delivery has the table), `column`, `old`, `new` (as
    written in a file; of personal columns a dot).

    Raises
    ------
    ParameterError
        The day lies after the last day one of them describes.

    >>> from coopeval.tables import from_frames
    >>> def made(form):
    ...     row = {"enterprise_id": ["E1"], "born_on": ["2020-01-01"], "legal_form": [form]}
    ...     return from_frames({"enterprises": pd.DataFrame(row)}, {"delivered_on": "2025-12-31"})
    >>> revisions(made("610"), made("706"), "2025-12-31")[["key", "column", "old", "new"]].values.tolist()
    [['E1', 'legal_form', '610', '706']]
    """
    pairs = _pairs(before, after, pd.Timestamp(day))
    found = []
    for name, table in TABLES.items():
        if name in pairs:
            found += [_told(table, *row) for row in _rows(table, *pairs[name])]
        elif (name in before) != (name in after):
            found.append({"table": name, "change": NEWLY_DELIVERED if name in after else NOT_DELIVERED})
    whole = pd.DataFrame(found, columns=["table", "row", *COLUMNS[2:]]).fillna("")
    numbers = (~whole.duplicated(["table", "row"])).cumsum().astype(int)
    return whole.assign(revision=numbers)[list(COLUMNS)]


def looked_closer(before: Dataset, after: Dataset, day) -> pd.DataFrame:
    """How many rows differ as of the day only by how long or how closely somebody looked.

    One row per table and column that tells of looking: `table`, `column`, `n` rows in which it differs and no fact of
    the row does. They are no revisions, but a figure of that day may move by them.
    """
    rows = []
    for name, (old, new) in _pairs(before, after, pd.Timestamp(day)).items():
        table = TABLES[name]
        same = old.rows.intersection(new.rows).difference([row for row, *_ in _rows(table, old, new)])
        for column in (*table.cut_at, *table.looked):
            n = int((old.seen.loc[same, column] != new.seen.loc[same, column]).sum())
            rows += [(name, column, n)] if n else []
    return pd.DataFrame(rows, columns=["table", "column", "n"])


class _Side:
    """One table of one delivery, as of the day; every frame has the keys of its rows as index."""

    def __init__(self, table: Table, whole: pd.DataFrame, seen: pd.DataFrame, day: pd.Timestamp) -> None:
        self.seen, full = _by_key(table, written(table, seen)), _by_key(table, written(table, whole))
        self.rows = self.seen.index
        self.full = full.loc[self.rows]
        self.whole = whole.set_axis(full.index, axis=0).loc[self.rows]
        self.is_later = {name: self.whole[name] > day for name in table.days}
        self.runs_on = pd.Series(False, index=self.rows)
        self.facts = self.seen.drop(columns=[*table.key, *table.looked, *table.cut_at])
        for name in _planned(table):
            ahead = self.whole[name].isna() | self.is_later[name]
            if name in table.span:
                self.runs_on = ahead
                ahead = ahead | self.whole[name].eq(day)  # it covers as much of the past as one that goes on
            self.facts[name] = self.full[name].mask(ahead, "")
        for name in table.pro_rata:
            self.facts[name] = self.full[name]


def _pairs(before: Dataset, after: Dataset, day: pd.Timestamp) -> dict[str, tuple[_Side, _Side]]:
    """The tables both deliveries have."""
    old = cut(before, day)
    new = _in_sight(old, cut(after, day), day)
    return {
        name: (_Side(table, before[name], old[name], day), _Side(table, after[name], new[name], day))
        for name, table in TABLES.items()
        if name in old and name in new
    }


def _in_sight(old: Dataset, new: Dataset, day: pd.Timestamp) -> dict[str, pd.DataFrame]:
    """The later delivery without rows that existed on the day and came into sight after it, and what hangs on them.

    An enterprise that existed before it joined the programme is news, not a correction.
    """
    fewer = dict(new)
    for name in old:
        table = TABLES[name]
        if table.in_sight and name in new:
            known = new[name][table.key[0]].isin(old[name][table.key[0]])
            fewer[name] = new[name][known | ~(new[name][table.in_sight] > day)]
    return without_loose_ends(new, fewer)


def _rows(table: Table, old: _Side, new: _Side) -> list[tuple[str, str, str, str, str]]:
    """Key, kind of change, column, old and new text, in order of key and column."""
    found = [(row, ADDED, "", "", "") for row in new.rows.difference(old.rows)]
    found += [(row, REMOVED, "", "", "") for row in old.rows.difference(new.rows)]
    both = old.rows.intersection(new.rows)
    differs = (old.facts.loc[both] != new.facts.loc[both]) & ~_no_correction(table, old, new, both)
    for day in table.cut_at:  # moved back although nothing else of the row says why: what was seen was not there
        back = new.seen.loc[both, day] < old.seen.loc[both, day]
        differs[day] = back & ~differs.any(axis=1)
    for column in differs.columns[differs.any()]:
        rows = both[differs[column]]
        texts = zip(rows, old.full.loc[rows, column], new.full.loc[rows, column], strict=True)
        told = zip(rows, old.seen.loc[rows, column], new.seen.loc[rows, column], strict=True)
        found += [(row, CHANGED, column, a, b) for row, a, b in (texts if _is_full(table, column) else told)]
    place = {column: at for at, column in enumerate(table.columns)}
    return sorted(found, key=lambda row: (row[0], place.get(row[2], -1)))


def _no_correction(table: Table, old: _Side, new: _Side, both: pd.Index) -> pd.DataFrame:
    """Cells that differ because somebody looked later, a plan was changed, or what was planned has happened."""
    excused = pd.DataFrame(False, index=both, columns=old.facts.columns)
    for day in table.cut_at:
        later = (
            old.is_later[day][both] | new.is_later[day][both] | (new.whole.loc[both, day] > old.whole.loc[both, day])
        )
        for column in table.tells.get(day, {}):
            excused[column] |= later
    if table.span:
        was, now = old.full.loc[both, table.span[1]], new.full.loc[both, table.span[1]]
        replanned = old.runs_on[both] & new.runs_on[both] & (was.ne(now) | was.eq(""))
        if table.settles:
            settled = old.facts.loc[both, table.settles].ne("true") & new.facts.loc[both, table.settles].eq("true")
            excused[table.settles] |= settled
            replanned |= settled
        for amount in table.pro_rata:
            excused[amount] |= replanned
    return excused


def _planned(table: Table) -> tuple[str, ...]:
    """Days that are known beforehand and may still change until they are there."""
    return tuple(dict.fromkeys([*table.span[1:], *(n for n, column in table.columns.items() if column.planned)]))


def _is_full(table: Table, column: str) -> bool:
    """Whether a column is told as delivered, because the day of looking would cut it."""
    return column in (*table.pro_rata, *_planned(table))


def _by_key(table: Table, texts: pd.DataFrame) -> pd.DataFrame:
    parts = [texts[name] for name in table.key]
    return texts.set_axis(pd.Index(parts[0].str.cat(parts[1:], sep=BETWEEN), dtype=object), axis=0)


def _told(table: Table, row: str, change: str, column: str, old: str, new: str) -> dict[str, str]:
    """A row of the answer; personal values are not repeated, and what cannot be seen is made visible."""

    def said(name: str, value: str) -> str:
        is_personal = name and table.columns[name].privacy == "personal"
        return NOT_REPEATED if is_personal and value else shown(value)

    parts = zip(table.key, row.split(BETWEEN), strict=True)
    return {
        "table": table.name, "row": row, "key": " / ".join(said(name, part) for name, part in parts),
        "change": change, "column": column, "old": said(column, old), "new": said(column, new),
    }  # fmt: skip
