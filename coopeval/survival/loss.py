"""How likely each enterprise was to be lost from sight: the model behind weights for loss (METHODS 8)."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from statsmodels.genmod import families
from statsmodels.genmod.generalized_linear_model import GLM
from statsmodels.tools.sm_exceptions import PerfectSeparationError

from coopeval.errors import DataError, ParameterError
from coopeval.survival.bounds import LOST
from coopeval.survival.risk import checked

STEP_MONTHS = 6.0
YEAR = 12.0
LOSSES_PER_COEFFICIENT = 5  # METHODS 3: below this a model says more about the few than about the many
ROUNDS, SETTLED = 100, 1e-12
MOST = 3.0  # hazard in one semester, 19 in 20 lost: beyond it nobody is left who could stand for them


class Loss(NamedTuple):
    """The cumulative hazard of being lost: `relative` of each enterprise times `height` at the ends of the steps."""

    relative: np.ndarray  # one per enterprise; 0 in a group in which nobody was lost
    height: np.ndarray  # from month 0 on, one more than there are steps
    height_of_all: np.ndarray  # the same without covariates, for stabilised weights
    n_lost: int
    n_coefficients: int
    note: str  # why there are no weights, or empty
    has_unlost: bool  # in some group nobody was lost

    def weights(self, entry: np.ndarray, month: float) -> np.ndarray:
        """Stabilised weight of each enterprise at a month: how much less likely than all it was to be still in sight.

        Loss counts from the entry on: before it the enterprise was not under observation.
        """
        if self.note or not self.n_lost:
            return np.ones(len(entry))
        of_each, of_all = (_between(height, entry, month) for height in (self.height, self.height_of_all))
        return np.exp(self.relative * of_each - of_all)


def _between(height: np.ndarray, entry: np.ndarray, month: float) -> np.ndarray:
    """Hazard gathered from the entry to a month; within a step it runs evenly."""
    ends = np.arange(len(height)) * STEP_MONTHS
    return np.interp(month, ends, height) - np.interp(np.minimum(entry, month), ends, height)


def model(spells: pd.DataFrame, covariates: Sequence[str]) -> Loss:
    """Discrete hazard of being lost from sight per semester on the clock of the spells, by covariates fixed at entry.

    A complementary log-log model of enterprise-semesters, which is a proportional hazard of loss grouped by semester:
    a trend in years, and one coefficient for each further level of a covariate. A semester seen in part (late entry,
    an end) counts for that part. A level in which nobody was lost has no hazard: that is its likeliest value, and its
    weights stay finite.

    Parameters
    ----------
    spells
        As for `survival.curve`, with `end_kind` and `followed_until` (months), as cohort.spells gives.
    covariates
        Columns of codes, fixed at entry and known for every enterprise.

    Returns
    -------
    The fitted hazards. With fewer than five losses per coefficient, or levels that cannot be told apart, there are
    none: `note` says which, `few_lost` or `separated`.

    Raises
    ------
    ParameterError
        No covariate, or two that say the same.
    DataError
        A column is missing or has empty cells.

    Source
    ------
    Prentice & Gloeckler (1978) for the model; Robins & Finkelstein (2000) for the weights.
    """
    checked(spells)
    lost = _checked(spells, covariates)
    steps = max(int(np.ceil(spells["exit"].max() / STEP_MONTHS)), 1) if len(spells) else 1
    units, never = _design(spells, covariates, lost)
    empty = Loss(np.ones(len(spells)), np.zeros(steps + 1), np.zeros(steps + 1), int(lost.sum()), units.shape[1] + 1,
                 "", bool(never.any()))  # fmt: skip
    if not empty.n_lost:
        return empty
    if empty.n_lost < LOSSES_PER_COEFFICIENT * empty.n_coefficients:
        return empty._replace(note="few_lost")
    return _fitted(empty, _semesters(spells, lost), units, never)


def _fitted(empty: Loss, seen: pd.DataFrame, units: np.ndarray, never: np.ndarray) -> Loss:
    year = (seen["step"].to_numpy() + 0.5) * STEP_MONTHS / YEAR
    time = np.column_stack([np.ones(len(seen)), year])
    of_all = _coefficients(seen, time)
    may_be_lost = ~never[seen["unit"]]
    design = np.column_stack([time, units[seen["unit"]]])[may_be_lost]
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise ParameterError("two covariates of the loss say the same; leave one of them out.")
    of_each = _coefficients(seen[may_be_lost], design)
    if of_all is None or of_each is None:
        return empty._replace(note="separated")
    relative = np.where(never, 0.0, np.exp(units @ of_each[2:]))
    return empty._replace(
        relative=relative,
        height=_height(of_each, len(empty.height) - 1),
        height_of_all=_height(of_all, len(empty.height) - 1),
    )


def _checked(spells: pd.DataFrame, covariates: Sequence[str]) -> np.ndarray:
    if isinstance(covariates, str) or not len(covariates):
        raise ParameterError("weights for loss need covariates, as a list of columns; for instance ['legal_family'].")
    missing = [column for column in ("end_kind", "followed_until", *covariates) if column not in spells]
    if missing:
        raise DataError(f"weights for loss need {', '.join(missing)}; cohort.spells gives what is known at entry.")
    for column in covariates:
        empty = int((spells[column].isna() | spells[column].astype(str).eq("")).sum())
        if empty:
            raise DataError(f"{empty} enterprises have no {column}; give one, for instance 'unknown'.")
    return spells["end_kind"].eq(LOST).to_numpy(bool)


def _design(spells: pd.DataFrame, covariates: Sequence[str], lost: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A column per further level that has losses, and which enterprises are in a level that has none."""
    columns, never = [], np.zeros(len(spells), dtype=bool)
    for name in covariates:
        levels = spells[name].astype(str)
        hit = sorted(set(levels[lost]))
        never |= ~levels.isin(hit).to_numpy() if hit else False
        columns += [levels.eq(level).to_numpy(float) for level in hit[1:]]
    return (np.column_stack(columns) if columns else np.zeros((len(spells), 0))), never


def _semesters(spells: pd.DataFrame, lost: np.ndarray) -> pd.DataFrame:
    """One row per enterprise and semester under observation: `unit`, `step`, `length` in steps, `lost`.

    Whoever was lost would have been looked at until the end of that semester, or of follow-up.
    """
    entry, leave = (spells[column].to_numpy(float) / STEP_MONTHS for column in ("entry", "exit"))
    until = np.where(lost, np.maximum(spells["followed_until"].to_numpy(float) / STEP_MONTHS, leave), leave)
    first, last = np.floor(entry).astype(int), np.ceil(leave).astype(int)
    unit = np.repeat(np.arange(len(spells)), last - first)
    step = np.concatenate([np.arange(a, b) for a, b in zip(first, last, strict=True)])
    is_last = step == last[unit] - 1
    length = np.minimum(until[unit], step + 1) - np.maximum(entry[unit], step)
    return pd.DataFrame({"unit": unit, "step": step, "length": length, "lost": is_last & lost[unit]})


def _coefficients(seen: pd.DataFrame, design: np.ndarray) -> np.ndarray | None:
    """Coefficients of the log hazard per step; nothing where the likelihood has no top within reach."""
    family = families.Binomial(families.links.CLogLog())
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            told = GLM(seen["lost"].to_numpy(float), design, family=family, offset=np.log(seen["length"]))
            fit = told.fit(maxiter=ROUNDS, tol=SETTLED)
        except (PerfectSeparationError, np.linalg.LinAlgError, ValueError):
            return None
    found = np.asarray(fit.params)
    settled = fit.converged and np.isfinite(found).all() and (design @ found).max() < np.log(MOST)
    return found if settled else None


def _height(coefficients: np.ndarray, steps: int) -> np.ndarray:
    """Cumulative hazard of the reference level at the ends of the steps, from 0."""
    year = (np.arange(steps) + 0.5) * STEP_MONTHS / YEAR
    return np.r_[0.0, np.cumsum(np.exp(coefficients[0] + coefficients[1] * year))]
