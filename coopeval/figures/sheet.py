"""A page for one figure: blocks stacked from the top, measured in points, so that nothing overlaps by construction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import FancyBboxPatch

from coopeval.figures.field import Field
from coopeval.figures.lettering import LEADING, height, width, wrap
from coopeval.figures.theme import BODY, INTERNAL, PAPER, SMALL, SOFT, SYNTHETIC, THIN, TITLE, WIDTH, Style
from coopeval.figures.words import words
from coopeval.wording import N_, translate

EDGE = 6.0  # free margin of the page
ROOM = WIDTH - 2 * EDGE
ASCENT = 0.93  # of the size: from the top of a line down to its baseline
BADGES = ((N_("synthetic data"), SYNTHETIC), (N_("INTERNAL"), INTERNAL))


@dataclass(frozen=True)
class Page:
    """A matplotlib figure addressed in points from its top left corner."""

    figure: Figure
    tall: float

    def words(self, left: float, top: float, line: str, size: float = BODY, **looks: object) -> None:
        """One line of text; `top` is the upper edge of the line, `left` moves with `ha`."""
        baseline = 1 - (top + ASCENT * size) / self.tall
        self.figure.texts.append(words(self.figure, (left / WIDTH, baseline), line, size, **looks))

    def centred(self, middle: float, top: float, line: str, size: float = BODY, **looks: object) -> None:
        """One line of text about a middle; a long one moves aside rather than leave the page."""
        half = width(line, size) / 2
        self.words(min(max(middle, EDGE + half), WIDTH - EDGE - half), top, line, size, ha="center", **looks)

    def lines(self, left: float, top: float, lines: list[str], size: float = BODY, **looks: object) -> None:
        """Several lines below each other."""
        for number, line in enumerate(lines):
            self.words(left, top + number * size * LEADING, line, size, **looks)

    def axes(self, left: float, top: float, wide: float, tall: float) -> Field:
        """Axes at a place of the page."""
        box = (left / WIDTH, 1 - (top + tall) / self.tall, wide / WIDTH, tall / self.tall)
        return Field(self.figure, box)

    def key(self, left: float, middle: float, look: Style, wide: float = 18.0) -> None:
        """The sign of a series: its dash and its marker, as in the drawing."""
        y, end = 1 - middle / self.tall, (left + wide - 3) / WIDTH
        if look.dash == "none":  # published figures: a range and an open sign
            reach = 5.0 / self.tall
            self.figure.add_artist(Line2D([end] * 2, [y - reach, y + reach], color=look.colour, linewidth=1.2))
            paper = PAPER
        else:
            dash = Line2D([left / WIDTH, end], [y, y], color=look.colour, linestyle=look.dash, linewidth=1.8)
            self.figure.add_artist(dash)
            paper = look.colour
        sign = Line2D(
            [end], [y], color=look.colour, marker=look.marker, markersize=5, markerfacecolor=paper, linestyle="none"
        )
        self.figure.add_artist(sign)

    def badge(self, left: float, top: float, text: str, looks: dict[str, str]) -> float:
        """A small boxed mark; returns its right edge."""
        wide, tall = width(text, SMALL, True) + 10, SMALL * LEADING + 4
        box = FancyBboxPatch(
            (left / WIDTH, 1 - (top + tall) / self.tall), wide / WIDTH, tall / self.tall, boxstyle="square,pad=0",
            transform=self.figure.transFigure, facecolor=looks["paper"], edgecolor=looks["ink"], linewidth=THIN,
        )  # fmt: skip
        self.figure.add_artist(box)
        self.words(left + 5, top + 2.2, text, SMALL, bold=True, color=looks["ink"])
        return left + wide


@dataclass
class Sheet:
    """Blocks in reading order; each knows its height before anything is drawn."""

    blocks: list[tuple[float, Callable[[Page, float], None]]] = field(default_factory=list)

    def add(self, tall: float, draw: Callable[[Page, float], None] = lambda page, top: None) -> None:
        """Put a block of a height below the others."""
        self.blocks.append((tall, draw))

    def gap(self, tall: float) -> None:
        """Free space."""
        self.add(tall)

    def text(self, text: str, size: float = BODY, after: float = 0.0, **looks: object) -> None:
        """A paragraph over the whole width; nothing at all for an empty one."""
        lines = wrap(text, ROOM, size, bool(looks.get("bold", False)))
        if lines:
            self.add(height(len(lines), size) + after, lambda page, top: page.lines(EDGE, top, lines, size, **looks))

    def head(self, title: str, marks: list[bool], lang: str) -> None:
        """The marks (synthetic, internal) that apply, then the title."""
        shown = [(translate(word, lang), looks) for (word, looks), on in zip(BADGES, marks, strict=True) if on]

        def draw(page: Page, top: float) -> None:
            left = EDGE
            for word, looks in shown:
                left = page.badge(left, top, word, looks) + 6

        if shown:
            self.add(SMALL * LEADING + 10, draw)
        self.text(title, TITLE, after=4, bold=True)

    def drawn(self) -> Figure:
        """All blocks on one page just as tall as they need."""
        tall = sum(block for block, _ in self.blocks) + 2 * EDGE
        figure = Figure(figsize=(WIDTH / 72, tall / 72))
        FigureCanvasAgg(figure)
        page, top = Page(figure, tall), EDGE
        for block, draw in self.blocks:
            draw(page, top)
            top += block
        return figure


def foot(sheet: Sheet, notes: list[str]) -> None:
    """Small lines under the drawing: who is withheld, what the bands are, who is in."""
    sheet.gap(4)
    for note in notes:
        sheet.text(note, SMALL, after=2, color=SOFT)
