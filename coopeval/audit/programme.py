"""The smallest and the largest value an unknown can have, by linear programme (HiGHS), whole where it counts units."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from coopeval.audit.narrowing import SLACK, narrowed
from coopeval.audit.system import Block

BEYOND = 10.0  # so many times all that is published of a block stands for "without limit"


class Infeasible(ValueError):
    """No exact cells at all fit what is published: an equation that does not hold."""


def interval(block: Block, wanted: int) -> tuple[float, float]:
    """Lowest and highest value of the unknown at a place in its block; infinite where nothing limits it."""
    low, high = (_solution(block, wanted, sign)[wanted] for sign in (1.0, -1.0))
    return _told(block, wanted, low, high)


def intervals(block: Block, wanted: Sequence[int]) -> list[tuple[float, float]]:
    """What `interval` returns for each of several unknowns of a block, with far fewer programmes.

    Of counts, a bound that no solution goes past (`narrowed`) and that some solution reaches is the extreme itself, so
    it needs no programme of its own. Amounts are solved one by one: there the last digits of a solution are the
    solver's.

    Raises
    ------
    Infeasible
        Nothing fits.
    """
    outer = narrowed(block, _high(block)) if block.matrix.shape[0] and len(wanted) > 1 else None
    if outer is None:
        return [interval(block, one) for one in wanted]
    whole = np.array([one for one in wanted if block.is_whole[one]], dtype=int)
    lows, highs = (_extremes(block, whole, sign, bound) for sign, bound in zip((1.0, -1.0), outer, strict=True))
    return [_told(block, one, lows[one], highs[one]) if block.is_whole[one] else interval(block, one) for one in wanted]


def _extremes(block: Block, whole: np.ndarray, sign: float, bound: np.ndarray) -> dict[int, float]:
    """The extreme of each of several counts on one side, where `bound` is what no solution goes past.

    Solutions come from programmes: first of the sum of all that are not settled, as long as a solution settles more
    than one, then of one after another. Each solution settles all those whose bound it reaches.
    """
    left, found = whole, {}
    together = True
    while len(left):
        asked = left if together else left[:1]
        one = _solution(block, asked, sign)
        reached = np.abs(one - bound)[left] <= SLACK
        found |= {place: bound[place] for place in left[reached].tolist()}
        if len(asked) == 1:
            found[int(asked[0])] = one[asked[0]]
        together &= reached.sum() > 1
        left = np.array([place for place in left.tolist() if place not in found], dtype=int)
    return found


def _solution(block: Block, wanted: int | np.ndarray, sign: float) -> np.ndarray:
    """All unknowns of a block where the one wanted, or the sum of several, is smallest (sign 1) or largest (-1)."""
    high = _high(block)
    if (block.low > high).any():
        raise Infeasible
    if not block.matrix.shape[0]:
        return block.low if sign > 0 else high
    aim = np.zeros(len(block.low))
    aim[wanted] = sign
    found = milp(
        aim, integrality=block.is_whole.astype(int), bounds=Bounds(block.low, high),
        constraints=LinearConstraint(block.matrix, block.least, block.most),
    )  # fmt: skip
    if found.x is None:
        raise Infeasible
    return found.x


def _told(block: Block, wanted: int, low: float, high: float) -> tuple[float, float]:
    if high >= _limit(block) * (1 - SLACK):
        high = np.inf
    if block.is_whole[wanted]:
        low, high = np.ceil(low - SLACK), np.floor(high + SLACK)
    return float(low), float(high)


def _high(block: Block) -> np.ndarray:
    return np.minimum(block.high, _limit(block))


def _limit(block: Block) -> float:
    known = np.concatenate([block.low, block.high, np.abs(block.least), np.abs(block.most)])
    return BEYOND * (100.0 + known[np.isfinite(known)].sum())
