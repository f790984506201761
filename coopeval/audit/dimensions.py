"""How the groups of each list combine: a closed list, held to the exact figures of the demonstration data by a test."""

from __future__ import annotations

from functools import cache

from coopeval import reference
from coopeval.errors import DisclosureError, refusal
from coopeval.pathways.reasons import FAMILIES
from coopeval.wording import N_

PARTS = "parts"  # each unit stands in one group: everything counted adds up
AMOUNTS = "amounts"  # money or hours add up, while a unit may stand in several groups
OUTCOMES = "outcomes"  # the groups share one whole, and divide it
BESIDE = "beside"  # the groups share one whole, and a unit may stand in several of them
COVER = "cover"  # a unit may stand in several groups and stands in one at least: the whole is no larger than their sum
APART = "apart"  # nothing follows from one group for another

PLAIN = (
    "legal_family", "legal_form", "nace_section", "economic_model", "entry_year", "programme", "project_type",
    "stage_at_entry", "theme", "end_reason", "end_kind", "exclusions", "hour_bands", "source", "recognition", "origin",
    "cohort", "purpose_of_one", "sector", "form", "outcome", "semester", "years", "track_of_one",
)  # fmt: skip
ROLES: dict[tuple[str, ...], str] = {
    **{(dimension,): PARTS for dimension in PLAIN},
    ("joint_committee", "count"): PARTS,
    ("contract_family", "curve"): PARTS,
    ("family", "count"): PARTS, ("family", "sum"): PARTS, ("family", "ratio"): PARTS,
    ("engagement", "ratio", "eur"): PARTS, ("expert_type", "ratio", "eur"): PARTS,
    ("organisation", "share"): PARTS,
    **{(dimension, "sum"): AMOUNTS for dimension in (
        "borne_by", "category", "cost_point", "kind", "agreement_point", "year", "organisation",
    )},
    ("programme", "sum", "eur"): AMOUNTS, ("topic", "sum"): AMOUNTS, ("year", "ratio"): AMOUNTS,
    **{(dimension, "ratio", "share"): OUTCOMES for dimension in (
        "aid", "contract_family", "joint_committee", "joint_committee_family", "women", "worker_status",
        "working_time", "subsidy_measure", "engagement",
    )},
    **{(dimension, "share"): OUTCOMES for dimension in (
        "handover_ways", "mandate_groups", "reason", "outcome", "recognition_statuses", "selection", "score_bands",
    )},
    **{(dimension, "count"): COVER for dimension in ("organisation", "purpose", "way", "topic", "year")},
    **{(dimension,): APART for dimension in (
        "", "calendar_year", "measure", "job_bounds", "bounds", "line", "kind_of_work", "structure_id", "arms",
        "track", "transitions", "study_definitions", "unit_costs", "overlap_parts", "cost_steps", "loss_views",
        "compared_curves", "table", "column", "path_states", "at_months", "year_after", "cause", "state", "own",
        "counted_in",
    )},
    ("recognition", "curve"): APART,  # of those still there at a landmark, which is not all
    ("contract_family", "share"): BESIDE, ("topic", "share"): BESIDE,
    ("organisation", "share", "share of projects supported on one topic here and by another body"): BESIDE,
}  # fmt: skip


def role(dimension: str, kind: str, unit: str, estimand: str = "") -> str:
    """How the groups of a list combine in figures of a kind and unit.

    >>> role("legal_family", "count", "enterprises"), role("borne_by", "sum", "eur")
    ('parts', 'amounts')

    Raises
    ------
    DisclosureError
        A list nobody has said this of: what follows from its rows could not be known.
    """
    for key in ((dimension, kind, estimand), (dimension, kind, unit), (dimension, kind), (dimension,)):
        if key in ROLES:
            return ROLES[key]
    msgid = N_(
        "The auditor does not know whether the groups of {dimension} add up in figures of kind {kind} ({unit}), so it "
        "cannot tell what follows from them. Say so in coopeval/audit/dimensions.py."
    )
    raise refusal(DisclosureError, msgid, dimension=dimension, kind=kind, unit=unit)


@cache
def levels() -> dict[tuple[str, str], tuple[str, frozenset[str]]]:
    """Groups that are made of groups of a finer list: list and group -> the finer list, and its groups inside.

    >>> finer, forms = levels()["legal_family", "non_profit"]
    >>> finer, "017" in forms
    ('legal_form', True)
    """
    known = {
        "legal_family": ("legal_form", "legal_forms"),
        "joint_committee_family": ("joint_committee", "joint_committees"),
    }
    found = {}
    for coarse, (fine, name) in known.items():
        for family, rows in reference.codes(name).groupby("family"):
            found[coarse, str(family)] = (fine, frozenset(rows["code"]))
    for family in set(FAMILIES.values()):
        found["reason", family] = ("reason", frozenset(code for code, of in FAMILIES.items() if of == family))
    return found
