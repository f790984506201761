"""Released tables as tables and sentences, in one language at a time."""

from coopeval.display.conclusions import conclusion
from coopeval.display.render import render
from coopeval.display.rows import Row, row
from coopeval.display.sentence import say
from coopeval.display.table import table
from coopeval.display.telling import counted, finding, told

__all__ = ["Row", "conclusion", "counted", "finding", "render", "row", "say", "table", "told"]
