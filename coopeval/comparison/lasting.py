"""How long enterprises of the programme last beside others alike in what was recorded (METHODS 1, 3, 9)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from coopeval import balance, cohort, survival
from coopeval.balance.weighing import fitted
from coopeval.comparison.stacked import NOT_POSSIBLE, stacked
from coopeval.errors import DataError
from coopeval.uncertainty import about_of, estimates
from coopeval.wording import N_

ALIKE = N_("share of enterprises still active: as they are, and others weighted to be like those of the programme")
SHARE = N_("difference in the share of enterprises still active")
PACE = N_("how many times as fast enterprises cease, what was recorded at entry being equal")
MONTHS = N_("difference in months active within the horizon")
WEIGHTED = "_weighted"


class Resampling(NamedTuple):
    """How often enterprises are drawn anew within groups, weights fitted again each time; with `standardised` also
    predictions of a Cox model, which takes longer."""

    n_replicates: int = 2000
    seed: int = 1
    level: float = 0.95
    standardised: bool = False


def lasting(
    spells: pd.DataFrame, comparators: Sequence[str], covariates: Sequence[str], at_months: float | None = None,
    tau: float | None = None, resampling: Resampling | None = None,
) -> pd.DataFrame:  # fmt: skip
    """How much longer enterprises of the programme last than those of others: as they are, and made alike.

    One row per comparator and way (`survival.compared`): unadjusted, weighted (weights refitted in each replicate) and,
    if asked for, standardised (Cox model with a baseline for each group).

    Parameters
    ----------
    spells
        What `cohort.spells` returns, on the clock on which they shall be compared.
    comparators
        Arms: register, structure, rejected, waiting_list.
    covariates
        Fixed in advance; those not recorded for both are left out (`cohort.against`).
    at_months, tau
        One of them: the month at which shares still active are compared, or the horizon of months active.
    resampling
        `Resampling(n_replicates, seed, level, standardised)`.

    Returns
    -------
    Estimate table of kind "effect". A comparator that is absent, too small or without overlap has one row, note
    `not_comparable`.

    Raises
    ------
    ParameterError
        Neither or both of at_months and tau; unknown comparators.
    """
    how = resampling or Resampling()

    def make(rows: pd.DataFrame, name: str) -> pd.DataFrame:
        used = cohort.common(rows)
        weighted = balance.weights(rows, "treated", used)
        again = survival.Resampling(
            how.n_replicates, how.seed, how.level, fitted(rows, "treated", used, None, "logistic").balancing
        )
        adjusted = survival.Adjusted("weight", " + ".join(used) if how.standardised else None)
        return survival.compared(weighted, "arm", ("programme", name), at_months, tau, adjusted, again)

    unit, estimand = ("months", MONTHS) if at_months is None else ("share", SHARE)
    said = {"kind": "effect", "unit": unit, "codes": "effect_methods", "estimand": estimand, "level": how.level}
    ways = ("unadjusted", "weighted", *(("standardised",) if how.standardised else ()))
    table = stacked(spells, comparators, covariates, None, make, said, ways)
    return estimates(
        table.assign(**({"tau": float(tau)} if at_months is None else {"at_months": float(at_months)})),
        **about_of(table),
    )


def curves(spells: pd.DataFrame, comparator: str, covariates: Sequence[str], level: float = 0.95) -> pd.DataFrame:
    """Share still active over time: the programme, the comparator as it is, and weighted to be like the programme.

    One row per group (codes `compared_curves`) and exit time; counts are unweighted, errors of the weighted curve
    robust. Without overlap, or without the comparator, only the curves there are, and a warning says so.
    """
    rows = cohort.against(spells, comparator, covariates)
    plain = survival.curve(rows, by="arm", level=level)
    parts, said = [pd.DataFrame(dict(plain))], {**about_of(plain), "by": "", "codes": "compared_curves"}
    try:
        used = cohort.common(rows)
        if not used:
            raise DataError("nothing was recorded of both arms.")
        weighted = balance.weights(rows, "treated", used)
        others = weighted[~weighted["treated"]].reset_index(drop=True)
        parts.append(pd.DataFrame(dict(survival.curve(others, by="arm", level=level, weights="weight"))))
        parts[-1]["group"] += WEIGHTED
        warnings = about_of(weighted)["warnings"]
    except DataError:
        warnings = (NOT_POSSIBLE,)
    said |= {
        "estimand": ALIKE, "method": "Kaplan-Meier, weighted, robust errors", "privacy": "confidential",
        "population": about_of(rows)["population"], "warnings": (*about_of(plain)["warnings"], *warnings),
    }  # fmt: skip
    return estimates(pd.concat(parts, ignore_index=True), **said)


def pace(
    spells: pd.DataFrame, comparators: Sequence[str], covariates: Sequence[str], level: float = 0.95
) -> pd.DataFrame:
    """How many times as fast enterprises of the programme cease as those of each comparator, covariates being equal.

    One row per comparator: the ratio of hazards of `survival.hazards` (Cox, delayed entry), `reference` being the
    comparator. Where an arm has no ends the row has the note and no figure.
    """

    def make(rows: pd.DataFrame, name: str) -> pd.DataFrame:
        terms = " + ".join([f"arm({name})", *cohort.common(rows)])
        table = survival.hazards(rows, terms, level=level)
        own = table[table["group"].str.startswith("arm=")].assign(group="programme", reference=name)
        return estimates(pd.DataFrame(dict(own)), **about_of(table))

    said = {"kind": "model", "unit": "ratio", "estimand": PACE, "codes": "arms", "by": "", "level": level}
    table = stacked(spells, comparators, covariates, None, make, said)
    silent = table["note"].eq("not_comparable")
    if silent.any():  # the shape of a model, not of an effect
        table = table.assign(
            reference=table["reference"].fillna(table["against"]) if "reference" in table else table["against"]
        )
        table["group"] = "programme"
    return _without(table, ("against", "design", "se", "n_reference"))


def _without(table: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    kept = table.drop(columns=[column for column in columns if column in table])
    kept.attrs = table.attrs
    for column in ("n_events", "n_enterprises", "n_persons", "df", "p", "largest_share", "two_largest_share"):
        if column not in kept:
            kept[column] = np.nan
    return kept
