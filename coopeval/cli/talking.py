"""What the command line says: answers on stdout, everything else on stderr, in the language of the user."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from functools import wraps

import typer

from coopeval.errors import CoopevalError, DataError
from coopeval.wording import LANGUAGES, N_, translate

DEBUG, LANG = "COOPEVAL_DEBUG", "COOPEVAL_LANG"
INTERRUPTED = 130


def language(environment: Mapping[str, str] | None = None) -> str:
    """Language of the messages: COOPEVAL_LANG, else the locale, else English.

    >>> language({"LANG": "nl_BE.UTF-8"}), language({"COOPEVAL_LANG": "fr", "LANG": "nl_BE"}), language({})
    ('nl', 'fr', 'en')
    """
    environment = os.environ if environment is None else environment
    for name in (LANG, "LC_ALL", "LC_MESSAGES", "LANG"):
        code = environment.get(name, "")[:2].lower()
        if code in LANGUAGES:
            return code
        if code:
            break
    return "en"


def say(msgid: str, **values: object) -> None:
    """A line about what goes on."""
    print(in_words(msgid, **values), file=sys.stderr, flush=True)


def answer(line: object) -> None:
    """A line of the answer."""
    print(line, flush=True)


def in_words(msgid: str, **values: object) -> str:
    """A message in the language of the user."""
    sentence = translate(msgid, language())
    return sentence.format(**values) if values else sentence


def guarded(command: Callable) -> Callable:
    """The command with every failure told in one plain sentence and an exit code; COOPEVAL_DEBUG=1 shows where."""

    @wraps(command)
    def whole(*args, **kwargs):
        try:
            return command(*args, **kwargs)
        except (typer.Exit, typer.Abort):
            raise
        except KeyboardInterrupt:
            say(N_("Stopped. What was published before stands untouched."))
            raise typer.Exit(INTERRUPTED) from None
        except Exception as error:
            if os.environ.get(DEBUG) == "1":
                raise
            print(sentence(error), file=sys.stderr)
            raise typer.Exit(getattr(error, "exit_code", 1)) from None

    return whole


def sentence(error: Exception) -> str:
    """What went wrong, in one sentence."""
    if isinstance(error, DataError) and len(error.faults):
        from coopeval import tables

        return tables.report(error.faults, language()).rstrip("\n")
    if hasattr(error, "msgid"):
        return in_words(error.msgid, **error.values)
    if isinstance(error, CoopevalError):
        return str(error)
    first = next(iter(str(error).strip().splitlines()), "")
    problem = f"{type(error).__name__}: {first}" if first else type(error).__name__
    return in_words(N_("Something unexpected happened: {problem}. COOPEVAL_DEBUG=1 shows where."), problem=problem)
