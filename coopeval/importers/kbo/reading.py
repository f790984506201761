"""One CSV file of an extract becomes rows in Parquet, or the list of everything in it that cannot be read."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import duckdb

from coopeval.errors import Fault
from coopeval.importers.kbo import engine, packages
from coopeval.importers.kbo.layout import DELETE, LAYOUTS, columns_of
from coopeval.importers.kbo.packages import Package
from coopeval.tables import decoding
from coopeval.tables.personal import shown

MOST_NAMED = 1_000  # faults of one kind in one file; past that the file is another file
SHAPES = r"[01]\d{3}\.\d{3}\.\d{3}|[2-9]\.\d{3}\.\d{3}\.\d{3}"  # an enterprise, or any other entity
HEADER = 100_000  # bytes among which the first line ends


def header(package: Package, file: str) -> tuple[list[str], list[Fault]]:
    """The headings of a file, and what is wrong with them."""
    place = package.file(file)
    try:
        content = packages.head(package, file, HEADER)
    except packages.BROKEN:
        return [], [Fault("E-KBO-10", file, place)]
    first = content.splitlines()[0] if content.strip() else b""
    text, faults = decoding.text_of(first, file, place)
    if text is None:
        return [], faults
    expected = columns_of(file)
    named = next(csv.reader(io.StringIO(text)))
    if len(named) < len(expected) and any(len(text.split(sign)) == len(expected) > 1 for sign in ";\t|"):
        return named, [Fault("E-KBO-19", file, place, 1)]
    faults = [
        Fault("E-KBO-20", file, place, 1, name, values={"expected": ", ".join(expected)})
        for name in expected
        if name not in named
    ]
    faults += [Fault("E-KBO-21", file, place, 1, shown(name)) for name in dict.fromkeys(named) if name not in expected]
    faults += [Fault("E-COL-04", file, place, 1, shown(name), values={"n": named.count(name)})
               for name in dict.fromkeys(named) if named.count(name) > 1]  # fmt: skip
    return named, faults


def without_dots(column: str) -> str:
    """A number as digits alone, in a query.

    >>> without_dots("Id")
    "replace(Id, '.', '')"
    """
    return f"replace({column}, '.', '')"


def _if_number(column: str) -> str:
    """The digits of a number whose dots stand right and whose check digits agree, else nothing; in a query.

    Enterprises begin with 0 or 1, establishments with 2 to 8; both have the same check. Branches (9) have none.
    """
    digits = without_dots(column)
    figure = f"{digits}::BIGINT"  # one pattern decides what is cast: several looks at a text cost more than the reading
    check = f"({column} >= '9' OR 97 - ({figure} // 100) % 97 = {figure} % 100)"
    return f"CASE WHEN regexp_full_match({column}, '{SHAPES}') AND {check} THEN {digits} END"


def _as_kept(table: str, column: str) -> str:
    layout = LAYOUTS[table]
    if column in layout.numbers:
        return f"{_if_number(column)} AS {column}"
    if column == layout.key:
        return f"{without_dots(column)} AS {column}"
    if column in layout.dates:
        return f"coalesce(TRY_STRPTIME({column}, '%d-%m-%Y')::DATE::VARCHAR, {column}, '') AS {column}"
    return f"coalesce({column}, '') AS {column}"


def rows(table: str, path: Path, named: list[str]) -> str:
    """Query of the rows of a table: numbers without dots (none where it is no number), days in the form 2025-12-31."""
    layout = LAYOUTS[table]
    wanted = layout.kept or layout.numbers
    return f"SELECT {', '.join(_as_kept(table, column) for column in wanted)} FROM {engine.csv(path, named)}"


def keys(table: str, path: Path, named: list[str]) -> str:
    """Query of the keys that an update takes away."""
    return f"SELECT {_as_kept(table, LAYOUTS[table].key)} FROM {engine.csv(path, named)}"


def rejected(link: duckdb.DuckDBPyConnection, file: str, place: str) -> list[Fault]:
    """The lines that the engine could not read, each once, since it was last asked."""
    query = "SELECT line, min_by(error_type, column_idx) FROM reject_errors GROUP BY line ORDER BY line LIMIT "
    found = link.execute(query + str(MOST_NAMED)).fetchall()
    link.execute("DELETE FROM reject_errors")
    link.execute("DELETE FROM reject_scans")
    code = {"INVALID ENCODING": "E-TEXT-02", "UNQUOTED VALUE": "E-LINE-02"}
    return [Fault(code.get(str(kind), "E-KBO-22"), file, place, line) for line, kind in found]


def has_no_number(link: duckdb.DuckDBPyConnection, table: str, raw: Path, file: str) -> bool:
    """Whether a number of some row was none."""
    numbers = [LAYOUTS[table].key] if file.endswith(DELETE) else LAYOUTS[table].numbers
    wrong = " OR ".join(f"{column} IS NULL" for column in numbers)
    return link.execute(f"SELECT count(*) FROM {engine.parquet([raw])} WHERE {wrong}").fetchone()[0] > 0


def wrong_numbers(path: Path, table: str, place: str, named: list[str]) -> list[Fault]:
    """Each number that is none, with its line; read once more, line by line, because line numbers cost too much."""
    faults = []
    at = [(position, column) for position, column in enumerate(named) if column in LAYOUTS[table].numbers]
    for line, row in _lines(path):
        for position, column in at:
            if not is_number(row[position]):
                faults.append(Fault("E-KBO-23", table, place, line, column, found=shown(row[position])))
        if len(faults) >= MOST_NAMED:
            break
    return faults


def lines_of(path: Path, column: int, wanted: set[str]) -> Iterator[tuple[int, str]]:
    """Line and number of each row whose number in a column is, without its dots, one of those wanted."""
    return ((line, row[column]) for line, row in _lines(path) if row[column].replace(".", "") in wanted)


def _lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        next(reader, None)
        start = reader.line_num + 1
        for row in reader:
            yield start, row
            start = reader.line_num + 1


def is_number(text: str) -> bool:
    """Whether it is a number of the register with its dots and the right check digits.

    >>> is_number("0123.456.749"), is_number("0123.456.748"), is_number("123456749")
    (True, False, False)
    """
    digits = text.replace(".", "")
    if len(digits) != 10 or not digits.isascii() or not digits.isdigit():
        return False
    shapes = (f"{digits[:4]}.{digits[4:7]}.{digits[7:]}", f"{digits[0]}.{digits[1:4]}.{digits[4:7]}.{digits[7:]}")
    if text != shapes[digits[0] not in "01"]:
        return False
    return digits[0] == "9" or 97 - int(digits[:8]) % 97 == int(digits[8:])
