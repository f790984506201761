"""Net benefit of each project regressed on its option and on what was fixed at entry, with robust errors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats

from coopeval.effectiveness.frames import NO_THRESHOLD, PROGRAMME, baseline, carried, willing
from coopeval.effectiveness.mixing import independent, terms
from coopeval.effectiveness.windows import Window, window
from coopeval.uncertainty import estimates
from coopeval.wording import N_

LEAST_FREEDOM = 10  # degrees left, below which nothing is told (disclosure, R8)
HELD_EQUAL = N_(
    "Projects are compared at equal values of what was known at entry. What was not written down, as drive or quality "
    "of the idea, is not held equal."
)
TOLD_APART = N_(
    "What was known of the projects at entry tells by itself which option they are of, so the two cannot be held apart."
)


def net_benefit_regression(
    projects: pd.DataFrame, spent: pd.DataFrame, k, reference: str | None = None, covariates: Sequence[str] = (), *,
    effect: str = "jobs", level: float = 0.95,
) -> pd.DataFrame:  # fmt: skip
    """Difference in net benefit per accompanied project from the reference, covariates held equal.

    One row per option but the reference and value of k.

    Parameters
    ----------
    projects, spent, effect
        As in `options`.
    k
        Willingness to pay, two values or more, in euro per unit of effect.
    reference
        The option the others are set against; without one no support, where that is an option, else the cheapest.
    covariates
        Columns of `projects` fixed at entry; text becomes one term per value.
    level
        Confidence level.

    Returns
    -------
    Estimate table of kind "decision" in euro: `group`, `reference`, `k_eur`, `n`, `estimate`, `low`, `high`
    (Student's t, errors robust to unequal spread, HC3). Known projects with an enterprise also stand for those not
    known. What a covariate does not add to those before it is left out. Fewer than ten degrees of freedom left, or
    covariates that tell the options apart by themselves (a warning says so): empty, note `not_estimable`.

    Raises
    ------
    ParameterError
        A reference that is no option.
    DataError
        A covariate that is missing or not filled in.

    Source
    ------
    Hoch, Briggs & Willan (2002); HC3: MacKinnon & White (1985).
    """
    seen, worth = window(projects, spent, effect), willing(k)
    frame = seen.frame.assign(times=_times(seen))
    frame = frame[frame["amount"].notna() & frame["cost_eur"].notna()]
    mean_cost = frame.groupby("option")["cost_eur"].mean()
    if len(mean_cost) < 2:
        return _lonely(mean_cost.index, len(frame))
    reference = baseline(tuple(mean_cost.index), mean_cost.to_numpy(), reference)
    names = [option for option in mean_cost.index if option != reference]
    design = _design(frame, names, covariates)
    are_apart = _are_apart(design)
    amounts, costs = (frame[c].to_numpy(float) for c in ("amount", "cost_eur"))
    benefit = worth[:, None] * amounts - costs
    plain = design if are_apart else design[:, : len(names) + 1]
    found, errors = _fit(plain, benefit, frame["times"].to_numpy(float))
    free = len(frame) - design.shape[1]
    half = stats.t.ppf(0.5 + level / 2, free) * errors if free > 0 else np.full_like(errors, np.nan)
    n_of = frame["option"].value_counts()
    table = pd.DataFrame([
        {"group": name, "reference": reference, "k_eur": value, "n": float(n_of[name]),
         "n_reference": float(n_of[reference]), "estimate": found[i, j], "low": found[i, j] - half[i, j],
         "high": found[i, j] + half[i, j]}
        for j, name in enumerate(names, start=1) for i, value in enumerate(worth)
    ])  # fmt: skip
    if free < LEAST_FREEDOM or not are_apart:
        table = table.assign(estimate=np.nan, low=np.nan, high=np.nan, note="not_estimable")
    given = projects.attrs.get("about", {})
    return estimates(table, **carried(
        {key: given[key] for key in ("is_synthetic", "as_of") if key in given}, HELD_EQUAL, NO_THRESHOLD,
        *(() if are_apart else (TOLD_APART,)), unit="eur", codes="compared_options", by="option_benefit", level=level,
        interval="t, HC3", method="net-benefit regression", clock="entry",
        estimand=N_("difference in net benefit per accompanied project, covariates held equal"),
        population=N_("projects that have had the time, of each option"),
    ))  # fmt: skip


def _lonely(options: pd.Index, n: int) -> pd.DataFrame:
    row = {"group": options[0] if n else PROGRAMME, "reference": "", "n": float(n), "estimate": np.nan,
           "note": "no_alternative"}  # fmt: skip
    about = carried({}, unit="eur", codes="compared_options", by="option_benefit")
    return estimates(pd.DataFrame([row]).assign(k_eur=np.nan, low=np.nan, high=np.nan), **about)


def _times(seen: Window) -> np.ndarray:
    """How many projects each stands for: known ones with an enterprise also for those not known, in their option."""
    frame = seen.frame.assign(known=lambda f: f["amount"].notna())
    told = (frame["known"] & frame["has_any"]).groupby(frame["option"]).transform("sum")
    silent = (~frame["known"]).groupby(frame["option"]).transform("sum")
    return np.where(frame["known"] & frame["has_any"], 1 + silent / told.clip(lower=1), 1.0)


def _design(frame: pd.DataFrame, names: list[str], covariates: Sequence[str]) -> np.ndarray:
    """Intercept, a column per option, then what each covariate adds to those before it."""
    options = [frame["option"].eq(name).to_numpy(float) for name in names]
    return np.column_stack([np.ones(len(frame)), *options, independent(terms(frame, covariates))])


def _are_apart(design: np.ndarray) -> bool:
    """Whether the covariates leave anything of the options to be told."""
    return independent(design[:, 1:]).shape[1] == design.shape[1] - 1


def _fit(design: np.ndarray, outcomes: np.ndarray, times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weighted least squares of each outcome [k, n], with HC3 errors: coefficients and errors [k, term]."""
    scaled = design * np.sqrt(times)[:, None]
    bread = np.linalg.inv(scaled.T @ scaled)
    found = outcomes * times @ design @ bread
    lever = np.einsum("ij,jk,ik->i", scaled, bread, scaled)
    left = (outcomes - found @ design.T) * times / np.maximum(1 - lever, 1e-12)
    meat = np.einsum("kn,ni,nj->kij", left**2, design, design)
    return found, np.sqrt(np.einsum("ij,kjl,li->ki", bread, meat, bread))
