"""A run: check everything, execute what is not yet done, build beside the place, switch once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from coopeval.errors import ParameterError, refusal
from coopeval.runs import finishing, recording, unchanged
from coopeval.runs.asking import Options
from coopeval.runs.chapters import make_chapters
from coopeval.runs.earlier import still_there
from coopeval.runs.ledger import Ledger
from coopeval.runs.period import Period, of_semester, of_year
from coopeval.runs.place import PRIVATE, Place, told
from coopeval.runs.preparing import (
    Progress,
    Request,
    as_set,
    checked_request,
    delivered,
    earlier_report,
    edition,
    input_digests,
)
from coopeval.runs.remembered import Memory
from coopeval.wording import N_

Builder = Callable[[Path, Sequence[str]], Path]


@dataclass(frozen=True)
class Outcome:
    """Where the answer is: the site, or the private folder of a run whose pages stay inside."""

    path: Path
    is_public: bool
    notebooks: tuple[Mapping, ...]


def run(
    data: str | Path,
    semester: str,
    build: Builder,
    options: Options | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Make the report of a semester.

    Parameters
    ----------
    data
        Folder or workbook with the tables; a relative path starts at the project root.
    semester
        Figures are as of its last day.
    build
        Makes the pages of a finished folder: `site.build`.
    options
        Languages, place, audience and the rest.
    progress
        Told what happens, as a message of the catalogues and what fills it.

    Raises
    ------
    ParameterError
        Anything asked for is unknown or cannot be; nothing has run.
    DataError
        The tables were refused, with all their faults; nothing was written.
    LockedError
        Another run holds the place.
    StepError
        A notebook failed; what was published before stands untouched.
    """
    return _make(data, of_semester(semester), build, options or Options(), progress)


def annual(
    data: str | Path,
    year: str | int,
    build: Builder,
    options: Options | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Make the report of a year: its second semester, with the notebooks the plan names for a year.

    Parameters and errors are those of `run`; `year` is written with four digits. Its place is that of the year, so
    that it stands beside the report of the semester.
    """
    return _make(data, of_year(year), build, options or Options(), progress)


def _make(data: str | Path, period: Period, build: Builder, options: Options, progress: Progress | None) -> Outcome:
    say = progress or (lambda msgid, **values: None)
    request, steps = checked_request(data, period, options)
    decided = unchanged.decided_by(data, period.name, options)
    dataset, files = delivered(request, say)
    request = as_set(request, steps, dataset)
    place, ledger = Place(request.out, period.name), Ledger(request.out)
    with told(request.out), place.locked():
        request = replace(
            _replacing(place.path, dataset, request), earlier=earlier_report(request, steps, dataset, say)
        )
        if request.is_public:
            request = replace(request, memory=_memory(ledger, dataset, request, say))
        made_as = request.memory.edition if request.is_public else edition(dataset, request)
        chapters = make_chapters(request, steps, dataset, files, say)
        still_there(request.earlier)
        if input_digests(request.source) != files:
            raise refusal(ParameterError, N_("The data changed while the report was made. Run again."))
        if edition(dataset, request) != made_as:
            raise refusal(ParameterError, N_("The code changed while the report was made. Run again."))
        with place.fresh() as folder:
            if request.is_public:
                inside, lines = finishing.public(folder, place.path, dataset, request, chapters, build, say)
                with ledger.entering(request.memory, lines, options.revise):
                    place.publish(folder)
                _noted(decided, data, period, options, place.path / inside)
            else:
                inside = finishing.internal(folder, place.path, dataset, request, chapters, build)
                place.publish(folder)
    return Outcome(place.path / inside, request.is_public, tuple(c.told for c in chapters))


def _noted(decided: dict, data: str | Path, period: Period, options: Options, pages: Path) -> None:
    """The next run is told what this one was made from, if nothing of it changed meanwhile."""
    with suppress(OSError):  # the report stands; the next run only takes longer
        if unchanged.decided_by(data, period.name, options) == decided:
            unchanged.note_down(decided, period.name, options, pages)


def _memory(ledger: Ledger, dataset, request: Request, say: Progress) -> Memory:
    memory = ledger.memory(edition(dataset, request), request.revise, say)
    if periods := sorted(set(memory.remembered["period"])):
        say(N_("The gate remembers what was published of {periods}."), periods=", ".join(periods))
    return memory


def _replacing(place: Path, dataset, request: Request) -> Request:
    """The request, which may take the place of what stands there; the reason of a revision goes on being printed."""
    published = recording.read_record(place)
    if published is None and not (place / PRIVATE).is_dir() and _holds_something(place):
        msgid = N_("{place} holds something else than a report, which would be lost. Choose another --out.")
        raise refusal(ParameterError, msgid, place=place)
    if published is None or not request.is_public or request.revise:
        return request
    if published["data"]["sha256"] != dataset.about["digest"]:
        msgid = N_("{period} was published from another delivery. Say why it is made again, with --revise REASON.")
        raise refusal(ParameterError, msgid, period=request.period.name)
    return replace(request, revise=published["revised_because"])


def _holds_something(place: Path) -> bool:
    return place.exists() and (not place.is_dir() or any(place.iterdir()))
