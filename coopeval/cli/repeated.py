"""A command line that was typed before means what it meant then: whether anything changed is asked before it is parsed.

The words are not understood here. Whoever parsed them once noted what they came to, where the report stands; the same
words, one by one, come to the same options as long as the code is the same, which is compared with all the rest.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from contextvars import ContextVar
from pathlib import Path

from coopeval.cli import SIGNING_KEY
from coopeval.runs.asking import Options, from_root
from coopeval.runs.unchanged import CACHE, left_alone

OUT = "--out"
TYPED = "typed"
DIGITS = 24  # of a digest, in the name of a note
WORDS: ContextVar[tuple[str, ...]] = ContextVar("words", default=())  # the command line, where there is one


def pages_of(words: Sequence[str]) -> Path | None:
    """The pages these words ask for, if they were typed before and what stands is what they would make again."""
    if not words or SIGNING_KEY in os.environ:
        return None
    for out in _named(words):
        try:
            note = json.loads(_note(out, words).read_text(encoding="utf-8"))
            options = Options(**note["options"])
            if note["words"] == list(words) and from_root(options.out) == out:
                return left_alone(note["data"], note["period"], options)
        except Exception:  # whatever it is, the parser and its errors in words come next
            continue
    return None


def note_down(data: Path, period: str, given: dict[str, object]) -> None:
    """Note what the words came to: a delivery, a period, and the options that were given."""
    words, options = WORDS.get(), Options(**given)
    if not words or options.revise is not None or options.sign is not None:
        return
    said = {"words": words, "data": str(data), "period": period, "options": given}
    place = _note(from_root(options.out), words)
    fresh = place.with_suffix(f".{os.getpid()}")
    with suppress(OSError):  # the next command takes longer
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh.write_text(json.dumps(said, default=str), encoding="utf-8")
        fresh.replace(place)


def _named(words: Sequence[str]) -> Iterator[Path]:
    """Folders of reports that the words may name; a wrong one holds no note of them."""
    after = [value for word, value in zip(words, words[1:], strict=False) if word == OUT]
    joined = [word.removeprefix(f"{OUT}=") for word in words if word.startswith(f"{OUT}=")]
    for place in dict.fromkeys([*after, *joined, Options.out]):
        with suppress(OSError, ValueError, RuntimeError):
            yield from_root(place)


def _note(out: Path, words: Sequence[str]) -> Path:
    name = hashlib.sha256(json.dumps(list(words)).encode()).hexdigest()[:DIGITS]
    return out / CACHE / TYPED / f"{name}.json"
