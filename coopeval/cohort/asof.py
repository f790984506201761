"""The data as they describe one day."""

from __future__ import annotations

from coopeval import tables
from coopeval.tables.once import once


@once
def as_of(dataset: tables.Dataset, date) -> tables.Dataset:
    """Everything as it was at the end of a day: no fact dated later is visible.

    Rows that begin later are gone, later ends and what they tell are emptied, spans are cut at the day and
    their amounts with them (pro rata of days). It looks at the dates of facts only; what was *known* that day is
    in the delivery of that time.

    Raises
    ------
    ParameterError
        The day lies after the last day the tables describe.
    """
    return tables.cut(dataset, date)
