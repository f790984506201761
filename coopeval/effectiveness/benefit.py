"""Net benefit over a range of willingness to pay, who is best how often, and where the differences lie."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.effectiveness.frames import NO_THRESHOLD, baseline, carried, is_lonely, lonely, matrices, willing
from coopeval.effectiveness.quadrants import QUADRANTS, shares
from coopeval.errors import ParameterError
from coopeval.uncertainty import estimates
from coopeval.wording import N_

FRONTIER = "frontier"
TIES = N_("Where several options are equally good in a draw, the draw is split between them.")
NOT_SAFE = N_(
    "The option that is best on average is not always the one that is best most often: the frontier marks the first."
)
ON_AXIS = N_("A draw that lies on an axis counts half on either side of it.")
MEASURES = {
    "cost_eur": N_("difference in cost per accompanied project"),
    "effect": N_("difference in effect per accompanied project"),
}
OF_UNIT = {
    "enterprises": N_("difference in enterprises per accompanied project"),
    "jobs": N_("difference in jobs per accompanied project"),
    "fte": N_("difference in full-time jobs per accompanied project"),
    "months": N_("difference in months of enterprises per accompanied project"),
}


def net_benefit(draws: pd.DataFrame, k, level: float = 0.95) -> pd.DataFrame:
    """What the effect is worth less what it costs, per option, for a range of what one unit of effect is worth.

    One row per option and value of k.

    Parameters
    ----------
    draws
        What `draws` returns: `draw`, `option`, `cost_eur`, `effect`.
    k
        Willingness to pay, two values or more, in euro per unit of effect.
    level
        Confidence level of the percentile limits.

    Returns
    -------
    Estimate table of kind "decision" in euro per accompanied project: `group`, `k_eur`, `n`, `estimate`, `low`, `high`.

    Source
    ------
    Stinnett & Mullahy (1998).

    >>> two = pd.DataFrame({"draw": [0, 0, 1, 1], "option": list("abab"), "cost_eur": [0, 4, 0, 6],
    ...     "effect": [0, 1, 0, 1]})
    >>> net_benefit(two, [0, 10])[["group", "k_eur", "estimate"]].values.tolist()
    [['a', 0.0, 0.0], ['a', 10.0, 0.0], ['b', 0.0, -5.0], ['b', 10.0, 5.0]]
    """
    if is_lonely(draws):
        return lonely(draws, "k_eur", "low", "high", unit="eur")
    drawn, worth = matrices(draws), willing(k)
    benefit = drawn.benefit(worth)
    low, high = np.quantile(benefit, [(1 - level) / 2, (1 + level) / 2], axis=1)
    table = _by_option(drawn, worth, estimate=benefit.mean(axis=1), low=low, high=high)
    return estimates(table, **carried(
        drawn.about, NO_THRESHOLD, unit="eur", level=level, interval="percentile", by="option_benefit",
        method=drawn.about.get("method", ""),
        estimand=N_("net benefit per accompanied project: what its effect is worth, less its cost"),
    ))  # fmt: skip


def acceptability(draws: pd.DataFrame, k) -> pd.DataFrame:
    """In which share of the draws each option is the best one, for a range of what one unit of effect is worth.

    One row per option and value of k.

    Parameters
    ----------
    draws, k
        As in `net_benefit`.

    Returns
    -------
    Estimate table of kind "decision" of shares that add up to one at each k: `group`, `k_eur`, `n`, `estimate`, and the
    `note` "frontier" for the option with the highest mean net benefit (the first by name, if there are two). Draws
    with several best options are split between them.

    Source
    ------
    van Hout et al. (1994); frontier as in Fenwick, Claxton & Sculpher (2001).

    >>> nothing = pd.DataFrame({"draw": [0, 1, 2, 3], "option": "A", "cost_eur": [-5, -5, -5, -5], "effect": 0})
    >>> some = pd.DataFrame({"draw": [0, 1, 2, 3], "option": "B", "cost_eur": [-9, -3, -8, -2], "effect": 0})
    >>> acceptability(pd.concat([nothing, some]), [0, 1])[["group", "k_eur", "estimate", "note"]].values.tolist()
    [['A', 0.0, 0.5, ''], ['A', 1.0, 0.5, ''], ['B', 0.0, 0.5, 'frontier'], ['B', 1.0, 0.5, 'frontier']]
    """
    if is_lonely(draws):
        return lonely(draws, "k_eur", unit="share")
    drawn, worth = matrices(draws), willing(k)
    benefit = drawn.benefit(worth)
    best = benefit == benefit.max(axis=2, keepdims=True)
    share = (best / best.sum(axis=2, keepdims=True)).mean(axis=1)
    leading = benefit.mean(axis=1).argmax(axis=1)
    is_first = np.arange(len(drawn.options)) == leading[:, None]
    table = _by_option(drawn, worth, estimate=share, note=np.where(is_first, FRONTIER, ""))
    return estimates(table, **carried(
        drawn.about, TIES, NOT_SAFE, NO_THRESHOLD, unit="share", by="option_best", method=drawn.about.get("method", ""),
        estimand=N_("share of draws in which the option has the highest net benefit"),
    ))  # fmt: skip


def difference(
    draws: pd.DataFrame, reference: str | None = None, of: str = "effect", level: float = 0.95
) -> pd.DataFrame:
    """How much more each option costs, or brings, than the reference: mean over the draws and percentile limits.

    One row per option but the reference.

    Parameters
    ----------
    draws
        As in `net_benefit`.
    reference
        The option the others are set against; without one no support, where that is an option, else the cheapest.
    of
        "effect" or "cost_eur".
    level
        Confidence level.

    Returns
    -------
    Estimate table of kind "decision": `group`, `reference`, `n`, `n_reference` (projects of the two), `estimate`,
    `low`, `high`.

    Raises
    ------
    ParameterError
        A reference that is no option, another measure.
    """
    if of not in MEASURES:
        raise ParameterError(f'"{of}" is not what differs. Choose one of {", ".join(MEASURES)}.')
    if is_lonely(draws):
        return lonely(draws, "low", "high", unit="eur" if of == "cost_eur" else "plain").assign(reference="")
    drawn = matrices(draws)
    reference = baseline(drawn.options, drawn.cost.mean(axis=0), reference)
    at, every = drawn.place(reference), drawn.cost if of == "cost_eur" else drawn.effect
    more = np.delete(every - every[:, [at]], at, axis=1)
    low, high = np.quantile(more, [(1 - level) / 2, (1 + level) / 2], axis=0)
    table = pd.DataFrame({
        "group": [option for option in drawn.options if option != reference], "reference": reference,
        "n": np.delete(drawn.n, at), "n_reference": drawn.n[at], "estimate": more.mean(axis=0), "low": low,
        "high": high,
    })  # fmt: skip
    told = MEASURES[of] if of == "cost_eur" else OF_UNIT.get(drawn.about.get("effect_unit"), MEASURES[of])
    unit = "eur" if of == "cost_eur" else "plain"  # of the effect, per project
    return estimates(table, **carried(
        drawn.about, unit=unit, level=level, interval="percentile", by="option_difference", estimand=told,
        method=drawn.about.get("method", ""),
    ))  # fmt: skip


def plane(draws: pd.DataFrame, reference: str | None = None) -> pd.DataFrame:
    """Which share of the draws lies in each quadrant of the cost-effectiveness plane.

    One row per option but the reference and quadrant, four per option.

    Parameters
    ----------
    draws
        As in `net_benefit`.
    reference
        The option in the middle of the plane; as in `difference`.

    Returns
    -------
    Estimate table of kind "decision" of shares that add up to one per option: `group`, `reference`, `n`, `n_reference`,
    `estimate`, `note` (the quadrant). A draw on an axis counts half on either side, one in the middle a quarter in each
    quadrant.

    Source
    ------
    Black (1990).
    """
    if is_lonely(draws):
        return lonely(draws, unit="share").assign(reference="")
    drawn = matrices(draws)
    reference = baseline(drawn.options, drawn.cost.mean(axis=0), reference)
    at, rows = drawn.place(reference), []
    for column, option in enumerate(drawn.options):
        if column == at:
            continue
        cost, effect = (every[:, column] - every[:, at] for every in (drawn.cost, drawn.effect))
        found, sizes = shares(cost, effect), {"n": drawn.n[column], "n_reference": drawn.n[at]}
        rows += [
            {"group": option, "reference": reference, **sizes, "estimate": found[name], "note": name}
            for name in QUADRANTS
        ]
    return estimates(pd.DataFrame(rows), **carried(
        drawn.about, ON_AXIS, unit="share", by="option", method=drawn.about.get("method", ""),
        estimand=N_("share of draws in each quadrant, compared with the option named beside it"),
    ))  # fmt: skip


def _by_option(drawn, worth: np.ndarray, **columns: np.ndarray) -> pd.DataFrame:
    """A row per option and k from arrays [k, option]."""
    count = len(worth)
    labels = {
        "group": np.repeat(np.array(drawn.options, dtype=object), count),
        "k_eur": np.tile(worth, len(drawn.options)), "n": np.repeat(drawn.n, count),
    }  # fmt: skip
    return pd.DataFrame({**labels, **{name: values.T.ravel() for name, values in columns.items()}})
