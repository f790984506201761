"""Work with other bodies: hand-over of ripe projects, referrals both ways, support given together."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from coopeval.cohort.paths import entered_projects
from coopeval.errors import ParameterError
from coopeval.pathways.statuses import said_of
from coopeval.semesters import months_between
from coopeval.uncertainty import estimates, share
from coopeval.wording import N_

ADVISERS = ("trace", "febisp")  # the bodies that article 5.4 is about
WAYS = ("after_ripe", "before_ripe", "other_structure", "went_on", "not_yet")
ENDS = {
    "stopped": "stopped", "merged": "merged", "moved_away": "moved_away", "handed_over": "handed_elsewhere",
    "enterprise_created": "went_on",
}  # fmt: skip
SELECTED = N_("projects selected by the evaluated programme")


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
    structure that is not named); went_on (left as an enterprise); stopped, merged, moved_away; or empty while it is in
    the programme or was lost from sight. `is_lost`, `followed_until`, covariates fixed at entry.
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
    kept.attrs["exclusions"] = left.assign(arm="programme")[["arm", "reason", "n"]]
    kept.attrs["about"] = {
        "clock": "entry" if clock == "entry" else "ripe",
        "population": SELECTED,
        "unit": "projects",
        "estimand": N_("share of projects handed over to Tracé or FeBISP, or gone otherwise"),
        "denominator": RIPE if clock == "ripe" else N_("all projects that entered"),
        **said_of(dataset),
    }
    return kept.drop(columns=["ended_on", "end_kind", "last_seen_on", "mature_on"])


RIPE = N_("projects judged ripe and not handed over before")


def _handed(dataset) -> tuple[pd.DataFrame, pd.Series]:
    """Projects that entered, and the day of the first referral of each to Tracé or FeBISP."""
    projects, _ = entered_projects(dataset)
    rows = _referrals(dataset, "to")
    first = rows[rows["organisation"].isin(ADVISERS)].groupby("project_id")["referred_on"].min()
    return projects, projects["project_id"].map(first).astype("datetime64[ns]")


def _referrals(dataset, direction: str) -> pd.DataFrame:
    projects, _ = entered_projects(dataset)
    rows = dataset["referrals"]
    own = rows["project_id"].isin(projects["project_id"]) & rows["direction"].eq(direction)
    return rows[own].sort_values(["project_id", "referred_on", "referral_id"], kind="stable")


def handover(dataset, level: float = 0.95) -> pd.DataFrame:
    """What became of the projects judged ripe for hand-over, each counted once.

    One row per way: handed over to Tracé or FeBISP after it was judged ripe; before that already; left for another
    structure; went on as an enterprise or ended otherwise; not yet (still in the programme, or lost from sight).

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
        [handed.ge(projects["mature_on"]), handed.lt(projects["mature_on"]), kind.eq("handed_elsewhere"), kind.ne("")],
        WAYS[:4],
        WAYS[4],
    )
    found = pd.Series(way[ripe.to_numpy()]).value_counts().reindex(WAYS, fill_value=0)
    counts = pd.DataFrame({"group": list(WAYS), "n": int(ripe.sum()), "n_events": found.to_numpy()})
    return share(
        counts, level=level, codes="handover_ways", privacy="confidential", method="", population=SELECTED,
        estimand=N_("what became of projects judged ripe for hand-over"), numerator=N_("projects of which this holds"),
        denominator=N_("projects judged ripe for hand-over"), **said_of(dataset),
    )  # fmt: skip


def accepted(dataset, months: float = 6, level: float = 0.95) -> pd.DataFrame:
    """Share of the referrals to Tracé and FeBISP that were accepted within some months, ripe and other projects apart.

    One row per group (`ripe` on the day of the referral or not, and `all`). Only referrals that had so many months by
    the as-of date are counted; one project with several referrals to one body counts with the first.

    Returns
    -------
    Estimate table of shares, with `at_months`.
    """
    if not months > 0:
        raise ParameterError(f"{months} months is no time to accept anything in. Give a number above 0.")
    projects, _ = entered_projects(dataset)
    day = dataset.as_of if dataset.as_of is not None else dataset.delivered_on
    rows = _referrals(dataset, "to")
    rows = rows[rows["organisation"].isin(ADVISERS)].drop_duplicates(["project_id", "organisation"])
    rows = rows[months_between(rows["referred_on"], np.full(len(rows), day)) >= months]
    ripe_on = rows["project_id"].map(projects.set_index("project_id")["mature_on"])
    taken = pd.Series(months_between(rows["referred_on"], rows["accepted_on"]), index=rows.index).le(months)
    group = np.where(ripe_on.le(rows["referred_on"]), "ripe", "not_ripe")
    counts = pd.DataFrame({"group": group, "taken": taken.to_numpy()}).groupby("group")["taken"]
    frame = counts.agg(n="size", n_events="sum").reindex(["ripe", "not_ripe"], fill_value=0)
    frame.loc["all"] = [len(rows), int(taken.sum())]
    return share(
        frame.rename_axis("group").reset_index().assign(at_months=float(months)), level=level, codes="ripeness",
        privacy="confidential", method="", population=SELECTED,
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
        frame, kind="mean", unit="months", method="mean", interval="Student", level=level, clock="entry",
        estimand=N_("months from entry to the hand-over to Tracé or FeBISP"), population=SELECTED,
        denominator=N_("projects handed over in this time, of those that had it in full"), privacy="confidential",
        **said_of(dataset),
    )  # fmt: skip


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
    rows = _referrals(dataset, direction)
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
