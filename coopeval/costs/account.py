"""The account of a programme: every cost within a perimeter, carried by the projects that were supported for it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from coopeval.cohort import accompanied
from coopeval.costs.carriers import KEYS, NOBODY, Borne, Carriers, during
from coopeval.costs.perimeters import PERIMETERS, borne_within, by_year, in_prices_of, own_costs, price_year
from coopeval.costs.spreading import CARRIED, spread_over
from coopeval.errors import DataError
from coopeval.semesters import months_between
from coopeval.tables import evaluating
from coopeval.tables.once import once
from coopeval.wording import N_

POINT = {"agreement_point": "cost_point"}  # of a cost; support has one of its own
FACTS = [
    "cost_id", "year", "category", "programme", "cost_point", "borne_by", "amount_eur", "nominal_eur", "is_indexed",
]  # fmt: skip
PERIMETER_SAID = {
    "subsidy": N_("Costs borne by the subsidy of the Region alone."),
    "cash": N_("Costs borne in money: subsidies, European and other public money, own income."),
    "full": N_("Full cost: all money, staff of partners and what was given in kind."),
}
NOMINAL = N_("Amounts are as they were paid, in the euros of each year.")
CONSTANT = N_("Amounts are in constant euros of the price year: the year whose factor is one in the table of prices.")
ADRIFT = N_(
    "More than a twentieth of the costs could not be spread over projects and is not in these figures: they are too "
    "low by about that much."
)
LITTLE, HALF = 0.05, 0.5  # of the costs without a project: said from the first on, no figure from the second on
LEFT_NOMINAL = N_("Years without a published price index stay in the euros in which they were paid.")


@dataclass(frozen=True)
class Account:
    """What `account` returns: the data set, how its costs were counted, and the costs spread over projects.

    `spread` has one row per cost of a year and carrier: `project_id` (empty where nobody carried it), `on` (day of
    the support it was spread by), `topic` and `support_point` of that support, the facts of the cost, `amount_eur` in
    the prices of the account and `nominal_eur` as paid. The amounts of a cost add up to it.
    """

    dataset: object
    perimeter: str
    key: str
    price_year: int  # 0: as paid
    spread: pd.DataFrame

    @property
    def said(self) -> dict[str, object]:
        """What every table of the account says alike."""
        day = as_of_day(self.dataset)
        prices = (CONSTANT,) if self.price_year else (NOMINAL,)
        left = (LEFT_NOMINAL,) if self.price_year and not self.spread["is_indexed"].all() else ()
        return {
            "warnings": (PERIMETER_SAID[self.perimeter], *prices, *left), "privacy": "confidential",
            "is_synthetic": self.dataset.is_synthetic, "as_of": day.date().isoformat(),
        }  # fmt: skip

    @property
    def method(self) -> str:
        """The allocation key in words."""
        return KEYS[self.key]

    @cached_property
    def adrift(self) -> float:
        """Share of the costs that no project carries."""
        whole = self.spread["amount_eur"].sum()
        carried = self.spread.loc[self.spread["project_id"].ne(NOBODY), "amount_eur"].sum()
        return 1 - carried / whole if whole > 0 else 0.0

    @cached_property
    def borne(self) -> pd.DataFrame:
        """What each accompanied project carried on each day: `amount_eur`, and `after`, the months since it entered."""
        entered = accompanied(self.dataset).set_index("project_id")["entered_on"]
        borne = self.spread[self.spread["project_id"].isin(entered.index)]
        borne = borne.groupby(["project_id", "on"], as_index=False)["amount_eur"].sum()
        return borne.assign(after=months_between(borne["project_id"].map(entered), borne["on"]))


def as_of_day(dataset) -> pd.Timestamp:
    """The day as of which the tables stand."""
    day = dataset.as_of if dataset.as_of is not None else dataset.delivered_on
    if day is None:
        raise DataError("Costs need the day as of which they hold. Cut the data set with cohort.as_of.")
    return day


@once
def account(
    dataset, perimeter: str = "full", key: str = "hours", prices_of: int = 0, constant: bool = True,
    structure_id: str | None = None,
) -> Account:  # fmt: skip
    """The costs of one structure, within a perimeter, in euros of one year, spread over its projects.

    A cost of one programme is carried by the projects in it at the time, a shared one by all. What nobody carries (no
    hours in a calendar year of its period) stays in the account as a row without project: never dropped.

    Parameters
    ----------
    dataset
        The tables, as of a date.
    perimeter
        `subsidy`, `cash` or `full` (default).
    key
        What costs are spread by: `hours` received (default), `guided_hours` (use of workspace left out),
        `participations`, or `direct_staff` (shared costs follow the direct staff cost, direct ones the hours).
    prices_of
        Year in whose euros amounts are told; 0: the last year with a published index that was over by then.
    constant
        False leaves all amounts as they were paid.
    structure_id
        Whose account; default: the evaluated structure. With another one the account is what that structure would see
        of itself: its `dataset` holds that structure as the evaluated one.

    Returns
    -------
    Account.

    Raises
    ------
    ParameterError
        Another perimeter or key, a price year without an index, or a structure that is not in the tables.
    DataError
        No costs or no support delivered, or a negative cost.

    Source
    ------
    Allocation and perimeters as the data contract of this suite fixes them; index: World Bank, consumer prices of
    Belgium (data/reference/price_index.csv).
    """
    if structure_id is not None:
        dataset = evaluating(dataset, structure_id)
    costs = own_costs(dataset, perimeter)
    year = price_year(prices_of, as_of_day(dataset)) if constant else 0
    every = _carried(dataset, key)
    spread = _parts(in_prices_of(every[every["borne_by"].isin(PERIMETERS[perimeter])], year))
    if key == "direct_staff":
        spread = _by_direct_staff(in_prices_of(costs, year).rename(columns=POINT), spread)
    return Account(dataset, perimeter, key, year, spread)


@once
def _carried(dataset, key: str) -> pd.DataFrame:
    """Every cost of a year with each that carries it and its share: how a cost is spread does not depend on the others.

    Amounts are those of the whole cost, as paid.
    """
    costs = by_year(borne_within(dataset, "full")).rename(columns=POINT)
    bearers = Carriers(dataset, key)
    return spread_over(costs, bearers.every, bearers.of)


def _parts(every: pd.DataFrame) -> pd.DataFrame:
    """Each part of a cost with its own amounts."""
    every = every.assign(
        amount_eur=every["amount_eur"] * every["share"], nominal_eur=every["nominal_eur"] * every["share"]
    )
    return every[[*CARRIED, *FACTS]].reset_index(drop=True)


def _by_direct_staff(costs: pd.DataFrame, spread: pd.DataFrame) -> pd.DataFrame:
    """Shared costs spread anew, in proportion to the direct staff cost that the same days' support carries."""
    direct = spread[spread["programme"].ne("")]
    staff = direct[direct["category"].eq("staff") & direct["project_id"].ne(NOBODY)]
    borne = staff.groupby(CARRIED, as_index=False)["nominal_eur"].sum().rename(columns={"nominal_eur": "weight"})
    borne = borne.rename(columns={"support_point": "agreement_point"})
    shared = costs[costs["programme"].eq("")]
    if shared.empty:
        return spread
    days, weights = borne["on"].to_numpy(), borne["weight"].to_numpy()

    def bearing(period: tuple, programme: str) -> Borne:
        places = during(days, period)
        return places, days[places], weights[places]

    every = pd.concat([direct, _parts(spread_over(shared, borne, bearing))])
    return every.sort_values(["cost_id", "year", "project_id", "on"], ignore_index=True)
