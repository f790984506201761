"""Applicants just above the jury's threshold against those just below it (regression discontinuity, METHODS 9)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from coopeval.balance.effect import DROPPED, UNITS
from coopeval.errors import DataError, ParameterError
from coopeval.uncertainty import about_of, estimates
from coopeval.wording import N_

FEWEST_PER_SIDE = 10  # with another score than the threshold's side needs for a line; below it nothing is drawn
FEWEST_SCORES = 3  # different ones per side; two give a line without any error
LINES = 4  # a level and a slope on each side
SORTED = 0.05  # p of as uneven a split of the nearest applicants by chance
ESTIMAND = N_("jump at the threshold: outcome of applicants who just passed it minus that of those who just did not")
LOCAL = N_("This holds for applicants near the threshold, and tells nothing of the others.")
NOT_PLACED = N_("It holds only if no score was given with the threshold in view, to get an applicant over it or not.")
UNEVEN = N_("Unusually many or few scores lie just above the threshold, so scores may have been given with it in view.")
DISCRETE = N_("Several applicants share a score; the error is the larger of two, by applicant and by score.")
NOT_THE_LETTER = N_("Not everybody followed the threshold: the jump is that of passing it, and not of being supported.")
WEAK = 10.0  # of F, the squared jump of who was selected over its error; below it passing the score selects nobody
NO_JUMP = N_(
    "Those just above this score were hardly selected more often than those just below it, so it separates nothing "
    "there: no figure is given."
)


class Options(NamedTuple):
    """What may be chosen besides; defaults are those of `threshold`."""

    treated: str | None = None
    missing: str = "refuse"
    against: str = "rejected"
    unit: str = ""
    level: float = 0.95


def threshold(
    frame: pd.DataFrame, score: str, cutoff: float, outcome: str, bandwidths: Sequence[float], **options: object
) -> pd.DataFrame:
    """Jump of an outcome at the score from which applicants are selected.

    One row per bandwidth. On each side a straight line is fitted to the applicants whose score lies less than the
    bandwidth from the threshold, those nearest weighing most (triangular); the estimate is the gap between the lines
    at the threshold.

    Parameters
    ----------
    frame
        One row per applicant to one structure, selected or not.
    score, cutoff
        Column of the jury's score, and the lowest one that passes.
    outcome
        Column of numbers; 0 and 1 is a share.
    bandwidths
        Distances from the threshold in points, fixed in advance; several, so that one can see whether they agree.
    treated
        Column of who was selected. If it does not follow the score to the letter, that is said; where it hardly jumps
        at the score (F below 10 in a band), the score decides nothing there and the row is empty, `no_jump`.
    missing
        "refuse" (default) or "drop": applicants without score or outcome leave and are counted (`n_left_out`).
    against, unit, level
        As in `effect`; `against` is "rejected" by default.

    Returns
    -------
    Estimate table of kind "effect", design "quasi_experimental": `group` ("threshold"), `bandwidth`, `n` (just
    above), `n_reference` (just below), `n_events`, `n_reference_events`, `estimate`, `se`, `low`, `high`, `p`, `note`.
    HC3 errors, Student's t with n - 4 degrees of freedom; where applicants share scores, the larger of those and of
    errors by score (CR1, as many degrees of freedom as scores less 4). With fewer than 10 applicants or 3 different
    scores on a side the row is empty, `few_per_side`.

    Raises
    ------
    DataError
        No bandwidth has enough on both sides; unknown scores or outcomes (missing="refuse"); text.
    ParameterError
        Unknown columns or options; a bandwidth that is not above zero.

    Source
    ------
    Hahn, Todd & van der Klaauw (2001); Lee & Card (2008) and Kolesar & Rothe (2018) on discrete scores; Long & Ervin
    (2000) for HC3; Staiger & Stock (1997) for F above 10.

    >>> points = np.arange(20.0, 60.0)
    >>> scored = pd.DataFrame({"points": points, "jobs": points / 10 + 2 * (points >= 40) + np.tile([0.1, -0.1], 20)})
    >>> threshold(scored, "points", 40, "jobs", [15, 20])[["bandwidth", "n", "estimate"]].round(1).values.tolist()
    [[15.0, 15.0, 2.0], [20.0, 20.0, 2.0]]
    """
    chosen = _options(options)
    kept, n_left_out = _known(frame, score, outcome, chosen)
    widths = _widths(bandwidths)
    distance, y = kept[score].to_numpy(float) - cutoff, kept[outcome].to_numpy(float)
    is_share = set(np.unique(y)) <= {0.0, 1.0}
    rows = pd.DataFrame([_jump(distance, y, width, is_share, chosen.level) for width in widths])
    if rows["note"].ne("").all():
        raise DataError(
            f"within {widths[-1]:g} points of {cutoff:g} there are {rows['n'].iloc[-1]} applicants above and "
            f"{rows['n_reference'].iloc[-1]} below; a comparison needs {FEWEST_PER_SIDE} on each side, with "
            f"{FEWEST_SCORES} different scores. Take a wider band, or wait for more intakes."
        )
    rows = rows.assign(
        group="threshold", against=chosen.against, design="quasi_experimental", e_value=np.nan, e_value_limit=np.nan
    )
    if n_left_out:
        rows["n_left_out"] = n_left_out
    selected = distance >= 0 if chosen.treated is None else kept[chosen.treated].to_numpy(bool)
    follows = bool((selected == (distance >= 0)).all())
    rows, is_weak = _where_it_selects(rows, distance, selected)
    cases = (
        (NO_JUMP, is_weak),
        (LOCAL, True), (NOT_PLACED, True), (UNEVEN, _is_uneven(distance, widths[0])), (NOT_THE_LETTER, not follows),
        (DISCRETE, len(np.unique(distance)) < len(distance)), (DROPPED, bool(n_left_out)),
    )  # fmt: skip
    said, unit = about_of(frame), chosen.unit or ("share" if is_share else UNITS.get(outcome, "plain"))
    return estimates(
        rows, kind="effect", codes="effect_methods", unit=unit,
        estimand=ESTIMAND, method="local linear, triangular", interval="Student's t", level=chosen.level,
        warnings=(*said["warnings"], *(sentence for sentence, holds in cases if holds)),
        **{word: said[word] for word in ("population", "privacy", "is_synthetic", "as_of", "clock")},
    )  # fmt: skip


def _options(given: dict[str, object]) -> Options:
    unknown = sorted(set(given) - set(Options._fields))
    if unknown:
        raise ParameterError(f"threshold knows no {', '.join(unknown)}; it knows {', '.join(Options._fields)}.")
    chosen = Options(**given)
    if chosen.missing not in ("refuse", "drop"):
        raise ParameterError(f'missing "{chosen.missing}" is none of refuse, drop.')
    return chosen


def _widths(bandwidths: Sequence[float]) -> list[float]:
    widths = sorted({float(width) for width in np.atleast_1d(bandwidths)})
    if not widths or not all(0 < width < np.inf for width in widths):
        raise ParameterError(
            "bandwidths are distances from the threshold in points, above zero, for instance [5, 10, 15]."
        )
    return widths


def _known(frame: pd.DataFrame, score: str, outcome: str, chosen: Options) -> tuple[pd.DataFrame, int]:
    names = [name for name in (score, outcome, chosen.treated) if name is not None]
    missing = [name for name in names if name not in frame]
    if missing:
        raise ParameterError(f"the frame has no {', '.join(missing)}.")
    text = [name for name in (score, outcome) if not pd.api.types.is_numeric_dtype(frame[name])]
    if text:
        raise DataError(f"{', '.join(text)} holds text; scores and outcomes are numbers.")
    unknown = frame[names].isna().any(axis=1).to_numpy()
    if unknown.any() and chosen.missing == "refuse":
        raise DataError(
            f"{int(unknown.sum())} of {len(frame)} applicants have no score or no {outcome}. Leave them out with "
            'missing="drop", which tells their number.'
        )
    return frame[~unknown], int(unknown.sum())


def _jump(distance: np.ndarray, y: np.ndarray, width: float, is_share: bool, level: float) -> dict:
    near = np.abs(distance) < width
    x, y = distance[near], y[near]
    above = x >= 0
    events = (y[above].sum(), y[~above].sum()) if is_share else (np.nan, np.nan)
    row = {
        "bandwidth": width, "n": int(above.sum()), "n_reference": int((~above).sum()), "n_events": events[0],
        "n_reference_events": events[1],
    }  # fmt: skip
    sides = (x[above], x[~above])
    if min(len(side) for side in sides) < FEWEST_PER_SIDE or min(len(np.unique(s)) for s in sides) < FEWEST_SCORES:
        return {**row, **dict.fromkeys(("estimate", "se", "low", "high", "p"), np.nan), "note": "few_per_side"}
    design = np.column_stack([above, ~above, x * above, x * ~above]).astype(float)
    estimate, se, df = gap(design, y, 1 - np.abs(x) / width)
    if not se > 0:
        return {**row, **dict.fromkeys(("estimate", "se", "low", "high", "p"), np.nan), "note": "no_variation"}
    half = stats.t.ppf(0.5 + level / 2, df) * se
    p = 2 * stats.t.sf(abs(estimate) / se, df)
    return {**row, "estimate": estimate, "se": se, "low": estimate - half, "high": estimate + half, "p": p, "note": ""}


def _where_it_selects(rows: pd.DataFrame, distance: np.ndarray, selected: np.ndarray) -> tuple[pd.DataFrame, bool]:
    """Rows of bands in which passing the score selects; the others have no figure, for nothing changes there."""
    weak = pd.Series([not _selects(distance, selected, width) for width in rows["bandwidth"]], index=rows.index)
    weak &= rows["note"].ne("few_per_side")
    figures = ["estimate", "se", "low", "high", "p"]
    empty = {name: rows[name].mask(weak) for name in figures}
    design = rows["design"].mask(weak, "association")
    return rows.assign(note=rows["note"].mask(weak, "no_jump"), design=design, **empty), bool(weak.any())


def _selects(distance: np.ndarray, selected: np.ndarray, width: float) -> bool:
    near = np.abs(distance) < width
    x, chosen = distance[near], selected[near].astype(float)
    above = x >= 0
    if (selected[near] == above).all():
        return True
    if min(len(np.unique(x[above])), len(np.unique(x[~above]))) < 2:
        return False
    design = np.column_stack([above, ~above, x * above, x * ~above]).astype(float)
    jump, se, _ = gap(design, chosen, 1 - np.abs(x) / width)
    return jump > 0 and jump**2 >= WEAK * se**2


def gap(design: np.ndarray, y: np.ndarray, weight: np.ndarray) -> tuple[float, float, float]:
    """Gap of the two levels in a weighted regression, its error and the degrees of freedom of that error."""
    root = np.sqrt(weight)[:, None]
    inverse = np.linalg.inv((design * root).T @ (design * root))
    beta = inverse @ (design.T @ (weight * y))
    if not (np.ptp(y) > 0):
        return 0.0, 0.0, np.nan
    left = y - design @ beta
    leverage = ((design * root) @ inverse * (design * root)).sum(axis=1)
    contrast = inverse[0] - inverse[1]
    pull = weight * (design @ contrast)
    n = len(y)
    plain = np.sqrt(((pull * left / np.maximum(1 - leverage, 1e-9)) ** 2).sum())
    _, number = np.unique(design[:, 2] + design[:, 3], return_inverse=True)
    many = int(number.max()) + 1
    if many == n:
        return float(beta[0] - beta[1]), float(plain), n - LINES
    sums = np.bincount(number, weights=pull * left)
    by_score = np.sqrt(many / (many - 1) * (n - 1) / (n - LINES) * (sums**2).sum())
    is_larger = by_score > plain
    return float(beta[0] - beta[1]), float(max(plain, by_score)), many - LINES if is_larger else n - LINES


def _is_uneven(distance: np.ndarray, width: float) -> bool:
    """Whether the nearest applicants lie more on one side than chance would have it.

    The threshold itself counts as above, so that of scores in whole or half points one more lies there than below.
    """
    near = distance[np.abs(distance) < width]
    apart = np.diff(np.unique(distance.round(9)))
    if not len(near) or not len(apart):
        return False
    above = np.ceil(round(width / apart.min(), 6))
    return stats.binomtest(int((near >= 0).sum()), len(near), above / (2 * above - 1)).pvalue < SORTED
