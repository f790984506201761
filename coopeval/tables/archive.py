"""Whether a workbook can be opened without harm: it is a zip file of XML, looked through before anything is read."""

from __future__ import annotations

import codecs
import re
import stat
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, NamedTuple

from coopeval.tables import folder

MOST_PARTS = 5_000  # a sheet is one part; drawings and comments add a few each
STEEPEST = 200  # times a part may grow when it unpacks; sheets of repeated words come to some tens
SMALL = 10_000_000  # bytes; a part that unpacks to less can do no harm however steep
CHUNK = 1_000_000
LAST_ROW = 1_048_576  # of a sheet in Excel
OLD_OR_LOCKED = bytes.fromhex("d0cf11e0a1b11ae1")  # how .xls begins, and .xlsx with a password
OTHER_KIND = re.compile(r"vbaproject\.bin$|^xl/workbook\.bin$|^xl/macrosheets/", re.I)
PACKED = (".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst")
FORMS = (".xlsx", ".xlsm", ".xlsb", ".xltx", ".xltm", ".xls", ".xlt", ".ods", ".numbers")  # of spreadsheet programs
XML = (".xml", ".rels")
MARKS = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")  # how XML in sixteen bits begins
DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)")  # how XML multiplies itself or looks outside; no workbook has one
FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
# other encodings than these could hide signs from the searches below
ENCODING = re.compile(rb"^(?:\xef\xbb\xbf)?\s*<\?xml[^>]*encoding\s*=\s*[\"'](?!(?:utf-8|us-ascii)[\"'])", re.I)
MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?\bref=[\"']([A-Z]{1,3}\d+(?::[A-Z]{1,3}\d+)?)[\"']")
FAR = re.compile(rb"<(?:\w+:)?c\s[^>]*?\br=[\"'][A-Z]{3}\d")  # the reader fills each row up to its last cell
MOST_FAR = 2_000  # rows; each then holds up to 16,384 cells
HIDDEN_ROW = re.compile(rb"<(?:\w+:)?row\s(?=[^>]*?\bhidden=[\"'](?:1|true)[\"'])[^>]*?\br=[\"'](\d+)[\"']")
HIDDEN_COLUMN = re.compile(rb"<(?:\w+:)?col\s(?=[^>]*?\bhidden=[\"'](?:1|true)[\"'])[^>]*>")
ENDS = re.compile(rb"\b(?:min|max)=[\"'](\d+)[\"']")
ENCRYPTED, OLD_BOOK = (name.encode("utf-16-le") for name in ("EncryptedPackage", "Workbook"))
ROW = re.compile(rb"<(?:\w+:)?row\s[^>]*?\br=[\"'](\d+)[\"']")


class Inside(NamedTuple):
    """The code of the fault, empty when the file may be opened; formulas, merged cells, hidden rows and columns."""

    fault: str = ""
    has_formulas: bool = False
    merged: Mapping[str, list[str]] = MappingProxyType({})  # part -> ranges such as A2:A4
    hidden_rows: Mapping[str, list[int]] = MappingProxyType({})
    hidden_columns: Mapping[str, list[tuple[int, int]]] = MappingProxyType({})  # part -> first and last


def is_packed(path: Path) -> bool:
    """Whether the file is an archive of another kind than a workbook: by its name, or by how it begins."""
    if path.suffix.lower() in PACKED:
        return True
    with path.open("rb") as handle:
        return path.suffix.lower() not in FORMS and handle.read(4) == b"PK\x03\x04"


def looked_through(handle: BinaryIO) -> Inside:
    """What the zip file holds, first by its directory and then part by part; nothing is written anywhere."""
    head = handle.read(len(OLD_OR_LOCKED))
    handle.seek(0)
    if head == OLD_OR_LOCKED:
        return Inside(_old_or_locked(handle))
    try:
        with zipfile.ZipFile(handle) as packed:
            parts = packed.infolist()
            return Inside(fault) if (fault := _directory(parts)) else _contents(packed, parts)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError):
        return Inside("E-BOOK-01")
    finally:
        handle.seek(0)


def _old_or_locked(handle: BinaryIO) -> str:
    """Excel keeps a locked workbook in the wrapping of its old form: the names of the parts tell them apart."""
    content = handle.read(folder.LARGEST)
    handle.seek(0)
    return "E-BOOK-07" if OLD_BOOK in content and ENCRYPTED not in content else "E-BOOK-03"


def _directory(parts: list[zipfile.ZipInfo]) -> str:
    codes = {"size": "E-BOOK-04", "locked": "E-BOOK-03", "odd": "E-BOOK-05", "": ""}
    if code := codes[danger(parts, MOST_PARTS, folder.LARGEST)]:
        return code
    return "E-BOOK-02" if any(OTHER_KIND.search(part.filename) for part in parts) else ""


def danger(parts: list[zipfile.ZipInfo], most: int, largest: int) -> str:
    """What is wrong with the directory of a zip file, before anything in it is read.

    Parameters
    ----------
    most, largest
        Parts it may have, and bytes they may unpack to together.

    Returns
    -------
    `size` (too many or too large, or steeper than data ever are), `locked` (a password), `odd` (a path that leads out,
    a name twice, a link, an unusual way of packing), or nothing.
    """
    if len(parts) > most or sum(part.file_size for part in parts) > largest:
        return "size"
    if any(part.file_size > SMALL and part.file_size > STEEPEST * part.compress_size for part in parts):
        return "size"
    names = [part.filename for part in parts]
    if len({name.casefold() for name in names}) < len(names) or any(map(_leads_out, names)):
        return "odd"
    if any(part.flag_bits & 1 for part in parts):
        return "locked"
    plain = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    is_odd = any(stat.S_ISLNK(part.external_attr >> 16) or part.compress_type not in plain for part in parts)
    return "odd" if is_odd else ""


def _leads_out(name: str) -> bool:
    return name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/")


def _contents(packed: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> Inside:
    has_formulas, merged, rows, columns = False, {}, {}, {}
    for part in parts:
        row = far = 0
        for n, text in enumerate(_pieces(packed, part)):
            if not n and not _is_xml(part.filename, text):
                break
            if b"\0" in text or (not n and ENCODING.search(text)):  # in which nothing below would be found
                return Inside("E-BOOK-01")
            if DECLARATION.search(text):
                return Inside("E-BOOK-05")
            if b"macroEnabled" in text and part.filename == "[Content_Types].xml":
                return Inside("E-BOOK-02")
            has_formulas |= FORMULA.search(text) is not None
            merged.setdefault(part.filename, []).extend(found.decode() for found in MERGED.findall(text))
            rows.setdefault(part.filename, []).extend(map(int, HIDDEN_ROW.findall(text)))
            columns.setdefault(part.filename, []).extend(map(_ends, HIDDEN_COLUMN.findall(text)))
            far += len(FAR.findall(text))
            if far > MOST_FAR:
                return Inside("E-BOOK-04")
            for number in map(int, ROW.findall(text)):
                if not row < number <= LAST_ROW:  # the reader would leave out rows that go back
                    return Inside("E-BOOK-01")
                row = number
    return Inside("", has_formulas, merged, rows, columns)


def _ends(column: bytes) -> tuple[int, int]:
    places = [int(place) for place in ENDS.findall(column)] or [0]
    return min(places), max(places)


def _is_xml(name: str, head: bytes) -> bool:
    """By its contents too: a workbook may call its sheets what it likes."""
    begins = head.removeprefix(codecs.BOM_UTF8).lstrip()
    return name.lower().endswith(XML) or begins.startswith(b"<") or head.startswith(MARKS)


def _pieces(packed: zipfile.ZipFile, part: zipfile.ZipInfo):
    """The text of a part piece by piece, each ending where a tag begins, so that no tag is cut in two."""
    rest = b""
    with packed.open(part) as member:
        while chunk := member.read(CHUNK):
            text = rest + chunk
            cut = text.rfind(b"<")
            rest = text[cut:] if cut >= 0 else b""
            yield text[: len(text) - len(rest)]
    yield rest
