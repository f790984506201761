"""Which costs count: the three perimeters, calendar years, and euros of one year."""

from __future__ import annotations

import pandas as pd

from coopeval import reference
from coopeval.errors import DataError, ParameterError

SUBSIDY = ("subsidy",)
CASH = (*SUBSIDY, "own_income", "erdf", "other_public")
FULL = (*CASH, "partner_staff", "in_kind", "unknown")  # a cost that nobody says who bore is a cost all the same
PERIMETERS = {"subsidy": SUBSIDY, "cash": CASH, "full": FULL}
DECEMBER_31 = (12, 31)


def own_costs(dataset, perimeter: str = "full") -> pd.DataFrame:
    """The costs of the evaluated structure within a perimeter, one row per cost and calendar year it covers.

    A cost that covers two years is divided by the days it has in each, so that every part has one year.

    Raises
    ------
    ParameterError
        Another perimeter.
    DataError
        No costs were delivered, or one of them is negative.
    """
    if perimeter not in PERIMETERS:
        raise ParameterError(f'"{perimeter}" is not a perimeter. Choose one of {", ".join(PERIMETERS)}.')
    for table in ("costs", "support"):
        if table not in dataset:
            raise DataError(f"The cost of support needs the table {table}, which was not delivered. Add it.")
    costs = borne_within(dataset, perimeter)
    negative = int(costs["amount_eur"].lt(0).sum())
    if negative:
        raise DataError(
            f"{negative} costs are negative; write a correction as a smaller amount of the cost it corrects."
        )
    return by_year(costs)


OF_COSTS = (
    "cost_id", "structure_id", "period_from", "period_until", "category", "programme", "agreement_point", "borne_by",
    "amount_eur",
)  # fmt: skip


def borne_within(dataset, perimeter: str) -> pd.DataFrame:
    """The costs of the evaluated structure within a perimeter, as they were delivered."""
    structures = dataset.columns("structures", "structure_id", "is_evaluated")
    own = structures.loc[structures["is_evaluated"].astype(bool), "structure_id"]
    costs = dataset.columns("costs", *OF_COSTS)
    return costs[costs["structure_id"].isin(own) & costs["borne_by"].isin(PERIMETERS[perimeter])]


def by_year(costs: pd.DataFrame) -> pd.DataFrame:
    """One row per cost and calendar year it covers, in order of the costs."""
    return _by_year(costs.sort_values("cost_id", ignore_index=True))


def _by_year(costs: pd.DataFrame) -> pd.DataFrame:
    first, last = costs["period_from"], costs["period_until"]
    count = (last.dt.year - first.dt.year + 1).astype(int)
    rows = costs.loc[costs.index.repeat(count)]
    year = rows["period_from"].dt.year + rows.groupby(level=0).cumcount()
    start = rows["period_from"].clip(lower=pd.to_datetime({"year": year, "month": 1, "day": 1}))
    stop = rows["period_until"].clip(upper=pd.to_datetime({"year": year, "month": 12, "day": 31}))
    days = (stop - start).dt.days + 1
    whole = (rows["period_until"] - rows["period_from"]).dt.days + 1
    return rows.assign(
        year=year.astype(int), period_from=start, period_until=stop, amount_eur=rows["amount_eur"] * days / whole
    ).reset_index(drop=True)


def price_year(asked: int, as_of: pd.Timestamp) -> int:
    """The year in whose euros amounts are told: the one asked for, or (0) the last published one over by then.

    >>> price_year(0, pd.Timestamp("2022-06-30")), price_year(2018, pd.Timestamp("2022-06-30"))
    (2021, 2018)
    """
    known = reference.prices()["year"]
    if asked:
        if asked not in set(known):
            raise ParameterError(
                f"{asked} has no price index. Choose a year from {known.min()} to {known.max()}, or 0 for the last one."
            )
        return int(asked)
    over = as_of.year if (as_of.month, as_of.day) == DECEMBER_31 else as_of.year - 1
    return int(known[known <= over].max())


def in_prices_of(costs: pd.DataFrame, year: int) -> pd.DataFrame:
    """The costs with `nominal_eur` (as paid) and `amount_eur` in euros of one year (0: as paid).

    `is_indexed` says where that could be worked out. A year without a published index keeps its amounts as they were
    paid: nothing is estimated.
    """
    index = reference.prices().set_index("year")["index"]
    factor = index[year] / costs["year"].map(index) if year else pd.Series(1.0, index=costs.index)
    return costs.assign(
        nominal_eur=costs["amount_eur"], amount_eur=costs["amount_eur"] * factor.fillna(1.0), is_indexed=factor.notna()
    )
