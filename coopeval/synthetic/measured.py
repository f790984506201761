"""What is measured of enterprises: definitions met, practices, impact."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.synthetic.chance import choose, days, later, stream
from coopeval.synthetic.plans import HORIZON, Plan

MET = {  # definition: share that meets it, by legal family (cooperative, non-profit, other)
    "agreement": (0.90, 0.92, 0.70), "bissib": (0.75, 0.80, 0.55), "ordinance_2018": (0.60, 0.65, 0.25),
    "ica_cooperative": (0.85, 0.05, 0.02), "federal": (0.45, 0.10, 0.05), "eu": (0.80, 0.85, 0.45),
}  # fmt: skip
EMES = {"cooperative": 0.66, "non_profit": 0.62}  # chance that each of nine indicators is met; else 0.42
EVIDENCE = {
    "articles of association (synthetic)": 0.5,
    "interview (synthetic)": 0.3,
    "annual report (synthetic)": 0.15,
    "": 0.05,
}
YES = "yes_no"
PRACTICES = (  # dimension, measure, unit, how it is drawn
    ("equality", "share_women_staff", "share", (5, 4)), ("equality", "share_women_board", "share", (4, 5)),
    ("diversity", "has_diversity_plan", YES, 0.2), ("diversity", "share_staff_far_from_work", "share", (1.2, 5)),
    ("environment", "has_environmental_plan", YES, 0.35), ("environment", "energy_kwh", "kWh", (9.2, 0.8)),
    ("democracy", "general_meetings", "count", 1.4), ("democracy", "has_open_meeting", YES, 0.45),
    ("social_dialogue", "has_consultation_body", YES, 0.10),
    ("social_dialogue", "participation_training_hours", "hours", 6.0),
)  # fmt: skip
IMPACT = (
    ("beneficiaries", "persons", 4.5),
    ("volunteers", "persons", 2.0),
    ("members", "persons", 3.2),
    ("co2_avoided_t", "t", 1.6),
)
OBSERVED, ASSESSED, WITH_IMPACT = 0.45, 0.72, 0.40


def _watched(units: pd.DataFrame) -> pd.DataFrame:
    """Enterprises of the programme, with the last day on which anything can be measured."""
    own = units[units["arm"].eq("programme")]
    last = own[["ended_on", "true_end", "taken_on"]].min(axis=1).fillna(pd.Timestamp(HORIZON))
    return own.assign(last=last).reset_index(drop=True)


def definitions_met(units: pd.DataFrame, plan: Plan, seed: int) -> pd.DataFrame:
    """Rows of the table: each enterprise assessed once, some again two years later; the structure itself too."""
    rng = stream(seed, plan.structure_id, "definitions")
    own = _watched(units)
    seen = rng.random(len(own)) < ASSESSED
    on = later(days(own["observed_from"].to_numpy()), 150 + rng.random(len(own)) * 400)
    again = seen & (rng.random(len(own)) < 0.2)
    first = own[seen].assign(assessed_on=on[seen])
    both = pd.concat([first, own[again].assign(assessed_on=on[again] + 730)], ignore_index=True)
    both = both[both["assessed_on"] < both["last"]].reset_index(drop=True)
    base = pd.DataFrame({"subject_kind": "enterprise", "subject_id": both["enterprise_id"],
                         "assessed_on": both["assessed_on"], "family": both["legal_family"]})  # fmt: skip
    itself = pd.DataFrame({"subject_kind": "structure", "subject_id": plan.structure_id,
                           "assessed_on": [pd.Timestamp("2019-12-02"), pd.Timestamp("2024-12-02")],
                           "family": "non_profit"})  # fmt: skip
    base = pd.concat([base, itself], ignore_index=True)
    column = base["family"].map({"cooperative": 0, "non_profit": 1}).fillna(2).astype(int).to_numpy()
    parts = []
    for definition, shares in MET.items():
        met = rng.random(len(base)) < np.array(shares)[column]
        parts.append(base.assign(definition=definition, is_met=met.astype(object), score=np.nan))
    score = rng.binomial(9, base["family"].map(EMES).fillna(0.42).to_numpy(float)).astype(float)
    parts.append(base.assign(definition="emes", is_met=None, score=score))
    rows = pd.concat(parts, ignore_index=True).drop(columns="family")
    return rows.assign(evidence=choose(EVIDENCE, rng.random(len(rows))))


def _yearly(own: pd.DataFrame, keep: np.ndarray, every: int) -> pd.DataFrame:
    """One row per chosen enterprise and year in which it exists on the last day."""
    parts = []
    for year in range(2017, int(HORIZON[:4]) + 1):
        day = pd.Timestamp(year, 12, 31)
        first = own["observed_from"].dt.year
        there = (
            keep & (first < year).to_numpy() & ((year - first) % every == 0).to_numpy() & (own["last"] > day).to_numpy()
        )
        parts.append(own.loc[there, ["enterprise_id"]].assign(year=year, observed_on=day))
    return pd.concat(parts, ignore_index=True)


def practices(units: pd.DataFrame, plan: Plan, seed: int) -> pd.DataFrame:
    """Rows of the table: of the structure each year, of enterprises each second year."""
    rng = stream(seed, plan.structure_id, "practices")
    own = _watched(units)
    of = _yearly(own, rng.random(len(own)) < OBSERVED, every=2)
    whole = pd.DataFrame(
        {"subject_kind": "enterprise", "subject_id": of["enterprise_id"], "observed_on": of["observed_on"]}
    )
    years = [pd.Timestamp(year, 12, 31) for year in range(2017, int(HORIZON[:4]) + 1)]
    itself = pd.DataFrame({"subject_kind": "structure", "subject_id": plan.structure_id, "observed_on": years})
    whole = pd.concat([whole, itself], ignore_index=True)
    parts = []
    for dimension, measure, unit, how in PRACTICES:
        value = _drawn(rng, unit, how, len(whole))
        answered = whole.assign(dimension=dimension, measure=measure, value=value, unit=unit)
        parts.append(answered[rng.random(len(whole)) < 0.85])
    return pd.concat(parts, ignore_index=True)


def _drawn(rng: np.random.Generator, unit: str, how, n: int) -> np.ndarray:
    if unit == "share":
        return np.round(rng.beta(*how, n), 2)
    if unit == YES:
        return (rng.random(n) < how).astype(float)
    if unit == "kWh":
        return np.round(rng.lognormal(*how, n), -1)
    return rng.poisson(how, n).astype(float)


def impact(units: pd.DataFrame, plan: Plan, seed: int) -> pd.DataFrame:
    """Rows of the table: also of those that never seek recognition."""
    rng = stream(seed, plan.structure_id, "impact")
    own = _watched(units)
    of = _yearly(own, rng.random(len(own)) < WITH_IMPACT, every=1)[["enterprise_id", "year"]]
    parts = []
    for measure, unit, size in IMPACT:
        said = of.assign(measure=measure, value=np.round(rng.lognormal(size, 0.9, len(of))), unit=unit)
        parts.append(said[rng.random(len(of)) < 0.6])
    return pd.concat(parts, ignore_index=True)
