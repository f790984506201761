"""Direct and indirect standardisation of shares over strata."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from coopeval.uncertainty import clopper_pearson, wilson

LEAST_COVERED = 0.5  # part of the standard that the common strata hold; below it no standardised share is given


def strata(known: pd.DataFrame, by: str, outcome: str, covariates: Sequence[str]) -> pd.DataFrame:
    """Counts per group and stratum, with the events expected there had the group the share of all together.

    Columns group, stratum (a number), n, n_events, expected.
    """
    names = known[list(covariates)].astype(str)
    stratum = names.groupby(list(covariates), sort=True).ngroup()
    rows = pd.DataFrame({"group": known[by].astype(str), "stratum": stratum, "event": known[outcome]})
    cells = rows.groupby(["group", "stratum"], sort=True)["event"].agg(n="count", n_events="sum").reset_index()
    of_all = cells.groupby("stratum")[["n", "n_events"]].sum()
    share = of_all["n_events"] / of_all["n"]
    return cells.assign(expected=cells["n"] * cells["stratum"].map(share))


def directly(cells: pd.DataFrame, to: str | None, level: float) -> pd.DataFrame:
    """Per group: its shares in the strata that all groups have, with the mix of the standard.

    Index group; columns standardised, low, high; `attrs["covered"]` the part of the standard in those strata. Limits
    by MOVER: the distances of Wilson's limits from the share of each stratum, squared, weighted and added.
    """
    standard = cells if to is None else cells[cells["group"].eq(to)]
    mix = standard.groupby("stratum")["n"].sum()
    groups = sorted(cells["group"].unique())
    common = cells.groupby("stratum")["group"].nunique().eq(len(groups))
    mix = mix[mix.index.isin(common[common].index)]
    covered = float(mix.sum() / standard["n"].sum())
    if covered < LEAST_COVERED:
        found = pd.DataFrame(np.nan, index=groups, columns=["standardised", "low", "high"])
    else:
        part = cells[cells["stratum"].isin(mix.index)].assign(weight=lambda f: f["stratum"].map(mix / mix.sum()))
        found = part.groupby("group", sort=True)[["n", "n_events", "weight"]].apply(_mover, level)
    found.attrs["covered"] = covered
    return found


def _mover(part: pd.DataFrame, level: float) -> pd.Series:
    share, weight = (part["n_events"] / part["n"]).to_numpy(), part["weight"].to_numpy()
    low, high = wilson(part["n_events"], part["n"], level)
    centre = float(weight @ share)
    down, up = (np.sqrt(((weight * (share - end)) ** 2).sum()) for end in (low, high))
    return pd.Series({"standardised": centre, "low": max(centre - down, 0.0), "high": min(centre + up, 1.0)})


def indirectly(cells: pd.DataFrame, to: str | None, level: float) -> pd.DataFrame:
    """Per group: the overall share times observed over expected, with exact limits of what was observed."""
    sums = cells.groupby("group", sort=True)[["n", "n_events", "expected"]].sum()
    overall = sums["n_events"].sum() / sums["n"].sum()
    low, high = clopper_pearson(sums["n_events"], sums["n"], level)
    by_one = (overall * sums["n"] / sums["expected"]).where(sums["expected"] > 0)
    share = sums["n_events"] / sums["n"]
    found = {"standardised": share, "low": pd.Series(low, sums.index), "high": pd.Series(high, sums.index)}
    return pd.DataFrame({word: (of * by_one).clip(upper=1.0) for word, of in found.items()})
