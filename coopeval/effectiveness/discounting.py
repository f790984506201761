"""Later years weigh less: costs and effects at their value today, at several rates."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from coopeval.effectiveness.frames import carried
from coopeval.errors import DataError, ParameterError
from coopeval.uncertainty import about_of, estimates
from coopeval.wording import N_

TIMINGS = {"start": 0.0, "mid": 0.5, "end": 1.0}  # of each year, in years after its first day
AT_START = N_("Amounts count on the first day of their year.")
AT_MID = N_("Amounts count in the middle of their year.")
AT_END = N_("Amounts count on the last day of their year.")
SAID = {"start": AT_START, "mid": AT_MID, "end": AT_END}
REAL = N_("Rates are real: they stand beside prices of one year. Effects are discounted at the same rate as costs.")


def present_value(amounts, rate: float, timing: str = "start") -> float:
    """What amounts of successive years, the first one now, are worth today.

    Parameters
    ----------
    amounts
        One per year.
    rate
        Real discount rate, 0.03 for 3 %.
    timing
        When in its year an amount counts: start, mid or end.

    Raises
    ------
    ParameterError
        Another timing; a rate that is negative or above one (3 instead of 0.03).

    >>> round(present_value([40_000] * 5, 0.03))
    188684
    """
    if timing not in TIMINGS:
        raise ParameterError(f'"{timing}" is not a moment of the year. Choose one of {", ".join(TIMINGS)}.')
    if not 0 <= rate <= 1:
        raise ParameterError(f"A discount rate lies between 0 and 1 (0.03 for 3 %); it is {rate}.")
    values = np.asarray(amounts, dtype=float)
    if not np.isfinite(values).all():
        raise DataError("An amount of some year is not known, so there is no present value.")
    return float(values @ (1 + rate) ** -(np.arange(len(values)) + TIMINGS[timing]))


def discounted(years: Sequence[pd.DataFrame], rates: Sequence[float], timing: str = "start") -> pd.DataFrame:
    """Cost and effect per accompanied project at their value today, for several rates.

    One row per option and rate.

    Parameters
    ----------
    years
        What `options` returned for one year after entry, for two, for three ...: sums up to then, over the same
        projects. The amounts of a year are the differences.
    rates
        Real discount rates; 0 first, so that the reader sees what discounting does.
    timing
        As in `present_value`.

    Returns
    -------
    Estimate table of kind "decision": `group`, `reference` (the rate, in percent), `n`, `cost_eur`, `effect`,
    `estimate` (euro per unit of effect, empty where there is no effect or no cost), `note`.

    Raises
    ------
    DataError
        Years that are not about the same options or projects, an option whose cost or effect is not known.
    """
    if not years:
        raise DataError("Discounting needs the cost and effect of each year.")
    tables = [year.set_index("group").sort_index() for year in years]
    first = tables[0]
    for table in tables[1:]:
        if not table.index.equals(first.index) or not table["n"].equals(first["n"]):
            raise DataError("The years are not about the same projects. Take those mature for the longest time in all.")
    cost, effect = (np.diff([t[c].to_numpy(float) for t in tables], axis=0, prepend=0) for c in ("cost_eur", "effect"))
    rows = []
    for at, option in enumerate(first.index):
        known = np.isfinite(cost[:, at]).all() and np.isfinite(effect[:, at]).all()
        for rate in rates:
            row = {"group": option, "reference": f"{100 * rate:g}%", "n": first["n"].iloc[at]}
            spent, brought = (present_value(part[:, at], rate, timing) if known else np.nan for part in (cost, effect))
            ratio, note = cost_per(spent, brought)
            rows.append({**row, "cost_eur": spent, "effect": brought, "estimate": ratio, "note": note})
    columns = ["group", "reference", "n", "cost_eur", "effect", "estimate", "note"]
    return estimates(pd.DataFrame(rows, columns=columns), **carried(
        about_of(years[-1]), SAID[timing], REAL, unit="eur", by="option_at_rate", method="discounted",
        estimand=N_("euro per unit of effect, both at their value on the day of entry"),
    ))  # fmt: skip


def cost_per(cost: float, effect: float) -> tuple[float, str]:
    """Euro per unit of effect, or the word that stands where a ratio means nothing."""
    if not np.isfinite([cost, effect]).all():
        return np.nan, "not_estimable"
    if effect <= 0:
        return np.nan, "no_effect"
    return (np.nan, "no_cost") if cost == 0 else (cost / effect, "")
