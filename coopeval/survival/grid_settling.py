"""Hazards on a grid of steps that agree with what is known of each unit: rounds of expecting and counting (EM)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

ROUNDS, SETTLED = 5000, 1e-12


class Known(NamedTuple):
    """What is known of each unit (row) in each step (column); the first three are parts of a step.

    Steps are numbered from 0, step j being (6 j, 6 (j + 1)].
    """

    may_end: np.ndarray  # where its end may lie
    before: np.ndarray  # gone by before it entered, of a step it was seen in
    after: np.ndarray  # left when it was last seen going on, of a step it was seen in
    event: np.ndarray  # of the unit: it has an end
    seen: np.ndarray  # it was under observation for some of the step, or may have been
    crossing: bool  # some ends may lie in more than one step


class Cells:
    """Some cells of units by steps, unit by unit, and where among them those of a part of them stand."""

    def __init__(self, chosen: np.ndarray) -> None:
        self.number = np.cumsum(chosen).reshape(chosen.shape) - 1
        self.step, self.n = np.nonzero(chosen)[1], int(chosen.sum())

    def of(self, part: np.ndarray) -> np.ndarray:
        return self.number[part]

    def summed(self, values: np.ndarray, steps: int) -> np.ndarray:
        """Sum of each step, added up unit by unit."""
        return np.bincount(self.step, values, steps)


def settled(known: Known) -> tuple[np.ndarray, np.ndarray]:
    """The hazard of each step once it no longer changes, and the one before it, from which it was counted.

    Few cells of units by steps hold anything: only those are worked out.
    """
    steps, event = known.seen.shape[1], known.event[:, None]
    after, before, ending, seen = known.after > 0, known.before > 0, known.may_end > 0, known.seen & event
    of_ends, of_risk = Cells(ending | after | before), Cells(known.seen | before)
    alone = np.zeros(of_risk.n)  # who has no end is there in each step seen
    alone[of_risk.of(known.seen & ~event)] = 1.0
    places = [of_ends.of(ending), of_ends.of(after), of_ends.of(before), of_risk.of(seen), of_risk.of(before)]
    may_end, left, gone = known.may_end[known.event], known.after[after], known.before[before]
    left_in, gone_in = np.nonzero(after)[1], np.nonzero(before)[1]
    its_ending, its_seen = ending[known.event], seen[known.event]
    hazard = last = np.full(steps, 0.1)
    for _ in range(ROUNDS):
        last = hazard
        ends, still = expected_ends(hazard, may_end)
        found, at_risk = np.zeros(of_ends.n), alone.copy()
        earlier = filled_before(hazard[gone_in], gone)
        found[places[0]] = ends[its_ending]
        found[places[1]] += filled_after(hazard[left_in], left)
        found[places[2]] += earlier
        at_risk[places[3]] = still[its_seen]
        at_risk[places[4]] += earlier
        total = of_risk.summed(at_risk, steps)
        hazard = np.divide(of_ends.summed(found, steps), total, out=np.zeros(steps), where=total > 0)
        if np.abs(hazard - last).max(initial=0) < SETTLED:
            break
    return hazard, last


def expected_ends(hazard: np.ndarray, may_end: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each unit and step: how much of its end is expected there, and there or later."""
    alive = np.r_[1.0, np.cumprod(1 - hazard)[:-1]]
    likely = may_end * (alive * hazard)
    total = likely.sum(axis=1, keepdims=True)
    ends = np.divide(likely, total, out=np.zeros_like(likely), where=total > 0)
    return ends, ends[:, ::-1].cumsum(axis=1)[:, ::-1]


def filled_after(hazard: np.ndarray, left: np.ndarray) -> np.ndarray:
    """Ends that would have followed in the part of a step left after the last sight; none where nothing is left."""
    return np.divide(hazard * left, 1 - hazard * (1 - left), out=np.zeros(left.shape), where=left > 0)


def filled_before(hazard: np.ndarray, gone: np.ndarray) -> np.ndarray:
    """Units that would have had to be there before the entry for one to be left to enter."""
    return hazard * gone / (1 - hazard * gone)
