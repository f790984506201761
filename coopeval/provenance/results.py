"""Released tables on their way from a notebook to the report, and back."""

from __future__ import annotations

import csv
import io
import json
import math
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from coopeval.errors import DataError, DisclosureError, ParameterError
from coopeval.provenance.digests import ROOT
from coopeval.uncertainty import require_released
from coopeval.uncertainty.shape import About

RESULTS = "COOPEVAL_RESULTS"  # the run's environment names the folder; in JupyterLab there is none
SPEC = "application/vnd.coopeval+json"
NAME = re.compile(r"^[a-z][a-z0-9_]*$")
SPELLED_OUT = (
    "estimand", "unit", "population", "clock", "method", "interval", "level", "numerator", "denominator", "warnings",
    "privacy", "is_synthetic", "as_of",
)  # fmt: skip
# A cell that a spreadsheet would take for a formula gets an apostrophe in front; so does one that already has it, so
# that reading back is exact. A formula may begin inside a cell too: where the list separator is the semicolon, as in
# Belgium, a spreadsheet cuts our lines there.
_SIGNS = r"(?=[=+\-@\t\r\n])"
FORMULA = re.compile(rf"(^|[;\t\r\n])('*){_SIGNS}")
GUARDED = re.compile(rf"(^|[;\t\r\n])'('*){_SIGNS}")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")  # tab and line feed may stand in a CSV, in quotes


@dataclass(frozen=True)
class HandedOver:
    """What a notebook hands over: the names of its released tables, shown the same in a run and outside one."""

    tables: Mapping[str, str]  # name and SHA-256 of the released content

    def __str__(self) -> str:
        return "Handed over: " + (", ".join(self.tables) or "nothing") + "."

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, object]:
        tables = {name: {"name": name, "sha256": digest} for name, digest in self.tables.items()}
        return {"text/plain": str(self), SPEC: {"kind": "handed_over", "tables": tables}}


def hand_over(*released: pd.DataFrame) -> HandedOver:
    """Hand released tables to the run: for each one a CSV and its about.json.

    Outside a run (no folder in the environment variable COOPEVAL_RESULTS) nothing is written.

    Parameters
    ----------
    released
        What `disclosure.gate` returned, unchanged.

    Returns
    -------
    An object that shows the names handed over.

    Raises
    ------
    DisclosureError
        A table that the gate has not released, or that was changed since.
    ParameterError
        Two tables of one name, or a name that cannot be a file.
    DataError
        A text with a control character in it.
    """
    stamps = [require_released(table) for table in released]
    names = [stamp["name"] for stamp in stamps]
    for name in names:
        if not NAME.match(name):
            raise ParameterError(f'"{name}" cannot name a table; use small letters, digits and _.')
        if names.count(name) > 1:
            raise ParameterError(f'Two tables are called "{name}". Give each table its own name at the gate.')
    folder = os.environ.get(RESULTS)
    if folder:
        for table, stamp in zip(released, stamps, strict=True):
            _write(table, stamp, Path(folder))
    return HandedOver({stamp["name"]: stamp["sha256"] for stamp in stamps})


def rewrite(released: pd.DataFrame, folder: Path) -> None:
    """Put a released table in the place of the one handed over under its name: after the audit hid more of it."""
    _write(released, require_released(released), Path(folder))


def released(folder: Path) -> dict[str, pd.DataFrame]:
    """The tables handed over to a folder, by name, each with its stamp as the gate set it.

    Raises
    ------
    DisclosureError
        A file was changed after it was handed over.
    """
    return {path.name.removesuffix(".about.json"): _read(path) for path in sorted(Path(folder).glob("*.about.json"))}


def audiences(folder: Path) -> dict[str, str]:
    """For whom each table handed over to a folder was released, by name, as it says itself; its rows are not read."""
    paths = sorted(Path(folder).glob("*.about.json"))
    said = {path.name.removesuffix(".about.json"): json.loads(path.read_bytes()) for path in paths}
    return {name: about["audience"] for name, about in said.items()}


def published(folder: str, name: str, audience: str = "public") -> pd.DataFrame | None:
    """A table of a report that was made, as it was released for an audience; none where there is none.

    Exact figures beside rounded ones would take rounding for a change, so each audience has its own.

    >>> published("", "monitor_indicators") is None
    True
    """
    inside = "results" if audience == "public" else "private/internal/results"
    path = ROOT / folder / inside / f"{name}.about.json"
    return _read(path) if folder and path.is_file() else None


def _write(table: pd.DataFrame, stamp: Mapping[str, str], folder: Path) -> None:
    about = table.attrs["about"]
    table = pd.DataFrame(table)  # bare: pandas copies what hangs on a frame each time a column is looked at
    texts = _text_columns(table)
    hostile = [c for c in texts if any(CONTROL.search(str(cell)) for cell in table[c])]
    if hostile:
        raise DataError(f"{stamp['name']}, column {hostile[0]}: a text holds a control character. Take it out.")
    folder.mkdir(parents=True, exist_ok=True)
    said = {
        "name": stamp["name"],
        "audience": stamp["audience"],
        "sha256": stamp["sha256"],
        "about": about,
        "columns": {column: str(dtype) for column, dtype in table.dtypes.items()},
    }
    cells = {column: table[column].map(guarded) if column in texts else table[column] for column in table}
    spelled = {word: _plain(about.get(word, "")) for word in SPELLED_OUT if word not in table}
    # Public figures are fixed by the gate and hold to 12 digits on every processor; internal ones stay exact.
    digits = "%.12g" if stamp["audience"] == "public" else None
    whole = pd.DataFrame(cells | spelled, index=table.index)
    lines = whole.to_csv(index=False, lineterminator="\n", float_format=digits)
    _replace(folder / f"{stamp['name']}.csv", lines)
    text = json.dumps(said, ensure_ascii=False, indent=1, default=list)
    _replace(folder / f"{stamp['name']}.about.json", text + "\n")


def _replace(path: Path, text: str) -> None:
    fresh = path.with_name(f".{path.name}.fresh")
    fresh.write_text(text, encoding="utf-8", newline="")
    fresh.replace(path)


def _read(path: Path) -> pd.DataFrame:
    about = path.read_bytes()
    cells = path.with_name(f"{json.loads(about)['name']}.csv")
    if not cells.is_file():
        raise DataError(f"{cells.name} is missing beside {path.name}. Run the notebook again.")
    return _parsed(about, cells.read_bytes()).copy()


@lru_cache(maxsize=1024)  # a run reads each of its tables again and again: to plan, audit, publish and check
def _parsed(about: bytes, text: bytes) -> pd.DataFrame:
    """A released table from what its two files hold."""
    said = json.loads(about)
    try:
        told = _told(text)
        # Columns as arrays: aligning a Series each takes longer than all the rest.
        table = pd.DataFrame({column: _typed(told[column], dtype) for column, dtype in said["columns"].items()})
        stamp = {word: said[word] for word in ("name", "audience", "sha256")}
        table.attrs = {"about": About({**said["about"], "warnings": tuple(said["about"].get("warnings", ()))})}
        table.attrs["released"] = stamp
        require_released(table)
    except (DisclosureError, csv.Error, KeyError, ValueError) as error:
        raise DisclosureError(f"{said['name']}.csv is not what was handed over. Run the notebook again.") from error
    return table


def _told(text: bytes) -> dict[str, list[str]]:
    """The cells of a CSV as they stand there, by column."""
    header, *rows = csv.reader(io.StringIO(text.decode("utf-8"), newline=""), strict=True)
    columns = zip(*rows, strict=True) if rows else ((),) * len(header)
    return {name: list(cells) for name, cells in zip(header, columns, strict=True)}


def _typed(told: list[str], dtype: str) -> np.ndarray | pd.Series:
    if dtype in ("object", "string", "str", "category"):
        return np.array([GUARDED.sub(r"\1\2", text) if "'" in text else text for text in told], dtype=object)
    if dtype in ("bool", "boolean"):
        return pd.Series(told, dtype=object).map({"True": True, "False": False}).astype(dtype)
    if dtype.startswith("datetime"):
        cells = pd.Series(told, dtype=object)
        return pd.to_datetime(cells.where(cells != ""), format="ISO8601").astype(dtype)
    # Python reads the shortest form of a number exactly; the fast parser of pandas may be off by a bit.
    numbers = np.array([float(text) if text else math.nan for text in told], dtype=float)
    return numbers if dtype == "float64" else pd.Series(numbers).astype(dtype)


def _text_columns(table: pd.DataFrame) -> list[str]:
    return [column for column in table if not pd.api.types.is_numeric_dtype(table[column])]


def guarded(cell: object) -> object:
    """A cell as a CSV may hold it: what a spreadsheet would take for a formula gets an apostrophe in front."""
    return FORMULA.sub(r"\1'\2", cell) if isinstance(cell, str) else cell


def _plain(said: object) -> object:
    if isinstance(said, (tuple, list)):
        return guarded(" | ".join(map(str, said)))
    return guarded(said)
