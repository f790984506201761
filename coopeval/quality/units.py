"""Who is studied and who is not, and enterprises whose facts contradict each other."""

from __future__ import annotations

import pandas as pd

from coopeval import cohort
from coopeval.quality.about import said
from coopeval.uncertainty import estimates
from coopeval.wording import N_

SIGNS_OF_LIFE = (("jobs", "started_on"), ("headcounts", "counted_on"))  # table, and the day of its fact


def exclusions(dataset, clock: str) -> pd.DataFrame:
    """Enterprises of the programme that are studied on one clock, and why the others are not.

    One row per reason, one for those `studied`, and one, `all`: the rows above add up to it.
    """
    flow = cohort.exclusions(cohort.arm(cohort.spells(dataset, clock), "programme"))
    ordered = flow.sort_values("group", key=lambda group: group.eq("all"), kind="stable").reset_index(drop=True)
    ordered.attrs = flow.attrs
    return ordered


def reversals(dataset) -> pd.DataFrame:
    """Enterprises that show a sign of life after the day they are said to have ended, by the table that shows it.

    One row per table delivered that could show one. Nothing is corrected: the delivery has to be.
    """
    enterprises = dataset.columns("enterprises", "enterprise_id", "ended_on")
    ended = enterprises.set_index("enterprise_id")["ended_on"].dropna()
    found = []
    for table, day in SIGNS_OF_LIFE:
        if table not in dataset:
            continue
        rows = dataset[table]
        if "headcount" in rows:
            rows = rows[rows["headcount"] > 0]
        later = rows[rows[day] > rows["enterprise_id"].map(ended)]
        found.append((table, later["enterprise_id"].nunique()))
    counts = pd.DataFrame(found, columns=["group", "n"])
    return estimates(
        counts.assign(estimate=counts["n"].astype(float)), kind="count", unit="enterprises", by="table",
        estimand=N_("enterprises with a sign of life after their end"), population=N_("all enterprises in the tables"),
        privacy="confidential", **said(dataset),
    )  # fmt: skip
