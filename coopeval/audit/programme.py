"""The smallest and the largest value an unknown can have, by linear programme (HiGHS), whole where it counts units."""

from __future__ import annotations

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from coopeval.audit.system import Block

SLACK = 1e-6  # what a solver may be off by
BEYOND = 10.0  # so many times all that is published of a block stands for "without limit"


class Infeasible(ValueError):
    """No exact cells at all fit what is published: an equation that does not hold."""


def interval(block: Block, wanted: int) -> tuple[float, float]:
    """Lowest and highest value of the unknown at a place in its block; infinite where nothing limits it."""
    low, high = (extreme(block, wanted, sign)[wanted] for sign in (1.0, -1.0))
    if high >= _limit(block) * (1 - SLACK):
        high = np.inf
    if block.is_whole[wanted]:
        low, high = np.ceil(low - SLACK), np.floor(high + SLACK)
    return float(low), float(high)


def extreme(block: Block, wanted: int, sign: float) -> np.ndarray:
    """All unknowns of a block where the wanted one is smallest (sign 1) or largest (-1).

    Raises
    ------
    Infeasible
        Nothing fits.
    """
    high = np.minimum(block.high, _limit(block))
    if not block.matrix.shape[0]:
        if (block.low > high).any():
            raise Infeasible
        return block.low if sign > 0 else high
    aim = np.zeros(len(block.low))
    aim[wanted] = sign
    if (block.low > high).any():
        raise Infeasible
    found = milp(
        aim, integrality=block.is_whole.astype(int), bounds=Bounds(block.low, high),
        constraints=LinearConstraint(block.matrix, block.least, block.most),
    )  # fmt: skip
    if found.x is None:
        raise Infeasible
    return found.x


def _limit(block: Block) -> float:
    known = np.concatenate([block.low, block.high, np.abs(block.least), np.abs(block.most)])
    return BEYOND * (100.0 + known[np.isfinite(known)].sum())
