"""Ratios of hazards: how fast against the peers on the same rows, and how often their intervals hold the truth.

Speed: 100,000 rows, ten covariates, ties, with and without delayed entry; processor time of one thread, the best of
three, all in one run. Coefficients must be equal, else the comparison stops. statsmodels counts whoever enters at an
event as at risk at it, so its entries are moved by a hair. R takes part where it is installed. Writes
benchmarks/hazards_speed.csv.

Coverage: made-up jobs in 20, 30 or 60 enterprises whose rows share a frailty, and single enterprises, half of them
entering late. Writes benchmarks/hazards.csv.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from coopeval.survival.hazards_errors import cr2, lin_wei, plain
from coopeval.survival.hazards_firth import firth
from coopeval.survival.hazards_fit import fitted
from coopeval.survival.hazards_partial import prepared

HERE = Path(__file__).parent
SEED, ROWS, COVARIATES, TIMES, SAME = 20261126, 100_000, 10, 3, 1e-8
REPS, REPS_PENALISED, LEVEL = 1000, 500, 0.95
SIZES = (20, 30, 60)
JOBS, SPREAD, HAZARD = 4, 0.5, 0.03  # per enterprise; variance of its frailty; ends per month
RATIO = 0.5
R_SCRIPT = """
suppressMessages(library(survival))
d <- read.csv("rows.csv")
x <- as.matrix(d[, grep("^x", names(d))])
y <- if (LATE) Surv(d$entry, d$exit, d$event) else Surv(d$exit, d$event)
once <- function(i) sum(system.time(fit <<- coxph(y ~ x, control = coxph.control(eps = 1e-11)))[1:2])
seconds <- min(sapply(1:3, once))
writeLines(sprintf("%.15g", c(seconds, coef(fit))), "fit.txt")
"""


def rows(late: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(SEED)
    x = rng.normal(size=(ROWS, COVARIATES))
    entry = rng.integers(0, 20, ROWS) * float(late)
    lasts = np.ceil(rng.exponential(np.exp(-x @ np.linspace(-0.4, 0.4, COVARIATES))) * 200)
    seen = np.ceil(rng.exponential(400, ROWS))
    return x, entry, entry + np.minimum(lasts, seen), lasts <= seen


def ours(x, entry, leave, event) -> np.ndarray:
    return fitted(prepared(x, entry, leave, event)).beta


def with_lifelines(x, entry, leave, event) -> np.ndarray:
    from lifelines import CoxPHFitter

    frame = pd.DataFrame(x).assign(entry=entry, exit=leave, event=event)
    late = {"entry_col": "entry"} if entry.any() else {}
    frame = frame if late else frame.drop(columns="entry")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = CoxPHFitter().fit(frame, "exit", "event", fit_options={"precision": 1e-10}, **late)
    return fit.params_.to_numpy()


def with_statsmodels(x, entry, leave, event) -> np.ndarray:
    from statsmodels.duration.hazard_regression import PHReg

    late = {"entry": entry + 1e-6} if entry.any() else {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return PHReg(leave, x, event.astype(float), ties="efron", **late).fit(disp=0).params


def with_r(x, entry, leave, event) -> tuple[float, np.ndarray]:
    with tempfile.TemporaryDirectory() as folder:
        frame = pd.DataFrame(x, columns=[f"x{k}" for k in range(x.shape[1])])
        frame.assign(entry=entry, exit=leave, event=event.astype(int)).to_csv(f"{folder}/rows.csv", index=False)
        script = R_SCRIPT.replace("LATE", "TRUE" if entry.any() else "FALSE")
        Path(folder, "fit.R").write_text(script, encoding="utf-8")
        subprocess.run(["Rscript", "fit.R"], cwd=folder, check=True, capture_output=True)
        told = np.loadtxt(f"{folder}/fit.txt")
    return told[0], told[1:]


def speed() -> pd.DataFrame:
    found = []
    for late in (False, True):
        data = rows(late)
        took = {}
        for name, call in (("coopeval", ours), ("lifelines", with_lifelines), ("statsmodels", with_statsmodels)):
            seconds = []
            for _ in range(TIMES if name != "statsmodels" else 1):
                begin = time.process_time()
                beta = call(*data)
                seconds.append(time.process_time() - begin)
            took[name] = (min(seconds), beta)
            print(f"{name}: {min(seconds):.2f} s", file=sys.stderr)
        if shutil.which("Rscript"):
            took["R survival"] = with_r(*data)
        mine, ratios = took["coopeval"]
        for name, (seconds, beta) in took.items():
            gap = float(np.abs(beta - ratios).max())
            if gap > SAME:
                raise SystemExit(f"{name} finds other coefficients (late={late}): up to {gap:.1e} apart.")
            found.append({"entry": "late" if late else "at zero", "tool": name, "ratio": round(seconds / mine, 2),
                          "milliseconds": round(1000 * seconds, 1), "largest_gap": f"{gap:.1e}"})  # fmt: skip
    return pd.DataFrame(found)


def drawn(rng: np.random.Generator, n: int, x: np.ndarray, log_ratio: float, frailty: np.ndarray):
    entry = np.where(rng.random(n) < 0.5, rng.integers(0, 12, n), 0).astype(float)
    lasts = np.ceil(rng.exponential(1 / (HAZARD * np.exp(log_ratio * x) * frailty)))
    seen = rng.integers(6, 49, n)
    return entry, entry + np.minimum(lasts, seen), lasts <= seen


def of_jobs(rng: np.random.Generator, n: int, share: float) -> list[dict[str, object]]:
    """No difference between arms of enterprises; three errors for it."""
    inside = {"model": [], "sandwich, normal": [], "CR2, t": []}
    z = stats.norm.ppf(0.5 + LEVEL / 2)
    arm = (np.arange(n) < round(share * n)).astype(float)
    cluster = np.repeat(np.arange(n), JOBS)
    for _ in range(REPS):
        frailty = np.repeat(rng.gamma(1 / SPREAD, SPREAD, n), JOBS)
        x = np.column_stack([np.repeat(arm, JOBS), rng.random(n * JOBS) < 0.4]).astype(float)
        risk = prepared(x, *drawn(rng, n * JOBS, x[:, 0], 0.0, frailty))
        fit = fitted(risk)
        if fit.runs_away.any():
            continue
        covariance, df = cr2(risk, fit, cluster)
        errors = {
            "model": z * np.sqrt(plain(fit)[0, 0]),
            "sandwich, normal": z * np.sqrt(lin_wei(risk, fit, cluster)[0, 0]),
            "CR2, t": stats.t.ppf(0.5 + LEVEL / 2, df[0]) * np.sqrt(covariance[0, 0]),
        }
        for name, half in errors.items():
            inside[name].append((abs(fit.beta[0]) <= half, 2 * half))
    return [line(f"jobs, {share:.0%} of enterprises in the arm", name, n, told, REPS) for name, told in inside.items()]


def of_enterprises(rng: np.random.Generator, n: int) -> list[dict[str, object]]:
    """A ratio of one half, one row per enterprise: the model's error, and Firth's with profile limits."""
    inside = {"model": [], "Firth, profile": []}
    z, truth = stats.norm.ppf(0.5 + LEVEL / 2), np.log(RATIO)
    for _ in range(REPS_PENALISED):
        x = np.column_stack([np.arange(n) < n // 3, rng.normal(size=n)]).astype(float)
        risk = prepared(x, *drawn(rng, n, x[:, 0], truth, np.ones(n)))
        fit = fitted(risk)
        if not fit.runs_away.any():
            half = z * np.sqrt(plain(fit)[0, 0])
            inside["model"].append((abs(fit.beta[0] - truth) <= half, 2 * half))
        told = firth(risk, LEVEL)
        if told is not None and np.isfinite([told.low[0], told.high[0]]).all():
            inside["Firth, profile"].append((told.low[0] <= truth <= told.high[0], told.high[0] - told.low[0]))
    return [line("enterprises, ratio 0.5", name, n, told, REPS_PENALISED) for name, told in inside.items()]


def line(what: str, interval: str, n: int, told: list[tuple[bool, float]], reps: int) -> dict[str, object]:
    coverage = float(np.mean([one for one, _ in told]))
    return {
        "what": what, "interval": interval, "n_enterprises": n, "nominal": LEVEL, "coverage": round(coverage, 3),
        "mc_error": round(float(np.sqrt(LEVEL * (1 - LEVEL) / len(told))), 4),
        "width": round(float(np.median([width for _, width in told])), 3), "given": len(told), "replicates": reps,
    }  # fmt: skip


def coverage() -> pd.DataFrame:
    rng, found = np.random.default_rng(SEED), []
    for n in SIZES:
        for share in (0.5, 0.2):
            found += of_jobs(rng, n, share)
        found += of_enterprises(rng, n)
        print(f"{n} enterprises done", file=sys.stderr)
    return pd.DataFrame(found)


if __name__ == "__main__":
    if "speed" in sys.argv[1:] or len(sys.argv) == 1:
        speed().to_csv(HERE / "hazards_speed.csv", index=False)
    if "coverage" in sys.argv[1:] or len(sys.argv) == 1:
        coverage().to_csv(HERE / "hazards.csv", index=False)
