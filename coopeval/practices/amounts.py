"""Shares and amounts of the transversal plans: staff and boards, meetings, training, energy (Q23 to Q25)."""

from __future__ import annotations

import pandas as pd

from coopeval.practices.measures import (
    COUNT,
    HOURS,
    KWH,
    MEASURES,
    RECENT_MONTHS,
    SHARE,
    in_existence,
    latest,
    of_enterprises,
    of_structure,
    recent,
    said,
    today,
)  # fmt: skip
from coopeval.practices.plans import ANSWERED, POPULATION, SILENT, STALE
from coopeval.uncertainty import COLUMNS, clustered, estimates
from coopeval.wording import N_

SHARES = tuple(measure for measure, unit in MEASURES.items() if unit == SHARE)
AMOUNTS = ("energy_kwh", "general_meetings", "participation_training_hours")
FIGURES = (
    "numerator", "denominator", "estimate", "se", "low", "high", "n_enterprises", "largest_share", "two_largest_share",
)  # fmt: skip
KWH_PER_MWH = 1000
COUNTED_IN = {COUNT: "count", HOURS: "hours", KWH: "MWh"}
PERSONS = N_("Each enterprise counts once, however many it employs: this is no share of all workers.")
SKEWED = N_("A few large users draw an average of energy up; it says little about the enterprise in the middle.")


def shares(dataset, level: float = 0.95) -> pd.DataFrame:
    """Average share of women on the board, of women among staff, of staff far from the labour market.

    One row per measure: the mean over the enterprises not known to have ended that answered in the last three years,
    each with its latest answer and each counting once.

    Parameters
    ----------
    dataset
        The tables, as of a date.
    level
        Confidence level of the interval.

    Returns
    -------
    Estimate table of kind ratio, codes `measures`: `n`, `numerator` (the shares added up), `denominator` (enterprises),
    `estimate`, `low`, `high`, `n_not_asked`. A share of staff tells of persons: `n_persons` is the least number of them
    that can stand behind it, one for each enterprise.

    Source
    ------
    Interval: `uncertainty.clustered`, with one enterprise a cluster that of Student's t.
    """
    rows = _now(dataset, SHARES)
    table = _mean(
        dataset, rows, SHARES, level, estimand=N_("average share in an enterprise"), warnings=(PERSONS, STALE, SILENT),
        numerator=N_("the shares of all enterprises that answered, added up"),
    )  # fmt: skip
    # a mean of shares is no share of rows: its limits are those of a mean, and only its unit is that of a share
    within = {limit: table[limit].mask(table[limit] < 0, 0).mask(table[limit] > 1, 1) for limit in ("low", "high")}
    shares_of = _with(table, n_persons=table["n_enterprises"], **within)
    shares_of.attrs = {"about": {**table.attrs["about"], "unit": "share"}}
    return shares_of


def amounts(dataset, level: float = 0.95) -> pd.DataFrame:
    """Average number of general meetings, hours of training on participation, and energy used, per enterprise and year.

    One row per measure, as in `shares`; `counted_in` says in what (MWh for energy, of which tables hold kWh).
    """
    rows = _now(dataset, AMOUNTS)
    in_kwh = rows["measure"].map(MEASURES).eq(KWH)
    rows = rows.assign(value=rows["value"].mask(in_kwh, rows["value"] / KWH_PER_MWH))
    table = _mean(
        dataset, rows, AMOUNTS, level, estimand=N_("average per enterprise and year"), warnings=(SKEWED, STALE, SILENT),
        numerator=N_("the amounts of all enterprises that answered, added up"),
    )  # fmt: skip
    return _with(table, counted_in=table["group"].map(MEASURES).map(COUNTED_IN))


def own_shares(dataset) -> pd.DataFrame:
    """The same shares of the evaluated structure itself, its latest: about few persons, so withheld from the public.

    One row per measure: `estimate`, `own_year`, `n` (years observed), `n_persons` (empty: not collected).
    """
    return _own(dataset, SHARES, "share", N_("share in the structure itself, in the latest year observed"))


def own_amounts(dataset) -> pd.DataFrame:
    """Meetings, training and energy of the evaluated structure itself, its latest.

    One row per measure: `estimate`, `counted_in`, `own_year`, `n` (years observed).
    """
    table = _own(dataset, AMOUNTS, "plain", N_("amount in the structure itself, in the latest year observed"))
    in_kwh = table["group"].map(MEASURES).eq(KWH)
    return _with(
        table, estimate=table["estimate"].mask(in_kwh, table["estimate"] / KWH_PER_MWH),
        counted_in=table["group"].map(MEASURES).map(COUNTED_IN),
    )  # fmt: skip


def _now(dataset, measures: tuple[str, ...]) -> pd.DataFrame:
    rows = of_enterprises(dataset)
    rows = rows[rows["measure"].isin(measures) & rows["subject_id"].isin(in_existence(dataset))]
    return recent(latest(rows), today(dataset), RECENT_MONTHS)


def _mean(dataset, rows: pd.DataFrame, measures: tuple[str, ...], level: float, **about: object) -> pd.DataFrame:
    table = clustered(
        rows, "value", "subject_id", by="measure", level=level, unit="plain", numerator_unit="plain",
        denominator_unit="enterprises", denominator=ANSWERED, codes="measures", population=POPULATION,
        privacy="confidential",
        **about, **said(dataset),
    )  # fmt: skip
    silent = len(in_existence(dataset)) - table["n"].astype(float)
    return _with(_with_the_unanswered(table, measures), n_not_asked=silent)


def _with_the_unanswered(table: pd.DataFrame, measures: tuple[str, ...]) -> pd.DataFrame:
    """A measure nobody answered has a row too, which says so."""
    absent = sorted(set(measures) - set(table["group"]))
    if not absent:
        return table
    empty = pd.DataFrame({"group": absent, "n": 0, "n_enterprises": 0, "note": "not_estimable"})
    found = table[table["group"].isin(measures)]
    columns = [*table.columns, *(column for column in FIGURES if column not in table)]
    frame = pd.concat([pd.DataFrame(dict(found)), empty], ignore_index=True).reindex(columns=columns)
    frame.attrs = table.attrs
    return frame


def _with(table: pd.DataFrame, **columns: object) -> pd.DataFrame:
    wider = table.assign(**columns)
    first = [column for column in COLUMNS if column in wider]
    wider = wider[first + [column for column in wider if column not in first]]
    wider.attrs = table.attrs
    return wider


def _own(dataset, measures: tuple[str, ...], unit: str, estimand: str) -> pd.DataFrame:
    rows = of_structure(dataset)
    rows = rows[rows["measure"].isin(measures)]
    now = latest(rows).set_index("measure").reindex(sorted(measures))
    years = rows.groupby("measure")["observed_on"].apply(lambda days: days.dt.year.nunique())
    year = now["observed_on"].dt.year.astype("Int64").astype("string").fillna("").astype(object)
    frame = pd.DataFrame({
        "group": now.index, "n": years.reindex(now.index, fill_value=0).to_numpy(int),
        "estimate": now["value"].to_numpy(float), "own_year": year.to_numpy(), "n_structures": 1,
        "note": now["value"].isna().map({True: "not_estimable", False: ""}).to_numpy(),
    })  # fmt: skip
    return estimates(
        frame, kind="own_practice", unit=unit, by="measure", codes="measures", estimand=estimand,
        population=N_("the evaluated structure, one public body"), privacy="confidential", **said(dataset),
    )  # fmt: skip
