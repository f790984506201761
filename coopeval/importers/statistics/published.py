"""One published table on its way in: a sheet or CSV under its own headings, then under the names of our columns."""

from __future__ import annotations

import warnings
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from coopeval.errors import Fault
from coopeval.importers.opening import not_there, opened
from coopeval.importers.statistics.column_map import ColumnMap
from coopeval.schema import Table
from coopeval.tables import archive, decoding, folder, lines, sheet
from coopeval.tables.personal import shown
from coopeval.tables.raw import Raw
from coopeval.tables.workbook import DAMAGED, FORM, OTHER_FORMS

Found = tuple["Published | None", list[Fault]]


@dataclass
class Published(Raw):
    """A table that is not part of a delivery: it brings its own columns."""

    own: Table | None = None

    @property
    def table(self) -> Table:
        """What is said of its columns."""
        return self.own

    @property
    def n_aside(self) -> Counter:
        """Rows set aside, by reason."""
        return Counter(row["reason"] for row in self.set_aside)


def read(path: Path, table: Table, said: ColumnMap) -> Found:
    """The rows under the headings of the file, as text; nothing where the file cannot be read."""
    if missing := not_there(path):
        return None, [missing]
    suffix = path.suffix.lower()
    if suffix == FORM:
        return _of_workbook(path, table, said)
    if suffix in OTHER_FORMS:
        return None, [Fault("E-BOOK-02", file=shown(path.name), values={"form": suffix})]
    return _of_text(path, table, said)


def _of_text(path: Path, table: Table, said: ColumnMap) -> Found:
    source = opened(path)
    if source.is_refused:
        return None, source.faults
    with source.stream() as handle:
        text, faults = decoding.text_of(handle.read(), table.name, source.name)
    if text is None:
        return None, [*source.faults, *faults]
    body = text.splitlines(keepends=True)[said.heading - 1 :]
    names = Table(table.name, "", (), dict.fromkeys([*said.headings(), *table.columns]))
    frame, delimiter, wrong = lines.rows_of("".join(body), names, source.name)
    faults = [*source.faults, *faults, *wrong]
    if frame is None:
        return None, faults or [Fault("E-FILE-04", file=source.name)]
    frame.index = frame.index + said.heading - 1
    n_read = len(frame) + sum(fault.code == "E-LINE-01" for fault in wrong)
    return Published(table.name, source.name, frame, faults, n_read, delimiter, said.heading, own=table), []


def _of_workbook(path: Path, table: Table, said: ColumnMap) -> Found:
    name = shown(path.name)

    def refused(code: str, **values) -> Found:
        return None, [Fault(code, file=name, values={"form": FORM, **values})]

    if path.stat().st_size > folder.LARGEST:
        return refused("E-FILE-06", largest=folder.LARGEST // 1_000_000)
    with path.open("rb") as handle:
        inside = archive.looked_through(handle)
        if inside.fault:
            return refused(inside.fault)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # about looks and menus that are not read
                return _opened(handle, name, table, said, inside)
        except DAMAGED:
            return refused("E-BOOK-01")


def _opened(handle, file: str, table: Table, said: ColumnMap, inside: archive.Inside) -> Found:
    from openpyxl import load_workbook

    book = load_workbook(handle, read_only=True, data_only=True, keep_links=False)
    twin = load_workbook(handle, read_only=True, data_only=False, keep_links=False) if inside.has_formulas else None
    shown_ones = [one.title for one in book.worksheets if one.sheet_state == "visible"]
    hidden = [one.title for one in book.worksheets if one.sheet_state != "visible"]
    faults = [Fault("W-STAT-01", file=file, values={"sheet": shown(one)}) for one in hidden if one != said.sheet]
    wanted = said.sheet or (shown_ones[0] if len(shown_ones) == 1 else "")
    if wanted in hidden:
        return None, [*faults, Fault("E-STAT-05", file=file, values={"sheet": shown(wanted)})]
    if wanted not in shown_ones:
        return None, [*faults, Fault("E-STAT-06", file=file, values={"sheets": ", ".join(map(shown, shown_ones))})]
    one = book[wanted]
    rows = list(sheet.rows_of(one, twin[wanted] if twin else None))
    texts = {
        cell.coordinate for row in one.iter_rows() for cell in row if cell.value is not None and cell.data_type == "s"
    }
    heading = next((cells for number, cells in rows if number == said.heading), None)
    if heading is None:
        return None, [*faults, Fault("E-FILE-11", wanted, file)]
    names = [cell.strip() for cell in heading]
    below = [(number, cells) for number, cells in rows if number > said.heading]
    frame = pd.DataFrame(
        [(cells + [""] * len(names))[: len(names)] for _, cells in below], columns=names, dtype=object,
        index=pd.Index([number for number, _ in below], dtype="int64", name="line"),
    )  # fmt: skip
    raw = Published(wanted, file, frame, faults, len(frame), heading=said.heading, is_sheet=True, own=table)
    for number, cells in below:
        if len(cells) > len(names) and any(cells[len(names) :]):
            raw.add("E-CELL-03", [number])
    ranges = inside.merged.get(one._worksheet_path.lstrip("/"), [])
    sheet.merged(raw, ranges)
    _merged_headings(raw, ranges)
    raw.texts = texts
    return raw, []


def _merged_headings(raw: Published, ranges: list[str]) -> None:
    """A heading over several columns: nobody knows which of them it means."""
    from openpyxl.utils.cell import range_boundaries

    for range_ in ranges:
        first, top, last, bottom = range_boundaries(range_)
        if top <= raw.heading == bottom and last > first and first <= raw.frame.shape[1]:
            raw.add("E-CELL-04", [raw.heading], str(raw.frame.columns[first - 1]), cells=range_)


def named(raw: Published, said: ColumnMap) -> bool:
    """Puts the rows under the names of our columns; false where that cannot be done, which is then said."""
    there = list(raw.frame.columns)
    headings = said.headings() or {name: name for name in there if name in raw.table.columns}
    missing = [heading for heading in headings if heading not in there]
    wrong = [column for column in [*headings.values(), *said.constants, *said.codes] if column not in raw.table.columns]
    for heading in missing:
        raw.add("E-STAT-03", [raw.heading], shown(heading), there=", ".join(shown(name) for name in there if name))
    for column in dict.fromkeys(wrong):
        raw.add("E-STAT-09", [None], shown(column), expected=", ".join(raw.table.columns))
    for heading, n in Counter(there).items():
        if n > 1 and heading in headings:
            raw.add("E-COL-04", [raw.heading], shown(heading), n=n)
    needed = [name for name, column in raw.table.columns.items() if not column.optional]
    absent = [name for name in needed if name not in headings.values() and name not in said.constants]
    for name in absent:
        raw.add("E-STAT-10", [raw.heading], name, there=", ".join(shown(one) for one in there if one))
    if missing or wrong or absent or len(set(there)) < len([one for one in there if one]):
        return False
    if unused := [name for name in there if name and name not in headings]:
        raw.add("W-STAT-02", [raw.heading], ", ".join(map(shown, unused)))
    _stored_as_text(raw, headings)
    raw.absent = [name for name in raw.table.columns if name not in (*headings.values(), *said.constants)]
    columns = {headings[name]: raw.frame[name] for name in headings} | {
        name: pd.Series(value, index=raw.frame.index, dtype=object) for name, value in said.constants.items()
    }
    nothing = pd.Series("", index=raw.frame.index, dtype=object)
    raw.frame = pd.DataFrame({name: columns.get(name, nothing) for name in raw.table.columns}, index=raw.frame.index)
    return True


def _stored_as_text(raw: Published, headings: dict[str, str]) -> None:
    """Figures that a workbook holds as text: read as they stand, and said."""
    from openpyxl.utils import get_column_letter

    texts = getattr(raw, "texts", set())
    for at, heading in enumerate(raw.frame.columns, start=1):
        column = raw.table.columns.get(headings.get(heading, ""))
        if column is None or column.kind not in ("number", "integer"):
            continue
        cells = raw.frame[heading]
        as_text = [line for line in cells.index if f"{get_column_letter(at)}{line}" in texts]
        figures = [line for line in as_text if cells[line].strip()[:1].isdigit()]
        if figures:
            raw.add("W-STAT-03", figures[:1], shown(heading), n=len(figures))


def settle(raw: Published, said: ColumnMap) -> None:
    """Takes out the marks for missing figures, puts codes for words, sets aside totals."""
    for name, column in raw.table.columns.items():
        cells = raw.frame[name].str.strip()
        if column.kind in ("number", "integer"):
            cells = cells.where(~cells.isin(said.missing), "")
        elif words := said.codes.get(name):
            unknown = ~cells.isin([*words, *words.values(), ""])
            raw.add("E-STAT-04", cells.index[unknown], name, cells[unknown].map(shown), expected=", ".join(words))
            cells = cells.map(lambda cell, words=words: words.get(cell, cell))
        raw.frame[name] = cells


def set_aside(raw: Published, rows: pd.Series, reason: str) -> pd.DataFrame:
    """Takes rows out, counted under a reason; gives them."""
    out = raw.frame[rows]
    raw.set_aside += [{"table": raw.name, "key": "", "line": int(at), "reason": reason, "code": ""} for at in out.index]
    raw.frame = raw.frame[~rows]
    return out
