"""The forms values are written in, as pandera schemas over columns of text: one per table, with all that is known.

A cell is checked as it was written, before it becomes a day or a number, so that a complaint can quote it. A check
asks about one value, and is put to each value that differs: columns repeat themselves.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

import pandas as pd

from coopeval.schema.column import Column, Table

if TYPE_CHECKING:
    import pandera.pandas as pa

DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"  # not \d, which is also the digits of other scripts
NUMBER = r"-?(?:[0-9]{1,15}(?:\.[0-9]*)?|\.[0-9]+)"  # what a float holds to the unit
INTEGER = r"-?[0-9]{1,15}(?:\.0*)?"
BOOLEAN = r"true|false"
FORMS = {
    "enterprise_number": r"[01][0-9]{9}",
    "postcode": r"[1-9][0-9]{3}",
    "nace": r"[0-9]{2,5}",
    "country": r"[A-Z]{2}",
    "period": r"20[0-9]{2}(?:S[12]|-20[0-9]{2})?",
}
STAND_IN = "1900-01-01"
FIRST_YEAR, LAST_YEAR = 1850, 2100  # outside these a day is a stand-in for "not known", such as 9999-12-31


@cache
def frame_schema(table: Table) -> pa.DataFrameSchema:
    """The table in pandera: title, unit, source, privacy class and code list in each column's metadata.

    >>> from coopeval.schema import TABLES
    >>> frame_schema(TABLES["jobs"]).columns["fte"].metadata["unit"]
    'full-time equivalents'
    """
    pa = _pandera()
    columns = {name: _column(column) for name, column in table.columns.items()}
    return pa.DataFrameSchema(columns, title=table.title, name=table.name, strict=False, coerce=False)


def failures(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """Cells of `frame` (text, index = line) that are not in their form: line, column, check, value."""
    odd = [name for name in frame if not _all_in_form(table.columns[name], frame[name])]
    if not odd:  # most columns of most deliveries: there pandera has nothing to tell
        return pd.DataFrame(columns=["line", "column", "check", "value"])
    pa = _pandera()
    try:
        frame_schema(table).validate(frame[odd], lazy=True)
    except pa.errors.SchemaErrors as errors:
        cases = errors.failure_cases
        cases = cases[cases["index"].notna()]
        return pd.DataFrame(
            {
                "line": cases["index"].astype(int).to_numpy(),
                "column": cases["column"].to_numpy(),
                "check": cases["check"].to_numpy(),
                "value": cases["failure_case"].to_numpy(),
            }
        )
    raise AssertionError("pandera accepts what its own checks refuse")


def _pandera():
    """Loaded for the first cell that is not in its form: it takes long, and notebooks read what was checked."""
    import pandera.pandas

    return pandera.pandas


@cache
def codes_of(column: Column) -> tuple[str, ...]:
    """Codes a column of kind code may hold."""
    from coopeval.reference import codes  # read when first needed: the lists are files

    return (*codes(column.codes)["code"].astype(str), *column.also)


def _column(column: Column) -> pa.Column:
    about = {
        "unit": column.unit,
        "source": column.source,
        "privacy": column.privacy,
        "codes": column.codes,
        "references": column.references,
        "optional": column.optional,
        "kind": column.kind,
    }
    pa = _pandera()
    checks = [_check(name, passes) for name, passes in _tests(column).items()]
    return pa.Column(object, checks, required=False, nullable=False, title=column.meaning, metadata=about)


def _check(name: str, passes: Callable[[str], bool]) -> pa.Check:
    def of_column(cells: pd.Series) -> pd.Series:
        return cells.map({value: passes(value) for value in cells.unique()}).astype(bool)

    return _pandera().Check(of_column, error=name)


def _all_in_form(column: Column, cells: pd.Series) -> bool:
    return all(passes(value) for value in set(cells.tolist()) for passes in _tests(column).values())


@cache
def _tests(column: Column) -> dict[str, Callable[[str], bool]]:
    """Name of each check of a column, and whether a value passes it; an empty cell passes all but `filled`."""
    tests = {} if column.optional else {"filled": bool}
    if column.kind != "text" or column.form:
        tests |= {name: _or_empty(passes) for name, passes in [_of_form(column)]}
    if column.kind in ("number", "integer") and (column.low is not None or column.high is not None):
        tests["range"] = _in_range(column)
    return tests


def _or_empty(passes: Callable[[str], object]) -> Callable[[str], bool]:
    return lambda value: not value or bool(passes(value))


def _of_form(column: Column) -> tuple[str, Callable[[str], object]]:
    if column.kind == "code":
        return "code", lambda value: value in codes_of(column)
    if column.kind == "day":
        return "day", is_day
    if column.form == "enterprise_number":
        return "enterprise_number", is_enterprise_number
    patterns = {"number": NUMBER, "integer": INTEGER, "boolean": BOOLEAN, "text": FORMS.get(column.form)}
    return column.form if column.kind == "text" else column.kind, re.compile(patterns[column.kind]).fullmatch


def _in_range(column: Column) -> Callable[[str], bool]:
    low = float("-inf") if column.low is None else column.low
    high = float("inf") if column.high is None else column.high
    return lambda value: re.fullmatch(NUMBER, value) is None or low <= float(value) <= high


def is_day(value: str) -> bool:
    """Whether it is a day that exists, written 2023-12-31, in a year that can be meant.

    >>> is_day("2024-02-29"), is_day("2023-02-29"), is_day("1900-01-01")
    (True, False, False)
    """
    if not re.fullmatch(DAY, value) or value == STAND_IN:
        return False
    try:
        return FIRST_YEAR <= date.fromisoformat(value).year <= LAST_YEAR
    except ValueError:
        return False


def is_enterprise_number(value: str) -> bool:
    """Whether it is ten digits, the last two being 97 minus the rest of the first eight divided by 97.

    >>> is_enterprise_number("0403170701"), is_enterprise_number("0403170702")
    (True, False)
    """
    formed = re.fullmatch(FORMS["enterprise_number"], value)
    return formed is not None and 97 - int(value[:8]) % 97 == int(value[8:])
