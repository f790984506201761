"""The command line. Nothing heavy is imported before a command needs it."""

from __future__ import annotations

import sys

__all__ = ["SIGNING_KEY", "main"]

SIGNING_KEY = "COOPEVAL_SIGNING_KEY"  # the one option that may also come from the environment
REPORTS = ("run", "annual")  # the commands that make one


def main() -> None:
    """The `coopeval` command."""
    words = tuple(sys.argv[1:])
    if words[:1] and words[0] in REPORTS and _is_answered(words):
        return
    from coopeval.cli.door import main as at_the_door

    at_the_door()


def _is_answered(words: tuple[str, ...]) -> bool:
    """Whether the report that these words ask for stands as they would make it; said, if so."""
    from coopeval.cli.repeated import WORDS, pages_of
    from coopeval.cli.talking import answer, tell_nothing_is_done

    if (pages := pages_of(words)) is None:
        WORDS.set(words)
        return False
    tell_nothing_is_done()
    answer(pages)
    return True
