"""Amounts over years of which one is part of the next: columns inside each other, on one axis."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.patches import Rectangle

from coopeval.errors import DataError
from coopeval.figures.curves import nothing, start
from coopeval.figures.lettering import height, width, wrap
from coopeval.figures.picture import Picture, described, picture
from coopeval.figures.reading import admit, estimand, is_shown, label, missing, who
from coopeval.figures.rows import without_total
from coopeval.figures.scales import limits, unit_word
from coopeval.figures.sheet import EDGE, ROOM, Page, Sheet, foot
from coopeval.figures.theme import INK, PAPER, SMALL, SOFT, STYLES, THIN, WIDTH
from coopeval.figures.timeline import BLANK
from coopeval.uncertainty import about_of
from coopeval.wording import number

TALL = 150.0
SWATCH = 11.0
WIDE = 0.7
APART = 4.0  # points between two labels
LOOKS = (  # outermost first; they fall apart in lightness, and the middle one is hatched besides
    {"facecolor": PAPER, "edgecolor": INK, "linewidth": 1.0},
    {"facecolor": "#b9d8cc", "edgecolor": STYLES[2].colour, "linewidth": THIN, "hatch": "////"},
    {"facecolor": STYLES[0].colour, "edgecolor": STYLES[0].colour, "linewidth": THIN},
)


def nested(
    released: pd.DataFrame, lang: str, *, part: pd.DataFrame, core: pd.DataFrame, title: str | None = None,
    alt: str | None = None,
) -> Picture:  # fmt: skip
    """A column per year (`group`) with the part of it, and the core of that part, drawn inside.

    Parameters
    ----------
    released
        The whole, a released table of sums: `group`, `estimate`.
    lang, title, alt
        As in `survival_steps`.
    part, core
        Released tables of the same unit: a part of the whole, and a part of that part. A year they lack, or one that
        is withheld, is not drawn and is named below.

    Returns
    -------
    A picture; the words beside each swatch are what each table says it holds.

    Raises
    ------
    DisclosureError, ParameterError, DataError
        As in `survival_steps`; and tables in different units.
    """
    tables = {"released": released, "part": part, "core": core}
    admit(tables, ("group", "estimate"), lang, title=title, alt=alt)
    if len({about_of(table)["unit"] for table in tables.values()}) > 1:
        raise DataError("Columns inside each other need one unit. Give tables of the same unit.")
    spec = described("nested", tables, title, alt)
    sheet = start(spec, tables, lang)
    inner = [without_total(table, lang)[0] for table in tables.values()]
    whole, total = without_total(released, lang)
    if is_shown(whole).any():
        _key(sheet, inner, lang)
        _columns(sheet, inner, lang)
    else:
        sheet.text(nothing(released, lang), after=6)
    gaps = [f"{BLANK} {line}" for line in missing(whole, lang)]
    gaps += [f"{estimand(table, lang)}. {line}" for table in inner[1:] for line in missing(table, lang)]
    foot(sheet, [*gaps, *total, who(released, lang)])
    return picture(sheet, spec, lang)


def _key(sheet: Sheet, tables: list[pd.DataFrame], lang: str) -> None:
    """A swatch for each table with what it says it holds; the unit once, behind the first."""
    unit = unit_word(tables[0], lang)
    for table, look in zip(tables, LOOKS, strict=True):
        said = f"{estimand(table, lang)} ({unit})" if look is LOOKS[0] and unit else estimand(table, lang)
        lines = wrap(said, ROOM - SWATCH - 6)

        def draw(page: Page, top: float, lines=lines, look=look) -> None:
            low = 1 - (top + SWATCH) / page.tall
            box = Rectangle(
                (EDGE / WIDTH, low),
                SWATCH / WIDTH,
                (SWATCH - 1.5) / page.tall,
                transform=page.figure.transFigure,
                **look,
            )
            page.figure.add_artist(box)
            page.lines(EDGE + SWATCH + 6, top, lines)

        sheet.add(height(len(lines)) + 1.5, draw)
    sheet.gap(4)


def _columns(sheet: Sheet, tables: list[pd.DataFrame], lang: str) -> None:
    whole = tables[0]
    years = whole["group"].tolist()
    values = [
        table.set_index("group")["estimate"]
        .astype(float)
        .where(is_shown(table).set_axis(table["group"]))
        .reindex(years)
        for table in tables
    ]
    unit = str(about_of(whole)["unit"])
    ends = limits(np.concatenate([value.to_numpy() for value in values]), unit, str(about_of(whole)["kind"]))
    marks = np.linspace(*ends, 5)
    words = [number(mark, unit, lang) for mark in marks]
    left = EDGE + max(width(word, SMALL) for word in words) + 7
    wide = EDGE + ROOM - left
    slot = wide / len(years)
    words_of = [label(year, whole, lang) for year in years]
    every = 1 if all(width(word, SMALL) + APART <= slot for word in words_of) else 2  # no label touches the next
    names = [wrap(word, every * slot - APART, SMALL) if i % every == 0 else [] for i, word in enumerate(words_of)]
    deep = height(max(len(lines) for lines in names), SMALL)

    def draw(page: Page, top: float) -> None:
        axes = page.axes(left, top, wide, TALL)
        axes.set_xlim(-0.5, len(years) - 0.5)
        axes.set_ylim(*ends)
        axes.set_yticks(marks, words)
        at = np.arange(len(years))
        for value, look in zip(values, LOOKS, strict=True):
            known = np.isfinite(value.to_numpy())
            axes.bar(at[known], value.to_numpy()[known], width=WIDE, zorder=3, **look)
        for i, lines in enumerate(names):
            if not np.isfinite(values[0].iloc[i]):
                page.words(left + slot * (i + 0.5), top + TALL - height(1, SMALL) - 1, BLANK, SMALL, ha="center")
            for number_of, line in enumerate(lines):
                down = top + TALL + 5 + height(number_of, SMALL)
                page.words(left + slot * (i + 0.5), down, line, SMALL, ha="center", color=SOFT)

    sheet.add(TALL + 5 + deep + 4, draw)
