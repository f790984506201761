"""The ways to compare two groups: curves as they are or weighted, weights worked out anew, a model's predictions."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from coopeval.survival.baseline import curves, fit_of, predicted
from coopeval.survival.pulls import Spell, months_to, share_at
from coopeval.survival.standardised import Basis, Resampling, based, why_not
from coopeval.uncertainty import bootstrap, increments_under, rmst_under, stack, survival_under

NOTHING = dict.fromkeys(("estimate", "se", "low", "high", "p", "e_value", "e_value_limit"), np.nan)


class Arms(NamedTuple):
    """The group and the one it is compared with."""

    spells: pd.DataFrame
    by: str
    own: str
    against: str
    at_months: float | None
    tau: float | None

    @property
    def horizon(self) -> float:
        return float(self.at_months if self.tau is None else self.tau)

    def rows(self, name: str) -> pd.DataFrame:
        return self.spells[self.spells[self.by].astype(str).eq(name)]


def weighted(arms: Arms, weights: str | None, level: float) -> dict[str, object]:
    """Difference of the two curves with robust errors, weights (ones) taken as known."""
    values = []
    for name in (arms.own, arms.against):
        rows = arms.rows(name)
        weight = np.ones(len(rows)) if weights is None else rows[weights].to_numpy(float)
        own = Spell(
            rows["entry"].to_numpy(float), rows["exit"].to_numpy(float), rows["event"].to_numpy(bool), weight,
            pd.factorize(rows["enterprise_id"])[0],
        )  # fmt: skip
        values.append(share_at(own, arms.horizon) if arms.tau is None else months_to(own, arms.horizon))
    (one, one_se), (other, other_se) = values
    se = float(np.hypot(one_se, other_se))
    half = se * stats.norm.ppf(0.5 + level / 2)
    gap = one - other
    return {"estimate": gap, "se": se, "low": gap - half, "high": gap + half, "levels": (one, other)}


def reweighed(arms: Arms, resampling: Resampling) -> tuple[dict[str, object], str]:
    """The same difference with weights worked out anew whenever enterprises are drawn."""
    entry, leave, event, group = (arms.spells[column].to_numpy() for column in ("entry", "exit", "event", arms.by))
    group = group.astype(str)
    if arms.tau is None:
        kernel = survival_under(entry, leave, event, group, [arms.horizon])
    else:
        kernel = rmst_under(entry, leave, event, group, arms.horizon)
    statistic = stack(increments_under(kernel, arms.against, keep=True), reweigh=resampling.reweigh)
    drawn = bootstrap(
        arms.spells["enterprise_id"], statistic, max(resampling.n_replicates, 2), resampling.seed, strata=group
    )
    place = {figure: number for number, figure in enumerate(drawn.figures)}
    gap = next(number for figure, number in place.items() if figure.against is not None)
    levels = {figure.group: drawn.estimate[number] for figure, number in place.items() if figure.against is None}
    low, high = drawn.percentile(resampling.level)
    figures = {"estimate": drawn.estimate[gap], "se": drawn.se[gap], "low": low[gap], "high": high[gap]}
    if np.isnan(drawn.estimate[gap]):
        return NOTHING | {"note": "separated"}, ""
    return {**figures, "levels": (levels[arms.own], levels[arms.against])}, drawn.words


def standardised_difference(arms: Arms, covariates: str, resampling: Resampling) -> tuple[dict[str, object], str]:
    """Difference of the averaged predictions, over the mix of the group."""
    basis = based(arms.spells, arms.by, covariates, arms.own)
    note = next((note for k in range(2) if (note := why_not(basis, k, arms.horizon))), "")
    if note:
        return NOTHING | {"note": note}, ""
    times, width = _times(basis, arms)
    order = [[str(one) for one in basis.names].index(name) for name in (arms.own, arms.against)]

    def levels(shares: np.ndarray) -> np.ndarray:  # [..., groups, times] to [..., groups]
        return (shares @ width[1:] + width[0])[..., order]

    one, other = levels(curves(basis.model, *fit_of(basis.model), times))
    figures = {"estimate": one - other, "se": np.nan, "low": np.nan, "high": np.nan, "levels": (one, other)}
    if not resampling.n_replicates:
        return figures, ""

    def statistic(weights: np.ndarray) -> np.ndarray:
        both = levels(predicted(basis.model, times, basis.start, weights))
        return both[:, :1] - both[:, 1:]

    strata = basis.names[basis.model.group]
    drawn = bootstrap(basis.clusters, statistic, resampling.n_replicates, resampling.seed, strata=strata)
    low, high = drawn.percentile(resampling.level)
    return figures | {"se": drawn.se[0], "low": low[0], "high": high[0]}, drawn.words


def _times(basis: Basis, arms: Arms) -> tuple[np.ndarray, np.ndarray]:
    """When curves are read, and how much each share counts in the value; the first is what counts before any end."""
    if arms.tau is None:
        return np.array([arms.horizon]), np.array([0.0, 1.0])
    ends = np.unique(basis.model.exit[basis.model.event])
    times = ends[ends < arms.horizon]
    return times, np.diff(np.concatenate([[0.0], times, [arms.horizon]]))
