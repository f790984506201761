"""Jobs, as far as somebody recorded them: one row per contract, holder and working time; else headcounts."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.synthetic import mixes
from coopeval.synthetic.chance import NEVER, between, choose, choose_by, days, keys, months, pseudonyms, stream
from coopeval.synthetic.plans import HORIZON, Plan

CHANGES_PER_MONTH = 0.014
MOST_CHANGES = 3
NEW_HOLDER = 0.45  # of the changes of a position; the others change the hours
FACTS = ["contract", "worker_status", "subsidy_measure", "joint_committee", "is_founder"]


def closed(positions: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
    """Positions with the day on which they end, at the latest that of their enterprise, and why."""
    own = units.iloc[positions["unit"]]
    end, last = days(positions["true_end"].to_numpy()), days(own["true_end"].to_numpy())
    with_enterprise = ~np.isnat(last) & (end >= last)
    cause = own["true_cause"].to_numpy()
    end = np.where(with_enterprise, last, end)
    lost = with_enterprise & (cause == "lost_contact")
    moved = np.isin(cause, ("merged", "moved_away", "taken_over"))
    over = (end <= days(HORIZON)) & ~lost
    return positions.assign(
        ended_on=np.where(over, end, NEVER), last_seen_on=np.where(lost | over, end, days(HORIZON)),
        ended_with=np.where(with_enterprise & over, np.where(moved, "transferred", "enterprise_ended"), ""),
    )  # fmt: skip


def has_records(units: pd.DataFrame, plan: Plan, seed: int) -> np.ndarray:
    """Who has records of each job: all enterprises the programme saw being created, and part of the others."""
    rng = stream(seed, plan.structure_id, "records")
    followed = units["arm"].isin(("programme", "structure")).to_numpy()
    created = units["is_created"].to_numpy() & plan.is_evaluated
    return followed & (created | (rng.random(len(units)) < plan.records))


def jobs(positions: pd.DataFrame, units: pd.DataFrame, plan: Plan, seed: int) -> pd.DataFrame:
    """Rows of the table, from closed positions of enterprises that have records."""
    rng = stream(seed, plan.structure_id, "jobs")
    rows = positions[has_records(units, plan, seed)[positions["unit"]]].reset_index(drop=True)
    rows["position_id"] = keys(f"W{plan.number}-", len(rows))
    breaks, kinds = _breaks(rows, units, rng)
    parts = []
    holder = np.zeros(len(rows), dtype=np.int64)
    fte = rows["fte"].to_numpy(float)
    for step in range(breaks.shape[1] + 1):
        begin = days(rows["started_on"].to_numpy()) if step == 0 else breaks[:, step - 1]
        until = breaks[:, step] if step < breaks.shape[1] else np.full(len(rows), NEVER)
        if step:
            holder = holder + (kinds[:, step - 1] == "resigned")
            fte = np.where(kinds[:, step - 1] == "changed", np.where(fte >= 0.8, 0.5, 1.0), fte)
        goes = kinds[:, step] if step < kinds.shape[1] else np.full(len(rows), "", dtype=object)
        part = rows.assign(begin=begin, until=until, goes=goes, holder=holder, fte=fte)
        parts.append(part[~np.isnat(begin)])
    return _written(pd.concat(parts), units, plan, rng)


def _breaks(rows: pd.DataFrame, units: pd.DataFrame, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """First days of further rows of each position, in order, and how the row before each of them ended."""
    begin, last = days(rows["started_on"].to_numpy()), days(rows["last_seen_on"].to_numpy())
    n = len(rows)
    taken = days(units["taken_on"].to_numpy())[rows["unit"]] + 1
    changes = rng.poisson(CHANGES_PER_MONTH * np.maximum(months(begin, last), 0)).clip(max=MOST_CHANGES)
    changes = np.where(rows["is_employee"], changes, 0)
    found = [np.where(k < changes, between(rng, begin + 30, last - 30), NEVER) for k in range(MOST_CHANGES)]
    found = np.column_stack([*found, taken]).astype("datetime64[D]") if n else np.empty((0, MOST_CHANGES + 1), "M8[D]")
    outside = (found <= begin[:, None]) | (found > last[:, None])
    found[outside] = NEVER
    found.sort(axis=1)
    found[:, 1:][found[:, 1:] == found[:, :-1]] = NEVER
    found.sort(axis=1)
    kinds = np.where(rng.random(found.shape) < NEW_HOLDER, "resigned", "changed").astype(object)
    kinds = np.where(rows["is_founder"].to_numpy()[:, None], "changed", kinds)
    kinds = np.where(found == taken[:, None], "transferred", kinds)
    return found, np.where(np.isnat(found), "", kinds)


def _written(rows: pd.DataFrame, units: pd.DataFrame, plan: Plan, rng: np.random.Generator) -> pd.DataFrame:
    rows = rows.sort_values(["position_id", "begin"], kind="stable", ignore_index=True)
    cut = days(rows["until"].to_numpy())
    goes_on = ~np.isnat(cut)
    by_contract = choose_by(
        np.where(rows["contract"].eq("open_ended"), "open_ended", "fixed_term"),
        mixes.ENDS_OF_JOBS,
        rng.random(len(rows)),
    )
    kind = np.where(rows["ended_with"].ne(""), rows["ended_with"], by_contract)
    ended = np.where(goes_on, cut - 1, days(rows["ended_on"].to_numpy()))
    kind = np.where(goes_on, rows["goes"], np.where(np.isnat(ended), "", kind))
    people = rows["position_id"].astype(str) + rows["holder"].astype(str)
    number, names = pd.factorize(people)
    unit = rows["unit"].to_numpy()
    heirs = units["continued_by"].to_numpy()[unit]
    carried = (heirs != "") & (days(rows["begin"].to_numpy()) > days(units["taken_on"].to_numpy())[unit])
    gender = rows["gender"].to_numpy()
    changed = rows["holder"].to_numpy() > 0
    return pd.DataFrame(
        {
            "job_id": keys(f"J{plan.number}-", len(rows)), "position_id": rows["position_id"],
            "enterprise_id": np.where(carried, heirs, units["enterprise_id"].to_numpy()[unit]),
            "person_id": pseudonyms(rng, "person-", len(names))[number], "started_on": rows["begin"],
            "ended_on": ended, "end_kind": kind, **{name: rows[name] for name in FACTS}, "fte": rows["fte"],
            "gender": np.where(changed, choose({"woman": 0.53, "man": 0.47}, (number * 0.618) % 1), gender),
            "last_seen_on": np.where(np.isnat(ended), days(rows["last_seen_on"].to_numpy()), ended),
        }
    )  # fmt: skip
