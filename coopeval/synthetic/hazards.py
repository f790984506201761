"""The true hazards: how enterprises end in the synthetic world, and drawing the day on which they do.

An enterprise ceases with a hazard per month that depends on its age, times one factor for each fact about it. All
other ways to end have one constant hazard. Nothing else plays a part: recognition has no effect at all.
"""

from __future__ import annotations

import numpy as np

AGE_BANDS = (0, 12, 24, 36, 48, 60)  # months at which each band begins
CEASING = (
    0.0100,
    0.0087,
    0.0078,
    0.0075,
    0.0072,
    0.0060,
)  # per month: 61% alive after five years, as in Statbel's band
OTHER_CAUSES = {"merged": 0.0006, "moved_away": 0.0007, "taken_over": 0.0006}
LOSING_CONTACT = {"programme": 0.0015, "structure": 0.0020, "rejected": 0.0040, "waiting_list": 0.0040, "register": 0.0}
ARMS = {"programme": 0.80, "structure": 1.0, "rejected": 1.0, "waiting_list": 1.0, "register": 1.0}
FAMILIES = {"profit": 1.0, "non_profit": 0.85, "cooperative": 0.75, "unknown": 1.0}
PROGRAMMES = {
    "seeds": 1.15,
    "blossom": 0.85,
    "pollinize": 0.90,
    "innovate": 1.0,
    "community": 1.0,
    "other": 1.0,
    "": 1.0,
}
HOSPITALITY = ("I", 1.40)  # NACE section, factor
SCORE = (70.0, -0.010)  # score of no effect, effect on the log hazard per point: what the jury sees is partly real
RECOGNISED = 1.0
LONGEST = 1200.0  # months


def ceasing_until(age_months: np.ndarray) -> np.ndarray:
    """Cumulative hazard of ceasing from birth to an age, for an enterprise with all factors 1.

    >>> ceasing_until(np.array([12.0, 18.0])).round(6).tolist()
    [0.12, 0.1722]
    """
    ages, cumulative = _steps()
    return np.interp(age_months, ages, cumulative)


def age_at(cumulative_hazard: np.ndarray) -> np.ndarray:
    """Age at which the cumulative hazard reaches a value."""
    ages, cumulative = _steps()
    return np.interp(cumulative_hazard, cumulative, ages)


def _steps() -> tuple[np.ndarray, np.ndarray]:
    ages = np.array([*AGE_BANDS, LONGEST])
    return ages, np.concatenate([[0.0], np.cumsum(np.diff(ages) * np.array(CEASING))])


def factor(units) -> np.ndarray:
    """By how much the hazard of ceasing of each unit differs.

    `units` has the columns arm, structure_ratio, legal_family, programme, nace_section, selection_score.
    """
    score = units["selection_score"].to_numpy(float)
    centre, slope = SCORE
    return (
        units["arm"].map(ARMS).to_numpy(float)
        * units["structure_ratio"].to_numpy(float)
        * units["legal_family"].map(FAMILIES).to_numpy(float)
        * units["programme"].map(PROGRAMMES).to_numpy(float)
        * np.where(units["nace_section"].eq(HOSPITALITY[0]), HOSPITALITY[1], 1.0)
        * np.exp(np.where(np.isnan(score), 0.0, slope * (score - centre)))
    )


def draw_ends(rng: np.random.Generator, factors: np.ndarray, arms, seen_at: np.ndarray) -> dict[str, np.ndarray]:
    """Age in months at each possible end, had nothing else come first, given that it was there at age `seen_at`."""
    n = len(factors)
    ends = {"ceased": age_at(ceasing_until(seen_at) + rng.exponential(size=n) / factors)}
    for cause, hazard in OTHER_CAUSES.items():
        ends[cause] = seen_at + rng.exponential(size=n) / hazard
    losing = arms.map(LOSING_CONTACT).to_numpy(float)
    with np.errstate(divide="ignore"):
        ends["lost_contact"] = seen_at + rng.exponential(size=n) / losing
    return ends
