"""How far the data can be trusted: what came in, what is filled, who answered, who is lost, what contradicts itself."""

from coopeval.quality.delivery import facts, filled, rows, warnings
from coopeval.quality.followup import bounds, outcomes, response, response_by_year, still_active
from coopeval.quality.units import exclusions, reversals

__all__ = [
    "bounds", "exclusions", "facts", "filled", "outcomes", "response", "response_by_year", "reversals",
    "rows", "still_active", "warnings",
]  # fmt: skip
