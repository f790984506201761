"""Who is supported: the kind of projects, the enterprises that came of them, selection, creation, holders, stops."""

from coopeval.portfolio.creation import creation
from coopeval.portfolio.enterprises import enterprises
from coopeval.portfolio.holders import holders, women_holders
from coopeval.portfolio.projects import projects, selection, stops
from coopeval.portfolio.structures import structures

__all__ = ["creation", "enterprises", "holders", "projects", "selection", "stops", "structures", "women_holders"]
