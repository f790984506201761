"""Jobs of groups that were fixed at a landmark: what came later puts no enterprise into the better group."""

from __future__ import annotations

import pandas as pd

from coopeval.errors import DataError
from coopeval.jobs.reading import NO_SOURCE, TOTAL, attached, framed, measured, said
from coopeval.uncertainty import estimates, ratio
from coopeval.wording import N_

DESCRIBES = N_("The groups differ in more than this; the figures describe and do not say what made the jobs.")


def per_enterprise(
    jobs: pd.DataFrame, groups: pd.DataFrame, months: float = 24, by: str = "recognition", work: str = "headcount",
    level: float = 0.95,
) -> pd.DataFrame:  # fmt: skip
    """Jobs per enterprise on the first 31 December from a landmark on, by the group it was in at the landmark.

    One row per group and one, `all`. An enterprise that ceased between the landmark and that day counts with no jobs;
    one for which that day has not come yet is left out; one without a source is counted in `n_not_known`.

    Parameters
    ----------
    jobs
        What `cohort.jobs` returns.
    groups
        One row per enterprise there at the landmark: `enterprise_id` and the column `by`, as `pathways.at_landmark`
        gives them.
    months
        The landmark, in months since programme entry: the one the groups were fixed at.
    by, work, level
        Column of the groups; `headcount` or `fte`; confidence level.

    Returns
    -------
    Estimate table of kind "ratio": `n` enterprises, `n_not_known`, `numerator` (jobs), `denominator` (enterprises),
    `estimate`, `low`, `high`. A group for which the day has not come is empty, note `immature`.

    Raises
    ------
    DataError
        An enterprise stands twice in the groups.
    ParameterError
        Another measure of work.

    Source
    ------
    Landmark: Anderson, Cain & Gelber (1983); limits: Fieller (1954), enterprises being the units.
    """
    unit = measured(work)
    if groups["enterprise_id"].duplicated().any():
        raise DataError("an enterprise stands twice in the groups; give each one the group it was in at the landmark.")
    there = _at_first_december(jobs, groups[["enterprise_id", by]], months, work)
    known = there[there[work].notna()].assign(enterprises=1.0)
    parts = pd.concat(
        [ratio(known, work, "enterprises", by=by, level=level), ratio(known, work, "enterprises", level=level)]
    )
    names = [*sorted(groups[by].unique()), TOTAL]
    rows = [_row(parts, there, by, name, work) for name in names]
    return estimates(
        framed(rows, leave_out=("se",)), kind="ratio", unit="ratio", numerator_unit=unit, level=level,
        denominator_unit="enterprises", estimand=N_("jobs per enterprise after the landmark"), by=by,
        codes="recognition_groups" if by == "recognition" else "", clock="entry", method="ratio of sums",
        interval="Fieller", numerator=N_("jobs on the first 31 December from the landmark on"),
        denominator=N_("enterprises still there at the landmark"), warnings=(NO_SOURCE, DESCRIBES), **said(jobs),
    )  # fmt: skip


def _at_first_december(jobs: pd.DataFrame, groups: pd.DataFrame, months: float, work: str) -> pd.DataFrame:
    stocks = attached(jobs, "stocks")
    ends = stocks.loc[stocks["moment"].eq("year_end"), ["enterprise_id", "on", work]]
    entered = attached(jobs, "enterprises").set_index("enterprise_id")["entered_on"]
    landmark = groups["enterprise_id"].map(entered) + pd.DateOffset(months=int(months))
    after = groups.assign(landmark=landmark).merge(ends, on="enterprise_id")
    after = after[after["on"].ge(after["landmark"])]
    return after.sort_values(["enterprise_id", "on"], kind="stable").drop_duplicates("enterprise_id")


def _row(parts: pd.DataFrame, there: pd.DataFrame, by: str, name: str, work: str) -> dict[str, object]:
    own = there if name == TOTAL else there[there[by].eq(name)]
    found = parts[parts["group"].eq(name)]
    bare = {"group": name, "n": 0, "n_not_known": int(own[work].isna().sum())}
    if found.empty:
        return {**bare, "note": "no_source" if len(own) else "immature"}
    one = found.iloc[0].to_dict()
    return {**bare, **one, "n_persons": one["numerator"]}
