"""The report as a site: the same pages in every language, from one execution of the notebooks."""

from coopeval.site.build import build
from coopeval.site.comparison import comparison
from coopeval.site.pages import style

__all__ = ["build", "comparison", "style"]
