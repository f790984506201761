"""What became of it: enterprises, recognitions, definitions met, practices, impact."""

from __future__ import annotations

from coopeval.schema.column import boolean, code, day, integer, number, table, text

KBO = "KBO open data"
SUBJECTS = {"structure": "structures", "project": "projects", "enterprise": "enterprises"}

ENTERPRISES = table(
    "enterprises",
    "Enterprises: created, supported, or compared with",
    ["enterprise_id"],
    {
        "enterprise_id": text("our key, one per structure and legal entity"),
        "structure_id": text("structure that supports it, or the register sample", references="structures"),
        "project_id": text("project it came from; empty when there is none", references="projects", optional=True),
        "kbo_number": text(
            "enterprise number, ten digits", source=KBO, privacy="public", optional=True, form="enterprise_number"
        ),
        "legal_form": code("legal_forms", "legal form at birth", source=KBO, privacy="public"),
        "legal_form_now": code("legal_forms", "legal form now", source=KBO, privacy="public", optional=True),
        "born_on": day("start of the legal entity", source=KBO, privacy="public"),
        "observed_from": day("day before which an end would not have been seen; tells how the data were made"),
        "matched_on": day("for comparators from the register: the day that stands for entry", optional=True),
        "ended_on": day(
            "last day of the legal entity; empty while it exists", source=KBO, privacy="public", optional=True
        ),
        "not_ended_before": day("last day it is known to have existed; empty when ended_on is exact", optional=True),
        "end_kind": code("enterprise_ends", "how it ended", source=KBO, privacy="public", optional=True),
        "continued_by": text("enterprise in which it lives on", references="enterprises", optional=True),
        "last_seen_on": day("last day on which its state was known"),
        "nace_version": code("nace_versions", "version of the activity code", source=KBO, privacy="public"),
        "nace_code": text("main activity, two to five digits", source=KBO, privacy="public", form="nace"),
        "joint_committee": code("joint_committees", "joint committee of the enterprise", source="ONSS", optional=True),
        "postcode": text("postcode of the seat", source=KBO, privacy="public", optional=True, form="postcode"),
    },
    required=True,
    asked_for="creation and survival; sectors; statute; joint committee",
    first_date=("born_on",),
    tells={
        "ended_on": {"end_kind": "", "continued_by": "", "not_ended_before": ""},
        "not_ended_before": {},
        "matched_on": {},
        "last_seen_on": {"legal_form_now": ""},
    },
    cut_at=("last_seen_on",),
    looked=("observed_from", "not_ended_before"),
    in_sight="observed_from",
    orders=(
        ("born_on", "ended_on"),
        ("born_on", "not_ended_before"),
        ("not_ended_before", "ended_on"),
        ("born_on", "last_seen_on"),
    ),
)

RECOGNITIONS = table(
    "recognitions",
    "Steps towards a recognition, and reasons not to take them",
    ["recognition_id"],
    {
        "recognition_id": text("our key of the step"),
        "enterprise_id": text("enterprise concerned, or else the project", references="enterprises", optional=True),
        "project_id": text("project concerned, or else the enterprise", references="projects", optional=True),
        "track": code("tracks", "which recognition"),
        "step": code("recognition_steps", "which step was taken"),
        "happened_on": day("day of the step"),
        "valid_until": day("last day of validity, known on the day itself", optional=True, planned=True),
        "criterion": code("criteria", "criterion that was not met", optional=True),
        "reason": code("reasons", "why it was not sought or not obtained", optional=True),
    },
    asked_for="recognition and why not",
    first_date=("happened_on",),
    orders=(("happened_on", "valid_until"),),
    one_of=("enterprise_id", "project_id"),
)

DEFINITIONS_MET = table(
    "definitions_met",
    "Which definition of social enterprise is met by whom",
    ["subject_kind", "subject_id", "definition", "assessed_on"],
    {
        "subject_kind": code("subject_kinds", "structure, project or enterprise"),
        "subject_id": text("key of the structure, project or enterprise"),
        "definition": code("definitions", "which definition"),
        "assessed_on": day("day of the assessment"),
        "score": number("score where the definition has one (EMES: 0 to 9)", "score", optional=True),
        "is_met": boolean("true when the definition is met; never filled for EMES", optional=True),
        "evidence": text("where this can be checked", optional=True),
    },
    asked_for="terminology",
    first_date=("assessed_on",),
    subject=("subject_kind", "subject_id", SUBJECTS),
)

PRACTICES = table(
    "practices",
    "Measures of the transversal plans, of the programme itself and of those it supports",
    ["subject_kind", "subject_id", "observed_on", "dimension", "measure"],
    {
        "subject_kind": code("subject_kinds", "structure or enterprise"),
        "subject_id": text("key of the structure or enterprise"),
        "observed_on": day("day of the observation"),
        "dimension": code("dimensions", "equality, diversity, environment, democracy or social dialogue"),
        "measure": text("what was measured"),
        "value": number("the figure, in the unit beside it", "see column unit", low=None),
        "unit": text("unit of the figure"),
    },
    asked_for="the transversal plans",
    first_date=("observed_on",),
    subject=("subject_kind", "subject_id", {"structure": "structures", "enterprise": "enterprises"}),
)

IMPACT = table(
    "impact",
    "Social impact per year of enterprises",
    ["enterprise_id", "year", "measure"],
    {
        "enterprise_id": text("enterprise", references="enterprises"),
        "year": integer("calendar year", "year", low=1990, high=2100),
        "measure": text("what was measured"),
        "value": number("the figure, in the unit beside it", "see column unit", low=None),
        "unit": text("unit of the figure"),
    },
    asked_for="social impact of those that never seek recognition",
    year="year",
)
