"""A text file that may be large and packed with gzip: looked through once, in pieces, before anything is read of it."""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from coopeval.errors import Fault
from coopeval.tables import decoding, folder
from coopeval.tables.personal import shown

PIECE = 1 << 20
PACKED, ZIPPED = b"\x1f\x8b", b"PK\x03\x04"  # gzip is read; a zip file may hold several, and so may a workbook
CONTROL = bytes([*range(0x00, 0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F])  # no text holds them


@dataclass
class Opened:
    """A file that can be read as UTF-8, as often as needed; `faults` that refuse mean that it cannot."""

    path: Path
    faults: list[Fault] = field(default_factory=list)
    is_packed: bool = False
    rewritten: bytes | None = None  # its text in UTF-8, where it was in Windows-1252

    @property
    def name(self) -> str:
        """The name of the file, fit for a message."""
        return shown(self.path.name)

    @property
    def is_refused(self) -> bool:
        """Whether nothing may be read of it."""
        return any(fault.severity == "refuse" for fault in self.faults)

    def stream(self) -> BinaryIO:
        """The bytes of its text, from the beginning."""
        if self.rewritten is not None:
            return io.BytesIO(self.rewritten)
        return gzip.open(self.path) if self.is_packed else self.path.open("rb")

    def first_line(self) -> str:
        """The first line without its end; what comes before the headings is not looked for."""
        with self.stream() as handle:
            line = handle.readline(PIECE)
        return line.decode("utf-8-sig", "replace").rstrip("\r\n")

    def begins_with(self, sign: str) -> bool:
        """Whether this is the first sign of the text that is no space."""
        with self.stream() as handle:
            return handle.read(4096).decode("utf-8-sig", "ignore").lstrip().startswith(sign)


def not_there(path: Path) -> Fault | None:
    """What is wrong where no file stands at the path: nothing is there, or a folder."""
    if path.is_file():
        return None
    return Fault("E-SRC-04" if path.is_dir() else "E-SRC-01", file=shown(path.name))


def opened(path: Path) -> Opened:
    """The file, looked through: it is there, whole, not too large, and every letter of it can be read."""
    found = Opened(path)
    if missing := not_there(path):
        found.faults.append(missing)
        return found
    with path.open("rb") as handle:
        beginning = handle.read(4)
    if beginning == ZIPPED:
        found.faults.append(Fault("E-SRC-05", file=found.name))
        return found
    found.is_packed = beginning[:2] == PACKED
    try:
        code, line = _looked_through(found)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        code, line = "E-SRC-02", None
    if code == "E-TEXT-02":
        _rewrite(found)
    elif code:
        found.faults.append(Fault(code, file=found.name, line=line, values={"largest": folder.LARGEST // 1_000_000}))
    return found


def _looked_through(found: Opened) -> tuple[str, int | None]:
    """Code of the first fault and its line; no code where the text can be read."""
    decoder, size, lines, last = codecs.getincrementaldecoder("utf-8")("strict"), 0, 1, b""
    for piece in _pieces(found):
        size += len(piece)
        if size > folder.LARGEST:
            return "E-FILE-06", None
        if size == len(piece) and piece.startswith(decoding.UTF16):
            return "E-TEXT-01", None
        if len(piece.translate(None, CONTROL)) != len(piece):
            return "E-SRC-03", lines
        try:
            decoder.decode(piece)
        except UnicodeDecodeError:
            return "E-TEXT-02", lines
        lines += piece.count(b"\n")
        last = piece[-1:]
    if not size:
        return "E-FILE-04", None
    if last not in (b"\n", b"\r", b"}", b"]"):
        found.faults.append(Fault("W-SRC-01", file=found.name, line=lines))
    return "", None


def _pieces(found: Opened) -> Iterator[bytes]:
    with found.stream() as handle:
        while piece := handle.read(PIECE):
            yield piece


def _rewrite(found: Opened) -> None:
    """Text in Windows-1252 is taken as such and said; what may be something else is refused."""
    with found.stream() as handle:
        text, faults = decoding.text_of(handle.read(), "", found.name)
    found.faults += faults
    found.rewritten = None if text is None else text.encode("utf-8")
