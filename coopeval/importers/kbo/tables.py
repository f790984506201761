"""The files of one extract become Parquet, each with its count of rows read, kept and left out with the reason."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import duckdb

from coopeval.errors import Fault
from coopeval.importers.kbo import engine, packages, reading
from coopeval.importers.kbo.layout import (
    BRANCH,
    CODES,
    DELETE,
    ENTERPRISE,
    ESTABLISHMENT,
    INSERT,
    LAYOUTS,
    LEGAL,
    META,
    UPDATE,
    files_of,
)  # fmt: skip
from coopeval.importers.kbo.packages import Package
from coopeval.importers.kbo.store import Extract, Store, rows_of, state

KEPT, NOT_NEEDED, NOT_LEGAL, REPEATED = "kept", "not_needed", "not_a_known_legal_person", "repeated"


class Count(NamedTuple):
    """Rows of a file: how many were read, and what became of them. One row of the data-quality table."""

    extract: int
    file: str
    outcome: str  # kept, or the reason why not
    n: int


class Bringing(NamedTuple):
    """What one extract is read with: the engine, the extract, its package, its folder and a place for scratch."""

    link: duckdb.DuckDBPyConnection
    extract: Extract
    package: Package
    folder: Path
    scratch: Path
    store: Store  # with this extract as its last
    faults: list[Fault]
    counts: list[Count]

    def count(self, file: str, outcome: str, n: int) -> None:
        self.counts.append(Count(self.extract.meta.number, file, outcome, n))


def missing(package: Package, kind: str) -> tuple[dict[str, list[str]], list[Fault]]:
    """The headings of each file that an extract of this kind must hold; and what is absent or odd."""
    due, faults, headings = files_of(kind), [], {}
    for file in due:
        if file not in package.members:
            if file != META:
                faults.append(Fault("E-KBO-25", file, package.file(file), values={"kind": kind}))
            continue
        headings[file], found = reading.header(package, file)
        faults += found
    others = {file for other in ("full", "update") for file in files_of(other)} - set(due)
    strange = sorted(set(package.members) - set(due))
    faults += [
        Fault("E-KBO-26" if file in others else "W-KBO-10", file=package.file(file), values={"kind": kind})
        for file in strange
    ]
    return headings, faults


def bring(at: Bringing, headings: Mapping[str, list[str]]) -> None:
    """Read every file of the extract into its folder; complaints and counts are added to `at`."""
    is_update = at.extract.meta.kind == UPDATE
    for table in LAYOUTS:
        if is_update:
            _one(at, table, table + DELETE, headings[table + DELETE])
        file = table + INSERT if is_update else table
        _one(at, table, file, headings[file])
    at.count(CODES, NOT_NEEDED, _listed(at, headings[CODES]))


def _one(at: Bringing, table: str, file: str, named: list[str]) -> None:
    """One file: whole to Parquet in the scratch folder, looked at there, and what is kept of it in its place."""
    place = at.package.file(file)
    try:
        path = packages.unpacked(at.package, file, at.scratch)
    except packages.BROKEN:
        at.faults.append(Fault("E-KBO-10", file, place))
        return
    query = (reading.keys if file.endswith(DELETE) else reading.rows)(table, path, named)
    raw = at.scratch / f"{file}.parquet"
    try:
        n = engine.kept(at.link, f"SELECT *, {at.extract.meta.number}::INTEGER AS extract FROM ({query})", raw)
    except engine.FAILURE:
        at.faults.append(Fault("E-KBO-22", file, place))
        return
    wrong = reading.rejected(at.link, file, place)
    if reading.has_no_number(at.link, table, raw, file):
        wrong += reading.wrong_numbers(path, table, place, named)
    if not wrong:
        wrong = _looked_at(at, table, file, raw, path, named)
    at.faults.extend(wrong)
    if not any(fault.severity == "refuse" for fault in wrong):
        _keep(at, table, file, raw, n)
    raw.unlink(missing_ok=True)
    if path.parent == at.scratch:
        path.unlink()


def _looked_at(at: Bringing, table: str, file: str, raw: Path, path: Path, named: list[str]) -> list[Fault]:
    """Keys that stand twice with different facts, and days that are none."""
    layout, source = LAYOUTS[table], engine.parquet([raw])
    place, found = at.package.file(file), []
    if file.endswith(DELETE):
        return []
    if layout.is_unique and not _once_each(at, raw, layout.key):
        query = f"SELECT {layout.key} FROM (SELECT DISTINCT * FROM {source}) GROUP BY ALL HAVING count(*) > 1"
        twice = {key for (key,) in at.link.execute(query).fetchall()}
        key = named.index(layout.key)
        lines = reading.lines_of(path, key, twice) if twice else ()
        found += [Fault("E-KBO-24", table, place, line, layout.key, dotted) for line, dotted in lines]
    for column in (name for name in layout.dates if name in layout.kept):
        query = (
            f"SELECT count(*), min({column}) FROM {source} WHERE {column} <> '' AND TRY_CAST({column} AS DATE) IS NULL"
        )
        n, example = at.link.execute(query).fetchone()
        if n:
            found.append(Fault("W-KBO-12", table, place, column=column, found=example, values={"n": n}))
    return found


def _keep(at: Bringing, table: str, file: str, raw: Path, n: int) -> None:
    """What is kept of a file that was read whole."""
    layout, source = LAYOUTS[table], f"SELECT * FROM {engine.parquet([raw])}"
    target = at.folder / f"{table if not file.endswith(DELETE) else file}.parquet"
    if at.extract.meta.kind == UPDATE:  # who is concerned, also where nothing of it is kept
        engine.kept(at.link, f"SELECT DISTINCT {layout.key} AS key FROM ({source})", keys_of(at, file))
    if not layout.kept:
        at.count(file, NOT_NEEDED, n)
        return
    reason = REPEATED
    if (file.endswith(DELETE) or layout.is_unique) and not _once_each(at, raw, layout.key):
        source = f"SELECT DISTINCT * FROM ({source}) ORDER BY {layout.key}"
    elif table == "denomination":
        source = f"{source} SEMI JOIN ({_legal(at)}) legal ON EntityNumber = legal.entity"
        reason = NOT_LEGAL
    else:
        raw.replace(target)
        at.count(file, KEPT, n)
        return
    kept = engine.kept(at.link, source, target)
    at.count(file, KEPT, kept)
    if n > kept:
        at.count(file, reason, n - kept)


def _once_each(at: Bringing, raw: Path, key: str) -> bool:
    """Whether each key stands in one row alone: the usual case, and then nothing needs to be compared or rewritten."""
    query = f"SELECT count(*) = count(DISTINCT {key}) FROM {engine.parquet([raw])}"
    return at.link.execute(query).fetchone()[0]


def keys_of(at: Bringing, file: str) -> Path:
    """Where the keys of a file of an update stand while it is read."""
    return at.scratch / f"{file}.keys"


def _legal(at: Bringing) -> str:
    """Query of the numbers of all entities of legal persons: a name is kept only of these."""
    enterprises = f"SELECT EnterpriseNumber FROM ({state(at.store, ENTERPRISE)}) WHERE TypeOfEnterprise = '{LEGAL}'"
    parts = [
        f"SELECT {LAYOUTS[table].key} AS entity FROM ({state(at.store, table)}) "
        f"SEMI JOIN ({enterprises}) e USING (EnterpriseNumber)"
        for table in (ESTABLISHMENT, BRANCH)
    ]
    return " UNION ALL ".join([f"SELECT EnterpriseNumber AS entity FROM ({enterprises})", *parts])


def _listed(at: Bringing, named: list[str]) -> int:
    """Rows of the code list that came with the extract; the lists of this project are its own."""
    try:
        path = packages.unpacked(at.package, CODES, at.scratch)
        n = rows_of(at.link, f"SELECT * FROM {engine.csv(path, named)}")
    except (*packages.BROKEN, engine.FAILURE):
        at.faults.append(Fault("E-KBO-10", CODES, at.package.file(CODES)))
        return 0
    at.faults.extend(reading.rejected(at.link, CODES, at.package.file(CODES)))
    return n
