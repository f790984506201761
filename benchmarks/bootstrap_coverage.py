"""How often bootstrap limits of a comparison hold the truth with 15, 30 or 60 enterprises in each of two arms.

Made-up worlds with known truth: the arms differ in how long enterprises last and in what a project costs (skewed).
Three enterprises in ten are seen from a later month on. Differences between the arms in the share active at 36 months,
in months active out of 36, and in mean cost; percentile, basic and BCa limits and those of the normal curve, of plain
and of rescaled (Rao & Wu) replicates. Writes benchmarks/bootstrap_coverage.csv; says on stderr how far it is.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy import stats

from coopeval import uncertainty

SEED, LEVEL, SIZES, SAMPLES, REPLICATES = 20261126, 0.95, (15, 30, 60), 600, 999
MONTHS, HAZARD, COST = 36.0, {"seeds": 1 / 90, "other": 1 / 45}, {"seeds": 9.2, "other": 8.9}
LATE, LONGEST, SPREAD = 0.3, 12.0, 0.9  # share seen later, up to which month; of the logarithm of cost
INTERVALS = ("percentile", "basic", "bca", "normal")


def truths() -> dict[str, float]:
    share = {arm: np.exp(-hazard * MONTHS) for arm, hazard in HAZARD.items()}
    area = {arm: (1 - share[arm]) / hazard for arm, hazard in HAZARD.items()}
    cost = {arm: np.exp(middle + SPREAD**2 / 2) for arm, middle in COST.items()}
    return {
        name: one["seeds"] - one["other"] for name, one in (("survival", share), ("rmst", area), ("cost_eur", cost))
    }


def sample(rng: np.random.Generator, n: int) -> tuple[np.ndarray, uncertainty.Kernel]:
    """The arm of each enterprise, and the three differences as a statistic."""
    arm = np.repeat(list(HAZARD), n)
    entry = np.where(rng.random(2 * n) < LATE, rng.uniform(0, LONGEST, 2 * n), 0.0)
    life = rng.exponential(1 / np.array([HAZARD[a] for a in arm]))  # whoever enters was there: time to the end goes on
    watched = rng.uniform(30, 72, 2 * n)
    spells = (entry, entry + np.minimum(life, watched), life <= watched, arm)
    cost = rng.lognormal([COST[a] for a in arm], SPREAD)
    levels = uncertainty.stack(
        uncertainty.survival_under(*spells, [MONTHS]), uncertainty.rmst_under(*spells, MONTHS),
        uncertainty.mean_under(cost, arm, "cost_eur"),
    )  # fmt: skip
    return arm, uncertainty.increments_under(levels, "other")


def limits(found: uncertainty.Replicates) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    for interval in INTERVALS:
        if interval == "normal":
            half = found.se * stats.norm.ppf(0.5 + LEVEL / 2)
            yield interval, found.estimate - half, found.estimate + half
        else:
            yield interval, *getattr(found, interval)(LEVEL)


def study(n: int) -> list[dict[str, object]]:
    rng, held = np.random.default_rng([SEED, n]), []
    for number in range(SAMPLES):
        arm, statistic = sample(rng, n)
        for rescaled in (False, True):
            found = uncertainty.bootstrap(range(2 * n), statistic, REPLICATES, number, arm, rescaled=rescaled)
            for interval, low, high in limits(found):
                kind = "rescaled" if rescaled else "plain"
                held += [
                    (figure.what, kind, interval, a, b) for figure, a, b in zip(found.figures, low, high, strict=True)
                ]
        if number % 100 == 99:
            print(n, number + 1, file=sys.stderr)
    frame = pd.DataFrame(held, columns=["difference", "replicates", "interval", "low", "high"])
    rows = []
    for (what, kind, interval), part in frame.groupby(["difference", "replicates", "interval"]):
        truth, told = truths()[what], part.dropna()
        under, over = (told["low"] > truth).mean(), (told["high"] < truth).mean()
        error = np.sqrt((under + over) * (1 - under - over) / len(told))
        rows.append({
            "difference": what, "enterprises_per_arm": n, "replicates": kind, "interval": interval,
            "coverage": round(1 - under - over, 4), "mc_error": round(error, 4), "truth_below": round(under, 4),
            "truth_above": round(over, 4), "median_width": round((told["high"] - told["low"]).median(), 4),
            "none_given": round(1 - len(told) / SAMPLES, 4), "samples": SAMPLES,
        })  # fmt: skip
    return rows


def main() -> None:
    rows = [row for n in SIZES for row in study(n)]
    table = pd.DataFrame(rows).sort_values(["difference", "enterprises_per_arm", "replicates"], kind="stable")
    table.to_csv("benchmarks/bootstrap_coverage.csv", index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
