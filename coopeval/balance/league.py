"""Structures side by side: the raw share beside the share they would have with the same mix, and what chance allows.

A table, not a ranking: rows stand in the order of their codes, and no call sorts them by a result.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from coopeval.balance.standards import directly, indirectly, strata
from coopeval.errors import DataError, ParameterError
from coopeval.uncertainty import estimates, funnel
from coopeval.wording import N_

LEAST = 5  # units with a known outcome, below which a structure gets no figure
METHODS = {"direct": directly, "indirect": indirectly}
WORDS = {"direct": "direct standardisation", "indirect": "indirect standardisation"}
NO_RANKING = N_("The rows are in the order of their codes. This is no ranking: most differences are within chance.")
MIX = N_("Only the standardised shares compare structures; the raw ones also tell of whom each structure takes in.")
UNKNOWN = N_("Projects whose outcome is not known are left out of their structure.")
UNCOMMON = N_("Kinds of projects that some structure never had are left out of the standardised shares.")
TO_ALL = N_("share with the outcome, raw and with the mix of all structures together")
TO_ONE = N_("share with the outcome, raw and with the mix of the structure taken as standard")


def league(
    frame: pd.DataFrame, by: str, outcome: str, covariates: Sequence[str], to: str | None = None,
    method: str = "direct", level: float = 0.95,
) -> pd.DataFrame:  # fmt: skip
    """Share with an outcome in each structure: raw, standardised to one mix, expected, and the limits of chance.

    One row per structure, in the order of their codes; there is no rank.

    Parameters
    ----------
    frame
        One row per project (or enterprise), as cohort.compared gives.
    by
        Column of the structure (or option).
    outcome
        Column of the outcome: 1 or true, 0 or false, empty where not known (left out, never zero).
    covariates
        Columns of codes fixed before the structure began, by whose combinations (strata) the mix is told.
    to
        A structure whose mix is the standard of the direct method; default the mix of all structures together.
    method
        `direct`: the shares of the structure in each stratum, with the mix of the standard. Strata in which some
        structure has nobody are left out for all (`attrs["covered"]`: the part of the standard that stays).
        `indirect`: the overall share times observed over expected; for structures with few units per stratum. Two
        structures compared in this way are still compared with their own mix each.
    level
        Confidence level of `low`, `high`; the funnel limits take it too.

    Returns
    -------
    Estimate table of kind `league`: `n` (units whose outcome is known), `n_events`, `estimate` (raw share),
    `standardised`, `low`, `high` (limits of `standardised`), `expected` (share it would have if each stratum had the
    share of all structures together), `limit_low`, `limit_high` (exact binomial limits of chance at this n around the
    overall share: the funnel), `note` (`small_group`: fewer than five units, no figure; `not_comparable`: the common
    strata cover less than half of the standard).
    `attrs["overdispersion"]`: how many times larger than chance the squared distances from `expected` are (1: chance
    alone; nan with fewer than two structures).

    Raises
    ------
    DataError
        A column is missing, empty cells in `by` or a covariate, an outcome that is neither 0 nor 1, nobody known.
    ParameterError
        Unknown method or standard, no covariate.

    Source
    ------
    Direct and indirect standardisation: Breslow & Day (1987), chapter 2; limits of the direct one: MOVER (Zou, Huang
    & Zhang 2009) with Wilson's in each stratum, of the indirect one exact. Funnel and overdispersion: Spiegelhalter
    (2005), see `uncertainty.funnel`.

    >>> two = pd.DataFrame({"s": list("AAAAAAAABBBBBBBB"), "kind": list("xxxxxxyyxxyyyyyy"),
    ...     "made": [1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 1]})
    >>> league(two, "s", "made", ["kind"])[["group", "estimate", "standardised", "expected"]].round(3).values.tolist()
    [['A', 0.5, 0.333, 0.594], ['B', 0.375, 0.583, 0.281]]
    """
    known, left_out = _known(frame, by, outcome, covariates)
    if method not in METHODS:
        raise ParameterError(f'"{method}" is not a way to standardise. Choose direct or indirect.')
    if to is not None and to not in set(known[by]):
        raise ParameterError(f'"{to}" is not in {by}, or nothing is known of it. Choose one of its codes.')
    cells = strata(known, by, outcome, covariates)
    raw = cells.groupby("group", sort=True)[["n", "n_events"]].sum().reset_index()
    overall = raw["n_events"].sum() / raw["n"].sum()
    found = METHODS[method](cells, to, level).reindex(raw["group"]).reset_index(drop=True)
    expected = cells.groupby("group", sort=True)["expected"].sum().to_numpy() / raw["n"]
    low, high = _by_chance(overall, raw["n"].to_numpy(float), level)
    table = raw.assign(
        estimate=raw["n_events"] / raw["n"], **dict(found), expected=expected, limit_low=low, limit_high=high, note=""
    )
    uncommon = method == "direct" and found.attrs.get("covered", 1.0) < 1
    made = estimates(
        _silent(table), kind="league", unit="share", estimand=TO_ONE if to else TO_ALL, by=by, level=level,
        method=WORDS[method], interval="MOVER, Wilson" if method == "direct" else "Clopper-Pearson",
        warnings=(NO_RANKING, MIX, *((UNKNOWN,) if left_out else ()), *((UNCOMMON,) if uncommon else ())),
        **{word: frame.attrs.get("about", {}).get(word, "") for word in ("as_of", "population")},
        is_synthetic=bool(frame.attrs.get("about", {}).get("is_synthetic", False)),
    )  # fmt: skip
    made.attrs |= {"covered": found.attrs.get("covered", 1.0), "overdispersion": overdispersion(table)}
    return made


def _by_chance(share: float, n: np.ndarray, level: float) -> np.ndarray:
    """Lower and upper limits at each size; none where everybody, or nobody, has the outcome."""
    if not 0 < share < 1:
        return np.full((2, len(n)), np.nan)
    return funnel([round(share * n.sum())], [n.sum()], share, (level,)).limits(n)[0]


def overdispersion(table: pd.DataFrame) -> float:
    """Mean squared distance from `expected` in units of chance: about 1 if nothing but chance sets structures apart."""
    expected, n = table["expected"].to_numpy(float), table["n"].to_numpy(float)
    possible = (expected > 0) & (expected < 1)
    if possible.sum() < 2:
        return float("nan")
    spread = np.sqrt(expected * (1 - expected) / n)[possible]
    return float(np.mean(((table["estimate"].to_numpy(float) - expected)[possible] / spread) ** 2))


def _silent(table: pd.DataFrame) -> pd.DataFrame:
    """No figure for structures of which too little is known, and none standardised where none can be."""
    few = table["n"] < LEAST
    note = np.select([few, table["standardised"].isna()], ["small_group", "not_comparable"], "")
    figures = ["estimate", "standardised", "low", "high", "expected", "limit_low", "limit_high"]
    return table.assign(note=note, **{column: table[column].mask(few) for column in figures})


def _known(frame: pd.DataFrame, by: str, outcome: str, covariates: Sequence[str]) -> tuple[pd.DataFrame, int]:
    """The units whose outcome is known, and how many others there are."""
    if isinstance(covariates, str) or not len(covariates):
        raise ParameterError("a league table needs the facts by which the mix differs: covariates=[...].")
    missing = [column for column in (by, outcome, *covariates) if column not in frame]
    if missing:
        raise DataError(f"the frame has no {', '.join(missing)}; cohort.compared gives one row per project.")
    for column in (by, *covariates):
        empty = frame[column].isna() | frame[column].astype(str).eq("")
        if empty.any():
            raise DataError(f"{int(empty.sum())} rows without {column}; give them one, for instance 'unknown'.")
    told = pd.to_numeric(frame[outcome].astype(object), errors="coerce").astype(float)
    if not set(told.dropna()) <= {0.0, 1.0} or (told.isna() & frame[outcome].notna()).any():
        raise DataError(f"{outcome} holds more than 0 and 1; a league table of shares needs one or the other.")
    if told.isna().all():
        raise DataError(f"{outcome} is known of nobody; wait until the projects are mature.")
    known = frame.assign(**{outcome: told})[told.notna()]
    return known[[by, outcome, *covariates]], int(told.isna().sum())
