"""The measures of the transversal plans, and the observations of them: whose, of when, checked."""

from __future__ import annotations

import pandas as pd

from coopeval.cohort.units import units
from coopeval.errors import DataError
from coopeval.tables.once import once

YES_NO, SHARE, COUNT, HOURS, KWH, KG = "yes_no", "share", "count", "hours", "kWh", "kg"
MEASURES = {  # measure: unit in which it comes; labels stand in the code list `measures`
    "has_diversity_plan": YES_NO, "has_environmental_plan": YES_NO, "has_environmental_label": YES_NO,
    "has_open_meeting": YES_NO, "has_consultation_body": YES_NO, "has_union_delegation": YES_NO,
    "share_women_board": SHARE, "share_women_staff": SHARE, "share_staff_far_from_work": SHARE,
    "general_meetings": COUNT, "staff_on_board": COUNT, "participation_training_hours": HOURS,
    "energy_kwh": KWH, "waste_avoided_kg": KG,
}  # fmt: skip
PLANS = ("has_diversity_plan", "has_environmental_plan", "has_open_meeting", "has_consultation_body")
RECENT_MONTHS = 36  # enterprises are asked each second year; what is older is taken as not answered
COLUMNS = ["subject_id", "measure", "observed_on", "value"]


@once
def of_enterprises(dataset) -> pd.DataFrame:
    """Observations of the programme's enterprises; what was seen of one that carries another on belongs to the first.

    One row per enterprise, measure and day: `subject_id`, `measure`, `observed_on`, `value`.
    """
    every = units(dataset)
    own = every[every["arm"].eq("programme")]
    head = _heads(own)
    rows = _checked(dataset, "enterprise")
    rows = rows.assign(subject_id=rows["subject_id"].map(head))
    return _one_a_day(rows[rows["subject_id"].notna()])


@once
def of_structure(dataset) -> pd.DataFrame:
    """Observations of the evaluated structure itself, in the same columns."""
    structures = dataset.columns("structures", "structure_id", "is_evaluated")
    evaluated = structures.loc[structures["is_evaluated"].astype(bool), "structure_id"]
    rows = _checked(dataset, "structure")
    return _one_a_day(rows[rows["subject_id"].isin(evaluated)])


def in_existence(dataset) -> pd.Series:
    """Enterprises of the programme not known to have ended, those lost from sight among them."""
    every = units(dataset)
    own = every[every["arm"].eq("programme") & ~every["is_successor"]]
    ended = own["ended_on"].notna() & own["end_kind"].ne("lost_contact")
    return own.loc[~ended, "enterprise_id"]


def latest(rows: pd.DataFrame) -> pd.DataFrame:
    """The last observation of each measure of each subject."""
    ordered = rows.sort_values(["subject_id", "measure", "observed_on"], kind="stable")
    return ordered.drop_duplicates(["subject_id", "measure"], keep="last").reset_index(drop=True)


def recent(rows: pd.DataFrame, day: pd.Timestamp, months: int = RECENT_MONTHS) -> pd.DataFrame:
    """Those not older than so many months."""
    return rows[rows["observed_on"] > day - pd.DateOffset(months=months)]


def today(dataset) -> pd.Timestamp:
    """The day as of which the data are."""
    day = dataset.as_of if dataset.as_of is not None else dataset.delivered_on
    if day is None:
        raise DataError("The latest practices need the day as of which they hold. Cut the data set with cohort.as_of.")
    return pd.Timestamp(day)


def said(dataset) -> dict[str, object]:
    """What every table of one data set says alike."""
    day = dataset.as_of if dataset.as_of is not None else dataset.delivered_on
    return {"is_synthetic": dataset.is_synthetic, "as_of": "" if day is None else day.date().isoformat()}


def _heads(own: pd.DataFrame) -> dict[str, str]:
    """For each enterprise the first one of the chain in which it carries another on; itself where it does not."""
    before = {heir: one for one, heir in zip(own["enterprise_id"], own["heir"], strict=True) if heir}
    heads = {}
    for one in own["enterprise_id"]:
        first = one
        while first in before:
            first = before[first]
        heads[one] = first
    return heads


@once
def _checked(dataset, kind: str) -> pd.DataFrame:
    if "practices" not in dataset:
        return pd.DataFrame({column: pd.Series(dtype=object) for column in COLUMNS}).astype(
            {"observed_on": "datetime64[ns]", "value": float}
        )
    rows = dataset.columns("practices", "subject_kind", "unit", *COLUMNS)
    rows = rows[rows["subject_kind"].eq(kind) & rows["measure"].isin(MEASURES)]
    wanted = rows["measure"].map(MEASURES)
    _refuse(rows["unit"].ne(wanted), "in another unit than their measure has; see the code list measures")
    value = rows["value"]
    _refuse(wanted.eq(YES_NO) & ~value.isin([0, 1]), "of a yes or no that is neither 1 nor 0")
    _refuse(wanted.eq(SHARE) & ~value.between(0, 1), "of a share outside 0 to 1; write 40% as 0.4")
    _refuse(value < 0, "below zero")
    return rows[COLUMNS]


def _refuse(wrong: pd.Series, what: str) -> None:
    n = int(wrong.sum())
    if n:
        raise DataError(f"practices holds {n} {'value' if n == 1 else 'values'} {what}. Correct them.")


def _one_a_day(rows: pd.DataFrame) -> pd.DataFrame:
    """One value for each subject, measure and day: the same measure stands under one dimension only."""
    bare = rows.drop_duplicates().sort_values(["subject_id", "measure", "observed_on"], kind="stable")
    twice = bare.duplicated(["subject_id", "measure", "observed_on"], keep=False)
    _refuse(twice, "that contradict each other: one subject, measure and day with two values")
    return bare.reset_index(drop=True)
