"""An extract as it was downloaded, a zip file or the folder it was unpacked to: looked through, then read in order."""

from __future__ import annotations

import hashlib
import re
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from coopeval.errors import Fault
from coopeval.tables import archive
from coopeval.tables.folder import leads_out
from coopeval.tables.personal import shown

NAME = re.compile(r"KboOpenData_(\d+)_\d{4}_\d{2}(?:_\d{2})?_(full|update)(?:\.zip)?", re.I)
MOST_PARTS = 100  # an update has sixteen files
LARGEST = 20_000_000_000  # bytes; a full extract unpacks to about two thousand million
CHUNK = 4_000_000
ZIP, WORKBOOK = b"PK", "[Content_Types].xml"  # how a zip file begins; what stands in one that is an Excel workbook
BROKEN = (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError, NotImplementedError)


class Package(NamedTuple):
    """One extract on disk: where it lies, and the place of each CSV file in it, by its name without `.csv`."""

    path: Path
    members: dict[str, str]
    inside: bool  # in a zip file

    @property
    def name(self) -> str:
        return shown(self.path.name)

    def file(self, table: str) -> str:
        """How a file of the extract is called in a message.

        >>> Package(Path("x.zip"), {}, True).file("meta")
        'x.zip/meta.csv'
        """
        return f"{self.name}/{table}.csv"


def opened(path: Path) -> tuple[Package | None, list[Fault]]:
    """The extract, or what keeps it from being read; of a zip file only the directory is looked at."""
    file = shown(path.name)
    if path.is_dir():
        return _package(path, [one.relative_to(path).as_posix() for one in sorted(path.iterdir())], inside=False)
    if not path.is_file():
        return None, [Fault("E-KBO-27", file=file)]
    try:
        with zipfile.ZipFile(path) as packed:
            parts = packed.infolist()
    except BROKEN:
        return None, [Fault(_no_zip_file(path), file=file)]
    if WORKBOOK in {part.filename for part in parts}:
        return None, [Fault("E-KBO-37", file=file)]
    wrong = archive.danger(parts, MOST_PARTS, LARGEST)
    if wrong:
        code = {"size": "E-KBO-11", "odd": "E-KBO-12", "locked": "E-KBO-13"}[wrong]
        return None, [Fault(code, file=file)]
    return _package(path, [part.filename for part in parts if not part.is_dir()], inside=True)


def _no_zip_file(path: Path) -> str:
    """What a file is that could not be opened as a zip file: a damaged one, a table by itself, or something else."""
    try:
        with path.open("rb") as file:
            is_zip = file.read(len(ZIP)) == ZIP
    except OSError:
        return "E-KBO-10"
    other = "E-KBO-29" if path.suffix.lower() == ".csv" else "E-KBO-37"
    return "E-KBO-10" if is_zip else other


def _package(path: Path, names: list[str], inside: bool) -> tuple[Package | None, list[Fault]]:
    """The CSV files by name; they lie in the extract itself, or all in one folder of it."""
    file = shown(path.name)
    nested = [name for name in names if name.lower().endswith(archive.PACKED)]
    folders = {name.rpartition("/")[0] for name in names}
    faults = [Fault("E-KBO-14", file=file, found=shown(name)) for name in nested]
    if len(folders) > 1:
        faults.append(Fault("E-KBO-12", file=file))
    if not inside:
        faults += [Fault("E-FILE-07", file=f"{file}/{shown(name)}") for name in names if leads_out(path / name, path)]
    members = {}
    for name in names:
        stem = name.rpartition("/")[2]
        if stem.lower().endswith(".csv"):
            members[stem[:-4].lower()] = name
        elif name not in nested and not stem.startswith("."):
            faults.append(Fault("W-KBO-10", file=f"{file}/{shown(stem)}"))
    package = Package(path, members, inside)
    return (None if any(fault.severity == "refuse" for fault in faults) else package), faults


def head(package: Package, table: str, most: int = CHUNK) -> bytes:
    """The first bytes of a file of the extract; raises one of `BROKEN` where the zip file is damaged there."""
    with _bytes(package, table) as source:
        return source.read(most)


def unpacked(package: Package, table: str, folder: Path) -> Path:
    """The CSV file of a table: where it lies, or as it comes out of the zip file, whole and with the right checksum."""
    if not package.inside:
        return package.path / package.members[table]
    target = folder / f"{table}.csv"
    with _bytes(package, table) as source, target.open("wb") as sink:
        shutil.copyfileobj(source, sink, CHUNK)
    return target


@contextmanager
def _bytes(package: Package, table: str) -> Iterator:
    name = package.members[table]
    if not package.inside:
        with (package.path / name).open("rb") as source:
            yield source
        return
    with zipfile.ZipFile(package.path) as packed, packed.open(name) as source:
        yield source


def digest(package: Package) -> str:
    """SHA-256 of the zip file; of a folder, of the names and contents of its CSV files."""
    if package.inside:
        return _sha256(package.path).hexdigest()
    whole = hashlib.sha256()
    for table, name in sorted(package.members.items()):
        whole.update(f"{table} {_sha256(package.path / name).hexdigest()}\n".encode())
    return whole.hexdigest()


def _sha256(path: Path):
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256")


def named(package: Package) -> tuple[int, str] | None:
    """Number and kind of the extract as its name tells them; nothing where it was renamed.

    >>> named(Package(Path("KboOpenData_0140_2025_10_05_Full.zip"), {}, True))
    (140, 'full')
    """
    found = NAME.fullmatch(package.path.name)
    return (int(found[1]), found[2].lower()) if found else None
