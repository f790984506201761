"""Durability of jobs at N, N+1 and N+2, counted per enterprise: how many are kept, and how many there are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from coopeval.errors import ParameterError
from coopeval.jobs.reading import CODES, NO_SOURCE, framed, measured, panel, said
from coopeval.uncertainty import estimates, ratio
from coopeval.wording import N_

MEASURES = {
    "retained": (
        N_("jobs kept, of those at the end of N"),
        N_("jobs still counted, in each enterprise at most as many as at the end of N"),
    ),
    "growth": (N_("jobs then, set against those at the end of N"), N_("jobs counted then, new ones included")),
}  # fmt: skip
DENOMINATOR = N_("jobs at the end of N, the first 31 December in existence and in the programme")
CLOSED = N_("Enterprises that ceased stay in: their jobs count as lost.")
NUMBERS = N_("Numbers are compared, not persons: a job lost and another one won in the same enterprise cancel out.")
UNKNOWN_AS = ("left_out", "lost", "kept")


def persistence(
    jobs: pd.DataFrame,
    by: str | None = None,
    years: Sequence[int] = (0, 1, 2),
    measure: str = "retained",
    work: str = "headcount",
    level: float = 0.95,
    unknown: str = "left_out",
) -> pd.DataFrame:
    """Jobs at N+k set against the jobs at the end of N, over enterprises for which that day has come.

    One row per group and year. `retained`: sum of min(E at N+k, E at N) over the sum of E at N. `growth`: the sum of E
    at N+k over the sum of E at N. The third measure, by position, is `survival.curve` of `jobs.spells`.

    Parameters
    ----------
    jobs
        What `cohort.jobs` returns.
    by
        A column fixed at entry (programme, legal_family, entry_year, ...).
    years
        Years after N.
    measure, work
        `retained` or `growth`; `headcount` or `fte`.
    level
        Confidence level.
    unknown
        What is supposed of enterprises whose stock at N+k is not known: `left_out` of both sums (default), all
        `lost`, or all `kept` as at N. An enterprise whose stock at N is not known is always left out.

    Returns
    -------
    Estimate table of kind "ratio": `n` enterprises, `n_not_known` (there at N, but not known at N or at
    N+k), `numerator`, `denominator` (jobs), `estimate`, `low`, `high`. A year that has not come for any
    enterprise of the group is empty, note `immature`.

    Raises
    ------
    ParameterError
        Unknown measure, work or supposition; a year that is no whole number from 0 on.

    Source
    ------
    Limits: Fieller (1954), enterprises being the units.
    """
    _refuse(measure, unknown, years)
    unit, most = measured(work), 1.0 if measure == "retained" else None  # no more can be kept than there were
    frame = panel(jobs, by)
    at_n = frame[frame["year_after"].eq(0)].set_index("enterprise_id")[work]
    groups = sorted(frame["group"].unique())
    rows = []
    for year in years:
        cells = _cells(frame, at_n, int(year), work, unknown)
        parts = ratio(cells[cells["known"]], measure, "at_n", by="group", level=level)
        rows += [_row(parts, cells, group, int(year), most) for group in groups]
    estimand, numerator = MEASURES[measure]
    return estimates(
        framed(rows, "year_after", leave_out=("se",)), kind="ratio", unit="share" if most else "ratio",
        numerator_unit=unit,
        denominator_unit=unit, estimand=estimand, numerator=numerator, denominator=DENOMINATOR, by=by or "",
        codes=CODES.get(by or "", ""), method="ratio of sums", interval="Fieller", level=level,
        warnings=(CLOSED, NUMBERS, NO_SOURCE), **said(jobs),
    )  # fmt: skip


def _refuse(measure: str, unknown: str, years: Sequence[int]) -> None:
    if measure not in MEASURES:
        raise ParameterError(f'"{measure}" is not a measure of durability. Choose one of {", ".join(MEASURES)}.')
    if unknown not in UNKNOWN_AS:
        raise ParameterError(f'"{unknown}" is not a supposition. Choose one of {", ".join(UNKNOWN_AS)}.')
    if not len(years) or any(year != int(year) or year < 0 for year in years):
        raise ParameterError(f"years after N are whole numbers from 0 on, for instance (0, 1, 2); not {list(years)}.")


def _cells(frame: pd.DataFrame, at_n: pd.Series, year: int, work: str, unknown: str) -> pd.DataFrame:
    """Enterprises for which N+k has come: their stock at N, what is kept of it and what there is at N+k."""
    cells = frame[frame["year_after"].eq(year)]
    base = cells["enterprise_id"].map(at_n)
    then = cells[work]
    is_unknown = base.isna() | then.isna()
    supposed = {"left_out": then, "lost": then.fillna(0.0), "kept": then.fillna(base)}[unknown]
    return cells.assign(
        at_n=base, retained=np.minimum(supposed, base), growth=supposed, is_unknown=is_unknown,
        known=base.notna() & supposed.notna(),
    )  # fmt: skip


def _row(parts: pd.DataFrame, cells: pd.DataFrame, group: str, year: int, most: float | None) -> dict[str, object]:
    own = cells[cells["group"].eq(group)]
    found = parts[parts["group"].eq(group)]
    bare = {"group": group, "year_after": year, "n": 0, "n_not_known": int(own["is_unknown"].sum())}
    if found.empty:
        return {**bare, "note": "no_source" if len(own) else "immature"}
    one = found.iloc[0].to_dict()
    is_base = year == 0 and one["note"] == "no_variation"  # at N itself the ratio is one, by definition
    if most is not None:
        one |= {"low": np.clip(one["low"], 0, most), "high": np.clip(one["high"], 0, most)}
    return {**bare, **one, "n_persons": one["denominator"], "note": "" if is_base else one["note"]}


def bounds(
    jobs: pd.DataFrame, years: Sequence[int] = (1, 2), measure: str = "retained", work: str = "headcount",
    level: float = 0.95,
) -> pd.DataFrame:  # fmt: skip
    """Durability if the enterprises that are not known fared as the others, lost all their jobs, or kept them all.

    One row per supposition and year. `n` counts enterprises known at N.

    Parameters
    ----------
    jobs, years, measure, work, level
        As for `persistence`.

    Returns
    -------
    Estimate table as `persistence`; codes `job_bounds`: base, unknown_lost, unknown_kept.

    Source
    ------
    Manski (2003), chapter 1.
    """
    named = {"base": "left_out", "unknown_lost": "lost", "unknown_kept": "kept"}
    tables = {
        name: persistence(jobs, years=years, measure=measure, work=work, level=level, unknown=supposed)
        for name, supposed in named.items()
    }
    frame = pd.concat([pd.DataFrame({c: t[c] for c in t}).assign(group=name) for name, t in tables.items()])
    about = {**tables["base"].attrs["about"], "codes": "job_bounds", "by": ""}
    return estimates(frame.sort_values(["group", "year_after"], kind="stable"), **about)
