"""A clean folder as one workbook, as somebody would keep it: days as days, numbers as numbers, true as true."""

import csv
import io
import re
import zipfile
from datetime import date
from pathlib import Path

from openpyxl import Workbook

from coopeval.schema import TABLES

P, E, S = "projects", "enterprises", "structures"


def cell_of(table: str, column: str, text: str):
    """What a person types for this text, and the spreadsheet keeps."""
    kind = TABLES[table].columns[column].kind
    if text == "":
        return None
    if kind == "day" and re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return date.fromisoformat(text)
    if kind in ("number", "integer"):
        return float(text)
    return {"true": True, "false": False}.get(text, text) if kind == "boolean" else text


def book_of(folder, typed: bool = True) -> Workbook:
    """The tables of the clean folder on sheets, and what datapackage.json says on the sheet about."""
    book = Workbook()
    book.remove(book.active)
    for name in (S, P, E):
        sheet = book.create_sheet(name)
        head, *rows = list(csv.reader(io.StringIO(folder.text(f"{name}.csv"))))
        sheet.append(head)
        for row in rows:
            cells = zip(head, row, strict=True)
            sheet.append([cell_of(name, column, text) for column, text in cells] if typed else [c or None for c in row])
    about = book.create_sheet("about")
    for row in (("name", "value"), ("name", "clean"), ("synthetic", True), ("delivered_on", date(2023, 12, 31))):
        about.append(row)
    return book


def saved(book: Workbook, folder, name: str = "book.xlsx") -> Path:
    """The workbook on disk, beside the folder."""
    path = folder.at.parent / name
    book.save(path)
    return path


def repacked(path: Path, change) -> Path:
    """The same workbook with its parts changed: `change` gets and gives name -> bytes."""
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in change(parts).items():
            packed.writestr(name, content)
    return path


def at(sheet, column: str, row: int = 2):
    """The cell under a heading."""
    heads = [cell.value for cell in sheet[1]]
    return sheet.cell(row=row, column=heads.index(column) + 1)
