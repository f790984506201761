"""A workbook to fill in: one sheet per table of the data contract, with menus, notes and an example row each."""

from coopeval.importers.template.book import write

__all__ = ["write"]
