"""Headcounts at the end of each year, of enterprises whose single jobs nobody recorded."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.synthetic.chance import choose_by, days, stream
from coopeval.synthetic.jobs import has_records
from coopeval.synthetic.plans import HORIZON, Plan

SOURCES = {
    "programme": {"payroll": 0.45, "balance_sheet": 0.30, "survey": 0.25},
    "structure": {"balance_sheet": 0.65, "survey": 0.35}, "register": {"balance_sheet": 1.0},
    "rejected": {"survey": 1.0}, "waiting_list": {"survey": 1.0},
}  # fmt: skip
COUNTED = {"programme": 0.95, "structure": 0.80, "register": 0.45, "rejected": 0.35, "waiting_list": 0.45}
EACH_YEAR = 0.93
TWO_SOURCES = 0.15


def headcounts(positions: pd.DataFrame, units: pd.DataFrame, plan: Plan, seed: int) -> pd.DataFrame:
    """Rows of the table: persons and working time on each 31 December, by one source, now and then by two."""
    rng = stream(seed, plan.structure_id, "headcounts")
    arm = units["arm"].to_numpy()
    shares = np.array([COUNTED[a] for a in arm], float)
    counted = ~has_records(units, plan, seed) & (rng.random(len(units)) < shares)
    first = choose_by(arm, SOURCES, rng.random(len(units)))
    first = np.where(units["legal_form"].isin(("NP", "FV")) & (first == "balance_sheet"), "survey", first)
    again = np.where(rng.random(len(units)) < TWO_SOURCES, "survey", "")
    staff = positions[positions["is_employee"] & counted[positions["unit"]]]
    parts = []
    for year in range(2015, int(HORIZON[:4]) + 1):
        day = np.datetime64(f"{year}-12-31", "D")
        asked = counted & _exists(units, day)
        for source in (first, np.where(again == first, "", again)):
            said = asked & (source != "") & (rng.random(len(units)) < EACH_YEAR)
            parts.append(_on(day, staff, units, said, source))
    rows = pd.concat(parts, ignore_index=True)
    return rows.assign(worker_status="all", joint_committee="all")


def _exists(units: pd.DataFrame, day: np.datetime64) -> np.ndarray:
    end = days(units["true_end"].to_numpy())
    born, seen = days(units["born_on"].to_numpy()), days(units["observed_from"].to_numpy())
    taken = days(units["taken_on"].to_numpy())
    alive = (born <= day) & (np.isnat(end) | (day <= end)) & (seen - 370 <= day)
    return alive & ~(taken <= day)


def _on(day, staff: pd.DataFrame, units: pd.DataFrame, said: np.ndarray, source: np.ndarray) -> pd.DataFrame:
    """Counts of one day: the payroll splits them by contract, the other sources do not."""
    there = staff["started_on"].le(pd.Timestamp(day)) & ~staff["ended_on"].lt(pd.Timestamp(day))
    there = staff[there & said[staff["unit"]]]
    split = source[there["unit"]] == "payroll"
    lasting = there["contract"].eq("open_ended").to_numpy()
    contract = np.where(split, np.where(lasting, "open_ended", "fixed_term"), "all")
    sums = (
        there.assign(contract=contract, headcount=1.0).groupby(["unit", "contract"])[["headcount", "fte"]].sum()
    ).reset_index()
    none = np.setdiff1d(np.flatnonzero(said), sums["unit"])
    empty = pd.DataFrame({"unit": none, "contract": "all", "headcount": 0.0, "fte": 0.0})
    rows = pd.concat([sums, empty], ignore_index=True).astype({"unit": np.int64})
    return rows.assign(
        enterprise_id=units["enterprise_id"].to_numpy()[rows["unit"]], counted_on=day,
        source=source[rows["unit"]], fte=rows["fte"].round(2),
    ).drop(columns="unit")  # fmt: skip
