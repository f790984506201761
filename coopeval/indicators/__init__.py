"""The catalogue of indicators, and what it says of a semester: values, changes and their causes, targets."""

from coopeval.indicators.agreement import agreement, moved_by
from coopeval.indicators.catalogue import CATALOGUE
from coopeval.indicators.changes import changes, decomposed
from coopeval.indicators.definitions import definitions, overlap
from coopeval.indicators.described import catalogue
from coopeval.indicators.entry import Indicator, Moment
from coopeval.indicators.forecast import forecast
from coopeval.indicators.specifications import specifications
from coopeval.indicators.table import table
from coopeval.indicators.targets import targets

__all__ = [
    "CATALOGUE", "Indicator", "Moment", "agreement", "catalogue", "changes", "decomposed", "definitions", "forecast",
    "moved_by", "overlap", "specifications", "table", "targets",
]  # fmt: skip
