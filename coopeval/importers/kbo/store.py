"""The store: what was imported, as Parquet, one folder per extract, and one small record that says which count.

Nothing in it is ever rewritten: an update adds its deleted keys and its inserted rows. The record is put in place
last and at once, so a reader sees the store before or after an import and nothing between.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from coopeval.errors import DataError, LockedError, refusal
from coopeval.importers.kbo import engine
from coopeval.importers.kbo.layout import DELETE, FULL, LAYOUTS
from coopeval.importers.kbo.meta import Meta
from coopeval.reference import ROOT
from coopeval.wording import N_

RECORD, EXTRACTS, PROFILE = "store.json", "extracts", "profile"
FORMAT = 1
NO_STORE = N_("{place} holds no extracts of the register. Bring them in first: coopeval import kbo ZIP --out {place}")
OTHER_FORM = N_("{place} was made by another version of coopeval. Import its extracts again into a new folder.")
CHANGED = N_("{place} was changed by another import meanwhile. Nothing was written; import again.")


@dataclass(frozen=True)
class Extract:
    """One extract of a store: what it said of itself, the digest of its source and its folder."""

    meta: Meta
    source: str
    sha256: str

    @property
    def folder(self) -> str:
        return f"{self.meta.number:04d}-{self.meta.kind}"


@dataclass(frozen=True)
class Store:
    """Extracts of the register in their order, as they lie in a folder."""

    path: Path
    extracts: tuple[Extract, ...]
    building: Path | None = None  # where new extracts lie until all of them are there

    @property
    def metas(self) -> list[Meta]:
        return [extract.meta for extract in self.extracts]

    @property
    def is_whole(self) -> bool:
        """Whether it begins with a full extract; else it knows changed entities only."""
        return bool(self.extracts) and self.extracts[0].meta.kind == FULL

    @property
    def is_synthetic(self) -> bool:
        return any(meta.is_synthetic for meta in self.metas)

    def files(self, name: str, extracts: Iterable[Extract] | None = None) -> list[Path]:
        """The Parquet files of a table (or of its deleted keys, or of the profiles) that are there."""
        chosen = self.extracts if extracts is None else extracts
        paths = [self.folder(extract) / f"{name}.parquet" for extract in chosen]
        return [path for path in paths if path.is_file()]

    def folder(self, extract: Extract) -> Path:
        """Where an extract lies."""
        new = self.building / EXTRACTS / extract.folder if self.building else None
        return new if new is not None and new.is_dir() else self.path / EXTRACTS / extract.folder

    def since_full(self) -> tuple[Extract, ...]:
        """The extracts that make the present state: the last full one and the updates after it."""
        fulls = [at for at, extract in enumerate(self.extracts) if extract.meta.kind == FULL]
        return self.extracts[fulls[-1] :] if fulls else self.extracts

    def with_one(self, extract: Extract) -> Store:
        return Store(self.path, (*self.extracts, extract), self.building)


def store(place: Path | str | Store) -> Store:
    """The store in a folder; a relative path starts at the project root.

    Raises
    ------
    DataError
        There is none, or it was made by a version that laid it out in another way.
    """
    if isinstance(place, Store):
        return place
    path = located(place)
    found = present(path)
    if not found.extracts:
        raise refusal(DataError, NO_STORE, place=str(place))
    return found


def located(place: Path | str) -> Path:
    path = Path(place).expanduser()
    return path if path.is_absolute() else ROOT / path


def present(path: Path) -> Store:
    """The store in a folder, without extracts where there is none yet."""
    record = path / RECORD
    if not record.is_file():
        return Store(path, ())
    said = json.loads(record.read_text(encoding="utf-8"))
    if said.get("format") != FORMAT:
        raise refusal(DataError, OTHER_FORM, place=str(path))
    return Store(path, tuple(_extract(one) for one in said["extracts"]))


def _extract(said: dict) -> Extract:
    shows = date.fromisoformat(said["snapshot_on"])
    meta = Meta(said["number"], shows, said["kind"], said["version"], said["synthetic"])
    return Extract(meta, said["source"], said["sha256"])


def record(made: Store) -> str:
    """The text of the record: the same extracts always give the same bytes."""
    extracts = [
        {
            "number": extract.meta.number, "kind": extract.meta.kind, "snapshot_on": extract.meta.shows.isoformat(),
            "version": extract.meta.version, "synthetic": extract.meta.is_synthetic, "source": extract.source,
            "sha256": extract.sha256, "folder": f"{EXTRACTS}/{extract.folder}",
        }
        for extract in made.extracts
    ]  # fmt: skip
    return json.dumps({"format": FORMAT, "extracts": extracts}, indent=1, ensure_ascii=False) + "\n"


def put_in_place(built: Store, before: Store) -> Store:
    """Move the new extracts of a store, built beside it, into their place; the record last.

    Raises
    ------
    LockedError
        The store in place is no longer the one that was read.
    """
    place, building = before.path, built.building
    if present(place).extracts != before.extracts:
        raise refusal(LockedError, CHANGED, place=str(place))
    text = building / RECORD
    text.write_text(record(built), encoding="utf-8")
    if not place.exists():
        os.replace(building, place)
        return Store(place, built.extracts)
    (place / EXTRACTS).mkdir(parents=True, exist_ok=True)
    for extract in built.extracts[len(before.extracts) :]:
        target = place / EXTRACTS / extract.folder
        if target.exists():  # left by an import that was stopped before its record stood
            target.rename(building / f"{extract.folder}-left-over")
        (building / EXTRACTS / extract.folder).rename(target)
    os.replace(text, place / RECORD)
    return Store(place, built.extracts)


def state(made: Store, table: str) -> str:
    """Query of the rows of a table at the last extract: what was inserted and not deleted since."""
    extracts = made.since_full()
    layout = LAYOUTS[table]
    columns = ", ".join(f"i.{column}" for column in layout.kept)
    inserted, deleted = made.files(table, extracts), made.files(table + DELETE, extracts)
    if not inserted:
        empty = ", ".join(f"''::VARCHAR AS {column}" for column in layout.kept)
        return f"SELECT {empty} WHERE false"
    if not deleted:
        return f"SELECT {columns} FROM {engine.parquet(inserted)} i"
    last = f"SELECT {layout.key}, max(extract) AS extract FROM {engine.parquet(deleted)} GROUP BY ALL"
    return (
        f"SELECT {columns} FROM {engine.parquet(inserted)} i "
        f"ANTI JOIN ({last}) d ON i.{layout.key} = d.{layout.key} AND d.extract > i.extract"
    )


def table(place: Path | str | Store, name: str):
    """A table of the register at the last extract of a store, as a frame of text, in order of all its columns.

    One row per row of the register; `name` is enterprise, establishment, branch, address, activity or denomination.
    """
    made = store(place)
    with engine.engine() as link:
        frame = link.execute(f"SELECT * FROM ({state(made, name)}) ORDER BY ALL").df()
    return frame.astype(object)


def rows_of(link: duckdb.DuckDBPyConnection, query: str) -> int:
    return link.execute(f"SELECT count(*) FROM ({query})").fetchone()[0]
