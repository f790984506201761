"""Two arms made comparable in what was recorded, the difference that is left, and how far to trust it (METHODS 9)."""

from coopeval.balance.effect import effect
from coopeval.balance.league import league
from coopeval.balance.reading import diagnostics, overlap, table
from coopeval.balance.selection import e_value
from coopeval.balance.threshold import threshold
from coopeval.balance.weighing import weights

__all__ = ["diagnostics", "e_value", "effect", "league", "overlap", "table", "threshold", "weights"]
