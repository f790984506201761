"""Processes that do one task after another, as an executor: copies of the warm parent, or started the plain way.

Each is asked and answers over a pipe of its own, by a thread that waits for it. So nothing is shared that a process in
its death could leave locked, and what is cancelled, refused and waited for is what threads of the library do.
"""

from __future__ import annotations

import gc
import importlib
import os
import pickle
import threading
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import Pipe
from multiprocessing.connection import Connection

from coopeval.runs import warm
from coopeval.runs.steady import quiet

WORK = "coopeval.runs.forks:work"


class Forks(Executor):
    """So many processes, that begin when there is something to do.

    Parameters
    ----------
    size
        How many, at most.
    loaded
        The modules that each of them has from its start.
    are_warm
        Copies of the warm parent, which is begun for them where there is none yet.
    """

    def __init__(self, size: int, loaded: Sequence[str] = (), are_warm: bool = True) -> None:
        self._loaded, self._are_warm = tuple(loaded), are_warm
        self._threads, self._own = ThreadPoolExecutor(size, thread_name_prefix="process"), threading.local()
        self._begun: list[Process] = []
        self._broken = False

    def submit(self, task: Callable, /, *args: object, **named: object) -> Future:
        """What `task(*args, **named)` returns or raises in a process; all of it is pickled.

        Raises
        ------
        BrokenProcessPool
            A process has died; also the failure of each task that it had, or that was not begun.
        """
        self._may_go_on()
        return self._threads.submit(self._done, (task, args, named))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes once all is done; with `cancel_futures` at once, in the middle of what they do."""
        if cancel_futures:
            self._broken = True
            for process in list(self._begun):
                process.kill()
        self._threads.shutdown(wait, cancel_futures=cancel_futures)
        if wait:
            for process in self._begun:
                process.end()

    def _may_go_on(self) -> None:
        if self._broken:
            raise BrokenProcessPool("a process died")

    def _done(self, task: tuple) -> object:
        """In a thread: have its process do a task."""
        self._may_go_on()
        if not hasattr(self._own, "process"):
            self._own.process = Process(self._loaded, self._are_warm)
            self._begun.append(self._own.process)
            self._may_go_on()
        try:
            is_done, said = self._own.process.answer(task)
        except (EOFError, OSError):
            self._broken = True
            raise BrokenProcessPool("a process died") from None
        if not is_done:
            raise said
        return said


class Process:
    """One process, and our end of the pipe to it."""

    def __init__(self, loaded: Sequence[str], is_warm: bool) -> None:
        self._pipe, theirs = Pipe()
        with theirs, open(os.devnull, "rb") as nothing:
            # It has no stdout: the answer of a command is ours to give.
            how = (WORK, loaded, quiet(), os.getcwd(), (nothing.fileno(), 2, 2, theirs.fileno()))
            try:
                if not is_warm:
                    raise warm.NotWarm
                self._process = warm.forked(*how)
            except warm.NotWarm:
                self._process = warm.started(*how)

    def answer(self, task: tuple) -> tuple[bool, object]:
        """Whether a task was done, and what it returned or raised."""
        self._pipe.send(task)
        return self._pipe.recv()

    def kill(self) -> None:
        """End it, from any thread."""
        self._process.kill()

    def end(self) -> None:
        """End it, and wait until it has."""
        self._process.kill()
        self._process.wait()
        self._pipe.close()


def work(loaded: Sequence[str], answer: int) -> int:
    """In a process: do what is asked, until nobody asks any more."""
    for name in loaded:
        importlib.import_module(name)
    gc.freeze()  # what is loaded stays
    with Connection(answer) as asked:
        while True:
            try:
                said = asked.recv_bytes()
            except EOFError:
                return 0
            _tell(asked, *_outcome(said))


def _outcome(said: bytes) -> tuple[bool, object]:
    try:
        task, args, named = pickle.loads(said)
        return True, task(*args, **named)
    except Exception as error:
        error.add_note(traceback.format_exc())  # where it happened is lost on the way
        return False, error.with_traceback(None)


def _tell(asked: Connection, is_done: bool, said: object) -> None:
    try:
        asked.send((is_done, said))
    except OSError:
        raise
    except Exception as error:  # what cannot be pickled
        asked.send((False, TypeError(f"{type(said).__name__} cannot be handed over: {error}")))
