"""Differences and tests (R1, R4, R6, R7)."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from coopeval.disclosure.curves import at, steps_of
from coopeval.disclosure.durations import at_most, coarse, counted, fewer_than_ten, rounded_p
from coopeval.disclosure.pairs import between_counts, is_of_counts
from coopeval.disclosure.rounding import in_class, nearest, some, up
from coopeval.disclosure.rules import Rules
from coopeval.uncertainty import about_of

HALF = 0.5
STATISTIC_STEP = 0.1
EXPECTED_STEP = 0.5
POWER = stats.norm.ppf(0.8)  # as survival.difference has it by default
KEYS = ["group", "at_months"]


def difference(table: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Contrasts. At fixed months: worked out again from the safe values, so that nothing new is told.

    A difference tells of both groups: together with the one, it gives the other. So both must be large enough.
    """
    if is_of_counts(table):
        return between_counts(table, rules)
    if about_of(table)["unit"] != "months":
        return _between_safe_values(table, rules)
    smaller = np.minimum(table["n"], _size_of(table, table["reference"]))
    hidden = fewer_than_ten(smaller, table, rules)
    return counted(table, rules).assign(**coarse(table, smaller, rules), hidden=hidden)


def test(table: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Log-rank and its kin.

    Between groups, expected events add up to the observed ones, so they are rounded like them; and one group too
    small hides the whole test: the groups share the statistic, and the others give its row back. A group that took no
    part in the test has no share in it either. A pair is a test of its own: both its groups must be large enough.
    """
    if "estimate" in table:
        return _against_expected(table, rules)
    few = _few(table, rules, 2 if "reference" in table else 1)
    whole = some(table["n"], rules.base_count)
    figures = {c: in_class(table[c], whole, rules.midpoint) for c in ("observed", "expected") if c in table}
    figures["statistic"] = nearest(table["statistic"], STATISTIC_STEP)
    part = table["observed"].notna() if "observed" in table else table["n_events"].notna()
    hidden = few if "reference" in table else few | (part & (few & part).any())
    return counted(table, rules).assign(**figures, **rounded_p(table), hidden=hidden)


def _against_expected(table: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Observed over expected from outside: ratio, limits and test worked out again from the rounded numbers."""
    observed = in_class(table["observed"], some(table["n"], rules.base_count), rules.midpoint)
    expected = nearest(table["expected"], EXPECTED_STEP)
    expected = np.where(expected > 0, expected, np.nan)
    tail = (1 - float(about_of(table)["level"])) / 2
    low = np.where(observed > 0, stats.chi2.ppf(tail, 2 * observed) / 2, 0.0)
    high = stats.chi2.ppf(1 - tail, 2 * observed + 2) / 2
    statistic = (observed - expected) ** 2 / expected
    return counted(table, rules).assign(
        observed=observed, expected=expected, estimate=observed / expected, low=low / expected, high=high / expected,
        statistic=nearest(statistic, STATISTIC_STEP), p=at_most(stats.chi2.sf(statistic, 1)), hidden=_few(table, rules),
    )  # fmt: skip


def _few(table: pd.DataFrame, rules: Rules, groups: int = 1) -> pd.Series:
    few = table["n"].fillna(0) < groups * rules.units(str(about_of(table)["privacy"]))
    ended = table["observed"] if "observed" in table else table["n_events"]
    return few | (ended.eq(0) & table["n"].lt(rules.extremes_from))


def _between_safe_values(table: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Difference of two safe values, its interval from theirs (Newcombe's way of putting two intervals together)."""
    one, other = _safe(table, table["group"], rules), _safe(table, table["reference"], rules)
    gap = one["estimate"] - other["estimate"]
    low = gap - np.hypot(one["estimate"] - one["low"], other["high"] - other["estimate"])
    high = gap + np.hypot(one["high"] - one["estimate"], other["estimate"] - other["low"])
    z = stats.norm.ppf(HALF + float(about_of(table)["level"]) / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = 2 * stats.norm.sf(np.abs(gap) / ((high - low) / (2 * z)))
    units = rules.units(str(about_of(table)["privacy"]))
    large = table["n"].ge(units) & _size_of(table, table["reference"]).ge(units)
    known_gap = large & table["estimate"].isna() & table["note"].ne("")
    figures = {
        "n_events": one["n_events"], "estimate": gap.round(10), "low": low.clip(-1, 1).round(2),
        "high": high.clip(-1, 1).round(2), "p": pd.Series(at_most(p), index=table.index).where(table["p"].notna()),
    }  # fmt: skip
    if "detectable" in table:  # from the same released interval, never finer than it
        figures["detectable"] = pd.Series(up((high - low) / (2 * z) * (z + POWER), 0.05), index=table.index).clip(
            upper=1
        )
    figures = {column: figure.mask(known_gap) for column, figure in figures.items()}
    return counted(table, rules).assign(**figures, hidden=gap.isna() & ~known_gap)


def _safe(table: pd.DataFrame, group: pd.Series, rules: Rules) -> pd.DataFrame:
    """What the safe series shows of a group in each row."""
    months = table["at_months"].astype(float).tolist()
    asked = pd.DataFrame({"group": group.tolist(), "at_months": months, "n": _size_of(table, group).tolist()})
    asked = asked.assign(n_events=1.0, estimate=1.0, low=1.0, high=1.0, note="")
    asked.attrs = {"about": about_of(table), "steps": steps_of(table)}
    return at(asked, rules).set_axis(table.index)


def _size_of(table: pd.DataFrame, group: pd.Series) -> pd.Series:
    steps = steps_of(table)
    return group.map(steps.groupby("group")["n"].max()).fillna(0)
