"""Sentences: written once in English, said in Dutch, French or English."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from pathlib import Path

from coopeval.errors import ParameterError
from coopeval.wording import plain_catalogue

LANGUAGES = ("nl", "fr", "en")
ROOT = Path(__file__).parents[2]


def N_(msgid: str) -> str:
    """Marks a sentence for the catalogues and returns it as it is."""
    return msgid


def catalogue_path(lang: str, root: Path = ROOT) -> Path:
    """Where the translations of a language stand."""
    return root / "coopeval" / "locale" / lang / "LC_MESSAGES" / "coopeval.po"


@cache
def _messages(lang: str) -> dict[str, str]:
    if lang not in LANGUAGES:
        raise ParameterError(f'"{lang}" is not a language of the reports. Choose one of {", ".join(LANGUAGES)}.')
    path = catalogue_path(lang)
    if lang == "en" or not path.exists():
        return {}
    return {msgid: said for msgid, said, _ in _entries(path, lang)}


@cache
def _entries(path: Path, lang: str) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """The finished entries of a catalogue: sentence, translation, and the files that say it."""
    if (found := plain_catalogue.finished(path.read_text(encoding="utf-8"))) is not None:
        return found
    from babel.messages.pofile import read_po

    with path.open("rb") as file:
        catalogue = read_po(file, locale=lang)
    finished = (message for message in catalogue if message.id and message.string and not message.fuzzy)
    return tuple((m.id, m.string, tuple(place for place, _ in m.locations)) for m in finished)


def said_in(areas: Collection[str], lang: str) -> dict[str, str]:
    """The translations of what the code of some areas says; English has none.

    >>> said_in(["figures"], "en")
    {}
    """
    found = {}
    for msgid, said, places in _entries(catalogue_path(lang), lang) if _messages(lang) else ():
        if any(place.removeprefix("coopeval/").partition("/")[0].removesuffix(".py") in areas for place in places):
            found[msgid] = said
    return found


def translate(msgid: str, lang: str) -> str:
    """A sentence in a language; the English one where the catalogue has none (`make check` finds those).

    >>> translate("a sentence nobody translated", "nl")
    'a sentence nobody translated'
    """
    return _messages(lang).get(msgid, msgid)
