"""What the benchmarks against peers share: turns in one process, memory of a process, one shape of results.

A run that was broken off goes on where it stopped: what is measured stands in NAME.part.csv until all of it is.
The columns are told in benchmarks/README.md.
"""

from __future__ import annotations

import importlib.metadata
import platform
import sys
import time
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd

COLUMNS = [
    "job", "against", "measure", "goal", "stretch", "reached", "seconds", "peer_seconds", "memory_mb", "agreement",
    "note", "measured_on", "versions",
]  # fmt: skip
FASTER, TIMES, MORE, SECONDS = "times faster", "times the time", "MB more", "seconds"


class Results:
    """Rows of one benchmark, written as they come."""

    def __init__(self, file: str):
        self.path = Path(file).with_suffix(".csv")
        self.part = self.path.with_suffix(".part.csv")
        self.rows = pd.read_csv(self.part).to_dict("records") if self.part.exists() else []
        if self.rows:
            print(f"{self.part.name}: going on after {len(self.rows)} rows", file=sys.stderr)

    def has(self, job: str) -> bool:
        return any(row["job"] == job for row in self.rows)

    def add(self, rows: list[dict[str, object]]) -> None:
        """The rows of one job, all at once, so that a job is there whole or not at all."""
        today = datetime.now(UTC).date().isoformat()
        self.rows += [{"measured_on": today, **row} for row in rows]
        self._write(self.part)
        for row in rows:
            print("  ".join(f"{key} {row[key]}" for key in COLUMNS if key in row and key != "versions"), flush=True)

    def finish(self) -> None:
        self._write(self.path)
        self.part.unlink(missing_ok=True)

    def _write(self, path: Path) -> None:
        pd.DataFrame(self.rows).reindex(columns=COLUMNS).to_csv(path, index=False, lineterminator="\n")


def by_turns(tools: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Median CPU seconds of each, all of them in each round, after a first call that is not counted."""
    taken = {name: [] for name in tools}
    for function in tools.values():
        function()
    for number in range(rounds):
        for name, function in tools.items():
            start = time.process_time_ns()
            function()
            taken[name].append((time.process_time_ns() - start) / 1e9)
        print(f"    round {number + 1} of {rounds}", file=sys.stderr, end="\r")
    print(file=sys.stderr)
    return {name: float(np.median(values)) for name, values in taken.items()}


def repeated(function: Callable[[], object], times: int) -> Callable[[], None]:
    """A job too short for the clock, several times."""

    def several() -> None:
        for _ in range(times):
            function()

    return several


def faster(job: str, against: str, goals: tuple, seconds: tuple[float, float], **rest) -> dict[str, object]:
    """A row of CPU seconds, ours and theirs."""
    ours, theirs = seconds
    goal, stretch = goals
    return {
        "job": job, "against": against, "measure": FASTER, "goal": goal, "stretch": stretch,
        "reached": round(theirs / ours, 1), "seconds": f"{ours:.3g}", "peer_seconds": f"{theirs:.3g}", **rest,
    }  # fmt: skip


def gap(ours, theirs) -> str:
    """Largest difference."""
    return f"{np.nanmax(np.abs(np.asarray(ours, float) - np.asarray(theirs, float))):.0e}"


def peak_of(function: Callable[[], object]) -> float:
    """By how many MB the memory that Python and numpy hold grows at most while a function runs."""
    tracemalloc.start()
    try:
        function()
        return round(tracemalloc.get_traced_memory()[1] / 2**20, 1)
    finally:
        tracemalloc.stop()


def versions(*packages: str, **others: str) -> str:
    """Of Python and packages, and of what else is told."""
    told = [f"{name} {importlib.metadata.version(name)}" for name in ("numpy", "pandas", *packages)]
    return "; ".join([f"Python {platform.python_version()}", *told, *(f"{k} {v}" for k, v in others.items())])
