"""The one shape of estimate tables, the stamp of released ones, and intervals for small numbers."""

from coopeval.uncertainty.release import content_digest, require_released, stamp
from coopeval.uncertainty.shape import COLUMNS, UNITS, about_of, estimates
from coopeval.uncertainty.shares import share

__all__ = ["COLUMNS", "UNITS", "about_of", "content_digest", "estimates", "require_released", "share", "stamp"]
