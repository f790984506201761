"""A headline in every way it could have been worked out: estimates by size, and below the choices behind each."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from coopeval import reference
from coopeval.errors import DataError
from coopeval.figures.curves import nothing, start
from coopeval.figures.field import Field
from coopeval.figures.lettering import height, width, wrap
from coopeval.figures.picture import Picture, described, picture
from coopeval.figures.reading import admit, coded, is_shown, limits_told, who
from coopeval.figures.scales import POINTS, UNITS, limits
from coopeval.figures.sheet import EDGE, ROOM, Page, Sheet, foot
from coopeval.figures.theme import GRID, INK, PAPER, SMALL, SOFT, STYLES, THIN
from coopeval.wording import N_, number, translate

LISTS = {  # each choice, and the code list of its levels
    "definition": "study_definitions", "perimeter": "perimeters", "against": "arms", "clock": "study_clocks",
    "missing_rule": "missing_rules", "adjustment": "adjustments",
}  # fmt: skip
TALL = 150.0  # points of the estimates
LABELS = 150.0  # at most this for the levels on the left
LEVEL, HEAD = 12.4, 15.0  # points of a level, and of the name of a choice
GAP = 6.0
PALE = "#9db3bd"  # of intervals: many stand close together
MAIN, OTHER = STYLES[1], STYLES[0]
MARKED = N_("Large diamond and line: the way taken in the other chapters.")
ORDERED = N_("{n} ways, from the lowest to the highest estimate; below each, the choices that make it.")
MOVES = N_("moves it by {far} on average")
IN_POINTS = N_("{n} points")
LEFT_OUT = N_("Not drawn: {withheld} withheld, {silent} without a figure.")


class Level(NamedTuple):
    """A row of the matrix: the name of a choice, or one of its levels and the ways that chose it."""

    words: list[str]
    at: np.ndarray | None  # None: the name of a choice

    @property
    def tall(self) -> float:
        """Points it needs."""
        return (
            HEAD + height(len(self.words) - 1, SMALL)
            if self.at is None
            else max(LEVEL, height(len(self.words), SMALL) + 1)
        )


def specification_curve(
    released: pd.DataFrame, lang: str, *, moved: pd.DataFrame | None = None, headline: str = "",
    title: str | None = None, alt: str | None = None,
) -> Picture:  # fmt: skip
    """Estimates of one headline with their intervals, in order of size; below each a mark for every choice it made.

    Parameters
    ----------
    released
        What `disclosure.gate` made of `indicators.specifications`.
    lang, title, alt
        As in `survival_steps`.
    moved
        What `disclosure.gate` made of `indicators.moved_by`: how far each choice moves the figure is then written
        beside its name.
    headline
        Code of the list `headlines`; not needed where the table holds one only.

    Returns
    -------
    A picture. Ways with the same released estimate stand in the order of their numbers.

    Raises
    ------
    DisclosureError, ParameterError, DataError
        As in `survival_steps`; and no such headline, or none named where there are several.
    """
    tables = {"released": released} | ({} if moved is None else {"moved": moved})
    admit({"released": released}, ("group", "headline", "estimate", "low", "high", "unit", *LISTS), lang,
          title=title, alt=alt)  # fmt: skip
    admit(tables, ("group", "headline", "estimate"), lang, title=title, alt=alt)
    ways = _of_headline(released, headline)
    spec = described("specification_curve", tables, title, alt, headline=headline)
    sheet = start(spec, tables, lang)
    shown = ways[is_shown(ways)].sort_values(["estimate", "group"], kind="stable").reset_index(drop=True)
    hidden = int(ways["hidden"].astype(bool).sum())
    if len(shown):
        _drawing(sheet, shown, _far(shown, moved, lang), lang)
    else:
        sheet.text(nothing(ways, lang), after=6)
    told = [translate(ORDERED, lang).format(n=number(len(shown), "count", lang))] if len(shown) else []
    told += [translate(MARKED, lang)] if _main(shown).any() else []
    if len(shown) < len(ways):
        counts = {"withheld": hidden, "silent": len(ways) - len(shown) - hidden}
        counts = {word: number(count, "count", lang) for word, count in counts.items()}
        told.append(translate(LEFT_OUT, lang).format(**counts))
    shown.attrs = released.attrs
    foot(sheet, [*told, *limits_told(shown, lang), who(released, lang)])
    return picture(sheet, spec, lang)


def _of_headline(released: pd.DataFrame, headline: str) -> pd.DataFrame:
    known = sorted(released["headline"].unique())
    if headline not in known and (headline or len(known) != 1):
        name = released.attrs["released"]["name"]
        raise DataError(f'"{name}" has the headlines {", ".join(known)}. Name one of them, not "{headline}".')
    ways = released[released["headline"].eq(headline)] if headline else released
    ways.attrs = released.attrs
    return ways


def _main(shown: pd.DataFrame) -> pd.Series:
    return shown["is_main"].astype(bool) if "is_main" in shown else pd.Series(False, index=shown.index)


def _far(shown: pd.DataFrame, moved: pd.DataFrame | None, lang: str) -> dict[str, str]:
    """How far each choice moves the figure, in words."""
    if moved is None:
        return {}
    own = moved[moved["headline"].eq(shown["headline"].iloc[0]) & np.isfinite(moved["estimate"].astype(float))]
    words = {}
    for _, row in own.iterrows():
        far = number(row["estimate"], str(row["unit"]), lang)
        far = translate(IN_POINTS, lang).format(n=far) if row["unit"] == "points" else far
        words[str(row["group"])] = translate(MOVES, lang).format(far=far)
    return words


def _levels(shown: pd.DataFrame, far: dict[str, str], lang: str) -> list[Level]:
    """The choices that differ among the ways, each with its levels in the order of their list."""
    found = []
    for choice, codes in LISTS.items():
        made = shown[choice].astype(str)
        levels = [code for code in [*reference.labels(codes, "en")] if made.eq(code).any()]
        if len(levels) < 2:
            continue
        name = coded("choices", choice, lang)
        both = f"{name} ({far[choice]})" if choice in far else name
        found.append(Level(wrap(both, ROOM, SMALL, True), None))
        for code in levels:
            words = wrap(coded(codes, code, lang), LABELS, SMALL)
            found.append(Level(words, np.flatnonzero(made.eq(code).to_numpy())))
    return found


def _drawing(sheet: Sheet, shown: pd.DataFrame, far: dict[str, str], lang: str) -> None:
    unit = str(shown["unit"].iloc[0])
    levels = _levels(shown, far, lang)
    values = shown[["estimate", "low", "high"]].to_numpy(float)
    ends = limits(values.ravel(), "plain" if unit == "points" else unit, "difference" if unit == "points" else "")
    marks = np.linspace(*ends, 5)
    ticks = [number(mark, unit, lang) for mark in marks]
    names = [width(line, SMALL) for level in levels for line in level.words if level.at is not None]
    left = EDGE + max([*names, *(width(tick, SMALL) for tick in ticks)]) + GAP
    wide = EDGE + ROOM - left
    named = {"points": POINTS, **UNITS}.get(unit, "")
    if named:
        word = translate(named, lang)
        sheet.text(word[:1].upper() + word[1:], color=SOFT, after=3)

    def draw_estimates(page: Page, top: float) -> None:
        axes = page.axes(left, top, wide, TALL)
        axes.set_ylim(*ends)
        axes.set_yticks(marks, ticks)
        _columns(axes, len(shown))
        if ends[0] < 0 < ends[1]:
            axes.axhline(0, color=INK, linewidth=1.0, zorder=2)
        _estimates(axes, values, _main(shown).to_numpy())

    sheet.add(TALL + 8, draw_estimates)
    _matrix(sheet, levels, shown, (left, wide))


def _columns(axes: Field, n: int) -> None:
    """One place per way along the axis, without ticks: their order says it all."""
    axes.set_xlim(-0.8, n - 0.2)
    axes.floor = None


def _estimates(axes: Field, values: np.ndarray, main: np.ndarray) -> None:
    at = np.arange(len(values))
    size = float(np.clip(220 / len(values), 1.8, 6))
    bound = np.isfinite(values[:, 1:]).all(axis=1)
    stroke = max(size * 0.55, 0.7)
    axes.vlines(at[bound], values[bound, 1], values[bound, 2], color=PALE, linewidth=stroke, zorder=3)
    axes.plot(at, values[:, 0], marker="o", linestyle="none", color=OTHER.colour, markersize=size, zorder=4)
    for way in np.flatnonzero(main):
        axes.axvline(way, color=MAIN.colour, linewidth=THIN, zorder=2)
        if bound[way]:
            axes.vlines(way, values[way, 1], values[way, 2], color=MAIN.colour, linewidth=2.0, zorder=5)
        axes.plot(way, values[way, 0], marker="D", color=MAIN.colour, markersize=8, markeredgecolor=PAPER, zorder=6)


def _matrix(sheet: Sheet, levels: list[Level], shown: pd.DataFrame, place: tuple[float, float]) -> None:
    """A mark for each way at the level it chose, every second row shaded; the main way runs through as a line."""
    left, wide = place
    tall = sum(level.tall for level in levels)
    main = np.flatnonzero(_main(shown).to_numpy())

    def draw(page: Page, top: float) -> None:
        axes = page.axes(left, top, wide, tall)
        axes.set_ylim(tall, 0)
        _columns(axes, len(shown))
        down, shaded = 0.0, False
        for level in levels:
            middle = down + level.tall / 2
            if level.at is None:
                page.lines(EDGE, top + down + 2, level.words, SMALL, bold=True)
                shaded = False
            else:
                page.lines(EDGE, top + middle - height(len(level.words), SMALL) / 2, level.words, SMALL, color=SOFT)
                if shaded:
                    axes.axhspan(down, down + level.tall, color=GRID, alpha=0.6, linewidth=0, zorder=1)
                reach = LEVEL / 2 - 2.2
                stroke = float(np.clip(0.75 * wide / len(shown), 0.9, 5))
                axes.vlines(level.at, middle - reach, middle + reach, color=OTHER.colour, linewidth=stroke, zorder=3)
                axes.vlines(main, down, down + level.tall, color=MAIN.colour, linewidth=THIN, zorder=2)
                shaded = not shaded
            down += level.tall

    if levels:
        sheet.add(tall + 6, draw)
