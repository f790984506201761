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
NEAREST, MIDPOINT, DIGITS = "nearest", "midpoint", "digits"
THREE_DIGITS = 0.005  # an amount in three digits is off by at most so much of itself


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
    values each, so only its number of units is solved for.
    """
    said = about_of(table)
    kind, unit, privacy = str(said["kind"]), str(said["unit"]), str(said["privacy"])
    base = rules.base_count
    if kind in ("curve", "at", "test") or (kind == "mean" and unit == "months"):
        return [What("n", "n", "units", rules.midpoint, MIDPOINT)]
    besides = [c for c in table if c.startswith("n_") and c != "n_events" and c not in BEHIND]
    if kind == "count":
        least = rules.persons if unit == "persons" else rules.units(privacy)
        whole = [What("estimate", "n", unit, base, least=least)]
        return whole + [What(c, c, unit, base, least=rules.units(privacy)) for c in besides]
    if kind == "share":
        part = rules.persons if "n_persons" in table else rules.units(privacy)
        named = [What(c, c, "units", base, least=part) for c in ("n", "n_events")]
        return named + [What(c, c, "units", base, least=rules.units(privacy)) for c in besides]
    if kind in ("sum", "mean"):
        amount = What("estimate", "amount", unit, _base(unit, rules))
        return [What("n", "n", "units", base), amount, *(What(c, c, "units", base) for c in besides)]
    units = {"numerator": str(said["numerator_unit"]), "denominator": str(said["denominator_unit"])}
    sums = [What(c, c, u, _base(u, rules), DIGITS if u == "plain" else NEAREST, is_mean=True) for c, u in units.items()]
    own = [What(c, c, "units", base, is_mean=c == "n_persons") for c in ("n", *BEHIND) if c in table]
    return sums + own + [What(c, c, "units", rules.midpoint, MIDPOINT) for c in besides]


def _base(unit: str, rules: Rules) -> float:
    return {"eur": rules.base_eur, "hours": rules.base_hours}.get(unit, rules.base_count)


def bounds(shown: np.ndarray, one: What) -> tuple[np.ndarray, np.ndarray]:
    """Smallest and largest exact value that the gate rounds to what is shown; nothing shown says nothing.

    >>> low, high = bounds(np.array([25.0, 5.0, np.nan]), What("n", "n", "units", 5, least=5))
    >>> low.tolist(), high.tolist()
    ([23.0, 5.0, 0.0], [27.0, 7.0, inf])
    """
    if one.style == MIDPOINT:
        low, high = shown - one.base / 2 + 1, shown + one.base / 2
        low, high = np.where(shown == 0, 0.0, low), np.where(shown == 0, 0.0, high)
    elif one.style == DIGITS:
        low, high = shown - THREE_DIGITS * np.abs(shown), shown + THREE_DIGITS * np.abs(shown)
    else:
        low, high = shown - one.base / 2, shown + one.base / 2
        if one.is_whole:  # what lies half-way goes up
            low, high = np.ceil(low), np.ceil(high) - 1
        if one.least:
            low = np.where(shown > 0, np.maximum(low, one.least), 0.0)
            high = np.where(shown == 0, 0.0, high)
    return np.where(np.isnan(shown), 0.0, np.maximum(low, 0.0)), np.where(np.isnan(shown), np.inf, high)
