"""Digests: of files, of the library with its notebooks, of the lock file and the reference data."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import coopeval

ROOT = Path(coopeval.__file__).resolve().parents[1]
LOCK = "requirements.lock"
NOT_CODE = {"__pycache__", ".ipynb_checkpoints"}


def digest_of_file(path: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def digests_of_folder(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below a folder, by its path from there with forward slashes, in sorted order."""
    return {path.relative_to(folder).as_posix(): digest_of_file(path) for path in files_below(folder)}


def files_below(folder: Path) -> Iterator[Path]:
    """Every file below a folder, in the same order on every machine; compiled files are left out."""
    found = (path for path in Path(folder).rglob("*") if path.is_file() and not NOT_CODE & set(path.parts))
    return iter(sorted(found, key=lambda path: path.relative_to(folder).as_posix()))


def digest_of_all(parts: Iterable[tuple[str, bytes]]) -> str:
    """One SHA-256 for named pieces; moving a byte from one piece to the next changes it."""
    total = hashlib.sha256()
    for name, content in parts:
        total.update(f"{name}\0{len(content)}\0".encode())
        total.update(content)
    return total.hexdigest()


def code_cells(notebook: Path) -> list[str]:
    """The sources of the code cells of a notebook: what decides its figures."""
    cells = json.loads(Path(notebook).read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def library_digest() -> str:
    """SHA-256 of the library: its code, catalogues, rules and templates."""
    library = ROOT / "coopeval"
    return digest_of_all((path.relative_to(library).as_posix(), path.read_bytes()) for path in files_below(library))


def code_version(notebooks: Path | None = None) -> dict[str, str]:
    """Version of the library, and one SHA-256 of the library and of the code of the notebooks.

    >>> sorted(code_version())
    ['sha256', 'version']
    """
    folder = ROOT / "notebooks" if notebooks is None else Path(notebooks)
    parts = [("library", library_digest().encode())]
    parts += [(path.name, json.dumps(code_cells(path)).encode()) for path in sorted(folder.glob("*.ipynb"))]
    return {"version": coopeval.__version__, "sha256": digest_of_all(parts)}


def lock_digest() -> str:
    """SHA-256 of the lock file: the versions of everything that is not ours. Empty where there is no lock file."""
    path = ROOT / LOCK
    return digest_of_file(path) if path.is_file() else ""


def reference_digest() -> str:
    """One SHA-256 for data/reference: code lists, words, published figures."""
    folder = ROOT / "data" / "reference"
    return digest_of_all((path.relative_to(folder).as_posix(), path.read_bytes()) for path in files_below(folder))
