"""What the present inflow lets anyone know by a later day: how many units, and how wide the intervals would be."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats

from coopeval import cohort, semesters
from coopeval.cohort.units import units
from coopeval.errors import ParameterError
from coopeval.indicators.choices import MAIN, MONTHS
from coopeval.indicators.definitions import POPULATION, said_of
from coopeval.indicators.inflow import BORN_WITHIN, Information, continued, course, followed, information
from coopeval.indicators.specifications import specifications as all_ways
from coopeval.uncertainty import estimates
from coopeval.wording import N_

PERIODS = ("2026-12-31", "2031-12-31")  # end of the subsidy period, and of one more of the same length
COLUMNS = ("group", "period", "unit", "n", "n_reference", "n_events", "estimate", "note")
TODAY = "today"
GAP, DETECTABLE = "survival_gap", "survival_gap_detectable"
WINDOW_MONTHS, DECEMBER_YEARS = 24, 2
OF_ENTERPRISES = ("jobs_kept_2", "share_recognised")
UNITS = {"share": "points"}  # half a width of a share is percentage points
SAME_INFLOW = N_("As many enter each year as in the last three years, and of the same kind.")
SAME_COURSE = N_("Enterprises cease, and are lost from sight, as fast as they did so far.")
SCALED = N_(
    "The width of today's interval is scaled by the information expected: for survival by the ends and the enterprises "
    "at risk at each age, for the others by the number of units that have had the time."
)
HALF = N_("half the width of the interval, and the smallest gap that would show in four cases out of five")


def forecast(
    dataset, semester: str, until: Sequence[str] = PERIODS, specifications: pd.DataFrame | None = None,
    level: float = 0.95, power: float = 0.8,
) -> pd.DataFrame:  # fmt: skip
    """How precisely each headline is known today, and would be known at later days if all went on as it does.

    One row per headline and day, the first day being that of the semester.

    Parameters
    ----------
    dataset
        What `read` returns; it is cut at the last day of the semester.
    semester
        Such as 2026S1.
    until
        Days (YYYY-MM-DD) to look forward to; those that have come by the end of the semester are left out.
    specifications
        What `specifications` returned for the same data and semester, to save working it out again.
    level, power
        Of the intervals; and the chance with which the smallest gap would be found.

    Returns
    -------
    Estimate table of kind `forecast`, codes `headlines`: `period` (`today`, or the day), `unit`, `n`, `n_reference`
    (units expected by then), `n_events` (ends expected by 36 months), `estimate`: half the width of the interval, and
    for `survival_gap_detectable` the smallest gap that a two-sided test would find. Note `not_estimable` where today's
    interval is not known.

    Raises
    ------
    ParameterError
        A day that is none.

    Source
    ------
    Greenwood's variance with the risk sets expected (cf. Collett 2015, ch. 15, on the number of ends needed).
    """
    day = semesters.last_day(semester)
    days = [day, *_days(until, day)]
    cut = cohort.as_of(dataset, day)
    ways = all_ways(dataset, semester, level=level) if specifications is None else specifications
    now = ways[ways["is_main"].astype(bool)].set_index("headline")
    arms = {arm: spells_of(cut, arm) for arm in ("programme", MAIN[GAP]["against"])}
    sizes = _sizes(cut, day)
    rows = []
    for each in days:
        later = {arm: known(spells, day, each) for arm, spells in arms.items()}
        start = {arm: known(spells, day, day) for arm, spells in arms.items()}
        name = TODAY if each == day else each.date().isoformat()
        rows += _of_survival(now, name, later, start, level, power)
        rows += _of_units(now, name, each, sizes, day)
    frame = pd.DataFrame(rows).sort_values("place", kind="stable")  # days in their order
    table = estimates(
        frame[list(COLUMNS)], kind="forecast", unit="plain", codes="headlines", estimand=HALF, population=POPULATION,
        privacy="confidential", level=level, warnings=(SAME_INFLOW, SAME_COURSE, SCALED), **said_of(cut),
    )  # fmt: skip
    about = table.attrs
    table = table[list(COLUMNS)]
    table.attrs = about
    return table


def _days(until: Sequence[str], day: pd.Timestamp) -> list[pd.Timestamp]:
    days = pd.to_datetime(pd.Series(list(until), dtype=object), format="%Y-%m-%d", errors="coerce")
    if days.isna().any():
        raise ParameterError(
            f"days to look forward to are written YYYY-MM-DD, for instance 2031-12-31; not {list(until)}."
        )
    return sorted(days[days > day])


def spells_of(cut, arm: str) -> pd.DataFrame:
    """Spells of an arm since entry, with the day their clock started."""
    spells = cohort.spells(cut, clock="entry", only=arm)
    zero = units(cut).set_index("enterprise_id")["zero_on"]
    plain = pd.DataFrame(dict(spells))
    return plain.assign(zero_on=plain["enterprise_id"].map(zero))


def known(spells: pd.DataFrame, day: pd.Timestamp, until: pd.Timestamp) -> Information:
    if not len(spells):
        return Information(0, 0.0, np.nan)
    later = continued(spells, "zero_on", day, until, ripe_after=BORN_WITHIN)
    return information(course(spells, MONTHS), later["entry"].to_numpy(float), followed(later["zero_on"], until))


def _row(headline: str, each: str, unit: str, **figures: object) -> dict[str, object]:
    known = np.isfinite(figures.get("estimate", np.nan))
    place = [*MAIN, DETECTABLE].index(headline) if headline != DETECTABLE else list(MAIN).index(GAP) + 0.5
    return {
        "place": place, "group": headline, "period": each, "unit": UNITS.get(unit, unit),
        "n": np.nan, "n_reference": np.nan, "n_events": np.nan, **figures, "note": "" if known else "not_estimable",
    }  # fmt: skip


def _half(now: pd.DataFrame, headline: str) -> float:
    """Half the width of today's interval."""
    return float(now.loc[headline, "high"] - now.loc[headline, "low"]) / 2 if headline in now.index else np.nan


def _of_survival(now, each, known: dict, start: dict, level: float, power: float) -> list[dict[str, object]]:
    own, other = (known[arm] for arm in known)
    first, base = (start[arm] for arm in start)
    rows = []
    if "survival_36" in now.index:
        half = _half(now, "survival_36") * own.se / first.se
        rows.append(_row("survival_36", each, "share", n=own.n, n_events=own.n_events, estimate=half))
    if GAP in now.index:
        se = _half(now, GAP) / stats.norm.ppf(0.5 + level / 2)
        se *= np.hypot(own.se, other.se) / np.hypot(first.se, base.se)
        z = stats.norm.ppf(0.5 + level / 2)
        sizes = {"n": own.n, "n_reference": other.n, "n_events": own.n_events}
        rows.append(_row(GAP, each, "points", estimate=z * se, **sizes))
        rows.append(_row(DETECTABLE, each, "points", estimate=(z + stats.norm.ppf(power)) * se, **sizes))
    return rows


def _sizes(cut, day: pd.Timestamp) -> dict[str, pd.DataFrame]:
    """Per headline counted in units: the units, the day their clock started, and the day they can be counted from."""
    projects = cohort.accompanied(cut)[["project_id", "entered_on"]]
    december = {"month": 12, "day": 31}
    two_years = pd.to_datetime({"year": projects["entered_on"].dt.year + DECEMBER_YEARS, **december})
    own = units(cut)
    own = own[own["arm"].eq("programme") & own["reason"].eq("") & own["zero_on"].notna()]
    since = own[["born_on", "zero_on"]].max(axis=1)
    base = pd.to_datetime({"year": since.dt.year, **december})
    after = {"year": since.dt.year + DECEMBER_YEARS, **december}
    enterprises = pd.DataFrame({"entered_on": own["zero_on"], "counted_on": pd.to_datetime(after)})
    enterprises = enterprises[~own["ended_on"].lt(base)]
    return {
        "jobs_kept_2": enterprises,
        "cost_per_enterprise": projects.assign(counted_on=projects["entered_on"] + pd.DateOffset(months=WINDOW_MONTHS)),
        "cost_per_job": projects.assign(counted_on=two_years),
        "share_recognised": pd.DataFrame({"entered_on": own["zero_on"], "counted_on": since})[own["ended_on"].isna()],
    }


def _of_units(
    now: pd.DataFrame, name: str, each: pd.Timestamp, sizes: dict, day: pd.Timestamp
) -> list[dict[str, object]]:
    rows = []
    for headline, frame in sizes.items():
        if headline not in now.index:
            continue
        ripe = BORN_WITHIN if headline in OF_ENTERPRISES else 0
        later = continued(frame, "entered_on", day, each, ("counted_on",), ripe)
        growth = later["counted_on"].le(each).sum() / max(int(frame["counted_on"].le(day).sum()), 1)
        n = round(float(now.loc[headline, "n"]) * growth)
        half = _half(now, headline) / np.sqrt(growth) if growth > 0 else np.nan
        rows.append(_row(headline, name, str(now.loc[headline, "unit"]), n=n, estimate=half))
    return rows
