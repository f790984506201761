"""Panels of curves on a page: one wide panel with direct labels, or many small ones in a grid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from coopeval.figures.lettering import height, longest_word, width, wrap
from coopeval.figures.reading import n_words
from coopeval.figures.scales import LABEL_ROOM, month_ticks, share_axis, share_room, time_axis
from coopeval.figures.sheet import EDGE, ROOM, Page, Sheet
from coopeval.figures.strokes import Panel, Series, at_risk, stroke
from coopeval.figures.theme import BODY, SMALL, SOFT, WIDTH
from coopeval.wording import N_, number, translate

TALL, SMALL_TALL = 186.0, 84.0  # drawing areas, in points
LABELS, WORD = 106.0, 140.0  # at most this for direct labels, and for one that is a long word
KEY = 22.0  # sign before a label
TICKS = SMALL + 7
BETWEEN = 16.0
MANY = 8  # more panels than this stand in three columns, if their titles take no more lines than:
TITLE_LINES = 4
AT_RISK = N_("Number at risk")
COUNTED = N_("Number at risk, n = {n}")


@dataclass(frozen=True)
class Time:
    """The axis of time that all panels of a figure share."""

    last: float
    label: str
    lang: str


def lone(sheet: Sheet, panel: Panel, time: Time) -> None:
    """One panel over the whole width: labels beside the ends of the curves, numbers at risk below."""
    signs = [*panel.series, *panel.published]
    labelled = any(series.label for series in signs)
    words = max((longest_word(series.label) for series in signs), default=0.0)
    room = min(max(LABELS - KEY, words), WORD - KEY)
    texts = [wrap(series.label, room, BODY) for series in signs]
    right = max((width(line) for text in texts for line in text), default=0.0) + KEY + 8 if labelled else 8.0
    left = EDGE + share_room(time.lang)
    wide = WIDTH - EDGE - right - left
    talls = [height(len(text)) for text in texts]
    tall = max(TALL, sum(talls) + 3 * len(talls))
    ticks = month_ticks(time.last, wide, _tick_room(panel.series, time.lang))
    if panel.title:
        sheet.text(panel.title, BODY, after=3, bold=True)

    def draw(page: Page, top: float) -> None:
        axes = page.axes(left, top + 5, wide, tall)
        time_axis(axes, ticks, time.last, time.lang)
        share_axis(axes, time.lang)
        stroke(axes, panel)
        if labelled:
            wanted = [top + 5 + (1 - series.end) * tall for series in signs]
            places = spread(wanted, talls, top, top + 5 + tall)
            for series, text, place in zip(signs, texts, places, strict=True):
                page.key(left + wide + 8, place + height(1) / 2, series.look)
                page.lines(left + wide + 8 + KEY, place, text)
        page.centred(left + wide / 2, top + 5 + tall + TICKS + 2, time.label, color=SOFT)

    sheet.add(5 + tall + TICKS + height(1) + 8, draw)
    _risk_table(sheet, panel, time, (left, wide, ticks))


def _risk_table(sheet: Sheet, panel: Panel, time: Time, place: tuple[float, float, np.ndarray]) -> None:
    """One row of numbers per curve, under the ticks they belong to."""
    left, wide, ticks = place
    rows = panel.series[:1] if panel.one_risk_row else panel.series
    rows = [series for series in rows if "at_risk" in series.rows]
    if not rows:
        return
    named = len(rows) > 1 or (bool(rows[0].label) and not panel.one_risk_row)
    size = "" if named else number(_n(rows[0]), "count", time.lang)
    head = translate(AT_RISK, time.lang) if named else translate(COUNTED, time.lang).format(n=size)
    sheet.text(head, SMALL, after=1, bold=True)
    for series in rows:
        lines = wrap(with_n(series.label, _n(series), time.lang), ROOM - KEY, SMALL) if named else []

        def draw(page: Page, top: float, series: Series = series, lines: list[str] = lines) -> None:
            if lines:
                page.key(EDGE, top + height(1, SMALL) / 2, series.look)
                page.lines(EDGE + KEY, top, lines, SMALL)
            numbers(page, series, (left, top + height(len(lines), SMALL), wide), ticks, time)

        sheet.add(height(len(lines) + 1, SMALL) + 2, draw)


def numbers(page: Page, series: Series, place: tuple[float, float, float], ticks: np.ndarray, time: Time) -> None:
    """The numbers at risk of one series, each under its tick."""
    left, top, wide = place
    for tick in ticks:
        count = at_risk(series.rows, tick)
        if np.isfinite(count):
            at = left + wide * tick / (time.last * 1.015)
            page.words(at, top, number(count, "count", time.lang), SMALL, ha="center")


def _across(left: float, columns: int) -> float:
    return (WIDTH - EDGE - 6 - left - (columns - 1) * BETWEEN) / columns


def titles_fit(panels: list[Panel], wide: float, lang: str) -> bool:
    """Whether all titles stay short in panels of that width, and no word of them has to be cut."""
    titles = [with_n(panel.title, panel.n, lang) for panel in panels]
    lines = (wrap(title, wide + 6, SMALL, bold=True) for title in titles)
    return all(len(found) <= TITLE_LINES for found in lines) and all(
        longest_word(title, SMALL, bold=True) <= wide + 6 for title in titles
    )


def _tick_room(every: list[Series], lang: str) -> float:
    """Points between two ticks, so that the largest number at risk stands clear of its neighbours."""
    most = max((float(one.rows["at_risk"].max()) for one in every if "at_risk" in one.rows), default=0.0)
    return max(LABEL_ROOM, width(number(most, "count", lang), SMALL) + 5)


def with_n(label: str, n: float, lang: str) -> str:
    """A label with the number of units of its group, where that is known."""
    if not np.isfinite(n):
        return label
    return f"{label}, {n_words(n, lang)}"


def _n(series: Series) -> float:
    return float(series.rows["n"].iloc[0]) if "n" in series.rows else float("nan")


def grid(sheet: Sheet, panels: list[Panel], time: Time, keys: list[Series]) -> None:
    """Small panels with the same axes, in rows of two or three; the signs they share stand once above them."""
    for series in keys:
        _key_line(sheet, series)
    sheet.gap(6 if keys else 0)
    left = EDGE + share_room(time.lang)
    columns = 3 if len(panels) > MANY and titles_fit(panels, _across(left, 3), time.lang) else 2
    wide = _across(left, columns)
    ticks = month_ticks(time.last, wide, _tick_room([s for panel in panels for s in panel.series], time.lang))
    titles = [wrap(with_n(panel.title, panel.n, time.lang), wide + 6, SMALL, bold=True) for panel in panels]
    for first in range(0, len(panels), columns):
        row = range(first, min(first + columns, len(panels)))
        head = height(max(len(titles[i]) for i in row), SMALL) + 4

        def draw(page: Page, top: float, row: range = row, head: float = head) -> None:
            for i in row:
                at = left + (i - row.start) * (wide + BETWEEN)
                lines = titles[i]
                page.lines(at - 2, top + head - 4 - height(len(lines), SMALL), lines, SMALL, bold=True)
                axes = page.axes(at, top + head, wide, SMALL_TALL)
                time_axis(axes, ticks, time.last, time.lang)
                share_axis(axes, time.lang, labelled=i == row.start)
                stroke(axes, panels[i])
                numbers(page, panels[i].series[0], (at, top + head + SMALL_TALL + TICKS + 3, wide), ticks, time)

        sheet.add(head + SMALL_TALL + TICKS + 3 + height(1, SMALL) + 10, draw)
    sheet.text(time.label, BODY, color=SOFT)


def _key_line(sheet: Sheet, series: Series) -> None:
    lines = wrap(series.label, ROOM - KEY, BODY)

    def draw(page: Page, top: float) -> None:
        page.key(EDGE, top + height(1) / 2, series.look)
        page.lines(EDGE + KEY, top, lines)

    sheet.add(height(len(lines)) + 2, draw)


def spread(middles: list[float], talls: list[float], top: float, bottom: float) -> list[float]:
    """Upper edges of labels that want to stand at `middles`, moved apart as little as it takes.

    >>> spread([10, 12], [10, 10], 0, 100)
    [5.0, 18.0]
    """
    order = sorted(range(len(middles)), key=lambda i: (middles[i], i))
    places, edge = [0.0] * len(middles), top
    for i in order:
        places[i] = max(middles[i] - talls[i] / 2, edge)
        edge = places[i] + talls[i] + 3
    edge = bottom + 3
    for i in reversed(order):
        places[i] = min(places[i], edge - 3 - talls[i])
        edge = places[i]
    return places
