"""Differences of independent shares of small groups."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from coopeval.errors import DataError, ParameterError
from coopeval.uncertainty.multiplicity import ADJUSTMENTS
from coopeval.uncertainty.power import detectable
from coopeval.uncertainty.shape import estimates
from coopeval.uncertainty.shares import share, wilson

FEWEST_EVENTS = 5  # per group; below it no test is given
WHOLE = "all"


def newcombe(n_events, n, n_events_reference, n_reference, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Limits of a difference of two shares from Wilson's limits of each (Newcombe 1998, method 10).

    >>> low, high = newcombe([8], [10], [5], [12])
    >>> low.round(3).item(), high.round(3).item()
    (-0.024, 0.649)
    """
    one, other = np.asarray(n_events, dtype=float), np.asarray(n_events_reference, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        one_share, other_share = one / np.asarray(n, dtype=float), other / np.asarray(n_reference, dtype=float)
    one_low, one_high = wilson(one, n, level)
    other_low, other_high = wilson(other, n_reference, level)
    gap = one_share - other_share
    low = gap - np.hypot(one_share - one_low, other_high - other_share)
    return low, gap + np.hypot(one_high - one_share, other_share - other_low)


def fisher(n_events, n, n_events_reference, n_reference) -> np.ndarray:
    """Two-sided exact p-values of no difference, one per pair; empty where a group is.

    >>> fisher([8], [10], [5], [12]).round(4).tolist()
    [0.0991]
    """
    cells = np.column_stack(np.broadcast_arrays(n_events, n, n_events_reference, n_reference)).astype(float)
    some = (cells[:, 1] > 0) & (cells[:, 3] > 0)
    p = np.full(len(cells), np.nan)
    tables = [[[a, n - a], [b, m - b]] for a, n, b, m in cells[some].astype(int)]
    p[some] = [stats.fisher_exact(table).pvalue for table in tables]
    return p


def difference(
    counts: pd.DataFrame,
    reference: str | None = None,
    level: float = 0.95,
    power: float = 0.8,
    adjust: str = "holm",
    fewest_events: int = FEWEST_EVENTS,
    **about: object,
) -> pd.DataFrame:
    """Each group's share against that of a reference group.

    One row per group other than the reference. Groups must be independent: nobody stands in two of them.

    Parameters
    ----------
    counts
        `group`, `n_events`, `n`, one row per group, without the whole ("all"). `n_enterprises` and `n_persons` are
        kept, as are those of the reference (`n_enterprises_reference`, `n_persons_reference`).
    reference
        The group compared with; default the first in sorted order.
    level, power
        Of the interval and of the detectable difference.
    adjust
        "holm" (comparisons fixed in advance) or "benjamini-hochberg" (exploratory breakdowns), from three groups on.
    fewest_events
        With fewer events in either group there is no test.

    Returns
    -------
    Estimate table of kind "difference": group, reference, n, n_events, n_reference, n_events_reference, estimate, low,
    high (Newcombe), p (Fisher), from three groups on p_adjusted, `detectable` (signed: see there). With few events
    p is empty, note `few_events`; with an empty group all figures are, note `not_estimable`.

    Raises
    ------
    DataError
        Counts that cannot be shares, a group twice, or the whole among the groups.
    ParameterError
        An unknown reference or adjustment.

    Source
    ------
    Newcombe (1998), method 10; Fisher's exact test; Holm (1979) or Benjamini & Hochberg (1995).

    >>> two = pd.DataFrame({"group": ["b", "a"], "n_events": [8, 5], "n": [10, 12]})
    >>> difference(two)[["group", "reference", "estimate", "low", "high"]].round(3).values.tolist()
    [['b', 'a', 0.383, -0.024, 0.649]]
    """
    if adjust not in ADJUSTMENTS:
        raise ParameterError(f'"{adjust}" is not an adjustment. Choose one of {", ".join(ADJUSTMENTS)}.')
    pairs = _paired(counts, reference)
    several = len(pairs) > 1
    figures = [pairs[c] for c in ("n_events", "n", "n_events_reference", "n_reference")]
    low, high = newcombe(*figures, level)
    some = pairs["n"].gt(0) & pairs["n_reference"].gt(0)
    few = some & pairs[["n_events", "n_events_reference"]].lt(fewest_events).any(axis=1)
    other = pairs["n_events_reference"] / pairs["n_reference"].where(some)
    p = np.where(few, np.nan, fisher(*figures))
    frame = pairs.assign(estimate=pairs["n_events"] / pairs["n"].where(some) - other, low=low, high=high, p=p)
    frame[["low", "high"]] = frame[["low", "high"]].where(some)
    if several:
        frame["p_adjusted"] = ADJUSTMENTS[adjust](p)
    frame["detectable"] = detectable(pairs["n"], pairs["n_reference"], other, power, level)
    frame["note"] = np.select([~some, few], ["not_estimable", "few_events"], "")
    method = "Fisher exact" + {"holm": ", Holm", "benjamini-hochberg": ", Benjamini-Hochberg"}[adjust] * several
    said = {"kind": "difference", "unit": "share", "method": method, "interval": "Newcombe", "level": level}
    return estimates(frame, **{**said, **about})


def _paired(counts: pd.DataFrame, reference: str | None) -> pd.DataFrame:
    """Each other group beside the reference, in the order of their names."""
    share(counts)  # refuses what cannot be a share
    kept = [c for c in ("n", "n_events", "n_enterprises", "n_persons") if c in counts]
    by_name = pd.DataFrame(counts[["group", *kept]]).sort_values("group").set_index("group")
    if by_name.index.has_duplicates or WHOLE in by_name.index:
        raise DataError(f'each group stands once and the whole ("{WHOLE}") is none of them; leave its row out.')
    if not len(by_name) and reference is None:  # nobody is studied yet: an empty answer, not a failed report
        return by_name.reset_index().assign(reference="", n_reference=0, n_events_reference=0)
    chosen = reference if reference is not None else by_name.index[0]
    if chosen not in by_name.index:
        raise ParameterError(f'"{chosen}" is not a group; there are {", ".join(map(str, by_name.index))}.')
    base = by_name.loc[chosen].add_suffix("_reference").to_dict()
    pairs = by_name.drop(index=chosen).reset_index().assign(reference=chosen, **base)
    return pairs[["group", "reference", *kept, *base]]
