"""The enterprise register (KBO/BCE) from its open data: extracts into a store, and enterprises out of it."""

from coopeval.importers.kbo.bringing import DEFAULT, Imported, bring_in
from coopeval.importers.kbo.cohorts import select, structures
from coopeval.importers.kbo.selecting import enterprises
from coopeval.importers.kbo.situations import situations
from coopeval.importers.kbo.store import Store, store, table
from coopeval.importers.kbo.telling import choice, chosen_lines, lines

__all__ = [
    "DEFAULT", "Imported", "Store", "bring_in", "choice", "chosen_lines", "enterprises", "lines", "select",
    "situations", "store", "structures", "table",
]  # fmt: skip
