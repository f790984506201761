"""Text on a figure: what it measures, where it breaks, and odd characters made visible."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from matplotlib.font_manager import get_font

from coopeval.figures.glyphs import EM, KEPT, SUBPIXELS, advance
from coopeval.figures.theme import BODY, font_file

LONGEST = 240  # characters of one label; a code list stays far below, a hostile name does not
MARKS_IN_A_ROW = 2  # accents on one letter; more than that climbs over the lines above
WORD = 60  # letters of a long word of a language; a longer run is measured letter by letter
MISSING = "\ufffd"
LEADING = 1.28
UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
# A line may end at a space, a hyphen or a slash; not at a no-break space, after a short prefix such as "co-", or where
# French puts a space before a sign.
BREAKS = re.compile(r"(?:[^\s/\-]|[\u00a0\u202f]|(?<!\w{4})-(?=\w)|\s(?=[:;?!»]))*[/\-]*[^\S\u00a0\u202f]*")


@cache
def _drawn() -> frozenset[int]:
    return frozenset(get_font(font_file()).get_charmap())


def visible(text: object) -> str:
    """Text as it may be drawn: control and direction characters as marks, no towers of accents, no missing glyphs.

    >>> visible("abc\\u202edef")
    'abc‹U+202E›def'
    >>> visible("_hidden $x$ <b>")
    '_hidden $x$ <b>'
    """
    text = str(text)
    return text if text.isascii() and text.isprintable() else _seen(text)


@lru_cache(maxsize=KEPT)
def _seen(text: str) -> str:
    shown, accents = [], 0
    for sign in unicodedata.normalize("NFC", text):
        kind = unicodedata.category(sign)
        accents = accents + 1 if kind in ("Mn", "Me") else 0
        if kind in UNSEEN:
            shown.append(f"‹U+{ord(sign):04X}›")
        elif ord(sign) not in _drawn() or accents > MARKS_IN_A_ROW:
            shown.append(MISSING)
        else:
            shown.append(sign)
    return "".join(shown)


def named(text: object) -> str:
    """A name from the data, visible and not endless.

    >>> len(named("x" * 5000)) == LONGEST
    True
    """
    shown = visible(str(text)[: LONGEST + 1])
    return shown if len(shown) <= LONGEST else shown[: LONGEST - 1] + "…"


@cache
def width(text: str, size: float = BODY, bold: bool = False) -> float:
    """Width of one line, in points.

    >>> width("wide") > width("i") > 0
    True
    """
    return advance(text, font_file(bold)) / SUBPIXELS * (size / EM) if text else 0.0


def height(lines: int, size: float = BODY) -> float:
    """Height of so many lines, in points."""
    return lines * size * LEADING


def longest_word(text: str, size: float = BODY, bold: bool = False) -> float:
    """Width of the longest piece that should not be broken, in points."""
    return max((width(piece.rstrip(), size, bold) for piece in BREAKS.findall(visible(text)) if piece), default=0.0)


def wrap(text: str, room: float, size: float = BODY, bold: bool = False) -> list[str]:
    """Lines no wider than `room` points: broken at spaces, hyphens and slashes, and inside a word only at last.

    >>> wrap("one two", 20)
    ['one', 'two']
    >>> wrap("a non-profit body ?", 60)
    ['a non-profit', 'body ?']
    """
    lines, line = [], ""
    for piece in _pieces(visible(text), room, size, bold):
        if line.strip() and width((line + piece).rstrip(), size, bold) > room:
            lines.append(line.rstrip())
            line = ""
        line += piece if line else piece.lstrip(" ")
    return [*lines, line.rstrip()] if line.strip() else lines


def _pieces(text: str, room: float, size: float, bold: bool) -> list[str]:
    pieces = []
    for piece in (found for found in BREAKS.findall(text) if found):
        while (fits := _fitting(piece.rstrip(), room, size, bold)) < len(piece.rstrip()):
            pieces.append(piece[:fits])
            piece = piece[fits:]
        pieces.append(piece)
    return pieces


def _fitting(word: str, room: float, size: float, bold: bool) -> int:
    """How many letters of a word fit; at least one, or a narrow column would never end."""
    if len(word) <= WORD and width(word, size, bold) <= room:
        return len(word)
    letters = 1
    while letters < len(word) and width(word[: letters + 1], size, bold) <= room:
        letters += 1
    return letters
