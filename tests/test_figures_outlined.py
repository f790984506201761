"""Text of figures is shaped word by word, and the file is the one that matplotlib itself would write."""

import io
import itertools
import random
import re

import figure_tables as ft
import pandas as pd
import pytest
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ft2font import LoadFlags
from matplotlib.patches import Rectangle
from matplotlib.textpath import text_to_path

from coopeval import figures
from coopeval.figures import glyphs
from coopeval.figures.glyphs import shaped
from coopeval.figures.outlined import NO_METADATA, svg
from coopeval.figures.theme import font, font_file, theme
from coopeval.uncertainty import share, stamp

COMMENT = re.compile(r"\s*<!--.*?-->", re.S)  # matplotlib writes each text beside its outlines
NAMES = ("AV. To fi", "Z\u0301 \u0301x", "<a> & 'b' \"c\"", "l\u2019été\u202f!", "a\u202eb", "", "x" * 300)


def released(names=("a", "b")):
    counts = pd.DataFrame({"group": names, "n_events": range(2, 2 + len(names)), "n": 20, "hidden": False})
    return stamp(share(counts, as_of="2026-06-30", is_synthetic=True), "shares", "public")


DRAWN = {
    "bars": lambda: figures.bars(released(), "nl", title="Titel", alt="Te zien"),
    "hostile": lambda: figures.bars(released(NAMES), "fr", title=NAMES[2], alt="-->"),
    "survival_steps": lambda: figures.survival_steps(ft.ONE, "en", title="A curve", alt="What it shows"),
    "hatched": lambda: figures.occupation(ft.STATES, "nl", title="Toestanden", alt="Wat te zien is"),
    "forest": lambda: figures.specification_curve(ft.WAYS, "fr", title="Choix", alt="Ce que l\u2019on voit"),
}


@pytest.mark.parametrize("name", DRAWN)
def test_a_figure_is_the_file_that_matplotlib_writes(name):
    drawn, buffer = DRAWN[name](), io.BytesIO()
    with theme():
        made = svg(drawn.figure)
        drawn.figure.savefig(buffer, format="svg", metadata=NO_METADATA)
    assert made == COMMENT.sub("", buffer.getvalue().decode("utf-8"))


def test_hatching_is_no_one_elses():
    figure = Figure()
    FigureCanvasSVG(figure)
    for place, hatch in enumerate((None, "//", "..")):
        figure.add_artist(Rectangle((0.3 * place, 0), 0.2, 0.5, facecolor="red", edgecolor="black", hatch=hatch))
    with theme():
        assert svg(figure).count("<pattern ") == 2


def test_words_side_by_side_measure_what_the_text_does(extent):
    words = ["fi", "AV", "To", "1,5", "été", "«", "–", "‹U+202E›", "45%", "–0,3", "\u202f€", "Z\u0301", "x-y/z", ""]
    texts = [" ".join(pair) for pair in itertools.product(words, repeat=2)]
    for text, bold in itertools.product(texts, (False, True)):
        whole = text_to_path._get_font(font(100, bold))
        whole.set_text(text, 0.0, flags=LoadFlags.NO_HINTING)
        measured = (*whole.get_width_height(), whole.get_descent())
        expected = [(name, x, y) for name, x, y, _ in text_to_path.get_glyphs_with_font(whole, text)[0]]
        made = shaped(text, font_file(bold))
        assert (made.advance, made.top - made.bottom, -made.bottom) == measured, text
        assert list(made.glyphs) == expected, text
    extent.checks(2 * len(texts))


def test_words_laid_out_from_pairs_of_letters_are_laid_out_as_a_whole(extent):
    letters = [chr(number) for number in range(0x250) if glyphs.PLAIN.fullmatch(chr(number))] + ["\u2013", "\u2019"]
    draws = random.Random(2026)
    words = ["".join(draws.choices(letters, k=draws.randint(1, 14))) for _ in range(50)] + ["AV.To", "WAVE", "1,5%"]
    for word, bold in itertools.product(words, (False, True)):
        assert glyphs._in_pairs(word, font_file(bold)) == glyphs._laid(word, font_file(bold)), word
    assert not any(glyphs._in_pairs(word, font_file()) for word in ("fi", "office", "x\u0301", "\u202e", ""))
    extent.checks(2 * len(words))
