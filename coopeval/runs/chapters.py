"""The notebooks of a run as chapters: skipped with a reason, taken from the last run, or executed now."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import nbformat
from nbformat.v4.nbjson import JSONReader

from coopeval.errors import ParameterError, refusal
from coopeval.provenance.digests import ROOT
from coopeval.runs.earlier import EARLIER
from coopeval.runs.environment import naming
from coopeval.runs.executing import DRAWN_ANEW, EXECUTED, Task, grafted, not_as_planned, tags
from coopeval.runs.failing import page_of, take_away
from coopeval.runs.parameters import TAG, checked, parameters_of, written
from coopeval.runs.period import ANNUAL, Period
from coopeval.runs.planning import Step
from coopeval.runs.scheduling import execute_all
from coopeval.runs.steps import GATE, Cache, digests_looked_at, keys
from coopeval.tables.evaluated import EVALUATED
from coopeval.tables.laid_out import laid_out
from coopeval.tables.settings import FILE as SETTINGS
from coopeval.wording import N_

CACHE = ".cache"
LANG = "en"  # one execution serves every language: the pages are made from its language-neutral outputs


@dataclass(frozen=True)
class Chapter:
    """A notebook of this run: the notebook, with which parameters, and the folder with what it made."""

    step: Step
    notebook: Path
    parameters: Mapping[str, object]
    made: Path | None = None  # none if it was skipped
    why_not: Mapping[str, object] | None = None

    @property
    def told(self) -> dict[str, object]:
        """The chapter as run.json tells it."""
        status = {"status": "run"} if self.made is not None else {"status": "skipped", **(self.why_not or {})}
        step = {"name": self.step.name, "answers": list(self.step.answers), "makes": dict(self.step.makes)}
        step["needs"] = list(self.step.needs)
        return {**step, **status}

    def leave(self, notebooks: Path, public: Path, private: Path) -> None:
        """Copy the executed notebook and its results to where they belong: public tables apart from the rest."""
        if self.made is None:
            return
        # A process of ours wrote and checked it, and it is whole by its digest: it is not checked once more.
        executed = nbformat.v4.reads((self.made / EXECUTED).read_text(encoding="utf-8"))
        # The prose may have changed since; the outputs belong to the code, and that has not.
        whole = grafted(_as_written(self.notebook), executed)
        for cell in whole.cells:
            if TAG in tags(cell):
                cell.source = written(parameters_of(self.notebook), self.parameters)
        (notebooks / self.notebook.name).write_text(f"{nbformat.v4.writes(whole)}\n", encoding="utf-8", newline="\n")
        for path in sorted((self.made / "results").iterdir()):
            home = public if self.step.makes[path.name.split(".")[0]] == "public" else private
            home.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, home / path.name)


def _as_written(notebook: Path) -> nbformat.NotebookNode:
    """A notebook without the outputs its authors stored: they are most of it, and nobody asks for them here."""
    said = json.loads(notebook.read_text(encoding="utf-8"))
    cells = [{**cell, "outputs": []} if cell["cell_type"] == "code" else cell for cell in said["cells"]]
    return JSONReader().to_notebook({**said, "cells": cells})


def chosen_steps(steps: Sequence[Step], period: Period, only: Sequence[str]) -> tuple[Step, ...]:
    """The steps of a period; `only` must name some of them."""
    of_period = tuple(step for step in steps if period.when in step.when)
    names = [step.name for step in of_period]
    for name in only:
        if name not in names:
            msgid = N_("There is no notebook {name} in a semester; there are {known}.")
            if period.when == ANNUAL:
                msgid = N_("There is no notebook {name} in a year; there are {known}.")
            raise refusal(ParameterError, msgid, name=name, known=", ".join(names))
    return of_period


def asked_for(steps: Sequence[Step], options) -> tuple[str, ...]:
    """The notebooks a run was asked for: these alone, or one and all after it; none named means all."""
    if options.first is None:
        return tuple(options.only)
    if options.only:
        raise refusal(ParameterError, N_("--only and --from say two different things; give one of them."))
    names = [step.name for step in steps]
    return tuple(names[names.index(options.first) :])


def make_chapters(request, steps: Sequence[Step], dataset, files: Mapping[str, str], say: Callable) -> list[Chapter]:
    """Every step as a chapter.

    Parameters
    ----------
    request
        The checked request; `request.source` is where the data lie, `request.earlier` the report before.
    files
        Digests of the delivered files: with them, what decides a notebook's figures is complete.

    Raises
    ------
    StepError
        A notebook failed, warned, or handed over something else than the plan says.
    """
    wanted, why_not = sorted_out(steps, dataset)
    given = {step.name: parameters_for(step, request) for step in steps}
    cache, known, made, looked_at = steps_made(request, wanted, given, dataset, files)
    for name in made:
        take_away(page_of(cache.folder, request.period.name, name))
        say(N_("{notebook}: nothing changed, taken from an earlier run."), notebook=name)
    to_do = [step for step in wanted if step.name not in made]
    if request.only:
        asked = _with_what_they_need(request.only, wanted)
        why_not |= {step.name: {"reason": "not_asked"} for step in to_do if step.name not in asked}
        to_do = [step for step in to_do if step.name in asked]
    for name, reason in why_not.items():
        _say_why_not(name, reason, say)
    try:
        tasks = [_task(step, request, given[step.name], cache) for step in to_do]
        upstream = {s.name: {n for n, _ in s.upstream} for s in to_do}
        desk = cache.fresh()  # what is laid out for the notebooks goes with the work folders, also if the run dies
        evaluated, tables = naming(EVALUATED, request.structure, desk), laid_out(dataset, request.source, desk)
        anew = naming(DRAWN_ANEW, "by the site", desk)
        with request.memory.laid_out(desk), request.decisions.laid_out(desk), evaluated, tables, anew:
            for task in execute_all(tasks, upstream, request.jobs, _with_the_last(request, say), request.executor):
                if (failure := not_as_planned(task)) is not None:  # nothing is kept on the word of another process
                    raise failure.error()
                made[task.name] = cache.keep(task.folder, known[task.name], looked_at, _needed(to_do, task.name))
    finally:
        cache.prune()
    shown = {"data": dataset.about.get("name", ""), EARLIER: request.earlier.name}
    return [
        Chapter(
            step,
            request.notebooks / f"{step.name}.ipynb",
            {**given[step.name], **shown},
            made.get(step.name),
            why_not.get(step.name),
        )
        for step in steps
    ]


def _with_the_last(request, say: Callable) -> Callable:
    """Tells what happens; and once the last notebook runs a processor is free for what pages need."""
    left = [] if request.meanwhile is None else [request.meanwhile]

    def told(msgid: str, **values: object) -> None:
        say(msgid, **values)
        if left and "running" in values and values["done"] + len(values["running"]) == values["total"]:
            Thread(target=left.pop(), daemon=True).start()

    return told


def steps_made(request, wanted: Sequence[Step], given: Mapping, dataset, files: Mapping[str, str]):
    """The cache, the key of each step, the folders of those that are up to date, and what digests are compared by."""
    cache = Cache(request.out / CACHE, request.period.name)
    decided = {name: digest for name, digest in files.items() if name != SETTINGS}  # those tell of themselves
    editions = {step.name: request.memory.editions(step.makes) for step in wanted}
    known, made = keys(*_decided(wanted, request, given, dataset), editions), {}
    looked_at = digests_looked_at(dataset, decided, made)
    for name, key in known.items():
        if (folder := cache.find(key, looked_at)) is not None:
            made[name] = folder
    return cache, known, made, looked_at


def sorted_out(steps: Sequence[Step], dataset) -> tuple[list[Step], dict[str, dict[str, object]]]:
    """Which steps can run on these tables, and what the others miss: tables, or results of a step that misses some."""
    able, why_not = [], {}
    for step in steps:
        missing = [table for table in step.tables if table not in dataset]
        missing += [f"{notebook}:{result}" for notebook, result in step.upstream if notebook in why_not]
        if missing:
            why_not[step.name] = {"reason": "missing", "missing": missing}
        else:
            able.append(step)
    return able, why_not


def parameters_for(step: Step, request) -> dict[str, object]:
    declared = parameters_of(request.notebooks / f"{step.name}.ipynb")
    source = request.source.relative_to(ROOT) if request.source.is_relative_to(ROOT) else request.source
    shared = {"data": source.as_posix(), "semester": request.semester, "lang": LANG, "audience": request.audience}
    given = {**shared, EARLIER: request.earlier.place, **request.settings.parameters, **request.parameters}
    names = {parameter.name for parameter in declared}
    return checked(declared, {name: value for name, value in given.items() if name in names}, step.name)


def _decided(steps: Sequence[Step], request, given: Mapping, dataset) -> tuple[dict[str, Path], dict[str, dict]]:
    """The notebooks, and what the run decides about each. Places are not part of it: digests are."""
    about = {"delivered_on": dataset.delivered_on, "is_synthetic": dataset.is_synthetic}
    decided = {}
    for step in steps:
        parameters = {name: value for name, value in given[step.name].items() if name != "data"}
        if EARLIER in parameters:
            parameters[EARLIER] = request.earlier.digest
        gate = {"memory": request.memory.digest(step.makes), "exceptions": request.decisions.digest(step.makes)}
        decided[step.name] = {"parameters": parameters, "delivery": about, "plan": step.model_dump(), GATE: gate}
    return {step.name: request.notebooks / f"{step.name}.ipynb" for step in steps}, decided


def _with_what_they_need(only: Sequence[str], steps: Sequence[Step]) -> set[str]:
    asked = set(only)
    for step in reversed(steps):
        if step.name in asked:
            asked |= {notebook for notebook, _ in step.upstream}
    return asked


def _needed(steps: Sequence[Step], name: str) -> list[str]:
    """The results of other notebooks a step needs, as plan.toml writes them."""
    return [":".join(pair) for step in steps if step.name == name for pair in step.upstream]


def _task(step: Step, request, parameters: Mapping[str, object], cache: Cache) -> Task:
    page = page_of(cache.folder, request.period.name, step.name)
    said = {"page": page, "makes": step.makes, "time_limit": request.time_limit, "memory_limit": request.memory_limit}
    return Task(step.name, request.notebooks / f"{step.name}.ipynb", parameters, cache.fresh(), ROOT, **said)


def _say_why_not(name: str, reason: Mapping[str, object], say: Callable) -> None:
    if reason["reason"] == "missing":
        missing = ", ".join(reason["missing"])
        say(N_("{notebook}: skipped, the data have no {missing}."), notebook=name, missing=missing)
    else:
        say(N_("{notebook}: skipped, it was not asked for."), notebook=name)
