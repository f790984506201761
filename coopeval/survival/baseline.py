"""Curves that a model predicts for one mix of enterprises, group by group: Cox with a baseline of each group's own.

The baseline counts delayed entry (Breslow's sum of events over weighted risk, the risk sets being those of
entry < t <= exit): library curves that ignore entry are wrong from the first month on.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from coopeval.survival.hazards_fit import Fit, fitted
from coopeval.survival.hazards_partial import Risk, prepared

STEPS_AGAIN, CLOSE_AGAIN = 25, 1e-4  # a replicate in which a ratio runs away still predicts the curves of the limit


class Model(NamedTuple):
    """Rows as the model takes them; `target` says whose mix the curves are averaged over."""

    x: np.ndarray
    entry: np.ndarray
    exit: np.ndarray
    event: np.ndarray
    group: np.ndarray  # number of the group of each row
    n_groups: int
    target: np.ndarray  # rows averaged over
    weight: np.ndarray  # of each row before it was drawn


def fit_of(model: Model, drawn: np.ndarray | None = None, start: np.ndarray | None = None) -> tuple[Risk, Fit]:
    """The model stratified by group, on the rows as often as drawn."""
    weight = model.weight if drawn is None else model.weight * drawn
    risk = prepared(model.x, model.entry, model.exit, model.event, weight, model.group)
    return risk, fitted(risk) if drawn is None else fitted(risk, start, STEPS_AGAIN, CLOSE_AGAIN)


def curves(model: Model, risk: Risk, fit: Fit, times: np.ndarray, drawn: np.ndarray | None = None) -> np.ndarray:
    """Mean over the target of the share still active at given times, had each row been in each group [groups, times].

    nan for all where nobody of the target was drawn, or nobody ended.
    """
    weight = (model.weight if drawn is None else model.weight * drawn)[model.target]
    if not (len(risk.kept) and weight.sum() > 0):
        return np.full((model.n_groups, len(times)), np.nan)
    shown = model.x[model.target] @ fit.beta
    ratio = np.exp(shown + np.log(fit.found.risk[0]) - model.x[risk.kept[0]] @ fit.beta)  # on the scale of the hazard
    heights = np.zeros((model.n_groups, len(times)))
    for number, (start, stop) in zip(np.unique(model.group), risk.spans, strict=True):
        height = np.concatenate([[0.0], np.cumsum(fit.found.hazard[start:stop])])
        heights[number] = height[np.searchsorted(risk.times[start:stop], times, side="right")]
    return (weight / weight.sum() @ np.exp(-ratio[:, None] * heights.ravel())).reshape(heights.shape)


def predicted(model: Model, times: np.ndarray, start: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The curves under each of many sets of weights [b, groups, times], the model being fitted again for each."""
    found = np.empty((len(weights), model.n_groups, len(times)))
    for own, drawn in zip(found, weights, strict=True):
        own[:] = curves(model, *fit_of(model, drawn, start), times, drawn)
    return found
