"""Steps towards recognitions: in time, late, refused, never sought and why; for enterprises and for projects.

They have no effect whatever on how long an enterprise lasts; but only one that still exists can take a step, so those
ever recognised lived longer than those never recognised all the same.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.synthetic.chance import DAYS_PER_MONTH, NEVER, choose, days, keys, later, stream
from coopeval.synthetic.participations import entered
from coopeval.synthetic.plans import HORIZON, Plan

POSSIBLE_FROM = "2019-07-01"
WAYS = {"applies": 0.30, "considers": 0.12, "does_not": 0.46, "": 0.12}
LATER_AFTER_ALL = 0.22  # of those who did not seek it
ANSWERS = {"recognised": 0.72, "refused": 0.14, "withdrawn": 0.09, "": 0.05}  # "": not answered yet
RENEWED = 0.70
MANDATE = 0.28
NOT_SOUGHT = {
    "not_relevant": 0.26, "criteria_unsuited": 0.20, "too_early": 0.20, "administrative_burden": 0.16,
    "confused_with_insertion_mandate": 0.08, "not_social_economy": 0.05, "other": 0.03, "unknown": 0.02,
}  # fmt: skip
CRITERIA = {"E4": 0.35, "S2": 0.15, "G2": 0.15, "G4": 0.15, "P1": 0.10, "E3": 0.10}
VALID_YEARS = 4


def recognitions(units: pd.DataFrame, projects: pd.DataFrame, plan: Plan, seed: int) -> pd.DataFrame:
    """Rows of the table for one structure."""
    rng = stream(seed, plan.structure_id, "recognitions")
    own = units[units["arm"].isin(("programme", "structure"))]
    last = own[["ended_on", "true_end", "taken_on"]].min(axis=1).fillna(pd.Timestamp(HORIZON))
    own = own.assign(last=last, project_id="").reset_index(drop=True)
    parts = [*_of_sdo(own, rng), *_of_cooperatives(own, rng)]
    if plan.is_evaluated:
        parts.append(_of_projects(projects, rng))
    rows = pd.concat([part for part in parts if len(part)], ignore_index=True)
    rows = rows[(rows["happened_on"] < rows["last"]) & (rows["happened_on"] <= pd.Timestamp(HORIZON))]
    order = ["happened_on", "enterprise_id", "project_id", "track", "step"]
    rows = rows.sort_values(order, kind="stable", ignore_index=True)
    return rows.assign(recognition_id=keys(f"G{plan.number}-", len(rows))).drop(columns="last")


def _step(of: pd.DataFrame, track: str, step, on: np.ndarray, **more) -> pd.DataFrame:
    empty = {"valid_until": np.full(len(of), NEVER), "criterion": "", "reason": ""}
    of = of[["enterprise_id", "project_id", "last"]]
    return of.assign(**{"track": track, "step": step, "happened_on": on, **empty, **more})


def _of_sdo(own: pd.DataFrame, rng: np.random.Generator) -> list[pd.DataFrame]:
    n = len(own)
    start = np.maximum(days(own["observed_from"].to_numpy()), days(POSSIBLE_FROM))
    on = later(start, rng.gamma(1.6, 9.0, n) * DAYS_PER_MONTH + 60)
    way = choose(WAYS, rng.random(n))
    reason = choose(NOT_SOUGHT, rng.random(n))
    after_all = (way == "does_not") & (rng.random(n) < LATER_AFTER_ALL)
    applied_on = np.where(after_all, later(on, 300 + rng.random(n) * 700), on)
    applies = (way == "applies") | after_all
    thought = (way == "considers") | ((way == "applies") & (rng.random(n) < 0.4))
    before = later(on, np.where(way == "considers", 0, -20 - np.floor(rng.random(n) * 100)))
    parts = [
        _step(own[thought], "sdo", "considered", np.maximum(before, start)[thought]),
        _step(own[way == "does_not"], "sdo", "not_sought", on[way == "does_not"], reason=reason[way == "does_not"]),
        _step(own[applies], "sdo", "applied", applied_on[applies]),
    ]
    return parts + _answered(own[applies], days(applied_on)[applies], rng)


def _answered(own: pd.DataFrame, applied_on: np.ndarray, rng: np.random.Generator) -> list[pd.DataFrame]:
    n = len(own)
    answer = choose(ANSWERS, rng.random(n))
    on = later(applied_on, rng.gamma(3.0, 1.7, n) * DAYS_PER_MONTH + 20)
    yes, no, gone = answer == "recognised", answer == "refused", answer == "withdrawn"
    until = later(on, np.full(n, VALID_YEARS * 365.25 - 1))
    again = rng.random(n) < RENEWED
    mandate = yes & (rng.random(n) < MANDATE)
    wanted = later(on, 40 + rng.random(n) * 300)
    given = later(wanted, 60 + rng.random(n) * 150)
    renewed = later(until, np.full(n, VALID_YEARS * 365.25))
    return [
        _step(own[yes], "sdo", "recognised", on[yes], valid_until=until[yes]),
        _step(own[no], "sdo", "refused", on[no], criterion=choose(CRITERIA, rng.random(int(no.sum()))),
              reason="criteria_unsuited"),
        _step(own[gone], "sdo", "withdrawn", on[gone], reason="administrative_burden"),
        _step(own[yes & again], "sdo", "recognised", until[yes & again] + 1, valid_until=renewed[yes & again]),
        _step(own[yes & ~again], "sdo", "expired", until[yes & ~again] + 1, reason="administrative_burden"),
        _step(own[mandate], "insertion_mandate", "applied", wanted[mandate]),
        _step(own[mandate], "insertion_mandate", "recognised", given[mandate],
              valid_until=later(given, np.full(n, 5 * 365.25))[mandate]),
    ]  # fmt: skip


def _of_cooperatives(own: pd.DataFrame, rng: np.random.Generator) -> list[pd.DataFrame]:
    parts = []
    for track, share in (("nrc_cooperative", 0.45), ("federal_social_enterprise", 0.25)):
        n = len(own)
        chosen = own["legal_family"].eq("cooperative").to_numpy() & (rng.random(n) < share)
        on = later(days(own["observed_from"].to_numpy()), 60 + rng.gamma(2.0, 5.0, n) * DAYS_PER_MONTH)
        parts.append(_step(own[chosen], track, "recognised", on[chosen]))
    return parts


def _of_projects(projects: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Projects that have no enterprise yet, and were asked."""
    asked = entered(projects)
    asked = asked[~asked["has_enterprise"] & (rng.random(len(asked)) < 0.25)]
    asked = asked.assign(
        enterprise_id="", last=asked["created_on"].fillna(asked["last_in"]).clip(upper=asked["last_in"])
    )
    on = later(days(asked["entered_on"].to_numpy()), 30 + rng.random(len(asked)) * 150)
    sought = rng.random(len(asked)) < 0.4
    reason = choose(
        {"too_early": 0.6, "not_relevant": 0.25, "confused_with_insertion_mandate": 0.15}, rng.random(len(asked))
    )
    return _step(asked, "sdo", np.where(sought, "considered", "not_sought"), on, reason=np.where(sought, "", reason))
