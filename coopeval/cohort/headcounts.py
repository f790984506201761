"""Counts of jobs on a day, made to stand for a day that is asked for: one source, one split, no job counted twice."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.cohort.employment import kind_of_job

SOURCES = ("payroll", "balance_sheet", "survey")  # in this order of precedence
STANDS_FOR_DAYS = 184  # half a year: most counts are yearly, so the nearest one is never farther than this
DIMENSIONS = ("contract", "worker_status", "joint_committee")
NOT_SPLIT = "all"
SPLITS = ("", *DIMENSIONS)


def standing_counts(headcounts: pd.DataFrame, asked: pd.DataFrame) -> pd.DataFrame:
    """The one count that stands for each enterprise and day asked for, however it is split.

    One row per asked day that has one. The better source goes first, then the nearest count (of two equally near the
    earlier one), at most half a year away. `only_before` asks for counts on the day or before it.

    Parameters
    ----------
    headcounts
        Rows of the table, `enterprise_id` being the unit.
    asked
        `enterprise_id`, `on`, `only_before`.

    Returns
    -------
    `enterprise_id`, `on`, `counted_on`, `source`.
    """
    counts = headcounts[["enterprise_id", "counted_on", "source"]].drop_duplicates()
    near = asked.merge(counts, on="enterprise_id")
    days = (near["counted_on"] - near["on"]).dt.days
    near = near.assign(away=days.abs(), rank=near["source"].map({s: i for i, s in enumerate(SOURCES)}))
    near = near[near["away"].le(STANDS_FOR_DAYS) & ~(near["only_before"] & days.gt(0)) & near["rank"].notna()]
    order = ["enterprise_id", "on", "rank", "away", "counted_on"]
    chosen = near.sort_values(order, kind="stable").drop_duplicates(["enterprise_id", "on"])
    return chosen[["enterprise_id", "on", "counted_on", "source"]]


def counted_cells(headcounts: pd.DataFrame, standing: pd.DataFrame) -> pd.DataFrame:
    """The cells of the counts that `standing_counts` found: in total, and split by each dimension.

    One row per day, split and cell.

    Parameters
    ----------
    headcounts
        Rows of the table, `enterprise_id` being the unit.
    standing
        What `standing_counts` returns.

    Returns
    -------
    `enterprise_id`, `on`, `source`, `counted_on`, `split` (the dimension that shall be split where the count does so;
    empty: the total), the dimensions (`all` where not split), `headcount`, `fte`, `kind`.
    """
    cells = standing.merge(headcounts, on=["enterprise_id", "counted_on", "source"])
    cells = cells.assign(kind=kind_of_job(cells))
    count = cells.groupby(["enterprise_id", "on"], sort=False).ngroup().to_numpy()
    chosen = [_one_pattern(cells, count, split) for split in SPLITS]
    split = np.repeat(np.array(SPLITS, dtype=object), [len(rows) for rows in chosen])
    return cells.take(np.concatenate(chosen)).assign(split=split)


def _one_pattern(cells: pd.DataFrame, count: np.ndarray, split: str) -> np.ndarray:
    """Of each count the rows of one pattern of splits: those not split at all, else those split the least.

    A count may be given twice, once in all and once by contract, say: adding both would count every job twice. With
    `split` the patterns that split that dimension go first. Of two patterns as coarse the one goes first that splits
    the contract, then the status.
    """
    is_split = {dimension: cells[dimension].ne(NOT_SPLIT).to_numpy() for dimension in DIMENSIONS}
    weight = sum(is_split.values()) * 10 + is_split["joint_committee"] * 2 + is_split["worker_status"]
    if split:
        weight = weight + 100 * ~is_split[split]
    least = np.full(count.max(initial=-1) + 1, np.iinfo(int).max)
    np.minimum.at(least, count, weight)
    return np.flatnonzero(weight == least[count])
