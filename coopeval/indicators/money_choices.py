"""Costs per enterprise and per job under each definition, perimeter and supposition about what is not known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from coopeval import cohort, costs
from coopeval.cohort.units import units
from coopeval.costs.account import HALF, Account
from coopeval.costs.perimeters import PERIMETERS as BORNE_BY
from coopeval.costs.unit_costs import counted, windowed
from coopeval.indicators.choices import PERIMETERS, Study, row, silent
from coopeval.indicators.definitions import ALL
from coopeval.uncertainty import ratio

RULES = {"left_out": "left_out", "as_none": "none", "as_known": "alike"}
OF_DEFINITION = ("left_out", "as_known")  # who was not assessed is never taken for one that does not satisfy it
OF_ALL = {"cost_per_enterprise": ("left_out",), "cost_per_job": tuple(RULES)}  # all creations are known, not all jobs
OUTCOMES = {"cost_per_enterprise": "created", "cost_per_job": "job_created"}
FIGURES = ("n", "estimate", "low", "high", "n_enterprises", "largest_share", "two_largest_share")
BETWEEN = "/"


def rows(study: Study, headlines: list[str], every: pd.DataFrame | None) -> list[dict[str, object]]:
    """`cost_per_enterprise`, `cost_per_job`: definition x perimeter x what is supposed of what is not known.

    Under a definition only enterprises that satisfy it are counted, and the costs of all projects stand above them.
    Projects whose enterprise was not assessed are like those whose jobs are not known: left out of both sides,
    counted as none, or as the others.
    """
    account, first = costs.account(study.dataset), _first_enterprises(study.dataset)
    found = []
    for headline in [name for name in OUTCOMES if name in headlines]:
        asked = _outcomes(study, headline, every)
        amounts = {
            (name, rule): counted(under, RULES[rule])
            for name in study.definitions()
            for under in [_under(asked, study, first, name)]
            for rule in (OF_ALL[headline] if name == ALL else OF_DEFINITION)
        }
        for perimeter in PERIMETERS:
            within = _within(account, perimeter)
            spent = windowed(within, asked)["cost_eur"].to_numpy(float)
            ratios = _ratios(amounts, spent, study.level, within.adrift > HALF)
            for (definition, rule), figures in ratios.items():
                choices = {"definition": definition, "perimeter": perimeter, "missing_rule": rule}
                if headline == "cost_per_job":
                    figures = {**figures, "n_persons": figures.get("denominator", np.nan)}
                figures = {name: figure for name, figure in figures.items() if name != "denominator"}
                found.append(row(headline, figures, **choices))
    return found


def _outcomes(study: Study, headline: str, every: pd.DataFrame | None) -> pd.DataFrame:
    per_job = headline == "cost_per_job"
    found = cohort.job_outcomes(study.dataset, every) if per_job else cohort.outcomes(study.dataset)
    return found[found["outcome"].eq(OUTCOMES[headline])].reset_index(drop=True)


def _within(account: Account, perimeter: str) -> Account:
    """The account with the costs of a perimeter: how a cost is spread does not depend on the others."""
    spread = account.spread
    return replace(account, perimeter=perimeter, spread=spread[spread["borne_by"].isin(BORNE_BY[perimeter])])


def _first_enterprises(dataset) -> pd.DataFrame:
    """The first enterprise of each project of the programme."""
    every = units(dataset)
    own = every[every["arm"].eq("programme") & ~every["is_successor"]]
    own = own.sort_values(["born_on", "enterprise_id"], kind="stable").drop_duplicates("project_id")
    return own[["project_id", "enterprise_id"]]


def _under(outcomes: pd.DataFrame, study: Study, first: pd.DataFrame, definition: str) -> pd.DataFrame:
    """Amounts of projects whose enterprise satisfies the definition, none of the others, unknown if not assessed."""
    if definition == ALL:
        return outcomes
    met = first["enterprise_id"].map(study.under(definition)["is_met"].astype(float))
    satisfied = outcomes["project_id"].map(pd.Series(met.to_numpy(float), index=first["project_id"])).astype(float)
    amount = outcomes["amount"]
    return outcomes.assign(amount=amount.where(amount.eq(0), amount * satisfied))


def _ratios(amounts: dict[tuple[str, str], pd.DataFrame], spent: np.ndarray, level: float, is_adrift: bool) -> dict:
    """Cost per unit for each definition and supposition, in one go."""
    parts = []
    for key, filled in amounts.items():
        known = (filled["is_mature"] & filled["amount"].notna()).to_numpy(bool)
        amount = filled["amount"].to_numpy(float)[known]
        parts.append(pd.DataFrame({"amount": amount, "cost_eur": spent[known], "group": BETWEEN.join(key)}))
    whole = pd.concat(parts, ignore_index=True)
    table = ratio(whole, "cost_eur", "amount", by="group", level=level).set_index("group")
    names = {key: BETWEEN.join(key) for key in amounts}
    return {
        key: _figures(table.loc[name] if name in table.index else None, key[1], is_adrift)
        for key, name in names.items()
    }


def _figures(one: pd.Series | None, rule: str, is_adrift: bool) -> dict[str, object]:
    if one is None:
        return silent(0, "immature")
    if is_adrift or not np.isfinite(one["estimate"]) or one["denominator"] <= 0:
        return silent(one["n"], "not_estimable")
    figures = {name: one[name] for name in (*FIGURES, "denominator")} | {"note": one["note"]}
    return figures if rule == "left_out" else {**figures, "low": np.nan, "high": np.nan, "note": ""}
