"""From the cells of a source to those of our table: columns, constants, days, codes, numbers. Nothing is guessed."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from coopeval.errors import Fault
from coopeval.importers import map_days
from coopeval.importers.map_file import Map
from coopeval.schema import Column
from coopeval.schema.forms import codes_of
from coopeval.tables.explain import explained, quoted
from coopeval.tables.raw import Raw

DOUBTFUL = r"-?[1-9]\d{0,2}[.,]\d{3}|.*\d,\d.*"  # 1.234 may be a thousand; a comma is never ours
THOUSANDS = {",": r"-?\d{1,3}(?:\.\d{3})+(?:,\d+)?", ".": r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?"}
OF_THE_END = ("end_kind", "not_ended_before")  # a constant for these is meant for rows that ended


def ours(raw: Raw, made: Map) -> tuple[pd.DataFrame, list[Fault]]:
    """The columns of our table that the map fills, as text; and what the map leaves open for whole columns.

    Days are brought to 2023-12-31, codes to ours, numbers to a decimal point, enterprise numbers to ten digits; keys
    get the prefix; the last day of sight is, where the source has none, the last day or else the day of the snapshot.
    """
    columns, faults = made.schema_of.columns, []
    frame = pd.DataFrame(index=raw.frame.index)
    numbers = {heading for name, heading in made.headings.items() if columns[name].form == "enterprise_number"}
    for name, heading in made.headings.items():
        cells = raw.frame[heading].str.strip().astype(object)
        if heading in numbers:  # a key made of it has one spelling too
            cells = _ten_digits(cells)
        frame[name], wrong = _translated(columns[name], cells, made, raw.file)
        faults += wrong
    for name, value in made.constants.items():
        frame[name] = value
        if name in OF_THE_END and "ended_on" in frame:
            frame[name] = frame[name].where(frame["ended_on"].ne(""), "")
    if "last_seen_on" in columns and "last_seen_on" not in frame:
        seen = frame["ended_on"] if "ended_on" in frame else pd.Series("", index=frame.index)
        frame["last_seen_on"] = seen.where(seen.ne(""), made.snapshot_on.isoformat())
    return _with_prefix(frame, made), faults


def _translated(column: Column, cells: pd.Series, made: Map, file: str) -> tuple[pd.Series, list[Fault]]:
    if column.kind == "code":
        return _codes(column, cells, made, file)
    if said := made.codes.get(column.name):  # of a column without a list only what is named gives way
        cells = cells.map(lambda cell: said.get(cell, cell))
    if column.kind == "day":
        return _days(column, cells, made, file)
    if column.kind in ("number", "integer"):
        return _numbers(column, cells, made, file)
    if column.form == "nace":
        return cells.str.replace(".", "", regex=False).str.replace(r"^(\d{5})\d{2}$", r"\1", regex=True), []
    return cells, []


def _ten_digits(cells: pd.Series) -> pd.Series:
    whole = cells.str.replace(r"^(\d{9,10})\.0+$", r"\1", regex=True)  # as floats are written
    plain = whole.str.replace(r"^BE|[. ]", "", regex=True)
    return plain.where(~plain.str.fullmatch(r"\d{9}"), "0" + plain)  # the zero that spreadsheets drop


def _days(column: Column, cells: pd.Series, made: Map, file: str) -> tuple[pd.Series, list[Fault]]:
    form = made.dates.get(column.name)
    if form is not None:
        return map_days.in_form(cells, form), []
    n, fit = map_days.fitting(cells)
    if not n:
        return map_days.in_form(cells), []
    code = {0: "E-MAP-20", 1: "E-MAP-21"}.get(len(fit), "E-MAP-22")
    about = {"n": n, "others": ", ".join(fit), "form": fit[0] if fit else "", "heading": made.headings[column.name]}
    first = next(cell for cell in cells if map_days.fitting(pd.Series([cell]))[0])
    line = int(cells.index[cells.eq(first)][0])
    return cells, [Fault(code, made.table, file, line, column.name, found=quoted(column, first), values=about)]


def _codes(column: Column, cells: pd.Series, made: Map, file: str) -> tuple[pd.Series, list[Fault]]:
    """Their codes as ours. With a map only what stands in it; without one only what already is one of ours."""
    pairs = made.codes.get(column.name)
    known = set(pairs) if pairs is not None else set(codes_of(column))
    counts = cells.value_counts()
    strange = sorted(value for value in counts.index if value and value not in known)
    faults = []
    for value in strange:
        instead = explained(column, "code", value)[1].get("instead", "")
        about = {"n": int(counts[value]), "instead": instead, "list": column.codes}
        line = int(cells.index[cells.eq(value)][0])
        code = "E-MAP-23" if instead else "E-MAP-24"
        faults.append(Fault(code, made.table, file, line, column.name, found=quoted(column, value), values=about))
    return (cells.map(pairs).where(cells.isin(known), cells) if pairs is not None else cells), faults


def _numbers(column: Column, cells: pd.Series, made: Map, file: str) -> tuple[pd.Series, list[Fault]]:
    if made.decimal is None:
        doubtful = cells[cells.str.fullmatch(DOUBTFUL)]
        if len(doubtful):
            about = {"found": quoted(column, doubtful.iloc[0]), "values": {"n": len(doubtful)}}
            return cells, [Fault("E-MAP-25", made.table, file, int(doubtful.index[0]), column.name, **about)]
        return cells, []
    other = "." if made.decimal == "," else ","
    bare = cells.str.replace(r"[\s\u00a0\u202f']", "", regex=True)
    bare = bare.where(~bare.str.fullmatch(THOUSANDS[made.decimal]), bare.str.replace(other, "", regex=False))
    # a sign that is left over is no number in this notation, and must not become one
    return cells.where(bare.str.contains(other, regex=False), bare.str.replace(made.decimal, ".", regex=False)), []


def _with_prefix(frame: pd.DataFrame, made: Map) -> pd.DataFrame:
    table = made.schema_of
    own = [table.key[0]] if table.key[0].endswith("_id") and not table.columns[table.key[0]].references else []
    own += [name for name, other in table.references.items() if other == table.name]
    for name in own:
        if name in frame and name not in made.constants:
            frame[name] = frame[name].where(frame[name].eq(""), made.id_prefix + frame[name])
    return frame


def unread(raw: Raw, made: Map) -> Iterator[str]:
    """Headings of the source that the map leaves where they are."""
    return (name for name in raw.frame.columns if name and name not in made.asked)
