"""Costs of one period and programme, a pool, spread over what carries them: each pool is looked up once, in arrays."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from coopeval.costs.carriers import NOBODY, Borne

POOL = ["period_from", "period_until", "programme"]
CARRIED = ["project_id", "on", "topic", "support_point"]
FACTS_OF = {"project_id": "project_id", "topic": "topic", "support_point": "agreement_point"}  # of what carries
NONE = -1  # place of what nobody carries


def spread_over(costs: pd.DataFrame, carriers: pd.DataFrame, bearing: Callable[[tuple, str], Borne]) -> pd.DataFrame:
    """Every cost with each that carries it: the columns of the cost, those of `CARRIED`, and `share`.

    The shares of a cost add up to one; in order of cost, year, project and day.

    Parameters
    ----------
    costs
        One row per cost and year, with the columns of `POOL`.
    carriers
        Whatever may carry a cost: `project_id`, `topic`, `agreement_point`.
    bearing
        For a period and a programme: the places in `carriers` of those that carry its costs, their days and weights.
    """
    costs = costs.sort_values(["cost_id", "year"], ignore_index=True)
    pool = costs.groupby(POOL, dropna=False).ngroup().to_numpy()
    pools = costs[POOL].take(np.unique(pool, return_index=True)[1])
    project = pd.factorize(carriers["project_id"], sort=True)[0]
    parts = [_of_pool(*bearing((first, last), programme), first, project) for first, last, programme in
             pools.itertuples(index=False)]  # fmt: skip
    of_pool = np.array([len(shares) for *_, shares in parts], dtype=int)
    size, start = of_pool[pool], (np.cumsum(of_pool) - of_pool)[pool]
    cost = np.repeat(np.arange(len(costs)), size)
    part = np.arange(len(cost)) + np.repeat(start - np.cumsum(size) + size, size)
    places, days, shares = (np.concatenate(column)[part] for column in zip(*parts, strict=True)) if parts else [[]] * 3
    places = np.asarray(places, dtype=int)
    facts = {name: np.append(carriers[of].to_numpy(object), NOBODY)[places] for name, of in FACTS_OF.items()}
    every = costs.take(cost).reset_index(drop=True)
    return every.assign(**{name: facts.get(name, days) for name in CARRIED}, share=shares)


def _of_pool(
    places: np.ndarray, days: np.ndarray, weights: np.ndarray, first: pd.Timestamp, project: np.ndarray
) -> Borne:
    """Places, days and shares of a pool, by project and day; without any weight, nobody carries it on its first day."""
    whole = weights.sum()
    if not whole > 0:
        return np.array([NONE]), np.array([first], dtype=days.dtype), np.ones(1)
    order = np.lexsort((days, project[places]))
    return places[order], days[order], (weights / whole)[order]
