"""Jobs kept, costs and recognition under each definition, perimeter and supposition about what is not known."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval import cohort, costs, jobs
from coopeval.cohort.units import units
from coopeval.indicators.choices import PERIMETERS, Study, row, silent
from coopeval.indicators.definitions import ALL
from coopeval.pathways.eligible import is_living, supported
from coopeval.pathways.statuses import status, today
from coopeval.uncertainty import wilson

KEPT_RULES = {"left_out": "left_out", "jobs_lost": "lost", "jobs_kept": "kept"}
COST_RULES = {"left_out": "left_out", "as_none": "none", "as_known": "alike"}
PER = {"cost_per_enterprise": ("enterprise", "created"), "cost_per_job": ("job", "job_created")}
BEHIND = ["n_enterprises", "largest_share", "two_largest_share"]
YEARS = 2


def kept_rows(study: Study, every: pd.DataFrame) -> list[dict[str, object]]:
    """`jobs_kept_2`: definition x what is supposed of enterprises whose jobs are not known."""
    found = []
    for definition in study.definitions():
        own = _of_definition(every, study, definition)
        for rule, unknown in KEPT_RULES.items():
            table = jobs.persistence(own, years=(YEARS,), level=study.level, unknown=unknown)
            figures = _kept(table.iloc[0]) if len(table) else silent(0, "not_estimable")
            found.append(row("jobs_kept_2", figures, definition=definition, missing_rule=rule))
    return found


def _kept(one: pd.Series) -> dict[str, object]:
    if not np.isfinite(one["estimate"]):
        return silent(one["n"], one["note"] or "not_estimable")
    lost = one["denominator"] - one["numerator"]
    figures = {name: one[name] for name in ("n", "estimate", "low", "high", *BEHIND)}
    return {**figures, "n_persons": min(part for part in (one["numerator"], lost, one["denominator"]) if part > 0)}


def _of_definition(every: pd.DataFrame, study: Study, definition: str) -> pd.DataFrame:
    """The jobs of the enterprises that satisfy a definition, with all that stands beside them."""
    if definition == ALL:
        return every
    met = study.under(definition)
    ids = met.index[met["is_met"]]
    own = every[every["enterprise_id"].isin(ids)].reset_index(drop=True)
    own.attrs = {
        name: beside[beside["enterprise_id"].isin(ids)].reset_index(drop=True)
        if isinstance(beside, pd.DataFrame) and "enterprise_id" in beside
        else beside
        for name, beside in every.attrs.items()
    }
    return own


def cost_rows(study: Study, headlines: list[str], every: pd.DataFrame | None) -> list[dict[str, object]]:
    """`cost_per_enterprise`, `cost_per_job`: definition x perimeter x what is supposed of what is not known.

    Under a definition only enterprises that satisfy it are counted, and the costs of all projects stand above them.
    Projects whose enterprise was not assessed are like those whose jobs are not known: left out of both sides,
    counted as none, or as the others.
    """
    outcomes = {}
    if "cost_per_enterprise" in headlines:
        outcomes["cost_per_enterprise"] = cohort.outcomes(study.dataset)
    if "cost_per_job" in headlines:
        outcomes["cost_per_job"] = cohort.job_outcomes(study.dataset, every)
    met = {name: _projects(study, name) for name in study.definitions() if name != ALL}
    found = []
    for perimeter in PERIMETERS:
        account = costs.account(study.dataset, perimeter=perimeter)
        for headline, frame in outcomes.items():
            per, outcome = PER[headline]
            asked = frame[frame["outcome"].eq(outcome)]
            for definition in study.definitions():
                own = asked if definition == ALL else _counted(asked, met[definition])
                for rule, unknown in COST_RULES.items():
                    table = costs.unit_costs(account, own, per, unknown=unknown, level=study.level)
                    choices = {"definition": definition, "perimeter": perimeter, "missing_rule": rule}
                    found.append(row(headline, _cost(table.iloc[0]), **choices))
    return found


def _cost(one: pd.Series) -> dict[str, object]:
    if not np.isfinite(one["estimate"]):
        return silent(one["n"], one["note"] or "not_estimable")
    figures = {name: one[name] for name in ("n", "estimate", "low", "high", *BEHIND)}
    return {**figures, "n_persons": one.get("n_persons", np.nan)}


def _projects(study: Study, definition: str) -> pd.Series:
    """Whether the first enterprise of each project satisfies a definition; nan where it was not assessed."""
    every = units(study.dataset)
    own = every[every["arm"].eq("programme") & ~every["is_successor"]]
    first = own.sort_values(["born_on", "enterprise_id"], kind="stable").drop_duplicates("project_id")
    met = first["enterprise_id"].map(study.under(definition)["is_met"].astype(float))
    return pd.Series(met.to_numpy(float), index=first["project_id"])


def _counted(outcomes: pd.DataFrame, met: pd.Series) -> pd.DataFrame:
    """Amounts of projects whose enterprise satisfies the definition, none of the others, unknown if not assessed."""
    satisfied = outcomes["project_id"].map(met).astype(float)
    amount = outcomes["amount"]
    return outcomes.assign(amount=amount.where(amount.eq(0), amount * satisfied))


def recognised_rows(study: Study) -> list[dict[str, object]]:
    """`share_recognised`: of the eligible enterprises that exist and satisfy each definition."""
    own = supported(study.dataset)
    own = own[is_living(own) & own["not_eligible"].eq("")]
    holds = pd.Series(
        status(study.dataset, today(study.dataset, own)).eq("recognised").to_numpy(), index=own["enterprise_id"]
    )
    found = []
    for definition in study.definitions():
        met = study.under(definition)
        chosen = holds if definition == ALL else holds[holds.index.isin(met.index[met["is_met"]])]
        found.append(row("share_recognised", _share(chosen, study.level), definition=definition))
    return found


def _share(holds: pd.Series, level: float) -> dict[str, object]:
    if not len(holds):
        return silent(0, "not_estimable")
    n, k = len(holds), int(holds.sum())
    low, high = wilson([k], [n], level)
    return {"n": n, "n_events": k, "estimate": k / n, "low": low.item(), "high": high.item()}
