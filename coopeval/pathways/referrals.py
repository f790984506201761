"""Work with other bodies: projects referred both ways, and support given together."""

from __future__ import annotations

import pandas as pd

from coopeval.cohort.paths import entered_projects
from coopeval.errors import ParameterError
from coopeval.pathways.statuses import said_of, summed
from coopeval.tables.once import once
from coopeval.uncertainty import dominance, estimates, ratio
from coopeval.wording import N_

SELECTED = N_("projects selected by the evaluated programme")


@once
def referred(dataset, direction: str, *also: str) -> pd.DataFrame:
    """Referrals of the programme's projects in one direction: when each was, and the further columns asked for."""
    projects, _ = entered_projects(dataset)
    rows = dataset.columns("referrals", "referral_id", "project_id", "direction", "referred_on", *also)
    own = rows["project_id"].isin(projects["project_id"]) & rows["direction"].eq(direction)
    return rows[own].sort_values(["project_id", "referred_on", "referral_id"], kind="stable")


def referrals(dataset, direction: str, by: str = "organisation") -> pd.DataFrame:
    """Projects referred to, or from, other bodies, by body or by purpose.

    One row per body (or purpose) and `all`; a project counts once in each. `n_accepted` are those of which a referral
    was accepted so far.

    Parameters
    ----------
    direction
        `to` or `from` the other body.
    by
        organisation or purpose.
    """
    codes = {"organisation": "organisations", "purpose": "purposes"}
    if direction not in ("to", "from") or by not in codes:
        raise ParameterError("referrals go to or from; they are grouped by organisation or purpose.")
    rows = referred(dataset, direction, by, "accepted_on")
    rows = rows.assign(taken=rows["project_id"].where(rows["accepted_on"].notna()))
    frame = rows.groupby(by).agg(n=("project_id", "nunique"), n_accepted=("taken", "nunique")).sort_index()
    frame.loc["all"] = [rows["project_id"].nunique(), rows["taken"].nunique()]
    frame = frame.rename_axis("group").reset_index()
    return estimates(
        frame.assign(estimate=frame["n"].astype(float)), kind="count", unit="projects", by=by, codes=codes[by],
        estimand=REFERRED[direction], population=SELECTED, method="count", privacy="confidential", **said_of(dataset),
    )  # fmt: skip


REFERRED = {
    "to": N_("projects referred to another organisation"), "from": N_("projects that another organisation referred"),
}  # fmt: skip


def shared_hours(dataset) -> pd.DataFrame:
    """Hours of support given together with another body, by body.

    One row per body and `all`; hours as received by the projects. Hours given by the programme alone are not here:
    `shared_share` says how much of all hours this is.

    Returns
    -------
    Estimate table of sums in hours: group (list `organisations`), n (projects), estimate, and what the gate needs.
    """
    hours = _hours(dataset)
    together = hours[hours["with_organisation"].ne("")]
    rows = []
    for body, part in [*together.groupby("with_organisation", sort=True), ("all", together)]:
        of_projects = part.groupby("project_id")["hours"].sum().to_numpy(float)
        rows.append(
            {"group": body, "n": len(of_projects), "n_enterprises": len(of_projects), "estimate": of_projects.sum(),
             **dominance(of_projects)}
        )  # fmt: skip
    return estimates(
        pd.DataFrame(rows), kind="sum", unit="hours", by="organisation", codes="organisations", method="sum",
        estimand=N_("hours of support given together with another organisation"), population=SELECTED,
        privacy="confidential", **said_of(dataset),
    )  # fmt: skip


def shared_share(dataset, level: float = 0.95) -> pd.DataFrame:
    """Share of all hours of support that were given together with another body (ratio of sums, projects as units)."""
    hours = _hours(dataset)
    alone = hours["with_organisation"].eq("")
    both = hours.assign(shared=hours["hours"].mask(alone, 0.0)).groupby("project_id")[["shared", "hours"]].sum()
    table = ratio(
        both.reset_index(), "shared", "hours", level=level, unit="share", numerator_unit="hours",
        denominator_unit="hours", estimand=N_("share of the hours of support given together with another organisation"),
        population=SELECTED, privacy="confidential", **said_of(dataset),
    )  # fmt: skip
    return summed(table, N_("hours given together with another organisation"), N_("all hours of support"))


@once
def _hours(dataset) -> pd.DataFrame:
    projects, _ = entered_projects(dataset)
    rows = dataset.columns("support", "project_id", "hours", "with_organisation")
    rows = rows[rows["project_id"].isin(projects["project_id"]) & rows["hours"].notna()]
    body = rows["with_organisation"].astype(object).where(rows["with_organisation"].notna(), "")
    return rows.assign(with_organisation=body)
