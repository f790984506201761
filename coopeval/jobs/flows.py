"""Gross flows of jobs: what stands behind a net change, year by year (Davis, Haltiwanger & Schuh)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.jobs.reading import NO_SOURCE, framed, measured, panel, said
from coopeval.uncertainty import estimates, ratio
from coopeval.wording import N_

FLOWS = ("creation", "destruction", "net", "reallocation")
RATES = N_("Rates are set against the mean of the jobs at the beginning and at the end of the year.")
FROM_ENTRY = N_(
    "An enterprise counts from the first full year after N, or from its birth when it was born in the programme; a "
    "take-over is neither a loss nor a gain."
)


def flows(jobs: pd.DataFrame, work: str = "headcount", level: float = 0.95) -> pd.DataFrame:
    """Rates of jobs created and destroyed each calendar year in the enterprises of the cohort.

    One row per year and flow (`cause`): creation (sum of increases over the sum of Z), destruction, net (their
    difference), reallocation (their sum), excess (reallocation less the size of net). Z is the mean of both year ends.

    Parameters
    ----------
    jobs
        What `cohort.jobs` returns.
    work
        `headcount` or `fte`.
    level
        Confidence level.

    Returns
    -------
    Estimate table of kind "ratio": `group` (calendar year), `cause`, `n` enterprises, `n_not_known`, `numerator`,
    `denominator` (sum of Z), `estimate`, `low`, `high`. The excess is a difference of absolute sums: no limits.

    Source
    ------
    Davis, Haltiwanger & Schuh (1996); limits Fieller (1954).
    """
    unit = measured(work)
    changes = _changes(panel(jobs), work)
    rows = [row for year, part in changes.groupby("year", sort=True) for row in _of_year(str(year), part, level)]
    return estimates(
        framed(rows, "cause", leave_out=("se",)),
        kind="ratio", unit="ratio", numerator_unit=unit, denominator_unit=unit, by="calendar_year",
        estimand=N_("rate of jobs created and destroyed in a year"),
        denominator=N_("mean of the jobs at both ends of the year"),
        numerator=N_("jobs won or lost between the ends of the year"), method="Davis-Haltiwanger-Schuh",
        interval="Fieller", level=level, warnings=(RATES, FROM_ENTRY, NO_SOURCE), **said(jobs),
    )  # fmt: skip


def _changes(frame: pd.DataFrame, work: str) -> pd.DataFrame:
    """One row per enterprise and year in which it was in the programme at both ends, or was born."""
    ends = frame[frame["moment"].eq("year_end")].assign(year=frame["on"].dt.year)
    before = ends[["enterprise_id", "year", work, "source"]].assign(year=ends["year"] + 1)
    pairs = ends.merge(before, on=["enterprise_id", "year"], suffixes=("", "_before"))
    is_new = pairs["born_on"].ge(pairs["entered_on"]) & pairs["year_after"].eq(0)
    inside = pairs["year_after"].ge(1) | is_new
    both_ended = pairs["source"].eq("ended") & pairs["source_before"].eq("ended")
    pairs = pairs[inside & ~both_ended]
    change, size = pairs[work] - pairs[f"{work}_before"], (pairs[work] + pairs[f"{work}_before"]) / 2
    return pairs.assign(
        creation=change.clip(lower=0), destruction=(-change).clip(lower=0), net=change, reallocation=change.abs(),
        size=size, is_known=change.notna(),
    )  # fmt: skip


def _of_year(year: str, part: pd.DataFrame, level: float) -> list[dict[str, object]]:
    known = part[part["is_known"]]
    bare = {"group": year, "n_not_known": int((~part["is_known"]).sum())}
    if known.empty:
        return [{**bare, "cause": flow, "n": 0, "note": "no_source"} for flow in (*FLOWS, "excess")]
    rows = []
    for flow in FLOWS:
        one = ratio(known, flow, "size", level=level).iloc[0].to_dict()
        low = one["low"] if flow == "net" else max(one["low"], 0.0)  # only a net change can be a loss
        rows.append({**one, **bare, "cause": flow, "low": low, "n_persons": float(known["size"].sum())})
    excess = rows[3]["numerator"] - abs(rows[2]["numerator"])
    whole = rows[3]["denominator"]
    rows.append({
        **rows[3], "cause": "excess", "numerator": excess, "estimate": excess / whole if whole > 0 else np.nan,
        "low": np.nan, "high": np.nan, "note": rows[3]["note"] if whole == 0 else "",
    })  # fmt: skip
    return rows
