"""Notebooks side by side, each in a process of its own, in an order that respects what they need."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context

from coopeval.errors import refusal
from coopeval.provenance.digests import ROOT
from coopeval.runs.executing import StepError, Task, execute, prepare
from coopeval.wording import N_


def execute_all(
    tasks: Sequence[Task],
    upstream: Mapping[str, set[str]],
    jobs: int | None,
    say: Callable[..., None],
) -> Iterator[Task]:
    """Execute notebooks and give each back once it is done; the first failure stops the rest.

    Raises
    ------
    StepError
        A notebook failed, or its process died.
    """
    if not tasks:
        return
    waiting, running = list(tasks), {}
    size = min(jobs or os.cpu_count() or 1, len(tasks))
    with tempfile.TemporaryDirectory(prefix="coopeval-", ignore_cleanup_errors=True) as scratch:
        pool = _pool(size, scratch)
        try:
            while waiting or running:
                open_names = {task.name for task in waiting} | {task.name for task in running.values()}
                for task in [task for task in waiting if not upstream.get(task.name, set()) & open_names]:
                    waiting.remove(task)
                    running[pool.submit(execute, task)] = task
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    task = running.pop(future)
                    _raise_failure(future, task)
                    yield task  # it is safely kept before it is called done
                    done = len(tasks) - len(waiting) - len(running)
                    say(N_("{notebook}: done ({done} of {total})."), notebook=task.name, done=done, total=len(tasks))
        finally:
            _stop(pool)


def _pool(size: int, scratch: str) -> ProcessPoolExecutor:
    # Not forked: a process that has threads or sockets open may not be copied safely, and a started one holds no lock.
    context = get_context("spawn")
    return ProcessPoolExecutor(size, mp_context=context, initializer=prepare, initargs=(scratch, str(ROOT)))


def _raise_failure(future: Future, task: Task) -> None:
    try:
        failure = future.result()
    except BrokenProcessPool:
        msgid = N_("{notebook}: its process died, perhaps for lack of memory. Run again, with fewer --jobs.")
        raise refusal(StepError, msgid, notebook=task.name) from None
    if failure is not None:
        raise failure.error()


def _stop(pool: ProcessPoolExecutor) -> None:
    """Leave no process behind, also when a notebook is in the middle of something long."""
    workers = list((getattr(pool, "_processes", None) or {}).values())
    pool.shutdown(wait=False, cancel_futures=True)
    for worker in workers:
        worker.terminate()
    for worker in workers:
        worker.join(5)
