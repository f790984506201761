"""Which parts of the programme each project took part in, referrals, and whether it answers when it is asked."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.synthetic import mixes
from coopeval.synthetic.chance import (
    DAYS_PER_MONTH,
    NEVER,
    between,
    choose,
    choose_by,
    days,
    keys,
    later,
    stream,
)  # fmt: skip
from coopeval.synthetic.plans import HORIZON, Plan

COMMUNITY, COWORKING = 0.35, 0.14
GOOD = ("enterprise_created", "handed_over", "merged")
PURPOSES = {"recognition": 0.40, "finance": 0.35, "mandate": 0.12, "other": 0.13}
BODIES = {
    "recognition": {"trace": 0.65, "febisp": 0.25, "bruxeo": 0.10}, "mandate": {"febisp": 0.8, "trace": 0.2},
    "finance": {"hub_brussels": 0.65, "other": 0.35}, "other": {"hub_brussels": 0.5, "febio": 0.1, "other": 0.4},
}  # fmt: skip
REFERRED_TO, REFERRED_FROM = 0.30, 0.20
ANSWERS = {"answered": 0.60, "answered_late": 0.13, "refused": 0.05, "no_reply": 0.16, "not_contacted": 0.06}
TIRED = {"answered": 0.40, "answered_late": 0.13, "refused": 0.09, "no_reply": 0.28, "not_contacted": 0.10}
SOURCES = {"survey": 0.80, "visit": 0.12, "register": 0.08}
ASKED_FOR = 1400  # days after which an enterprise is no longer asked


def entered(projects: pd.DataFrame) -> pd.DataFrame:
    """The projects that entered, with the last day on which they can be found in the programme."""
    inside = projects[projects["entered_on"].notna() & projects["entered_on"].le(pd.Timestamp(HORIZON))]
    return inside.assign(last_in=inside["ended_on"].fillna(pd.Timestamp(HORIZON))).reset_index(drop=True)


def participations(projects: pd.DataFrame, plan: Plan, seed: int) -> pd.DataFrame:
    """Rows of the table: the part through which a project came in, then the community and the workplaces."""
    rng = stream(seed, plan.structure_id, "participations")
    own = entered(projects)
    n, begin = len(own), days(own["entered_on"].to_numpy())
    length = np.array([mixes.MONTHS_IN[p] for p in own["programme"]], float)
    planned = later(begin, length * DAYS_PER_MONTH)
    first = own.assign(started_on=begin, until=planned)
    parts = [first]
    for programme, share in (("community", COMMUNITY), ("coworking", COWORKING)) if plan.is_evaluated else ():
        more = own[rng.random(n) < share]
        start = later(days(more["entered_on"].to_numpy()), 1 + np.floor(rng.random(len(more)) * 60))
        more = more.assign(programme=programme, started_on=start, until=later(start, 90 + rng.random(len(more)) * 500))
        parts.append(more[more["started_on"] <= more["last_in"]])
    rows = pd.concat(parts).sort_values(["started_on", "project_id", "programme"], kind="stable", ignore_index=True)
    early = (rows["ended_on"] < rows["until"]).to_numpy()
    end = days(rows["until"].where(~early, rows["ended_on"]).to_numpy())
    over = end <= days(HORIZON)
    outcome = np.where(early & ~rows["end_kind"].isin(GOOD), "dropped_out", "completed")
    return pd.DataFrame(
        {
            "participation_id": keys(f"T{plan.number}-", len(rows)), "project_id": rows["project_id"],
            "programme": rows["programme"], "cohort": rows["intake"], "started_on": rows["started_on"],
            "ended_on": np.where(over, end, NEVER), "outcome": np.where(over, outcome, "ongoing"),
        }
    )  # fmt: skip


def referrals(projects: pd.DataFrame, plan: Plan, seed: int) -> pd.DataFrame:
    """Rows of the table: sent on to others, and sent by others."""
    rng = stream(seed, plan.structure_id, "referrals")
    own = entered(projects)
    sent, came = own[rng.random(len(own)) < REFERRED_TO], own[rng.random(len(own)) < REFERRED_FROM]
    start = days(sent["entered_on"].to_numpy())
    on = between(rng, np.minimum(start + 60, days(sent["last_in"].to_numpy())), days(sent["last_in"].to_numpy()))
    before = days(came["applied_on"].to_numpy())
    rows = pd.concat(
        [
            sent.assign(direction="to", referred_on=on),
            came.assign(direction="from", referred_on=later(before, -rng.random(len(came)) * 60)),
        ]
    ).sort_values(["referred_on", "project_id"], kind="stable", ignore_index=True)
    n, on = len(rows), days(rows["referred_on"].to_numpy())
    purpose = choose(PURPOSES, rng.random(n))
    accepted = np.where(rng.random(n) < 0.68, later(on, 3 + rng.random(n) * 70), NEVER).astype("datetime64[D]")
    return pd.DataFrame(
        {
            "referral_id": keys(f"R{plan.number}-", n), "project_id": rows["project_id"],
            "direction": rows["direction"], "organisation": choose_by(purpose, BODIES, rng.random(n)),
            "purpose": purpose, "referred_on": on,
            "accepted_on": np.where(accepted <= days(HORIZON), accepted, NEVER),
        }
    )  # fmt: skip


def followups(projects: pd.DataFrame, units: pd.DataFrame, plan: Plan, seed: int) -> pd.DataFrame:
    """Rows of the table: each May and November every project and enterprise that is followed is due to be asked."""
    rng = stream(seed, plan.structure_id, "followups")
    own = entered(projects)
    followed = units[units["arm"].eq("programme")]
    due = pd.concat(
        [
            pd.DataFrame({"subject_kind": "project", "subject_id": own["project_id"], "first": own["entered_on"],
                          "last": own["last_in"]}),
            pd.DataFrame({"subject_kind": "enterprise", "subject_id": followed["enterprise_id"],
                          "first": followed["observed_from"],
                          "last": followed[["ended_on", "taken_on"]].min(axis=1).fillna(pd.Timestamp(HORIZON))}),
        ], ignore_index=True,
    )  # fmt: skip
    parts = []
    for year in range(2017, int(HORIZON[:4]) + 1):
        for day in (pd.Timestamp(year, 5, 15), pd.Timestamp(year, 11, 15)):
            since = (day - due["first"]).dt.days
            asked = due[since.between(30, ASKED_FOR) & (due["last"] >= day)]
            parts.append(asked.assign(asked_on=day, since=since[asked.index]))
    rows = pd.concat(parts, ignore_index=True)
    kind = np.where(rows["since"] > 700, "tired", "fresh")
    return rows[["subject_kind", "subject_id", "asked_on"]].assign(
        outcome=choose_by(kind, {"tired": TIRED, "fresh": ANSWERS}, rng.random(len(rows))),
        source=choose(SOURCES, rng.random(len(rows))),
    )
