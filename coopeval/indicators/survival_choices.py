"""Survival at 36 months under each definition, clock and supposition about those lost from sight."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from coopeval import cohort, survival
from coopeval.indicators.choices import CLOCKS, MONTHS, Study, row, silent
from coopeval.indicators.definitions import ALL
from coopeval.semesters import months_between
from coopeval.survival.intervals import limits

LANDMARK = 12.0  # months; before it hardly anyone was assessed, so the course of all enterprises is taken
LOST = "lost_contact"
RULES = ("censored", "stopped", "alive", "weighted")
LOSS = ("legal_family",)  # known of everyone at birth


class Share(NamedTuple):
    """A share still active at a month: how many it is about, how many had ended, and its error."""

    n: int
    n_events: float
    estimate: float
    se: float
    note: str


def rows(study: Study) -> list[dict[str, object]]:
    """`survival_36`: definition x clock x supposition."""
    found = []
    for clock in CLOCKS:
        spells = cohort.spells(study.dataset, clock=clock, only="programme")
        for definition in study.definitions():
            for rule in RULES:
                one = under(study, spells, clock, definition, rule)
                choices = {"definition": definition, "clock": clock, "missing_rule": rule}
                found.append(row("survival_36", told(one, study.level), **choices))
    return found


def told(one: Share, level: float) -> dict[str, object]:
    """The figures of a share, with log-log limits."""
    if one.note:
        return silent(one.n, one.note)
    low, high = limits(np.array([one.estimate]), np.array([one.se]), level, "log-log")
    figures = {"n": one.n, "n_events": one.n_events, "estimate": one.estimate, "se": one.se}
    return {**figures, "low": low.item(), "high": high.item()}


def under(study: Study, spells: pd.DataFrame, clock: str, definition: str, rule: str = "censored") -> Share:
    """The share of those that satisfy a definition.

    An enterprise can satisfy one only once it was assessed, and for that it had to be there: it counts from that day
    on, and up to the landmark the course of all enterprises of the programme is taken. So nobody's survival up to the
    assessment is counted as survival of those who satisfy the definition.
    """
    if definition == ALL:
        return at_month(spells, MONTHS, rule)
    met = study.under(definition)
    met = met[met["is_met"]]
    own = spells[spells["enterprise_id"].isin(met.index)].copy()
    own.attrs = spells.attrs
    since = _months_to(study, own, clock, met["assessed_on"])
    later = own.assign(entry=np.maximum(own["entry"], np.maximum(since, LANDMARK)))
    later = later[later["exit"] > later["entry"]].reset_index(drop=True)
    later.attrs = spells.attrs
    if not len(later):
        return Share(0, np.nan, np.nan, np.nan, "not_estimable")
    first, then = at_month(spells, LANDMARK, rule), at_month(later, MONTHS, rule)
    if first.note or then.note:
        return then._replace(note=first.note or then.note)
    share = first.estimate * then.estimate
    se = share * np.hypot(first.se / first.estimate, then.se / then.estimate if then.estimate > 0 else np.nan)
    return Share(then.n, then.n_events, share, float(se), "")


def at_month(spells: pd.DataFrame, months: float, rule: str) -> Share:
    """Kaplan-Meier at a month, with those lost from sight taken as the rule says."""
    if rule == "weighted":
        table = survival.weighted_for_loss_at(spells, list(LOSS), [months])
        table = table[table["group"].eq("weighted_for_loss")]
    else:
        table = survival.at(supposed(spells, rule), [months])
    if not len(table):
        return Share(len(spells), np.nan, np.nan, np.nan, "not_estimable")
    one = table.iloc[0]
    return Share(len(spells), float(one["n_events"]), float(one["estimate"]), float(one["se"]), str(one["note"]))


def supposed(spells: pd.DataFrame, rule: str) -> pd.DataFrame:
    """The spells if those lost from sight ceased when last seen, or are there to this day."""
    lost = spells["end_kind"].eq(LOST)
    if rule == "stopped":
        changed = spells.assign(event=spells["event"] | lost)
    elif rule == "alive":
        later = spells["followed_until"].clip(lower=spells["exit"])
        changed = spells.assign(exit=spells["exit"].where(~lost, later))
    else:
        return spells
    changed.attrs = spells.attrs
    return changed


def _months_to(study: Study, own: pd.DataFrame, clock: str, assessed_on: pd.Series) -> np.ndarray:
    """Months from zero of the clock to the assessment of each enterprise."""
    enterprises = study.dataset["enterprises"].set_index("enterprise_id")
    zero = own["enterprise_id"].map(enterprises["born_on"])
    if clock == "entry":
        entered = study.dataset["projects"].set_index("project_id")["entered_on"]
        zero = own["enterprise_id"].map(enterprises["project_id"]).map(entered)
    return months_between(zero, own["enterprise_id"].map(assessed_on), start_of_day=True)
