"""The one catalogue of indicators, in the order in which they are shown."""

from __future__ import annotations

from coopeval.indicators import enterprises, money, paths, practice, work
from coopeval.indicators.entry import Indicator

CATALOGUE: tuple[Indicator, ...] = (
    *enterprises.ENTRIES,
    *work.ENTRIES,
    *money.ENTRIES,
    *paths.ENTRIES,
    *practice.ENTRIES,
)
