"""The plan of the notebooks: when each runs, what it needs, what it makes, which questions it answers."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from coopeval.errors import ParameterError, refusal
from coopeval.schema import TABLES
from coopeval.wording import N_

FILE = "plan.toml"
NOTEBOOK = re.compile(r"^\d\d_[a-z][a-z0-9_]*$")
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Question = Annotated[str, Field(pattern=r"^Q\d\d$")]


class Step(BaseModel):
    """One notebook of the plan."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(pattern=NOTEBOOK.pattern)]
    when: tuple[Literal["semester", "annual"], ...] = Field(min_length=1)
    needs: tuple[str, ...] = ()
    makes: Mapping[Name, Literal["public", "internal", "personal"]] = {}
    answers: tuple[Question, ...] = ()

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables it needs."""
        return tuple(need for need in self.needs if ":" not in need)

    @property
    def upstream(self) -> tuple[tuple[str, str], ...]:
        """The results it needs: notebook and table."""
        return tuple((need.split(":")[0], need.split(":")[1]) for need in self.needs if ":" in need)


def plan(folder: Path) -> tuple[Step, ...]:
    """The steps of the plan.toml in a folder of notebooks, in reading order.

    Raises
    ------
    ParameterError
        The plan is missing or badly written, names a table, a notebook or a result that does not exist, or forgets
        a notebook. All that is wrong is said at once.
    """
    path = Path(folder) / FILE
    if not path.is_file():
        raise refusal(ParameterError, N_("There is no {file} in {folder}."), file=FILE, folder=Path(folder).name)
    try:
        sections = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise refusal(ParameterError, N_("{file} cannot be read: {problem}."), file=FILE, problem=error) from None
    steps, wrong = [], []
    for name in sorted(sections):
        try:
            steps.append(Step.model_validate({**sections[name], "name": name}))
        except (ValidationError, TypeError) as error:
            wrong += [f"[{name}] {problem}" for problem in problems_of(error)]
    wrong += _unknown_needs(steps) + _unplanned(steps, sections, Path(folder))
    if wrong:
        raise refusal(ParameterError, N_("{file} is not right: {problems}"), file=FILE, problems="; ".join(wrong))
    return tuple(steps)


def problems_of(error: Exception) -> list[str]:
    """What a pydantic model found, one plain line each."""
    if not isinstance(error, ValidationError):
        return ["must be a table of settings"]
    return [f"{'.'.join(map(str, e['loc']))}: {e['msg'][0].lower()}{e['msg'][1:]}" for e in error.errors()]


def _unknown_needs(steps: Sequence[Step]) -> list[str]:
    made = {step.name: step.makes for step in steps}
    when = {step.name: set(step.when) for step in steps}
    wrong = []
    for step in steps:
        wrong += [f"[{step.name}] needs: there is no table {name}" for name in step.tables if name not in TABLES]
        for notebook, result in step.upstream:
            if result not in made.get(notebook, {}):
                wrong.append(f"[{step.name}] needs: {notebook} does not make {result}")
            elif notebook >= step.name:
                wrong.append(f"[{step.name}] needs: {notebook} comes later in reading order")
            elif missing := set(step.when) - when[notebook]:
                wrong.append(f"[{step.name}] needs: {notebook} does not run when {', '.join(sorted(missing))}")
    return wrong


def _unplanned(steps: Sequence[Step], sections: Mapping, folder: Path) -> list[str]:
    there = {path.stem for path in folder.glob("*.ipynb")}
    wrong = [f"[{step.name}] there is no {step.name}.ipynb" for step in steps if step.name not in there]
    wrong += [f"{name}.ipynb has no section" for name in sorted(there - set(sections))]
    names = [name for step in steps for name in step.makes]
    return wrong + [f"{name} is made twice" for name in sorted({n for n in names if names.count(n) > 1})]
