"""Who is studied, from when to when, and who is not and why."""

from coopeval.cohort.asof import as_of
from coopeval.cohort.flow import exclusions
from coopeval.cohort.paths import ABSORBING, STATES, histories, paths
from coopeval.cohort.recognised import held, steps
from coopeval.cohort.spells import arm, spells

__all__ = ["ABSORBING", "STATES", "arm", "as_of", "exclusions", "held", "histories", "paths", "spells", "steps"]
