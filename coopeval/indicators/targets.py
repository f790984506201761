"""Targets against results: what was set for a period, what was reached, and whether that can be told."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval import cohort, semesters
from coopeval.errors import ParameterError
from coopeval.indicators.catalogue import CATALOGUE
from coopeval.indicators.entry import Moment
from coopeval.indicators.table import CODES, NO_SOURCE, POPULATION, Parts, parts_of, rows_of
from coopeval.uncertainty import estimates
from coopeval.wording import N_

AT_MOST = "at_most"
RESULTS = ("unit", "n", "estimate", "low", "high", "note")
UNDECIDED = N_(
    "Undecided means that the interval of the result holds the target, or that the rounding of public figures may have "
    "carried the result across it."
)


def targets(dataset, semester: str, level: float = 0.95) -> pd.DataFrame:
    """Every target with the result of its period, as far as it has gone by the last day of the semester.

    One row per target. Counts are those of the period; rates, shares and costs of everything are as of its last day, or
    of the semester's where the period still runs.

    Returns
    -------
    Estimate table of kind `indicators`: `group`, `period`, `sense`, `target`, `unit`, `n`, `estimate`, `low`, `high`,
    `status` (code list `target_statuses`), `note`. A target in another unit than its indicator, or of what is counted
    since the programme began, is not compared (note `not_comparable`); one of no indicator of the catalogue has the
    note `no_source`.
    """
    day = semesters.last_day(semester)
    asked = ("indicator", "period", "sense", "target", "unit")
    wanted = dataset.columns("targets", *asked) if "targets" in dataset else pd.DataFrame(columns=asked)
    known = {entry.id: number for number, entry in enumerate(CATALOGUE)}
    wanted = wanted.assign(place=wanted["indicator"].map(known).fillna(len(known)))
    wanted = wanted.sort_values(["place", "indicator", "period"], kind="stable").to_dict("records")
    found = [_result(target, dataset, day, level) for target in wanted]
    frame = pd.DataFrame([row for row, _ in found], columns=["group", "period", "sense", "target", *RESULTS, "is_over"])
    frame = frame.assign(status=[status(row) for row in frame.to_dict("records")])
    result = estimates(
        frame, kind="indicators", unit="plain", codes=CODES, estimand=N_("targets and results"), population=POPULATION,
        level=level, privacy="confidential", warnings=(UNDECIDED,), is_synthetic=dataset.is_synthetic,
        as_of=day.date().isoformat(),
    )  # fmt: skip
    result.attrs["parts"] = Parts(part for _, part in found)
    return result


def bounds(period: str) -> tuple[pd.Timestamp, pd.Timestamp]:
    """First and last day of a period: a semester, a year, or years.

    >>> [day.date().isoformat() for day in bounds("2022-2026")]
    ['2022-01-01', '2026-12-31']
    """
    if "S" in period:
        return semesters.first_day(period), semesters.last_day(period)
    first, _, last = period.partition("-")
    if not (first.isdigit() and (last or first).isdigit() and first <= (last or first)):
        raise ParameterError(f'"{period}" is not a period. Write 2026S1, 2025 or 2022-2026.')
    return pd.Timestamp(int(first), 1, 1), pd.Timestamp(int(last or first), 12, 31)


def _result(target: dict, dataset, day: pd.Timestamp, level: float) -> tuple[dict, tuple | None]:
    first, last = bounds(target["period"])
    row = {"group": target["indicator"], **{word: target[word] for word in ("period", "sense", "target")}}
    row |= {"unit": "plain", "is_over": last <= day}
    entry = next((entry for entry in CATALOGUE if entry.id == target["indicator"]), None)
    if entry is None or first > day:
        return {**row, "note": NO_SOURCE if entry is None else "immature"}, None
    since = first if entry.counts_from else None
    parts = parts_of([entry], Moment(cohort.as_of(dataset, min(last, day)), level, since))
    row |= rows_of([entry], parts)[0]
    if (entry.grows or row["unit"] != str(target["unit"]).casefold()) and row["note"] != NO_SOURCE:
        return {**row, "estimate": np.nan, "low": np.nan, "high": np.nan, "note": "not_comparable"}, None
    return row, parts.get(entry.id)


def status(row: dict, slack: float = 0.0) -> str:
    """Whether a target is reached, as a code of the list `target_statuses`.

    `slack` is how far rounding may have moved the result: a target that near is not decided.

    >>> status({"sense": "at_least", "target": 70, "estimate": 81, "low": None, "high": None})
    'reached'
    >>> status({"sense": "at_least", "target": 0.75, "estimate": 0.8, "low": 0.7, "high": 0.9})
    'undecided'
    """
    estimate = row.get("estimate")
    if estimate is None or pd.isna(estimate):
        return "not_begun" if row.get("note") == "immature" and not row.get("is_over") else "no_result"
    sign = -1 if row["sense"] == AT_MOST else 1
    if all(pd.notna(row.get(limit)) for limit in ("low", "high")) and row["low"] <= row["target"] <= row["high"]:
        return "undecided"
    if slack and abs(estimate - row["target"]) <= slack:
        return "undecided"
    if sign * (estimate - row["target"]) >= 0:
        return "reached"
    return "not_reached" if row["is_over"] else "under_way"
