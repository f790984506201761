"""Each cell in its form: what pandera finds, told as our faults; then typed, with the faulty cells left empty."""

from __future__ import annotations

import pandas as pd

from coopeval.schema.forms import failures
from coopeval.tables import traps
from coopeval.tables.explain import explained, quoted
from coopeval.tables.personal import is_personal
from coopeval.tables.raw import BROKEN, Raw
from coopeval.tables.spelling import settled


def checked(raw: Raw) -> Raw:
    """Raw whose cells all are in their form: those that were not have become empty, and a fault."""
    broken = _without_results(raw)
    raw.frame, doubtful = settled(raw.table, raw.frame, raw.delimiter)
    found = failures(raw.table, raw.frame.drop(columns=raw.absent))
    for column, cells in doubtful.groupby("column"):
        lines = cells["line"].tolist()
        raw.add("E-NUM-03", lines, column, raw.frame.loc[lines, column].map(quoted_as(raw, column)), expected="1234.50")
    if len(doubtful) or len(broken):
        told = pd.concat([doubtful, broken])
        found = found.merge(told, on=["line", "column"], how="left", indicator="seen")
        found = found[found["seen"].eq("left_only")]
    _complain(raw, found)
    traps.complain(raw)
    if len(found) or len(doubtful):
        wrong = pd.concat([found[["line", "column"]], doubtful])
        for column, lines in wrong.groupby("column")["line"]:
            raw.frame[column] = raw.frame[column].where(~raw.frame.index.isin(lines), "")
    return raw


def _without_results(raw: Raw) -> pd.DataFrame:
    """Empties the cells in which a spreadsheet has an error, or a formula without a result, and says so."""
    places = []
    for name in raw.frame if raw.is_sheet else ():
        cells = raw.frame[name]
        for line, value in cells[cells.str.startswith(BROKEN)].items():
            error = value.removeprefix(BROKEN)
            raw.add("E-CELL-01" if error else "E-CELL-02", [line], name, [error])
            places.append({"line": line, "column": name})
    for place in places:
        raw.frame.loc[place["line"], place["column"]] = ""
        raw.is_whole &= place["column"] != raw.table.key[0]
    return pd.DataFrame(places, columns=["line", "column"])


def quoted_as(raw: Raw, column: str):
    """How the cells of a column may be shown."""
    return lambda value: quoted(raw.table.columns[column], value)


def _complain(raw: Raw, found: pd.DataFrame) -> None:
    for (column, check, value), cells in found.groupby(["column", "check", "value"], sort=False):
        code, values = explained(raw.table.columns[column], check, value)
        if raw.table.columns[column].privacy == "personal" or is_personal(value):
            code, values = _discreet(code, values)
        seen = quoted(raw.table.columns[column], value)
        raw.add(code, cells["line"], column, [seen] * len(cells), **values)


def _discreet(code: str, values: dict) -> tuple[str, dict]:
    """The same fault without a remedy that would give a personal value away."""
    plain = {
        "E-CODE-01": "E-CODE-02",
        "E-DATE-02": "E-DATE-01",
        "E-DATE-03": "E-DATE-01",
        "E-DATE-05": "E-DATE-01",
        "E-NUM-02": "E-NUM-01",
    }
    hidden = {name: value for name, value in values.items() if name not in ("instead", "one", "other")}
    return (plain[code], hidden) if code in plain else (code, values)
