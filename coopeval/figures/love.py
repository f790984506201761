"""How alike two arms are in each covariate, before weighting and after: two signs per row on one axis."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from coopeval.figures.curves import nothing, start
from coopeval.figures.field import Field
from coopeval.figures.lettering import height, width, wrap
from coopeval.figures.picture import Picture, described, picture
from coopeval.figures.reading import admit, heading, label, missing, sections_of, who
from coopeval.figures.rows import GAP, LABELS, Row, label_room, stack
from coopeval.figures.scales import axis_title, limits
from coopeval.figures.sheet import EDGE, ROOM, Page, Sheet, foot
from coopeval.figures.theme import BODY, PAPER, SOFT, STYLES, THIN
from coopeval.uncertainty import about_of, in_reading_order
from coopeval.wording import N_, number, translate

ALIKE = 0.1  # a smaller difference counts as alike
BEFORE, AFTER = N_("Open circle: as the groups are."), N_("Filled: after weighting.")
BETWEEN = N_("Between the dashed lines the groups count as alike.")
MARK = STYLES[0]


@dataclass(frozen=True)
class Pair(Row):
    """A covariate or level: its difference after weighting (`estimate`) and before (`low`)."""


def love(released: pd.DataFrame, lang: str, *, title: str | None = None, alt: str | None = None) -> Picture:
    """Standardised differences between two arms: an open sign before weighting, a filled one after.

    Parameters
    ----------
    released
        What `disclosure.gate` made of `balance.table` (or `comparison.alike`): `group`, `before`, `after`.
    lang, title, alt
        As in `survival_steps`.

    Returns
    -------
    A picture; several comparisons get a section each.

    Raises
    ------
    DisclosureError, ParameterError, DataError
        As in `survival_steps`.
    """
    admit({"released": released}, ("group", "before", "after"), lang, title=title, alt=alt)
    spec = described("love", {"released": released}, title, alt)
    sheet = start(spec, {"released": released}, lang)
    table = released.assign(estimate=released["after"])
    table.attrs = released.attrs
    by = sections_of(table)
    shown = in_reading_order(table[~table["hidden"].astype(bool) & np.isfinite(table["before"].astype(float))])
    if len(shown):
        sheet.text(axis_title(table, lang), color=SOFT, after=4)
        _pairs(sheet, _sections(shown, by, table, lang), table, lang)
    else:
        sheet.text(nothing(table, lang), after=6)
    signs = " ".join(translate(word, lang) for word in (BEFORE, AFTER, BETWEEN))
    foot(sheet, [signs, *missing(table, lang, by), who(table, lang)])
    return picture(sheet, spec, lang)


def _sections(shown: pd.DataFrame, by: list[str], table: pd.DataFrame, lang: str) -> list[tuple[str, list[Pair]]]:
    found: dict[str, list[Pair]] = {}
    for row in shown.to_dict("records"):
        head = ", ".join(heading(column, row[column], lang) for column in by)
        before, after = float(row["before"]), float(row["after"])
        words = number(after, "ratio", lang) if np.isfinite(after) else ""
        pair = Pair(wrap(label(row["group"], table, lang), LABELS), "", words, "", after, before, np.nan)
        found.setdefault(head, []).append(pair)
    lonely = len(found) == 1
    return [("" if lonely else head, rows) for head, rows in found.items()]


def _pairs(sheet: Sheet, sections: list[tuple[str, list[Pair]]], table: pd.DataFrame, lang: str) -> None:
    left = EDGE + label_room(sections)
    words = max(width(row.figure, BODY, True) for _, rows in sections for row in rows)
    wide = EDGE + ROOM - words - GAP - left
    reach = [(row.estimate, row.low) for _, rows in sections for row in rows]
    ends = limits(np.array([*np.ravel(reach), -ALIKE, ALIKE]), "ratio", str(about_of(table)["kind"]))

    def mark(axes: Field, row: Pair, at: float) -> None:
        for edge in (-ALIKE, ALIKE):
            axes.axvline(edge, color=SOFT, linewidth=THIN, linestyle=(0, (3, 3)), zorder=1)
        look = {"marker": MARK.marker, "markersize": 7, "zorder": 4, "clip_on": False, "linestyle": "none"}
        axes.plot(row.low, at, markerfacecolor=PAPER, markeredgecolor=MARK.colour, **look)
        if np.isfinite(row.estimate):
            axes.hlines(at, *sorted((row.low, row.estimate)), color=MARK.colour, linewidth=THIN, zorder=3)
            axes.plot(row.estimate, at, markerfacecolor=MARK.colour, markeredgecolor=PAPER, **look)

    def words_of(page: Page, axes: Field, row: Pair, top: float, tall: float) -> None:
        page.words(left + wide + GAP, top + (tall - height(1)) / 2, row.figure, BODY, bold=True)

    stack(sheet, sections, (left, wide, ends), (mark, words_of), (table, lang))
