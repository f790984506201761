"""Where projects go: states over time, recognition and mandate apart, hand-over, stops, and work with other bodies."""

from coopeval.pathways.bounds import incidence_bounds
from coopeval.pathways.eligible import supported
from coopeval.pathways.flows import flows
from coopeval.pathways.handovers import accepted, handover, handover_delay, handover_spells
from coopeval.pathways.impact import impact
from coopeval.pathways.occupation import STATES, gathered, occupation
from coopeval.pathways.reasons import reasons, reasons_by, reasons_known
from coopeval.pathways.recognition import mandate_spells, recognition_spells
from coopeval.pathways.referrals import referrals, shared_hours, shared_share
from coopeval.pathways.statuses import at_landmark, recognised, recognised_share, recognition_status, status_at
from coopeval.pathways.stays import months_in_state, occupation_bounds, transitions
from coopeval.pathways.stops import hours_before_end, project_spells, stops_by_hours

__all__ = [
    "STATES", "accepted", "at_landmark", "flows", "gathered", "handover", "handover_delay", "handover_spells",
    "hours_before_end", "impact", "incidence_bounds", "mandate_spells", "months_in_state", "occupation",
    "occupation_bounds", "project_spells", "reasons", "reasons_by", "reasons_known", "recognised",
    "recognised_share", "recognition_spells", "recognition_status", "referrals", "shared_hours", "shared_share",
    "status_at", "stops_by_hours", "supported", "transitions",
]  # fmt: skip
