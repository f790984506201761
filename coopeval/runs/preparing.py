"""What was asked of a run, checked: places, notebooks, parameters, settings, what stands already."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from coopeval import provenance, tables
from coopeval.errors import ParameterError, refusal
from coopeval.provenance.signing import Signer, signer
from coopeval.runs import recording
from coopeval.runs.asking import INTERNAL, MOST_MEMORY, MOST_TIME, Options, from_root
from coopeval.runs.chapters import asked_for, chosen_steps
from coopeval.runs.deciding import Decisions, in_force
from coopeval.runs.earlier import EARLIER, Earlier, earlier_of
from coopeval.runs.ledger import Edition, edition_of
from coopeval.runs.parameters import AUDIENCES, SHARED, checked, checked_languages, one_of, parameters_of
from coopeval.runs.period import SEMESTER, YEAR, Period
from coopeval.runs.place import PRIVATE
from coopeval.runs.planning import Step, plan
from coopeval.runs.remembered import Memory
from coopeval.tables import imports
from coopeval.tables.settings import Settings
from coopeval.wording import N_

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


def checked_request(data: str | Path, period: Period, options: Options) -> tuple[Request, tuple[Step, ...]]:
    languages = checked_languages(options.languages)
    one_of("audience", options.audience, AUDIENCES)
    if not languages or (options.jobs is not None and options.jobs < 1):
        raise refusal(ParameterError, N_("A run needs at least one language and one job."))
    if not options.time_limit > 0 or options.memory_limit < 1:
        raise refusal(ParameterError, N_("A notebook needs more than 0 seconds and at least 1 MB of memory."))
    if options.revise is not None and not options.revise.strip():
        raise refusal(ParameterError, N_("--revise needs a reason; it is printed in the report."))
    _may_name_a_folder(options.structure)
    places = {"out": options.home, "notebooks": from_root(options.notebooks), "source": from_root(data)}
    _apart(places["out"], places["source"], period.name)
    by = signer(options.sign) if options.sign is not None else None
    limits = {"time_limit": min(options.time_limit, MOST_TIME), "memory_limit": min(options.memory_limit, MOST_MEMORY)}
    asked = {**options.__dict__, **places, **limits, "languages": languages, "period": period, "signer": by}
    request = Request(**asked)
    steps = chosen_steps(plan(request.notebooks), period, (*request.only, *filter(None, [request.first])))
    request = replace(request, only=asked_for(steps, request))
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


def delivered(request: Request, say: Progress) -> tuple[tables.Dataset, dict[str, str]]:
    """The tables of a run, read and checked, as its structure sees them; and the digests of the files they came in."""
    say(N_("Reading and checking the tables."))
    files = input_digests(request.source)
    dataset = tables.read(request.source)
    if request.structure:
        dataset = tables.evaluating(dataset, request.structure)
    _covers(dataset, request.period)
    if n := len(getattr(dataset, "faults", ())):
        say(N_("{n} warnings about the tables; the page on data quality counts them."), n=n)
    return dataset, files


def input_digests(source: Path) -> dict[str, str]:
    if source.is_dir():
        return provenance.digests_of_folder(source)
    if not source.is_file():
        return {}
    return {"": provenance.digest_of_file(source), **imports.digests(source)}


def earlier_report(request: Request, steps: Sequence[Step], dataset, say: Progress) -> Earlier:
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


def as_set(request: Request, steps: Sequence[Step], dataset) -> Request:
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


def edition(dataset, request: Request) -> Edition:
    record = recording.run_record(dataset, request, ())
    return Edition(request.period.name, record["as_of"], edition_of(record), dataset.is_synthetic, request.structure)
