"""A released table as an accessible spreadsheet: what it is on the first sheet, the figures on the second."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from math import isfinite

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.table import Table, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from coopeval import wording
from coopeval.display.cells import unit
from coopeval.display.grid import Column, Grid, grid
from coopeval.uncertainty import about_of, require_released
from coopeval.wording import N_

ABOUT, TABLE = N_("About"), N_("Table")
WORDS = {
    "title": N_("Title"), "unit": N_("Unit"), "facts": N_("About the figures"), "legend": N_("Marks"),
    "warnings": N_("Mind"), "name": N_("Released table"), "sha256": N_("Digest (SHA-256) of its content"),
}  # fmt: skip
HEADINGS = (N_("What"), N_("Said"))
FORMATS = {"share": "0%", "eur": '#,##0" €"', "count": "#,##0", "months": "0.0", "fte": "0.0", "hours": "#,##0.0"}
GENERAL = "General"
ONE_DECIMAL_OF_SHARES = "0.0%"
COUNTED = ("projects", "enterprises", "jobs", "persons", "rows", "events")
WIDEST, NARROWEST = 60, 10
LANGUAGES = {"nl": "nl-BE", "fr": "fr-BE", "en": "en-GB"}
BOLD, WRAPPED = Font(bold=True), Alignment(wrap_text=True, vertical="top")
LOOK = TableStyleInfo(name="TableStyleLight1", showRowStripes=True)
EPOCH = (1980, 1, 1, 0, 0, 0)  # the first day a zip can name
MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


def spreadsheet(released: pd.DataFrame, lang: str, caption: str = "", source: Sequence[tuple[str, str]] = ()) -> bytes:
    """A released table as XLSX in one language: the same bytes for the same table, whatever the machine and the day.

    The first sheet says what the figures are, the second holds them: one row of headings, frozen and named as a
    table, no merged or empty cells, numbers as numbers, all else as text that no program computes.

    Parameters
    ----------
    released
        What `disclosure.gate` returned.
    lang
        nl, fr or en.
    caption
        The title in the language; without it the name under which the table was released.
    source
        Further lines of the first sheet, in the language: what, said.

    Raises
    ------
    DisclosureError
        The table has not passed the gate, or was changed since.
    """
    laid_out, stamp = grid(released, lang, ""), require_released(released)
    laid_out = replace(laid_out, caption=caption) if caption else laid_out
    day = str(about_of(released)["as_of"]) or "2000-01-01"
    book = Workbook()
    first, second = book.active, book.create_sheet(wording.translate(TABLE, lang))
    first.title = wording.translate(ABOUT, lang)
    _fill_about(first, laid_out, [*_told(laid_out, released, stamp), *source])
    _fill_table(second, laid_out, released)
    book.properties.title, book.properties.language = laid_out.caption, LANGUAGES[lang]
    book.properties.creator, book.properties.created = "coopeval", datetime.fromisoformat(day)
    return _always_alike(book, day)


def _told(laid_out: Grid, released: pd.DataFrame, stamp: dict) -> list[tuple[str, str]]:
    lang = laid_out.lang
    marks = "".join(f" [{mark}]" for _, mark in laid_out.marks)
    units = [column.heading for column in laid_out.columns if column.name == "estimate"]
    said = [("title", laid_out.caption + marks), *(("unit", heading) for heading in units)]
    for word in ("facts", "legend", "warnings"):
        said += [(word, line) for line in getattr(laid_out, word)]
    said += [("name", stamp["name"]), ("sha256", stamp["sha256"])]
    return [(wording.translate(WORDS[word], lang), line) for word, line in said]


def _fill_about(sheet: Worksheet, laid_out: Grid, lines: Sequence[tuple[str, str]]) -> None:
    headings = [wording.translate(word, laid_out.lang) for word in HEADINGS]
    for row, cells in enumerate([headings, *lines], start=1):
        for place, text in enumerate(cells, start=1):
            _as_text(sheet.cell(row, place), text)
            sheet.cell(row, place).alignment = WRAPPED
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 30, 90
    _as_table(sheet, "about", len(lines) + 1, 2)


def _fill_table(sheet: Worksheet, laid_out: Grid, released: pd.DataFrame) -> None:
    formats = _formats(released, laid_out.columns)
    for place, (column, heading) in enumerate(zip(laid_out.columns, _unlike(laid_out.columns), strict=True), start=1):
        _as_text(sheet.cell(1, place), heading)
        values = released[column.name].tolist()
        for row, text in enumerate(column.cells):
            cell, value = sheet.cell(row + 2, place), values[row]
            if column.is_number and not column.withheld[row] and isfinite(value):
                cell.value, how = float(value), formats[column.name][row]
                if how != GENERAL:
                    cell.number_format = how
            else:
                _as_text(cell, text or wording.EMPTY)
        longest = max(map(len, (heading, *column.cells)))
        sheet.column_dimensions[get_column_letter(place)].width = min(max(longest + 3, NARROWEST), WIDEST)
    _as_table(sheet, "figures", laid_out.n_rows + 1, len(laid_out.columns))


def _as_text(cell: Cell, text: str) -> None:
    """Text stays text: no formula, no link, no number made of it."""
    cell.value = str(text)
    cell.data_type = "s"  # openpyxl takes what begins with = for a formula


def _as_table(sheet: Worksheet, name: str, rows: int, columns: int) -> None:
    """One row of headings, named, bold and always in sight."""
    for cell in sheet[1]:
        cell.font, cell.alignment = BOLD, WRAPPED
    sheet.freeze_panes = "A2"
    named = Table(displayName=name, ref=f"A1:{get_column_letter(columns)}{max(rows, 2)}")
    named.tableStyleInfo = LOOK
    sheet.add_table(named)
    sheet.print_title_rows = "1:1"


def _unlike(columns: Sequence[Column]) -> list[str]:
    """Headings of which no two are the same: a second one says the name of its column too."""
    seen: dict[str, int] = {}
    for column in columns:
        seen[column.heading.casefold()] = seen.get(column.heading.casefold(), 0) + 1
    return [c.heading if seen[c.heading.casefold()] == 1 else f"{c.heading} ({c.name})" for c in columns]


def _formats(released: pd.DataFrame, columns: Sequence[Column]) -> dict[str, list[str]]:
    about = about_of(released)
    units = released["unit"].tolist() if "unit" in released else [about["unit"]] * len(released)
    is_published = about["privacy"] == "published"
    return {c.name: [_format(c.name, {**about, "unit": of_row}, is_published) for of_row in units] for c in columns}


@cache
def _known(of: str, is_published: bool) -> str:
    return ONE_DECIMAL_OF_SHARES if of == "share" and is_published else FORMATS.get(of, GENERAL)


def _format(name: str, about: dict, is_published: bool) -> str:
    of = unit(name, about)
    return _known("share" if of == "points" else "count" if of in COUNTED else of, is_published)


def _always_alike(book: Workbook, day: str) -> bytes:
    """The file without the moment it was made: openpyxl writes the clock into it, and the zip does so again."""
    raw, made = io.BytesIO(), io.BytesIO()
    book.save(raw)
    with zipfile.ZipFile(raw) as before, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as after:
        for member in sorted(before.namelist()):
            content = before.read(member)
            if member == "docProps/core.xml":
                content = MODIFIED.sub(rb"\g<1>" + f"{day}T00:00:00Z".encode(), content)
            entry = zipfile.ZipInfo(member, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            after.writestr(entry, content)
    return made.getvalue()
