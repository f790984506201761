"""Many questions to many blocks in one programme without whole numbers: where its answer is whole, it is the answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from coopeval.audit.narrowing import SLACK
from coopeval.audit.system import Block

MOST = 5_000  # terms of one programme: beyond, it takes longer than several


class Question(NamedTuple):
    """Where is the sum of some unknowns of a block smallest (sign 1) or largest (-1), within bounds no solution passes.

    With an answer for one programme, any number of them has one: they share nothing, so each is at its best where
    their sum is.
    """

    block: Block
    bounds: tuple[np.ndarray, np.ndarray]
    wanted: np.ndarray
    sign: float


def solutions(questions: Sequence[Question]) -> list[np.ndarray | None]:
    """For each question all unknowns of its block; nothing where the answer is not whole, or there is none.

    What is whole where it must be is the extreme over whole numbers too, for that over all numbers lies no nearer.
    """
    return [one for few in _in_parts(questions) for one in _at_once(few)]


def _in_parts(questions: Sequence[Question]) -> Iterator[list[Question]]:
    part, terms = [], 0
    for question in questions:
        size = question.block.matrix.nnz
        if part and terms + size > MOST:
            yield part
            part, terms = [], 0
        part.append(question)
        terms += size
    if part:
        yield part


def _at_once(questions: Sequence[Question]) -> list[np.ndarray | None]:
    blocks = [question.block for question in questions]
    low, high = (np.concatenate([question.bounds[side] for question in questions]) for side in (0, 1))
    least, most = (np.concatenate([getattr(block, side) for block in blocks]) for side in ("least", "most"))
    ends = np.cumsum([len(block.low) for block in blocks])
    aim = np.zeros(ends[-1])
    for question, end in zip(questions, ends, strict=True):
        aim[end - len(question.block.low) + question.wanted] = question.sign
    found = milp(aim, bounds=Bounds(low, high), constraints=LinearConstraint(_beside(blocks), least, most)).x
    if found is None:  # one of them contradicts itself: the others have their answers all the same
        return [_at_once([one])[0] for one in questions] if len(questions) > 1 else [None]
    return [_if_whole(one, block) for one, block in zip(np.split(found, ends[:-1]), blocks, strict=True)]


def _beside(blocks: Sequence[Block]) -> sparse.csr_array:
    """The equations of all blocks, each with unknowns of its own."""
    rows, columns = (np.cumsum([0, *(block.matrix.shape[side] for block in blocks)]) for side in (0, 1))
    terms = np.cumsum([0, *(block.matrix.nnz for block in blocks)])
    data = np.concatenate([block.matrix.data for block in blocks])
    indices = np.concatenate([block.matrix.indices + start for block, start in zip(blocks, columns, strict=False)])
    starts = [block.matrix.indptr[:-1] + start for block, start in zip(blocks, terms, strict=False)]
    return sparse.csr_array((data, indices, np.concatenate([*starts, terms[-1:]])), shape=(rows[-1], columns[-1]))


def _if_whole(one: np.ndarray, block: Block) -> np.ndarray | None:
    whole = np.where(block.is_whole, np.round(one), one)
    return whole if (np.abs(whole - one) <= SLACK).all() else None
