"""What support costs: perimeters, shared costs spread over projects, unit costs, experts and their price, overlap."""

from coopeval.costs.account import Account, account
from coopeval.costs.contacts import contacts, several_bodies, support_map
from coopeval.costs.experts import experts
from coopeval.costs.overlap import funded_elsewhere, funded_topics, without_overlap
from coopeval.costs.per_project import per_project, per_window
from coopeval.costs.perimeters import PERIMETERS
from coopeval.costs.reconciliation import prices, reconciliation
from coopeval.costs.stops import stops
from coopeval.costs.sums import hours, totals
from coopeval.costs.unit_costs import unit_costs

__all__ = [
    "PERIMETERS", "Account", "account", "contacts", "experts", "funded_elsewhere", "funded_topics", "hours",
    "per_project", "per_window", "prices", "reconciliation", "several_bodies", "stops", "support_map", "totals",
    "unit_costs", "without_overlap",
]  # fmt: skip
