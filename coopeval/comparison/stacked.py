"""Comparisons with several others in one table, and a row with the reason for one that cannot be made."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from coopeval import cohort
from coopeval.errors import DataError, ParameterError
from coopeval.uncertainty import about_of, estimates, holm
from coopeval.wording import N_

NOT_POSSIBLE = N_(
    "A comparison that cannot be made has a row without figures: a group is absent or too small, or the two have no "
    "overlap in what was recorded of them."
)
SEVERAL = N_("the programme and those it is compared with, one after another")
FAMILY = N_(
    "Adjusted p-values (Holm) take into account that several groups are compared with, each way of estimating by "
    "itself; the intervals are those of each comparison alone."
)
WEIGHTED, PLAIN = "weighted", "unadjusted"
OF_EFFECTS = ("p", "e_value", "e_value_limit")  # there even if no comparison can be made


def stacked(
    frame: pd.DataFrame, comparators: Sequence[str], covariates: Sequence[str], outcome: str | None,
    make: Callable[[pd.DataFrame, str], pd.DataFrame], said: dict[str, object], ways: Sequence[str] = (WEIGHTED,),
) -> pd.DataFrame:  # fmt: skip
    """`make` of the frame of each comparator, under each other; where it refuses the data, a row per way says so."""
    if isinstance(comparators, str) or not len(comparators):
        raise ParameterError("Name those compared with as a list, for instance ['register'].")
    tables = []
    for name in comparators:
        rows = cohort.against(frame, name, covariates, outcome)
        tables.append(_made(rows, name, make, said, ways))
    whole = pd.concat([_loose(table) for table in tables], ignore_index=True)
    absent = [name for name in OF_EFFECTS if said.get("kind") == "effect" and name not in whole]
    whole[absent] = np.nan
    possible = [table for table in tables if not table["note"].eq("not_comparable").all()]
    about = about_of((possible or tables)[0])
    told = dict.fromkeys(warning for table in tables for warning in about_of(table)["warnings"])
    if len(comparators) > 1:
        about["population"] = SEVERAL
        if "p" in whole:
            whole.insert(whole.columns.get_loc("p") + 1, "p_adjusted", _in_families(whole))
            told[FAMILY] = None
    return estimates(whole, **{**about, **said, "warnings": tuple(told)})


def _in_families(whole: pd.DataFrame) -> pd.Series:
    """Holm over those compared with, for each way of estimating and, where there are several, each month."""
    family = [column for column in ("group", "at_months", "bandwidth") if column in whole]
    return whole.groupby(family, dropna=False)["p"].transform(lambda p: holm(p.to_numpy(float)))


def _made(rows: pd.DataFrame, name: str, make: Callable, said: dict[str, object], ways: Sequence[str]) -> pd.DataFrame:
    try:
        if not cohort.common(rows):
            raise DataError("nothing was recorded of both arms.")
        return make(rows, name)
    except DataError:
        return refused(rows, name, said, ways)


def refused(rows: pd.DataFrame, name: str, said: dict[str, object], ways: Sequence[str]) -> pd.DataFrame:
    """One row per way: how many there are on either side, and that they are not comparable."""
    of_rows = about_of(rows)
    treated = rows["treated"].to_numpy(bool)
    row = {
        "against": name, "n": float(treated.sum()),
        "n_reference": float((~treated).sum()), "estimate": np.nan, "se": np.nan, "low": np.nan, "high": np.nan,
        "note": "not_comparable",
    }  # fmt: skip
    about = {word: of_rows[word] for word in ("population", "clock", "is_synthetic", "as_of")}
    return estimates(
        pd.DataFrame([{**row, "group": way, "design": "association" if way == PLAIN else "adjusted"} for way in ways]),
        **{**about, "privacy": "confidential", "warnings": (*of_rows["warnings"], NOT_POSSIBLE), **said},
    )


def _loose(table: pd.DataFrame) -> pd.DataFrame:
    """The rows alone; columns without any figure as numbers, so that all tables stack alike."""
    plain = pd.DataFrame(dict(table))
    return plain.astype({column: float for column in plain if plain[column].isna().all()})
