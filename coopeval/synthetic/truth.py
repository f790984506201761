"""The truth behind a delivery: what estimates are tried against. Nobody reads it to make a report."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from scipy.stats import gamma

from coopeval import reference, semesters
from coopeval.synthetic import counterfactual, hazards, jobs, mixes, positions
from coopeval.synthetic.chance import DAYS_PER_MONTH
from coopeval.synthetic.deliveries import corrections
from coopeval.synthetic.plans import CALIBRATED_ON, FIRST_ENTRY, N_CREATED, N_JOBS, N_PROJECTS, SUPPORTED_BY
from coopeval.synthetic.shares import SHARES_ARE, shares
from coopeval.synthetic.worlds import World

AT_MONTHS = (12, 24, 36, 60)
STEP = 0.5  # months of the grid on which hazards are summed
WAIT_DAYS = 14  # no enterprise is created sooner after entry
GROUPS = ("legal_family", "programme")
SURVIVAL_IS = (
    "Product of the true hazards over those really at risk at each age: what a Kaplan-Meier curve of this delivery "
    "estimates, without its chance."
)


def truth(world: World, delivered: str = "2026S1") -> dict:
    """Hazards, survival, creation, jobs, costs, effects of each comparison, and planted errors, ready for JSON."""
    day = semesters.last_day(delivered)
    units = known_units(world, day)
    return {
        "what": "The truth that generated these synthetic data. Only tests read it.",
        "seed": world.seed, "scale": world.scale, "structures": len(world.plans), "delivered": delivered,
        "calibration": calibration(world), "hazards": hazards_per_month(world),
        "survival": {"what": SURVIVAL_IS, "rows": [*survival(units, day, "age"), *survival(units, day, "entry")]},
        "creation": creation(world), "jobs": job_truth(world), "effects": effects(world),
        "costs": costs_per_year(world), "corrections": corrections(world),
        "comparisons": {
            "what": counterfactual.COMPARISONS_ARE, "rows": counterfactual.comparisons(world, units, day),
        },
        "project_shares": {"what": SHARES_ARE, "rows": shares(world, day)},
    }  # fmt: skip


def known_units(world: World, day: pd.Timestamp) -> pd.DataFrame:
    """Enterprises under observation by that day, each entity once, with the zero of the clock of entry."""
    units = world.units[~world.units["is_successor"] & world.units["observed_from"].le(day)]
    facts = world.projects.set_index("project_id")[["entered_on", "decided_on"]]
    units = units.join(facts, on="project_id")
    inside = units["arm"].isin(("programme", "structure"))
    zero = units["entered_on"].where(inside, units["decided_on"]).fillna(units["matched_on"])
    supported = units.loc[units["arm"].eq("programme") & units["kbo_number"].ne(""), "kbo_number"]
    twice = units["arm"].isin(("structure", "register")) & units["kbo_number"].isin(supported)
    return units.assign(zero_on=zero.where(zero <= day))[~twice].reset_index(drop=True)


def survival(units: pd.DataFrame, day: pd.Timestamp, clock: str) -> list[dict]:
    """Rows clock, arm, by, group, at_months, survival."""
    zero = units["born_on"] if clock == "age" else units["zero_on"]
    seen = units[["born_on", "observed_from"]].max(axis=1)
    seen = seen if clock == "age" else pd.concat([seen, zero], axis=1).max(axis=1)
    end = units["true_end"].fillna(day).clip(upper=day)
    timed = units.assign(
        entry=semesters.months_between(zero, seen, start_of_day=True).clip(min=0),
        exit=semesters.months_between(zero, end),
        age_at_zero=0.0 if clock == "age" else (zero - units["born_on"]).dt.days / DAYS_PER_MONTH,
    )
    timed = timed[zero.notna() & timed["exit"].gt(timed["entry"])]
    rows = []
    for arm, own in timed.groupby("arm", sort=True):
        for by, group, part in _groups(own):
            values = survival_at(part, AT_MONTHS)
            rows += [
                {"clock": clock, "arm": arm, "by": by, "group": group, "at_months": at, "survival": round(value, 5)}
                for at, value in zip(AT_MONTHS, values, strict=True)
                if not np.isnan(value)
            ]
    return rows


def _groups(own: pd.DataFrame) -> Iterable[tuple[str, str, pd.DataFrame]]:
    yield "", "all", own
    for by in GROUPS:
        for group, part in own.groupby(by, sort=True):
            if group:
                yield by, group, part


def survival_at(timed: pd.DataFrame, at_months: Iterable[float]) -> list[float]:
    """Survival by the true hazards of those at risk (entry, exit, factor, age_at_zero), at given months."""
    middle = np.arange(STEP / 2, max(at_months), STEP)
    entry, leave = timed["entry"].to_numpy()[:, None], timed["exit"].to_numpy()[:, None]
    at_risk = (entry < middle) & (middle <= leave)
    age = np.maximum(middle + timed["age_at_zero"].to_numpy(float)[:, None], 0)
    bands = np.array(hazards.CEASING)[np.searchsorted(hazards.AGE_BANDS, age, side="right") - 1]
    with np.errstate(invalid="ignore"):  # where nobody is at risk any more there is no survival to speak of
        rate = (at_risk * bands * timed["factor"].to_numpy(float)[:, None]).sum(axis=0) / at_risk.sum(axis=0)
    before_anyone = np.cumsum(at_risk.sum(axis=0)) == 0
    cumulative = np.cumsum(np.where(before_anyone, 0.0, rate)) * STEP
    return [float(np.exp(-cumulative[round(at / STEP) - 1])) for at in at_months]


def hazards_per_month(world: World) -> dict:
    """The hazard of ceasing by age, its factors, and the constant hazards of the other causes."""
    centre, slope = hazards.SCORE
    return {
        "what": "Hazard per month of ceasing = that of the age band x the factors of arm, structure, legal family, "
        "first programme, NACE division 55-56, and exp(slope x (score - centre)) where there is a score.",
        "ceasing": [{"from_month": a, "hazard": h} for a, h in zip(hazards.AGE_BANDS, hazards.CEASING, strict=True)],
        "arm": hazards.ARMS, "structure": {plan.structure_id: plan.ratio for plan in world.plans},
        "legal_family": hazards.FAMILIES, "programme": {k: v for k, v in hazards.PROGRAMMES.items() if k},
        "nace_section": dict([hazards.HOSPITALITY]), "score": {"centre": centre, "slope": slope},
        "other_causes": hazards.OTHER_CAUSES, "losing_contact": hazards.LOSING_CONTACT,
    }  # fmt: skip


def creation(world: World) -> dict:
    """Share of projects without an enterprise that ever create one, and how many have by when."""
    own = world.projects[world.projects["structure_id"].eq("S1") & ~world.projects["has_enterprise"]]
    shares = own.groupby("selection")["creation_share"].first().round(6).to_dict()
    mean = mixes.MONTHS_TO["enterprise_created"]
    by = {at: gamma.cdf(at - WAIT_DAYS / DAYS_PER_MONTH, 2.0, scale=mean / 2) for at in AT_MONTHS}
    return {
        "what": "Of the projects that came without an enterprise, by decision; months since entry, or the decision.",
        "share_ever": shares,
        "incidence": {
            name: {str(at): round(share * part, 5) for at, part in by.items()} for name, share in shares.items()
        },
    }


def job_truth(world: World) -> dict:
    """How positions open, change and close."""
    return {
        "what": "Positions of employees, that their enterprise outlives: hazard per month of closing, by contract; "
        "changes of hours or holder per month, at most three.",
        "closing": positions.CLOSING, "changes": jobs.CHANGES_PER_MONTH, "new_holder": jobs.NEW_HOLDER,
        "ever_staffed": positions.STAFFED, "positions_at_entry": positions.AT_ENTRY,
    }  # fmt: skip


def effects(world: World) -> dict:
    """True effects, as ratios of hazards of ceasing (below 1: better) and as differences of creation."""
    shares = creation(world)["share_ever"]
    found = {
        "programme_against_comparators": hazards.ARMS["programme"], "recognition": hazards.RECOGNISED,
        "cooperative_against_profit": hazards.FAMILIES["cooperative"],
        "non_profit_against_profit": hazards.FAMILIES["non_profit"],
        "hospitality": hazards.HOSPITALITY[1], "ten_points_of_score": round(float(np.exp(10 * hazards.SCORE[1])), 5),
    }  # fmt: skip
    added = {
        f"selected_less_{name}": round(shares["selected"] - share, 5)
        for name, share in shares.items()
        if name != "selected"
    }
    return {"hazard_ratios": found, "creation_share_ever": added}


def costs_per_year(world: World) -> list[dict]:
    """Rows year, borne_by, amount_eur of the evaluated structure, with the errors corrected."""
    costs = world.tables["costs"]
    own = costs[costs["structure_id"].eq("S1")]
    sums = own.groupby([own["period_from"].dt.year, "borne_by"])["amount_eur"].sum().round(2)
    return [
        {"year": int(year), "borne_by": payer, "amount_eur": float(sum_eur)} for (year, payer), sum_eur in sums.items()
    ]


def calibration(world: World) -> list[dict]:
    """The published figures the world is made to meet, with their source, and what it holds."""
    day, later = pd.Timestamp(CALIBRATED_ON), pd.Timestamp(SUPPORTED_BY)
    own = world.projects[world.projects["structure_id"].eq("S1") & world.projects["selection"].eq("selected")]
    units = world.units[world.units["arm"].eq("programme") & ~world.units["is_successor"]]
    created = units[units["is_created"] & units["born_on"].le(day)]
    inside = own["entered_on"].le(day) & ~own["ended_on"].lt(day)
    supported = units["born_on"].le(later) & units["observed_from"].le(later)
    holders = own.loc[own["entered_on"].le(later), "n_holders"]
    costs = pd.DataFrame(costs_per_year(world))
    subsidy = costs[costs["borne_by"].eq("subsidy")].set_index("year")["amount_eur"]
    rows = (
        ("CC017", "day of the first entry", own["entered_on"].min().date().isoformat(), "exact"),
        ("CC009", "projects entered by 31 January 2021", int(own["entered_on"].le(day).sum()), "exact"),
        ("CC011", "enterprises created by 31 January 2021", len(created), "exact"),
        ("CC012", "positions of employees opened in these by 31 January 2021", _opened(world, created, day), "exact"),
        ("CC010", "projects in support on 31 January 2021", int(inside.sum()), "8 projects"),
        ("CC013", "enterprises supported by 31 December 2025", int(supported.sum()), "exact"),
        ("CC014", "project holders by 31 December 2025", int(holders.sum()), "10%"),
        ("CC001", "subsidy spent in 2022, and in each year since, EUR", float(subsidy[2022]), "exact"),
        ("CC002", "subsidy spent in 2021, EUR", float(subsidy[2021]), "exact"),
    )  # fmt: skip
    return [_published(*row) for row in rows]


def _opened(world: World, created: pd.DataFrame, day: pd.Timestamp) -> int:
    rows = world.tables["jobs"]
    rows = rows[rows["enterprise_id"].isin(created["enterprise_id"]) & rows["contract"].ne("none")]
    return int(rows.groupby("position_id")["started_on"].min().le(day).sum())


def _published(figure: str, what: str, made: object, tolerance: str) -> dict:
    source = _sources().get(figure, {})
    exact = {"CC009": N_PROJECTS, "CC011": N_CREATED, "CC012": N_JOBS, "CC017": FIRST_ENTRY}
    return {"figure_id": figure, "what": what, "published": exact.get(figure, source.get("value")), "made": made,
            "tolerance_at_scale_1": tolerance, "source": source.get("source", "")}  # fmt: skip


def _sources() -> dict[str, dict]:
    published = reference.published().drop_duplicates("figure_id").set_index("figure_id")
    return published.to_dict("index")
