"""Which published shares on one question can be pooled, why the others cannot, and what the pooled ones say."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from coopeval import reference
from coopeval.errors import ParameterError
from coopeval.evidence.figure_rows import AS_PUBLISHED, notes, period, source
from coopeval.uncertainty import estimates, funnel, random_effects, wilson
from coopeval.uncertainty.pooling import FEWEST_STRUCTURES
from coopeval.wording import N_

POOLED = "all"
MORE = ("n_structures", "predicted_low", "predicted_high", "heterogeneity_share", "p")  # figures of the pooled row
STRUCTURES = ("comparable", "benchmark")  # of `entity_kind`: no rates of statistical offices, not the programme itself
EXACT = "as_given"  # of `counting`: neither about, at least nor at most
TOO_FEW = N_("Fewer than three of these figures can be pooled, so no pooled figure is given.")
OTHERS = N_(
    "Rates of statistical offices are left out, as they describe all enterprises, and so is the programme itself."
)
FIRST_REASON = N_("Where several reasons stand against pooling a figure, the first of them is shown.")
REBUILT = N_("Where only a share and its denominator were published, the number counted was worked out from both.")
MIDDLE = N_("The pooled figure is the share of a structure in the middle, not an average over all their projects.")
INTERVAL = N_("Wilson; of the pooled figure Hartung-Knapp, not below the plain error")


class Question(NamedTuple):
    """What figures must have in common to be pooled: fixed here, and not by what happens to have been published."""

    measures: tuple[str, ...]
    whole: str  # denominator_unit
    clock: str
    at_months: float  # nan where the question has no horizon
    definition: str
    estimand: str


QUESTIONS: dict[str, Question] = {
    "creation": Question(
        ("creation_rate", "enterprises_created"), "projects", "cumulative", np.nan, "own_count",
        N_("Share of supported projects that became an enterprise"),
    ),
    "survival": Question(
        ("survival", "still_active_mixed_ages", "survival_no_horizon"), "enterprises", "since_birth", 36.0, "own_count",
        N_("Share of enterprises still active"),
    ),
    "additionality": Question(
        ("share_fully_additional",), "enterprises", "as_period", np.nan, "evaluation",
        N_("Share of enterprises that would not have been started otherwise"),
    ),
}  # fmt: skip


def poolable(question: str, level: float = 0.95) -> pd.DataFrame:
    """Every published figure on one question, and whether it may be pooled with others.

    One row per figure, the poolable ones first. Poolable are exact figures with a published denominator in the unit,
    clock, horizon and definition that the question asks for, one per structure: the latest. Two different figures
    of a structure for the same period are both left out. A structure is known by its name: a network and its
    members are to be given one.

    Parameters
    ----------
    question
        One of QUESTIONS.
    level
        Of the Wilson limits, which stand where numerator and denominator are known.

    Returns
    -------
    Estimate table: `group` (figure), `n`, `n_events`, `estimate`, `low`, `high`, `poolability` (code list of that
    name; the first reason that applies, in the order of the list), period, definition, clock, source.
    Counts published without a denominator have no estimate.

    Raises
    ------
    ParameterError
        Another question.

    >>> poolable("creation").set_index("group")["poolability"].loc[["IN050", "IN076"]].tolist()
    ['poolable', 'no_denominator']
    """
    asked = _question(question)
    figures = reference.published()
    figures = figures[figures["measure"].isin(asked.measures) & figures["entity_kind"].isin(STRUCTURES)]
    rows = _counted(figures.reset_index(drop=True))
    rows = rows.assign(poolability=_poolability(rows, asked), note=notes(rows).replace("no_denominator", ""))
    low, high = wilson(rows["n_events"], rows["n"], level)
    rows = rows.assign(
        group=rows["figure_id"], low=low, high=high, period=period(rows), source=source(rows),
        is_last=rows["poolability"].ne("poolable"),
    ).sort_values(["is_last", "entity", "period_until", "at_months", "figure_id"], kind="stable")  # fmt: skip
    kept = [
        "group", "at_months", "n", "n_events", "estimate", "low", "high", "note", "poolability", "period",
        "definition", "clock", "source",
    ]  # fmt: skip
    return estimates(rows[kept], **_about(asked, level), warnings=(OTHERS, FIRST_REASON, REBUILT))


def pooled(question: str, level: float = 0.95) -> pd.DataFrame:
    """The figures of `poolable`, and below them the pooled one, if at least three can be pooled.

    Returns
    -------
    Estimate table of `poolable` with a last row `all`: `n_structures` pooled, `estimate`, `low`, `high`,
    `predicted_low`, `predicted_high` (where the share of another structure would lie), `heterogeneity_share` (I2:
    part of what they differ by that is not chance), `p` (of no heterogeneity). With fewer than three the figures
    are empty, the note is `too_few_poolable` and a warning says so.

    Source
    ------
    `uncertainty.random_effects`: logits, REML, Hartung-Knapp errors not below the plain ones.

    >>> pooled("creation")[["group", "n_structures", "estimate", "note"]].tail(1).values.tolist()
    [['all', 1.0, nan, 'too_few_poolable']]
    """
    table = poolable(question, level)
    about = table.attrs["about"]
    alike = table[table["poolability"].eq("poolable")]
    told = {"group": POOLED, "n_structures": float(len(alike)), "note": "too_few_poolable"}
    if len(alike) < FEWEST_STRUCTURES:
        said = {**about, "warnings": (TOO_FEW, *about["warnings"])}
    else:
        found = random_effects(alike["n_events"], alike["n"], level)
        shared = ("estimate", "low", "high", "predicted_low", "predicted_high")
        told |= {name: getattr(found, name) for name in shared}
        told |= {"heterogeneity_share": found.i2, "p": found.q_p, "note": ""}
        said = {**about, "method": found.method, "interval": INTERVAL, "warnings": (MIDDLE, *about["warnings"])}
    last = pd.DataFrame([told]).reindex(columns=[*table.columns, *MORE])
    words = ["poolability", "period", "definition", "clock", "source"]
    last[words] = ""
    wide = table.reindex(columns=last.columns)
    numbers = [c for c in last.columns if c not in {"group", "note", *words}]
    both = pd.concat([wide.astype(dict.fromkeys(numbers, float)), last.astype(dict.fromkeys(numbers, float))])
    return estimates(both, **said)


def funnel_of(question: str, level: float = 0.95) -> pd.DataFrame:
    """The poolable figures with the limits within which chance alone would keep a structure of that size.

    Returns
    -------
    Estimate table of kind "league": `group`, `n`, `n_events`, `estimate`, `low`, `high` (Wilson), `expected` (share
    of all of them together), `limit_low`, `limit_high`, note. With fewer than three poolable figures there is no
    yardstick: `expected` and its limits are empty, note `too_few_poolable`.

    Source
    ------
    `uncertainty.funnel`: exact binomial limits, Spiegelhalter (2005).

    >>> funnel_of("creation")[["group", "n", "n_events", "expected", "note"]].values.tolist()
    [['IN050', 124.0, 57.0, nan, 'too_few_poolable']]
    """
    table = poolable(question, level)
    alike = table[table["poolability"].eq("poolable")]
    rows = alike[["group", "n", "n_events", "estimate", "low", "high", "note", "period", "source"]].assign(
        standardised=np.nan, expected=np.nan, limit_low=np.nan, limit_high=np.nan
    )
    few = len(rows) < FEWEST_STRUCTURES
    if few:
        rows["note"] = "too_few_poolable"
    else:
        around = funnel(rows["n_events"], rows["n"], levels=(level,))
        low, high = around.limits(rows["n"])[0]
        rows = rows.assign(expected=around.target, limit_low=low, limit_high=high)
    about = {**table.attrs["about"], "kind": "league", "warnings": ((TOO_FEW,) if few else ()) + (OTHERS,)}
    return estimates(rows, **about)


def _question(question: str) -> Question:
    if question not in QUESTIONS:
        raise ParameterError(f'"{question}" is not a question put to figures. Choose one of {", ".join(QUESTIONS)}.')
    return QUESTIONS[question]


def _about(asked: Question, level: float) -> dict[str, object]:
    return {
        **AS_PUBLISHED, "unit": "share", "method": "share", "interval": "Wilson", "level": level,
        "estimand": asked.estimand, "population": N_("Structures that support enterprises, as each of them counts"),
    }  # fmt: skip


def _counted(figures: pd.DataFrame) -> pd.DataFrame:
    """Numerator and denominator as far as published; a count without denominator is no share and gets no estimate."""
    whole, is_share = figures["denominator"], figures["unit"].eq("share")
    hits = figures["numerator"].where(figures["numerator"].notna(), (figures["value"].where(is_share) * whole).round())
    share = figures["value"].where(is_share, hits / whole)
    return figures.assign(n=whole, n_events=hits.where(whole.notna()), estimate=share)


def _poolability(rows: pd.DataFrame, asked: Question) -> np.ndarray:
    """The first reason, in the order of the list, why a figure cannot be pooled."""
    horizon = rows["at_months"].eq(asked.at_months) | (rows["at_months"].isna() & np.isnan(asked.at_months))
    reasons = {
        "no_denominator": rows["n"].isna(),
        "other_unit": rows["denominator_unit"].ne(asked.whole),
        "other_clock": rows["clock"].ne(asked.clock),
        "other_horizon": ~horizon,
        "other_definition": rows["definition"].ne(asked.definition),
        "other_counting": rows["counting"].ne(EXACT),
    }
    out = np.logical_or.reduce(list(reasons.values()))
    left = rows[~out]
    told = left.groupby(["entity", "period_from", "period_until"])[["n_events", "n"]].transform("nunique")
    at_odds = told.gt(1).any(axis=1)
    latest = left[~at_odds].sort_values(["period_until", "figure_id"]).drop_duplicates("entity", keep="last").index
    reasons["conflicting_editions"] = rows.index.isin(left.index[at_odds])
    reasons["same_structure_twice"] = ~out & ~rows.index.isin(latest)
    return np.select(list(reasons.values()), list(reasons), "poolable")
