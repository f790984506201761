"""One notebook, executed through papermill in a process of its own, and what is left of it."""

from __future__ import annotations

import os
import pickle
import select
import subprocess
import tempfile
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

from coopeval import provenance
from coopeval.errors import CoopevalError
from coopeval.provenance.ledger import LEDGER
from coopeval.provenance.results import RESULTS, audiences
from coopeval.runs import warm
from coopeval.runs.asking import MEMORY_LIMIT, TIME_LIMIT
from coopeval.runs.deciding import SETTINGS
from coopeval.runs.failing import Failure, StepError, write_page
from coopeval.runs.steady import JUPYTER, quiet
from coopeval.tables.evaluated import EVALUATED
from coopeval.tables.laid_out import LAID_OUT
from coopeval.tables.reads import READS
from coopeval.wording import N_

__all__ = ["EXECUTED", "Ended", "Failure", "StepError", "Task", "execute", "grafted", "stop", "tags"]

INJECTED = "injected-parameters"
EXECUTED = "executed.ipynb"
DRAWN_ANEW = "COOPEVAL_DRAWN_ANEW"  # no figure is rendered in a kernel: pages draw them from their description
# What a run lays out for its notebooks has a name in their environment.
OF_THE_RUN = (LEDGER, SETTINGS, EVALUATED, LAID_OUT, DRAWN_ANEW)
GRACE = 30  # seconds a process has to tell that a notebook took too long
DIED = N_("{notebook}: its process died, perhaps for lack of memory. Run again, with fewer --jobs.")

COULD_NOT = N_("{notebook} could not be executed: {problem}")


@dataclass(frozen=True)
class Task:
    """A notebook to execute, with all its parameters, in a folder that takes what it makes. Plain data."""

    name: str
    notebook: Path
    parameters: Mapping[str, object]
    folder: Path  # takes executed.ipynb, and results/ with what is handed over
    root: Path  # where the kernel stands
    makes: Mapping[str, str] | None = None  # the tables it is to hand over, with their class; none: nobody says
    page: Path | None = None  # takes the page that shows how far it came, if it fails
    time_limit: float = TIME_LIMIT  # seconds
    memory_limit: int = MEMORY_LIMIT  # megabytes
    environment: Mapping[str, str] = field(default_factory=dict)  # what the run lays out for its notebooks

    @property
    def results(self) -> Path:
        return self.folder / "results"


@dataclass(frozen=True)
class Ended:
    """How the execution of a notebook ended, and after how many seconds. Plain data."""

    failure: Failure | None
    seconds: float


def laid_out() -> dict[str, str]:
    """What this run lays out for its notebooks, so that it reaches them wherever they are executed."""
    return {name: os.environ[name] for name in OF_THE_RUN if name in os.environ}


def steady(scratch: str, told: Mapping[str, str]) -> dict[str, str]:
    """The environment of a quiet, steady place to run kernels from: the settings of the user stay outside."""
    here = {name: value for name, value in quiet().items() if name not in (RESULTS, READS, *OF_THE_RUN)}
    homes = {name: str(Path(scratch, name.lower())) for name in JUPYTER}
    return {**here, **homes, **told}


def execute(task: Task) -> Ended:
    """Execute one notebook in a process of its own, and wait for it: what a plan asks of an executor.

    Whatever happens in there, the caller gets an answer: a notebook that kills its process is a failure like others.
    """
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="coopeval-", dir=warm.scratch(), ignore_cleanup_errors=True) as scratch:
        for name in JUPYTER:
            Path(scratch, name.lower()).mkdir(mode=0o700)
        process, answer = _started(task, steady(scratch, task.environment), Path(scratch, warm.LOG))
        with _living(task, process), closing(open(answer, "rb")) as pipe:
            said = _heard(pipe.fileno(), task.time_limit + GRACE)
            process.kill()  # it has answered, or never will: nobody waits for it to tidy up
            process.wait()
    try:
        failure = pickle.loads(said or b"")
    except (EOFError, pickle.UnpicklingError):
        failure = _unheard(task, said)
    return Ended(failure, time.monotonic() - began)


def stop(task: Task) -> None:
    """End the execution of a notebook, if it is in the middle of it."""
    _stopped.add(task.folder)
    process = _processes.get(task.folder)
    if process is not None:
        process.kill()


_processes: dict[Path, subprocess.Popen | warm.Forked] = {}
_stopped: set[Path] = set()  # also those whose process is only about to be made


class _living:
    """While a process lives it can be stopped; it does not outlive its place here."""

    def __init__(self, task: Task, process) -> None:
        self.folder, self.process = task.folder, process

    def __enter__(self) -> None:
        _processes[self.folder] = self.process
        if self.folder in _stopped:
            self.process.kill()

    def __exit__(self, *_) -> None:
        _processes.pop(self.folder, None)
        if self.process.poll() is None:
            self.process.kill()


def _started(task: Task, environment: Mapping[str, str], log: Path):
    """A process that executes a notebook, and the end of the pipe on which it will answer."""
    hears, answers = os.pipe()
    with open(log, "ab") as said, open(os.devnull, "rb") as nothing:
        streams = (nothing.fileno(), said.fileno(), said.fileno(), answers)
        try:
            process = warm.forked("coopeval.runs.alone:run", task, environment, task.root, streams)
        except warm.NotWarm:
            process = warm.started("coopeval.runs.alone:run", task, environment, task.root, streams)
        finally:
            os.close(answers)
    return process, hears


def _heard(pipe: int, seconds: float) -> bytes | None:
    """All that a process answers before it ends; nothing at all if it takes longer."""
    until, said = time.monotonic() + seconds, b""
    while select.select([pipe], [], [], max(0, until - time.monotonic()))[0]:
        more = os.read(pipe, 65536)
        if not more:
            return said
        said += more
    return None


def _unheard(task: Task, said: bytes | None) -> Failure:
    failure = Failure(DIED, {"notebook": task.name})
    if said is None:
        msgid = N_("{notebook} was not done after {seconds} seconds. Give notebooks longer with --time-limit.")
        failure = Failure(msgid, {"notebook": task.name, "seconds": round(task.time_limit)})
    if task.folder in _stopped:  # by whoever ended the run: no page says that something is wrong with it
        return failure
    return shown(task, failure, nbformat.read(task.notebook, as_version=4).cells)


def not_as_planned(task: Task) -> Failure | None:
    """What was handed over is what the gate released and what plan.toml says: what is kept is kept after this."""
    if task.makes is not None:
        try:
            provenance.released(task.results)
        except CoopevalError as error:
            return Failure(COULD_NOT, {"notebook": task.name, "problem": f"{type(error).__name__}: {error}"})
    return handed_over_otherwise(task)


def handed_over_otherwise(task: Task) -> Failure | None:
    """The tables are those of plan.toml, no more and no less, and nothing public is exact; their rows are not read."""
    if task.makes is None:
        return None
    made_for = audiences(task.results)
    if set(made_for) != set(task.makes):
        made, planned = (", ".join(sorted(names)) or "-" for names in (made_for, task.makes))
        msgid = N_("{notebook} handed over {made}; plan.toml says {planned}. Make them agree.")
        return Failure(msgid, {"notebook": task.name, "made": made, "planned": planned})
    for name, audience in made_for.items():
        if audience != task.parameters.get("audience", audience) and task.makes[name] == "public":
            msgid = N_("{notebook}: {table} was released for another audience than the one asked for.")
            return Failure(msgid, {"notebook": task.name, "table": name})
    return None


def shown(task: Task, failure: Failure, cells) -> Failure:
    """The failure with its page, if the task has a place for one."""
    if task.page is None:
        return failure
    write_page(task.page, task.name, failure, cells)
    return Failure(failure.msgid, failure.values, str(task.page))


def grafted(source: nbformat.NotebookNode, executed: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The notebook as its authors wrote it, with the outputs of an execution, and no trace of when and where.

    Works cell by cell in order; the cell in which papermill puts the parameters is left out.
    """
    ran = [cell for cell in executed.cells if cell.cell_type == "code" and INJECTED not in tags(cell)]
    whole = nbformat.from_dict(dict(source))
    whole.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    whole.nbformat, whole.nbformat_minor = 4, 5
    outputs = iter(ran)
    for position, cell in enumerate(whole.cells):
        cell.id = cell.get("id") or f"cell-{position:02d}"
        cell.metadata = nbformat.from_dict({"tags": tags(cell)} if tags(cell) else {})
        if cell.cell_type == "code":
            cell.outputs = [_without_metadata(output) for output in next(outputs).outputs]
    for count, cell in enumerate((cell for cell in whole.cells if cell.cell_type == "code"), start=1):
        cell.execution_count = count
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = count
    return whole


def tags(cell: nbformat.NotebookNode) -> list[str]:
    """The tags of a cell."""
    return list(cell.metadata.get("tags", []))


def _without_metadata(output: nbformat.NotebookNode) -> nbformat.NotebookNode:
    return nbformat.from_dict({**output, "metadata": {}} if "metadata" in output else dict(output))
