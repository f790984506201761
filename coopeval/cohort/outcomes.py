"""What had become of each accompanied project, at times fixed in advance and counted from its entry."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.cohort.units import units
from coopeval.errors import DataError, ParameterError
from coopeval.semesters import months_between
from coopeval.tables.once import once

GONE = ("ceased", "merged", "moved_away")  # an enterprise that left by one of these is not there any more
COLUMNS = ["project_id", "outcome", "window_months", "is_mature", "has_enterprise", "amount"]


@once
def accompanied(dataset) -> pd.DataFrame:
    """The projects that the evaluated structure selected and that entered, with the programme they first entered."""
    structures = dataset.columns("structures", "structure_id", "is_evaluated")
    own = structures.loc[structures["is_evaluated"].astype(bool), "structure_id"]
    projects = dataset.columns("projects", "project_id", "structure_id", "selection", "entered_on")
    chosen = projects["structure_id"].isin(own) & projects["selection"].eq("selected") & projects["entered_on"].notna()
    found = projects[chosen].sort_values("project_id", ignore_index=True)
    first = {}
    if "participations" in dataset:
        rows = dataset.columns("participations", "participation_id", "project_id", "programme", "started_on")
        ordered = rows.sort_values(["started_on", "participation_id"], kind="stable")
        first = ordered.drop_duplicates("project_id").set_index("project_id")["programme"].to_dict()
    programme = found["project_id"].map(first).fillna("").astype(object)
    return found.assign(
        programme=programme.mask(programme.eq(""), "unknown"),
        entry_year=found["entered_on"].dt.year.astype("Int64").astype("string"),
    )


@once
def outcomes(dataset, created_months: int = 24, alive_months: int = 36) -> pd.DataFrame:
    """Enterprises that came of each accompanied project, each counted at the same time since entry for all projects.

    One row per project and outcome it can have:

    - `project`: the project itself (1), once it has been in for `created_months`;
    - `created`: it created its first enterprise within `created_months` of entry (only projects that had none);
    - `created_alive`: ... and that enterprise was still there `alive_months` after its birth;
    - `alive`: how many of its enterprises, created or brought along, were there `alive_months` after entry.

    Parameters
    ----------
    dataset
        The tables, as of a date.
    created_months, alive_months
        Months since entry, and since entry or birth.

    Returns
    -------
    `project_id`, `outcome`, `window_months` (months since entry after which the outcome is settled), `is_mature` (the
    project has been in so long), `has_enterprise` (any, at any time), `amount` (not known = nan: the project is too
    young, or an enterprise was lost from sight before that day; an unknown amount is no zero). An enterprise that was
    merged or moved away is not counted as there. A project lost from sight counts as not having created, unless the
    register shows its enterprise.

    Raises
    ------
    ParameterError
        Months that are not above zero.
    DataError
        The data set says neither as of which day it is nor when it was delivered.
    """
    if min(created_months, alive_months) <= 0:
        raise ParameterError("Enterprises need some time to be created and to last. Give months above 0.")
    return settled(dataset, accompanied(dataset), created_months, alive_months)


def settled(dataset, projects: pd.DataFrame, created_months: int, alive_months: int) -> pd.DataFrame:
    """`outcomes` of any projects, each counted from its `entered_on` (the date that stands for entry)."""
    enterprises = enterprises_of(dataset, projects)
    first = enterprises.drop_duplicates("project_id").set_index("project_id")
    born = projects["project_id"].map(first["born_after"])
    created = born.between(0, created_months)
    there = projects["project_id"].map(_there(first, first["age_at_end"], alive_months))
    alive = _there(enterprises, enterprises["after_entry_at_end"], alive_months)
    alive = alive.where(enterprises["born_after"].le(alive_months), 0.0)
    counted = alive.groupby(enterprises["project_id"]).sum(min_count=1)
    counted = counted.mask(alive.isna().groupby(enterprises["project_id"]).any())
    lasting = pd.Series(np.where(created, there, 0.0), index=projects.index)
    could = ~(born < 0)
    facts = projects[["project_id"]].assign(
        months=months_in(projects, dataset), has_enterprise=projects["project_id"].isin(enterprises["project_id"])
    )
    counted = projects["project_id"].map(counted).astype(float).where(facts["has_enterprise"], 0.0)
    table = [
        _rows(facts, "project", created_months, pd.Series(1.0, index=projects.index)),
        _rows(facts[could], "created", created_months, created.astype(float)),
        _rows(facts[could], "created_alive", created_months + alive_months, lasting),
        _rows(facts, "alive", alive_months, counted),
    ]
    return pd.concat(table, ignore_index=True)


def months_in(projects: pd.DataFrame, dataset) -> pd.Series:
    """Months each project has had since it entered, up to the day as of which the tables stand."""
    day = dataset.as_of if dataset.as_of is not None else dataset.delivered_on
    if day is None:
        raise DataError("Outcomes need the day as of which they hold. Cut the data set with cohort.as_of.")
    days = pd.Series(day, index=projects.index, dtype="datetime64[ns]")
    return pd.Series(months_between(projects["entered_on"], days), index=projects.index, dtype=float)


def enterprises_of(dataset, projects: pd.DataFrame) -> pd.DataFrame:
    """Enterprises of these projects, each legal entity once, with their months after birth and after entry."""
    every = units(dataset)
    own = every[every["project_id"].isin(projects["project_id"]) & ~every["is_successor"]]
    own = own.sort_values(["born_on", "enterprise_id"], kind="stable").reset_index(drop=True)
    own = own.assign(entered_on=own["project_id"].map(projects.set_index("project_id")["entered_on"]))
    seen_until = own["ended_on"].where(own["end_kind"].ne("lost_contact")).fillna(own["last_seen_on"])
    return own.assign(
        born_after=np.where(own["born_on"] >= own["entered_on"], months_between(own["entered_on"], own["born_on"]), -1),
        age_at_end=months_between(own["born_on"], seen_until),
        after_entry_at_end=months_between(own["entered_on"], seen_until),
    )


def _there(enterprises: pd.DataFrame, months_seen: pd.Series, after: int) -> pd.Series:
    """1 where an enterprise was there so many months on, 0 where it had gone, nan where it was not seen that long."""
    gone = enterprises["cause"].isin(GONE)
    known = np.where(gone, months_seen > after, np.where(months_seen >= after, 1.0, np.nan))
    return pd.Series(known.astype(float), index=enterprises.index)


def _rows(facts: pd.DataFrame, outcome: str, window: int, amount: pd.Series) -> pd.DataFrame:
    mature = facts["months"].ge(window)
    told = {"outcome": outcome, "window_months": float(window), "is_mature": mature}
    return facts.assign(**told, amount=amount[facts.index].where(mature))[COLUMNS]
