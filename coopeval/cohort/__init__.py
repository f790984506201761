"""Who is studied, from when to when, and who is not and why."""

from coopeval.cohort.against import against, common
from coopeval.cohort.asof import as_of
from coopeval.cohort.compared import compared
from coopeval.cohort.employment import OWN, kind_of_job
from coopeval.cohort.flow import exclusions
from coopeval.cohort.job_outcomes import job_outcomes
from coopeval.cohort.jobs import jobs
from coopeval.cohort.newcomers import entered_since
from coopeval.cohort.outcomes import accompanied, months_in, outcomes
from coopeval.cohort.paths import ABSORBING, STATES, histories, paths
from coopeval.cohort.recognised import held, steps
from coopeval.cohort.spells import arm, spells

__all__ = [
    "ABSORBING", "OWN", "STATES", "accompanied", "against", "arm", "as_of", "common", "compared", "entered_since",
    "exclusions", "held", "histories", "job_outcomes", "jobs", "kind_of_job", "months_in", "outcomes", "paths",
    "spells", "steps",
]  # fmt: skip
