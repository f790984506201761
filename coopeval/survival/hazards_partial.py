"""The partial likelihood of Cox's model: ties after Efron, delayed entry, strata and weights, in sums over blocks.

A block is a distinct event time of a stratum. A row is at risk in the blocks with entry < time <= exit, which are
consecutive, so every sum over a risk set is a running sum over blocks, and every sum over the time a row was at risk a
difference of two running sums. No row is ever visited per time.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import sparse


class Risk(NamedTuple):
    """Rows that were at risk at an event time, and the blocks they were at risk in."""

    kept: np.ndarray  # which rows of the input these are
    x: np.ndarray  # [n, p], centred
    weight: np.ndarray
    event: np.ndarray  # 1.0 where the row ends with an event
    into: np.ndarray  # first block at risk
    out: np.ndarray  # first block after
    block: np.ndarray  # of the event; -1 without
    times: np.ndarray  # of each block
    spans: tuple[tuple[int, int], ...]  # blocks of each stratum
    change: sparse.csr_matrix  # [blocks, n]: +1 in the last block of a row, -1 in the one before its first
    dying: sparse.csr_matrix  # [blocks, n]
    term: np.ndarray  # block of each tied event
    part: np.ndarray  # Efron: which part of the tied events has left before it
    mean_weight: np.ndarray  # of the events of each block
    n_tied: np.ndarray


class Sums(NamedTuple):
    """What the risk sets hold at given coefficients."""

    loglik: float
    score: np.ndarray  # [p]
    risk: np.ndarray  # exp(x beta) of each row
    s1: np.ndarray  # [blocks, p]
    d1: np.ndarray
    inverse: np.ndarray  # [terms] one over the weighted risk left
    hazard: np.ndarray  # [blocks] increments of the baseline
    at_risk_for: np.ndarray  # [n] baseline each row was exposed to


def prepared(x, entry, leave, event, weight=None, stratum=None) -> Risk:
    """Blocks and the rows' place in them."""
    weight = np.ones(len(entry)) if weight is None else np.asarray(weight, float)
    stratum = np.zeros(len(entry), dtype=np.int64) if stratum is None else np.asarray(stratum)
    into, out = np.zeros(len(entry), dtype=np.int64), np.zeros(len(entry), dtype=np.int64)
    times, spans, start = [], [], 0
    dies = np.asarray(event, bool) & (weight > 0)
    for number in np.unique(stratum):
        own = stratum == number
        found = np.unique(leave[own & dies])
        into[own] = start + np.searchsorted(found, entry[own], side="right")
        out[own] = start + np.searchsorted(found, leave[own], side="right")
        times.append(found)
        spans.append((start, start + len(found)))
        start += len(found)
    kept = np.flatnonzero((out > into) & (weight > 0))
    kept = kept[np.argsort(out[kept], kind="stable")]  # sums by block then read memory in its own order
    own_x = np.asarray(x, float)[kept]
    total = weight[kept].sum()
    centred = own_x - (weight[kept] @ own_x / total if total > 0 else 0.0)
    began = np.concatenate([np.full(b - a, a) for a, b in spans] or [[]]).astype(np.int64)
    change, dying = _tables(into[kept], out[kept], dies[kept], began)
    block = np.where(dies[kept], out[kept] - 1, -1)
    ends = block[dies[kept]]
    n_tied = np.bincount(ends, minlength=start)
    term = np.repeat(np.arange(start), n_tied)
    part = (np.arange(len(term)) - np.repeat(np.cumsum(n_tied) - n_tied, n_tied)) / n_tied[term]
    mean_weight = np.bincount(ends, weights=weight[kept][dies[kept]], minlength=start) / np.maximum(n_tied, 1)
    return Risk(
        kept, centred, weight[kept], dies[kept].astype(float), into[kept], out[kept], block,
        np.concatenate(times or [[]]), tuple(spans), change, dying, term, part, mean_weight, n_tied,
    )  # fmt: skip


def _tables(into: np.ndarray, out: np.ndarray, dies: np.ndarray, began: np.ndarray):
    """Which rows leave the risk sets after a block, or were not in them yet; which die in it. `began`: the first block
    of the stratum of each block."""
    rows, shape = np.arange(len(out)), (len(began), len(out))
    late = into > (began[out - 1] if len(out) else into)
    at = np.concatenate([out - 1, into[late] - 1])
    signs = np.concatenate([np.ones(len(out)), -np.ones(late.sum())])
    change = sparse.csr_matrix((signs, (at, np.concatenate([rows, rows[late]]))), shape=shape)
    return change, sparse.csr_matrix((np.ones(dies.sum()), (out[dies] - 1, rows[dies])), shape=shape)


def at_risk(risk: Risk, values: np.ndarray) -> np.ndarray:
    """Sum of the rows' values over each risk set."""
    totals = risk.change @ values
    for start, stop in risk.spans:
        totals[start:stop] = np.cumsum(totals[start:stop][::-1], axis=0)[::-1]
    return totals


def sums(risk: Risk, beta: np.ndarray) -> Sums:
    """Log partial likelihood, its score, and what is needed for its information."""
    linear = risk.x @ beta
    most = linear.max() if len(linear) else 0.0
    ratio = np.exp(linear - most)  # a constant factor drops out
    weighted = risk.weight * ratio
    both = np.empty((len(linear), 1 + risk.x.shape[1]))
    both[:, 0] = weighted
    np.multiply(risk.x, weighted[:, None], out=both[:, 1:])
    held, lost = at_risk(risk, both), risk.dying @ both
    inverse = 1 / (held[risk.term, 0] - risk.part * lost[risk.term, 0])
    pull = risk.mean_weight[risk.term] * inverse
    blocks = len(risk.times)
    hazard = np.bincount(risk.term, weights=pull, minlength=blocks)
    exposed = spent(risk, hazard, np.bincount(risk.term, weights=pull * risk.part, minlength=blocks))
    loglik = risk.weight * risk.event @ linear + risk.mean_weight[risk.term] @ (np.log(inverse) - most)
    score = (risk.weight * risk.event - weighted * exposed) @ risk.x
    return Sums(float(loglik), score, ratio, held[:, 1:], lost[:, 1:], inverse, hazard, exposed)


def spent(risk: Risk, each: np.ndarray, tied: np.ndarray) -> np.ndarray:
    """What each row met of increments per block: all in its blocks at risk, less the tied part in that of its event."""
    height = np.concatenate([np.zeros((1, *each.shape[1:])), np.cumsum(each, axis=0)])
    met = height[risk.out] - height[risk.into]
    dies = risk.event > 0
    met[dies] -= tied[risk.block[dies]]
    return met


def moments(risk: Risk, found: Sums, order: int, by_time: np.ndarray | None = None) -> list[np.ndarray]:
    """Per block: sums over its tied events of weight / risk^order times part^0, 1, 2 ..., each times `by_time`."""
    pull = risk.mean_weight[risk.term] * found.inverse**order
    if by_time is not None:
        pull = pull * by_time[risk.term]
    size = len(risk.times)
    return [np.bincount(risk.term, weights=pull * risk.part**power, minlength=size) for power in range(order + 1)]


def information(risk: Risk, found: Sums, by_time: np.ndarray | None = None) -> np.ndarray:
    """Information at these coefficients; with `by_time`, each block's share in it times a number."""
    one = moments(risk, found, 1, by_time)
    exposed = found.at_risk_for if by_time is None else spent(risk, *one[:2])
    around = (risk.x * (risk.weight * found.risk * exposed)[:, None]).T @ risk.x
    c0, c1, c2 = moments(risk, found, 2, by_time)
    cross = (found.s1 * c1[:, None]).T @ found.d1
    means = (found.s1 * c0[:, None]).T @ found.s1 - cross - cross.T + (found.d1 * c2[:, None]).T @ found.d1
    return around - means


def expected(risk: Risk, found: Sums) -> np.ndarray:
    """Mean covariates of who is at risk in each block, over its tied events."""
    one = moments(risk, found, 1)
    share = risk.mean_weight * np.maximum(risk.n_tied, 1)
    return (one[0] / share)[:, None] * found.s1 - (one[1] / share)[:, None] * found.d1


def score_residuals(risk: Risk, found: Sums) -> np.ndarray:
    """What each row adds to the score, before its weight [n, p].

    Source: Therneau & Grambsch (2000), section 4.6, with Efron's ties; as R survival's residuals of type score.
    """
    c0, c1, c2 = (part[:, None] for part in moments(risk, found, 2))
    met = spent(risk, c0 * found.s1 - c1 * found.d1, c1 * found.s1 - c2 * found.d1)
    jump = np.zeros_like(risk.x)
    dies = risk.event > 0
    jump[dies] = risk.x[dies] - expected(risk, found)[risk.block[dies]]
    return jump - found.risk[:, None] * (risk.x * found.at_risk_for[:, None] - met)


def shares_of_information(risk: Risk, found: Sums) -> np.ndarray:
    """What each row adds to the information [n, p, p]: all of them add up to it, and none is negative."""
    c0, c1, c2 = (part[:, None] for part in moments(risk, found, 2))
    mean = spent(risk, c0 * found.s1 - c1 * found.d1, c1 * found.s1 - c2 * found.d1)
    q0, q1, q2, q3 = (part[:, None, None] for part in moments(risk, found, 3))
    ss = found.s1[:, :, None] * found.s1[:, None, :]
    dd = found.d1[:, :, None] * found.d1[:, None, :]
    sd = found.s1[:, :, None] * found.d1[:, None, :]
    sd = sd + sd.transpose(0, 2, 1)
    square = spent(risk, q0 * ss - q1 * sd + q2 * dd, q1 * ss - q2 * sd + q3 * dd)
    cross = risk.x[:, :, None] * mean[:, None, :]
    own = risk.x[:, :, None] * risk.x[:, None, :] * found.at_risk_for[:, None, None]
    return (risk.weight * found.risk)[:, None, None] * (own - cross - cross.transpose(0, 2, 1) + square)
