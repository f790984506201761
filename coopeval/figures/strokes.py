"""Series of a curve, and how they are stroked: steps from the start, a band where there are limits, a sign at the end.

Everything drawn is a row of the released table, but for the start at month 0 (nobody has ended yet).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from coopeval.figures.field import Field
from coopeval.figures.theme import LINE, PAPER, PUBLISHED, THIN, Style

PUBLISHED_LOOK = Style(PUBLISHED, "none", "D")


@dataclass(frozen=True)
class Series:
    """One curve: its rows with an estimate, sorted by month, and where it starts."""

    label: str
    look: Style
    rows: pd.DataFrame
    start: float = 1.0

    @property
    def last(self) -> float:
        """Month at which the series ends."""
        return float(self.rows["at_months"].iloc[-1])

    @property
    def end(self) -> float:
        """Where the series stands at its end."""
        return float(self.rows["estimate"].iloc[-1])


@dataclass(frozen=True)
class Panel:
    """What stands in one pair of axes."""

    title: str
    series: list[Series]
    published: list[Series] = field(default_factory=list)
    n: float = float("nan")
    one_risk_row: bool = False  # causes of one group share their number at risk

    @property
    def last(self) -> float:
        """The last month anything is drawn at."""
        return max(series.last for series in [*self.series, *self.published])


def stroke(axes: Field, panel: Panel) -> None:
    """Everything of a panel, bands first, so that no line is covered."""
    for series in panel.published:
        _published(axes, series)
    for series in panel.series:
        _band(axes, series)
    for series in panel.series:
        months = np.concatenate([[0.0], series.rows["at_months"].astype(float)])
        shares = np.concatenate([[series.start], series.rows["estimate"].astype(float)])
        look = series.look
        axes.plot(
            months, shares, drawstyle="steps-post", color=look.colour, linestyle=look.dash, linewidth=LINE, zorder=4,
            clip_on=False,
        )  # fmt: skip
        axes.plot(
            months[-1:], shares[-1:], linestyle="none", marker=look.marker, color=look.colour, markersize=6,
            markeredgecolor=PAPER, markeredgewidth=0.8, zorder=5, clip_on=False,
        )  # fmt: skip


def _band(axes: Field, series: Series) -> None:
    """The limits as steps; the last row has no width, so it gets a whisker."""
    rows = series.rows.dropna(subset=["low", "high"]) if {"low", "high"} <= set(series.rows) else series.rows[:0]
    if rows.empty:
        return
    months, low, high = (rows[column].astype(float).to_numpy() for column in ("at_months", "low", "high"))
    look = series.look
    axes.fill_between(months, low, high, step="post", color=look.colour, alpha=0.13, linewidth=0, zorder=2)
    for limit in (low, high):
        axes.plot(
            months, limit, drawstyle="steps-post", color=look.colour, linewidth=0.55, zorder=3, clip_on=False,
        )  # fmt: skip
    whisker(axes, months[-1:], low[-1:], high[-1:], look.colour)


def whisker(axes: Field, at: np.ndarray, low: np.ndarray, high: np.ndarray, colour: str) -> None:
    """Upright limits with caps."""
    axes.vlines(at, low, high, color=colour, linewidth=1.2, zorder=4, clip_on=False)
    for limit in (low, high):
        axes.plot(at, limit, linestyle="none", marker="_", color=colour, markersize=5, zorder=4, clip_on=False)


def _published(axes: Field, series: Series) -> None:
    """Figures of others: thick bars from low to high, an open diamond at the figure itself; never joined."""
    rows, colour = series.rows, series.look.colour
    known = rows.dropna(subset=["low", "high"])
    axes.vlines(known["at_months"], known["low"], known["high"], color=colour, linewidth=6, alpha=0.35, zorder=1)
    whisker(axes, *(known[column].to_numpy(dtype=float) for column in ("at_months", "low", "high")), colour)
    axes.plot(
        rows["at_months"], rows["estimate"], linestyle="none", marker=series.look.marker, color=colour, markersize=4.6,
        markerfacecolor=PAPER, markeredgewidth=THIN + 0.4, zorder=4, clip_on=False,
    )  # fmt: skip


def at_risk(rows: pd.DataFrame, month: float) -> float:
    """The released number at risk for a month: of its own row, else of the next one (nobody ends in between)."""
    if "at_risk" not in rows or month <= 0:
        return float("nan")
    following = rows["at_months"].to_numpy() >= month - 1e-9
    return float(rows["at_risk"].iloc[following.argmax()]) if following.any() else float("nan")
