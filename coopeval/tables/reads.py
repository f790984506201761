"""What a notebook looked at: names noted in a file that the run names, so that only what concerns it is done again."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

READS = "COOPEVAL_READS"  # the run's environment names the file; outside a run nothing is noted
NAMES, FAULTS = "*", "!"  # which tables there are; how the delivery came in: its files, warnings, rows set aside
IMPORTS = "+"  # statistics imported beside the delivery
_noted: dict[str, set[str]] = {}  # by file: a process may run several notebooks


def note(names: Iterable[str]) -> None:
    """Note what is looked at: names of tables or columns ("jobs.fte"), `NAMES`, `FAULTS` or `IMPORTS`; each once."""
    place = os.environ.get(READS)
    if not place:
        return
    known = _noted.setdefault(place, set())
    new = sorted(set(names) - known)
    if new:
        known.update(new)
        with open(place, "a", encoding="utf-8") as file:
            file.write("".join(f"{name}\n" for name in new))


def noted(place: Path) -> tuple[str, ...] | None:
    """The names in a file of notes; none where there is no such file: nobody knows what was looked at."""
    try:
        return tuple(sorted(set(place.read_text(encoding="utf-8").split())))
    except OSError:
        return None
