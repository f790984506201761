"""docs/faults.md, written from the words of the faults: `python -m coopeval.wording.fault_page`; a test holds it."""

from __future__ import annotations

from pathlib import Path

from coopeval.wording.faults import FAULTS

HEAD = """\
# The faults

This page is written by `python -m coopeval.wording.fault_page` from `coopeval/wording`. Do not edit it by hand.

`coopeval check` names every fault of every table at once, each with its file, line, column, value and remedy. A code is
never used again for something else. Its first letter says what follows:

- **E** refuses the delivery: a figure would be wrong, or could be read in two ways.
- **Q** sets the row aside, listed and counted.
- **W** keeps the row as given; the fault is shown, and counted on the page on data quality.

Counts of jobs of one enterprise and day that differ are all kept; job records go first, then payroll, balance sheet,
survey.
"""
TABLE = "\n| code | what was found | what to do |\n|---|---|---|\n"


def page() -> str:
    """The whole page, in Markdown.

    >>> page().splitlines()[0]
    '# The faults'
    """
    rows = (f"| {code} | {_cell(words.says)} | {_cell(words.remedy)} |\n" for code, words in FAULTS.items())
    return HEAD + TABLE + "".join(rows)


def _cell(sentence: str) -> str:
    """Placeholders as words in italics."""
    return sentence.replace("|", "\\|").replace("{", "*").replace("}", "*")


if __name__ == "__main__":
    Path("docs").mkdir(exist_ok=True)
    Path("docs/faults.md").write_text(page(), encoding="utf-8")
