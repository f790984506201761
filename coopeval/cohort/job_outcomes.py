"""Jobs that came of each accompanied project, counted on the same 31 December for all projects of one intake year."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.cohort.employment import OWN
from coopeval.cohort.outcomes import COLUMNS, accompanied
from coopeval.errors import DataError, ParameterError
from coopeval.semesters import months_between

MONTHS = 12
KEPT = 2  # years after N


def job_outcomes(dataset, jobs: pd.DataFrame, years: int = 2) -> pd.DataFrame:
    """Jobs per accompanied project, in the shape of `outcomes`, to be put below its rows.

    - `job_created`: jobs on 31 December, `years` calendar years after the one of entry, less those on the day before
      entry (a loss counts against);
    - `job_years`: full-time equivalents times years worked from entry up to that day, as far as jobs were observed;
    - `job_kept`: of the jobs at N, how many its enterprises still had at N+2 (the smaller of the two stocks), for
      enterprises whose N is not later than that 31 December; settled two years after it.

    Parameters
    ----------
    dataset
        The tables, as of a date.
    jobs
        What `cohort.jobs` returns for the same tables.
    years
        Calendar years after the year of entry.

    Returns
    -------
    As `outcomes`. A project without any enterprise has no jobs: zero. A project with an enterprise whose jobs are not
    known on a day that matters is not known: nan, never zero.

    Raises
    ------
    ParameterError
        Years that are not above zero.
    DataError
        Jobs without their stocks.
    """
    if years <= 0:
        raise ParameterError(f"{years} years are no time to create jobs in. Give a number above 0.")
    if "stocks" not in jobs.attrs:
        raise DataError("These jobs come without their stocks; give what cohort.jobs returns, unchanged.")
    projects = accompanied(dataset)
    enterprises = studied_in(dataset, jobs, projects, years)
    until, kept_until = december(projects["entered_on"], years), december(projects["entered_on"], years + KEPT)
    parts = [
        _rows(projects, dataset, "job_created", until, per_project(enterprises, created_since(enterprises, jobs))),
        _rows(projects, dataset, "job_years", until, per_project(enterprises, worked(enterprises, jobs))),
        _rows(projects, dataset, "job_kept", kept_until, per_project(enterprises, _kept(enterprises, jobs))),
    ]
    return pd.concat(parts, ignore_index=True)


def december(days: pd.Series, years: int) -> pd.Series:
    """The 31 December so many calendar years after the year of each day."""
    following = days.to_numpy("datetime64[Y]") + years + 1
    return pd.Series(following.astype("datetime64[D]") - 1, index=days.index, dtype="datetime64[ns]")


def studied_in(dataset, jobs: pd.DataFrame, projects: pd.DataFrame, years: int) -> pd.DataFrame:
    """The enterprises whose jobs were looked at, with their project and the days that matter for it."""
    of_project = dataset.columns("enterprises", "enterprise_id", "project_id").set_index("enterprise_id")["project_id"]
    entered = projects.set_index("project_id")["entered_on"]
    frame = jobs.attrs["enterprises"][["enterprise_id", "born_on", "base_on"]]
    frame = frame.assign(project_id=frame["enterprise_id"].map(of_project))
    frame = frame[frame["project_id"].isin(entered.index)].reset_index(drop=True)
    frame = frame.assign(entered_on=frame["project_id"].map(entered))
    return frame.assign(until=december(frame["entered_on"], years))


def _stock(enterprises: pd.DataFrame, stocks: pd.DataFrame, **chosen) -> pd.Series:
    """Headcount of each enterprise in the rows of the stocks with these values; nan where there is no such row."""
    for column, value in chosen.items():
        stocks = stocks[stocks[column].eq(value)]
    return enterprises["enterprise_id"].map(stocks.set_index("enterprise_id")["headcount"]).astype(float)


def created_since(enterprises: pd.DataFrame, jobs: pd.DataFrame) -> pd.Series:
    """Stock of each enterprise on its day `until` less that on the day before entry; nan where one is not known."""
    change = at_year_end(enterprises, jobs) - _stock(enterprises, jobs.attrs["stocks"], moment="before_entry")
    return change.mask(enterprises["born_on"] > enterprises["until"], 0.0)


def at_year_end(enterprises: pd.DataFrame, jobs: pd.DataFrame, counted: str = "headcount") -> pd.Series:
    """Stock of each enterprise on its day `until`; none if it was not born yet, nan where it is not known."""
    stocks = jobs.attrs["stocks"]
    ends = stocks[stocks["moment"].eq("year_end")][["enterprise_id", "on", counted]]
    then = enterprises.merge(ends, left_on=["enterprise_id", "until"], right_on=["enterprise_id", "on"], how="left")
    stock = pd.Series(then[counted].to_numpy(float), index=enterprises.index)
    return stock.mask(enterprises["born_on"] > enterprises["until"], 0.0)


def _kept(enterprises: pd.DataFrame, jobs: pd.DataFrame) -> pd.Series:
    stocks = jobs.attrs["stocks"]
    first, last = (_stock(enterprises, stocks, moment="year_end", year_after=year) for year in (0, KEPT))
    smaller = pd.Series(np.minimum(first, last), index=enterprises.index)
    return smaller.mask(first.eq(0), 0.0).where(enterprises["base_on"].le(enterprises["until"]), 0.0)


def worked(enterprises: pd.DataFrame, jobs: pd.DataFrame) -> pd.Series:
    """Job-years of each enterprise from entry to its day `until`, as far as seen; nan where no job was recorded."""
    own = jobs.loc[jobs["kind"].isin(OWN), ["enterprise_id", "started_on", "seen_until", "fte"]]
    own = own.merge(enterprises[["enterprise_id", "entered_on", "until"]], on="enterprise_id")
    start = own[["started_on", "entered_on"]].max(axis=1)
    months = months_between(start, own[["seen_until", "until"]].min(axis=1))
    work = pd.Series(np.maximum(months, 0.0) * own["fte"].to_numpy(float) / MONTHS).groupby(own["enterprise_id"]).sum()
    worked = enterprises["enterprise_id"].map(work).astype(float)
    recorded = enterprises["enterprise_id"].isin(jobs["enterprise_id"])
    worked = worked.fillna(0.0).where(recorded)
    return worked.mask(enterprises["born_on"] > enterprises["until"], 0.0)


def per_project(enterprises: pd.DataFrame, amount: pd.Series) -> pd.Series:
    """Sum over the enterprises of a project; not known as soon as one of them is not."""
    figures = amount.to_numpy(float)
    of_project = amount.groupby(enterprises["project_id"]).indices
    return pd.Series({project: figures[rows].sum() for project, rows in of_project.items()}, dtype=float)


def _rows(projects: pd.DataFrame, dataset, outcome: str, until: pd.Series, amounts: pd.Series) -> pd.DataFrame:
    today = dataset.as_of if dataset.as_of is not None else dataset.delivered_on
    mature = until.le(today)
    amount = projects["project_id"].map(amounts).astype(float)
    amount = amount.mask(~projects["project_id"].isin(amounts.index), 0.0)
    frame = pd.DataFrame(
        {
            "project_id": projects["project_id"], "outcome": outcome, "is_mature": mature,
            "has_enterprise": projects["project_id"].isin(amounts.index),
            "window_months": months_between(projects["entered_on"], until), "amount": amount.where(mature),
        }
    )  # fmt: skip
    return frame[COLUMNS]
