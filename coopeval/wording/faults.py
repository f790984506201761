"""A fault in one line: where it is, what was found and what is expected, and what to do about it."""

from __future__ import annotations

from coopeval.errors import Fault
from coopeval.wording.book_words import BOOK
from coopeval.wording.fault_words import FAULTS as SINGLE
from coopeval.wording.fault_words import Words
from coopeval.wording.map_words import MAPS
from coopeval.wording.messages import N_, translate
from coopeval.wording.register_words import REGISTER
from coopeval.wording.set_words import SET
from coopeval.wording.source_words import SOURCES
from coopeval.wording.tied_words import TIED

FAULTS: dict[str, Words] = {**SINGLE, **BOOK, **TIED, **SET, **SOURCES, **MAPS, **REGISTER}

PLACES = {
    "sheet": N_("sheet {table}"),
    "line": N_("line {line}"),
    "row": N_("row {line}"),
    "cell": N_("cell {cell}"),
    "column": N_("column {column}"),
    "key": N_("key {key}"),
}
CODES = ("E-CODE-01", "E-MAP-23")  # what they suggest is a code of a list, said with its label
HIDDEN = N_("the value")
MORE = N_("({n} more lines like this; see faults.csv)")


def fault_line(fault: Fault, lang: str) -> str:
    """One line for one fault: code, place, what was found, what is expected, what to do.

    >>> print(fault_line(Fault("E-LINE-01", "jobs", "jobs.csv", 4, values={"n": 3, "expected": 4}), "en"))
    E-LINE-01 jobs.csv line 4: The line has 3 fields; the headings have 4. Look for a separator too many or too few,
    or a text that needs quotation marks.
    """
    return f"{fault.code} {place(fault, lang)}: {said(fault, lang)} {remedy(fault, lang)}"


def place(fault: Fault, lang: str) -> str:
    """Where it is: file, line (row where the file has no lines), column, key; in a workbook the cell, or the sheet."""
    is_workbook = fault.file.lower().endswith(".xlsx")
    counted = "row" if is_workbook or fault.file.endswith(".parquet") else "line"
    file = fault.file
    if is_workbook and fault.table and not fault.cell:
        file = f"{file}, {in_words(PLACES['sheet'], lang, table=fault.table)}"
    line = in_words(PLACES[counted], lang, line=fault.line) if fault.line is not None else ""
    parts = [
        in_words(PLACES["cell"], lang, cell=fault.cell) if fault.cell else line,
        in_words(PLACES["column"], lang, column=fault.column) if fault.column else "",
        in_words(PLACES["key"], lang, key=fault.key) if fault.key else "",
    ]
    return " ".join(part for part in (file, ", ".join(part for part in parts if part)) if part)


def said(fault: Fault, lang: str) -> str:
    """What was found and what is expected."""
    sentence = in_words(_words(fault).says, lang, **_values(fault, lang))
    return sentence.replace('""', in_words(HIDDEN, lang)) if not fault.found else sentence


def remedy(fault: Fault, lang: str) -> str:
    """What to do about it."""
    return in_words(_words(fault).remedy, lang, **_values(fault, lang))


def _words(fault: Fault) -> Words:
    if fault.code not in FAULTS:
        raise LookupError(f"{fault.code} has no words: add them to a file of words, and that file to {__name__}.FAULTS")
    return FAULTS[fault.code]


def _values(fault: Fault, lang: str) -> dict[str, object]:
    values = {"column": fault.column, **fault.values, "found": fault.found, "file": fault.file, "table": fault.table}
    if fault.code in CODES and values.get("instead"):
        values["instead"] = _with_label(str(values["list"]), str(values["instead"]), lang)
    return values


def _with_label(codelist: str, code: str, lang: str) -> str:
    """A code as it is said to somebody: with its label, where it has one of its own."""
    from coopeval.reference import labels, lists  # loads pandas, which no sentence but this one needs

    label = labels(codelist, lang).get(code, "") if codelist in lists() else ""
    return f"{code} ({label})" if label not in ("", code) else code


def in_words(msgid: str, lang: str, **values: object) -> str:
    """A sentence in a language, its placeholders filled."""
    return translate(msgid, lang).format(
        **{name: translate(value, lang) if name == "meaning" else value for name, value in values.items()}
    )
