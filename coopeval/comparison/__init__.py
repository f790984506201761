"""Is it better than comparable structures? The programme beside each of those it can be compared with (Q09)."""

from coopeval.comparison.groups import groups
from coopeval.comparison.lasting import Resampling, curves, lasting, pace
from coopeval.comparison.projects import alike, effects, overlap, spread
from coopeval.comparison.side_by_side import side_by_side
from coopeval.comparison.threshold import threshold

__all__ = [
    "Resampling",
    "alike",
    "curves",
    "effects",
    "groups",
    "lasting",
    "overlap",
    "pace",
    "side_by_side",
    "spread",
    "threshold",
]
