"""Jobs as positions, each with the time it was watched: the spells that `survival.curve` takes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.cohort import OWN
from coopeval.errors import ParameterError
from coopeval.jobs.quality import contract_family
from coopeval.jobs.reading import said
from coopeval.semesters import months_between
from coopeval.uncertainty.shape import About
from coopeval.wording import N_

CLOCKS = ("base", "position")
CLOSURES = ("lost", "censored")
STILL_THERE = N_("share of positions still there")
POPULATION = N_("positions in the enterprises of the programme, from records of single jobs")
FACTS = [
    "contract", "contract_family", "worker_status", "subsidy_measure", "joint_committee", "gender", "is_founder",
    "fte", "programme", "legal_family", "nace_section", "entry_year",
]  # fmt: skip


def spells(jobs: pd.DataFrame, clock: str = "base", closures: str = "lost") -> pd.DataFrame:
    """Time under observation of each own position, in months: how long it lasts, whoever holds it.

    One row per position. A change of hours or of holder does not end it; a take-over does not either. Hand the result
    to `survival.curve(..., cluster="enterprise_id")`: positions of one enterprise end together.

    Parameters
    ----------
    jobs
        What `cohort.jobs` returns.
    clock
        `base`: positions there on 31 December of N, counted from that day. `position`: all positions, counted from
        their own first day, those older than the programme entry entering late.
    closures
        What the end of the enterprise does to its positions: they are `lost` (default), or `censored` (what is left
        is how positions close in enterprises that go on). A merger or a move out of the Region always censors.

    Returns
    -------
    `enterprise_id`, `position_id`, `entry`, `exit`, `event`, and contract, statute, subsidy measure, joint committee,
    gender, founder, fte of the first row (clock `base`: of the row there on that day), and covariates.

    Raises
    ------
    ParameterError
        Unknown clock or closure.
    """
    if clock not in CLOCKS:
        raise ParameterError(f'"{clock}" is not a clock of positions. Choose one of {", ".join(CLOCKS)}.')
    if closures not in CLOSURES:
        raise ParameterError(f'"{closures}" is not known. Choose one of {", ".join(CLOSURES)}.')
    rows = pd.DataFrame(jobs[jobs["kind"].isin(OWN)])
    rows.attrs = {}
    rows = rows.sort_values(["enterprise_id", "position_id", "started_on", "job_id"], kind="stable")
    key = ["enterprise_id", "position_id"]
    zero = rows["base_on"] if clock == "base" else rows.groupby(key)["started_on"].transform("min")
    last = rows.groupby(key).tail(1).set_index(key)
    there = rows["started_on"].le(zero) & ~rows["ended_on"].lt(zero)
    first = rows.assign(zero=zero)[there & zero.notna()].drop_duplicates(key)
    ends = last.reindex(pd.MultiIndex.from_frame(first[key]))
    seen_from = first[["zero", "entered_on"]].max(axis=1)
    gone = ends["end_kind"].isin(["transferred"] if closures == "lost" else ["transferred", "enterprise_ended"])
    timed = first.assign(
        entry=np.maximum(months_between(first["zero"], seen_from, start_of_day=True), 0.0) if len(first) else [],
        exit=months_between(first["zero"], ends["seen_until"].to_numpy()) if len(first) else [],
        event=(ends["ended_on"].notna() & ~gone).to_numpy(),
    )
    result = timed[timed["exit"] > timed["entry"]].sort_values(key, kind="stable").reset_index(drop=True)
    result = result.assign(contract_family=contract_family(result["contract"]).replace("", "unknown"))
    result = result[[*key, "entry", "exit", "event", *FACTS]]
    about = About({**said(jobs), "clock": clock, "estimand": STILL_THERE, "population": POPULATION})
    result.attrs = {"about": about}
    return result
