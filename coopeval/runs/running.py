"""A run: check everything, execute what is not yet done, build beside the place, switch once."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from coopeval import provenance, tables
from coopeval.errors import ParameterError, refusal
from coopeval.provenance.signing import Signer, signer
from coopeval.runs import finishing, recording, unchanged
from coopeval.runs.asking import INTERNAL, Options, from_root
from coopeval.runs.chapters import chosen_steps, make_chapters
from coopeval.runs.deciding import Decisions, in_force
from coopeval.runs.earlier import EARLIER, Earlier, earlier_of, still_there
from coopeval.runs.ledger import Edition, Ledger, Memory, edition_of
from coopeval.runs.parameters import AUDIENCES, SHARED, checked, checked_languages, one_of, parameters_of
from coopeval.runs.period import SEMESTER, YEAR, Period, of_semester, of_year
from coopeval.runs.place import PRIVATE, Place, told
from coopeval.runs.planning import Step, plan
from coopeval.tables.settings import Settings
from coopeval.wording import N_

Builder = Callable[[Path, Sequence[str]], Path]
Progress = Callable[..., None]
FOLDER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
OF_THE_RUN = ("data", "semester", "audience", "lang", EARLIER)  # parameters that nobody gives a notebook by name


@dataclass(frozen=True)
class Request(Options):
    """A run as it was asked for, all of it checked, with places in full."""

    period: Period = Period("", "")
    source: Path = Path()
    earlier: Earlier = Earlier()
    settings: Settings = Settings()
    decisions: Decisions = Decisions()
    memory: Memory = Memory(Edition("", "", "", True))
    signer: Signer | None = None  # the key, tried out

    @property
    def semester(self) -> str:
        """The semester under review; of a year, its second."""
        return self.period.semester

    @property
    def is_public(self) -> bool:
        """Whether its pages become a site."""
        return self.audience != INTERNAL

    @property
    def shown_parameters(self) -> dict[str, object]:
        """The parameters as run.json tells them: the place of the data is nobody's business."""
        return {"semester": self.semester, "audience": self.audience, **self.parameters}


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
    request, steps = _checked_request(data, period, options)
    decided = unchanged.decided_by(data, period.name, options)
    say(N_("Reading and checking the tables."))
    files = _input_digests(request.source)
    dataset = tables.read(request.source)
    if request.structure:
        dataset = tables.evaluating(dataset, request.structure)
    _covers(dataset, period)
    if n := len(getattr(dataset, "faults", ())):
        say(N_("{n} warnings about the tables; the page on data quality counts them."), n=n)
    request = _as_set(request, steps, dataset)
    place, ledger = Place(request.out, period.name), Ledger(request.out)
    with told(request.out), place.locked():
        request = replace(_replacing(place.path, dataset, request), earlier=_earlier(request, steps, dataset, say))
        if request.is_public:
            request = replace(request, memory=_memory(ledger, dataset, request, say))
        chapters = make_chapters(request, steps, dataset, files, say)
        still_there(request.earlier)
        if _input_digests(request.source) != files:
            raise refusal(ParameterError, N_("The data changed while the report was made. Run again."))
        if request.is_public and _edition(dataset, request) != request.memory.edition:
            raise refusal(ParameterError, N_("The code changed while the report was made. Run again."))
        with place.fresh() as folder:
            if request.is_public:
                inside, made = finishing.public(folder, place.path, dataset, request, chapters, build, say)
                with ledger.entering(request.memory, made, options.revise):
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


def _checked_request(data: str | Path, period: Period, options: Options) -> tuple[Request, tuple[Step, ...]]:
    languages = checked_languages(options.languages)
    one_of("audience", options.audience, AUDIENCES)
    if not languages or (options.jobs is not None and options.jobs < 1):
        raise refusal(ParameterError, N_("A run needs at least one language and one job."))
    if options.revise is not None and not options.revise.strip():
        raise refusal(ParameterError, N_("--revise needs a reason; it is printed in the report."))
    _may_name_a_folder(options.structure)
    places = {"out": options.home, "notebooks": from_root(options.notebooks), "source": from_root(data)}
    _apart(places["out"], places["source"], period.name)
    by = signer(options.sign) if options.sign is not None else None
    request = Request(**{**options.__dict__, **places, "languages": languages, "period": period, "signer": by})
    steps = chosen_steps(plan(request.notebooks), period, request.only)
    known = set(SHARED)
    for step in steps:
        declared = parameters_of(request.notebooks / f"{step.name}.ipynb")
        own = {name: value for name, value in request.parameters.items() if name in {p.name for p in declared}}
        checked(declared, own, step.name)
        known |= {parameter.name for parameter in declared}
    for name in request.parameters:
        if name not in known or name in OF_THE_RUN:
            msgid = N_("No notebook takes {name} as a parameter of its own.")
            raise refusal(ParameterError, msgid, name=name)
    return request, steps


def _may_name_a_folder(structure: str) -> None:
    if structure and (not FOLDER.fullmatch(structure) or YEAR.match(structure) or structure == PRIVATE):
        msgid = N_('"{structure}" cannot be the name of a folder of reports: letters, digits, - and _ can.')
        raise refusal(ParameterError, msgid, structure=structure)


def _apart(out: Path, source: Path, period: str) -> None:
    """Reports have a folder of their own: nothing is written among the delivered tables, or in their place."""
    existing = next(place for place in (out, *out.parents) if place.exists())
    if not existing.is_dir() or not os.access(existing, os.W_OK):
        raise refusal(ParameterError, N_("No folder can be made at {place}. Choose another --out."), place=out)
    if out.is_relative_to(source) or source.is_relative_to(out / period):
        msgid = N_("The reports and the data cannot share a folder. Choose an --out outside {data}.")
        raise refusal(ParameterError, msgid, data=source)


def _input_digests(source: Path) -> dict[str, str]:
    if source.is_dir():
        return provenance.digests_of_folder(source)
    return {"": provenance.digest_of_file(source)} if source.is_file() else {}


def _earlier(request: Request, steps: Sequence[Step], dataset, say: Progress) -> Earlier:
    """The period before, where a notebook of this run asks for it."""
    notebooks = [request.notebooks / f"{step.name}.ipynb" for step in steps]
    if not any(parameter.name == EARLIER for notebook in notebooks for parameter in parameters_of(notebook)):
        return Earlier()
    return earlier_of(request.out, request.period, dataset.is_synthetic, say)


def _covers(dataset, period: Period) -> None:
    if dataset.delivered_on is not None and period.ends <= dataset.delivered_on:
        return
    until = dataset.delivered_on.date().isoformat() if dataset.delivered_on is not None else "?"
    said = {"ends": period.ends.date().isoformat(), "until": until}
    if period.when == SEMESTER:
        msgid = N_("{semester} ends on {ends}, but the data describe things until {until}. Choose an earlier semester.")
        raise refusal(ParameterError, msgid, semester=period.name, **said)
    msgid = N_(
        "The year {year} ends on {ends}, but the data describe things until {until}. Choose an earlier year, or "
        "wait for the delivery of its second semester."
    )
    raise refusal(ParameterError, msgid, year=period.name, **said)


def _as_set(request: Request, steps: Sequence[Step], dataset) -> Request:
    """The request with the settings beside the data; real data need a person who answers for what is published."""
    settings = dataset.about.get("settings", Settings())
    if request.is_public and not dataset.is_synthetic:
        _may_be_published(settings)
    for step in steps:
        declared = parameters_of(request.notebooks / f"{step.name}.ipynb")
        names = {parameter.name for parameter in declared}
        checked(declared, {name: value for name, value in settings.parameters.items() if name in names}, step.name)
    decisions = in_force(settings.exceptions, steps, request.period) if request.is_public else Decisions()
    return replace(request, settings=settings, decisions=decisions)


def _may_be_published(settings: Settings) -> None:
    if settings.contact is None:
        msgid = N_(
            "The data are not marked synthetic, and nobody is named whom readers may ask. Add [contact] to "
            "settings.toml beside the data, see docs/publishing.md; or make internal pages, with --audience internal."
        )
        raise refusal(ParameterError, msgid)


def _edition(dataset, request: Request) -> Edition:
    record = recording.run_record(dataset, request, ())
    return Edition(request.period.name, record["as_of"], edition_of(record), dataset.is_synthetic, request.structure)


def _memory(ledger: Ledger, dataset, request: Request, say: Progress) -> Memory:
    memory = ledger.memory(_edition(dataset, request), request.revise, say)
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
