"""What is done here that another body is funded for, or does for the same project, and a budget without it (Q21)."""

from __future__ import annotations

import pandas as pd

from coopeval import reference
from coopeval.cohort import accompanied
from coopeval.costs.account import NOBODY, Account
from coopeval.costs.carriers import own_support
from coopeval.costs.sums import CONTESTED, one_sum, summed
from coopeval.errors import ParameterError
from coopeval.uncertainty import estimates
from coopeval.wording import N_

NOT_FUNDED = "not_funded_elsewhere"
BY_HOURS = N_(
    "Cost follows the hours: an hour on a topic carries its part of all costs, premises and administration included."
)
ASSUMED = N_(
    "The budget without the overlap assumes that all of the cost of these hours would fall away. Part of it, premises "
    "and administration above all, would stay."
)
FUNDED_SINCE = N_("From which day these bodies are funded was not read; they are taken as funded over all years.")
OF = {"eur": ("eur", "amount_eur"), "hours": ("hours", "delivered_hours")}


def funded_topics() -> dict[str, str]:
    """Topics for which a body is officially funded, and these bodies, as the code list of topics has them."""
    topics = reference.codes("topics").set_index("code")["funded_body"]
    return topics[topics.ne("")].to_dict()


def funded_elsewhere(account: Account, of: str = "eur") -> pd.DataFrame:
    """Euros, or hours delivered, on topics another body is officially funded for.

    One row per such topic, one for all other topics together, and one, `all`.

    Parameters
    ----------
    account
        What `costs.account` returns, spread by hours: only hours have a topic.
    of
        `eur` or `hours`.

    Raises
    ------
    ParameterError
        Something else, or an account spread by participations.
    """
    if of not in OF:
        raise ParameterError(f'"{of}" cannot be told by topic. Choose {" or ".join(OF)}.')
    unit, amount = OF[of]
    rows = _with_topics(account) if of == "eur" else own_support(account.dataset)
    funded = list(funded_topics())
    group = rows["topic"].where(rows["topic"].isin(funded), NOT_FUNDED)
    n = len(accompanied(account.dataset))
    table = summed(rows.assign(group=group), amount, n, order=(*sorted(funded), NOT_FUNDED))
    said = account.said
    return estimates(
        table, kind="sum", unit=unit, method=account.method if of == "eur" else "sum", by="topic",
        codes="overlap_topics",
        estimand=N_("spent on topics another body is funded for"),
        population=N_("support given to projects of the evaluated structure"),
        **{**said, "warnings": (*(said["warnings"] if of == "eur" else ()), BY_HOURS, FUNDED_SINCE)},
    )  # fmt: skip


def without_overlap(account: Account, year: int | None = None) -> pd.DataFrame:
    """The cost within the perimeter, the part of it that overlaps by narrow and wide reading, and what is left.

    Over all years, or the costs of one `year` alone.

    One row each: `part_1_total`; `part_2_funded` (topics another body is funded for); `part_3_points` (points of the
    agreement that the opinion contests); `part_4_same_topic` (topics on which another body supports the same project);
    `part_5_any` (one of these, each euro once); `part_6_left_most` (total less `part_2_funded`); `part_7_left_least`
    (total less `part_5_any`).
    """
    spread = _with_topics(account)
    if year is not None:
        spread = spread[spread["year"].eq(year)]
    flags = {
        "part_2_funded": spread["topic"].isin(list(funded_topics())),
        "part_3_points": spread["support_point"].isin(CONTESTED) | spread["cost_point"].isin(CONTESTED),
        "part_4_same_topic": _same_topic_elsewhere(account.dataset, spread),
    }
    flags["part_5_any"] = flags["part_2_funded"] | flags["part_3_points"] | flags["part_4_same_topic"]
    n = len(accompanied(account.dataset))
    whole = spread.groupby("project_id")["amount_eur"].sum()
    rows = [one_sum("part_1_total", whole, n)]
    for name, flag in flags.items():
        rows.append(one_sum(name, spread[flag].groupby("project_id")["amount_eur"].sum(), n))
    rows += [_left("part_6_left_most", rows[0], rows[1]), _left("part_7_left_least", rows[0], rows[4])]
    said = account.said
    return estimates(
        pd.DataFrame(rows), kind="sum", unit="eur", method=account.method, codes="overlap_parts",
        estimand=N_("cost of the programme with and without what overlaps"),
        population=N_("all costs of the evaluated structure within the perimeter"),
        **{**said, "warnings": (*said["warnings"], BY_HOURS, FUNDED_SINCE, ASSUMED)},
    )  # fmt: skip


def _left(name: str, total: dict, part: dict) -> dict[str, object]:
    """Total less a part; whoever has it has the part too, so it stands or is withheld with it."""
    worse = {column: max(total[column], part[column]) for column in ("largest_share", "two_largest_share")}
    return {**part, **worse, "group": name, "estimate": total["estimate"] - part["estimate"]}


def _with_topics(account: Account) -> pd.DataFrame:
    if account.key == "participations":
        raise ParameterError(
            "Participations have no topic. Make the account with a key of hours to tell cost by topic."
        )
    return account.spread


def _same_topic_elsewhere(dataset, rows: pd.DataFrame) -> pd.Series:
    """True where another body supports the same project on the same topic, at any time."""
    if "other_support" not in dataset:
        return pd.Series(False, index=rows.index)
    theirs = dataset.columns("other_support", "project_id", "topic").drop_duplicates()
    keys = pd.MultiIndex.from_frame(theirs)
    return pd.Series(pd.MultiIndex.from_frame(rows[["project_id", "topic"]]).isin(keys), index=rows.index) & rows[
        "project_id"
    ].ne(NOBODY)
