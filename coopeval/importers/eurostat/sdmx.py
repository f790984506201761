"""SDMX-CSV 1.0: one line per observation; codes may bring their labels along, as `BE:Belgium`."""

from __future__ import annotations

import csv
from collections import Counter

import pandas as pd
import pyarrow as pa

from coopeval.errors import Fault
from coopeval.importers.eurostat.cells import LINE, MARKS, PERIOD, STATUS, WRITTEN, Cells
from coopeval.importers.eurostat.rows import rows
from coopeval.importers.opening import Opened

FLOW, UPDATED, TIME, VALUE, FLAG = "DATAFLOW", "LAST UPDATE", "TIME_PERIOD", "OBS_VALUE", "OBS_FLAG"
NEEDED = (FLOW, TIME, VALUE, FLAG)
NAMES = {TIME: PERIOD, VALUE: WRITTEN, FLAG: MARKS, "CONF_STATUS": STATUS}


def read(source: Opened) -> Cells:
    """Every observation of the file."""
    heading = [_code(name) for name in next(csv.reader([source.first_line()]))]
    if len(heading) == 1 and ";" in heading[0]:
        return _refused(source, [Fault("E-EURO-12", file=source.name, line=1)])
    missing = [name for name in NEEDED if name not in heading]
    twice = [name for name, n in Counter(heading).items() if n > 1]
    faults = [Fault("E-EURO-04", file=source.name, line=1, column=name) for name in missing]
    faults += [Fault("E-COL-04", file=source.name, line=1, column=name, values={"n": 2}) for name in twice]
    if faults:
        return _refused(source, faults)
    words = pa.dictionary(pa.int32(), pa.string())
    types = {name: pa.string() if name == VALUE else words for name in heading}
    table, lines = rows(source, types, faults)
    table = table.unify_dictionaries()
    frame = pd.DataFrame({NAMES.get(name, name): _series(table, name) for name in heading})
    flows = [_flow(name) for name in frame[FLOW].cat.categories]
    if len(set(flows)) != 1:
        found = ", ".join(sorted(set(flows)))
        faults.append(
            Fault("E-EURO-05", file=source.name, column=FLOW, found=found[:80], values={"n": len(set(flows))})
        )
    updated = frame[UPDATED].cat.categories[-1] if UPDATED in frame and len(frame) else ""
    frame = frame.drop(columns=[FLOW, UPDATED], errors="ignore").assign(**{LINE: lines})
    given = flows[0] if flows else ""
    return Cells(source.name, given, frame, faults, VALUE, str(updated), n_unreadable=len(faults))


def _refused(source: Opened, faults: list[Fault]) -> Cells:
    empty = pd.DataFrame({name: pd.Series(dtype=object) for name in (PERIOD, WRITTEN, MARKS, LINE)})
    return Cells(source.name, "", empty, faults, n_unreadable=1)


def _series(table: pa.Table, name: str):
    """A column; of codes with labels the codes alone."""
    column = table.column(name)
    if name == VALUE:
        return pd.Series(pd.arrays.ArrowExtensionArray(column))  # millions of figures stay where they were read
    words = column.to_pandas()
    if name in (FLOW, UPDATED):
        return words
    codes = [_code(word) for word in words.cat.categories]
    if len(set(codes)) == len(codes):
        return words.cat.rename_categories(codes)
    return words.astype(str).map(dict(zip(words.cat.categories, codes, strict=True))).astype("category")


def _code(word: str) -> str:
    """The code before its label.

    >>> _code("BE:Belgium"), _code(" BE ")
    ('BE', 'BE')
    """
    return word.partition(":")[0].strip()


def _flow(name: str) -> str:
    """The data set of a data flow.

    >>> _flow("ESTAT:BD_SIZE(1.0)"), _flow("ESTAT:BD_SIZE(1.0): Business demography (by size)")
    ('bd_size', 'bd_size')
    """
    return name.partition("(")[0].rpartition(":")[2].strip().lower()
