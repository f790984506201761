"""Kaplan-Meier with limits on a million rows, with and without delayed entry, on 500 rows, and how it grows.

The public call is timed, with its checks and its table; peers get the same columns as arrays and make no limits
(statsmodels) or no table of them. All take their turns in one process; figures must be equal, else the run stops.
R runs beside it; where it is not installed its figures are those stored in benchmarks/curve_r.csv, without its time.
Writes benchmarks/curve.csv.
"""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from measuring import MORE, TIMES, Results, by_turns, faster, gap, peak_of, repeated, versions
from spells import from_the_start, of_r, spells

from coopeval import survival
from coopeval.survival.curve import product_limit
from coopeval.survival.risk import counts

ROWS, ROUNDS, SHORT = 1_000_000, 31, 500
STORED = Path(__file__).with_name("curve_r.csv")
R_SCRIPT = """
shown <- function(entry, fit) data.frame(entry, at_months = fit$time, estimate = fit$surv, se = fit$std.err * fit$surv,
                                         low = fit$lower, high = fit$upper)
fit <- NULL
late <- clock(fit <<- survfit(Surv(entry, exit, event) ~ 1, data = d, conf.type = "log-log"))
of_late <- shown("late", fit)
start <- clock(fit <<- survfit(Surv(exit, event) ~ 1, data = d, conf.type = "log-log"))
told(rbind(of_late, shown("start", fit)), c(late = late, start = start))
"""
FIGURES = ["estimate", "se", "low", "high"]


def tools(rows: pd.DataFrame, late: bool) -> dict[str, object]:
    from lifelines import KaplanMeierFitter
    from statsmodels.duration.survfunc import SurvfuncRight

    entry, leave, event = (rows[column].to_numpy() for column in ("entry", "exit", "event"))
    status, given = event.astype(int), entry if late else None
    bare = entry, leave, event, None, 1
    return {
        "coopeval": lambda: survival.curve(rows),
        "coopeval, array code alone": lambda: product_limit(counts(*bare)),
        "statsmodels": lambda: SurvfuncRight(leave, status, entry=given),
        "lifelines": lambda: KaplanMeierFitter().fit(leave, event, entry=given),
    }


def agreement(rows: pd.DataFrame, found: dict[str, object]) -> dict[str, str]:
    """Largest difference of the shares at the times both have."""
    curve = survival.curve(rows).set_index("at_months")["estimate"]
    peer, fitted = found["statsmodels"](), found["lifelines"]()
    of_lifelines = fitted.survival_function_.iloc[:, 0].reindex(curve.index)
    return {
        "statsmodels": gap(curve.reindex(peer.surv_times), peer.surv_prob),
        "lifelines": gap(curve, of_lifelines),
    }


def against_r(rows: pd.DataFrame) -> tuple[dict[str, str], dict[str, float], str]:
    """Agreement, seconds and versions of R; all its figures are compared, one in forty is stored."""
    found = of_r(R_SCRIPT, rows)
    if found:
        figures, seconds, version = found
        figures[figures.index % 40 == 0].assign(versions=version).to_csv(STORED, index=False, lineterminator="\n")
    else:
        figures, seconds = pd.read_csv(STORED), {}
        version = figures["versions"].iloc[0] + ", stored"
    far = {}
    for kind, own in (("late", rows), ("start", from_the_start(rows))):
        theirs = (
            figures[figures["entry"].eq(kind)].set_index("at_months")[FIGURES].apply(pd.to_numeric, errors="coerce")
        )
        ours = survival.curve(own).set_index("at_months")[FIGURES].reindex(theirs.index)
        untouched = theirs["estimate"].eq(1)  # before the first end R gives no limits or others
        far[kind] = gap(ours[~untouched], theirs[~untouched])
    return far, seconds, version


def main() -> None:
    warnings.simplefilter("ignore")
    results, said = Results(__file__), versions("statsmodels", "lifelines")
    rows = spells(ROWS)
    far, of_r_seconds, r_version = against_r(rows)
    for kind, own, goals in (
        ("start", from_the_start(rows), {"statsmodels": (8, 20), "lifelines": (None, None)}),
        ("late", rows, {"statsmodels": (None, None), "lifelines": (15, 20)}),
    ):
        job = f"Kaplan-Meier with limits, 1e6 rows, {'delayed entry' if kind == 'late' else 'all from the start'}"
        if results.has(job):
            continue
        found = tools(own, kind == "late")
        took, agree = by_turns(found, ROUNDS), agreement(own, found)
        memory = peak_of(found["coopeval"])
        bare = f"array code alone {1000 * took['coopeval, array code alone']:.2g} ms"
        lines = [
            faster(job, peer, goals[peer], (took["coopeval"], took[peer]), agreement=agree[peer], memory_mb=memory,
                   note=bare, versions=said)
            for peer in goals
        ]  # fmt: skip
        line = faster(job, "R survival", (None, None), (took["coopeval"], of_r_seconds.get(kind, np.nan)),
                      agreement=far[kind], note="R in a process of its own", versions=r_version)  # fmt: skip
        results.add([*lines, line])
    for line in (other_kinds, short, growth):
        line(results, rows, said)
    results.finish()


def other_kinds(results: Results, rows: pd.DataFrame, said: str) -> None:
    """Columns as they may come: numbers with decimals, text as identifiers."""
    job = "Kaplan-Meier with limits, 1e6 rows, delayed entry"
    if results.has(f"{job}, months with decimals"):
        return
    months = rows.assign(entry=rows["entry"] / 30.4375, exit=rows["exit"] / 30.4375)
    floats = rows.astype({"entry": float, "exit": float})
    named = rows.assign(enterprise_id=np.char.mod("E%07d", np.arange(len(rows))).astype(object))
    for kind, own in (("whole days as decimals", floats), ("text as identifiers", named),
                      ("months with decimals", months)):  # fmt: skip
        found = tools(own, True)
        took, agree = by_turns({k: found[k] for k in ("coopeval", "lifelines")}, 5), agreement(own, found)
        results.add([faster(f"{job}, {kind}", "lifelines", (None, None), (took["coopeval"], took["lifelines"]),
                            agreement=agree["lifelines"], versions=said)])  # fmt: skip


def short(results: Results, rows: pd.DataFrame, said: str) -> None:
    """Few rows, where making a table is most of the work."""
    job = f"a curve of {SHORT} rows"
    if results.has(job):
        return
    found = tools(from_the_start(rows.head(SHORT)), False)
    peer = found["statsmodels"]
    took = by_turns({
        "ours": repeated(found["coopeval"], 50), "bare": repeated(found["coopeval, array code alone"], 50),
        "table": repeated(lambda: peer().summary(), 50), "fit": repeated(peer, 50),
    }, ROUNDS)  # fmt: skip
    agree = agreement(from_the_start(rows.head(SHORT)), found)["statsmodels"]
    common = {"job": job, "measure": TIMES, "agreement": agree, "versions": said}
    results.add([
        {**common, "against": "statsmodels, fit and table", "goal": 2,
         "reached": round(took["ours"] / took["table"], 2),
         "seconds": f"{took['ours'] / 50:.2g}", "peer_seconds": f"{took['table'] / 50:.2g}",
         "note": "both give a table, ours with limits"},
        {**common, "against": "statsmodels, arrays alone", "goal": 2, "reached": round(took["bare"] / took["fit"], 2),
         "seconds": f"{took['bare'] / 50:.2g}", "peer_seconds": f"{took['fit'] / 50:.2g}",
         "note": "neither gives a table or limits"},
    ])  # fmt: skip


def growth(results: Results, rows: pd.DataFrame, said: str) -> None:
    """Ten times the rows: the time, and how much more memory than the rows themselves."""
    job = "Kaplan-Meier with limits, growth from 1e6 to 1e7 rows"
    if results.has(job):
        return
    many = spells(10 * len(rows), seed=2)
    few, more = (lambda: survival.curve(rows)), (lambda: survival.curve(many))
    took = by_turns({"few": few, "more": more}, ROUNDS)
    memory = peak_of(few), peak_of(more)
    results.add([
        {"job": job, "against": "a tenth of the rows", "measure": TIMES, "goal": 11, "versions": said,
         "reached": round(took["more"] / took["few"], 1), "seconds": f"{took['more']:.3g}",
         "peer_seconds": f"{took['few']:.3g}", "memory_mb": memory[1]},
        {"job": job, "against": "a tenth of the rows", "measure": MORE, "goal": 10, "versions": said,
         "reached": round(memory[1] - memory[0], 1), "note": "memory beyond that of the rows"},
    ])  # fmt: skip


if __name__ == "__main__":
    main()
