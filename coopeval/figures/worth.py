"""Over what one more result is worth: who is best how often, what a wrong choice costs, what knowing is worth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from coopeval.figures.curves import nothing, start
from coopeval.figures.field import Field
from coopeval.figures.lettering import height, longest_word, width, wrap
from coopeval.figures.panels import KEY, spread
from coopeval.figures.picture import Picture, described, picture
from coopeval.figures.reading import admit, is_shown, label, missing, who
from coopeval.figures.scales import axis_title, limits
from coopeval.figures.sheet import EDGE, Page, Sheet, foot
from coopeval.figures.theme import BODY, GRID, INK, LINE, PAPER, SMALL, SOFT, WIDTH, Style, style
from coopeval.uncertainty import about_of, in_reading_order
from coopeval.wording import N_, number, translate

TALL = 168.0
LABELS, WORD = 92.0, 140.0  # at most this for the labels beside the ends, and for one that is a long word
FRONTIER, KNOWING = "frontier", "evp"
RING = N_("Ring: the option that is best on average at that amount.")
ACROSS = N_("What one more result is worth, in euro")
LOSS, WORTH = N_("Expected loss by choosing an option"), N_("Value of knowing more")
MOST_TICKS = 5
ROUND = 6.0  # points from the middle of a ring to its edge


@dataclass(frozen=True)
class Line:
    """One group over the amounts, sorted."""

    name: str
    look: Style
    k: np.ndarray
    values: np.ndarray
    ringed: np.ndarray

    @property
    def end(self) -> float:
        """Where it ends, for its label."""
        return float(self.values[-1])


def acceptability(released: pd.DataFrame, lang: str, *, title: str | None = None, alt: str | None = None) -> Picture:
    """A curve per option over what one more result is worth: in which share of the draws it is best.

    Points where an option is best on average (`note` is "frontier") have a ring.

    Parameters, result and refusals as in `survival_steps`; the table has `group`, `k_eur`, `estimate` and `note`.
    """
    admit({"released": released}, ("group", "k_eur", "estimate", "note"), lang, title=title, alt=alt)
    spec = described("acceptability", {"released": released}, title, alt)
    sheet = start(spec, {"released": released}, lang)
    lines = _lines(released, lang)
    if lines:
        sheet.text(axis_title(released, lang), color=SOFT, after=4)
        _panel(sheet, lines, released, lang)
        sheet.text(translate(ACROSS, lang), color=SOFT)
    else:
        sheet.text(nothing(released, lang), after=6)
    ringed = [translate(RING, lang)] if any(line.ringed.any() for line in lines) else []
    foot(sheet, [*ringed, *missing(released, lang), who(released, lang)])
    return picture(sheet, spec, lang)


def expected_loss(released: pd.DataFrame, lang: str, *, title: str | None = None, alt: str | None = None) -> Picture:
    """Above, a curve per option: what choosing it may cost; below, what knowing all, or some of it, would be worth.

    Parameters, result and refusals as in `survival_steps`; the table has `group` (options, and codes that begin with
    "evp"), `k_eur` and `estimate`.
    """
    admit({"released": released}, ("group", "k_eur", "estimate"), lang, title=title, alt=alt)
    spec = described("expected_loss", {"released": released}, title, alt)
    sheet = start(spec, {"released": released}, lang)
    lines = _lines(released, lang)
    knowing = released["group"].astype(str).str.startswith(KNOWING)
    names = set(released.loc[knowing, "group"].map(lambda code: label(code, released, lang)))
    parts = ((LOSS, [x for x in lines if x.name not in names]), (WORTH, [x for x in lines if x.name in names]))
    for head, part in parts:
        if part:
            sheet.text(f"{translate(head, lang)} (€)", BODY, after=4, bold=True)
            _panel(sheet, part, released, lang)
            sheet.gap(4)
    sheet.text(translate(ACROSS, lang) if lines else nothing(released, lang), color=SOFT)
    foot(sheet, [*missing(released, lang), who(released, lang)])
    return picture(sheet, spec, lang)


def _lines(released: pd.DataFrame, lang: str) -> list[Line]:
    shown = in_reading_order(released[is_shown(released)])
    found, places = [], {True: 0, False: 0}
    for group, rows in shown.groupby("group", sort=False):
        ringed = rows["note"].eq(FRONTIER).to_numpy() if "note" in rows else np.zeros(len(rows), dtype=bool)
        of_knowing = str(group).startswith(KNOWING)  # has a panel of its own, so its looks start again
        look = style(places[of_knowing])
        places[of_knowing] += 1
        found.append(
            Line(label(group, released, lang), look, *(rows[c].to_numpy(float) for c in ("k_eur", "estimate")), ringed)
        )
    return found


def _panel(sheet: Sheet, lines: list[Line], table: pd.DataFrame, lang: str) -> None:
    """Curves with their labels beside the ends."""
    unit = str(about_of(table)["unit"])
    every = np.concatenate([line.values for line in lines])
    ends = limits(every, unit, "decision")
    marks = np.linspace(*ends, 5)
    words = [number(mark, unit, lang) for mark in marks]
    room = min(max(LABELS, *(longest_word(line.name) for line in lines)), WORD)
    texts = [wrap(line.name, room, BODY) for line in lines]
    right = max(width(part) for text in texts for part in text) + KEY + 10
    left = EDGE + max(width(word, SMALL) for word in words) + 7
    wide = WIDTH - EDGE - right - left
    talls = [height(len(text)) for text in texts]
    tall = max(TALL, sum(talls) + 3 * len(talls))

    def draw(page: Page, top: float) -> None:
        axes = page.axes(left, top + 5, wide, tall)
        axes.set_ylim(*ends)
        axes.set_yticks(marks, words)
        _across(axes, lines, wide, lang)
        for line in lines:
            _stroke(axes, line)
        wanted = [top + 5 + tall * (1 - (line.end - ends[0]) / (ends[1] - ends[0])) for line in lines]
        for line, text, place in zip(lines, texts, spread(wanted, talls, top, top + 5 + tall), strict=True):
            page.key(left + wide + 9, place + height(1) / 2, line.look)
            page.lines(left + wide + 9 + KEY, place, text)

    sheet.add(5 + tall + SMALL + 11, draw)


def _across(axes: Field, lines: list[Line], wide: float, lang: str) -> None:
    """The axis of amounts: those of the table, as many as have room."""
    amounts = np.concatenate([line.k for line in lines])
    reach = np.ptp(amounts) * ROUND / wide  # the ring of the first amount stays clear of the labels beside it
    axes.set_xlim(amounts.min() - reach, amounts.max() + 1e-9)
    for most in range(MOST_TICKS, 0, -1):
        marks = MaxNLocator(most, steps=[1, 2, 2.5, 5, 10]).tick_values(amounts.min(), amounts.max())
        marks = marks[(marks >= amounts.min() - 1e-9) & (marks <= amounts.max() + 1e-9)]
        words = [number(mark, "count", lang) for mark in marks]
        if sum(width(word, SMALL) + 9 for word in words) <= wide:
            break
    axes.set_xticks(marks, words)
    axes.floor = GRID


def _stroke(axes: Field, line: Line) -> None:
    look = line.look
    axes.plot(line.k, line.values, color=look.colour, linestyle=look.dash, linewidth=LINE, zorder=3, clip_on=False)
    axes.plot(
        line.k, line.values, linestyle="none", marker=look.marker, color=look.colour, markersize=5,
        markeredgecolor=PAPER, markeredgewidth=0.7, zorder=4, clip_on=False,
    )  # fmt: skip
    axes.plot(
        line.k[line.ringed], line.values[line.ringed], linestyle="none", marker="o", markersize=10.5,
        markerfacecolor="none", markeredgecolor=INK, markeredgewidth=1.1, zorder=5, clip_on=False,
    )  # fmt: skip
