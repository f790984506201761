"""How long enterprises last: curves, values, contrasts and tests, exact with ties and delayed entry."""

from coopeval.survival.contrasts import difference
from coopeval.survival.curve import curve
from coopeval.survival.means import rmst
from coopeval.survival.reading import at, median

__all__ = ["at", "curve", "difference", "median", "rmst"]
