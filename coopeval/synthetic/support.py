"""Support given: by whom, about what, for how long, in sessions for several at once, invoiced or not."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.synthetic.chance import between, choose, days, keys, later, months, repeats, stream
from coopeval.synthetic.experts import TOPICS, rate
from coopeval.synthetic.participations import entered
from coopeval.synthetic.plans import Plan

COACHING_PER_MONTH = 0.95
MISSIONS, MENTORING, WORKPLACES = 1.5, 0.8, 0.5  # rows per project that stays nine months
HOURS = {
    "individual_coaching": {1.0: 0.25, 1.5: 0.25, 2.0: 0.30, 3.0: 0.15, 4.0: 0.05},
    "expert_mission": {2.0: 0.25, 3.0: 0.25, 4.0: 0.25, 6.0: 0.15, 8.0: 0.10},
    "mentoring": {1.0: 0.5, 1.5: 0.3, 2.0: 0.2}, "coworking": {20.0: 0.5, 35.0: 0.3, 60.0: 0.2},
}  # fmt: skip
SESSION_DAYS = (35, 56, 84, 112, 147)  # after the first day of the intake
SESSION_TOPICS = ("business_model", "legal_form", "finance", "social_impact", "governance")
SESSION_HOURS = (6.0, 3.0, 4.0, 3.0, 4.0)
LARGEST_SESSION = 18
ATTENDS, LEAVES_EARLY, COMES_TO_EVENT = 0.85, 0.08, 0.30
LONGEST_STAY = 18.0
TRAVEL_EUR = 24.0  # on few invoices: these differ from hours x rate, as the checks will say
COACHED_ON = {
    "business_model": 0.24, "market": 0.12, "legal_form": 0.07, "finance": 0.14, "accounting": 0.05,
    "communication": 0.07, "governance": 0.07, "staff": 0.05, "social_dialogue": 0.01, "social_impact": 0.05,
    "equality_diversity": 0.01, "environment": 0.03, "sdo_recognition": 0.03, "insertion_mandate": 0.01,
    "pooling": 0.02, "digital": 0.02, "personal_development": 0.01,
}  # fmt: skip
AGREED_FROM = "2022-01-01"
POINTS = {f"art3_{point:02d}": 1.0 for point in range(1, 10)} | {"art4_1_01": 2.0, "art4_1_02": 1.0, "outside": 0.4}
WITH = {"": 0.94, "hub_brussels": 0.025, "trace": 0.02, "febisp": 0.01, "other": 0.005}
GIVEN_BY = {"individual_coaching": ("staff", "partner"), "collective_training": ("staff", "partner", "freelance"),
            "event": ("staff",), "mentoring": ("volunteer",), "expert_mission": ("freelance", "partner"),
            "coworking": ()}  # fmt: skip


def support(projects: pd.DataFrame, staff: pd.DataFrame, plan: Plan, seed: int) -> pd.DataFrame:
    """Rows of the table for one structure."""
    own = entered(projects)
    intensity = 1.0 if plan.is_evaluated else 0.5
    rows = [
        _single(own, kind, plan, seed, intensity) for kind in ("individual_coaching", "expert_mission", "mentoring")
    ]
    if plan.is_evaluated:
        rows += [_single(own, "coworking", plan, seed, 1.0), _sessions(own, plan, seed), _events(own, plan, seed)]
    whole = pd.concat(rows, ignore_index=True)
    whole["session_id"] = whole["session_id"].fillna("") if "session_id" in whole else ""
    whole = whole.sort_values(["given_on", "project_id", "kind"], kind="stable", ignore_index=True)
    return _given(whole, staff, plan, seed)


def _single(own: pd.DataFrame, kind: str, plan: Plan, seed: int, intensity: float) -> pd.DataFrame:
    rng = stream(seed, plan.structure_id, "support", kind)
    first, last = days(own["entered_on"].to_numpy()), days(own["last_in"].to_numpy())
    stay = np.minimum(months(first, last), LONGEST_STAY)
    expected = {"individual_coaching": COACHING_PER_MONTH * stay, "expert_mission": MISSIONS * stay / 9,
                "mentoring": MENTORING * stay / 9, "coworking": WORKPLACES * stay / 9}[kind]  # fmt: skip
    unit, _ = repeats(rng.poisson(expected * intensity))
    until = np.minimum(last, later(first, LONGEST_STAY * 30.4))
    return pd.DataFrame(
        {
            "project_id": own["project_id"].to_numpy()[unit], "given_on": between(rng, first[unit], until[unit]),
            "kind": kind, "topic": "other" if kind == "coworking" else choose(COACHED_ON, rng.random(len(unit))),
            "hours": np.array(choose(HOURS[kind], rng.random(len(unit))), dtype=float),
        }
    )  # fmt: skip


def _sessions(own: pd.DataFrame, plan: Plan, seed: int) -> pd.DataFrame:
    """Trainings of one intake and one part of the programme, in groups; each row is what one project received."""
    rng = stream(seed, plan.structure_id, "support", "sessions")
    group = own["intake"] + "-" + own["programme"]
    number = own.groupby(group).cumcount() // LARGEST_SESSION
    opening = own.groupby(group)["entered_on"].transform("min")
    parts = []
    for k, (day, topic, hours) in enumerate(zip(SESSION_DAYS, SESSION_TOPICS, SESSION_HOURS, strict=True), start=1):
        on = opening + pd.Timedelta(days=day)
        comes = (on <= own["last_in"]) & (rng.random(len(own)) < ATTENDS)
        stays = np.where(rng.random(len(own)) < LEAVES_EARLY, hours / 2, hours)
        session = "session-" + group + "-" + (number + 1).astype(str) + f"-{k}"
        rows = own[["project_id"]].assign(given_on=on, topic=topic, hours=stays, session_id=session)
        parts.append(rows[comes])
    return pd.concat(parts, ignore_index=True).assign(kind="collective_training")


def _events(own: pd.DataFrame, plan: Plan, seed: int) -> pd.DataFrame:
    rng = stream(seed, plan.structure_id, "support", "events")
    parts = []
    for year in range(own["entered_on"].dt.year.min(), own["last_in"].dt.year.max() + 1):
        on = pd.Timestamp(year, 11, 24)
        comes = (own["entered_on"] <= on) & (own["last_in"] >= on) & (rng.random(len(own)) < COMES_TO_EVENT)
        parts.append(own.loc[comes, ["project_id"]].assign(given_on=on, session_id=f"event-{year}"))
    return pd.concat(parts, ignore_index=True).assign(kind="event", topic="pooling", hours=2.5)


def _given(rows: pd.DataFrame, staff: pd.DataFrame, plan: Plan, seed: int) -> pd.DataFrame:
    """Who gave it, what was invoiced, with whom, and which point of the agreement it serves."""
    rng = stream(seed, plan.structure_id, "support", "given")
    n, on = len(rows), days(rows["given_on"].to_numpy())
    draw = rng.random(n)
    sessions, _ = pd.factorize(rows["session_id"])
    draw = np.where(rows["session_id"].ne(""), (sessions * 0.6180339887) % 1, draw)  # one expert for a whole session
    who = np.full(n, -1)
    for kind, engagements in GIVEN_BY.items():
        able = np.flatnonzero(staff["engagement"].isin(engagements))
        if len(able):
            at = rows["kind"].eq(kind).to_numpy()
            chosen = able[np.floor(draw[at] * len(able)).astype(int)]
            early = on[at] < days(staff["came_on"].to_numpy())[chosen]
            who[at] = np.where(early, able[0], chosen)
    known, base = who >= 0, staff["base_rate"].to_numpy()[who]
    mission = rows["kind"].eq("expert_mission").to_numpy()
    billed = mission & known & staff["engagement"].eq("freelance").to_numpy()[who]
    travelled = (rng.random(n) < 0.02) | (billed & (np.cumsum(billed) == 1))
    amount = rows["hours"].to_numpy() * rate(base, on) + np.where(travelled, TRAVEL_EUR, 0.0)
    topic = np.where(
        mission & known, np.array([TOPICS[t] for t in staff["expert_type"]], dtype=object)[who], rows["topic"]
    )
    agreed = (on >= days(AGREED_FROM)) & plan.is_evaluated & (rng.random(n) < 0.96)
    return rows.assign(
        support_id=keys(f"U{plan.number}-", n), topic=topic,
        expert_id=np.where(known, staff["expert_id"].to_numpy()[who], ""),
        cost_eur=np.where(billed, np.round(amount, 2), np.nan),
        with_organisation=choose(WITH, rng.random(n)),
        agreement_point=np.where(agreed, choose(POINTS, rng.random(n)), ""),
    )  # fmt: skip
