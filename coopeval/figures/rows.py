"""Rows of a table as rows of a picture: a label, a mark on a shared axis, the figure in words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from coopeval.errors import DataError
from coopeval.figures.curves import nothing, start
from coopeval.figures.field import Field
from coopeval.figures.lettering import height, width, wrap
from coopeval.figures.picture import Picture, described, picture
from coopeval.figures.reading import (
    ALL,
    admit,
    coded,
    heading,
    is_shown,
    label,
    limits_told,
    missing,
    n_words,
    sections_of,
    who,
)  # fmt: skip
from coopeval.figures.scales import DIFFERENCES, axis_title, limits, unit_word, value_axis
from coopeval.figures.sheet import EDGE, ROOM, Page, Sheet, foot
from coopeval.figures.theme import BODY, INK, PAPER, SMALL, SOFT, STYLES, THIN
from coopeval.uncertainty import about_of, in_reading_order
from coopeval.wording import N_, common_digits, number, translate

LABELS = 140.0  # at most this for the labels on the left
GAP = 8.0
LEAST = 15.0  # points of the lowest row
TOTAL = N_("All: {number}")
DOT = STYLES[0]


@dataclass(frozen=True)
class Row:
    """One row of the picture."""

    label: list[str]
    under: str  # small words below the label
    figure: str  # the estimate in words
    limits: str  # its limits in words
    estimate: float
    low: float
    high: float

    @property
    def tall(self) -> float:
        """Points it needs."""
        left = height(len(self.label)) + (height(1, SMALL) if self.under else 0)
        return max(left, height(1) + (height(1, SMALL) if self.limits else 0), LEAST) + 7


def bars(released: pd.DataFrame, lang: str, *, title: str | None = None, alt: str | None = None) -> Picture:
    """A dot and its interval per group, in reading order; the figure stands beside it in words.

    Tables with several months, years or causes get a section for each.

    Parameters
    ----------
    released
        A released estimate table: `group`, `estimate`, `low`, `high`.
    lang, title, alt
        As in `survival_steps`.

    Returns
    -------
    A picture.

    Raises
    ------
    DisclosureError, ParameterError, DataError
        As in `survival_steps`.
    """
    admit({"released": released}, ("group", "estimate", "low", "high"), lang, title=title, alt=alt)
    spec = described("bars", {"released": released}, title, alt)
    sheet = start(spec, {"released": released}, lang)
    sections = _sections(released, lang)
    if sections:
        sheet.text(axis_title(released, lang), color=SOFT, after=4)
        _dots(sheet, sections, released, lang)
    else:
        sheet.text(nothing(released, lang), after=6)
    foot(sheet, [*missing(released, lang, sections_of(released)), *limits_told(released, lang), who(released, lang)])
    return picture(sheet, spec, lang)


def counts(released: pd.DataFrame, lang: str, *, title: str | None = None, alt: str | None = None) -> Picture:
    """A lying bar per group with its count at the end, in reading order; the total stands in words.

    Parameters, result and refusals as in `bars`; `low` and `high` are drawn where the table has them.
    """
    admit({"released": released}, ("group", "estimate"), lang, title=title, alt=alt)
    spec = described("counts", {"released": released}, title, alt)
    sheet = start(spec, {"released": released}, lang)
    parts, total = without_total(released, lang)
    sections = _sections(parts, lang)
    if sections:
        sheet.text(axis_title(released, lang), color=SOFT, after=4)
        _lying_bars(sheet, sections, parts, lang)
    else:
        sheet.text(nothing(released, lang), after=6)
    foot(sheet, [*total, *missing(parts, lang, sections_of(parts)), *limits_told(parts, lang), who(released, lang)])
    return picture(sheet, spec, lang)


def without_total(released: pd.DataFrame, lang: str) -> tuple[pd.DataFrame, list[str]]:
    """The groups, and the total in words: drawn beside its parts it would dwarf them."""
    total = released["group"].eq(ALL)
    if total.all() or total.sum() != 1:
        return released, []
    words = []
    if is_shown(released)[total].all():
        about = about_of(released)
        whole = number(released.loc[total, "estimate"].iloc[0], str(about["unit"]), lang)
        word = "" if about["unit"] == "eur" else " " + unit_word(released, lang)
        words = [translate(TOTAL, lang).format(number=f"{whole}{word}".strip()) + "."]
    parts = released[~total]
    parts.attrs = released.attrs
    return parts, words


def _sections(table: pd.DataFrame, lang: str) -> list[tuple[str, list[Row]]]:
    """The rows that may be drawn, under the heading of their month, year or cause."""
    by = sections_of(table)
    shown = in_reading_order(table[is_shown(table)])
    times = [column for column in ("years", "at_months") if column in by]
    shown = shown.sort_values(times, kind="stable") if times else shown
    if shown.duplicated(["group", *by]).any():
        raise DataError(f'"{table.attrs["released"]["name"]}" has two rows for one group. Show one of them.')
    digits = _digits(shown)
    if not by:
        rows = [_row(row, label(row["group"], table, lang), table, lang, digits) for _, row in shown.iterrows()]
        return [("", rows)] if rows else []
    found: dict[str, list[Row]] = {}
    lonely = shown["group"].nunique() == 1
    for _, row in shown.iterrows():
        head = ", ".join(heading(column, row[column], lang) for column in by)
        name = head if lonely else label(row["group"], table, lang)
        found.setdefault("" if lonely else head, []).append(_row(row, name, table, lang, digits))
    return list(found.items())


def _unit(table: pd.DataFrame) -> str:
    """What numbers are written in: a difference of shares is in percentage points, and has no percent sign."""
    about = about_of(table)
    return "points" if about["unit"] == "share" and about["kind"] in DIFFERENCES else str(about["unit"])


def _digits(shown: pd.DataFrame) -> int | None:
    """Decimals of all numbers beside the marks, so that 45 does not stand above 22.50."""
    numbers = shown[[column for column in ("estimate", "low", "high") if column in shown]]
    return common_digits(numbers.to_numpy(float).ravel(), _unit(shown))


def _row(row: pd.Series, name: str, table: pd.DataFrame, lang: str, digits: int | None) -> Row:
    unit = _unit(table)
    low, high = (float(row[c]) if c in row and pd.notna(row[c]) else float("nan") for c in ("low", "high"))
    size = row.get("n", float("nan"))
    counted = np.isfinite(size) and about_of(table)["kind"] not in ("count", "sum")
    edges = [number(edge, unit, lang, digits) if np.isfinite(edge) else "…" for edge in (low, high)]
    return Row(
        wrap(name, LABELS),
        _under(row, size, counted, lang),
        number(row["estimate"], unit, lang, digits),
        " – ".join(edges) if np.isfinite([low, high]).any() else "",
        float(row["estimate"]), low, high,
    )  # fmt: skip


def _under(row: pd.Series, size: float, counted: bool, lang: str) -> str:
    """Below the label: how the comparison was designed, else how many there are."""
    if isinstance(row.get("design"), str) and row["design"]:
        return coded("designs", row["design"], lang)
    return n_words(size, lang) if counted else ""


def label_room(sections: list[tuple[str, list[Row]]]) -> float:
    every = [row for _, rows in sections for row in rows]
    lines = [width(line) for row in every for line in row.label] + [width(row.under, SMALL) for row in every]
    return min(max(lines, default=0.0), LABELS) + GAP


def _all(sections: list[tuple[str, list[Row]]]) -> np.ndarray:
    return np.array([(row.estimate, row.low, row.high) for _, rows in sections for row in rows]).ravel()


def _dots(sheet: Sheet, sections: list[tuple[str, list[Row]]], table: pd.DataFrame, lang: str) -> None:
    about = about_of(table)
    left = EDGE + label_room(sections)
    every = [row for _, rows in sections for row in rows]
    words = max(max(width(row.figure, BODY, True), width(row.limits, SMALL)) for row in every)
    wide = EDGE + ROOM - words - GAP - left
    ends = limits(_all(sections), str(about["unit"]), str(about["kind"]))

    def mark(axes: Field, row: Row, at: float) -> None:
        low, high = (end if np.isfinite(v) else edge for v, end, edge in _open_ends(row, ends))
        if np.isfinite([row.low, row.high]).any():
            axes.hlines(at, low, high, color=DOT.colour, linewidth=1.8, zorder=3)
            for limit, sign in ((row.low, "<"), (row.high, ">")):
                known = np.isfinite(limit)
                end = limit if known else ends[0 if sign == "<" else 1]
                axes.plot(
                    end, at, marker="|" if known else sign, color=DOT.colour, markersize=6, zorder=3, clip_on=False
                )
        axes.plot(
            row.estimate, at, marker=DOT.marker, color=DOT.colour, markersize=7, markeredgecolor=PAPER, zorder=4,
            clip_on=False,
        )  # fmt: skip

    def words_of(page: Page, axes: Field, row: Row, top: float, tall: float) -> None:
        used = height(1) + (height(1, SMALL) if row.limits else 0)
        at = top + (tall - used) / 2
        page.words(left + wide + GAP, at, row.figure, BODY, bold=True)
        if row.limits:
            page.words(left + wide + GAP, at + height(1), row.limits, SMALL, color=SOFT)

    stack(sheet, sections, (left, wide, ends), (mark, words_of), (table, lang))


def _open_ends(row: Row, ends: tuple[float, float]):
    return ((row.low, row.low, ends[0]), (row.high, row.high, ends[1]))


def _lying_bars(sheet: Sheet, sections: list[tuple[str, list[Row]]], table: pd.DataFrame, lang: str) -> None:
    about = about_of(table)
    left = EDGE + label_room(sections)
    every = [row for _, rows in sections for row in rows]
    words = max(width(row.figure, BODY, True) for row in every)
    wide = EDGE + ROOM - words - GAP - left
    ends = limits(_all(sections), str(about["unit"]), str(about["kind"]), to_the_tick=False)

    def mark(axes: Field, row: Row, at: float) -> None:
        axes.barh(at, row.estimate, height=15, color=DOT.colour, zorder=3)
        if np.isfinite([row.low, row.high]).all():
            axes.hlines(at, row.low, row.high, color=INK, linewidth=3.4, zorder=4)
            axes.hlines(at, row.low, row.high, color=PAPER, linewidth=THIN, zorder=5)

    def words_of(page: Page, axes: Field, row: Row, top: float, tall: float) -> None:
        furthest = np.nanmax([row.estimate, row.high, 0.0])
        at = left + wide * (furthest - ends[0]) / (ends[1] - ends[0]) + 5
        page.words(at, top + (tall - height(1)) / 2, row.figure, BODY, bold=True)

    stack(sheet, sections, (left, wide, ends), (mark, words_of), (table, lang))


def stack(sheet: Sheet, sections, place, drawing, saying) -> None:
    """Sections below each other, each one pair of axes with a row per group; ticks under the last."""
    left, wide, ends = place
    (mark, words_of), (table, lang) = drawing, saying
    unit = _unit(table)
    for number_of, (head, rows) in enumerate(sections):
        if head:
            sheet.gap(3)
            sheet.text(head, BODY, after=2, bold=True)
        tall = sum(row.tall for row in rows)
        is_last = number_of == len(sections) - 1

        def draw(page: Page, top: float, rows=rows, tall: float = tall, is_last: bool = is_last) -> None:
            axes = page.axes(left, top, wide, tall)
            axes.set_ylim(tall, 0)
            value_axis(axes, ends, unit, lang, wide, labelled=is_last)
            down = 0.0
            for row in rows:
                used = height(len(row.label)) + (height(1, SMALL) if row.under else 0)
                at = top + down + (row.tall - used) / 2
                page.lines(EDGE, at, row.label)
                if row.under:
                    page.words(EDGE, at + height(len(row.label)), row.under, SMALL, color=SOFT)
                mark(axes, row, down + row.tall / 2)
                words_of(page, axes, row, top + down, row.tall)
                down += row.tall

        sheet.add(tall + (SMALL + 9 if is_last else 5), draw)
