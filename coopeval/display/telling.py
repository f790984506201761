"""A figure in words: the finding for its alternative text, and a long description, both out of its released tables.

Nothing is worked out here: every value is a cell of the table as the page shows it, so that words and table agree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

from coopeval import wording
from coopeval.display.cells import ALL
from coopeval.display.drawn_words import KINDS
from coopeval.display.grid import Grid, Known, bare, grid
from coopeval.display.remarks import CLOCKS
from coopeval.display.shown import template
from coopeval.uncertainty import about_of, require_released
from coopeval.wording import N_
from coopeval.wording.typography import listed, named

AXES = ("at_months", "k_eur")  # a figure over one of these is told by its ends
VALUES = ("estimate", "after")
LISTED = 30  # rows; of more, each series is told by its first and last value
SAID = 4  # series in an alternative text
TIED = 3  # labels with the same value that are named
ONE = N_("{label}: {value}.")
HIGHEST = N_("Highest: {label}, {value}.")
LOWEST = N_("Lowest: {label}, {value}.")
ALIKE = N_("All alike: {value}.")
LAST = N_("{label}: last value {value}, {axis} {at}.")
OTHERS = N_("The others stand in the table.")
NOTHING = N_("No value can be shown: too few units, or nothing that can be estimated.")
GROUPS = N_("In it: {labels}.")
ENDS = N_("Of each series the first and the last value follow; the table holds all of them.")
BOUNDS = N_("The highest and the lowest value follow; the table holds all of them.")
BEGINNING = N_("The first rows follow; the table holds all of them.")
EACH = N_("The values, row by row:")
HEADLINE = "headline"  # option of a figure that draws the rows of one headline only
ROW_BY_ROW = {"tornado", "plane", "precision", "targets"}  # where the highest value is not what there is to see
TOLD = 3  # rows of these in an alternative text


@dataclass(frozen=True)
class Reading:
    """A table as it is told: its layout in one language, and which rows have a value that may be said."""

    table: pd.DataFrame
    laid_out: Grid
    value: str  # name of the column of the value
    axis: str  # name of the column it runs over, if any
    rows: tuple[int, ...]  # those with a value
    meant: tuple[int, ...]  # those the figure is about

    def cell(self, name: str, row: int) -> str:
        """A cell in words."""
        return next((column.cells[row] for column in self.laid_out.columns if column.name == name), "")

    def heading(self, name: str) -> str:
        """What stands above a column."""
        return next((column.heading for column in self.laid_out.columns if column.name == name), name)

    def label(self, row: int, without: Sequence[str] = ()) -> str:
        """What a row is about."""
        said = [
            f"{c.heading} {c.cells[row]}" if c.is_number else c.cells[row]
            for c in self.laid_out.columns if c.is_label and c.name not in without and c.cells[row]
        ]  # fmt: skip
        return ", ".join(said) or wording.translate(N_("All"), self.laid_out.lang)

    def series(self) -> dict[str, list[int]]:
        """The rows with a value, by what they are about besides the axis."""
        found: dict[str, list[int]] = {}
        for row in self.rows:
            found.setdefault(self.label(row, AXES), []).append(row)
        return found


def finding(spec: Mapping, tables: Mapping[str, pd.DataFrame], lang: str) -> str:
    """What there is to see in a figure, in a sentence or two for its alternative text.

    Parameters
    ----------
    spec
        The description beside a notebook's output, of kind figure.
    tables
        The released tables by name.
    """
    read = reading(tables[spec["tables"]["released"]["name"]], lang, spec.get("options", {}).get(HEADLINE))
    if not read.rows:
        return wording.translate(NOTHING, lang)
    if spec["figure"] in ROW_BY_ROW:
        return " ".join(f"{_in_words(read, row)}." for row in read.rows[:TOLD])
    return " ".join(_ends(read) if read.axis else _extremes(read))


def told(spec: Mapping, tables: Mapping[str, pd.DataFrame], lang: str) -> str:
    """The long description of a figure as HTML: what is drawn, of whom, and the values in words."""
    blocks = []
    for name in dict.fromkeys(entry["name"] for entry in spec["tables"].values()):
        read = reading(tables[name], lang, spec.get("options", {}).get(HEADLINE))
        intro, rows = _chosen(read)
        said = [_in_words(read, row) for row in rows]
        blocks.append({"facts": _facts(read), "intro": wording.translate(intro, lang), "rows": said})
    drawn = wording.translate(KINDS[spec["figure"]], lang)
    return template("told.html").render(lang=lang, drawn=drawn, blocks=blocks)


def counted(table: pd.DataFrame, lang: str) -> str:
    """Who is in and who is out, in one line: a table of counts by reason."""
    read = reading(table, lang)
    numbers = listed((f"{read.label(row)} {read.cell(read.value, row)}" for row in read.meant), lang)
    clock = CLOCKS.get(str(about_of(table)["clock"]), "")
    said = named(read.heading(read.value), numbers, lang)
    return f"{said}. {wording.translate(clock, lang) if clock else ''}".strip()


def reading(table: pd.DataFrame, lang: str, headline: object = None) -> Reading:
    """The table laid out, with the rows that have a value; of a figure of one headline, its rows alone."""
    return _reading(Known(tuple(sorted(require_released(table).items())), table), lang, headline)


@lru_cache(maxsize=64)  # the finding of a figure, and then its long description
def _reading(known: Known, lang: str, headline: object) -> Reading:
    laid_out, table = grid(known.table, lang, ""), bare(known.table)
    value = next((name for name in VALUES if name in table), "")
    axis = next((name for name in AXES if name in table and table[name].nunique() > 1), "")
    hidden = table["hidden"].astype(bool) if "hidden" in table else pd.Series(False, index=table.index)
    meant = table[HEADLINE].eq(headline) if headline and HEADLINE in table else ~hidden | hidden
    known = ~hidden & meant & table[value].notna() if value else hidden & ~hidden
    places = tuple(tuple(mask.to_numpy().nonzero()[0].tolist()) for mask in (known, meant))
    return Reading(table, laid_out, value, axis, *places)


def _chosen(read: Reading) -> tuple[str, Sequence[int]]:
    """The rows a description tells, and how it says so: all of a short table, of a long one what bounds it."""
    if len(read.meant) <= LISTED:
        return EACH, read.meant
    every = read.series()
    if read.axis and len(every) <= LISTED:
        return ENDS, [row for rows in every.values() for row in _both(rows)]
    if not read.rows or not _is_of_one_unit(read):
        return BEGINNING, read.meant[:LISTED]
    numbers = read.table[read.value].to_numpy(float)
    return BOUNDS, [pick(read.rows, key=lambda row: numbers[row]) for pick in (max, min)]


def _is_of_one_unit(read: Reading) -> bool:
    return "unit" not in read.table or read.table["unit"].iloc[list(read.rows)].nunique() <= 1


def _facts(read: Reading) -> str:
    said = list(read.laid_out.facts)
    labels = list(read.series())
    if 1 < len(labels) <= LISTED:
        said.append(wording.translate(GROUPS, read.laid_out.lang).format(labels=listed(labels, read.laid_out.lang)))
    return " ".join(said)


def _in_words(read: Reading, row: int) -> str:
    """A row: what it is about, then each of its numbers after its heading; what is empty is not told."""
    said = [c for c in read.laid_out.columns if not c.is_label and c.cells[row] not in ("", wording.EMPTY)]
    numbers = [f"{c.heading} {c.cells[row]}" for c in said if c.is_number]
    words = [c.cells[row] for c in said if not c.is_number]
    lang = read.laid_out.lang
    return named(read.label(row), listed([*numbers, *words], lang), lang)


def _ends(read: Reading) -> list[str]:
    said, lang = [], read.laid_out.lang
    every = read.series()
    for label, rows in list(every.items())[:SAID]:
        last = max(rows, key=lambda row: read.table[read.axis].iloc[row])
        where = {"axis": read.heading(read.axis), "at": read.cell(read.axis, last)}
        said.append(wording.translate(LAST, lang).format(label=label, value=read.cell(read.value, last), **where))
    return said + ([wording.translate(OTHERS, lang)] if len(every) > SAID else [])


def _extremes(read: Reading) -> list[str]:
    """The highest and the lowest; where units differ from row to row, the first rows instead."""
    lang, table = read.laid_out.lang, read.table
    rows = [row for row in read.rows if "group" not in table or table["group"].iloc[row] != ALL] or list(read.rows)
    if not _is_of_one_unit(read) or len(rows) == 1:
        said = [
            wording.translate(ONE, lang).format(label=read.label(row), value=read.cell(read.value, row))
            for row in rows[:SAID]
        ]
        return said + ([wording.translate(OTHERS, lang)] if len(rows) > SAID else [])
    numbers = table[read.value].to_numpy(float)
    high, low = (read.cell(read.value, pick(rows, key=lambda row: numbers[row])) for pick in (max, min))
    if high == low:
        return [wording.translate(ALIKE, lang).format(value=high)]
    return [
        wording.translate(msgid, lang).format(label=_all_with(read, rows, value), value=value)
        for msgid, value in ((HIGHEST, high), (LOWEST, low))
    ]


def _all_with(read: Reading, rows: Sequence[int], value: str) -> str:
    labels = [read.label(row) for row in rows if read.cell(read.value, row) == value]
    return listed(labels[:TIED], read.laid_out.lang) + (" …" if len(labels) > TIED else "")


def _both(rows: Sequence[int]) -> list[int]:
    return [rows[0], rows[-1]] if len(rows) > 1 else list(rows)
