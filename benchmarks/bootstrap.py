"""The bootstrap of a whole comparison against its peers, in one run: 500 enterprises in four arms and their 3,000 jobs.

Per replicate: share active at three months, months active, jobs still there at three months, mean cost and jobs of each
arm, all increments to one arm, and how often each arm is best for 101 values of willingness to pay. Each tool runs in a
process of its own, by turns, so that only ratios of one run are compared. What takes too long runs fewer replicates and
is scaled up (column `run`). Before that, all get the same weights and must give the same figures as a plain loop. R
takes part where it is installed. Writes benchmarks/bootstrap.csv.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from measuring import MORE, TIMES, Results, faster, versions

from coopeval import uncertainty

N, JOBS, SEED, REPLICATES, ROUNDS, GIVEN = 500, 3000, 1, 10_000, 3, 20
ARMS, AT, KEPT_AT, TAU, K_EUR = list("abcd"), [12, 36, 60], [12, 24, 36], 60, np.linspace(0, 100_000, 101)
DAYS = 30.4375  # of a month
FIRST = ((0, 3), (12, 1), (16, 3), (28, 1), (32, 1))  # figures of the first arm: where they begin, how many there are
OWN = [k for start, n in FIRST for k in range(start + n, start + 4 * n)]
BASE = [start + k % n for start, n in FIRST for k in range(3 * n)]
RUN = {"coopeval": 10_000, "coopeval, weights refitted": 10_000, "coopeval, 100,000 replicates": 100_000,
       "scipy.stats.bootstrap, tables of drawn rows": 2_000,
       "scipy.stats.bootstrap, counts times tables": 10_000, "lifelines in a loop": 40, "R boot": 100}  # fmt: skip
R_SCRIPT = Path(__file__).with_suffix(".R")


def world() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Made-up enterprises and jobs, in days, three in ten of them seen from later on."""
    rng = np.random.default_rng(SEED)
    units = pd.DataFrame(
        {"arm": np.repeat(ARMS, N // 4), "cost_eur": rng.lognormal(9, 1, N), "jobs": rng.poisson(2, N)}
    )
    jobs = pd.DataFrame({"cluster": rng.integers(0, N, JOBS)})
    for rows, late, life, watched in ((units, 0.3, 80, (12, 96)), (jobs, 0.2, 50, (6, 60))):
        n = len(rows)
        entry = np.where(rng.random(n) < late, rng.integers(1, 240, n), 0)
        life, watched = np.ceil(rng.exponential(30 * life, n)), 30 * rng.integers(*watched, n)
        rows["entry"], rows["exit"] = entry / DAYS, (entry + np.minimum(life, watched)) / DAYS
        rows["event"] = life <= watched
    for column in range(6):
        units[f"x{column}"] = rng.normal(0, 1, N) + 0.2 * (units["arm"] == "a")
    return units, jobs


def comparison(units: pd.DataFrame, jobs: pd.DataFrame) -> uncertainty.Kernel:
    spells = [units[column].to_numpy() for column in ("entry", "exit", "event", "arm")]
    of_jobs = [jobs["entry"], jobs["exit"], jobs["event"], units["arm"].to_numpy()[jobs["cluster"]]]
    return uncertainty.stack(
        uncertainty.survival_under(*spells, AT),
        uncertainty.rmst_under(*spells, TAU),
        uncertainty.persistence_under(jobs["cluster"], *of_jobs, KEPT_AT),
        uncertainty.mean_under(units["cost_eur"], units["arm"], "cost_eur"),
        uncertainty.mean_under(units["jobs"], units["arm"], "jobs"),
    )


def ours(units: pd.DataFrame, jobs: pd.DataFrame, replicates: int, refit: bool = False) -> np.ndarray:
    statistic = comparison(units, jobs)
    if refit:
        covariates, arm, ones = units.filter(regex="^x").to_numpy(), units["arm"].to_numpy(), []
        for other in ARMS[1:]:
            own = np.flatnonzero(np.isin(arm, ["a", other]))
            ones.append((own, uncertainty.balancing(covariates[own], arm[own] == "a", "ATT")))
        statistic = uncertainty.stack(statistic, reweigh=uncertainty.reweigh_within(*ones))
    statistic = uncertainty.increments_under(statistic, "a", keep=True)
    found = uncertainty.bootstrap(range(N), statistic, replicates, SEED, units["arm"])
    cost, effect = (found.values[:, found.columns(what=what, against=None)] for what in ("cost_eur", "jobs"))
    uncertainty.acceptability(cost, effect, K_EUR)
    return found.values


def plain(units: pd.DataFrame, jobs: pd.DataFrame, weights: np.ndarray) -> np.ndarray:
    """Each replicate, arm and event time on its own."""
    rows = {arm: units[units["arm"] == arm].to_dict("series") for arm in ARMS}
    of_jobs = jobs.assign(arm=units["arm"].to_numpy()[jobs["cluster"]])
    job_rows = {arm: of_jobs[of_jobs["arm"] == arm].to_dict("series") for arm in ARMS}

    def read(rows: dict, weight: np.ndarray, months: list[float], tau: float) -> tuple[list[float], float]:
        entry, leave, event = (rows[c].to_numpy() for c in ("entry", "exit", "event"))
        share, area, last, found = 1.0, 0.0, 0.0, [1.0] * len(months)
        for time_ in np.unique(leave[event & (leave <= max(tau, *months))]):
            area += share * (min(time_, tau) - min(last, tau))
            share *= 1 - weight[event & (leave == time_)].sum() / weight[(entry < time_) & (leave >= time_)].sum()
            last, found = time_, [share if time_ <= m else old for m, old in zip(months, found, strict=True)]
        return found, area + share * (tau - min(last, tau))

    answers = []
    for one in weights:
        own = {arm: one[rows[arm]["arm"].index] for arm in ARMS}
        lives = [read(rows[arm], own[arm], AT, TAU) for arm in ARMS]
        kept = [read(job_rows[arm], one[job_rows[arm]["cluster"].to_numpy()], KEPT_AT, 0)[0] for arm in ARMS]
        means = [(own[a] * rows[a][c]).sum() / own[a].sum() for c in ("cost_eur", "jobs") for a in ARMS]
        answers.append([*np.ravel([life[0] for life in lives]), *[life[1] for life in lives], *np.ravel(kept), *means])
    return np.array(answers)


def with_lifelines(units: pd.DataFrame, jobs: pd.DataFrame, weights: np.ndarray) -> np.ndarray:
    from lifelines import KaplanMeierFitter
    from lifelines.utils import restricted_mean_survival_time

    warnings.simplefilter("ignore")
    of_jobs = jobs.assign(arm=units["arm"].to_numpy()[jobs["cluster"]])

    def fitted(rows: pd.DataFrame, weight: np.ndarray) -> KaplanMeierFitter:
        drawn = weight > 0
        rows = rows[drawn]
        return KaplanMeierFitter().fit(rows["exit"], rows["event"], entry=rows["entry"], weights=weight[drawn])

    answers = []
    for one in weights:
        fits = [fitted(units[own], one[own]) for own in (units["arm"].to_numpy() == arm for arm in ARMS)]
        lives = [fit.survival_function_at_times(AT).to_numpy() for fit in fits]
        area = [restricted_mean_survival_time(fit, t=TAU) for fit in fits]
        kept = [
            fitted(rows, one[rows["cluster"]]).survival_function_at_times(KEPT_AT).to_numpy()
            for rows in (of_jobs[of_jobs["arm"] == arm] for arm in ARMS)
        ]
        own = [units["arm"].to_numpy() == arm for arm in ARMS]
        means = [np.average(units.loc[a, c], weights=one[a]) for c in ("cost_eur", "jobs") for a in own]
        answers.append([*np.ravel(lives), *area, *np.ravel(kept), *means])
    return np.array(answers)


def array_statistic(units: pd.DataFrame, jobs: pd.DataFrame, counted: bool):
    """As one writes it for scipy: tables of who is at risk when, picked for the enterprises drawn and added up.

    With `counted` it borrows from coopeval: the enterprises are counted, and counts times tables are one product.
    """
    of_jobs = jobs.assign(arm=units["arm"].to_numpy()[jobs["cluster"]])

    def tables(rows: pd.DataFrame, cluster: np.ndarray, n: int):
        entry, leave, event = (rows[c].to_numpy()[:, None] for c in ("entry", "exit", "event"))
        times = np.unique(leave[event])
        at_risk, ended = np.zeros((n, len(times))), np.zeros((n, len(times)))
        np.add.at(at_risk, cluster, (entry < times) & (leave >= times))
        np.add.at(ended, cluster, event & (leave == times))
        return times, at_risk, ended

    own = [np.flatnonzero(units["arm"] == arm) for arm in ARMS]
    lives = [tables(units.iloc[o], np.arange(len(o)), len(o)) for o in own]
    kept = [tables(of_jobs[of_jobs["arm"] == a], of_jobs.loc[of_jobs["arm"] == a, "cluster"].to_numpy() - o[0], len(o))
            for a, o in zip(ARMS, own, strict=True)]  # fmt: skip
    amounts = [units.iloc[o][["cost_eur", "jobs"]].to_numpy(float) for o in own]

    def added(index: np.ndarray, table: np.ndarray) -> np.ndarray:
        if not counted:
            return table[index].sum(axis=1)
        b, n = len(index), len(table)
        counts = np.bincount((index + n * np.arange(b)[:, None]).ravel(), minlength=b * n).reshape(b, n) * 1.0
        return counts @ table

    def curve(table, index: np.ndarray, months: list[float]) -> tuple[np.ndarray, np.ndarray]:
        times, at_risk, ended = table
        with np.errstate(invalid="ignore"):
            shares = np.cumprod(1 - added(index, ended) / added(index, at_risk), axis=-1)
        shares = np.concatenate([np.ones((len(index), 1)), shares], axis=1)
        return shares[:, np.searchsorted(times, months, side="right")], shares

    def statistic(*indices: np.ndarray, axis: int = -1) -> np.ndarray:
        shares, areas, jobs_kept, means = [], [], [], []
        for number, index in enumerate(np.atleast_2d(i) for i in indices):
            at, whole = curve(lives[number], index, AT)
            times = lives[number][0]
            inside = times < TAU
            shares.append(at.T)
            areas.append(whole[:, : inside.sum() + 1] @ np.diff(np.r_[0, times[inside], TAU]))
            jobs_kept.append(curve(kept[number], index, KEPT_AT)[0].T)
            means.append(amounts[number][index].mean(axis=1).T)
        found = np.vstack([*shares, areas, *jobs_kept, [m[0] for m in means], [m[1] for m in means]])
        return found if indices[0].ndim > 1 else found[:, 0]

    return statistic


def with_scipy(units: pd.DataFrame, jobs: pd.DataFrame, replicates: int, counted: bool) -> np.ndarray:
    from scipy import stats

    data = tuple(np.arange(N // 4) for _ in ARMS)
    found = stats.bootstrap(
        data, array_statistic(units, jobs, counted), n_resamples=replicates, batch=500 if counted else 50,
        vectorized=True, paired=False, method="percentile", rng=np.random.default_rng(SEED),
    )  # fmt: skip
    return and_after(found.bootstrap_distribution.T)


def with_increments(found: np.ndarray) -> np.ndarray:
    """The 36 figures, and those of the other arms less that of the first."""
    return np.hstack([found, found[:, OWN] - found[:, BASE]])


def and_after(found: np.ndarray) -> np.ndarray:
    """Increments, and who is best: a few array lines for whoever has the replicates."""
    cost, effect = found[:, 28:32], found[:, 32:36]
    best = (K_EUR[:, None, None] * effect - cost).argmax(axis=2)
    [np.bincount(row, minlength=4) for row in best]
    return with_increments(found)


def one_tool(tool: str) -> dict[str, float]:
    """Seconds and the rise of the peak memory, of a process that has everything imported and has run once."""
    units, jobs = world()
    replicates = RUN[tool]
    if tool == "lifelines in a loop":
        design = uncertainty.bootstrap(range(N), lambda w: w, replicates, SEED, units["arm"])
        run = lambda b: and_after(with_lifelines(units, jobs, design.values[:b]))  # noqa: E731
    elif tool.startswith("scipy"):
        run = lambda b: with_scipy(units, jobs, b, "counts" in tool)  # noqa: E731
    else:
        run = lambda b: ours(units, jobs, b, refit="refitted" in tool)  # noqa: E731
    run(10)
    Path("/proc/self/clear_refs").write_text("5")  # the peak so far, and that of the parent, are forgotten
    before, wall, cpu = peak_mb(), time.perf_counter(), time.process_time()
    run(replicates)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return {"wall_s": wall, "cpu_s": cpu, "memory_mb": peak_mb() - before}


def peak_mb() -> float:
    told = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(r"VmHWM:\s+(\d+)", told)[1]) / 1024


def with_r(folder: str, replicates: int | str) -> list[float]:
    done = subprocess.run(
        ["Rscript", str(R_SCRIPT), folder, str(replicates)], capture_output=True, text=True, check=True
    )
    return [float(figure) for figure in done.stdout.split()]


def gaps(folder: str) -> dict[str, float]:
    """Largest difference to the plain loop, the same weights given to all."""
    units, jobs = world()
    weights = uncertainty.bootstrap(range(N), lambda w: w, GIVEN, SEED + 1, units["arm"]).values
    units.assign(event=units["event"].astype(int)).to_csv(Path(folder, "units.csv"), index=False)
    jobs.assign(event=jobs["event"].astype(int)).to_csv(Path(folder, "jobs.csv"), index=False)
    np.savetxt(Path(folder, "weights.csv"), weights, fmt="%d", delimiter=",")
    wanted, n = with_increments(plain(units, jobs, weights)), N // 4
    drawn = [
        np.array([np.repeat(np.arange(n), one[a * n : (a + 1) * n].astype(int)) for one in weights]) for a in range(4)
    ]
    found = {
        "coopeval": uncertainty.increments_under(comparison(units, jobs), "a", keep=True)(weights),
        "scipy.stats.bootstrap, tables of drawn rows": array_statistic(units, jobs, False)(*drawn).T,
        "scipy.stats.bootstrap, counts times tables": array_statistic(units, jobs, True)(*drawn).T,
        "lifelines in a loop": with_lifelines(units, jobs, weights),
    }
    if shutil.which("Rscript"):
        with_r(folder, "given")
        found["R boot"] = np.loadtxt(Path(folder, "r.csv"), delimiter=",")
    size = np.abs(wanted[:, [*range(36), *OWN]])  # an increment is set against the figure it came from
    found = {
        tool: values if values.shape == wanted.shape else with_increments(values) for tool, values in found.items()
    }
    return {tool: float(np.max(np.abs(values - wanted) / size)) for tool, values in found.items()}


def main() -> None:
    os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    with tempfile.TemporaryDirectory() as folder:
        far, rows = gaps(folder), []
        print(far, file=sys.stderr)
        assert max(far.values()) < 1e-9 and far["coopeval"] < 1e-12, "the tools do not agree"
        tools = [tool for tool in RUN if tool != "R boot" or shutil.which("Rscript")]
        if len(tools) < len(RUN):
            print("R is not installed: no line for R boot.", file=sys.stderr)
        for _ in range(ROUNDS):
            for tool in tools:
                if tool == "R boot":
                    said = dict(zip(("wall_s", "cpu_s", "memory_mb"), with_r(folder, RUN[tool]), strict=True))
                else:
                    done = subprocess.run([sys.executable, __file__, tool], capture_output=True, text=True, check=True)
                    said = json.loads(done.stdout)
                rows.append({"tool": tool, **said})
                print(rows[-1], file=sys.stderr)
    written(pd.DataFrame(rows), far)


GOALS = {"scipy.stats.bootstrap, tables of drawn rows": 5, "scipy.stats.bootstrap, counts times tables": 5,
         "lifelines in a loop": 500, "R boot": 100}  # fmt: skip
JOB = "10,000 bootstrap replicates of the comparison: 500 enterprises, 3,000 jobs, 63 figures"


def written(rows: pd.DataFrame, far: dict[str, float]) -> None:
    table = rows.groupby("tool", sort=False).median()
    seconds = table["cpu_s"] * pd.Series({tool: max(REPLICATES, run) / run for tool, run in RUN.items()})
    results, said = Results(__file__), versions("scipy", "lifelines")
    results.rows = []
    results.add(goal_rows(seconds, table["memory_mb"], {tool: f"{gap:.0e}" for tool, gap in far.items()}, said))
    results.finish()


def goal_rows(seconds: pd.Series, memory: pd.Series, far: dict[str, str], said: str) -> list[dict[str, object]]:
    """As benchmarks/README.md tells; `seconds` of 10,000 replicates, of 100,000 where the tool's name says so."""
    ours, many = seconds["coopeval"], "coopeval, 100,000 replicates"
    lines = []
    for tool, goal in GOALS.items():
        if tool in seconds:
            note = f"{RUN[tool]} replicates run, scaled up; own increments to a plain loop {far.get('coopeval', '')}"
            if "counts" in tool:
                note += "; it borrows the counting of enterprises from coopeval"
            lines.append(faster(JOB, tool, (goal, None), (ours, seconds[tool]), agreement=far.get(tool),
                                memory_mb=round(memory["coopeval"]), note=note, versions=said))  # fmt: skip
    refitted = {"job": JOB, "against": "weights refitted in each replicate", "measure": TIMES, "versions": said,
                "reached": round(seconds["coopeval, weights refitted"] / ours, 1)}  # fmt: skip
    of_many = {"job": JOB.replace("10,000", "100,000"), "versions": said}
    return [
        *lines, refitted,
        {"job": JOB, "against": "a limit", "measure": MORE, "goal": 70, "reached": round(memory["coopeval"]),
         "versions": said},
        {**of_many, "against": "10,000 replicates", "measure": TIMES, "goal": 11,
         "reached": round(seconds[many] / ours, 1)},
        {**of_many, "against": "a limit", "measure": MORE, "goal": 70, "stretch": round(memory["coopeval"]),
         "reached": round(memory[many]), "note": "50 MB of it are the replicates that are handed back"},
    ]  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(one_tool(sys.argv[1]))) if len(sys.argv) > 1 else main()
