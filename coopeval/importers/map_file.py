"""map.toml: how a list of someone else becomes one of our tables. A closed list of keys; whatever else is refused."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from coopeval.errors import DataError, Fault, Faults
from coopeval.importers.map_days import FORMS
from coopeval.schema import TABLES, Table
from coopeval.schema.forms import codes_of
from coopeval.tables.explain import explained
from coopeval.tables.personal import shown

LARGEST = 1_000_000  # bytes; a map is a page
Text = Annotated[str, Field(min_length=3, max_length=300, pattern=r"^[^\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]*\S$")]
Closed = ConfigDict(extra="forbid", frozen=True, strict=True)
EXPECTED = {  # for people: what stands behind each key
    "table": '"enterprises"', "source": '"Register of co-operatives, list of 30 June 2026"',
    "snapshot_on": "2026-06-30", "synthetic": "true, false", "holds": '"all", "active_only", "ended_only"',
    "selected_on": '"nothing", "outcome"', "used_for": '"survival", "description"', "sheet": '"Sheet1"',
    "decimal": '"," or "."', "id_prefix": '"REG-"', "refused_at_most": "0.05",
    "columns": '[columns] and "heading of the source" = "our_column"',
    "constants": '[constants] and our_column = "value"',
    "dates": f"[dates] and our_column = one of {', '.join(FORMS)}", "codes": '[codes.our_column] and "theirs" = "ours"',
    "status": "[status]", "status.column": '"heading of the source"',
    "status.active": '["AC"]', "status.ended": '["ST"]',
}  # fmt: skip


class Status(BaseModel):
    """A column of the source that says who is active, as a check on the days: it is read and not kept."""

    model_config = Closed

    column: str
    active: list[str]
    ended: list[str] = []


class Map(BaseModel):
    """All of it. Columns go from the heading of the source to ours; all else is named by our column."""

    model_config = Closed

    table: Literal[tuple(TABLES)]
    source: Text
    snapshot_on: date
    synthetic: bool = False
    holds: Literal["all", "active_only", "ended_only"] = "all"
    selected_on: Literal["nothing", "outcome"] = "nothing"
    used_for: Literal["survival", "description"] = "survival"
    sheet: str = ""
    decimal: Literal[",", "."] | None = None
    id_prefix: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{0,20}$")] = ""
    refused_at_most: Annotated[float, Field(ge=0, le=1, strict=False)] = 0.05
    columns: dict[str, str | list[str]]
    constants: dict[str, str] = {}
    dates: dict[str, Literal[tuple(FORMS)]] = {}
    codes: dict[str, dict[str, str]] = {}
    status: Status | None = None

    @property
    def schema_of(self) -> Table:
        """The table it leads to."""
        return TABLES[self.table]

    @property
    def headings(self) -> dict[str, str]:
        """Our column -> the heading of the source it comes from."""
        return {ours: theirs for theirs, mine in self.columns.items() for ours in _each(mine)}

    @property
    def asked(self) -> list[str]:
        """The headings that the source must have."""
        return list(dict.fromkeys([*self.columns, *([self.status.column] if self.status else [])]))


def read(path) -> Map:
    """The map in a file.

    Raises
    ------
    DataError
        It cannot be read, a key or column is unknown or said twice, or a required one gets no value: all at once.
    """
    path = Path(path)
    try:
        if not path.is_file() or path.stat().st_size > LARGEST:
            raise ValueError("no such file" if not path.is_file() else "too large")
        return parsed(path.read_bytes().decode("utf-8-sig"), path.name)
    except ValueError as error:
        line = re.search(r"at line (\d+)", str(error))
        problem = shown(re.sub(r" \(at .*", "", str(error)))
        at = int(line[1]) if line else None
        raise DataError(faults=Faults([Fault("E-MAP-01", file=path.name, line=at, values={"form": problem})])) from None


def parsed(text: str, file: str = "map.toml") -> Map:
    """The map in a text; raises ValueError where it is no TOML, DataError where it is no map.

    >>> try:
    ...     parsed('table = "entreprises"')
    ... except DataError as error:
    ...     print([(fault.code, fault.key) for fault in error.faults])
    [('E-MAP-04', 'columns'), ('E-MAP-04', 'snapshot_on'), ('E-MAP-04', 'source'), ('E-MAP-03', 'table')]
    """
    lines = text.splitlines()
    try:
        made = Map.model_validate(tomllib.loads(text))
    except ValidationError as error:
        raise DataError(faults=Faults(_problem(one, lines, file) for one in _once(error.errors()))) from None
    if faults := Faults(_faults(made, lines, file)):
        raise DataError(faults=faults)
    return made


def _each(mine: str | list[str]) -> list[str]:
    return [mine] if isinstance(mine, str) else list(mine)


def _once(problems: list[dict]) -> list[dict]:
    """A value that may be of two kinds is complained of for each of them: once is enough."""
    seen = {tuple(_where(problem)): problem for problem in reversed(problems)}
    return list(reversed(seen.values()))


def _where(problem: dict) -> list[str]:
    kinds = ("str", "list[str]")
    return [str(part) for part in problem["loc"] if part not in kinds and not isinstance(part, int)]


def _problem(problem: dict, lines: list[str], file: str) -> Fault:
    where = _where(problem)
    place, line = ".".join(where), line_of(where, lines)
    if problem["type"] == "extra_forbidden":
        known = [key.rpartition(".")[2] for key in EXPECTED if key.rpartition(".")[0] == ".".join(where[:-1])]
        return _unknown("E-MAP-02", where[-1], known, file=file, line=line, key=place)
    expected = EXPECTED.get(place, EXPECTED.get(where[0], ""))
    if problem["type"] == "missing":
        return Fault("E-MAP-04", file=file, line=line, key=place, values={"expected": expected})
    said = problem["input"]
    found = "" if isinstance(said, (dict, list)) else shown(str(said))
    if place == "table":
        near = difflib.get_close_matches(str(said), TABLES, n=1, cutoff=0.6)
        expected = f'"{near[0]}"' if near else ", ".join(TABLES)
    return Fault("E-MAP-03", file=file, line=line, key=place, found=found, values={"expected": expected})


def _unknown(code: str, said: str, known, **about) -> Fault:
    near = difflib.get_close_matches(said, list(known), n=1, cutoff=0.6)
    return Fault(code, found=shown(said), values={"expected": near[0] if near else ", ".join(known)}, **about)


def _faults(made: Map, lines: list[str], file: str) -> Iterator[Fault]:
    """What the keys say of our columns: each exists, gets its value once, and a required one gets one."""
    columns = made.schema_of.columns

    def fault(code: str, where: list[str], found: str = "", **values) -> Fault:
        section = where[0] if len(where) > 1 else ""
        place = {"file": file, "line": line_of(where, lines), "key": section, "column": where[-1]}
        return Fault(code, made.table, found=shown(found), values=values, **place)

    pairs = [("columns", theirs, ours) for theirs, mine in made.columns.items() for ours in _each(mine)]
    pairs += [(section, ours, ours) for section in ("constants", "dates", "codes") for ours in getattr(made, section)]
    for section, key, ours in pairs:
        if ours not in columns:
            at = {"file": file, "line": line_of([section, key], lines), "key": section}
            yield _unknown("E-MAP-05", ours, columns, table=made.table, **at)
    given = [(section, key, ours) for section, key, ours in pairs if section in ("columns", "constants")]
    for ours in dict.fromkeys(ours for *_, ours in given):
        if len(places := [(section, key) for section, key, one in given if one == ours]) > 1:
            yield fault("E-MAP-06", [*places[1][:1], places[1][1]], ours, n=len(places))
    told = {ours for *_, ours in given} | ({"last_seen_on"} if made.snapshot_on else set())
    entry = "observed_from" if made.table == "enterprises" else ""  # has a complaint of its own
    for name, column in columns.items():
        if not column.optional and name not in told and name != entry:
            yield fault("E-MAP-07", [name], meaning=column.meaning)
    yield from _of_kinds(made, fault)


def _of_kinds(made: Map, fault) -> Iterator[Fault]:
    """Forms of days for days alone, and codes that are in our lists."""
    columns = made.schema_of.columns
    for ours in made.dates:
        if ours in columns and columns[ours].kind != "day":
            yield fault("E-MAP-08", ["dates", ours], ours)
    for ours, pairs in made.codes.items():
        if ours not in columns or columns[ours].kind != "code":
            continue
        for theirs, mine in pairs.items():
            if mine not in codes_of(columns[ours]) and (mine or not columns[ours].optional):
                _, values = explained(columns[ours], "code", mine)
                expected = str(values.get("instead") or values["list"])
                yield fault("E-MAP-09", [f"codes.{ours}", theirs], mine, expected=expected)


def line_of(where: list[str], lines: list[str]) -> int | None:
    """The line of a key of a TOML file, else that of its section, else none.

    >>> line_of(["dates", "born_on"], ['table = "x"', "[dates]", 'born_on = "dd"'])
    3
    """
    section, key = (".".join(where[:-1]), where[-1]) if len(where) > 1 else ("", where[0])
    head, current = None, ""
    for number, text in enumerate(lines, start=1):
        if found := re.match(r"\s*\[\s*([^\]]+?)\s*\]", text):
            current = found[1].replace('"', "")
            if current == section or current == ".".join(where):
                head = head or number
        elif current == section and re.match(rf"""\s*["']?{re.escape(key)}["']?\s*=""", text):
            return number
    return head
