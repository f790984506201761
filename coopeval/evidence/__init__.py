"""What has been published: by the programme itself, by comparable structures, and by statistical offices.

Everything here comes from data/reference, and from statistics imported beside the delivery: none of its own tables is
read, nothing is synthetic. Figures are shown as they were published, one by one, with unit, horizon, definition, clock
and source. A share is worked out only where numerator, denominator and period were published together. Figures are
pooled in one place, `pooled`, and only if three or more count the same thing in the same way.
"""

from coopeval.evidence.imported import imported_series, imported_tables
from coopeval.evidence.pooling import QUESTIONS, funnel_of, poolable, pooled
from coopeval.evidence.population import (
    cooperatives,
    definition_effect,
    legal_form_effect,
    survival_band,
    survival_reference,
)
from coopeval.evidence.programme import creation_rate, own_record, selection_rate
from coopeval.evidence.structures import TOPICS, comparable_structures
from coopeval.evidence.traps import traps

__all__ = [
    "QUESTIONS", "TOPICS", "comparable_structures", "cooperatives", "creation_rate", "definition_effect",
    "funnel_of", "imported_series", "imported_tables", "legal_form_effect", "own_record", "poolable", "pooled",
    "selection_rate", "survival_band", "survival_reference", "traps",
]  # fmt: skip
