"""Balancing weights for two arms, worked out anew for every replicate of a bootstrap at once (METHODS 9)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.special import expit

from coopeval.errors import DataError, ParameterError
from coopeval.uncertainty.newton import minimise

ESTIMANDS = ("ATT", "ATE", "ATO")
METHODS = ("logistic", "entropy")
BLOCK = 2 * 2**20  # bytes of weights looked at together
REMEMBERED = 200  # fits of blocks of replicates; coefficients only, so that they stay small
FITTED: dict[bytes, np.ndarray] = {}  # by what they were fitted to
SAME = 1e-9  # relative: below it two covariates say the same


@dataclass(frozen=True)
class Balancing:
    """Weights that make two arms alike in their covariates; made by `balancing`, and callable as `weights`."""

    scaled: np.ndarray  # [n, p], mean 0 and standard deviation 1
    treated: np.ndarray  # [n] bool
    estimand: str
    method: str

    def weights(self, replicates: np.ndarray) -> np.ndarray:
        """Balancing weight of each row, [B, n], fitted on the rows as often as they were drawn; 0 for those not drawn.

        It is the weight of the row drawn once: a sum over a replicate takes `replicates * weights(replicates)`, which
        is what `uncertainty.stack(..., reweigh=)` does. A replicate in which an arm is empty, the scores separate the
        arms or no weights balance them is a row of nan. `weights(np.ones((1, n)))[0]` are the weights of the data.
        """
        return self._blocks(replicates, self._weighed)

    __call__ = weights

    def score(self, replicates: np.ndarray) -> np.ndarray:
        """Probability of being treated given the covariates, [B, n], by the logistic model, for rows not drawn too.

        The model of the score is the logistic one for both methods; entropy balancing does not use it.
        """
        return self._blocks(replicates, lambda drawn: expit(self._predictor(drawn)))

    def _blocks(self, replicates: np.ndarray, figures) -> np.ndarray:
        drawn = np.asarray(replicates, dtype=float)
        if drawn.ndim != 2 or drawn.shape[1] != len(self.treated):
            raise ParameterError(f"replicate weights are [B, {len(self.treated)}], a row per replicate.")
        if not (np.isfinite(drawn).all() and (drawn >= 0).all()):
            raise DataError("replicate weights are numbers of times drawn: known, and never below zero.")
        found, step = np.empty_like(drawn), max(1, BLOCK // (8 * max(1, drawn.shape[1])))
        for start in range(0, len(drawn), step):
            found[start : start + step] = figures(drawn[start : start + step])
        return found

    def _weighed(self, drawn: np.ndarray) -> np.ndarray:
        if self.method == "entropy":
            return self._entropy(drawn)
        predictor = self._predictor(drawn)
        away = np.where(drawn > 0, np.where(self.treated, -predictor, predictor), 0.0)  # not drawn: nothing overflows
        factor = expit(away) if self.estimand == "ATO" else np.exp(away) + (self.estimand == "ATE")
        factor = np.where(self.treated, 1.0, factor) if self.estimand == "ATT" else factor
        return np.where(np.isnan(predictor), np.nan, np.where(drawn > 0, factor, 0.0))

    def _predictor(self, drawn: np.ndarray) -> np.ndarray:
        """Log odds of being treated, [B, n], at the maximum of each replicate's likelihood."""
        design = np.column_stack([np.ones(len(self.treated)), self.scaled])
        sign = np.where(self.treated, -1.0, 1.0)
        start = np.zeros((len(drawn), design.shape[1]))
        if len(drawn) > 1:  # each replicate starts from the data's coefficients, which are near
            of_the_data = _likeliest(design, sign, np.ones((1, len(sign))), start[:1])
            start += np.nan_to_num(of_the_data)
        return _likeliest(design, sign, drawn, start) @ design.T

    def _entropy(self, drawn: np.ndarray) -> np.ndarray:
        """Weights closest to even ones under which the arms' covariates have the means of the target."""
        found = np.where(drawn > 0, 1.0, 0.0)
        arms = {"ATT": ((~self.treated, drawn * self.treated),), "ATE": ((self.treated, drawn), (~self.treated, drawn))}
        for arm, target in arms[self.estimand]:
            tilted = _tilted(self.scaled[arm], drawn[:, arm], _means(target, self.scaled))
            found[:, arm] = tilted * target.sum(axis=1, keepdims=True)
        found[np.isnan(found).any(axis=1)] = np.nan
        return found


def balancing(X, treated, estimand: str = "ATT", method: str = "logistic") -> Balancing:
    """Balancing weights of two arms as a function of replicate weights, for `uncertainty.bootstrap`.

    Parameters
    ----------
    X
        Covariates [n, p], numbers known for every row, without a constant; up to some 2,000 rows and 20 columns.
    treated
        [n], true (or 1) for the rows whose arm is studied.
    estimand
        "ATT": the treated weigh 1, reference rows e / (1 - e); the effect on those treated. "ATE": 1 / e and
        1 / (1 - e); the effect on all. "ATO": 1 - e and e; the effect on those who might have been in either arm.
        e is the score, the probability of being treated given the covariates.
    method
        "logistic": e by logistic regression, maximum likelihood, linear in the covariates. "entropy": no score;
        reference rows (ATE: rows of both arms) get the weights closest to even ones under which the covariates have
        exactly the means of the treated (ATE: of all). They add up to the number of treated (of all).

    Returns
    -------
    Balancing. `.weights(W)`, and the object itself called with W: [B, n], for W[B, n] how often each row was drawn;
    everything is refitted for each replicate. How often a row was drawn is not in its weight: sums take W times it.
    `.score(W)`: e, [B, n]. Rescaling, shifting or reordering covariates changes nothing.

    Raises
    ------
    ParameterError
        Unknown estimand or method; overlap weights by entropy balancing (logistic ones balance all means exactly).
    DataError
        Covariates that are not numbers for every row, one that is constant or told by the others, an empty arm.

    Source
    ------
    Rosenbaum (1987); Li, Morgan & Zaslavsky (2018) for ATO; Hainmueller (2012) for entropy balancing.

    >>> ages, treated = np.array([[20.0], [30], [40], [20], [30], [50]]), np.array([1, 1, 1, 0, 0, 0])
    >>> drawn = np.array([[1.0] * 6, [1, 1, 2, 1, 2, 1]])
    >>> both = drawn * balancing(ages, treated, method="entropy")(drawn)
    >>> (both[:, 3:] @ ages[3:, 0] / both[:, 3:].sum(axis=1)).round(9).tolist()
    [30.0, 32.5]
    """
    if estimand not in ESTIMANDS:
        raise ParameterError(f'"{estimand}" is not an estimand. Choose one of {", ".join(ESTIMANDS)}.')
    if method not in METHODS:
        raise ParameterError(f'"{method}" is not a way of weighting. Choose one of {", ".join(METHODS)}.')
    if (estimand, method) == ("ATO", "entropy"):
        raise ParameterError('overlap weights come from the score: take method="logistic", which balances all means.')
    values, arm = np.asarray(X, dtype=float), np.asarray(treated)
    if values.ndim != 2 or not values.shape[1] or arm.shape != values.shape[:1]:
        raise DataError("balancing needs covariates [n, p] and, for each of the n rows, whether it is treated.")
    if not np.isfinite(values).all() or not np.isin(arm, (0, 1)).all():
        raise DataError("covariates are numbers and arms are 0 or 1, known for every row; leave no cell empty.")
    arm = arm.astype(bool)
    if arm.all() or not arm.any():
        raise DataError("one of the two arms has no rows; balancing needs both.")
    return Balancing(_scaled(values), arm, estimand, method)


def _scaled(values: np.ndarray) -> np.ndarray:
    """Mean 0 and standard deviation 1, so that units play no part."""
    centred = values - values.mean(axis=0)
    size = np.sqrt((centred**2).mean(axis=0))
    constant = size <= SAME * np.abs(values).max(axis=0)
    if constant.any():
        raise DataError(f"covariate {', '.join(str(k) for k in np.flatnonzero(constant))} is the same in every row.")
    scaled = centred / size
    if np.linalg.matrix_rank(scaled, tol=SAME * np.linalg.norm(scaled, 2)) < scaled.shape[1]:
        raise DataError("a covariate is told by the others (collinear); leave one of them out.")
    return scaled


def _likeliest(design: np.ndarray, sign: np.ndarray, drawn: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Coefficients of logistic regressions, [B, p]; `sign` is -1 for the treated and 1 for the others.

    The same arms are drawn anew alike wherever one more horizon or outcome is compared: what was fitted is remembered.
    """
    asked = _digest(design, sign, drawn, start)
    if asked not in FITTED:
        if len(FITTED) >= REMEMBERED:
            FITTED.clear()
        FITTED[asked] = _fitted(design, sign, drawn, start)
        FITTED[asked].setflags(write=False)
    return FITTED[asked]


def _digest(*arrays: np.ndarray) -> bytes:
    digest = hashlib.blake2b()
    for array in arrays:
        digest.update(repr((array.shape, array.dtype.str)).encode())
        digest.update(np.ascontiguousarray(array))
    return digest.digest()


def _fitted(design: np.ndarray, sign: np.ndarray, drawn: np.ndarray, start: np.ndarray) -> np.ndarray:
    pairs = _products(design)

    def look(at: np.ndarray, which: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        wrong = expit(sign * (at @ design.T))  # of the arm a row is not in: no digits are lost near 0
        weight = drawn[which] * wrong
        return (weight * sign) @ design, _matrices((weight - weight * wrong) @ pairs)

    def span(step: np.ndarray, which: np.ndarray) -> np.ndarray:
        return np.where(drawn[which] > 0, np.abs(step @ design.T), 0.0).max(axis=1)

    both = (drawn[:, sign < 0].sum(axis=1) > 0) & (drawn[:, sign > 0].sum(axis=1) > 0)
    first = np.where(both[:, None, None], _matrices(drawn @ pairs), np.nan)
    return minimise(start, look, span, first)


def _means(weight: np.ndarray, of: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return weight @ of / weight.sum(axis=1, keepdims=True)


def _tilted(values: np.ndarray, drawn: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """Factors exp(values @ tilt) of the rows drawn, [B, n], that add up to 1 and give the values the means asked for.

    The tilt is the lowest point of log sum drawn * exp((values - mean) @ tilt).
    """
    pairs = _products(values)

    def factors(at: np.ndarray, which: np.ndarray) -> np.ndarray:
        towards = np.where(drawn[which] > 0, at @ values.T, -np.inf)  # a row not drawn weighs nothing
        factor = np.exp(towards - towards.max(axis=1, keepdims=True))
        return factor / (drawn[which] * factor).sum(axis=1, keepdims=True)

    def look(at: np.ndarray, which: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        weight = drawn[which] * factors(at, which)
        here = weight @ values
        return here - mean[which], _matrices(weight @ pairs) - here[:, :, None] * here[:, None, :]

    def span(step: np.ndarray, which: np.ndarray) -> np.ndarray:
        towards, some = step @ values.T, drawn[which] > 0
        most, least = np.where(some, towards, -np.inf).max(axis=1), np.where(some, towards, np.inf).min(axis=1)
        return 2 * (most - least)

    able = (drawn.sum(axis=1) > 0) & np.isfinite(mean).all(axis=1)
    every, start = np.flatnonzero(able), np.zeros((len(drawn), values.shape[1]))
    first = np.full((len(drawn), values.shape[1], values.shape[1]), np.nan)
    found = np.full_like(drawn, np.nan)
    if len(every):
        first[every] = look(start[every], every)[1]
        tilt = minimise(start, look, span, first)
        fine = np.flatnonzero(np.isfinite(tilt).all(axis=1))
        found[fine] = factors(tilt[fine], fine)
    return found


@cache
def _upper(size: int) -> tuple[np.ndarray, np.ndarray]:
    return np.triu_indices(size)


def _products(of: np.ndarray) -> np.ndarray:
    """Products of all pairs of columns, [n, p (p + 1) / 2]: the sums over rows are then one matrix product."""
    one, other = _upper(of.shape[1])
    return of[:, one] * of[:, other]


def _matrices(flat: np.ndarray) -> np.ndarray:
    """Symmetric matrices [b, p, p] from their upper halves [b, p (p + 1) / 2]."""
    size = int((np.sqrt(8 * flat.shape[1] + 1) - 1) / 2)
    one, other = _upper(size)
    full = np.empty((len(flat), size, size))
    full[:, one, other] = full[:, other, one] = flat
    return full
