"""Curves of groups as they would be, had each group the same mix of enterprises: a model's predictions, averaged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from coopeval.errors import ParameterError
from coopeval.survival.baseline import Model, curves, fit_of, predicted
from coopeval.survival.curve import about_spells
from coopeval.survival.hazards import PER_COEFFICIENT
from coopeval.survival.hazards_design import designed, refuse_doubles
from coopeval.survival.hazards_fit import informative
from coopeval.survival.reading import asked_for
from coopeval.survival.risk import checked, groups
from coopeval.uncertainty import beside, bootstrap, estimates
from coopeval.wording import N_

ALL = "all"
ALIKE = N_("share of enterprises still active, if each group had the mix of all enterprises compared")
AS_TARGET = N_("share of enterprises still active, if each group had the mix of the group it is compared for")
SUPPOSES = N_(
    "It is supposed that what is recorded at entry changes the hazard alike in all groups, and that nothing else that "
    "matters differs between them."
)
FIGURES = ["n_events", "estimate", "se", "low", "high"]


class Resampling(NamedTuple):
    """How limits by bootstrap are made: enterprises drawn anew within groups, everything fitted again.

    `n_replicates` 0: no limits. `reweigh`: from weights [b, n], how often each row was drawn, to balancing weights
    [b, n], as `uncertainty.balancing(...)` gives; rows in the order of the spells.
    """

    n_replicates: int = 500
    seed: int = 1
    level: float = 0.95
    reweigh: Callable[[np.ndarray], np.ndarray] | None = None


class Basis(NamedTuple):
    """A model of checked spells, the names of its groups, and why it tells nothing, if it does not."""

    model: Model
    names: np.ndarray
    note: str
    start: np.ndarray
    clusters: np.ndarray


def standardised(
    spells: pd.DataFrame,
    by: str,
    covariates: str,
    at_months: Sequence[float],
    target: str = ALL,
    resampling: Resampling | None = None,
) -> pd.DataFrame:
    """Share still active at given months, had each group the same mix of enterprises.

    One row per group and month: the share still active that a model predicts for each enterprise of the target, had it
    been in that group, averaged over the target. The model is Cox's with a baseline of each group's own, and counts
    delayed entry throughout.

    Parameters
    ----------
    spells
        As for `hazards`, with `enterprise_id`.
    by
        Grouping column; each group has a course of its own.
    covariates
        Formula, as for `hazards`, of what was recorded at entry.
    at_months
        When to report.
    target
        "all", or the group whose mix all groups get.
    resampling
        Number of replicates (default 500), seed and level of the limits: enterprises are drawn anew within groups and
        the model fitted again each time, 500 times 600 rows in some two seconds.

    Returns
    -------
    Estimate table as `at`, percentile limits. Beyond a group's last observed time: `beyond_follow_up`. A group of one
    enterprise: `few_units`; one without any end: `few_events`, and all of them with fewer than five events per
    coefficient. Covariates that tell the ends apart: `separated`. The monthly curve stands in `attrs["steps"]`.

    Raises
    ------
    ParameterError
        An unknown target, months below zero, a formula that is not understood.
    DataError
        As `hazards`.

    Source
    ------
    Makuch (1982); Cupples et al. (1995); baseline after Breslow (1974), with Efron's ties, as R's `survfit.coxph`.

    >>> twelve = pd.DataFrame({"enterprise_id": range(12), "entry": 0, "exit": [*range(1, 7), *range(4, 10)],
    ...                        "event": True, "arm": list("xxxxxxyyyyyy"), "age": [1, 2] * 6})
    >>> told = standardised(twelve, "arm", "age", [3], resampling=Resampling(n_replicates=0))
    >>> told[["group", "estimate"]].round(3).values.tolist()
    [['x', 0.543], ['y', 1.0]]
    """
    asked, resampling = asked_for(at_months), resampling or Resampling()
    basis = based(spells, by, covariates, target)
    last = asked[asked <= basis.model.exit.max(initial=0.0)].max(initial=0.0)
    times = np.unique(np.concatenate([np.arange(1.0, last + 1), asked]))
    figures, words = _figures(basis, times, resampling)
    counted = _counted(basis, times)
    columns = ["group", "at_months", "n", "at_risk", *FIGURES]
    parts = [
        pd.DataFrame({"group": name, "at_months": times}).assign(**counted[number], **figures[number])
        for number, name in enumerate(basis.names)
    ]
    steps = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
    steps["n_events"] = steps["n_events"].groupby(steps["group"]).diff().fillna(steps["n_events"])
    said = _about(spells, by, target, resampling.level, words)
    seen = steps[steps["estimate"].notna() & steps["at_risk"].gt(0) & steps["at_months"].gt(0)]
    frame = [_read(basis, number, times, asked, counted[number], figures[number]) for number in range(len(basis.names))]
    told = pd.concat(frame) if frame else pd.DataFrame(columns=[*columns, "note"])
    table = estimates(told, **{**said, "kind": "at"})
    table.attrs["steps"] = beside(estimates(seen, **{**said, "kind": "curve"}))
    return table


def based(spells: pd.DataFrame, by: str, covariates: str, target: str, weights: str | None = None) -> Basis:
    """The model on checked spells, in the order they come in."""
    checked(spells, by, weights, "enterprise_id")
    group, names = groups(spells, by)
    if target != ALL and target not in names and len(names):
        raise ParameterError(f'"{target}" is not a group of {by}; there are {", ".join(map(str, names))}, or "all".')
    design = designed(spells, covariates)
    refuse_doubles(design)
    chosen = np.flatnonzero(np.ones(len(spells), dtype=bool) if target == ALL else names[group] == target)
    weight = np.ones(len(spells)) if weights is None else spells[weights].to_numpy(float)
    entry, leave, event = (spells[c].to_numpy(kind) for c, kind in (("entry", float), ("exit", float), ("event", bool)))
    model = Model(design.matrix, entry, leave, event, group, len(names), chosen, weight)
    risk, _ = fit_of(model._replace(x=design.matrix[:, :0]))
    middle = design.matrix.mean(axis=0) if len(spells) else 0.0
    note = "few_events" if event.sum() < max(PER_COEFFICIENT * design.matrix.shape[1], 1) else ""
    tells = informative(risk._replace(x=(design.matrix - middle)[risk.kept]))
    model = model._replace(x=design.matrix[:, tells])
    start = np.zeros(int(tells.sum()))
    if not note:
        _, fit = fit_of(model)
        start, note = fit.beta, "separated" if fit.runs_away.any() else "" if fit.has_converged else "not_estimable"
    return Basis(model, names, note, start, spells["enterprise_id"].to_numpy())


def _figures(basis: Basis, times: np.ndarray, resampling: Resampling) -> tuple[list[dict[str, np.ndarray]], str]:
    """Estimate, error and limits per group, and the words for the method."""
    model, shape = basis.model, (len(basis.names), len(times))
    nothing = {name: np.full(len(times), np.nan) for name in ("estimate", "se", "low", "high")}
    if basis.note:
        return [nothing] * len(basis.names), ""
    estimate = curves(model, *fit_of(model), times)
    if not resampling.n_replicates:
        return [nothing | {"estimate": row} for row in estimate], ""

    def statistic(weights: np.ndarray) -> np.ndarray:
        return predicted(model, times, basis.start, weights).reshape(len(weights), -1)

    drawn = bootstrap(
        basis.clusters, statistic, resampling.n_replicates, resampling.seed, strata=basis.names[model.group]
    )
    low, high = (limit.reshape(shape) for limit in drawn.percentile(resampling.level))
    se = drawn.se.reshape(shape)
    told = [{"estimate": estimate[k], "se": se[k], "low": low[k], "high": high[k]} for k in range(len(basis.names))]
    return told, drawn.words


def _counted(basis: Basis, times: np.ndarray) -> list[dict[str, object]]:
    """Unweighted numbers per group: units, at risk at each time, ends up to it."""
    model, found = basis.model, []
    for number in range(len(basis.names)):
        own = model.group == number
        entry, leave = np.sort(model.entry[own]), np.sort(model.exit[own])
        at_risk = np.searchsorted(entry, times, side="left") - np.searchsorted(leave, times, side="left")
        ended = np.searchsorted(np.sort(model.exit[own & model.event]), times, side="right")
        units = len(np.unique(basis.clusters[own]))
        found.append({"n": float(units), "at_risk": at_risk.astype(float), "n_events": ended.astype(float)})
    return found


def why_not(basis: Basis, number: int, month: float) -> str:
    """Why a group has no figure at a month; empty if it has one."""
    own = basis.model.group == number
    if basis.note:
        return basis.note
    if len(np.unique(basis.clusters[own])) < 2:
        return "few_units"
    if not basis.model.event[own].any():
        return "few_events"
    if month > basis.model.exit[own].max():
        return "beyond_follow_up"
    return "not_estimable" if month <= basis.model.entry[own].min() and month > 0 else ""


def _read(basis: Basis, number: int, times, asked, counted, figures) -> pd.DataFrame:
    place = np.searchsorted(times, asked)
    frame = pd.DataFrame({"group": basis.names[number], "at_months": asked, "n": counted["n"]})
    told = {**counted, **figures}
    frame = frame.assign(**{column: told[column][place] for column in ("at_risk", *FIGURES)})
    notes = pd.Series([why_not(basis, number, month) for month in asked], index=frame.index, dtype=object)
    empty = notes.ne("").to_numpy()
    frame.loc[empty, ["at_risk", *FIGURES]] = np.nan
    return frame.assign(note=notes)


def _about(spells: pd.DataFrame, by: str, target: str, level: float, words: str) -> dict[str, object]:
    said = {**about_spells(spells, by), "privacy": "confidential", "level": level}
    method = "; ".join(part for part in (N_("Cox, predictions averaged"), words) if part)
    return {
        **said, "estimand": ALIKE if target == ALL else AS_TARGET, "method": method, "unit": "share",
        "interval": N_("percentile") if words else "", "warnings": (SUPPOSES,),
    }  # fmt: skip
