"""Work for several processes: what is made does not depend on how many, and a failure is told as if there were one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context

from coopeval.errors import CoopevalError, refusal
from coopeval.wording import N_


@contextmanager
def workers(jobs: int | None = None) -> Iterator[Executor | None]:
    """Processes that build pages; none for a single job. They start when there is something to do.

    Parameters
    ----------
    jobs
        How many; as many as there are processors if none is said.
    """
    size = jobs or os.cpu_count() or 1
    if size == 1:
        yield None
        return
    # Copies of a clean process that has loaded the library: a run has threads and sockets open and may not be copied.
    context = get_context("forkserver")
    context.set_forkserver_preload(["coopeval.site"])
    with ProcessPoolExecutor(size, mp_context=context) as pool:
        try:
            yield pool
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def each(task: Callable, jobs: Sequence, by: Executor | None) -> Iterator:
    """What a task makes of each job, in their order; the first failure in that order is the one that is told.

    Raises
    ------
    CoopevalError
        A process died.
    """
    if by is None:
        yield from map(task, jobs)
        return
    futures = [by.submit(task, job) for job in jobs]
    try:
        for future in futures:
            yield future.result()
    except BrokenProcessPool:
        msgid = N_("A process that made pages died, perhaps for lack of memory. Run again, with fewer --jobs.")
        raise refusal(CoopevalError, msgid) from None
    finally:
        for future in futures:
            future.cancel()
