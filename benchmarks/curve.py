"""survival.curve on a million rows with delayed entry and ties, against its peers on the same rows in one run.

Only ratios of one run mean anything. Figures must be equal, else the comparison stops. R takes part where it is
installed. Writes benchmarks/curve.csv.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

from coopeval import survival

ROWS, SEED, TIMES = 1_000_000, 1, 5
R_SCRIPT = """
library(survival)
d <- read.csv("ROWS.csv")
y <- Surv(d$entry, d$exit, d$event)
seconds <- min(sapply(1:3, function(i) system.time(fit <<- survfit(y ~ 1, conf.type = "log-log"))["elapsed"]))
write.csv(data.frame(at_months = fit$time, estimate = fit$surv), "curve.csv", row.names = FALSE)
cat(seconds)
"""


def rows(days: bool) -> pd.DataFrame:
    """Made-up spells: whole months, or months with decimals as days give them."""
    rng = np.random.default_rng(SEED)
    step = 30.0 if days else 1.0
    entry = rng.integers(0, int(24 * step), ROWS)
    end = entry + 1 + rng.geometric(0.02 / step, ROWS)
    leave = np.minimum(end, entry + 1 + rng.integers(0, int(96 * step), ROWS))
    frame = pd.DataFrame({"entry": entry / step, "exit": leave / step, "event": end == leave})
    return frame.assign(enterprise_id=np.arange(ROWS))


def ours(spells: pd.DataFrame) -> pd.DataFrame:
    return survival.curve(spells)[["at_months", "estimate"]]


def with_lifelines(spells: pd.DataFrame) -> pd.DataFrame:
    from lifelines import KaplanMeierFitter

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = KaplanMeierFitter().fit(spells["exit"], spells["event"], entry=spells["entry"])
    return fit.survival_function_.iloc[:, 0].rename_axis("at_months").rename("estimate").reset_index()


def with_statsmodels(spells: pd.DataFrame) -> pd.DataFrame:
    from statsmodels.duration.survfunc import SurvfuncRight

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = SurvfuncRight(spells["exit"], spells["event"].astype(int), entry=spells["entry"])
    return pd.DataFrame({"at_months": fit.surv_times, "estimate": fit.surv_prob})


def timed(function, spells: pd.DataFrame) -> tuple[float, pd.DataFrame]:
    taken = []
    for _ in range(TIMES):
        start = time.perf_counter()
        result = function(spells)
        taken.append(time.perf_counter() - start)
    return min(taken), result


def with_r(spells: pd.DataFrame) -> tuple[float, pd.DataFrame]:
    with tempfile.TemporaryDirectory() as folder:
        spells[["entry", "exit"]].assign(event=spells["event"].astype(int)).to_csv(
            Path(folder, "ROWS.csv"), index=False
        )
        Path(folder, "run.R").write_text(R_SCRIPT, encoding="utf-8")
        done = subprocess.run(["Rscript", "run.R"], cwd=folder, capture_output=True, text=True, check=True)
        return float(done.stdout), pd.read_csv(Path(folder, "curve.csv"))


def same(one: pd.DataFrame, other: pd.DataFrame) -> None:
    """Equal at the times both have; peers leave out times without an event."""
    joined = one.assign(key=one["at_months"].round(9)).merge(
        other.assign(key=other["at_months"].round(9)), on="key", suffixes=("", "_peer")
    )
    assert len(joined) > 50
    np.testing.assert_allclose(joined["estimate"], joined["estimate_peer"], rtol=0, atol=1e-9)


def main() -> None:
    found = []
    for days in (False, True):
        spells = rows(days)
        seconds, curve = timed(ours, spells)
        took = {"coopeval": seconds}
        for name, function in (("lifelines", with_lifelines), ("statsmodels", with_statsmodels)):
            took[name], peer = timed(function, spells)
            same(curve, peer)
        if shutil.which("Rscript"):
            took["R survival"], peer = with_r(spells)
            same(curve, peer)
        for name, value in took.items():
            found.append({"times": "days" if days else "months", "tool": name, "ratio": round(value / seconds, 2),
                          "milliseconds": round(1000 * value, 1)})  # fmt: skip
    table = pd.DataFrame(found)
    table.to_csv(Path(__file__).with_suffix(".csv"), index=False, lineterminator="\n")
    print(table.to_string(index=False))


if __name__ == "__main__":
    main()
