"""Spells: for each enterprise the months in which its end would have been seen, and how they ended."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.cohort.units import units
from coopeval.errors import ParameterError
from coopeval.semesters import months_between
from coopeval.tables.once import once
from coopeval.uncertainty import beside
from coopeval.uncertainty.shape import About
from coopeval.wording import N_

CLOCKS = ("age", "entry")
COLUMNS = [
    "enterprise_id", "entry", "exit", "event", "cause", "exit_after", "end_kind", "arm", "structure_id", "programme",
    "cohort", "entry_year", "legal_form", "legal_family", "nace_section", "project_type", "stage_at_entry",
    "economic_model", "followed_until", "age_at_zero", "birth_year",
]  # fmt: skip
POPULATIONS = {
    "programme": N_("enterprises of the projects selected by the evaluated programme"),
    "rejected": N_("enterprises of projects that applied and were rejected"),
    "waiting_list": N_("enterprises of projects on the waiting list"),
    "structure": N_("enterprises supported by comparable structures"),
    "register": N_("comparable enterprises from the register"),
}


@once
def spells(dataset, clock: str = "age", only: str | None = None, with_score: bool = False) -> pd.DataFrame:
    """Time under observation of every enterprise, in months on one clock.

    One row per enterprise that enters the clock. Whoever does not is counted, with the reason, in
    `attrs["exclusions"]` (a frame: arm, reason, n).

    Parameters
    ----------
    dataset
        What `as_of` returns.
    clock
        `age`: zero is the day of birth. `entry`: zero is the day the project entered the programme (rejected and
        waiting applicants: the decision; register comparators: the day of matching).
    only
        One arm, as in `arm`; default all.
    with_score
        Also `selection_score`, that of its project; nan where the jury gave none.

    Returns
    -------
    `enterprise_id`, `entry`, `exit` (months; at risk in (entry, exit]), `event` (it ceased at exit), `cause` (ceased,
    merged, moved_away, or empty while it goes on or was lost from sight), `exit_after` (months to the last day it
    was known to exist; the end lies in (exit_after, exit]), `end_kind`, covariates fixed at entry,
    `followed_until` (months to the as-of date, had it been watched so long), `age_at_zero` (months since birth at
    programme entry or the date that stands for it, whatever the clock; negative where the enterprise was born later)
    and `birth_year` (text).

    Raises
    ------
    ParameterError
        Unknown clock or arm.
    DataError
        Enterprises taken over in a circle.

    Source
    ------
    Delayed entry as in Andersen, Borgan, Gill & Keiding (1993), chapter III.
    """
    if clock not in CLOCKS:
        raise ParameterError(f'"{clock}" is not a clock. Choose age (since birth) or entry (since programme entry).')
    today = dataset.as_of if dataset.as_of is not None else dataset.delivered_on
    frame = _timed(units(dataset), clock, today)
    if with_score:
        scores = dataset.columns("projects", "project_id", "selection_score").set_index("project_id")
        frame = frame.join(scores, on="project_id")
    studied, columns = frame["reason"].eq(""), [*COLUMNS, *(["selection_score"] if with_score else [])]
    result = frame.loc[studied, columns].sort_values("enterprise_id", kind="stable").reset_index(drop=True)
    left_out = frame.assign(arm=frame["arm"].replace("", "unknown")).groupby(["arm", "reason"]).size()
    result.attrs["exclusions"] = beside(left_out.rename("n").reset_index())
    result.attrs["about"] = About(
        {
            "clock": clock,
            "population": N_("all enterprises in the tables"),
            "is_synthetic": dataset.is_synthetic,
            "as_of": dataset.as_of.date().isoformat() if dataset.as_of is not None else "",
        }
    )
    return arm(result, only) if only else result


def arm(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """The spells of one arm: programme, rejected, waiting_list, structure or register.

    Raises
    ------
    ParameterError
        Unknown arm.
    """
    if name not in POPULATIONS:
        raise ParameterError(f'"{name}" is not an arm. Choose one of {", ".join(POPULATIONS)}.')
    chosen = frame[frame["arm"].eq(name)].reset_index(drop=True)
    excluded = frame.attrs["exclusions"]
    about = About({**frame.attrs["about"], "population": POPULATIONS[name]})
    chosen.attrs = {"about": about, "exclusions": beside(excluded[excluded["arm"].eq(name)].reset_index(drop=True))}
    return chosen


def _timed(frame: pd.DataFrame, clock: str, today: pd.Timestamp) -> pd.DataFrame:
    zero = frame["born_on"] if clock == "age" else frame["zero_on"]
    seen_from = frame[["born_on", "observed_from"]].max(axis=1)
    if clock == "entry":
        seen_from = pd.concat([seen_from, zero], axis=1).max(axis=1)
    lost = frame["end_kind"].eq("lost_contact")
    end = frame["ended_on"].where(~lost, frame[["ended_on", "last_seen_on"]].min(axis=1))
    end = end.fillna(frame["last_seen_on"])
    timed = frame.assign(
        entry=np.maximum(months_between(zero, seen_from, start_of_day=True), 0.0),
        exit=months_between(zero, end),
        event=frame["cause"].eq("ceased"),
        followed_until=months_between(zero, np.full(len(frame), today)),
        birth_year=frame["born_on"].dt.year.astype("Int64").astype("string").astype(object),
        age_at_zero=months_between(frame["born_on"], frame["zero_on"], start_of_day=True),
    )
    known = frame["not_ended_before"].where(frame["cause"].ne(""))
    after = months_between(zero, known)
    timed["exit_after"] = np.where(np.isnan(after), timed["exit"], np.minimum(after, timed["exit"]))
    own, never = frame["reason"], timed["exit"].le(timed["entry"])
    timed["reason"] = np.select(
        [own.ne(""), zero.isna(), never & frame["cause"].ne(""), never],
        [own, "no_zero_date", "ended_before_entry", "exit_not_after_entry"],
        "",
    )
    return timed
