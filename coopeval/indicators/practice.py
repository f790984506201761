"""Indicators of the transversal plans, in the enterprises supported."""

from __future__ import annotations

from coopeval import practices
from coopeval.indicators.entry import Indicator
from coopeval.wording import N_

NEEDS = ("structures", "projects", "enterprises", "practices")
CHAPTER = "70_equality_environment_participation"


def _plans(moment):
    return practices.plans(moment.dataset, level=moment.level)


def _plan(name: str, question: str, definition: str, measure: str):
    return Indicator(
        name, (question,), CHAPTER, "result", definition, "practices.plans", _plans, {"group": measure}, NEEDS
    )


ENTRIES = (
    _plan("share_diversity_plan", "Q23", N_("Share of the enterprises that answered and have a diversity plan."),
          "has_diversity_plan"),
    _plan("share_environmental_plan", "Q24",
          N_("Share of the enterprises that answered and have an environmental plan."), "has_environmental_plan"),
    _plan("share_social_dialogue", "Q25",
          N_("Share of the enterprises that answered and have a body for social dialogue."), "has_consultation_body"),
)  # fmt: skip
