"""Each table of a page leads to how it was made: the facts behind its anchor on the page about the report."""

from __future__ import annotations

from coopeval.runs.table_facts import table_facts


def anchor(name: str) -> str:
    """Where the facts of a released table stand, on about.html.

    >>> anchor("survival_at")
    'table-survival_at'
    """
    return f"table-{name}"


def tables_told(context) -> dict[str, list[tuple[str, str]]]:
    """The facts of every released table of a report, by its name, in the language of the context.

    Parameters
    ----------
    context
        `pages.Context`: run.json, the released tables, the language.
    """
    return {name: table_facts(name, table, context.run, context.lang) for name, table in sorted(context.tables.items())}
