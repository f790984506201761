"""Costs beside the funding they name: of the same structure, in its period, and not more than it."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from coopeval.tables.personal import shown
from coopeval.tables.raw import Raw
from coopeval.tables.rows import LINE, as_days

CENTS = 0.005  # each cost may be rounded to the cent
SAME_COST = ["structure_id", "period_from", "period_until", "category", "programme", "agreement_point", "amount_eur"]


def complain(raws: Mapping[str, Raw], frames: Mapping[str, pd.DataFrame]) -> None:
    """Adds the faults of costs that name a funding."""
    if "costs" in frames:
        _paid_twice(raws["costs"], frames["costs"])
    if not {"costs", "funding"} <= set(frames):
        return
    funding = frames["funding"].drop_duplicates("funding_id", keep=False).set_index("funding_id")
    costs = frames["costs"]
    costs = costs[costs["funding_id"].isin(funding.index.difference([""]))]
    costs = costs.join(funding.add_suffix("_funding"), on="funding_id")
    _of_another(raws["costs"], costs)
    _outside(raws["costs"], costs)
    _too_much(raws["funding"], costs, funding)


def _paid_twice(raw: Raw, costs: pd.DataFrame) -> None:
    """The same cost once more under another key, for which a second funder or source of money pays."""
    sound = costs[~costs[LINE].isin(raw.refused(*SAME_COST)) & costs["amount_eur"].gt(0)]
    first = sound.groupby(SAME_COST, dropna=False)[LINE].transform("min")
    payer = sound["borne_by"] + " " + sound["funding_id"]
    differs = payer.ne(first.map(dict(zip(sound[LINE], payer, strict=True))))
    again = sound[differs & sound[LINE].ne(first)]
    amounts = again["amount_eur"].map("{:.2f}".format)
    raw.add_each("W-FUND-03", again[LINE], "amount_eur", amounts, first=first[again.index].tolist())


def _of_another(raw: Raw, costs: pd.DataFrame) -> None:
    one, other = costs["structure_id"], costs["structure_id_funding"]
    rows = costs[one.ne(other) & one.ne("") & other.ne("")]
    owner = rows["structure_id_funding"].map(shown)
    raw.add_each("E-FUND-02", rows[LINE], "funding_id", rows["funding_id"].map(shown), owner=owner)


def _outside(raw: Raw, costs: pd.DataFrame) -> None:
    """Costs of days outside the period of their funding: all of their days, or some."""
    start, stop = costs["period_from"], costs["period_until"]
    first, last = costs["period_from_funding"], costs["period_until_funding"]
    early, late = start < first, stop > last
    apart = (stop < first) | (start > last)
    for code, which in (("E-FUND-01", apart), ("W-FUND-01", ~apart)):
        for column, out in (("period_from", early), ("period_until", late & ~early)):
            rows = costs[which & out]
            opens, ends = as_days(rows["period_from_funding"]), as_days(rows["period_until_funding"])
            period = [f"{one} .. {other}" for one, other in zip(opens, ends, strict=True)]
            other = rows["funding_id"].map(shown)
            raw.add_each(code, rows[LINE], column, as_days(rows[column]), other=other, expected=period)


def _too_much(raw: Raw, costs: pd.DataFrame, funding: pd.DataFrame) -> None:
    spent = costs.groupby("funding_id")["amount_eur"].agg(["sum", "size"])
    rows = funding.loc[spent.index, ["amount_eur", LINE]].join(spent)
    rows = rows[rows["sum"] > rows["amount_eur"] + CENTS * rows["size"].clip(lower=10)]
    due = rows["sum"].map("{:.2f}".format)
    raw.add_each("W-FUND-02", rows[LINE], "amount_eur", rows["amount_eur"].map("{:.2f}".format), due=due)
