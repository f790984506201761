"""The one shape of estimate tables, the stamp of released ones, and intervals, tests and power for small numbers."""

from coopeval import handing_out
from coopeval.uncertainty.balancing import Balancing, balancing
from coopeval.uncertainty.clusters import clustered, design_effect, kish
from coopeval.uncertainty.contrasts import difference, fisher, newcombe
from coopeval.uncertainty.funnels import Funnel, funnel
from coopeval.uncertainty.grouping import dominance
from coopeval.uncertainty.kernels import Figure, Kernel, increments_under, reweigh_within, stack
from coopeval.uncertainty.multiplicity import benjamini_hochberg, holm
from coopeval.uncertainty.net_benefit import acceptability, acceptability_under
from coopeval.uncertainty.permuting import permutation_p
from coopeval.uncertainty.pooling import Pooled, random_effects
from coopeval.uncertainty.power import detectable
from coopeval.uncertainty.quantities import hodges_lehmann, shift
from coopeval.uncertainty.rates import poisson_limits, rate
from coopeval.uncertainty.ratios import fieller, ratio
from coopeval.uncertainty.release import content_digest, in_hand, require_released, stamp
from coopeval.uncertainty.replicates import Replicates, bootstrap
from coopeval.uncertainty.sandwich import cr2
from coopeval.uncertainty.shape import COLUMNS, KINDS, UNITS, Beside, about_of, beside, estimates
from coopeval.uncertainty.shares import clopper_pearson, share, wilson
from coopeval.uncertainty.weighted_means import mean_under, ratio_under, total_under
from coopeval.uncertainty.weighted_survival import persistence_under, rmst_under, survival_under

__all__ = [
    "Balancing", "Beside", "COLUMNS", "Figure", "Funnel", "KINDS", "Kernel", "Pooled", "Replicates", "UNITS",
    "about_of", "acceptability", "acceptability_under", "balancing", "benjamini_hochberg", "beside",
    "bootstrap", "clopper_pearson", "clustered", "content_digest", "cr2", "design_effect", "detectable",
    "difference", "dominance", "estimates", "fieller", "fisher", "funnel", "handing_out", "hodges_lehmann",
    "holm", "in_hand", "increments_under", "kish", "mean_under", "newcombe", "permutation_p",
    "persistence_under", "poisson_limits", "random_effects", "rate", "ratio", "ratio_under", "require_released",
    "reweigh_within", "rmst_under", "share", "shift", "stack", "stamp", "survival_under", "total_under",
    "wilson",
]  # fmt: skip
