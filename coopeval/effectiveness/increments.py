"""What one more unit of effect costs, from each option to the next that is worth a look."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.effectiveness.frames import carried, checked_options, place
from coopeval.effectiveness.quadrants import RATIO_MEANS, noise, quadrant
from coopeval.uncertainty import about_of, estimates
from coopeval.wording import N_

FEWEST_RESULTS = 2  # results apart over the projects of the smaller option; fewer are not divided by
REFERENCE, DOMINATED, EXTENDED, TWIN = "reference", "dominated", "extendedly_dominated", "same_as_another"
NO_RATIO = N_(
    "A ratio is written only where more is paid for more, or something is saved for less. Elsewhere words say where "
    "the option stands."
)
NO_LIMITS = N_(
    "These ratios stand without limits. Where a difference in effect may as well be none, the euro per unit more can "
    "be of any size: read them beside the differences and their limits."
)
STEP = N_(
    "Options are taken from the cheapest to the dearest. One that costs as much or more and brings as much or less "
    "than another is dominated; one that a mix of two others beats is dominated by extension. Both leave."
)


def increments(options: pd.DataFrame, reference: str | None = None) -> pd.DataFrame:
    """What each option costs more, and brings more, than the one before it or than a reference.

    One row per option, sorted by cost.

    Parameters
    ----------
    options
        One row per option: `option` (or `group`), `cost_eur`, `effect`, perhaps `n`. What `options` returns fits.
    reference
        An option all others are set against. Without one each is set against the previous one that remains once the
        dominated ones have left.

    Returns
    -------
    Estimate table of kind "decision": `group`, `reference` (the option it is set against), `n`, `cost_eur`, `effect`,
    `increment_cost_eur`, `increment_effect`, `estimate` (euro per unit of effect) and `note`: `reference`, `dominated`,
    `extendedly_dominated`, `same_as_another` (as dear and as good as one that stands), a quadrant, or `not_estimable`.
    The ratio is empty where it would mean nothing, and where the projects of the smaller option brought less than two
    results more or less: what one project can turn around is not divided by.

    Raises
    ------
    DataError
        A column missing, an option without name or there twice.
    ParameterError
        A reference that is no option.

    Source
    ------
    Drummond et al. (2015), chapter 4; extended dominance as in Cantor (1994) and R's dampack.

    >>> four = pd.DataFrame({"option": list("abcd"), "cost_eur": [0, 2, 5, 9], "effect": [0, 1, 1.5, 3.5]})
    >>> increments(four)["estimate"].tolist(), increments(four)["note"].iloc[2]
    ([nan, 2.0, nan, 2.8], 'extendedly_dominated')
    """
    frame = checked_options(options).sort_values(["cost_eur", "effect", "option"], ascending=[True, False, True])
    frame = frame.reset_index(drop=True)
    known = frame[["cost_eur", "effect"]].notna().all(axis=1)
    least = noise(frame["cost_eur"].to_numpy()), noise(frame["effect"].to_numpy())
    if reference is None:
        before, note = _sequence(frame, known.to_numpy(), least)
    else:
        at = place(reference, tuple(frame["option"]))
        before = np.where(np.arange(len(frame)) == at, -1, at)
        note = np.where(before < 0, REFERENCE, "")
    table = _against(frame, before, note, least)
    warnings = (NO_RATIO, NO_LIMITS) if reference is not None else (STEP, NO_RATIO, NO_LIMITS)
    return estimates(table, **carried(
        about_of(options), *warnings, unit="eur", by="option_ratio", method="increments",
        estimand=N_("euro for one more unit of effect, compared with the option named beside it"),
    ))  # fmt: skip


def _against(frame: pd.DataFrame, before: np.ndarray, note: np.ndarray, least: tuple[float, float]) -> pd.DataFrame:
    has = before >= 0
    cost, effect, names = (frame[column].to_numpy() for column in ("cost_eur", "effect", "option"))
    more_cost = np.where(has, cost - cost[before], np.nan)
    more_effect = np.where(has, effect - effect[before], np.nan)
    where = quadrant(more_cost, more_effect, *least)
    n = frame["n"].to_numpy()
    smaller = np.where(has, np.fmin(n, n[before]), np.nan)
    thin = np.abs(more_effect) * smaller < FEWEST_RESULTS
    means = has & np.isin(where, RATIO_MEANS) & ~thin
    ratio = np.divide(more_cost, more_effect, out=np.full(len(frame), np.nan), where=means)
    return pd.DataFrame({
        "group": names, "reference": np.where(has, names[before], ""), "n": frame["n"], "cost_eur": cost,
        "effect": effect, "increment_cost_eur": more_cost, "increment_effect": more_effect, "estimate": ratio,
        "note": np.where(note != "", note, where),
    })  # fmt: skip


def _sequence(frame: pd.DataFrame, known: np.ndarray, least: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    """For each option sorted by cost the one before it that remains (-1: none), and why it leaves."""
    cost, effect = frame["cost_eur"].to_numpy(), frame["effect"].to_numpy()
    note = np.where(known, "", "not_estimable").astype(object)
    standing: list[int] = []
    for one in np.flatnonzero(known):  # cheapest first, of equal cost the better first
        last = standing[-1] if standing else None
        if last is not None and effect[one] <= effect[last] + least[1]:
            twin = abs(effect[one] - effect[last]) <= least[1] and abs(cost[one] - cost[last]) <= least[0]
            note[one] = TWIN if twin else DOMINATED
            continue
        if last is not None and cost[one] <= cost[last] + least[0]:  # as dear within rounding, and better
            note[standing.pop()] = DOMINATED
        standing.append(one)
    hull: list[int] = []
    for one in standing:
        while len(hull) > 1 and _is_beaten(cost, effect, hull[-2], hull[-1], one):
            note[hull.pop()] = EXTENDED
        hull.append(one)
    before = np.full(len(frame), -1)
    before[hull[1:]] = hull[:-1]
    note[hull[:1]] = REFERENCE
    return before, note.astype(str)


def _is_beaten(cost: np.ndarray, effect: np.ndarray, low: int, middle: int, high: int) -> bool:
    """Whether a mix of two options brings more than the one between them for the same money."""
    first = (cost[middle] - cost[low]) * (effect[high] - effect[middle])
    second = (cost[high] - cost[middle]) * (effect[middle] - effect[low])
    return first > second * (1 + 1e-9)
