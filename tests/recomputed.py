"""The tables a report would release, recomputed in this process from any delivery, straight from the notebooks' cells.

Only the assignments run that a wanted table needs; what shows, draws or says is left out, and so is the run around it.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Mapping
from functools import cache
from types import CodeType, SimpleNamespace
from typing import NamedTuple

import pandas as pd

import coopeval
from coopeval import cohort, semesters, tables
from coopeval.disclosure import gate
from coopeval.provenance.digests import ROOT

NOTEBOOKS = ROOT / "notebooks"
NOT_RECOMPUTED = {  # they read the folder of the delivery itself, or an earlier report
    "quality_warnings", "quality_rows", "monitor_indicators", "monitor_targets", "annual_indicators", "annual_targets",
}  # fmt: skip


class Release(NamedTuple):
    """A table before and behind the gate."""

    exact: pd.DataFrame
    released: pd.DataFrame


class Assignment(NamedTuple):
    name: str
    needs: frozenset[str]
    code: CodeType
    releases: str  # name under which it is published, or empty


def seen(dataset: tables.Dataset, semester: str) -> tables.Dataset:
    """The delivery as of the last day of a semester, without what belongs to other structures alone."""
    now = cohort.as_of(dataset, semesters.last_day(semester))
    structures = now["structures"]
    own = set(structures.loc[structures["is_evaluated"].astype(bool), "structure_id"])
    projects, enterprises = now["projects"], now["enterprises"]
    others = without(
        now,
        projects=set(projects.loc[~projects["structure_id"].isin(own), "project_id"]),
        enterprises=set(enterprises.loc[~enterprises["structure_id"].isin(own), "enterprise_id"]),
    )
    return others


def without(
    dataset: tables.Dataset, projects: Iterable[str] = (), enterprises: Iterable[str] = (), rows: Mapping = {}
) -> tables.Dataset:
    """The delivery as if some had never been in it: projects and enterprises, with all that is theirs.

    `rows` leaves out single rows: table -> (column, values).
    """
    projects, enterprises = set(projects), set(enterprises)
    theirs = dataset["enterprises"]
    enterprises |= set(theirs.loc[theirs["project_id"].isin(projects), "enterprise_id"]) if projects else set()
    frames = {}
    for name, frame in dataset.items():
        gone = pd.Series(False, index=frame.index)
        for column, left in (("project_id", projects), ("enterprise_id", enterprises)):
            if column in frame:
                gone |= frame[column].isin(left)
        if "subject_id" in frame:
            gone |= frame["subject_id"].isin(projects | enterprises)
        if name in rows:
            column, values = rows[name]
            gone |= frame[column].isin(values)
        frames[name] = frame[~gone].reset_index(drop=True)
    heirs = frames["enterprises"]["continued_by"]
    frames["enterprises"] = frames["enterprises"].assign(continued_by=heirs.where(~heirs.isin(enterprises), ""))
    return tables.Dataset(frames, dataset.about, dataset.set_aside, dataset.faults)


def changed(dataset: tables.Dataset, table: str, key: tuple[str, str], **cells: object) -> tables.Dataset:
    """The delivery with one row corrected."""
    frames = dict(dataset.items())
    frame = frames[table].copy()
    column, value = key
    for name, cell in cells.items():
        frame.loc[frame[column].eq(value), name] = cell
    frames[table] = frame
    return tables.Dataset(frames, dataset.about, dataset.set_aside, dataset.faults)


def released(
    dataset: tables.Dataset, semester: str, chapters: Iterable[str], wanted: Iterable[str] = ()
) -> dict[str, Release]:
    """The wanted tables of some notebooks; all of them where none are named."""
    found: dict[str, Release] = {}
    wanted = set(wanted)
    for chapter in chapters:
        assignments = of(chapter)
        released_here = {a.name: a.releases for a in assignments if a.releases and a.releases not in NOT_RECOMPUTED}
        needed = _needed(assignments, [name for name, table in released_here.items() if table in (wanted or {table})])
        names: dict[str, object] = {"ce": _stand_in(dataset, found)}
        for assignment in (a for a in assignments if a.name in needed):
            exec(assignment.code, names)
            if assignment.name == "semester":
                names["semester"] = semester
    return found


@cache
def of(chapter: str) -> tuple[Assignment, ...]:
    """The assignments of a notebook, in order."""
    cells = json.loads((NOTEBOOKS / f"{chapter}.ipynb").read_text(encoding="utf-8"))["cells"]
    source = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    return tuple(made for node in ast.parse(source).body for made in _assigned(node, chapter))


def _assigned(node: ast.stmt, chapter: str):
    if not isinstance(node, (ast.Assign, ast.AnnAssign)):
        return
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    names = [n.id for target in targets for n in ast.walk(target) if isinstance(n, ast.Name)]
    needs = frozenset(n.id for n in ast.walk(node.value) if isinstance(n, ast.Name)) - {"ce"}
    releases = ""
    if isinstance(node.value, ast.Call) and ast.unparse(node.value.func) == "ce.disclosure.gate":
        releases = ast.literal_eval(node.value.args[1])
    code = compile(ast.Module([node], []), chapter, "exec")
    for name in names:
        yield Assignment(name, needs, code, releases)


def _needed(assignments: tuple[Assignment, ...], asked: Iterable[str]) -> set[str]:
    needed, waiting = set(), [*asked, "semester"]
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed.add(name)
            waiting += [need for a in assignments if a.name == name for need in a.needs]
    return needed


def _stand_in(dataset: tables.Dataset, found: dict[str, Release]) -> SimpleNamespace:
    """What cells call `ce`: the library, reading the given delivery, and keeping every table that passes the gate."""

    class Part(SimpleNamespace):
        def __getattr__(self, name):
            return getattr(self.__dict__["_of"], name)

    def kept(table, name, audience="public"):
        found[name] = Release(table, gate(table, name, audience))
        return found[name].released

    return Part(
        _of=coopeval,
        read=lambda data: dataset,
        cohort=Part(_of=cohort, as_of=lambda one, day: one if one.as_of is not None else cohort.as_of(one, day)),
        disclosure=SimpleNamespace(gate=kept),
    )
