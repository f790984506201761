"""The data as they describe one day."""

from __future__ import annotations

import pandas as pd

from coopeval import tables
from coopeval.errors import ParameterError


def as_of(dataset: tables.Dataset, date) -> tables.Dataset:
    """Everything as it was at the end of a day: no fact dated later is visible.

    Rows that begin later are gone, later ends and what they tell are emptied, spans are cut at the day and
    their amounts with them (pro rata of days). It looks at the dates of facts only; what was *known* that day is
    in the delivery of that time. How many rows each table lost is in `.about["later_rows"]`.

    Raises
    ------
    ParameterError
        The day lies after the last day the tables describe.
    """
    day = pd.Timestamp(date)
    if day > dataset.delivered_on:
        raise ParameterError(
            f"The data describe the world up to {dataset.delivered_on.date()}; {day.date()} lies later. "
            "Ask for an earlier semester, or for a later delivery of the data."
        )
    return tables.cut(dataset, day)
