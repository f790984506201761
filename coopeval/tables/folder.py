"""Which file of a folder is which table, and what else lies there."""

from __future__ import annotations

import difflib
import re
from pathlib import Path

from coopeval.errors import Fault
from coopeval.schema import TABLES
from coopeval.tables.personal import shown

SUFFIXES = (".csv", ".parquet")
TEXTS = (*SUFFIXES, ".tsv", ".tab", ".txt", ".dat")  # what only needs another name
DATA_LIKE = (
    *SUFFIXES, ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".numbers", ".tsv", ".tab", ".txt", ".dat", ".json", ".jsonl",
    ".ndjson", ".xml", ".html", ".yaml", ".yml", ".toml", ".zip", ".gz", ".7z", ".rar", ".tar", ".pkl", ".pickle",
    ".joblib", ".npy", ".npz", ".feather", ".arrow", ".orc", ".h5", ".rds", ".rdata", ".sav", ".dta", ".sas7bdat",
    ".db", ".sqlite",
)  # fmt: skip
# how programs and people name a second state of a file
COPY = r"(?:copy of |kopie van |copie de )?{name}(?:[ _-]+(?:\(\d+\)|(?:copy|kopie|copie)\b.*|v?\d+|final|def))?"
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
    found, faults, claimed = {}, [], set()
    for name, table in TABLES.items():
        candidates = _candidates(inside, name)
        claimed |= set(candidates)
        if len(candidates) > 1:
            names = ", ".join(path.name for path in candidates)
            faults.append(Fault("E-FILE-03", name, candidates[0].name, values={"files": names}))
        elif candidates:
            code = _unreadable(candidates[0], folder)
            faults += [Fault(code, name, candidates[0].name, values={"largest": LARGEST // 1_000_000})] if code else []
            found |= {} if code else {name: candidates[0]}
        elif table.required:
            faults.append(Fault("E-FILE-02", name, f"{name}.csv", values={"title": table.title}))
    there = {path.stem for path in claimed}
    return found, faults + _unexpected([path for path in inside if path not in claimed], there)


def _candidates(inside: list[Path], name: str) -> list[Path]:
    """The file of a table; and where it is there, what looks like another state of it."""
    read = [path for path in inside if path.suffix.lower() in SUFFIXES]
    exact = [path for path in read if path.stem == name]
    copy = re.compile(COPY.format(name=name), re.I)
    return exact + [path for path in read if exact and path.stem != name and copy.fullmatch(path.stem)]


def _unreadable(path: Path, folder: Path) -> str:
    if leads_out(path, folder):
        return "E-FILE-07"
    if not path.is_file():
        return "E-FILE-08"
    return "E-FILE-06" if path.stat().st_size > LARGEST else ""


def leads_out(path: Path, folder: Path) -> bool:
    """Whether the file is a link to something outside the folder."""
    try:
        return not path.resolve().is_relative_to(folder.resolve())
    except RuntimeError:  # a link to itself: it leads nowhere, and is no file
        return False


def _unexpected(paths: list[Path], there: set[str]) -> list[Fault]:
    """What is not read: whatever looks like data or is named like a table. `there`: tables that have a file."""
    faults = []
    for path in paths:
        stem = path.name.split(".")[0].casefold()
        if path.name in EXPECTED or not (path.suffix.lower() in DATA_LIKE or stem in TABLES):
            continue
        alike = difflib.get_close_matches(stem, TABLES, n=1, cutoff=0.7) if path.suffix.lower() in TEXTS else []
        near = [name for name in alike if name not in there]
        values = {"instead": f"{near[0]}.csv"} if near else {}
        faults.append(Fault("W-FILE-02" if near else "W-FILE-01", file=shown(path.name), values=values))
    return faults
