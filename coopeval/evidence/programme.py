"""What the programme itself has published: counts over time, and the shares that can be worked out of them."""

from __future__ import annotations

import pandas as pd

from coopeval.errors import ParameterError
from coopeval.evidence.figure_rows import (
    AS_PUBLISHED,
    NEVER_POOLED,
    as_shares,
    as_table,
    chosen,
    months,
    period,
    source,
)
from coopeval.uncertainty import estimates
from coopeval.wording import N_

PROGRAMME = "COOPCITY"
RECORDS = {
    "projects": N_("Projects that the programme says it supported"),
    "enterprises": N_("Enterprises that the programme says were created or supported"),
    "jobs": N_("Jobs that the programme says were created"),
    "persons": N_("Persons that the programme says it reached"),
    "eur": N_("Money that public texts name for the programme"),
}
OWN_COUNTS = N_("These are the programme's own counts. Nobody outside has checked them.")
UNIT_CHANGED = N_("Created and supported are different things: the figures cannot be subtracted from each other.")
CENSORED = N_("Some of the projects were still in support: enterprises may yet come from them.")
AT_MOST = N_("The exposure time is the longest that any project can have had; most had less.")
ONE_EACH = N_("A project counts as one enterprise at most; whether one project gave several was not published.")
IF_ALL_FROM_FINISHED = N_("The second row holds only if every enterprise came from a project no longer in support.")


def own_record(unit: str) -> pd.DataFrame:
    """What the programme has published about itself in one unit, figure by figure.

    One row per published figure, in order of time. Units are never mixed in one table.

    Parameters
    ----------
    unit
        "projects", "enterprises", "jobs", "persons" or "eur".

    Returns
    -------
    Estimate table, `group` a code of the list `published_figures`, with period, definition, clock and source.

    Raises
    ------
    ParameterError
        Another unit.

    >>> own_record("jobs")["estimate"].tolist()
    [25.0, 77.0]
    """
    if unit not in RECORDS:
        raise ParameterError(f'"{unit}" is not a unit of the record. Choose one of {", ".join(RECORDS)}.')
    figures = chosen(entity=PROGRAMME, unit=unit)
    figures = figures[figures["measure"].ne("highest_grant")]  # grants of a call of the Region, not of the programme
    warnings = (OWN_COUNTS, UNIT_CHANGED, NEVER_POOLED) if unit == "enterprises" else (OWN_COUNTS, NEVER_POOLED)
    if unit == "eur":
        warnings = (NEVER_POOLED,)
    return as_table(figures, unit, estimand=RECORDS[unit], population=N_("The programme"), warnings=warnings)


def creation_rate(level: float = 0.95) -> pd.DataFrame:
    """Enterprises created per project supported, as the programme published both, with exposure time.

    Two rows: all projects; and only the projects no longer in support, which is an upper bound because it
    holds only if none of the enterprises came from a project still in support.

    Returns
    -------
    Estimate table: `n` projects, `n_created` enterprises, `n_in_support` projects still in support,
    `exposure_months` from the first support to the day of the count, Wilson limits.

    Source
    ------
    Wilson (1927); figures CC009, CC010, CC011 and CC017 of data/reference/published_figures.csv.

    >>> creation_rate()[["group", "n", "n_created", "estimate", "low", "high"]].round(3)
                          group      n  n_created  estimate    low   high
    0              all_projects  136.0       42.0     0.309  0.237  0.391
    1  projects_no_longer_in_support  110.0       42.0     0.382  0.296  0.475
    """
    created = chosen(entity=PROGRAMME, measure="enterprises_created", denominator_unit="projects")
    in_support = chosen(entity=PROGRAMME, measure="projects_in_support", period_until=created["period_until"].item())
    start = chosen(entity=PROGRAMME, indicator="start_of_support")["period_from"].item()
    still = in_support["value"].item()
    both = pd.concat([created, created], ignore_index=True).assign(
        group=["all_projects", "projects_no_longer_in_support"], note=["", "upper_bound"], n_in_support=[still, 0.0]
    )
    both["denominator"] = both["denominator"] - [0.0, still]
    rows = as_shares(both, "projects", level)
    exposure = months(pd.Series([start] * len(rows)), rows["period_until"])
    rows = rows.assign(
        estimate=rows["value"], n_created=rows["numerator"], exposure_months=exposure, period=period(rows),
        source=source(rows),
    )  # fmt: skip
    kept = [
        "group", "n", "n_created", "n_in_support", "estimate", "low", "high", "note", "exposure_months",
        "period", "source",
    ]  # fmt: skip
    return estimates(
        rows[kept],
        **{**AS_PUBLISHED, "codes": "creation_groups", "kind": "share", "method": "share"},
        unit="share",
        level=level,
        estimand=N_("Share of supported projects from which an enterprise was created"),
        population=N_("Projects that the programme supported until January 2021"),
        interval="Wilson",
        numerator=N_("enterprises created"),
        denominator=N_("projects supported"),
        warnings=(CENSORED, AT_MOST, ONE_EACH, IF_ALL_FROM_FINISHED),
    )


def selection_rate(level: float = 0.95) -> pd.DataFrame:
    """Share of applications that were taken in, where a structure published both; the programme did not.

    One row per structure. The programme's own row is there and empty (`no_denominator`): a share of successes says
    little without it.

    >>> selection_rate()[["n", "estimate", "note"]].round(3)
           n  estimate            note
    0  379.0     0.327
    1    NaN       NaN  no_denominator
    """
    others = as_shares(chosen(entity_kind="comparable", denominator_unit="applications"), "applications", level)
    others = others.assign(group=others["figure_id"], estimate=others["value"], n_taken=others["numerator"], note="")
    own = chosen(entity=PROGRAMME, measure="projects_supported")
    own = own.assign(group=own["figure_id"], n_taken=own["value"], note="no_denominator")
    kept = ["group", "n", "n_taken", "estimate", "low", "high", "note", "period", "source"]
    both = [one.assign(period=period(one), source=source(one)).reindex(columns=kept) for one in (others, own)]
    rows = pd.concat(both, ignore_index=True)
    return estimates(
        rows,
        **{**AS_PUBLISHED, "kind": "share", "method": "share"},
        unit="share",
        level=level,
        estimand=N_("Share of applications that were taken in"),
        population=N_("Structures that published both numbers, and the programme, which did not"),
        interval="Wilson",
        numerator=N_("projects taken in"),
        denominator=N_("applications"),
        warnings=(NEVER_POOLED,),
    )
