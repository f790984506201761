"""Who supports and who is supported: structures, projects, participations, followups, referrals."""

from __future__ import annotations

from coopeval.schema.column import boolean, code, day, integer, number, table, text

STRUCTURES = table(
    "structures",
    "Structures that support enterprises",
    ["structure_id"],
    {
        "structure_id": text("our key of the structure", privacy="public"),
        "name": text("name of the structure", privacy="public"),
        "kind": code("structure_kinds", "what kind of structure it is", privacy="public"),
        "region": text("region in which it works", source="its own publications", privacy="public"),
        "country": text("country, two letters (ISO 3166)", privacy="public", form="country"),
        "is_evaluated": boolean("true for the one structure under evaluation", privacy="public"),
        "started_on": day("first day of its activity", privacy="public", optional=True),
        "source": text("where the facts about this structure come from", privacy="public"),
    },
    required=True,
    asked_for="comparison with other structures",
    first_date=("started_on",),
)

PROJECTS = table(
    "projects",
    "Projects that applied to a structure",
    ["project_id"],
    {
        "project_id": text("our key of the project, unique over all structures"),
        "structure_id": text("structure to which the project applied", references="structures"),
        "name": text("name of the project", privacy="personal", optional=True),
        "applied_on": day("day of the application", optional=True),
        "decided_on": day("day of the decision on the application", optional=True),
        "selection": code("selections", "what was decided; empty while undecided", optional=True),
        "selection_score": number("score given by the jury", "score", low=None, optional=True),
        "entered_on": day("first day in the programme; empty when it never entered", optional=True),
        "stage_at_entry": code("stages", "how far the project was at entry"),
        "project_type": code("project_types", "type of project"),
        "theme": code("themes", "theme of the project"),
        "economic_model": code("economic_models", "economic model intended at entry"),
        "postcode": text("postcode of the project", optional=True, form="postcode"),
        "n_holders": integer("persons who carry the project", "persons", low=1, optional=True),
        "n_women_holders": integer("women among those who carry the project", "persons", optional=True),
        "mature_on": day("day on which it was judged ripe for hand-over", optional=True),
        "ended_on": day("last day in the programme; empty while it goes on", optional=True),
        "end_kind": code("project_ends", "how the project ended", optional=True),
        "end_reason": code("stop_reasons", "why the project stopped", optional=True),
        "last_seen_on": day("last day on which its state was known"),
    },
    required=True,
    asked_for="type of projects; projects stopped on the way",
    first_date=("applied_on", "decided_on", "entered_on"),
    tells={
        "applied_on": {},
        "decided_on": {"selection": "", "selection_score": ""},
        "ended_on": {"end_kind": "", "end_reason": ""},
        "entered_on": {},
        "mature_on": {},
    },
    cut_at=("last_seen_on",),
    orders=(
        ("applied_on", "decided_on"),
        ("applied_on", "entered_on"),
        ("entered_on", "ended_on"),
        ("entered_on", "mature_on"),
        ("entered_on", "last_seen_on"),
    ),
)

PARTICIPATIONS = table(
    "participations",
    "Participations of projects in the parts of the programme",
    ["participation_id"],
    {
        "participation_id": text("our key of the participation"),
        "project_id": text("project that took part", references="projects"),
        "programme": code("programmes", "part of the programme"),
        "cohort": text("label of the intake, for instance 2024-1"),
        "started_on": day("first day of the participation"),
        "ended_on": day("last day of the participation; empty while it goes on", optional=True),
        "outcome": code("participation_outcomes", "how the participation ended, or ongoing"),
    },
    asked_for="the programmes",
    first_date=("started_on",),
    tells={"ended_on": {"outcome": "ongoing"}},
    within="project_id",
    orders=(("started_on", "ended_on"),),
)

REFERRALS = table(
    "referrals",
    "Projects referred to and from other organisations",
    ["referral_id"],
    {
        "referral_id": text("our key of the referral"),
        "project_id": text("project that was referred", references="projects"),
        "direction": code("directions", "to or from the other organisation"),
        "organisation": code("organisations", "the other organisation"),
        "purpose": code("purposes", "what for"),
        "referred_on": day("day of the referral"),
        "accepted_on": day("day on which it was accepted", optional=True),
    },
    asked_for="hand-over indicator of article 5.4; synergies in both directions",
    first_date=("referred_on",),
    tells={"accepted_on": {}},
    orders=(("referred_on", "accepted_on"),),
)

FOLLOWUPS = table(
    "followups",
    "Questions asked of projects and enterprises, and whether they answered",
    ["subject_kind", "subject_id", "asked_on"],
    {
        "subject_kind": code("subject_kinds", "project or enterprise"),
        "subject_id": text("key of the project or enterprise"),
        "asked_on": day("day on which it was asked"),
        "outcome": code("followup_outcomes", "answered or not"),
        "source": code("followup_sources", "by which way it was asked"),
    },
    asked_for="response per semester and programme",
    first_date=("asked_on",),
    subject=("subject_kind", "subject_id", {"project": "projects", "enterprise": "enterprises"}),
)
