"""Is it better than comparable structures? The programme beside each of those it can be compared with (Q09)."""

from coopeval.comparison.groups import groups
from coopeval.comparison.lasting import Resampling, curves, lasting, pace
from coopeval.comparison.projects import alike, effects, spread
from coopeval.comparison.threshold import threshold

__all__ = ["Resampling", "alike", "curves", "effects", "groups", "lasting", "pace", "spread", "threshold"]
