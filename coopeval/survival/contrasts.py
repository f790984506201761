"""Differences between groups: in the share active at a month, or in months active."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from coopeval.errors import ParameterError
from coopeval.survival.means import rmst
from coopeval.survival.reading import at
from coopeval.uncertainty import about_of, estimates
from coopeval.wording import N_

FEWEST_EVENTS = 5  # per group; below it no test is given
POWER = 0.8


def difference(
    spells: pd.DataFrame,
    by: str,
    at_months: float | None = None,
    tau: float | None = None,
    reference: str | None = None,
    level: float = 0.95,
    power: float = 0.8,
) -> pd.DataFrame:
    """Each group against a reference group: difference in the share active at a month, or in months active to tau.

    One row per group other than the reference.

    Parameters
    ----------
    spells, by, level
        As for `curve`.
    at_months, tau
        One of them: the month at which shares are compared, or the horizon of restricted means.
    reference
        The group compared with; default the first in sorted order. While nobody is in it nothing is estimable.
    power
        Chance with which `detectable`, the smallest difference that groups like these show, would be found.

    Returns
    -------
    Estimate table: group, at_months, n, n_events (of the group), estimate, se, low, high, p, detectable, reference.
    Shares are tested on the complementary log-log scale, means on their own. With fewer than 5 events in either group
    there is no p (note `few_events`); where a share is 0 or beyond follow-up nothing can be estimated. While nobody of
    a group has ceased, the limits of a difference of shares come from those `at` gives for each group (Newcombe).

    Raises
    ------
    ParameterError
        Neither or both of at_months and tau.

    Source
    ------
    Klein, Logan, Harhoff & Andersen (2007) for the test at a fixed time; Newcombe (1998), method 10, for the limits
    while nobody has ceased.

    >>> six = pd.DataFrame({"enterprise_id": list("abcdef"), "entry": 0, "exit": [2, 4, 9, 3, 8, 9],
    ...                     "event": [True, True, False, True, False, False], "arm": list("xxxyyy")})
    >>> difference(six, "arm", at_months=6)[["group", "estimate", "note"]].round(3).values.tolist()
    [['y', 0.333, 'few_events']]
    """
    if (at_months is None) == (tau is None):
        raise ParameterError("say either at_months (compare shares) or tau (compare restricted means), one of them.")
    values = at(spells, [at_months], by, level) if tau is None else rmst(spells, tau, by, level)
    by_name = values.set_index("group")
    if not len(by_name) and reference is None:  # nobody is studied yet: an empty answer, not a failed report
        by_name.loc[""] = None
    chosen = reference if reference is not None else by_name.index[0]
    others = by_name.drop(index=chosen, errors="ignore").reset_index()
    nobody = pd.Series({column: "" if column == "note" else np.nan for column in by_name})
    base = by_name.loc[chosen] if chosen in by_name.index else nobody
    frame = _compared(others, base, level, _cloglog_p if tau is None else _plain_p)
    frame["detectable"] = detectable(frame["se"], level, power)
    said = about_of(values) | {"kind": "difference", "interval": "normal"}
    if tau is None:
        frame = _with_none_ended(frame, others, base)
        said |= {"estimand": N_("difference in the share still active"), "method": "difference of Kaplan-Meier"}
    else:
        said |= {"estimand": N_("difference in months active within the horizon")}
    table = estimates(frame.assign(reference=chosen), **said)
    table.attrs["steps"] = values.attrs["steps"]
    return table


def detectable(se, level: float, power: float = POWER):
    """The smallest difference, either way, that a two-sided test with this error finds with this power; none from no
    error.

    >>> round(float(detectable(pd.Series([0.1]), 0.95).iloc[0]), 2)
    0.28
    """
    return (se * (stats.norm.ppf(0.5 + level / 2) + stats.norm.ppf(power))).where(se > 0)


def _compared(others: pd.DataFrame, base: pd.Series, level: float, test) -> pd.DataFrame:
    gap = others["estimate"] - base["estimate"]
    se = np.sqrt(others["se"] ** 2 + base["se"] ** 2)
    half = se * stats.norm.ppf(0.5 + level / 2)
    few = (others["n_events"] < FEWEST_EVENTS) | (base["n_events"] < FEWEST_EVENTS)
    note = others["note"].where(others["note"].ne(""), base["note"])
    note = note.mask(note.eq("") & gap.isna(), "not_estimable").mask(note.eq("") & gap.notna() & few, "few_events")
    p = pd.Series(test(others, base), index=others.index).where(~few)
    columns = ["group", "at_months", "n", "n_events"]
    return others[columns].assign(estimate=gap, se=se, low=gap - half, high=gap + half, p=p, note=note)


def _with_none_ended(frame: pd.DataFrame, others: pd.DataFrame, base: pd.Series) -> pd.DataFrame:
    """Where nobody of a group has ceased its error is 0, which is no certainty: then from the limits of both groups."""
    none = (others["estimate"].eq(1) | (base["estimate"] == 1)) & frame["estimate"].notna()
    down = np.hypot(others["estimate"] - others["low"], base["high"] - base["estimate"])
    up = np.hypot(others["high"] - others["estimate"], base["estimate"] - base["low"])
    low = frame["low"].mask(none, frame["estimate"] - down)
    return frame.assign(low=low, high=frame["high"].mask(none, frame["estimate"] + up))


def _cloglog_p(others: pd.DataFrame, base: pd.Series) -> np.ndarray:
    def scaled(share, se):
        return np.log(-np.log(share)), se / (share * np.log(share))

    with np.errstate(divide="ignore", invalid="ignore"):
        one, one_se = scaled(others["estimate"].to_numpy(float), others["se"].to_numpy(float))
        other, other_se = scaled(float(base["estimate"]), float(base["se"]))
        return 2 * stats.norm.sf(np.abs(one - other) / np.hypot(one_se, other_se))


def _plain_p(others: pd.DataFrame, base: pd.Series) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        gap = others["estimate"].to_numpy(float) - float(base["estimate"])
        return 2 * stats.norm.sf(np.abs(gap) / np.hypot(others["se"].to_numpy(float), float(base["se"])))
