"""The manifest of a published folder: the digest of every file, and what decided its content."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from coopeval.provenance.digests import digests_of, names_below

FORMAT = 2
MANIFEST, SIGNATURE, SIGNERS = "manifest.json", "manifest.json.sig", "allowed_signers"
OUTSIDE = (MANIFEST, SIGNATURE, SIGNERS)  # what vouches for the manifest cannot stand in it
PRIVATE = "private"
SAID = (
    "period", "semester", "as_of", "delivered_on", "is_synthetic", "languages", "parameters", "code", "reference",
    "settings", "revised_because",
)  # fmt: skip


def manifest(folder: Path, record: Mapping, thresholds: Mapping) -> dict[str, object]:
    """What the manifest of a published folder says.

    Parameters
    ----------
    folder
        The finished folder of a period; everything below it counts, except what is private.
    record
        Its run.json. Of the inputs only digests go in: no name of a file, no place, no number of rows.
    thresholds
        Those of the gate, by rule and name.

    Returns
    -------
    A mapping that is the same wherever, whenever and by whomever the same report is made.
    """
    return {
        "format": FORMAT,
        **said_by(record),
        "thresholds": {rule: dict(values) for rule, values in thresholds.items()},
        "tables": released_digests(folder),
        "files": public_files(folder),
    }


def said_by(record: Mapping) -> dict[str, object]:
    """What a manifest repeats of run.json: that the two agree can be checked."""
    imported = {name: said["sha256"] for name, said in record.get("imported", {}).items()}
    return {
        **{word: record.get(word) for word in SAID},
        "environment": record.get("lock"),
        "inputs": {
            "delivery": record["data"]["sha256"],
            "tables": {name: said["sha256"] for name, said in record["data"]["tables"].items()},
            "earlier": (record.get("earlier") or {}).get("sha256"),
            **({"imported": imported} if imported else {}),
        },
    }


def public_files(folder: Path) -> dict[str, str]:
    """SHA-256 of every file of a published folder that readers get, by its path from there."""
    return digests_of(folder, public_names(folder))


def public_names(folder: Path) -> list[str]:
    """The files of a published folder that readers get, by their paths from there, in sorted order."""
    return [name for name in names_below(folder) if name not in OUTSIDE and not name.startswith(f"{PRIVATE}/")]


def released_digests(folder: Path) -> dict[str, str]:
    """The digest the gate put on each released table, by the name of the table."""
    said = (json.loads(path.read_text(encoding="utf-8")) for path in sorted((folder / "results").glob("*.about.json")))
    return {one["name"]: one["sha256"] for one in said}


def written(content: object) -> str:
    """JSON that is the same on every machine: sorted, line feed at the end."""
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True, default=list) + "\n"


def read_manifest(folder: Path) -> dict | None:
    """The manifest of a published folder; none where there is none that can be read."""
    try:
        said = json.loads((Path(folder) / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return said if isinstance(said, dict) and isinstance(said.get("files"), dict) else None
