"""What it costs, who pays, what else projects receive, and what was aimed at."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval import semesters
from coopeval.synthetic.chance import NEVER, choose, days, keys, later, stream
from coopeval.synthetic.participations import entered
from coopeval.synthetic.plans import FIRST_ENTRY, HORIZON, Plan

SUBSIDY_EUR, TRANSITION_EUR = 650_000.0, 100_000.0  # CC001, CC002
TRANSITION = ("2021-07-15", "2021-12-31")
# category, programme ("" = shared), share of what the payer pays, point of the agreement
LINES = {
    "subsidy": (
        ("staff", "seeds", 0.17, "art4_1_01"), ("staff", "blossom", 0.14, "art4_1_01"),
        ("staff", "pollinize", 0.08, "art4_1_02"), ("staff", "innovate", 0.06, "art3_05"),
        ("staff", "", 0.14, "art3_01"),
        ("experts", "seeds", 0.06, "art3_02"), ("experts", "blossom", 0.07, "art3_02"),
        ("experts", "innovate", 0.03, "art3_05"), ("premises", "", 0.09, ""),
        ("coworking", "coworking", 0.04, "art3_07"),
        ("communication", "", 0.05, "art3_08"), ("administration", "", 0.07, "outside"),
    ),
    "own_income": (("experts", "blossom", 0.5, ""), ("communication", "", 0.3, ""), ("other", "", 0.2, "")),
    "partner_staff": (("staff", "seeds", 0.5, ""), ("staff", "", 0.5, "")),
    "in_kind": (("premises", "", 0.7, ""), ("coworking", "coworking", 0.3, "")),
}  # fmt: skip
LINES["erdf"] = LINES["other_public"] = LINES["subsidy"]
OTHERS = (("staff", "other", 0.55, ""), ("experts", "other", 0.12, ""), ("premises", "", 0.13, ""),
          ("administration", "", 0.14, ""), ("communication", "", 0.06, ""))  # fmt: skip
FUNDERS = {
    "subsidy": ("Brussels-Capital Region (synthetic)", "yearly subsidy"),
    "erdf": ("ERDF programme (synthetic)", "ERDF project 2016-2021"),
    "other_public": ("Public body (synthetic)", "co-financing"),
}
TARGETS = (
    ("projects_entered", "2022-2026", "at_least", 270, "projects"),
    ("projects_entered", "2026S1", "at_least", 25, "projects"),
    ("enterprises_created", "2022-2026", "at_least", 70, "enterprises"),
    ("enterprises_created", "2025", "at_least", 14, "enterprises"),
    ("jobs_created", "2022-2026", "at_least", 130, "jobs"),
    ("survival_36_months", "2022-2026", "at_least", 0.75, "share"),
    ("response_rate", "2026S1", "at_least", 0.80, "share"), ("response_rate", "2025", "at_least", 0.80, "share"),
    ("cost_per_project", "2025", "at_most", 16000, "EUR"), ("share_recognised", "2022-2026", "at_least", 0.25, "share"),
)  # fmt: skip


def paid(plan: Plan, semester: str, scale: float) -> dict[str, tuple[float, str, str]]:
    """What each payer bears in a semester: amount, first and last day."""
    first, last = semesters.first_day(semester).date().isoformat(), semesters.last_day(semester).date().isoformat()
    if not plan.is_evaluated:
        size = 3_500.0 * sum(plan.per_intake) * scale
        return {"other_public": (size * 0.7, first, last), "own_income": (size * 0.3, first, last)}
    first = max(first, FIRST_ENTRY)
    short = 0.3 if semester == "2016S2" else 1.0
    amounts = {"partner_staff": 45_000.0, "in_kind": 9_000.0, "own_income": 14_000.0}
    if semester < "2021S2":
        amounts |= {"erdf": 150_000.0, "other_public": 90_000.0}
    elif semester == "2021S2":
        amounts |= {"other_public": 60_000.0}
    spans = {payer: (amount * short * scale, first, last) for payer, amount in amounts.items()}
    if semester == "2021S2":
        spans["subsidy"] = (TRANSITION_EUR * scale, *TRANSITION)
    elif semester >= "2022S1":
        spans["subsidy"] = (SUBSIDY_EUR / 2 * scale, first, last)
    return spans


def costs_and_funding(plan: Plan, scale: float, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows of both tables: what is paid by whom in each semester, line by line, adding up to the cent."""
    rng = stream(seed, plan.structure_id, "costs")
    rows, funds = [], {}
    semester = "2016S2"
    while semester <= semesters.of_day(pd.Timestamp(HORIZON)):
        for payer, (amount, first, last) in sorted(paid(plan, semester, scale).items()):
            funding_id = f"F{plan.number}-{payer}-{semester[:4]}" if payer in FUNDERS else ""
            rows += _lines(plan, payer, amount, rng, (first, last, funding_id))
            if funding_id:
                start, _, sum_eur = funds.get(funding_id, (first, last, 0.0))
                funds[funding_id] = (start, last, sum_eur + amount)
        semester = semesters.shift(semester, 1)
    costs = pd.DataFrame(rows, columns=["period_from", "period_until", "category", "programme", "agreement_point",
                                        "borne_by", "amount_eur", "funding_id"])  # fmt: skip
    costs = costs.assign(structure_id=plan.structure_id, cost_id=keys(f"C{plan.number}-", len(costs)))
    return costs.astype({"period_from": "datetime64[ns]", "period_until": "datetime64[ns]"}), _funding(plan, funds)


def _lines(plan: Plan, payer: str, amount: float, rng: np.random.Generator, about: tuple) -> list[tuple]:
    first, last, funding_id = about
    lines = LINES[payer] if plan.is_evaluated else OTHERS
    shares = np.array([share for _, _, share, _ in lines]) * rng.uniform(0.88, 1.12, len(lines))
    euros = np.round(amount * shares / shares.sum(), 2)
    euros[0] = np.round(amount - euros[1:].sum(), 2)
    agreed = first >= "2022-01-01"
    return [
        (first, last, category, programme, point if agreed else "", payer, euro, funding_id)
        for (category, programme, _, point), euro in zip(lines, euros.tolist(), strict=True)
    ]


def _funding(plan: Plan, funds: dict) -> pd.DataFrame:
    rows = [
        (name, plan.structure_id, first, last, *FUNDERS[name.split("-")[1]], round(amount, 2))
        for name, (first, last, amount) in funds.items()
    ]
    frame = pd.DataFrame(rows, columns=["funding_id", "structure_id", "period_from", "period_until", "funder",
                                        "instrument", "amount_eur"])  # fmt: skip
    return frame.astype({"period_from": "datetime64[ns]", "period_until": "datetime64[ns]"})


def other_support(projects: pd.DataFrame, plan: Plan, seed: int) -> pd.DataFrame:
    """Rows of the table: support by others for the same projects, some on the topics of our own, some with money."""
    rng = stream(seed, plan.structure_id, "other support")
    own = entered(projects)
    rows = own[rng.random(len(own)) < 0.24].reset_index(drop=True)
    n = len(rows)
    start = later(days(rows["applied_on"].to_numpy()), rng.random(n) * 480 - 60)
    until = np.where(rng.random(n) < 0.9, later(start, 20 + rng.random(n) * 280), NEVER)
    money = rng.random(n) < 0.30
    euros = np.where(rng.random(n) < 0.08, 80_000.0, np.round(rng.lognormal(9.2, 0.7, n).clip(1_000, 60_000), -2))
    return pd.DataFrame(
        {
            "other_support_id": keys(f"O{plan.number}-", n), "project_id": rows["project_id"],
            "organisation": choose({"hub_brussels": 0.4, "trace": 0.22, "febisp": 0.08, "bruxeo": 0.03, "other": 0.27},
                                   rng.random(n)),
            "topic": choose({"finance": 0.3, "business_model": 0.25, "legal_form": 0.12, "sdo_recognition": 0.13,
                             "market": 0.1, "digital": 0.05, "environment": 0.05}, rng.random(n)),
            "support_from": start, "support_until": until,
            "hours": np.where(money, np.nan, np.round(rng.gamma(2.0, 8.0, n) + 1, 1)),
            "amount_eur": np.where(money, euros, np.nan),
        }
    )  # fmt: skip


def targets() -> pd.DataFrame:
    """Rows of the table, invented."""
    columns = ["indicator", "period", "sense", "target", "unit"]
    return pd.DataFrame(TARGETS, columns=columns).assign(source="invented for the demonstration")
