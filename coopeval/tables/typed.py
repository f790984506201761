"""From text to types and back: the one way each kind of column is held in memory and written down."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.schema import Column, Table

EMPTY = {"text": "", "code": "", "day": pd.NaT, "number": np.nan, "integer": np.nan, "boolean": pd.NA}
DTYPES = {"day": "datetime64[ns]", "number": "float64", "integer": "float64", "boolean": "boolean"}
TRUE, FALSE = "true", "false"
KNOWN = {TRUE: True, FALSE: False, True: True, False: False, "": pd.NA}  # 1 and 0 equal True and False


def typed(table: Table, frame: pd.DataFrame, in_order: bool = True) -> pd.DataFrame:
    """All columns of the table, each in its type; columns that are absent are empty; rows `in_order` of key.

    One row per row of `frame`, whose columns may be text already in its form, or typed.
    """
    columns = {
        name: empty(column, frame.index) if _is_empty(frame, name) else _typed(column, frame[name])
        for name, column in table.columns.items()
    }
    whole = pd.DataFrame(columns, index=frame.index)
    return whole.sort_values(list(table.key), kind="stable", ignore_index=True) if in_order else whole


def empty(column: Column, index: pd.Index) -> pd.Series:
    """A column with nothing in it."""
    return pd.Series(EMPTY[column.kind], index=index, dtype=DTYPES.get(column.kind, object))


def _is_empty(frame: pd.DataFrame, name: str) -> bool:
    if name not in frame:
        return True
    return _are_texts(frame[name]) and not any(frame[name].tolist())


def written(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """The same rows as text, each value in its only form: what is digested and what is written to a file."""
    return pd.DataFrame(
        {name: _written(column, frame[name]) for name, column in table.columns.items()}, index=frame.index, dtype=object
    )


def _typed(column: Column, values: pd.Series) -> pd.Series:
    if _are_texts(values):
        return _of_texts(column.kind, values)
    if column.kind == "day":
        days = values if values.dtype.kind == "M" else pd.to_datetime(_none_for_empty(values))
        return days.astype("datetime64[ns]")
    if column.kind in ("number", "integer"):
        return _none_for_empty(values).astype("float64")  # exact to the last digit, which to_numeric is not
    if column.kind == "boolean":
        return _whole(values.astype(object).where(values.notna(), "").map(KNOWN).astype("boolean"))
    return values.astype(object).where(values.notna(), "").map(str).astype(object)


def _are_texts(values: pd.Series) -> bool:
    return values.dtype == object and pd.api.types.infer_dtype(values, skipna=False) in ("string", "empty")


def _of_texts(kind: str, values: pd.Series) -> pd.Series:
    """As a delivery brings them: most columns are short, so a list is quicker than an array."""
    texts = values.tolist()
    if kind == "day":
        return pd.to_datetime(pd.Series([text or None for text in texts], index=values.index), format="%Y-%m-%d")
    if kind in ("number", "integer"):
        return pd.Series([float(text) if text else np.nan for text in texts], index=values.index, dtype="float64")
    if kind == "boolean":
        return _whole(pd.Series([KNOWN.get(text, pd.NA) for text in texts], index=values.index, dtype="boolean"))
    return values


def _none_for_empty(values: pd.Series) -> pd.Series:
    return values.where(values.notna() & values.ne(""), None) if values.dtype == object else values


def _whole(values: pd.Series) -> pd.Series:
    return values.astype(bool) if len(values) and values.notna().all() else values


def figures(values: pd.Series) -> pd.Series:
    """Numbers as the shortest digits that give the same number back, never with an exponent.

    >>> figures(pd.Series([7.0, 0.1 + 0.2, 1e-7, np.nan])).tolist()
    ['7', '0.30000000000000004', '0.0000001', '']
    """
    numbers = values.to_numpy(dtype="float64", na_value=np.nan)
    texts = [np.format_float_positional(number, trim="-") for number in numbers.tolist()]
    return pd.Series(texts, index=values.index, dtype=object).where(values.notna(), "")


def _written(column: Column, values: pd.Series) -> pd.Series:
    if column.kind == "day":
        return values.dt.strftime("%Y-%m-%d").astype(object).where(values.notna(), "")
    if column.kind in ("number", "integer"):
        return figures(values)
    if column.kind == "boolean":
        return values.astype(object).map({True: TRUE, False: FALSE}).where(values.notna(), "")
    return values
