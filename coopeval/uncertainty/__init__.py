"""The one shape of estimate tables, the stamp of released ones, and intervals, tests and power for small numbers."""

from coopeval import handing_out

HOMES = {
    "Balancing": "balanced_weights", "balancing": "balanced_weights",
    "clustered": "clusters", "design_effect": "clusters", "kish": "clusters",
    "difference": "contrasts", "fisher": "contrasts", "newcombe": "contrasts",
    "Funnel": "funnels", "funnel": "funnels",
    "dominance": "grouping",
    "Figure": "kernels", "Kernel": "kernels", "increments_under": "kernels", "reweigh_within": "kernels",
    "stack": "kernels",
    "benjamini_hochberg": "multiplicity", "holm": "multiplicity",
    "acceptability": "net_benefit", "acceptability_under": "net_benefit",
    "permutation_p": "permuting",
    "Pooled": "pooling", "random_effects": "pooling",
    "detectable": "power",
    "hodges_lehmann": "quantities", "shift": "quantities",
    "poisson_limits": "rates", "rate": "rates",
    "fieller": "ratios", "ratio": "ratios",
    "LISTED": "reading_order", "in_reading_order": "reading_order",
    "content_digest": "release", "in_hand": "release", "require_released": "release", "stamp": "release",
    "Replicates": "replicates", "bootstrap": "replicates",
    "cr2": "sandwich",
    "COLUMNS": "shape", "KINDS": "shape", "UNITS": "shape", "Beside": "shape", "about_of": "shape", "beside": "shape",
    "estimates": "shape",
    "clopper_pearson": "shares", "share": "shares", "wilson": "shares",
    "mean_under": "weighted_means", "ratio_under": "weighted_means", "total_under": "weighted_means",
    "persistence_under": "weighted_survival", "rmst_under": "weighted_survival", "survival_under": "weighted_survival",
}  # fmt: skip
__getattr__, __dir__ = handing_out(__name__, HOMES)
__all__ = list(HOMES)
