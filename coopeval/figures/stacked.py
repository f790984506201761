"""Where units stand over time: the shares of all states, stacked, each with its name at the right end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from coopeval.errors import DataError
from coopeval.figures.curves import nothing, start
from coopeval.figures.lettering import height, longest_word, width, wrap
from coopeval.figures.panels import COUNTED, TICKS, Time, numbers, spread
from coopeval.figures.picture import Picture, described, picture
from coopeval.figures.reading import admit, estimand, is_shown, label, missing, who
from coopeval.figures.scales import LABEL_ROOM, month_ticks, share_axis, share_room, time_axis, time_label
from coopeval.figures.sheet import EDGE, Page, Sheet, foot
from coopeval.figures.strokes import Series
from coopeval.figures.theme import INK, PAPER, SMALL, SOFT, STYLES, THIN, WIDTH
from coopeval.uncertainty import in_reading_order
from coopeval.wording import N_, number, translate

TALL, LABELS, WORD, SWATCH = 230.0, 116.0, 112.0, 15.0
STRAIGHT = N_("Between two months of the grid the edges are drawn straight. The limits of each share are in the table.")
NONE = N_("Shown as none throughout: {names}")
# From bottom to top lightness goes up among those that go on, and down again among those that ended, which are hatched.
FILLS = {
    "mandated": ("#08324a", ""), "recognised": ("#2f7596", ""), "created": ("#8dbccd", ""),
    "accompanied": ("#e3eff3", ""), "handed_over": ("#f6e3c5", "////"), "merged": ("#e2ae70", "...."),
    "moved_away": ("#d99a55", "xxxx"), "elsewhere": ("#dfa867", "...."), "stopped": ("#a9adb1", "\\\\\\\\"),
    "ceased": ("#5d6267", ""),
}  # fmt: skip
OTHERS = tuple(FILLS.values())


@dataclass(frozen=True)
class Layer:
    """One state: its name, its looks, and its edges at the months of the table."""

    name: str
    fill: str
    hatch: str
    low: np.ndarray
    high: np.ndarray


def occupation(released: pd.DataFrame, lang: str, *, title: str | None = None, alt: str | None = None) -> Picture:
    """Shares of all states over time, stacked to one, with the number still followed under the axis.

    Parameters, result and refusals as in `survival_steps`; the table is what the gate made of `pathways.occupation`.
    The stack stands in reading order, from the bottom up.
    """
    admit({"released": released}, ("group", "at_months", "estimate"), lang, title=title, alt=alt)
    spec = described("occupation", {"released": released}, title, alt)
    sheet = start(spec, {"released": released}, lang)
    months, layers, empty = _layers(released, lang)
    if layers:
        sheet.text(estimand(released, lang), color=SOFT, after=4)
        time = Time(float(months[-1]), time_label(released, float(months[-1]), lang), lang)
        _draw(sheet, months, layers, time, _followed(released))
    else:
        sheet.text(nothing(released, lang), after=6)
    notes = [translate(NONE, lang).format(names=", ".join(empty)) + "."] if empty and layers else []
    foot(sheet, [*missing(released, lang), *notes, *([translate(STRAIGHT, lang)] if layers else []),
                 who(released, lang)])  # fmt: skip
    return picture(sheet, spec, lang)


def _layers(released: pd.DataFrame, lang: str) -> tuple[np.ndarray, list[Layer], list[str]]:
    shown = released[is_shown(released)]
    if shown.duplicated(["group", "at_months"]).any():
        raise DataError(f'"{released.attrs["released"]["name"]}" has two rows for one state and month. Show one.')
    if shown["at_months"].nunique() < 2:
        return np.array([]), [], []
    states = in_reading_order(shown)["group"].unique().tolist()
    wide = shown.pivot(index="at_months", columns="group", values="estimate").sort_index()[states].astype(float)
    wide = wide.fillna(0.0)
    tops = wide.cumsum(axis=1)
    layers, empty = [], []
    for place, state in enumerate(states):
        name = label(state, released, lang)
        if not (wide[state] > 0).any():
            empty.append(name)
            continue
        fill, hatch = FILLS.get(state, OTHERS[place % len(OTHERS)])
        top = tops[state].to_numpy()
        layers.append(Layer(name, fill, hatch, top - wide[state].to_numpy(), top))
    return wide.index.to_numpy(float), layers, empty


def _followed(released: pd.DataFrame) -> pd.DataFrame:
    shown = released[is_shown(released)]
    return shown.drop_duplicates("at_months").sort_values("at_months")


def _draw(sheet: Sheet, months: np.ndarray, layers: list[Layer], time: Time, followed: pd.DataFrame) -> None:
    words = max(longest_word(layer.name, SMALL) for layer in layers)
    texts = [wrap(layer.name, max(LABELS - SWATCH - 6, min(words, WORD)), SMALL) for layer in layers]
    talls = [height(len(lines), SMALL) for lines in texts]
    tall = max(TALL, sum(talls) + 4 * len(talls))
    right = max(width(line, SMALL) for lines in texts for line in lines) + SWATCH + 18
    left = EDGE + share_room(time.lang)
    wide = WIDTH - EDGE - right - left
    ticks = month_ticks(time.last, wide, LABEL_ROOM)
    edge = left + wide / 1.015

    def draw(page: Page, top: float) -> None:
        axes = page.axes(left, top + 5, wide, tall)
        for layer in layers:
            axes.fill_between(
                months, layer.low, layer.high, facecolor=layer.fill, hatch=layer.hatch, edgecolor=_strokes(layer),
                linewidth=0, zorder=2,
            )  # fmt: skip
        for layer in layers[:-1]:
            axes.plot(months, layer.high, color=PAPER, linewidth=1.3, zorder=3)
        time_axis(axes, ticks, time.last, time.lang)
        share_axis(axes, time.lang)
        middles = [top + 5 + tall * (1 - (layer.low[-1] + layer.high[-1]) / 2) for layer in layers]
        places = spread(middles, talls, top, top + 5 + tall)
        for layer, lines, place, middle, room in zip(layers, texts, places, middles, talls, strict=True):
            _named(page, layer, lines, (edge, middle, place, room))
        page.centred(left + wide / 2, top + 5 + tall + TICKS + 2, time.label, color=SOFT)

    sheet.add(5 + tall + TICKS + height(1) + 8, draw)
    if "at_risk" in followed:
        size = number(float(followed["n"].max()), "count", time.lang) if "n" in followed else "–"
        sheet.text(translate(COUNTED, time.lang).format(n=size), SMALL, after=1, bold=True)
        one = Series("", STYLES[0], followed)
        sheet.add(
            height(1, SMALL) + 2, lambda page, top: numbers(page, one, (left, top, wide), ticks, time)
        )  # fmt: skip


def _strokes(layer: Layer) -> str:
    """Hatching in ink on light ground; none where there is none."""
    return INK if layer.hatch else layer.fill


def _named(page: Page, layer: Layer, lines: list[str], place: tuple[float, float, float, float]) -> None:
    """A line from the end of the layer to its swatch, and its name."""
    edge, middle, top, room = place
    at = top + room / 2
    reach = [edge / WIDTH, (edge + 9) / WIDTH]
    if layer.high[-1] > layer.low[-1]:  # one that has run out by then has no end to point at
        page.figure.add_artist(
            Line2D(reach, [1 - middle / page.tall, 1 - at / page.tall], color=SOFT, linewidth=THIN, linestyle="-")
        )
    box = Rectangle(
        ((edge + 9) / WIDTH, 1 - (at + 4.5) / page.tall), SWATCH / WIDTH, 9 / page.tall,
        transform=page.figure.transFigure, facecolor=layer.fill, hatch=layer.hatch, edgecolor=INK, linewidth=0.6,
    )  # fmt: skip
    page.figure.add_artist(box)
    page.lines(edge + 9 + SWATCH + 5, top, lines, SMALL)
