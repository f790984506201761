"""Support, and what it costs: support, experts, costs, funding, other_support, targets."""

from __future__ import annotations

from coopeval.schema.column import boolean, code, day, number, table, text

SUPPORT = table(
    "support",
    "Support given to projects",
    ["support_id"],
    {
        "support_id": text("our key of the support given"),
        "project_id": text("project that received it", references="projects"),
        "given_on": day("day on which it was given"),
        "kind": code("support_kinds", "kind of support"),
        "topic": code("topics", "what it was about"),
        "hours": number("hours received by this project", "hours", high=2000),
        "session_id": text("rows given at once share it", optional=True),
        "expert_id": text("who gave it", references="experts", privacy="personal", optional=True),
        "cost_eur": number("amount invoiced for it", "EUR", optional=True),
        "with_organisation": code("organisations", "organisation it was given together with", optional=True),
        "agreement_point": code("agreement_points", "point of the agreement it serves", optional=True),
    },
    asked_for="cost of support",
    first_date=("given_on",),
    within="project_id",
)

EXPERTS = table(
    "experts",
    "Experts and their price over time",
    ["expert_id", "rate_from"],
    {
        "expert_id": text("pseudonym of the expert", privacy="personal"),
        "expert_type": code("expert_types", "type of expert"),
        "engagement": code("engagements", "staff, partner, freelance or volunteer"),
        "rate_eur_h": number("price of an hour", "EUR per hour"),
        "rate_from": day("first day of this price"),
        "rate_until": day("last day of this price; empty while it holds", optional=True, planned=True),
    },
    asked_for="experts: type and price",
    first_date=("rate_from",),
    span=("rate_from", "rate_until"),
    orders=(("rate_from", "rate_until"),),
)

COSTS = table(
    "costs",
    "Costs of a structure",
    ["cost_id"],
    {
        "cost_id": text("our key of the cost"),
        "structure_id": text("structure that bears it", references="structures"),
        "period_from": day("first day it covers"),
        "period_until": day("last day it covers", planned=True),
        "category": code("cost_categories", "kind of cost"),
        "programme": code("programmes", "part of the programme; empty when shared", optional=True),
        "agreement_point": code("agreement_points", "point of the agreement it serves", optional=True),
        "borne_by": code("borne_by", "who pays it"),
        "amount_eur": number("amount", "EUR"),
        "funding_id": text("funding that pays it", references="funding", optional=True),
    },
    asked_for="cost; articles 3 and 4.1 of the agreement",
    first_date=("period_from",),
    span=("period_from", "period_until"),
    pro_rata=("amount_eur",),
    orders=(("period_from", "period_until"),),
)

FUNDING = table(
    "funding",
    "Subsidies and other funding of a structure",
    ["funding_id"],
    {
        "funding_id": text("our key of the funding"),
        "structure_id": text("structure that receives it", references="structures"),
        "period_from": day("first day it covers"),
        "period_until": day("last day it covers", planned=True),
        "funder": text("who gives it", privacy="public"),
        "instrument": text("by which instrument", privacy="public"),
        "amount_eur": number("amount", "EUR", privacy="public"),
        "is_actual": boolean("true when received, false when promised"),
    },
    asked_for="subsidy",
    first_date=("period_from",),
    span=("period_from", "period_until"),
    pro_rata=("amount_eur",),
    settles="is_actual",
    orders=(("period_from", "period_until"),),
)

OTHER_SUPPORT = table(
    "other_support",
    "Support by other organisations for the same projects",
    ["other_support_id"],
    {
        "other_support_id": text("our key of the support"),
        "project_id": text("project that received it", references="projects"),
        "organisation": code("organisations", "organisation that gave it"),
        "topic": code("topics", "what it was about, as in support"),
        "support_from": day("first day of it"),
        "support_until": day("last day of it; empty while it goes on", optional=True, planned=True),
        "hours": number("hours received", "hours", optional=True),
        "amount_eur": number("money received", "EUR", optional=True),
    },
    asked_for="overlap, double subsidy",
    first_date=("support_from",),
    span=("support_from", "support_until"),
    pro_rata=("hours", "amount_eur"),
    orders=(("support_from", "support_until"),),
)

TARGETS = table(
    "targets",
    "Targets that were set for indicators",
    ["indicator", "period"],
    {
        "indicator": text("name of the indicator", privacy="public"),
        "period": text("2026S1, 2025 or 2022-2026", privacy="public", form="period"),
        "sense": code("target_senses", "at least or at most", privacy="public"),
        "target": number("the target, in the unit beside it", "see column unit", low=None, privacy="public"),
        "unit": text("unit of the target", privacy="public"),
        "source": text("where the target was set", privacy="public"),
    },
    asked_for="ambitious objectives",
)
