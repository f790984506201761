"""Survival when ends are only known to lie between two looks: a curve on the semester grid."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.errors import DataError
from coopeval.survival.curve import STILL_ACTIVE, about_spells
from coopeval.survival.grid_settling import Known, expected_ends, filled_after, filled_before, settled
from coopeval.survival.intervals import limits
from coopeval.survival.risk import checked, groups
from coopeval.uncertainty import estimates

STEP_MONTHS = 6.0
LOOSE = 1e-9


def grid(spells: pd.DataFrame, by: str | None = None, level: float = 0.95, interval: str = "log-log") -> pd.DataFrame:
    """Share of enterprises still active, from ends known only to lie in (exit_after, exit], on a six-month grid.

    One row per group and grid month with anyone at risk.

    Where every end lies inside one step the estimate is the product of (1 - d/n) over steps; where some cross a
    step it is Turnbull's, found by the EM algorithm on the grid's hazards. `method` says which. Of a step seen only in
    part (entry, last sight or limits of an end within it) that part counts, as if ends lay evenly within the step.

    Parameters
    ----------
    spells
        As for `curve`, with `exit_after` (months to the last day known to exist, <= exit).
    by, level, interval
        As for `curve`.

    Returns
    -------
    Estimate table as `curve`; `at_risk` counts whoever was seen in the step. `at_risk` and `n_events` are expected
    numbers where ends cross steps. Errors come from the units' scores; with whole steps only they are Greenwood's.

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
        known = _known(spells[group == number])
        crossing |= known.crossing
        parts.append(_of_group(known).assign(group=name, n=len(known.event)))
    frame = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["estimate", "se"])
    share, se = frame["estimate"].to_numpy(float), frame["se"].to_numpy(float)
    low, high = limits(share, se, level, interval)
    method = "Turnbull on a six-month grid" if crossing else "product over six-month steps"
    return estimates(
        frame.assign(low=low, high=high), kind="curve", estimand=STILL_ACTIVE, method=method, interval=interval,
        level=level, **_said(spells, by),
    )  # fmt: skip


def _known(spells: pd.DataFrame) -> Known:
    entry, leave = (spells[column].to_numpy(float) / STEP_MONTHS for column in ("entry", "exit"))
    event = spells["event"].to_numpy(bool)
    since = np.maximum(spells["exit_after"].to_numpy(float) / STEP_MONTHS, entry)
    last = np.ceil(leave - LOOSE).astype(int)
    start = np.arange(np.where(event, last, np.floor(leave + LOOSE).astype(int)).max(initial=0))
    within = _part(start, since, leave)
    dated = event & (leave - since < LOOSE)
    within[dated] = start == last[dated, None] - 1  # a day is known: all of the end lies in its step
    within[~event] = 0.0
    watched = _part(start, entry, leave)
    before = np.where(watched > 0, _part(start, np.zeros(len(entry)), entry), 0.0)
    after = np.where((watched > 0) & ~event[:, None], 1 - before - watched, 0.0)
    crossing = bool(((within > 0).sum(axis=1) > 1).any())
    return Known(within, before, np.where(after > LOOSE, after, 0.0), event, watched > 0, crossing)


def _part(start: np.ndarray, since: np.ndarray, until: np.ndarray) -> np.ndarray:
    """The part of each step in (since, until]; one as short as a last digit is nothing."""
    part = np.minimum(until[:, None], start + 1) - np.maximum(since[:, None], start)
    return np.where(part > LOOSE, part, 0.0)


def _of_group(known: Known) -> pd.DataFrame:
    steps = known.seen.shape[1]
    hazard, last = settled(known)
    ends, at_risk, own = _expected(last, known)
    share = np.cumprod(1 - hazard)
    d, n = own[0].sum(axis=0), own[1].sum(axis=0)
    whole = not (known.crossing or known.before.any() or known.after.any())
    se = _greenwood(share, n, d) if whole else _errors(hazard, share, ends, at_risk)
    frame = pd.DataFrame({"at_months": (np.arange(steps) + 1) * STEP_MONTHS, "at_risk": n, "n_events": d})
    return frame.assign(estimate=share, se=se)[n > 0]


def _expected(hazard: np.ndarray, known: Known) -> tuple[np.ndarray, np.ndarray, tuple[np.ndarray, np.ndarray]]:
    """For each unit and step, given what is known: expected ends, expected at risk, and both as they were observed.

    Of a step seen in part, the rest is filled up: what would have followed after the last sight, and the units that
    would have had to be there before the entry for one to be left to enter. Within a step ends lie evenly.
    """
    ends, still = expected_ends(hazard, known.may_end)
    at_risk = known.seen * np.where(known.event[:, None], still, 1.0)
    later, earlier = filled_after(hazard, known.after), filled_before(hazard, known.before)
    return ends + later + earlier, at_risk + earlier, (ends, at_risk)


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


def _said(spells: pd.DataFrame, by: str | None) -> dict[str, object]:
    """When an enterprise was last seen before its end is the programme's own knowledge, and in no register."""
    looked_at = bool((spells["exit_after"] < spells["exit"]).any())
    return about_spells(spells, by) | ({"privacy": "confidential"} if looked_at else {})
