"""How often each interval of the suite holds the truth, and how often its tests reject where there is no difference.

Made-up enterprises of which half cease within 49 months at an even rate. Each is followed to an age between 24 and 96
months, evenly; under `some late` half of them, under `all late` every one is observed only from an age between 0 and
24 months on. One group of `n` is one replicate. Writes benchmarks/coverage.csv; says on stderr how far it is.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from coopeval import competing, survival
from coopeval.survival.contrasts import FEWEST_EVENTS
from coopeval.survival.intervals import INTERVALS
from coopeval.uncertainty import share, wilson

SEED, LEVEL, SIZES = 20260630, 0.95, (15, 25, 50, 100)
HAZARD = -np.log(0.6) / 36  # S(36) = 0.6
DAYS = 30  # times are thirtieths of a month; an end within one counts at its close, which leaves S there as it was
FIRST, LAST, LATEST = 24, 96, 24  # follow-up ends between the first two; late entry is before the third
MONTHS, TAU, CAUSE = (12, 36, 60), 36, 0.7  # CAUSE is the share of ends by cause a
CHUNK = 250  # replicates in one call
REPS, DRAWS = 2000, 499  # replicates of what is cheap; rearrangements in each permutation test
ENTRIES = {"none": 0.0, "some late": 0.5, "all late": 1.0}


def survives(months: np.ndarray | float) -> np.ndarray | float:
    return np.exp(-HAZARD * months)


def world(rng: np.random.Generator, reps: int, n: int, late: float, first: int = FIRST) -> pd.DataFrame:
    """`reps` groups of `n` observed enterprises; whoever ended before its entry was never observed."""
    entry = np.where(rng.random((reps, n)) < late, rng.integers(0, LATEST * DAYS, (reps, n)), 0) / DAYS
    life = np.ceil((entry + rng.exponential(1 / HAZARD, (reps, n))) * DAYS) / DAYS  # no memory: T given T > entry
    follow = rng.integers(first * DAYS, LAST * DAYS + 1, (reps, n)) / DAYS
    ended = (life <= follow).ravel()
    frame = pd.DataFrame({"enterprise_id": np.arange(reps * n), "group": np.repeat(np.arange(reps), n)})
    frame = frame.assign(entry=entry.ravel(), exit=np.minimum(life, follow).ravel(), event=ended)
    return frame.assign(cause=np.where(ended, np.where(rng.random(reps * n) < CAUSE, "a", "b"), ""))


def looked_at(rng: np.random.Generator, reps: int, n: int, late: float, phases: bool) -> pd.DataFrame:
    """Ends found at a look each six months of the calendar: on the grid, or at any age."""
    size = reps * n
    phase = rng.uniform(0, 6, size) if phases else np.zeros(size)
    entry = np.where(rng.random(size) < late, rng.uniform(0, LATEST, size), 0.0)
    life, follow = entry + rng.exponential(1 / HAZARD, size), phase + 6 * rng.integers(FIRST // 6 + 1, LAST // 6, size)
    found, ended = phase + 6 * np.ceil((life - phase) / 6), life <= follow
    frame = pd.DataFrame({"enterprise_id": np.arange(size), "group": np.repeat(np.arange(reps), n), "event": ended})
    frame = frame.assign(entry=entry, exit=np.where(ended, found, follow))
    return frame.assign(exit_after=np.where(ended, np.maximum(found - 6, entry), follow))


def chunks(spells: pd.DataFrame) -> list[pd.DataFrame]:
    return [part for _, part in spells.groupby(spells["group"] // CHUNK)]


def stacked(tables: list[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat([pd.DataFrame(dict(table)) for table in tables])  # without what each says of itself


def line(statistic: str, interval: str, n: int, entry: str, coverage: float, given: int, reps: int, **rest: float):
    """One line of the result; `given` of the `reps` replicates had limits, or a p-value."""
    first = {"statistic": statistic, "interval": interval, "n": n, "entry": entry, "nominal": LEVEL}
    error = np.sqrt(coverage * (1 - coverage) / given) if given else np.nan
    return {**first, "coverage": coverage, "mc_error": error, "lower_miss": np.nan, "upper_miss": np.nan,
            "width": np.nan, "none_given": 1 - given / reps, "replicates": reps, **rest}  # fmt: skip


def held(low, high, truth: float, **said: object) -> dict[str, object]:
    """Coverage among the replicates that give limits: an open end misses nothing, two open ends are no interval."""
    low, high = np.asarray(low, float), np.asarray(high, float)
    given = ~(np.isnan(low) & np.isnan(high))
    under, over = (truth < low[given] - 1e-12).mean(), (truth > high[given] + 1e-12).mean()
    closed = (high - low)[~np.isnan(high - low)]
    width = closed.mean() if len(closed) else np.nan
    figures = {"lower_miss": under, "upper_miss": over, "width": width, "truth": truth}
    return line(**said, coverage=1 - under - over, given=int(given.sum()), reps=len(low), **figures)


def kept(p, **said: object) -> dict[str, object]:
    """How often a test with level 5% does not reject where it should not."""
    p = np.asarray(p, float)
    known = p[~np.isnan(p)]
    return line(**said, coverage=(known > 1 - LEVEL).mean() if len(known) else np.nan, given=len(known), reps=len(p))


def read(spells: pd.DataFrame, month: float, steps: pd.DataFrame) -> pd.DataFrame:
    """What survival.at gives for each group, read from the curves of all of them at once."""
    every = np.arange(spells["group"].min(), spells["group"].max() + 1)
    now = steps[steps["at_months"] <= month].groupby("group")[["estimate", "se", "low", "high"]].last().reindex(every)
    sums = spells.assign(here=(spells["entry"] < month) & (spells["exit"] >= month)).groupby("group")
    at_risk, last = sums["here"].sum().reindex(every), sums["exit"].max().reindex(every)
    before = now["estimate"].isna()
    now = now.fillna({"estimate": 1.0, "se": 0.0, "low": 1.0, "high": 1.0}).where(~before | at_risk.gt(0), np.nan)
    untouched = now["estimate"].eq(1) & at_risk.gt(0)
    now["low"] = now["low"].mask(untouched, pd.Series(wilson(at_risk, at_risk)[0], index=every))
    now["n_events"] = (spells["event"] & (spells["exit"] <= month)).groupby(spells["group"]).sum().reindex(every)
    now.loc[(last < month).to_numpy() | now["estimate"].isna(), :] = np.nan
    return now


def shares(spells: pd.DataFrame, **said: object) -> list[dict[str, object]]:
    """Limits of the curve read at months, of four kinds, and of the median."""
    rows = []
    median = np.ceil(np.log(2) / HAZARD * DAYS) / DAYS
    for interval in INTERVALS:
        parts = [(part, survival.curve(part, by="group", interval=interval)) for part in chunks(spells)]
        for month in MONTHS:
            told = stacked([read(part, month, steps) for part, steps in parts])
            about = {"statistic": f"share active at {month}", "interval": interval, **said}
            rows.append(held(told["low"], told["high"], survives(month), **about))
        told = stacked([survival.median(part, by="group", interval=interval) for part in chunks(spells)])
        rows.append(held(told["low"], told["high"], median, statistic="median", interval=interval, **said))
    return rows


def from_landmark(spells: pd.DataFrame, month: float, **said: object) -> list[dict[str, object]]:
    later = survival.landmark(spells, month)
    told = stacked([read(part, 36, survival.curve(part, by="group")) for part in chunks(later)])
    about = {"statistic": f"share active at 36 of those active at {month}", "interval": "log-log", **said}
    return [held(told["low"], told["high"], survives(36 - month), **about)]


def weighted(rng: np.random.Generator, spells: pd.DataFrame, **said: object) -> list[dict[str, object]]:
    heavy = spells.assign(w=rng.integers(1, 5, len(spells)).astype(float))
    told = stacked([read(part, 36, survival.curve(part, by="group", weights="w")) for part in chunks(heavy)])
    about = {"statistic": "weighted share active at 36", "interval": "log-log, robust", **said}
    return [held(told["low"], told["high"], survives(36), **about)]


def means(spells: pd.DataFrame) -> tuple[pd.DataFrame, float]:
    """Restricted means, empty where the group was not followed to the horizon, and the truth."""
    last = spells.groupby("group")["exit"].max()
    long = spells[spells["group"].isin(last.index[last >= TAU])]
    told = stacked([survival.rmst(part, TAU, by="group") for part in chunks(long)]).set_index("group")
    return told.reindex(last.index), survives(np.arange(TAU * DAYS) / DAYS).sum() / DAYS


def gaps(values: pd.DataFrame, statistic: str, **said: object) -> list[dict[str, object]]:
    """Differences of neighbours as survival.difference gives them: limits, and for shares the test."""
    shared = "active" in statistic
    one, base = (values.iloc[start::2].reset_index(drop=True) for start in (1, 0))
    gap, half = one["estimate"] - base["estimate"], np.hypot(one["se"], base["se"]) * stats.norm.ppf(0.5 + LEVEL / 2)
    down, up = half, half
    if shared:
        none = one["estimate"].eq(1) | base["estimate"].eq(1)
        down = half.mask(none, np.hypot(one["estimate"] - one["low"], base["high"] - base["estimate"]))
        up = half.mask(none, np.hypot(one["high"] - one["estimate"], base["estimate"] - base["low"]))
    rows = [held(gap - down, gap + up, 0.0, statistic=statistic, interval="normal", **said)]
    if shared:
        with np.errstate(divide="ignore", invalid="ignore"):
            far = np.log(-np.log(one["estimate"])) - np.log(-np.log(base["estimate"]))
            errors = [group["se"] / (group["estimate"] * np.log(group["estimate"])) for group in (one, base)]
            p = 2 * stats.norm.sf(np.abs(far) / np.hypot(*errors))
        p = np.where(np.minimum(one["n_events"], base["n_events"]) < FEWEST_EVENTS, np.nan, p)
        rows.append(kept(p, statistic=f"test of {statistic}", interval="log-log scale", **said))
    return rows


def grids(rng: np.random.Generator, reps: int, phases: bool, n: int, entry: str) -> list[dict[str, object]]:
    spells = looked_at(rng, reps, n, ENTRIES[entry], phases)
    told = stacked([survival.grid(part, by="group") for part in chunks(spells)])
    kind, rows = "Turnbull" if phases else "product", []
    for month in (36, 60):
        now = told[told["at_months"].eq(month)].set_index("group").reindex(range(reps))
        about = {"statistic": f"grid ({kind}) at {month}", "interval": "log-log", "n": n, "entry": entry}
        rows.append(held(now["low"], now["high"], survives(month), **about))
    return rows


def incidences(spells: pd.DataFrame, **said: object) -> list[dict[str, object]]:
    told = stacked([competing.incidence(part, by="group") for part in chunks(spells)])
    last, rows = spells.groupby("group")["exit"].max(), []
    for cause, part in (("a", CAUSE), ("b", 1 - CAUSE)):
        for month in (12, 36):
            own = told[told["cause"].eq(cause) & (told["at_months"] <= month)]
            now = own.groupby("group")[["low", "high"]].last().reindex(last.index)
            now[last < month] = np.nan
            about = {"statistic": f"incidence of a cause of {part:.0%} at {month}", "interval": "log-log", **said}
            rows.append(held(now["low"], now["high"], part * (1 - survives(month)), **about))
    return rows


def yardstick(spells: pd.DataFrame, **said: object) -> list[dict[str, object]]:
    months = np.arange(12, LAST + 1, 12)
    published = pd.DataFrame({"at_months": months, "estimate": survives(months)})
    told = survival.against_reference(spells, published, by="group")
    return [
        held(told["low"], told["high"], 1.0, statistic="observed over expected", interval="exact Poisson", **said),
        kept(told["p"], statistic="test of observed over expected", interval="chi-square", **said),
    ]


def ranks(rng: np.random.Generator, reps: int, n: int, entry: str) -> list[dict[str, object]]:
    """Two groups under one law; under `one late` and `one shorter` only the way they were observed differs."""
    one = world(rng, reps, n, 1.0 if entry == "one late" else ENTRIES.get(entry, 0.0))
    other = world(rng, reps, n, ENTRIES.get(entry, 0.0))
    if entry == "one shorter":
        one = one.assign(event=one["event"] & (one["exit"] <= FIRST), exit=one["exit"].clip(upper=FIRST))
    both = stacked([one.assign(arm="x"), other.assign(arm="y")]).reset_index(drop=True)
    both["enterprise_id"] = both.index
    told = [survival.logrank(pair, "arm", permutations=DRAWS, seed=i) for i, pair in both.groupby("group")]
    p = pd.DataFrame([table.loc[0, ["p", "p_permutation"]] for table in told])
    names = {"p": "asymptotic", "p_permutation": "permutation"}
    return [kept(p[column], statistic="log-rank", interval=names[column], n=n, entry=entry) for column in names]


def counted(n: int) -> list[dict[str, object]]:
    """Shares of n need no chance: each count weighs what it is worth, for shares from 5% to 95%."""
    hits, truths, rows = np.arange(n + 1), np.linspace(0.05, 0.95, 181), []
    for interval in ("wilson", "exact"):
        told = share(pd.DataFrame({"group": hits, "n_events": hits, "n": n}), interval=interval)
        low, high = told["low"].to_numpy()[:, None], told["high"].to_numpy()[:, None]
        chance = stats.binom.pmf(hits[:, None], n, truths)
        under, over = (chance * (truths < low)).sum(axis=0), (chance * (truths > high)).sum(axis=0)
        width, worst = (chance * (high - low)).sum(axis=0), int((under + over).argmax())
        for name, of in (("mean of 5% to 95%", np.mean), ("worst of 5% to 95%", lambda each, at=worst: each[at])):
            figures = {"lower_miss": of(under), "upper_miss": of(over), "width": of(width), "mc_error": 0.0}
            about = {"statistic": f"share, {name}", "interval": interval, "n": n, "entry": "none"}
            rows.append(line(**about, coverage=1 - of(under) - of(over), given=1, reps=1, **figures))
    return rows


def agree(rng: np.random.Generator) -> None:
    """What is put together here for speed must be what the suite gives."""
    spells = world(rng, 20, 15, 0.5)
    for interval in INTERVALS:
        told = survival.at(spells, [6], by="group", interval=interval).set_index("group")
        ours = read(spells, 6, survival.curve(spells, by="group", interval=interval))
        np.testing.assert_allclose(ours, told[list(ours.columns)].to_numpy(float))
    pair = spells[spells["group"] < 2]
    for told, values in (
        (survival.difference(pair, "group", at_months=24), read(pair, 24, survival.curve(pair, by="group"))),
        (survival.difference(pair, "group", at_months=1), read(pair, 1, survival.curve(pair, by="group"))),
        (survival.difference(pair, "group", tau=TAU), means(pair)[0]),
    ):
        ours = gaps(values, "active" if told["at_months"].item() < TAU else "mean", n=15, entry="")[0]
        np.testing.assert_allclose(ours["width"], told["high"] - told["low"])


def of_size(rng: np.random.Generator, n: int) -> list[dict[str, object]]:
    rows = counted(n)
    for entry in ("none", "some late"):
        said = {"n": n, "entry": entry}
        spells = world(rng, REPS, n, ENTRIES[entry])
        few = spells[spells["group"] < REPS // 2]
        rows += shares(spells, **said) + weighted(rng, few, **said) + incidences(few, **said)
        rows += yardstick(spells, **said)
        for month in (6, 12, 36):
            values = stacked([read(part, month, survival.curve(part, by="group")) for part in chunks(spells)])
            rows += gaps(values, f"difference of shares active at {month}", **said)
        values, truth = means(spells)
        rows.append(held(values["low"], values["high"], truth, statistic="restricted mean", interval="normal", **said))
        rows += gaps(values, "difference of restricted means", **said)
        rows += grids(rng, REPS, phases=False, **said) + grids(rng, REPS // 5, phases=True, **said)
    spells = world(rng, REPS, n, 1.0)
    told = stacked([read(part, 36, survival.curve(part, by="group")) for part in chunks(spells)])
    about = {"n": n, "entry": "all late"}
    rows.append(
        held(told["low"], told["high"], survives(36), statistic="share active at 36", interval="log-log", **about)
    )
    rows += from_landmark(spells, 12, **about) + from_landmark(spells, 24, **about)
    for entry in ("none", "some late", "one late", "one shorter"):
        rows += ranks(rng, REPS // 2, n, entry)
    return rows


def main() -> None:
    agree(np.random.default_rng(SEED))
    rows, start = [], time.perf_counter()
    for n in SIZES:
        rows += of_size(np.random.default_rng([SEED, n]), n)
        print(f"groups of {n}: done after {time.perf_counter() - start:.0f} s", file=sys.stderr, flush=True)
    table = pd.DataFrame(rows).sort_values(["statistic", "interval", "entry", "n"], kind="stable").round(4)
    table.to_csv(Path(__file__).with_suffix(".csv"), index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
