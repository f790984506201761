#!/usr/bin/env python3
"""Nothing real is committed: looks through what git holds or is about to hold, and names what may not be there.

Run by `make check`. As a hook: ln -s ../../.ci/no_real_data.py .git/hooks/pre-commit
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from coopeval.schema import TABLES
from coopeval.tables.personal import is_national_number

PACKED = {
    ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".parquet", ".feather", ".arrow", ".zip", ".gz", ".7z", ".rar", ".tar",
    ".pkl", ".pickle", ".db", ".sqlite", ".duckdb", ".dta", ".sav", ".rds", ".sas7bdat", ".npy", ".npz", ".h5",
}  # fmt: skip
TABULAR = {".csv", ".tsv", ".tab", ".txt"}
SYNTHETIC = re.compile(r"data/demo[\w-]*")  # the only folders of deliveries
PUBLISHED = "data/reference"
MADE_UP = {"85073003328", "00010100105", "85473003317", "00000000097"}  # of the tests; the first explains every form
NATIONAL = re.compile(r"(?<![\w.])\d{2}[. ]?\d{2}[. ]?\d{2}[- .]?\d{3}[. -]?\d{2}(?!\w|\.\d)")
SECRET = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/=]{40}|\.(?:key|pem)$")


def held(root: Path) -> dict[str, bytes]:
    """Every file of the index with its contents there, which need not be those of the folder."""
    listed = subprocess.run(["git", "ls-files", "-z", "--stage"], cwd=root, capture_output=True, check=True).stdout
    entries = [entry.split(b"\t", 1) for entry in listed.split(b"\0") if entry]
    names = [name.decode() for _, name in entries]
    asked = b"".join(about.split()[1] + b"\n" for about, _ in entries)
    told = subprocess.run(["git", "cat-file", "--batch"], cwd=root, input=asked, capture_output=True, check=True).stdout
    contents, at = {}, 0
    for name in names:
        end = told.index(b"\n", at)
        size = int(told[at:end].split()[-1])
        contents[name] = told[end + 1 : end + 1 + size]
        at = end + 2 + size
    return contents


def complaints(files: dict[str, bytes]) -> Iterator[str]:
    """What may not be committed, one sentence each."""
    for name, content in files.items():
        path = PurePosixPath(name)
        folder, suffix = path.parent.as_posix(), path.suffix.lower()
        if suffix in PACKED:
            yield f"{name}: data in a form that nobody can look through. Commit CSV, or leave it out."
        if _is_table(path, content) and not _is_synthetic(folder, files):
            yield f"{name}: a table outside data/demo*, or without a datapackage.json that says it is synthetic."
        if name.startswith("data/") and not SYNTHETIC.fullmatch(folder) and not _is_published(path, files):
            yield f"{name}: neither synthetic nor published with a card that says by whom. Real data stay out."
        if SECRET.search(name) or SECRET.search(content.decode("utf-8", "replace")):
            yield f"{name}: a key. Keep it apart from the project."
        yield from (f"{name}:{line}: what looks like a national number." for line in _national(content))


def _is_table(path: PurePosixPath, content: bytes) -> bool:
    """By its headings, whatever it is called: the key of a table and half of the columns it needs."""
    if path.suffix.lower() not in TABULAR:
        return path.suffix.lower() in (".json", ".jsonl", ".xml") and path.stem.lower() in TABLES
    heads = set(
        re.findall(r"\w+", content[:5000].decode("utf-8", "replace").strip("\ufeff\r\n").split("\n")[0].lower())
    )
    needed = {name: [c for c in table.columns.values() if not c.optional] for name, table in TABLES.items()}
    return any(
        set(table.key) <= heads and 2 * sum(c.name in heads for c in needed[name]) >= len(needed[name])
        for name, table in TABLES.items()
    )


def _is_synthetic(folder: str, files: dict[str, bytes]) -> bool:
    try:
        about = json.loads(files[f"{folder}/datapackage.json"])
    except (KeyError, ValueError):
        return False
    return SYNTHETIC.fullmatch(folder) is not None and isinstance(about, dict) and about.get("synthetic") is True


def _is_published(path: PurePosixPath, files: dict[str, bytes]) -> bool:
    name = path.as_posix()
    card = name if name.endswith(".card.toml") else path.with_suffix(".card.toml").as_posix()
    return name.startswith(f"{PUBLISHED}/") and card in files


def _national(content: bytes) -> list[int]:
    if b"\0" in content[:8000]:
        return []
    text = content.decode("utf-8", "replace")
    found = [hit for hit in NATIONAL.finditer(text) if is_national_number(hit[0])]
    return [1 + text.count("\n", 0, hit.start()) for hit in found if re.sub(r"\D", "", hit[0]) not in MADE_UP]


def main(root: Path) -> int:
    """0 where nothing real is held; else 1, and each complaint on stderr."""
    told = list(complaints(held(root)))
    print(*told, sep="\n", end="\n" if told else "", file=sys.stderr)
    return int(bool(told))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path.cwd()))
