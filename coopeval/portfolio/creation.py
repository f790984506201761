"""How many projects become an enterprise in a given time (Q18, first part)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.errors import DataError, ParameterError
from coopeval.portfolio.projects import CODES
from coopeval.portfolio.units import TOTAL, labelled, said, selected_projects, supported_enterprises
from coopeval.semesters import months_between
from coopeval.uncertainty import share
from coopeval.wording import N_

LOST = N_("A project lost from sight counts as not having created, unless the register shows its enterprise.")


def creation(dataset, months: int = 24, by: str = "entry_year", level: float = 0.95) -> pd.DataFrame:
    """Share of projects that created an enterprise within so many months of entering the programme, by intake.

    One row per intake and one, `all`, over the mature intakes. In `n` are selected projects that entered without an
    enterprise: those that had one already cannot create. An intake is mature when every project in it has had the
    full time; before that the row has the note `immature` and no share, for a low rate would only mean little time.

    Parameters
    ----------
    dataset
        The tables, as of a date.
    months
        Time since entry in which the enterprise must have been born.
    by
        entry_year (default), cohort, or another grouping of projects; a group is mature as a whole or not at all. A
        year is, once its last day lies `months` back: a calendar tells, and not when the few who came in it came.

    Returns
    -------
    Estimate table of shares, `at_months` being the time given.

    Raises
    ------
    DataError
        The data set says neither as of which day it is nor when it was delivered.

    Source
    ------
    Interval: Wilson (1927).
    """
    day = dataset.as_of if dataset.as_of is not None else dataset.delivered_on
    if day is None:
        raise DataError("A creation rate needs the day as of which it holds. Cut the data set with cohort.as_of.")
    if months <= 0:
        raise ParameterError(f"{months} months is no time to create anything in. Give a number above 0.")
    could = _could_create(dataset)
    could = could.assign(
        group=labelled(could, by, tuple(CODES)),
        exposure=months_between(_last_entry(could, by), pd.Series(day, index=could.index)) if len(could) else [],
        in_time=could["months_to_creation"].le(months),
    )
    rows = could.groupby("group", sort=True).agg(
        n=("project_id", "size"), n_events=("in_time", "sum"), exposure=("exposure", "min")
    )
    mature = rows["exposure"].ge(months)
    total = rows[mature].sum()
    counts = pd.concat([rows[["n", "n_events"]], pd.DataFrame([total[["n", "n_events"]]], index=[TOTAL])])
    counts = counts.rename_axis("group").reset_index().assign(at_months=float(months))
    table = share(
        counts, level=level, by=by, codes=CODES[by], clock="entry", privacy="confidential",
        estimand=N_("share of projects that created an enterprise in this time"),
        population=N_("selected projects that entered without an enterprise"),
        numerator=N_("projects whose first enterprise was born in this time"),
        denominator=N_("projects that had this much time"), warnings=(LOST,), method="", **said(dataset),
    )  # fmt: skip
    return _without_the_young(table, set(mature.index[~mature]))


def _last_entry(could: pd.DataFrame, by: str) -> pd.Series:
    """The day from which a project's group has time: of a year its end, else its own entry."""
    if by != "entry_year":
        return could["entered_on"]
    return could["entered_on"] + pd.offsets.YearEnd(0)


def _could_create(dataset) -> pd.DataFrame:
    """Selected projects that entered, without those that had an enterprise; months from entry to creation if any."""
    entered = selected_projects(dataset)
    entered = entered[entered["entered_on"].notna()]
    supported = supported_enterprises(dataset)
    created = supported[supported["is_created"]].set_index("project_id")["born_on"]
    before = set(supported["project_id"]) - set(created.index)
    able = entered[~entered["project_id"].isin(before)].reset_index(drop=True)
    born_on = able["project_id"].map(created) if len(created) else pd.Series(pd.NaT, index=able.index)
    time = months_between(able["entered_on"], born_on, start_of_day=True) if len(able) else []
    return able.assign(months_to_creation=time)


def _without_the_young(table: pd.DataFrame, young: set[str]) -> pd.DataFrame:
    figures = ["n_events", "estimate", "low", "high"]
    is_young = table["group"].isin(young)
    emptied = table.assign(note=table["note"].mask(is_young, "immature"))
    emptied[figures] = emptied[figures].astype(float).mask(np.repeat(is_young.to_numpy()[:, None], len(figures), 1))
    emptied.attrs = table.attrs
    return emptied
