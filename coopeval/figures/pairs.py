"""Two numbers per row: the same work counted in two ways, or what was won beside what was lost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.patches import Rectangle

from coopeval.errors import DataError
from coopeval.figures.curves import nothing, start
from coopeval.figures.lettering import height, width, wrap
from coopeval.figures.picture import Picture, described, picture
from coopeval.figures.reading import admit, coded, is_shown, label, missing, who
from coopeval.figures.rows import without_total
from coopeval.figures.scales import axis_title, limits, unit_word, value_axis
from coopeval.figures.sheet import EDGE, ROOM, Page, Sheet, foot
from coopeval.figures.theme import BODY, PAPER, SMALL, SOFT, STYLES
from coopeval.uncertainty import about_of, in_reading_order
from coopeval.wording import number, translate

LABELS = 130.0
GAP = 8.0
TALL = 13.0  # points of one bar
HATCH = "////"
WON, LOST, NET = "creation", "destruction", "net"
FIRST, SECOND = STYLES[0], STYLES[1]


@dataclass(frozen=True)
class Two:
    """One row: its label and two numbers, either of which may be missing."""

    label: list[str]
    first: float
    second: float
    words: tuple[str, str]

    @property
    def tall(self) -> float:
        """Points it needs."""
        return max(height(len(self.label)), 2 * TALL + 2) + 8


def pairs(
    released: pd.DataFrame, lang: str, *, beside: pd.DataFrame, title: str | None = None, alt: str | None = None
) -> Picture:
    """Two lying bars per group: a number and, hatched below it, the same work in another unit.

    Parameters as in `counts`, and

    beside
        The released table with the other unit, for instance full-time equivalents beside jobs.
    """
    tables = {"released": released, "beside": beside}
    admit(tables, ("group", "estimate"), lang, title=title, alt=alt)
    spec = described("pairs", tables, title, alt)
    sheet = start(spec, tables, lang)
    parts, totals = zip(*(without_total(table, lang) for table in tables.values()), strict=True)
    found = [table[is_shown(table)].set_index("group")["estimate"].astype(float) for table in parts]
    if any(one.index.has_duplicates for one in found):
        raise DataError(f'"{released.attrs["released"]["name"]}" has two rows for one group. Show one of them.')
    named = dict.fromkeys(group for table in parts for group in in_reading_order(table)["group"])
    groups = [group for group in named if any(group in one.index for one in found)]
    rows = [two(group, found, tables, lang) for group in groups]
    if rows:
        sheet.text(axis_title_of(released, lang), color=SOFT, after=4)
        key(sheet, [unit_word(table, lang) for table in tables.values()])
        side_by_side(sheet, rows, released, lang)
    else:
        sheet.text(nothing(released, lang), after=6)
    foot(sheet, [*(line for total in totals for line in total), *missing(parts[0], lang), who(released, lang)])
    return picture(sheet, spec, lang)


def flows(released: pd.DataFrame, lang: str, *, title: str | None = None, alt: str | None = None) -> Picture:
    """A bar to the right for what was won and, hatched, one to the left for what was lost; a diamond at the net.

    Parameters as in `bars`; the table has rows `creation`, `destruction` and `net` (`cause`) for each group.
    """
    admit({"released": released}, ("group", "cause", "estimate"), lang, title=title, alt=alt)
    spec = described("flows", {"released": released}, title, alt)
    sheet = start(spec, {"released": released}, lang)
    drawn = released[is_shown(released) & released["cause"].isin([WON, LOST, NET])]
    wide = drawn.pivot_table(index="group", columns="cause", values="estimate", sort=False).astype(float)
    wide = wide.reindex(columns=[WON, LOST, NET]).sort_index()
    if len(wide):
        sheet.text(axis_title(released, lang), color=SOFT, after=4)
        key(sheet, [coded("causes", cause, lang) for cause in (WON, LOST, NET)])
        _two_ways(sheet, wide, released, lang)
    else:
        sheet.text(nothing(released, lang), after=6)
    told = released[released["cause"].isin([WON, LOST, NET])]
    told.attrs = released.attrs
    foot(sheet, [*missing(told, lang, ["cause"]), who(released, lang)])
    return picture(sheet, spec, lang)


def axis_title_of(table: pd.DataFrame, lang: str) -> str:
    """What is counted, without a unit: the key names both."""
    said = translate(str(about_of(table)["estimand"]), lang)
    return said[:1].upper() + said[1:]


def two(group: object, found: list[pd.Series], tables: dict[str, pd.DataFrame], lang: str) -> Two:
    values = [float(one.get(group, np.nan)) for one in found]
    words = [
        number(value, str(about_of(table)["unit"]), lang) if np.isfinite(value) else "–"
        for value, table in zip(values, tables.values(), strict=True)
    ]
    return Two(wrap(label(group, tables["released"], lang), LABELS), *values, (words[0], words[1]))


def key(sheet: Sheet, names: list[str]) -> None:
    """The signs and what they stand for, on one line where there is room."""

    def draw(page: Page, top: float) -> None:
        left = EDGE
        for position, name in enumerate(names):
            axes = page.axes(left, top + 2, 16, 10)
            axes.floor = None
            axes.set_xlim(0, 16)
            axes.set_ylim(0, 10)
            if position < 2:
                axes.add_patch(Rectangle((0, 1), 15, 8, **_look(position)))
            else:
                axes.plot(8, 5, marker="D", color="black", markersize=5, markeredgecolor=PAPER)
            page.words(left + 20, top, name, SMALL)
            left += 20 + width(name, SMALL) + 16

    sheet.add(height(1, SMALL) + 6, draw)


def _look(position: int) -> dict[str, object]:
    """A filled bar, then a hatched one: told apart without any colour."""
    if position == 0:
        return {"facecolor": FIRST.colour, "edgecolor": FIRST.colour, "linewidth": 0.8}
    return {"facecolor": PAPER, "edgecolor": SECOND.colour, "linewidth": 0.8, "hatch": HATCH}


def side_by_side(sheet: Sheet, rows: list[Two], table: pd.DataFrame, lang: str) -> None:
    left = EDGE + min(max(width(line) for row in rows for line in row.label), LABELS) + GAP
    words = max(width(word, BODY, True) for row in rows for word in row.words)
    wide = EDGE + ROOM - words - GAP - left
    reach = np.array([[row.first, row.second] for row in rows]).ravel()
    ends = limits(reach, str(about_of(table)["unit"]), "sum", to_the_tick=False)
    tall = sum(row.tall for row in rows)

    def draw(page: Page, top: float) -> None:
        axes = page.axes(left, top, wide, tall)
        axes.set_ylim(tall, 0)
        value_axis(axes, ends, str(about_of(table)["unit"]), lang, wide)
        down = 0.0
        for row in rows:
            page.lines(EDGE, top + down + (row.tall - height(len(row.label))) / 2, row.label)
            for position, value in enumerate((row.first, row.second)):
                upper = down + row.tall / 2 + (position - 1) * (TALL + 1)
                if np.isfinite(value):
                    start_at, long = min(value, 0.0), abs(value)
                    axes.add_patch(Rectangle((start_at, upper), long, TALL, zorder=3, **_look(position)))
                at = left + wide * (np.nanmax([value, 0.0]) - ends[0]) / (ends[1] - ends[0]) + 4
                page.words(at, top + upper + (TALL - height(1)) / 2, row.words[position], BODY, bold=position == 0)
            down += row.tall

    sheet.add(tall + SMALL + 9, draw)


def _two_ways(sheet: Sheet, wide_table: pd.DataFrame, table: pd.DataFrame, lang: str) -> None:
    left = EDGE + max(width(str(group)) for group in wide_table.index) + GAP
    wide = EDGE + ROOM - left - 16  # half of the last label of the axis stands beyond it
    reach = np.concatenate([wide_table[WON], -wide_table[LOST], wide_table[NET]])
    ends = limits(reach, str(about_of(table)["unit"]), "difference")
    each, unit = TALL + 9, str(about_of(table)["unit"])
    tall = each * len(wide_table)

    def draw(page: Page, top: float) -> None:
        axes = page.axes(left, top, wide, tall)
        axes.set_ylim(tall, 0)
        value_axis(axes, ends, unit, lang, wide)
        for number_of, (group, row) in enumerate(wide_table.iterrows()):
            middle = each * (number_of + 0.5)
            page.words(EDGE, top + middle - height(1) / 2, str(group))
            for position, value in enumerate((row[WON], -row[LOST])):
                if np.isfinite(value):
                    place = (min(value, 0.0), middle - TALL / 2)
                    axes.add_patch(Rectangle(place, abs(value), TALL, zorder=3, **_look(position)))
            if np.isfinite(row[NET]):
                axes.plot(row[NET], middle, marker="D", color="black", markersize=6, markeredgecolor=PAPER, zorder=5)

    sheet.add(tall + SMALL + 9, draw)
