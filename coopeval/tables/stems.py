"""What a column that is seen as of a day stems from: the columns that decide its rows, and those that decide its cells.

The schema says it; nothing here knows a column by name. A column is named as in "jobs.ended_on".
"""

from __future__ import annotations

from coopeval.schema import TABLES


def of_itself() -> dict[str, frozenset[str]]:
    """Each column of each table from itself alone: tables as they were delivered."""
    return {name: frozenset([name]) for table in TABLES for name in named(table, TABLES[table].columns)}


def of_a_cut() -> dict[str, frozenset[str]]:
    """For each table what decides which of its rows stay, for each column what decides its cells as well.

    >>> sorted(of_a_cut()["costs"])
    ['costs.period_from', 'costs.structure_id', 'structures.started_on']
    >>> sorted(of_a_cut()["jobs.end_kind"])
    ['jobs.ended_on']
    """
    rows = {name: _rows(name) for name in TABLES}
    return rows | {f"{name}.{column}": _cells(name, column, rows) for name in TABLES for column in TABLES[name].columns}


def named(table: str, columns) -> frozenset[str]:
    """Columns of a table by their full names."""
    return frozenset(f"{table}.{column}" for column in columns)


def table_of(column: str) -> str:
    """The table in the full name of a column; of a table, itself."""
    return column.partition(".")[0]


def _rows(name: str) -> frozenset[str]:
    """The columns that date the rows, those that tie them to rows of other tables, and what decides these rows."""
    found, followed, new = frozenset(), frozenset(), frozenset([name])
    while new:
        followed |= new
        pointed = set()
        for each in new:
            table = TABLES[each]
            ties = _ties(each)
            pointed |= {other for others in ties.values() for other in others}
            found |= named(each, [*table.first_date, *filter(None, [table.year]), *ties])
        new = frozenset(pointed) - followed
    return found


def _ties(name: str) -> dict[str, tuple[str, ...]]:
    """Columns without which a row cannot stay, with the tables they point to: needed keys, one of several, subjects."""
    table = TABLES[name]
    ties = {
        column: (other,)
        for column, other in table.references.items()
        if column in table.one_of or not table.columns[column].optional
    }
    ties |= {column: ties.get(column, ()) for column in table.one_of}
    if table.subject:
        kind, key, others = table.subject
        ties |= {kind: (), key: tuple(others.values())}
    return ties


def _cells(name: str, column: str, rows: dict[str, frozenset[str]]) -> frozenset[str]:
    """The days that tell the column, the span an amount is spread over, the rows that a key it may lose points to."""
    table = TABLES[name]
    found, new = set(), {column}
    while new:  # a day may itself be told by another one
        found |= new
        new = {day for day, told in table.tells.items() if set(told) & found} - found
    if column in (*table.pro_rata, *table.span[1:]):
        found |= set(table.span)
    other = table.references.get(column, "")
    return named(name, found - {column}) | rows.get(other, frozenset())
