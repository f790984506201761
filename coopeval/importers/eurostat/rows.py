"""Lines of a large text file as columns of text, each with the number of its line; nothing is typed or guessed."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from coopeval.errors import Fault
from coopeval.importers.eurostat.cells import MOST_LISTED
from coopeval.importers.opening import Opened


def rows(
    source: Opened, types: Mapping[str, pa.DataType], faults: list[Fault], **parsing: object
) -> tuple[pa.Table, np.ndarray]:
    """The rows under the heading and their line numbers; a line of another length is a fault and left out.

    `types` are the columns in order, each of text or of words that repeat themselves; `parsing` goes to pyarrow.
    """
    odd: list[int] = []

    def another_length(row) -> str:
        odd.append(row.number)
        if len(odd) <= MOST_LISTED:
            about = {"n": row.actual_columns, "expected": row.expected_columns}
            faults.append(Fault("E-LINE-01", file=source.name, line=row.number, values=about))
        return "skip"

    with source.stream() as handle:
        table = pacsv.read_csv(
            handle,
            pacsv.ReadOptions(use_threads=False, column_names=list(types), skip_rows=1),  # threads lose line numbers
            pacsv.ParseOptions(ignore_empty_lines=False, invalid_row_handler=another_length, **parsing),
            pacsv.ConvertOptions(column_types=dict(types), strings_can_be_null=False),
        )
    if len(odd) > MOST_LISTED:
        about = {"n": len(odd), "most": MOST_LISTED, "code": "E-LINE-01"}
        faults.append(Fault("E-EURO-11", file=source.name, values=about))
    lines = np.arange(2, 2 + len(table) + len(odd))
    return table, lines[~np.isin(lines, odd)]
