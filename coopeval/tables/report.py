"""Faults as people read them: one line each, the first of each kind and a count of the rest; and all of them as CSV."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable

from coopeval.errors import Fault
from coopeval.wording.faults import MORE, fault_line, in_words, remedy

SHOWN_PER_KIND = 20
COLUMNS = ("code", "severity", "table", "file", "line", "column", "key", "found", "expected", "remedy", "cell")
FORMULA = re.compile(r"[=+\-@\t\r]")  # a spreadsheet would run a cell that starts with one of these
NEGATIVE = re.compile(r"-\d+(\.\d+)?")


def report(faults: Iterable[Fault], lang: str = "en") -> str:
    """All kinds of faults, one line per fault, the first 20 of a kind (code and table) and then how many more.

    >>> report([], "en")
    ''
    """
    kinds = Counter((fault.code, fault.table) for fault in faults)
    lines, shown = [], Counter()
    for fault in faults:
        kind = (fault.code, fault.table)
        shown[kind] += 1
        if shown[kind] > SHOWN_PER_KIND:
            continue
        line = fault_line(fault, lang)
        if shown[kind] == SHOWN_PER_KIND < kinds[kind]:
            line += " " + in_words(MORE, lang, n=kinds[kind] - SHOWN_PER_KIND)
        lines.append(line)
    return "".join(f"{line}\n" for line in lines)


def faults_csv(faults: Iterable[Fault], lang: str = "en") -> str:
    """All faults as CSV: code, severity, table, file, line, column, key, found, expected, remedy; cell in a workbook.

    Cells that a spreadsheet would take for a formula begin with an apostrophe.

    >>> wrong = Fault("E-BOOL-01", "jobs", "jobs.csv", 2, "is_founder", "=1+1")
    >>> faults_csv([wrong]).splitlines()[1].startswith("E-BOOL-01,refuse,jobs,jobs.csv,2,is_founder,'=1+1,")
    True
    """
    sheet = io.StringIO()
    rows = csv.writer(sheet, lineterminator="\n")
    rows.writerow(COLUMNS)
    for fault in faults:
        place = (fault.code, fault.severity, fault.table, fault.file, "" if fault.line is None else fault.line)
        words = (fault.column, fault.key, fault.found, str(fault.values.get("expected", "")), remedy(fault, lang))
        rows.writerow((*place, *(_as_text(word) for word in words), fault.cell))
    return sheet.getvalue()


def _as_text(cell: str) -> str:
    return f"'{cell}" if FORMULA.match(cell) and not NEGATIVE.fullmatch(cell) else cell
