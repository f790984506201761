"""Who is studied, from when to when, and who is not and why."""

from coopeval.cohort.asof import as_of
from coopeval.cohort.flow import exclusions
from coopeval.cohort.outcomes import accompanied, months_in, outcomes
from coopeval.cohort.spells import arm, spells

__all__ = ["accompanied", "arm", "as_of", "exclusions", "months_in", "outcomes", "spells"]
