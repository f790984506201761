"""From published figures to rows of an estimate table: one row per figure, nothing added up."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval import reference, semesters
from coopeval.errors import DataError
from coopeval.uncertainty import estimates, wilson
from coopeval.wording import N_

COUNTING_NOTES = {"about": "approximate", "at_least": "lower_bound", "at_most": "upper_bound", "draft": "draft"}
CLOCK_NOTES = {"mixed_ages": "mixed_ages", "not_stated": "no_horizon"}
COLUMNS = ("group", "at_months", "estimate", "low", "high", "note", "period", "definition", "clock", "source")
AS_PUBLISHED = {
    "kind": "published",
    "privacy": "published",
    "is_synthetic": False,
    "codes": "published_figures",
    "method": "as published",
}
NEVER_POOLED = N_("Figures stand as they were published. They are not added up, averaged or ranked.")


def chosen(**where: object) -> pd.DataFrame:
    """Published figures that match all conditions, each a value or a list of values; none at all is refused."""
    figures = reference.published()
    for column, wanted in where.items():
        values = wanted if isinstance(wanted, list | tuple | set) else [wanted]
        figures = figures[figures[column].isin(list(values))]
    if figures.empty:
        raise DataError(f"data/reference/published_figures.csv holds no figure with {where}. Add it with its source.")
    return figures.reset_index(drop=True)


BY_ENTITY = ("entity", "period_until", "at_months", "figure_id")


def as_table(figures: pd.DataFrame, unit: str, order: tuple[str, ...] = BY_ENTITY, **about: object) -> pd.DataFrame:
    """One row per figure, its figure id as group; another unit than the one of the table is refused."""
    others = sorted(set(figures["unit"]) - {unit})
    if others:
        raise DataError(
            f"a table in {unit} cannot hold figures in {', '.join(others)}; show them in tables of their own."
        )
    rows = figures.assign(
        group=figures["figure_id"], estimate=figures["value"], note=notes(figures), period=period(figures),
        source=source(figures), low=np.nan, high=np.nan,  # nobody published an interval
    )  # fmt: skip
    rows = rows.sort_values(list(order), kind="stable")
    kept = rows[[column for column in COLUMNS if column != "at_months" or figures["at_months"].notna().any()]]
    return estimates(kept, **{**AS_PUBLISHED, "unit": unit, "warnings": (NEVER_POOLED,), **about})


def notes(figures: pd.DataFrame) -> pd.Series:
    """The one caution that stands beside each figure: its ages, its horizon, its rounding, or its lost denominator."""
    is_share = figures["unit"].eq("share")
    whole = figures["denominator"].notna() | figures["entity_kind"].eq("population")
    counting = figures["counting"].map(COUNTING_NOTES).fillna("")
    age = figures["clock"].map(CLOCK_NOTES).fillna("").where(is_share, "")
    lost = pd.Series(np.where(is_share & ~whole, "no_denominator", ""), index=figures.index)
    return age.where(age.ne(""), counting.where(counting.ne(""), lost))


def as_shares(figures: pd.DataFrame, denominator_unit: str, level: float) -> pd.DataFrame:
    """Numerator over denominator with Wilson limits, only where both were published together; others get none.

    A denominator in another unit than `denominator_unit` is refused.
    """
    whole = figures["numerator"].notna() & figures["denominator"].notna()
    odd = figures.loc[whole & figures["denominator_unit"].ne(denominator_unit), "figure_id"].tolist()
    if odd:
        raise DataError(f"{', '.join(odd)}: the denominator is not in {denominator_unit}; no share is worked out.")
    low, high = wilson(figures["numerator"], figures["denominator"], level)
    return figures.assign(
        n=figures["denominator"],
        value=(figures["numerator"] / figures["denominator"]).where(whole, figures["value"]),
        low=np.where(whole, low, np.nan),
        high=np.where(whole, high, np.nan),
        unit="share",
    )


def months(period_from: pd.Series, period_until: pd.Series) -> np.ndarray:
    """Length of each period in calendar months, both days included; empty where a day is not published.

    To one decimal: no source tells its period more closely than that.
    """
    first, last = period_from.where(period_from.ne("")), period_until.where(period_until.ne(""))
    return semesters.months_between(first, last).round(1)


def period(figures: pd.DataFrame) -> pd.Series:
    """Years that a figure covers, as text that reads the same in every language; empty where none was published.

    >>> period(pd.DataFrame({"period_from": ["2016-01-01"], "period_until": ["2021-01-31"]})).tolist()
    ['2016–2021']
    """
    first, last = figures["period_from"].str[:4], figures["period_until"].str[:4]
    return last.where(first.eq(last) | first.eq(""), first + "–" + last)


def source(figures: pd.DataFrame) -> pd.Series:
    """Title of the source with the day, month or year it was published, as far as known."""
    dated = figures["source"] + " (" + figures["published_on"] + ")"
    return dated.where(figures["published_on"].ne(""), figures["source"])
