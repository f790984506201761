"""What it cost and how much was given: sums of euros and hours by payer, category, year, point of the agreement ..."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.cohort import accompanied
from coopeval.costs.account import NOBODY, Account, as_of_day
from coopeval.costs.carriers import own_support
from coopeval.errors import ParameterError
from coopeval.uncertainty import estimates, ratio
from coopeval.wording import N_

TOTAL = "all"
TWO_LARGEST = "two_largest_amount"  # for the gate: what the two largest of other givers than projects give
OF_RATIO = (
    "n", "n_enterprises", "numerator", "denominator", "estimate", "low", "high", "note", "largest_share",
    "two_largest_share",
)  # fmt: skip
CONTESTED = ("art3_03", "art3_10", "art3_11", "art3_14", "art4_1_03")  # points named in the opinion, section 2.3
SAID_OF_ALL_FROM = 10  # from so many on, "none of them" is no statement about each (TRUST R3)
UNCODED, SHARED, UNKNOWN = "uncoded", "shared", "unknown"
CODES = {
    "year": "", "borne_by": "borne_by", "category": "cost_categories", "programme": "cost_programmes",
    "cost_point": "cost_points", "agreement_point": "cost_points", "topic": "topics", "kind": "support_kinds",
}  # fmt: skip
EMPTY = {"programme": SHARED, "cost_point": UNCODED, "agreement_point": UNCODED}
COSTS_BY = ("year", "borne_by", "category", "programme", "cost_point")
HOURS_BY = ("year", "kind", "topic", "agreement_point")
COST_OF = {
    "subsidy": N_("cost of the programme borne by the subsidy of the Region"),
    "cash": N_("cost of the programme borne in money, subsidy included"),
    "full": N_("full cost of the programme"),
}
UNSPREAD = N_("Costs that no project carried are counted here too.")


def totals(account: Account, by: str = "year") -> pd.DataFrame:
    """What it cost, within the perimeter of the account: one row per group and one, `all`.

    Parameters
    ----------
    account
        What `costs.account` returns.
    by
        year (of the cost), borne_by (who paid), category, programme (`shared` where it serves all), or cost_point (the
        point of the agreement; `uncoded` where none was given, `outside` is a row of its own).

    Returns
    -------
    Estimate table of sums in euro: `group`, `n` (projects that carry it), `estimate`, and what the gate needs. The
    rows add up to the total of the table `costs` within the perimeter. The note `no_index` marks years whose amounts
    stay as they were paid.

    Raises
    ------
    ParameterError
        Another way to group.
    """
    groups = _groups(account.spread, by, COSTS_BY)
    rows = summed(
        account.spread.assign(group=groups), "amount_eur", len(accompanied(account.dataset)), _also(groups, by)
    )
    if by == "year" and account.price_year:
        indexed = account.spread.groupby(groups)["is_indexed"].all()
        rows["note"] = rows["note"].mask(rows["group"].map(indexed).eq(False), "no_index")
    return estimates(
        rows, kind="sum", unit="eur", method="sum", by=by, codes=CODES[by], estimand=COST_OF[account.perimeter],
        population=N_("all costs of the evaluated structure within the perimeter"),
        **{**account.said, "warnings": (*account.said["warnings"], UNSPREAD)},
    )  # fmt: skip


def hours(dataset, by: str = "kind", of: str = "delivered") -> pd.DataFrame:
    """Hours of support, delivered or received: one row per group and one, `all`.

    Parameters
    ----------
    dataset
        The tables, as of a date.
    by
        year, kind, topic, or agreement_point (`uncoded` where none was given).
    of
        `delivered` (an hour given to ten projects at once is one hour) or `received` (it is ten).
    """
    if of not in ("delivered", "received"):
        raise ParameterError(f'"{of}" is not a way to count hours. Choose delivered or received.')
    support = own_support(dataset)
    support = support.assign(year=support["given_on"].dt.year)
    support = support.assign(group=_groups(support, by, HOURS_BY))
    column, estimand = {
        "delivered": ("delivered_hours", N_("hours of support delivered")),
        "received": ("hours", N_("hours of support received by projects")),
    }[of]
    rows = summed(support, column, len(accompanied(dataset)), _also(support["group"], by))
    rows[TWO_LARGEST] = rows["group"].map(_of_two_experts(support, column))
    return estimates(
        rows, kind="sum", unit="hours",
        method="sum", by=by, codes=CODES[by], estimand=estimand,
        population=N_("support given to projects of the evaluated structure"), privacy="confidential",
        is_synthetic=dataset.is_synthetic, as_of=as_of_day(dataset).date().isoformat(),
    )  # fmt: skip


def _of_two_experts(support: pd.DataFrame, column: str) -> pd.Series:
    """Hours of the two experts who gave most, in each group and in all: a step of the sum hides them too."""
    known = support[support["expert_id"].ne("")]
    both = pd.concat([known, known.assign(group=TOTAL)])
    per_expert = both.groupby(["group", "expert_id"])[column].sum().sort_values(ascending=False)
    return per_expert.groupby(level="group").head(2).groupby(level="group").sum()


def summed(rows: pd.DataFrame, amount: str, n_projects: int, order: tuple[str, ...] = ()) -> pd.DataFrame:
    """Sum of an amount per `group` and of all, with the projects behind it and how much of it the largest give.

    What no project carried has no project to protect: where a group holds nothing else, or nothing at all, it counts
    as spread evenly over all accompanied projects.
    """
    per_project = rows.groupby(["group", "project_id"])[amount].sum()
    names = order or tuple(sorted(rows["group"].unique()))
    parts = [one_sum(name, per_project.loc[name] if name in per_project.index else None, n_projects) for name in names]
    whole = rows.groupby("project_id")[amount].sum()
    return pd.DataFrame([*parts, one_sum(TOTAL, whole, n_projects)])


def one_sum(name: str, per_project: pd.Series | None, n_projects: int) -> dict[str, object]:
    """One row: a sum over projects (NOBODY among them) and what the gate asks about it."""
    found = pd.Series(dtype=float) if per_project is None else per_project
    amounts = found.to_numpy(float)
    carried = np.sort(amounts[(found.index != NOBODY) & (amounts != 0)])[::-1]
    whole = carried.sum()
    # nothing at all for any of them, or a cost nobody carried, tells of no single project unless there are few
    even = whole == 0 and n_projects >= SAID_OF_ALL_FROM
    return {
        "group": name, "n": len(carried), "estimate": float(found.sum()),
        "n_enterprises": n_projects if even else len(carried),
        "largest_share": carried[0] / whole if whole else 1 / n_projects if even else np.nan,
        "two_largest_share": carried[:2].sum() / whole if whole else 2 / n_projects if even else np.nan,
        "note": "",
    }  # fmt: skip


def ratios_by_group(units: pd.DataFrame, above: str, below: str, level: float, groups: list) -> pd.DataFrame:
    """`uncertainty.ratio` for each of these groups, in their order and as index; those without a unit have no figures.

    A lone unit has its ratio too, without limits.
    """
    table = ratio(units, above, below, by="group", level=level) if len(units) else pd.DataFrame(columns=["group"])
    table = table.set_index("group").reindex(columns=list(OF_RATIO)).reindex(groups).rename_axis("group")
    numbers = [column for column in OF_RATIO if column != "note"]
    table = table.astype(dict.fromkeys(numbers, float))
    alone = table["n"].eq(1) & table["estimate"].isna() & table["denominator"].gt(0)
    estimate = table["estimate"].mask(alone, table["numerator"] / table["denominator"].where(alone))
    filled = table[["n", "n_enterprises"]].fillna(0)
    return table.assign(estimate=estimate, note=table["note"].mask(alone, "no_variation"), **filled)


def _also(groups: pd.Series, by: str) -> tuple[str, ...]:
    """The groups found; contested points of the agreement stand there even where nothing was coded with them."""
    contested = CONTESTED if by in ("cost_point", "agreement_point") else ()
    return tuple(sorted({*groups, *contested}))


def _groups(frame: pd.DataFrame, by: str, allowed: tuple[str, ...]) -> pd.Series:
    if by not in allowed:
        raise ParameterError(f'"{by}" is not a way to group this table. Choose one of {", ".join(allowed)}.')
    return frame[by].astype(str).replace("", EMPTY.get(by, UNKNOWN))
