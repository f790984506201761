"""The transversal plans (equality, diversity, environment, democracy): of the programme and of those it supports."""

from coopeval.practices.amounts import amounts, own_amounts, own_shares, shares
from coopeval.practices.plans import own_plans, plan_bounds, plans, plans_by_years
from coopeval.practices.training import hours, observed, reach

__all__ = [
    "amounts", "hours", "observed", "own_amounts", "own_plans", "own_shares", "plan_bounds", "plans", "plans_by_years",
    "reach", "shares",
]  # fmt: skip
