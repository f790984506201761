"""The report as a site: the same pages in every language, from one execution of the notebooks."""

from coopeval.site.build import ahead, build
from coopeval.site.comparison import comparison
from coopeval.site.pages import style
from coopeval.site.printing import ready as ready_for_paper

__all__ = ["ahead", "build", "comparison", "ready_for_paper", "style"]
