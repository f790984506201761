"""Parts of pages that were made before: what nothing changed of is not made again.

An entry is named by the digest of everything that decides it, so it is never out of date; one that is damaged is made
anew. The folder is its owner's alone, and holds so many entries.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from coopeval.site.keys import key

MOST = 10_000  # entries; a report in three languages has about two thousand
DIGEST = 32  # bytes in front of the content


class NotKept(Exception):
    """Something would have to be made, where only what is kept was asked for."""


@dataclass(frozen=True)
class Kept:
    """The folder; none keeps nothing. `only`: what is not there is not made, it raises NotKept."""

    folder: Path | None = None
    only: bool = False

    def made(self, decided: tuple, make: Callable[[], bytes]) -> bytes:
        """A part by what decides it, which is what `keys.key` takes: as it was made before, else made now and kept."""
        content = self.find(decided)
        if content is None:
            if self.only:
                raise NotKept(decided[0])
            content = make()
            self.keep(decided, content)
        return content

    def find(self, decided: tuple) -> bytes | None:
        """What was kept, if it is there and whole."""
        if self.folder is None:
            return None
        path = self.folder / key(*decided)
        try:
            raw = path.read_bytes()
            content = zlib.decompress(raw[DIGEST:])
        except (OSError, zlib.error):
            return None
        if hashlib.sha256(content).digest() != raw[:DIGEST]:
            return None
        with suppress(OSError):  # its age only decides what is thrown away first
            os.utime(path)
        return content

    def keep(self, decided: tuple, content: bytes) -> None:
        """Keep a part, in one step; where the disk refuses, the next report takes longer."""
        if self.folder is None:
            return
        with suppress(OSError):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, fresh = tempfile.mkstemp(prefix=".fresh-", dir=self.folder)
            with os.fdopen(handle, "wb") as file:
                file.write(hashlib.sha256(content).digest() + zlib.compress(content, 1))
            os.replace(fresh, self.folder / key(*decided))

    def prune(self, most: int = MOST) -> None:
        """Throw away what was asked for longest ago, beyond so many entries."""
        if self.folder is None or not self.folder.is_dir():
            return
        self.folder.chmod(0o700)
        entries = sorted(os.scandir(self.folder), key=_age)
        for entry in entries[most:]:
            with suppress(OSError):
                os.unlink(entry.path)


def _age(entry: os.DirEntry) -> float:
    """The newest first; what another run throws away meanwhile counts as oldest."""
    try:
        return -entry.stat().st_mtime
    except OSError:
        return float("inf")


NOTHING = Kept()
