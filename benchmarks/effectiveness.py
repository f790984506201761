"""How often the limits of effectiveness hold the truth: percentile limits of differences between options, Fieller's
limits of cost per unit with known outcomes standing in for unknown ones.

    nice -n 15 python benchmarks/effectiveness.py        (some minutes; writes benchmarks/effectiveness.csv)

Costs are gamma (standard deviation as large as the mean), results of projects with an enterprise are
Poisson, a share of projects has none, and of a share of those with an enterprise the result is not known (at random).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from coopeval import effectiveness

SAMPLES, REPLICATES = 300, 300
OPTIONS = {"programme": (20_000.0, 2.0), "rejected": (0.0, 1.2)}  # mean cost, mean result of those with an enterprise
HAS_ANY = 0.6


def world(rng: np.random.Generator, n: int, spread: float, unknown: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    parts = []
    for option, (cost, result) in OPTIONS.items():
        has = rng.random(n) < HAS_ANY
        jobs = np.where(has, rng.poisson(result, n), 0.0).astype(float)
        jobs[has & (rng.random(n) < unknown)] = np.nan
        spent = rng.gamma(1 / spread**2, cost * spread**2, n) if cost else np.zeros(n)
        parts.append(pd.DataFrame({
            "project_id": [f"{option}{i:04d}" for i in range(n)], "option": option, "arm": option, "is_mature": True,
            "has_enterprise": has, "jobs": jobs, "cost_eur": spent,
        }))  # fmt: skip
    projects = pd.concat(parts, ignore_index=True)
    return projects, projects[["project_id", "cost_eur"]]


def covered(n: int, spread: float, unknown: float, seed: int) -> dict[str, float]:
    rng = np.random.default_rng([seed, n, int(100 * spread), int(100 * unknown)])
    true = {name: HAS_ANY * result for name, (_, result) in OPTIONS.items()}
    truths = {
        "effect": true["programme"] - true["rejected"], "cost_eur": OPTIONS["programme"][0],
        "ratio": OPTIONS["programme"][0] / true["programme"],
    }  # fmt: skip
    hits: dict[str, list[float]] = {name: [] for name in truths}
    for _ in range(SAMPLES):
        projects, spent = world(rng, n, spread, unknown)
        drawn = effectiveness.draws(projects, spent, n_replicates=REPLICATES, seed=int(rng.integers(1 << 30)))
        rows = {of: effectiveness.difference(drawn, "rejected", of).iloc[0] for of in ("effect", "cost_eur")}
        table = effectiveness.options(projects, spent).set_index("group")
        rows["ratio"] = table.loc["programme"]
        for name, row in rows.items():
            hits[name].append(np.nan if np.isnan(row["low"]) else float(row["low"] <= truths[name] <= row["high"]))
    print(n, spread, unknown, flush=True)
    return {name: float(np.nanmean(found)) for name, found in hits.items()}


def main() -> None:
    rows = [
        {"n": n, "spread": spread, "unknown": unknown, **covered(n, spread, unknown, 1)}
        for n in (20, 60) for spread in (1.0,) for unknown in (0.0, 0.3)
    ]  # fmt: skip
    table = pd.DataFrame(rows).rename(columns={"effect": "difference_effect", "cost_eur": "difference_cost",
                                               "ratio": "cost_per_unit"})  # fmt: skip
    table.round(3).to_csv(Path(__file__).with_suffix(".csv"), index=False)
    print(table.round(3).to_string(index=False))


if __name__ == "__main__":
    main()
