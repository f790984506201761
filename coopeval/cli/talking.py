"""What the command line says: answers on stdout, everything else on stderr, in the language of the user."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps

from coopeval.errors import CoopevalError, DataError
from coopeval.wording import LANGUAGES, N_, translate

DEBUG, LANG = "COOPEVAL_DEBUG", "COOPEVAL_LANG"
BY_SIGNAL = 128  # plus the number of the signal: the exit code of a command that was stopped


class Stopped(KeyboardInterrupt):
    """Someone asked the command to end: it cleans up as after Ctrl-C."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


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


def tell_nothing_is_done() -> None:
    say(N_("Nothing changed since this report was made: nothing is done."))


def in_words(msgid: str, **values: object) -> str:
    """A message in the language of the user."""
    sentence = translate(msgid, language())
    return sentence.format(**values) if values else sentence


def guarded(command: Callable) -> Callable:
    """The command with every failure told in one plain sentence and an exit code; COOPEVAL_DEBUG=1 shows where."""
    import typer  # here: what speaks before a command line is parsed needs none of it

    @wraps(command)
    def whole(*args, **kwargs):
        try:
            with _stoppable():
                return command(*args, **kwargs)
        except (typer.Exit, typer.Abort):
            raise
        except KeyboardInterrupt as stop:
            say(N_("Stopped. Readers keep the last report that was finished."))
            number = stop.number if isinstance(stop, Stopped) else signal.SIGINT
            raise typer.Exit(BY_SIGNAL + number) from None
        except Exception as error:
            if os.environ.get(DEBUG) == "1":
                raise
            print(sentence(error), file=sys.stderr)
            raise typer.Exit(getattr(error, "exit_code", 1)) from None

    return whole


@contextmanager
def _stoppable() -> Iterator[None]:
    """Whoever ends the command, or closes the terminal, leaves no half-made folder and no kernel behind."""

    def stop(number: int, _) -> None:
        raise Stopped(number)

    if threading.current_thread() is not threading.main_thread():  # only there may signals be taken
        yield
        return
    numbers = [number for name in ("SIGTERM", "SIGHUP") if (number := getattr(signal, name, None)) is not None]
    numbers = [number for number in numbers if signal.getsignal(number) == signal.SIG_DFL]  # nohup keeps its meaning
    for number in numbers:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number in numbers:
            signal.signal(number, signal.SIG_DFL)


def sentence(error: Exception) -> str:
    """What went wrong, in one sentence."""
    if isinstance(error, DataError) and len(error.faults):
        from coopeval import tables

        return tables.report(error.faults, language()).rstrip("\n")
    if hasattr(error, "msgid"):
        found = [finding.line(language()) for finding in getattr(error, "findings", ())]
        return "\n".join([in_words(error.msgid, **error.values), *found])
    if isinstance(error, CoopevalError):
        return str(error)
    first = next(iter(str(error).strip().splitlines()), "")
    problem = f"{type(error).__name__}: {first}" if first else type(error).__name__
    return in_words(N_("Something unexpected happened: {problem}. COOPEVAL_DEBUG=1 shows where."), problem=problem)
