"""Which columns of a released table stand for unknown cells, and what exact values the gate rounds to what is shown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from coopeval.disclosure import Rules
from coopeval.disclosure.ratios import MEASURED
from coopeval.uncertainty import about_of

BEHIND = ("n_persons", "n_enterprises")  # there for the gate; of ratios they are released
SPLIT = ({"n_events", "n_stopped", "n_unknown"}, {"n_events", "n_no", "n_not_asked"})  # what a whole is split into
NEAREST, STEPPED = "nearest", "stepped"
LADDER = np.array([times * 10.0**power for power in range(12, -7, -1) for times in (5, 2, 1)])
CLOSE = 1e-6  # of a step: so near a multiple lies on it


@dataclass(frozen=True)
class What:
    """One column of figures: what it counts, and how the gate rounds it."""

    column: str
    name: str  # n, n_events, amount, denominator ...
    unit: str
    base: float
    style: str = NEAREST
    is_mean: bool = False  # put together from means or parts of a unit, so not a whole number
    least: int = 0  # below this, and above nothing, a row is withheld: what is shown is not there

    @property
    def is_whole(self) -> bool:
        return self.unit not in MEASURED and not self.is_mean


def whats(table: pd.DataFrame, rules: Rules) -> list[What]:
    """The columns of a table that stand for unknown cells.

    By month a curve shows numbers at risk and gathered events in classes of six, late: they leave at least five
    values each, so only its number of units is solved for. What is left of a whole beside a part follows from the two.
    """
    said = about_of(table)
    kind, unit, privacy = str(said["kind"]), str(said["unit"]), str(said["privacy"])
    base = rules.base_count
    if kind in ("curve", "at", "test") or (kind == "mean" and unit == "months"):
        return [What("n", "n", "units", base, least=1)]
    besides = [c for c in table if c.startswith("n_") and c != "n_events" and c not in BEHIND]
    besides = [] if _is_rest(table, besides, unit) else besides
    if kind == "count":
        least = rules.persons if unit == "persons" else rules.units(privacy)
        least, beside = (1, 1) if unit == "rows" else (least, rules.units(privacy))
        whole = [What("estimate", "n", unit, base, least=least)]
        return whole + [What(c, c, unit, base, least=beside) for c in besides]
    if kind == "share":
        part = rules.persons if "n_persons" in table else rules.units(privacy)
        named = [What(c, c, "units", base, least=part) for c in ("n", "n_events") if c in table]
        return named + [What(c, c, "units", base, least=rules.units(privacy)) for c in besides]
    if kind in ("sum", "mean"):
        amount = What("estimate", "amount", unit, _base(unit, rules), STEPPED)
        return [What(c, c, "units", base, least=1) for c in ("n", *besides)] + [amount]
    units = {"numerator": str(said["numerator_unit"]), "denominator": str(said["denominator_unit"])}
    sums = [What(c, c, u, _base(u, rules), STEPPED, is_mean=True) for c, u in units.items()]
    own = [What(c, c, "units", base, is_mean=c == "n_persons", least=1) for c in ("n", *BEHIND) if c in table]
    return sums + own + [What(c, c, "units", base, least=1) for c in besides]


def _base(unit: str, rules: Rules) -> float:
    return {"eur": rules.base_eur, "hours": rules.base_hours, "plain": 0.0}.get(unit, rules.base_count)


def _is_rest(table: pd.DataFrame, besides: list[str], unit: str) -> bool:
    """Whether the one count beside another is what the gate left of their rounded whole."""
    part = {"share": "n_events", "count": "estimate"}.get(str(about_of(table)["kind"]), "")
    if unit == "rows" or len(besides) != 1 or not part:
        return False
    shown = table[~table["hidden"].astype(bool)]
    return bool(np.isclose(shown["n"], shown[part] + shown[besides[0]]).all())


def steps(shown: np.ndarray, one: What) -> np.ndarray:
    """What each figure is rounded to; of a sum at most the widest step it is a multiple of, for its own is not told.

    >>> steps(np.array([1_850_000.0, 61_000.0]), What("estimate", "amount", "eur", 1000, STEPPED)).tolist()
    [50000.0, 1000.0]
    """
    if one.style != STEPPED:
        return np.full(len(shown), float(one.base))
    figures = np.nan_to_num(np.abs(shown))[:, None] / LADDER
    fits = np.abs(figures - np.round(figures)) < CLOSE
    widest = LADDER[np.argmax(fits & (np.round(figures) > 0), axis=1)]
    return np.where(np.nan_to_num(shown) == 0, max(one.base, 1.0), np.maximum(widest, one.base))


def bounds(shown: np.ndarray, one: What) -> tuple[np.ndarray, np.ndarray]:
    """Smallest and largest exact value that the gate rounds to what is shown; nothing shown says nothing.

    >>> low, high = bounds(np.array([25.0, 5.0, np.nan]), What("n", "n", "units", 5, least=5))
    >>> low.tolist(), high.tolist()
    ([23.0, 5.0, 0.0], [27.0, 7.0, inf])
    """
    base = steps(shown, one)
    low, high = shown - base / 2, shown + base / 2
    if one.is_whole:  # what lies half-way goes up
        low, high = np.ceil(low), np.ceil(high) - 1
    if one.least:  # some never look like none
        low = np.where(shown == one.base, one.least, np.maximum(low, one.least))
        low, high = np.where(shown > 0, low, 0.0), np.where(shown == 0, 0.0, high)
    return np.where(np.isnan(shown), 0.0, np.maximum(low, 0.0)), np.where(np.isnan(shown), np.inf, high)
