"""From the cells of a sheet to the same text a CSV file would hold, row numbers standing for lines."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import repeat

import numpy as np
import pandas as pd
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string
from openpyxl.utils.datetime import to_excel as serial_of

from coopeval.tables.archive import LAST_ROW
from coopeval.tables.decoding import CONTROL, MOJIBAKE
from coopeval.tables.personal import shown
from coopeval.tables.raw import BROKEN, Raw

Row = tuple[int, list[str]]
PLAIN = {"=TRUE()": "true", "=FALSE()": "false"}  # how LibreOffice writes a yes and a no that were typed

SPREADSHEETS_AGREE = datetime(1900, 3, 1)  # before it Excel counts a 29 February that never was, and none below 1


def rows_of(sheet, twin=None) -> Iterator[Row]:
    """Row number and texts of each row that holds anything, up to its last filled cell.

    `twin` is the same sheet opened for its formulas, whose stored results may be old or come from another file.
    """
    sheet.reset_dimensions()  # what a file says about its own size may be less than it holds
    formulas = repeat(())
    if twin is not None:
        twin.reset_dimensions()
        formulas = twin.iter_rows()
    for number, (cells, behind) in enumerate(zip(sheet.iter_rows(), formulas, strict=False), start=1):
        if number > LAST_ROW:
            raise ValueError("more rows than a sheet can have")
        texts = [_text(cell) for cell in cells]
        for at, formula in enumerate(behind):
            if formula.data_type == "f" and cells[at].data_type != "e":
                texts[at] = PLAIN.get(str(formula.value), BROKEN)
        while texts and not texts[-1]:
            texts.pop()
        if texts:
            yield number, texts


def _text(cell) -> str:
    if cell.value is None:
        return ""
    if isinstance(cell.value, datetime) and cell.value < SPREADSHEETS_AGREE:
        return written(serial_of(cell.value))  # the number that stands there, which is no day
    return BROKEN + str(cell.value) if cell.data_type == "e" else written(cell.value)


def written(value: object) -> str:
    """A value as CSV would hold it: days as days, whole numbers without a point, and no hour that is midnight.

    >>> [written(value) for value in (datetime(2023, 12, 31), 7.0, 0.1, True, "x", datetime(2023, 12, 31, 14, 30))]
    ['2023-12-31', '7', '0.1', 'true', 'x', '2023-12-31T14:30:00']
    """
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return np.format_float_positional(value, trim="-")
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    return value.isoformat() if isinstance(value, (date, time)) else str(value)


def raw_of(name: str, file: str, rows: Iterator[Row]) -> Raw | None:
    """The rows under the headings, which are the first row that holds anything; None when no row does."""
    heading, names = next(rows, (0, []))
    if not names:
        return None
    names = [text.removeprefix(BROKEN) for text in names]
    letters = {text.strip(): get_column_letter(at) for at, text in reversed([*enumerate(names, start=1)])}
    width = len(names)
    kept, beside = [], []
    for number, texts in rows:
        first = next((at for at in range(width, len(texts)) if texts[at].strip()), None)
        if first is not None:
            beside.append((number, get_column_letter(first + 1)))
        if any(text.strip() for text in texts[:width]):  # blanks look like nothing, and nobody could find them
            kept.append((number, texts[:width] + [""] * (width - len(texts))))
    index = pd.Index([number for number, _ in kept], dtype="int64", name="line")
    frame = pd.DataFrame([texts for _, texts in kept], columns=names, index=index, dtype=object)
    raw = Raw(name, file, frame, n_read=len(frame), heading=heading, is_sheet=True, letters=letters)
    for number, letter in beside if raw.table.columns.keys() & letters.keys() else ():  # else the headings are to blame
        raw.add("E-CELL-03", [number], letter)
    _odd_signs(raw)
    return raw


def _odd_signs(raw: Raw) -> None:
    """Signs that no text should hold, and accents that were damaged before the text came into the sheet."""
    damaged = None
    for at, column in enumerate(raw.frame.columns):
        cells = raw.frame.iloc[:, at]
        text = "\n".join(cells)
        if CONTROL.search(text):
            for line, sign in cells.str.extract(f"({CONTROL.pattern})", expand=False).dropna().items():
                raw.add("E-TEXT-03", [line], column, sign=f"U+{ord(sign):04X}")
            raw.frame.isetitem(at, cells.str.replace(CONTROL.pattern, "", regex=True))
        if MOJIBAKE.search(text):
            first = cells.index[cells.str.contains(MOJIBAKE.pattern)][0]
            damaged = first if damaged is None else min(damaged, first)
    if damaged is not None:
        raw.add("W-TEXT-02", [damaged])


def merged(raw: Raw, ranges: list[str]) -> None:
    """Cells merged into one, below the headings: all but the first are empty, and nobody knows what they should be."""
    for range_ in ranges:
        left, _, right = range_.partition(":")
        first, row = coordinate_from_string(left)
        _, last_row = coordinate_from_string(right or left)
        at = column_index_from_string(first) - 1
        if last_row > raw.heading and at < raw.frame.shape[1]:
            raw.add("E-CELL-04", [max(row, raw.heading + 1)], str(raw.frame.columns[at]), cells=range_)


def hidden(raw: Raw, state: str, rows: list[int], columns: list[tuple[int, int]]) -> None:
    """What a reader of the sheet does not see is read all the same, and said: a filter left on hides facts too."""
    if state != "visible":
        raw.add("W-BOOK-04")
    unseen = raw.frame.index[raw.frame.index.isin(rows)]
    if len(unseen):
        raw.add("W-BOOK-05", unseen[:1], n=len(unseen))
    names = [str(name) for at, name in enumerate(raw.frame.columns, start=1) if any(a <= at <= b for a, b in columns)]
    if names:
        raw.add("W-BOOK-06", [raw.heading], columns=", ".join(map(shown, names)))
