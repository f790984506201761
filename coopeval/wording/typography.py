"""Spaces at which a line may not end: French writes one before its double signs and inside its quotation marks."""

from __future__ import annotations

import re
from collections.abc import Iterable

NO_BREAK = "\u00a0"
BEFORE = {"fr": NO_BREAK}  # stands before a double sign
# What stands in code, and the address of a link, is a name and no sentence.
FRENCH = re.compile(r"""(`[^`]*`|\]\([^)]*\))|(?<=\S)[ ](?=[:;?!»](?:[\s*_")\]]|$))|(?<=«)[ ]|(?<=[\d}])[ ](?=%)""")


def listed(parts: Iterable[str], lang: str) -> str:
    """Parts of a sentence one after the other, with the sign between them as the language writes it.

    >>> listed(["2018", "2019"], "nl"), listed(["2018", "2019"], "fr") == "2018\u00a0; 2019"
    ('2018; 2019', True)
    """
    return (BEFORE.get(lang, "") + "; ").join(parts)


def named(name: str, said: str, lang: str) -> str:
    """What a thing is called, and what is said of it.

    >>> named("Seeds", "240", "en"), named("Seeds", "240", "fr") == "Seeds\u00a0: 240"
    ('Seeds: 240', True)
    """
    return f"{name}{BEFORE.get(lang, '')}: {said}"


def spaced(text: str, lang: str) -> str:
    """A sentence with the spaces its language wants.

    >>> spaced("Combien ? Voir `a : b`.", "fr") == "Combien\u00a0? Voir `a : b`."
    True
    >>> spaced("_Quoi ?_ [Fin !](a.md)", "fr").count(NO_BREAK)
    2
    >>> spaced("Hoeveel ?", "nl")
    'Hoeveel ?'
    """
    return FRENCH.sub(lambda found: found[1] or NO_BREAK, text) if lang == "fr" else text
