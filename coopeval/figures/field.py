"""The part of a page that has scales: lines, signs and areas at places in units of the data.

matplotlib's own axes find limits, ticks and labels by themselves, and can be zoomed; most of the time of a picture went
into that. The house gives limits and ticks, so a field only places what is drawn: with matplotlib's own lines, patches
and collections, whose names its calls keep.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache

import numpy as np
from matplotlib.artist import Artist
from matplotlib.collections import Collection, FillBetweenPolyCollection, LineCollection
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.lines import TICKDOWN, Line2D
from matplotlib.markers import MarkerStyle
from matplotlib.patches import Patch, Rectangle
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, Bbox, TransformedBbox

from coopeval.figures.theme import GRID, SMALL, SOFT, THIN
from coopeval.figures.words import words

PAD = 3.5  # points between a tick and its label
TICK = 3.0  # points of a tick below the field
GRID_LINE = 0.7
BELOW, FLOOR = 0.5, 2.5  # in the order of drawing: the grid under everything, the line of the floor over areas
POINTS_PER_INCH = 72


class Field(Artist):
    """Marks in units of the data, in a box of the page given in parts of the page."""

    zorder = 0  # under the words of the page

    def __init__(self, figure: Figure, box: tuple[float, float, float, float]) -> None:
        super().__init__()
        self.box = Bbox.from_bounds(*box)
        self.limits = ((0.0, 1.0), (0.0, 1.0))
        self.floor: str | None = SOFT  # colour of the line it stands on
        self.marks: list[Artist] = []  # in the order they were asked for
        self.ticks: tuple[list[tuple[float, Text | None]], ...] = ([], [])  # below, beside
        self.grids = [False, False]
        self.tick = TICK  # length of those below
        self._scale = Affine2D()
        self.transData = self._scale + figure.transFigure
        self._frame = TransformedBbox(self.box, figure.transFigure)
        figure.add_artist(self)
        self._place()

    # Scales

    def set_xlim(self, low: float, high: float) -> None:
        """What stands at the left and the right edge; before anything that runs from edge to edge."""
        self.limits = ((float(low), float(high)), self.limits[1])
        self._place()

    def set_ylim(self, low: float, high: float) -> None:
        """What stands at the lower and the upper edge."""
        self.limits = (self.limits[0], (float(low), float(high)))
        self._place()

    def get_xlim(self) -> tuple[float, float]:
        """The left and the right edge."""
        return self.limits[0]

    def get_ylim(self) -> tuple[float, float]:
        """The lower and the upper edge."""
        return self.limits[1]

    def get_position(self) -> Bbox:
        """Its place, in parts of the page."""
        return self.box

    def get_window_extent(self, renderer=None) -> Bbox:
        """Its place, in pixels."""
        return self._frame.frozen()

    def _place(self) -> None:
        (left, right), (low, high) = self.limits
        wide, tall = self.box.width / (right - left), self.box.height / (high - low)
        x, y = self.box.x0 - left * wide, self.box.y0 - low * tall
        self._scale.set_matrix(np.array([[wide, 0.0, x], [0.0, tall, y], [0.0, 0.0, 1.0]]))

    def set_xticks(self, places: Sequence[float], words: Sequence[str], tick: float = TICK, grid: bool = False) -> None:
        """Ticks below, each with its word; limits stand already."""
        self.tick, self.grids[0] = tick, grid
        down = self.box.y0 - (tick + PAD) / self._points(1)
        across = self._scale.transform(np.column_stack([places, np.zeros(len(places))]))[:, 0]
        named = [self._word(x, down, word, ha="center", va="top") for x, word in zip(across, words, strict=True)]
        self.ticks = (list(zip(np.asarray(places, float), named, strict=True)), self.ticks[1])

    def set_yticks(self, places: Sequence[float], words: Sequence[str]) -> None:
        """Words beside the lines of a grid that runs across."""
        self.grids[1] = True
        left = self.box.x0 - PAD / self._points(0)
        upwards = self._scale.transform(np.column_stack([np.zeros(len(places)), places]))[:, 1]
        looks = {"ha": "right", "va": "center_baseline"}
        named = [self._word(left, y, word, **looks) for y, word in zip(upwards, words, strict=True)]
        self.ticks = (self.ticks[0], list(zip(np.asarray(places, float), named, strict=True)))

    def _points(self, side: int) -> float:
        return self.get_figure().get_size_inches()[side] * POINTS_PER_INCH

    def _word(self, x: float, y: float, word: str, **looks: str) -> Text | None:
        return words(self.get_figure(), (x, y), word, SMALL, color=SOFT, **looks) if word else None

    def words(self) -> list[Text]:
        """The words at its ticks."""
        return [word for ticks in self.ticks for _, word in ticks if word]

    # Marks

    def plot(self, x, y, **looks: object) -> None:
        """A line, or signs where `linestyle` is "none"."""
        self._own(Line2D(np.atleast_1d(x), np.atleast_1d(y), **looks))

    def axvline(self, x: float, **looks: object) -> None:
        """A line from the lower to the upper edge."""
        self.plot([x, x], self.limits[1], **looks)

    def axhline(self, y: float, **looks: object) -> None:
        """A line from the left to the right edge."""
        self.plot(self.limits[0], [y, y], **looks)

    def hlines(self, y, low, high, **looks: object) -> None:
        """Lying strokes."""
        y, low, high = np.broadcast_arrays(*map(np.atleast_1d, (y, low, high)))
        self._strokes(np.stack([low, y, high, y], axis=1), **looks)

    def vlines(self, x, low, high, **looks: object) -> None:
        """Upright strokes."""
        x, low, high = np.broadcast_arrays(*map(np.atleast_1d, (x, low, high)))
        self._strokes(np.stack([x, low, x, high], axis=1), **looks)

    def _strokes(self, ends: np.ndarray, color: str, linewidth: float, **looks: object) -> None:
        ends = ends.reshape(-1, 2, 2).astype(float)
        self._own(LineCollection(ends, colors=color, linewidths=linewidth, **looks))

    def fill_between(self, x, low, high, *, step: str | None = None, **looks: object) -> None:
        """The area between two lines."""
        self._own(FillBetweenPolyCollection("x", *map(np.asarray, (x, low, high)), step=step, **looks))

    def bar(self, x, tall, *, width: float, **looks: object) -> None:
        """Columns that stand on zero."""
        for left, up in zip(np.asarray(x) - width / 2, tall, strict=True):
            self.add_patch(Rectangle((left, 0.0), width, up, **_filled(**looks)))

    def barh(self, y: float, wide: float, *, height: float, left: float = 0.0, **looks: object) -> None:
        """A lying bar."""
        self.add_patch(Rectangle((left, y - height / 2), wide, height, **_filled(**looks)))

    def axhspan(self, low: float, high: float, **looks: object) -> None:
        """An area from the left to the right edge."""
        left, right = self.limits[0]
        self.add_patch(Rectangle((left, low), right - left, high - low, **looks))

    def add_patch(self, patch: Patch) -> None:
        """Any other shape, in units of the data."""
        self._own(patch)

    def text(self, x: float, y: float, word: str, **looks: object) -> None:
        """A word inside the field."""
        self._own(Text(x, y, word, **{"clip_on": False, **looks}))

    @property
    def lines(self) -> list[Line2D]:
        """What `plot` drew."""
        return [mark for mark in self.marks if isinstance(mark, Line2D)]

    @property
    def patches(self) -> list[Patch]:
        """Bars and other shapes."""
        return [mark for mark in self.marks if isinstance(mark, Patch)]

    @property
    def collections(self) -> list[Collection]:
        """Strokes and areas between lines."""
        return [mark for mark in self.marks if isinstance(mark, Collection)]

    def _own(self, artist: Artist) -> None:
        artist.set_figure(self.get_figure())
        artist.set_transform(self.transData)
        artist.set_clip_box(self._frame)
        self.marks.append(artist)

    # Drawing

    def draw(self, renderer) -> None:
        """Scales first, then the marks in their order, the line of the floor among them."""
        renderer.open_group("axes")
        is_scaled = bool(self.floor or self.ticks[0] or self.ticks[1])
        if is_scaled:
            self._edge(renderer)
        marks = sorted([(mark.zorder, mark.draw) for mark in self.marks], key=lambda mark: mark[0])
        if is_scaled:
            marks.insert(0, (BELOW, self._ticks))
        if self.floor:
            places = [zorder for zorder, _ in marks]
            marks.insert(int(np.searchsorted(places, FLOOR, side="right")), (FLOOR, self._floor))
        for _, draw in marks:
            draw(renderer)
        renderer.close_group("axes")

    def _edge(self, renderer) -> None:
        """Its frame, which is not seen but tells readers of the file where it stands."""
        with _gc(renderer, "patch", linewidth=0) as gc:
            box = self._frame.get_points()
            (x0, y0), (x1, y1) = box
            renderer.draw_path(gc, Path([(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)]), Affine2D())

    def _floor(self, renderer) -> None:
        (x0, y0), (x1, _) = self._frame.get_points()
        with _gc(renderer, "patch", self.floor, THIN, "projecting", "miter") as gc:
            renderer.draw_path(gc, Path([(x0, y0), (x1, y0)]), Affine2D())

    def _ticks(self, renderer) -> None:
        frame = self._frame.get_points()
        for side, name in enumerate(("xtick", "ytick")):
            renderer.open_group("matplotlib.axis")
            for place, word in self.ticks[side]:
                at = self.transData.transform((place, place))[side]
                renderer.open_group(name)
                if self.grids[side]:
                    self._grid_line(renderer, side, at, frame)
                if side == 0 and self.tick:
                    self._sign_below(renderer, at, frame[0][1])
                if word:
                    word.draw(renderer)
                renderer.close_group(name)
            renderer.close_group("matplotlib.axis")

    def _grid_line(self, renderer, side: int, at: float, frame: np.ndarray) -> None:
        (x0, y0), (x1, y1) = frame
        ends = [(at, y0), (at, y1)] if side == 0 else [(x0, at), (x1, at)]
        with _gc(renderer, "line2d", GRID, GRID_LINE, "projecting") as gc:
            gc.set_clip_rectangle(self._frame)
            renderer.draw_path(gc, Path(ends), Affine2D())

    def _sign_below(self, renderer, at: float, down: float) -> None:
        sign = _tick_sign()
        scaled = sign.get_transform() + Affine2D().scale(renderer.points_to_pixels(self.tick))
        with _gc(renderer, "line2d", SOFT, THIN) as gc:
            gc.set_snap(True)
            renderer.draw_markers(gc, sign.get_path(), scaled, Path([(at, down)]), Affine2D(), to_rgba(SOFT))


@cache
def _tick_sign() -> MarkerStyle:
    return MarkerStyle(TICKDOWN)


def _filled(color: str | None = None, **looks: object) -> dict[str, object]:
    """An area in one colour has no line around it."""
    return looks if color is None else {"facecolor": color, "linewidth": 0, **looks}


@contextmanager
def _gc(
    renderer, group: str, colour: str = SOFT, linewidth: float = THIN, cap: str = "butt", join: str = "round"
) -> Iterator:
    """How something is stroked, in a group of its own."""
    renderer.open_group(group)
    gc = renderer.new_gc()
    gc.set_foreground(colour)
    gc.set_linewidth(linewidth)
    gc.set_capstyle(cap)
    gc.set_joinstyle(join)
    yield gc
    gc.restore()
    renderer.close_group(group)
