"""The smallest difference of two shares that groups of this size would show."""

from __future__ import annotations

import numpy as np
from scipy import stats

from coopeval.errors import ParameterError

DIRECTIONS = ("nearest", "up", "down")
HALVINGS = 60


def detectable(
    n, n_reference, share_reference, power: float = 0.8, level: float = 0.95, direction: str = "nearest"
) -> np.ndarray:
    """Smallest difference from the reference's share that a two-sided test would find with this power.

    Parameters
    ----------
    n, n_reference
        Units in the group and in the reference; arrays or numbers.
    share_reference
        Share in the reference, 0 to 1.
    power, level
        Chance of finding it; one minus the level of the test.
    direction
        "up", "down", or "nearest": the smaller of both (upward where they are equal).

    Returns
    -------
    Signed differences, the sign being the direction: 0.31 says that 60% must become 91%. Empty (nan) where no share
    between 0 and 1 is far enough away, or a group is empty.

    Raises
    ------
    ParameterError
        Another direction; power or level outside 0 to 1, or power not above what the test rejects by chance.

    Source
    ------
    Two-proportion formula with the pooled variance under no difference (Fleiss, Levin & Paik 2003, ch. 4), without
    continuity correction; at equal sizes R's `power.prop.test`.

    >>> (0.6 + detectable([30, 100], [30, 100], 0.6)).round(2).tolist()
    [0.91, 0.78]
    """
    if direction not in DIRECTIONS:
        raise ParameterError(f'"{direction}" is not a direction. Choose one of {", ".join(DIRECTIONS)}.')
    if not (0 < level < 1 and (1 - level) / 2 < power < 1):
        raise ParameterError("level and power lie between 0 and 1, power above what the test rejects by chance.")
    size, base, share = np.broadcast_arrays(*(np.asarray(x, dtype=float) for x in (n, n_reference, share_reference)))
    up = _smallest(size, base, share, power, level)
    down = -_smallest(size, base, 1 - share, power, level)
    if direction != "nearest":
        return up if direction == "up" else down
    return np.where(np.isnan(up) | (-down < up - 1e-12), down, up)  # the last digit must not choose the direction


def _smallest(size, base, share, power: float, level: float) -> np.ndarray:
    """Smallest rise in the share that is found, by halving: what is missing to be found falls once it is none."""
    z_level, z_power = stats.norm.ppf(0.5 + level / 2), stats.norm.ppf(power)

    def missing(rise):
        other = share + rise
        with np.errstate(divide="ignore", invalid="ignore"):
            pooled = (size * other + base * share) / (size + base)
            none = np.sqrt(np.maximum(pooled * (1 - pooled), 0) * (1 / size + 1 / base))
            some = np.sqrt(np.maximum(other * (1 - other), 0) / size + np.maximum(share * (1 - share), 0) / base)
        return z_level * none + z_power * some - rise

    under, over = np.zeros_like(share), 1 - share
    possible = (size > 0) & (base > 0) & (missing(over) <= 0) & (over > 0)
    for _ in range(HALVINGS):
        middle = (under + over) / 2
        short = missing(middle) > 0
        under, over = np.where(short, middle, under), np.where(short, over, middle)
    return np.where(possible, over, np.nan)
