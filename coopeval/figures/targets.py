"""Results beside their targets: each as a part of its target, with a line where the target is met."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.figures.curves import nothing, start
from coopeval.figures.field import Field
from coopeval.figures.lettering import height, width, wrap
from coopeval.figures.picture import Picture, described, picture
from coopeval.figures.reading import admit, coded, is_shown, label, limits_told, missing, who
from coopeval.figures.rows import GAP, LABELS, Row, label_room, stack
from coopeval.figures.scales import limits
from coopeval.figures.sheet import EDGE, ROOM, Page, Sheet, foot
from coopeval.figures.theme import BODY, INK, PAPER, SMALL, SOFT, STYLES
from coopeval.uncertainty import about_of
from coopeval.wording import N_, number, translate

AXIS = N_("Result as a part of the target")
SET = N_("{sense} {target}")
AT_LINE = N_("The line at 100% is the target. Where it says at most, less is better.")
DOT = STYLES[0]


def targets(released: pd.DataFrame, lang: str, *, title: str | None = None, alt: str | None = None) -> Picture:
    """A dot per target, at the part of it that was reached, its interval where there is one, and a line at 100%.

    Parameters
    ----------
    released
        What `disclosure.gate` made of `indicators.targets`.
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
    needed = ("group", "period", "sense", "target", "estimate", "low", "high", "unit", "status")
    admit({"released": released}, needed, lang, title=title, alt=alt)
    spec = described("targets", {"released": released}, title, alt)
    sheet = start(spec, {"released": released}, lang)
    shown = released[is_shown(released) & released["target"].gt(0)]
    shown.attrs = released.attrs
    if len(shown):
        sheet.text(translate(AXIS, lang), color=SOFT, after=4)
        _dots(sheet, [_row(row, shown, lang) for row in shown.to_dict("records")], shown, lang)
    else:
        sheet.text(nothing(released, lang), after=6)
    told = [translate(AT_LINE, lang)] if len(shown) else []
    foot(sheet, [*told, *missing(released, lang), *limits_told(shown, lang), who(released, lang)])
    return picture(sheet, spec, lang)


def _row(row: dict, table: pd.DataFrame, lang: str) -> Row:
    unit, part = str(row["unit"]), [row[name] / row["target"] for name in ("estimate", "low", "high")]
    sense = coded("target_senses", row["sense"], lang)
    aim = translate(SET, lang).format(sense=sense[:1].lower() + sense[1:], target=number(row["target"], unit, lang))
    return Row(wrap(label(row["group"], table, lang), LABELS), str(row["period"]), number(row["estimate"], unit, lang),
               aim, *map(float, part))  # fmt: skip


def _dots(sheet: Sheet, rows: list[Row], table: pd.DataFrame, lang: str) -> None:
    sections = [("", rows)]
    left = EDGE + label_room(sections)
    words = max(max(width(row.figure, BODY, True), width(row.limits, SMALL)) for row in rows)
    wide = EDGE + ROOM - words - GAP - left
    reach = np.array([(row.estimate, row.low, row.high) for row in rows]).ravel()
    ends = limits(np.append(reach, 1.1), "ratio", "share")

    def mark(axes: Field, row: Row, at: float) -> None:
        axes.axvline(1.0, color=INK, linewidth=1.2, zorder=2)
        if np.isfinite([row.low, row.high]).all():
            axes.hlines(at, row.low, row.high, color=DOT.colour, linewidth=1.8, zorder=3)
            axes.plot(
                [row.low, row.high], [at, at], marker="|", linestyle="none", color=DOT.colour, markersize=6, zorder=3
            )
        axes.plot(
            row.estimate,
            at,
            marker=DOT.marker,
            linestyle="none",
            color=DOT.colour,
            markersize=7,
            markeredgecolor=PAPER,
            zorder=4,
        )

    def words_of(page: Page, axes: Field, row: Row, top: float, tall: float) -> None:
        at = top + (tall - height(1) - height(1, SMALL)) / 2
        page.words(left + wide + GAP, at, row.figure, BODY, bold=True)
        page.words(left + wide + GAP, at + height(1), row.limits, SMALL, color=SOFT)

    shares = table.copy()
    shares.attrs = {**table.attrs, "about": {**about_of(table), "unit": "share"}}
    stack(sheet, sections, (left, wide, ends), (mark, words_of), (shares, lang))
