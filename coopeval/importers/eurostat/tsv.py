"""The tab-separated form: codes joined by commas in the first cell, one column for each period."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from coopeval.errors import Fault
from coopeval.importers.eurostat.cells import LINE, MARKS, PERIOD, WRITTEN, Cells
from coopeval.importers.eurostat.rows import rows
from coopeval.importers.opening import Opened

TIME = ("TIME_PERIOD", "time")  # after the backslash: since 2023, and before
CELL = r"^(?P<written>:|[-+]?[0-9.,]+(?:[eE][-+]?[0-9]+)?) ?(?P<marks>[a-z]*(?: [a-z])*)$"


def read(source: Opened) -> Cells:
    """Every cell of the file; `A`, `Q`, `M` or `S` stands for the frequency where an older file does not name it."""
    heading = source.first_line().split("\t")
    names, _, time = heading[0].rpartition("\\")
    dimensions, periods = [name.strip() for name in names.split(",")], [name.strip() for name in heading[1:]]
    if time.strip() not in TIME or not all(dimensions):
        return _refused(source, Fault("E-EURO-02", file=source.name, line=1, column=heading[0][:40]))
    if twice := sorted({name for name in [*dimensions, *periods] if [*dimensions, *periods].count(name) > 1}):
        fault = Fault("E-COL-04", file=source.name, line=1, column=", ".join(twice), values={"n": 2})
        return _refused(source, fault)
    faults: list[Fault] = []
    types = {str(at): pa.string() for at in range(len(heading))}
    table, lines = rows(source, types, faults, delimiter="\t", quote_char=False)
    codes = [key.split(",") for key in table.column(0).to_pylist()]
    whole = np.array([len(row) == len(dimensions) for row in codes], dtype=bool)
    for line, row in zip(lines[~whole], (row for row, fine in zip(codes, whole, strict=True) if not fine), strict=True):
        about = {"n": len(row), "expected": len(dimensions)}
        faults.append(Fault("E-EURO-03", file=source.name, line=int(line), column=heading[0], values=about))
    kept = pd.DataFrame([row for row, fine in zip(codes, whole, strict=True) if fine], columns=dimensions, dtype=object)
    kept = kept.apply(lambda column: column.str.strip().astype("category")) if len(kept) else kept.astype("category")
    columns = [table.column(at + 1).filter(pa.array(whole)) for at in range(len(periods))]
    frame = _long(kept, columns, periods, lines[whole])
    return Cells(source.name, "", frame, faults, n_unreadable=(len(faults) * len(periods)))


def _refused(source: Opened, fault: Fault) -> Cells:
    empty = pd.DataFrame({name: pd.Series(dtype=object) for name in (PERIOD, WRITTEN, MARKS, LINE)})
    return Cells(source.name, "", empty, [fault], n_unreadable=1)


def _long(codes: pd.DataFrame, columns: list[pa.ChunkedArray], periods: list[str], lines: np.ndarray) -> pd.DataFrame:
    """One row per cell: series by series within each period."""
    n = len(periods)
    frame = pd.DataFrame({name: _repeated(codes[name], n) for name in codes})
    period = np.repeat(np.arange(n), len(codes))
    frame[PERIOD] = pd.Categorical.from_codes(period, categories=pd.Index(periods, dtype=object))
    cells = pa.chunked_array([chunk for column in columns for chunk in column.chunks], type=pa.string())
    parts = pc.extract_regex(pc.utf8_trim_whitespace(cells), CELL)
    taken = pa.Table.from_struct_array(parts)
    torn = pc.is_null(parts)
    written = pc.if_else(torn, pc.utf8_trim_whitespace(cells), taken.column("written"))
    frame[WRITTEN] = pd.array(written, dtype=pd.ArrowDtype(pa.string()))
    marks = pc.dictionary_encode(pc.fill_null(taken.column("marks"), "")).combine_chunks()
    frame[MARKS] = marks.to_pandas() if len(frame) else pd.Series(dtype=object)
    frame[LINE] = np.tile(lines, n)
    return frame


def _repeated(column: pd.Series, times: int) -> pd.Categorical:
    return pd.Categorical.from_codes(np.tile(column.cat.codes.to_numpy(), times), dtype=column.dtype)
