"""The part of a table that was asked for: dimensions and their codes, each of which must be there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from coopeval.errors import ParameterError, refusal
from coopeval.wording import N_


def narrowed(table: pd.DataFrame, only: Mapping[str, Sequence[str]], dimensions: Sequence[str]) -> pd.DataFrame:
    """The rows whose dimensions hold the codes asked for.

    Raises
    ------
    ParameterError
        A dimension that the table does not have, or a code that does not occur in it.

    >>> narrowed(pd.DataFrame({"geo": ["BE", "FR"], "value": [1.0, 2.0]}), {"geo": ["BE"]}, ["geo"])["value"].tolist()
    [1.0]
    """
    for name in only:
        if name not in dimensions:
            there = ", ".join(dimensions)
            raise refusal(
                ParameterError, N_('"{name}" is not a dimension of this data set: {there}.'), name=name, there=there
            )
        if absent := sorted(set(only[name]) - set(_codes(pd.Series(table[name].unique())))):
            raise refusal(
                ParameterError,
                N_('"{code}" does not occur in {name} of this data set.'), code=absent[0], name=name,
            )  # fmt: skip
    for name, codes in only.items():
        table = table[_codes(table[name]).isin(codes)]
    return table


def _codes(cells: pd.Series) -> pd.Series:
    """As a user writes them: 2015, not 2015.0."""
    return cells.map(lambda cell: f"{cell:.12g}" if isinstance(cell, float) else str(cell)).astype(str)
