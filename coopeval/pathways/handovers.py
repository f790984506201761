"""Hand-over of projects to Tracé and FeBISP: what became of the ripe ones, when, and whether it was accepted."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from coopeval.cohort.paths import entered_projects
from coopeval.errors import ParameterError
from coopeval.pathways.referrals import SELECTED, referred
from coopeval.pathways.statuses import said_of
from coopeval.semesters import months_between
from coopeval.tables.once import once
from coopeval.uncertainty import beside, estimates, share
from coopeval.uncertainty.shape import About
from coopeval.wording import N_

ADVISERS = ("trace", "febisp")  # the bodies that article 5.4 is about
WAYS = ("after_ripe", "before_ripe", "other_structure", "otherwise")
ENDS = {  # fixed in advance: what is rare is not told apart
    "stopped": "stopped", "handed_over": "handed_elsewhere", "merged": "otherwise", "moved_away": "otherwise",
    "enterprise_created": "otherwise",
}  # fmt: skip


@once
def handover_spells(dataset, clock: str = "ripe") -> pd.DataFrame:
    """Months until a project is handed over to Tracé or FeBISP, or until it leaves otherwise.

    One row per project, made for `competing.incidence`. Handed over is its first referral to Tracé or FeBISP.

    Parameters
    ----------
    clock
        `ripe`: since the day it was judged ripe for hand-over; only such projects, and none handed over before.
        `entry`: since it entered the programme; every project, ripe or not.

    Returns
    -------
    `project_id`, `entry` (0), `exit` (months), `event`, `cause`: handed_over; handed_elsewhere (left for another
    structure that is not named); stopped; otherwise (left as an enterprise, merged or moved away); or empty while it is
    in the programme or was lost from sight. `is_lost`, `followed_until`, covariates fixed at entry.
    """
    if clock not in ("ripe", "entry"):
        raise ParameterError(f'"{clock}" is not a clock here. Choose ripe or entry.')
    projects, handed = _handed(dataset)
    zero = projects["mature_on" if clock == "ripe" else "entered_on"]
    last = projects["ended_on"].fillna(projects["last_seen_on"])
    came = handed.le(last)
    kind = projects["end_kind"].astype(object).where(projects["end_kind"].notna(), "")
    day = dataset.as_of if dataset.as_of is not None else dataset.delivered_on
    frame = projects.assign(
        entry=0.0,
        exit=months_between(zero, last.mask(came, handed)),
        cause=kind.map(ENDS).fillna("").mask(came, "handed_over"),
        event=came,
        is_lost=kind.eq("lost_contact") & ~came,
        followed_until=months_between(zero, np.full(len(projects), day)),
    )
    reason = np.select(
        [zero.isna(), handed.lt(zero), frame["exit"].le(0)],
        ["not_ripe", "handed_over_before", "exit_not_after_entry"],
        "",
    )
    kept = frame[reason == ""].reset_index(drop=True)
    left = pd.Series(reason).value_counts().rename_axis("reason").rename("n").reset_index()
    kept.attrs["exclusions"] = beside(left.assign(arm="programme")[["arm", "reason", "n"]])
    kept.attrs["about"] = About(
        {
            "clock": "entry" if clock == "entry" else "ripe",
            "population": SELECTED,
            "unit": "projects",
            "estimand": N_("share of projects handed over to Tracé or FeBISP, or gone otherwise"),
            "denominator": RIPE if clock == "ripe" else N_("all projects that entered"),
            **said_of(dataset),
        }
    )
    return kept.drop(columns=["ended_on", "end_kind", "last_seen_on", "mature_on"])


RIPE = N_("projects judged ripe and not handed over before")


def _entered(dataset) -> pd.DataFrame:
    """Projects that entered, with the day on which each was judged ripe."""
    ripe = dataset.columns("projects", "project_id", "mature_on").set_index("project_id")
    return entered_projects(dataset)[0].join(ripe, on="project_id")


@once
def _handed(dataset) -> tuple[pd.DataFrame, pd.Series]:
    """Projects that entered, and the day of the first referral of each to Tracé or FeBISP."""
    projects = _entered(dataset)
    rows = referred(dataset, "to", "organisation")
    first = rows[rows["organisation"].isin(ADVISERS)].groupby("project_id")["referred_on"].min()
    return projects, projects["project_id"].map(first).astype("datetime64[ns]")


def handover(dataset, level: float = 0.95) -> pd.DataFrame:
    """What became of the projects judged ripe for hand-over, each counted once.

    One row per way: handed over to Tracé or FeBISP after it was judged ripe; before that already; left for another
    structure; otherwise (went on as an enterprise, ended, is still in the programme, or was lost from sight).

    Returns
    -------
    Estimate table of shares of the ripe projects: group (list `handover_ways`), n, n_events, estimate, limits.

    Source
    ------
    Interval: Wilson (1927).
    """
    projects, handed = _handed(dataset)
    ripe = projects["mature_on"].notna()
    kind = projects["end_kind"].map(ENDS).fillna("")
    way = np.select(
        [handed.ge(projects["mature_on"]), handed.lt(projects["mature_on"]), kind.eq("handed_elsewhere")],
        WAYS[:3],
        WAYS[3],
    )
    found = pd.Series(way[ripe.to_numpy()]).value_counts().reindex(WAYS, fill_value=0)
    counts = pd.DataFrame({"group": list(WAYS), "n": int(ripe.sum()), "n_events": found.to_numpy()})
    return share(
        counts, level=level, codes="handover_ways", privacy="confidential", method="", population=SELECTED,
        estimand=N_("what became of projects judged ripe for hand-over"), numerator=N_("projects of which this holds"),
        denominator=N_("projects judged ripe for hand-over"), **said_of(dataset),
    )  # fmt: skip


def accepted(dataset, months: float = 6, by: str = "organisation", level: float = 0.95) -> pd.DataFrame:
    """Share of the hand-overs to Tracé and FeBISP that were accepted within some months, by group and for all.

    Only referrals that had so many months by the as-of date are counted; a project referred twice to one body counts
    with the first referral.

    Parameters
    ----------
    by
        `organisation`, or `ripe`: whether the project had been judged ripe on the day of the referral.

    Returns
    -------
    Estimate table of shares, with `at_months`.
    """
    if not months > 0 or by not in ("organisation", "ripe"):
        raise ParameterError("give a number of months above 0, and group by organisation or ripe.")
    projects = _entered(dataset)
    day = dataset.as_of if dataset.as_of is not None else dataset.delivered_on
    rows = referred(dataset, "to", "organisation", "accepted_on")
    rows = rows[rows["organisation"].isin(ADVISERS)].drop_duplicates(["project_id", "organisation"])
    rows = rows[months_between(rows["referred_on"], np.full(len(rows), day)) >= months]
    ripe_on = rows["project_id"].map(projects.set_index("project_id")["mature_on"])
    rows["ripe"] = np.where(ripe_on.le(rows["referred_on"]), "ripe", "not_ripe")
    rows["taken"] = months_between(rows["referred_on"], rows["accepted_on"]) <= months
    frame = rows.groupby(by)["taken"].agg(n="size", n_events="sum").rename_axis("group").sort_index()
    frame.loc["all"] = [len(rows), int(rows["taken"].sum())]
    return share(
        frame.reset_index().assign(at_months=float(months)), level=level, by=by, privacy="confidential", method="",
        codes={"organisation": "organisations", "ripe": "ripeness"}[by], population=SELECTED,
        estimand=N_("share of referrals to Tracé and FeBISP accepted in this time"),
        numerator=N_("referrals accepted in this time"), denominator=N_("referrals that had this much time"),
        **said_of(dataset),
    )  # fmt: skip


def handover_delay(dataset, within: float = 24, level: float = 0.95) -> pd.DataFrame:
    """Months from entry to the hand-over to Tracé or FeBISP, on average over projects handed over in a fixed time.

    One row. Only projects that entered so long before the as-of date that all had the full time: else only the quick
    ones would be seen.

    Returns
    -------
    Estimate table in months, Student's interval.
    """
    if not within > 0:
        raise ParameterError(f"{within} months is no time to hand anything over in. Give a number above 0.")
    projects, handed = _handed(dataset)
    day = dataset.as_of if dataset.as_of is not None else dataset.delivered_on
    had_time = months_between(projects["entered_on"], np.full(len(projects), day)) >= within
    took = months_between(projects["entered_on"], handed, start_of_day=True)
    took = took[had_time & (took >= 0) & (took <= within)]
    n = len(took)
    mean = took.mean() if n else np.nan
    se = took.std(ddof=1) / np.sqrt(n) if n > 1 else np.nan
    half = stats.t.ppf(0.5 + level / 2, n - 1) * se if n > 1 else np.nan
    frame = pd.DataFrame({
        "group": ["all"], "at_months": float(within), "n": n, "estimate": mean, "se": se, "low": max(mean - half, 0.0),
        "high": mean + half, "note": "" if n > 1 else "not_estimable",
    })  # fmt: skip
    return estimates(
        frame, kind="mean", unit="months", method="", interval="Student", level=level, clock="entry",
        estimand=N_("months from entry to the hand-over to Tracé or FeBISP"), population=SELECTED,
        denominator=N_("projects handed over in this time, of those that had it in full"), privacy="confidential",
        **said_of(dataset),
    )  # fmt: skip
