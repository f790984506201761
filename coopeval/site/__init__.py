"""The report as a site: the same pages in every language, from one execution of the notebooks."""

from coopeval.site.build import build

__all__ = ["build"]
