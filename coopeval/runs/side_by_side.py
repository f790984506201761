"""Work for several processes: what is made does not depend on how many, and a failure is told as if there were one."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from threading import Thread

from coopeval.errors import CoopevalError, refusal
from coopeval.wording import N_

WORTH_IT = 6  # jobs; fewer are done sooner than processes begin
OF_PAGES = ("coopeval.site", "coopeval.runs.looked")


@contextmanager
def workers(jobs: int | None = None, loaded: Sequence[str] = OF_PAGES) -> Iterator[Executor | None]:
    """Processes that make or check pages; none for a single job. They start when there is something to do.

    Parameters
    ----------
    jobs
        How many; as many as there are processors if none is said.
    loaded
        The modules that each of them has from the start.
    """
    size = (os.cpu_count() or 1) if jobs is None else jobs
    if size <= 1:  # a number that makes no sense is refused by the run
        yield None
        return
    # Copies of a clean process that has loaded the library: a run has threads and sockets open and may not be copied.
    context = get_context("forkserver")
    context.set_forkserver_preload(["coopeval.runs.quick_imports", *loaded])
    with ProcessPoolExecutor(size, mp_context=context, initializer=_begin) as pool:
        try:
            yield pool
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _begin() -> None:
    """What is loaded stays; and a run that is killed leaves no process behind."""
    gc.freeze()
    Thread(target=_end_with_the_run, daemon=True).start()


def _end_with_the_run() -> None:
    parent_process().join()
    os._exit(1)


def each(task: Callable, jobs: Sequence, by: Executor | None) -> Iterator:
    """What a task makes of each job, in their order; the first failure in that order is the one that is told.

    With processes the work begins at once, and goes on beside whatever is done before the first result is asked for.

    Raises
    ------
    CoopevalError
        A process died.
    """
    if by is None or len(jobs) < WORTH_IT:
        return map(task, jobs)
    with _a_death_told():
        return _in_order([by.submit(task, job) for job in jobs])


def _in_order(futures: Sequence[Future]) -> Iterator:
    try:
        with _a_death_told():
            for future in futures:
                yield future.result()
    finally:
        for future in futures:
            future.cancel()


@contextmanager
def _a_death_told() -> Iterator[None]:
    try:
        yield
    except BrokenProcessPool:
        msgid = N_("A process making or checking pages died, perhaps for lack of memory. Run again, with fewer --jobs.")
        raise refusal(CoopevalError, msgid) from None
