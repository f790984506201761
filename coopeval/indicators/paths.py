"""Indicators of recognition, hand-over and work with others."""

from __future__ import annotations

from coopeval import pathways
from coopeval.indicators.entry import Indicator
from coopeval.wording import N_

NEEDS = ("structures", "projects", "enterprises")
STEPS = (*NEEDS, "recognitions")
CHAPTER = "25_pathways_and_recognition"


def _recognised(moment):
    return pathways.recognised(moment.dataset)


def _share(moment):
    return pathways.recognised_share(moment.dataset, level=moment.level)


def _status(moment):
    return pathways.recognition_status(moment.dataset, level=moment.level)


def _handed(moment):
    return pathways.handover(moment.dataset, level=moment.level)


def _together(moment):
    return pathways.shared_share(moment.dataset, level=moment.level)


def _path(name: str, questions: tuple[str, ...], definition: str, made_by: str, call, row, needs=STEPS):
    return Indicator(name, questions, CHAPTER, "result", definition, made_by, call, row, needs)


ENTRIES = (
    _path("recognised", ("Q28",), N_("Supported enterprises that exist and hold the recognition as SDO today."),
          "pathways.recognised", _recognised, {"group": "sdo"}),
    _path("share_recognised", ("Q11", "Q28"),
          N_("Share of the eligible enterprises in existence that hold the recognition as SDO today."),
          "pathways.recognised_share", _share, {"group": "all"}),
    _path("mandated", ("Q15",), N_("Supported enterprises that exist and hold the mandate for insertion today."),
          "pathways.recognised", _recognised, {"group": "insertion_mandate"}),
    _path("share_not_sought", ("Q14",), N_("Share of the enterprises in existence that did not seek the recognition."),
          "pathways.recognition_status", _status, {"group": "not_sought"}),
    _path("share_handed_over", ("Q29",),
          N_("Share of the projects judged ripe that were then handed over to Tracé or FeBISP."),
          "pathways.handover", _handed, {"group": "after_ripe"}, (*NEEDS, "referrals")),
    _path("share_handed_before", ("Q29",),
          N_("Share of the projects judged ripe that had been handed over to Tracé or FeBISP before that."),
          "pathways.handover", _handed, {"group": "before_ripe"}, (*NEEDS, "referrals")),
    _path("share_hours_together", ("Q27",), N_("Share of the hours of support given together with another body."),
          "pathways.shared_share", _together, {"group": "all"}, (*NEEDS, "support")),
)  # fmt: skip
