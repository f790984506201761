"""How often the intervals of `coopeval.uncertainty` hold the truth with few units.

Rates, differences of two shares and the power of a detectable difference are worked out over all possible counts;
ratios, shares and means over clusters, and shifts of quantities are drawn from made-up worlds with known truth.
Writes benchmarks/small_numbers.csv; says on stderr how far it is.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from coopeval import uncertainty
from coopeval.uncertainty.ratios import INTERVALS

SEED, LEVEL = 20261125, 0.95
REPS, FEW_REPS, DRAWS = 4000, 1000, 499  # samples; of clusters and bootstraps; replicates of each bootstrap
SHARES = np.linspace(0.05, 0.95, 19)


def line(statistic: str, interval: str, world: str, n: str | int, coverage: float, **rest: float) -> dict[str, object]:
    """One line of the result; mc_error is that of the coverage, 0 where it was worked out."""
    given, reps = rest.pop("given", 0), rest.pop("replicates", 0)
    error = np.sqrt(coverage * (1 - coverage) / given) if given else 0.0
    return {"statistic": statistic, "interval": interval, "world": world, "n": n, "nominal": LEVEL,
            "coverage": coverage, "mc_error": error, "lower_miss": np.nan, "upper_miss": np.nan, "width": np.nan,
            "none_given": 1 - given / reps if reps else 0.0, "replicates": reps, **rest}  # fmt: skip


def held(low, high, truth: float, **said: object) -> dict[str, object]:
    """Coverage among the samples that give limits."""
    low, high = np.asarray(low, float), np.asarray(high, float)
    given = ~np.isnan(low)
    under, over = (truth < low[given] - 1e-12).mean(), (truth > high[given] + 1e-12).mean()
    return line(**said, coverage=1 - under - over, lower_miss=under, upper_miss=over, given=int(given.sum()),
                width=float(np.median((high - low)[given])), replicates=len(low), truth=truth)  # fmt: skip


def rates() -> list[dict[str, object]]:
    rows = []
    counts = np.arange(0, 200)
    low, high = uncertainty.poisson_limits(counts, LEVEL)
    for expected in (0.5, 1, 2, 5, 10, 30):
        chance = stats.poisson.pmf(counts, expected)
        under, over = (chance[low > expected]).sum(), (chance[high < expected]).sum()
        rows.append(line("rate", "exact Poisson", "all counts", expected, 1 - under - over,
                         lower_miss=under, upper_miss=over, truth=expected))  # fmt: skip
    return rows


def all_pairs(n: int, m: int) -> tuple[np.ndarray, np.ndarray]:
    """Every pair of counts of n and of m."""
    one, other = np.meshgrid(np.arange(n + 1), np.arange(m + 1), indexing="ij")
    return one.ravel(), other.ravel()


def chances(n: int, m: int, share: float, other: float) -> np.ndarray:
    return np.outer(stats.binom.pmf(np.arange(n + 1), n, share), stats.binom.pmf(np.arange(m + 1), m, other)).ravel()


def differences() -> list[dict[str, object]]:
    """Newcombe's limits and Fisher's test over all counts, for every pair of shares of the grid."""
    rows = []
    for n, m in ((10, 10), (15, 15), (10, 40), (30, 30), (60, 60)):
        one, other = all_pairs(n, m)
        low, high = uncertainty.newcombe(one, n, other, m, LEVEL)
        found = np.array([[chances(n, m, p, q)[(low <= p - q + 1e-12) & (p - q <= high + 1e-12)].sum() for q in SHARES]
                          for p in SHARES])  # fmt: skip
        p_value = uncertainty.fisher(one, np.full(len(one), n), other, np.full(len(one), m))
        kept = np.array([chances(n, m, p, p)[p_value > 1 - LEVEL].sum() for p in SHARES])
        for name, figure in (("mean of shares", found.mean()), ("worst of shares", found.min())):
            rows.append(line("difference of shares", "Newcombe", name, f"{n} and {m}", figure))
        for name, figure in (("mean of shares", kept.mean()), ("worst of shares", kept.min())):
            rows.append(line("no difference of shares, test", "Fisher", name, f"{n} and {m}", figure))
    return rows


def powers() -> list[dict[str, object]]:
    """How often the detectable difference is found: by the interval, and by Fisher's stricter test."""
    rows = []
    for n in (15, 30, 60):
        one, other = all_pairs(n, n)
        low, high = uncertainty.newcombe(one, n, other, n, LEVEL)
        p_value = uncertainty.fisher(one, np.full(len(one), n), other, np.full(len(one), n))
        for base in (0.2, 0.6):
            chance = chances(n, n, base + float(uncertainty.detectable(n, n, base)), base)
            for name, seen in (("Newcombe", (low > 0) | (high < 0)), ("Fisher", p_value <= 1 - LEVEL)):
                rows.append(line("power at the detectable difference", name, f"reference {base}", n,
                                 chance[seen].sum(), nominal=0.8))  # fmt: skip
    return rows


def projects(rng: np.random.Generator, reps: int, n: int, world: str) -> tuple[np.ndarray, np.ndarray, float]:
    """Skewed costs and Poisson jobs, unrelated or with each job costing something; and the true cost per job."""
    jobs = rng.poisson(2, (reps, n)).astype(float)
    cost = rng.lognormal(9, 0.8, (reps, n))
    mean = np.exp(9 + 0.32)
    if world == "jobs cost":
        return cost + 6000 * jobs, jobs, (mean + 12_000) / 2
    return cost, jobs, mean / 2


def ratios(rng: np.random.Generator, n: int) -> list[dict[str, object]]:
    rows, t = [], stats.t.ppf(0.5 + LEVEL / 2, n - 1)
    for world in ("unrelated", "jobs cost"):
        cost, jobs, truth = projects(rng, REPS, n, world)
        a, b = cost.sum(1), jobs.sum(1)
        off = (cost - a[:, None] / n, jobs - b[:, None] / n)
        var_a, var_b, cov = (n * (x * y).sum(1) / (n - 1) for x, y in ((off[0], off[0]), (off[1], off[1]), off))
        said = {"statistic": "ratio of sums", "world": world, "n": n}
        low, high, _ = uncertainty.fieller(a, b, var_a, var_b, cov, n - 1, LEVEL)
        rows.append(held(low, high, truth, interval="Fieller", **said))
        whole = uncertainty.ratio(pd.DataFrame({"a": cost[0], "b": jobs[0]}), "a", "b", level=LEVEL)
        np.testing.assert_allclose(whole[["low", "high"]].to_numpy(float)[0], [low[0], high[0]])
        r = a / b
        se = np.sqrt(var_a - 2 * r * cov + r**2 * var_b) / b
        rows.append(held(r - t * se, r + t * se, truth, interval="delta", **said))
        rows += bootstraps(cost[:FEW_REPS], jobs[:FEW_REPS], truth, **said)
    fixed = np.full(REPS, 2 * n * truth)  # the total that gives this truth when every place brings two jobs
    low, high, _ = uncertainty.fieller(fixed, b, 0, var_b, 0, n - 1, LEVEL)
    rows.append(held(low, high, truth, interval="Fieller", statistic="ratio, fixed total", world="jobs drawn", n=n))
    return rows


def bootstraps(cost: np.ndarray, jobs: np.ndarray, truth: float, **said: object) -> list[dict[str, object]]:
    ends = {"percentile": [], "BCa": []}
    for one, other in zip(cost, jobs, strict=True):
        both = np.column_stack([one, other])

        def per_job(w, both=both):
            sums = w @ both
            with np.errstate(divide="ignore", invalid="ignore"):
                return np.where(sums[:, 1:] > 0, sums[:, :1] / sums[:, 1:], np.nan)

        drawn = uncertainty.bootstrap(range(len(one)), per_job, DRAWS, seed=SEED)
        ends["percentile"].append(np.ravel(drawn.percentile(LEVEL)))
        ends["BCa"].append(np.ravel(drawn.bca(LEVEL)))
    return [held(*np.transpose(found), truth, interval=name, **said) for name, found in ends.items()]


def jobs_of(rng: np.random.Generator, reps: int, clusters: int, share: float, rho: float, size_tells: bool = False):
    """`reps` samples of enterprises with 1 to 12 jobs, each open-ended or not, alike within an enterprise by rho."""
    size = rng.integers(1, 13, reps * clusters)
    middle = np.where(size > 6, share, 1 - share) if size_tells else np.full(len(size), share)
    own = rng.beta(middle * (1 / rho - 1), (1 - middle) * (1 / rho - 1)) if rho else middle
    truth = np.average([share if s > 6 else 1 - share for s in range(1, 13)], weights=range(1, 13))
    enterprise = np.repeat(np.arange(reps * clusters), size)
    rows = pd.DataFrame({"enterprise_id": enterprise, "sample": enterprise // clusters})
    rows["open_ended"] = rng.random(len(rows)) < np.repeat(own, size)
    return rows, truth if size_tells else share


def shares(rng: np.random.Generator, clusters: int) -> list[dict[str, object]]:
    rows = []
    worlds = [(p, rho, False) for p in (0.5, 0.8, 0.95) for rho in (0.0, 0.2, 0.5)] + [(0.8, 0.2, True)]
    for share, rho, size_tells in worlds:
        sample, truth = jobs_of(rng, FEW_REPS, clusters, share, rho, size_tells)
        world = f"share {share}, alike {rho}" + (", large ones differ" if size_tells else "")
        said = {"statistic": "share over clusters", "world": world, "n": clusters}
        told = uncertainty.clustered(sample, "open_ended", "enterprise_id", "sample", level=LEVEL)
        rows.append(held(told["low"], told["high"], truth, interval="Korn-Graubard", **said))
        for interval, (low, high) in others(told).items():
            rows.append(held(low, high, truth, interval=interval, **said))
        grouped = sample.groupby(["sample", "enterprise_id"])["open_ended"].agg(["mean", "size"]).reset_index()
        told = uncertainty.clustered(grouped, "mean", "enterprise_id", "sample", "size", level=LEVEL)
        rows.append(held(told["low"], told["high"], truth, interval="Korn-Graubard, enterprises as rows", **said))
    return rows


def others(told: pd.DataFrame) -> dict[str, tuple[pd.Series, pd.Series]]:
    """What was not chosen: Student's t, Wilson at the effective size, and jobs taken as independent.

    Where the clusters show no spread the first two have nothing to go on, and give no limits.
    """
    share, se, df = (told[c].astype(float) for c in ("estimate", "se", "df"))
    t, z = stats.t.ppf(0.5 + LEVEL / 2, df), stats.norm.ppf(0.5 + LEVEL / 2)
    effective = np.minimum(told["n"], share * (1 - share) / se**2 * (z / t) ** 2)
    wilson = uncertainty.wilson((share * effective).fillna(0), effective.fillna(0), LEVEL)
    naive = uncertainty.wilson(told["numerator"], told["denominator"], LEVEL)
    return {"t, Satterthwaite": (share - t * se, share + t * se), "Wilson, effective size": wilson,
            "Wilson, jobs as independent": naive}  # fmt: skip


def means(rng: np.random.Generator, clusters: int) -> list[dict[str, object]]:
    """Mean wage of jobs, alike within an enterprise, a few enterprises far above."""
    sample, _ = jobs_of(rng, FEW_REPS, clusters, 0.5, 0.0)
    own = rng.lognormal(0, 0.5, FEW_REPS * clusters)
    sample["wage_eur"] = 1500 + 600 * own[sample["enterprise_id"]] + rng.normal(0, 300, len(sample))
    told = uncertainty.clustered(sample, "wage_eur", "enterprise_id", "sample", unit="eur", level=LEVEL)
    truth = 1500 + 600 * np.exp(0.125)
    said = {"statistic": "mean over clusters", "world": "skewed wages", "n": clusters}
    z = stats.norm.ppf(0.5 + LEVEL / 2)
    plain = told["estimate"] - z * told["se"], told["estimate"] + z * told["se"]
    return [held(told["low"], told["high"], truth, interval="t, Satterthwaite", **said),
            held(*plain, truth, interval="normal", **said)]  # fmt: skip


def kept(rng: np.random.Generator, n: int) -> list[dict[str, object]]:
    """Jobs kept of jobs there were, in enterprises of 1 to 12 jobs whose fates are alike by 0.3."""
    rows = []
    for share in (0.7, 0.9):
        jobs = rng.integers(1, 13, FEW_REPS * n)
        own = rng.beta(share * (1 / 0.3 - 1), (1 - share) * (1 / 0.3 - 1), len(jobs))
        units = pd.DataFrame(
            {"sample": np.repeat(np.arange(FEW_REPS), n), "jobs": jobs, "kept": rng.binomial(jobs, own)}
        )
        for interval, named in INTERVALS.items():
            told = uncertainty.ratio(units, "kept", "jobs", "sample", LEVEL, interval=interval)
            said = {"statistic": "jobs kept", "world": f"share {share}", "n": n, "interval": named}
            rows.append(held(told["low"].clip(0, 1), told["high"].clip(0, 1), share, **said))
    return rows


def shifts(rng: np.random.Generator, n: int) -> list[dict[str, object]]:
    """Two groups of skewed costs that do not differ."""
    ends = [uncertainty.hodges_lehmann(*rng.lognormal(9, 0.8, (2, n)), LEVEL)[1:] for _ in range(FEW_REPS)]
    return [held(*np.transpose(ends), 0.0, statistic="shift of costs", interval="Moses", world="alike", n=n)]


def main() -> None:
    start, rows = time.perf_counter(), rates() + differences() + powers()
    for n in (9, 20, 45):
        rows += ratios(np.random.default_rng([SEED, 1, n]), n) + shifts(np.random.default_rng([SEED, 2, n]), n)
        print(f"ratios of {n}: done after {time.perf_counter() - start:.0f} s", file=sys.stderr, flush=True)
    for clusters in (6, 10, 20, 40):
        rows += shares(np.random.default_rng([SEED, 3, clusters]), clusters)
        rows += means(np.random.default_rng([SEED, 4, clusters]), clusters)
        print(f"{clusters} clusters: done after {time.perf_counter() - start:.0f} s", file=sys.stderr, flush=True)
    for n in (6, 12, 30):
        rows += kept(np.random.default_rng([SEED, 5, n]), n)
    table = pd.DataFrame(rows).round(4)
    table.to_csv(Path(__file__).with_suffix(".csv"), index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
