"""What had become of each project of every arm, selected or not, counted alike from the day that stands for entry."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.cohort.job_outcomes import at_year_end, created_since, december, per_project, studied_in, worked
from coopeval.cohort.jobs import jobs_of
from coopeval.cohort.outcomes import GONE, enterprises_of, months_in, settled
from coopeval.cohort.units import NO_ARM, OF_STRUCTURES, arm_of, units
from coopeval.errors import ParameterError
from coopeval.semesters import months_between
from coopeval.tables.once import once
from coopeval.uncertainty import beside
from coopeval.uncertainty.shape import About
from coopeval.wording import N_

ARMS = ("programme", "structure", "rejected", "waiting_list")
CREATED_MONTHS = 24
YEARS = 2  # jobs are counted on 31 December, so many calendar years after the year of zero
FACTS = ["project_type", "stage_at_entry", "economic_model", "theme"]
OF_PROJECTS = (
    "project_id", "structure_id", "selection", "selection_score", "entered_on", "decided_on", "n_holders",
)  # fmt: skip
COLUMNS = [
    "project_id", "structure_id", "structure", "arm", "option", "zero_on", "is_mature", "entry_year", *FACTS,
    "has_enterprise", "n_holders", "selection_score", "created", "alive", "is_alive", "active_months", "jobs", "fte",
    "jobs_created", "job_years",
]  # fmt: skip
POPULATION = N_(
    "projects selected by the evaluated programme or by a comparable structure, rejected applicants and waiting list"
)
KNOWN_UNEVENLY = N_(
    "A project without enterprise has no jobs, and that is known; the jobs of an enterprise may not be known. Where "
    "many are not, a mean over the known projects is too low."
)
FROM_REGISTER = N_(
    "What became of rejected and waiting applicants is known from the register only: an activity without a legal "
    "person of its own is not seen."
)


def compared(dataset, months: int = 36) -> pd.DataFrame:
    """Every project that was selected, rejected or put on the waiting list, with what became of it.

    One row per project. Projects that are not compared are counted, with the reason, in `attrs["exclusions"]` (arm,
    reason, n): those withdrawn, not decided yet or turned down by another structure (`not_in_arm`), those without the
    date that stands for entry (`no_zero_date`), and those of another structure whose enterprise the evaluated one
    supported too (`duplicate_entity`).

    Parameters
    ----------
    dataset
        What `as_of` returns.
    months
        Horizon of `alive` and `active_months`, counted from zero.

    Returns
    -------
    - `project_id`, `structure_id`, `structure` (its name); `arm` (programme, structure, rejected, waiting_list);
      `option` (the structure of those selected, else the arm);
    - `zero_on` (entry; rejected and waiting: the decision); `is_mature` (`months` have passed since);
    - covariates known at zero: `entry_year`, `project_type`, `stage_at_entry`, `economic_model`, `theme`,
      `has_enterprise` (an enterprise was born before), `n_holders`, `selection_score`;
    - `created` (1 if its first enterprise was born within 24 months of zero, else 0; nan if it came with one);
    - `alive` (how many of its enterprises were there `months` after zero), `is_alive` (1 if any); `active_months`
      (enterprise-months between zero and then);
    - `jobs`, `fte` (stock on 31 December, two calendar years after the year of zero); `jobs_created` (that stock less
      the one on the day before zero: an enterprise that was there before brings jobs that nobody created since);
      `job_years` (from zero to that day; only for options with jobs recorded one by one).

    What is not known is nan and never zero: the time has not passed, an enterprise was lost from sight, or its jobs
    are in no source. A project without any enterprise has no jobs: zero.

    Raises
    ------
    ParameterError
        Months that are not above zero.
    DataError
        The data set says neither as of which day it is nor when it was delivered.

    >>> from coopeval import tables
    >>> structures = pd.DataFrame({"structure_id": ["S1"], "kind": ["incubator"], "is_evaluated": [True]})
    >>> projects = pd.DataFrame({"project_id": ["P1", "P2"], "structure_id": "S1", "decided_on": "2020-01-01",
    ...     "selection": ["selected", "rejected"], "entered_on": ["2020-02-01", None]})
    >>> enterprises = pd.DataFrame({"enterprise_id": ["E1"], "structure_id": "S1", "project_id": "P1",
    ...     "born_on": "2020-08-01", "last_seen_on": "2026-06-30"})
    >>> frames = {"structures": structures, "projects": projects, "enterprises": enterprises}
    >>> frame = compared(tables.from_frames(frames, {"delivered_on": "2026-06-30"}))
    >>> frame[["project_id", "option", "created", "alive", "is_alive", "active_months", "jobs"]].values.tolist()
    [['P1', 'S1', 1.0, 1.0, 1.0, 30.0, nan], ['P2', 'rejected', 0.0, 0.0, 0.0, 0.0, 0.0]]
    """
    if months <= 0:
        raise ParameterError(f"{months} months are no time to become anything in. Give a number above 0.")
    every, chosen, enterprises, work = _whatever_the_months(dataset)
    mature = months_in(chosen, dataset).ge(months)
    fate = settled(dataset, chosen, CREATED_MONTHS, months)
    before = enterprises.loc[enterprises["born_after"].lt(0), "project_id"]
    active = _per_project(chosen, enterprises, _active_months(enterprises, months))
    result = chosen.assign(
        structure=_names(chosen, dataset.columns("structures", "structure_id", "name")),
        is_mature=mature,
        has_enterprise=chosen["project_id"].isin(before),
        created=_amount(chosen, fate, "created"),
        alive=_amount(chosen, fate, "alive"),
        is_alive=_amount(chosen, fate, "alive").clip(upper=1.0),
        active_months=active.where(mature),
        **work,
    )[COLUMNS]
    result.attrs = {"about": About(_about(dataset, months)), "exclusions": beside(_exclusions(every))}
    return result


@once
def _whatever_the_months(dataset) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, dict[str, pd.Series]]:
    """All projects, those compared, their enterprises, and the work in these: the same for every horizon."""
    every = _with_reason(dataset)
    chosen = every[every["reason"].eq("")].sort_values("project_id", kind="stable").reset_index(drop=True)
    chosen = chosen.assign(**_covariates(chosen))
    enterprises = enterprises_of(dataset, chosen)
    return every, chosen, enterprises, _work(dataset, chosen, enterprises)


def _with_reason(dataset) -> pd.DataFrame:
    """All projects with `arm`, `zero_on` and the reason why they are not compared; `entered_on` becomes zero."""
    projects = dataset.columns("projects", *OF_PROJECTS, *FACTS)
    arm = pd.Series(arm_of(projects, dataset.columns("structures", *OF_STRUCTURES)), index=projects.index)
    arm = arm.where(arm.isin(ARMS), NO_ARM)
    zero = projects["entered_on"].where(arm.isin(["programme", "structure"]), projects["decided_on"])
    found = units(dataset)
    # An entity that two structures supported tells of both; its whole project leaves, as its spell does.
    twice = projects["project_id"].isin(found.loc[found["reason"].eq("duplicate_entity"), "project_id"])
    reason = np.select(
        [arm.eq(NO_ARM), twice, zero.isna()], ["not_in_arm", "duplicate_entity", "no_zero_date"], default=""
    )
    return projects.assign(arm=arm, zero_on=zero, entered_on=zero, reason=reason)


def _covariates(chosen: pd.DataFrame) -> dict[str, pd.Series]:
    facts = chosen[FACTS].astype(object).where(chosen[FACTS].notna(), "").replace("", "unknown")
    selected = chosen["arm"].isin(["programme", "structure"])
    return {
        **{fact: facts[fact] for fact in FACTS},
        "entry_year": chosen["zero_on"].dt.year.astype("Int64").astype("string").astype(object),
        "option": chosen["structure_id"].where(selected, chosen["arm"]).astype(object),
        "n_holders": chosen["n_holders"].astype(float),
        "selection_score": chosen["selection_score"].astype(float),
    }


def _names(chosen: pd.DataFrame, structures: pd.DataFrame) -> pd.Series:
    name = chosen["structure_id"].map(structures.set_index("structure_id")["name"]).astype(object)
    return name.where(name.ne(""), chosen["structure_id"]).astype(object)


def _amount(chosen: pd.DataFrame, fate: pd.DataFrame, outcome: str) -> pd.Series:
    """Amount of one outcome per project; nan for those that cannot have it."""
    rows = fate[fate["outcome"].eq(outcome)].set_index("project_id")
    return chosen["project_id"].map(rows["amount"]).astype(float)


def _active_months(enterprises: pd.DataFrame, months: int) -> pd.Series:
    """Months each enterprise was there between zero and the horizon; nan if it was lost from sight before that."""
    born = months_between(enterprises["entered_on"], enterprises["born_on"], start_of_day=True)
    start = np.maximum(born, 0.0)
    until = enterprises["after_entry_at_end"]
    known = enterprises["cause"].isin(GONE) | until.ge(months) | (start >= months)
    return (np.minimum(until, months) - start).clip(lower=0.0).mask(start >= months, 0.0).where(known)


def _work(dataset, chosen: pd.DataFrame, enterprises: pd.DataFrame) -> dict[str, pd.Series]:
    """Jobs, full-time equivalents and job-years per project."""
    jobs = jobs_of(dataset, ARMS, counts_only=True)
    looked_at = studied_in(dataset, jobs, chosen, YEARS)
    recorded = looked_at.loc[looked_at["enterprise_id"].isin(jobs["enterprise_id"]), "project_id"]
    options = chosen.loc[chosen["project_id"].isin(recorded), "option"]
    today = dataset.as_of if dataset.as_of is not None else dataset.delivered_on
    mature = december(chosen["entered_on"], YEARS).le(today)
    amounts = {
        "jobs": at_year_end(looked_at, jobs),
        "fte": at_year_end(looked_at, jobs, "fte"),
        "jobs_created": created_since(looked_at, jobs),
        "job_years": worked(looked_at, jobs),
    }
    # Those that ended before zero have no jobs after it; those that only left our sight before it are not known.
    others = enterprises[~enterprises["enterprise_id"].isin(looked_at["enterprise_id"])]
    none = pd.Series(np.where(others["cause"].eq("ceased"), 0.0, np.nan), index=others.index)
    every = pd.concat([looked_at[["project_id"]], others[["project_id"]]], ignore_index=True)
    known = {
        name: _per_project(chosen, every, pd.concat([amount, none], ignore_index=True)).where(mature)
        for name, amount in amounts.items()
    }
    # Where no job was recorded one by one, only those without enterprise would be known: a mean of zeros.
    return known | {"job_years": known["job_years"].where(chosen["option"].isin(options))}


def _per_project(chosen: pd.DataFrame, enterprises: pd.DataFrame, amount: pd.Series) -> pd.Series:
    """Sum over the enterprises of each project: none without any, nan as soon as one of them is not known."""
    sums = per_project(enterprises, amount)
    return chosen["project_id"].map(sums).astype(float).mask(~chosen["project_id"].isin(sums.index), 0.0)


def _exclusions(every: pd.DataFrame) -> pd.DataFrame:
    named = every.assign(arm=every["arm"].replace(NO_ARM, "unknown"))
    return named.groupby(["arm", "reason"]).size().rename("n").reset_index()


def _about(dataset, months: int) -> dict[str, object]:
    return {
        "unit": "projects", "clock": "entry", "population": POPULATION, "months": months,
        "warnings": (FROM_REGISTER, KNOWN_UNEVENLY), "is_synthetic": dataset.is_synthetic,
        "as_of": dataset.as_of.date().isoformat() if dataset.as_of is not None else "",
    }  # fmt: skip
