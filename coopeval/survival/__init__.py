"""How long enterprises last: curves, values, contrasts, tests, models; exact with ties and delayed entry."""

from coopeval.survival.bounds import bounds, landmark
from coopeval.survival.compared import Adjusted, compared
from coopeval.survival.contrasts import difference
from coopeval.survival.curve import curve
from coopeval.survival.grid import grid
from coopeval.survival.hazards import hazards
from coopeval.survival.hazards_check import proportionality, proportionality_residuals
from coopeval.survival.means import rmst
from coopeval.survival.published import against_reference
from coopeval.survival.ranks import logrank, pairwise
from coopeval.survival.reading import at, median
from coopeval.survival.reweighted import loss_weights, weighted_for_loss, weighted_for_loss_at
from coopeval.survival.standardised import Resampling, standardised

__all__ = [
    "Adjusted", "Resampling", "against_reference", "at", "bounds", "compared", "curve", "difference", "grid", "hazards",
    "landmark", "logrank", "loss_weights", "median", "pairwise", "proportionality", "proportionality_residuals", "rmst",
    "standardised", "weighted_for_loss", "weighted_for_loss_at",
]  # fmt: skip
