"""Experts: how many, their hours, their cost, the mean price of their hour and how far prices lie apart (Q04)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.costs.account import as_of_day
from coopeval.costs.pricing import priced_support
from coopeval.costs.sums import ratios_by_group
from coopeval.errors import DataError, ParameterError
from coopeval.uncertainty import estimates
from coopeval.wording import N_

CODES = {
    "family": "expert_families", "engagement": "engagements", "expert_type": "expert_types", "year": "",
}  # fmt: skip
TOTAL, UNKNOWN = "all", "unknown"
WHO = N_("experts who gave support to projects of the evaluated structure")
DELIVERED = N_("An hour given to several projects at once is one hour; an invoice goes before hours and price.")
UNPRICED = N_("Hours without an invoice or a price that day are left out on both sides.")
FREE = N_("Hours given for nothing count with a price of zero.")
PAID = N_("Only experts with a price above zero are compared; each counts once, with the mean price of its hours.")
AS_PAID = N_("Prices are as they were paid, in the euros of each year.")
OF = ("experts", "hours", "eur", "price", "share", "spread")


def experts(dataset, of: str = "price", by: str | None = "family", level: float = 0.95) -> pd.DataFrame:
    """Experts by family of type, engagement, exact type, or year.

    One row per group and one, `all`. Support that nobody gave (use of workspace) has no expert and is not here.

    Parameters
    ----------
    dataset
        The tables, as of a date.
    of
        `experts` (how many), `hours` (delivered), `eur` (what they cost), `price` (euro per hour: ratio of sums with
        Fieller's limits over experts), `share` (of all hours delivered by experts), or `spread` (standard deviation of
        the experts' mean prices over their mean).
    by
        family (of expert types, fixed in the code list), engagement, expert_type, year (of support), or None.
    level
        Confidence level.

    Returns
    -------
    Estimate table with `n_persons` (experts) and `n_enterprises` (projects they supported), which the gate needs.

    Raises
    ------
    ParameterError
        Something else asked for, or another way to group.
    DataError
        No table of experts was delivered.
    """
    if of not in OF or by not in (*CODES, None):
        raise ParameterError(f'Ask for {", ".join(OF)}, by {", ".join(CODES)}; not for "{of}" by "{by}".')
    if "experts" not in dataset:
        raise DataError("Types and prices of experts need the table experts, which was not delivered. Add it.")
    given = priced_support(dataset)
    given = given[given["expert_id"].ne("")].assign(year=given["given_on"].dt.year.astype(str))
    groups = given[by].replace("", UNKNOWN) if by else pd.Series(TOTAL, index=given.index)
    given = given.assign(group=groups)
    every = pd.concat([given, given.assign(group=TOTAL)]) if by else given
    if given.empty:
        return _nobody(of, {"by": by or "", "codes": CODES.get(by or "", "")}, dataset)
    said = {
        "by": by or "", "codes": CODES.get(by or "", ""), "population": WHO, "privacy": "confidential",
        "is_synthetic": dataset.is_synthetic, "as_of": as_of_day(dataset).date().isoformat(),
    }  # fmt: skip
    if of in ("price", "share", "spread"):
        make = {"price": _price, "share": _share, "spread": _spread}[of]
        return make(every, level, said)
    return _sums(every, of, said)


def _sums(every: pd.DataFrame, of: str, said: dict) -> pd.DataFrame:
    amount = {"experts": "expert_id", "hours": "delivered_hours", "eur": "price_eur"}[of]
    rows = []
    for group, part in every.groupby("group", sort=True):
        one = {"group": group, **_behind(part)}
        if of == "experts":
            rows.append({**one, "n": one["n_persons"], "estimate": float(one["n_persons"])})
            continue
        sizes = part.groupby("expert_id")[amount].sum(min_count=1).dropna().sort_values(ascending=False)
        whole = sizes.sum()
        rows.append(
            {
                **one, "n": one["n_persons"], "estimate": whole if len(sizes) else np.nan,
                "note": "" if len(sizes) else "not_estimable",
                "largest_share": sizes.iloc[0] / whole if whole else np.nan,
                "two_largest_share": sizes.iloc[:2].sum() / whole if whole else np.nan,
            }
        )  # fmt: skip
    kind, unit, estimand, warnings = {
        "experts": ("count", "persons", N_("number of experts"), ()),
        "hours": ("sum", "hours", N_("hours of support delivered by experts"), (DELIVERED,)),
        "eur": ("sum", "eur", N_("cost of the hours of experts"), (DELIVERED, AS_PAID)),
    }[of]
    return estimates(
        _ordered(pd.DataFrame(rows)), kind=kind, unit=unit, method=kind, estimand=estimand, warnings=warnings, **said
    )


def _price(every: pd.DataFrame, level: float, said: dict) -> pd.DataFrame:
    priced = every[every["price_eur"].notna() & every["delivered_hours"].gt(0)]
    return estimates(
        _over_experts(every, priced, "price_eur", "delivered_hours", level), kind="ratio", unit="eur",
        numerator_unit="eur", denominator_unit="hours", method="ratio of sums", interval="Fieller", level=level,
        estimand=N_("mean price of an hour of an expert"), numerator=N_("what the hours of these experts cost"),
        denominator=N_("hours they delivered"), warnings=(DELIVERED, UNPRICED, FREE, AS_PAID), **said,
    )  # fmt: skip


def _share(every: pd.DataFrame, level: float, said: dict) -> pd.DataFrame:
    """Of all hours of experts, those of each group; an expert outside the group has given none of its hours."""
    whole = every[every["group"].eq(TOTAL)]
    parts = []
    for group, part in every.groupby("group", sort=True):
        own = part.groupby("expert_id")["delivered_hours"].sum()
        of_all = whole.groupby("expert_id")["delivered_hours"].sum().rename("all_hours").reset_index()
        parts.append(of_all.assign(group=group, own_hours=of_all["expert_id"].map(own).fillna(0.0)))
    groups = sorted(every["group"].unique())
    rows = ratios_by_group(pd.concat(parts), "own_hours", "all_hours", level, groups).reset_index()
    rows = _with_people(rows, every)
    rows["note"] = rows["note"].mask(
        rows["group"].eq(TOTAL), ""
    )  # the whole of itself: no limits, and no need to say so
    return estimates(
        _ordered(rows), kind="ratio", unit="share", numerator_unit="hours", denominator_unit="hours",
        method="ratio of sums", interval="Fieller", level=level, estimand=N_("share of the hours of experts"),
        numerator=N_("hours delivered by experts of this group"), denominator=N_("hours delivered by all experts"),
        warnings=(DELIVERED,), **said,
    )  # fmt: skip


def _spread(every: pd.DataFrame, level: float, said: dict) -> pd.DataFrame:
    priced = every[every["price_eur"].notna() & every["delivered_hours"].gt(0)]
    sums = priced.groupby(["group", "expert_id"])[["price_eur", "delivered_hours"]].sum()
    each = (sums["price_eur"] / sums["delivered_hours"]).rename("price").reset_index()
    each = each[each["price"].gt(0)]
    rows = []
    for group, part in every.groupby("group", sort=True):
        price = np.sort(each.loc[each["group"].eq(group), "price"].to_numpy(float))
        enough = len(price) > 1
        mean, deviation = (price.mean(), price.std(ddof=1)) if enough else (np.nan, np.nan)
        rows.append(
            {
                "group": group, **_behind(part), "n": len(price), "n_persons": len(price), "numerator": deviation,
                "denominator": mean, "estimate": deviation / mean, "low": np.nan, "high": np.nan,
                "largest_share": price[-1] / price.sum() if enough else np.nan,
                "two_largest_share": price[-2:].sum() / price.sum() if enough else np.nan,
                "note": "" if enough else "not_estimable",
            }
        )  # fmt: skip
    return estimates(
        _ordered(pd.DataFrame(rows)), kind="ratio", unit="ratio", numerator_unit="plain", denominator_unit="plain",
        method="", estimand=N_("spread of the prices of experts, as a part of their mean"),
        numerator=N_("standard deviation of the experts' mean prices, in euro an hour"),
        denominator=N_("mean of the experts' mean prices, in euro an hour"), warnings=(PAID, AS_PAID), **said,
    )  # fmt: skip


def _over_experts(every: pd.DataFrame, rows: pd.DataFrame, above: str, below: str, level: float) -> pd.DataFrame:
    each = rows.groupby(["group", "expert_id"], as_index=False)[[above, below]].sum()
    table = ratios_by_group(each, above, below, level, sorted(every["group"].unique())).reset_index()
    table["note"] = table["note"].fillna("not_estimable")
    return _ordered(_with_people(table, rows))


def _with_people(table: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    behind = {group: _behind(part) for group, part in rows.groupby("group")}
    for column in ("n_persons", "n_enterprises"):
        table[column] = [behind.get(group, {}).get(column, 0) for group in table["group"]]
    return table


def _nobody(of: str, about: dict, dataset) -> pd.DataFrame:
    """The table when no expert gave support yet: one row without figures."""
    kind = {"experts": "count", "hours": "sum", "eur": "sum"}.get(of, "ratio")
    unit = {"experts": "persons", "hours": "hours", "share": "share", "spread": "ratio"}.get(of, "eur")
    parts = {"price": ("eur", "hours"), "share": ("hours", "hours"), "spread": ("plain", "plain")}.get(of, ("", ""))
    empty = dict.fromkeys(("estimate", "largest_share", "two_largest_share"), np.nan)
    empty |= dict.fromkeys(("numerator", "denominator", "low", "high"), np.nan) if kind == "ratio" else {}
    row = {"group": TOTAL, "n": 0, "n_persons": 0, "n_enterprises": 0, **empty, "note": "not_estimable"}
    return estimates(
        pd.DataFrame([row]), kind=kind, unit=unit, numerator_unit=parts[0], denominator_unit=parts[1], population=WHO,
        privacy="confidential", is_synthetic=dataset.is_synthetic, as_of=as_of_day(dataset).date().isoformat(), **about,
    )  # fmt: skip


def _behind(part: pd.DataFrame) -> dict[str, int]:
    return {"n_persons": part["expert_id"].nunique(), "n_enterprises": part["project_id"].nunique()}


def _ordered(rows: pd.DataFrame) -> pd.DataFrame:
    last = rows["group"].map({UNKNOWN: 1, TOTAL: 2}).fillna(0)
    return rows.assign(_last=last).sort_values(["_last", "group"], kind="stable").drop(columns="_last")
