"""Figures of several structures under each other, what they say together, and what could not be compared."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.patches import Polygon

from coopeval import reference
from coopeval.figures.curves import start
from coopeval.figures.field import Field
from coopeval.figures.lettering import height, width, wrap
from coopeval.figures.picture import Picture, described, picture
from coopeval.figures.reading import (
    ALL,
    MORE,
    NAMED,
    admit,
    coded,
    is_shown,
    label,
    limits_told,
    n_words,
    who,
)
from coopeval.figures.rows import GAP, LABELS, Row, label_room, stack
from coopeval.figures.scales import axis_title, limits
from coopeval.figures.sheet import EDGE, ROOM, Page, Sheet, foot
from coopeval.figures.theme import BODY, PAPER, SMALL, SOFT, STYLES, THIN
from coopeval.uncertainty import about_of
from coopeval.wording import N_, number, translate
from coopeval.wording.typography import listed

POOLED, STRUCTURES = N_("Together"), N_("{n} structures")
ANOTHER = N_("Another structure of this kind")
DIAMOND = N_("Diamond: the structures together. Thin line: where another structure would lie.")
NO_DIAMOND = N_("No diamond is drawn: fewer than three of these figures count the same thing in the same way.")
NONE = N_("No figure is drawn: none was published that counts this in the way needed to compare.")
APART = N_("Not comparable, so not drawn:")
REASON = N_("{reason}: {names}")
WITH_FIGURE = N_("{name}: {figure}")
DOT, HALF = STYLES[0], 5.0  # points from the middle of the diamond to its top


def forest(released: pd.DataFrame, lang: str, *, title: str | None = None, alt: str | None = None) -> Picture:
    """A dot and its interval per comparable figure, the pooled one as a diamond; those not comparable in words below.

    What cannot be compared is not put on the axis, where the eye would compare it all the same.

    Parameters
    ----------
    released
        What `disclosure.gate` made of `evidence.pooled`: `group`, `estimate`, `low`, `high`, and `poolability`,
        without which every row is drawn. The row `all` is the pooled one, with `predicted_low` and `predicted_high`.
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
    spec = described("forest", {"released": released}, title, alt)
    sheet = start(spec, {"released": released}, lang)
    is_pooled = released["group"].eq(ALL)
    alike = is_pooled | (released["poolability"].eq("poolable") if "poolability" in released else True)
    drawn = _same_about(released[alike & is_shown(released)], released)
    if len(drawn):
        sheet.text(axis_title(released, lang), color=SOFT, after=4)
        _marks(sheet, _lines(drawn, lang), drawn, lang)
    else:
        sheet.text(translate(NONE, lang), after=6)
    _apart(sheet, released[~alike], released, lang)
    has_diamond = bool(drawn["group"].eq(ALL).any())
    told = translate(DIAMOND if has_diamond else NO_DIAMOND, lang)
    foot(sheet, [told, *limits_told(drawn, lang), who(released, lang)])
    return picture(sheet, spec, lang)


def _same_about(rows: pd.DataFrame, released: pd.DataFrame) -> pd.DataFrame:
    kept = rows.copy()
    kept.attrs = released.attrs
    return kept


@dataclass(frozen=True)
class Line(Row):
    """A row that knows its sign: a dot, the diamond of them together, or the reach of another structure."""

    sign: str = "dot"


def _lines(table: pd.DataFrame, lang: str) -> list[Line]:
    unit = str(about_of(table)["unit"])
    lines = []
    for row in table.to_dict("records"):
        together = row["group"] == ALL
        name = translate(POOLED, lang) if together else label(row["group"], table, lang)
        size = row.get("n_structures" if together else "n", np.nan)
        counted = translate(STRUCTURES, lang).format(n=number(size, "count", lang)) if together else n_words(size, lang)
        lines.append(Line(
            wrap(name, LABELS), counted if np.isfinite(size) else "", number(row["estimate"], unit, lang),
            _reach(row["low"], row["high"], unit, lang), float(row["estimate"]), float(row["low"]), float(row["high"]),
            "diamond" if together else "dot",
        ))  # fmt: skip
        low, high = (float(row.get(edge, np.nan)) for edge in ("predicted_low", "predicted_high"))
        if together and np.isfinite([low, high]).all():
            reach = _reach(low, high, unit, lang)
            lines.append(Line(wrap(translate(ANOTHER, lang), LABELS), "", "", reach, np.nan, low, high, "reach"))
    return lines


def _reach(low: float, high: float, unit: str, lang: str) -> str:
    edges = [number(edge, unit, lang) if np.isfinite(edge) else "…" for edge in (low, high)]
    return " – ".join(edges) if np.isfinite([low, high]).any() else ""


def _marks(sheet: Sheet, lines: list[Line], table: pd.DataFrame, lang: str) -> None:
    sections = [("", lines)]
    left = EDGE + label_room(sections)
    words = max(max(width(line.figure, BODY, True), width(line.limits, SMALL)) for line in lines)
    wide = EDGE + ROOM - words - GAP - left
    reach = np.array([(line.estimate, line.low, line.high) for line in lines]).ravel()
    ends = limits(reach, str(about_of(table)["unit"]), str(about_of(table)["kind"]))

    def mark(axes: Field, line: Line, at: float) -> None:
        colour, known = DOT.colour, bool(np.isfinite([line.low, line.high]).all())
        looks = {"color": colour, "linestyle": "none", "clip_on": False}
        if line.sign == "diamond" and known:
            corners = [(line.low, at), (line.estimate, at - HALF), (line.high, at), (line.estimate, at + HALF)]
            axes.add_patch(Polygon(corners, closed=True, facecolor=colour, edgecolor=colour, zorder=4))
            return
        if known:
            thick = THIN if line.sign == "reach" else 1.8
            axes.hlines(at, line.low, line.high, color=colour, linewidth=thick, zorder=3)
            axes.plot([line.low, line.high], [at, at], marker="|", markersize=6, zorder=3, **looks)
        if line.sign != "reach":
            axes.plot(line.estimate, at, marker=DOT.marker, markersize=7, markeredgecolor=PAPER, zorder=4, **looks)

    def words_of(page: Page, axes: Field, line: Line, top: float, tall: float) -> None:
        used = (height(1) if line.figure else 0) + (height(1, SMALL) if line.limits else 0)
        at = top + (tall - used) / 2
        if line.figure:
            page.words(left + wide + GAP, at, line.figure, BODY, bold=True)
        if line.limits:
            page.words(left + wide + GAP, at + used - height(1, SMALL), line.limits, SMALL, color=SOFT)

    stack(sheet, sections, (left, wide, ends), (mark, words_of), (table, lang))


def _apart(sheet: Sheet, rows: pd.DataFrame, released: pd.DataFrame, lang: str) -> None:
    """What is not drawn, reason by reason, each with the share as it was published."""
    if not len(rows):
        return
    sheet.gap(4)
    sheet.text(translate(APART, lang), BODY, after=2, bold=True)
    unit = str(about_of(released)["unit"])
    for reason in [code for code in reference.codes("poolability")["code"] if code in set(rows["poolability"])]:
        names = []
        for row in rows[rows["poolability"].eq(reason)].to_dict("records"):
            name = label(row["group"], released, lang)
            told = {"name": name, "figure": number(row["estimate"], unit, lang)}
            names.append(translate(WITH_FIGURE, lang).format(**told) if np.isfinite(row["estimate"]) else name)
        said = listed(names[:NAMED], lang)
        if len(names) > NAMED:
            said += " " + translate(MORE, lang).format(count=number(len(names) - NAMED, "count", lang))
        told = translate(REASON, lang).format(reason=coded("poolability", reason, lang), names=said)
        sheet.text(told, SMALL, after=3, color=SOFT)
