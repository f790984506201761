"""When a withheld cell is safe (R5): how wide the interval must be that can be derived about it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.audit.semesters import GROWTH
from coopeval.disclosure import Rules
from coopeval.disclosure.ratios import MEASURED, PEOPLE

WIDTH = 4.0  # largest less smallest: five possible values
EITHER_SIDE = 0.10  # of an amount


def is_safe(cells: pd.DataFrame, rules: Rules) -> np.ndarray:
    """Whether each cell is safe.

    A count: five values are possible, and none is one of them (one, where a row stands in a list of those that are
    there at all, for standing there says so). A cell that is provably large enough to be shown is no secret: it went
    to keep another one company, and only its width counts. Newcomers: five values, unless they are provably enough, or
    there may be none at all: then nobody is told to have come.
    An amount: a tenth of it on either side.

    Parameters
    ----------
    cells
        `low`, `high`, `unit`, `what`, `privacy`, `stands` (the row says "at least one") and `value` (the exact one,
        or nan).
    """
    low, high = cells["low"].to_numpy(float), cells["high"].to_numpy(float)
    people = cells["unit"].isin(PEOPLE) | cells["of_persons"]
    enough = np.where(people, rules.persons, cells["privacy"].map(rules.units))
    wide = high - low >= WIDTH
    fine = wide & ((low <= cells["stands"].astype(float)) | (low >= enough))
    fine = np.where(cells["what"].eq(GROWTH), wide | (low >= enough) | (low <= 0), fine)
    middle = np.where(np.isfinite(high), (low + high) / 2, np.inf)
    value = cells["value"].fillna(pd.Series(middle, index=cells.index)).to_numpy(float)
    with np.errstate(invalid="ignore"):
        far = np.isinf(high) | ((value - low >= EITHER_SIDE * value) & (high - value >= EITHER_SIDE * value))
    return np.where(cells["unit"].isin(MEASURED) & ~cells["what"].eq("n"), far, fine).astype(bool)
