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
from coopeval.indicators.survival_choices import Share, at_month, supposed, under

HEADLINE = "survival_gap"
WEIGHTS = ("logistic", "entropy", "overlap")
CRUDE_RULES = ("censored", "stopped", "alive", "weighted")
RULES = {"none": CRUDE_RULES, "logistic": ("censored", "stopped", "alive")}  # of the others, censored alone
COVARIATES = {
    "register": ("legal_family", "entry_year"),  # of enterprises matched from the register nothing else is known
    "": ("project_type", "stage_at_entry", "economic_model", "entry_year"),
}
FEWEST = 5  # units of a level in either arm; smaller ones are put together
NO_OVERLAP = "separated"


def rows(study: Study) -> list[dict[str, object]]:
    """`survival_gap`: programme less comparison, in the share still active at 36 months."""
    found = []
    for clock in CLOCKS:
        spells = cohort.spells(study.dataset, clock=clock)
        for arm in ARMS:
            found += _against(study, spells, clock, arm)
    return found


def _against(study: Study, spells: pd.DataFrame, clock: str, arm: str) -> list[dict[str, object]]:
    both = spells[spells["arm"].isin(["programme", arm])].reset_index(drop=True)
    both.attrs = spells.attrs
    tell = partial(row, HEADLINE, against=arm, clock=clock)
    shares = {rule: _crude(both, arm, rule) for rule in CRUDE_RULES}
    found = [tell(gap(*pair, study.level), missing_rule=rule, adjustment="none") for rule, pair in shares.items()]
    for method in WEIGHTS:
        weighed = _weighed(both, arm, method)
        for rule in RULES.get(method, ("censored",)):
            found.append(
                tell(_weighted_gap(weighed, both, arm, rule, study.level), missing_rule=rule, adjustment=method)
            )
    found.append(tell(_cox(both, arm, study.level), missing_rule="censored", adjustment="cox"))
    if clock == MAIN[HEADLINE]["clock"]:
        own = cohort.arm(spells, "programme")
        for definition in study.definitions():
            if definition != ALL:
                one = under(study, own, clock, definition)
                choices = {"definition": definition, "missing_rule": "censored", "adjustment": "none"}
                found.append(tell(gap(one, shares["censored"][1], study.level), **choices))
    return found


def _crude(both: pd.DataFrame, arm: str, rule: str) -> tuple[Share, Share]:
    return tuple(_share(both[both["arm"].eq(name)], both.attrs, rule) for name in ("programme", arm))


def _share(own: pd.DataFrame, attrs: dict, rule: str) -> Share:
    if not len(own):
        return Share(0, np.nan, np.nan, np.nan, "not_estimable")
    own = own.reset_index(drop=True)
    own.attrs = attrs
    return at_month(own, MONTHS, rule)


def gap(one: Share, other: Share, level: float) -> dict[str, object]:
    """The difference of two independent shares, with limits from both errors."""
    if one.note or other.note:
        return silent(one.n, one.note or other.note, n_reference=other.n)
    se = float(np.hypot(one.se, other.se))
    estimate, half = one.estimate - other.estimate, stats.norm.ppf(0.5 + level / 2) * se
    counts = {"n": one.n, "n_reference": other.n, "n_events": one.n_events, "n_reference_events": other.n_events}
    return {**counts, "estimate": estimate, "se": se, "low": estimate - half, "high": estimate + half}


def covariates_of(arm: str) -> tuple[str, ...]:
    """What is known at entry of the programme's enterprises and of those of an arm."""
    return COVARIATES.get(arm, COVARIATES[""])


def _weighed(both: pd.DataFrame, arm: str, method: str) -> pd.DataFrame | None:
    """The spells with the weights of a method; nothing where no weights make the arms alike."""
    coded = both.assign(is_studied=both["arm"].eq("programme"), entry_year=_years(both))
    try:
        return balance.weights(coded, "is_studied", list(covariates_of(arm)), method=method, merge_below=FEWEST)
    except DataError:
        return None


def _years(both: pd.DataFrame) -> pd.Series:
    """Year of entry as a number: it stands for the time, not for eleven separate years."""
    year = pd.to_numeric(both["entry_year"], errors="coerce")
    return year.fillna(year.median())


def _weighted_gap(weighed: pd.DataFrame | None, both: pd.DataFrame, arm: str, rule: str, level: float) -> dict:
    sizes = both["arm"].value_counts()
    if weighed is None:
        return silent(float(sizes.get("programme", 0)), NO_OVERLAP, n_reference=float(sizes.get(arm, 0)))
    weighed = weighed.assign(weight=weighed["weight"].clip(lower=np.finfo(float).tiny))
    weighed.attrs = both.attrs
    curve = survival.curve(supposed(weighed, rule), by="arm", weights="weight")
    return gap(*(_read(curve[curve["group"].eq(name)]) for name in ("programme", arm)), level)


def _read(steps: pd.DataFrame) -> Share:
    """The weighted share at 36 months, with the robust error of its curve."""
    n = int(steps["n"].max()) if len(steps) else 0
    if not len(steps) or steps["at_months"].max() < MONTHS:
        return Share(n, np.nan, np.nan, np.nan, "beyond_follow_up")
    until = steps[steps["at_months"].le(MONTHS)]
    if not len(until):
        return Share(n, 0.0, 1.0, 0.0, "")
    last = until.iloc[-1]
    return Share(n, float(until["n_events"].sum()), float(last["estimate"]), float(last["se"]), "")


def _cox(both: pd.DataFrame, arm: str, level: float) -> dict[str, object]:
    """What a ratio of hazards means for the programme's share: S less S to the power of one over the ratio."""
    one, other = _crude(both, arm, "censored")
    frame = both.assign(entry_year=_years(both))
    frame.attrs = both.attrs
    formula = " + ".join([f"arm({arm})", *covariates_of(arm)])
    if one.note or other.note:
        return silent(one.n, one.note or other.note, n_reference=other.n)
    try:
        table = survival.hazards(frame, formula, level=level)
    except DataError:
        return silent(one.n, NO_OVERLAP, n_reference=other.n)
    found = table[table["group"].eq("arm=programme")]
    if not len(found) or not np.isfinite(found["estimate"].iloc[0]) or not 0 < one.estimate < 1:
        note = found["note"].iloc[0] if len(found) else ""
        return silent(one.n, note or "not_estimable", n_reference=other.n)
    ratio = found[["estimate", "low", "high"]].iloc[0].to_numpy(float)
    gaps = one.estimate - one.estimate ** (1 / ratio)  # a higher hazard is a lower share: the limits change places
    counts = {"n": one.n, "n_reference": other.n, "n_events": one.n_events, "n_reference_events": other.n_events}
    se = (gaps[1] - gaps[2]) / (2 * stats.norm.ppf(0.5 + level / 2))
    return {**counts, "estimate": gaps[0], "low": gaps[2], "high": gaps[1], "se": se}
