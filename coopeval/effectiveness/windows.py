"""The projects that have had the time, with what each cost and brought, and means in which known ones stand in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from coopeval.errors import DataError, ParameterError
from coopeval.wording import N_

EFFECTS = {  # unit of the effect, and what the cost is told per
    "jobs": ("jobs", N_("cost per job")),
    "jobs_created": ("jobs", N_("cost per job created since entry")),
    "fte": ("fte", N_("cost per full-time job")),
    "alive": ("enterprises", N_("cost per enterprise still there")),
    "created": ("enterprises", N_("cost per enterprise created")),
    "active_months": ("months", N_("cost per month of an enterprise in existence")),
    "job_years": ("fte", N_("cost per job-year")),
}
SIGNS = ("created", "alive", "active_months", "jobs", "fte")  # above zero only where there is an enterprise
FREE = ("rejected", "waiting_list")  # arms that cost the structure nothing


@dataclass(frozen=True)
class Window:
    """One row per mature project, sorted by project: option, cost_eur, amount (nan: not known), has_any."""

    frame: pd.DataFrame
    options: tuple[str, ...]

    @cached_property
    def _of(self) -> np.ndarray:
        """[n, option]: whether a project belongs to an option."""
        return self.frame["option"].to_numpy()[:, None] == np.array(self.options, dtype=object)

    def means(self, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean cost and mean effect [b, option] under weights [b, n].

        Projects whose outcome is not known count as the mean of the known ones with an enterprise.
        """
        known, has = self.frame["amount"].notna().to_numpy(), self.frame["has_any"].to_numpy()
        amount, cost = self.frame["amount"].fillna(0.0).to_numpy(), self.frame["cost_eur"].to_numpy(float)
        whole, unpriced = weights @ self._of, np.isnan(cost)
        priced = ~(self._of & unpriced[:, None]).any(axis=0)  # an option with one unknown cost has no mean cost
        with np.errstate(divide="ignore", invalid="ignore"):
            spent = np.where(priced, weights @ (self._of * np.where(unpriced, 0.0, cost)[:, None]) / whole, np.nan)
            told, silent = weights @ (self._of * (has & known)[:, None]), weights @ (self._of * (~known)[:, None])
            brought = weights @ (self._of * amount[:, None])
            stand_in = np.where(silent > 0, silent * (weights @ (self._of * (amount * has)[:, None])) / told, 0.0)
            return spent, (brought + stand_in) / whole

    def pulls(self, option: str) -> tuple[float, float, np.ndarray, np.ndarray]:
        """Mean cost, mean effect, and n times what each project adds to them (influence values)."""
        own = self.frame[self.frame["option"].eq(option)]
        known, has = own["amount"].notna().to_numpy(), own["has_any"].to_numpy()
        told = has & known
        middle = own.loc[told, "amount"].mean() if told.any() else 0.0
        filled = own["amount"].fillna(middle).to_numpy(float)
        effect, cost = float(filled.mean()), own["cost_eur"].to_numpy(float)
        # a known project with an enterprise also stands for those not known
        times = 1 + (~known).sum() / max(int(told.sum()), 1) * told
        pull = np.where(told, (filled - middle) * times + middle, filled) - effect
        return float(cost.mean()), effect, cost - cost.mean(), pull

    def counts(self, option: str) -> dict[str, object]:
        own = self.frame["option"].eq(option)
        return {"group": option, "n": int(own.sum()), "n_left_out": int(self.frame.loc[own, "amount"].isna().sum())}

    def known_share(self, option: str) -> float:
        """Of the projects with an enterprise, those whose outcome is known; one where there are none."""
        own = self.frame[self.frame["option"].eq(option) & self.frame["has_any"]]
        return float(own["amount"].notna().mean()) if len(own) else 1.0

    def only(self, options: list[str]) -> Window:
        kept = self.frame[self.frame["option"].isin(options)].reset_index(drop=True)
        return Window(kept, tuple(options))


def window(projects: pd.DataFrame, spent: pd.DataFrame, effect: str) -> Window:
    """The mature projects of each option with cost and outcome; options without any keep their name.

    Raises
    ------
    ParameterError
        Another effect.
    DataError
        A column missing, a project there twice.
    """
    if effect not in EFFECTS:
        raise ParameterError(f'"{effect}" is no effect. Choose one of {", ".join(EFFECTS)}.')
    needed = ("project_id", "option", "is_mature", "has_enterprise", effect)
    lacking = [c for c in needed if c not in projects] + [c for c in ("project_id", "cost_eur") if c not in spent]
    if lacking:
        raise DataError(f"Cost and effect per project need the column {', '.join(lacking)}. Add it.")
    for frame, name in ((projects, "projects"), (spent, "costs per project")):
        if frame["project_id"].duplicated().any():
            raise DataError(f"{int(frame['project_id'].duplicated().sum())} rows of {name} repeat a project.")
    kept = projects[projects["is_mature"].astype(bool)]
    if effect == "created":
        kept = kept[~kept["has_enterprise"].astype(bool)]
    free = kept["option"].isin(FREE) | (kept["arm"].isin(FREE) if "arm" in kept else False)
    cost = kept["project_id"].map(spent.set_index("project_id")["cost_eur"]).astype(float)
    signs = [kept[sign].fillna(0).gt(0) for sign in SIGNS if sign in kept]
    has_any = kept["has_enterprise"].astype(bool) | kept[effect].isna()
    for sign in signs:
        has_any |= sign
    frame = kept.assign(
        cost_eur=cost.fillna(0.0).where(free, cost), amount=kept[effect].astype(float), has_any=has_any.astype(bool)
    )
    names = tuple(sorted(projects["option"].unique()))
    return Window(frame.sort_values("project_id", kind="stable", ignore_index=True), names)
