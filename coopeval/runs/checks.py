"""The single checks of a published folder; `verifying` puts them in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from coopeval import provenance, tables
from coopeval.errors import CoopevalError
from coopeval.provenance import signing
from coopeval.provenance.crate import CRATE, named_files
from coopeval.provenance.digests import digest_of_file
from coopeval.provenance.manifest import MANIFEST, OUTSIDE, SIGNATURE, SIGNERS, public_names, read_manifest, said_by
from coopeval.runs import pages_seen
from coopeval.runs.findings import Check, Finding
from coopeval.runs.looked import Looked, looking
from coopeval.runs.place import PRIVATE
from coopeval.tables.kept import RUN, changed_tables, file_of
from coopeval.wording import N_

SHORT = 12  # of a digest, in a sentence
NO_PRIVATE = N_("left out: readers get no private folder")


@dataclass(frozen=True)
class Published:
    """A published folder, and what whoever checks it brings along."""

    folder: Path
    record: Mapping
    manifest: Mapping
    data: Path | None = None
    trusted: Path | None = None
    earlier: tuple[Path, ...] = ()
    is_audited: bool = False
    looks: Iterable[tuple[str, Looked]] = ()  # at files, that were begun before

    @cached_property
    def looked(self) -> dict[str, Looked]:
        """The files that are there, and what vouches for them, as a look at each told."""
        vouching = [name for name in OUTSIDE if (self.folder / name).is_file()]
        names, seen = [*public_names(self.folder), *vouching], dict(self.looks)
        seen |= looking(self.folder, [name for name in names if name not in seen])
        return {name: seen[name] for name in names}

    @cached_property
    def files(self) -> dict[str, str]:
        """The files that are there, with their digests."""
        return {name: seen.sha256 for name, seen in self.looked.items() if name not in OUTSIDE}

    @cached_property
    def pages(self) -> dict[str, pages_seen.Page]:
        """The pages that are there."""
        names = sorted(self.looked, key=lambda name: name.split("/"))
        return {name: page for name in names if (page := self.looked[name].page) is not None}


def manifest(it: Published) -> Check:
    """What a manifest must say."""
    words = ("format", "period", "as_of", "code", "environment", "settings", "thresholds", "inputs", "tables", "files")
    missing = [Finding("V-MAN-02", MANIFEST, word) for word in words if word not in it.manifest]
    return Check("manifest", len(words), tuple(missing))


def signature(it: Published) -> Check:
    """Whether somebody vouches for the manifest."""
    found = signing.signed(it.folder, it.trusted)
    codes = {
        signing.WRONG: "V-SIG-01", signing.UNKNOWN: "V-SIG-02", signing.NO_SIGNERS: "V-SIG-04",
        signing.UNSIGNED: "V-SIG-03" if it.trusted is not None else "",
    }  # fmt: skip
    if code := codes.get(found.state, ""):
        expected = it.trusted.name if it.trusted is not None else SIGNERS
        return Check("signature", 1, (Finding(code, SIGNATURE, expected=expected),))
    if found.state == signing.NO_PROGRAM:
        return Check("signature", left_out=N_("left out: ssh-keygen is not on this machine"))
    if found.state == signing.UNSIGNED:
        return Check("signature", left_out=N_("left out: the manifest is not signed"))
    said = {"by": found.by, "fingerprint": found.fingerprint}
    if it.trusted is not None:
        return Check(
            "signature", 1, notes=((N_("Signed by {by}, with the key {fingerprint}, which you trust."), said),)
        )
    note = N_(
        "Signed with the key {fingerprint}. The key came with the report: compare this fingerprint with the one the "
        "publisher tells, or name the keys you trust with --signers."
    )
    return Check("signature", 1, notes=((note, said),))


def files(it: Published) -> Check:
    """Each file that was changed, is missing or was added."""
    said, there = it.manifest["files"], it.files
    found = [
        Finding("V-FILE-01", name, found=there[name][:SHORT], expected=digest[:SHORT])
        for name, digest in said.items()
        if name in there and there[name] != digest
    ]
    found += [Finding("V-FILE-02", name, expected=said[name][:SHORT]) for name in sorted(set(said) - set(there))]
    found += [Finding("V-FILE-03", name) for name in sorted(set(there) - set(said))]
    links = [path.relative_to(it.folder).as_posix() for path in it.folder.rglob("*") if path.is_symlink()]
    found += [Finding("V-FILE-04", name) for name in sorted(links)]
    return Check("files", len(set(said) | set(there)), tuple(found))


def record(it: Published) -> Check:
    """Each setting, threshold and digest that run.json and the manifest tell otherwise."""
    if not it.record:
        return Check("record", 1, (Finding("V-RUN-02", RUN),))
    told, said = dict(_leaves(said_by(it.record))), dict(_leaves({w: it.manifest.get(w) for w in said_by(it.record)}))
    found = [
        Finding("V-RUN-01", RUN, word, found=_short(told.get(word)), expected=_short(said.get(word)))
        for word in sorted(set(told) | set(said))
        if told.get(word) != said.get(word)
    ]
    return Check("record", len(set(told) | set(said)), tuple(found), notes=tuple(_versions(it)))


def _versions(it: Published) -> Iterator[tuple[str, Mapping]]:
    """What is no fault, but means that the same bytes cannot be expected here."""
    code = it.manifest.get("code") or {}
    here = provenance.code_version()
    if code.get("sha256") != here["sha256"]:
        said = {"made": _version(code), "here": _version(here)}
        yield N_("Made by another version of the code: {made}; here is {here}."), said
    if it.manifest.get("environment") != provenance.lock_digest():
        yield N_("Made in another locked environment than that of requirements.lock here."), {}
    if it.manifest.get("reference") != provenance.reference_digest():
        yield N_("Made with other reference data (code lists, words, published figures) than those here."), {}


def _version(code: Mapping) -> str:
    return f"{code.get('version', '?')}+{code.get('sha256', '?')[:SHORT]}"


def _short(value: object) -> str:
    return "-" if value is None else str(value)[:64]


def _leaves(said: object, name: str = "") -> Iterator[tuple[str, object]]:
    """A nested record as pairs of a dotted name and a plain value."""
    if isinstance(said, Mapping):
        for word, value in said.items():
            yield from _leaves(value, f"{name}.{word}" if name else str(word))
    else:
        yield name, said


def inputs(it: Published) -> Check:
    """The delivery that is named, else the tables kept beside the report."""
    if not it.record:
        return Check("inputs", left_out=N_("left out: run.json cannot be read"))
    said = it.record["data"]["tables"]
    if it.data is not None:
        delivered, structure = tables.read(it.data), it.record.get("structure")
        seen = tables.evaluating(delivered, structure) if structure else delivered
        return Check("inputs", len(said) + 1, tuple(_of_delivery(it.record["data"], seen)))
    if not (it.folder / PRIVATE).is_dir():
        return Check("inputs", left_out=N_("left out: name the delivery with --data"))
    found = [
        Finding("V-DATA-04", file_of(name, said[name]["sha256"]).as_posix(), expected=said[name]["sha256"][:SHORT])
        for name in changed_tables(it.folder, it.record)
    ]
    return Check("inputs", len(said), tuple(found))


def _of_delivery(data: Mapping, dataset) -> Iterator[Finding]:
    said = {name: table["sha256"] for name, table in data["tables"].items()}
    there = dataset.about["digests"]
    for name in sorted(set(said) | set(there)):
        if name not in there:
            yield Finding("V-DATA-02", name)
        elif name not in said:
            yield Finding("V-DATA-03", name)
        elif said[name] != there[name]:
            yield Finding("V-DATA-01", name, "", there[name][:SHORT], said[name][:SHORT])
    if said == there and dataset.about["digest"] != data["sha256"]:
        yield Finding("V-DATA-05", "datapackage.json", "", dataset.about["digest"][:SHORT], data["sha256"][:SHORT])


def private(it: Published) -> Check:
    """The files of the private folder, against its own manifest."""
    inside = it.folder / PRIVATE
    said = read_manifest(inside)
    if said is None:
        return Check("private", left_out=NO_PRIVATE)
    there = {name: digest for name, digest in provenance.digests_of_folder(inside).items() if name != MANIFEST}
    found = [
        Finding("V-FILE-01", f"{PRIVATE}/{name}", found=there[name][:SHORT], expected=digest[:SHORT])
        for name, digest in said["files"].items()
        if name in there and there[name] != digest
    ]
    names = sorted(set(said["files"]) - set(there))
    found += [Finding("V-FILE-02", f"{PRIVATE}/{name}", expected=said["files"][name][:SHORT]) for name in names]
    found += [Finding("V-FILE-03", f"{PRIVATE}/{name}") for name in sorted(set(there) - set(said["files"]))]
    return Check("private", len(set(said["files"]) | set(there)), tuple(found))


def results(it: Published) -> Check:
    """Each released table still is what the gate stamped, and was released for the public."""
    said = it.manifest.get("tables", {})
    found = []
    for name, digest in said.items():
        file = f"results/{name}.csv"
        try:
            stamp = provenance.published(str(it.folder.resolve()), name).attrs["released"]
        except (CoopevalError, AttributeError, KeyError, ValueError):
            found.append(Finding("V-TAB-01", file, expected=digest[:SHORT]))
            continue
        if stamp["sha256"] != digest:
            found.append(Finding("V-TAB-01", file, expected=digest[:SHORT]))
        if stamp["audience"] != "public":
            found.append(Finding("V-TAB-02", file, found=stamp["audience"]))
    return Check("results", len(said), tuple(found))


def downloads(it: Published) -> Check:
    """Each download is the released table it is named after."""
    there = sorted(path for path in (it.folder / "site").rglob("data/*") if path.is_file())
    found = []
    for path in there:
        name, table = path.relative_to(it.folder).as_posix(), it.folder / "results" / f"{path.stem}.csv"
        if not table.is_file():
            found.append(Finding("V-TAB-04", name))
        elif path.suffix == ".csv" and digest_of_file(path) != digest_of_file(table):
            found.append(Finding("V-TAB-03", name, expected=f"results/{table.name}"))
    return Check("downloads", len(there), tuple(found))


def stated(it: Published) -> Check:
    """The digests on pages are those of this report, and every page exists in each language."""
    known = {str(value) for _, value in _leaves({**it.manifest, "record": dict(it.record)}) if value}
    found = [*pages_seen.unknown_digests(it.pages, known)]
    found += pages_seen.missing_translations(it.pages, it.record.get("languages", ()))
    return Check("stated", sum(len(page.told) for page in it.pages.values()), tuple(found))


def links(it: Published) -> Check:
    """Every link within the site leads somewhere."""
    n = sum(len(set(page.links)) for page in it.pages.values())
    return Check("links", n, tuple(pages_seen.dead_links(it.folder, it.pages)))


def requests(it: Published) -> Check:
    """Nothing is fetched from elsewhere, and nothing runs."""
    asked = {name: it.looked[name].asked for name in sorted(it.looked, key=lambda name: name.split("/"))}
    return Check("requests", len(it.files), tuple(pages_seen.requests(it.pages, asked)))


def secrets(it: Published) -> Check:
    """No trace of a machine, a user or a run, and no number of a person."""
    found, seen = [], set()
    for name, file in it.looked.items():
        if file.sha256 in seen:  # a download is the released table once more
            continue
        seen.add(file.sha256)
        for leak in file.leaks:
            found.append(Finding("V-SECRET-01", name, f"{leak.line}", leak.shown, values={"meaning": leak.kind}))
    return Check("secrets", len(it.looked), tuple(found))


def crate(it: Published) -> Check:
    """The description for machines can be read and names every file."""
    if not (it.folder / CRATE).is_file():
        return Check("crate", 1, (Finding("V-FILE-02", CRATE, expected="-"),))
    try:
        named = named_files(it.folder)
    except (ValueError, KeyError, AssertionError) as error:
        return Check("crate", 1, (Finding("V-CRATE-01", CRATE, found=str(error)[:80]),))
    files = public_names(it.folder)
    missing = [Finding("V-CRATE-02", name) for name in files if name not in named and name != CRATE]
    return Check("crate", len(files), tuple(missing))
