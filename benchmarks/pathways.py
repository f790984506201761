"""How often limits of state shares and months hold the truth, and what two ways of comparing recognised ones find.

`occupation` and `months`: made-up projects that pass through five states at even rates; a part of them starts with an
enterprise; each is followed to a month between 24 and 72, evenly. One sample of `n` projects is one replicate.

`recognition`: deliveries of the synthetic world, in which recognition does nothing to how long an enterprise lasts.
The comparison of those ever recognised with those never recognised rejects all the same; the one at a landmark (24
months since entry) should reject at the nominal rate. Writes benchmarks/pathways.csv; says on stderr how far it is.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.linalg import expm

from coopeval import cohort, pathways, survival, synthetic

SEED, LEVEL, SIZES, REPS = 20260630, 0.95, (30, 60, 200), 1000
STATES = ["recognised", "created", "accompanied", "stopped", "ceased"]
RATES = {  # per month
    ("accompanied", "created"): 0.06, ("accompanied", "stopped"): 0.04, ("created", "recognised"): 0.012,
    ("created", "ceased"): 0.008, ("recognised", "created"): 0.004, ("recognised", "ceased"): 0.006,
}  # fmt: skip
START = {"accompanied": 0.65, "created": 0.35}
MONTHS, TAU, FIRST, LAST = (12, 24, 36), 24, 24, 72
WORLDS, SCALE, LANDMARK, DAY = 60, 2.0, 24, pd.Timestamp("2026-06-30")


def truth() -> tuple[dict[float, np.ndarray], np.ndarray]:
    """Shares at the months, and months in each state up to TAU."""
    place = {state: k for k, state in enumerate(STATES)}
    rate = np.zeros((len(STATES), len(STATES)))
    for (source, target), pace in RATES.items():
        rate[place[source], place[target]] += pace
        rate[place[source], place[source]] -= pace
    start = np.array([START.get(state, 0.0) for state in STATES])
    grid = np.linspace(0, TAU, 2401)
    shares = np.array([start @ expm(rate * at) for at in grid])
    return {at: start @ expm(rate * at) for at in MONTHS}, np.trapezoid(shares, grid, axis=0)


def projects(rng: np.random.Generator, n: int) -> pd.DataFrame:
    """Stays of n projects; times are thirtieths of a month."""
    rows = []
    for key in range(n):
        state = "accompanied" if rng.random() < START["accompanied"] else "created"
        at, end = 0.0, rng.uniform(FIRST, LAST)
        while True:
            ways = {target: pace for (source, target), pace in RATES.items() if source == state}
            stay = rng.exponential(1 / sum(ways.values()))
            if at + stay >= end:
                rows.append((key, state, at, end, ""))
                break
            target = rng.choice(list(ways), p=np.array(list(ways.values())) / sum(ways.values()))
            rows.append((key, state, at, at + stay, target))
            at, state = at + stay, str(target)
            if state in ("stopped", "ceased"):
                break
    return pd.DataFrame(rows, columns=["project_id", "state", "entry", "exit", "next_state"])


def coverage() -> list[dict]:
    shares, months = truth()
    held: dict[tuple, list[bool]] = {}
    for n in SIZES:
        rng = np.random.default_rng([SEED, n])
        for replicate in range(REPS):
            stays = projects(rng, n)
            table = pathways.occupation(stays, STATES, MONTHS, LEVEL)
            true = np.array(
                [shares[at][STATES.index(state)] for state, at in zip(table["group"], table["at_months"], strict=True)]
            )
            inside = table["low"].le(true + 1e-12) & table["high"].ge(true - 1e-12)
            for state, at, ok in zip(table["group"], table["at_months"], inside, strict=True):
                held.setdefault(("occupation", state, at, n), []).append(bool(ok))
            means = pathways.months_in_state(stays, TAU, STATES, LEVEL)
            for state, low, high, mean in zip(means["group"], means["low"], means["high"], months, strict=True):
                held.setdefault(("months", state, TAU, n), []).append(low <= mean <= high)
            if replicate % 250 == 0:
                print(f"n = {n}: {replicate} of {REPS}", file=sys.stderr)
    return [
        {"what": what, "group": state, "at_months": at, "n": n, "replicates": len(ok), "share": np.mean(ok)}
        for (what, state, at, n), ok in held.items()
    ]


def rejections() -> list[dict]:
    found = {"landmark": [], "ever_never": []}
    for seed in range(101, 101 + WORLDS):
        made = synthetic.delivery(synthetic.world(structures=1, scale=SCALE, seed=seed))
        dataset = cohort.as_of(made, DAY)
        spells = cohort.spells(dataset, "entry", only="programme")
        at = pathways.at_landmark(spells, dataset, LANDMARK)
        at = at[at["recognition"].ne("not_eligible")].reset_index(drop=True)
        ever = set(cohort.held(dataset, "sdo")["enterprise_id"])
        for way, frame, is_in in (
            ("landmark", at, at["recognition"].eq("recognised")),
            ("ever_never", spells, spells["enterprise_id"].isin(ever)),
        ):
            arms = frame.assign(arm=np.where(is_in, "recognised", "others"))
            p = survival.logrank(arms, by="arm")["p"].iloc[0]
            found[way].append(p)
        print(f"world {seed}", file=sys.stderr)
    return [
        {"what": "recognition", "group": way, "at_months": LANDMARK, "n": int(np.isfinite(p).sum()),
         "replicates": WORLDS, "share": np.mean(np.array(p)[np.isfinite(p)] < 1 - LEVEL)}
        for way, p in found.items()
    ]  # fmt: skip


if __name__ == "__main__":
    table = pd.DataFrame([*coverage(), *rejections()])
    table.round({"share": 4}).to_csv(Path(__file__).with_suffix(".csv"), index=False)
