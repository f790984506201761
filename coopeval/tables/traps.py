"""What no cell should hold: persons where a pseudonym is due, numbers and addresses that lead to them, damaged keys."""

from __future__ import annotations

import re
from collections.abc import Callable

import pandas as pd

from coopeval.schema import Column
from coopeval.schema.forms import is_enterprise_number
from coopeval.tables.personal import EMAIL, NATIONAL, is_national_number
from coopeval.tables.raw import Raw

SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?[eE]\+\d+")  # how a spreadsheet shows a long number, its digits lost
# two words or more, or one word with a capital: made-up keys have a digit, or small letters alone
CAPITAL = r"[A-ZÀ-Þ][^\W\d_]*(?:['’-][^\W\d_]+)*"
NAME = re.compile(
    rf"{CAPITAL}(?:[ ,.]+(?:{CAPITAL}|[a-zß-ÿ]{{1,4}}))*[ ,.]+{CAPITAL}\.?"  # Jan van den D'Hondt-Maes
    r"|[^\W\d_]+(?:[ ,.]+[^\W\d_]+)+\.?|[A-ZÀ-Þ][a-zß-ÿ]{2,}"  # jan.peeters, Peeters
)
ENTERPRISE = re.compile(r"(?<![\d.])(?:BE ?)?([01]\d{3})[. ]?(\d{3})[. ]?(\d{3})(?![\d.]*\d)", re.I)


def complain(raw: Raw) -> None:
    """Adds national numbers, e-mail addresses, names in place of pseudonyms, damaged keys; nothing is repeated."""
    for name, column in raw.table.columns.items():
        if column.kind not in ("text", "code") or name in raw.absent:
            continue
        _each(raw, name, "E-PERS-01", NATIONAL, is_national_number)
        if column.kind != "text":
            continue
        _each(raw, name, "E-PERS-02", EMAIL, EMAIL.search)
        if not _is_key(column):
            _enterprises(raw, column)
            continue
        _each(raw, name, "E-KEY-08", SCIENTIFIC, SCIENTIFIC.fullmatch)
        if column.privacy == "personal":
            _each(raw, name, "E-PERS-03", NAME, NAME.fullmatch)


def _is_key(column: Column) -> bool:
    return column.name.endswith("_id") or bool(column.references)


def _each(raw: Raw, name: str, code: str, quick: re.Pattern, is_so: Callable[[str], object]) -> None:
    cells = raw.frame[name]
    if quick.search(_every(cells)):  # one search over the column first: it is nearly always in vain
        raw.add(code, [line for line, cell in cells.items() if is_so(cell)], name)


def _every(cells: pd.Series) -> str:
    """Each value of a column once, on a line of its own."""
    return "\n".join(dict.fromkeys(cells.tolist()))


def _enterprises(raw: Raw, column: Column) -> None:
    """Enterprise numbers in free text: public by themselves, and a way from this row into the register."""
    if column.form or not ENTERPRISE.search(_every(raw.frame[column.name])):
        return
    cells = raw.frame[column.name]
    lines = [line for line, cell in cells.items() if any(map(is_enterprise_number, _numbers(cell)))]
    raw.add("W-PERS-01", lines[:1], column.name, n=len(lines))


def _numbers(text: str) -> list[str]:
    return ["".join(parts) for parts in ENTERPRISE.findall(text)]
