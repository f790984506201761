"""The checks of a published folder: against its manifest, its signature, its tables, and the disclosure rules.

The same checks run before the switch of a run and in `coopeval verify`, years later and on another machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from pathlib import Path

from coopeval.errors import ParameterError, refusal
from coopeval.provenance.manifest import MANIFEST, public_names, read_manifest
from coopeval.runs import audit_check, checks
from coopeval.runs.checks import Published
from coopeval.runs.finding_words import CHECKS
from coopeval.runs.findings import Check, Finding, Inspection
from coopeval.runs.looked import Looked, looking
from coopeval.runs.recording import read_record
from coopeval.runs.standing import reports
from coopeval.wording import N_

Progress = Callable[..., None]
ALL: tuple[tuple[str, Callable[[Published], Check]], ...] = (
    ("manifest", checks.manifest),
    ("signature", checks.signature),
    ("files", checks.files),
    ("record", checks.record),
    ("inputs", checks.inputs),
    ("private", checks.private),
    ("results", checks.results),
    ("downloads", checks.downloads),
    ("stated", checks.stated),
    ("links", checks.links),
    ("requests", checks.requests),
    ("secrets", checks.secrets),
    ("crate", checks.crate),
    ("disclosure", audit_check.disclosure),
)
# What a look at every file decides comes last: processes look meanwhile.
OF_FILES = ("files", "stated", "links", "requests", "secrets")


def inspected(
    folder: Path,
    data: Path | None = None,
    trusted: Path | None = None,
    earlier: Sequence[Path] = (),
    is_audited: bool = False,
    progress: Progress | None = None,
    looks: Iterable[tuple[str, Looked]] = (),
) -> Inspection:
    """Every check of a published folder.

    Parameters
    ----------
    folder
        Such as reports/2026S1: with manifest.json, run.json, results/ and site/.
    data
        The delivery it was made from, to be compared with what run.json says of it.
    trusted
        A list of keys, in the form of ssh, that came by another way than the report.
    earlier
        Folders of earlier periods, for the disclosure rules: differences are cells too.
    is_audited
        The disclosure rules were worked out again just before, as a run does: not done twice.
    progress
        Told which check begins, as a message of the catalogues.
    looks
        Files that processes look at already: `looked.looking`. Whether they still are the same, their digests tell.

    Returns
    -------
    The checks with their differences; `findings` are those of all, and none means that all is well.

    Raises
    ------
    ParameterError
        This is no published report.
    DataError
        The delivery was refused.
    """
    folder = Path(folder)
    record, manifest = read_record(folder), read_manifest(folder)
    if record is None and manifest is None:
        msgid = N_("{folder} holds no published report: neither run.json nor manifest.json is there.")
        raise refusal(ParameterError, msgid, folder=folder)
    if manifest is None:
        return Inspection((Check("manifest", 1, (Finding("V-MAN-01", MANIFEST, expected=MANIFEST),)),))
    is_whole = record is not None and isinstance(record.get("data"), dict) and "tables" in record["data"]
    it = Published(folder, record if is_whole else {}, manifest, data, trusted, tuple(earlier), is_audited, looks)
    done = {}
    for name, check in sorted(ALL, key=lambda one: one[0] in OF_FILES):
        if progress is not None:
            progress(CHECKS[name])
        done[name] = check(it)
    return Inspection(tuple(done[name] for name, _ in ALL))


def verify(
    folder: Path,
    data: Path | None = None,
    trusted: Path | None = None,
    progress: Progress | None = None,
    by: Executor | None = None,
) -> Inspection:
    """Every check of a published folder where it stands: with the other periods beside it.

    Parameters and errors are those of `inspected`; processes to look at the files in, side by side: `runs.workers`.

    Raises
    ------
    ParameterError
        Also where the file of trusted keys is not there.
    """
    if trusted is not None and not Path(trusted).is_file():
        raise refusal(ParameterError, N_("There is no file {file} of keys you trust."), file=trusted)
    folder = Path(folder)
    beside = [report.folder for report in reports(folder.parent) if report.folder.name != folder.name]
    published = [other for other in beside if read_record(other) is not None]
    looks = looking(folder, public_names(folder), by)
    return inspected(folder, data, trusted, published, progress=progress, looks=looks)
