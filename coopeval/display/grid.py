"""A released table laid out for reading: which columns, which words, which remarks below."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from coopeval import wording
from coopeval.display import remarks
from coopeval.display.cells import ALL, AS_THE_TABLE, text, unit, visible
from coopeval.uncertainty import about_of, in_reading_order, require_released
from coopeval.wording import EMPTY, N_, common_digits, translate

SILENT = {"hidden", "se", "unit", "is_over", "is_main"}  # told by marks, by limits or by the figures
POINTS = N_("{n} points")
LABELS = (  # what a row is about
    "group", "reference", "at_months", "year_after", "years", "tau", "cause", "state", "legal_family", "project_type",
    "published_series", "published_period",
)  # fmt: skip
COUNTED_AGAIN = {  # of a ratio: there for the gate, and told once where they repeat another count
    "n": ("denominator",), "n_persons": ("denominator", "n"), "n_enterprises": ("denominator", "n"),
}  # fmt: skip
BOUND_HEADINGS = {"low": N_("Lowest possible"), "high": N_("Highest possible")}


@dataclass(frozen=True)
class Column:
    """One column as text; `withheld` says of each cell whether the gate emptied it."""

    name: str
    heading: str
    cells: tuple[str, ...]
    withheld: tuple[bool, ...]
    is_number: bool
    is_label: bool


@dataclass(frozen=True)
class Grid:
    """A table as text in one language."""

    lang: str
    caption: str
    marks: tuple[tuple[str, str], ...]
    columns: tuple[Column, ...]
    n_rows: int
    legend: tuple[str, ...]
    facts: tuple[str, ...]
    warnings: tuple[str, ...]


def grid(released: pd.DataFrame, lang: str, caption: str) -> Grid:
    """The released table as text; refuses a table the gate has not released."""
    stamp = require_released(released)
    about = about_of(released)
    columns = _columns(Known(tuple(sorted(stamp.items())), released), lang)
    shown = {cell for column in columns for cell in column.cells}
    return Grid(
        lang=lang,
        caption=visible(translate(caption, lang)) if caption else stamp["name"],
        marks=remarks.marks(about, stamp["audience"], lang),
        columns=columns,
        n_rows=len(released),
        legend=remarks.legend(any(any(c.withheld) for c in columns), EMPTY in shown, lang),
        facts=remarks.facts(about, lang),
        warnings=remarks.warnings(about, lang),
    )


@dataclass(frozen=True)
class Known:
    """A table by its stamp, which holds the digest: a page shows, tells and hands out the same one several times."""

    stamp: tuple[tuple[str, str], ...]
    table: pd.DataFrame = field(compare=False)


@lru_cache(maxsize=1024)  # all tables of a report in each language
def _columns(known: Known, lang: str) -> tuple[Column, ...]:
    table, about = bare(known.table), about_of(known.table)
    names = [name for name in table.columns if _says(table, name, about)]
    silent = [name for name in table.columns if name not in SILENT]  # no row, or nothing but what is withheld
    hidden = _hidden(table)
    return tuple(_column(table, name, about, lang, hidden) for name in names or silent)


def bare(table: pd.DataFrame) -> pd.DataFrame:
    """The rows as people read them, without what the table says of itself, which pandas copies at each look."""
    cells = in_reading_order(table).copy(deep=False)
    cells.attrs = {}
    return cells


def _column(released: pd.DataFrame, name: str, about: Mapping, lang: str, hidden: list[bool]) -> Column:
    values = released[name]
    is_number = is_numeric_dtype(values) and not is_bool_dtype(values)
    withheld = tuple(h and is_number and bool(pd.isna(v)) for h, v in zip(hidden, values, strict=True))
    digits = _digits(released, name, about) if is_number else None
    mark = translate(remarks.WITHHELD, lang)
    abouts = [about] * len(values) if "unit" not in released else [{**about, "unit": u} for u in released["unit"]]
    rows = zip(values, withheld, abouts, strict=True)
    mixed = "unit" in released
    cells = (mark if hide else _cell(v, name, of_row, lang, digits, mixed) for v, hide, of_row in rows)
    return Column(name, heading(name, about, lang), tuple(cells), withheld, is_number, name in LABELS)


def _cell(value, name: str, about: Mapping, lang: str, digits: int | None, mixed: bool) -> str:
    """A cell as text; among rows of several units, percentage points say what they are."""
    written = text(value, name, about, lang, digits)
    if mixed and written != EMPTY and unit(name, about) == "points":
        return translate(POINTS, lang).format(n=written)
    return written


def _digits(released: pd.DataFrame, name: str, about: Mapping) -> int | None:
    """Decimals of a column; an estimate and its limits are written with the same, where they have one unit."""
    if "unit" in released:
        return None
    alike = [c for c in released.columns if c in AS_THE_TABLE] if name in AS_THE_TABLE else [name]
    return common_digits((value for of in alike for value in released[of].astype(float)), unit(name, about))


def heading(name: str, about: Mapping, lang: str) -> str:
    """What stands above a column."""
    if about["method"] == "bounds" and name in BOUND_HEADINGS:
        return translate(BOUND_HEADINGS[name], lang)
    unit_of = about["unit"]
    if name in ("numerator", "denominator"):  # of one kind, they are what was counted and out of how many
        unit_of = "" if about["numerator_unit"] == about["denominator_unit"] else about[f"{name}_unit"]
    return visible(wording.column(name, lang, about["kind"], unit_of, about["by"] or about["codes"]))


def _hidden(released: pd.DataFrame) -> list[bool]:
    return released["hidden"].astype(bool).tolist() if "hidden" in released else [False] * len(released)


def _says(released: pd.DataFrame, name: str, about: Mapping) -> bool:
    """Whether a column tells anything: not one of a single total, without an entry, or that repeats its neighbour."""
    values = released[name]
    if name in SILENT:
        return False
    if name == "group":
        return bool(values.ne(ALL).any())
    if name == "headline" and values.nunique() == 1:
        return False
    if name == "note":
        return bool(values.replace("withheld", "").ne("").any())
    if about["kind"] == "ratio" and name in COUNTED_AGAIN:
        others = [released[other].astype(float) for other in COUNTED_AGAIN[name] if other in released]
        return not any(values.astype(float).equals(other) for other in others)
    if name == "n" and about["kind"] == "count" and "estimate" in released:
        return not values.astype(float).equals(released["estimate"].astype(float))
    return name == "estimate" or any(not (value == "" or pd.isna(value)) for value in values)
