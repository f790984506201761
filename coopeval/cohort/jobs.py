"""The jobs of the enterprises that are studied: one row per job, and what stood on each day that matters."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.cohort.employment import kind_of_job
from coopeval.cohort.spells import POPULATIONS
from coopeval.cohort.stocks import cells, days_asked, stocks
from coopeval.cohort.units import units
from coopeval.errors import ParameterError
from coopeval.tables.once import once
from coopeval.uncertainty import beside
from coopeval.uncertainty.shape import About

COVARIATES = [
    "arm", "structure_id", "programme", "cohort", "entry_year", "legal_form", "legal_family", "nace_section",
    "project_type", "stage_at_entry", "economic_model",
]  # fmt: skip
FACTS = ["fte", "is_founder", "contract", "worker_status", "subsidy_measure", "joint_committee", "gender"]
OF_JOBS = (
    "job_id", "enterprise_id", "position_id", "started_on", "ended_on", "end_kind", "last_seen_on", *FACTS,
)  # fmt: skip
NOT_COUNTED = (
    "position_id",
    "end_kind",
    "joint_committee",
    "gender",
)  # they tell of jobs, and change no number of them
COLUMNS = [
    "enterprise_id", "job_id", "position_id", "started_on", "ended_on", "end_kind", "seen_until", "base_on",
    "entered_on", "kind", *FACTS, *COVARIATES,
]  # fmt: skip


@once
def jobs(dataset, only: str = "programme") -> pd.DataFrame:
    """The jobs of the enterprises of one arm, and the stock of each of these enterprises on the days that matter.

    One row per job. A job of an enterprise that carries on another one belongs to the first of them: a take-over
    neither ends nor begins a job. Enterprises that are not studied are counted, with the reason, in
    `attrs["exclusions"]` (arm, reason, n).

    Parameters
    ----------
    dataset
        What `as_of` returns. It needs `jobs` or `headcounts`, or both.
    only
        The arm: programme (default), rejected, waiting_list, structure or register.

    Returns
    -------
    `enterprise_id`, `job_id`, `position_id` (the job itself where it was not given), `started_on`, `ended_on`,
    `seen_until` (last day on which its state is known), `base_on` (31 December of N), `entered_on` (programme entry
    or the date that stands for it), `kind` (code of `job_kinds`; the enterprise's own jobs are `employee` and
    `founder_employee`), `fte`, `is_founder`, contract, worker_status, subsidy_measure, joint_committee, gender, and
    the covariates fixed at entry. `attrs["enterprises"]`: one row per enterprise; `attrs["stocks"]`: one row per
    enterprise and day (see `cohort.stocks.stocks`); `attrs["cells"]`: what each known stock is made of.

    Raises
    ------
    ParameterError
        Unknown arm.
    """
    if only not in POPULATIONS:
        raise ParameterError(f'"{only}" is not an arm. Choose one of {", ".join(POPULATIONS)}.')
    return jobs_of(dataset, (only,), POPULATIONS[only])


@once
def jobs_of(dataset, arms: tuple[str, ...], population: str = "", counts_only: bool = False) -> pd.DataFrame:
    """`jobs` of several arms at once; `counts_only` leaves out what changes no number of jobs, and asks for none of it.

    Then `position_id`, `end_kind`, `joint_committee` and `gender` are missing, from the cells too.
    """
    today = dataset.as_of if dataset.as_of is not None else dataset.delivered_on
    every = _with_reason(units(dataset))
    chosen = every[every["arm"].isin(arms)]
    studied = _with_base(chosen[chosen["reason"].eq("")], today)
    first = _first_of_chain(every, studied)
    rows = _rows(dataset, studied, first, today, NOT_COUNTED if counts_only else ())
    counts = _of_units(dataset["headcounts"], first) if "headcounts" in dataset else None
    asked = days_asked(studied, today)
    found = cells(asked, studied, rows, counts)
    result = (
        rows[[name for name in COLUMNS if name in rows]].sort_values("job_id", kind="stable").reset_index(drop=True)
    )
    facts = studied[["enterprise_id", "born_on", "entered_on", "base_on", "seen_until", *COVARIATES]]
    result.attrs = {
        "about": About(
            {
                "population": population,
                "is_synthetic": dataset.is_synthetic,
                "as_of": "" if today is None else today.date().isoformat(),
            }
        ),
        "exclusions": beside(chosen.groupby(["arm", "reason"]).size().rename("n").reset_index()),
        "enterprises": beside(facts),
        "stocks": beside(stocks(asked, found)),
        "cells": beside(found[found["kind"].ne("")].reset_index(drop=True)),
    }
    return result


def _with_reason(every: pd.DataFrame) -> pd.DataFrame:
    zero, ended = every["zero_on"], every["ended_on"]
    reason = np.select(
        [every["reason"].ne(""), zero.isna(), ended.lt(zero)],
        [every["reason"], "no_zero_date", "ended_before_entry"],
        "",
    )
    return every.assign(reason=reason)


def _with_base(studied: pd.DataFrame, today: pd.Timestamp) -> pd.DataFrame:
    """N: the first 31 December on which the enterprise both exists and has entered; none if it ended before."""
    since = studied[["born_on", "zero_on"]].max(axis=1)
    base = pd.to_datetime(since.dt.year.astype("Int64").astype("string") + "-12-31")
    base = base.where(~studied["ended_on"].lt(base))
    until = studied[["ended_on", "last_seen_on"]].min(axis=1).clip(upper=today)
    frame = studied.assign(entered_on=studied["zero_on"], base_on=base, seen_until=until)
    return frame.sort_values("enterprise_id", kind="stable").reset_index(drop=True)


def _first_of_chain(every: pd.DataFrame, studied: pd.DataFrame) -> dict[str, str]:
    """Enterprise -> the studied enterprise whose work it carries on (itself, where it carries on none)."""
    heir = dict(zip(every["enterprise_id"], every["heir"], strict=True))
    first = {}
    for unit in studied["enterprise_id"]:
        following = unit
        while following:
            first[following] = unit
            following = heir[following]
    return first


def _of_units(rows: pd.DataFrame, first: dict[str, str]) -> pd.DataFrame:
    unit = rows["enterprise_id"].map(first).astype(object)  # where nobody is studied yet the map is empty
    return rows.assign(enterprise_id=unit)[unit.notna()].reset_index(drop=True)


def _rows(
    dataset, studied: pd.DataFrame, first: dict[str, str], today: pd.Timestamp, without: tuple[str, ...]
) -> pd.DataFrame:
    if "jobs" not in dataset:
        none = pd.DataFrame(columns=[name for name in COLUMNS if name not in without])
        return none.astype({"started_on": "M8[ns]", "seen_until": "M8[ns]"})
    own = _of_units(dataset.columns("jobs", *(name for name in OF_JOBS if name not in without)), first)
    own = own.assign(
        kind=kind_of_job(own),
        seen_until=own["ended_on"].fillna(own["last_seen_on"]).clip(upper=today),
    )
    if "position_id" in own:
        own["position_id"] = own["position_id"].where(own["position_id"].ne(""), own["job_id"])
    facts = studied.set_index("enterprise_id")[["base_on", "entered_on", *COVARIATES]]
    return own.drop(columns=["last_seen_on"]).join(facts, on="enterprise_id")
