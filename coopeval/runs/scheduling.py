"""Notebooks side by side, on any executor, in an order that respects what they need."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ThreadPoolExecutor,
    wait,
)  # fmt: skip
from contextlib import contextmanager
from dataclasses import replace

from coopeval.runs import failing
from coopeval.runs.durations import Durations, in_minutes
from coopeval.runs.executing import COULD_NOT, DIED, Ended, Failure, Task, execute, laid_out, stop
from coopeval.wording import N_

DONE = N_("{notebook}: done ({done} of {total}).")
DONE_AND_LEFT = N_("{notebook}: done ({done} of {total}, about {left} left).")
STARTED = N_("{notebook}: begun.")
FAILED = N_("{notebook}: failed.")


def execute_all(
    tasks: Sequence[Task],
    upstream: Mapping[str, set[str]],
    jobs: int | None,
    say: Callable[..., None],
    executor: Executor | None = None,
) -> Iterator[Task]:
    """Execute notebooks and give each back once it is done. One that fails stops those that need it, and no other.

    Parameters
    ----------
    tasks
        What to execute; plain data, as is what comes back.
    upstream
        For each notebook the names of those whose results it needs.
    jobs
        How many run side by side; of an executor that was handed in, what is known of it.
    say
        Told what happens: a message, and as values `done`, `total`, `running` (names) and `seconds_left` (or none).
    executor
        Where `execute` is called with each task. Without one, threads here, each waiting for a process.

    Raises
    ------
    StepError
        Notebooks failed or their processes died; raised once all others are done, and names every one of them.
    """
    if not tasks:
        return
    size = min(jobs or os.cpu_count() or 1, len(tasks))
    told = laid_out()
    plan = Plan([replace(task, environment=told) for task in tasks], upstream, size, say)
    if executor is not None:
        plan.at_once = len(tasks)  # it knows best how many it can take
    with _pool(size, plan) if executor is None else _lent(plan, executor) as pool:
        while plan.begin(pool):
            for future in wait(plan.running, return_when=FIRST_COMPLETED).done:
                task = plan.ended(future)
                if task is not None:
                    plan.begin(pool, but_for=task.name)  # no processor waits while it is kept
                    yield task  # it is safely kept before it is called done
                    plan.done(task)
    plan.durations.keep()
    if plan.failures:
        raise failing.error_of(plan.failures, plan.stopped)


class Plan:
    """What waits, what runs, what is done, what failed and whom that stopped."""

    def __init__(self, tasks: Sequence[Task], upstream: Mapping[str, set[str]], size: int, say: Callable) -> None:
        self.upstream, self.size, self._say = upstream, size, say
        self.total, self.n_done, self.at_once = len(tasks), 0, size
        self.running: dict[Future, Task] = {}
        self.since: dict[str, float] = {}
        self.failures: dict[str, Failure] = {}
        self.stopped: dict[str, str] = {}
        self.durations = Durations(tasks[0].folder.parent)
        order = self.durations.longest_first([task.name for task in tasks], upstream)
        self.waiting = sorted(tasks, key=lambda task: order.index(task.name))

    def begin(self, pool: Executor, but_for: str = "") -> bool:
        """Hand over all that can run now and does not need what is being kept; says whether anything is under way."""
        open_names = {but_for, *(task.name for task in [*self.waiting, *self.running.values()])}
        for task in list(self.waiting):
            if len(self.running) < self.at_once and not self.upstream.get(task.name, set()) & open_names:
                self.waiting.remove(task)
                self.running[pool.submit(execute, task)] = task
                self.since[task.name] = time.monotonic()
                self._tell(STARTED, task.name)
        return bool(self.running)

    def ended(self, future: Future) -> Task | None:
        """The task of a future that came to its end, unless it failed: then all that need it are stopped."""
        task = self.running.pop(future)
        ended = _outcome(future, task)
        if ended.failure is None:
            self.durations.took(task.name, ended.seconds)
            if task.page is not None:
                failing.take_away(task.page)
            return task
        self.failures[task.name] = ended.failure
        self._tell(FAILED, task.name)
        self._stop_those_that_need(task.name)
        return None

    def done(self, task: Task) -> None:
        """Say that a task is done, and how much time is left."""
        self.n_done += 1
        left = self._seconds_left()
        is_last = not self.waiting and not self.running
        if left is None or is_last:
            self._tell(DONE, task.name)
        else:
            self._tell(DONE_AND_LEFT, task.name, left=in_minutes(left))

    def _stop_those_that_need(self, name: str) -> None:
        for task in [task for task in self.waiting if name in self.upstream.get(task.name, set())]:
            if task in self.waiting:
                self.waiting.remove(task)
                self.stopped[task.name] = name
                self._stop_those_that_need(task.name)

    def _tell(self, msgid: str, notebook: str, **values: object) -> None:
        running = tuple(sorted(task.name for task in self.running.values()))
        counts = {"done": self.n_done, "total": self.total, "running": running}
        self._say(msgid, notebook=notebook, **counts, seconds_left=self._seconds_left(), **values)

    def _seconds_left(self) -> float | None:
        now = time.monotonic()
        running = {task.name: now - self.since[task.name] for task in self.running.values()}
        return self.durations.left([task.name for task in self.waiting], running, self.size)


def _outcome(future: Future, task: Task) -> Ended:
    """How it ended; an executor that loses the process or the machine of a task has failed it."""
    where = {"notebook": task.name}
    try:
        return future.result()
    except OSError:  # the disk of all of them
        raise
    except (BrokenExecutor, CancelledError):
        return Ended(Failure(DIED, where), 0.0)
    except Exception as error:
        return Ended(Failure(COULD_NOT, {**where, "problem": f"{type(error).__name__}: {error}"}), 0.0)


@contextmanager
def _pool(size: int, plan: Plan) -> Iterator[Executor]:
    """Threads that wait for processes; none of those is left behind, also in the middle of something long."""
    pool = ThreadPoolExecutor(size, thread_name_prefix="notebook")
    try:
        yield pool
    finally:
        for future, task in plan.running.items():
            future.cancel()
            stop(task)
        pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _lent(plan: Plan, executor: Executor) -> Iterator[Executor]:
    """An executor of someone else's: what it has not begun is taken back, and it lives on."""
    try:
        yield executor
    finally:
        for future in plan.running:
            future.cancel()
