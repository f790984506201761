"""Steps already done: what a notebook left behind is kept by a key of everything that decides it."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from coopeval import provenance
from coopeval.provenance.digests import code_cells, library_digest

RECORD = "step.json"
KEPT = 100  # finished steps; older ones are thrown away


def key_of(notebook: Path, parameters: Mapping[str, object], decided_by: Mapping[str, object]) -> str:
    """SHA-256 of all that decides what a notebook makes: code, parameters, inputs, library, lock file."""
    said = {
        "code": code_cells(notebook),
        "parameters": dict(parameters),
        "library": library_digest(),
        "lock": provenance.lock_digest(),
        "reference": provenance.reference_digest(),
        **decided_by,
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


class Cache:
    """A folder of finished steps that only its owner can read: they hold executed notebooks and exact results."""

    def __init__(self, folder: Path, user: str) -> None:
        self.folder = Path(folder)
        self._mark = f".work-{user}-"  # work folders of other runs may be in use; those of our own period are not

    def find(self, key: str) -> Path | None:
        """The folder of a finished step, if it is there and still whole."""
        folder = self.folder / key
        try:
            record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
            there = {name: digest for name, digest in provenance.digests_of_folder(folder).items() if name != RECORD}
            is_whole = isinstance(record, dict) and record.get("files") == there
        except (OSError, ValueError):
            is_whole = False
        if not is_whole:  # after a power cut a record may be empty: left standing, it would block its key for ever
            shutil.rmtree(folder, ignore_errors=True)
            return None
        with suppress(OSError):  # its age only decides which steps are thrown away first
            (folder / RECORD).touch()
        return folder

    def fresh(self) -> Path:
        """A new folder to work in, beside the finished steps."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        return Path(tempfile.mkdtemp(prefix=self._mark, dir=self.folder))

    def keep(self, work: Path, key: str) -> Path:
        """Turn a work folder into a finished step, in one rename."""
        record = {"key": key, "files": provenance.digests_of_folder(work)}
        (work / RECORD).write_text(json.dumps(record, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        place = self.folder / key
        try:
            work.rename(place)
        except OSError:
            if self.find(key) is None:  # which takes away what is not whole
                work.rename(place)
        return place

    def prune(self) -> None:
        """Throw the oldest steps away, and what runs of the same period that died left unfinished."""
        for left in self.folder.glob(f"{self._mark}*"):
            shutil.rmtree(left, ignore_errors=True)
        records = sorted(self.folder.glob(f"*/{RECORD}"), key=_age)
        for record in records[KEPT:]:
            shutil.rmtree(record.parent, ignore_errors=True)


def _age(path: Path) -> float:
    """The newest first; what the run of another period throws away meanwhile counts as oldest."""
    try:
        return -path.stat().st_mtime
    except FileNotFoundError:
        return float("inf")
