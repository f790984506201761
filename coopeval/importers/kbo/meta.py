"""What an extract says of itself in meta.csv, which is trusted over the name of its file."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from typing import NamedTuple

from coopeval.errors import Fault
from coopeval.importers.kbo import packages
from coopeval.importers.kbo.layout import FULL, META, META_COLUMNS, UPDATE
from coopeval.importers.kbo.packages import Package
from coopeval.tables import decoding
from coopeval.tables.personal import shown

LARGEST = 100_000  # bytes; it has five lines
DAY = re.compile(r"(\d{2})-(\d{2})-(\d{4})")
SYNTHETIC = "Synthetic"  # a line of our own, in extracts that were drawn


class Meta(NamedTuple):
    """One extract: its number, the day it shows, whether it is full or an update, and whether it was drawn."""

    number: int
    shows: date
    kind: str
    version: str
    is_synthetic: bool


def told(package: Package) -> tuple[Meta | None, list[Fault]]:
    """What meta.csv says, or everything that is wrong with it."""
    file = package.file(META)
    if META not in package.members:
        return None, [Fault("E-KBO-15", META, package.name)]
    try:
        content = packages.head(package, META, LARGEST)
    except packages.BROKEN:
        return None, [Fault("E-KBO-10", META, file)]
    text, faults = decoding.text_of(content, META, file)
    if text is None:
        return None, faults
    rows = list(csv.reader(io.StringIO(text)))
    if tuple(rows[0]) != META_COLUMNS:
        return None, [Fault("E-KBO-16", META, file, 1, values={"expected": ",".join(META_COLUMNS)})]
    said: dict[str, str] = {}
    for line, row in enumerate(rows[1:], start=2):
        if len(row) != 2 or row[0] in said:
            faults.append(Fault("E-KBO-17", META, file, line))
        else:
            said[row[0]] = row[1].strip()
    return _meta(package, said, faults)


def _meta(package: Package, said: dict[str, str], faults: list[Fault]) -> tuple[Meta | None, list[Fault]]:
    expected = {"ExtractNumber": "147", "SnapshotDate": "31-12-2025", "ExtractType": "full, update", "Version": "1.0.0"}
    kind, number = said.get("ExtractType", "").lower(), said.get("ExtractNumber", "")
    shows = day(said.get("SnapshotDate", ""))
    good = {
        "ExtractNumber": re.fullmatch(r"\d{1,6}", number),
        "SnapshotDate": shows,
        "ExtractType": kind in (FULL, UPDATE),
        "Version": said.get("Version"),
    }
    wrong = [
        Fault("E-KBO-18", META, package.file(META), column=name, found=shown(said.get(name, "")),
              values={"expected": expected[name]})
        for name, is_good in good.items()
        if not is_good
    ]  # fmt: skip
    if faults or wrong:
        return None, [*faults, *wrong]
    meta = Meta(int(number), shows, kind, said["Version"], said.get(SYNTHETIC, "").lower() == "true")
    return meta, _against_name(package, meta)


def _against_name(package: Package, meta: Meta) -> list[Fault]:
    called = packages.named(package)
    if called is None or called == (meta.number, meta.kind):
        return []
    values = {"kind": meta.kind, "number": meta.number}
    return [Fault("W-KBO-11", file=package.name, values=values)]


def day(text: str) -> date | None:
    """A day as the register writes it.

    >>> day("31-12-2025"), day("31-02-2025"), day("2025-12-31")
    (datetime.date(2025, 12, 31), None, None)
    """
    found = DAY.fullmatch(text)
    try:
        return date(int(found[3]), int(found[2]), int(found[1])) if found else None
    except ValueError:
        return None
