"""Each headline in every way that could have been chosen, one row per way."""

from __future__ import annotations

import pandas as pd

from coopeval import cohort, semesters
from coopeval.cohort.jobs import jobs_of
from coopeval.errors import ParameterError
from coopeval.indicators import gap_choices, money_choices, outcome_choices, survival_choices
from coopeval.indicators.choices import CHOICES, FIGURES, MAIN, Study, study
from coopeval.indicators.definitions import FIRST, NO_LINE, POPULATION, said_of
from coopeval.uncertainty import estimates
from coopeval.wording import N_

NEEDS = {
    "survival_36": (), "survival_gap": (), "jobs_kept_2": ("jobs or headcounts",),
    "cost_per_enterprise": ("costs", "support"), "cost_per_job": ("costs", "support", "jobs or headcounts"),
    "share_recognised": ("recognitions",),
}  # fmt: skip
ORDERED = ("group", "headline", *CHOICES, "unit", *FIGURES, "note", "is_main")
ASSESSED_LATER = N_(
    "An enterprise is assessed only while it is there. Survival under a definition therefore counts from the "
    "assessment on; jobs, costs and recognition under a definition look better than they are: the row of those "
    "assessed shows by how much."
)
NOT_ASSESSED = N_("Enterprises of comparison groups were not assessed: under a definition, only the programme changes.")
NOT_LIKELY = N_("The ways are not equally good, and none is drawn by chance: their spread is no interval.")


def specifications(dataset, semester: str, headlines: tuple[str, ...] = tuple(MAIN), level: float = 0.95):
    """Each headline worked out under every definition, perimeter, comparison, clock, rule for the missing, adjustment.

    One row per specification. Which choices apply depends on the headline; one that does not is empty.

    - `survival_36`: share still active at 36 months; definition x clock x those lost from sight.
    - `survival_gap`: the same less that of a comparison group; group x clock x (adjustment, those lost), and each
      definition against each group.
    - `jobs_kept_2`: of the jobs at N, those there at N+2; definition x those not known.
    - `cost_per_enterprise`, `cost_per_job`: definition x perimeter x those not known.
    - `share_recognised`: of those eligible and in existence; definition.

    Parameters
    ----------
    dataset
        What `read` returns; it is cut at the last day of the semester.
    semester
        Such as 2026S1.
    headlines
        Which of them; default all that the tables delivered allow.
    level
        Confidence level.

    Returns
    -------
    Estimate table of kind `specification`: `group` (number, in order of the choices), `headline`, the choices, `unit`,
    `n`, `n_reference`, `estimate`, `low`, `high`, `note`, `is_main` (the way the other chapters take), and for the
    gate what stands behind each figure. What cannot be estimated keeps its row: `not_estimable`, `separated` (no
    weights make the groups alike), `few_events`, `few_lost`, `beyond_follow_up`, `immature`.

    Raises
    ------
    ParameterError
        An unknown headline; a semester that ends after the tables.

    Source
    ------
    Simonsohn, Simmons & Nelson (2020), "Specification curve analysis"; a definition holds from its assessment on
    (delayed entry), so that nobody's survival up to it is counted (METHODS 1, immortal time).
    """
    unknown = [name for name in headlines if name not in MAIN]
    if unknown:
        raise ParameterError(f'headlines are {", ".join(MAIN)}; "{unknown[0]}" is none of them.')
    asked = study(cohort.as_of(dataset, semesters.last_day(semester)), level)
    possible = [name for name in MAIN if name in headlines and _has_source(asked, name)]
    frame = pd.DataFrame(_all_rows(asked, possible), columns=[name for name in ORDERED if name != "group"])
    frame.insert(0, "group", range(1, len(frame) + 1))
    table = estimates(
        frame.astype(dict.fromkeys(FIGURES, float)), kind="specification", unit="plain", level=level,
        estimand=N_("each headline figure, worked out in every way that could have been chosen"),
        population=POPULATION, privacy="confidential",
        warnings=(NOT_LIKELY, FIRST, NO_LINE, ASSESSED_LATER, NOT_ASSESSED), **said_of(asked.dataset),
    )  # fmt: skip
    about = table.attrs
    table = table[list(ORDERED)]
    table.attrs = about
    return table


def _has_source(asked: Study, headline: str) -> bool:
    return all(any(name in asked.dataset for name in need.split(" or ")) for need in NEEDS[headline])


def _all_rows(asked: Study, headlines: list[str]) -> list[dict[str, object]]:
    rows = []
    if "survival_36" in headlines:
        rows += survival_choices.rows(asked)
    if "survival_gap" in headlines:
        rows += gap_choices.rows(asked)
    of_jobs = {"jobs_kept_2", "cost_per_job"} & set(headlines)
    every = jobs_of(asked.dataset, ("programme",), counts_only=True) if of_jobs else None
    if "jobs_kept_2" in headlines:
        rows += outcome_choices.kept_rows(asked, every)
    if {"cost_per_enterprise", "cost_per_job"} & set(headlines):
        rows += money_choices.rows(asked, headlines, every)
    if "share_recognised" in headlines:
        rows += outcome_choices.recognised_rows(asked)
    return rows
