"""The forms values are written in, as pandera schemas over columns of text: one per table, with all that is known.

A cell is checked as it was written, before it becomes a day or a number, so that a complaint can quote it.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pandera.pandas as pa

from coopeval.schema.column import Column, Table

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
FIRST_YEAR, LAST_YEAR = 1850, 2100  # outside these a day is a stand-in for "not known", such as 9999-12-31


@cache
def frame_schema(table: Table) -> pa.DataFrameSchema:
    """The table in pandera: title, unit, source, privacy class and code list in each column's metadata.

    >>> from coopeval.schema import TABLES
    >>> frame_schema(TABLES["jobs"]).columns["fte"].metadata["unit"]
    'full-time equivalents'
    """
    columns = {name: _column(column) for name, column in table.columns.items()}
    return pa.DataFrameSchema(columns, title=table.title, name=table.name, strict=False, coerce=False)


def failures(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """Cells of `frame` (text, index = line) that are not in their form: line, column, check, value."""
    try:
        frame_schema(table).validate(frame, lazy=True)
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
    return pd.DataFrame(columns=["line", "column", "check", "value"])


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
    checks = [] if column.optional else [pa.Check(lambda cell: cell.ne(""), error="filled")]
    checks += [_of_form(column)] if column.kind != "text" or column.form else []
    if column.kind in ("number", "integer") and (column.low is not None or column.high is not None):
        checks.append(_in_range(column))
    return pa.Column(object, checks, required=False, nullable=False, title=column.meaning, metadata=about)


def _of_form(column: Column) -> pa.Check:
    if column.kind == "code":
        return pa.Check(lambda cell: cell.eq("") | cell.isin(codes_of(column)), error="code")
    if column.kind == "day":
        return pa.Check(lambda cell: cell.eq("") | is_day(cell), error="day")
    if column.form == "enterprise_number":
        return pa.Check(lambda cell: cell.eq("") | is_enterprise_number(cell), error="enterprise_number")
    patterns = {"number": NUMBER, "integer": INTEGER, "boolean": BOOLEAN, "text": FORMS.get(column.form)}
    return pa.Check(
        lambda cell: cell.eq("") | cell.str.fullmatch(patterns[column.kind]),
        error=column.form if column.kind == "text" else column.kind,
    )


def _in_range(column: Column) -> pa.Check:
    low = -np.inf if column.low is None else column.low
    high = np.inf if column.high is None else column.high

    def within(cell: pd.Series) -> pd.Series:
        value = pd.to_numeric(cell.where(cell.str.fullmatch(NUMBER)), errors="coerce")
        return value.isna() | value.between(low, high)

    return pa.Check(within, error="range")


def is_day(cells: pd.Series) -> pd.Series:
    """Which cells hold a day that exists, written 2023-12-31, in a year that can be meant."""
    days = pd.to_datetime(cells.where(cells.str.fullmatch(DAY)), format="%Y-%m-%d", errors="coerce")
    stand_in = cells.isin(("1900-01-01",))
    return days.notna() & days.dt.year.between(FIRST_YEAR, LAST_YEAR) & ~stand_in


def is_enterprise_number(cells: pd.Series) -> pd.Series:
    """Which cells hold ten digits, the last two being 97 minus the rest of the first eight divided by 97."""
    formed = cells.str.fullmatch(FORMS["enterprise_number"])
    digits = pd.to_numeric(cells.where(formed), errors="coerce").fillna(0).astype("int64")
    return formed & (97 - (digits // 100) % 97 == digits % 100)
