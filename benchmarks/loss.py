"""How far being lost from sight biases the survival curve, and how often the limits of both views hold the truth.

Made-up enterprises of two kinds, half of each: one ceases four times as fast as the other. Under `informative` it is
also lost fifteen times as fast, under `by chance` both kinds are lost alike. Each is followed to a month between 30 and
90, evenly; under `some late` half of them are seen only from a month between 0 and 24 on, if they still exist then.
Writes benchmarks/loss.csv; says on stderr how far it is.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

from coopeval import survival

SEED, LEVEL, REPS = 20260630, 0.95, 250
SIZES, MONTHS = (100, 300), (36, 60)
CEASING = (0.024, 0.006)
LOSING = {"informative": (0.030, 0.002), "by chance": (0.006, 0.006)}
ENTRIES = {"none": 0.0, "some late": 0.5}
VIEWS = ("as_the_others", "weighted_for_loss")


def survives(month: float) -> float:
    return float(np.mean(np.exp(-np.array(CEASING) * month)))


def world(rng: np.random.Generator, n: int, late: float, losing: tuple[float, float]) -> pd.DataFrame:
    """`n` observed enterprises; whoever ended before its entry was never observed."""
    size = 3 * n
    kind = rng.integers(0, 2, size)
    entry = np.where(rng.random(size) < late, rng.uniform(0, 24, size), 0.0)
    life = rng.exponential(1 / np.array(CEASING)[kind])
    loss = entry + rng.exponential(1 / np.array(losing)[kind])
    follow = np.maximum(rng.uniform(30, 90, size), entry + 1)
    leave = np.minimum(np.minimum(life, loss), follow)
    frame = pd.DataFrame({"entry": entry, "exit": leave, "event": life == leave, "followed_until": follow})
    frame = frame.assign(end_kind=np.where(loss == leave, "lost_contact", ""), kind=np.where(kind == 0, "a", "b"))
    seen = frame[life > entry].head(n).reset_index(drop=True)
    return seen.assign(enterprise_id=seen.index)


def study(rng: np.random.Generator, n: int, entry: str, loss: str) -> list[dict[str, object]]:
    tables = [
        survival.weighted_for_loss_at(world(rng, n, ENTRIES[entry], LOSING[loss]), ["kind"], MONTHS, level=LEVEL)
        for _ in range(REPS)
    ]
    told = pd.concat([pd.DataFrame(dict(table)) for table in tables])
    rows = []
    for view in VIEWS:
        for month in MONTHS:
            now, truth = told[told["group"].eq(view) & told["at_months"].eq(month)], survives(month)
            known = now[now["low"].notna() & now["high"].notna()]
            held = ((known["low"] <= truth) & (truth <= known["high"])).mean()
            rows.append({
                "loss": loss, "entry": entry, "n": n, "view": view, "at_months": month, "truth": truth,
                "bias": known["estimate"].mean() - truth, "spread": known["estimate"].std(),
                "mean_se": known["se"].mean(), "coverage": held,
                "mc_error": np.sqrt(held * (1 - held) / len(known)), "none_given": 1 - len(known) / len(now),
            })  # fmt: skip
    return rows


def main() -> None:
    rows, start = [], time.perf_counter()
    for loss in LOSING:
        for entry in ENTRIES:
            for n in SIZES:
                rows += study(np.random.default_rng([SEED, n]), n, entry, loss)
                done = time.perf_counter() - start
                print(f"{loss}, {entry}, {n}: done after {done:.0f} s", file=sys.stderr, flush=True)
    table = pd.DataFrame(rows).round(4)
    table.to_csv(Path(__file__).with_suffix(".csv"), index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
