"""The persons who carry the projects, and the women among them. Persons: the strictest class of the gate."""

from __future__ import annotations

import pandas as pd

from coopeval.portfolio.projects import CODES
from coopeval.portfolio.units import TOTAL, labelled, said, selected_projects
from coopeval.uncertainty import estimates, share
from coopeval.wording import N_

POPULATION = N_("holders of the projects selected by the programme, where their number is known")


def holders(dataset, by: str | None = None) -> pd.DataFrame:
    """Number of persons who carry the selected projects.

    One row per group (or only `all`), over the projects that say how many holders they have.

    Returns
    -------
    Estimate table of sums: `n` and `n_enterprises` (projects that say it), `n_persons`, `estimate` (persons),
    `largest_share` and `two_largest_share` (what the largest projects give of the sum, for the gate).
    """
    known = _grouped(dataset, by, ["n_holders"])
    sums = pd.DataFrame([_sum(name, rows["n_holders"]) for name, rows in known.groupby("group", sort=True)])
    if sums.empty:
        sums = pd.DataFrame([_sum(TOTAL, pd.Series(dtype=float))])
    return estimates(
        sums, kind="sum", unit="persons", by=by or "", codes=CODES.get(by or "", ""),
        estimand=N_("number of project holders"), population=POPULATION, privacy="confidential", **said(dataset),
    )  # fmt: skip


def women_holders(dataset, by: str | None = None, level: float = 0.95) -> pd.DataFrame:
    """Share of women among the persons who carry the selected projects.

    One row per group (or only `all`), over the projects that say both numbers. Holders of one project are not
    independent of each other, so the Wilson interval is somewhat too narrow: the table says so.
    """
    known = _grouped(dataset, by, ["n_holders", "n_women_holders"])
    counts = known.groupby("group", sort=True).agg(
        n=("n_holders", "sum"), n_events=("n_women_holders", "sum"), n_enterprises=("project_id", "size")
    )
    counts = counts.reset_index() if len(counts) else pd.DataFrame(
        {"group": [TOTAL], "n": 0.0, "n_events": 0.0, "n_enterprises": 0}
    )  # fmt: skip
    return share(
        counts.assign(n_persons=counts["n"]), level=level, by=by or "", codes=CODES.get(by or "", ""),
        estimand=N_("share of women among project holders"), population=POPULATION,
        numerator=N_("women who hold a project"), denominator=N_("persons who hold a project"),
        warnings=(N_("Holders of one project resemble each other; the interval takes them as independent."),),
        privacy="confidential", method="", **said(dataset),
    )  # fmt: skip


def _grouped(dataset, by: str | None, needed: list[str]) -> pd.DataFrame:
    selected = selected_projects(dataset)
    groups = labelled(selected, by, tuple(CODES)) if by else TOTAL
    persons = dataset.columns("projects", "project_id", "n_holders", "n_women_holders").set_index("project_id")
    selected = selected.join(persons, on="project_id")
    return selected.assign(group=groups).dropna(subset=needed)


def _sum(name: str, sizes: pd.Series) -> dict[str, object]:
    whole, ordered = sizes.sum(), sizes.sort_values(ascending=False)
    nothing = whole == 0
    return {
        "group": name, "n": len(sizes), "n_enterprises": len(sizes), "n_persons": whole,
        "estimate": None if nothing else whole, "note": "not_estimable" if nothing else "",
        "largest_share": None if nothing else ordered.iloc[0] / whole,
        "two_largest_share": None if nothing else ordered.iloc[:2].sum() / whole,
    }  # fmt: skip
