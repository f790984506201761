"""One row per way of working a headline out: the choices made, and how a row is written down."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from coopeval.indicators.definitions import ALL, DEFINITIONS, assessments

CHOICES = ("definition", "perimeter", "against", "clock", "missing_rule", "adjustment")
FIGURES = (
    "n", "n_reference", "n_events", "n_reference_events", "n_enterprises", "n_persons", "largest_share",
    "two_largest_share", "estimate", "se", "low", "high",
)  # fmt: skip
MONTHS = 36.0
CLOCKS = ("entry", "age")
ARMS = ("rejected", "structure", "register", "waiting_list")
PERIMETERS = ("full", "cash", "subsidy")
MAIN = {  # what the other chapters show; every other specification differs from it in at least one choice
    "survival_36": {"clock": "entry", "missing_rule": "censored"},
    "survival_gap": {"against": "rejected", "clock": "entry", "missing_rule": "censored", "adjustment": "logistic"},
    "jobs_kept_2": {"missing_rule": "left_out"},
    "cost_per_enterprise": {"perimeter": "full", "missing_rule": "left_out"},
    "cost_per_job": {"perimeter": "full", "missing_rule": "left_out"},
    "share_recognised": {},
}
UNITS = {
    "survival_36": "share", "survival_gap": "points", "jobs_kept_2": "share", "cost_per_enterprise": "eur",
    "cost_per_job": "eur", "share_recognised": "share",
}  # fmt: skip


@dataclass(frozen=True)
class Study:
    """The data as of a day, and who was assessed under which definition."""

    dataset: object
    level: float
    met: pd.DataFrame = field(repr=False)

    @cached_property
    def _units(self) -> pd.DataFrame:
        enterprises = self.dataset.columns("enterprises", "enterprise_id", "born_on", "project_id")
        entered = self.dataset.columns("projects", "project_id", "entered_on").set_index("project_id")["entered_on"]
        return enterprises.assign(entered_on=enterprises["project_id"].map(entered)).set_index("enterprise_id")

    def zero(self, clock: str) -> pd.Series:
        """The day on which a clock begins for each enterprise."""
        return self._units["entered_on" if clock == "entry" else "born_on"]

    def under(self, definition: str) -> pd.DataFrame:
        """The assessments under one definition, indexed by enterprise."""
        return self.met[self.met["definition"].eq(definition)].set_index("enterprise_id")

    def definitions(self) -> tuple[str, ...]:
        """Those anyone was assessed under, and `all`."""
        known = set(self.met["definition"])
        return tuple(name for name in DEFINITIONS if name == ALL or name in known)


def study(dataset, level: float) -> Study:
    """The study of a data set that was cut at a day; without the table of definitions only `all` is left."""
    if "definitions_met" in dataset:
        return Study(dataset, level, assessments(dataset))
    empty = pd.DataFrame({"enterprise_id": [], "definition": [], "is_met": [], "assessed_on": []})
    return Study(dataset, level, empty)


def row(headline: str, figures: dict[str, object], **choices: str) -> dict[str, object]:
    """A row of the table; a choice that does not apply is empty, a figure that is not known is nan."""
    said = {name: choices.get(name, "") for name in CHOICES}
    said["definition"] = said["definition"] or ALL
    main = {"definition": ALL, **MAIN[headline]}
    return {
        "headline": headline, **said, "unit": UNITS[headline], "note": "", **dict.fromkeys(FIGURES, np.nan), **figures,
        "is_main": all(said[name] == main.get(name, "") for name in CHOICES),
    }  # fmt: skip


def silent(n: float, note: str, **figures: object) -> dict[str, object]:
    """The figures of a specification that cannot be estimated, and why."""
    return {"n": n, "note": note, **figures}
