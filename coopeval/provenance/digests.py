"""Digests: of files, of the library with its notebooks, of the lock file and the reference data."""

from __future__ import annotations

import hashlib
import json
import os
import re
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import coopeval

ROOT = Path(coopeval.__file__).resolve().parents[1]
LOCK = "requirements.lock"
LIBRARY = ROOT / "coopeval"
REFERENCE = ROOT / "data" / "reference"
NOT_CODE = {"__pycache__", ".ipynb_checkpoints"}
CATALOGUES = "locale"
SEVERAL = 8  # files; fewer are added up sooner than threads begin
AT_ONCE = 1 << 20  # bytes
IMPORTED = re.compile(r"^[ \t]*(?:from|import) coopeval(?:\.(\w+)| import (\([^)]*\)|[^\n#]+))", re.M)
HANDED_OUT = re.compile(r"\.\s*([a-z]\w*)")  # by the library, which a notebook may call anything


def digest_of_file(path: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def digests_of_folder(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below a folder, by its path from there with forward slashes, in sorted order."""
    return digests_of(folder, names_below(folder))


def digests_of(folder: Path, names: Sequence[str]) -> dict[str, str]:
    """SHA-256 of files of a folder, by their names from there."""
    return dict(zip(names, _digests_at([os.path.join(folder, name) for name in names]), strict=True))


def _digests_at(places: Sequence[str]) -> list[str]:
    """The digest of each file, taken by a thread per processor: reading and adding up lets the others work."""
    found: list[str] = [""] * len(places)
    left, failures = iter(range(len(places))), []

    def take() -> None:
        try:
            for row in left:
                found[row] = _digest_at(places[row])
        except BaseException as error:  # raised again where the others are waited for
            failures.append(error)

    several = len(places) >= SEVERAL
    others = [threading.Thread(target=take) for _ in range((os.cpu_count() or 1) - 1 if several else 0)]
    begun = []
    with suppress(RuntimeError):  # no thread to be had: the others, or this one alone, take its share
        for thread in others:
            thread.start()
            begun.append(thread)
    take()
    for thread in begun:
        thread.join()
    if failures:
        raise failures[0]
    return found


def _digest_at(place: str) -> str:
    """As `digest_of_file`; thousands of small files are read whole, for a buffer takes longer to make than the sum."""
    total, file = hashlib.sha256(), os.open(place, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        while piece := os.read(file, AT_ONCE):
            total.update(piece)
    finally:
        os.close(file)
    return total.hexdigest()


def files_below(folder: Path) -> Iterator[Path]:
    """Every file below a folder, in the same order on every machine; compiled files are left out."""
    return (Path(folder, name) for name in names_below(folder))


def names_below(folder: Path) -> list[str]:
    """The same files by their paths from the folder, with forward slashes."""
    is_code = os.path.isdir(folder) and not NOT_CODE & set(Path(folder).parts)
    return sorted(_found(os.fspath(folder), "")) if is_code else []


def _found(place: str, before: str) -> Iterator[str]:
    with os.scandir(place) as entries:
        for entry in entries:
            if entry.name in NOT_CODE:
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from _found(entry.path, f"{before}{entry.name}/")
            elif entry.is_file():
                yield before + entry.name


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
    return _digest_below(LIBRARY)


@dataclass(frozen=True)
class Area:
    """An area of the library: SHA-256 of its code, templates and rules, and the areas its code imports."""

    sha256: str
    imports: frozenset[str]


def area_of() -> dict[str, Area]:
    """Every area of the library by name; the catalogues are one of them."""
    places = {place.stem: place for place in sorted(LIBRARY.iterdir()) if place.name not in NOT_CODE}
    return {name: _area(place, frozenset(places)) for name, place in places.items()}


def areas_reached(sources: Iterable[str], library: Mapping[str, Area]) -> tuple[str, ...]:
    """The areas of the library that the cells of a notebook can come to: those they name, and what these import.

    >>> reached = areas_reached(["import coopeval as ce", "ce.semesters.last_day(semester)"], area_of())
    >>> "semesters" in reached, "costs" in reached, "site" in reached
    (True, False, False)
    """
    text = "\n".join(sources)
    named = {"__init__", *coopeval.CALLS.values(), *HANDED_OUT.findall(text)} | _imported(text)
    reached: set[str] = set()
    while new := (named & set(library)) - reached:
        reached |= new
        named |= {other for area in new for other in library[area].imports}
    return tuple(sorted(reached))


def _area(place: Path, known: frozenset[str]) -> Area:
    files = [(p.relative_to(place).as_posix(), p) for p in files_below(place)] if place.is_dir() else [(".", place)]
    parts = [(name, path.read_bytes()) for name, path in files]
    code = "\n".join(content.decode() for (_, path), (_, content) in zip(files, parts, strict=True) if _is_code(path))
    # the front of the library names every area, and hands out those it is asked for
    return Area(digest_of_all(parts), frozenset(_imported(code) & known if place.stem != "__init__" else ()))


def _is_code(path: Path) -> bool:
    return path.suffix == ".py"


def _imported(code: str) -> set[str]:
    """Areas in the import statements of some code; what stands in an example of a docstring is none."""
    found = [word for one, several in IMPORTED.findall(code) for word in [one, *several.strip("()").split(",")]]
    return {word.split()[0] for word in found if word.strip()}  # whatever they are called there


def _digest_below(folder: Path) -> str:
    return digest_of_all((path.relative_to(folder).as_posix(), path.read_bytes()) for path in files_below(folder))


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
    return _digest_below(REFERENCE)
