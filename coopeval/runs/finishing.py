"""What a run lays down in its fresh folder before the switch: results, pages, private things, manifests."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from coopeval.errors import DisclosureError, refusal
from coopeval.provenance.ledger import lines_of
from coopeval.provenance.manifest import SIGNATURE, public_names
from coopeval.runs import auditing, recording
from coopeval.runs.chapters import Chapter
from coopeval.runs.looked import looking
from coopeval.runs.place import PRIVATE
from coopeval.runs.side_by_side import beside
from coopeval.runs.standing import INTERNAL
from coopeval.runs.verifying import inspected
from coopeval.wording import N_

MOST_TOLD = 20


def public(
    folder: Path, place: Path, dataset, request, chapters: Sequence[Chapter], build: Callable, say: Callable[..., None]
) -> tuple[Path, pd.DataFrame]:
    """Site and results of a public run, audited; returns the site's path inside, and its lines for the ledger."""
    private = folder / PRIVATE
    with _leaving(chapters, folder, private, request.by):
        _tell_of(dataset, folder, private, request, chapters)
    begun = request.ahead(folder, request.languages) if request.ahead is not None else ()
    kept = recording.read_record(place / PRIVATE / INTERNAL)
    if kept is not None and kept["data"]["sha256"] == dataset.about["digest"]:
        shutil.copytree(place / PRIVATE / INTERNAL, private / INTERNAL)
    made = auditing.protect(folder, private / "notebooks", request, say)
    for future in begun:
        future.cancel()
    build(folder, request.languages)
    looks = looking(folder, public_names(folder), request.by)
    auditing.hold(made, request, say)
    if request.signer is None and (place / SIGNATURE).is_file():
        say(N_("The report that stands there is signed and this one is not; name the key with --sign."))
    recording.write_manifests(folder, request.signer)
    lines = lines_of(request.memory.edition, made)
    _holds(folder, looks, say)
    return Path("site"), lines


def _holds(folder: Path, looks: Iterable, say: Callable[..., None]) -> None:
    """The checks of `coopeval verify` on what is about to be published; one that fails blocks the switch."""
    say(N_("Checking what would be published."))
    found = inspected(folder, is_audited=True, looks=looks).findings
    if found:
        msgid = N_("Nothing new was published: the finished report did not pass its checks, differences found: {n}.")
        error = refusal(DisclosureError, msgid, n=len(found))
        error.findings = found[:MOST_TOLD]
        raise error


def internal(folder: Path, place: Path, dataset, request, chapters: Sequence[Chapter], build: Callable) -> Path:
    """Internal pages, beside whatever stands published in the place; returns their path inside."""
    if place.is_dir():
        shutil.copytree(place, folder, dirs_exist_ok=True)
    inside = folder / PRIVATE / INTERNAL
    shutil.rmtree(inside, ignore_errors=True)
    inside.mkdir(parents=True)
    with _leaving(chapters, inside, inside, request.by):
        _tell_of(dataset, inside, inside, request, chapters)
    shutil.rmtree(inside / "tables")
    build(inside, request.languages)
    recording.write_tables(dataset, folder / PRIVATE / "tables")
    recording.write_manifests(folder)
    return Path(PRIVATE, INTERNAL, "pages")


@contextmanager
def _leaving(chapters: Sequence[Chapter], folder: Path, private: Path, by) -> Iterator[None]:
    """All that pages are made of is there once the block ends."""
    notebooks = private / "notebooks"
    notebooks.mkdir(parents=True)
    with beside(by) as begin:
        for chapter in chapters:
            begin(_left, (chapter, notebooks, folder / "results", private / "results"))
        yield


def _left(job: tuple[Chapter, Path, Path, Path]) -> None:
    chapter, *places = job
    chapter.leave(*places)


def _tell_of(dataset, folder: Path, private: Path, request, chapters: Sequence[Chapter]) -> None:
    """The tables it was made from, and the record of what decided it."""
    recording.write_tables(dataset, private / "tables")
    record = recording.run_record(dataset, request, [chapter.told for chapter in chapters])
    recording.write_json(folder / recording.RUN, record)
