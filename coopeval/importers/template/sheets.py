"""The sheets of a template: headings with notes, columns in their format, menus, and an example row or the rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import zip_longest

import numpy as np
import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from coopeval.importers.template import words
from coopeval.schema import TABLES, Column, Table
from coopeval.schema.examples import MARK, example
from coopeval.tables.labelled import labelled
from coopeval.tables.workbook import LISTS

TEXT, DAY = "@", "yyyy-mm-dd"
FORMATS = {"text": TEXT, "code": TEXT, "day": DAY}
LAST_ROW = 1_048_576
FIRST_DAY = date(1900, 3, 1)  # before it spreadsheets count days differently
WIDEST = 999_999_999_999_999
BOLD, GREY = Font(bold=True), Font(italic=True, color="595F64")
WRAPPED = Alignment(wrap_text=True, vertical="top")
NEEDED, SPARE = PatternFill("solid", fgColor="CFE3EA"), PatternFill("solid", fgColor="EEF1F2")
TAB = {True: "0B4F6C", False: "B8C2C8"}  # required or not
TRUE_FALSE = ("true", "false")


def cell(sheet, value: object, form: str = "", note: str = "") -> WriteOnlyCell:
    """A cell whose text stays text, whatever sign it begins with."""
    made = WriteOnlyCell(sheet, value)
    if form:
        made.number_format = form
    if isinstance(value, str):
        made.data_type = "s"  # openpyxl takes what begins with = for a formula
    if note:
        made.comment = Comment(note, "coopeval", height=260, width=420)
    return made


def menus(lang: str) -> dict[str, list[str]]:
    """Each list that some column is filled from, and what its menu offers.

    >>> menus("en")["true or false"], menus("fr")["contracts or all"][-1]
    (['true', 'false'], 'all')
    """
    columns = [column for table in TABLES.values() for column in table.columns.values()]
    lists = {menu_of(column): list(labelled(column, lang).values()) for column in columns if column.kind == "code"}
    return {**lists, " or ".join(TRUE_FALSE): list(TRUE_FALSE)}


def menu_of(column: Column) -> str:
    """The heading under which the menu of a column stands on the sheet of lists; none where it has no menu."""
    if column.kind == "boolean":
        return " or ".join(TRUE_FALSE)
    return " or ".join((column.codes, *column.also)) if column.kind == "code" else ""


def add_lists(book: Workbook, lists: Mapping[str, list[str]]) -> None:
    """The sheet of lists: one column each, what a menu offers under the name of the list."""
    sheet = book.create_sheet(LISTS)
    sheet.freeze_panes = "A2"
    for at, offered in enumerate(lists.values(), start=1):
        sheet.column_dimensions[get_column_letter(at)].width = min(max(map(len, offered)) + 2, 60)
    head = [cell(sheet, name) for name in lists]
    for one in head:
        one.font = BOLD
    sheet.append(head)
    for row in zip_longest(*lists.values()):
        sheet.append([None if text is None else cell(sheet, text, TEXT) for text in row])


def add_table(book: Workbook, table: Table, lists: Mapping[str, list[str]], lang: str, frame: pd.DataFrame | None):
    """The sheet of a table: with the rows of a frame, or with the example row; `lists` as `menus` gives them."""
    sheet = book.create_sheet(table.name)
    sheet.sheet_properties.tabColor = TAB[table.required]
    sheet.freeze_panes = "A2"
    for at, column in enumerate(table.columns.values(), start=1):
        letter = get_column_letter(at)
        sheet.column_dimensions[letter].width = 34 if column.kind == "code" else max(len(column.name) + 3, 14)
        if form := FORMATS.get(column.kind):
            sheet.column_dimensions[letter].number_format = form
        sheet.data_validations.append(_validation(column, letter, lists, lang))
    sheet.append([_heading(sheet, table, column) for column in table.columns.values()])
    offered = {name: _offered(column, lists) for name, column in table.columns.items()}
    if frame is None:
        sheet.append(_example(sheet, table, offered))
        return
    _append(sheet, table, frame, offered)


def _append(sheet, table: Table, frame: pd.DataFrame, offered: Mapping[str, Mapping[str, str]]) -> None:
    """All rows; each is written as it is appended, so one cell per column serves them all."""
    columns = [_values(column, frame[name], offered[name]) for name, column in table.columns.items()]
    cells = [cell(sheet, "", FORMATS.get(column.kind, "")) for column in table.columns.values()]
    for row in zip(*columns, strict=True):
        sheet.append([_holding(one, value) for one, value in zip(cells, row, strict=True)])


def _holding(one: WriteOnlyCell, value: object) -> WriteOnlyCell | None:
    if value is None:
        return None
    form, one.value = one.number_format, value
    if isinstance(value, str):
        one.data_type = "s"
    elif one.number_format != form:
        one.number_format = form  # openpyxl gives days a format of its own
    return one


def _heading(sheet, table: Table, column: Column) -> WriteOnlyCell:
    made = cell(sheet, column.name, note=words.note(table, column))
    made.font, made.fill = Font(bold=not column.optional), SPARE if column.optional else NEEDED
    return made


def _offered(column: Column, lists: Mapping[str, list[str]]) -> dict[str, str]:
    if column.kind != "code":
        return {}
    return dict(zip(labelled(column, "en"), lists[menu_of(column)], strict=True))


def _example(sheet, table: Table, offered: Mapping[str, Mapping[str, str]]) -> list[WriteOnlyCell | None]:
    cells = []
    for name, text in example(table).items():
        column = table.columns[name]
        value = text if text == MARK else _typed(column, text, offered[name])
        made = None if value is None else cell(sheet, value, FORMATS.get(column.kind, ""))
        if made is not None:
            made.font = GREY
        cells.append(made)
    return cells


def _typed(column: Column, text: str, offered: Mapping[str, str]) -> object:
    kinds = {"day": date.fromisoformat, "number": _number, "integer": _number, "boolean": "true".__eq__}
    return kinds.get(column.kind, lambda text: offered.get(text, text))(text) if text else None


def _number(figure: object) -> float | int:
    number = float(figure)
    return int(number) if number.is_integer() else number


def _values(column: Column, values: pd.Series, offered: Mapping[str, str]) -> Iterator[object]:
    """The values of a column as a spreadsheet keeps them; none where a cell is empty."""
    if column.kind == "day":
        return (None if pd.isna(day) else _day(day.date()) for day in values)
    if column.kind in ("number", "integer"):
        return (None if np.isnan(figure) else _number(figure) for figure in values)
    if column.kind == "boolean":
        return (None if pd.isna(said) else bool(said) for said in values)
    return (offered.get(text, text) or None for text in values)


def _day(day: date) -> date | str:
    return day if day >= FIRST_DAY else day.isoformat()


def _validation(column: Column, letter: str, lists: Mapping[str, list[str]], lang: str) -> DataValidation:
    """What a cell of the column may hold: a spreadsheet warns at once, and the check tells it in full."""
    said = {"errorTitle": column.name, "error": words.in_words(words.WRONG, lang)}
    limits = {"allow_blank": True, "showErrorMessage": True, "errorStyle": "warning", **said}
    menu = menu_of(column)
    if menu:
        place = get_column_letter(list(lists).index(menu) + 1)
        made = DataValidation("list", f"={LISTS}!${place}$2:${place}${len(lists[menu]) + 1}", **limits)
    elif column.kind == "day":
        made = DataValidation("date", "1", operator="greaterThanOrEqual", **limits)
    elif column.kind in ("number", "integer"):
        low = -WIDEST if column.low is None else column.low
        high = WIDEST if column.high is None else column.high
        kind = "whole" if column.kind == "integer" else "decimal"
        made = DataValidation(kind, f"{low:g}", f"{high:.0f}", operator="between", **limits)
    else:
        made = DataValidation(None, **limits)
    made.add(f"{letter}2:{letter}{LAST_ROW}")
    return made


def add_rows(book: Workbook, name: str, rows: Iterable[tuple[object, ...]], widths: tuple[int, ...], notes=()) -> None:
    """A sheet of plain rows, the first bold; `notes` belong to the first cells of the rows."""
    sheet = book.create_sheet(name)
    for at, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = width
    for number, (row, note) in enumerate(zip_longest(rows, notes, fillvalue="")):
        cells = [None if value in ("", None) else cell(sheet, value, note="" if at else note)
                 for at, value in enumerate(row)]  # fmt: skip
        for one in filter(None, cells):
            one.alignment, one.font = WRAPPED, Font(bold=number == 0)
            if isinstance(one.value, date):
                one.number_format = DAY
        sheet.append(cells)
