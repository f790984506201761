"""Of which projects an outcome could be known by now, and whether it is known of enough of those with an enterprise."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from coopeval.cohort.compared import YEARS
from coopeval.cohort.job_outcomes import december
from coopeval.effectiveness.projects import KNOWN_AT_LEAST
from coopeval.uncertainty import about_of, estimates
from coopeval.wording import N_

SIGNS = ("created", "alive", "active_months", "jobs", "fte")  # above zero only where there is an enterprise
FEW_KNOWN = N_(
    "Where an outcome is known of fewer than half of the projects with an enterprise, there is no comparison: projects "
    "without an enterprise are known to have nothing, so the mean of the known ones would be far too low."
)
LEFT_OUT = N_(
    "Projects whose outcome is not known, though they have had the time, are left out and counted; what became of them "
    "may differ."
)


def due(frame: pd.DataFrame, outcome: str) -> pd.Series:
    """The projects that can have an outcome and have had the time for it."""
    told = frame[outcome].notna()
    if outcome == "created" or not {"zero_on", "is_mature"} <= set(frame.columns):
        return told  # of creation all is known, or it does not apply
    day = about_of(frame)["as_of"] if "about" in frame.attrs else ""
    if outcome in ("jobs", "fte") and day:
        return told | december(pd.to_datetime(frame["zero_on"]), YEARS).le(pd.Timestamp(day))
    return told | frame["is_mature"].astype(bool)


def is_comparable(frame: pd.DataFrame, outcome: str, comparator: str) -> bool:
    """Whether enough is known of the outcome in both arms."""
    return all(is_known_enough(frame, outcome, arm) for arm in ("programme", comparator))


def is_known_enough(frame: pd.DataFrame, outcome: str, arm: str) -> bool:
    """Whether the outcome is known of half of an arm's projects with an enterprise, as `effectiveness` asks."""
    of = frame["arm"].eq(arm) & due(frame, outcome)
    unknown = frame.loc[of, outcome].isna()
    sure = frame.loc[of, "has_enterprise"].astype(bool) if "has_enterprise" in frame else frame.loc[of, outcome].gt(0)
    has_any = unknown | sure
    for sign in [sign for sign in SIGNS if sign in frame]:
        has_any |= frame.loc[of, sign].gt(0)
    return not has_any.any() or float((~unknown)[has_any].mean()) >= KNOWN_AT_LEAST


def told_of_unknown(table: pd.DataFrame, frame: pd.DataFrame, outcome: str, comparators: Sequence[str]) -> pd.DataFrame:
    """The table with the number of projects whose outcome is not known, and where that forbids a comparison.

    Adds `n_left_out`: projects of both arms that have had the time and whose outcome is not known.
    """
    lacking = frame[due(frame, outcome) & frame[outcome].isna()].groupby("arm").size()
    unknown = {name: float(lacking.reindex(["programme", name]).sum()) for name in comparators}
    few = [name for name in comparators if not is_comparable(frame, outcome, name)]
    cases = ((FEW_KNOWN, bool(few)), (LEFT_OUT, any(unknown.values())))
    about = about_of(table)
    told = {**about, "warnings": (*about["warnings"], *(sentence for sentence, holds in cases if holds))}
    silent = table["against"].isin(few) & table["note"].eq("not_comparable")
    made = pd.DataFrame(dict(table)).assign(note=table["note"].mask(silent, "few_known"))
    return estimates(made.assign(n_left_out=made["against"].map(unknown)) if any(unknown.values()) else made, **told)
