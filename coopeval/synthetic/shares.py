"""The true shares of projects with a result, by structure or decision, and what they are once the mix is the same."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import gamma

from coopeval.synthetic import hazards, mixes
from coopeval.synthetic.chance import DAYS_PER_MONTH

CREATED_BY, THERE_AT = 24, 36  # months since entry, or the decision
WAIT_DAYS = 14  # no enterprise is created sooner after entry
STEP = 0.5  # months
GONE = hazards.OTHER_CAUSES["merged"] + hazards.OTHER_CAUSES["moved_away"]
SHARES_ARE = (
    "Of the projects that entered (or were decided on) 36 months before or earlier, by option: the structure that"
    " selected them, or the decision; without projects of others whose enterprise the evaluated structure "
    "supports too. created = created an enterprise within 24 months, never so if it came with one; there = at "
    "least one of its enterprises existed 36 months after entry. raw = expected share of all these projects; "
    "without, with = of those that came without an enterprise, and with one; standardised = the same two shares "
    "with the mix of the evaluated structure: what a share standardised by has_enterprise estimates. Differences "
    "of raw shares tell of the mix too."
)


def options(world, day: pd.Timestamp) -> pd.DataFrame:
    """Projects selected by any structure, rejected or on the waiting list, with their option and zero date.

    Without those of other structures whose enterprise the evaluated one supports too by that day: they tell of both.
    """
    known = world.units[world.units["observed_from"].le(day)]
    projects = world.projects[~world.projects["project_id"].isin(shared(known))]
    option = projects["structure_id"].where(projects["selection"].eq("selected"), projects["selection"])
    zero = projects["entered_on"].fillna(projects["decided_on"])
    found = projects.assign(option=option, zero_on=pd.to_datetime(zero))
    return found[found["option"].ne("withdrawn")].reset_index(drop=True)


def shared(units: pd.DataFrame) -> pd.Series:
    """Projects of other structures with an enterprise of the evaluated one."""
    own = units.loc[units["arm"].eq("programme") & units["kbo_number"].ne(""), "kbo_number"]
    return units.loc[units["arm"].eq("structure") & units["kbo_number"].isin(own), "project_id"]


def shares(world, day: pd.Timestamp) -> list[dict]:
    """Rows option, outcome: true shares of the projects that are mature by that day."""
    projects = options(world, day)
    projects = projects[projects["zero_on"] + pd.DateOffset(months=THERE_AT) <= day].reset_index(drop=True)
    chances = projects[["option", "has_enterprise"]].assign(
        created=np.where(projects["has_enterprise"], 0.0, projects["creation_share"] * created_by(CREATED_BY)),
        there=there(projects, world),
    )
    mix = chances.loc[chances["option"].eq("S1"), "has_enterprise"].mean()
    rows = []
    for outcome in ("created", "there"):
        for option, own in chances.groupby("option", sort=True):
            of = own.groupby("has_enterprise")[outcome].mean()
            without, came = of.get(False, np.nan), of.get(True, np.nan)
            rows.append({
                "option": option, "outcome": outcome, "n": len(own), "n_with": int(own["has_enterprise"].sum()),
                "raw": own[outcome].mean(), "without": without, "with": came,
                "standardised": (1 - mix) * without + mix * came,
            })  # fmt: skip
    return [{word: _plain(value) for word, value in row.items()} for row in rows]


def _plain(value: object) -> object:
    """As JSON knows it: five decimals, and null where there was no such project."""
    if not isinstance(value, float):
        return value
    return None if np.isnan(value) else round(float(value), 5)


def created_by(months: float | np.ndarray) -> float | np.ndarray:
    """Of the projects that ever create an enterprise, the share that has by so many months after entry.

    >>> round(float(created_by(24)), 4)
    0.9667
    """
    mean = mixes.MONTHS_TO["enterprise_created"]
    return gamma.cdf(np.asarray(months) - WAIT_DAYS / DAYS_PER_MONTH, 2.0, scale=mean / 2)


def there(projects: pd.DataFrame, world) -> np.ndarray:
    """Chance of each project that at least one of its enterprises exists 36 months after its zero date."""
    units = world.units
    brought = units[~units["is_created"] & ~units["is_successor"] & units["project_id"].ne("")]
    zero = brought["project_id"].map(projects.set_index("project_id")["zero_on"])
    age = (zero - brought["born_on"]).dt.days.to_numpy() / DAYS_PER_MONTH
    gone = 1 - _staying(brought["factor"].to_numpy(float), age, THERE_AT)
    none_left = pd.Series(gone, index=brought["project_id"]).groupby(level=0).prod()
    brought_there = 1 - projects["project_id"].map(none_left).to_numpy(float)
    ratios = {plan.structure_id: plan.ratio for plan in world.plans}
    return np.where(projects["has_enterprise"], brought_there, _created_and_there(projects, ratios))


def _created_and_there(projects: pd.DataFrame, ratios: dict[str, float]) -> np.ndarray:
    """Chance to create an enterprise and to have it still at 36 months, whenever it was created."""
    inside, own = projects["selection"].eq("selected"), projects["structure_id"].eq("S1")
    known = projects.assign(
        arm=np.select([inside & own, inside], ["programme", "structure"], projects["selection"]), nace_section="",
        structure_ratio=projects["structure_id"].map(ratios), programme=projects["programme"].where(inside, ""),
    )  # fmt: skip
    factor = hazards.factor(known) * (1 + (hazards.HOSPITALITY[1] - 1) * projects["theme"].map(_hospitality()))
    ends = np.arange(0, THERE_AT + STEP, STEP)
    chance = np.diff(created_by(ends))
    age = THERE_AT - (ends[:-1] + STEP / 2)
    staying = _staying(factor.to_numpy(float)[:, None], np.zeros((1, len(age))), age[None, :])
    return projects["creation_share"].to_numpy(float) * (staying * chance).sum(axis=1)


def _staying(factor: np.ndarray, age: np.ndarray, months) -> np.ndarray:
    """Chance of an enterprise of an age to be there so many months later: neither ceased, nor merged or moved."""
    base = hazards.ceasing_until(np.maximum(age + months, 0)) - hazards.ceasing_until(np.maximum(age, 0))
    return np.exp(-factor * base - GONE * months)


def _hospitality() -> dict[str, float]:
    """Share of the enterprises of each theme that are in accommodation and food service."""
    found = {}
    for theme, codes in mixes.ACTIVITIES.items():
        total = sum(codes.values())
        found[theme] = sum(part for code, part in codes.items() if code[:2] in ("55", "56")) / total
    return found
