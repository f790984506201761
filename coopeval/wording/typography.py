"""Spaces at which a line may not end: French writes one before its double signs and inside its quotation marks."""

from __future__ import annotations

import re

NO_BREAK = "\u00a0"
# What stands in code, and the address of a link, is a name and no sentence.
FRENCH = re.compile(r"""(`[^`]*`|\]\([^)]*\))|(?<=\S)[ ](?=[:;?!»](?:[\s*_")\]]|$))|(?<=«)[ ]|(?<=[\d}])[ ](?=%)""")


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
