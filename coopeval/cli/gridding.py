"""Many reports by one command: semesters in a row, one structure or all."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from coopeval.cli.making import listed, named
from coopeval.cli.talking import answer, language, say
from coopeval.runs.ending import ENDS_WITH
from coopeval.wording import N_

ALL = "all"
TYPED = {"first": "from", "time_limit": "time-limit", "memory_limit": "memory-limit"}  # where a word may not be


def is_grid(semester: str, structure: str, scheduler: str | None) -> bool:
    """Whether more than one report is asked for, or one that is made elsewhere."""
    from coopeval.runs.asking import SPAN

    return SPAN in semester or structure == ALL or scheduler is not None


def make_grid(
    data: Path, semester: str, structure: str, scheduler: str | None, jobs: int | None, **said: object
) -> None:
    """Make the reports of some semesters and structures, and answer with their places as they stand."""
    from coopeval import tables
    from coopeval.runs import grid
    from coopeval.runs.asking import from_root
    from coopeval.runs.executors import executor_of

    periods = grid.spanned(semester)
    _may_be_asked(data, periods[0], "" if structure == ALL else structure, jobs=jobs, **said)
    chosen: Sequence[str] = (structure,)
    if structure == ALL:
        say(N_("Reading and checking the tables."))
        chosen = grid.structures_of(tables.read(from_root(data)))
    cores = jobs or os.cpu_count() or 1
    at_once = min(cores, len(chosen))
    told = {"data": data, "jobs": max(1, cores // at_once), **said}
    cells = [grid.Cell(one, period, _typed(period, one, told), language()) for period in periods for one in chosen]
    say(N_("Reports to make: {n}."), n=len(cells))
    with executor_of(scheduler, at_once) as executor:
        for _, made in grid.make_all(cells, executor, say):
            answer(made.place)


def _may_be_asked(data: Path, period: str, structure: str, *, lang: str, only: str | None, **said: object) -> None:
    """What is wrong for every report is refused at once, before the first of them."""
    from coopeval.runs.asking import Options
    from coopeval.runs.period import of_semester
    from coopeval.runs.preparing import checked_request

    given = {name: value for name, value in said.items() if value is not None}
    options = Options(languages=listed(lang), only=named(only), structure=structure, **given)
    checked_request(data, of_semester(period), options)


def _typed(period: str, structure: str, said: Mapping[str, object]) -> tuple[str, ...]:
    """The command for one report, as a person would type it."""
    options = {"semester": period, "structure": structure, **said}
    given = {TYPED.get(name, name): value for name, value in options.items() if value not in (None, "")}
    return ("run", *(f"--{name}={value}" for name, value in given.items()))


def end_with_whoever_asked() -> None:
    """A report of a grid ends, and cleans up, when the process that asked for it is no more."""
    if os.environ.pop(ENDS_WITH, "") == "stdin":
        threading.Thread(target=_wait_for_the_end, daemon=True).start()


def _wait_for_the_end() -> None:
    while os.read(0, 1):  # not sys.stdin: its lock would be held when the interpreter shuts down
        pass
    os.kill(os.getpid(), signal.SIGTERM)
