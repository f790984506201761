"""Text shaped word by word, each word once: figures say the same words over and over, in every language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from matplotlib.font_manager import FontProperties, get_font
from matplotlib.ft2font import LoadFlags
from matplotlib.textpath import text_to_path

from coopeval.figures.theme import font_file

EM, SUBPIXELS = 100.0, 64  # size in points at which text is measured; a font counts in parts of a point
KEPT = 20_000  # words and letters; a hostile table has more, and they go again
# In these alphabets no shape reaches over a space. Accents on their own, and scripts that run to the left, are shaped
# as the whole text they stand in.
APART = re.compile(r"[\u0020-\u007e\u00a0-\u00ac\u00ae-\u024f\u2010-\u2027\u202f-\u205f\u2070-\u20cf\u2190-\u22ff]*")
# Letters and signs of which no two grow into one: all but f, which does with the letter behind it.
PLAIN = re.compile(r"[\u0021-\u0065\u0067-\u007e\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff\u2013\u2019]+")
PIECES = re.compile(r" |[^ ]+")


@dataclass(frozen=True)
class Shaped:
    """A text in units of its font: how wide, how far above and below the line, which glyphs, each with its place."""

    advance: int
    top: int
    bottom: int
    glyphs: tuple[tuple[str, float, float], ...]  # name, x, y

    def size(self, points: float) -> tuple[float, float, float]:
        """Width, height and depth below the line at a size in points, as matplotlib works them out."""
        scale = points / EM
        wide, tall, deep = self.advance, self.top - self.bottom, -self.bottom
        return wide / SUBPIXELS * scale, tall / SUBPIXELS * scale, deep / SUBPIXELS * scale


@lru_cache(maxsize=KEPT)
def shaped(text: str, file: str) -> Shaped:
    """A text in a font: its words side by side.

    >>> wide = [shaped(text, font_file()).advance for text in ("so it is", "so", " it is")]
    >>> wide[0] == wide[1] + wide[2]
    True
    """
    pieces = PIECES.findall(text) if APART.fullmatch(text) else [text]
    if len(pieces) == 1:
        return _piece(text, file)
    advance, words, glyphs = 0, [_piece(piece, file) for piece in pieces], []
    for word in words:
        glyphs += [(name, x + advance / SUBPIXELS, y) for name, x, y in word.glyphs]
        advance += word.advance
    return Shaped(advance, max(w.top for w in words), min(w.bottom for w in words), tuple(glyphs))


def advance(text: str, file: str) -> int:
    """How wide a text is, as `Shaped.advance`: without putting its glyphs side by side."""
    if not APART.fullmatch(text):
        return shaped(text, file).advance
    return sum(_piece(piece, file).advance for piece in PIECES.findall(text))


@lru_cache(maxsize=KEPT)
def _piece(piece: str, file: str) -> Shaped:
    laid = _in_pairs(piece, file) or _laid(piece, file)
    return _of_glyphs(laid, file) if laid else _whole(piece, file)


def _laid(piece: str, file: str) -> list[tuple[int, float, float]]:
    """Number and place of each glyph; none where a font of last resort would have to fill in."""
    of_file = _sized(file)
    laid = of_file._layout(piece, LoadFlags.NO_HINTING) if APART.fullmatch(piece) else []
    if any(item.ft_object is not of_file for item in laid):
        return []
    return [(item.glyph_index, item.x, item.y) for item in laid]


def _in_pairs(piece: str, file: str) -> list[tuple[int, float, float]]:
    """The same from pairs of letters, which are laid out once: a letter moves with its neighbour, and by no other."""
    if not PLAIN.fullmatch(piece):
        return []
    laid, place = [(_pair(piece[0], file)[0][0], 0.0, 0.0)], 0.0
    for pair in map("".join, zip(piece, piece[1:], strict=False)):
        place += _pair(pair, file)[1][1]
        laid.append((_pair(pair[1], file)[0][0], place, 0.0))
    return laid


@lru_cache(maxsize=KEPT)
def _pair(letters: str, file: str) -> list[tuple[int, float, float]]:
    return _laid(letters, file)


def _of_glyphs(laid: list[tuple[int, float, float]], file: str) -> Shaped:
    """A text of which every glyph is measured once, whatever the words it stands in."""
    glyphs = [_glyph(number, file) for number, _, _ in laid]
    return Shaped(
        round(laid[-1][1] * SUBPIXELS) + glyphs[-1].advance,
        max(glyph.top for glyph in glyphs), min(glyph.bottom for glyph in glyphs),
        tuple((glyph.name, x, y) for glyph, (_, x, y) in zip(glyphs, laid, strict=True)),
    )  # fmt: skip


@dataclass(frozen=True)
class _Glyph:
    name: str
    advance: int
    top: int
    bottom: int


@cache
def _glyph(index: int, file: str) -> _Glyph:
    font_of_file = _sized(file)
    loaded = font_of_file.load_glyph(index, flags=LoadFlags.NO_HINTING)
    name = text_to_path._get_glyph_repr(font_of_file, index)
    _outlines(file).setdefault(name, font_of_file.get_path())
    return _Glyph(name, loaded.horiAdvance, loaded.bbox[3], loaded.bbox[1])


def _whole(text: str, file: str) -> Shaped:
    """A text as matplotlib shapes it: accents may stand on their own, or the script runs to the left."""
    known, font_of_file = _outlines(file), _sized(file)
    font_of_file.set_text(text, 0.0, flags=LoadFlags.NO_HINTING)
    (wide, tall), deep = font_of_file.get_width_height(), font_of_file.get_descent()
    info, new, _ = text_to_path.get_glyphs_with_font(font_of_file, text, known, return_new_glyphs_only=True)
    known.update(new)
    return Shaped(wide, tall - deep, -deep, tuple((name, x, y) for name, x, y, _ in info))


def _sized(file: str):
    found = get_font(file)
    found.set_size(EM, 72)
    return found


@cache
def _outlines(file: str) -> dict[str, tuple]:
    """Vertices and codes of every glyph that was met, by its name."""
    return {}


def outline(glyph: str, file: str) -> tuple:
    """Vertices and codes of a glyph of a text that was shaped."""
    return _outlines(file)[glyph]


@cache
def leading(file: str) -> tuple[int, int, int, int]:
    """Ascent, descent and gap between lines of a font, and the size they are parts of."""
    read = get_font(file).get_sfnt_table
    of_font, em = read("OS/2"), read("head")["unitsPerEm"]
    return of_font["sTypoAscender"], -of_font["sTypoDescender"], of_font["sTypoLineGap"], em


def file_of(properties: FontProperties) -> str:
    """The file of a house font."""
    return properties.get_file() or font_file()
