"""Work for several processes: what is made does not depend on how many, and a failure is told as if there were one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, wait
from contextlib import contextmanager

from coopeval.errors import CoopevalError, refusal
from coopeval.runs.forks import Forks
from coopeval.wording import N_

WORTH_IT = 6  # jobs; fewer are done sooner than processes begin
LOOK = ("coopeval.runs.quick_imports", "coopeval.runs.looked")
MAKE = (*LOOK, "coopeval.site")


@contextmanager
def workers(jobs: int | None = None, make: bool = True) -> Iterator[Executor | None]:
    """Processes that make and check pages; none for a single job. They start when there is something to do.

    Parameters
    ----------
    jobs
        How many; as many as there are processors if none is said.
    make
        Pages are to be made: the processes are copies of the warm parent, which has nearly all that needs. To check
        them takes so little that a process is ready sooner by itself.
    """
    size = (os.cpu_count() or 1) if jobs is None else jobs
    if size <= 1:  # a number that makes no sense is refused by the run
        yield None
        return
    pool = Forks(size, MAKE if make else LOOK, are_warm=make)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


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


@contextmanager
def beside(by: Executor | None) -> Iterator[Callable[[Callable, object], None]]:
    """To begin work that goes on beside the block; when that ends, all of it is done or called off.

    Parameters
    ----------
    by
        Processes to do it in; without them it is done where it is begun.
    """
    begun: list[Future] = []

    def begin(task: Callable, job: object) -> None:
        if by is None:
            task(job)
        else:
            begun.append(by.submit(task, job))

    try:
        with _a_death_told():
            yield begin
            for future in begun:
                future.result()
    finally:
        wait([future for future in begun if not future.cancel()])  # nobody writes into a folder that is taken away


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
    except BrokenExecutor:
        msgid = N_("A process making or checking pages died, perhaps for lack of memory. Run again, with fewer --jobs.")
        raise refusal(CoopevalError, msgid) from None
