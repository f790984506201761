"""Projects that stop on the way: when since entry, and after how much support."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.cohort import paths
from coopeval.cohort.paths import COVARIATES
from coopeval.errors import ParameterError
from coopeval.pathways.statuses import said_of, summed
from coopeval.semesters import months_between
from coopeval.tables.once import once
from coopeval.uncertainty import estimates, ratio
from coopeval.uncertainty.shape import About
from coopeval.wording import N_

BANDS = (("hours_00_20", 20.0), ("hours_20_40", 40.0), ("hours_40_60", 60.0), ("hours_60_more", np.inf))  # hours
OUTCOMES = {  # fixed in advance: what is rare is not told apart
    "created": "created", "stopped": "stopped", "handed_over": "handed_over", "merged": "elsewhere",
    "moved_away": "elsewhere",
}  # fmt: skip
WITHOUT = N_("projects selected by the evaluated programme that entered without an enterprise")
DAY = pd.Timedelta(days=1)


@once
def project_spells(dataset) -> pd.DataFrame:
    """Months in support until a project without an enterprise creates one, stops or leaves otherwise.

    One row per project that entered without an enterprise, made for `competing.incidence`; causes created, stopped,
    handed_over, elsewhere (merged or moved away), or empty while it is in support or was lost from sight. Projects that
    had an enterprise at entry cannot stop in this sense: their ends are ends of enterprises.

    Returns
    -------
    `project_id`, `entry` (0), `exit` (months since entry), `event` (it stopped), `cause`, `is_lost`, `followed_until`,
    covariates fixed at entry.
    """
    dated = paths(dataset)
    first = dated[dated["state"].eq("accompanied")].reset_index(drop=True)
    zero, born = first["entered_on"], first["next_state"].eq("created")
    day = dataset.as_of if dataset.as_of is not None else dataset.delivered_on
    frame = pd.DataFrame(
        {
            "project_id": first["project_id"],
            "entry": 0.0,
            "exit": np.where(
                born,
                months_between(zero, first["left_on"], start_of_day=True),
                months_between(zero, first["left_on"] - DAY),
            ),
            "event": first["next_state"].eq("stopped"),
            "cause": first["next_state"].map(OUTCOMES).fillna(""),
            "is_lost": first["is_lost"],
            "followed_until": months_between(zero, np.full(len(first), day)),
            **{column: first[column] for column in COVARIATES},
        }
    )
    frame.attrs["about"] = About(
        {
            "clock": "entry",
            "population": WITHOUT,
            "estimand": N_("share of projects that stopped, or left support otherwise"),
            "denominator": N_("all projects that entered without an enterprise"),
            **said_of(dataset),
        }
    )
    return frame


def hours_before_end(dataset, level: float = 0.95) -> pd.DataFrame:
    """Hours of support received before leaving, on average per project, by how it left.

    One row per way of leaving (list `project_outcomes`): stopped, created, handed over, elsewhere, and not yet. Only
    projects that entered without an enterprise; hours given on or before the day it left. Those that left early
    received less because they left: the hours describe, they do not explain.

    Returns
    -------
    Estimate table, a ratio of sums (hours over projects) with Fieller's limits and what the gate needs.
    """
    received = _received(dataset).assign(projects=1.0)
    table = ratio(
        received, "hours", "projects", by="outcome", level=level, unit="hours", numerator_unit="hours",
        denominator_unit="projects", codes="project_outcomes", population=WITHOUT,
        estimand=N_("hours of support received before leaving, on average per project"),
        privacy="confidential", **said_of(dataset),
    )  # fmt: skip
    return summed(table, N_("hours of support received by the projects of the row"), N_("projects of the row"))


def stops_by_hours(dataset, outcome: str = "stopped") -> pd.DataFrame:
    """Projects that stopped (or left otherwise), by the hours of support they had received until then.

    One row per band of hours (list `hour_bands`) and `all`.
    """
    if outcome not in {*OUTCOMES.values(), "not_yet"}:
        raise ParameterError(f'"{outcome}" is no way to leave; choose one of {", ".join({*OUTCOMES.values()})}.')
    received = _received(dataset)
    hours = received.loc[received["outcome"].eq(outcome), "hours"].to_numpy(float)
    edges = [edge for _, edge in BANDS]
    sizes = np.bincount(np.searchsorted(edges, hours, side="left"), minlength=len(BANDS))
    frame = pd.DataFrame({"group": [*(name for name, _ in BANDS), "all"], "n": [*sizes, len(hours)]})
    return estimates(
        frame.assign(estimate=frame["n"].astype(float)), kind="count", unit="projects", codes="hour_bands",
        method="count", estimand=N_("projects by hours of support received before they left"), population=WITHOUT,
        privacy="confidential", **said_of(dataset),
    )  # fmt: skip


@once
def _received(dataset) -> pd.DataFrame:
    """Projects that entered without an enterprise: how they left, and the hours received until then."""
    dated = paths(dataset)
    first = dated[dated["state"].eq("accompanied")].set_index("project_id")
    rows = dataset.columns("support", "project_id", "given_on", "hours")
    last = rows["project_id"].map(first["left_on"])
    given = rows[rows["given_on"].lt(last)].groupby("project_id")["hours"].sum()
    outcome = first["next_state"].map(OUTCOMES).fillna("not_yet")
    return pd.DataFrame(
        {"project_id": first.index, "outcome": outcome.to_numpy(), "hours": given.reindex(first.index).fillna(0.0)}
    ).reset_index(drop=True)
