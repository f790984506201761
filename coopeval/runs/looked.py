"""Published files as a checker sees them: each is read once, its digest taken, looked through and, a page, taken apart.

A file is looked at by itself, so that many processes can share the work.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

from coopeval.provenance import leaks
from coopeval.runs import pages_seen
from coopeval.runs.side_by_side import each

AT_ONCE = 32  # files that a process looks at before it asks for more
SITE = "site/"


@dataclass(frozen=True)
class Looked:
    """What a look at one file told."""

    sha256: str
    leaks: tuple[leaks.Leak, ...]
    page: pages_seen.Page | None  # of a page of the site
    asked: tuple[str, ...]  # what a style sheet or a picture of the site would fetch or run


def looking(folder: Path, names: Sequence[str], by: Executor | None = None) -> Iterator[tuple[str, Looked]]:
    """Name and look of every file. Processes begin at once, beside whatever comes before the first is asked for.

    Parameters
    ----------
    folder
        What is published, or about to be.
    names
        The files.
    by
        Processes to look in, side by side: `runs.workers`.
    """
    batches = [(folder, names[start : start + AT_ONCE]) for start in range(0, len(names), AT_ONCE)]
    return (seen for batch in each(_look, batches, by) for seen in batch)


def _look(batch: tuple[Path, Sequence[str]]) -> list[tuple[str, Looked]]:
    folder, names = batch
    return [(name, _at(name, (folder / name).read_bytes())) for name in names]


def _at(name: str, content: bytes) -> Looked:
    page, asked = None, ()
    if name.startswith(SITE) and name.endswith((".html", ".css", ".svg")):
        text = content.decode("utf-8", errors="replace").replace("\r\n", "\n").replace("\r", "\n")
        page = pages_seen.seen(name, text) if name.endswith(".html") else None
        asked = pages_seen.asked(name, text)
    return Looked(hashlib.sha256(content).hexdigest(), tuple(leaks.leaks(name, content)), page, asked)
