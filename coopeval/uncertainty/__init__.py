"""The one shape of estimate tables, the stamp of released ones, and intervals for small numbers."""

from coopeval.uncertainty.release import content_digest, require_released, stamp
from coopeval.uncertainty.shape import COLUMNS, KINDS, UNITS, about_of, estimates
from coopeval.uncertainty.shares import clopper_pearson, share, wilson

__all__ = [
    "COLUMNS", "KINDS", "UNITS", "about_of", "clopper_pearson", "content_digest", "estimates", "require_released",
    "share", "stamp", "wilson",
]  # fmt: skip
