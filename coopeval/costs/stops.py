"""What projects that ended had received and cost, by how they ended (Q12)."""

from __future__ import annotations

import pandas as pd

from coopeval.cohort import accompanied
from coopeval.costs.account import Account
from coopeval.costs.carriers import own_support
from coopeval.costs.sums import ratios_by_group
from coopeval.errors import ParameterError
from coopeval.uncertainty import estimates
from coopeval.wording import N_

ENDS = {"end_kind": "project_ends", "end_reason": "stop_reasons"}
OF = {
    "eur": ("eur", N_("cost per project that ended"), N_("costs these projects carried until now")),
    "hours": ("hours", N_("hours of support per project that ended"), N_("hours these projects received")),
}
TOTAL, UNKNOWN = "all", "unknown"


def stops(account: Account, of: str = "eur", by: str = "end_kind", level: float = 0.95) -> pd.DataFrame:
    """What one project that ended had cost or received, by kind of end, or by reason among those that stopped.

    One row per group and one, `all`.

    Parameters
    ----------
    account
        What `costs.account` returns.
    of
        `eur` (costs carried) or `hours` (received).
    by
        end_kind (all projects that ended) or end_reason (those that stopped).
    level
        Confidence level.

    Returns
    -------
    Estimate table of ratios: `group`, `n` (projects), `numerator` (euro or hours), `denominator` (projects),
    `estimate`, and Fieller's `low` and `high`.

    Raises
    ------
    ParameterError
        Something else than euros or hours, or another way to group.
    """
    if of not in OF or by not in ENDS:
        raise ParameterError(f'Ask for {" or ".join(OF)}, by {" or ".join(ENDS)}; not for "{of}" by "{by}".')
    ends = account.dataset.columns("projects", "project_id", "ended_on", "end_kind", "end_reason")
    projects = accompanied(account.dataset).join(ends.set_index("project_id"), on="project_id")
    ended = projects[projects["ended_on"].notna()]
    if by == "end_reason":
        ended = ended[ended["end_kind"].eq("stopped")]
    if of == "eur":
        borne = account.spread.groupby("project_id")["amount_eur"].sum()
    else:
        borne = own_support(account.dataset).groupby("project_id")["hours"].sum()
    units = pd.DataFrame(
        {
            "group": ended[by].replace("", UNKNOWN), "amount": ended["project_id"].map(borne).fillna(0.0),
            "projects": 1.0,
        }
    )  # fmt: skip
    units = pd.concat([units, units.assign(group=TOTAL)])
    groups = sorted({*units["group"], TOTAL}, key=lambda group: ({UNKNOWN: 1, TOTAL: 2}.get(group, 0), group))
    rows = ratios_by_group(units, "amount", "projects", level, groups).reset_index()
    rows["note"] = rows["note"].fillna("not_estimable")
    unit, estimand, numerator = OF[of]
    said = account.said if of == "eur" else {**account.said, "warnings": ()}
    return estimates(
        rows, kind="ratio", unit=unit, numerator_unit=unit, denominator_unit="projects",
        method=account.method if of == "eur" else "ratio of sums", interval="Fieller", level=level, by=by,
        codes=ENDS[by], estimand=estimand, numerator=numerator, denominator=N_("projects that ended this way"),
        population=N_("selected projects that left the programme"), **said,
    )  # fmt: skip
