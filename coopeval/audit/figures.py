"""What each released table says of which unknown: one record per figure, with the bounds its rounding leaves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from coopeval import reference
from coopeval.audit.columns import BEHIND, SPLIT, What, bounds, steps, whats
from coopeval.audit.dimensions import AMOUNTS, APART, BESIDE, COVER, OUTCOMES, PARTS, role
from coopeval.audit.naming import SELF_DEFINED, dimensions_of, key, measure
from coopeval.disclosure import Rules
from coopeval.disclosure.cells import NOT_YET
from coopeval.disclosure.gate import BESIDE_TOTAL
from coopeval.disclosure.memory import told_apart
from coopeval.uncertainty import about_of

TOTAL = "all"
TIED = ("net", "reallocation", "excess")  # flows worked out from released ones
BY_MONTH = ("curve", "at", "test")  # kinds with one `n` for all months

Labels = frozenset[tuple[str, str]]  # list and group, for each list of a row; the total of a list needs none


class Figure(NamedTuple):
    """One figure of one row: which unknown it is about, and what is said of it."""

    table: str
    row: int
    group: str
    what: str  # n, n_events, amount, denominator ...
    unit: str
    measure: str  # what is counted, in words
    labels: Labels
    key: str  # the unknown
    role: str  # how the groups of its table combine
    shown: float  # nan where withheld
    low: float
    high: float
    base: float
    is_whole: bool
    is_hidden: bool
    is_open: bool  # it has no note that takes it out of its list
    is_told: bool  # its table tells of every withheld row whether it is in the total
    is_sum: bool  # the gate made it by adding up the rounded rows
    stands: bool  # withheld, and standing there says "at least one"


class Where(NamedTuple):
    """Of which structure, as of which day."""

    structure: str
    as_of: str


def figures(name: str, table: pd.DataFrame, structure: str, rules: Rules) -> list[Figure]:
    """The figures of a released table that stand for unknown cells, column by column.

    The role of a column that holds the whole of its list is `apart`: its rows say the same.
    """
    said = about_of(table)
    where = Where(structure, str(said["as_of"]))
    own, columns = dimensions_of(table)
    how = role(own, str(said["kind"]), str(said["unit"]), str(said["estimand"]))
    rows, standing = list(_rows(table, columns)), _stands(table, columns)
    found = []
    for one in whats(table, rules):
        is_whole = how in (OUTCOMES, BESIDE) and one.name in ("n", "denominator")
        measured = measure(name, table, one.name, one.unit, own if is_whole else "")
        left_out = {own if is_whole else "", *(("at_months", "cause") if said["kind"] in BY_MONTH else ())}
        labels = [frozenset(pair for pair in row if pair[0] not in left_out) for row in rows]
        keys = [key(where, measured, of) for of in labels]
        found += _of_column(name, table, one, (how, APART if is_whole else how, measured), labels, keys, standing)
    return found


def _of_column(
    name: str, table: pd.DataFrame, one: What, said: tuple[str, str, str], labels, keys, standing: np.ndarray
) -> Iterator[Figure]:
    how, own_role, measured = said
    shown = table[one.column].to_numpy(float)
    hidden = table["hidden"].to_numpy(bool)
    is_open, is_told = ~_beside_total(table), BESIDE_TOTAL in about_of(table)
    stands = hidden & (one.name == "n") & (how in (PARTS, AMOUNTS, COVER)) & standing
    is_sum = _is_sum(table, one, how, is_open)
    low, high = bounds(shown, one)
    base = steps(shown, one)
    width = np.where(is_sum, 0.0, base).max(initial=one.base) / 2 * max(len(table), 3)  # of a sum of rounded cells
    low = np.where(is_sum & ~np.isnan(shown), np.maximum(shown - width, 0), np.where(stands, 1.0, low))
    high = np.where(is_sum & ~np.isnan(shown), shown + width, high)
    tied = table["cause"].isin(TIED).to_numpy() if "cause" in table and one.column == "numerator" else None
    groups = table["group"].astype(str).to_numpy()
    one_per_key = str(about_of(table)["kind"]) in BY_MONTH
    seen = set()
    for row in range(len(table)):
        if (np.isnan(shown[row]) and not hidden[row]) or (tied is not None and tied[row]):
            continue
        if one_per_key and keys[row] in seen:
            continue
        seen.add(keys[row])
        yield Figure(
            name, row, groups[row], one.name, one.unit, measured, labels[row], keys[row], own_role,
            float(shown[row]), float(low[row]), float(high[row]), float(base[row]), one.is_whole, bool(hidden[row]),
            bool(is_open[row]), is_told, bool(is_sum[row]), bool(stands[row]),
        )  # fmt: skip


def _beside_total(table: pd.DataFrame) -> np.ndarray:
    """Rows whose time has not come: by their note, or where they are withheld by what the table says of itself."""
    early = table["note"].isin(NOT_YET).to_numpy()
    if withheld := about_of(table).get(BESIDE_TOTAL, ()):
        early = early | np.array([key in withheld for key in told_apart(table)])
    return early


def _rows(table: pd.DataFrame, columns: dict[str, str]) -> Iterator[list[tuple[str, str]]]:
    """List and group of each row; where a group is what the others of its table leave, it is named with them."""
    values = {dimension: table[column].astype(str).tolist() for dimension, column in columns.items()}
    for own, named in values.items():
        groups = ", ".join(sorted(set(named) - {TOTAL}))
        apart = set(named) - {TOTAL} if own in SELF_DEFINED else {reference.OTHERS}
        values[own] = [f"{group} of {groups}" if group in apart else group for group in named]
    for row in zip(*values.values(), strict=True):
        yield [(d, v) for d, v in zip(values, row, strict=True) if v not in (TOTAL, "nan")]


def _stands(table: pd.DataFrame, columns: dict[str, str]) -> np.ndarray:
    """Rows that say "at least one" by standing there: those of a list that leaves out what it has none of."""
    codes = str(about_of(table)["codes"])
    every = set(reference.labels(codes, "en")) - {reference.UNKNOWN} if codes else {""}
    is_complete = every <= set(table["group"].astype(str))
    sizes = [size for column in columns.values() if (size := table[column].nunique()) > 1]
    crossed = len(sizes) > 1 and len(table) == np.prod(sizes)
    return table["group"].ne(TOTAL).to_numpy() & (not is_complete and not crossed)


def _is_sum(table: pd.DataFrame, one: What, how: str, is_open: np.ndarray) -> np.ndarray:
    """Where the gate shows the sum of rounded cells instead of a rounded sum, so that the figure itself bounds less."""
    kind, size = str(about_of(table)["kind"]), len(table)
    total = table["group"].eq(TOTAL).to_numpy()
    if kind == "share" and one.name == "n":
        beside = {c for c in table if c.startswith("n_") and c not in BEHIND}
        every = how == OUTCOMES and not table["hidden"].any() and table["n_events"].sum() == table["n"].iloc[0]
        if beside in SPLIT or every:
            return np.ones(size, bool)
    others = np.nan_to_num(table[one.column].to_numpy(float))[~is_open & ~total]
    adds_up = how in (PARTS, COVER) or (how == AMOUNTS and one.name == "amount")
    adds_up &= kind in ("count", "share", "sum")
    adds_up &= not table["hidden"].to_numpy(bool)[~total].any()  # else the total is rounded by itself
    return total & (adds_up and total.sum() == 1 and size > 1 and not others.any())
