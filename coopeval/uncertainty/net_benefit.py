"""Net benefit for a range of willingness to pay, and how often each option has the highest."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from coopeval.errors import ParameterError
from coopeval.uncertainty.kernels import Figure, Kernel, Weights

DRAWS_AT_ONCE = 2**14
TIED_AT_ONCE = 2048  # of draws that tell: thirds are added up in this order


def acceptability_under(cost: Kernel, effect: Kernel, k_eur: Sequence[float]) -> Kernel:
    """Net benefit k * effect - cost of each option, for each willingness to pay k.

    For limits of the net benefit. How often each option is best follows from costs and effects alone
    (`acceptability`), which takes less room than this: [b, options x k].

    Parameters
    ----------
    cost, effect
        Statistics with one figure per option, the same options in both: `mean_under(cost_eur, option)` and
        `mean_under(alive, option)`, or `survival_under` at one month.
    k_eur
        Euros for one unit of effect: a range, as the suite knows of no threshold.

    >>> from coopeval.uncertainty import mean_under
    >>> cost, effect = mean_under([0, 4], ["a", "b"]), mean_under([0, 2], ["a", "b"])
    >>> acceptability_under(cost, effect, [1, 3])(np.ones((1, 2))).tolist()
    [[0.0, 0.0, -2.0, 2.0]]
    """
    k = _payments(k_eur)
    options = [figure.group for figure in cost.figures]
    if options != [figure.group for figure in effect.figures] or len(set(options)) != len(options):
        raise ParameterError("costs and effects must name the same options, each once: give one month or outcome.")

    def compute(weights: Weights) -> np.ndarray:
        benefit = effect(weights)[:, :, None] * k - cost(weights)[:, :, None]
        return benefit.reshape(len(weights), -1)

    figures = tuple(Figure("net_benefit", option, float(one)) for option in options for one in k)
    return Kernel(compute, figures, max(cost.room, effect.room, 2 * len(figures)))


def acceptability(cost: np.ndarray, effect: np.ndarray, k_eur: Sequence[float]) -> np.ndarray:
    """Share of the draws in which each option has the highest net benefit, [k, options].

    Parameters
    ----------
    cost, effect
        [draws, options]: replicates of a bootstrap, or draws of any other origin. A draw that misses a figure counts
        for no option.
    k_eur
        Euros for one unit of effect.

    Returns
    -------
    Rows that add to one; options that tie share the draw. Nan where no draw tells.

    >>> cost, effect = np.zeros((4, 2)), np.array([[5.0, 9], [5, 3], [5, 8], [5, 2]])
    >>> acceptability(cost, effect, [1]).tolist()
    [[0.5, 0.5]]
    """
    k = _payments(k_eur)
    told = np.isfinite(cost).all(axis=1) & np.isfinite(effect).all(axis=1)
    best = np.zeros((len(k), cost.shape[1]))
    for start in range(0, len(cost), DRAWS_AT_ONCE):
        own = slice(start, start + DRAWS_AT_ONCE)
        dear, good = (np.ascontiguousarray(part[own][told[own]].T) for part in (cost, effect))  # option by option
        benefit, top, first = np.empty(dear.shape), np.empty(dear.shape[1]), np.empty(dear.shape, dtype=bool)
        for row, payment in zip(best, k, strict=True):
            np.subtract(np.multiply(good, payment, out=benefit), dear, out=benefit)
            np.equal(benefit, np.maximum.reduce(benefit, axis=0, out=top), out=first)
            often = [np.count_nonzero(own) for own in first]  # quicker than for all of them along an axis
            if sum(often) == len(top):
                row += often
                continue
            for tied in (first[:, at : at + TIED_AT_ONCE] for at in range(0, len(top), TIED_AT_ONCE)):
                row += (tied / tied.sum(axis=0)).sum(axis=1)
    return best / told.sum() if told.any() else np.full_like(best, np.nan)


def _payments(k_eur: Sequence[float]) -> np.ndarray:
    k = np.asarray(list(k_eur), dtype=float)
    if not len(k) or not np.isfinite(k).all() or (k < 0).any():
        raise ParameterError("willingness to pay is a range of euros from 0 on, for instance [0, 10000, 20000].")
    return k
