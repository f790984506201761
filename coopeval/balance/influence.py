"""Errors of all that was estimated together: score, weights, outcome models and means (stacked estimating equations).

Each estimate is the root of one stack of equations; what one row adds to it, to first order, is its influence. An
estimate's variance is the sum of the squared influences of the rows, or of clusters of rows.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from coopeval.balance.estimators import WAYS, Comparison, predictions


class Nuisance(NamedTuple):
    """Weights of one arm as they move with what they were estimated from."""

    weight: np.ndarray  # [n], 0 outside the arm
    change: np.ndarray  # [n], derivative of the weight to its linear predictor
    influence: np.ndarray  # [n, q], of each row on the coefficients of that predictor


def influences(setup: Comparison, weight: np.ndarray, score: np.ndarray) -> np.ndarray:
    """Influence of each row on the means of `means_under`, [n, 4, 2]."""
    y, n = setup.outcome, len(setup.outcome)
    found = np.zeros((n, len(WAYS), 2))
    on_score = _on_score(setup, score) if np.isfinite(score).all() else np.full(setup.design.shape, np.nan)
    aim = setup.target(score)
    aim_change = score * (1 - score) * (1 - 2 * score) if setup.weigh.estimand == "ATO" else np.zeros(n)
    for side, arm in enumerate(setup.sides()):
        found[:, 0, side] = arm * (y - y[arm].mean()) / arm.sum()
        if side == 0 and setup.weigh.estimand == "ATT":
            found[:, 1:, side] = found[:, :1, side]
            continue
        moved = _nuisance(setup, arm, weight, score, on_score)
        found[:, 1, side] = _of_mean(setup, moved, y)
        fit, slope, on_fit = _outcome_model(setup, arm, aim)
        mean = aim @ fit / aim.sum()
        by_fit = on_fit @ ((aim * slope) @ setup.design)
        by_aim = on_score @ ((aim_change * (fit - mean)) @ setup.design) if aim_change.any() else 0.0
        standardised = (aim * (fit - mean) + by_fit + by_aim) / aim.sum()
        left_over = (
            _of_mean(setup, moved, y - fit) - on_fit @ ((moved.weight * slope) @ setup.design) / moved.weight.sum()
        )
        found[:, 3, side] = standardised
        found[:, 2, side] = standardised + left_over
    return found


def _on_score(setup: Comparison, score: np.ndarray) -> np.ndarray:
    """Influence on the coefficients of the logistic score."""
    information = (setup.design * (score * (1 - score))[:, None]).T @ setup.design
    return (setup.design * (setup.treated - score)[:, None]) @ np.linalg.inv(information)


def _nuisance(
    setup: Comparison, arm: np.ndarray, weight: np.ndarray, score: np.ndarray, on_score: np.ndarray
) -> Nuisance:
    own = np.where(arm, weight, 0.0)
    if setup.weigh.method == "entropy":
        return _entropy(setup, arm, own)
    sign = -1.0 if arm is setup.treated or arm[setup.treated].all() else 1.0
    change = {"ATT": own, "ATE": own - arm, "ATO": score * (1 - score) * arm}[setup.weigh.estimand] * sign
    return Nuisance(own, change, on_score)


def _entropy(setup: Comparison, arm: np.ndarray, own: np.ndarray) -> Nuisance:
    """The tilt solves sum w (x - m) = 0, and the target mean m was estimated too."""
    x = setup.design[:, 1:]
    aim = setup.target(np.ones(len(x)))
    gap = x - aim @ x / aim.sum()
    on_mean = aim[:, None] * gap / aim.sum()
    curve = (own[:, None] * gap).T @ gap
    on_tilt = (own.sum() * on_mean - own[:, None] * gap) @ np.linalg.inv(curve)
    return Nuisance(own, own, np.column_stack([np.zeros(len(x)), on_tilt]))


def _of_mean(setup: Comparison, moved: Nuisance, values: np.ndarray) -> np.ndarray:
    """Influence on a weighted mean, the weights being estimated."""
    gap = values - moved.weight @ values / moved.weight.sum()
    return (moved.weight * gap + moved.influence @ ((moved.change * gap) @ setup.design)) / moved.weight.sum()


def _outcome_model(setup: Comparison, arm: np.ndarray, aim: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Predictions, their derivative to the linear predictor, and influences on the coefficients."""
    fit = predictions(setup, arm[None, :].astype(float), aim[None, :])[0]
    slope = fit * (1 - fit) if setup.is_logistic else np.ones(len(fit))
    information = (setup.design * (slope * arm)[:, None]).T @ setup.design
    if not np.isfinite(information).all():
        return fit, slope, np.full(setup.design.shape, np.nan)
    return (
        fit,
        slope,
        (setup.design * (arm * (setup.outcome - fit))[:, None]) @ np.linalg.pinv(information, hermitian=True),
    )
