"""Series of official statistics over calendar time: one panel each, never joined over a break or a missing figure."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from coopeval.figures.curves import nothing, start
from coopeval.figures.field import Field
from coopeval.figures.lettering import height, visible, width
from coopeval.figures.picture import Picture, described, picture
from coopeval.figures.reading import admit, is_shown, label
from coopeval.figures.scales import limits
from coopeval.figures.sheet import EDGE, ROOM, Page, Sheet, foot
from coopeval.figures.theme import INK, PAPER, SMALL, SOFT, STYLES, THIN
from coopeval.uncertainty import about_of
from coopeval.wording import N_, number, statistics, translate

TALL = 62.0
BREAKS = ("b", "new_rules")
MISSING = "×"
LOOK = STYLES[0]
WITHIN = {"Q": 4, "S": 2, "": 12}  # parts of a year
PERIOD = re.compile(r"(\d{4})(?:-(Q|S|)(\d+))?")
BREAK_TOLD = N_("Dashed upright line: a break in the series. What stands on its two sides cannot be compared.")
FLAG_TOLD = N_("Open sign: a figure with a flag. Flags: {flags}.")
MISSING_TOLD = N_("{sign}: the source gives no figure. It is not a zero.")
SCALES_TOLD = N_("Each panel has its own unit; panels of one source and unit have one scale.")


def published_series(released: pd.DataFrame, lang: str, *, title: str | None = None, alt: str | None = None) -> Picture:
    """A small panel per series of `evidence.imported_series`, in released order.

    Parameters, result and refusals as in `survival_steps`; the table has `group`, `published_series`,
    `published_period`, `estimate`, `unit` and `flags`. Flagged figures are open signs, breaks dashed upright lines.
    """
    needed = ("group", "published_series", "published_period", "estimate", "unit", "flags")
    admit({"released": released}, needed, lang, title=title, alt=alt)
    spec = described("published_series", {"released": released}, title, alt)
    sheet = start(spec, {"released": released}, lang)
    if not is_shown(released).any():
        sheet.text(nothing(released, lang), after=6)
        return picture(sheet, spec, lang)
    kind = str(about_of(released)["kind"])
    for group, of_group in released.groupby("group", sort=False):
        sheet.text(label(group, released, lang), after=3, bold=True)
        for _, rows in of_group.groupby("published_series", sort=False):
            alike = of_group.loc[of_group["unit"].eq(rows["unit"].iloc[0]), "estimate"]
            _panel(sheet, rows, limits(alike.astype(float).to_numpy(), rows["unit"].iloc[0], kind), lang)
    foot(sheet, _legend(released, lang))
    return picture(sheet, spec, lang)


def when(period: str) -> float:
    """Where a period stands on the axis of years, at its beginning.

    >>> when("2021"), when("2021-Q3"), when("2021-07")
    (2021.0, 2021.5, 2021.5)
    """
    year, kind, part = PERIOD.fullmatch(period).groups()
    return int(year) + ((int(part) - 1) / WITHIN[kind] if part else 0.0)


def _panel(sheet: Sheet, rows: pd.DataFrame, ends: tuple[float, float], lang: str) -> None:
    unit = str(rows["unit"].iloc[0])
    series = visible(statistics.series(str(rows["published_series"].iloc[0]), lang))
    sheet.text(f"{series} ({statistics.units(unit, lang)})", SMALL, after=2)
    marks = np.linspace(*ends, 3)
    words = [number(mark, unit, lang) for mark in marks]
    left = EDGE + max(width(word, SMALL) for word in words) + 7
    at = np.array([when(period) for period in rows["published_period"]])

    years, span, wide = _years(at), _span(at), EDGE + ROOM - left - 14

    def draw(page: Page, top: float) -> None:
        axes = page.axes(left, top + 9, wide, TALL)
        axes.set_xlim(*span)
        axes.set_ylim(*ends)
        axes.set_yticks(marks, words)
        axes.set_xticks(years, [str(year) for year in years])
        _stroke(axes, at, rows, ends)
        for x, y, letters in zip(at, rows["estimate"].fillna(_low(ends)), rows["flags"], strict=True):
            across = left + wide * (x - span[0]) / (span[1] - span[0])
            down = top + 9 + TALL * (1 - (y - ends[0]) / (ends[1] - ends[0]))
            page.words(across + 4, down - 4, _letters(letters), SMALL, color=SOFT)

    sheet.add(9 + TALL + 8 + height(1, SMALL) + 4, draw)


def _span(at: np.ndarray) -> tuple[float, float]:
    """The ends of the axis: room for half a year beside the first and the last whole year."""
    return np.floor(at.min()) - 0.5, max(np.floor(at.max()) + 0.5, at.max() + 0.25)


def _years(at: np.ndarray) -> list[int]:
    """Whole years on the axis, at most eight of them."""
    first, last = int(np.floor(at.min())), int(np.floor(at.max()))
    return list(range(first, last + 1, max(1, -(-(last - first + 1) // 8))))


def _low(ends: tuple[float, float]) -> float:
    """Where the sign of a missing figure stands: just above the floor."""
    return ends[0] + 0.12 * (ends[1] - ends[0])


def _letters(flags: str) -> str:
    return visible("".join(flag for flag in flags.split() if len(flag) == 1))


def _stroke(axes: Field, at: np.ndarray, rows: pd.DataFrame, ends: tuple[float, float]) -> None:
    values, given = rows["estimate"].astype(float).to_numpy(), is_shown(rows).to_numpy()
    marked = rows["flags"].ne("").to_numpy()
    breaks = np.array([bool(set(BREAKS) & set(flags.split())) for flags in rows["flags"]])
    usual = np.diff(at).min() if len(at) > 1 else 1.0
    for i in range(1, len(at)):
        if given[i - 1] and given[i] and not breaks[i] and at[i] - at[i - 1] < 1.5 * usual:
            axes.plot(at[i - 1 : i + 1], values[i - 1 : i + 1], color=LOOK.colour, linewidth=1.4, zorder=3)
    for i in np.flatnonzero(breaks):
        place = (at[i - 1] + at[i]) / 2 if i else at[i]
        axes.axvline(place, color=INK, linewidth=THIN, linestyle=(0, (4, 3)), zorder=2)
    for paper, some in ((LOOK.colour, given & ~marked), (PAPER, given & marked)):
        axes.plot(
            at[some], values[some], linestyle="none", marker=LOOK.marker, color=LOOK.colour, markersize=5,
            markerfacecolor=paper, zorder=4, clip_on=False,
        )  # fmt: skip
    axes.plot(
        at[~given], np.full((~given).sum(), _low(ends)), linestyle="none", marker="x",
        color=SOFT, markersize=5, zorder=4, clip_on=False,
    )  # fmt: skip


def _legend(released: pd.DataFrame, lang: str) -> list[str]:
    letters = sorted({flag for flags in released["flags"] for flag in flags.split()})
    told = [translate(SCALES_TOLD, lang)]
    if set(BREAKS) & set(letters):
        told.append(translate(BREAK_TOLD, lang))
    if letters:
        told.append(translate(FLAG_TOLD, lang).format(flags=visible(statistics.flags(" ".join(letters), lang))))
    if not is_shown(released).all():
        told.append(translate(MISSING_TOLD, lang).format(sign=MISSING))
    return told
