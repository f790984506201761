"""Which file of a folder is which table, and what else lies there."""

from __future__ import annotations

import difflib
from pathlib import Path

from coopeval.errors import Fault
from coopeval.schema import TABLES

SUFFIXES = (".csv", ".parquet")
DATA_LIKE = (*SUFFIXES, ".xlsx", ".xls", ".ods", ".tsv", ".txt", ".zip", ".pkl", ".pickle", ".json")
EXPECTED = ("datapackage.json", "settings.toml", "faults.csv", "truth.json")
LARGEST = 1_000_000_000  # bytes; more than a register extract of a region ever was


def place(data) -> Path:
    """The folder itself; a relative path starts at the root of the project, wherever the caller stands."""
    from coopeval.reference import ROOT

    path = Path(data).expanduser()
    return path if path.is_absolute() else ROOT / path


def files(folder: Path) -> tuple[dict[str, Path], list[Fault]]:
    """The file of each table that has exactly one that can be read, and the faults of the others."""
    if not folder.is_dir():
        code = "E-FILE-01" if not folder.exists() else "E-FILE-08"
        return {}, [Fault(code, file=folder.name)]
    inside = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    found, faults = {}, []
    for name, table in TABLES.items():
        candidates = [path for path in inside if path.stem == name and path.suffix.lower() in SUFFIXES]
        if len(candidates) > 1:
            names = ", ".join(path.name for path in candidates)
            faults.append(Fault("E-FILE-03", name, candidates[0].name, values={"files": names}))
        elif candidates:
            code = _unreadable(candidates[0], folder)
            faults += [Fault(code, name, candidates[0].name, values={"largest": LARGEST // 1_000_000})] if code else []
            found |= {} if code else {name: candidates[0]}
        elif table.required:
            faults.append(Fault("E-FILE-02", name, f"{name}.csv", values={"title": table.title}))
    return found, faults + _unexpected(inside)


def _unreadable(path: Path, folder: Path) -> str:
    if not path.resolve().is_relative_to(folder.resolve()):
        return "E-FILE-07"
    if not path.is_file():
        return "E-FILE-08"
    return "E-FILE-06" if path.stat().st_size > LARGEST else ""


def _unexpected(inside: list[Path]) -> list[Fault]:
    faults = []
    for path in inside:
        is_table = path.stem in TABLES and path.suffix.lower() in SUFFIXES
        if is_table or path.name in EXPECTED or path.is_dir() or path.suffix.lower() not in DATA_LIKE:
            continue
        near = difflib.get_close_matches(path.stem.casefold(), TABLES, n=1, cutoff=0.7)
        values = {"instead": f"{near[0]}.csv"} if near else {}
        faults.append(Fault("W-FILE-02" if near else "W-FILE-01", file=path.name, values=values))
    return faults
