"""The fixed scale of conclusions: which step a released estimate reaches, from the figures a reader sees beside it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import NormalDist

from coopeval.errors import ParameterError

INNER = 0.9  # level of the narrower interval that makes an indication
NO_TEST = "few_events"  # note of a comparison with too few events for a test: nothing is called clear then
CLEAR, INDICATION, NOT_SHOWN, SAME, NO_INTERVAL = "clear", "indication", "not_shown", "same", "no_interval"
RULES = {  # when a step is reached, in the order in which they are tried; docs/methods.md repeats them
    SAME: "a margin was fixed beforehand, and the whole interval lies within it",
    CLEAR: "the interval leaves out 0 (1 of a ratio), and so does the adjusted p-value where several are compared",
    INDICATION: "the interval holds 0, but one of 90% would leave it out; or too few events for a test",
    NOT_SHOWN: "an interval of 90% holds 0 as well",
    NO_INTERVAL: "neither an interval nor a p-value",
}


@dataclass(frozen=True)
class Step:
    """A step of the scale and its side: 1 above no difference, -1 below it, 0 where the figures tell none."""

    name: str
    side: int


def step(
    cells: Mapping[str, object],
    level: float,
    null: float,
    margin: float | None = None,
    is_ratio: bool = False,
    reads_alike: Callable[[float, float], bool] = lambda one, other: one == other,
) -> Step:
    """The step that a row reaches.

    The interval of 90% is made of the released one: the distance from the estimate to the limit nearer to no
    difference, times 0.84 (at 95%), which is the normal quantiles' proportion; ratios are taken by their logarithm.
    Where the interval rests on few degrees of freedom that is too wide: rather too little is called an indication.

    Parameters
    ----------
    cells
        `estimate`, `low`, `high`, and as far as the table has them `p`, `p_adjusted`, `note`.
    level, null
        Of the interval; the value that means no difference.
    margin
        Half width of what is practically the same, in the unit of the table; of a ratio the factor above 1.
    reads_alike
        Whether two figures look the same once rounded: a limit that reads as no difference does not leave it out.

    >>> step({"estimate": 0.2, "low": 0.05, "high": 0.35}, 0.95, 0.0)
    Step(name='clear', side=1)
    >>> step({"estimate": -0.1, "low": -0.21, "high": 0.01}, 0.95, 0.0)
    Step(name='indication', side=-1)
    """
    estimate, low, high = (_scaled(cells.get(name), is_ratio) for name in ("estimate", "low", "high"))
    centre, within = _scaled(null, is_ratio), _width(margin, is_ratio)
    if math.isnan(estimate):
        return Step(_by_p(cells, level), 0)
    side = (estimate > centre) - (estimate < centre)
    if margin is not None and centre - within < low and high < centre + within:
        return Step(SAME, side)
    near = low if side > 0 else high
    if math.isnan(near) or math.isinf(near):
        return Step(_by_p(cells, level), side)
    beyond = side * (near - centre) > 0 and not reads_alike(float(cells["low" if side > 0 else "high"]), null)
    found = CLEAR if beyond else INDICATION if _inner_is_beyond(estimate, near, centre, level) else NOT_SHOWN
    return Step(_at_most(found, cells, level), side if found != NOT_SHOWN else 0)


def _scaled(value: object, is_ratio: bool) -> float:
    number = float("nan") if value is None else float(value)
    if not is_ratio or math.isnan(number):
        return number
    return math.log(number) if number > 0 else -math.inf


def _width(margin: float | None, is_ratio: bool) -> float:
    if margin is None:
        return float("nan")
    if not margin > (1 if is_ratio else 0):
        raise ParameterError(
            "the margin of a ratio is a factor above 1." if is_ratio else "the margin is a distance above 0."
        )
    return math.log(margin) if is_ratio else float(margin)


def _inner_is_beyond(estimate: float, near: float, centre: float, level: float) -> bool:
    if level <= INNER:
        return False
    narrower = NormalDist().inv_cdf(0.5 + INNER / 2) / NormalDist().inv_cdf(0.5 + level / 2)
    return abs(estimate - centre) > narrower * abs(estimate - near)


def _at_most(found: str, cells: Mapping[str, object], level: float) -> str:
    """An indication at most, where too few events or the number of comparisons speak against more."""
    adjusted = _scaled(cells.get("p_adjusted"), False)
    held_back = adjusted >= 1 - level or cells.get("note") == NO_TEST
    return INDICATION if found == CLEAR and held_back else found


def weakest_p(cells: Mapping[str, object]) -> str:
    """Name of the largest of the p-values that a row has; nothing if it has none.

    >>> weakest_p({"p": 0.01, "p_adjusted": 0.04}), weakest_p({})
    ('p_adjusted', '')
    """
    known = {name: _scaled(cells.get(name), False) for name in ("p", "p_adjusted", "p_permutation")}
    return max((name for name in known if not math.isnan(known[name])), key=known.__getitem__, default="")


def _by_p(cells: Mapping[str, object], level: float) -> str:
    weakest = weakest_p(cells)
    if not weakest:
        return NO_INTERVAL
    p = float(cells[weakest])
    return CLEAR if p < 1 - level else INDICATION if p < 1 - INNER else NOT_SHOWN
