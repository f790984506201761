"""The smallest and the largest value an unknown can have, by linear programme (HiGHS), whole where it counts units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from coopeval.audit.narrowing import SLACK, narrowed
from coopeval.audit.system import Block
from coopeval.audit.together import Question, solutions

BEYOND = 10.0  # so many times all that is published of a block stands for "without limit"


class Infeasible(ValueError):
    """No exact cells at all fit what is published: an equation that does not hold."""


def interval(block: Block, wanted: int) -> tuple[float, float]:
    """Lowest and highest value of the unknown at a place in its block; infinite where nothing limits it."""
    low, high = (_solution(block, wanted, sign)[wanted] for sign in (1.0, -1.0))
    return _told(block, wanted, low, high)


def intervals(asked: Sequence[tuple[Block, Sequence[int]]]) -> list[list[tuple[float, float]] | None]:
    """What `interval` returns for several unknowns of several blocks, in a handful of programmes for all of them.

    First the sums of all that is wanted of each block, then what these leave open: a bound that no solution goes past
    (`narrowed`) and that some solution reaches is the extreme itself. Of a count it is exact; of an amount the last
    digits are those of another vertex.

    Parameters
    ----------
    asked
        Blocks with at least one equation each, and the places of the unknowns wanted.

    Returns
    -------
    For each block one interval for each unknown wanted, in order; nothing where no exact cells fit, or where one bound
    after another cannot tell: such a block is to be asked by itself.
    """
    bounds = [narrowed(block, _high(block)) for block, _ in asked]
    sides = [(number, sign) for number, two in enumerate(bounds) if two is not None for sign in (1.0, -1.0)]
    sums = solutions([Question(asked[n][0], bounds[n], np.asarray(asked[n][1]), sign) for n, sign in sides])
    found: dict[tuple[int, float, int], float] = {}
    for (number, sign), one in zip(sides, sums, strict=True):
        reached = bounds[number][0 if sign > 0 else 1]
        wanted = asked[number][1] if one is not None else ()
        is_it = [place for place in wanted if len(wanted) == 1 or abs(one[place] - reached[place]) <= SLACK]
        found |= {(number, sign, place): float(one[place]) for place in is_it}
    every = [(number, sign, place) for number, sign in sides for place in asked[number][1]]
    left = [key for key in every if key not in found]
    alone = solutions([Question(asked[n][0], bounds[n], np.array([place]), sign) for n, sign, place in left])
    found |= {key: float(one[key[2]]) for key, one in zip(left, alone, strict=True) if one is not None}
    return [None if two is None else _of_block(n, *asked[n], found) for n, two in enumerate(bounds)]


def _of_block(number: int, block: Block, wanted: Sequence[int], found: Mapping) -> list[tuple[float, float]] | None:
    """The intervals of one block; what no programme without whole numbers has told is asked with them."""
    told = []
    try:
        for place in wanted:
            ends = (found.get((number, sign, place)) for sign in (1.0, -1.0))
            low, high = (
                _solution(block, place, sign)[place] if end is None else end
                for end, sign in zip(ends, (1.0, -1.0), strict=True)
            )
            told.append(_told(block, place, low, high))
    except Infeasible:
        return None
    return told


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
