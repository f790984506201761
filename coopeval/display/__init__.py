"""Released tables as tables and sentences, in one language at a time."""

from coopeval.display.render import render
from coopeval.display.sentence import Row, row, say
from coopeval.display.table import table

__all__ = ["Row", "render", "row", "say", "table"]
