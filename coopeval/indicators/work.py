"""Indicators of jobs: how many, for how long, of which kind."""

from __future__ import annotations

from coopeval import cohort, jobs
from coopeval.indicators.entry import Indicator
from coopeval.wording import N_

NEEDS = ("structures", "projects", "enterprises", "jobs or headcounts")
CHAPTER = "30_jobs"


def _frame(moment):
    return moment.once(cohort.jobs)


def _present(moment):
    return jobs.present(_frame(moment))


def _present_fte(moment):
    return jobs.present(_frame(moment), work="fte")


def _created(moment):
    if moment.since is None:
        return jobs.created(_frame(moment))
    return jobs.created(cohort.jobs(cohort.entered_since(moment.dataset, moment.since)))


def _years(moment):
    return jobs.years(_frame(moment))


def _kept(moment):
    return jobs.persistence(_frame(moment), level=moment.level)


def _grown(moment):
    return jobs.persistence(_frame(moment), measure="growth", level=moment.level)


def _contracts(moment):
    return jobs.quality(_frame(moment), "contract_family", level=moment.level)


def _hours(moment):
    return jobs.quality(_frame(moment), "working_time", level=moment.level)


def _women(moment):
    return jobs.quality(_frame(moment), "women", level=moment.level)


def _after(years: int) -> dict[str, object]:
    return {"group": "all", "year_after": years}


def _job(name: str, questions: tuple[str, ...], definition: str, made_by: str, call, row=None, **more):
    return Indicator(
        name, questions, CHAPTER, "result", definition, made_by, call, row or {"group": "all"}, NEEDS, **more
    )


ENTRIES = (
    _job("jobs_present", ("Q01",), N_("Employment contracts with the enterprises of the programme on the last day."),
         "jobs.present", _present, {"group": "jobs"}),
    _job("jobs_present_fte", ("Q01",), N_("The same in full-time equivalents."),
         "jobs.present", _present_fte, {"group": "jobs"}),
    _job("jobs_created", ("Q01", "Q17"),
         N_("Jobs on the last day less those on the day before entry; of a period, for projects that entered in it."),
         "jobs.created", _created, counts_from=True, eu_code="CO08"),
    _job("job_years", ("Q01",), N_("Work done since entry: full-time equivalents times months observed, over twelve."),
         "jobs.years", _years, grows=True),
    _job("jobs_kept_1", ("Q02", "Q17"),
         N_("Of the jobs at the end of N, those still counted a year later, enterprise by enterprise."),
         "jobs.persistence", _kept, _after(1)),
    _job("jobs_kept_2", ("Q02", "Q17"),
         N_("Of the jobs at the end of N, those still counted two years later, enterprise by enterprise."),
         "jobs.persistence", _kept, _after(2)),
    _job("jobs_with_growth_2", ("Q02", "Q17"),
         N_("Jobs two years after N, new ones included, over the jobs at the end of N."),
         "jobs.persistence", _grown, _after(2)),
    _job("share_open_ended", ("Q17",), N_("Share of the jobs that are open-ended, where the contract is known."),
         "jobs.quality", _contracts, {"group": "open_ended"}),
    _job("share_full_time", ("Q17",), N_("Share of the jobs that are full time, among those whose hours are known."),
         "jobs.quality", _hours, {"group": "full_time"}),
    _job("share_women_jobs", ("Q17", "Q23"), N_("Share of the jobs held by women, among those whose gender is known."),
         "jobs.quality", _women, {"group": "woman"}),
)  # fmt: skip
