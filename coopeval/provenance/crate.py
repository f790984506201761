"""Where a report comes from, told to machines: an RO-Crate of the Workflow Run profile, the same bytes every time.

What ran (the workflow), the run itself (an action), what went in (digests only), what came out (every file, in its
language), with which software, under which licence. Its time is the cut-off of the data, for no clock is asked.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator, Mapping
from pathlib import Path

from coopeval.provenance.manifest import MANIFEST, public_files, written

CRATE = "ro-crate-metadata.json"
VERSION = "1.1"  # the one the Workflow Run profiles 0.5 are made for
PROFILES = (
    ("https://w3id.org/ro/wfrun/process/0.5", "Process Run Crate", "0.5"),
    ("https://w3id.org/ro/wfrun/workflow/0.5", "Workflow Run Crate", "0.5"),
    ("https://w3id.org/workflowhub/workflow-ro-crate/1.0", "Workflow RO-Crate", "1.0"),
)
TERMS = "https://w3id.org/ro/terms/workflow-run/context"
LICENCE = "https://spdx.org/licenses/EUPL-1.2.html"
WORKFLOW, SOFTWARE, LANGUAGE, RUN, DELIVERY = "run.json", "#coopeval", "#plan", "#run", "#delivery"
LANGUAGES = ("nl", "fr", "en")
KINDS = {".html": "text/html", ".csv": "text/csv", ".svg": "image/svg+xml", ".json": "application/json"}


def write_crate(folder: Path, record: Mapping) -> Path:
    """Writes ro-crate-metadata.json into a finished folder.

    Parameters
    ----------
    folder
        The published folder, complete but for its manifest.
    record
        Its run.json.
    """
    path = folder / CRATE
    path.unlink(missing_ok=True)
    path.write_text(written(_described(folder, record)), encoding="utf-8", newline="\n")
    return path


def named_files(folder: Path) -> set[str]:
    """The files that the crate of a folder names as its parts; raises ValueError where it cannot be read."""
    from rocrate.rocrate import ROCrate

    return {entity.id for entity in ROCrate(str(folder)).data_entities}


def _described(folder: Path, record: Mapping) -> dict[str, object]:
    from rocrate.model import ContextEntity
    from rocrate.rocrate import ROCrate

    crate = ROCrate(version=VERSION)
    crate.metadata.extra_contexts.append(TERMS)
    for profile, name, version in PROFILES:
        said = {"@type": "CreativeWork", "name": name, "version": version}
        crate.add(ContextEntity(crate, profile, properties=said))
    files = {name: digest for name, digest in public_files(folder).items() if name != CRATE}
    for name, digest in files.items():
        crate.add_file(folder / name, name, properties=_file(name, digest, folder, record))
    crate.add_file(dest_path=MANIFEST, properties={"name": "Digest of every file", "encodingFormat": KINDS[".json"]})
    for identifier, said in _context(record, [*files, MANIFEST]):
        crate.add(ContextEntity(crate, identifier, properties=said))
    root = crate.root_dataset
    root["conformsTo"] = [{"@id": profile} for profile, _, _ in PROFILES]
    root["name"] = f"Evaluation report {record['period']}"
    root["description"] = _about(record)
    root["license"], root["mainEntity"], root["mentions"] = ({"@id": to} for to in (LICENCE, WORKFLOW, RUN))
    root["inLanguage"] = list(record.get("languages", LANGUAGES))
    root["datePublished"] = record["as_of"]  # the library would put the time of day
    said = crate.metadata.generate()
    graph = sorted(said["@graph"], key=lambda entity: (entity["@id"] != CRATE, entity["@id"] != "./", entity["@id"]))
    for entity in graph:
        if "hasPart" in entity:
            entity["hasPart"] = sorted(entity["hasPart"], key=lambda part: part["@id"])
    return {"@context": said["@context"], "@graph": graph}


def _about(record: Mapping) -> str:
    made_up = (
        " Made from synthetic data: it describes no real enterprise or programme." if record["is_synthetic"] else ""
    )
    return f"Pages in {', '.join(record.get('languages', LANGUAGES))}, with the released tables behind them.{made_up}"


def _file(name: str, digest: str, folder: Path, record: Mapping) -> dict[str, object]:
    """One file as a part of the report."""
    suffix = Path(name).suffix
    said: dict[str, object] = {
        "name": name,
        "sha256": digest,
        "contentSize": str((folder / name).stat().st_size),
        "encodingFormat": KINDS.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream",
    }
    parts = name.split("/")
    if parts[0] == "site" and len(parts) > 2 and parts[1] in LANGUAGES:
        said["inLanguage"] = parts[1]
    if name == WORKFLOW:
        return {
            **said,
            "@type": ["File", "SoftwareSourceCode", "ComputationalWorkflow"],
            "name": "The evaluation: which notebooks ran, with which settings, and what each made",
            "programmingLanguage": {"@id": LANGUAGE},
            "version": f"{record['code']['version']}+{record['code']['sha256']}",
            "hasPart": [{"@id": f"#{notebook['name']}"} for notebook in record["notebooks"]],
            "license": {"@id": LICENCE},
        }
    return said


def _context(record: Mapping, files: list[str]) -> Iterator[tuple[str, dict[str, object]]]:
    """What is no file: the run, the delivery, the software, the notebooks, the licence."""
    data, day = record["data"], record["as_of"]
    inputs = [f"#table-{name}" for name in sorted(data["tables"])]
    yield (
        RUN,
        {
            "@type": "CreateAction",
            "name": f"Evaluation as of {day}",
            "instrument": {"@id": WORKFLOW},
            "agent": {"@id": SOFTWARE},
            "object": [{"@id": identifier} for identifier in (DELIVERY, "#environment", "#reference", *inputs)],
            "result": [{"@id": name} for name in files if name != WORKFLOW],
            "endTime": f"{day}T00:00:00+00:00",
            "description": "Its time is the cut-off of the data, so that the same inputs give the same bytes.",
            "actionStatus": "http://schema.org/CompletedActionStatus",
        },
    )
    yield DELIVERY, _digest("The delivery: all its tables, and what is said of them", data["sha256"])
    for name, identifier in zip(sorted(data["tables"]), inputs, strict=True):
        yield identifier, _digest(f"Table {name} of the delivery", data["tables"][name]["sha256"])
    yield "#environment", _digest("The locked environment", record["lock"])
    yield "#reference", _digest("Code lists, word list and published figures", record["reference"])
    yield (
        SOFTWARE,
        {
            "@type": "SoftwareApplication",
            "name": "coopeval",
            "softwareVersion": record["code"]["version"],
            "sha256": record["code"]["sha256"],
            "license": {"@id": LICENCE},
        },
    )
    yield LANGUAGE, {"@type": "ComputerLanguage", "name": "Jupyter notebooks in the order of a plan"}
    for notebook in record["notebooks"]:
        said = {"@type": "SoftwareSourceCode", "name": notebook["name"], "creativeWorkStatus": notebook["status"]}
        yield f"#{notebook['name']}", {**said, "keywords": ", ".join(sorted(notebook.get("makes", {})))}
    yield LICENCE, {"@type": "CreativeWork", "name": "European Union Public Licence 1.2", "identifier": "EUPL-1.2"}


def _digest(name: str, sha256: str) -> dict[str, object]:
    return {"@type": "CreativeWork", "name": name, "sha256": sha256}
