"""Ratios of hazards (Cox): ties after Efron, delayed entry, strata, weights, errors by enterprise."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from coopeval.errors import ParameterError
from coopeval.survival.contrasts import FEWEST_EVENTS
from coopeval.survival.curve import about_spells
from coopeval.survival.hazards_design import in_the_limit
from coopeval.survival.hazards_errors import MOST_CLUSTERS, cr2, lin_wei, plain
from coopeval.survival.hazards_firth import firth
from coopeval.survival.hazards_fit import fitted, informative
from coopeval.survival.hazards_rows import Rows, behind, counts, refuse_penalised_clusters, rows
from coopeval.uncertainty import estimates
from coopeval.wording import N_

PENALTIES = (None, "firth")
PER_COEFFICIENT, ENOUGH = 5, 10  # events: below the first no model without a penalty, from the second on no warning
FEW_CLUSTERS = 40
COLUMNS = [
    "group", "reference", "n", "n_events", "n_enterprises", "n_persons", "df", "estimate", "low", "high", "p",
    "largest_share", "two_largest_share", "note",
]  # fmt: skip
RATIO = N_("ratio of the hazards of ceasing: against the level compared with, or per unit more")
ASSOCIATION = N_("A ratio of hazards compares enterprises as they are; it is no effect of what sets them apart.")
CONSTANT = N_("One ratio for all ages supposes that it stays the same over time; a test of that stands apart.")
FEW = N_("Fewer than ten events per coefficient: limits are wide, and ratios tend to lie too far from one.")
CLUSTERS = N_("Fewer than forty enterprises: errors are corrected for their number and remain uncertain.")


def hazards(
    spells: pd.DataFrame,
    formula: str,
    cluster: str | None = None,
    strata: str | list[str] | None = None,
    weights: str | None = None,
    penalty: str | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """How many times as fast enterprises cease in one group as in another, other things being equal (Cox).

    One row per coefficient: `group` is "column=level" for a category, the column for a number ("column=+12" per 12).

    Parameters
    ----------
    spells
        As for `curve`: `entry`, `exit` (months; at risk at t are those with entry < t <= exit), `event`. With
        `cluster` there may be several rows per enterprise: its jobs, or (start, stop] rows between which a covariate
        changes. Rows with `position_id` are jobs.
    formula
        Names of columns joined by +: "arm(register) + legal_family + age_at_zero". A category is compared with the
        level in brackets, else with its most frequent known one; a number counts per unit, or per as many as stand in
        brackets: "age_at_zero(12)" for the ratio per year.
    cluster
        Column of units whose rows go together; errors are then CR2 with Satterthwaite's degrees of freedom (beyond
        1,000 clusters the plain sandwich). Without it they come from the model.
    strata
        Column or columns within whose levels enterprises are compared, each with a course of its own.
    weights
        Column of weights above zero; errors are then robust, each row (or cluster) having its own say.
    penalty
        "firth": ratios that stay finite with few events, or none in a group; limits by profile likelihood.
    level
        Confidence level.

    Returns
    -------
    Estimate table of kind "model", unit ratio: group, reference, n (units), n_events, n_enterprises, n_persons (jobs;
    empty if rows are none), df, estimate, low, high, p, largest_share and two_largest_share (of time at risk), note.
    Without a penalty there are no figures with fewer than five events per coefficient (note `few_events`), and none
    for a level without any event or that tells events apart by itself (`separated`); the other ratios are then those
    of the limit. A level of one enterprise: `few_units`; one that never differs within a risk set: `not_estimable`.
    With fewer than five events in a level, or in the one compared with, there is no p (`few_events`).

    Raises
    ------
    ParameterError
        A formula that is not understood, an unknown level or penalty.
    DataError
        As `curve`; empty or missing covariates, or two that say the same; penalty with overlapping rows of a cluster.

    Source
    ------
    Cox (1972); Efron (1977); Firth (1993); for CR2 see `hazards_errors.cr2`. Equal to R's `coxph`.

    >>> twelve = pd.DataFrame({"enterprise_id": range(12), "entry": 0, "exit": [*range(1, 7), *range(4, 10)],
    ...                        "event": True, "arm": list("xxxxxxyyyyyy")})
    >>> hazards(twelve, "arm(x)")[["group", "n_events", "estimate"]].round(3).values.tolist()
    [['arm=y', 6.0, 0.209]]
    """
    if penalty not in PENALTIES:
        raise ParameterError(f'"{penalty}" is not a penalty. Choose "firth", or leave it out.')
    data = rows(spells, formula, cluster, strata, weights, level)
    if penalty:
        refuse_penalised_clusters(data)
    found, how = _penalised(data) if penalty else _plain(data)
    table = pd.DataFrame(_told(data, found), columns=COLUMNS)
    figures = [c for c in COLUMNS if c not in ("group", "reference", "note")]
    events = int(data.event.sum())
    used = sum("estimate" in one for one in found.values())
    few = bool(used) and events < ENOUGH * used
    units = spells[cluster].nunique() if cluster else FEW_CLUSTERS
    said = (ASSOCIATION, CONSTANT, *((FEW,) if few else ()), *((CLUSTERS,) if units < FEW_CLUSTERS else ()))
    about = {
        **about_spells(spells, None),
        "privacy": "confidential",
        "by": "covariates",
        "estimand": RATIO,
        "warnings": said,
    }
    return estimates(
        table.astype(dict.fromkeys(figures, float)), kind="model", unit="ratio", level=level,
        **about, **_method(data, how, per_coefficient(events, used or len(found)), strata),
    )  # fmt: skip


def per_coefficient(events: int, coefficients: int) -> str:
    """Events per coefficient in classes: the number itself would give the events away."""
    share = events / coefficients if coefficients else 0
    if share < PER_COEFFICIENT:
        return N_("fewer than 5 events per coefficient")
    return N_("5 to 9 events per coefficient") if share < ENOUGH else N_("10 or more events per coefficient")


METHODS = {
    "model": (N_("Cox, Efron ties"), "normal"),
    "CR2": (N_("Cox, Efron ties, errors CR2"), "t, Satterthwaite"),
    "sandwich": (N_("Cox, Efron ties, robust errors"), "normal"),
    "firth": (N_("Cox, Efron ties, Firth penalty"), "profile likelihood"),
}


def _method(data: Rows, how: str, events: str, strata) -> dict[str, str]:
    name, interval = METHODS[how]
    parts = [name, *([N_("within strata")] if strata else []), *([N_("weighted")] if data.weight is not None else [])]
    return {"method": "; ".join([*parts, events]), "interval": interval}


def _plain(data: Rows) -> tuple[dict[str, dict[str, object]], str]:
    """Coefficients without a penalty: figures, or why there are none."""
    how = "model" if data.cluster is None else "CR2" if data.cluster.max(initial=0) < MOST_CLUSTERS else "sandwich"
    design, eventless = in_the_limit(data.design, data.event)
    risk = data.risk(design, eventless)
    tells = informative(risk)
    if not tells.all():
        design = design.only(tells)
        risk = data.risk(design, eventless)
    found = {label: {"note": "not_estimable"} for label in data.design.labels}
    if not data.event.any():
        return {label: {"note": "few_events"} for label in data.design.labels}, how
    if data.event.sum() < PER_COEFFICIENT * len(design.labels):
        found = {label: {"note": "few_events"} for label in data.design.labels}
    elif design.labels:
        found |= _figures(data, risk, design.labels, how)
    return found | {label: {"note": note} for label, note in _silent(data).items()}, how


def _silent(data: Rows) -> dict[str, str]:
    """Coefficients that have no finite answer, or rest on one enterprise."""
    notes = {}
    for label in data.design.labels:
        own = behind(data, label)
        against = _reference_rows(data, label)
        for side in (own, against):
            if side is None:
                continue
            if not data.event[side].any():
                notes[label] = "separated"
            if len(pd.unique(data.spells["enterprise_id"].to_numpy()[side])) < 2:
                notes[label] = "few_units"
    return notes


def _reference_rows(data: Rows, label: str) -> np.ndarray | None:
    name = label.partition("=")[0]
    term = next(term for term in data.design.terms if term.name == name)
    return None if term.level is None else term.level == term.reference


def _figures(data: Rows, risk, labels: tuple[str, ...], how: str) -> dict[str, dict[str, object]]:
    fit = fitted(risk)
    runs = fit.runs_away
    if not (fit.has_converged or runs.any()):
        return {label: {"note": "not_estimable"} for label in labels}
    if runs.any():
        labels_left = tuple(label for label, gone in zip(labels, runs, strict=True) if not gone)
        gone = {label: {"note": "separated"} for label, gone in zip(labels, runs, strict=True) if gone}
        fit = fit._replace(information=fit.information[np.ix_(~runs, ~runs)])
        if how != "model":  # the scores of what runs away are nothing in the limit
            return {label: {"note": "separated"} for label in labels}
        covariance, df = plain(fit), np.full(len(labels_left), float(data.event.sum()) - len(labels_left))
        return gone | _ratios(labels_left, fit.beta[~runs], covariance, df, False, data.level)
    if how == "CR2":
        covariance, df = cr2(risk, fit, data.cluster)
    elif how == "sandwich":
        covariance = lin_wei(risk, fit, data.cluster)
        df = np.full(len(labels), float(len(np.unique(data.cluster[risk.kept]))) - len(labels))
    else:
        covariance, df = plain(fit), np.full(len(labels), float(data.event.sum()) - len(labels))
    return _ratios(labels, fit.beta, covariance, df, how == "CR2", data.level)


def _ratios(labels, beta, covariance, df, of_t: bool, level: float) -> dict[str, dict[str, object]]:
    se = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    known = (se > 0) & (np.isfinite(df) & (df > 0) if of_t else True)
    spread = stats.t(np.where(known & of_t, df, 1.0)) if of_t else stats.norm()
    with np.errstate(divide="ignore", invalid="ignore"):
        half, p = spread.ppf(0.5 + level / 2) * se, 2 * spread.sf(np.abs(beta / se))
    with np.errstate(over="ignore"):
        low, high = np.exp(beta - half), np.exp(beta + half)
    told = {}
    for k, label in enumerate(labels):
        fine = bool(known[k]) and np.isfinite(high[k])
        told[label] = {
            "estimate": float(np.exp(beta[k])), "low": low[k] if fine else np.nan, "high": high[k] if fine else np.nan,
            "p": p[k] if fine else np.nan, "df": df[k], "note": "" if fine else "few_units",
        }  # fmt: skip
    return told


def _penalised(data: Rows) -> tuple[dict[str, dict[str, object]], str]:
    design = data.design.only(informative(data.risk()))
    found = {label: {"note": "not_estimable"} for label in data.design.labels}
    fit = firth(data.risk(design), data.level) if design.labels else None
    if fit is None:
        return {label: {"note": "few_events"} for label in data.design.labels}, "firth"
    for k, label in enumerate(design.labels):
        limits = np.exp([fit.low[k], fit.high[k]])
        found[label] = {
            "estimate": float(np.exp(fit.beta[k])), "low": limits[0], "high": limits[1], "p": fit.p[k],
            "df": float(data.event.sum()) - len(design.labels),
            "note": "" if np.isfinite(limits).all() else "unbounded",
        }  # fmt: skip
    alone = {label: {"note": note} for label, note in _silent(data).items() if note == "few_units"}
    return found | alone, "firth"


def _told(data: Rows, found: dict[str, dict[str, object]]) -> list[dict[str, object]]:
    """Rows of the table, terms in the order of the formula; a column that never varies has a row without figures."""
    told = []
    for term in data.design.terms:
        for label in term.columns or {f"{term.name}={term.reference}" if term.reference else term.name: None}:
            against = f"{term.name}={term.reference}" if term.reference else ""
            row = {"group": label, "reference": against, **counts(data, label)}
            row |= found.get(label, {"note": "not_estimable"})
            events = [row["n_events"]]
            if term.level is not None:
                events.append(data.event[term.level == term.reference].sum())
            if not row["note"] and min(events) < FEWEST_EVENTS:
                row |= {"p": np.nan, "note": "few_events"}
            told.append(row)
    return told
