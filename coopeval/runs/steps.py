"""Steps already done: what a notebook left behind is kept by a key of everything that decides it."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from coopeval import provenance
from coopeval.provenance.digests import Area, area_of, areas_reached, code_cells
from coopeval.tables.column_digests import ColumnDigests
from coopeval.tables.imports import FOLDER
from coopeval.tables.reads import FAULTS, IMPORTS, NAMES, noted

RECORD, READ = "step.json", "read.txt"
KEPT = 100  # finished steps; older ones are thrown away
SHORT = 24  # letters of a digest in the name of a folder
GATE = "gate"  # the part of a key that is about what was published before
WORDS = {  # of a record, whoever wrote it
    "key": str, "notebook": str, "parts": dict, "reads": dict, "files": dict, "editions": list, "released": list,
}  # fmt: skip
EVERYTHING = (FAULTS,)  # looked at by a notebook that left no notes


@dataclass(frozen=True)
class Key:
    """All that decides what a notebook makes but for the tables, which are known once it has looked at them."""

    notebook: str
    parts: Mapping[str, str]  # digest by what it is of: code, parameters, reference, ..., each area of the library
    editions: frozenset[str] = frozenset()  # digests of its tables as earlier editions of the same period told them

    @property
    def digest(self) -> str:
        """All parts as one."""
        return _digest([self.notebook, dict(self.parts)])


def keys(
    notebooks: Mapping[str, Path],
    decided_by: Mapping[str, Mapping[str, object]],
    editions: Mapping[str, frozenset[str]] = MappingProxyType({}),
) -> dict[str, Key]:
    """The key of each notebook: its code, what the run decided, the library as far as it reaches, the lock file."""
    library = area_of()
    shared = {"lock": provenance.lock_digest(), "reference": provenance.reference_digest()}
    return {
        name: Key(
            name,
            {**shared, **_of(path, library), **{k: _digest(v) for k, v in decided_by[name].items()}},
            editions.get(name, frozenset()),
        )
        for name, path in notebooks.items()
    }


def _of(notebook: Path, library: Mapping[str, Area]) -> dict[str, str]:
    code = code_cells(notebook)
    return {"code": _digest(code), **{f"coopeval.{a}": library[a].sha256 for a in areas_reached(code, library)}}


def _digest(said: object) -> str:
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


def digests_looked_at(dataset, files: Mapping[str, str], made: Mapping[str, Path]) -> Callable[[str], str]:
    """The digest of anything a notebook can look at: a table, a column of it, a result of another notebook, and more.

    Parameters
    ----------
    dataset
        The delivery. A table that was not delivered has an empty digest, and so has each of its columns ("jobs.fte").
        Which tables there are (`NAMES`) is a digest too.
    files
        Digests of the delivered files: how they came in (`FAULTS`).
    made
        Folders of the steps known to be up to date; results of others ("10_portfolio:selection") have no digest yet.
    """
    tables = dataset.about["digests"]
    columns = ColumnDigests(dataset.unseen(), tables)
    imported = {name: sha for name, sha in files.items() if name.startswith(f"{FOLDER}/")}
    delivered = {name: sha for name, sha in files.items() if name not in imported}
    special = {NAMES: _digest(sorted(tables)), FAULTS: _digest([delivered, dict(tables)]), IMPORTS: _digest(imported)}

    def digest(name: str) -> str:
        notebook, _, result = name.partition(":")
        if not result:
            table, _, column = name.partition(".")
            return columns.of(table, column) if column else special.get(name, tables.get(name, ""))
        return provenance.digest_of_file(made[notebook] / "results" / f"{result}.csv") if notebook in made else "?"

    return digest


class Cache:
    """A folder of finished steps that only its owner can read: they hold executed notebooks and exact results."""

    def __init__(self, folder: Path, user: str) -> None:
        self.folder = Path(folder)
        self._mark = f".work-{user}-"  # work folders of other runs may be in use; those of our own period are not

    def find(self, key: Key, looked_at: Callable[[str], str]) -> Path | None:
        """The folder of a finished step, if one with this key looked at the same tables, and is still whole.

        What the gate remembers of other periods is in the key. An earlier edition of the same period may have come
        since: what the step itself released was told in it, and releasing that once more tells nothing new.
        """
        for folder in sorted(self.folder.glob(f"{key.digest[:SHORT]}-*")):
            record = self._record(folder, key)
            others = any(looked_at(name) != digest for name, digest in record.get("reads", {}).items())
            if record and (others or not _tells_nothing_new(record, key)):
                continue
            if self._is_whole(folder, key):
                with suppress(OSError):  # its age only decides which steps are thrown away first
                    (folder / RECORD).touch()
                return folder
            _take_away(folder)  # left standing, it would block its key for ever
        return None

    def differences(self, key: Key, looked_at: Callable[[str], str]) -> tuple[list[str], list[str]] | None:
        """Parts of the key and tables that differ from the latest step of this notebook; none where there is none."""
        records = [self._read(path) for path in sorted(self.folder.glob(f"*/{RECORD}"), key=_age)]
        last = next((record for record in records if record.get("notebook") == key.notebook), None)
        if last is None:
            return None
        was, reads = last["parts"], last["reads"]
        parts = [part for part in sorted({*was, *key.parts}) if was.get(part) != key.parts.get(part)]
        if GATE not in parts and not _tells_nothing_new(last, key):
            parts.append(GATE)
        return parts, [name for name in sorted(reads) if looked_at(name) != reads[name]]

    def _read(self, path: Path) -> Mapping:
        try:
            record = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):  # after a power cut it may be empty
            return {}
        is_ours = isinstance(record, dict) and all(isinstance(record.get(word), kind) for word, kind in WORDS.items())
        return record if is_ours else {}

    def _record(self, folder: Path, key: Key) -> Mapping:
        record = self._read(folder / RECORD)
        return record if record.get("key") == key.digest else {}

    def _is_whole(self, folder: Path, key: Key) -> bool:
        try:
            there = {name: digest for name, digest in provenance.digests_of_folder(folder).items() if name != RECORD}
        except OSError:
            return False
        return self._record(folder, key).get("files") == there

    def fresh(self) -> Path:
        """A new folder to work in, beside the finished steps."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        return Path(tempfile.mkdtemp(prefix=self._mark, dir=self.folder))

    def keep(self, work: Path, key: Key, looked_at: Callable[[str], str], needed: Iterable[str] = ()) -> Path:
        """Turn a work folder into a finished step, in one rename; the notes in it say what it looked at.

        `needed` are the results of other notebooks that it took, as the plan names them.
        """
        names = noted(work / READ)
        reads = {name: looked_at(name) for name in (*(EVERYTHING if names is None else names), *needed)}
        (work / READ).unlink(missing_ok=True)
        record = {"key": key.digest, "notebook": key.notebook, "parts": dict(key.parts), "reads": reads}
        record |= {"editions": sorted(key.editions), "released": _released(work)}
        record["files"] = provenance.digests_of_folder(work)
        (work / RECORD).write_text(json.dumps(record, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        place = self.folder / f"{key.digest[:SHORT]}-{_digest([reads, record['editions']])[:SHORT]}"
        try:
            work.rename(place)
        except OSError:
            if self.find(key, looked_at) is None:
                _take_away(place)
                work.rename(place)
        return place

    def prune(self) -> None:
        """Throw the oldest steps away, and what runs of the same period that died left unfinished."""
        for left in self.folder.glob(f"{self._mark}*"):
            shutil.rmtree(left, ignore_errors=True)
        records = sorted(self.folder.glob(f"*/{RECORD}"), key=_age)
        for record in records[KEPT:]:
            shutil.rmtree(record.parent, ignore_errors=True)


def _take_away(place: Path) -> None:
    """What is no finished step: a damaged one, a file, a link, whose target stays."""
    if place.is_symlink() or place.is_file():
        place.unlink(missing_ok=True)
    else:
        shutil.rmtree(place, ignore_errors=True)


def _released(work: Path) -> list[str]:
    """Digests of the tables a step released."""
    return sorted(json.loads(path.read_text(encoding="utf-8"))["sha256"] for path in work.glob("results/*.about.json"))


def _tells_nothing_new(record: Mapping, key: Key) -> bool:
    """Whether the gate of a finished step knew of every edition of the period that told other figures than its own."""
    then = set(record.get("editions", ()))
    return then <= key.editions and key.editions - then <= set(record.get("released", ()))


def _age(path: Path) -> float:
    """The newest first; what the run of another period throws away meanwhile counts as oldest."""
    try:
        return -path.stat().st_mtime
    except FileNotFoundError:
        return float("inf")
