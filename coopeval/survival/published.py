"""Ends observed against those a published curve would lead one to expect."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from coopeval.errors import DataError, ParameterError
from coopeval.survival.curve import about_spells
from coopeval.survival.risk import checked, groups
from coopeval.uncertainty import estimates, poisson_limits
from coopeval.wording import N_

CUT = N_("Time under observation beyond the published curve is not counted.")


def against_reference(
    spells: pd.DataFrame, reference: pd.DataFrame, by: str | None = None, level: float = 0.95
) -> pd.DataFrame:
    """Ends observed, ends expected under a published survival curve, and their ratio.

    One row per group. Each enterprise is expected H(exit) - H(entry) ends, H = -log S, interpolated linearly between
    the published months; time beyond the last of them is not counted, on either side.

    Parameters
    ----------
    spells
        As for `curve`, on the clock of age: a curve of newborns says nothing from programme entry on.
    reference
        `at_months` (above 0, rising) and `estimate` (falling, above 0), with S = 1 at 0.
    by, level
        As for `curve`.

    Returns
    -------
    Estimate table: group, n, observed, expected, estimate (observed / expected), low, high (exact Poisson), statistic
    (O - E)^2 / E, df, p.

    Raises
    ------
    ParameterError
        The spells are on another clock.
    DataError
        A reference that rises, is not above 0, or has the same month twice.

    Source
    ------
    Breslow & Day (1987), section 2.3; Garwood (1936) for the limits.

    >>> one = pd.DataFrame({"enterprise_id": ["a"], "entry": [6.0], "exit": [18.0], "event": [True]})
    >>> curve = pd.DataFrame({"at_months": [12, 24], "estimate": [0.9, 0.8]})
    >>> against_reference(one, curve)["expected"].round(4).item()
    0.1116
    """
    checked(spells, by)
    if spells.attrs.get("about", {}).get("clock", "age") != "age":
        raise ParameterError(
            "a published curve of newborn enterprises compares ages; make the spells with clock='age'."
        )
    months, hazard = _cumulative(reference)
    entry, leave = spells["entry"].to_numpy(float), spells["exit"].to_numpy(float)
    last = months[-1]
    event = spells["event"].to_numpy(bool) & (leave <= last)
    each = np.interp(np.minimum(leave, last), months, hazard) - np.interp(np.minimum(entry, last), months, hazard)
    group, names = groups(spells, by)
    observed = np.bincount(group, weights=event, minlength=len(names))
    expected = np.bincount(group, weights=each, minlength=len(names))
    low, high = poisson_limits(observed, level)
    with np.errstate(divide="ignore", invalid="ignore"):
        figures = {"estimate": observed / expected, "low": low / expected, "high": high / expected}
        statistic = (observed - expected) ** 2 / expected
    frame = pd.DataFrame({"group": names, "n": np.bincount(group, minlength=len(names)), "n_events": observed})
    frame = frame.assign(observed=observed, expected=expected, **figures, statistic=statistic, df=1)
    frame = frame.assign(p=stats.chi2.sf(statistic, 1), note=np.where(expected > 0, "", "not_estimable"))
    return estimates(
        frame, kind="test", unit="ratio", estimand=N_("ends observed over ends expected under the published curve"),
        method="one-sample log-rank", interval="exact Poisson", level=level,
        warnings=(CUT,) if (leave > last).any() else (), **about_spells(spells, by),
    )  # fmt: skip


def _cumulative(reference: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    ordered = reference.sort_values("at_months")
    months, share = ordered["at_months"].to_numpy(float), ordered["estimate"].to_numpy(float)
    if months[0] == 0:
        months, share = months[1:], share[1:]
    if not len(months) or not (np.diff(np.r_[0.0, months]) > 0).all():
        raise DataError("a reference curve has rising months above 0, each once; check at_months.")
    if not ((share > 0).all() and (np.diff(np.r_[1.0, share]) <= 0).all()):
        raise DataError("a reference curve never rises and stays above 0; check its shares.")
    return np.r_[0.0, months], np.r_[0.0, -np.log(share)]
