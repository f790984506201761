"""How far a run has come: a live line in a terminal, plain lines elsewhere. All of it on stderr."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from coopeval.cli.talking import in_words, say
from coopeval.wording import N_

STATE = N_("{done} of {total} notebooks done. Running: {running}.")
STATE_AND_LEFT = N_("{done} of {total} notebooks done, about {left} left. Running: {running}.")


@contextmanager
def progress() -> Iterator[Callable[..., None]]:
    """What a run tells its messages to."""
    if not sys.stderr.isatty():
        yield plain
        return
    line = LiveLine()
    try:
        yield line
    finally:
        line.end()


def plain(msgid: str, **values: object) -> None:
    """A line for each message; that a notebook has begun is no news where nothing moves."""
    from coopeval.runs.scheduling import STARTED

    if msgid != STARTED:
        say(msgid, **values)


class LiveLine:
    """The messages, and below them a line that says what runs and counts down; it is there while notebooks run."""

    def __init__(self) -> None:
        from rich.console import Console

        self._console, self._live = Console(stderr=True, highlight=False, markup=False), None
        self._last: Mapping[str, object] = {}
        self._told_at = 0.0

    def __call__(self, msgid: str, **values: object) -> None:
        from coopeval.runs.scheduling import STARTED

        if msgid != STARTED:
            self._console.print(in_words(msgid, **values), soft_wrap=True)
        if values.get("running"):
            self._last, self._told_at = values, time.monotonic()
            self._begin()
        elif "running" in values:
            self.end()

    def __rich__(self) -> str:
        return self.state(time.monotonic())

    def state(self, now: float) -> str:
        """The line, at a moment."""
        from coopeval.runs.durations import in_minutes

        said = {"done": self._last["done"], "total": self._last["total"], "running": ", ".join(self._last["running"])}
        if self._last["seconds_left"] is None:
            return in_words(STATE, **said)
        left = max(0.0, self._last["seconds_left"] - (now - self._told_at))
        return in_words(STATE_AND_LEFT, **said, left=in_minutes(left))

    def end(self) -> None:
        """Take the line away. Nothing of it lives on when pages are made: those processes may be forked."""
        if self._live is not None:
            self._live.stop()
            self._live = None

    def _begin(self) -> None:
        from rich.live import Live

        if self._live is None:
            self._live = Live(self, console=self._console, transient=True, refresh_per_second=2)
            self._live.start()
