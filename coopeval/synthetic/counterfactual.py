"""The true effect of each comparison: what would have become of the programme's enterprises had they stood elsewhere.

For every enterprise of the programme the generator knows two hazards of ceasing: its own, and the one it would have had
among the comparators. Both are followed over the same enterprises, from the same late entries to the same last day.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval import semesters
from coopeval.synthetic import hazards
from coopeval.synthetic.chance import DAYS_PER_MONTH

STEP = 0.5  # months of the grid on which hazards are summed
HORIZONS = (36, 60)
LONGEST = 140.0  # months since entry for which hazard ratios are averaged: the world lasts no longer
SCORED = ("rejected", "waiting_list")  # arms whose enterprises have a score of the jury, as those of the programme
OTHER_ENDS = sum(hazards.OTHER_CAUSES.values()) + hazards.LOSING_CONTACT["programme"]
COMPARISONS_ARE = (
    "Effect on the programme's own enterprises (ATT). Each has its own hazard of ceasing, and the one it would "
    "have with the factors of the comparators (arm, structure, no programme of S1; its score kept where "
    "comparators have one) and its own legal family, sector and age. Survival at t = exp(-sum of the mean hazard "
    "of those at risk): an enterprise counts from its late entry to the last day, by its chance of still being "
    "there under the hazard in question. It is what a Kaplan-Meier curve of the programme, and one of comparators"
    " with perfect weights, estimate on that clock with delayed entry. difference = with the programme less "
    "without; rmst = area under the curve to that month; hazard_ratio = ends expected with the programme over "
    "ends expected without, of the same enterprises while at risk; hazard_ratio_planted = the factor of the arm "
    "(and structure) alone, as for an enterprise of the programme innovate."
)


def comparators(world) -> dict[str, pd.DataFrame]:
    """The enterprises of each group that the programme is compared with, by the name of the comparison."""
    units = world.units[~world.units["is_successor"]]
    arms = {name: units[units["arm"].eq(name)] for name in ("register", "structure", *SCORED)}
    each = units[units["arm"].eq("structure")].groupby("structure_id", sort=True)
    every = {**arms, **dict(iter(each))}
    return {name: of for name, of in every.items() if len(of)}


def factor_without(own: pd.DataFrame, name: str, of: pd.DataFrame) -> np.ndarray:
    """By how much the hazard of the programme's enterprises would differ, had they been among the comparators.

    Several structures together count as those of them that enterprises of the same family and sector are with.
    """
    kind = ["legal_family", "nace_section"]
    ratio = own[kind].join(of.groupby(kind)["structure_ratio"].mean(), on=kind)["structure_ratio"]
    arm = "structure" if name not in hazards.ARMS else name
    there = own.assign(arm=arm, structure_ratio=ratio.fillna(of["structure_ratio"].mean()), programme="")
    return hazards.factor(there if name in SCORED else there.assign(selection_score=np.nan))


def comparisons(world, units: pd.DataFrame, day: pd.Timestamp) -> list[dict]:
    """Rows against, clock, at_months: the true effect on the programme's enterprises under observation by that day."""
    own = units[units["arm"].eq("programme")]
    if own["zero_on"].notna().sum() == 0:
        return []
    timed = {clock: _timed(own, clock, day) for clock in ("age", "entry")}
    lived = {clock: _lived(frame, frame["factor"].to_numpy(float)) for clock, frame in timed.items()}
    ends = expected_ends(timed["entry"])
    rows = []
    for name, of in comparators(world).items():
        planted = hazards.ARMS["programme"] / (hazards.ARMS.get(name, 1.0) * of["structure_ratio"].mean())
        times = factor_without(timed["entry"], name, of) / timed["entry"]["factor"].to_numpy(float)
        ratios = {"hazard_ratio_planted": planted, "hazard_ratio": ends.sum() / (ends @ times)}
        for clock, frame in timed.items():
            without = _lived(frame, factor_without(frame, name, of))
            for months in HORIZONS:
                figures = {**ratios, **_effect(lived[clock][months], without[months])}
                figures = {word: round(float(value), 5) for word, value in figures.items()}
                rows.append({"against": name, "clock": clock, "n": len(frame), "at_months": months, **figures})
    return rows


def _lived(timed: pd.DataFrame, factor: np.ndarray) -> dict[int, tuple[float, float]]:
    """Survival to each horizon, and the months lived until then."""
    curve = expected_curve(timed, factor, max(HORIZONS))
    upto = {months: curve[: round(months / STEP) + 1] for months in HORIZONS}
    return {months: (part[-1], np.trapezoid(part, dx=STEP)) for months, part in upto.items()}


def _effect(with_it: tuple[float, float], without: tuple[float, float]) -> dict[str, float]:
    return {
        "survival_with": with_it[0], "survival_without": without[0], "difference": with_it[0] - without[0],
        "rmst_with": with_it[1], "rmst_without": without[1], "rmst_difference": with_it[1] - without[1],
    }  # fmt: skip


def expected_curve(timed: pd.DataFrame, factor: np.ndarray, months: float) -> np.ndarray:
    """Expected survival from 0 to a month by steps, of enterprises with entry, until, age_at_zero and a factor each."""
    at_risk, hazard = _at_risk(timed, factor, months)
    size = at_risk.sum(axis=0)
    rate = np.divide((at_risk * hazard).sum(axis=0), size, out=np.zeros(len(size)), where=size > 0)
    return np.exp(-np.concatenate([[0.0], np.cumsum(rate) * STEP]))


def expected_ends(timed: pd.DataFrame) -> np.ndarray:
    """How many times each enterprise is expected to cease while at risk: its hazard, summed by its chance to be there.

    On the clock of entry, so that none is at risk past the end of the grid.
    """
    at_risk, hazard = _at_risk(timed, timed["factor"].to_numpy(float), LONGEST)
    return (at_risk * hazard).sum(axis=1) * STEP


def _at_risk(timed: pd.DataFrame, factor: np.ndarray, months: float) -> tuple[np.ndarray, np.ndarray]:
    """Chance of each enterprise to be under observation at the middle of each step, and its hazard there."""
    middle = np.arange(STEP / 2, months, STEP)
    entry, until, before = (timed[word].to_numpy(float)[:, None] for word in ("entry", "until", "age_at_zero"))
    age = np.maximum(middle + before, 0.0)
    base = hazards.ceasing_until(age) - hazards.ceasing_until(np.maximum(entry + before, 0.0))
    staying = np.exp(-factor[:, None] * base - OTHER_ENDS * (middle - entry))
    bands = np.array(hazards.CEASING)[np.searchsorted(hazards.AGE_BANDS, age, side="right") - 1]
    return np.where((entry < middle) & (middle <= until), staying, 0.0), bands * factor[:, None]


def _timed(own: pd.DataFrame, clock: str, day: pd.Timestamp) -> pd.DataFrame:
    """The programme's enterprises on a clock: entry, until (the last day, whatever became of them), age_at_zero."""
    zero = own["born_on"] if clock == "age" else own["zero_on"]
    seen = own[["born_on", "observed_from"]].max(axis=1)
    seen = seen if clock == "age" else pd.concat([seen, zero], axis=1).max(axis=1)
    timed = own.assign(
        entry=np.maximum(semesters.months_between(zero, seen, start_of_day=True), 0.0),
        until=semesters.months_between(zero, pd.Series(day, index=own.index)),
        age_at_zero=0.0 if clock == "age" else (zero - own["born_on"]).dt.days / DAYS_PER_MONTH,
    )
    return timed[zero.notna() & timed["until"].gt(timed["entry"])]
