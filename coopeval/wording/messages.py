"""Sentences: written once in English, said in Dutch, French or English."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

from coopeval.errors import ParameterError

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
    with path.open("rb") as file:
        catalogue = read_po(file, locale=lang)
    return {m.id: m.string for m in catalogue if m.id and m.string and not m.fuzzy}


def translate(msgid: str, lang: str) -> str:
    """A sentence in a language; the English one where the catalogue has none (`make check` finds those).

    >>> translate("a sentence nobody translated", "nl")
    'a sentence nobody translated'
    """
    return _messages(lang).get(msgid, msgid)
