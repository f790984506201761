"""Unknown cells, what is published about each, and the equations between them: in arrays, and in linked blocks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse import csgraph

TERMS = ("equation", "key", "times")  # one row per term of an equation
LIMITS = ("equation", "least", "most", "why")  # one row per equation: its sum lies between least and most
NOTHING = sparse.csr_array((0, 1))  # the equations of an unknown that stands in none


@dataclass(frozen=True)
class Block:
    """Unknowns that hang together: bounds of each, and the equations between them."""

    number: int
    keys: np.ndarray
    low: np.ndarray
    high: np.ndarray
    is_whole: np.ndarray
    matrix: sparse.csr_array
    least: np.ndarray
    most: np.ndarray
    equations: np.ndarray  # their places among all equations

    @property
    def content(self) -> tuple:
        """Everything that is known of it but where it stands: unknowns by name, bounds, equations."""
        matrix = self.matrix
        arrays = (self.low, self.high, self.is_whole, self.least, self.most, matrix.data, matrix.indices, matrix.indptr)
        return (tuple(self.keys.tolist()), *(array.tobytes() for array in arrays))

    def without_limits(self, which: np.ndarray) -> Block:
        """The block with nothing said of some unknowns, not even that they are not negative."""
        low = np.where(which, -np.inf, self.low)
        return replace(self, low=low, high=np.where(which, np.inf, self.high))


@dataclass(frozen=True)
class System:
    """All unknowns of all tables: `unknowns` has one row per key with `low`, `high` and `is_whole`."""

    unknowns: pd.DataFrame
    matrix: sparse.csr_array
    least: np.ndarray
    most: np.ndarray
    block: np.ndarray  # number of the block of each unknown

    @cached_property
    def _by_column(self) -> sparse.csc_array:
        return self.matrix.tocsc()

    @cached_property
    def is_linked(self) -> np.ndarray:
        """Whether each unknown stands in an equation; most do not."""
        return np.diff(self._by_column.indptr) > 0

    @cached_property
    def _inside(self) -> list[np.ndarray]:
        """The places of the unknowns of each block, in order."""
        order = np.argsort(self.block, kind="stable")
        return np.split(order, np.cumsum(np.bincount(self.block))[:-1]) if len(order) else []

    @cached_property
    def _told(self) -> tuple[np.ndarray, ...]:
        told = self.unknowns
        return (
            told.index.to_numpy(), told["low"].to_numpy(float), told["high"].to_numpy(float),
            told["is_whole"].to_numpy(bool),
        )  # fmt: skip

    def part(self, number: int) -> Block:
        """One block."""
        inside = self._inside[number]
        columns, rows = NOTHING, np.empty(0, int)
        if self.is_linked[inside].any():
            columns = self._by_column[:, inside].tocsr()
            rows = np.flatnonzero(np.diff(columns.indptr))
            columns = columns[rows]
        told = (column[inside] for column in self._told)
        return Block(number, *told, columns, self.least[rows], self.most[rows], rows)


def system(bounds: pd.DataFrame, terms: pd.DataFrame, limits: pd.DataFrame) -> System:
    """The system of all bounds and equations.

    Parameters
    ----------
    bounds
        One row per thing said about an unknown: `key`, `low`, `high`, `is_whole`. What is said twice holds twice.
    terms
        One row per term: `equation`, `key`, `times`. A key of which nothing is said lies between 0 and infinity, and
        is whole where all others of its equation are.
    limits
        One row per equation: `equation`, `least`, `most`.
    """
    said = bounds.groupby("key", sort=True).agg(
        low=("low", "max"), high=("high", "min"), is_whole=("is_whole", "max")
    )  # fmt: skip
    keys = said.index.union(pd.Index(terms["key"].unique()), sort=True)
    unknowns = said.reindex(keys)
    unknowns = unknowns.assign(
        low=unknowns["low"].fillna(0.0), high=unknowns["high"].fillna(np.inf),
        is_whole=unknowns["is_whole"].astype("boolean").fillna(False).astype(bool),
    )  # fmt: skip
    column = pd.Series(range(len(keys)), index=keys)
    row = pd.Series(range(len(limits)), index=limits["equation"].to_numpy())
    matrix = sparse.csr_array(
        (terms["times"].to_numpy(float), (row[terms["equation"]].to_numpy(), column[terms["key"]].to_numpy())),
        shape=(len(limits), len(keys)),
    )
    linked = matrix.T @ matrix if len(limits) else sparse.csr_array((len(keys), len(keys)))
    _, block = csgraph.connected_components(abs(linked), directed=False)
    return System(unknowns, matrix, limits["least"].to_numpy(float), limits["most"].to_numpy(float), block)
