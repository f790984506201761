"""Support given on the themes of the transversal plans, and what is observed at all (Q23 to Q25)."""

from __future__ import annotations

import pandas as pd

from coopeval.practices.measures import MEASURES, said
from coopeval.uncertainty import estimates, share
from coopeval.wording import N_

TOPICS = ("environment", "equality_diversity", "governance", "social_dialogue")
POPULATION = N_("projects selected by the programme that entered it")


def hours(dataset) -> pd.DataFrame:
    """Hours of support received on each theme of the transversal plans.

    One row per theme: `n` and `n_enterprises` (projects that received any), `estimate` (hours received, added up over
    projects), `largest_share` and `two_largest_share` (what the largest give of the sum, for the gate).

    Parameters
    ----------
    dataset
        The tables, as of a date; without the table `support` the sums are empty.
    """
    rows = pd.DataFrame([_sum(topic, part) for topic, part in _by_topic(dataset)])
    return estimates(
        rows, kind="sum", unit="hours", by="topic", codes="topics",
        estimand=N_("hours of support received on a theme"), population=POPULATION, privacy="confidential",
        **said(dataset),
    )  # fmt: skip


def reach(dataset, level: float = 0.95) -> pd.DataFrame:
    """Share of projects that received any support on each theme of the transversal plans.

    One row per theme: `n` (projects that entered), `n_events` (reached).

    Source
    ------
    Interval: Wilson (1927).
    """
    whole = len(_entered(dataset)) if "support" in dataset else 0
    counts = pd.DataFrame([(topic, len(part), whole) for topic, part in _by_topic(dataset)],
                          columns=["group", "n_events", "n"])  # fmt: skip
    return share(
        counts, level=level, by="topic", codes="topics", estimand=N_("share of projects reached on a theme"),
        population=POPULATION, numerator=N_("projects that received any support on the theme"),
        denominator=N_("projects that entered the programme"), method="", privacy="confidential", **said(dataset),
    )  # fmt: skip


def observed(dataset) -> pd.DataFrame:
    """How much was observed of each measure of the transversal plans, nothing included.

    One row per measure of the list, and `other` for those outside it: `n` and `estimate` (rows), `n_supported` (about
    enterprises), `n_own` (about the structures themselves).
    """
    if "practices" in dataset:
        rows = dataset.columns("practices", "measure", "subject_kind")
        measure = rows["measure"].where(rows["measure"].isin(MEASURES), "other")
        found = pd.crosstab(measure, rows["subject_kind"])
    else:
        found = pd.DataFrame()
    found = found.reindex(index=[*sorted(MEASURES), "other"], columns=["enterprise", "structure"], fill_value=0)
    frame = pd.DataFrame({
        "group": found.index, "n_supported": found["enterprise"].to_numpy(int),
        "n_own": found["structure"].to_numpy(int),
    })  # fmt: skip
    size = frame["n_supported"] + frame["n_own"]
    return estimates(
        frame.assign(n=size, estimate=size.astype(float)), kind="count", unit="rows", by="measure", codes="measures",
        estimand=N_("number of observations of a measure"), population=N_("all rows delivered"),
        privacy="confidential", **said(dataset),
    )  # fmt: skip


def _entered(dataset) -> pd.Series:
    structures = dataset.columns("structures", "structure_id", "is_evaluated")
    projects = dataset.columns("projects", "project_id", "structure_id", "selection", "entered_on")
    evaluated = structures.loc[structures["is_evaluated"].astype(bool), "structure_id"]
    own = projects["structure_id"].isin(evaluated) & projects["selection"].eq("selected")
    return projects.loc[own & projects["entered_on"].notna(), "project_id"]


def _by_topic(dataset) -> list[tuple[str, pd.Series]]:
    """Hours of each project that received any, by theme."""
    if "support" not in dataset:
        return [(topic, pd.Series(dtype=float)) for topic in TOPICS]
    rows = dataset.columns("support", "project_id", "topic", "hours")
    rows = rows[rows["project_id"].isin(_entered(dataset)) & rows["hours"].gt(0)]
    return [(topic, rows[rows["topic"].eq(topic)].groupby("project_id")["hours"].sum()) for topic in TOPICS]


def _sum(topic: str, given: pd.Series) -> dict[str, object]:
    whole, ordered = given.sum(), given.sort_values(ascending=False)
    nothing = whole == 0
    return {
        "group": topic, "n": len(given), "n_enterprises": len(given), "estimate": None if nothing else whole,
        "largest_share": None if nothing else ordered.iloc[0] / whole,
        "two_largest_share": None if nothing else ordered.iloc[:2].sum() / whole,
        "note": "not_estimable" if nothing else "",
    }  # fmt: skip
