"""Fifty curves, and the log-rank test of fifty groups, on a million rows against statsmodels.

statsmodels has no call for curves of groups: each group's rows are picked and fitted in a loop, as one would.
Writes benchmarks/groups.csv.
"""

from __future__ import annotations

import warnings

import numpy as np
from measuring import Results, by_turns, faster, gap, peak_of, versions
from spells import GROUPS, from_the_start, spells

from coopeval import survival

ROWS, ROUNDS = 1_000_000, 15


def main() -> None:
    from statsmodels.duration.survfunc import SurvfuncRight, survdiff

    warnings.simplefilter("ignore")
    results, said = Results(__file__), versions("statsmodels")
    rows = from_the_start(spells(ROWS))
    leave, status, arm = rows["exit"].to_numpy(), rows["event"].to_numpy().astype(int), rows["arm"].to_numpy()

    def curves() -> list[SurvfuncRight]:
        return [SurvfuncRight(leave[arm == number], status[arm == number]) for number in range(GROUPS)]

    def theirs() -> tuple[float, float]:
        return survdiff(leave, status, arm)

    job = f"{GROUPS} Kaplan-Meier curves with limits, 1e6 rows"
    if not results.has(job):
        ours = lambda: survival.curve(rows, "arm")  # noqa: E731
        took, found = by_turns({"ours": ours, "theirs": curves}, ROUNDS), ours()
        last = found.groupby("group").last()["estimate"].reindex(range(GROUPS))
        far = gap(last, [fit.surv_prob[-1] for fit in curves()])
        results.add([faster(job, "statsmodels", (8, 15), (took["ours"], took["theirs"]), agreement=far,
                            memory_mb=peak_of(ours), versions=said)])  # fmt: skip
    job = f"log-rank test of {GROUPS} groups, 1e6 rows"
    if not results.has(job):
        test = lambda: survival.logrank(rows, "arm")  # noqa: E731
        took = by_turns({"ours": test, "theirs": theirs}, ROUNDS)
        statistic = test()["statistic"].iloc[0]
        far = gap(statistic / np.asarray(theirs()[0]), 1)
        results.add([faster(job, "statsmodels", (5, 15), (took["ours"], took["theirs"]), agreement=far,
                            memory_mb=peak_of(test), versions=said)])  # fmt: skip
    results.finish()


if __name__ == "__main__":
    main()
