"""One notebook, executed through papermill in a process of its own, and what is left of it."""

from __future__ import annotations

import multiprocessing
import os
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

from coopeval.errors import CoopevalError, refusal
from coopeval.provenance.results import RESULTS
from coopeval.runs.place import FULL, FULL_MSGID
from coopeval.runs.steps import READ
from coopeval.tables.reads import READS
from coopeval.wording import N_

INJECTED = "injected-parameters"
EXECUTED = "executed.ipynb"
# One thread per process and one hash seed: more of either changes last digits and orders, not speed.
STEADY = {
    "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "NUMEXPR_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C.UTF-8", "LANG": "C.UTF-8", "LANGUAGE": "", "PYTHONUTF8": "1",
    "DO_NOT_TRACK": "1", "JUPYTER_PREFER_ENV_PATH": "1", "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}  # fmt: skip
OF_THE_USER = ("MPLBACKEND", "PYTHONSTARTUP", "PYTHONWARNINGS", "MATPLOTLIBRC", "SOURCE_DATE_EPOCH", RESULTS, READS)
LOG = "kernels.log"
OUR_OWN = {kind.__name__ for kind in (CoopevalError, *CoopevalError.__subclasses__())}  # their sentence is enough


class StepError(CoopevalError):
    """A notebook failed; nothing was published."""


@dataclass(frozen=True)
class Task:
    """A notebook to execute, with all its parameters, in a folder that takes what it makes."""

    name: str
    notebook: Path
    parameters: Mapping[str, object]
    folder: Path  # takes executed.ipynb, and results/ with what is handed over
    root: Path  # where the kernel stands


@dataclass(frozen=True)
class Failure:
    """Why a notebook failed: a message and what fills it. Plain data, so that it passes between processes."""

    msgid: str
    values: Mapping[str, object] = field(default_factory=dict)

    def error(self) -> StepError:
        return refusal(StepError, self.msgid, **self.values)


def prepare(scratch: str, root: str) -> None:
    """Make this process a quiet, steady place to run kernels from; only ever called in a process of our own.

    Whatever Jupyter and kernels write about themselves goes to a log, and the settings of the user stay outside.
    """
    for name in OF_THE_USER:
        os.environ.pop(name, None)
    os.environ.update(STEADY)
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH", "")]))
    for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
        home = Path(scratch, name.lower())
        home.mkdir(mode=0o700, exist_ok=True)
        os.environ[name] = str(home)
    log = os.open(Path(scratch, LOG), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(log, 2)
    threading.Thread(target=_end_with_the_run, daemon=True).start()


def _end_with_the_run() -> None:
    """A run that is killed takes its processes along; they would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def execute(task: Task) -> Failure | None:
    """Execute one notebook; returns what went wrong, if anything did."""
    import papermill
    from papermill.exceptions import PapermillExecutionError

    results = task.folder / "results"
    results.mkdir(parents=True)
    notes = task.folder / READ
    notes.touch()  # one that stays empty says: nothing was looked at
    os.environ[RESULTS], os.environ[READS] = str(results), str(notes)
    output = task.folder / EXECUTED
    try:
        papermill.execute_notebook(
            task.notebook,
            output,
            parameters=dict(task.parameters),
            kernel_name="python3",
            language="python",
            progress_bar=False,
            request_save_on_cell_execute=False,
            autosave_cell_every=0,
            start_timeout=120,
            cwd=task.root,
        )
    except PapermillExecutionError as error:
        return _failed_cell(task, error, output)
    finally:
        for name in (RESULTS, READS):
            os.environ.pop(name, None)
    executed = nbformat.read(output, as_version=4)
    failure = _noise(task, executed)
    source = nbformat.read(task.notebook, as_version=4)
    nbformat.write(grafted(source, executed), output)
    return failure


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


def _failed_cell(task: Task, error, output: Path) -> Failure:
    cells = nbformat.read(output, as_version=4).cells if output.is_file() else []
    failed = (cell.get("id", "?") for cell in cells if any(o.output_type == "error" for o in cell.get("outputs", [])))
    if error.ename == "OSError" and any(error.evalue.startswith(f"[Errno {number}]") for number in FULL):
        return Failure(FULL_MSGID, {"place": str(task.folder.parent.parent), "scratch": tempfile.gettempdir()})
    said = error.evalue if error.ename in OUR_OWN else f"{error.ename}: {error.evalue}"
    problem = next(iter(said.strip().splitlines()), error.ename)
    return Failure(
        N_("{notebook}, cell {cell}, failed: {problem}"),
        {"notebook": task.name, "cell": next(failed, "?"), "problem": problem},
    )


def _noise(task: Task, executed: nbformat.NotebookNode) -> Failure | None:
    """A warning on stderr is a bug: it would change from machine to machine, and nobody acts on it."""
    for cell in executed.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "stream" and output.name == "stderr":
                first = next(iter(output.text.strip().splitlines()), "")
                return Failure(
                    N_("{notebook}, cell {cell}, warned: {problem}. Make it a result, or remove its cause."),
                    {"notebook": task.name, "cell": cell.get("id", "?"), "problem": first},
                )
    return None
