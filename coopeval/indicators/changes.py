"""What changed in the indicators between two periods, and why: new facts, revisions of old ones, other methods.

Three causes, never mixed. With A the earlier period and B the later one: *method* is what today's code makes of the
delivery of A, less what was published; *revision* is A made anew from the delivery of B, less the same from that of A;
*new facts* are B less A, both from the delivery of B. They add up to the change from what was published.
"""

from __future__ import annotations

import pandas as pd

from coopeval import semesters
from coopeval.indicators.table import CODES, POPULATION, table
from coopeval.uncertainty import estimates
from coopeval.wording import N_

CAUSES = ("method", "revision", "new_facts")
ESTIMAND = N_("every indicator, and its change since the period before by cause")
WITHHELD = "withheld"
ALONE = N_(
    "No delivery of the period before was given: what was revised since, and what another method changed, is not known."
)
CLOSE = 1e-9  # less than this is the noise of arithmetic


def changes(dataset, semester: str, back: int = 1, earlier=None, published=None, level: float = 0.95):
    """The change of every indicator from one semester to another, by cause.

    One row per indicator of the catalogue.

    Parameters
    ----------
    dataset
        The delivery of the later semester (B).
    semester, back
        B, and how many semesters before it A lies: one, or two for a year.
    earlier
        The delivery of A, a data set; without it revisions and changes of method are not known, and the table says so.
    published
        The indicators of A as they were released for the same audience; without them A is what today's code makes of
        it, and changes of method are not known.

    Returns
    -------
    Estimate table of kind `changes`: `group`, `unit`, `n`, `estimate`, `low`, `high` (B), `before` (A as published),
    `method`, `revision`, `new_facts`, `note`. The tables they were taken from stand in `attrs["views"]`: the gate
    releases those and takes the differences of what it released.

    Raises
    ------
    ParameterError
        A semester that ends after the last day its tables describe.
    """
    was_in = semesters.shift(semester, -back)
    views = {"now": table(dataset, semester, level), "before": table(dataset, was_in, level)}
    views["was"] = None if earlier is None else table(earlier, was_in, level)
    views["published"] = published
    result = estimates(
        decomposed(**views), kind="changes", unit="plain", codes=CODES, estimand=ESTIMAND, population=POPULATION,
        level=level, privacy="confidential", is_synthetic=dataset.is_synthetic,
        warnings=(ALONE,) if earlier is None else (),
        as_of=semesters.last_day(semester).date().isoformat(),
    )  # fmt: skip
    result.attrs["views"] = views
    return result


def decomposed(now: pd.DataFrame, before: pd.DataFrame, was=None, published=None) -> pd.DataFrame:
    """The change of each indicator by cause, from tables of indicators that are all exact or all released.

    One row per row of `now`. A figure that is withheld or not known leaves the causes it belongs to empty: unknown is
    not nought.

    >>> def one(value):
    ...     return pd.DataFrame({"group": ["x"], "unit": "jobs", "n": 9, "estimate": [value], "note": ""})
    >>> decomposed(one(30.0), one(24.0), one(25.0), one(25.0))[list(CAUSES)].values.tolist()
    [[0.0, -1.0, 6.0]]
    """
    value = {name: _values(view, now) for name, view in (("now", now), ("before", before), ("was", was))}
    shown = value["was"] if published is None else _values(published, now)
    first = value["before"] if was is None and published is None else shown
    kept = [column for column in ("group", "unit", "n", "estimate", "low", "high") if column in now]
    frame = now[kept].assign(
        before=first,
        method=_less(value["was"], shown) if published is not None else float("nan"),
        revision=_less(value["before"], value["was"]),
        new_facts=_less(value["now"], value["before"]),
    )
    return frame.assign(note=_notes(now, before))


def _values(view, now: pd.DataFrame) -> pd.Series:
    if view is None:
        return pd.Series(float("nan"), index=now.index)
    return now["group"].map(view.set_index("group")["estimate"]).astype(float)


def _less(one: pd.Series, other: pd.Series) -> pd.Series:
    gap = one - other
    return gap.mask(gap.abs() < CLOSE, 0.0)


def _notes(now: pd.DataFrame, before: pd.DataFrame) -> pd.Series:
    """Why a figure is empty: the note of either semester."""
    earlier = now["group"].map(before.set_index("group")["note"]).fillna("")
    own = now["note"].where(now["estimate"].isna() | now["note"].eq(WITHHELD), "")
    return own.where(own.ne(""), earlier.where(now["estimate"].notna(), ""))
