"""The rule of each kind of figure, and what it may show."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from coopeval.disclosure import (
    balance,
    contrasts,
    counts,
    curves,
    decisions,
    durations,
    effects,
    flows,
    forecasts,
    league,
    models,
    occupation,
    own,
    ratios,
    specifications,
    weights,
)
from coopeval.disclosure.cells import LISTS
from coopeval.disclosure.rules import Rules
from coopeval.errors import DisclosureError

ORDER = ("against", "reference", "period", "k_eur", "bandwidth")  # labels that tell rows of one group apart
LABELS = {
    "group", *LISTS, "note", "tau", "unit", "own", "own_year", "counted_in", "design", "headline", "definition",
    "perimeter", "clock", "missing_rule", "adjustment", "is_main", *ORDER,
}  # fmt: skip
FIGURES = {
    "n", "at_risk", "n_events", "estimate", "se", "low", "high", "p", "p_adjusted", "p_permutation", "statistic", "df",
    "observed", "expected", "largest_share", "two_largest_share", "two_largest_amount", "numerator", "denominator",
    "detectable", "before", "after", "e_value", "e_value_limit", "cost_eur", "effect", "increment_cost_eur",
    "increment_effect", "standardised", "limit_low", "limit_high",
}  # fmt: skip
P = ("p", "p_adjusted", "p_permutation")
WAYS = ("unadjusted", "weighted", "doubly_robust", "standardised", "threshold")  # from the simplest on
RELEASE: dict[str, tuple[Callable[[pd.DataFrame, Rules], pd.DataFrame], tuple[str, ...]]] = {  # and what it may show
    "curve": (curves.curve, ("at_risk", "n_events", "estimate", "low", "high")),
    "at": (curves.at, ("at_risk", "n_events", "estimate", "low", "high")),
    "mean": (durations.mean, ("n_events", "estimate", "low", "high", *P)),
    "difference": (contrasts.difference, ("n_events", "estimate", "low", "high", "p", "p_adjusted", "detectable")),
    "test": (
        contrasts.test, ("n_events", "observed", "expected", "estimate", "low", "high", "statistic", "df", *P)
    ),
    "share": (counts.share, ("n_events", "estimate", "low", "high")),
    "count": (counts.count, ("n_events", "estimate")),
    "sum": (counts.total, ("estimate",)),
    "occupation": (occupation.occupation, ("at_risk", "estimate", "low", "high")),
    "flow": (flows.flow, ("estimate",)),
    "ratio": (ratios.ratio, ("numerator", "denominator", "estimate", "low", "high")),
    "weights": (weights.weights, ("at_risk", "estimate", "largest_share")),
    "own_practice": (own.practice, ("n_events", "estimate")),
    "balance": (balance.balance, ("n_events", "before", "after")),
    "effect": (
        effects.effect,
        ("n_events", "estimate", "low", "high", "p", "p_adjusted", "e_value", "e_value_limit"),
    ),
    "decision": (
        decisions.decision,
        ("cost_eur", "effect", "increment_cost_eur", "increment_effect", "estimate", "low", "high"),
    ),
    "league": (
        league.league,
        ("n_events", "estimate", "standardised", "low", "high", "expected", "limit_low", "limit_high"),
    ),
    "specification": (specifications.specification, ("estimate", "low", "high")),
    "forecast": (forecasts.forecast, ("n_events", "estimate")),
    "model": (models.model, ("estimate", "low", "high", "p")),
}  # fmt: skip


def released(table: pd.DataFrame, kind: str, rules: Rules) -> pd.DataFrame:
    """The table by the rule of its kind: hidden rows emptied, figures without a rule gone, rows in order of label."""
    _refuse_unknown_columns(table)
    own.refuse_what_is_no_commitment(table)
    release, shown = RELEASE[kind]
    by_rule = release(table, rules)
    made = _in_order(_emptied(pd.DataFrame(by_rule), shown))  # bare: pandas copies what hangs on a frame at each step
    made.attrs = dict(by_rule.attrs)
    return made


def _refuse_unknown_columns(table: pd.DataFrame) -> None:
    unknown = [c for c in table.columns if c not in LABELS | FIGURES and not c.startswith("n_")]
    if unknown:
        raise DisclosureError(
            f"The gate does not know the columns {', '.join(unknown)}, so it cannot tell what they give away. "
            "Leave them out, or teach the gate their rule."
        )
    needed = {"group", "n", "note"} - set(table.columns)
    if needed:
        raise DisclosureError(f"An estimate table has {', '.join(sorted(needed))} too; this one has not. Add them.")


def _emptied(released: pd.DataFrame, shown: tuple[str, ...]) -> pd.DataFrame:
    """Hidden rows without figures, and no figure without a rule: a standard error, for one, gives counts back.

    Column by column in arrays, put together once: a frame changed in place is checked and copied at each step.
    """
    hidden = released["hidden"].to_numpy(bool)
    columns = {}
    for name, column in released.items():
        if name in FIGURES or name.startswith("n_"):
            has_rule = name in ("n", *shown) or name not in FIGURES
            columns[name] = np.where(hidden, np.nan, _numbers(column)) if has_rule else np.full(len(hidden), np.nan)
        else:
            columns[name] = column.array
    note = columns["note"] if not released["note"].isna().any() else released["note"].fillna("").array
    columns |= {"hidden": hidden, "note": np.where(hidden, "withheld", np.asarray(note, object))}
    return pd.DataFrame(columns, index=released.index)


def _numbers(column: pd.Series) -> np.ndarray:
    return column.to_numpy(float) if column.dtype in (float, int, bool) else column.astype(float).to_numpy()


def _in_order(released: pd.DataFrame) -> pd.DataFrame:
    """By label: an order that followed the values would tell what rounding hides. Unknown and the total stand last."""
    rank = released["group"].map({"unknown": 1, "all": 2} | {way: place for place, way in enumerate(WAYS)}).fillna(0)
    keys = ["_rank", "group", *(c for c in (*LISTS, *ORDER) if c in released)]
    if released["group"].isin(WAYS).all() and "against" in released:  # ways of estimating: one comparison after another
        keys = ["against", *keys]
    labels = [rank if name == "_rank" else _today_first(released[name]) for name in keys]
    order = _order(labels)
    if not np.array_equal(order, np.arange(len(order))):
        released = released.take(order)
    return released.set_axis(pd.RangeIndex(len(order)))


def _order(labels: list[pd.Series]) -> np.ndarray:
    """Places in the order of the labels, the first one first; equal ones as they stood, what is not known last."""
    if all(label.dtype.kind in "ifb" or set(map(type, label)) == {str} for label in labels):
        columns = [label.to_numpy() if label.dtype.kind in "ifb" else label.to_numpy(str) for label in labels]
        return np.lexsort(columns[::-1])  # the same order: text by code point, no number last, stable
    every = pd.DataFrame({place: label.array for place, label in enumerate(labels)})
    return every.sort_values(list(every.columns), kind="stable").index.to_numpy()


def _today_first(column: pd.Series) -> pd.Series:
    return column.replace("today", "") if column.name == "period" else column
