"""The synthetic world: all that ever happens in it until the horizon, seen by nobody."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from coopeval.errors import ParameterError
from coopeval.schema import TABLES
from coopeval.synthetic import ends, enterprises, experts, measured, money, participations, recognitions
from coopeval.synthetic.chance import stream
from coopeval.synthetic.headcounts import headcounts
from coopeval.synthetic.jobs import closed, jobs
from coopeval.synthetic.plans import REGISTER, Plan, plans
from coopeval.synthetic.positions import positions
from coopeval.synthetic.projects import projects
from coopeval.synthetic.support import support

SHARED_EVERY = 25  # one in so many enterprises of the evaluated programme is supported by another structure too
REGISTER_FACTS = [
    "kbo_number", "legal_form", "legal_family", "born_on", "ended_on", "end_kind", "not_ended_before", "last_seen_on",
    "nace_version", "nace_code", "nace_section", "joint_committee", "postcode", "true_end", "true_cause", "becomes",
    "converted_on", "factor",
]  # fmt: skip


@dataclass(frozen=True)
class World:
    """Tables by name, with columns of the contract and more; `units` are all enterprises and what is true of them."""

    tables: dict[str, pd.DataFrame]
    units: pd.DataFrame
    projects: pd.DataFrame
    plans: tuple[Plan, ...]
    scale: float
    seed: int


def world(structures: int = 4, scale: float = 1.0, seed: int = 1) -> World:
    """Everything that happens in the synthetic world, from 2016 to the end of 2027.

    Each structure and matter draws from a stream of its own: another table or structure more shifts no draw of the
    others. The programme is calibrated to published totals (see `plans`) times `scale`.

    Parameters
    ----------
    structures
        How many, from 1 to 20: the evaluated one first, the register sample last.
    scale
        Size: 1 is that of the programme.
    seed
        Another seed makes another world.

    Raises
    ------
    ParameterError
        Size or seed out of range.

    >>> len(world(structures=1, scale=0.1).tables)
    18
    """
    if not 0 < scale <= 1000 or seed < 0:
        raise ParameterError("The scale must lie above 0 and not above 1000, and the seed must not be negative.")
    chosen = plans(structures, seed)
    parts = {plan.structure_id: _people(plan, scale, seed) for plan in chosen}
    _share(parts, seed)
    filled = [_filled(plan, *parts[plan.structure_id], scale, seed) for plan in chosen]
    whole = {name: _together([tables[name] for tables in filled if name in tables]) for name in TABLES}
    whole["structures"] = _structures(chosen)
    whole["targets"] = money.targets()
    units = _together([parts[plan.structure_id][1] for plan in chosen])
    people = _together([parts[plan.structure_id][0] for plan in chosen if plan.structure_id != REGISTER])
    return World(whole, units, people, tuple(chosen), scale, seed)


def _together(frames: list[pd.DataFrame]) -> pd.DataFrame:
    frames = [frame.astype(_in_one_unit(frame)) for frame in frames if len(frame)] or frames[:1]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def _in_one_unit(frame: pd.DataFrame) -> dict[str, str]:
    return dict.fromkeys(frame.select_dtypes("datetime"), "datetime64[ns]")


def _people(plan: Plan, scale: float, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    if plan.structure_id == REGISTER:
        return pd.DataFrame(), ends.ended(enterprises.of_register(plan, scale, seed), plan, seed)
    applied = projects(plan, scale, seed)
    return applied, ends.ended(enterprises.of_projects(applied, plan, scale, seed), plan, seed)


def _share(parts: dict, seed: int) -> None:
    """Some enterprises of the second structure are enterprises of the programme: one entity, one number, two rows."""
    if "S2" not in parts:
        return
    own, other = parts["S1"][1], parts["S2"][1]
    able = own[own["arm"].eq("programme") & own["kbo_number"].ne("") & ~own["is_successor"] & own["taken_on"].isna()]
    able = able[::SHARED_EVERY]
    place = other[~other["is_created"] & ~other["is_successor"] & other["taken_on"].isna()].index
    rng = stream(seed, "shared")
    for at, (_, twin) in zip(rng.permutation(place).tolist(), able.iterrows(), strict=False):
        seen = max(other.at[at, "observed_from"], twin["born_on"])
        if pd.isna(twin["true_end"]) or seen + pd.Timedelta(days=200) < twin["true_end"]:
            other.loc[at, REGISTER_FACTS] = twin[REGISTER_FACTS]
            other.at[at, "observed_from"] = seen


def _filled(plan: Plan, applied: pd.DataFrame, whole: pd.DataFrame, scale: float, seed: int) -> dict[str, pd.DataFrame]:
    """All tables of one structure."""
    units = whole[~whole["is_successor"]].reset_index(drop=True)
    held = closed(positions(units, plan, scale, seed), units)
    tables = {"enterprises": whole, "headcounts": headcounts(held, units, plan, seed)}
    if plan.structure_id == REGISTER:
        return tables
    staff = experts.people(plan, seed)
    costs, funding = money.costs_and_funding(plan, scale, seed)
    tables |= {
        "projects": applied, "participations": participations.participations(applied, plan, seed),
        "jobs": jobs(held, units, plan, seed), "experts": experts.table(staff),
        "support": support(applied, staff, plan, seed), "costs": costs, "funding": funding,
        "recognitions": recognitions.recognitions(units, applied, plan, seed),
    }  # fmt: skip
    if plan.is_evaluated:
        tables |= {
            "referrals": participations.referrals(applied, plan, seed),
            "followups": participations.followups(applied, units, plan, seed),
            "other_support": money.other_support(applied, plan, seed),
            "definitions_met": measured.definitions_met(units, plan, seed),
            "practices": measured.practices(units, plan, seed), "impact": measured.impact(units, plan, seed),
        }  # fmt: skip
    return tables


def _structures(chosen: list[Plan]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "structure_id": [plan.structure_id for plan in chosen], "name": [plan.name for plan in chosen],
            "kind": [plan.kind for plan in chosen], "region": [plan.region for plan in chosen], "country": "BE",
            "is_evaluated": [plan.is_evaluated for plan in chosen],
            "started_on": [plan.started_on for plan in chosen], "source": "invented for the demonstration",
        }
    )  # fmt: skip
