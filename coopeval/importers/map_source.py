"""The file of a source as text: CSV, TSV, Parquet, or one sheet of a workbook, each cell with its line."""

from __future__ import annotations

import warnings
from pathlib import Path

from coopeval.errors import DataError, Fault, Faults
from coopeval.importers.map_file import Map
from coopeval.schema import Table
from coopeval.schema.column import text
from coopeval.tables import archive, decoding, folder, lines, parquet, sheet
from coopeval.tables.personal import shown
from coopeval.tables.raw import BROKEN, Raw
from coopeval.tables.workbook import DAMAGED, OTHER_FORMS

TEXTS = (".csv", ".tsv", ".tab", ".txt")


def rows(path, made: Map) -> Raw:
    """The rows under the headings of the source; `n_read` counts them.

    Raises
    ------
    DataError
        The file, a line or a cell of it cannot be read, or a heading of the map is not there: all at once.
    """
    path = Path(path)
    if not path.is_file():
        raise _refused("E-MAP-10", path)
    if path.stat().st_size > folder.LARGEST:
        raise _refused("E-FILE-06", path, largest=folder.LARGEST // 1_000_000)
    form = path.suffix.lower()
    if form in (".xlsx", *OTHER_FORMS):
        raw = _of_sheet(path, made)
    elif form == ".parquet":
        raw = parquet.raw_of(made.table, path)
        if raw is None:
            raise _refused("E-FILE-09", path)
    elif form in TEXTS:
        raw = _of_text(path, made)
    else:
        raise _refused("E-MAP-11", path)
    raw.frame.columns = [str(name).strip() for name in raw.frame.columns]
    _headings(raw, made)
    for at, name in enumerate(raw.frame.columns):
        cells = raw.frame.iloc[:, at]
        if name in made.asked:
            raw.add("E-CELL-02", cells.index[cells.str.startswith(BROKEN)], name)
    found = Faults(raw.faults)
    if found.refusals:
        raise DataError(faults=found)
    return raw


def standing_in(made: Map) -> Table:
    """A table with the headings of the source, its key being what becomes ours: so that lines can be read by it."""
    key = made.headings.get(made.schema_of.key[0], made.asked[0])
    return Table(made.table, made.source, (key,), {name: text("as the source has it") for name in made.asked})


def _refused(code: str, path: Path, **values) -> DataError:
    return DataError(faults=Faults([Fault(code, file=shown(path.name), values=values)]))


def _of_text(path: Path, made: Map) -> Raw:
    content, faults = decoding.text_of(path.read_bytes(), made.table, path.name)
    if content is None:
        raise DataError(faults=Faults(faults))
    frame, delimiter, wrong = lines.rows_of(content, standing_in(made), path.name)
    if frame is None:
        raise DataError(faults=Faults([*faults, *wrong]))
    return Raw(made.table, path.name, frame, [*faults, *wrong], len(frame), delimiter)


def _of_sheet(path: Path, made: Map) -> Raw:
    from openpyxl import load_workbook

    if path.suffix.lower() in OTHER_FORMS:
        raise _refused("E-BOOK-02", path, form=path.suffix)
    with path.open("rb") as handle:
        inside = archive.looked_through(handle)
        if inside.fault:
            raise _refused(inside.fault, path, form=path.suffix)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # about looks and menus that are not read
                book = load_workbook(handle, read_only=True, data_only=True, keep_links=False)
                name = _chosen(book, path, made)
                twin = load_workbook(handle, read_only=True, data_only=False, keep_links=False)
                raw = sheet.raw_of(made.table, path.name, sheet.rows_of(book[name], twin[name]))
                merged = inside.merged.get(book[name]._worksheet_path.lstrip("/"), [])
        except DAMAGED:
            raise _refused("E-BOOK-01", path) from None
    if raw is None:
        raise _refused("E-FILE-11", path)
    sheet.merged(raw, merged)
    return raw


def _chosen(book, path: Path, made: Map) -> str:
    """The sheet that is named, or the only one that can be seen."""
    names = [one.title for one in book.worksheets]
    seen = [one.title for one in book.worksheets if one.sheet_state == "visible"]
    if made.sheet and made.sheet not in names:
        raise _refused("E-MAP-12", path, sheet=shown(made.sheet), files=shown(", ".join(names)))
    if not made.sheet and len(seen) != 1:
        raise _refused("E-MAP-13", path, files=shown(", ".join(seen)))
    return made.sheet or seen[0]


def _headings(raw: Raw, made: Map) -> None:
    """Complains of headings the map asks for that are not there, or there twice."""
    import difflib

    there = list(raw.frame.columns)
    for name in made.asked:
        if there.count(name) > 1:
            raw.add("E-COL-04", [raw.heading], shown(name), n=there.count(name))
        elif name not in there:
            near = difflib.get_close_matches(name, there, n=1, cutoff=0.6)
            expected = shown(near[0]) if near else ", ".join(shown(one) for one in there if one)
            raw.add("E-MAP-14", [raw.heading], shown(name), expected=expected)
