"""Job-years: work done since entry into the programme, in full-time equivalents times months."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.cohort import OWN
from coopeval.jobs.reading import TOTAL, attached, day_of, measured, said, summed
from coopeval.semesters import months_between
from coopeval.uncertainty import estimates
from coopeval.wording import N_

MONTHS = 12
OBSERVED = N_(
    "Only months that were observed count: nothing is extended beyond the last day a job was seen, and "
    "headcounts give no months."
)


def years(jobs: pd.DataFrame, work: str = "fte", by: str | None = "calendar_year") -> pd.DataFrame:
    """Work done since programme entry: sum over own jobs of FTE times months observed, over twelve.

    One row per calendar year and one, `all`. With `work="headcount"` a job counts as one whatever its hours.

    Parameters
    ----------
    jobs
        What `cohort.jobs` returns.
    work
        `fte` (job-years proper) or `headcount` (jobs times years).
    by
        `calendar_year`, or None for the sum alone.

    Returns
    -------
    Estimate table of sums: `n` enterprises with records of single jobs, `n_not_known` those without, `estimate` (job-
    years), `n_persons` (positions behind it).
    """
    unit, day = measured(work), day_of(jobs)
    enterprises = attached(jobs, "enterprises")["enterprise_id"]
    recorded = enterprises.isin(jobs["enterprise_id"])
    own = jobs[jobs["kind"].isin(OWN)]
    position, _ = pd.factorize(own["position_id"])
    unit_of = pd.Index(enterprises).get_indexer(own["enterprise_id"])
    weight = own["fte"].to_numpy(float) if work == "fte" else 1.0
    start = own[["started_on", "entered_on"]].max(axis=1)
    first = int(start.dt.year.min()) if len(own) else day.year
    spans = {str(year): (pd.Timestamp(year, 1, 1), pd.Timestamp(year, 12, 31)) for year in range(first, day.year + 1)}
    spans = {**(spans if by == "calendar_year" else {}), TOTAL: (pd.Timestamp(1900, 1, 1), day)}
    rows = []
    for group, (begin, end) in spans.items():
        worked = _within(own["seen_until"], start, begin, end) * weight
        there = worked > 0
        work_of = np.bincount(unit_of[there], weights=worked[there], minlength=len(enterprises))
        held = np.unique(np.column_stack([unit_of, position])[there], axis=0)[:, 0]
        sums = {"work": np.where(recorded, work_of, np.nan), "headcount": np.bincount(held, minlength=len(enterprises))}
        rows.append({"group": group, **summed(pd.DataFrame(sums, dtype=float), "work")})
    return estimates(
        pd.DataFrame(rows), kind="sum", unit=unit, by=by or "", estimand=N_("job-years worked since entry"),
        method="job-years", warnings=(OBSERVED,), **said(jobs),
    )  # fmt: skip


def _within(until: pd.Series, start: pd.Series, begin: pd.Timestamp, end: pd.Timestamp) -> np.ndarray:
    """Years of each job inside a span; a whole year counts one, whatever its days."""
    first, last = start.clip(lower=begin), until.clip(upper=end)
    months = months_between(first, last) if len(until) else np.zeros(0)
    return np.where(last.ge(first), months, 0.0) / MONTHS
