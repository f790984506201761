"""Experts and their prices: one price on each day, and one on every day on which support was given."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from coopeval.tables.raw import Raw
from coopeval.tables.rows import LINE, as_days

SUM_TOLERANCE_EUR = 0.05  # an invoice is rounded to the cent, a price per hour may be rounded too
OPEN = pd.Timestamp.max.normalize()


def complain(raws: Mapping[str, Raw], frames: Mapping[str, pd.DataFrame]) -> None:
    """Adds the faults of prices: two at once, none on the day of the support, an invoice that differs from them."""
    if "experts" not in frames:
        return
    raw, experts = raws["experts"], frames["experts"]
    sound = experts[experts["rate_from"].notna() & ~experts[LINE].isin(raw.refused("rate_until"))]
    _two_at_once(raw, sound)
    if "support" not in frames:
        return
    support = frames["support"][["support_id", "expert_id", "given_on", "hours", "cost_eur", LINE]]
    support = support[support["expert_id"].ne("") & support["given_on"].notna()]
    rates = experts[["expert_id", "rate_from", "rate_until", "rate_eur_h"]]
    both = support.merge(rates, on="expert_id")
    until = both["rate_until"].fillna(OPEN)
    priced = both[(both["given_on"] >= both["rate_from"]) & (both["given_on"] <= until)]
    if raw.is_whole and len(sound) == len(experts):
        _without_a_price(raws["support"], support[~support[LINE].isin(priced[LINE])], rates)
    _invoices(raws["support"], priced)


def _two_at_once(raw: Raw, rates: pd.DataFrame) -> None:
    rates = rates[rates["expert_id"].ne("")].drop_duplicates(["expert_id", "rate_from"])
    rates = rates.sort_values(["expert_id", "rate_from"], kind="stable")
    rates = rates.assign(until=rates["rate_until"].fillna(OPEN))
    before = rates.groupby("expert_id")["until"].cummax().groupby(rates["expert_id"]).shift()
    late = rates[rates["rate_from"] <= before]
    pairs = late.merge(rates[["expert_id", "rate_from", "until", LINE]], on="expert_id", suffixes=("", "_first"))
    pairs = pairs[(pairs["rate_from_first"] < pairs["rate_from"]) & (pairs["until_first"] >= pairs["rate_from"])]
    pairs = pairs.drop_duplicates(LINE)
    raw.add_each("E-PRICE-01", pairs[LINE], "rate_from", as_days(pairs["rate_from"]), first=pairs[f"{LINE}_first"])


def _without_a_price(raw: Raw, support: pd.DataFrame, rates: pd.DataFrame) -> None:
    """Days that lie in no period of an expert who has periods; an expert who has none is a key that is lost."""
    until = rates.assign(until=rates["rate_until"].fillna(OPEN)).groupby("expert_id")["until"].max()
    support = support.assign(until=support["expert_id"].map(until))
    over = support["given_on"] > support["until"]
    late, between = support[over], support[~over & support["until"].notna()]
    raw.add("W-PRICE-01", between[LINE], "given_on", as_days(between["given_on"]))
    raw.add_each("W-PRICE-02", late[LINE], "given_on", as_days(late["given_on"]), last=as_days(late["until"]))


def _invoices(raw: Raw, priced: pd.DataFrame) -> None:
    """Invoices that differ from hours x the rate of the expert on that day."""
    both = priced[priced["cost_eur"].notna() & priced["hours"].notna()].drop_duplicates(LINE, keep=False)
    both = both.assign(due=both["hours"] * both["rate_eur_h"])
    off = both[np.abs(both["cost_eur"] - both["due"]) > SUM_TOLERANCE_EUR]
    raw.add_each(
        "W-SUM-01", off[LINE], "cost_eur", off["cost_eur"].map("{:.2f}".format), due=off["due"].map("{:.2f}".format)
    )
