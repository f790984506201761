"""What one project, one hour, one enterprise, one job costs: ratios of sums over the same projects and months."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.cohort import accompanied
from coopeval.costs.account import ADRIFT, HALF, LITTLE, Account
from coopeval.costs.carriers import own_support
from coopeval.costs.sums import ratios_by_group
from coopeval.errors import DataError, ParameterError
from coopeval.uncertainty import estimates
from coopeval.wording import N_

TOTAL = "all"
PER = {
    "project": ("projects", N_("cost per accompanied project"), N_("accompanied projects, each over the same months")),
    "enterprise": (
        "enterprises", N_("cost per enterprise"), N_("enterprises of these projects at the end of these months"),
    ),
    "job": ("jobs", N_("cost per job"), N_("jobs in the enterprises of these projects")),
    "job_year": ("fte", N_("cost per job-year"), N_("job-years in the enterprises of these projects")),
    "hour": ("hours", N_("cost per hour of support"), N_("hours of support to accompanied projects")),
}  # fmt: skip
OUTCOMES = {
    "project": ("project",), "enterprise": ("created", "created_alive", "alive"),
    "job": ("job_created", "job_kept"), "job_year": ("job_years",),
}  # fmt: skip
SPENT = N_("costs carried by these projects in the months after they entered")
CARRIED = N_("all costs carried by these projects")
SAME_WINDOW = N_(
    "Costs and what is counted stand over the same projects and the same months since entry; projects that have not "
    "been in so long are left out on both sides."
)
NOT_EFFECT = N_("A cost per result says what was spent for each result seen, not what the money brought about.")
NEGATIVE = N_("Where what is counted is not above zero in sum, there is no cost per unit of it.")
GROUPS = ("programme", "entry_year")
UNKNOWN = {
    "left_out": N_(
        "Projects with an enterprise whose jobs are not known are left out; those without enterprise stay, with no "
        "jobs. So the cost per job is on the high side: see what it would be if the unknown were like the known."
    ),
    "none": N_("Projects whose jobs are not known count as having none: the highest cost per job there could be."),
    "alike": N_("Projects whose jobs are not known count as if they had the mean of the enterprises that are known."),
}


def unit_costs(
    account: Account, outcomes: pd.DataFrame | None = None, per: str = "project", by: str | None = None,
    unknown: str = "left_out", level: float = 0.95,
) -> pd.DataFrame:  # fmt: skip
    """What was spent per unit of what is counted: ratio of sums, with Fieller's limits over projects.

    One row per outcome of the kind asked for; with `by` (one outcome only) one row per group and one, `all`.

    Parameters
    ----------
    account
        What `costs.account` returns.
    outcomes
        What `cohort.outcomes` returns (job outcomes of the same shape may be appended): `project_id`, `outcome`,
        `window_months`, `is_mature`, `amount`. Not needed for hours.
    per
        project, enterprise (created; created and still there; there since entry), job, job_year, or hour (received;
        delivered).
    by
        programme (first entered) or entry_year; for projects only.
    unknown
        What a mature project counts for of which the amount is not known: `left_out` of both sides (default), `none`
        (its costs count, its amount as zero: the highest cost per unit) or `alike` (its amount is the mean of the
        projects with an enterprise that are known). The last two are bounds of a kind and carry no limits.
    level
        Confidence level.

    Returns
    -------
    Estimate table of ratios in euro: `group`, `at_months` (of the window, where all projects have the same), `n`
    (projects), `n_too_young` and `n_left_out` (projects that are not mature, or of which the amount is not known: on
    neither side), `numerator` (euro), `denominator`, `estimate`, `low`, `high`. Notes: `immature` (no project has had
    the time), `unbounded` (the denominator cannot be told from zero: no limits), `no_variation` (all units have one
    ratio: no limits), `not_estimable`.

    Raises
    ------
    ParameterError
        Another unit or way to group.
    DataError
        No outcomes given for a unit that needs them.

    Source
    ------
    Fieller (1954).
    """
    if per not in PER:
        raise ParameterError(f'"{per}" is not what a cost can be told per. Choose one of {", ".join(PER)}.')
    if by is not None and (by not in GROUPS or per != "project"):
        raise ParameterError(f'Unit costs per {per} are not grouped by "{by}". Group those per project by {GROUPS}.')
    if unknown not in UNKNOWN:
        raise ParameterError(f'"{unknown}" is no way to count what is not known. Choose one of {", ".join(UNKNOWN)}.')
    units = _hours(account) if per == "hour" else windowed(account, counted(_asked(outcomes, per), unknown))
    unit, estimand, denominator = PER[per]
    if by is not None:
        named = accompanied(account.dataset).set_index("project_id")[by]
        alike = units.assign(group=units["project_id"].map(named))
        units = pd.concat([alike, units.assign(group=TOTAL)])
    if units.empty:  # nobody was accompanied yet
        asked = (TOTAL,) if by else OUTCOMES.get(per, ("delivered", "received"))
        units = units.reindex(range(len(asked))).assign(group=asked, is_mature=False, amount=np.nan, cost_eur=np.nan)
    rows = _ratios(units, level, unit in ("jobs", "fte"))
    if account.adrift > HALF:
        rows = _nothing_carried(rows)
    if unknown != "left_out":
        rows = rows.assign(low=np.nan, high=np.nan)
    said = account.said
    limits = (NOT_EFFECT,) if per == "hour" else (SAME_WINDOW, NOT_EFFECT)
    limits += (NEGATIVE,) if per == "job" else ()
    limits += (UNKNOWN[unknown],) if per in ("job", "job_year") else ()
    limits += (ADRIFT,) if account.adrift > LITTLE else ()
    return estimates(
        rows, kind="ratio", unit="eur", numerator_unit="eur", denominator_unit=unit, method=account.method,
        interval="Fieller" if unknown == "left_out" else "", level=level,
        by=by or "", codes=_codes(by), estimand=estimand, numerator=CARRIED if per == "hour" else SPENT,
        denominator=denominator, population=N_("projects selected by the evaluated programme that entered it"),
        clock="" if per == "hour" else "entry", **{**said, "warnings": (*said["warnings"], *limits)},
    )  # fmt: skip


def _nothing_carried(rows: pd.DataFrame) -> pd.DataFrame:
    """Most costs found nobody to carry them: a cost per unit would be far too low, so there is none."""
    figures = ["numerator", "estimate", "low", "high"]
    return rows.assign(**dict.fromkeys(figures, np.nan), note=rows["note"].where(rows["note"].ne(""), "not_estimable"))


def counted(outcomes: pd.DataFrame, unknown: str) -> pd.DataFrame:
    """The outcomes with what is not known of mature projects left empty, set to none, or like the others'."""
    if unknown == "left_out":
        return outcomes
    known = outcomes[outcomes["is_mature"] & outcomes["has_enterprise"]]
    filling = known.groupby("outcome")["amount"].mean() if unknown == "alike" else {}
    filled = outcomes["amount"].fillna(outcomes["outcome"].map(filling) if unknown == "alike" else 0.0)
    return outcomes.assign(amount=filled.where(outcomes["is_mature"]))


def _codes(by: str | None) -> str:
    return {"programme": "programmes", "entry_year": ""}.get(by, "unit_costs") if by else "unit_costs"


def _asked(outcomes: pd.DataFrame | None, per: str) -> pd.DataFrame:
    if outcomes is None:
        raise DataError(f"The cost per {per} needs outcomes; give what cohort.outcomes returns.")
    found = outcomes[outcomes["outcome"].isin(OUTCOMES[per])]
    if found.empty and len(outcomes):
        raise DataError(f"The outcomes hold none of {', '.join(OUTCOMES[per])}; append them to what is given.")
    return found


def windowed(account: Account, outcomes: pd.DataFrame) -> pd.DataFrame:
    """Per project and outcome: what is counted, and what the project carried in the months up to then."""
    wanted = outcomes[["project_id", "outcome", "window_months"]].merge(account.borne, on="project_id")
    inside = wanted[wanted["after"].le(wanted["window_months"])]
    spent = inside.groupby(["project_id", "outcome"])["amount_eur"].sum()
    keys = pd.MultiIndex.from_frame(outcomes[["project_id", "outcome"]])
    return outcomes.assign(group=outcomes["outcome"], cost_eur=spent.reindex(keys).fillna(0.0).to_numpy())


def _hours(account: Account) -> pd.DataFrame:
    """Per accompanied project: all it carried, and the hours it received or that were delivered to it meanwhile."""
    projects = accompanied(account.dataset)["project_id"]
    borne = account.spread.groupby("project_id")["amount_eur"].sum()
    days = pd.to_datetime(account.spread["on"])
    support = own_support(account.dataset)
    support = support[support["given_on"].between(days.min(), days.max())]
    parts = []
    for outcome, column in (("delivered", "delivered_hours"), ("received", "hours")):
        amount = projects.map(support.groupby("project_id")[column].sum()).fillna(0.0)
        cost = projects.map(borne).fillna(0.0)
        parts.append(
            pd.DataFrame(
                {
                    "project_id": projects,
                    "group": outcome,
                    "is_mature": True,
                    "window_months": np.nan,
                    "amount": amount,
                    "cost_eur": cost,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _ratios(units: pd.DataFrame, level: float, of_persons: bool) -> pd.DataFrame:
    known = units[units["is_mature"] & units["amount"].notna()]
    young = ~units["is_mature"].astype(bool)
    counted = young.groupby(units["group"], sort=True).agg(n_too_young="sum", n_all="size")
    rows = ratios_by_group(known, "cost_eur", "amount", level, list(counted.index))
    rows["n_too_young"] = counted["n_too_young"]
    rows["n_left_out"] = counted["n_all"] - counted["n_too_young"] - rows["n"]
    rows["note"] = rows["note"].fillna("immature")
    if units["window_months"].notna().all():
        windows = units.groupby("group")["window_months"]
        if windows.nunique().eq(1).all():  # jobs are counted on a day of the year, each project after its own months
            rows.insert(0, "at_months", windows.first())
    if of_persons:
        rows["n_persons"] = rows["denominator"].abs().round()
    empty = rows["denominator"].le(0)
    rows.loc[empty, ["estimate", "low", "high"]] = np.nan
    rows["note"] = rows["note"].mask(empty & rows["note"].eq(""), "not_estimable")
    return rows.reset_index()
