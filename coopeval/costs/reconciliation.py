"""From the costs in the books to what projects carry and what hours cost by themselves; and the prices used."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval import reference
from coopeval.cohort import accompanied
from coopeval.costs.account import NOBODY, Account
from coopeval.costs.pricing import priced_support
from coopeval.costs.sums import COST_OF, TWO_LARGEST, one_sum
from coopeval.uncertainty import estimates
from coopeval.wording import N_

AS_PAID = N_("Amounts are as they were paid: hours are priced on the day they were given.")
HOURS_SPREAD_ONLY = N_(
    "Total cost comes from the books alone. Hours and their price only spread it, so what is beyond the priced hours "
    "is preparation, premises, administration and all else nobody invoiced by the hour."
)


def reconciliation(account: Account) -> pd.DataFrame:
    """Where the costs of the books go, and how much of them the priced hours of support account for.

    One row each: `step_1_total` = `step_2_accompanied` + `step_3_others` (projects supported without being selected) +
    `step_4_unspread` (no hours to spread it by); and `step_1_total` = `step_5_priced_hours` + `step_6_beyond_hours`.

    Returns
    -------
    Estimate table of sums in euro, as paid.
    """
    spread = account.spread
    accompanied_ids = accompanied(account.dataset)["project_id"]
    n = len(accompanied_ids)
    own = spread["project_id"].isin(accompanied_ids)
    nobody = spread["project_id"].eq(NOBODY)
    priced = priced_support(account.dataset)
    price = priced.groupby("project_id")["price_eur"].sum()
    total = spread.groupby("project_id")["nominal_eur"].sum()
    parts = {
        "step_2_accompanied": spread[own].groupby("project_id")["nominal_eur"].sum(),
        "step_3_others": spread[~own & ~nobody].groupby("project_id")["nominal_eur"].sum(),
        "step_4_unspread": spread[nobody].groupby("project_id")["nominal_eur"].sum(),
        "step_1_total": total, "step_5_priced_hours": price, "step_6_beyond_hours": total,
    }  # fmt: skip
    rows = pd.DataFrame([one_sum(name, amounts, n) for name, amounts in parts.items()])
    rows.loc[rows["group"].eq("step_6_beyond_hours"), "estimate"] = total.sum() - price.sum()
    carried = total[total.index != NOBODY]  # a project may be all there is to spread a cost by
    rows[TWO_LARGEST] = np.where(rows["group"].eq("step_4_unspread"), carried.nlargest(2).sum(), np.nan)
    return estimates(
        rows, kind="sum", unit="eur", method="sum", codes="cost_steps", estimand=COST_OF[account.perimeter],
        population=N_("all costs of the evaluated structure within the perimeter"),
        **{**account.said, "warnings": (account.said["warnings"][0], AS_PAID, HOURS_SPREAD_ONLY)},
    )  # fmt: skip


def prices(account: Account) -> pd.DataFrame:
    """What one euro of each year is worth in euros of the price year; 1 in the price year itself.

    One row per year with costs; the note `no_index` marks those without a published index.
    """
    index = reference.prices().set_index("year")["index"]
    years = sorted(account.spread["year"].unique())
    base = index.get(account.price_year, float("nan"))
    rows = pd.DataFrame(
        {"group": [str(year) for year in years], "estimate": [base / index.get(y, float("nan")) for y in years]}
    )
    rows["note"] = rows["estimate"].isna().map({True: "no_index", False: ""})
    return estimates(
        rows, kind="published", unit="ratio", privacy="published", method="as published", by="year",
        estimand=N_("euros of the price year that one euro of this year is worth"),
        population=N_("consumer prices of Belgium, yearly average (World Bank, FP.CPI.TOTL.ZG)"),
        as_of=account.said["as_of"],
    )  # fmt: skip
