"""How precisely each headline is known today and would be later: half widths as parts of that of today."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from coopeval.figures.curves import nothing, start
from coopeval.figures.lettering import height, width, wrap
from coopeval.figures.picture import Picture, described, picture
from coopeval.figures.reading import admit, is_shown, label, missing, who
from coopeval.figures.scales import value_axis
from coopeval.figures.sheet import EDGE, ROOM, Page, Sheet, foot
from coopeval.figures.theme import BODY, PAPER, SMALL, SOFT, STYLES, Style, font
from coopeval.uncertainty import in_reading_order
from coopeval.wording import N_, day, number, translate

TODAY = "today"
NAMES, GAP, ROW = 130.0, 8.0, 31.0
NOW = N_("Today")
AXIS = N_("Half the width of the interval, as a part of that of today")
FURTHER_LEFT = N_("Further to the left is more precise. Beside each: half the width today and on the last day.")
IN_POINTS = N_("{n} points")
FROM_TO = N_("{first} → {last}")


class Line(NamedTuple):
    """A headline with its half widths, day by day, and the first and last in words."""

    label: list[str]
    parts: np.ndarray
    words: str


def precision(released: pd.DataFrame, lang: str, *, title: str | None = None, alt: str | None = None) -> Picture:
    """A row per headline with a mark per day: how much narrower its interval would be than today.

    Parameters
    ----------
    released
        What `disclosure.gate` made of `indicators.forecast`: `group`, `period`, `unit`, `estimate`.
    lang, title, alt
        As in `survival_steps`.

    Returns
    -------
    A picture. A headline of which today's width is withheld or not known is named below.

    Raises
    ------
    DisclosureError, ParameterError, DataError
        As in `survival_steps`.
    """
    admit({"released": released}, ("group", "period", "unit", "estimate"), lang, title=title, alt=alt)
    spec = described("precision", {"released": released}, title, alt)
    sheet = start(spec, {"released": released}, lang)
    days = sorted(released["period"].unique(), key=lambda period: (period != TODAY, period))
    lines = _lines(released, days, lang)
    if lines:
        _key(sheet, days, lang)
        sheet.text(translate(AXIS, lang), color=SOFT, after=4)
        _rows(sheet, lines, lang)
    else:
        sheet.text(nothing(released, lang), after=6)
    told = [translate(FURTHER_LEFT, lang)] if lines else []
    foot(sheet, [*told, *missing(released, lang), who(released, lang)])
    return picture(sheet, spec, lang)


def _lines(released: pd.DataFrame, days: list[str], lang: str) -> list[Line]:
    shown = released[is_shown(released)]
    found = []
    for group in in_reading_order(released)["group"].unique():
        own = shown[shown["group"].eq(group)].set_index("period")
        if TODAY not in own.index or not own.loc[TODAY, "estimate"] > 0:
            continue
        unit, widths = str(own["unit"].iloc[0]), own["estimate"].reindex(days).to_numpy(float)
        ends = [_words(value, unit, lang) for value in widths[np.isfinite(widths)][[0, -1]]]
        told = translate(FROM_TO, lang).format(first=ends[0], last=ends[1])
        found.append(Line(wrap(label(group, released, lang), NAMES), widths / widths[0], told))
    return found


def _words(value: float, unit: str, lang: str) -> str:
    written = number(value, unit, lang)
    return translate(IN_POINTS, lang).format(n=written) if unit == "points" else written


def _style(place: int) -> Style:
    return STYLES[place % len(STYLES)]


def _key(sheet: Sheet, days: list[str], lang: str) -> None:
    """The sign of each day."""
    for place, period in enumerate(days):
        word = translate(NOW, lang) if period == TODAY else day(period, lang)

        def draw(page: Page, top: float, word: str = word, place: int = place) -> None:
            look = _style(place)
            page.key(EDGE, top + height(1) / 2, Style(look.colour, " ", look.marker), 10)
            page.words(EDGE + 16, top, word)

        sheet.add(height(1) + 1, draw)
    sheet.gap(4)


def _rows(sheet: Sheet, lines: list[Line], lang: str) -> None:
    left = EDGE + max(width(words) for line in lines for words in line.label) + GAP
    wide = EDGE + ROOM - left - width(number(1.0, "share", lang), SMALL) / 2
    each = [max(ROW, height(len(line.label)) + 6) for line in lines]

    def draw(page: Page, top: float) -> None:
        axes = page.axes(left, top, wide, sum(each))
        axes.set_ylim(sum(each), 0)
        value_axis(axes, (0.0, 1.0), "share", lang, wide, beyond=0.04)
        down = 0.0
        for line, tall in zip(lines, each, strict=True):
            middle, known = down + tall / 2, np.flatnonzero(np.isfinite(line.parts))
            axes.hlines(middle - 5, line.parts[known].min(), 1.0, color=SOFT, linewidth=1.2, zorder=2)
            for place in known[::-1]:
                look = _style(place)
                axes.plot(line.parts[place], middle - 5, marker=look.marker, linestyle="none", color=look.colour,
                          markersize=7, markeredgecolor=PAPER, zorder=4, clip_on=False)  # fmt: skip
            axes.text(0.015, middle + 5, line.words, va="center", fontproperties=font(SMALL), color=SOFT, zorder=5)
            page.lines(EDGE, top + middle - height(len(line.label), BODY) / 2, line.label)
            down += tall

    sheet.add(sum(each) + SMALL + 12, draw)
