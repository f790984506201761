"""Inside the process of one notebook: papermill runs it, and what went wrong is told."""

from __future__ import annotations

import os
import pickle
import tempfile
from collections.abc import Mapping, Sequence

import nbformat

from coopeval.errors import CoopevalError
from coopeval.provenance.results import RESULTS
from coopeval.runs import engine, kernels, warm
from coopeval.runs.executing import (
    COULD_NOT,
    EXECUTED,
    INJECTED,
    Failure,
    Task,
    grafted,
    handed_over_otherwise,
    shown,
    tags,
)
from coopeval.runs.place import FULL, FULL_MSGID
from coopeval.runs.steps import READ
from coopeval.tables.reads import READS
from coopeval.wording import N_

OUR_OWN = {kind.__name__ for kind in (CoopevalError, *CoopevalError.__subclasses__())}  # their sentence is enough


def run(task: Task, answer: int) -> int:
    """Execute one notebook and answer with what went wrong, if anything did."""
    if warm.can_fork():
        kernels.register()
        os.environ[kernels.MEMORY] = str(task.memory_limit)
    else:
        kernels.limit_memory(task.memory_limit)  # what this process starts inherits it
    said = memoryview(pickle.dumps(_outcome(task)))
    while said:
        said = said[os.write(answer, said) :]
    os.close(answer)
    return 0


def _outcome(task: Task) -> Failure | None:
    """What went wrong, also where it was not the notebook."""
    try:
        return _executed(task)
    except Exception as error:
        if isinstance(error, OSError) and error.errno in FULL:
            return _full(task)
        return Failure(COULD_NOT, {"notebook": task.name, "problem": f"{type(error).__name__}: {error}"})


def _full(task: Task) -> Failure:
    return Failure(FULL_MSGID, {"place": str(task.folder.parent.parent), "scratch": tempfile.gettempdir()})


def _executed(task: Task) -> Failure | None:
    import papermill
    from papermill.exceptions import PapermillExecutionError

    output, notes = task.folder / EXECUTED, task.folder / READ
    os.environ[RESULTS], os.environ[READS] = str(task.results), str(notes)
    task.results.mkdir(parents=True)
    notes.touch()  # one that stays empty says: nothing was looked at
    try:
        executed = papermill.execute_notebook(
            task.notebook,
            output,
            parameters=dict(task.parameters),
            engine_name=engine.register(),
            kernel_name="python3",
            language="python",
            progress_bar=False,
            request_save_on_cell_execute=False,
            autosave_cell_every=0,
            start_timeout=120,
            cwd=task.root,
            seconds=task.time_limit,
        )
    except PapermillExecutionError as error:
        cells = nbformat.read(output, as_version=4).cells if output.is_file() else []
        return _shown(task, _failed_cell(task, error, cells), cells)
    except (engine.CellTimeoutError, engine.DeadKernelError, engine.TooMuchShown) as error:
        cells = error.notebook.cells
        return _shown(task, _ended_early(task, error, cells), cells)
    failure = _noise(task, executed) or handed_over_otherwise(task)
    source = nbformat.read(task.notebook, as_version=4)
    nbformat.write(grafted(source, executed), output)
    return _shown(task, failure, executed.cells) if failure is not None else None


def _shown(task: Task, failure: Failure, cells: Sequence[Mapping]) -> Failure:
    """The failure with its page: cells that papermill put there are not of the notebook."""
    ours = [cell for cell in cells if "papermill-error-cell-tag" not in tags(cell)]
    at = next((n for n, cell in enumerate(ours) if cell.get("id") == failure.values.get("cell")), len(ours))
    return shown(task, failure, [cell for cell in ours[: at + 1] if INJECTED not in tags(cell)])


def _failed_cell(task: Task, error, cells: Sequence[Mapping]) -> Failure:
    failed = (cell.get("id", "?") for cell in cells if any(o.output_type == "error" for o in cell.get("outputs", [])))
    where = {"notebook": task.name, "cell": next(failed, "?")}
    if error.ename == "OSError" and any(error.evalue.startswith(f"[Errno {number}]") for number in FULL):
        return _full(task)
    if error.ename == "StdinNotImplementedError":
        msgid = N_("{notebook}, cell {cell}, asks for input, and in a run nobody answers. Make it a parameter.")
        return Failure(msgid, where)
    if error.ename.endswith("MemoryError"):
        msgid = N_(
            "{notebook}, cell {cell}, wanted more than {megabytes} MB of memory. Give notebooks more with "
            "--memory-limit, and run fewer of them side by side with --jobs."
        )
        return Failure(msgid, {**where, "megabytes": task.memory_limit})
    said = error.evalue if error.ename in OUR_OWN else f"{error.ename}: {error.evalue}"
    problem = next(iter(said.strip().splitlines()), error.ename)
    return Failure(N_("{notebook}, cell {cell}, failed: {problem}"), {**where, "problem": problem})


def _ended_early(task: Task, error: Exception, cells: Sequence[Mapping]) -> Failure:
    """What is told of a notebook that hung, died or printed without end."""
    where = {"notebook": task.name, "cell": _last_begun(cells)}
    if isinstance(error, engine.TooMuchShown):
        msgid = N_(
            "{notebook}, cell {cell}, printed or showed more than a page can hold. Hand over a table instead, and show "
            "a part of it."
        )
        return Failure(msgid, {**where, "cell": error.args[0]})
    if isinstance(error, engine.CellTimeoutError):
        msgid = N_(
            "{notebook}, cell {cell}: after {seconds} seconds the notebook was not done. Make it faster, or give "
            "notebooks longer with --time-limit."
        )
        return Failure(msgid, {**where, "seconds": round(task.time_limit)})
    msgid = N_(
        "{notebook}, cell {cell}: its kernel died, perhaps for lack of memory. Run fewer notebooks side by side, with "
        "--jobs 1; if it dies again, run the notebook in JupyterLab, with coopeval lab."
    )
    return Failure(msgid, where)


def _last_begun(cells: Sequence[Mapping]) -> str:
    begun = [cell for cell in cells if cell.metadata.get("papermill", {}).get("start_time")]
    return begun[-1].get("id", "?") if begun else "?"


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
