"""What structures do differently: whom they select, how many hours they give, how long a project stays (Q09)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.errors import DataError, ParameterError
from coopeval.portfolio.units import said
from coopeval.semesters import months_between
from coopeval.uncertainty import estimates, ratio, share
from coopeval.wording import N_

OF = ("selected", "hours", "months")
DESCRIBES = N_("This describes what structures do. It does not show that doing it makes the difference.")
ALL_RECORDED = N_(
    "Where a structure delivered only the projects it selected, the share it selects is not known: it is no 100%."
)
NOT_RECORDED = N_("Where a structure delivered none of these records there is no figure. It is not a zero.")
FEWEST = 2  # projects; one alone is no structure's way of working
FIGURES = ("n", "n_enterprises", "numerator", "denominator", "estimate", "low", "high", "largest_share",
           "two_largest_share")  # fmt: skip


def structures(dataset, of: str, months: int = 36, level: float = 0.95) -> pd.DataFrame:
    """One trait of each structure that has projects, side by side.

    One row per structure, by its name.

    Parameters
    ----------
    dataset
        The tables, as of a date.
    of
        `selected`: share selected of the applications decided (waiting lists and withdrawals count as not selected);
        `hours`: hours of support received per project in the first `months` after entry; `months`: months per project
        from entry to the end of its last participation, up to `months`.
    months
        The window; only projects that entered so long ago count.
    level
        Confidence level.

    Returns
    -------
    Estimate table: shares (Wilson), or ratios of sums over projects (Fieller). A structure without the records has no
    figures, note `not_estimable`.

    Raises
    ------
    ParameterError
        Another trait, or a window that is not above zero.
    DataError
        The data set says neither as of which day it is nor when it was delivered.

    Source
    ------
    Wilson (1927); Fieller (1954).
    """
    if of not in OF:
        raise ParameterError(f'"{of}" is not a trait of structures. Choose one of {", ".join(OF)}.')
    if months <= 0:
        raise ParameterError(f"{months} months are no window. Give a number above 0.")
    projects = _named(dataset)
    return _selected(dataset, projects, level) if of == "selected" else _given(dataset, projects, of, months, level)


def _named(dataset) -> pd.DataFrame:
    """All projects with the name of their structure; its id where it has no name."""
    names = dataset.columns("structures", "structure_id", "name").set_index("structure_id")["name"]
    projects = dataset.columns("projects", "project_id", "structure_id", "selection", "entered_on")
    projects = projects.sort_values("project_id", kind="stable").reset_index(drop=True)
    name = projects["structure_id"].map(names).astype(object)
    return projects.assign(group=name.where(name.ne(""), projects["structure_id"]).astype(object))


def _selected(dataset, projects: pd.DataFrame, level: float) -> pd.DataFrame:
    decided = projects[projects["selection"].notna() & projects["selection"].ne("")]
    decided = decided.assign(chosen=decided["selection"].eq("selected"))
    counts = decided.groupby("group", sort=True)["chosen"].agg(n="size", n_events="sum").reset_index()
    only_chosen = counts["n"].eq(counts["n_events"])
    table = share(
        counts, level=level, by="structure_id", method="", privacy="confidential",
        estimand=N_("share of applications selected"), population=N_("applications decided, per structure"),
        numerator=N_("applications selected"), denominator=N_("applications decided"),
        warnings=(ALL_RECORDED, DESCRIBES), **said(dataset),
    )  # fmt: skip
    return _silenced(table, only_chosen.to_numpy(), ["n_events", "estimate", "low", "high"])


def _given(dataset, projects: pd.DataFrame, of: str, months: int, level: float) -> pd.DataFrame:
    today = dataset.as_of if dataset.as_of is not None else dataset.delivered_on
    if today is None:
        raise DataError("A window since entry needs the day as of which it holds. Cut the data set with cohort.as_of.")
    entered = projects[projects["selection"].eq("selected") & projects["entered_on"].notna()]
    since = months_between(entered["entered_on"], np.full(len(entered), today)) if len(entered) else np.zeros(0)
    mature = entered[since >= months].set_index("project_id")
    amount = (_hours if of == "hours" else _months)(dataset, mature, months, today)
    units = pd.DataFrame({"group": mature["group"], "amount": amount, "one": 1.0})
    groups = sorted(entered["group"].unique())
    recorded = units[
        units.groupby("group")["amount"].transform(lambda part: part.notna().any() and len(part) >= FEWEST)
    ]
    units = recorded.fillna({"amount": 0.0})
    found = ratio(units.reset_index(), "amount", "one", by="group", level=level) if len(units) else pd.DataFrame()
    found = found.set_index("group") if len(found) else pd.DataFrame(columns=[*FIGURES, "note"])
    rows = found.reindex(groups).reindex(columns=[*FIGURES, "note"]).rename_axis("group").reset_index()
    rows = rows.astype(dict.fromkeys(FIGURES, float)).assign(note=rows["note"].fillna("not_estimable"))
    rows = rows.fillna({"n": 0, "n_enterprises": 0})
    estimand, numerator = {
        "hours": (N_("hours of support received per project"), N_("hours received by these projects")),
        "months": (N_("months in support per project"), N_("months in support of these projects")),
    }[of]
    return estimates(
        rows, kind="ratio", unit=of, numerator_unit=of, denominator_unit="projects", by="structure_id", level=level,
        method="ratio of sums", interval="Fieller", clock="entry", estimand=estimand, numerator=numerator,
        population=N_("selected projects that entered so long ago, per structure"),
        denominator=N_("projects that had this much time"), privacy="confidential",
        warnings=(NOT_RECORDED, DESCRIBES), **said(dataset),
    )  # fmt: skip


def _hours(dataset, mature: pd.DataFrame, months: int, today) -> pd.Series:
    """Hours received within the window; nan for projects without any row."""
    if "support" not in dataset or not len(mature):
        return pd.Series(np.nan, index=mature.index)
    support = dataset.columns("support", "project_id", "given_on", "hours")
    support = support[support["project_id"].isin(mature.index)]
    after = months_between(support["project_id"].map(mature["entered_on"]), support["given_on"]) if len(support) else []
    inside = support["hours"].astype(float).where(np.asarray(after) <= months, 0.0)
    return inside.groupby(support["project_id"]).sum().reindex(mature.index)


def _months(dataset, mature: pd.DataFrame, months: int, today) -> pd.Series:
    """Months from entry to the end of the last participation (today while one goes on); nan without participation."""
    if "participations" not in dataset or not len(mature):
        return pd.Series(np.nan, index=mature.index)
    parts = dataset.columns("participations", "project_id", "ended_on")
    parts = parts[parts["project_id"].isin(mature.index)]
    last = parts["ended_on"].fillna(today).groupby(parts["project_id"]).max().reindex(mature.index)
    return pd.Series(months_between(mature["entered_on"], last), index=mature.index).clip(lower=0.0, upper=months)


def _silenced(table: pd.DataFrame, rows: np.ndarray, figures: list[str]) -> pd.DataFrame:
    emptied = table.assign(note=table["note"].mask(rows, "not_estimable"))
    emptied[figures] = emptied[figures].astype(float).mask(np.repeat(rows[:, None], len(figures), 1))
    emptied.attrs = table.attrs
    return emptied
