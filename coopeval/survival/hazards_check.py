"""Does one ratio hold at all times? The score test of proportional hazards, and the residuals behind it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from coopeval.errors import ParameterError
from coopeval.survival.curve import about_spells, product_limit
from coopeval.survival.hazards_design import in_the_limit
from coopeval.survival.hazards_fit import Fit, fitted, informative, solved
from coopeval.survival.hazards_partial import Risk, expected, information
from coopeval.survival.hazards_rows import Rows, rows
from coopeval.survival.risk import counted
from coopeval.uncertainty import estimates
from coopeval.wording import N_

TRANSFORMS = ("km", "identity", "log")
ALL = "all"
TESTED = N_("test of whether ratios of hazards stay the same over time, per term and for all terms together")
NOT_FOUND = N_("A small p says that a ratio changes over time. A large one does not say that it stays the same.")
ROWS = N_("The test takes rows of one enterprise as independent.")


def proportionality(
    spells: pd.DataFrame,
    formula: str,
    strata: str | list[str] | None = None,
    weights: str | None = None,
    transform: str = "km",
    cluster: str | None = None,
) -> pd.DataFrame:
    """Do the ratios of `hazards` stay the same over time?

    One row per term of the formula, and one for all of them together ("all").

    Parameters
    ----------
    spells, formula, strata, weights
        As for `hazards`.
    transform
        The scale of time on which a ratio might change: "km" (one minus the curve of all just before), "identity" or
        "log".
    cluster
        As for `hazards`: there may then be several rows per enterprise. The test does not use it, and says so.

    Returns
    -------
    Estimate table of kind "test": group, n, n_events, statistic, df, p, note. With fewer than five events per
    coefficient, or a level that tells events apart, there is no test (`few_events`, `separated`).

    Raises
    ------
    ParameterError, DataError
        As `hazards`; an unknown transform.

    Source
    ------
    Grambsch & Therneau (1994), as the exact score test that R's `cox.zph` gives since survival 3.0.

    >>> twelve = pd.DataFrame({"enterprise_id": range(12), "entry": 0, "exit": [*range(1, 7), *range(4, 10)],
    ...                        "event": True, "arm": list("xxxxxxyyyyyy")})
    >>> proportionality(twelve, "arm")[["group", "df"]].values.tolist()
    [['arm', 1.0], ['all', 1.0]]
    """
    data, risk, fit, labels, note = _model(spells, formula, strata, weights, cluster)
    found = {} if note else _tests(risk, fit, _term_of(data, labels), scale(data, risk, transform))
    if transform not in TRANSFORMS:
        raise ParameterError(f'"{transform}" is no scale of time. Choose one of {", ".join(TRANSFORMS)}.')
    told = []
    for group in [*(term.name for term in data.design.terms), ALL]:
        statistic, df = found.get(group, (np.nan, np.nan))
        told.append({
            "group": group, "n": float(data.spells["enterprise_id"].nunique()), "n_events": float(data.event.sum()),
            "statistic": statistic, "df": df, "p": stats.chi2.sf(statistic, df) if df > 0 else np.nan,
            "note": note or ("" if df > 0 else "not_estimable"),
        })  # fmt: skip
    about = {**about_spells(spells, None), "privacy": "confidential", "by": "covariates"}
    return estimates(
        pd.DataFrame(told), kind="test", unit="test", estimand=TESTED, method="proportional hazards, score test",
        warnings=(NOT_FOUND, *((ROWS,) if cluster else ())), **about,
    )  # fmt: skip


def proportionality_residuals(
    spells: pd.DataFrame,
    formula: str,
    strata: str | list[str] | None = None,
    weights: str | None = None,
    transform: str = "km",
    cluster: str | None = None,
) -> pd.DataFrame:
    """What each event says of the log ratio at its time: scaled Schoenfeld residuals, for a plot against time.

    One row per event and coefficient: `group`, `at_months`, `scale` (time as in `transform`), `estimate` (the log ratio
    in the model plus the residual). Internal: a row tells of one enterprise, so the gate has no rule for it.

    Source: Grambsch & Therneau (1994); as R's `cox.zph(...)$y`.
    """
    data, risk, fit, labels, note = _model(spells, formula, strata, weights, cluster)
    if note:
        return pd.DataFrame(columns=["group", "at_months", "scale", "estimate"])
    dies = np.flatnonzero(risk.event)
    block = risk.block[dies]
    residual = risk.weight[dies, None] * (risk.x[dies] - expected(risk, fit.found)[block])
    scaled = fit.beta + residual @ np.linalg.inv(fit.information) * len(dies)
    frame = pd.DataFrame(scaled, columns=list(labels)).assign(
        at_months=risk.times[block], scale=scale(data, risk, transform)[block]
    )
    long = frame.melt(["at_months", "scale"], var_name="group", value_name="estimate")
    ordered = long.sort_values(["group", "at_months"], kind="stable").reset_index(drop=True)
    return ordered[["group", "at_months", "scale", "estimate"]]


def _model(spells, formula, strata, weights, cluster) -> tuple[Rows, Risk, Fit | None, tuple[str, ...], str]:
    data = rows(spells, formula, cluster, strata, weights)
    design, eventless = in_the_limit(data.design, data.event)
    risk = data.risk(design, eventless)
    tells = informative(risk)
    design, risk = design.only(tells), data.risk(design.only(tells), eventless)
    if not design.labels or data.event.sum() < 5 * len(design.labels):
        return data, risk, None, design.labels, "few_events" if design.labels or not data.event.any() else ""
    fit = fitted(risk)
    return data, risk, fit, design.labels, "separated" if fit.runs_away.any() else ""


def _term_of(data: Rows, labels: tuple[str, ...]) -> np.ndarray:
    return np.array([label.strip("()").partition("=")[0] for label in labels], dtype=object)


def scale(data: Rows, risk: Risk, transform: str) -> np.ndarray:
    """Time of each block on the scale of the test."""
    if transform not in TRANSFORMS:
        raise ParameterError(f'"{transform}" is no scale of time. Choose one of {", ".join(TRANSFORMS)}.')
    if transform == "identity":
        return risk.times
    if transform == "log":
        return np.log(risk.times)
    table = counted(data.spells, np.zeros(len(data.spells), dtype=np.int64), 1)
    before = np.concatenate([[1.0], product_limit(table)[0]])
    return 1 - before[np.searchsorted(table.time, risk.times)]


def _tests(risk: Risk, fit: Fit, term: np.ndarray, time: np.ndarray) -> dict[str, tuple[float, float]]:
    """Score tests of adding each column times (time - mean time) to the model, by term and together."""
    if fit is None:
        return {}
    dies = risk.event > 0
    centred = time - time[risk.block[dies]].mean()
    gap = risk.x[dies] - expected(risk, fit.found)[risk.block[dies]]
    score = (risk.weight[dies] * centred[risk.block[dies]]) @ gap
    cross = information(risk, fit.found, centred)
    added = information(risk, fit.found, centred**2)
    size = len(fit.beta)
    whole = np.block([[fit.information, cross], [cross, added]])
    found = {}
    for name in [*dict.fromkeys(term), ALL]:
        own = np.flatnonzero(np.ones(size, dtype=bool) if name == ALL else term == name)
        kept = np.concatenate([np.arange(size), size + own])
        pull = np.concatenate([np.zeros(size), score[own]])
        found[name] = (float(pull @ solved(whole[np.ix_(kept, kept)], pull)), float(len(own)))
    return found
