"""Statistics imported beside the tables of a delivery: where they stand, and whether they are what was imported.

They lie beside `settings.toml`: inside a folder with tables, beside a workbook. So they travel with the delivery, and
a period that is made again sees what it saw then.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from coopeval import provenance, reference
from coopeval.errors import Fault
from coopeval.tables.folder import place

FOLDER = "reference-imported"
TOLD = ("title", "producer", "read_on", "sha256", "source_sha256")  # of a card: no name of a file of the user


def folder_of(data) -> Path:
    """Where the imports of a delivery stand.

    >>> folder_of("data/demo").relative_to(reference.ROOT).as_posix()
    'data/demo/reference-imported'
    """
    at = place(data)
    return (at.parent if at.is_file() else at) / FOLDER


def digests(data) -> Mapping[str, str]:
    """SHA-256 of every file of the imports, by its path from the delivery; none where nothing was imported."""
    inside = folder_of(data)
    found = provenance.digests_of_folder(inside) if inside.is_dir() else {}
    return {f"{FOLDER}/{name}": digest for name, digest in found.items()}


def cards(data) -> Mapping[str, Mapping[str, object]]:
    """What run.json tells of each import, by its name."""
    inside = folder_of(data)
    every = {name: reference.imported(name, inside).attrs["card"] for name in reference.imports(inside)}
    return {name: {word: card.get(word, "") for word in TOLD} for name, card in every.items()}


def faults(data) -> list[Fault]:
    """Imports that cannot be read back as they were brought in, each with what is wrong."""
    inside, found = folder_of(data), []
    for name in reference.imports(inside):
        try:
            reference.imported(name, inside)
        except Exception as error:  # whatever is wrong with it is told, and nothing is shown of it
            found.append(Fault("E-STAT-12", file=f"{FOLDER}/{name}", values={"form": str(error)[:200]}))
    return found
