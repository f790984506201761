"""docs/tables.md, written from the schema: `python -m coopeval.schema.page` writes it, a test holds it up to date."""

from __future__ import annotations

from pathlib import Path

from coopeval.schema import TABLES, Column, Table

HEAD = """\
# The tables

This page is written by `python -m coopeval.schema.page` from `coopeval/schema`. Do not edit it by hand.

A delivery is one folder with one CSV (or Parquet) file per table, and a `datapackage.json`:

```json
{"name": "coopcity-2026s1", "synthetic": false, "delivered_on": "2026-06-30"}
```

Or it is one Excel workbook (.xlsx) with one sheet per table, named as the table, its headings on top, and a sheet
`about`:

| name | value |
|---|---|
| name | coopcity-2026s1 |
| synthetic | false |
| delivered_on | 2026-06-30 |

`delivered_on` is the last day the tables describe; a fact dated later is refused. Without `synthetic` the data are
real. Only the first three tables are required. Columns may stand in any order; those that may be empty may be left
out, with a warning.

How values are written:

- CSV in UTF-8, fields separated by commas. Semicolons and tabs are read too, and then decimal commas, as long as no
  number in the file can be read in two ways. A file in Windows-1252 is read, with a warning, when all its letters are
  certain; other encodings are refused.
- In a workbook, days and numbers in cells of their own kind or as the text below. Formulas and
  merged cells are refused: paste values. Keys and numbers of enterprises belong in cells of text, or they lose their
  first zeros. Hidden rows are read too. Workbooks with macros or a password are refused.
- An optional table with headings and no rows counts as not delivered.
- Days as 2023-12-31. Numbers as 1234.50: no sign for thousands, no currency. true and false.
- An empty cell means not asked. `unknown` is a code of every code list and means asked, not known.
- Lines that repeat an earlier line in every cell are set aside and listed; nothing else is left out or filled in.

Privacy: *public* stands in a public register or is published by the structure; *internal* is known to the programme;
*personal* tells something about a person, and is never repeated in a message about faults. National numbers, names
and e-mail addresses are refused where a key should stand: [pseudonyms](pseudonyms.md) take their place.

As of an earlier day, rows whose first date lies later are left out, later days are emptied together with what they
tell, and amounts of a span cut short count pro rata of its days. A key that points to a row that is not there yet is
emptied, or its row goes too where the key is needed. Two kinds of days stay as they are: `observed_from` (how the data
were made) and days that were known beforehand (`planned` below) outside a span.
"""


def page() -> str:
    """The whole page, in Markdown.

    >>> page().splitlines()[0]
    '# The tables'
    """
    return HEAD + "".join(_section(table) for table in TABLES.values())


def _section(table: Table) -> str:
    required = "Required." if table.required else "Optional."
    about = (
        f"\n## {table.name}\n\n{table.title}. {required} Asked for by: {table.asked_for}. Key: {_names(table.key)}.\n"
    )
    notes = "".join(f"- {line}\n" for line in _notes(table))
    head = "\n| column | kind | meaning | unit | source | privacy | empty |\n|---|---|---|---|---|---|---|\n"
    return about + (f"\n{notes}" if notes else "") + head + "".join(_row(column) for column in table.columns.values())


def _notes(table: Table) -> list[str]:
    notes = []
    if table.first_date:
        notes.append(f"Dated by the earliest of {_names(table.first_date)}.")
    if table.year:
        notes.append(f"Dated by the 31 December of `{table.year}`.")
    for day, told in table.tells.items():
        if told:
            notes.append(f"While `{day}` is still to come, what it tells is not there: {_names(told)}.")
    if table.pro_rata:
        notes.append(f"Spread evenly over the days of its span: {_names(table.pro_rata)}.")
    if table.one_of:
        notes.append(f"Exactly one is filled: {_names(table.one_of)}.")
    return notes


def _row(column: Column) -> str:
    kind = column.kind
    if column.codes:
        kind = f"code of `{column.codes}`" + "".join(f", or `{code}`" for code in column.also)
    if column.references:
        kind = f"key of `{column.references}`"
    if column.planned:
        kind += " (planned)"
    cells = (column.meaning, column.unit, column.source, column.privacy, "may be" if column.optional else "")
    return f"| `{column.name}` | {kind} | " + " | ".join(cells) + " |\n"


def _names(names) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    Path("docs").mkdir(exist_ok=True)
    Path("docs/tables.md").write_text(page(), encoding="utf-8")
