"""The ledger of releases: every row of every public table that readers ever got, in one CSV for its owner alone.

One line for each table (row 0, with what the table says of itself), and one for each of its rows. The runs write it
at their switch; the gate, inside a notebook, reads the part of it that the run has laid out for it.
"""

from __future__ import annotations

import functools
import hashlib
import json
import math
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from coopeval.errors import CoopevalError, DisclosureError, refusal
from coopeval.uncertainty import require_released
from coopeval.wording import N_

LEDGER = "COOPEVAL_LEDGER"  # the run's environment names the part the gate may see; in JupyterLab there is none
COLUMNS = (
    "structure", "period", "ends", "edition", "state", "is_synthetic", "table", "sha256", "privacy", "row", "labels",
    "figures", "note", "hidden", "about",
)  # fmt: skip
TEXTS = ("object", "string", "str", "category")
KEY = ("structure", "period", "edition", "state", "table")
PENDING, PUBLISHED, SUPERSEDED = "pending", "published", "superseded"
NUMBERS_AS_LABELS = (
    "at_months", "year_after", "years", "tau", "k_eur", "bandwidth", "own_year", "is_main", "verified", "level",
)  # fmt: skip
ANSWERS = ("own",)  # what the programme itself answered, in words
JSON = json.JSONEncoder(ensure_ascii=False, default=list)
DAMAGED = N_(
    "The ledger of releases, {file}, cannot be trusted: {problem}. Put it back from your backup; where there is none, "
    "coopeval ledger rebuild makes it from the reports that stand there, and forgets editions that were replaced."
)


class LedgerError(CoopevalError):
    """The ledger of releases is damaged, or lacks what stands published: nothing is made until it is whole."""

    exit_code = 2


@dataclass(frozen=True)
class Edition:
    """What was released together: one run of one period."""

    period: str
    ends: str  # ISO day: the last one the period covers
    edition: str  # digest of code, data and settings
    is_synthetic: bool
    structure: str = ""  # empty: the one the data mark as evaluated
    state: str = PENDING


def labels_of(table: pd.DataFrame) -> list[str]:
    """The columns that say which row it is; the others are figures, `note` and `hidden`."""
    return [
        column
        for column in table.columns
        if column not in ("note", "hidden")
        and (column in NUMBERS_AS_LABELS or not pd.api.types.is_numeric_dtype(table[column]))
    ]


def identity_of(table: pd.DataFrame) -> list[str]:
    """The labels by which a row is the same one in two releases: an answer told beside it may change."""
    return [label for label in labels_of(table) if label not in ANSWERS]


def lines_of(edition: Edition, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The lines of the ledger for the released tables of an edition, all cells as text."""
    head = {
        "structure": edition.structure, "period": edition.period, "ends": edition.ends, "edition": edition.edition,
        "state": edition.state, "is_synthetic": str(edition.is_synthetic),
    }  # fmt: skip
    lines = [line for name in sorted(tables) for line in _lines(tables[name])]
    return pd.DataFrame([{**head, **line} for line in lines], columns=list(COLUMNS)).fillna("")


def _lines(table: pd.DataFrame) -> list[dict[str, str]]:
    stamp, about = require_released(table), table.attrs["about"]
    same = {"table": stamp["name"], "sha256": stamp["sha256"], "privacy": str(about.get("privacy", ""))}
    labels = labels_of(table)
    figures = [c for c in table.columns if c not in labels and c not in ("note", "hidden")]
    rows = [
        {
            **same, "row": str(number),
            "labels": _json({column: _cell(row[column]) for column in labels}),
            "figures": _json({column: _cell(row[column]) for column in figures}),
            "note": str(row.get("note", "")), "hidden": str(bool(row.get("hidden", False))),
        }
        for number, row in enumerate(_records(table), start=1)
    ]  # fmt: skip
    columns = {column: str(dtype) for column, dtype in table.dtypes.items()}
    said = {"about": about, "columns": columns, "audience": stamp["audience"], "lines": _sum(rows)}
    return [{**same, "row": "0", "about": _json(said)}, *rows]


def _sum(rows: Iterable[Mapping[str, str]]) -> str:
    """One digest for the lines of a table: tells damage at once, without building the table again."""
    said = "\n".join("\t".join(row[c] for c in ("row", "labels", "figures", "note", "hidden")) for row in rows)
    return hashlib.sha256(said.encode()).hexdigest()


def _json(said: Mapping) -> str:
    return JSON.encode(said)


def _cell(value: object) -> object:
    """A cell as JSON holds it: numbers with the digits a released table is fixed to."""
    if isinstance(value, str | bool):
        return value
    if isinstance(value, float):  # most are, and pandas takes its time to look
        return None if math.isnan(value) else float(f"{value:.12g}")
    if pd.isna(value):
        return None
    return float(f"{float(value):.12g}") if isinstance(value, int | float) or hasattr(value, "dtype") else str(value)


def read(path: Path) -> pd.DataFrame:
    """The lines of a ledger, all cells as text; none where there is no file.

    Raises
    ------
    LedgerError
        It cannot be read, or lines of a table are gone or are not what was written.
    """
    name = Path(path).name
    if not Path(path).exists():
        return pd.DataFrame(columns=list(COLUMNS), dtype=str)
    try:
        lines = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    except (OSError, ValueError) as error:
        raise _damaged(name, str(error).splitlines()[0]) from None
    if tuple(lines.columns) != COLUMNS or not lines["state"].isin((PENDING, PUBLISHED, SUPERSEDED)).all():
        raise _damaged(name, ", ".join(lines.columns)[:80])
    for key, rows in _together(lines, KEY).items():
        first, *others = rows
        try:
            whole = first["row"] == "0" and json.loads(first["about"])["lines"] == _sum(others)
        except (ValueError, KeyError, TypeError):
            whole = False
        if not whole or len({row["sha256"] for row in rows}) > 1:
            raise _damaged(name, f"{key[1]}, {key[4]}")
    return lines


def _records(table: pd.DataFrame) -> list[dict[str, object]]:
    """Each row as a mapping of plain values: pandas takes the columns apart for every table anew, and takes longer."""
    columns = [[cell.item() if isinstance(cell, np.generic) else cell for cell in table[c].tolist()] for c in table]
    return [dict(zip(table.columns, cells, strict=True)) for cells in zip(*columns, strict=True)]


def _together(lines: pd.DataFrame, key: Sequence[str]) -> dict[tuple[str, ...], list[dict[str, str]]]:
    """The lines that have a key in common, as they are met."""
    found: dict[tuple[str, ...], list[dict[str, str]]] = {}
    for line in _records(lines):
        found.setdefault(tuple(line[name] for name in key), []).append(line)
    return found


def _damaged(file: str, problem: str) -> CoopevalError:
    return refusal(LedgerError, DAMAGED, file=file, problem=problem)


def _table(lines: Sequence[Mapping[str, str]], file: str = "ledger.csv") -> pd.DataFrame:
    """A released table from its lines, with its stamp; refuses one whose content is not what its digest says."""
    first, *others = lines
    said = json.loads(first["about"])
    cells = [_row(line) for line in others]
    columns = {name: _column([row.get(name) for row in cells], dtype) for name, dtype in said["columns"].items()}
    table = pd.DataFrame(columns)
    about = {**said["about"], "warnings": tuple(said["about"].get("warnings", ()))}
    stamp = {"name": first["table"], "audience": said["audience"], "sha256": first["sha256"]}
    table.attrs = {"about": about, "released": stamp}
    try:
        require_released(table)
    except DisclosureError:
        raise _damaged(file, f"{first['period']}, {first['table']}") from None
    return table


def _row(line: Mapping[str, str]) -> dict[str, object]:
    cells = {**json.loads(line["labels"]), **json.loads(line["figures"])}
    return {**cells, "note": line["note"], "hidden": line["hidden"] == "True"}


def _column(cells: list, dtype: str) -> np.ndarray | pd.Series:
    """As an array where it can be one: aligning a Series each takes longer than all the rest."""
    if dtype in TEXTS:
        return np.array(["" if cell is None else cell for cell in cells], dtype=object)
    if dtype in ("bool", "boolean"):
        return pd.Series(cells, dtype=dtype)
    if dtype.startswith("datetime"):
        return pd.to_datetime(pd.Series(cells, dtype=object), format="ISO8601").astype(dtype)
    numbers = np.array([math.nan if cell is None else cell for cell in cells], dtype=float)
    return numbers if dtype == "float64" else pd.Series(numbers).astype(dtype)


def tables_of(lines: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The released tables in the lines of one edition, by name."""
    return {name: _table(rows) for (name,), rows in sorted(_together(lines, ["table"]).items())}


def write(path: Path, lines: pd.DataFrame) -> None:
    """Replace the ledger in one step: on the disk before it takes the place of the old one, readable by its owner."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    fresh = path.with_name(f".{path.name}.fresh")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
        lines.to_csv(file, index=False, lineterminator="\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def remembered(name: str) -> list[pd.DataFrame]:
    """The earlier releases of a table that the run lets the gate see, the oldest first; none outside a run."""
    path = os.environ.get(LEDGER)
    if not path:
        return []
    found = os.stat(path)
    lines = _laid_out(path, found.st_mtime_ns, found.st_size)
    rows = lines[lines["table"] == name]
    released = [(group[0]["ends"], key, _table(group)) for key, group in _together(rows, KEY).items()]
    for ends, _, table in released:
        table.attrs["ends"] = ends
    return [table for _, _, table in sorted(released, key=lambda one: one[:2])]


@functools.lru_cache(maxsize=4)
def _laid_out(path: str, modified: int, size: int) -> pd.DataFrame:
    """One reading for all tables of a kernel, for as long as the file stays as it is."""
    return read(Path(path))
