"""A workbook of two sheets, written as text: only what differs from table to table is made anew.

openpyxl makes what tables share (styles, theme, relations), once for each set of formats. Cell by cell through it, the
few hundred tables of a report take half a minute.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from functools import lru_cache
from html import escape

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.utils.exceptions import IllegalCharacterError
from openpyxl.worksheet.table import Table, TableStyleInfo

from coopeval.site.pressed import Pressed, members, press, shared, zipped

LONGEST = 32_767  # signs that a cell may hold
BOLD, WRAPPED = Font(bold=True), Alignment(wrap_text=True, vertical="top")
LOOK = TableStyleInfo(name="TableStyleLight1", showRowStripes=True)
TOLD_WIDTHS = (30, 90)
HEADING, TOLD, FIRST_FORMAT = "1", "2", 3  # styles of the frame: bold and wrapped, wrapped, then the formats
NAMES = ("about", "figures")  # of the two tables
SHEETS, TABLES = ([f"xl/{of}{number}.xml" for number in (1, 2)] for of in ("worksheets/sheet", "tables/table"))
BOOK, END_OF_ROWS = "xl/workbook.xml", "</sheetData>"
DIMENSION, AREA = re.compile(r"<dimension.*?/>"), re.compile(r' ref="[^"]*"')
SHEET = re.compile(r"<dimension.*?/>|<cols>.*</cols>|<sheetData>.*</sheetData>", re.S)
TABLE = re.compile(r' ref="[^"]*"|<tableColumns.*</tableColumns>', re.S)
IN_ATTRIBUTE = str.maketrans({'"': "&quot;", "\r": "&#13;", "\n": "&#10;", "\t": "&#09;"})
Cell = tuple[str | float, str]  # what it holds, and its style or format


def parts(
    titles: Sequence[str], about: Sequence[Sequence[str]], figures: Sequence[Sequence[Cell]], widths: Sequence[int]
) -> dict[str, Pressed]:
    """The members of a workbook of two sheets, but for what tells of its title and its day.

    Parameters
    ----------
    titles
        Of the two sheets.
    about
        Rows of the first sheet, the headings first.
    figures
        Rows of the second, the headings first; each cell with its format, text with none.
    widths
        Of the columns of the second sheet.
    """
    by_column = tuple(dict.fromkeys(how for column in zip(*figures, strict=True) for _, how in column if how))
    by_row = tuple(dict.fromkeys(how for row in figures for _, how in row if how))
    styles = {"": ""} | {how: str(number) for number, how in enumerate(by_row, start=FIRST_FORMAT)}
    told = [[(text, TOLD if row else HEADING) for text in cells] for row, cells in enumerate(about)]
    made = [[(value, styles[how] if row else HEADING) for value, how in cells] for row, cells in enumerate(figures)]
    frame = _frame(by_column, by_row)
    found = {name: shared(content) for name, content in frame.items()}
    found[BOOK] = shared(_titled(frame[BOOK], titles))
    for number, (rows, wide) in enumerate(((told, TOLD_WIDTHS), (made, widths))):
        sheet, table = SHEETS[number], TABLES[number]
        found[sheet] = press(_filled(SHEET, frame[sheet], _sheet(rows, wide)))
        found[table] = press(_filled(TABLE, frame[table], _table(len(rows), [str(text) for text, _ in rows[0]])))
    return found


def longer(workbook: bytes, lines: Sequence[Sequence[str]]) -> bytes:
    """The workbook with further lines on its first sheet; all else is taken as it lies in the file."""
    files = members(workbook)
    sheet, table = (files[of[0]].whole().decode() for of in (SHEETS, TABLES))
    first, letters = sheet.count("<row ") + 1, [get_column_letter(place) for place in (1, 2)]
    written = (_row(number, letters, [(text, TOLD) for text in cells]) for number, cells in enumerate(lines, first))
    area = f' ref="A1:{letters[-1]}{first + len(lines) - 1}"'
    sheet = DIMENSION.sub(f"<dimension{area} />", sheet, count=1).replace(END_OF_ROWS, "".join(written) + END_OF_ROWS)
    changed = {SHEETS[0]: sheet, TABLES[0]: AREA.sub(area, table)}
    return zipped(files | {name: press(text.encode()) for name, text in changed.items()})


@lru_cache(maxsize=256)
def _frame(by_column: tuple[str, ...], by_row: tuple[str, ...]) -> dict[str, bytes]:
    """A workbook of headings and one cell of each format. Formats count as they are set, styles as they are written."""
    book, raw = Workbook(), io.BytesIO()
    for name, sheet in zip(NAMES, (book.active, book.create_sheet()), strict=True):
        sheet.title = name
        sheet["A1"], sheet["A2"] = "-", "-"
        sheet["A1"].font, sheet["A1"].alignment = BOLD, WRAPPED
        sheet.column_dimensions["A"].width, sheet.freeze_panes, sheet.print_title_rows = 10, "A2", "1:1"
        named = Table(displayName=name, ref="A1:A2")
        named.tableStyleInfo = LOOK
        sheet.add_table(named)
    book.worksheets[0]["A2"].alignment = WRAPPED
    cells = {how: book.worksheets[1].cell(2, place, 0) for place, how in enumerate(by_row, start=2)}
    for how in by_column:
        cells[how].number_format = how
    book.save(raw)
    with zipfile.ZipFile(raw) as made:
        return {name: made.read(name) for name in made.namelist()}


def _titled(book: bytes, titles: Sequence[str]) -> bytes:
    """The sheets under their titles, where the frame has their names."""
    text = book.decode()
    for name, title in zip(NAMES, titles, strict=True):
        text = text.replace(f'name="{name}"', f'name="{_in_attribute(title)}"')
        text = text.replace(quote_sheetname(name), escape(quote_sheetname(title), quote=False))
    return text.encode()


def _filled(places: re.Pattern, frame: bytes, pieces: Iterator[str]) -> bytes:
    return places.sub(lambda _: next(pieces), frame.decode()).encode()


def _sheet(rows: Sequence[Sequence[Cell]], widths: Sequence[int]) -> Iterator[str]:
    letters = [get_column_letter(place) for place in range(1, len(widths) + 1)]
    yield f'<dimension ref="A1:{letters[-1]}{len(rows)}" />'
    wide = enumerate(widths, start=1)
    columns = "".join(f'<col width="{width}" customWidth="1" min="{at}" max="{at}" />' for at, width in wide)
    yield f"<cols>{columns}</cols>"
    written = (_row(number, letters, cells) for number, cells in enumerate(rows, start=1))
    yield f"<sheetData>{''.join(written)}</sheetData>"


def _row(number: int, letters: Sequence[str], cells: Sequence[Cell]) -> str:
    written = (_cell(f"{letter}{number}", *cell) for letter, cell in zip(letters, cells, strict=True))
    return f'<row r="{number}">{"".join(written)}</row>'


def _cell(at: str, value: str | float, style: str) -> str:
    """A number as a number; text stays text: no formula, no link, no number made of it."""
    styled = f' s="{style}"' if style else ""
    if not isinstance(value, str):
        return f'<c r="{at}"{styled} t="n"><v>{value:.16g}</v></c>'
    if ILLEGAL_CHARACTERS_RE.search(value):
        raise IllegalCharacterError(f"{value} cannot be used in worksheets.")
    text = escape(value[:LONGEST], quote=False)
    kept = ' xml:space="preserve"' if text != text.strip() else ""
    return (
        f'<c r="{at}"{styled} t="inlineStr"><is><t{kept}>{text}</t></is></c>'
        if text
        else f'<c r="{at}"{styled} t="inlineStr" />'
    )


def _table(rows: int, headings: Sequence[str]) -> Iterator[str]:
    area = f' ref="A1:{get_column_letter(len(headings))}{max(rows, 2)}"'
    yield area
    yield area
    named = (
        f'<tableColumn id="{number}" name="{_in_attribute(text)}" />' for number, text in enumerate(headings, start=1)
    )
    yield f'<tableColumns count="{len(headings)}">{"".join(named)}</tableColumns>'


def _in_attribute(text: str) -> str:
    return escape(text, quote=False).translate(IN_ATTRIBUTE)
