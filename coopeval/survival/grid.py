"""Survival when ends are only known to lie between two looks: a curve on the semester grid."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.errors import DataError
from coopeval.survival.curve import STILL_ACTIVE, about_spells
from coopeval.survival.intervals import limits
from coopeval.survival.risk import checked, groups
from coopeval.uncertainty import estimates

STEP_MONTHS = 6.0
LOOSE = 1e-9
ROUNDS, SETTLED = 5000, 1e-12


def grid(spells: pd.DataFrame, by: str | None = None, level: float = 0.95, interval: str = "log-log") -> pd.DataFrame:
    """Share of enterprises still active, from ends known only to lie in (exit_after, exit], on a six-month grid.

    One row per group and grid month with anyone at risk.

    Where every end lies inside one step the estimate is the product of (1 - d/n) over steps; where some cross a
    step it is Turnbull's, found by the EM algorithm on the grid's hazards. `method` says which. Whoever enters
    within a step is at risk from the next one; whoever is lost within a step was at risk up to the one before.

    Parameters
    ----------
    spells
        As for `curve`, with `exit_after` (months to the last day known to exist, <= exit).
    by, level, interval
        As for `curve`.

    Returns
    -------
    Estimate table as `curve`; `at_risk` and `n_events` are expected numbers where ends cross steps. Errors come from
    the units' scores; with ends inside steps they are Greenwood's.

    Raises
    ------
    DataError
        As `curve`; no exit_after, or one that lies after its exit.

    Source
    ------
    Turnbull (1976); Dempster, Laird & Rubin (1977).

    >>> four = pd.DataFrame({"enterprise_id": list("abcd"), "entry": 0, "exit_after": [2, 8, 18, 18],
    ...                      "exit": [5, 11, 18, 18], "event": [True, True, False, False]})
    >>> grid(four)[["at_months", "at_risk", "n_events", "estimate"]].values.tolist()
    [[6.0, 4.0, 1.0, 0.75], [12.0, 3.0, 1.0, 0.5], [18.0, 2.0, 0.0, 0.5]]
    """
    checked(spells, by)
    if "exit_after" not in spells or spells["exit_after"].isna().any() or (spells["exit_after"] > spells["exit"]).any():
        raise DataError("the grid needs exit_after, known and not after exit; cohort.spells gives it.")
    group, names = groups(spells, by)
    parts, crossing = [], False
    for number, name in enumerate(names):
        first, low_cell, high_cell, event = _cells(spells[group == number])
        crossing |= bool((low_cell[event] < high_cell[event]).any())
        parts.append(_of_group(first, low_cell, high_cell, event).assign(group=name, n=int((group == number).sum())))
    frame = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["estimate", "se"])
    share, se = frame["estimate"].to_numpy(float), frame["se"].to_numpy(float)
    low, high = limits(share, se, level, interval)
    method = "Turnbull on a six-month grid" if crossing else "product over six-month steps"
    return estimates(
        frame.assign(low=low, high=high), kind="curve", estimand=STILL_ACTIVE, method=method, interval=interval,
        level=level, **about_spells(spells, by),
    )  # fmt: skip


def _cells(spells: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Steps are numbered from 0, step j being (6 j, 6 (j + 1)].

    For each unit: the first step it is at risk in; for an event the first and last step the end may lie in; for the
    others the number of steps it was seen through, twice.
    """
    entry, after = spells["entry"].to_numpy(float) / STEP_MONTHS, spells["exit_after"].to_numpy(float) / STEP_MONTHS
    leave, event = spells["exit"].to_numpy(float) / STEP_MONTHS, spells["event"].to_numpy(bool)
    first = np.ceil(entry - LOOSE).astype(int)
    last = np.ceil(leave - LOOSE).astype(int) - 1
    earliest = np.minimum(np.floor(after + LOOSE).astype(int), last)
    through = np.floor(leave + LOOSE).astype(int)
    return first, np.where(event, np.maximum(earliest, first), through), np.where(event, last, through), event


def _of_group(first: np.ndarray, low: np.ndarray, high: np.ndarray, event: np.ndarray) -> pd.DataFrame:
    told = np.where(event, high >= first, high > first)  # a spell inside one step, seen at neither end, tells nothing
    first, low, high, event = first[told], low[told], high[told], event[told]
    steps = int(np.where(event, high + 1, high).max(initial=0))
    columns = np.arange(steps)
    may_end = event[:, None] & (columns >= low[:, None]) & (columns <= high[:, None])
    entered = columns >= first[:, None]
    seen_through = ~event[:, None] & entered & (columns < high[:, None])
    hazard = np.full(steps, 0.1)
    for _ in range(ROUNDS):
        ends, at_risk = _expected(hazard, may_end, entered, seen_through)
        d, n = ends.sum(axis=0), at_risk.sum(axis=0)
        new = np.divide(d, n, out=np.zeros(steps), where=n > 0)
        if np.abs(new - hazard).max(initial=0) < SETTLED:
            break
        hazard = new
    hazard = new if steps else hazard
    share = np.cumprod(1 - hazard)
    crossing = bool((event & (low < high)).any())
    se = (_errors(hazard, share, ends, at_risk) if crossing else _greenwood(share, n, d)) if steps else hazard
    frame = pd.DataFrame({"at_months": (columns + 1) * STEP_MONTHS, "at_risk": n, "n_events": d, "estimate": share})
    return frame.assign(se=se)[n > 0] if steps else frame.assign(se=se)


def _expected(hazard, may_end, entered, seen_through) -> tuple[np.ndarray, np.ndarray]:
    """For each unit and step, given what is known: how likely its end lies there, how likely it is at risk there."""
    before = np.r_[1.0, np.cumprod(1 - hazard)[:-1]]
    likely = may_end * (before * hazard)
    total = likely.sum(axis=1, keepdims=True)
    ends = np.divide(likely, total, out=np.zeros_like(likely), where=total > 0)
    still = ends[:, ::-1].cumsum(axis=1)[:, ::-1]  # its end lies here or later
    return ends, np.where(may_end.any(axis=1)[:, None], still * entered, seen_through.astype(float))


def _greenwood(share: np.ndarray, n: np.ndarray, d: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(share > 0, share * np.sqrt(np.cumsum(np.where(d > 0, d / (n * (n - d)), 0.0))), np.nan)


def _errors(hazard: np.ndarray, share: np.ndarray, ends: np.ndarray, at_risk: np.ndarray) -> np.ndarray:
    """Errors of S from the scores of the units; steps without an end, or with nothing but ends, carry none."""
    inner = (hazard > 0) & (hazard < 1)
    h = hazard[inner]
    scores = ends[:, inner] / h - (at_risk - ends)[:, inner] / (1 - h)
    information = scores.T @ scores
    covariance = np.linalg.pinv(information, hermitian=True) if inner.any() else np.zeros((0, 0))
    reach = np.tril(np.ones((len(hazard), len(hazard))))[:, inner] / (1 - h)
    se = share * np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", reach, covariance, reach), 0.0))
    return np.where(share > 0, se, np.nan)
