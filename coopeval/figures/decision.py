"""The plane of cost and effect, and the bars of one input at a time."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.figures.curves import nothing, start
from coopeval.figures.field import Field
from coopeval.figures.lettering import height, width, wrap
from coopeval.figures.panels import KEY
from coopeval.figures.picture import Picture, described, picture
from coopeval.figures.reading import admit, coded, is_shown, label, limits_told, missing, who
from coopeval.figures.scales import axis_title, estimand, limits, value_axis
from coopeval.figures.sheet import EDGE, ROOM, Page, Sheet, foot
from coopeval.figures.theme import BODY, INK, PAPER, SMALL, SOFT, STYLES, THIN, Style, style
from coopeval.uncertainty import about_of, in_reading_order
from coopeval.wording import N_, number, translate
from coopeval.wording.typography import listed

SQUARE = 210.0
CORNERS = (  # quadrant, and where it stands in the drawing: across, down
    ("dearer_worse", 0, 0), ("dearer_better", 1, 0), ("cheaper_worse", 0, 1), ("cheaper_better", 1, 1),
)  # fmt: skip
MIDDLE = N_("In the middle: {option}.")
UPWARDS = N_("Upwards: {what}.")
TO_THE_RIGHT = N_("To the right: {what}.")
IN_QUADRANT = N_("{quadrant}: {share} of the draws")
CENTRAL = N_("Line: the result with all inputs at their central value, {number}.")
LEAST = 26.0  # points of a row of bars


def plane(
    released: pd.DataFrame, lang: str, *, effects: pd.DataFrame, shares: pd.DataFrame, title: str | None = None,
    alt: str | None = None,
) -> Picture:  # fmt: skip
    """Each option as a point with the limits of both differences; how many draws lie in each quadrant, in words.

    No draw is drawn: only what the tables released.

    Parameters
    ----------
    released, effects
        Released differences in cost and in effect from one reference: `group`, `reference`, `estimate`, `low`, `high`.
    shares
        Released shares of the quadrants: `group`, `note`, `estimate`.
    lang, title, alt
        As in `survival_steps`.
    """
    tables = {"released": released, "effects": effects, "shares": shares}
    columns = ("group", "reference", "estimate", "low", "high")
    admit({"released": released, "effects": effects}, columns, lang, title=title, alt=alt)
    admit({"shares": shares}, ("group", "note", "estimate"), lang)
    spec = described("plane", tables, title, alt)
    sheet = start(spec, tables, lang)
    points = in_reading_order(released[is_shown(released)]).merge(
        effects[is_shown(effects)], on="group", suffixes=("_cost", "_effect")
    )
    if len(points):
        _square(sheet, points, lang)
        for place, (_, point) in enumerate(points.iterrows()):
            _key(sheet, style(place), label(point["group"], released, lang), _told(point["group"], shares, lang))
    else:
        sheet.text(nothing(released, lang), after=6)
    notes = []
    if len(points):
        middle = label(points["reference_cost"].iloc[0], released, lang)
        notes = [translate(MIDDLE, lang).format(option=middle)]
        axes = ((TO_THE_RIGHT, effects), (UPWARDS, released))
        notes += [translate(word, lang).format(what=_lowered(axis_title(table, lang))) for word, table in axes]
    foot(sheet, [*notes, *missing(released, lang), *limits_told(released, lang), who(released, lang)])
    return picture(sheet, spec, lang)


def tornado(released: pd.DataFrame, lang: str, *, title: str | None = None, alt: str | None = None) -> Picture:
    """A bar per input, from the result at its one end to that at the other; the widest bar stands first.

    Parameters, result and refusals as in `survival_steps`; the table has `group`, `estimate`, `low` and `high`.
    """
    admit({"released": released}, ("group", "estimate", "low", "high"), lang, title=title, alt=alt)
    spec = described("tornado", {"released": released}, title, alt)
    sheet = start(spec, {"released": released}, lang)
    shown = released[is_shown(released) & released[["low", "high"]].notna().all(axis=1)]
    wide = shown.assign(width=shown["high"] - shown["low"]).sort_values(["width", "group"], ascending=[False, True])
    if len(wide):
        sheet.text(estimand(released, lang), color=SOFT, after=4)
        _bars(sheet, wide, released, lang)
        base = number(wide["estimate"].iloc[0], str(about_of(released)["unit"]), lang)
        central = [translate(CENTRAL, lang).format(number=base)]
    else:
        sheet.text(nothing(released, lang), after=6)
        central = []
    rest = released[~released["group"].isin(wide["group"])]
    rest.attrs = released.attrs
    foot(sheet, [*central, *missing(rest.assign(estimate=np.nan), lang), who(released, lang)])
    return picture(sheet, spec, lang)


def _square(sheet: Sheet, points: pd.DataFrame, lang: str) -> None:
    """The plane with its four corners in words, and a cross for every option."""
    across = _both_ways(points[[f"{c}_effect" for c in ("low", "estimate", "high")]])
    upwards = _both_ways(points[[f"{c}_cost" for c in ("low", "estimate", "high")]])
    marks = [np.linspace(*ends, 5) for ends in (across, upwards)]
    words = [number(mark, "eur", lang) for mark in marks[1]]
    left = EDGE + max(width(word, SMALL) for word in words) + 7
    wide = EDGE + ROOM - left - 8

    def draw(page: Page, top: float) -> None:
        axes = page.axes(left, top + 4, wide, SQUARE)
        axes.set_xlim(*across)
        axes.set_ylim(*upwards)
        axes.set_xticks(marks[0], [number(mark, "plain", lang) for mark in marks[0]], grid=True)
        axes.set_yticks(marks[1], words)
        axes.floor = None
        axes.axhline(0, color=INK, linewidth=THIN)
        axes.axvline(0, color=INK, linewidth=THIN)
        for place, (_, point) in enumerate(points.iterrows()):
            _cross(axes, point, style(place))
        for name, right, down in CORNERS:
            lines = wrap(coded("quadrants", name, lang), wide / 2 - 14, SMALL)
            at = top + 4 + (SQUARE - height(len(lines), SMALL) - 4 if down else 4)
            for number_of, line in enumerate(lines):
                place = left + wide - 4 if right else left + 4
                page.words(
                    place, at + height(number_of, SMALL), line, SMALL, color=SOFT, ha="right" if right else "left"
                )

    sheet.add(4 + SQUARE + SMALL + 12, draw)


def _cross(axes: Field, point: pd.Series, look: Style) -> None:
    x, y = float(point["estimate_effect"]), float(point["estimate_cost"])
    axes.hlines(y, point["low_effect"], point["high_effect"], color=look.colour, linewidth=1.8, zorder=3)
    axes.vlines(x, point["low_cost"], point["high_cost"], color=look.colour, linewidth=1.8, zorder=3)
    axes.plot(x, y, marker=look.marker, color=look.colour, markersize=8, markeredgecolor=PAPER, zorder=4)


def _both_ways(values: pd.DataFrame) -> tuple[float, float]:
    """Ends as far from zero on either side, so that the middle is the middle."""
    furthest = float(np.nanmax(np.abs(values.to_numpy(float))))
    low, high = limits(np.array([-furthest, furthest]), "plain", "decision")
    return (-max(-low, high), max(-low, high)) if furthest > 0 else (-1.0, 1.0)


def _told(option: object, shares: pd.DataFrame, lang: str) -> str:
    own = shares[shares["group"].eq(option) & is_shown(shares)]
    own = own[own["estimate"].gt(0)].sort_values("estimate", ascending=False, kind="stable")
    parts = [
        translate(IN_QUADRANT, lang).format(
            quadrant=coded("quadrants", row["note"], lang), share=number(row["estimate"], "share", lang)
        )
        for _, row in own.iterrows()
    ]
    return listed(parts, lang)


def _key(sheet: Sheet, look: Style, name: str, told: str) -> None:
    """The sign of an option, its name, and where its draws lie."""
    lines, under = wrap(name, ROOM - KEY, BODY, True), wrap(told, ROOM - KEY, SMALL)

    def draw(page: Page, top: float) -> None:
        page.key(EDGE, top + height(1) / 2, Style(look.colour, "-", look.marker))
        page.lines(EDGE + KEY, top, lines, bold=True)
        page.lines(EDGE + KEY, top + height(len(lines)), under, SMALL, color=SOFT)

    sheet.add(height(len(lines)) + height(len(under), SMALL) + 4, draw)


def _bars(sheet: Sheet, rows: pd.DataFrame, table: pd.DataFrame, lang: str) -> None:
    unit = str(about_of(table)["unit"])
    names = [wrap(label(group, table, lang), 118.0) for group in rows["group"]]
    figures = [" – ".join(number(row[end], unit, lang) for end in ("low", "high")) for _, row in rows.iterrows()]
    left = EDGE + max(width(line) for lines in names for line in lines) + 8
    wide = EDGE + ROOM - max(width(figure, SMALL) for figure in figures) - 8 - left
    ends = limits(rows[["low", "estimate", "high"]].to_numpy(float).ravel(), unit, "decision")
    talls = [max(LEAST, height(len(lines)) + 8) for lines in names]
    tall = sum(talls)

    def draw(page: Page, top: float) -> None:
        axes = page.axes(left, top, wide, tall)
        axes.set_ylim(tall, 0)
        value_axis(axes, ends, unit, lang, wide)
        down = 0.0
        for (_, row), lines, figure, own in zip(rows.iterrows(), names, figures, talls, strict=True):
            middle = down + own / 2
            axes.barh(middle, row["high"] - row["low"], left=row["low"], height=13, color=STYLES[0].colour, zorder=3)
            page.lines(EDGE, top + middle - height(len(lines)) / 2, lines)
            page.words(left + wide + 8, top + middle - height(1, SMALL) / 2, figure, SMALL)
            down += own
        base = float(rows["estimate"].iloc[0])
        axes.axvline(base, color=PAPER, linewidth=3.4, zorder=4)
        axes.axvline(base, color=INK, linewidth=1.4, linestyle=(0, (3, 1.5)), zorder=5)

    sheet.add(tall + SMALL + 9, draw)


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]
