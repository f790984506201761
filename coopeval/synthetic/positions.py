"""Positions in enterprises: when they open, how long they last, under which contract; what tables tell comes later."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.synthetic import mixes
from coopeval.synthetic.chance import (
    DAYS_PER_MONTH,
    between,
    choose,
    choose_by,
    days,
    later,
    months,
    repeats,
    stream,
)  # fmt: skip
from coopeval.synthetic.plans import CALIBRATED_ON, HORIZON, N_JOBS, Plan
from coopeval.synthetic.projects import calibrated

OPENING_BANDS = (0, 12, 36)  # months since creation or entry
OPENING = (0.120, 0.060, 0.030)  # employee positions opened per month, before calibration
STAFFED = 0.78  # share of enterprises that ever employ
UNEVEN = 1.6  # shape of the gamma by which enterprises differ
CLOSING = {"open_ended": 0.010, "other": 0.030}  # hazard per month of a position that its enterprise outlives
AT_ENTRY = 1.8  # positions an enterprise that exists has at entry, on average
TWICE = 2.0  # so many are drawn, to be thinned to the calibrated number
FOUNDER_EMPLOYED = 0.45


def positions(units: pd.DataFrame, plan: Plan, scale: float, seed: int) -> pd.DataFrame:
    """Positions of all enterprises of one structure (successors work on in those they carry on).

    One row per position: `unit` (row number in `units`), started_on, ended_on (NaT: beyond the horizon), contract,
    worker_status, subsidy_measure, joint_committee, fte, gender, is_founder, is_employee.
    """
    rng = stream(seed, plan.structure_id, "positions")
    weight = rng.gamma(UNEVEN, 1 / UNEVEN, len(units)) * (rng.random(len(units)) < STAFFED) / STAFFED
    opened = _kept(_opened(units, weight, rng), units, plan, scale)
    there = _there_at_entry(units, weight, rng)
    rows = pd.concat([there.assign(is_first=False), opened], ignore_index=True)
    rows = rows.sort_values(["unit", "started_on"], kind="stable", ignore_index=True)
    rows = _of_employees(rows, units, rng)
    return pd.concat([rows, _without_contract(units, rows, rng)], ignore_index=True)


def _last_day(units: pd.DataFrame) -> np.ndarray:
    end = days(units["true_end"].to_numpy())
    return np.where(np.isnat(end), days(HORIZON), end).astype("datetime64[D]")


def _opened(units: pd.DataFrame, weight: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    seen = days(units["observed_from"].to_numpy())
    watched = np.maximum(months(seen, _last_day(units)), 0)
    steps = np.array([*OPENING_BANDS, 1200.0])
    total = np.concatenate([[0.0], np.cumsum(np.diff(steps) * np.array(OPENING))])
    expected = np.interp(watched, steps, total)
    unit, number = repeats(rng.poisson(TWICE * weight * expected))
    at = np.interp(rng.random(len(unit)) * expected[unit], total, steps)
    started = np.minimum(later(seen[unit], at * DAYS_PER_MONTH), _last_day(units)[unit])
    return pd.DataFrame({"unit": unit, "started_on": started, "mark": rng.random(len(unit))})


def _kept(opened: pd.DataFrame, units: pd.DataFrame, plan: Plan, scale: float) -> pd.DataFrame:
    """Thinned: of enterprises created in the evaluated programme, exactly the published number opened in time."""
    under = 1 / TWICE
    if plan.is_evaluated:
        counted = units["is_created"].to_numpy() & units["arm"].eq("programme").to_numpy()
        in_time = counted[opened["unit"]] & opened["started_on"].le(CALIBRATED_ON).to_numpy()
        under = calibrated(opened["mark"].to_numpy()[in_time], round(N_JOBS * scale))
    kept = opened[opened["mark"] <= under].sort_values(["unit", "started_on"], kind="stable")
    return kept.assign(is_first=~kept["unit"].duplicated()).drop(columns="mark")


def _there_at_entry(units: pd.DataFrame, weight: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    seen, born = days(units["observed_from"].to_numpy()), days(units["born_on"].to_numpy())
    older = (seen > born).astype(float)
    unit, _ = repeats(rng.poisson(AT_ENTRY * weight * older))
    recent = np.maximum(born, later(seen, np.full(len(units), -1500)))
    return pd.DataFrame({"unit": unit, "started_on": between(rng, recent[unit], seen[unit] - 1)})


def _of_employees(rows: pd.DataFrame, units: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    n, own = len(rows), units.iloc[rows["unit"]]
    contract = choose(mixes.CONTRACTS, rng.random(n))
    subsidy = choose_by(own["legal_family"].to_numpy(), mixes.SUBSIDIES, rng.random(n))
    founder = rows["is_first"].to_numpy() & own["is_created"].to_numpy() & (rng.random(n) < FOUNDER_EMPLOYED)
    contract = np.where(founder, "open_ended", np.where(subsidy == "article_60", "fixed_term", contract))
    closing = np.where(contract == "open_ended", CLOSING["open_ended"], CLOSING["other"])
    from_day = np.maximum(days(rows["started_on"].to_numpy()), days(own["observed_from"].to_numpy()))
    ends = later(from_day, np.minimum(rng.exponential(size=n) / closing, 2400) * DAYS_PER_MONTH)
    blue = rng.random(n) < 0.42
    division = own["nace_code"].str[:2].to_numpy()
    committees = np.array([mixes.COMMITTEES[d] for d in division], dtype=object).reshape(n, 2)
    committee = np.where(blue, committees[:, 0], committees[:, 1]) if n else np.array([], dtype=object)
    plain = rng.random(n) < 0.10
    return rows.assign(
        true_end=ends, contract=contract, subsidy_measure=np.where(founder, "none", subsidy),
        worker_status=np.where(plain, "employee", np.where(blue, "blue_collar", "white_collar")),
        joint_committee=np.where(rng.random(n) < 0.04, "unknown", committee),
        fte=np.array(choose(mixes.FTE, rng.random(n)), dtype=float),
        gender=choose({"woman": 0.53, "man": 0.43, "other": 0.01, "": 0.03}, rng.random(n)),
        is_founder=founder, is_employee=True,
    )  # fmt: skip


def _without_contract(units: pd.DataFrame, employees: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Founders who are self-employed or directors, and volunteers: never among the jobs created."""
    employed = np.zeros(len(units), dtype=bool)
    employed[employees.loc[employees["is_founder"], "unit"]] = True
    founds = units["is_created"].to_numpy() & ~employed & (rng.random(len(units)) < 0.6)
    helps = rng.random(len(units)) < 0.15
    unit = np.concatenate([np.flatnonzero(founds), np.flatnonzero(helps)])
    n, first = len(unit), int(founds.sum())
    founder = np.arange(n) < first
    own = units.iloc[unit]
    alone = {"self_employed_main": 0.55, "self_employed_complementary": 0.30, "director": 0.15}
    status = np.where(founder, choose(alone, rng.random(n)), "volunteer")
    begin = days(own["observed_from"].to_numpy())
    begin = np.where(founder, begin, np.minimum(later(begin, rng.random(n) * 300), _last_day(units)[unit]))
    return pd.DataFrame(
        {
            "unit": unit, "started_on": days(begin), "is_first": False,
            "true_end": later(days(begin), np.minimum(rng.exponential(size=n) / 0.012, 2400) * DAYS_PER_MONTH),
            "contract": "none", "subsidy_measure": "none", "worker_status": status, "joint_committee": "none",
            "fte": np.where(founder, 0.5 + 0.5 * (rng.random(n) < 0.5), 0.1),
            "gender": choose({"woman": 0.5, "man": 0.47, "": 0.03}, rng.random(n)),
            "is_founder": founder, "is_employee": False,
        }
    )  # fmt: skip
