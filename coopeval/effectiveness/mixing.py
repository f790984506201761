"""Projects of each option weigh so that their mix is that of one of them, fitted again in every replicate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from coopeval.errors import DataError
from coopeval.uncertainty import balancing, kish

LEAST_EFFECTIVE = 10.0  # projects that the weighted ones of an option are worth; below it the option is left out
RARE = 0.05  # of the projects of both options: a value held by fewer has no term of its own
FEWEST_ALIKE = 5  # projects of a value that is not rare in the target; with fewer the option is left out
SAME = 1e-9


@dataclass(frozen=True)
class Towards:
    """Makes the mix of every option that of one; what `draws` and `options` take as `reweigh`."""

    to: str
    covariates: tuple[str, ...]
    method: str

    def __call__(self, frame: pd.DataFrame) -> Callable[[np.ndarray], np.ndarray]:
        """From replicate weights [b, n] of these projects to the weights that their means are made with."""
        options = tuple(sorted(frame["option"].unique()))
        if self.to not in options:
            return lambda drawn: drawn
        design = terms(frame, self.covariates)
        own = frame["option"].eq(self.to).to_numpy()
        pairs = []
        for option in options:
            pair = np.flatnonzero(own | frame["option"].eq(option).to_numpy())
            told = independent(common(design[pair], own[pair])) if option != self.to else design[:0]
            if told.size:
                pairs.append(Pair(pair, own[pair], told, self.method))

        def weigh(drawn: np.ndarray) -> np.ndarray:
            found = drawn.astype(float).copy()
            for pair in pairs:
                found[:, pair.others] *= pair.weights(drawn)
            return found

        return weigh


class Pair:
    """One option and the one whose mix is kept; rows that are alike are fitted as one."""

    def __init__(self, rows: np.ndarray, target: np.ndarray, design: np.ndarray, method: str):
        kinds, of = np.unique(np.column_stack([target, design]), axis=0, return_inverse=True)
        self.rows, self.of = rows, of.ravel()
        self.is_other = ~target
        self.others = rows[self.is_other]
        self.count = np.eye(len(kinds))[self.of]  # [n, kind]
        self.is_met = is_met(design[target], design[~target])
        self.scheme = balancing(kinds[:, 1:], kinds[:, 0].astype(bool), "ATT", method)

    def weights(self, drawn: np.ndarray) -> np.ndarray:
        """Weight of each row of the other option drawn once, [b, others]; zero in all where none make it alike."""
        if not self.is_met:
            return np.zeros((len(drawn), len(self.others)))
        of_kinds = self.scheme.weights(drawn[:, self.rows] @ self.count)
        return np.nan_to_num(of_kinds[:, self.of[self.is_other]])


def towards(covariates: Sequence[str], to: str = "programme", method: str = "entropy") -> Towards:
    """Projects of the other options weigh so that what was known of them at entry has the means of one option.

    Parameters
    ----------
    covariates
        Columns of the projects fixed at entry; text becomes one term per value, but for values that less than a
        twentieth of the projects have on either side.
    to
        The option whose mix is kept. An option with fewer than five projects of a value that is not rare there gets no
        weights: a few cannot stand for many.
    method
        "entropy" (means made equal exactly) or "logistic".

    Raises
    ------
    DataError
        No covariate named.

    Source
    ------
    Hainmueller (2012); weights for the effect on the treated as in Rosenbaum (1987).
    """
    if not covariates:
        raise DataError("To make the mix alike, name what it is made of: one covariate or more.")
    return Towards(to, tuple(covariates), method)


def effective(frame: pd.DataFrame, weights: np.ndarray) -> dict[str, float]:
    """How many equally weighted projects those of each option are worth; zero where no weights were found."""
    own = pd.Series(weights).groupby(frame["option"].to_numpy())
    return {option: float(kish(part)) if np.isfinite(part).all() and part.gt(0).any() else 0.0 for option, part in own}


def terms(frame: pd.DataFrame, covariates: Sequence[str]) -> np.ndarray:
    """Covariates as columns of numbers: those that are numbers as they are, others a column per value but the first.

    Raises
    ------
    DataError
        A covariate that is missing, or not filled in everywhere.
    """
    columns = []
    for covariate in covariates:
        if covariate not in frame:
            raise DataError(f"There is no column {covariate} to hold equal. Leave it out, or add it to the projects.")
        values = frame[covariate]
        empty = values.isna() | values.astype(str).eq("")
        if empty.any():
            raise DataError(f"{int(empty.sum())} projects have no {covariate}; write 'unknown' or leave it out.")
        if pd.api.types.is_numeric_dtype(values):
            columns.append(values.to_numpy(float))
        else:
            columns += [values.eq(level).to_numpy(float) for level in sorted(values.unique())[1:]]
    return np.column_stack(columns) if columns else np.empty((len(frame), 0))


def is_met(target: np.ndarray, other: np.ndarray) -> bool:
    """Whether the other option has projects of each kind that the target has in number: a few cannot stand for many."""
    values = np.isin(target, (0.0, 1.0)).all(axis=0)
    sides = [(target[:, values] == side, other[:, values] == side) for side in (0.0, 1.0)]
    return all(((theirs.sum(axis=0) >= FEWEST_ALIKE) | (ours.mean(axis=0) < RARE)).all() for ours, theirs in sides)


def common(design: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Columns but those of values that are rare on both sides: to make them alike would change next to nothing."""
    is_value = np.isin(design, (0.0, 1.0)).all(axis=0)
    rare = is_value & (design[target].mean(axis=0) < RARE) & (design[~target].mean(axis=0) < RARE)
    return design[:, ~rare]


def independent(design: np.ndarray) -> np.ndarray:
    """The columns that say something the ones before them do not."""
    kept, base = [], np.ones((len(design), 1))
    for at in range(design.shape[1]):
        wider = np.column_stack([base, design[:, at]])
        scaled = wider / np.maximum(np.abs(wider).max(axis=0), SAME)
        if np.linalg.matrix_rank(scaled, tol=SAME * len(design)) == wider.shape[1]:
            kept, base = [*kept, at], wider
    return design[:, kept]
