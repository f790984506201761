"""From the text of a CSV file to rows of text, each with the line on which it starts."""

from __future__ import annotations

import csv
import io
import re

import pandas as pd

from coopeval.errors import Fault
from coopeval.schema import Table

DELIMITERS = (",", ";", "\t")
LONGEST_FIELD = 131_072  # signs; a longer field is nearly always a quote that was never closed
TOTAL = re.compile(r"(grand |sub)?(total|totaal|totaux|totalen|som|somme|sum|eindtotaal)( g[eé]n[eé]ral)?:?", re.I)


def rows_of(text: str, table: Table, file: str) -> tuple[pd.DataFrame | None, str, list[Fault]]:
    """Frame of text with the file's own headings, index = line; the delimiter found; faults of lines."""
    delimiter, skipped = _delimiter(text, table)
    rows, starts, broken = parsed(text, delimiter)
    faults = [Fault(code, table.name, file, line, values=values) for code, line, values in broken]
    rows, starts = rows[skipped:], starts[skipped:]
    if not rows:
        return None, delimiter, faults or [Fault("E-FILE-04", table.name, file)]
    width = len(rows[0])
    width_of = pd.Series([len(row) for row in rows])
    wrong = width_of[width_of != width].index
    faults += [
        Fault("E-LINE-01", table.name, file, starts[at], values={"n": len(rows[at]), "expected": width}) for at in wrong
    ]
    bad = set(wrong)
    body = [row for at, row in enumerate(rows) if at and at not in bad]
    lines = [start for at, start in enumerate(starts) if at and at not in bad]
    frame = pd.DataFrame(body, columns=rows[0], index=pd.Index(lines, name="line"), dtype=object)
    return frame, delimiter, faults


def without_totals(frame: pd.DataFrame, table: Table, file: str) -> tuple[pd.DataFrame, list[Fault]]:
    """The rows without those that add up others: a word for total where the key should stand, or first in the line."""
    places = [column for column in dict.fromkeys([*table.key[:1], *frame.columns[:1]]) if column in frame]
    total = pd.Series(False, index=frame.index)
    for column in places:
        total |= frame[column].str.strip().str.fullmatch(TOTAL.pattern, flags=TOTAL.flags)
    return frame[~total], [Fault("E-LINE-04", table.name, file, int(line)) for line in frame.index[total]]


def _delimiter(text: str, table: Table) -> tuple[str, int]:
    """The sign that splits the heading into most columns of the table, and the number of lines before the heading."""
    head, skipped = text.lstrip("\r\n"), 0
    if declared := re.match(r"sep=([,;\t])\r?\n", head):  # written by Excel
        head, skipped = head[declared.end() :], 1
    first = re.split(r"\r\n|\r|\n", head, maxsplit=1)[0]
    known = {sign: len({name.strip(' "') for name in first.split(sign)} & set(table.columns)) for sign in DELIMITERS}
    return max(DELIMITERS, key=lambda sign: (known[sign], first.count(sign))), skipped


def parsed(text: str, delimiter: str) -> tuple[list[list[str]], list[int], list[tuple[str, int, dict]]]:
    """The rows as they stand, the line on which each starts, and where it broke off: code, line and its values."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows, starts, start = [], [], 1
    try:
        for row in reader:
            # asked here too: the limit of the csv module belongs to whoever in the process set it last
            if any(len(field) > LONGEST_FIELD for field in row):
                return rows, starts, [("E-LINE-03", start, {"longest": LONGEST_FIELD})]
            if row and any(row):  # a blank line holds nothing
                rows.append(row)
                starts.append(start)
            start = reader.line_num + 1
    except csv.Error as error:
        code = "E-LINE-03" if "field larger" in str(error) else "E-LINE-02"
        return rows, starts, [(code, start, {"longest": LONGEST_FIELD})]
    return rows, starts, []
