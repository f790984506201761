"""Indicators of who is supported, what is created, and whether it lasts."""

from __future__ import annotations

from coopeval import cohort, portfolio, quality, survival
from coopeval.indicators.entry import Indicator
from coopeval.wording import N_

AGES = (12.0, 24.0, 36.0, 60.0)
CREATION_MONTHS = 24


def _entered(moment):
    return portfolio.projects(moment.dataset, "entry_year", since=moment.since)


def _selection(moment):
    return portfolio.selection(moment.dataset, level=moment.level)


def _supported(moment):
    return portfolio.enterprises(moment.dataset, "legal_family")


def _created(moment):
    return portfolio.enterprises(moment.dataset, "legal_family", "created", since=moment.since)


def _creation(moment):
    return portfolio.creation(moment.dataset, months=CREATION_MONTHS, level=moment.level)


def _stopped(moment):
    return portfolio.stops(moment.dataset)


def _women(moment):
    return portfolio.women_holders(moment.dataset, level=moment.level)


def _survival(moment):
    return survival.at(cohort.spells(moment.dataset, clock="age", only="programme"), AGES, level=moment.level)


def _response(moment):
    return quality.response(moment.dataset, by=None, since=moment.since, level=moment.level)


def _at(months: float) -> dict[str, object]:
    return {"group": "all", "at_months": months}


PEOPLE = ("structures", "projects", "enterprises")
SURVIVES = N_("Share of the programme's enterprises still active at this age (Kaplan-Meier, delayed entry).")
ENTRIES = (
    Indicator(
        "projects_entered", ("Q05", "Q07", "Q17"), "10_portfolio", "output",
        N_("Selected projects that entered the programme."), "portfolio.projects", _entered, counts_from=True,
    ),
    Indicator(
        "selection_rate", ("Q09",), "10_portfolio", "output",
        N_("Share of all applications that were selected."), "portfolio.selection", _selection, {"group": "selected"},
    ),
    Indicator(
        "enterprises_supported", ("Q06", "Q20"), "10_portfolio", "output",
        N_("Enterprises of selected projects, those that existed before included; each legal entity once."),
        "portfolio.enterprises", _supported, grows=True, eu_code="RCO04",
    ),
    Indicator(
        "enterprises_created", ("Q18",), "10_portfolio", "result",
        N_("First enterprises of selected projects, born on or after the day the project entered."),
        "portfolio.enterprises", _created, counts_from=True, eu_code="RCO05",
    ),
    Indicator(
        "creation_24_months", ("Q18",), "10_portfolio", "result",
        N_("Share of projects that created an enterprise within 24 months of entry, among intakes that had the time."),
        "portfolio.creation", _creation, _at(float(CREATION_MONTHS)),
    ),
    *(
        Indicator(
            f"survival_{age:.0f}_months", ("Q02", "Q18"), "20_survival", "result", SURVIVES, "survival.at", _survival,
            _at(age),
        )
        for age in AGES
    ),
    Indicator(
        "projects_stopped", ("Q12",), "10_portfolio", "output", N_("Selected projects that stopped on the way."),
        "portfolio.stops", _stopped, grows=True,
    ),
    Indicator(
        "share_women_holders", ("Q23",), "10_portfolio", "output",
        N_("Share of women among the persons who carry the selected projects."), "portfolio.women_holders", _women,
    ),
    Indicator(
        "response_rate", ("Q07",), "00_data_quality", "output",
        N_("Share of follow-ups answered, in time or late, among all that were due."), "quality.response",
        _response, needs=(*PEOPLE, "followups"), counts_from=True,
    ),
)  # fmt: skip
