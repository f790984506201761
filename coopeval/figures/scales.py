"""Axes with units: months and years, shares as percent, and other numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from coopeval.figures.field import Field
from coopeval.figures.lettering import width
from coopeval.figures.reading import estimand
from coopeval.figures.theme import GRID, INK, SMALL, SOFT, THIN
from coopeval.uncertainty import about_of
from coopeval.wording import N_, number, translate

YEAR = 12
IN_MONTHS_UP_TO = 36  # a longer axis counts in years
STEPS = (6, 12, 24, 36, 60, 120, 240)
CLEAR = 5.0  # points between two tick labels
LABEL_ROOM = 22.0  # points a tick label and the number at risk below it need at least
CLOCKS = {
    ("age", "months"): N_("Age of the enterprise, in months"),
    ("age", "years"): N_("Age of the enterprise, in years"),
    ("entry", "months"): N_("Time since entry into the programme, in months"),
    ("entry", "years"): N_("Time since entry into the programme, in years"),
    ("base", "months"): N_("Time since the end of N, in months"),
    ("base", "years"): N_("Time since the end of N, in years"),
    ("", "months"): N_("Time in months"),
    ("", "years"): N_("Time in years"),
}
UNITS = {
    "months": N_("months"), "projects": N_("projects"), "enterprises": N_("enterprises"), "jobs": N_("jobs"),
    "persons": N_("persons"), "rows": N_("rows"), "fte": N_("full-time equivalents"), "hours": N_("hours"),
    "eur": N_("euro"),
}  # fmt: skip
POINTS = N_("percentage points")
DIFFERENCES = ("difference", "effect")  # kinds whose shares are apart by percentage points


def month_ticks(last: float, wide: float, room: float = LABEL_ROOM) -> np.ndarray:
    """Months to mark on an axis of so many points: every 6 or 12, wider apart where labels have no room.

    >>> month_ticks(30, 240).tolist(), month_ticks(60, 240).tolist()
    ([0, 6, 12, 18, 24, 30], [0, 12, 24, 36, 48, 60])
    """
    least = 6 if last <= IN_MONTHS_UP_TO else YEAR
    for step in STEPS:
        if step >= least and (last // step) * room <= wide:
            break
    return np.arange(0, last + 1e-9, step).astype(int)


def time_label(table: pd.DataFrame, last: float, lang: str) -> str:
    """What the axis of time counts, and in which unit."""
    clock = str(about_of(table)["clock"])
    unit = "months" if last <= IN_MONTHS_UP_TO else "years"
    return translate(CLOCKS.get((clock, unit), CLOCKS["", unit]), lang)


def tick_text(month: int, last: float, lang: str) -> str:
    """A month of the axis, in months or in years."""
    return number(month if last <= IN_MONTHS_UP_TO else month / YEAR, "count", lang)


def time_axis(axes: Field, ticks: np.ndarray, last: float, lang: str) -> None:
    """The axis of time, from 0 to the end of the series."""
    axes.set_xlim(0, last * 1.015)
    axes.set_xticks(ticks, [tick_text(tick, last, lang) for tick in ticks])


def share_axis(axes: Field, lang: str, labelled: bool = True) -> None:
    """The upright axis of a share: 0 to 1, told in percent."""
    axes.set_ylim(0, 1.0)
    marks = [0, 0.25, 0.5, 0.75, 1]
    words = [number(mark, "share", lang) if labelled else "" for mark in marks]
    axes.set_yticks(marks, words)


def share_room(lang: str) -> float:
    """Room that the labels of a share axis take on the left, in points."""
    return width(number(1.0, "share", lang), SMALL) + 6


def unit_word(table: pd.DataFrame, lang: str) -> str:
    """The unit in words; nothing for a share, whose ticks say percent, or a ratio."""
    about = about_of(table)
    if about["unit"] == "share" and about["kind"] in DIFFERENCES:
        return translate(POINTS, lang)
    return translate(UNITS[str(about["unit"])], lang) if about["unit"] in UNITS else ""


def axis_title(table: pd.DataFrame, lang: str) -> str:
    """What a value axis shows, with its unit where the sentence does not say it already."""
    unit, said = unit_word(table, lang), estimand(table, lang)
    spelled = UNITS.get(str(about_of(table)["unit"]), "")
    if said and spelled and spelled in str(about_of(table)["estimand"]):
        return said
    return f"{said} ({unit})" if said and unit else said or unit[:1].upper() + unit[1:]


def limits(values: np.ndarray, unit: str, kind: str, to_the_tick: bool = True) -> tuple[float, float]:
    """The ends of a value axis: 0 to 1 for shares, else from zero (or below) to the largest or the tick past it.

    >>> limits(np.array([0.2, 0.4]), "share", "share")
    (0.0, 1.0)
    """
    known = values[np.isfinite(values)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    if unit == "share" and kind not in DIFFERENCES and low >= 0 and high <= 1:
        return 0.0, 1.0
    low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        return 0.0, 1.0
    ticks = MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    return float(ticks[0]), float(ticks[-1]) if to_the_tick else high


def value_axis(
    axes: Field,
    ends: tuple[float, float],
    unit: str,
    lang: str,
    room: float,
    labelled: bool = True,
    beyond: float = 0.0,
) -> None:
    """The lying axis of a number, with as many marks as have room, and a line at zero; its last mark at the edge."""
    marks = np.linspace(0, 1, 5) if unit == "share" and ends == (0.0, 1.0) else _round_marks(ends)
    words = [number(mark, unit, lang) for mark in marks]
    apart = room / (ends[1] + beyond - ends[0])  # points that one unit of the axis takes
    while len(marks) > 2 and (sum(width(word, SMALL) + 7 for word in words) > room or touch(marks * apart, words)):
        marks, words = marks[::2], words[::2]
    axes.set_xlim(ends[0], ends[1] + beyond)
    axes.set_xticks(marks, words if labelled else [""] * len(words), tick=0, grid=True)
    axes.floor = GRID
    axes.axvline(0, color=SOFT if ends[0] == 0 else INK, linewidth=THIN)


def touch(places: np.ndarray, words: Sequence[str]) -> bool:
    """Whether two labels at these places, in points, have no room beside each other.

    >>> touch(np.array([0.0, 20.0]), ["a", "b"]), touch(np.array([0.0, 20.0]), ["long", "label"])
    (False, True)
    """
    half = np.array([width(word, SMALL) / 2 for word in words])
    return bool((np.diff(places) < half[:-1] + half[1:] + CLEAR).any())


def _round_marks(ends: tuple[float, float]) -> np.ndarray:
    marks = MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]).tick_values(*ends)
    return marks[(marks >= ends[0] - 1e-9) & (marks <= ends[1] + 1e-9)]
