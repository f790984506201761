"""Faults of a delivery: the first of each kind as lines to read, all of them as a CSV file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from coopeval.errors import Faults
from coopeval.wording import N_, fault_line, translate

SHOWN = 20  # of one kind; the rest are counted
FILE = "faults.csv"


def lines(faults: Faults, lang: str) -> Iterator[str]:
    """One line per fault, the first of each kind, then a count."""
    kinds = Counter((fault.code, fault.table) for fault in faults)
    seen: Counter = Counter()
    for fault in faults:
        kind = (fault.code, fault.table)
        seen[kind] += 1
        if seen[kind] <= SHOWN:
            yield fault_line(fault, lang)
        if seen[kind] == SHOWN and kinds[kind] > SHOWN:
            rest = translate(N_("({n} more lines like this; see {file})"), lang)
            yield rest.format(n=kinds[kind] - SHOWN, file=FILE)


def write(faults: Faults, path: Path, lang: str) -> None:
    """All faults as a CSV file."""
    from coopeval.tables import write_faults

    write_faults(faults, path, lang)
