"""The order in which people read the rows of a released table: one rule for tables, figures and spreadsheets.

What is released stands in the order in which it was worked out, by code; what is shown follows these rules:

1. groups stand as their code list has them (stages of a path, bands, programmes), in every language;
2. where the card of the list says `order = "size"`, its order means nothing: the largest number stands first;
3. names that stand in no list (years, structures) keep the order they have;
4. what is left over comes last: "none of these so far", "other", those put together, "unknown", the total.

Published figures and ways of working keep the order in which they were brought together.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import pandas as pd

from coopeval import reference
from coopeval.uncertainty.shape import about_of
from coopeval.wording.levels import CODES

LISTED = {  # columns of codes beside the group, and the code list of each
    "cause": "causes", "state": "path_states", "legal_family": "legal_families", "project_type": "project_types",
    "against": "arms",
}  # fmt: skip
TIMES = ("at_months", "year_after", "years", "bandwidth", "k_eur")
LAST = ("active", "other", reference.OTHERS, reference.UNKNOWN, "all")
AS_THEY_STAND = ("published", "specification")  # what others published, and ways of working
COUNTED = ("count", "sum", "share")  # kinds of tables whose numbers are sizes


def in_reading_order(released: pd.DataFrame) -> pd.DataFrame:
    """The rows as people read them; the cells are those that were released, and the table is not changed.

    Parameters
    ----------
    released
        An estimate table: `group`, perhaps times (`at_months`, ...) and codes (`cause`, ...) beside it.

    Returns
    -------
    The table, with the index it had; the same one where it stands in order already.

    >>> from coopeval.uncertainty import estimates
    >>> stages = pd.DataFrame({"group": ["all", "idea", "launching", "prototype"], "estimate": [9.0, 4.0, 2.0, 3.0]})
    >>> in_reading_order(estimates(stages, kind="count", unit="projects", codes="stages"))["group"].tolist()
    ['idea', 'prototype', 'launching', 'all']
    """
    about = about_of(released)
    if (
        "group" not in released
        or len(released) < 2
        or about["kind"] in AS_THEY_STAND
        or about["privacy"] in AS_THEY_STAND
    ):
        return released
    keys = [_keys(released, column, about) for column in _nesting(released)]
    places = list(zip(*keys, range(len(released)), strict=True))  # what is alike keeps its place
    ordered = [place[-1] for place in sorted(places)]
    return released if ordered == list(range(len(released))) else released.iloc[ordered]


def _nesting(table: pd.DataFrame) -> list[str]:
    """The labels of the rows, outermost first: it changes the least often from row to row."""
    there = [column for column in ("group", *TIMES, *LISTED) if column in table]
    return sorted(there, key=lambda column: _changes(table[column].tolist()))


def _changes(values: Sequence[object]) -> int:
    return sum(one != other for one, other in zip(values, values[1:], strict=False))


def _keys(table: pd.DataFrame, column: str, about: dict) -> list:
    values = table[column].tolist()
    if column in TIMES:
        return [float("inf") if pd.isna(value) else value for value in values]
    if column in LISTED:
        return [_of_list(LISTED[column], str(value)) for value in values]
    if about["kind"] == "balance":
        return _of_levels(values)
    codes = str(about["codes"])
    by_size = codes and about["kind"] in COUNTED and reference.goes_by_size(codes)
    return _of_groups(values, codes, _sizes(table) if by_size else {})


def _of_list(codes: str, code: str) -> tuple[int, int]:
    """Whether a code belongs to what is left over, and its place; those the list does not know follow the listed."""
    if code in LAST:
        return LAST.index(code) + 1, 0
    places = _places(codes)
    return 0, places.get(code, len(places))


@cache
def _places(codes: str) -> dict[str, int]:
    return {code: place for place, code in enumerate(reference.labels(codes, "en"))} if codes else {}


def _of_groups(groups: list[object], codes: str, sizes: dict[object, float]) -> list:
    """What is left over last, then by size, then by the list, then as they stand; one that is withheld has no size."""
    first = {group: place for place, group in reversed(list(enumerate(groups)))}
    rank = {group: _of_list(codes, str(group)) for group in first}
    return [(rank[one][0], -sizes.get(one, float("-inf")), rank[one][1], first[one]) for one in groups]


def _sizes(table: pd.DataFrame) -> dict[object, float]:
    """The largest number of each group that is shown."""
    hidden = table["hidden"].tolist() if "hidden" in table else [False] * len(table)
    found: dict[object, float] = {}
    for group, size, gone in zip(table["group"].tolist(), table["estimate"].tolist(), hidden, strict=True):
        if not gone and pd.notna(size):
            found[group] = max(float(size), found.get(group, float("-inf")))
    return found


def _of_levels(groups: list[object]) -> list:
    """Covariates as they stand, the levels of each (`covariate=level`) as its code list has them."""
    parts = [str(group).partition("=") for group in groups]
    first = {name: place for place, name in reversed(list(enumerate(name for name, _, _ in parts)))}
    return [(first[name], _of_list(CODES.get(name, ""), level)) for name, _, level in parts]
