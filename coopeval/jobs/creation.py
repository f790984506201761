"""Jobs present, jobs created (net of those there at entry) and jobs maintained: three numbers, never one (Q01)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.cohort import OWN
from coopeval.jobs.reading import CODES, NO_SOURCE, TOTAL, attached, measured, panel, said, summed
from coopeval.uncertainty import estimates
from coopeval.wording import N_

FOUNDERS = N_("Founders with an employment contract are jobs; those without one stand in a row of their own.")
ONLY_RECORDS = N_(
    "Only records of single jobs tell founders, volunteers and others apart: those rows hold the enterprises that have "
    "them."
)
NET = N_(
    "Created means: more than on the day before entry into the programme. Jobs that were there already are not created."
)
BASELINE = N_("An existing enterprise whose jobs before entry are not known is left out of the jobs created.")
WITH = {
    "jobs": OWN, "jobs_without_founders": ("employee",), "jobs_and_founders": (*OWN, "founder_without_contract"),
}  # fmt: skip
APART = (
    "founder_employee", "founder_without_contract", "self_employed", "director", "volunteer", "trainee", "replacement",
    "agency", "article_60", "shared_employer", "cooperative_candidate", "unknown",
)  # fmt: skip


def present(jobs: pd.DataFrame, work: str = "headcount") -> pd.DataFrame:
    """Work present on the as-of date: the enterprises' own jobs, with and without founders, and who is not among them.

    One row per kind. `jobs` is the headline: employment contracts with the enterprise itself, from every source. All
    other rows come from records of single jobs alone. No total is given: volunteers are no jobs.

    Parameters
    ----------
    jobs
        What `cohort.jobs` returns.
    work
        `headcount` or `fte`.

    Returns
    -------
    Estimate table of sums, codes `job_kinds`: `n` enterprises with a source, `n_not_known` those without, `estimate`.
    """
    unit = measured(work)
    stocks = attached(jobs, "stocks")
    now = stocks[stocks["moment"].eq("now")].set_index("enterprise_id")
    cells = attached(jobs, "cells")
    cells = cells[cells["on"].eq(now["on"].max()) & cells["split"].eq("") & cells["source"].eq("job_records")]
    recorded = now["source"].isin(["job_records", "ended"])
    rows = [{"group": "jobs", **summed(now, work)}]
    kinds = {**WITH, **{kind: (kind,) for kind in APART if cells["kind"].eq(kind).any()}}
    for group, chosen in list(kinds.items())[1:]:
        sums = cells[cells["kind"].isin(chosen)].groupby("enterprise_id")[["headcount", "fte"]].sum()
        own = sums.reindex(now.index).fillna(0.0).where(recorded)
        if group in WITH or own["headcount"].sum() > 0:
            rows.append({"group": group, **summed(own, work)})
    return estimates(
        pd.DataFrame(rows), kind="sum", unit=unit, by="kind_of_work", codes="job_kinds",
        estimand=N_("work present on the as-of date"), warnings=(FOUNDERS, ONLY_RECORDS, NO_SOURCE), **said(jobs),
    )  # fmt: skip


def created(jobs: pd.DataFrame, work: str = "headcount", by: str = "origin") -> pd.DataFrame:
    """Jobs created up to the as-of date: the stock then, less the stock on the day before entry.

    One row per group and one, `all`. By origin: `new_enterprise` (born on or after entry: every job it has) and
    `existing_enterprise` (net change; a loss counts against). It never falls back on zero: where either stock is not
    known the enterprise is counted in `n_not_known` and nowhere else.

    Parameters
    ----------
    jobs, work
        As for `present`.
    by
        `origin`, or a column fixed at entry.

    Returns
    -------
    Estimate table of sums; `estimate` may be negative. Note `no_source` where nothing is known.
    """
    unit, frame = measured(work), _change(jobs, work, None if by == "origin" else by)
    rows = [{"group": group, **summed(part, "change")} for group, part in frame.groupby("group", sort=True)]
    rows.append({"group": TOTAL, **summed(frame, "change")})
    return estimates(
        pd.DataFrame(rows), kind="sum", unit=unit, by=by, codes="job_origins" if by == "origin" else CODES[by],
        estimand=N_("jobs created since entry, net"), warnings=(NET, BASELINE), **said(jobs),
    )  # fmt: skip


def maintained(jobs: pd.DataFrame, work: str = "headcount") -> pd.DataFrame:
    """Jobs that were there on the day before entry and are still counted: never among those created.

    Two rows: `at_entry` (jobs on the day before entry) and `maintained` (the smaller of the two stocks, summed), both
    over the existing enterprises whose stock is known on both days; codes `job_lines`.
    """
    unit, frame = measured(work), _change(jobs, work)
    existing = frame[frame["group"].eq("existing_enterprise")]
    known = existing["before"].notna() & existing["then"].notna()
    existing = existing.assign(
        at_entry=existing["before"].where(known), maintained=np.minimum(existing["before"], existing["then"])
    )
    rows = [{"group": line, **summed(existing, line)} for line in ("at_entry", "maintained")]
    return estimates(
        pd.DataFrame(rows), kind="sum", unit=unit, by="line", codes="job_lines",
        estimand=N_("jobs in enterprises that existed at entry"), warnings=(BASELINE,), **said(jobs),
    )  # fmt: skip


def sources(jobs: pd.DataFrame) -> pd.DataFrame:
    """Where the number of jobs on the as-of date comes from: enterprises by source, and all of them.

    One row per source (codes `stock_sources`) and one, `all`; `unknown` are those without any.
    """
    stocks = attached(jobs, "stocks")
    groups = stocks.loc[stocks["moment"].eq("now"), "source"].replace("", "unknown")
    sizes = groups.value_counts().sort_index()
    rows = pd.DataFrame({"group": [*sizes.index, TOTAL], "n": [*sizes, sizes.sum()]})
    return estimates(
        rows.assign(estimate=rows["n"].astype(float)), kind="count", unit="enterprises", by="source",
        codes="stock_sources", estimand=N_("enterprises by the source of their number of jobs"), method="count",
        **said(jobs),
    )  # fmt: skip


def _change(jobs: pd.DataFrame, work: str, by: str | None = None) -> pd.DataFrame:
    """One row per enterprise: stock before entry, stock now, and the change, empty where either is not known."""
    frame = panel(jobs, by)
    before = frame[frame["moment"].eq("before_entry")].set_index("enterprise_id")
    now = frame[frame["moment"].eq("now")].set_index("enterprise_id")
    is_new = now["born_on"].ge(now["entered_on"])
    origin = pd.Series(np.where(is_new, "new_enterprise", "existing_enterprise"), index=now.index)
    return pd.DataFrame(
        {
            "group": origin if by is None else now["group"],
            "before": before[work].reindex(now.index), "then": now[work],
            "change": now[work] - before[work].reindex(now.index),
            "headcount": np.maximum(now["headcount"], before["headcount"].reindex(now.index)),
        }
    )  # fmt: skip
