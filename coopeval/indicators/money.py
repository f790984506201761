"""Indicators of cost: in all, per what was done and per what came of it; experts; what others are funded for."""

from __future__ import annotations

from coopeval import cohort, costs
from coopeval.indicators.entry import Indicator
from coopeval.wording import N_

NEEDS = ("structures", "projects", "enterprises", "costs", "support")
WITH_JOBS = (*NEEDS, "jobs or headcounts")
WITH_EXPERTS = (*NEEDS, "experts")
CHAPTER = "40_costs_and_experts"


def _account(dataset):
    return costs.account(dataset)


def _outcomes(moment, per: str):
    return costs.unit_costs(moment.once(_account), moment.once(cohort.outcomes), per, level=moment.level)


def _total(moment):
    return costs.totals(moment.once(_account), "borne_by")


def _project(moment):
    account, outcomes = moment.once(_account), moment.once(cohort.outcomes)
    return costs.unit_costs(account, outcomes, "project", by="programme", level=moment.level)


def _hour(moment):
    return costs.unit_costs(moment.once(_account), per="hour", level=moment.level)


def _enterprise(moment):
    return _outcomes(moment, "enterprise")


def _jobs_of(moment, per: str):
    jobs = cohort.job_outcomes(moment.dataset, moment.once(cohort.jobs))
    return costs.unit_costs(moment.once(_account), jobs, per, level=moment.level)


def _job(moment):
    return _jobs_of(moment, "job")


def _job_year(moment):
    return _jobs_of(moment, "job_year")


def _price(moment):
    return costs.experts(moment.dataset, "price", level=moment.level)


def _external(moment):
    return costs.experts(moment.dataset, "share", "engagement", level=moment.level)


def _points(moment):
    return costs.totals(moment.once(_account), "cost_point")


def _overlap(moment):
    return costs.without_overlap(moment.once(_account))


def _cost(name: str, questions: tuple[str, ...], definition: str, made_by: str, call, row=None, needs=NEEDS):
    level = "output" if name in OUTPUTS else "result"
    where = row or {"group": "all"}
    return Indicator(name, questions, CHAPTER, level, definition, made_by, call, where, needs, grows=name in GROWING)


OUTPUTS = ("cost_total", "cost_per_project", "cost_per_hour", "price_of_experts", "cost_uncoded", "cost_overlap")
GROWING = ("cost_total", "cost_uncoded", "cost_overlap")
ENTRIES = (
    _cost("cost_total", ("Q03", "Q19"), N_("All costs of the structure since it began, in the full perimeter."),
          "costs.totals", _total),
    _cost("cost_per_project", ("Q03", "Q19"), N_("Cost per accompanied project in the first 24 months since entry."),
          "costs.unit_costs", _project),
    _cost("cost_per_hour", ("Q03", "Q19"), N_("Cost per hour of support that a project received."),
          "costs.unit_costs", _hour, {"group": "received"}),
    _cost("cost_per_enterprise_created", ("Q03", "Q19"),
          N_("Cost per enterprise created, over projects that came without one and had the time."),
          "costs.unit_costs", _enterprise, {"group": "created"}),
    _cost("cost_per_enterprise_alive", ("Q03", "Q19"),
          N_("Cost per enterprise created and still there 36 months after its birth, over projects that had the time."),
          "costs.unit_costs", _enterprise, {"group": "created_alive"}),
    _cost("cost_per_job_created", ("Q03", "Q19"), N_("Cost per job created, net of the jobs before entry."),
          "costs.unit_costs", _job, {"group": "job_created"}, WITH_JOBS),
    _cost("cost_per_job_kept", ("Q03", "Q19"), N_("Cost per job still there two years after N."),
          "costs.unit_costs", _job, {"group": "job_kept"}, WITH_JOBS),
    _cost("cost_per_job_year", ("Q03", "Q19"), N_("Cost per year of full-time work in the enterprises."),
          "costs.unit_costs", _job_year, {"group": "job_years"}, WITH_JOBS),
    _cost("price_of_experts", ("Q04", "Q19"), N_("Euros per hour delivered by an expert, invoices before price lists."),
          "costs.experts", _price, needs=WITH_EXPERTS),
    _cost("cost_uncoded", ("Q26",), N_("Costs that no point of the agreement is written beside."),
          "costs.totals", _points, {"group": "uncoded"}),
    _cost("cost_overlap", ("Q21",),
          N_("Cost of support another body is funded for, gives too, or that the opinion contests."),
          "costs.without_overlap", _overlap, {"group": "part_5_any"}),
)  # fmt: skip
