"""How often Fieller's limits of a unit cost hold the truth, with few projects, skewed costs and rare results.

The projects of the demonstration data are taken as all there are: their ratio of sums is the truth. Samples of `n` of
them are drawn with replacement, and the limits of each sample are set against it. Beside Fieller stand the delta method
and the percentile bootstrap, on the same samples. Writes benchmarks/costs.csv.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from coopeval.uncertainty import fieller

SEED, LEVEL, SIZES, REPS, DRAWS = 20260630, 0.95, (10, 20, 45, 100, 200), 4000, 400
UNITS = Path("tests/reference/cost_units.csv")  # cost and result of each project, by outcome


def moments(cost: np.ndarray, result: np.ndarray) -> tuple[np.ndarray, ...]:
    """Sums of each sample (one per row), and the variances and covariance of these sums."""
    n = cost.shape[1]
    a, b = cost - cost.mean(axis=1, keepdims=True), result - result.mean(axis=1, keepdims=True)
    scale = n / (n - 1)
    return cost.sum(1), result.sum(1), scale * (a**2).sum(1), scale * (b**2).sum(1), scale * (a * b).sum(1)


def study(units: pd.DataFrame, outcome: str, n: int, rng: np.random.Generator) -> list[dict]:
    """Coverage of each kind of limits over samples of n projects."""
    cost, result = units["cost_eur"].to_numpy(), units["amount"].to_numpy()
    truth = cost.sum() / result.sum()
    chosen = rng.integers(0, len(units), (REPS, n))
    a, b, va, vb, cab = moments(cost[chosen], result[chosen])
    low, high, note = fieller(a, b, va, vb, cab, n - 1, LEVEL)
    unbounded = note != ""
    held = (low <= truth) & (truth <= high)
    # an unbounded set has no two ends; it holds the truth where the statistic at the truth stays below its quantile
    gap = (a - truth * b) ** 2 / (va - 2 * truth * cab + truth**2 * vb)
    held = np.where(unbounded, gap <= stats.t.ppf(0.5 + LEVEL / 2, n - 1) ** 2, held)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = a / b
        error = np.sqrt(va - 2 * ratio * cab + ratio**2 * vb) / np.abs(b)
    delta = np.abs(ratio - truth) <= stats.t.ppf(0.5 + LEVEL / 2, n - 1) * error
    few = chosen[: REPS // 10]
    again = rng.integers(0, n, (len(few), DRAWS, n))
    picked = np.take_along_axis(few[:, None, :], again, axis=2)
    with np.errstate(divide="ignore", invalid="ignore"):
        drawn = cost[picked].sum(2) / result[picked].sum(2)
    ends = np.nanquantile(np.where(np.isfinite(drawn), drawn, np.nan), [0.025, 0.975], axis=1)
    rows = {
        "Fieller": (held.mean(), REPS), "delta": (delta.mean(), REPS),
        "percentile bootstrap": (((ends[0] <= truth) & (truth <= ends[1])).mean(), len(few)),
    }  # fmt: skip
    return [
        {"outcome": outcome, "n": n, "limits": name, "coverage": round(float(share), 4), "samples": samples,
         "unbounded": round(float(unbounded.mean()), 4) if name == "Fieller" else ""}
        for name, (share, samples) in rows.items()
    ]  # fmt: skip


def main() -> None:
    rng = np.random.default_rng(SEED)
    rows = []
    for outcome, units in pd.read_csv(UNITS).groupby("outcome"):
        if outcome == "project":
            continue
        for n in SIZES:
            rows += study(units, outcome, n, rng)
            print(outcome, n, file=sys.stderr)
    pd.DataFrame(rows).to_csv("benchmarks/costs.csv", index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
