"""What a run writes about itself: run.json, manifests, the delivery it was made from. No time, no path, no host."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from coopeval import provenance
from coopeval.provenance.crate import write_crate
from coopeval.provenance.manifest import MANIFEST, manifest, written
from coopeval.provenance.signing import Signer, sign
from coopeval.runs.place import PRIVATE
from coopeval.tables import imports
from coopeval.tables.kept import RUN, file_of

FORMAT = 1


def write_json(path: Path, content: object) -> None:
    """JSON that is the same on every machine: sorted, UTF-8, line feed."""
    Path(path).write_text(written(content), encoding="utf-8", newline="\n")


def delivery(dataset, exact: bool) -> dict[str, object]:
    """The delivery as run.json tells it: digests, never a file name or a folder.

    The numbers of rows only where `exact`: two public ones subtracted would show how many rows a newcomer brought,
    and the page on data quality tells them rounded.
    """
    tables = {name: {"sha256": dataset.about["digests"][name]} for name in sorted(dataset)}
    sizes = {"rows_set_aside": len(dataset.set_aside)} if exact else {}
    if exact:
        tables = {name: {**said, "rows": len(dataset[name])} for name, said in tables.items()}
    return {"name": str(dataset.about.get("name", "")), "sha256": dataset.about["digest"], "tables": tables, **sizes}


def run_record(dataset, request, notebooks: Sequence[Mapping]) -> dict[str, object]:
    """Everything that decides a report, so that a stranger can make it again."""
    imported = imports.cards(request.source)  # absent where nothing was: the record of such a period stays as it was
    return {
        "format": FORMAT,
        **({"imported": imported} if imported else {}),
        "period": request.period.name,
        "semester": request.semester,
        "as_of": request.period.ends.date().isoformat(),
        "delivered_on": dataset.delivered_on.date().isoformat() if dataset.delivered_on is not None else None,
        "is_synthetic": dataset.is_synthetic,
        "structure": request.structure,
        "audience": request.audience,
        "languages": list(request.languages),
        "parameters": dict(request.shown_parameters),
        "data": delivery(dataset, exact=request.audience != "public"),
        "earlier": request.earlier.told,
        "reference": provenance.reference_digest(),
        "code": provenance.code_version(request.notebooks),
        "lock": provenance.lock_digest(),
        "settings": {"sha256": request.settings.digest, **request.settings.told} if request.settings.digest else None,
        "revised_because": request.revise,
        "notebooks": [dict(notebook) for notebook in notebooks],
    }


def write_tables(dataset, folder: Path) -> None:
    """The checked tables as Parquet, each named by its digest: later editions tell facts from revisions by them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in sorted(dataset):
        path = folder / file_of(name, dataset.about["digests"][name]).name
        if not path.exists():
            dataset[name].to_parquet(path, index=False)


def write_manifests(folder: Path, by: Signer | None = None) -> None:
    """Says of a finished folder where it comes from and what is in it, and signs that.

    One manifest for what may be published, one inside private/ for the rest. A folder whose pages stay inside keeps
    the manifest its public part came with.
    """
    private, record = folder / PRIVATE, read_record(folder)
    if record is not None and not (folder / MANIFEST).exists():
        write_crate(folder, record)
        write_json(folder / MANIFEST, manifest(folder, record, thresholds()))
        if by is not None:
            sign(folder, by)
    if private.is_dir():
        inside = {name: digest for name, digest in provenance.digests_of_folder(private).items() if name != MANIFEST}
        write_json(private / MANIFEST, {"files": inside})


def thresholds() -> dict[str, dict[str, object]]:
    """The thresholds of the gate that are in force, by rule."""
    from coopeval.disclosure.rules import SECTIONS, load  # its area brings every indicator along

    inforce = load()
    return {rule: {name: getattr(inforce, name) for name in names} for rule, names in SECTIONS.items()}


def read_record(folder: Path) -> dict[str, object] | None:
    """The run.json of a published folder, if there is one."""
    try:
        return json.loads((folder / RUN).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
