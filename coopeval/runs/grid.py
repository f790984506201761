"""Many reports: periods in order, for the gate remembers earlier ones; structures side by side.

Each report is made by a process of its own, the command a person would type. The grid hands these commands to an
executor of `concurrent.futures` and knows nothing else about where they run: threads of this machine that wait for
them, or the workers of a Dask cluster that share its folders.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from coopeval import semesters
from coopeval.errors import CoopevalError, ParameterError, refusal
from coopeval.provenance.digests import ROOT
from coopeval.runs.asking import SPAN
from coopeval.runs.ending import ENDS_WITH
from coopeval.runs.period import of_semester
from coopeval.wording import N_

HELD, TRIES, PAUSE_S = 3, 5, 2  # the exit code of a place that another run holds: of a worker that just died, perhaps


class GridError(CoopevalError):
    """Some reports of a grid could not be made; the others stand."""


@dataclass(frozen=True)
class Cell:
    """A report to make: plain data, so that it can be sent to another machine."""

    structure: str
    period: str
    command: tuple[str, ...]  # arguments of `coopeval`
    said_in: str  # language of its messages


@dataclass(frozen=True)
class Made:
    """What became of a report: its place, or why there is none."""

    place: str
    exit_code: int
    words: str


def spanned(words: str) -> tuple[str, ...]:
    """The semesters from one to another, both included; one alone is itself.

    >>> spanned("2025S1..2026S1")
    ('2025S1', '2025S2', '2026S1')

    Raises
    ------
    ParameterError
        One of them is no semester, or the second comes before the first.
    """
    first, _, last = words.partition(SPAN)
    last = last if SPAN in words else first
    first, last = of_semester(first.strip()).name, of_semester(last.strip()).name
    n = semesters.between(first, last) + 1
    if n < 1:
        msgid = N_('"{words}" goes back in time. Write the earlier semester first, for instance 2025S1..2026S1.')
        raise refusal(ParameterError, msgid, words=words)
    return tuple(semesters.shift(first, i) for i in range(n))


def structures_of(dataset) -> tuple[str, ...]:
    """The structures whose own work can be evaluated: those that have projects.

    Raises
    ------
    ParameterError
        None has.
    """
    if dataset["projects"].empty:
        raise refusal(ParameterError, N_("No structure of these tables has projects: there is nothing to evaluate."))
    return tuple(sorted(set(dataset["projects"]["structure_id"])))


def make_all(
    cells: Sequence[Cell], executor: Executor, say: Callable[..., None], clock: Callable[[], float] = time.monotonic
) -> Iterator[tuple[Cell, Made]]:
    """Make the reports of a grid and give each back once it stands.

    Parameters
    ----------
    cells
        In the order of their periods; those of one structure are made one after another.
    executor
        Of `concurrent.futures`; gets `make_one` and a cell.
    say
        Told what is done, what is left, and what went wrong.

    Raises
    ------
    GridError
        Reports that could not be made, and those after them that were not tried; raised when all others stand.
    """
    chains = {name: list(own) for name, own in groupby(sorted(cells, key=_structure), key=_structure)}
    running: dict[Future, Cell] = {}
    begun, done, failed = clock(), 0, []
    try:
        for chain in chains.values():
            _start(chain, executor, running)
        while running:
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                cell, made = running.pop(future), _outcome(future)
                chain = chains[cell.structure]
                if made.exit_code == 0:
                    done += 1
                    _tell(cell, done, len(cells), clock() - begun, say)
                    yield cell, made
                    _start(chain, executor, running)
                else:
                    failed.append(cell)
                    say(N_("{report} could not be made: {problem}"), report=_name(cell), problem=made.words)
    finally:
        for future in running:
            future.cancel()
    if failed:
        raise _told(failed, [cell for chain in chains.values() for cell in chain])


def make_one(cell: Cell) -> Made:
    """Make one report by the command, in a process that ends with this one."""
    environment = {**os.environ, "COOPEVAL_LANG": cell.said_in, ENDS_WITH: "stdin"}
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    command = [sys.executable, "-m", "coopeval", *cell.command]
    for attempt in range(TRIES):
        if attempt:
            time.sleep(PAUSE_S)
        with subprocess.Popen(
            command, cwd=ROOT, env={**environment, "PYTHONPATH": path}, text=True, encoding="utf-8",
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        ) as process:  # fmt: skip
            answer, words = _said(process)
        if process.returncode != HELD:
            break
    lines = words.strip().splitlines()
    return Made(next(reversed(answer.split("\n")[:-1]), ""), process.returncode, lines[-1] if lines else "")


def _said(process: subprocess.Popen) -> tuple[str, str]:
    """What a process says until it ends. Its stdin stays open that long: it takes the end of it for ours."""
    from threading import Thread

    words: list[str] = []
    listener = Thread(target=lambda: words.append(process.stderr.read()), daemon=True)
    listener.start()
    answer = process.stdout.read()
    listener.join()
    process.wait()
    return answer, "".join(words)


def _start(chain: list[Cell], executor: Executor, running: dict[Future, Cell]) -> None:
    if chain:
        cell = chain.pop(0)
        running[executor.submit(make_one, cell)] = cell


def _outcome(future: Future) -> Made:
    try:
        return future.result()
    except Exception as error:  # of the executor: a worker that died too often, a cluster that went away
        return Made("", 1, f"{type(error).__name__}: {error}".splitlines()[0])


def _tell(cell: Cell, done: int, total: int, seconds: float, say: Callable[..., None]) -> None:
    said: Mapping[str, object] = {"report": _name(cell), "done": done, "total": total}
    if done == total:
        say(N_("{report}: done ({done} of {total})."), **said)
    else:
        minutes = max(1, round(seconds / done * (total - done) / 60))
        say(N_("{report}: done ({done} of {total}), about {minutes} min left."), **said, minutes=minutes)


def _told(failed: Sequence[Cell], not_tried: Sequence[Cell]) -> GridError:
    msgid = N_("Reports that could not be made: {failed}. Not tried, because they come after one of these: {after}.")
    said = [", ".join(map(_name, cells)) or "-" for cells in (failed, not_tried)]
    return refusal(GridError, msgid, failed=said[0], after=said[1])


def _structure(cell: Cell) -> str:
    return cell.structure


def _name(cell: Cell) -> str:
    return str(Path(cell.structure) / cell.period)
