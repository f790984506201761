"""Incidence of three competing causes with errors on a million rows against statsmodels and R's cmprsk and survival.

Causes come as categories, to the peers as numbers; as text they have to be told apart first, which is measured too.
Errors are compared with R survival's (cmprsk's are of another type, Aalen's). What R found is kept in
benchmarks/incidence_r.csv for where it is not installed. Writes benchmarks/incidence.csv.
"""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from measuring import Results, by_turns, faster, gap, peak_of, versions
from spells import CAUSES, from_the_start, of_r, spells

from coopeval import competing

ROWS, ROUNDS = 1_000_000, 31
STORED = Path(__file__).with_name("incidence_r.csv")
R_SCRIPT = """
suppressMessages(library(cmprsk))
fit <- NULL; of_cmprsk <- NULL
d$number <- factor(d$number, 0:3)
# its errors (a jackknife) take minutes on a million rows and are compared on the first 2,000
survival <- clock(fit <<- survfit(Surv(exit, number) ~ 1, data = d, se.fit = FALSE), 1)
status <- as.integer(d$number) - 1
cmprsk <- clock(of_cmprsk <<- cuminc(d$exit, status), 1)
shown <- data.frame(rows = "all", at_months = fit$time, fit$pstate[, -1])
few <- survfit(Surv(exit, number) ~ 1, data = d[1:2000, ])
names(shown)[3:5] <- c("ceased", "merged", "moved_away")
errors <- data.frame(rows = "first 2000", at_months = few$time, few$std.err[, -1])
names(errors) <- names(shown)
told(rbind(shown, errors), c(survival = survival, cmprsk = cmprsk))
"""


def main() -> None:
    from statsmodels.duration.survfunc import CumIncidenceRight

    warnings.simplefilter("ignore")
    results, said = Results(__file__), versions("statsmodels")
    rows = from_the_start(spells(ROWS))
    leave, number = rows["exit"].to_numpy(), rows["number"].to_numpy()
    ours, theirs = (lambda: competing.incidence(rows)), (lambda: CumIncidenceRight(leave, number))
    job = "incidence of 3 causes with errors, 1e6 rows"
    if not results.has(job):
        took = by_turns({"ours": ours, "theirs": theirs}, ROUNDS)
        table, peer = shares(rows, "estimate"), theirs()
        far = gap(table.reindex(peer.times)[list(CAUSES)].T, peer.cinc)
        lines = [faster(job, "statsmodels", (10, None), (took["ours"], took["theirs"]), agreement=far,
                        memory_mb=peak_of(ours), versions=said)]  # fmt: skip
        far, seconds, version = against_r(rows)
        for tool, goal in (("cmprsk", 500), ("survival", None)):
            lines.append(faster(job, f"R {tool}", (goal, None), (took["ours"], seconds.get(tool, np.nan)),
                                agreement=far, note="R in a process of its own; agreement with R survival",
                                versions=version))  # fmt: skip
        results.add(lines)
    job = f"{job}, causes as text"
    if not results.has(job):
        text = rows.assign(cause=rows["cause"].astype(object))
        took = by_turns({"ours": lambda: competing.incidence(text), "theirs": theirs}, 3)
        results.add([faster(job, "statsmodels, causes as numbers", (None, None), (took["ours"], took["theirs"]),
                            versions=said)])  # fmt: skip
    results.finish()


def shares(rows: pd.DataFrame, figure: str) -> pd.DataFrame:
    return competing.incidence(rows).pivot(index="at_months", columns="cause", values=figure)


def against_r(rows: pd.DataFrame) -> tuple[str, dict[str, float], str]:
    found = of_r(R_SCRIPT, rows)
    if found:
        figures, seconds, version = found
        figures[figures.index % 40 == 0].assign(versions=version).to_csv(STORED, index=False, lineterminator="\n")
    else:
        figures, seconds = pd.read_csv(STORED), {}
        version = figures["versions"].iloc[0] + ", stored"
    far = []
    for which, own, figure in (("all", rows, "estimate"), ("first 2000", rows.head(2000), "se")):
        theirs = figures[figures["rows"].eq(which)].set_index("at_months")[list(CAUSES)].astype(float)
        far.append(float(gap(shares(own, figure).reindex(theirs.index)[list(CAUSES)], theirs)))
    return f"{max(far):.0e}", seconds, version


if __name__ == "__main__":
    main()
