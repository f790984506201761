"""What each project of each structure cost it, on one account for all of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from coopeval.costs.account import ADRIFT, HALF, LITTLE, Account, account
from coopeval.errors import DataError, ParameterError
from coopeval.semesters import months_between
from coopeval.uncertainty.shape import About
from coopeval.wording import N_

COLUMNS = ["project_id", "structure_id", "cost_eur", "hours"]
NOT_SUPPORTED = N_(
    "Applicants that were not selected and received no support cost nothing here: what choosing among them cost is "
    "carried by the projects supported."
)
NO_COSTS = N_("Structures without cost data have no cost per project; it is not known, and not zero.")


def per_project(
    dataset, perimeter: str = "full", key: str = "hours", prices_of: int = 0, months: int | None = 36
) -> pd.DataFrame:
    """What each project carries of the costs of its structure, in the months after its entry.

    One row per project of all structures. The account of each structure is that of `costs.account`, so the same
    perimeter, key and prices hold for all of them.

    Parameters
    ----------
    dataset
        The tables, as of a date.
    perimeter, key, prices_of
        As for `costs.account`.
    months
        Only costs carried up to so many months after entry (rejected and waiting: the decision); None: all of them.
        Costs of support before entry count.

    Returns
    -------
    `project_id`, `structure_id`, `cost_eur`, `hours` (of support received). A project that nobody supported costs
    nothing and received no hours: zero (`attrs["about"]` says so). Where its structure delivered no costs or no
    support, or where more than half of its costs could not be spread, the cost of a selected project is not known: nan.

    Raises
    ------
    ParameterError
        Another perimeter or key, a price year without an index, or months that are not above zero.
    DataError
        No costs of any structure or no support delivered, or a negative cost.
    """
    return per_window(dataset, [months], perimeter, key, prices_of)[0]


def per_window(
    dataset, months: Sequence[int | None], perimeter: str = "full", key: str = "hours", prices_of: int = 0
) -> list[pd.DataFrame]:
    """What `per_project` returns, for several windows at once: the accounts are made once for all of them.

    One frame per window. Parameters, columns and refusals as in `per_project`.
    """
    for window in months:
        if window is not None and window <= 0:
            raise ParameterError(f"{window} months are no time to spend anything in. Give a number above 0, or None.")
    projects = dataset.columns("projects", "project_id", "structure_id").sort_values("project_id", kind="stable")
    structures = projects["structure_id"].reset_index(drop=True)
    accounts = _accounts(dataset, structures, perimeter, key, prices_of)
    return [_carried(dataset, accounts, window) for window in months]


def _carried(dataset, accounts: dict[str, Account], months: int | None) -> pd.DataFrame:
    projects = dataset.columns("projects", "project_id", "structure_id", "selection", "entered_on", "decided_on")
    projects = projects.sort_values("project_id", kind="stable").reset_index(drop=True)
    zero = projects["entered_on"].fillna(projects["decided_on"])
    zero = pd.Series(zero.to_numpy(), index=projects["project_id"])
    structures = projects["structure_id"]
    spread = pd.concat([each.spread for each in accounts.values()], ignore_index=True)
    support = dataset.columns("support", "project_id", "given_on", "hours")
    supported = projects["project_id"].isin(support["project_id"])
    has_support = structures.isin(structures[supported].unique())
    is_known = has_support & structures.isin([each for each in accounts if accounts[each].adrift <= HALF])
    nobody = ~projects["selection"].eq("selected") & ~supported
    cost = _within(spread["project_id"], spread["on"], spread["amount_eur"], zero, months)
    hours = _within(support["project_id"], support["given_on"], support["hours"], zero, months)
    result = projects.assign(
        cost_eur=projects["project_id"].map(cost).where(is_known | nobody),
        hours=projects["project_id"].map(hours).where(has_support | nobody),
    )[COLUMNS]
    result.attrs["about"] = About(_about(accounts, structures.isin(list(accounts)).all(), months))
    return result


def _accounts(dataset, structures: pd.Series, *choices) -> dict[str, Account]:
    """The account of each structure that has projects and delivered costs."""
    if "costs" not in dataset:
        raise DataError("The cost per project needs the table costs, which was not delivered. Add it.")
    told = sorted(set(structures) & set(dataset.columns("costs", "structure_id")["structure_id"]))
    if not told:
        raise DataError("No structure with projects delivered costs. Add its rows to the table costs.")
    return {each: account(dataset, *choices, structure_id=each) for each in told}


def _within(project: pd.Series, on: pd.Series, amount: pd.Series, zero: pd.Series, months: int | None) -> pd.Series:
    """Sum of amounts per project, up to so many months after its zero; none where there are none."""
    after = months_between(project.map(zero), on) if months is not None and len(project) else np.zeros(len(project))
    counts = amount.astype(float).where(after <= (np.inf if months is None else months), 0.0)
    counts_of = counts.mask(np.isnan(after)).to_numpy()  # of a project without a zero date: not known
    sums = {name: counts_of[rows].sum() for name, rows in project.groupby(project).indices.items()}
    return pd.Series(sums, dtype=float).reindex(zero.index, fill_value=0.0)


def _about(accounts: dict[str, Account], all_told: bool, months: int | None) -> dict[str, object]:
    first = next(iter(accounts.values()))
    warnings = list(dict.fromkeys(warning for each in accounts.values() for warning in each.said["warnings"]))
    warnings += [NOT_SUPPORTED] + [NO_COSTS] * (not all_told)
    warnings += [ADRIFT] * any(each.adrift > LITTLE for each in accounts.values())
    return {
        **first.said, "warnings": tuple(warnings), "unit": "eur", "clock": "entry", "method": first.method,
        "perimeter": first.perimeter, "price_year": first.price_year, "months": months,
    }  # fmt: skip
