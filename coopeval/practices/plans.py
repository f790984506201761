"""Plans, meetings and bodies, a yes or a no each: of the enterprises supported, and of the programme (Q23 to Q25)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.practices.measures import (
    MEASURES,
    PLANS,
    RECENT_MONTHS,
    YES_NO,
    in_existence,
    latest,
    of_enterprises,
    of_structure,
    recent,
    said,
    today,
)  # fmt: skip
from coopeval.uncertainty import estimates, share
from coopeval.wording import N_

FIRST_YEAR, YEARS = 2018, 2  # two years make a wave: each enterprise is asked once in it
POPULATION = N_("enterprises of the programme that are not known to have ended")
ANSWERED = N_("enterprises that answered the question in the last three years, each with its latest answer")
STALE = N_("An answer older than three years counts as none.")
SILENT = N_("Those that did not answer may differ from those that did; the bounds show how far.")


def plans(dataset, level: float = 0.95) -> pd.DataFrame:
    """Share of enterprises with a plan, an open meeting, a body for social dialogue; beside it the programme's own.

    One row per measure, over the enterprises not known to have ended that answered in the last three years, each with
    its latest answer.

    Parameters
    ----------
    dataset
        The tables, as of a date.
    level
        Confidence level of the interval.

    Returns
    -------
    Estimate table of shares, codes `measures`: `n` (answered), `n_events` (yes), `n_not_asked` (did not answer, or
    were never asked) and `own` (latest answer of the structure itself: yes, no, unknown).

    Raises
    ------
    DataError
        The data set has no day; a value that cannot be, see `measures`.

    Source
    ------
    Interval: Wilson (1927).
    """
    own = _own(dataset)[["group", "own"]]
    return share(
        _answers(dataset).drop(columns="n_no").merge(own, on="group", how="left"), level=level, by="measure",
        codes="measures", estimand=N_("share of enterprises that say yes"), population=POPULATION,
        numerator=N_("enterprises whose latest answer is yes"), denominator=ANSWERED, method="",
        warnings=(STALE, SILENT), privacy="confidential", **said(dataset),
    )  # fmt: skip


def plan_bounds(dataset) -> pd.DataFrame:
    """The same shares with the bounds between which they lie, whatever those that did not answer would have said.

    One row per measure: `n` (all enterprises not known to have ended), `n_events` (yes), `n_no`, `n_not_asked`;
    `estimate` among those that answered, `low` if all others said no, `high` if all of them said yes.

    Source
    ------
    Manski (1990), worst-case bounds.
    """
    counts = _answers(dataset)
    whole = counts["n"] + counts["n_not_asked"]
    size = whole.where(whole > 0)
    frame = counts.assign(
        n=whole, estimate=counts["n_events"] / counts["n"].where(counts["n"] > 0), low=counts["n_events"] / size,
        high=(counts["n_events"] + counts["n_not_asked"]) / size,
        note=np.where(counts["n"] > 0, "", "not_estimable"),
    )  # fmt: skip
    return estimates(
        frame, kind="share", unit="share", method="bounds", by="measure", codes="measures",
        estimand=N_("share of enterprises that say yes"), population=POPULATION,
        numerator=N_("enterprises whose latest answer is yes"), warnings=(STALE,),
        denominator=N_("for the share those that answered in the last three years, for the bounds all enterprises"),
        privacy="confidential", **said(dataset),
    )  # fmt: skip


def plans_by_years(dataset, level: float = 0.95) -> pd.DataFrame:
    """The same shares in each wave of two years, over the enterprises that answered in it, each with its last answer.

    One row per measure and wave: `years` (its first and last year, counted from 2018), `n`, `n_events`. The waves hold
    other enterprises, so a difference between two of them is no trend of the same ones.
    """
    rows = of_enterprises(dataset)
    rows = rows[rows["measure"].isin(PLANS)]
    first = (rows["observed_on"].dt.year - FIRST_YEAR) // YEARS * YEARS + FIRST_YEAR
    waves = rows.assign(years=first.map(lambda year: f"{year}–{year + YEARS - 1}"))
    parts = [latest(wave).assign(years=years) for years, wave in waves.groupby("years", sort=True)]
    answers = pd.concat(parts, ignore_index=True) if parts else waves
    counts = answers.groupby(["measure", "years"], sort=True)["value"].agg(n="size", n_events="sum").reset_index()
    return share(
        counts.rename(columns={"measure": "group"}), level=level, by="measure", codes="measures",
        estimand=N_("share of enterprises that say yes"),
        population=N_("enterprises of the programme that answered in these years"),
        numerator=N_("enterprises whose last answer of these years is yes"),
        denominator=N_("enterprises that answered in these years"), method="", privacy="confidential", **said(dataset),
    )  # fmt: skip


def own_plans(dataset) -> pd.DataFrame:
    """What the evaluated structure says of itself: its latest answer to each yes or no, and how often it was a yes.

    One row per measure: `own` (yes, no, unknown), `own_year`, `n` (years observed), `n_events` (years with a yes).
    """
    rows = of_structure(dataset)
    measures = [measure for measure, unit in MEASURES.items() if unit == YES_NO]
    yearly = rows.assign(year=rows["observed_on"].dt.year).sort_values("observed_on", kind="stable")
    yearly = yearly.drop_duplicates(["measure", "year"], keep="last").groupby("measure")["value"]
    frame = _own(dataset, tuple(measures)).set_index("group")
    frame = frame.assign(n=yearly.size(), n_events=yearly.sum()).reset_index()
    frame["n"] = frame["n"].fillna(0).astype(int)
    return estimates(
        frame.assign(n_structures=1), kind="own_practice", unit="share", by="measure", codes="measures",
        estimand=N_("what the programme says of itself"), population=N_("the evaluated structure, one public body"),
        privacy="confidential", **said(dataset),
    )  # fmt: skip


def _answers(dataset) -> pd.DataFrame:
    """Per measure: enterprises that answered, yes, no, and those that did not."""
    whole = in_existence(dataset)
    rows = of_enterprises(dataset)
    now = recent(latest(rows[rows["subject_id"].isin(whole)]), today(dataset), RECENT_MONTHS)
    found = now.groupby("measure")["value"].agg(n="size", n_events="sum").reindex(sorted(PLANS), fill_value=0)
    counts = found.rename_axis("group").reset_index().astype({"n": int, "n_events": int})
    return counts.assign(n_no=counts["n"] - counts["n_events"], n_not_asked=len(whole) - counts["n"])


def _own(dataset, measures: tuple[str, ...] = PLANS) -> pd.DataFrame:
    now = latest(of_structure(dataset)).set_index("measure").reindex(sorted(measures))
    return pd.DataFrame({
        "group": now.index, "own": now["value"].map({1.0: "yes", 0.0: "no"}).fillna("unknown").to_numpy(),
        "own_year": now["observed_on"].dt.year.astype("Int64").astype("string").fillna("").astype(object).to_numpy(),
    })  # fmt: skip
