"""Which cells are too small to show (R1, R2, R3), and the second one that must go with a lone one."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.disclosure import memory
from coopeval.disclosure.rules import Rules

TOTAL = "all"
YOUNG = "immature"  # by the calendar
NOT_YET = (YOUNG, "beyond_follow_up")  # such a row stands beside the total, not in it
LISTS = (
    "at_months",
    "year_after",
    "years",
    "cause",
    "state",
    "legal_family",
    "project_type",
)  # a list of groups for each value


def too_few_units(table: pd.DataFrame, units: pd.Series, rules: Rules, privacy: str) -> pd.Series:
    """R1. Persons need ten of them in three enterprises; enterprises and projects five, or three of the register.

    Where units are no enterprises (answers, say), `n_enterprises` tells how many stand behind them.
    """
    few = units < rules.units(privacy)
    if "n_enterprises" in table and "n_persons" not in table:
        few |= table["n_enterprises"].fillna(0) < rules.units(privacy)
    if "n_persons" in table:
        few |= table["n_persons"].fillna(0) < rules.persons
        few |= table["n_enterprises"].fillna(0) < rules.enterprises_of_persons
    return few


def dominated(table: pd.DataFrame, rules: Rules) -> pd.Series:
    """R2. One unit, or two, give so much of the sum that a partner could work out the other."""
    largest, two = table["largest_share"].to_numpy(float), table["two_largest_share"].to_numpy(float)
    rest = 1 - two
    fine = (
        (largest <= rules.largest_share) & (two <= rules.two_largest_share) & (rest >= rules.rest_to_largest * largest)
    )
    return pd.Series(~fine, index=table.index)  # a share that is not known is not fine


def small_part(part: pd.Series, whole: pd.Series, rules: Rules, privacy: str, of_persons: bool = False) -> pd.Series:
    """R1 and R3 for a part of a whole: a few units, all but a few, and none or all of a small group."""
    least = rules.persons if of_persons else rules.units(privacy)
    part_, whole_ = part.to_numpy(float), whole.to_numpy(float)
    rest = whole_ - part_
    few = ((part_ >= 1) & (part_ <= least - 1)) | ((rest >= 1) & (rest <= least - 1))
    extreme = ((part_ == 0) | (rest == 0)) & (whole_ < rules.extremes_from)
    return pd.Series(few | extreme, index=part.index)


def with_companion(
    hidden: pd.Series,
    size: pd.Series,
    table: pd.DataFrame,
    adds_up: bool,
    lists: pd.Series | None = None,
    nobody: pd.Series | None = None,
    young: pd.Series | None = None,
) -> pd.Series:
    """The rows to hide once a lone hidden one has got company, where a total would give it away.

    Only the simple case: one hidden row in a list that adds up. A lone row of `nobody` needs none: it may be known that
    nobody of many is there. A row whose time has not come is in no total, so it is no company. Where a calendar tells
    that of a year it needs none either; elsewhere the others are withheld as if it were in the total, or that would
    tell when its few units came. Tables that share a margin are looked at together before anything is published (R5,
    `coopeval.audit`).
    """
    if not adds_up or not hidden.any():
        return hidden
    hidden = hidden & ~memory.are_let_past(table)
    young = table["note"].isin(NOT_YET) if young is None else young
    inner = table["group"].ne(TOTAL) & ~(young & is_period(table))
    if not (hidden & inner).any():  # nobody needs company
        return hidden
    code = lists_of(table) if lists is None else lists
    for _, rows in table[inner].groupby(code[inner]).groups.items():
        needs = hidden[rows] & ~nobody[rows] if nobody is not None else hidden[rows]
        company = hidden[rows] & ~young[rows]
        shown = rows[~(hidden[rows] | young[rows]).to_numpy()]
        if company.sum() < 2 and needs.any() and len(shown):
            again = memory.was_hidden(table.loc[shown])  # the same ones as last time, before the smallest
            order = np.lexsort((table.loc[shown, "group"].astype(str), size[shown], ~again))
            hidden[shown[order[0]]] = True
            memory.keeps_company(table.at[shown[order[0]], "group"])
    return hidden


def is_period(table: pd.DataFrame) -> pd.Series:
    """Rows named by a year or a semester, of which a calendar tells whether their time has come."""
    return pd.Series([bool(memory.ended(group)) for group in table["group"]], index=table.index, dtype=bool)


def lists_of(table: pd.DataFrame) -> pd.Series:
    """Which list of groups each row belongs to: one for each month, year, cause ... the table has."""
    named = [table[c] for c in LISTS if c in table]
    return pd.Series(list(zip(*named, strict=True)) if named else "", index=table.index, dtype=object)


def are_parts_of_one(part: pd.Series, whole: pd.Series, table: pd.DataFrame) -> bool:
    """Whether the parts of each list add up to its one whole, so that a lone blank could be worked out."""
    lists = pd.DataFrame({"part": part, "whole": whole, "of": lists_of(table)}).groupby("of")
    return bool((lists["whole"].nunique() == 1).all() and lists["part"].sum().eq(lists["whole"].first()).all())
