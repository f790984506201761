"""Draws of cost and effect together: whole projects drawn again within each option."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.effectiveness.mixing import LEAST_EFFECTIVE, Towards, effective
from coopeval.effectiveness.projects import KNOWN_AT_LEAST, MIXED, UNSUPPORTED, about
from coopeval.effectiveness.windows import EFFECTS, FREE, Window, window
from coopeval.uncertainty import bootstrap
from coopeval.wording import N_

NO_FREE = N_(
    "No support is not among the options here, as too little is known of it: the best of the others may still be worth "
    "less than it costs."
)
MOST_LOST = 0.05  # of the draws of an option, for want of one known outcome or of weights


def draws(
    projects: pd.DataFrame, spent: pd.DataFrame, effect: str = "jobs", *, reweigh: Towards | None = None,
    n_replicates: int = 2000, seed: int = 1,
) -> pd.DataFrame:  # fmt: skip
    """Draws of mean cost and mean effect per accompanied project: whole projects drawn again within each option.

    One row per draw and option. An option without known costs or outcomes, or without either in over a twentieth of the
    draws, is left out and named in `attrs`. Where no two are left there are no draws, and tables made of them say
    `no_alternative`.

    Parameters
    ----------
    projects, spent, effect
        As in `options`.
    reweigh
        What `towards` returns (or any function from the mature projects to one from replicate weights [b, n] to those
        that the means are made with): weights are fitted again in each replicate. An option that is then worth fewer
        than ten equally weighted projects, or finds no weights in over a twentieth of the draws, is left out.
    n_replicates, seed
        How many draws, and where they start.

    Returns
    -------
    `draw`, `option`, `cost_eur`, `effect`; `attrs["about"]`, `attrs["n"]` and `attrs["left_out"]` say what they are.
    They are about single draws of confidential projects and are never released; tables made of them are.

    Raises
    ------
    ParameterError, DataError
        As in `options`.

    Source
    ------
    Davison & Hinkley (1997), chapter 3; bootstrap of cost and effect together as in Briggs et al. (1997).
    """
    seen = window(projects, spent, effect)
    told = {
        **about(projects, effect, 0.95, *((MIXED,) if reweigh is not None else ())), "method": "",
        "effect_unit": EFFECTS[effect][0],
    }  # fmt: skip
    every, seen = seen.options, seen.only([option for option in seen.options if _is_known(seen, option)])
    seen, weigh = _weighed(seen, reweigh)
    if len(seen.options) < 2:
        return _said(_long(np.empty((0, 0)), ()), seen, told, every)
    found = bootstrap(
        seen.frame["project_id"].to_numpy(), lambda w: np.hstack(seen.means(weigh(w))), n_replicates, seed,
        strata=seen.frame["option"].to_numpy(),
    )  # fmt: skip
    kept, values = _defined(found.values, seen.options)
    if len(kept) < 2:
        return _said(_long(np.empty((0, 0)), ()), seen.only(list(kept)), told, every)
    return _said(_long(values, kept), seen.only(list(kept)), {**told, "method": found.words}, every)


def _is_known(seen: Window, option: str) -> bool:
    own = seen.frame["option"].eq(option)
    return (
        own.sum() > 1 and seen.known_share(option) >= KNOWN_AT_LEAST and seen.frame.loc[own, "cost_eur"].notna().all()
    )


def _long(values: np.ndarray, options: tuple[str, ...]) -> pd.DataFrame:
    count = len(options)
    return pd.DataFrame({
        "draw": np.repeat(np.arange(len(values)), count),
        "option": np.tile(np.array(options, dtype=object), len(values)),
        "cost_eur": values[:, :count].ravel(), "effect": values[:, count:].ravel(),
    })  # fmt: skip


def _said(table: pd.DataFrame, seen: Window, told: dict, every: tuple[str, ...]) -> pd.DataFrame:
    left_out = tuple(option for option in every if option not in seen.options)
    if set(left_out) & set(FREE) and not set(seen.options) & set(FREE):
        told = {**told, "warnings": tuple(NO_FREE if said == UNSUPPORTED else said for said in told["warnings"])}
    table.attrs = {"about": told, "n": {o: seen.counts(o)["n"] for o in seen.options}, "left_out": left_out}
    return table


def _defined(values: np.ndarray, options: tuple[str, ...]) -> tuple[tuple[str, ...], np.ndarray]:
    """The options with a figure in nearly all draws, and the draws in which all of these have one."""
    cube = values.reshape(len(values), 2, len(options))
    known = np.isfinite(cube).all(axis=1)
    kept = (~known).mean(axis=0) <= MOST_LOST
    fine = known[:, kept].all(axis=1)
    names = tuple(option for option, keep in zip(options, kept, strict=True) if keep)
    return names, cube[fine][:, :, kept].reshape(fine.sum(), -1)


def _weighed(seen: Window, reweigh):
    """The window and its weights, without options of which weighting leaves too little."""
    if reweigh is None or len(seen.options) < 2:
        return seen, lambda weights: weights
    worth = effective(seen.frame, reweigh(seen.frame)(np.ones((1, len(seen.frame))))[0])
    seen = seen.only([option for option in seen.options if worth[option] >= LEAST_EFFECTIVE])
    return seen, reweigh(seen.frame) if len(seen.options) > 1 else (lambda weights: weights)
