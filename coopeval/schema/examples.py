"""One row per table that shows how it is filled in: what a template holds, and a reader knows not to be data.

Keys hold a mark in place of a key, and figures are such as no structure has: so a row left half filled in is found.
"""

from __future__ import annotations

from collections.abc import Mapping

from coopeval.schema.column import Table

MARK = "▸ voorbeeld · exemple · example"
DATE = "2026-01-15"
EXAMPLES: Mapping[str, Mapping[str, str]] = {
    "structures": {
        "name": MARK, "kind": "incubator", "region": "Brussels", "country": "BE", "is_evaluated": "true",
        "started_on": "2016-10-01", "source": MARK,
    },
    "projects": {
        "structure_id": MARK, "applied_on": "2025-03-03", "decided_on": "2025-04-01", "selection": "selected",
        "selection_score": "7.5", "entered_on": "2025-05-01", "stage_at_entry": "idea", "project_type": "growth",
        "theme": "food", "economic_model": "cooperative", "postcode": "1000", "n_holders": "3", "n_women_holders": "2",
        "ended_on": DATE, "end_kind": "enterprise_created", "last_seen_on": DATE,
    },
    "enterprises": {
        "structure_id": MARK, "project_id": MARK, "kbo_number": "0123456749", "legal_form": "706", "born_on": DATE,
        "observed_from": DATE, "last_seen_on": "2026-06-30", "nace_version": "2025", "nace_code": "01300",
        "joint_committee": "200", "postcode": "1000",
    },
    "participations": {
        "project_id": MARK, "programme": "seeds", "cohort": "2025-1", "started_on": "2025-05-01", "ended_on": DATE,
        "outcome": "completed",
    },
    "jobs": {
        "enterprise_id": MARK, "started_on": DATE, "contract": "open_ended", "worker_status": "employee",
        "subsidy_measure": "none", "joint_committee": "200", "fte": "0.8", "gender": "woman", "is_founder": "false",
        "last_seen_on": "2026-06-30",
    },
    "headcounts": {
        "counted_on": "2025-12-31", "contract": "all", "worker_status": "all", "joint_committee": "all",
        "source": "balance_sheet", "headcount": "9999", "fte": "8888.8",
    },
    "support": {
        "project_id": MARK, "given_on": DATE, "kind": "individual_coaching", "topic": "business_model", "hours": "1.5",
    },
    "experts": {
        "expert_type": "strategy", "engagement": "freelance", "rate_eur_h": "9999.99", "rate_from": "2026-01-01",
        "rate_until": "2026-12-31",
    },
    "costs": {
        "structure_id": MARK, "period_from": "2026-01-01", "period_until": "2026-06-30", "category": "staff",
        "borne_by": "subsidy", "amount_eur": "9999.99",
    },
    "funding": {
        "structure_id": MARK, "period_from": "2026-01-01", "period_until": "2026-12-31", "funder": MARK,
        "instrument": MARK, "amount_eur": "9999.99", "is_actual": "true",
    },
    "recognitions": {"enterprise_id": MARK, "track": "sdo", "step": "recognised", "happened_on": DATE},
    "referrals": {
        "project_id": MARK, "direction": "to", "organisation": "febisp", "purpose": "mandate", "referred_on": DATE,
    },
    "other_support": {
        "project_id": MARK, "organisation": "hub_brussels", "topic": "finance", "support_from": DATE, "hours": "2",
    },
    "definitions_met": {"subject_id": MARK, "definition": "ordinance_2018", "assessed_on": DATE, "is_met": "true"},
    "practices": {
        "subject_id": MARK, "observed_on": DATE, "dimension": "democracy", "measure": "general_meetings", "value": "1",
        "unit": "count",
    },
    "followups": {"subject_id": MARK, "asked_on": DATE, "outcome": "answered", "source": "survey"},
    "impact": {"year": "2025", "measure": MARK, "value": "9999", "unit": MARK},
    "targets": {"period": "2026", "sense": "at_least", "target": "9999", "unit": MARK, "source": MARK},
}  # fmt: skip


def example(table: Table) -> dict[str, str]:
    """The example row of a table, as text: every column, empty where the example leaves it empty.

    >>> from coopeval.schema import TABLES
    >>> example(TABLES["recognitions"])["recognition_id"] == MARK
    True
    """
    told = {table.key[0]: MARK, **EXAMPLES[table.name]}
    return {name: told.get(name, "") for name in table.columns}
