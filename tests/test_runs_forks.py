"""Processes that do one task after another: what they return and raise is told, and so is that one died."""

import operator
import os
import signal
import threading
import time
from concurrent.futures import CancelledError, Executor, Future
from concurrent.futures.process import BrokenProcessPool

import pytest

from coopeval import runs
from coopeval.errors import CoopevalError, ParameterError, refusal
from coopeval.runs import side_by_side
from coopeval.runs.forks import Forks


@pytest.fixture
def forks():
    made = Forks(1, are_warm=False)
    yield made
    made.shutdown(cancel_futures=True)


def test_what_a_task_returns_and_raises_is_told_and_the_process_goes_on(forks):
    first = forks.submit(os.getpid).result()
    assert first != os.getpid() and forks.submit(int, "11", base=3).result() == 4
    error = forks.submit(operator.truediv, 1, 0).exception()
    assert isinstance(error, ZeroDivisionError) and "forks.py" in error.__notes__[0], "where it happened is told"
    assert "pickle" in str(forks.submit(lambda: 1).exception()), "a task that cannot be handed over"
    assert "function cannot be handed over" in str(forks.submit(eval, "lambda: 1").exception()), "or its answer"
    told = forks.submit(refusal, ParameterError, "{name} is unknown.", name="x").result()
    assert told.msgid == "{name} is unknown." and told.values == {"name": "x"}
    assert forks.submit(os.getpid).result() == first


def test_a_death_is_told_by_all_that_waited_and_nothing_is_taken_any_more(forks):
    dying, waiting = forks.submit(os._exit, 3), forks.submit(os.getpid)
    assert isinstance(dying.exception(), BrokenProcessPool) and isinstance(waiting.exception(), BrokenProcessPool)
    with pytest.raises(BrokenProcessPool):
        forks.submit(os.getpid)
    with pytest.raises(CoopevalError, match="died, perhaps for lack of memory"):
        list(side_by_side.each(os.getpid, range(side_by_side.WORTH_IT), forks))


def test_the_end_takes_back_what_is_not_begun_and_stops_what_is_under_way(forks):
    process = forks.submit(os.getpid).result()
    under_way, waiting = forks.submit(time.sleep, 600), forks.submit(os.getpid)
    while not under_way.running():
        time.sleep(0.001)
    forks.shutdown(cancel_futures=True)
    assert isinstance(under_way.exception(), BrokenProcessPool)
    with pytest.raises((CancelledError, BrokenProcessPool)):
        waiting.result()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_a_process_that_is_killed_while_pages_are_made_is_told():
    with runs.workers(2, make=False) as by, pytest.raises(CoopevalError, match="Run again, with fewer --jobs"):
        process = by.submit(os.getpid).result()
        threading.Timer(0.1, os.kill, (process, signal.SIGKILL)).start()
        list(side_by_side.each(time.sleep, [600] * side_by_side.WORTH_IT, by))


def test_one_job_needs_no_processes():
    with runs.workers(1) as by:
        assert by is None


def test_what_goes_on_beside_is_done_before_the_block_ends_and_its_failure_is_told(forks):
    with side_by_side.beside(forks) as begin:
        begin(time.sleep, 0.05)
    with pytest.raises(TypeError), side_by_side.beside(forks) as begin:
        begin(time.sleep, "long")
    with pytest.raises(TypeError), side_by_side.beside(None) as begin:  # without processes it is done at once
        begin(time.sleep, "long")


def test_what_was_not_begun_is_called_off_when_something_else_fails():
    waiting = Future()

    class Busy(Executor):
        def submit(self, task, /, *args, **named):
            return waiting

    with pytest.raises(ZeroDivisionError), side_by_side.beside(Busy()) as begin:
        begin(time.sleep, 0)
        operator.truediv(1, 0)
    assert waiting.cancelled()
