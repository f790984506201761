"""What one column of a table says, as a digest: worked out only where somebody looked at that column alone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

import numpy as np
import pandas as pd

from coopeval.schema import TABLES

UNKNOWN = "?"  # no column of the data contract: equal to no digest


class ColumnDigests:
    """Digests of the columns of delivered tables, each worked out when it is first asked for.

    A digest is of the keys of all rows and of what the column says of each, whatever the order of the rows: a row more
    or less changes it for every column of the table, another column does not. Rows that share a key could swap what
    they say without any column telling, so each column of such a table has the digest of the whole.

    Parameters
    ----------
    frames
        The tables, typed (`tables.typed`): what is the same has the same bytes, so that nothing is written as text.
    tables
        The digest of each of them (`table_digest`).

    >>> one = pd.DataFrame({"job_id": ["J1", "J2"], "enterprise_id": ["E1", "E1"], "fte": [1.0, 0.5]})
    >>> half, none = (ColumnDigests({"jobs": each}, {"jobs": ""}) for each in (one, one.assign(fte=0.0)))
    >>> half.of("jobs", "fte") == none.of("jobs", "fte"), half.of("jobs", "job_id") == none.of("jobs", "job_id")
    (False, True)
    """

    def __init__(self, frames: Mapping[str, pd.DataFrame], tables: Mapping[str, str]) -> None:
        self._frames, self._tables = frames, tables
        self._rows: dict[str, tuple[np.ndarray, str] | None] = {}
        self._found: dict[tuple[str, str], str] = {}

    def of(self, table: str, column: str) -> str:
        """SHA-256 of a column; empty where its table was not delivered."""
        if table not in TABLES or column not in TABLES[table].columns:
            return UNKNOWN
        if table not in self._frames:
            return ""
        if (table, column) not in self._found:
            self._found[table, column] = self._digest(table, column)
        return self._found[table, column]

    def _digest(self, table: str, column: str) -> str:
        if table not in self._rows:
            self._rows[table] = self._in_order(table)
        if self._rows[table] is None:
            return self._tables[table]
        order, keys = self._rows[table]
        return hashlib.sha256(keys.encode() + _bytes(self._frames[table][column].iloc[order])).hexdigest()

    def _in_order(self, table: str) -> tuple[np.ndarray, str] | None:
        """The places of the rows in the order of their keys, and the digest of these; none where two share a key."""
        names = list(TABLES[table].key)
        keys = self._frames[table][names].reset_index(drop=True)
        if keys.duplicated().any():
            return None
        keys = keys.sort_values(names)
        cells = [hashlib.sha256(_bytes(keys[name])).hexdigest() for name in names]
        return keys.index.to_numpy(), hashlib.sha256("".join(cells).encode()).hexdigest()


def _bytes(cells: pd.Series) -> bytes:
    """The cells as bytes that tell each list of them from every other one of the same type."""
    if cells.dtype == object:
        return json.dumps(cells.tolist()).encode()
    if cells.dtype.kind == "M":
        return cells.astype("int64").to_numpy().tobytes()
    numbers = cells.to_numpy(dtype="float64", na_value=np.nan)
    return np.where(np.isnan(numbers), np.nan, numbers).tobytes()  # there are many ways to write "not a number"
