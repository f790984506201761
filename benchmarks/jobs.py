"""Do the intervals of the chapter on jobs hold what they promise? Samples of enterprises from one large world.

`python benchmarks/jobs.py [SAMPLES]` writes benchmarks/jobs.csv, in some minutes. The large world is the population:
what all of its enterprises give is the truth, and each sample draws enterprises from it with replacement. One further
row per kind of contract sets the population's own positions against the hazard per month that made them.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from coopeval import cohort, jobs, survival, synthetic
from coopeval.synthetic.positions import CLOSING

OUT = Path(__file__).with_suffix(".csv")
DAY, SEED, SCALE = "2026-06-30", 3, 5.0
SIZES = (40, 150)  # enterprises in a sample; the programme has about 300
MONTHS = (12.0, 24.0)


def population() -> pd.DataFrame:
    """The jobs of a large world."""
    delivery = synthetic.delivery(synthetic.world(1, SCALE, SEED), "2026S1")
    return cohort.jobs(cohort.as_of(delivery, DAY))


def drawn(made: pd.DataFrame, size: int, rng: np.random.Generator) -> pd.DataFrame:
    """The jobs of so many enterprises, drawn with replacement; one drawn twice is two enterprises."""
    units = made.attrs["enterprises"]["enterprise_id"].to_numpy()
    draw = pd.DataFrame({"enterprise_id": rng.choice(units, size), "new": [f"E{i:04d}" for i in range(size)]})
    attrs = dict(made.attrs)
    for name in ("enterprises", "stocks", "cells"):
        attrs[name] = _renamed(draw, made.attrs[name])
    bare = pd.DataFrame(dict(made))
    sample = _renamed(draw, bare)
    sample["position_id"] = sample["enterprise_id"] + sample["position_id"]
    sample.attrs = attrs
    return sample


def _renamed(draw: pd.DataFrame, frame: pd.DataFrame) -> pd.DataFrame:
    found = draw.merge(frame, on="enterprise_id").drop(columns="enterprise_id")
    return found.rename(columns={"new": "enterprise_id"})


def rows_of(made: pd.DataFrame) -> pd.DataFrame:
    """Estimate and limits of each figure."""
    rows = []
    for measure in ("retained", "growth"):
        table = jobs.persistence(made, years=(1, 2), measure=measure)
        rows.append(table.assign(figure=measure + ", N+" + table["year_after"].astype(str), method="Fieller"))
    for by in ("contract_family", "joint_committee_family"):
        table = jobs.quality(made, by)
        rows.append(table.assign(figure="share of jobs, " + table["group"], method="Korn-Graubard, CR2"))
    for errors, cluster in (("by enterprise", "enterprise_id"), ("rows independent", "position_id")):
        for closures in ("lost", "censored"):
            spells = jobs.spells(made, closures=closures)
            table = survival.at(spells, MONTHS, cluster=cluster)
            figure = f"positions still there, closures {closures}, " + table["at_months"].astype(int).astype(str)
            rows.append(table.assign(figure=figure + " months", method=errors))
    bare = [pd.DataFrame(dict(table))[["figure", "method", "n", "estimate", "low", "high"]] for table in rows]
    return pd.concat(bare, ignore_index=True)


def main(n_samples: int) -> None:
    """The truth, all samples, and how often each interval held it."""
    made = population()
    truth = rows_of(made).set_index(["figure", "method"])["estimate"]
    rng = np.random.default_rng(20261125)
    found = []
    for size in SIZES:
        every = pd.concat([rows_of(drawn(made, size, rng)) for _ in range(n_samples)])
        for key, part in every.groupby(["figure", "method"], sort=True):
            given = part["low"].notna() & part["high"].notna()
            inside = ((part["low"] <= truth[key]) & (truth[key] <= part["high"]))[given]
            found.append({
                "figure": key[0], "method": key[1], "enterprises": size, "samples": len(part),
                "truth": round(truth[key], 4), "mean_estimate": round(part["estimate"].mean(), 4),
                "coverage": round(inside.mean(), 3), "none_given": round(1 - given.mean(), 3),
                "mean_width": round((part["high"] - part["low"])[given].mean(), 3),
            })  # fmt: skip
    found += _against_the_hazard(made)
    pd.DataFrame(found).to_csv(OUT, index=False, lineterminator="\n")


def _against_the_hazard(made: pd.DataFrame) -> list[dict]:
    spells = jobs.spells(made, closures="censored")
    timed = spells.assign(kind=np.where(spells["contract"].eq("open_ended"), "open_ended", "other"))
    timed.attrs = spells.attrs
    return [
        {"figure": f"population, {row.group}, {row.at_months:g} months", "method": "by enterprise",
         "enterprises": made["enterprise_id"].nunique(), "samples": 1,
         "truth": round(np.exp(-CLOSING[row.group] * row.at_months), 4), "mean_estimate": round(row.estimate, 4),
         "coverage": float(row.low <= np.exp(-CLOSING[row.group] * row.at_months) <= row.high),
         "mean_width": round(row.high - row.low, 3)}
        for row in survival.at(timed, MONTHS, by="kind", cluster="enterprise_id").itertuples()
    ]  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 120)
