"""What comparable structures have published: one row per figure, one table per topic and unit."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from coopeval.errors import ParameterError
from coopeval.evidence.figure_rows import NEVER_POOLED, as_shares, as_table, chosen, months, notes
from coopeval.wording import N_


class Topic(NamedTuple):
    """A question put to comparable structures: the measures that answer it, their one unit, and what it is about."""

    unit: str
    measures: tuple[str, ...]
    estimand: str


TOPICS: dict[str, Topic] = {
    "creation": Topic("share", ("creation_rate",), N_("Share of supported projects that became an enterprise")),
    "survival": Topic(
        "share",
        ("survival", "still_active_mixed_ages", "survival_no_horizon"),
        N_("Share of enterprises still active"),
    ),
    "enterprises": Topic("enterprises", ("enterprises_created", "activities_created"), N_("Enterprises created")),
    "projects": Topic("projects", ("projects_supported", "projects_selected"), N_("Projects supported")),
    "holders": Topic("persons", ("holders_supported",), N_("Persons supported")),
    "jobs": Topic("jobs", ("jobs_created", "jobs_created_or_kept"), N_("Jobs created")),
    "money": Topic("eur", ("subsidy", "subsidy_a_year", "budget_a_year", "cost_per_file"), N_("Public money and cost")),
    "hours": Topic("hours", ("coaching_hours", "workshop_hours"), N_("Hours of support that a team receives")),
    "duration": Topic("months", ("programme_months",), N_("Length of the programme")),
}
NOT_COMPARABLE = N_("Definitions, clocks and publics differ from row to row: the rows cannot be compared.")


def comparable_structures(topic: str, level: float = 0.95) -> pd.DataFrame:
    """What comparable structures have published on one topic, one row per figure.

    Conflicting figures of one structure stand side by side. A figure without a denominator is shown with a note
    and has no interval. Nothing is pooled, averaged or ranked.

    Parameters
    ----------
    topic
        One of TOPICS; each has one unit.
    level
        Confidence level of the Wilson limits, where numerator and denominator were published together.

    Returns
    -------
    Estimate table with period, definition, clock, source and confidence of each figure; for "creation" also
    `n`, `low`, `high` and `exposure_months`.

    Raises
    ------
    ParameterError
        An unknown topic.

    >>> comparable_structures("duration")["estimate"].tolist()
    [18.0, 9.0, 6.0]
    """
    if topic not in TOPICS:
        raise ParameterError(f'"{topic}" is not a topic. Choose one of {", ".join(TOPICS)}.')
    about = TOPICS[topic]
    said = {"estimand": about.estimand, "population": N_("Comparable structures, as each of them defines it")}
    if topic == "creation":
        return _creation(said, level)
    figures = chosen(entity_kind="comparable", measure=about.measures, unit=about.unit)
    return as_table(figures, about.unit, warnings=(NOT_COMPARABLE, NEVER_POOLED), **said)


def _creation(said: dict[str, str], level: float) -> pd.DataFrame:
    published = chosen(entity_kind="comparable", measure="creation_rate")
    parts = chosen(entity_kind="comparable", measure="enterprises_created", denominator_unit="projects")
    figures = as_shares(pd.concat([published, parts], ignore_index=True), "projects", level)
    table = as_table(figures, "share", warnings=(NOT_COMPARABLE, NEVER_POOLED), **said)
    more = figures.set_index("figure_id").assign(
        exposure_months=months(figures["period_from"], figures["period_until"]), note=notes(figures).to_numpy()
    )
    order = table["group"].tolist()
    wide = table.assign(**{c: more.loc[order, c].to_numpy() for c in ("n", "low", "high", "exposure_months")})
    first = ["group", "n", "estimate", "low", "high", "note", "exposure_months"]
    wide = wide[first + [c for c in wide.columns if c not in first]]
    wide.attrs = {"about": {**table.attrs["about"], "interval": "Wilson", "level": level, "method": "share"}}
    return wide
