"""Experts of several kinds, and their price over the years."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.synthetic.chance import NEVER, days, pseudonyms, stream
from coopeval.synthetic.plans import Plan

# type, engagement, EUR an hour in 2016, year of arrival (the first of each engagement was there from the start)
PEOPLE = (
    ("generalist_coach", "staff", 54.0, 2016), ("generalist_coach", "staff", 56.0, 2016),
    ("generalist_coach", "staff", 51.0, 2019), ("finance", "staff", 60.0, 2016), ("impact", "staff", 57.0, 2022),
    ("strategy", "partner", 78.0, 2016), ("governance", "partner", 72.0, 2016), ("legal", "partner", 88.0, 2018),
    ("finance", "freelance", 84.0, 2016), ("legal", "freelance", 92.0, 2016), ("marketing", "freelance", 72.0, 2016),
    ("marketing", "freelance", 76.0, 2020), ("fundraising", "freelance", 80.0, 2017), ("hr", "freelance", 77.0, 2018),
    ("digital", "freelance", 82.0, 2019), ("environment", "freelance", 74.0, 2021), ("sector", "freelance", 70.0, 2016),
    ("generalist_coach", "volunteer", 0.0, 2016), ("sector", "volunteer", 0.0, 2018), ("other", "volunteer", 0.0, 2020),
)  # fmt: skip
TOPICS = {
    "generalist_coach": "business_model", "finance": "finance", "impact": "social_impact", "strategy": "market",
    "governance": "governance", "legal": "legal_form", "marketing": "communication", "fundraising": "finance",
    "hr": "staff", "digital": "digital", "environment": "environment", "sector": "market",
    "other": "personal_development",
}  # fmt: skip
PRICE_YEARS = (2016, 2019, 2022, 2023, 2025, 2026)
PRICE_INDEX = (1.0, 1.04, 1.09, 1.19, 1.24, 1.27)
OTHERS = 7  # the first so many kinds of experts work for each of the other structures
FIRST_DAYS = days([f"{year}-01-01" for year in PRICE_YEARS])


def people(plan: Plan, seed: int) -> pd.DataFrame:
    """The experts of one structure: expert_id, expert_type, engagement, base_rate, came_on."""
    chosen = PEOPLE if plan.is_evaluated else PEOPLE[:OTHERS]
    frame = pd.DataFrame(chosen, columns=["expert_type", "engagement", "base_rate", "year"])
    names = pseudonyms(stream(seed, plan.structure_id, "experts"), f"expert{plan.number}-", len(frame))
    return frame.assign(expert_id=names, came_on=days([f"{year}-01-01" for year in frame.pop("year")]))


def rate(base: np.ndarray, given_on: np.ndarray) -> np.ndarray:
    """Price of an hour on a day, in steps of half a euro."""
    step = np.searchsorted(FIRST_DAYS, given_on, side="right") - 1
    return np.round(base * np.array(PRICE_INDEX)[np.maximum(step, 0)] * 2) / 2


def table(staff: pd.DataFrame) -> pd.DataFrame:
    """Rows of the table: one per expert and price."""
    parts = []
    for step, first in enumerate(FIRST_DAYS):
        last = FIRST_DAYS[step + 1] - 1 if step + 1 < len(FIRST_DAYS) else NEVER
        came = days(staff["came_on"].to_numpy())
        there = staff.assign(rate_from=np.maximum(came, first), rate_until=np.full(len(staff), last))
        price = rate(staff["base_rate"].to_numpy(), np.maximum(came, first))
        parts.append(there.assign(rate_eur_h=price)[np.isnat(last) | (came <= last)])
    columns = ["expert_id", "expert_type", "engagement", "rate_eur_h", "rate_from", "rate_until"]
    return pd.concat(parts, ignore_index=True)[columns]
