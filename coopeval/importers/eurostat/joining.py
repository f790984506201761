"""An old and a new series one after the other, the break between them said on the first row of the new one."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from coopeval.errors import ParameterError, refusal
from coopeval.importers.eurostat.cells import PERIOD
from coopeval.wording import N_

TOLD = ("dataset", PERIOD, "value", "flags", "conf_status", "is_missing", "is_break", "regime")


def joined(old: pd.DataFrame, new: pd.DataFrame, codes: Mapping[str, Mapping[str, str]]) -> pd.DataFrame:
    """Both tables in one, a row per cell; where a series goes over into the new one, `is_break` is true.

    The new series holds wherever it has a figure; the old one goes before it. There is no way to join without the
    break: since 2021 the rules cover other activities and the indicators have other codes.

    Parameters
    ----------
    old, new
        Long tables as `read` gives them, of a closed data set and its successor, with the same dimensions.
    codes
        Dimension -> old code -> new code, such as `{"indic": {"V97043": "..."}}`; every code that differs must be
        named here, since nothing tells which of them mean the same.

    Raises
    ------
    ParameterError
        The tables have other dimensions, or share no series.
    """
    dimensions = [name for name in new if name not in TOLD]
    if dimensions != [name for name in old if name not in TOLD]:
        raise refusal(ParameterError, N_("The two data sets have other dimensions; rename them before joining."))
    before = old.astype(dict.fromkeys((*dimensions, PERIOD, "dataset", "flags"), str))
    after = new.astype(dict.fromkeys((*dimensions, PERIOD, "dataset", "flags"), str))
    for name, renamed in codes.items():
        before[name] = before[name].replace(dict(renamed))
    start = after[~after["is_missing"]].groupby(dimensions)[PERIOD].min().rename("start")
    before = before.merge(start.reset_index(), on=dimensions)
    if before.empty:
        raise refusal(ParameterError, N_("The two data sets share no series; say in codes which codes mean the same."))
    before = before[before[PERIOD] < before["start"]].drop(columns="start")
    after = after.merge(start.reset_index(), on=dimensions, how="left")
    continued = after[dimensions].merge(before[dimensions].drop_duplicates(), on=dimensions, how="left", indicator="at")
    is_first = after[PERIOD].eq(after["start"]) & np.asarray(continued["at"].eq("both"))
    after = after.assign(is_break=after["is_break"] | is_first).drop(columns="start")
    whole = pd.concat([before, after], ignore_index=True)
    return whole.sort_values([*dimensions, PERIOD], kind="stable", ignore_index=True)
