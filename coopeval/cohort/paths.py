"""Paths of projects: the states they pass through, from entry into the programme to where they end or drop from sight.

A path follows the project and the first enterprise that came of it; a further enterprise of the same project is
counted where enterprises are counted, never as a second path.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.cohort.recognised import held
from coopeval.cohort.units import PROJECT_FACTS, first_participation, units
from coopeval.semesters import months_between
from coopeval.tables.once import once
from coopeval.uncertainty import beside
from coopeval.uncertainty.shape import About
from coopeval.wording import N_

TRANSIENT = ("accompanied", "created", "recognised", "mandated")
ABSORBING = ("handed_over", "stopped", "ceased", "merged", "moved_away")
STATES = (*TRANSIENT, *ABSORBING)
COVARIATES = ["programme", "cohort", "entry_year", *PROJECT_FACTS]
COLUMNS = [
    "project_id", "state", "entry", "exit", "next_state", "enterprise_id", "is_lost", "followed_until", *COVARIATES
]  # fmt: skip
LOST, DAY = "lost_contact", pd.Timedelta(days=1)


@once
def histories(dataset) -> pd.DataFrame:
    """States of every project of the programme, in months since it entered.

    One row per project and stay in a state. `accompanied`: in support, no enterprise yet. `created`: an enterprise
    exists, without recognition. `recognised`: it is recognised as SDO. `mandated`: recognised, and it holds the
    insertion mandate. The path ends in `stopped` or `handed_over` (both before creation), `ceased`, `merged` or
    `moved_away`, or it is no longer followed. A recognition that lapses leads back to `created`.

    Parameters
    ----------
    dataset
        What `as_of` returns.

    Returns
    -------
    `project_id`, `state`, `entry`, `exit` (months since programme entry; in the state in (entry, exit]), `next_state`
    (empty where it was only followed so far), `enterprise_id` (of the path's enterprise, or empty), `is_lost` (contact
    was lost at exit), `followed_until` (months to the as-of date), covariates fixed at entry. Who is left out is
    counted, with the reason, in `attrs["exclusions"]`.

    An enterprise that exists at entry starts in the state it holds then. Where the register shows an enterprise of
    a project that had stopped or left, it counts as created.
    """
    dated = paths(dataset)
    zero = dated["entered_on"]
    going_on = dated["next_state"].isin(TRANSIENT)
    entry = months_between(zero, dated["started_on"], start_of_day=True)
    left = months_between(zero, dated["left_on"], start_of_day=True)
    ended = months_between(zero, dated["left_on"] - DAY)  # an end lasts to the end of its day, as everywhere
    frame = dated.assign(entry=entry, exit=np.where(going_on, left, ended))
    today = dataset.as_of if dataset.as_of is not None else dataset.delivered_on
    frame["followed_until"] = months_between(zero, np.full(len(frame), today))
    result = frame[COLUMNS].reset_index(drop=True)
    result.attrs = dict(dated.attrs)
    return result


@once
def paths(dataset) -> pd.DataFrame:
    """The same by calendar day: `started_on`, and `left_on`, the first day on which it was no longer in the state."""
    projects, left_out = entered_projects(dataset)
    own = _enterprises(dataset, projects)
    changes = pd.concat([_before_creation(projects, own), _with_enterprise(dataset, own)], ignore_index=True)
    changes = changes.sort_values(["project_id", "started_on"], kind="stable", ignore_index=True)
    same = changes["project_id"].eq(changes["project_id"].shift()) & changes["state"].eq(changes["state"].shift())
    changes = changes[~same].reset_index(drop=True)
    dated = _ended(changes, projects, own)
    backwards = dated["left_on"].le(dated["started_on"])
    lost = set(dated.loc[backwards, "project_id"]) - set(dated.loc[~backwards, "project_id"])
    dated = dated[~backwards].reset_index(drop=True)
    n = {"": dated["project_id"].nunique(), "no_zero_date": left_out, "exit_not_after_entry": len(lost)}
    rows = [("programme", reason, count) for reason, count in n.items() if count or not reason]
    dated.attrs["exclusions"] = beside(pd.DataFrame(rows, columns=["arm", "reason", "n"]))
    dated.attrs["about"] = About(
        {
            "clock": "entry",
            "population": N_("projects selected by the evaluated programme"),
            "unit": "projects",
            "is_synthetic": dataset.is_synthetic,
            "as_of": dataset.as_of.date().isoformat() if dataset.as_of is not None else "",
        }
    )
    return dated


OF_PROJECTS = (
    "project_id", "structure_id", "selection", "entered_on", "ended_on", "end_kind", "last_seen_on",
    *PROJECT_FACTS,
)  # fmt: skip


@once
def entered_projects(dataset) -> tuple[pd.DataFrame, int]:
    """Selected projects of the evaluated structure that entered, and how many of the selected did not."""
    structures = dataset.columns("structures", "structure_id", "is_evaluated")
    evaluated = structures.loc[structures["is_evaluated"].astype(bool), "structure_id"]
    every = dataset.columns("projects", *OF_PROJECTS)
    own = every[every["structure_id"].isin(evaluated) & every["selection"].eq("selected")]
    entered = own[own["entered_on"].notna()].reset_index(drop=True)
    first = first_participation(dataset)
    for column in ("programme", "cohort"):
        entered[column] = entered["project_id"].map(first[column]) if len(first) else ""
    entered["entry_year"] = entered["entered_on"].dt.year.astype("Int64").astype("string")
    entered[COVARIATES] = entered[COVARIATES].astype(object).where(entered[COVARIATES].notna(), "")
    return entered.assign(**{c: entered[c].replace("", "unknown") for c in COVARIATES}), len(own) - len(entered)


def _enterprises(dataset, projects: pd.DataFrame) -> pd.DataFrame:
    """The first enterprise of each project that had not ended before the project entered, one row per project."""
    every = units(dataset)
    own = every[
        every["arm"].eq("programme") & ~every["is_successor"] & every["project_id"].isin(projects["project_id"])
    ]
    own = own[~own["ended_on"].lt(own["entered_on"])]
    first = own.sort_values(["born_on", "enterprise_id"], kind="stable").drop_duplicates("project_id")
    until = first["ended_on"].fillna(first["last_seen_on"])
    until = until.where(~first["end_kind"].eq(LOST), first[["ended_on", "last_seen_on"]].min(axis=1))
    from_day = first[["born_on", "entered_on", "observed_from"]].max(axis=1)
    return first.assign(from_day=from_day, until=until).reset_index(drop=True)


def _before_creation(projects: pd.DataFrame, own: pd.DataFrame) -> pd.DataFrame:
    born = projects["project_id"].map(own.set_index("project_id")["born_on"])
    waiting = projects[~born.le(projects["entered_on"])]
    return pd.DataFrame(
        {"project_id": waiting["project_id"], "started_on": waiting["entered_on"], "state": "accompanied"}
    )


def _with_enterprise(dataset, own: pd.DataFrame) -> pd.DataFrame:
    """The states of the enterprises from the day they are followed, and each day on which it changes."""
    recognised, mandated = (held(dataset, track) for track in ("sdo", "insertion_mandate"))
    days = [own[["enterprise_id", "from_day"]].rename(columns={"from_day": "started_on"})]
    for spans in (recognised, mandated):
        after = spans.assign(day=spans["until"] + DAY)
        days += [
            spans[["enterprise_id", "since"]].rename(columns={"since": "started_on"}),
            after.loc[after["day"].notna(), ["enterprise_id", "day"]].rename(columns={"day": "started_on"}),
        ]
    changes = pd.concat(days, ignore_index=True).drop_duplicates()
    changes = changes.merge(own[["enterprise_id", "project_id", "from_day", "until"]], on="enterprise_id")
    followed = changes["started_on"].ge(changes["from_day"]) & changes["started_on"].le(changes["until"])
    changes = changes[followed].reset_index(drop=True)
    is_recognised = within(changes, "started_on", recognised)
    is_mandated = is_recognised & within(changes, "started_on", mandated)
    changes["state"] = np.select([is_mandated, is_recognised], ["mandated", "recognised"], "created")
    return changes[["project_id", "started_on", "state"]]


def within(frame: pd.DataFrame, day: str, spans: pd.DataFrame) -> np.ndarray:
    """Whether the enterprise of each row holds on its day what the spans (`since`, `until`) tell."""
    rows = pd.DataFrame({"row": range(len(frame)), "enterprise_id": frame["enterprise_id"].to_numpy()})
    rows["day"] = frame[day].to_numpy()
    met = rows.merge(spans, on="enterprise_id")
    inside = met["since"].le(met["day"]) & (met["until"].isna() | met["day"].le(met["until"]))
    found = np.zeros(len(frame), dtype=bool)
    found[met.loc[inside, "row"].to_numpy(int)] = True
    return found


def _ended(changes: pd.DataFrame, projects: pd.DataFrame, own: pd.DataFrame) -> pd.DataFrame:
    """Each stay with its end: the next change, or else how the path of the project ends."""
    facts = projects.set_index("project_id")
    theirs = own.set_index("project_id")
    frame = changes.join(facts[["entered_on", "ended_on", "end_kind", "last_seen_on", *COVARIATES]], on="project_id")
    frame["enterprise_id"] = frame["project_id"].map(theirs["enterprise_id"]).fillna("")
    following = frame.groupby("project_id")[["started_on", "state"]].shift(-1)
    born = frame["project_id"].map(theirs["born_on"])
    is_last, waiting = following["state"].isna(), frame["state"].eq("accompanied")
    kind = frame["end_kind"].astype(object).where(frame["end_kind"].notna(), "")
    stopped = frame["ended_on"].where(~kind.eq(LOST), frame[["ended_on", "last_seen_on"]].min(axis=1))
    last_day = stopped.fillna(frame["last_seen_on"]).where(waiting, frame["project_id"].map(theirs["until"]))
    ends = {"enterprise_created": "created", **{end: end for end in ABSORBING}}
    cause = frame["project_id"].map(theirs["cause"]).fillna("")
    end = np.where(waiting, kind.map(ends).fillna(""), cause)
    lost = np.where(waiting, kind.eq(LOST), frame["project_id"].map(theirs["end_kind"]).eq(LOST))
    created = waiting & born.notna()  # watched from a later day than its birth, perhaps: the wait ends at birth
    frame["left_on"] = following["started_on"].fillna(last_day + DAY).mask(created, born)
    frame["next_state"] = np.where(created, "created", following["state"].fillna(pd.Series(end, index=frame.index)))
    frame["is_lost"] = is_last & ~created & lost
    return frame.drop(columns=["ended_on", "end_kind", "last_seen_on"])
