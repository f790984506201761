"""Harmless ways of writing, brought to the one form: spaces, decimal commas, TRUE, a code with its label, dots."""

from __future__ import annotations

import pandas as pd

from coopeval.schema import Table
from coopeval.tables.labelled import bare

COMMA = r"-?\d*,\d+"
THOUSAND = r"-?[1-9]\d{0,2}[.,]\d{3}"  # 1.234 and 1,234: three digits behind a sign that may mean either


def settled(table: Table, frame: pd.DataFrame, delimiter: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The cells in their one form where only one reading is possible, and the cells (line, column) that have two.

    A decimal comma is read only in a file whose fields are not separated by commas, and only when no number in the
    file has a decimal point.
    """
    stripped = {name: [cell.strip() for cell in frame[name].tolist()] for name in frame}
    frame = pd.DataFrame(stripped, index=frame.index, dtype=object)
    numbers = [name for name, column in table.columns.items() if column.kind in ("number", "integer") and name in frame]
    doubtful = pd.DataFrame({"line": [], "column": []})
    if delimiter != "," and numbers:
        frame, doubtful = _commas(frame, numbers)
    for name, column in table.columns.items():
        if name in frame and column.kind == "code":
            frame[name] = bare(column, frame[name])
        if name in frame and column.kind == "boolean":
            lower = frame[name].str.lower()
            frame[name] = frame[name].where(~lower.isin(("true", "false")), lower)
        if name in frame and column.form == "enterprise_number":
            plain = frame[name].str.replace(r"[. ]", "", regex=True).str.removeprefix("BE")
            dotted = frame[name].str.fullmatch(r"(?:BE)? ?[01]\d{3}[. ]?\d{3}[. ]?\d{3}")
            frame[name] = frame[name].where(~dotted, plain)
    return frame, doubtful


def _commas(frame: pd.DataFrame, numbers: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    cells = frame[numbers].stack()
    comma, point = cells.str.fullmatch(COMMA), cells.str.fullmatch(r"-?\d*\.\d+")
    either = cells.str.fullmatch(THOUSAND)
    has_comma, has_point = (comma & ~either).any(), (point & ~either).any()
    if has_comma and not has_point:  # the file writes decimal commas, so 1.234 would be a thousand
        frame = frame.copy()
        for name in numbers:
            written = frame[name].str.fullmatch(COMMA)
            frame[name] = frame[name].where(~written, frame[name].str.replace(",", "."))
        doubtful = either & point
    elif has_point and not has_comma:
        doubtful = either & comma
    else:
        doubtful = either | (comma & has_point)
    at = cells.index[doubtful]
    return frame, pd.DataFrame({"line": at.get_level_values(0), "column": at.get_level_values(1)})
