"""Means of an outcome as they would be in both arms, for many sets of replicate weights at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from coopeval.uncertainty import Balancing

WAYS = ("unadjusted", "weighted", "doubly_robust", "standardised")
FLAT = 1e-10  # relative: directions in which the rows of an arm do not differ
REACHED = 1e-8


@dataclass(frozen=True)
class Comparison:
    """Two arms with covariates, weights and an outcome."""

    weigh: Balancing
    outcome: np.ndarray  # [n]
    is_logistic: bool  # the outcome model; else linear

    @property
    def treated(self) -> np.ndarray:
        return self.weigh.treated

    @property
    def design(self) -> np.ndarray:
        """Constant and scaled covariates, [n, p + 1]."""
        return np.column_stack([np.ones(len(self.outcome)), self.weigh.scaled])

    def sides(self) -> tuple[np.ndarray, np.ndarray]:
        return self.treated, ~self.treated

    def target(self, score: np.ndarray) -> np.ndarray:
        """How much each row counts among those the estimand is about: the treated, all, or e (1 - e)."""
        if self.weigh.estimand == "ATT":
            return np.broadcast_to(self.treated.astype(float), score.shape)
        return np.ones_like(score) if self.weigh.estimand == "ATE" else score * (1 - score)


def means_under(setup: Comparison, drawn: np.ndarray) -> np.ndarray:
    """Mean outcome of the arm studied and of the reference, [B, 4, 2], by each of the `WAYS`.

    - unadjusted: plain means.
    - weighted: means under balancing weights, each arm's adding up to one.
    - standardised: predictions of each arm's outcome model, averaged over those the estimand is about.
    - doubly robust: the same, plus the weighted mean of what the model leaves over in each arm.

    For the ATT the arm studied is what it is: its plain mean in all of them. A replicate without weights or without an
    outcome model is nan.
    """
    y, found = setup.outcome, np.empty((len(drawn), len(WAYS), 2))
    weight = drawn * setup.weigh(drawn)
    needs_score = setup.weigh.estimand == "ATO"
    aim = drawn * setup.target(setup.weigh.score(drawn) if needs_score else np.ones_like(drawn))
    for side, arm in enumerate(setup.sides()):
        own = drawn * arm
        found[:, 0, side] = _mean(own, y)
        if side == 0 and setup.weigh.estimand == "ATT":
            found[:, 1:, side] = np.where(np.isnan(weight[:, :1]), np.nan, found[:, :1, side])
            found[:, 3, side] = found[:, 0, side]
            continue
        predicted = predictions(setup, own, aim)
        found[:, 1, side] = _mean(weight * arm, y)
        found[:, 3, side] = _mean(aim, predicted)
        found[:, 2, side] = found[:, 3, side] + _mean(weight * arm, y - predicted)
    return found


def predictions(setup: Comparison, own: np.ndarray, aim: np.ndarray) -> np.ndarray:
    """The outcome of every row by a model fitted on one arm, [B, n]; nan where that arm cannot tell.

    In a replicate in which the logistic model has no solution a linear one takes its place, as it would in the data.
    """
    if not setup.is_logistic:
        return _linear(setup, own, aim)
    fit = _logistic(setup, own)
    without = np.isnan(fit[:, 0])
    if without.any():
        fit[without] = _linear(setup, own[without], aim[without])
    return fit


def _logistic(setup: Comparison, own: np.ndarray) -> np.ndarray:
    return Balancing(setup.weigh.scaled, setup.outcome > 0, "ATT", "logistic").score(own)


def _linear(setup: Comparison, own: np.ndarray, aim: np.ndarray) -> np.ndarray:
    design = setup.design
    matrix = np.einsum("bn,ni,nj->bij", own, design, design, optimize=True)
    roots, axes = np.linalg.eigh(np.where(np.isfinite(matrix), matrix, 0.0))
    top = np.maximum(roots[:, -1:], 1e-300)
    is_flat = roots <= FLAT * top
    inverse = np.where(is_flat, 0.0, 1 / np.where(is_flat, 1.0, roots))
    slope = (own * setup.outcome) @ design
    at = np.einsum("bik,bk,bjk,bj->bi", axes, inverse, axes, slope, optimize=True)
    centre = aim @ design / np.abs(aim).sum(axis=1, keepdims=True)
    beyond = np.abs(np.einsum("bik,bk,bi->bk", axes, is_flat, centre, optimize=True)).max(axis=1)
    return np.where((beyond > REACHED)[:, None] | np.isnan(aim[:, :1]), np.nan, at @ design.T)


def _mean(weight: np.ndarray, values: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return (weight * values).sum(axis=1) / weight.sum(axis=1)


def comparison(weigh: Balancing, outcome: np.ndarray) -> Comparison:
    """The comparison with a logistic outcome model where the outcome is 0 or 1 and it has a solution in the arms."""
    is_binary = set(np.unique(outcome)) <= {0.0, 1.0}
    setup = Comparison(weigh, outcome, is_binary)
    if is_binary:
        needed = setup.sides()[1:] if weigh.estimand == "ATT" else setup.sides()
        once = np.stack(needed).astype(float)
        if np.isnan(_logistic(setup, once)).any():
            return Comparison(weigh, outcome, False)
    return setup
