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
from coopeval.survival.risk import counts
from coopeval.survival.robust import robust_se

LANDMARK = 12.0  # months; before it hardly anyone was assessed, so the course of all enterprises is taken
LOST = "lost_contact"
RULES = ("censored", "stopped", "alive")
TIMES = ("entry", "exit", "event", "end_kind", "followed_until")  # what the rules look at
LOSS = ("legal_family",)  # known of everyone at birth


class Share(NamedTuple):
    """A share still active at a month: how many it is about, how many had ended, and its error."""

    n: int
    n_events: float
    estimate: float
    se: float
    note: str


def rows(study: Study) -> list[dict[str, object]]:
    """`survival_36`: definition x clock x supposition; weighted for loss for all enterprises alone."""
    found = []
    for clock in CLOCKS:
        spells = cohort.spells(study.dataset, clock=clock, only="programme")
        for definition in study.definitions():
            own = None if definition == ALL else satisfying(study, spells, clock, definition)
            for rule in RULES:
                one = at_month(spells, MONTHS, rule) if own is None else spliced(spells, own, rule)
                choices = {"definition": definition, "clock": clock, "missing_rule": rule}
                found.append(row("survival_36", told(one, study.level), **choices))
        one = weighted_for_loss(spells)
        found.append(row("survival_36", told(one, study.level), clock=clock, missing_rule="weighted"))
    return found


def told(one: Share, level: float) -> dict[str, object]:
    """The figures of a share, with log-log limits."""
    if one.note:
        return silent(one.n, one.note)
    low, high = limits(np.array([one.estimate]), np.array([one.se]), level, "log-log")
    figures = {"n": one.n, "n_events": one.n_events, "estimate": one.estimate, "se": one.se}
    return {**figures, "low": low.item(), "high": high.item()}


def satisfying(study: Study, spells: pd.DataFrame, clock: str, definition: str) -> pd.DataFrame:
    """The spells of those that satisfy a definition, from their assessment and the landmark on.

    An enterprise can satisfy a definition only once it was assessed, and for that it had to be there: it counts from
    that day on (delayed entry), so that nobody's survival up to it is taken for survival under the definition.
    """
    met = study.under(definition)
    met = met[met["is_met"]]
    own = spells[spells["enterprise_id"].isin(met.index)]
    assessed = own["enterprise_id"].map(met["assessed_on"])
    since = months_between(own["enterprise_id"].map(study.zero(clock)), assessed, start_of_day=True)
    entry = np.maximum(own["entry"].to_numpy(float), np.maximum(since, LANDMARK))
    own = own.assign(entry=entry)
    return own[own["exit"] > own["entry"]].reset_index(drop=True)


def spliced(spells: pd.DataFrame, own: pd.DataFrame, rule: str) -> Share:
    """All enterprises of the programme up to the landmark, those that satisfy the definition from there on."""
    if not len(own):
        return Share(0, np.nan, np.nan, np.nan, "not_estimable")
    first, then = at_month(spells, LANDMARK, rule), at_month(own, MONTHS, rule)
    if first.note or then.note or not then.estimate > 0:
        return then._replace(note=first.note or then.note or "not_estimable")
    share = first.estimate * then.estimate
    se = share * np.hypot(first.se / first.estimate, then.se / then.estimate)
    return then._replace(estimate=share, se=float(se))


def at_month(spells: pd.DataFrame, months: float, rule: str = "censored", weight: np.ndarray | None = None) -> Share:
    """Kaplan-Meier at a month, with those lost from sight taken as the rule says; with weights and robust errors."""
    entry, leave, event = supposed(spells, rule)
    n = len(entry)
    if not n or leave.max() < months:
        return Share(n, np.nan, np.nan, np.nan, "beyond_follow_up" if n else "not_estimable")
    alone = np.zeros(n, dtype=np.int64)
    table = counts(entry, leave, event, alone, 1, weight)
    until = table.time <= months
    at_risk, ended = table.at_risk[until], table.n_events[until]
    stay = at_risk - ended
    with np.errstate(divide="ignore", invalid="ignore"):
        share = float(np.prod(stay / at_risk))
        if weight is None:
            terms = np.where(ended > 0, ended / (at_risk * stay), 0.0)
            se = share * float(np.sqrt(terms.sum())) if share > 0 else np.nan
        else:
            frame = pd.DataFrame({"entry": entry, "exit": leave, "event": event})
            se = float(np.r_[0.0, robust_se(frame, alone, 1, weight)][until.sum()])
    return Share(n, float((event & (leave <= months)).sum()), share, se, "")


def supposed(spells: pd.DataFrame, rule: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Entry, exit and event if those lost from sight are censored, ceased when last seen, or are there to this day."""
    entry, leave = (spells[column].to_numpy(float) for column in ("entry", "exit"))
    event, lost = spells["event"].to_numpy(bool), spells["end_kind"].eq(LOST).to_numpy()
    if rule == "stopped":
        return entry, leave, event | lost
    if rule == "alive":
        return entry, np.where(lost, np.maximum(spells["followed_until"].to_numpy(float), leave), leave), event
    return entry, leave, event


def weighted_for_loss(spells: pd.DataFrame) -> Share:
    """The share at 36 months weighted for who is lost, as survival.weighted_for_loss_at has it."""
    n = len(spells)
    if not n:
        return Share(0, np.nan, np.nan, np.nan, "not_estimable")
    table = survival.weighted_for_loss_at(spells, list(LOSS), [MONTHS])
    one = table[table["group"].eq("weighted_for_loss")].iloc[0]
    return Share(n, float(one["n_events"]), float(one["estimate"]), float(one["se"]), str(one["note"]))
