"""The projects of the evaluated structure, and the enterprises each of them brought forth."""

from __future__ import annotations

import pandas as pd

from coopeval.cohort.units import units
from coopeval.errors import ParameterError
from coopeval.tables.once import once

UNKNOWN = "unknown"
OF_PROJECTS = (
    "project_id", "structure_id", "selection", "entered_on", "stage_at_entry", "project_type", "theme",
    "economic_model", "ended_on", "end_kind", "end_reason",
)  # fmt: skip
TOTAL = "all"


@once
def own_projects(dataset) -> pd.DataFrame:
    """All projects that applied to the evaluated structure, with the programme and intake they first entered."""
    structures = dataset.columns("structures", "structure_id", "is_evaluated")
    evaluated = structures.loc[structures["is_evaluated"].astype(bool), "structure_id"]
    projects = dataset.columns("projects", *OF_PROJECTS)
    own = projects[projects["structure_id"].isin(evaluated)].reset_index(drop=True)
    first = _first_participation(dataset)
    for column in ("programme", "cohort"):
        own[column] = own["project_id"].map(first[column]) if len(first) else ""
    own["entry_year"] = own["entered_on"].dt.year.astype("Int64").astype("string")
    return own


def _first_participation(dataset) -> pd.DataFrame:
    if "participations" not in dataset:
        return pd.DataFrame()
    rows = dataset.columns("participations", "participation_id", "project_id", "programme", "cohort", "started_on")
    ordered = rows.sort_values(["started_on", "participation_id"], kind="stable")
    return ordered.drop_duplicates("project_id").set_index("project_id")[["programme", "cohort"]]


def selected_projects(dataset) -> pd.DataFrame:
    """The projects the evaluated structure selected."""
    own = own_projects(dataset)
    return own[own["selection"].eq("selected")].reset_index(drop=True)


@once
def supported_enterprises(dataset) -> pd.DataFrame:
    """Enterprises of selected projects, each legal entity once (who carries one on is not counted again).

    `is_created`: the first enterprise of its project, born on or after the day the project entered, where the
    project had none before. All others existed already, or are a further enterprise of their project.
    """
    every = units(dataset)
    own = every[every["arm"].eq("programme") & ~every["is_successor"]]
    first = own.sort_values(["born_on", "enterprise_id"], kind="stable").drop_duplicates("project_id")
    created = first.loc[first["born_on"] >= first["entered_on"], "enterprise_id"]
    return own.assign(is_created=own["enterprise_id"].isin(created)).reset_index(drop=True)


def labelled(frame: pd.DataFrame, by: str, allowed: tuple[str, ...]) -> pd.Series:
    """The groups of one column; what is not known is a group of its own, never dropped."""
    if by not in allowed:
        raise ParameterError(f'"{by}" is not a way to group this table. Choose one of {", ".join(allowed)}.')
    return frame[by].astype(object).where(frame[by].notna(), "").replace("", UNKNOWN).astype(str)


def counted(groups: pd.Series) -> pd.DataFrame:
    """One row per group and one for all: `n` units, and the same as `estimate`."""
    sizes = groups.value_counts().sort_index()
    rows = pd.DataFrame({"group": [*sizes.index, TOTAL], "n": [*sizes, sizes.sum()]})
    return rows.assign(estimate=rows["n"].astype(float))


def said(dataset) -> dict[str, object]:
    """What every table of one data set says alike."""
    day = dataset.as_of if dataset.as_of is not None else dataset.delivered_on
    return {"is_synthetic": dataset.is_synthetic, "as_of": "" if day is None else day.date().isoformat()}
