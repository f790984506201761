"""One theme for every figure: colours, dashes, markers, sizes, and the one font, all of them fixed here.

Colours stand at 3:1 or more against white and fall apart in lightness too, so that they survive a grey print and
colour-blind eyes; a dash and a marker go with each, so that nothing hangs on colour alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import matplotlib
import matplotlib.style
from matplotlib.font_manager import FontProperties

INK, SOFT, GRID, PAPER = "#1b1f23", "#4a545c", "#dde3e6", "#ffffff"
PUBLISHED = "#595f64"  # figures of others: a grey that no series of ours has
WIDTH = 345.0  # points: small enough to stay readable when a telephone shows it at 320 px
TITLE, BODY, SMALL = 13.0, 10.2, 9.2  # sizes of text, in points
LINE, THIN = 2.0, 0.8
DPI = 110


@dataclass(frozen=True)
class Style:
    """How one series looks: the three signs always go together."""

    colour: str
    dash: str | tuple
    marker: str


STYLES = (
    Style("#0b4f6c", "-", "o"),
    Style("#b04a06", (0, (3.2, 1.4)), "s"),
    Style("#2f9e7a", (0, (4, 1.2, 1, 1.2)), "^"),
    Style("#111111", (0, (1.3, 1.3)), "D"),
    Style("#8b3a8b", (0, (6.5, 1.8)), "v"),
)
SYNTHETIC = {"ink": "#6b3f00", "paper": "#fff4de"}
INTERNAL = {"ink": "#ffffff", "paper": "#8a1c1c"}

# What matplotlib would otherwise take from the reader's own settings, from the clock or from chance.
SETTINGS = {
    "svg.fonttype": "path",
    "svg.hashsalt": "coopeval",
    "text.parse_math": False,
    "text.usetex": False,
    "text.hinting": "none",  # so that a text is as wide on screen as it was measured
    "axes.unicode_minus": True,
    "axes.formatter.use_locale": False,
    "path.simplify": False,
    "figure.facecolor": PAPER,
    "axes.facecolor": "none",
    "axes.edgecolor": SOFT,
    "axes.linewidth": THIN,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "grid.color": GRID,
    "grid.linewidth": 0.7,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "xtick.major.size": 3.0,
    "ytick.major.size": 0.0,
    "xtick.major.width": THIN,
    "lines.dash_capstyle": "butt",
    "lines.scale_dashes": True,
}


@contextmanager
def theme() -> Iterator[None]:
    """The house theme while drawing and saving, whatever settings the reader of the notebook has."""
    settings, settled = matplotlib.rcParams, _settled()
    before = {name: dict.__getitem__(settings, name) for name in settled}
    dict.update(settings, settled)  # they were looked through when they were settled
    try:
        yield
    finally:
        dict.update(settings, before)


@cache
def _settled() -> Mapping[str, object]:
    """Every setting that decides a picture, worked out once."""
    with matplotlib.style.context(SETTINGS, after_reset=True):
        settled = dict(matplotlib.rcParams.copy())
    del settled["backend"]  # whatever draws for the reader
    return settled


def style(position: int) -> Style:
    """The look of the series at a position; past the last one they start again."""
    return STYLES[position % len(STYLES)]


@cache
def font_file(bold: bool = False) -> str:
    """The font that comes with matplotlib: never one of the machine."""
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return str(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / name)


@cache
def font(size: float = BODY, bold: bool = False) -> FontProperties:
    """The house font at a size in points; whoever writes with it takes a copy."""
    return FontProperties(fname=font_file(bold), size=size)
