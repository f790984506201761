"""What the hours of support cost by themselves: as invoiced, else hours delivered x price of the hour that day."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval import reference
from coopeval.costs.carriers import own_support
from coopeval.errors import DataError
from coopeval.tables.once import once

OF_EXPERTS = ("expert_id", "expert_type", "engagement", "rate_eur_h", "rate_from", "rate_until")


@once
def priced_support(dataset) -> pd.DataFrame:
    """Support of the evaluated structure's projects with `price_eur`: the invoice, else delivered hours x rate.

    One row per row of `support`. `expert_type`, `family` and `engagement` are those of the expert on that day, else
    the first known of this expert. Without invoice and without a rate that day (or without expert) `price_eur` is not
    known: nan, never zero. The rate of a volunteer may be zero.

    Raises
    ------
    DataError
        Two rates of one expert on one day.
    """
    invoices = dataset.columns("support", "support_id", "cost_eur").set_index("support_id")
    support = own_support(dataset).join(invoices, on="support_id")
    if "experts" not in dataset:
        nothing = {
            "rate_eur_h": np.nan,
            "expert_type": "",
            "engagement": "",
            "family": "",
            "price_eur": support["cost_eur"],
        }
        return support.assign(**nothing)
    experts = dataset.columns("experts", *OF_EXPERTS)
    given = support[["support_id", "expert_id", "given_on"]].merge(experts, on="expert_id")
    valid = given["rate_from"].le(given["given_on"]) & ~(given["rate_until"] < given["given_on"])
    rate = given[valid].set_index("support_id")
    if rate.index.has_duplicates:
        twice = rate.index[rate.index.duplicated()].nunique()
        raise DataError(f"{twice} rows of support fall under two rates of one expert; end the first the day before.")
    first = experts.sort_values(["expert_id", "rate_from"]).drop_duplicates("expert_id").set_index("expert_id")
    priced = support.assign(rate_eur_h=support["support_id"].map(rate["rate_eur_h"]))
    for fact in ("expert_type", "engagement"):
        now, before = support["support_id"].map(rate[fact]), support["expert_id"].map(first[fact])
        priced[fact] = now.fillna(before).fillna("").astype(object)
    family = reference.codes("expert_types").set_index("code")["family"]
    priced["family"] = priced["expert_type"].map(family).fillna("").astype(object)
    by_rate = priced["delivered_hours"] * priced["rate_eur_h"]
    return priced.assign(price_eur=priced["cost_eur"].fillna(by_rate))
