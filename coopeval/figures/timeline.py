"""Counts or amounts over years, in columns."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.figures.curves import nothing, start
from coopeval.figures.lettering import height, width, wrap
from coopeval.figures.picture import Picture, described, picture
from coopeval.figures.reading import admit, is_shown, label, limits_told, missing, who
from coopeval.figures.rows import without_total
from coopeval.figures.scales import axis_title, limits
from coopeval.figures.sheet import EDGE, ROOM, Page, Sheet, foot
from coopeval.figures.strokes import whisker
from coopeval.figures.theme import INK, SMALL, SOFT, STYLES
from coopeval.uncertainty import about_of
from coopeval.wording import number

TALL = 150.0
BLANK = "×"  # stands where a year has no column, so that a gap is never read as zero


def timeline(released: pd.DataFrame, lang: str, *, title: str | None = None, alt: str | None = None) -> Picture:
    """One column per year (`group`), in released order; years without a figure keep their place and a mark.

    Parameters, result and refusals as in `survival_steps`; the table has `group` and `estimate`, and its limits are
    drawn where it has `low` and `high`.
    """
    admit({"released": released}, ("group", "estimate"), lang, title=title, alt=alt)
    spec = described("timeline", {"released": released}, title, alt)
    sheet = start(spec, {"released": released}, lang)
    years, total = without_total(released, lang)
    if is_shown(years).any():
        sheet.text(axis_title(years, lang), color=SOFT, after=4)
        _columns(sheet, years, lang)
    else:
        sheet.text(nothing(released, lang), after=6)
    gaps = [f"{BLANK} {line}" for line in missing(years, lang)]
    foot(sheet, [*gaps, *total, *limits_told(years, lang), who(released, lang)])
    return picture(sheet, spec, lang)


def _columns(sheet: Sheet, years: pd.DataFrame, lang: str) -> None:
    about, shown = about_of(years), is_shown(years).to_numpy()
    unit = str(about["unit"])
    values = years["estimate"].astype(float).where(shown).to_numpy()
    edges = [years[c].astype(float).where(shown).to_numpy() for c in ("low", "high") if c in years]
    ends = limits(np.concatenate([values, *edges]), unit, str(about["kind"]))
    marks = np.linspace(*ends, 5)
    words = [number(mark, unit, lang) for mark in marks]
    left = EDGE + max(width(word, SMALL) for word in words) + 7
    wide = EDGE + ROOM - left
    slot = wide / len(years)
    names = [wrap(label(year, years, lang), slot - 3, SMALL) for year in years["group"]]
    deep = height(max(len(lines) for lines in names), SMALL)
    figures = [number(value, unit, lang) if np.isfinite(value) else BLANK for value in values]
    fit = all(width(figure, SMALL, True) <= slot - 2 for figure in figures)

    def draw(page: Page, top: float) -> None:
        axes = page.axes(left, top + 12, wide, TALL)
        axes.set_xlim(-0.5, len(years) - 0.5)
        axes.set_ylim(*ends)
        axes.set_yticks(marks, words)
        at = np.arange(len(years))
        axes.bar(at[shown], values[shown], width=0.62, color=STYLES[0].colour, zorder=3)
        if len(edges) == 2:
            known = shown & np.isfinite(edges[0]) & np.isfinite(edges[1])
            whisker(axes, at[known], edges[0][known], edges[1][known], INK)
        tops = np.fmax(values, edges[1]) if len(edges) == 2 else values
        for i, figure in enumerate(figures):
            if fit or not shown[i]:
                reached = (tops[i] - ends[0]) / (ends[1] - ends[0]) if shown[i] else 0.0
                up = top + 12 + TALL * (1 - reached) - height(1, SMALL) - 1
                page.words(left + slot * (i + 0.5), up, figure, SMALL, ha="center", bold=bool(shown[i]))
            for number_of, line in enumerate(names[i]):
                down = top + 12 + TALL + 5 + height(number_of, SMALL)
                page.words(left + slot * (i + 0.5), down, line, SMALL, ha="center", color=SOFT)

    sheet.add(12 + TALL + 5 + deep + 4, draw)
