"""The command line. Nothing heavy is imported before a command needs it."""

from __future__ import annotations

import sys

from coopeval.cli.repeated import WORDS, pages_of
from coopeval.cli.talking import answer, tell_nothing_is_done

__all__ = ["main"]


def main() -> None:
    """The `coopeval` command."""
    words = tuple(sys.argv[1:])
    if (pages := pages_of(words)) is not None:
        tell_nothing_is_done()
        answer(pages)
        return
    from coopeval.cli.door import main as at_the_door

    WORDS.set(words)
    at_the_door()
