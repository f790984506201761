"""A whole delivery in one .xlsx workbook: a sheet for each table, and the sheet `about`. Values only, no formulas."""

from __future__ import annotations

import difflib
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from coopeval.errors import Fault
from coopeval.schema import TABLES
from coopeval.tables import archive, examples, folder, package, sheet
from coopeval.tables.personal import shown
from coopeval.tables.raw import BROKEN, Raw

FORM = ".xlsx"
OTHER_FORMS = (".xlsm", ".xlsb", ".xltx", ".xltm", ".xls", ".xlt", ".ods", ".numbers")
ABOUT = "about"
GUIDE, LISTS = "guide", "lists"  # of a template: how to fill it in, and what its menus offer
# what openpyxl raises, none of it its own, over files that are not as they should be
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
)
Delivered = tuple[dict, dict[str, Raw], list[Fault]]


def delivered(path: Path) -> Delivered:
    """What the workbook tells about itself (nothing when it cannot be opened), its tables as text, and its faults."""

    def refused(code: str, **values) -> Delivered:
        return {}, {}, [Fault(code, file=path.name, values=values)]

    form = path.suffix.lower()
    if form != FORM:
        return refused("E-BOOK-02", form=form) if form in OTHER_FORMS else refused("E-FILE-08")
    if path.stat().st_size > folder.LARGEST:
        return refused("E-FILE-06", largest=folder.LARGEST // 1_000_000)
    with path.open("rb") as handle:
        inside = archive.looked_through(handle)
        if inside.fault:
            return refused(inside.fault, form=form)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # about looks and menus that are not read
                return _opened(handle, path.name, inside)
        except DAMAGED:
            return refused("E-BOOK-01")


def _opened(handle: BinaryIO, file: str, inside: archive.Inside) -> Delivered:
    from openpyxl import load_workbook

    book = load_workbook(handle, read_only=True, data_only=True, keep_links=False)
    twin = load_workbook(handle, read_only=True, data_only=False, keep_links=False) if inside.has_formulas else None
    sheets = {one.title: one for one in book.worksheets}
    twins = {one.title: one for one in twin.worksheets} if twin else {}

    def rows(name: str) -> Iterator[sheet.Row]:
        return sheet.rows_of(sheets[name], twins.get(name))

    about, faults = _about(rows(ABOUT), file) if ABOUT in sheets else _nothing_told(file)
    raws = {}
    for name, table in TABLES.items():
        if name in sheets:
            raws[name] = sheet.raw_of(name, file, rows(name))
            if raws[name] is not None:
                _seen(raws[name], sheets[name], inside)
        elif table.required:
            faults.append(Fault("E-FILE-10", name, file, values={"title": table.title}))
    faults += [Fault("E-FILE-11", name, file) for name, raw in raws.items() if raw is None]
    unfilled = [name for name, raw in raws.items() if raw and raw.is_unfilled]
    if unfilled:
        faults.append(Fault("W-BOOK-03", file=file, values={"files": ", ".join(unfilled)}))
    for name, one in sheets.items():
        if name not in (*TABLES, ABOUT, GUIDE, LISTS):
            faults += _unexpected(name, one, file, sheets)
    return about, {name: raw for name, raw in raws.items() if raw and name not in unfilled}, faults


def _seen(raw: Raw, one, inside: archive.Inside) -> None:
    """What merging and hiding do to a sheet, and the example row of a template."""
    part = one._worksheet_path.lstrip("/")
    sheet.merged(raw, inside.merged.get(part, []))
    examples.left_out(raw)
    if not raw.is_unfilled:
        sheet.hidden(raw, one.sheet_state, inside.hidden_rows.get(part, []), inside.hidden_columns.get(part, []))


def _nothing_told(file: str) -> tuple[dict, list[Fault]]:
    return {"name": "", "is_synthetic": False, "delivered_on": None}, [Fault("E-PACK-06", file=file)]


def _about(rows: Iterator[sheet.Row], file: str) -> tuple[dict, list[Fault]]:
    """The three things a delivery says about itself; further names are let be, as in datapackage.json."""
    said, lines, faults = {}, {}, []

    def fault(code: str, key: str, line: int | None = None, found: str = "", **values) -> None:
        line = line or lines.get(key)
        cell = f"{ABOUT}!B{line}" if line else ""
        faults.append(Fault(code, ABOUT, file, line, key=key, found=found, values=values, cell=cell))

    for line, texts in rows:
        name, value = ([text.strip() for text in texts] + [""])[:2]
        name = name.casefold()
        if (name, value.casefold()) == ("name", "value"):  # the headings
            continue
        lines.setdefault(name, line)
        if name in said and name in ("name", "synthetic", "delivered_on"):
            fault("E-PACK-08", name, line)
        elif name in ("name", "synthetic", "delivered_on") and value.startswith(BROKEN):
            broken = value.removeprefix(BROKEN)
            fault("E-CELL-01" if broken else "E-CELL-02", name, line, broken)
            said[name] = None
        else:
            said[name] = value
    if said.get("name", "") == "":
        fault("E-PACK-03", "name", expected="coopcity-2026s1")
    synthetic = (said.get("synthetic") or "false").lower()
    if synthetic not in ("true", "false"):
        fault("E-PACK-04", "synthetic", expected="true, false")
    delivered_on = package.day_of(said.get("delivered_on"))
    if delivered_on is None and said.get("delivered_on", "") is not None:
        fault("E-PACK-07", "delivered_on", expected="YYYY-MM-DD")
    told = {"name": said.get("name") or "", "is_synthetic": synthetic == "true", "delivered_on": delivered_on}
    return told, faults


def _unexpected(name: str, one, file: str, there: Mapping) -> list[Fault]:
    """A sheet that is no table: named, hidden or not, unless nothing stands on it."""
    copied = [table for table in TABLES if table in there and re.fullmatch(folder.COPY.format(name=table), name, re.I)]
    if copied:
        return [Fault("E-BOOK-06", copied[0], file, values={"files": f"{copied[0]}, {shown(name)}"})]
    near = difflib.get_close_matches(name.strip().casefold(), [*TABLES, ABOUT], n=1, cutoff=0.7)
    if near:
        return [Fault("W-BOOK-02", file=file, values={"sheet": shown(name), "instead": near[0]})]
    if next(sheet.rows_of(one), None) is None:
        return []
    return [Fault("W-BOOK-01", file=file, values={"sheet": shown(name)})]
