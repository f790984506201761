"""What kind of projects are supported (Q05, Q20), who was chosen from whom, and who stopped on the way."""

from __future__ import annotations

import pandas as pd

from coopeval.portfolio.units import counted, labelled, own_projects, said, selected_projects
from coopeval.uncertainty import estimates, share
from coopeval.wording import N_

CODES = {
    "project_type": "project_types", "stage_at_entry": "stages", "theme": "themes", "economic_model": "economic_models",
    "programme": "programmes", "cohort": "", "entry_year": "",
}  # fmt: skip
ENDS = {"end_reason": "stop_reasons", "end_kind": "project_ends"}


def projects(dataset, by: str, since=None) -> pd.DataFrame:
    """Number of selected projects per group, and all of them.

    One row per group and one, `all`, for the total. A project with nothing filled in counts as `unknown`.

    Parameters
    ----------
    dataset
        The tables, as of a date.
    by
        project_type, stage_at_entry, theme, economic_model, programme (the first it entered), cohort (label of its
        first intake) or entry_year.
    since
        A day: only the projects that entered on it or later.

    Returns
    -------
    Estimate table of counts: `group`, `n`, `estimate` (the same number).

    Raises
    ------
    ParameterError
        Another way to group.
    """
    selected = selected_projects(dataset)
    groups = labelled(selected if since is None else selected[selected["entered_on"] >= since], by, tuple(CODES))
    return estimates(
        counted(groups), kind="count", unit="projects", by=by, codes=CODES[by],
        estimand=N_("number of projects supported"), population=N_("projects selected by the evaluated programme"),
        privacy="confidential", **said(dataset),
    )  # fmt: skip


def selection(dataset, level: float = 0.95) -> pd.DataFrame:
    """What became of the applications: the share selected, rejected, put on the waiting list, withdrawn, undecided.

    One row per decision; `n` is the number of applications in each row, so the shares add up to one. The code
    `unknown` holds those not decided by the as-of date.

    Source
    ------
    Interval: Wilson (1927).
    """
    applied = own_projects(dataset)
    decisions = labelled(applied, "selection", ("selection",)).value_counts().sort_index()
    counts = pd.DataFrame({"group": decisions.index, "n": len(applied), "n_events": decisions.to_numpy()})
    return share(
        counts, level=level, by="selection", codes="selections", privacy="confidential",
        estimand=N_("share of applications by decision"), population=N_("applications to the evaluated programme"),
        numerator=N_("applications with this decision"), denominator=N_("all applications"), method="", **said(dataset),
    )  # fmt: skip


def stops(dataset, by: str = "end_reason") -> pd.DataFrame:
    """Selected projects that stopped on the way, by reason; or, by `end_kind`, all projects that ended, by kind of end.

    One row per group and one, `all`. A reason that was not given counts as `unknown`.
    """
    selected = selected_projects(dataset)
    ended = selected[selected["ended_on"].notna()]
    if by == "end_reason":
        ended = ended[ended["end_kind"].eq("stopped")]
    named = {
        "end_reason": (N_("number of projects stopped, by reason"), N_("selected projects that stopped on the way")),
        "end_kind": (N_("number of projects ended, by kind of end"), N_("selected projects that left the programme")),
    }
    groups = labelled(ended, by, tuple(ENDS))
    estimand, population = named[by]
    return estimates(
        counted(groups), kind="count", unit="projects", by=by, codes=ENDS[by], estimand=estimand,
        population=population, privacy="confidential", **said(dataset),
    )  # fmt: skip
