"""How far a run has come: plain lines without a terminal, a live line with one."""

import io
import re
import sys

import pytest

from coopeval.cli import progress as telling
from coopeval.runs import scheduling

NOW = {"notebook": "10_first", "done": 1, "total": 3, "running": ("20_second", "30_third"), "seconds_left": 75.0}


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setenv("COOPEVAL_LANG", "en")


def test_without_a_terminal_a_beginning_is_no_news(capsys):
    with telling.progress() as tell:
        tell(scheduling.STARTED, **NOW)
        tell(scheduling.DONE_AND_LEFT, **NOW, left="1:15")
    assert capsys.readouterr().err == "10_first: done (1 of 3, about 1:15 left).\n"


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_in_a_terminal_a_line_below_the_messages_says_what_runs_and_counts_down(monkeypatch):
    monkeypatch.setattr("sys.stderr", Terminal())
    monkeypatch.setenv("TERM", "xterm")
    with telling.progress() as tell:
        tell(scheduling.STARTED, **NOW)
        assert tell.state(tell._told_at + 15) == (
            "1 of 3 notebooks done, about 1:00 left. Running: 20_second, 30_third."
        )
        assert "about 0:00 left" in tell.state(tell._told_at + 600)
        tell(scheduling.FAILED, **{**NOW, "seconds_left": None})
        assert tell.state(tell._told_at) == "1 of 3 notebooks done. Running: 20_second, 30_third."
        assert tell._live is not None
        tell(scheduling.DONE, **{**NOW, "running": ()})
        assert tell._live is None, "nothing of the line lives on when pages are made"
        tell("Reading and checking [the] tables.")
        shown = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", sys.stderr.getvalue())
    assert "10_first: failed." in shown and "Reading and checking [the] tables." in shown
