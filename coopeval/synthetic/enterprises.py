"""Enterprises at birth: created by projects, there before them, or sampled from the register."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval import reference
from coopeval.errors import ParameterError
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
    repeats,
    stream,
)  # fmt: skip
from coopeval.synthetic.plans import HORIZON, N_SAMPLED, N_SUPPORTED, SUPPORTED_BY, Plan, postcodes

NEW_CODE = "2019-05-01"  # first day of the forms of the code of companies and associations
SAMPLE_SEEN_FROM = "2016-01-01"
OLDEST = "1995-01-01"
MORE_POOLED = 1.1  # enterprises besides the first one, in a project that pools
PER_STRUCTURE = 200_000  # enterprise numbers kept for each structure
UNISSUED = 15_000_000  # numbers are handed out in order and the series that begins with 1 is young: none stands so high
SPREAD = 4_999_999
FACTS = ["project_id", "theme", "legal_family", "programme", "selection", "selection_score"]


def of_projects(projects: pd.DataFrame, plan: Plan, scale: float, seed: int) -> pd.DataFrame:
    """Enterprises of the projects of one structure: those created, and those that were there at entry."""
    rng = stream(seed, plan.structure_id, "born")
    created = projects[projects["created_on"].le(pd.Timestamp(HORIZON))]
    there = projects[projects["has_enterprise"]]
    unit, _ = repeats(_several(created, there, plan, scale, rng))
    there = there.iloc[unit]
    seen = days(there["entered_on"].fillna(there["decided_on"]).to_numpy())
    age = np.maximum(rng.lognormal(np.log(34), 0.85, len(there)), 1.0)
    born = np.maximum(later(seen, -age * DAYS_PER_MONTH), days(OLDEST))
    there = there[FACTS].assign(born_on=born, observed_from=seen)
    created = created[FACTS].assign(born_on=created["created_on"], observed_from=created["created_on"])
    frame = pd.concat([created.assign(is_created=True), there.assign(is_created=False)])
    arm = np.where(
        frame["selection"].eq("selected"), "programme" if plan.is_evaluated else "structure", frame["selection"]
    )
    entered = frame["programme"].where(frame["selection"].eq("selected"), "")
    frame = frame.assign(arm=arm, programme=entered, matched_on=pd.NaT)
    frame = frame[~frame["selection"].eq("withdrawn")].sort_values(["project_id", "born_on"], kind="stable")
    return _registered(frame.reset_index(drop=True), plan, seed)


def _several(created: pd.DataFrame, there: pd.DataFrame, plan: Plan, scale: float, rng) -> np.ndarray:
    """How many enterprises each project comes with: one, but those that pool their means are several.

    In the evaluated programme their number makes up the published total of enterprises supported.
    """
    pooled = there["programme"].eq("pollinize").to_numpy()
    counts = np.where(pooled, 1 + rng.poisson(MORE_POOLED, len(there)).clip(max=3), 1)
    if plan.is_evaluated:
        in_time = there["entered_on"].le(SUPPORTED_BY).to_numpy()  # of selected projects: the others never enter
        made = created["selection"].eq("selected") & created["created_on"].le(SUPPORTED_BY)
        missing = round(N_SUPPORTED * scale) - int(made.sum()) - int(in_time.sum())
        pooling = np.flatnonzero(pooled & in_time)
        if len(pooling):
            counts[pooling] = 1 + rng.multinomial(max(missing, 0), np.full(len(pooling), 1 / len(pooling)))
    return counts


def of_register(plan: Plan, scale: float, seed: int) -> pd.DataFrame:
    """A sample of the register: enterprises that were there at some time since 2016, of other forms and trades."""
    rng = stream(seed, plan.structure_id, "born")
    n = round(N_SAMPLED * scale)
    born = between(rng, np.full(n, days("2010-01-01")), np.full(n, days("2026-06-30")))
    seen = np.maximum(born, days(SAMPLE_SEEN_FROM))
    matched = between(rng, np.maximum(seen, days("2016-11-11")), np.full(n, days("2026-06-30")))
    frame = pd.DataFrame(
        {
            "project_id": "", "theme": choose(mixes.THEMES | {"hospitality": 0.10}, even(rng, n)),
            "legal_family": choose(plan.families, even(rng, n)), "programme": "", "selection": "",
            "selection_score": np.nan, "born_on": born, "observed_from": seen, "is_created": False,
            "arm": "register", "matched_on": np.where(rng.random(n) < 0.97, matched, NEVER),
        }
    )  # fmt: skip
    return _registered(frame, plan, seed)


def _registered(frame: pd.DataFrame, plan: Plan, seed: int) -> pd.DataFrame:
    """What the register says of them: form, number, activity, committee, seat."""
    rng = stream(seed, plan.structure_id, "registered")
    n = len(frame)
    family, born = frame["legal_family"].to_numpy(), days(frame["born_on"].to_numpy())
    old = born < days(NEW_CODE)
    u = even(rng, n)
    form = np.where(old, choose_by(family, mixes.FORMS_UNTIL_2019, u), choose_by(family, mixes.FORMS, u))
    nace = choose_by(frame["theme"].to_numpy(), mixes.ACTIVITIES, rng.random(n))
    division = pd.Series(nace).str[:2].to_numpy()
    recent = born >= days("2025-01-01")
    families = reference.codes("legal_forms").set_index("code")["family"]
    blue = np.array([mixes.COMMITTEES[d][0] for d in division], dtype=object)
    zones = postcodes(plan)
    return frame.assign(
        enterprise_id=keys(f"E{plan.number}-", n), structure_id=plan.structure_id, structure_ratio=plan.ratio,
        legal_form=form, legal_family=pd.Series(form).map(families).to_numpy(),
        kbo_number=np.where(form == "FV", "", enterprise_numbers(plan, n)),
        nace_version=np.where(recent, "2025", "2008"), nace_code=np.where(recent, division, nace),
        nace_section=np.where(np.isin(division, ("55", "56")), "I", "other"),
        joint_committee=np.where(rng.random(n) < 0.62, blue, ""),
        postcode=np.where(rng.random(n) < 0.97, zones[rng.integers(0, len(zones), n)], ""),
        becomes=choose_by(form, mixes.BECOMES, rng.random(n)),
        converted_on=between(rng, np.full(n, days("2020-01-01")), np.full(n, days("2024-01-01"))),
    )  # fmt: skip


def enterprise_numbers(plan: Plan, n: int) -> np.ndarray:
    """Numbers with right check digits (mod 97) that belong to nobody: they begin with 15 to 19.

    The register hands numbers out in order; those that begin with 1 started in this decade and have not come near 15.
    """
    if n > PER_STRUCTURE:
        raise ParameterError(f"{n} enterprises in one structure are too many: choose a smaller scale.")
    block = 24 if plan.number == "REG" else int(plan.number)
    body = UNISSUED + (1_234_577 * (block * PER_STRUCTURE + np.arange(n, dtype=np.int64))) % SPREAD
    return np.array([f"{one:08d}{97 - one % 97:02d}" for one in body.tolist()], dtype=object)
