"""Applicants just above the score of selection against those just below: who is in depends on a few points."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from coopeval.comparison.projects import OUTCOMES
from coopeval.errors import DataError, ParameterError
from coopeval.uncertainty import estimates, newcombe
from coopeval.wording import N_

APPLICANTS = ("programme", "rejected", "waiting_list")
FEWEST = 10  # on each side of the threshold; a line needs more than it has points to turn on
POINTS = 3  # different scores on each side
POPULATION = N_("applicants whose score lies near the threshold")
CROSSING = N_(
    "Compared are scores above and below the threshold, not selected and rejected: where the jury left the threshold, "
    "the difference is smaller than that of being selected."
)
LINE = N_("On each side a straight line through the scores is supposed; the difference is read off at the threshold.")
LOCAL = N_("It holds for applicants near the threshold, and says nothing of those far from it.")


def threshold(frame: pd.DataFrame, at: float, within: float, outcome: str, level: float = 0.95) -> pd.DataFrame:
    """Outcome of applicants just above the threshold of selection minus that of those just below.

    Two rows: `unadjusted` (mean above minus mean below, within the window) and `threshold` (local linear regression
    on the score, a line on each side, the jump at the threshold).

    Parameters
    ----------
    frame
        What `cohort.compared` returns; only applicants of the evaluated programme with a score are used.
    at
        Score from which applicants are to be selected.
    within
        Half width of the window, in points of the score; fixed in advance.
    outcome
        created, is_alive, active_months, jobs or fte.
    level
        Confidence level.

    Returns
    -------
    Estimate table of kind "effect", against `rejected`: n and n_events above, n_reference and n_reference_events
    below. With fewer than ten applicants on a side, or scores that do not vary, there are no figures (`few_units`).

    Raises
    ------
    ParameterError
        Another outcome, or a window that is not above zero.
    DataError
        A frame without scores or the outcome.

    Source
    ------
    Imbens & Lemieux (2008), rectangular kernel; errors HC3 (MacKinnon & White 1985), Student's t; the plain difference
    of shares has Newcombe's limits.

    >>> s = np.arange(40.0, 80.0)
    >>> near = pd.DataFrame({"arm": "programme", "selection_score": s, "jobs": s / 10 + 2 * (s >= 60)})
    >>> threshold(near, 60, 15, "jobs")[["group", "n", "n_reference", "estimate"]].round(3).values.tolist()
    [['unadjusted', 16.0, 15.0, 3.55], ['threshold', 16.0, 15.0, 2.0]]
    """
    if outcome not in OUTCOMES:
        raise ParameterError(f'"{outcome}" is not an outcome. Choose one of {", ".join(OUTCOMES)}.')
    if within <= 0:
        raise ParameterError(f"a window of {within} points holds nobody. Give a number above 0.")
    if missing := [column for column in ("arm", "selection_score", outcome) if column not in frame]:
        raise DataError(f"the frame has no {', '.join(missing)}; give what cohort.compared returns.")
    unit, estimand = OUTCOMES[outcome]
    near = frame[frame["arm"].isin(APPLICANTS) & frame["selection_score"].sub(at).abs().le(within)]
    near = near[near[outcome].notna()].sort_values("selection_score", kind="stable")
    score, y = near["selection_score"].to_numpy(float) - at, near[outcome].to_numpy(float)
    rows = pd.DataFrame([
        {"group": way, **_sides(y, score >= 0, unit), **found, "design": design, "against": "rejected"}
        for way, design, found in (
            ("unadjusted", "association", _plain(y, score >= 0, unit, level)),
            ("threshold", "quasi_experimental", _jump(y, score, level)),
        )
    ])  # fmt: skip
    about = {word: frame.attrs.get("about", {}).get(word, "") for word in ("as_of",)}
    return estimates(
        rows, kind="effect", unit=unit, codes="effect_methods", estimand=estimand, population=POPULATION, clock="entry",
        method=N_("line on each side of the threshold, errors HC3"), interval="Student's t", level=level,
        warnings=(CROSSING, LINE, LOCAL), is_synthetic=bool(frame.attrs.get("about", {}).get("is_synthetic", False)),
        privacy="confidential", **about,
    )  # fmt: skip


def _sides(y: np.ndarray, above: np.ndarray, unit: str) -> dict[str, float]:
    is_share = unit == "share"
    return {
        "n": float(above.sum()), "n_reference": float((~above).sum()),
        "n_events": y[above].sum() if is_share else np.nan,
        "n_reference_events": y[~above].sum() if is_share else np.nan,
    }  # fmt: skip


EMPTY = {"estimate": np.nan, "se": np.nan, "low": np.nan, "high": np.nan, "p": np.nan, "note": "few_units"}


def _plain(y: np.ndarray, above: np.ndarray, unit: str, level: float) -> dict[str, object]:
    """Mean above minus mean below (Welch); limits of shares by Newcombe."""
    if min(above.sum(), (~above).sum()) < FEWEST:
        return EMPTY
    one, other = y[above], y[~above]
    parts = one.var(ddof=1) / len(one), other.var(ddof=1) / len(other)
    gap, se = one.mean() - other.mean(), np.sqrt(sum(parts))
    if se == 0:
        return EMPTY | {"note": "no_variation"}
    df = sum(parts) ** 2 / (parts[0] ** 2 / (len(one) - 1) + parts[1] ** 2 / (len(other) - 1))
    found = _told(gap, se, df, level)
    if unit == "share":
        low, high = newcombe([one.sum()], [len(one)], [other.sum()], [len(other)], level)
        found |= {"low": low[0], "high": high[0]}
    return found


def _jump(y: np.ndarray, score: np.ndarray, level: float) -> dict[str, object]:
    """The jump at zero of two lines fitted by least squares, with its HC3 error."""
    above = score >= 0
    sides = (above, ~above)
    if min(side.sum() for side in sides) < FEWEST or min(len(np.unique(score[side])) for side in sides) < POINTS:
        return EMPTY
    design = np.column_stack([np.ones(len(y)), above, score, score * above])
    inverse = np.linalg.inv(design.T @ design)
    beta = inverse @ design.T @ y
    leverage = np.einsum("ij,jk,ik->i", design, inverse, design)
    pulled = design * ((y - design @ beta) / (1 - leverage))[:, None]
    se = np.sqrt((inverse @ (pulled.T @ pulled) @ inverse)[1, 1])
    return _told(beta[1], se, len(y) - design.shape[1], level)


def _told(gap: float, se: float, df: float, level: float) -> dict[str, object]:
    half = stats.t.ppf(0.5 + level / 2, df) * se
    p = 2 * stats.t.sf(abs(gap / se), df) if se > 0 else np.nan
    return {"estimate": gap, "se": se, "low": gap - half, "high": gap + half, "p": p, "note": ""}
