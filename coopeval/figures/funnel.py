"""Structures over their size: raw and standardised shares beside what chance allows around the share of all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from coopeval.errors import DataError
from coopeval.figures.curves import nothing, start
from coopeval.figures.field import Field
from coopeval.figures.lettering import height, width, wrap
from coopeval.figures.picture import Picture, described, picture
from coopeval.figures.reading import admit, estimand, is_shown, label, missing, n_words, who
from coopeval.figures.scales import share_axis, share_room
from coopeval.figures.sheet import EDGE, ROOM, Page, Sheet, foot
from coopeval.figures.theme import GRID, INK, PAPER, SMALL, SOFT, STYLES
from coopeval.uncertainty import about_of
from coopeval.wording import N_, number, translate

TALL = 190.0
APART = 6.0  # points between two labels
LONGEST = 110.0  # points of one line of a label
RAW, ADJUSTED = N_("as it is"), N_("with the same mix")
SIZES = N_("Number in the group")
INSIDE = N_("Between the lines lie {level} of structures of that size that differ from all together by chance alone.")
FURTHER = N_("Between the dashed lines lie {level} of them.")
NO_RANK = N_("Further up is not better: between the lines nothing tells structures apart.")
MARK = STYLES[0]


@dataclass(frozen=True)
class Point:
    """One structure: where its signs stand, and its label."""

    n: float
    raw: float
    adjusted: float
    label: list[str]

    @property
    def reach(self) -> tuple[float, float]:
        """The lowest and the highest of its signs."""
        known = [share for share in (self.raw, self.adjusted) if np.isfinite(share)]
        return min(known), max(known)


def funnel(
    released: pd.DataFrame, lang: str, *, outer: pd.DataFrame | None = None, title: str | None = None,
    alt: str | None = None,
) -> Picture:  # fmt: skip
    """Each structure at its size: its raw share (open sign), the standardised one (filled), and the limits of chance.

    Nothing is ranked: structures stand where their size puts them.

    Parameters
    ----------
    released
        What `disclosure.gate` made of `balance.league`: `group`, `n`, `estimate`, `limit_low`, `limit_high` and, where
        there are standardised shares, `standardised`.
    lang, title, alt
        As in `survival_steps`.
    outer
        The same table released with a higher level (99.8%), for a second pair of limits, dashed.

    Returns
    -------
    A picture.

    Raises
    ------
    DisclosureError, ParameterError, DataError
        As in `survival_steps`.
    """
    tables = {"released": released} | ({} if outer is None else {"outer": outer})
    admit(tables, ("group", "n", "estimate", "limit_low", "limit_high"), lang, title=title, alt=alt)
    spec = described("funnel", tables, title, alt)
    sheet = start(spec, tables, lang)
    points = _points(released, lang)
    if points:
        sheet.text(estimand(released, lang), color=SOFT, after=4)
        _key(sheet, points, lang)
        _drawing(sheet, points, tables, lang)
    else:
        sheet.text(nothing(released, lang), after=6)
    told = [*_inside(tables, lang), translate(NO_RANK, lang)] if points else []
    foot(sheet, [*told, *missing(released, lang), who(released, lang)])
    return picture(sheet, spec, lang)


def _points(released: pd.DataFrame, lang: str) -> list[Point]:
    shown = released[is_shown(released)]
    if shown["group"].duplicated().any():
        raise DataError(f'"{released.attrs["released"]["name"]}" has two rows for one group. Show one of them.')
    adjusted = shown.get("standardised", pd.Series(np.nan, index=shown.index)).astype(float)
    found = [
        Point(float(row["n"]), float(row["estimate"]), float(share),
              [*wrap(label(row["group"], released, lang), LONGEST, SMALL), n_words(row["n"], lang)])
        for (_, row), share in zip(shown.iterrows(), adjusted, strict=True)
    ]  # fmt: skip
    return sorted(found, key=lambda point: (point.n, point.label))


def _inside(tables: dict[str, pd.DataFrame], lang: str) -> list[str]:
    levels = [number(about_of(table)["level"], "share", lang) for table in tables.values()]
    return [translate(said, lang).format(level=level) for said, level in zip((INSIDE, FURTHER), levels, strict=False)]


def _key(sheet: Sheet, points: list[Point], lang: str) -> None:
    """The two signs and what they stand for."""
    words = (RAW, ADJUSTED) if any(np.isfinite(point.adjusted) for point in points) else (RAW,)

    def draw(page: Page, top: float) -> None:
        left = EDGE
        for word in words:
            axes = page.axes(left, top + 1, 12, 12)
            axes.floor = None
            axes.set_xlim(-1, 1)
            axes.set_ylim(-1, 1)
            _sign(axes, 0, 0, is_raw=word == RAW)
            page.words(left + 16, top, translate(word, lang), SMALL)
            left += 16 + width(translate(word, lang), SMALL) + 18

    sheet.add(height(1, SMALL) + 8, draw)


def _sign(axes: Field, x: float, y: float, is_raw: bool) -> None:
    """An open ring for the raw share; the standardised one is a dot that fits into it."""
    looks = {"markersize": 9.5, "markerfacecolor": PAPER} if is_raw else {"markersize": 5.5}
    axes.plot(
        x, y, marker="o", color=MARK.colour, linestyle="none", markeredgewidth=1.4, zorder=5, clip_on=False, **looks
    )


def _drawing(sheet: Sheet, points: list[Point], tables: dict[str, pd.DataFrame], lang: str) -> None:
    left = EDGE + share_room(lang)
    wide, last = EDGE + ROOM - left - 4, max(point.n for point in points) * 1.08
    labels = _placed(points, tables, lambda n: left + wide * n / last)

    def draw(page: Page, top: float) -> None:
        axes = page.axes(left, top + 6, wide, TALL)
        share_axis(axes, lang)
        axes.set_xlim(0, last)
        marks = _marks(last, wide, lang)
        axes.set_xticks(marks, [number(mark, "count", lang) for mark in marks])
        for table, dash in zip(tables.values(), ("-", (0, (3, 2))), strict=False):
            _limits(axes, table, dash)
        for point, (x, y) in zip(points, labels, strict=True):
            ends = (point.reach[0], 1 - y / TALL)
            ends = ends if ends[1] > point.reach[1] else (point.reach[1], 1 - (y + height(2, SMALL)) / TALL)
            axes.plot([point.n] * 2, ends, color=SOFT, linewidth=0.8, zorder=3)
            _sign(axes, point.n, point.raw, is_raw=True)
            if np.isfinite(point.adjusted):
                _sign(axes, point.n, point.adjusted, is_raw=False)
            for number_of, line in enumerate(point.label):
                page.words(x, top + 6 + y + height(number_of, SMALL), line, SMALL)
        page.words(left + wide, top + TALL + 24, translate(SIZES, lang), SMALL, ha="right", color=SOFT)

    sheet.add(TALL + 6 + 24 + height(1, SMALL) + 4, draw)


def _placed(points: list[Point], tables: dict[str, pd.DataFrame], across) -> list[tuple[float, float]]:
    """Left and upper edge of each label: beside its line, in the free room above or below the funnel.

    Rows are numbered from the edge of the drawing; a line runs from its label's row towards the funnel, and no label
    may stand on another label or on a line.
    """
    shown = [table[is_shown(table)] for table in tables.values()]
    highest = max(*(float(t["limit_high"].max()) for t in shown), *(point.reach[1] for point in points), 0.0)
    lowest = min(*(float(t["limit_low"].min()) for t in shown), *(point.reach[0] for point in points), 1.0)
    tall = max(height(len(point.label), SMALL) for point in points) + 2
    rooms = [
        (True, int((1 - highest) * TALL / tall)),
        (False, int(lowest * TALL / tall)),
    ]  # above, below: rows of labels
    rooms.sort(key=lambda room: -room[1])
    taken: dict[bool, list[tuple[float, float, float, int]]] = {True: [], False: []}  # left, right, line, row
    places = []
    for point in points:
        wide, line = max(width(word, SMALL) for word in point.label), across(point.n)
        left = line + 3 if line + 3 + wide <= EDGE + ROOM else line - 3 - wide
        rows = [(side, row) for side, many in rooms for row in range(many)]
        rows += [(rooms[0][0], row) for row in range(rooms[0][1], rooms[0][1] + 2 * len(points) + 1)]  # into the funnel
        free = (p for p in rows if not _covers((left, left + wide, line, p[1]), taken[p[0]]))
        side, row = next(free, rows[-1])
        taken[side].append((left, left + wide, line, row))
        places.append((left, row * tall if side else TALL - (row + 1) * tall))
    return places


def _covers(new: tuple[float, float, float, int], taken: list[tuple[float, float, float, int]]) -> bool:
    left, right, line, row = new
    for other_left, other_right, other_line, other_row in taken:
        labels = row == other_row and left < other_right + APART and other_left < right + APART
        own_line = row < other_row and other_left < line < other_right
        their_line = other_row < row and left < other_line < right
        if labels or own_line or their_line:
            return True
    return False


def _marks(last: float, wide: float, lang: str) -> np.ndarray:
    """Sizes to mark on the axis: round numbers, as many as have room."""
    for step in (5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2500, 5000, 10000, 50000):
        if (last / step) * (width(number(last, "count", lang), SMALL) + 14) <= wide:
            break
    return np.arange(0, last + 1e-9, step)


def _limits(axes: Field, table: pd.DataFrame, dash: str | tuple) -> None:
    """Limits at each size, joined up; where a structure stands alone, a short stroke."""
    known = table[is_shown(table)].dropna(subset=["limit_low", "limit_high"]).sort_values("n")
    for column in ("limit_low", "limit_high"):
        axes.plot(
            known["n"], known[column], color=INK, linewidth=1.1, linestyle=dash, marker="_", markersize=9, zorder=2
        )
    if dash == "-":
        axes.fill_between(known["n"], known["limit_low"], known["limit_high"], color=GRID, zorder=1, linewidth=0)
