"""How many jobs an enterprise has on a day, by the best source there is; where there is none, not known."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.cohort.employment import OWN
from coopeval.cohort.headcounts import counted_cells, standing_counts

RECORDS = "job_records"
NOT_BORN, ENDED, UNKNOWN = "not_born", "ended", ""
BEFORE_ENTRY, YEAR_END, NOW = "before_entry", "year_end", "now"
ONE_DAY = pd.Timedelta(days=1)
FACTS = ["contract", "worker_status", "subsidy_measure", "joint_committee", "gender"]
CELL = ["enterprise_id", "on", "source", "split", "kind", "headcount", "fte", *FACTS]


def cells(asked: pd.DataFrame, studied: pd.DataFrame, rows: pd.DataFrame, counts: pd.DataFrame | None) -> pd.DataFrame:
    """What stood on each day that matters, from the best source: job records, else payroll, balance sheet, survey.

    One row per enterprise, day and job (headcount 1) or cell of a headcount, jobs of all kinds. `split` names the
    dimension that a headcount was asked to split (empty: its total); rows of job records hold for each of them. An
    enterprise with a source and nobody at work has one row without `kind`. `asked` is what `days_asked` returns.
    """
    asked = _each_day_once(asked)
    covered = _covered(asked, studied, rows)
    parts = [_of_records(asked[covered], rows)]
    left = asked[~covered & asked["state"].eq("open")]
    if counts is not None and len(left):
        counted = counted_cells(counts, standing_counts(counts, left))
        parts.append(counted.assign(subsidy_measure="all", gender="all"))
    columns = [name for name in CELL if name in parts[0]]
    found = pd.concat([part[columns] for part in parts], ignore_index=True)
    return found.sort_values(["enterprise_id", "on", "split"], kind="stable", ignore_index=True)


def _each_day_once(asked: pd.DataFrame) -> pd.DataFrame:
    """A day may matter twice (a 31 December that is also the as-of date): its jobs are there once all the same."""
    day = ["enterprise_id", "on"]
    only_before = asked.groupby(day)["only_before"].transform("max")
    return asked.assign(only_before=only_before).drop_duplicates(day)


def _of_records(asked: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    days = asked[["enterprise_id", "on"]].drop_duplicates()  # one day may matter twice: entry on 1 January, say
    facts = [fact for fact in FACTS if fact in rows]
    there = days.merge(rows[["enterprise_id", "started_on", "ended_on", "kind", "fte", *facts]], on="enterprise_id")
    there = there[there["started_on"].le(there["on"]) & ~there["ended_on"].lt(there["on"])]
    there = days.merge(there.assign(headcount=1.0), on=["enterprise_id", "on"], how="left")
    nobody = there["headcount"].isna()
    text = {column: there[column].astype(object).where(~nobody, "") for column in ("kind", *facts)}
    numbers = {column: there[column].astype(float).where(~nobody, 0.0) for column in ("headcount", "fte")}
    return there.assign(source=RECORDS, split="", **text, **numbers)


def days_asked(studied: pd.DataFrame, today) -> pd.DataFrame:
    """Each enterprise and day once: the day before entry, each 31 December from the year before N on, and today."""
    facts = studied[["enterprise_id", "born_on", "entered_on", "base_on", "ended_on", "end_kind", "cause"]]
    first = facts["base_on"].dt.year.fillna(facts["entered_on"].dt.year).to_numpy(float) - 1
    years = np.arange(first.min() if len(first) else today.year, today.year + 1)
    ends = pd.to_datetime({"year": years, "month": 12, "day": 31}).to_numpy()
    year, who = np.nonzero((first <= years[:, None]) & (ends <= today.to_datetime64())[:, None])
    each, n = np.arange(len(facts)), len(facts)
    asked = facts.take(np.concatenate([each, each, who])).reset_index(drop=True)
    before = (facts["entered_on"] - ONE_DAY).to_numpy()
    asked["on"] = np.concatenate([before, np.full(n, today.to_datetime64()), ends[year]]).astype("datetime64[ns]")
    asked["moment"] = np.repeat(np.array([BEFORE_ENTRY, NOW, YEAR_END], dtype=object), [n, n, len(who)])
    after = asked["ended_on"].lt(asked["on"])
    state = np.select(
        [asked["on"].lt(asked["born_on"]), after & asked["cause"].eq("ceased"), after],
        [NOT_BORN, ENDED, "gone"],
        "open",
    )
    return asked.assign(state=state, only_before=asked["moment"].eq(BEFORE_ENTRY))


def _covered(asked: pd.DataFrame, studied: pd.DataFrame, rows: pd.DataFrame) -> pd.Series:
    """Where the records tell the whole stock: from the day before they were kept, while every job was still seen."""
    facts = studied.set_index("enterprise_id")
    since = asked["enterprise_id"].map(facts["observed_from"].fillna(facts["born_on"])) - ONE_DAY
    until = asked["enterprise_id"].map(facts["last_seen_on"])
    lost = rows[rows["ended_on"].isna()].groupby("enterprise_id")["seen_until"].min()
    lost_after = asked["enterprise_id"].map(lost) if len(lost) else pd.Series(pd.NaT, index=asked.index)
    has = asked["enterprise_id"].isin(rows["enterprise_id"])
    unseen = asked["on"].gt(until) | asked["on"].gt(lost_after)
    return has & asked["state"].eq("open") & asked["on"].ge(since) & ~unseen


def stocks(asked: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """The stock of each enterprise on each day that matters.

    One row per enterprise and day: `moment` (before_entry, year_end, now), `on`, `year_after` (0 at N; empty before
    N and at other moments), `headcount` and `fte` of its own jobs, `founders` and `founders_fte` among them (empty
    where the source does not tell founders apart), `source`. An enterprise not yet born, or ceased, has a stock of
    zero (sources `not_born`, `ended`). One that merged, moved away or was lost from sight is not known, nor is one
    without a source: empty, never zero. `asked` is what `days_asked` returns, `found` what `cells` does of it.
    """
    total = found[found["split"].eq("")]
    own, founder = total["kind"].isin(OWN), total["kind"].eq("founder_employee")
    sums = (
        total.assign(
            headcount=total["headcount"].where(own, 0.0), fte=total["fte"].where(own, 0.0),
            founders=total["headcount"].where(founder, 0.0), founders_fte=total["fte"].where(founder, 0.0),
        )
        .groupby(["enterprise_id", "on", "source"], as_index=False)[["headcount", "fte", "founders", "founders_fte"]]
        .sum()
    )  # fmt: skip
    counted = sums["source"].ne(RECORDS)
    sums[["founders", "founders_fte"]] = sums[["founders", "founders_fte"]].mask(counted)
    frame = asked.merge(sums, on=["enterprise_id", "on"], how="left")
    nothing = frame["state"].isin([NOT_BORN, ENDED])
    figures = ["headcount", "fte", "founders", "founders_fte"]
    frame[figures] = frame[figures].mask(nothing, 0.0).mask(frame["state"].eq("gone"))
    source = frame["source"].fillna(UNKNOWN).mask(nothing, frame["state"]).mask(frame["state"].eq("gone"), UNKNOWN)
    after = frame["on"].dt.year - frame["base_on"].dt.year
    frame = frame.assign(source=source, year_after=after.where(frame["moment"].eq(YEAR_END) & after.ge(0)))
    columns = ["enterprise_id", "moment", "on", "year_after", *figures, "source"]
    return frame[columns].sort_values(["enterprise_id", "on", "moment"], kind="stable").reset_index(drop=True)
