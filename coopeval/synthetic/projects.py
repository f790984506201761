"""Projects: who applies, who is selected with which score, when they enter, and how they go on."""

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
    even,
    keys,
    later,
    stream,
)  # fmt: skip
from coopeval.synthetic.plans import CALIBRATED_ON, FIRST_ENTRY, HORIZON, N_CREATED, Plan, intakes, postcodes

WORDS = ("Amber", "Brook", "Cedar", "Delta", "Ember", "Fjord", "Grove", "Heron", "Inlet", "Juniper", "Kelp", "Lumen")
THINGS = (
    "Kettle",
    "Ladder",
    "Lantern",
    "Needle",
    "Paddle",
    "Quilt",
    "Ribbon",
    "Saddle",
    "Thimble",
    "Umbrella",
    "Whistle",
)


def projects(plan: Plan, scale: float, seed: int) -> pd.DataFrame:
    """All projects that apply to one structure until the horizon, with columns of the table and, besides, what is
    true of them and stands in no table: programme, legal_family, has_enterprise, intake, fate, created_on.
    """
    frame = _decided(_applied(plan, scale, seed), plan, seed)
    frame = _described(frame, plan, seed)
    return _gone_on(frame, plan, scale, seed)


def _applied(plan: Plan, scale: float, seed: int) -> pd.DataFrame:
    rng = stream(seed, plan.structure_id, "applied")
    slots = intakes(plan, scale)
    chosen = np.array([n for *_, n in slots])
    others = np.round(np.cumsum(chosen) * (1 / plan.share_selected - 1)).astype(int)
    others = np.diff(others, prepend=0)
    slot = np.concatenate([np.repeat(np.arange(len(slots)), chosen), np.repeat(np.arange(len(slots)), others)])
    selection = np.where(np.arange(len(slot)) < chosen.sum(), "selected", "").astype(object)
    selection[chosen.sum() :] = choose(mixes.NOT_SELECTED, even(rng, others.sum()))
    first = days([day for day, *_ in slots])[slot]
    begins = later(first, np.floor(rng.random(len(slot)) * 21))
    begins[np.flatnonzero(selection == "selected")[:1]] = days(FIRST_ENTRY)
    decided = later(begins, -7 - np.floor(rng.random(len(slot)) * 20))
    applied = later(decided, -10 - np.floor(rng.random(len(slot)) * 45))
    frame = pd.DataFrame(
        {
            "project_id": "", "structure_id": plan.structure_id, "applied_on": applied, "decided_on": decided,
            "selection": selection, "entered_on": np.where(selection == "selected", begins, NEVER),
            "intake": [f"{day[:4]}-{1 if spring else 2}" for day, spring, _ in slots] if not len(slot) else
            np.array([f"{day[:4]}-{1 if spring else 2}" for day, spring, _ in slots], dtype=object)[slot],
            "is_spring": np.array([spring for _, spring, _ in slots])[slot],
        }
    )  # fmt: skip
    frame = frame.sort_values(["applied_on", "decided_on"], kind="stable", ignore_index=True)
    return frame.assign(project_id=keys(f"P{plan.number}-", len(frame)))


def _decided(frame: pd.DataFrame, plan: Plan, seed: int) -> pd.DataFrame:
    """Scores: 62 is the threshold, not applied to the letter."""
    rng = stream(seed, plan.structure_id, "decided")
    n = len(frame)
    up, down, around = np.abs(rng.normal(0, 11, n)), np.abs(rng.normal(0, 12, n)), rng.normal(0, 3, n)
    score = np.select(
        [frame["selection"].eq("selected"), frame["selection"].eq("waiting_list"), frame["selection"].eq("rejected")],
        [61 + up, 61.5 + around, 63 - down], 60 + 3 * around,
    ).clip(5, 98)  # fmt: skip
    known = (rng.random(n) < 0.96) & plan.is_evaluated
    return frame.assign(selection_score=np.where(known, np.round(score * 2) / 2, np.nan))


def _described(frame: pd.DataFrame, plan: Plan, seed: int) -> pd.DataFrame:
    rng = stream(seed, plan.structure_id, "described")
    n = len(frame)
    programme = _programme(frame, plan, even(rng, n))
    family = choose(plan.families, even(rng, n))
    shares = mixes.WITH_ENTERPRISE | {"other": plan.with_enterprise}
    holders = np.array(choose(mixes.HOLDERS, even(rng, n)), dtype=float)
    women = rng.binomial(holders.astype(int), 0.52).astype(float)
    said = rng.random(n) < 0.94
    zones = postcodes(plan)
    names = [
        f"Fictional project {a} {b} {key[-6:].lstrip('0')}"
        for a, b, key in zip(rng.choice(WORDS, n), rng.choice(THINGS, n), frame["project_id"], strict=True)
    ]
    return frame.assign(
        name=names, programme=programme, legal_family=family,
        has_enterprise=~frame["is_spring"] & (even(rng, n) < np.array([shares[p] for p in programme], float)),
        stage_at_entry=choose_by(programme, mixes.STAGES, rng.random(n)),
        project_type=choose_by(programme, mixes.TYPES, rng.random(n)),
        theme=choose(mixes.THEMES, even(rng, n)), economic_model=choose_by(family, mixes.MODELS, rng.random(n)),
        postcode=np.where(rng.random(n) < 0.95, zones[rng.integers(0, len(zones), n)], ""),
        n_holders=np.where(said, holders, np.nan),
        n_women_holders=np.where(said & (rng.random(n) < 0.95), women, np.nan),
    )  # fmt: skip


def _programme(frame: pd.DataFrame, plan: Plan, u: np.ndarray) -> np.ndarray:
    if not plan.is_evaluated:
        return np.full(len(frame), "other", dtype=object)
    kind = np.where(frame["is_spring"], "spring", np.where(frame["applied_on"] < "2021-01-01", "early", "autumn"))
    shares = {"spring": mixes.SPRING, "early": mixes.AUTUMN_UNTIL_2020, "autumn": mixes.AUTUMN}
    return choose_by(kind, shares, u)


def _gone_on(frame: pd.DataFrame, plan: Plan, scale: float, seed: int) -> pd.DataFrame:
    """Fates and their days. An enterprise is created by those whose draw lies under the share of their kind."""
    rng = stream(seed, plan.structure_id, "fates")
    n = len(frame)
    u, waited, other = even(rng, n), rng.gamma(2.0, mixes.MONTHS_TO["enterprise_created"] / 2, n), even(rng, n)
    zero = days(frame["entered_on"].fillna(frame["decided_on"]).to_numpy())
    created_on = later(zero, waited * DAYS_PER_MONTH + 14)
    could = ~frame["has_enterprise"].to_numpy()
    share = np.array([mixes.CREATION[s] for s in frame["selection"]], float)
    if plan.is_evaluated:
        selected = frame["selection"].eq("selected").to_numpy()
        in_time = selected & could & (created_on <= days(CALIBRATED_ON))
        share[selected] = calibrated(u[in_time], round(N_CREATED * scale))
    creates = could & (u <= share)
    fate = np.where(frame["has_enterprise"], choose(mixes.FATES_WITH, other), choose(mixes.FATES, other))
    fate = np.where(creates, "enterprise_created", fate).astype(object)
    frame = frame.assign(fate=fate, creation_share=share, created_on=np.where(creates, created_on, NEVER))
    return _ended(frame, rng)


def calibrated(draws: np.ndarray, n: int) -> float:
    """The share under which exactly `n` of these draws lie.

    >>> calibrated(np.array([0.5, 0.1, 0.9]), 2)
    0.5
    """
    return float(np.sort(draws)[min(n, len(draws)) - 1]) if n and len(draws) else 0.0


def _ended(frame: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    n = len(frame)
    entered = days(frame["entered_on"].to_numpy())
    mean = np.array([mixes.MONTHS_TO[f] for f in frame["fate"]], float)
    ended = later(entered, rng.gamma(3.0, mean / 3, n) * DAYS_PER_MONTH + 14)
    created = days(frame["created_on"].to_numpy())
    ended = np.where(np.isnat(created), ended, later(created, rng.random(n) * 120))
    ended = days(np.where(np.isnat(entered), NEVER, ended))
    over = ~np.isnat(ended) & (ended <= days(HORIZON))
    ripe = over & frame["fate"].isin(("handed_over", "enterprise_created")).to_numpy() & (rng.random(n) < 0.8)
    last = np.where(np.isnat(entered), days(frame["decided_on"].to_numpy()), days(HORIZON))
    stopped = over & frame["fate"].eq("stopped").to_numpy()
    return frame.assign(
        ended_on=np.where(over, ended, NEVER),
        end_kind=np.where(over, frame["fate"], ""),
        end_reason=np.where(stopped, choose(mixes.STOP_REASONS, rng.random(n)), ""),
        mature_on=np.where(ripe, between(rng, np.maximum(entered, later(ended, np.full(n, -90))), ended),
                           NEVER),
        last_seen_on=np.where(over, ended, last),
    )  # fmt: skip
