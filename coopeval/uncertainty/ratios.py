"""Ratios of two sums over units, with Fieller's limits."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from coopeval.errors import DataError, ParameterError
from coopeval.uncertainty.clusters import share_of_units
from coopeval.uncertainty.grouping import amounts, by_group, dominance
from coopeval.uncertainty.shape import estimates

ROUNDING = 1e-9
INTERVALS = {"fieller": "Fieller", "korn-graubard": "Korn-Graubard"}


def fieller(a, b, var_a, var_b, cov_ab, df, level: float = 0.95) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Limits of a / b from the variances and covariance of a and b; `note` says why there are none.

    Parameters
    ----------
    a, b, var_a, var_b, cov_ab
        Two estimates, their variances and their covariance; arrays or numbers.
    df
        Degrees of freedom of the variances (infinite: normal).
    level
        Confidence level.

    Returns
    -------
    low, high, note. "unbounded": b cannot be told from zero at this level, the set has no two finite ends and no
    limits are given. "not_estimable": a variance or its degrees of freedom are not known.

    Source
    ------
    Fieller (1954).

    >>> low, high, note = fieller(40, 8, 32 / 3, 8 / 3, 16 / 3, 3)
    >>> low.round(2).item(), high.round(2).item(), note.item()
    (3.82, 10.56, '')
    """
    a, b, var_a, var_b, cov_ab, df = np.broadcast_arrays(
        *(np.asarray(x, dtype=float) for x in (a, b, var_a, var_b, cov_ab, df))
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        q = stats.t.ppf(0.5 + level / 2, np.where(df > 0, df, np.nan)) ** 2
        square, middle, last = b**2 - q * var_b, a * b - q * cov_ab, a**2 - q * var_a
        half = np.sqrt(np.maximum(middle**2 - square * last, 0))
        low, high = (middle - half) / square, (middle + half) / square
    known = np.isfinite(square) & np.isfinite(middle) & np.isfinite(last)
    note = np.select([~known, ~(square > 0)], ["not_estimable", "unbounded"], "")
    return np.where(note == "", low, np.nan), np.where(note == "", high, np.nan), note


def ratio(
    units: pd.DataFrame,
    numerator: str,
    denominator: str,
    by: str | None = None,
    level: float = 0.95,
    fixed_numerator: bool = False,
    interval: str = "fieller",
    **about: object,
) -> pd.DataFrame:
    """Sum of one amount over the sum of another: cost per job, hours per enterprise. Never a mean of ratios.

    One row per group, or one ("all").

    Parameters
    ----------
    units
        One row per independent unit (project or enterprise) with both amounts, known and finite; a unit that has
        none of what is counted below the line has 0 there and stays in.
    numerator, denominator
        Columns of the amounts.
    by
        Grouping column.
    level
        Confidence level.
    fixed_numerator
        True where the sum above the line would have been the same whoever had come, such as the total cost of a
        structure or the yearly grant: it then has no sampling error, only the sum below the line has. How a fixed
        total was spread over the units by a key does not matter for the limits then.
    interval
        "fieller", or "korn-graubard" where the numerator is a part of the denominator (jobs kept of jobs there were):
        limits as of `clustered`, between 0 and 1, and given too where all units agree.

    Returns
    -------
    Estimate table of kind "ratio": group, n (units), n_enterprises (units that give something, of the two sums the
    smaller number), numerator, denominator (sums), estimate, low, high, largest_share, two_largest_share (of the
    worse of the two sums). Notes: `unbounded` (estimate, no limits), `no_variation` (all units have the same ratio:
    no limits, as there is nothing to take an error from), `not_estimable` (fewer than two units, or nothing below
    the line).

    Raises
    ------
    DataError
        An amount that is not known, an empty group, or a part that is larger than its whole.
    ParameterError
        Another interval, or a fixed numerator with the interval of a part.

    Source
    ------
    Fieller (1954); variances of totals over units as drawn with replacement (Cochran 1977, section 2.11 and ch. 6):
    n times the variance between units, Student's t with n - 1 degrees of freedom.

    >>> four = pd.DataFrame({"cost_eur": [8, 10, 12, 10], "jobs": [1, 2, 3, 2]})
    >>> ratio(four, "cost_eur", "jobs", unit="eur")[["estimate", "low", "high"]].round(2).values.tolist()
    [[5.0, 3.82, 10.56]]
    """
    if interval not in INTERVALS or (fixed_numerator and interval != "fieller"):
        raise ParameterError(
            f'"{interval}" does not fit. Choose one of {", ".join(INTERVALS)}; fixed goes with fieller.'
        )
    amounts(units, numerator, denominator)
    if interval != "fieller" and not units[numerator].between(0, units[denominator] + ROUNDING).all():
        raise DataError(f"{numerator} is no part of {denominator} in each row; take the interval fieller.")
    rows = []
    columns = list(dict.fromkeys([numerator, denominator, *([] if by is None else [by])]))
    for group, part in by_group(units[columns], by):
        above, below = part[numerator].to_numpy(float), part[denominator].to_numpy(float)
        order = np.lexsort((below, above))  # sums must not depend on the order of the rows, not in the last digit
        figures = _of_sums(above[order], below[order], level, fixed_numerator)
        if interval != "fieller":
            figures |= _of_part(above[order], below[order], level)
        rows.append({"group": group, **figures})
    frame = pd.DataFrame(rows, columns=None if rows else ["group", "n", "estimate", "low", "high"])
    said = {
        "kind": "ratio",
        "unit": "ratio",
        "method": "ratio of sums",
        "interval": INTERVALS[interval],
        "level": level,
    }
    return estimates(frame, **{**said, "by": by or "", **about})


def _of_sums(above: np.ndarray, below: np.ndarray, level: float, fixed_numerator: bool) -> dict[str, object]:
    n, a, b = len(above), above.sum(), below.sum()
    one = {"n": n, "n_enterprises": int(min((above != 0).sum(), (below != 0).sum())), "numerator": a, "denominator": b}
    bare = {"estimate": np.nan, "low": np.nan, "high": np.nan, "note": "not_estimable", **dominance(above, below)}
    if n < 2 or b == 0:
        return one | bare
    (var_a, cov), (_, var_b) = n * np.cov(above, below)
    spread = above - a / b * below
    if fixed_numerator:
        var_a, cov, spread = 0.0, 0.0, below - b / n
    if np.abs(spread).max() <= 1e-12 * np.abs(np.r_[above, below]).max():
        return one | bare | {"estimate": a / b, "note": "no_variation"}
    low, high, note = fieller(a, b, var_a, var_b, cov, n - 1, level)
    return one | bare | {"estimate": a / b, "low": low.item(), "high": high.item(), "note": note.item()}


def _of_part(above: np.ndarray, below: np.ndarray, level: float) -> dict[str, object]:
    """Limits and note of a share: units without anything below the line have no share, and weigh nothing."""
    some = below > 0
    return share_of_units(np.minimum(above[some] / below[some], 1.0), below[some], level)
