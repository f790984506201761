"""A released table as an accessible spreadsheet: what it is on the first sheet, the figures on the second."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from math import isfinite

import pandas as pd
from openpyxl.packaging.core import DocumentProperties
from openpyxl.xml.functions import tostring

from coopeval import wording
from coopeval.display.cells import unit
from coopeval.display.grid import Column, Grid, bare, grid
from coopeval.site import sheets
from coopeval.site.pressed import press, zipped
from coopeval.uncertainty import about_of, require_released
from coopeval.wording import N_

ABOUT, TABLE = N_("About"), N_("Table")
WORDS = {
    "title": N_("Title"), "unit": N_("Unit"), "facts": N_("About the figures"), "legend": N_("Marks"),
    "warnings": N_("Mind"), "name": N_("Released table"), "sha256": N_("Digest (SHA-256) of its content"),
}  # fmt: skip
HEADINGS = (N_("What"), N_("Said"))
FORMATS = {"share": "0%", "eur": '#,##0" €"', "count": "#,##0", "months": "0.0", "fte": "0.0", "hours": "#,##0.0"}
ONE_DECIMAL_OF_SHARES = "0.0%"
COUNTED = ("projects", "enterprises", "jobs", "persons", "rows", "events")
WIDEST, NARROWEST = 60, 10
LANGUAGES = {"nl": "nl-BE", "fr": "fr-BE", "en": "en-GB"}
PROPERTIES = "docProps/core.xml"


def spreadsheet(released: pd.DataFrame, lang: str, caption: str = "", source: Sequence[tuple[str, str]] = ()) -> bytes:
    """A released table as XLSX in one language: the same bytes for the same table, whatever the machine and the day.

    The first sheet says what the figures are, the second holds them: one row of headings, frozen and named as a
    table, no merged or empty cells, numbers as numbers, all else as text that no program computes.

    Parameters
    ----------
    released
        What `disclosure.gate` returned.
    lang
        nl, fr or en.
    caption
        The title in the language; without it the name under which the table was released.
    source
        Further lines of the first sheet, in the language: what, said.

    Raises
    ------
    DisclosureError
        The table has not passed the gate, or was changed since.
    """
    return sourced(unsourced(released, lang, caption), source)


def unsourced(released: pd.DataFrame, lang: str, caption: str = "") -> bytes:
    """The spreadsheet without its lines of source: it hangs on the table alone, whatever the delivery it came from."""
    laid_out, stamp = grid(released, lang, ""), require_released(released)
    laid_out = replace(laid_out, caption=caption) if caption else laid_out
    day = str(about_of(released)["as_of"]) or "2000-01-01"
    titles, headings = ([wording.translate(word, lang) for word in words] for words in ((ABOUT, TABLE), HEADINGS))
    about = [headings, *_told(laid_out, released, stamp)]
    files = sheets.parts(titles, about, _figures(laid_out, released), _widths(laid_out))
    return zipped({**files, PROPERTIES: press(_properties(laid_out.caption, lang, day))})


def sourced(workbook: bytes, source: Sequence[tuple[str, str]]) -> bytes:
    """What `unsourced` made, with where the table comes from: what, said."""
    return sheets.longer(workbook, source) if source else workbook


def _told(laid_out: Grid, released: pd.DataFrame, stamp: dict) -> list[tuple[str, str]]:
    lang = laid_out.lang
    marks = "".join(f" [{mark}]" for _, mark in laid_out.marks)
    units = [column.heading for column in laid_out.columns if column.name == "estimate"]
    said = [("title", laid_out.caption + marks), *(("unit", heading) for heading in units)]
    for word in ("facts", "legend", "warnings"):
        said += [(word, line) for line in getattr(laid_out, word)]
    said += [("name", stamp["name"]), ("sha256", stamp["sha256"])]
    return [(wording.translate(WORDS[word], lang), line) for word, line in said]


def _figures(laid_out: Grid, released: pd.DataFrame) -> list[list[tuple[str | float, str]]]:
    """The rows of the second sheet, headings first: numbers with their format, all else as text."""
    formats, values = _formats(released, laid_out.columns), bare(released).to_dict("list")
    columns = []
    for column, heading in zip(laid_out.columns, _unlike(laid_out.columns), strict=True):
        told = zip(column.cells, values[column.name], column.withheld, formats[column.name], strict=True)
        of_rows = (
            (float(value), how) if column.is_number and not gone and isfinite(value) else (text or wording.EMPTY, "")
            for text, value, gone, how in told
        )
        columns.append([(heading, ""), *of_rows])
    return [list(row) for row in zip(*columns, strict=True)]


def _widths(laid_out: Grid) -> list[int]:
    longest = (
        max(map(len, (heading, *column.cells)))
        for column, heading in zip(laid_out.columns, _unlike(laid_out.columns), strict=True)
    )
    return [min(max(length + 3, NARROWEST), WIDEST) for length in longest]


def _unlike(columns: Sequence[Column]) -> list[str]:
    """Headings of which no two are the same: a second one says the name of its column too."""
    seen: dict[str, int] = {}
    for column in columns:
        seen[column.heading.casefold()] = seen.get(column.heading.casefold(), 0) + 1
    return [c.heading if seen[c.heading.casefold()] == 1 else f"{c.heading} ({c.name})" for c in columns]


def _formats(released: pd.DataFrame, columns: Sequence[Column]) -> dict[str, list[str]]:
    about = about_of(released)
    units = bare(released)["unit"].tolist() if "unit" in released else [about["unit"]] * len(released)
    is_published = about["privacy"] == "published"
    return {c.name: [_format(c.name, {**about, "unit": of_row}, is_published) for of_row in units] for c in columns}


@cache
def _known(of: str, is_published: bool) -> str:
    return ONE_DECIMAL_OF_SHARES if of == "share" and is_published else FORMATS.get(of, "")


def _format(name: str, about: dict, is_published: bool) -> str:
    of = unit(name, about)
    return _known("share" if of == "points" else "count" if of in COUNTED else of, is_published)


def _properties(title: str, lang: str, day: str) -> bytes:
    """What the workbook says of itself: made and changed on the day its figures are of, whatever the clock says."""
    on = datetime.fromisoformat(day)
    said = DocumentProperties(title=title, language=LANGUAGES[lang], creator="coopeval", created=on, modified=on)
    return tostring(said.to_tree())
