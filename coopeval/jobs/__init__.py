"""Do the jobs last, how many are there, and what jobs are they? From records of jobs, from headcounts, or from both."""

from coopeval.jobs.counting import counts_model
from coopeval.jobs.creation import created, maintained, present, sources
from coopeval.jobs.flows import flows
from coopeval.jobs.landmarks import per_enterprise
from coopeval.jobs.persistence import bounds, persistence
from coopeval.jobs.positions import spells
from coopeval.jobs.quality import quality, spread
from coopeval.jobs.years import years

__all__ = [
    "bounds", "counts_model", "created", "flows", "maintained", "per_enterprise", "persistence", "present", "quality",
    "sources", "spells", "spread", "years",
]  # fmt: skip
