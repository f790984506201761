"""Do the intervals of the chapter on jobs hold what they promise? Worlds of known truth, one after another.

`python benchmarks/jobs.py [SEEDS]` writes benchmarks/jobs.csv, in some minutes. For positions the truth is exact: they
close at a constant hazard per month (truth.json, "jobs"), so exp(-hazard x months) of them are still there in
enterprises that go on. For ratios per enterprise and shares of jobs the truth is what all worlds together give.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from coopeval import cohort, jobs, survival, synthetic
from coopeval.synthetic.positions import CLOSING

OUT = Path(__file__).with_suffix(".csv")
MONTHS = (12.0, 24.0)
DAY = "2026-06-30"


def rows_of(seed: int) -> list[dict]:
    """Estimate and limits of each figure in one world."""
    delivery = synthetic.delivery(synthetic.world(1, 1.0, seed), "2026S1")
    made = cohort.jobs(cohort.as_of(delivery, DAY))
    spells = jobs.spells(made, closures="censored")
    kind = np.where(spells["contract"].eq("open_ended"), "open_ended", "other")
    timed = spells.assign(kind=kind)
    timed.attrs = spells.attrs
    rows = []
    for errors, cluster in (("by enterprise", "enterprise_id"), ("rows independent", "position_id")):
        for row in survival.at(timed, MONTHS, by="kind", cluster=cluster).itertuples():
            truth = np.exp(-CLOSING[row.group] * row.at_months)
            rows.append({"figure": f"positions still there, {row.group}, {row.at_months:g} months", "method": errors,
                         "truth": truth, "n": row.n, "estimate": row.estimate, "low": row.low,
                         "high": row.high})  # fmt: skip
    for measure in ("retained", "growth"):
        for row in jobs.persistence(made, years=(1, 2), measure=measure).itertuples():
            rows.append({"figure": f"{measure}, N+{row.year_after}", "method": "Fieller", "n": row.n,
                         "estimate": row.estimate, "low": row.low, "high": row.high, "above": row.numerator,
                         "below": row.denominator})  # fmt: skip
    for row in jobs.quality(made, "contract_family").itertuples():
        rows.append({"figure": f"share of jobs, {row.group}", "method": "Korn-Graubard, CR2", "n": row.n_enterprises,
                     "estimate": row.estimate, "low": row.low, "high": row.high, "above": row.numerator,
                     "below": row.denominator})  # fmt: skip
    return rows


def main(n_seeds: int) -> None:
    """All worlds, and how often each interval held the truth."""
    every = pd.DataFrame([{**row, "seed": seed} for seed in range(1, n_seeds + 1) for row in rows_of(seed)])
    found = []
    for (figure, method), part in every.groupby(["figure", "method"], sort=True):
        truth = part["truth"].iloc[0]
        if np.isnan(truth):
            truth = part["above"].sum() / part["below"].sum()
        given = part["low"].notna() & part["high"].notna()
        inside = (part["low"] <= truth) & (truth <= part["high"])
        found.append({
            "figure": figure, "method": method, "samples": len(part), "n": round(part["n"].mean(), 1),
            "truth": round(truth, 4), "mean_estimate": round(part["estimate"].mean(), 4),
            "coverage": round(inside[given].mean(), 3), "none_given": int((~given).sum()),
            "mean_width": round((part["high"] - part["low"])[given].mean(), 3),
        })  # fmt: skip
    pd.DataFrame(found).to_csv(OUT, index=False, lineterminator="\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
