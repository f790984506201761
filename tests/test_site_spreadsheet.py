"""A spreadsheet is the file that openpyxl would write cell by cell, only sooner."""

import io
import re
import zipfile
from math import isfinite

import pandas as pd
import pytest
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import IllegalCharacterError
from openpyxl.worksheet.table import Table, TableStyleInfo

from coopeval.display.grid import grid
from coopeval.site import pressed, sheets
from coopeval.site.spreadsheet import _formats, _told, _unlike, _widths, sourced, spreadsheet, unsourced
from coopeval.uncertainty import estimates, require_released, stamp

BOLD, WRAPPED = Font(bold=True), Alignment(wrap_text=True, vertical="top")
TITLES = {"nl": ("Over", "Tabel", "Wat", "Gezegd"), "en": ("About", "Table", "What", "Said")}


def released(rows, **about):
    frame = pd.DataFrame(rows)
    return stamp(estimates(frame, as_of="2026-06-30", estimand="Share", **about), "made_up", "public")


NAN = float("nan")
TABLES = {
    "shares": released({
        "group": ["a", "=1+1", " b "], "n": [20.0, 5, NAN], "estimate": [0.5, 1 / 3, NAN],
        "hidden": [False, False, True],
    }),
    "units": released({
        "group": ["<a>", 'x"y', "z\tz"], "unit": ["share", "eur", "months"], "estimate": [0.1, 1234.5, 7.25],
        "p": [NAN, 0.04, 1e-9],
    }),
    "amounts": released({"cost_eur": [1e6, 0.1], "estimate": [12, 2], "hidden": [False] * 2}, unit="fte", kind="sum"),
    "nothing but what is withheld": released({"group": ["all"], "n": [NAN], "hidden": [True]}),
    "no rows": released({"group": pd.Series([], dtype=str), "estimate": pd.Series([], dtype=float)}),
}  # fmt: skip


def cell_by_cell(table, lang, caption, source):
    """The members of the file, as openpyxl makes them."""
    laid_out, book = grid(table, lang, caption), Workbook()
    about, figures_ = book.active, book.create_sheet(TITLES[lang][1])
    about.title = TITLES[lang][0]
    lines = [TITLES[lang][2:], *_told(laid_out, table, require_released(table)), *source]
    for row, texts in enumerate(lines, start=1):
        for place, text in enumerate(texts, start=1):
            put(about.cell(row, place), text).alignment = WRAPPED
    formats = _formats(table, laid_out.columns)
    for place, (column, heading) in enumerate(zip(laid_out.columns, _unlike(laid_out.columns), strict=True), start=1):
        put(figures_.cell(1, place), heading)
        for row, text in enumerate(column.cells):
            value, how = table[column.name].iloc[row], formats[column.name][row]
            if column.is_number and not column.withheld[row] and isfinite(value):
                figures_.cell(row + 2, place).value = float(value)
                if how:
                    figures_.cell(row + 2, place).number_format = how
            else:
                put(figures_.cell(row + 2, place), text or "–")
    for name, sheet, widths in (("about", about, (30, 90)), ("figures", figures_, _widths(laid_out))):
        for place, width in enumerate(widths, start=1):
            sheet.column_dimensions[get_column_letter(place)].width = width
        for cell in sheet[1]:
            cell.font, cell.alignment = BOLD, WRAPPED
        sheet.freeze_panes, sheet.print_title_rows = "A2", "1:1"
        named = Table(displayName=name, ref=f"A1:{get_column_letter(len(widths))}{max(sheet.max_row, 2)}")
        named.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=True)
        sheet.add_table(named)
    raw = io.BytesIO()
    book.save(raw)
    return members(raw.getvalue())


def put(cell, text):
    cell.value = str(text)
    cell.data_type = "s"
    return cell


def members(content):
    with zipfile.ZipFile(io.BytesIO(content)) as made:
        return {name: made.read(name) for name in made.namelist() if name != "docProps/core.xml"}


@pytest.mark.parametrize("lang", TITLES)
@pytest.mark.parametrize("name", TABLES)
def test_a_spreadsheet_is_what_openpyxl_writes_cell_by_cell(name, lang):
    source = [("Where & why", 'from "here" <there>')]
    made = members(spreadsheet(TABLES[name], lang, "", source))
    expected = cell_by_cell(TABLES[name], lang, "", source)
    assert made.keys() == expected.keys()
    for member, content in expected.items():
        assert made[member] == content, member


def test_the_day_it_was_made_is_that_of_its_figures():
    content = spreadsheet(TABLES["shares"], "en", "A title")
    with zipfile.ZipFile(io.BytesIO(content)) as made:
        core = made.read("docProps/core.xml").decode()
    assert re.findall(r">(\d{4}[^<]*)<", core) == ["2026-06-30T00:00:00Z"] * 2
    assert "<dc:title>A title</dc:title>" in core and "<dc:language>en-GB</dc:language>" in core


def test_a_sign_that_no_cell_may_hold_is_refused():
    with pytest.raises(IllegalCharacterError):
        sheets.parts(("a", "b"), [("x", "y")], [[("bad\x01", "")]], [10])


def test_a_zip_is_what_zipfile_writes():
    contents = {"b/c.xml": b"<c/>" * 999, "a.xml": b"", "[x].xml": "é".encode()}
    expected = io.BytesIO()
    with zipfile.ZipFile(expected, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(contents):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, contents[name])
    made = pressed.zipped({name: pressed.press(content) for name, content in contents.items()})
    assert made == expected.getvalue()
    assert {name: member.whole() for name, member in pressed.members(made).items()} == contents


def test_lines_of_source_put_in_later_stand_as_if_they_had_been_there():
    lines = [("Period", "2026S1"), ("<a>", ' & "b" ')]
    for name, table in TABLES.items():
        bare = unsourced(table, "nl", name)
        assert sourced(bare, []) == bare != sourced(bare, lines) == spreadsheet(table, "nl", name, lines)
        assert sourced(sourced(bare, lines[:1]), lines[1:]) == sourced(bare, lines)
