"""Counts of jobs of one enterprise on one day, told by more than one: sources, lines that split, job records."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from coopeval.tables.raw import Raw
from coopeval.tables.rows import LINE

ORDER = ("payroll", "balance_sheet", "survey", "unknown")  # the first that is there is used, job records before all
SPLIT_BY = ("contract", "worker_status", "joint_committee")
FIGURES = ["headcount", "fte"]
ROUNDING = 0.05  # counts that split a total are rounded one by one
WHEN = ["enterprise_id", "counted_on"]


def complain(raws: Mapping[str, Raw], frames: Mapping[str, pd.DataFrame]) -> None:
    """Adds counts that differ: parts from their total, a source from one before it, a source from the job records."""
    if "headcounts" not in frames:
        return
    raw, sums = raws["headcounts"], _sums(frames["headcounts"])
    total = sums.drop_duplicates([*WHEN, "source"])
    _parts(raw, sums, total)
    total = total.sort_values([*WHEN, "rank"], kind="stable")
    used = total.drop_duplicates(WHEN)
    _sources(raw, total.merge(used, on=WHEN, suffixes=("", "_used")))
    if "jobs" in frames and raws["jobs"].is_whole:
        _records(raw, used, frames["jobs"])


def _sums(counts: pd.DataFrame) -> pd.DataFrame:
    """One row per enterprise, day, source and way of splitting, the least split first; days in fault left out."""
    keys = [*WHEN, "source"]
    split = sum(counts[name].ne("all").astype(int) * 2**place for place, name in enumerate(SPLIT_BY))
    whole = counts[[*FIGURES, "counted_on"]].notna().all(axis=1) & counts[["source", *SPLIT_BY]].ne("").all(axis=1)
    counts = counts.assign(split=split, whole=whole)
    counts = counts[counts.groupby(keys, dropna=False)["whole"].transform("all")]
    sums = counts.groupby([*keys, "split"], as_index=False).agg(
        **{name: (name, "sum") for name in FIGURES}, line=(LINE, "min")
    )
    return sums.assign(rank=sums["source"].map({name: rank for rank, name in enumerate(ORDER)}))


def _differ(one: pd.Series, other: pd.Series) -> pd.Series:
    return (one - other).abs() > ROUNDING + 1e-9


def _parts(raw: Raw, sums: pd.DataFrame, total: pd.DataFrame) -> None:
    parts = total.merge(sums, on=[*WHEN, "source"], suffixes=("", "_parts"))
    for name in FIGURES:
        off = parts[_differ(parts[name], parts[f"{name}_parts"])]
        columns = [_split_by(split) for split in off["split_parts"]]
        raw.add_each("W-STOCK-02", off[LINE], name, _told(off[name]), due=_told(off[f"{name}_parts"]), columns=columns)


def _sources(raw: Raw, both: pd.DataFrame) -> None:
    for name in FIGURES:
        off = both[_differ(both[name], both[f"{name}_used"])]
        about = {"due": _told(off[f"{name}_used"]), "source": off["source"], "used": off["source_used"]}
        raw.add_each("W-STOCK-01", off[LINE], name, _told(off[name]), **about)


def _records(raw: Raw, used: pd.DataFrame, jobs: pd.DataFrame) -> None:
    """Days that the job records of the enterprise cover: from the first job to the last day all of them were seen."""
    until = jobs["ended_on"].fillna(jobs["last_seen_on"])
    jobs = jobs.assign(until=until, is_open=jobs["ended_on"].isna(), holder=_holder(jobs))
    pairs = used.merge(jobs, on="enterprise_id", suffixes=("", "_job"))
    begun = pairs["started_on"] <= pairs["counted_on"]
    there, own = begun & (pairs["until"] >= pairs["counted_on"]), ~pairs["is_founder"].eq(True).astype(bool)
    pairs = pairs.assign(
        begun=begun, unseen=begun & ~there & pairs["is_open"], after=pairs["until"] >= pairs["counted_on"],
        fte_all=pairs["fte_job"].where(there, 0.0), fte_own=pairs["fte_job"].where(there & own, 0.0),
        headcount_all=pairs["holder"].where(there), headcount_own=pairs["holder"].where(there & own),
    )  # fmt: skip
    pairs = pairs[~pairs[LINE].isin(pairs[LINE][there & pairs["fte_job"].isna()])]
    days = pairs.groupby(LINE).agg(
        {"begun": "any", "unseen": "any", "after": "any", "fte_all": "sum", "fte_own": "sum"}
        | {"headcount_all": "nunique", "headcount_own": "nunique"}
    )
    days = used.set_index(LINE).join(days[days["begun"] & days["after"] & ~days["unseen"]], how="inner")
    for name in FIGURES:
        off = _differ(days[name], days[f"{name}_all"]) & _differ(days[name], days[f"{name}_own"])
        raw.add_each("W-STOCK-03", days.index[off], name, _told(days[name][off]), due=_told(days[f"{name}_all"][off]))


def _told(figures: pd.Series) -> list[str]:
    return [f"{figure:.10g}" for figure in figures]


def _split_by(split: int) -> str:
    return ", ".join(name for place, name in enumerate(SPLIT_BY) if split >> place & 1)


def _holder(jobs: pd.DataFrame) -> np.ndarray:
    """Persons are counted once; a job whose holder is not known is one of its own."""
    return np.where(jobs["person_id"].ne(""), "person " + jobs["person_id"], "job " + jobs["job_id"])
