"""Reads a catalogue in the one form `wording.catalogue` writes: a command in Dutch or French need not wait for Babel.

Babel knows every form there is, and takes some five times as long, its own loading included.
"""

from __future__ import annotations

import re

ENTRY = re.compile(r'((?:#.*\n)*)msgid "(.*)"\nmsgstr "(.*)"\n(?:\n|\Z)')
HEAD = 'msgid ""\n'
ESCAPED = re.compile(r"\\(.)")
MEANT = {"n": "\n", "t": "\t", "r": "\r"}  # the others stand for themselves


def finished(text: str) -> tuple[tuple[str, str, tuple[str, ...]], ...] | None:
    """Sentence, translation and places of every entry that is translated and not fuzzy; none if the form is another.

    >>> finished('msgid ""\\nmsgstr ""\\n\\n#: coopeval/a.py\\nmsgid "yes"\\nmsgstr "ja"\\n')
    (('yes', 'ja', ('coopeval/a.py',)),)
    >>> finished('msgid ""\\nmsgstr ""\\n\\nmsgid ""\\n"y"\\n"es"\\nmsgstr "ja"\\n') is None
    True
    """
    found, read = [], text.find("\n\n") + 2 if text.startswith(HEAD) else 0
    for match in ENTRY.finditer(text, read):
        if match.start() != read:
            return None
        read = match.end()
        comments, msgid, said = match.groups()
        if "#~" in comments or ":" in comments.replace("#:", ""):  # no longer said, or with numbers of lines
            return None
        if msgid and said and "fuzzy" not in comments:
            lines = [line[2:] for line in comments.split("\n") if line.startswith("#:")]
            found.append((_meant(msgid), _meant(said), tuple(" ".join(lines).split())))
    return tuple(found) if read == len(text) else None


def _meant(written: str) -> str:
    return ESCAPED.sub(lambda sign: MEANT.get(sign[1], sign[1]), written) if "\\" in written else written
