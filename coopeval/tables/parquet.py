"""From a Parquet file to the same text a CSV file would hold, row numbers standing for lines (headings are row 1)."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import numpy as np
import pandas as pd

from coopeval.tables.decoding import CONTROL
from coopeval.tables.raw import Raw
from coopeval.tables.typed import figures


def raw_of(name: str, path: Path) -> Raw | None:
    """The rows of the file as text; None where it is not a Parquet file that can be read."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        typed = pq.read_table(path, memory_map=False).to_pandas(date_as_object=True)
    except (pa.ArrowException, OSError, ValueError):
        return None
    index = pd.RangeIndex(2, len(typed) + 2, name="line")
    columns = [_text(typed.iloc[:, at]).set_axis(index) for at in range(typed.shape[1])]
    frame = pd.concat(columns, axis=1) if columns else pd.DataFrame(index=index)
    frame.columns = [str(name) for name in typed.columns]
    raw = Raw(name, path.name, frame, n_read=len(frame))
    for at, column in enumerate(frame.columns):
        if CONTROL.search("\n".join(frame.iloc[:, at])):
            odd = frame.iloc[:, at].str.extract(f"({CONTROL.pattern})", expand=False).dropna()
            for line, sign in odd.items():
                raw.add("E-TEXT-03", [line], column, sign=f"U+{ord(sign):04X}")
            raw.frame.isetitem(at, frame.iloc[:, at].str.replace(CONTROL.pattern, "", regex=True))
    return raw


def _text(values: pd.Series) -> pd.Series:
    if pd.api.types.is_datetime64_any_dtype(values):
        midnight = values.dropna().eq(values.dropna().dt.normalize()).all() and values.dt.tz is None
        texts = values.dt.strftime("%Y-%m-%d" if midnight else "%Y-%m-%dT%H:%M:%S%z")
    elif pd.api.types.is_bool_dtype(values):
        texts = values.astype(object).map({True: "true", False: "false"})
    elif pd.api.types.is_float_dtype(values):
        texts = figures(values)
    else:
        texts = values.map(_one, na_action="ignore")
    return texts.astype(object).where(values.notna(), "")


def _one(value: object) -> str:
    if isinstance(value, (bool, np.bool_)):
        return str(value).lower()
    return unicodedata.normalize("NFC", str(value))
