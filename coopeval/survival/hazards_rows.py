"""Checked spells as the arrays a model of hazards is fitted to, and who stands behind each coefficient."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from coopeval.errors import DataError, ParameterError
from coopeval.survival.hazards_design import Design, designed, refuse_doubles
from coopeval.survival.hazards_partial import Risk, prepared
from coopeval.survival.risk import checked

JOB = "position_id"  # rows with it are jobs, and persons stand behind them


class Rows(NamedTuple):
    """Arrays in an order of their own: the last digit must not depend on that of the rows."""

    spells: pd.DataFrame
    design: Design
    stratum: np.ndarray
    weight: np.ndarray | None
    cluster: np.ndarray | None
    level: float = 0.95

    @property
    def event(self) -> np.ndarray:
        return self.spells["event"].to_numpy(bool)

    def risk(self, design: Design | None = None, without: np.ndarray | None = None) -> Risk:
        """The rows as risk sets, on the columns of a design, some of the rows left out."""
        matrix = (self.design if design is None else design).matrix
        inside = np.ones(len(self.spells), dtype=bool) if without is None else ~without
        weight = (np.ones(len(self.spells)) if self.weight is None else self.weight) * inside
        entry, leave = (self.spells[column].to_numpy(float) for column in ("entry", "exit"))
        return prepared(matrix, entry, leave, self.event, weight, self.stratum)


def rows(spells: pd.DataFrame, formula: str, cluster=None, strata=None, weights=None, level: float = 0.95) -> Rows:
    """The spells checked, in order, with their design."""
    if not 0 < level < 1:
        raise ParameterError(f"a level lies between 0 and 1, for instance 0.95; {level} does not.")
    layers = [strata] if isinstance(strata, str) else list(strata or [])
    checked(spells, None, weights, cluster)
    for layer in layers:
        checked(spells, layer, weights, cluster or "enterprise_id")
    keys = [c for c in ("enterprise_id", JOB, "entry", "exit") if c in spells]
    ordered = spells.sort_values(keys, kind="stable").reset_index(drop=True)
    ordered.attrs = dict(spells.attrs)
    design = designed(ordered, formula)
    refuse_doubles(design)
    stratum = ordered.groupby(layers, sort=True).ngroup().to_numpy() if layers else np.zeros(len(ordered), np.int64)
    weight = None if weights is None else ordered[weights].to_numpy(float)
    number = None if cluster is None else pd.factorize(ordered[cluster], sort=True)[0]
    if cluster is None and weights is not None:
        number = np.arange(len(ordered))  # weights are no counts: each row is a cluster of its own
    return Rows(ordered, design, stratum, weight, number, level)


def overlapping(spells: pd.DataFrame, cluster: np.ndarray) -> bool:
    """Whether two rows of a cluster are at risk together: then they are two units, not one in steps."""
    frame = pd.DataFrame({"c": cluster, "entry": spells["entry"].to_numpy(), "exit": spells["exit"].to_numpy()})
    frame = frame.sort_values(["c", "entry", "exit"], kind="stable")
    same = frame["c"].eq(frame["c"].shift())
    return bool((same & frame["entry"].lt(frame["exit"].shift())).any())


def behind(data: Rows, label: str) -> np.ndarray:
    """The rows a coefficient is about: those of its level, all for a number."""
    name, _, level = label.partition("=")
    term = next(term for term in data.design.terms if term.name == name)
    return np.ones(len(data.spells), dtype=bool) if term.level is None else term.level == level


def counts(data: Rows, label: str) -> dict[str, float]:
    """Units, events and enterprises behind a coefficient, and how much of their time the largest enterprise gives."""
    own, spells = behind(data, label), data.spells
    enterprise, _ = pd.factorize(spells["enterprise_id"].to_numpy()[own], use_na_sentinel=False)
    lasted = (spells["exit"] - spells["entry"]).to_numpy(float)[own]
    time = -np.sort(-np.bincount(enterprise, weights=lasted))
    whole, n_jobs = time.sum(), spells[JOB][own].nunique() if JOB in spells else np.nan
    return {
        "n": float(n_jobs if JOB in spells else len(time)), "n_events": float(data.event[own].sum()),
        "n_enterprises": float(len(time)), "n_persons": float(n_jobs),
        "largest_share": time[0] / whole if whole else np.nan,
        "two_largest_share": time[:2].sum() / whole if whole else np.nan,
    }  # fmt: skip


def refuse_penalised_clusters(data: Rows) -> None:
    """A penalised likelihood takes rows as independent, unless they are steps of one enterprise."""
    if data.cluster is not None and overlapping(data.spells, data.cluster):
        raise DataError(
            "penalty='firth' takes rows as independent, and rows of one cluster are at risk together here. Leave the "
            "penalty out, or take one row per enterprise."
        )
