"""Differences of two independent shares (R1, R3, R4): worked out again from counts in fives."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.disclosure import cells
from coopeval.disclosure.durations import at_most
from coopeval.disclosure.rounding import some, up
from coopeval.disclosure.rules import Rules
from coopeval.uncertainty import about_of, detectable, fisher, holm, newcombe

COUNTS = ("n_events", "n", "n_events_reference", "n_reference")
BEHIND = ("n_persons", "n_enterprises", "n_persons_reference", "n_enterprises_reference")
DETECTABLE_STEP = 0.05


def is_of_counts(table: pd.DataFrame) -> bool:
    """Whether a table of differences holds the counts it was made of."""
    return set(COUNTS) <= set(table.columns)


def between_counts(table: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """A difference tells of both groups, so both must pass what a share must; then it is made of rounded counts."""
    said = about_of(table)
    level = float(said["level"])
    hidden = _small(table, "", rules, said["privacy"]) | _small(table, "_reference", rules, said["privacy"])
    rounded = {c: pd.Series(some(table[c], rules.base_count), index=table.index) for c in COUNTS}
    for part, whole in (COUNTS[:2], COUNTS[2:]):
        rounded[part] = np.minimum(rounded[part], rounded[whole])
    figures = [rounded[c] for c in COUNTS]
    low, high = newcombe(*figures, level)
    known = table["estimate"].notna()
    shares = [part / whole.where(whole > 0) for part, whole in (figures[:2], figures[2:])]
    p = pd.Series(at_most(fisher(*figures)), index=table.index).where(table["p"].notna())
    shown = {
        **rounded, "estimate": shares[0] - shares[1], "low": low, "high": high, "p": p,
        "detectable": _outward(detectable(rounded["n"], rounded["n_reference"], shares[1], level=level)),
    }  # fmt: skip
    if "p_adjusted" in table:
        shown["p_adjusted"] = at_most(holm(p.mask(hidden).to_numpy(float)))
    shown = {
        c: figure if c in COUNTS else pd.Series(figure, index=table.index).where(known) for c, figure in shown.items()
    }
    return table.assign(**shown, **{c: np.nan for c in BEHIND if c in table}, hidden=hidden)


def _small(table: pd.DataFrame, side: str, rules: Rules, privacy: str) -> pd.Series:
    named = {f"{c}{side}": c for c in ("n", "n_events", "n_persons", "n_enterprises")}
    own = table[[c for c in named if c in table]].rename(columns=named)
    few = cells.too_few_units(own, own["n"].fillna(0), rules, privacy)
    return few | cells.small_part(own["n_events"], own["n"], rules, privacy, of_persons="n_persons" in own)


def _outward(gaps) -> np.ndarray:
    """Sizes of differences, never smaller than they are, with their sign."""
    return np.sign(gaps) * up(np.abs(gaps), DETECTABLE_STEP)
