"""What each released table says of which unknown: one record per figure, with the bounds its rounding leaves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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


class _Read(NamedTuple):
    """A table read once: what the figures of every column ask of it."""

    name: str
    table: pd.DataFrame  # without what hangs on it: pandas copies that at each step
    kind: str
    how: str  # how its groups combine
    groups: list[str]
    total: np.ndarray
    hidden: np.ndarray
    is_open: np.ndarray
    is_told: bool
    standing: np.ndarray


def figures(name: str, table: pd.DataFrame, structure: str, rules: Rules) -> list[Figure]:
    """The figures of a released table that stand for unknown cells, column by column.

    The role of a column that holds the whole of its list is `apart`: its rows say the same.
    """
    said = about_of(table)
    where, kind = Where(structure, str(said["as_of"])), str(said["kind"])
    own, columns = dimensions_of(table)
    how = role(own, kind, str(said["unit"]), str(said["estimand"]))
    rows, read = list(_rows(pd.DataFrame(table), columns)), _read(name, pd.DataFrame(table), said, how, columns)
    found = []
    for one in whats(table, rules):
        is_whole = how in (OUTCOMES, BESIDE) and one.name in ("n", "denominator")
        measured = measure(name, table, one.name, one.unit, own if is_whole else "")
        left_out = {own if is_whole else "", *(("at_months", "cause") if kind in BY_MONTH else ())}
        labels = [frozenset(pair for pair in row if pair[0] not in left_out) for row in rows]
        keys = [key(where, measured, of) for of in labels]
        found += _of_column(read, one, (APART if is_whole else how, measured), labels, keys)
    return found


def _read(name: str, table: pd.DataFrame, said: Mapping, how: str, columns: dict[str, str]) -> _Read:
    groups = table["group"].astype(str).tolist()
    total = (table["group"] == TOTAL).to_numpy(bool)
    standing = ~total & _stands(table, str(said["codes"]), set(groups), columns)
    is_open = ~_beside_total(table, said.get(BESIDE_TOTAL, ()))
    hidden = table["hidden"].to_numpy(bool)
    return _Read(name, table, str(said["kind"]), how, groups, total, hidden, is_open, BESIDE_TOTAL in said, standing)


def _of_column(read: _Read, one: What, said: tuple[str, str], labels, keys) -> Iterator[Figure]:
    own_role, measured = said
    table, hidden = read.table, read.hidden
    shown = table[one.column].to_numpy(float)
    stands = hidden & (one.name == "n") & (read.how in (PARTS, AMOUNTS, COVER)) & read.standing
    is_sum = _is_sum(read, one)
    low, high = bounds(shown, one)
    base = steps(shown, one)
    width = np.where(is_sum, 0.0, base).max(initial=one.base) / 2 * max(len(table), 3)  # of a sum of rounded cells
    low = np.where(is_sum & ~np.isnan(shown), np.maximum(shown - width, 0), np.where(stands, 1.0, low))
    high = np.where(is_sum & ~np.isnan(shown), shown + width, high)
    left_out = np.isnan(shown) & ~hidden
    if "cause" in table and one.column == "numerator":
        left_out |= table["cause"].isin(TIED).to_numpy()
    arrays = (shown, low, high, base, hidden, read.is_open, is_sum, stands)
    every = zip(*(array.tolist() for array in arrays), strict=True)
    one_per_key = read.kind in BY_MONTH
    seen = set()
    for row, (value, least, most, step, is_hidden, is_open, is_added, stands_there) in enumerate(every):
        if left_out[row] or (one_per_key and keys[row] in seen):
            continue
        seen.add(keys[row])
        yield Figure(
            read.name, row, read.groups[row], one.name, one.unit, measured, labels[row], keys[row], own_role,
            value, least, most, step, one.is_whole, is_hidden, is_open, read.is_told, is_added, stands_there,
        )  # fmt: skip


def _beside_total(table: pd.DataFrame, withheld: Sequence[list[str]]) -> np.ndarray:
    """Rows whose time has not come: by their note, or where they are withheld by what the table says of itself."""
    early = table["note"].isin(NOT_YET).to_numpy()
    if withheld:
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


def _stands(table: pd.DataFrame, codes: str, groups: set[str], columns: dict[str, str]) -> bool:
    """Whether rows say "at least one" by standing there: those of a list that leaves out what it has none of."""
    every = set(reference.labels(codes, "en")) - {reference.UNKNOWN} if codes else {""}
    is_complete = every <= groups
    sizes = [size for column in columns.values() if (size := table[column].nunique()) > 1]
    crossed = len(sizes) > 1 and len(table) == np.prod(sizes)
    return not is_complete and not crossed


def _is_sum(read: _Read, one: What) -> np.ndarray:
    """Where the gate shows the sum of rounded cells instead of a rounded sum, so that the figure itself bounds less."""
    table, kind, total = read.table, read.kind, read.total
    if kind == "share" and one.name == "n":
        beside = {c for c in table if c.startswith("n_") and c not in BEHIND}
        every = read.how == OUTCOMES and not read.hidden.any()
        if beside in SPLIT or (every and table["n_events"].sum() == table["n"].iloc[0]):
            return np.ones(len(table), bool)
    others = np.nan_to_num(table[one.column].to_numpy(float))[~read.is_open & ~total]
    adds_up = read.how in (PARTS, COVER) or (read.how == AMOUNTS and one.name == "amount")
    adds_up &= kind in ("count", "share", "sum")
    adds_up &= not read.hidden[~total].any()  # else the total is rounded by itself
    return total & (adds_up and total.sum() == 1 and len(table) > 1 and not others.any())
