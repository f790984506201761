"""A released table laid out for reading: which columns, which words, which remarks below."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from coopeval import wording
from coopeval.display.cells import WITHHELD, WORDS, text
from coopeval.uncertainty import about_of, require_released
from coopeval.wording import N_

SILENT = {"hidden", "se"}  # told by the marks in the cells; standard errors stand behind the limits
SYNTHETIC = N_("Synthetic data: made up to show the method.")
INTERNAL = N_("INTERNAL: exact figures, not for publication.")
LEGEND = N_("withheld: too few units stand behind it")
INTERVAL = N_("{level} interval: {interval}.")
METHOD = N_("Method: {method}.")
CLOCKS = {"age": N_("Clock: age of the enterprise."), "entry": N_("Clock: time since programme entry.")}
AS_OF = N_("As of {day}.")
WHO = N_("Who: {population}.")
WHAT = N_("What: {estimand}.")
OUT_OF = N_("Out of: {denominator}.")


@dataclass(frozen=True)
class Grid:
    """Headings, rows of cells, and remarks, all as text in one language."""

    caption: str
    columns: tuple[str, ...]
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    withheld: tuple[tuple[bool, ...], ...]
    remarks: tuple[str, ...]
    marks: tuple[str, ...]

    @property
    def numeric(self) -> tuple[bool, ...]:
        return tuple(column not in WORDS and column not in TEXTS for column in self.columns)


TEXTS = {"source", "definition", "horizon", "published_on", "period", "place", "statement"}


def grid(released: pd.DataFrame, lang: str, caption: str) -> Grid:
    """The released table as text; refuses a table the gate has not released."""
    stamp = require_released(released)
    about = about_of(released)
    columns = tuple(column for column in released.columns if column not in SILENT and _says(released, column))
    hidden = released["hidden"].tolist() if "hidden" in released else [False] * len(released)
    rows, withheld = [], []
    for (_, line), gone in zip(released.iterrows(), hidden, strict=True):
        empty = tuple(gone and column not in WORDS and pd.isna(line[column]) for column in columns)
        mark = wording.translate(WITHHELD, lang)
        cells = (text(line[column], column, about, lang) for column in columns)
        rows.append(tuple(mark if e else cell for e, cell in zip(empty, cells, strict=True)))
        withheld.append(empty)
    marks = ([SYNTHETIC] if about["is_synthetic"] else []) + ([INTERNAL] if stamp["audience"] == "internal" else [])
    return Grid(
        caption=wording.translate(caption, lang) if caption else stamp["name"],
        columns=columns,
        headings=tuple(wording.column(column, lang) for column in columns),
        rows=tuple(rows),
        withheld=tuple(withheld),
        remarks=tuple(_remarks(about, any(hidden), lang)),
        marks=tuple(wording.translate(mark, lang) for mark in marks),
    )


def _says(released: pd.DataFrame, column: str) -> bool:
    """Whether a column tells anything: a column of one total, or without a single entry, is left out."""
    values = released[column]
    if column == "group":
        return len(released) != 1 or values.iloc[0] != "all"
    if column == "note":
        return values.replace("withheld", "").ne("").any()
    return values.map(lambda value: not (value == "" or pd.isna(value))).any() or column == "estimate"


def _remarks(about: Mapping, any_hidden: bool, lang: str) -> list[str]:
    def said(msgid: str, **values: str) -> str:
        return wording.translate(msgid, lang).format(**values)

    remarks = [said(LEGEND).capitalize() + "."] if any_hidden else []
    for key, msgid in (("estimand", WHAT), ("population", WHO), ("denominator", OUT_OF), ("method", METHOD)):
        if about[key]:
            remarks.append(said(msgid, **{key: wording.translate(str(about[key]), lang)}))
    if about["interval"]:
        level = wording.number(about["level"], "share", lang)
        remarks.append(said(INTERVAL, level=level, interval=wording.translate(str(about["interval"]), lang)))
    if about["clock"] in CLOCKS:
        remarks.append(said(CLOCKS[about["clock"]]))
    if about["as_of"]:
        remarks.append(said(AS_OF, day=wording.day(about["as_of"], lang)))
    return remarks + [wording.translate(warning, lang) for warning in about["warnings"]]
