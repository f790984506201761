"""The one shape of estimate tables, the stamp of released ones, and intervals, tests and power for small numbers."""

from coopeval.uncertainty.balancing import Balancing, balancing
from coopeval.uncertainty.clusters import clustered, design_effect, kish
from coopeval.uncertainty.contrasts import difference, fisher, newcombe
from coopeval.uncertainty.grouping import dominance
from coopeval.uncertainty.multiplicity import benjamini_hochberg, holm
from coopeval.uncertainty.permuting import permutation_p
from coopeval.uncertainty.power import detectable
from coopeval.uncertainty.quantities import hodges_lehmann, shift
from coopeval.uncertainty.rates import poisson_limits, rate
from coopeval.uncertainty.ratios import fieller, ratio
from coopeval.uncertainty.release import content_digest, require_released, stamp
from coopeval.uncertainty.replicates import Replicates, bootstrap
from coopeval.uncertainty.sandwich import cr2
from coopeval.uncertainty.shape import COLUMNS, KINDS, UNITS, about_of, estimates
from coopeval.uncertainty.shares import clopper_pearson, share, wilson

__all__ = [
    "Balancing", "balancing",
    "COLUMNS", "KINDS", "Replicates", "UNITS", "about_of", "benjamini_hochberg", "bootstrap", "clopper_pearson",
    "clustered", "content_digest", "cr2", "design_effect", "detectable", "difference", "dominance", "estimates",
    "fieller", "fisher", "hodges_lehmann", "holm", "kish", "newcombe", "permutation_p", "poisson_limits", "rate",
    "ratio", "require_released", "share", "shift", "stamp", "wilson",
]  # fmt: skip
