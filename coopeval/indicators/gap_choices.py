"""The gap in survival with each comparison group, under each clock, way of making alike and definition."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
from scipy import stats

from coopeval import balance, cohort, survival
from coopeval.errors import DataError
from coopeval.indicators.choices import ARMS, CLOCKS, MAIN, MONTHS, Study, row, silent
from coopeval.indicators.definitions import ALL
from coopeval.indicators.survival_choices import RULES, TIMES, Share, at_month, satisfying, spliced, weighted_for_loss
from coopeval.uncertainty.shape import About

HEADLINE = "survival_gap"
WEIGHTS = ("logistic", "entropy", "overlap")
COVARIATES = {
    "register": ("legal_family", "entry_year"),  # of enterprises matched from the register nothing else is known
    "": ("project_type", "stage_at_entry", "economic_model", "entry_year"),
}
FEWEST = 5  # units of a level in either arm; smaller ones are put together
NO_OVERLAP = "separated"
LEAST_WEIGHT = 1e-12  # a weight of nothing takes part as nearly nothing


def rows(study: Study) -> list[dict[str, object]]:
    """`survival_gap`: programme less comparison, in the share still active at 36 months."""
    found = []
    for clock in CLOCKS:
        spells = cohort.spells(study.dataset, clock=clock)
        own = cohort.arm(spells, "programme")
        weighted = weighted_for_loss(own)
        under = _under(study, own, clock) if clock == MAIN[HEADLINE]["clock"] else {}
        for arm in ARMS:
            others = cohort.arm(spells, arm)
            found += _against(study, own, others, clock, arm)
            found += _by_definition(study, under, others, clock, arm)
            pair = weighted, weighted_for_loss(others)
            choices = {"against": arm, "clock": clock, "missing_rule": "weighted", "adjustment": "none"}
            found.append(row(HEADLINE, gap(*pair, study.level), **choices))
    return found


def _against(study: Study, own: pd.DataFrame, others: pd.DataFrame, clock: str, arm: str) -> list[dict[str, object]]:
    tell = partial(row, HEADLINE, against=arm, clock=clock)
    found = []
    for rule in RULES:
        pair = at_month(own, MONTHS, rule), at_month(others, MONTHS, rule)
        found.append(tell(gap(*pair, study.level), missing_rule=rule, adjustment="none"))
    plain = at_month(own, MONTHS), at_month(others, MONTHS)
    both = _coded(own, others)
    mine = both["is_studied"].to_numpy(bool)
    sides = [(which, both.loc[which, list(TIMES)]) for which in (mine, ~mine)]
    for method in WEIGHTS:
        weight = _weights(both, arm, method)
        for rule in RULES:
            figures = _weighted_gap(sides, weight, rule, study.level)
            found.append(tell(figures, missing_rule=rule, adjustment=method))
    found.append(tell(_cox(both, *plain, arm, study.level), missing_rule="censored", adjustment="cox"))
    return found


def _under(study: Study, own: pd.DataFrame, clock: str) -> dict[str, Share]:
    """The programme's share under each definition."""
    names = [name for name in study.definitions() if name != ALL]
    return {name: spliced(own, satisfying(study, own, clock, name), "censored") for name in names}


def _by_definition(study: Study, under: dict[str, Share], others: pd.DataFrame, clock: str, arm: str) -> list[dict]:
    """Each definition against an arm; nobody of the arm was assessed, so it stays whole."""
    whole = at_month(others, MONTHS)
    choices = {"against": arm, "clock": clock, "missing_rule": "censored", "adjustment": "none"}
    return [row(HEADLINE, gap(one, whole, study.level), definition=name, **choices) for name, one in under.items()]


def gap(one: Share, other: Share, level: float) -> dict[str, object]:
    """The difference of two independent shares, with limits from both errors."""
    if one.note or other.note:
        return silent(one.n, one.note or other.note, n_reference=other.n)
    se = float(np.hypot(one.se, other.se))
    estimate, half = one.estimate - other.estimate, stats.norm.ppf(0.5 + level / 2) * se
    return {**_sizes(one, other), "estimate": estimate, "se": se, "low": estimate - half, "high": estimate + half}


def _sizes(one: Share, other: Share) -> dict[str, object]:
    return {"n": one.n, "n_reference": other.n, "n_events": one.n_events, "n_reference_events": other.n_events}


def covariates_of(arm: str) -> list[str]:
    """What is known at entry of the programme's enterprises and of those of an arm."""
    return list(COVARIATES.get(arm, COVARIATES[""]))


def _coded(own: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    """Both arms below each other; the year of entry as a number, for it stands for the time and not for levels."""
    both = pd.concat([pd.DataFrame(dict(own)), pd.DataFrame(dict(others))], ignore_index=True)
    year = pd.to_numeric(both["entry_year"], errors="coerce")
    both = both.assign(is_studied=both["arm"].eq("programme"), entry_year=year.fillna(year.median()))
    both.attrs = {"about": About(own.attrs.get("about", {}))}
    return both


def _weights(both: pd.DataFrame, arm: str, method: str) -> np.ndarray | None:
    """The weights of a method; nothing where no weights make the arms alike."""
    try:
        weighed = balance.weights(both, "is_studied", covariates_of(arm), method=method, merge_below=FEWEST)
    except DataError:
        return None
    return np.maximum(weighed["weight"].to_numpy(float), LEAST_WEIGHT)


def _weighted_gap(
    sides: list[tuple[np.ndarray, pd.DataFrame]], weight: np.ndarray | None, rule: str, level: float
) -> dict[str, object]:
    if weight is None:
        return silent(float(len(sides[0][1])), NO_OVERLAP, n_reference=float(len(sides[1][1])))
    return gap(*(at_month(spells, MONTHS, rule, weight[which]) for which, spells in sides), level)


def _cox(both: pd.DataFrame, one: Share, other: Share, arm: str, level: float) -> dict[str, object]:
    """What a ratio of hazards means for the programme's share: S less S to the power of one over the ratio."""
    if one.note or other.note:
        return silent(one.n, one.note or other.note, n_reference=other.n)
    try:
        table = survival.hazards(both, " + ".join([f"arm({arm})", *covariates_of(arm)]), level=level)
    except DataError:
        return silent(one.n, NO_OVERLAP, n_reference=other.n)
    found = table[table["group"].eq("arm=programme")]
    ratio = found[["estimate", "low", "high"]].to_numpy(float).ravel()
    if len(ratio) < 3 or not np.isfinite(ratio).all() or not 0 < one.estimate < 1:
        note = str(found["note"].iloc[0]) if len(found) else ""
        return silent(one.n, note or "not_estimable", n_reference=other.n)
    gaps = one.estimate - one.estimate ** (1 / ratio)  # a higher hazard is a lower share: the limits change places
    se = (gaps[1] - gaps[2]) / (2 * stats.norm.ppf(0.5 + level / 2))
    return {**_sizes(one, other), "estimate": gaps[0], "low": gaps[2], "high": gaps[1], "se": se}
