"""Figures drawn from released tables: they draw what they are given and work nothing out."""

from coopeval.figures.curves import band, beside, incidence, survival_steps
from coopeval.figures.decision import plane, tornado
from coopeval.figures.forest import forest
from coopeval.figures.funnel import funnel
from coopeval.figures.love import love
from coopeval.figures.nested import nested
from coopeval.figures.overlap import overlap
from coopeval.figures.pairs import flows, pairs
from coopeval.figures.picture import Picture
from coopeval.figures.precision import precision
from coopeval.figures.published_series import published_series
from coopeval.figures.rendering import render
from coopeval.figures.rows import bars, counts
from coopeval.figures.specification import specification_curve
from coopeval.figures.stacked import occupation
from coopeval.figures.targets import targets
from coopeval.figures.timeline import timeline
from coopeval.figures.worth import acceptability, expected_loss

__all__ = [
    "Picture", "acceptability", "band", "bars", "beside", "counts", "expected_loss", "flows", "forest",
    "funnel", "incidence", "love", "nested", "occupation", "overlap", "pairs", "plane", "precision",
    "published_series", "render", "specification_curve", "survival_steps", "targets", "timeline", "tornado",
]  # fmt: skip
