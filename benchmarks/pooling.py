"""How often a pooled share, its prediction interval and the limits of tau2 hold the truth with few structures.

Structures have true logits around -0.4 (a share of 40%) with variance tau2; sizes are even, or mixed from small to
large. Beside the call stand what others print: the plain normal interval of random effects, and all counts thrown
together with Wilson's interval. Writes benchmarks/pooling.csv; says on stderr how far it is.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats
from scipy.special import expit, logit

from coopeval import uncertainty

SEED, LEVEL, REPS = 20261126, 0.95, 2000
MIDDLE = -0.4
SIZES = {"even": [60], "mixed": [15, 30, 60, 150]}
STATISTICS = {
    "floored": ("pooled share", "Hartung-Knapp, floor"), "bare": ("pooled share", "Hartung-Knapp"),
    "normal": ("pooled share", "normal"), "together": ("pooled share", "counts together, Wilson"),
    "next": ("share of the next structure", "prediction, t with k - 2, floor"),
    "next_bare": ("share of the next structure", "prediction, t with k - 2"), "tau2": ("tau2", "Q-profile"),
}  # fmt: skip


def sample(k: int, tau2: float, sizes: list[int], rng: np.random.Generator) -> dict[str, tuple]:
    """Limits of each kind with the truth they should hold; empty where none are given."""
    size = np.resize(sizes, k)
    truth = expit(rng.normal(MIDDLE, np.sqrt(tau2), k + 1))  # the last one is the next structure
    hits = rng.binomial(size, truth[:k])
    floored, bare = (uncertainty.random_effects(hits, size, LEVEL, floor=floor) for floor in (True, False))
    z, centre = stats.norm.ppf(0.5 + LEVEL / 2), expit(MIDDLE)
    plain = bare.se / np.sqrt(bare.factor) if bare.factor > 0 else floored.se
    low, high = uncertainty.wilson(hits.sum(), size.sum(), LEVEL)
    return {
        "floored": (floored.low, floored.high, centre),
        "bare": (bare.low, bare.high, centre),
        "normal": (*expit(logit(bare.estimate) + z * plain * np.array([-1, 1])), centre),
        "together": (float(low), float(high), centre),
        "next": (floored.predicted_low, floored.predicted_high, truth[k]),
        "next_bare": (bare.predicted_low, bare.predicted_high, truth[k]),
        "tau2": (bare.tau2_low, bare.tau2_high, tau2),
    }


def study(k: int, tau2: float, sizes: str, rng: np.random.Generator) -> list[dict[str, object]]:
    found: dict[str, list[tuple]] = {name: [] for name in STATISTICS}
    for _ in range(REPS):
        for name, limits in sample(k, tau2, SIZES[sizes], rng).items():
            found[name].append(limits)
    rows = []
    for name, limits in found.items():
        low, high, truth = np.array(limits).T
        given = ~np.isnan(low)  # of tau2: no limits where structures are more alike than chance; these do not hold it
        held = given & (low <= truth + 1e-12) & (truth <= high + 1e-12)
        rows.append({
            "statistic": STATISTICS[name][0], "interval": STATISTICS[name][1], "structures": k, "sizes": sizes,
            "tau2": tau2, "nominal": LEVEL, "coverage": held.mean(),
            "mc_error": np.sqrt(held.mean() * (1 - held.mean()) / REPS), "none_given": 1 - given.mean(),
            "width": float(np.median((high - low)[given])), "replicates": REPS,
        })  # fmt: skip
    return rows


def main() -> None:
    rows, started = [], time.perf_counter()
    for number, (k, tau2, sizes) in enumerate((k, t, s) for k in (3, 5, 8) for t in (0.0, 0.1, 0.5) for s in SIZES):
        rows += study(k, tau2, sizes, np.random.default_rng([SEED, number]))
        sys.stderr.write(f"{k} structures, tau2 {tau2}, {sizes}: {time.perf_counter() - started:.0f} s\n")
    table = pd.DataFrame(rows).sort_values(["statistic", "interval", "sizes", "structures", "tau2"])
    table.to_csv(Path(__file__).with_suffix(".csv"), index=False, float_format="%.4f", lineterminator="\n")


if __name__ == "__main__":
    main()
