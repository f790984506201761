"""Who answered, who is lost, and between which bounds the truth must lie (METHODS 8)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.cohort.units import units
from coopeval.errors import DataError, ParameterError
from coopeval.quality.about import said
from coopeval.semesters import of_day
from coopeval.tables.once import once
from coopeval.uncertainty import estimates, share
from coopeval.wording import N_

ANSWERED = ("answered", "answered_late")
ELSEWHERE = ("merged", "moved_away")  # they neither stopped nor go on here
ASKED = N_("projects and enterprises of the evaluated structure, each time they were due to be asked")


def response(dataset, by: str | None = "semester", level: float = 0.95, since=None) -> pd.DataFrame:
    """Response rate: who answered, in time or late, among all that were due, those never contacted included.

    One row per semester of asking or per programme (the first the project entered), or one, `all`, where `by` is
    None. Where nobody was asked at all there is one row, `all`, without figures. `since` is a day: only those due on it
    or later.
    """
    asked = _followups(dataset)
    asked = asked if since is None else asked[asked["asked_on"] >= since]
    if by not in ("semester", "programme", None):
        raise ParameterError(f'"{by}" is not a way to group responses. Choose semester or programme.')
    if by is None:
        by, asked = "all", asked.assign(all="all")
    about = {"by": "" if by == "all" else by, "codes": "programmes" if by == "programme" else ""}
    return _rate(dataset, asked.assign(group=asked[by]), ["group"], level, **about)


def response_by_year(dataset, level: float = 0.95) -> pd.DataFrame:
    """Response rate per programme and year of asking, `years`: how it ran within each part of the programme.

    One row per programme (the first the project entered) and year. Two semesters stand together, because one programme
    in one semester holds too few to be told.
    """
    asked = _followups(dataset)
    asked = asked.assign(group=asked["programme"], years=asked["semester"].astype(str).str[:4])
    return _rate(dataset, asked, ["group", "years"], level, by="programme", codes="programmes")


def _rate(dataset, asked: pd.DataFrame, cells: list[str], level: float, **about: object) -> pd.DataFrame:
    counts = asked.groupby(cells, sort=True).agg(n=("outcome", "size"), n_events=("is_answered", "sum"))
    # Many answers may come from few: the gate must see how many stand behind those given, and those that are missing.
    behind = asked.groupby([*cells, "is_answered"])["unit"].nunique().groupby(level=cells).min()
    counts = _or_nobody(counts.assign(n_enterprises=behind).reset_index())
    return share(
        counts, level=level, estimand=N_("response rate"), population=ASKED, numerator=N_("answered, in time or late"),
        denominator=N_("all that were due to be asked"), privacy="confidential", method="", **about, **said(dataset),
    )  # fmt: skip


def outcomes(dataset, level: float = 0.95) -> pd.DataFrame:
    """How asking ended: answered, late, refused, no reply, never contacted; the shares add up to one."""
    asked = _followups(dataset).groupby("outcome", sort=True)["unit"]
    found = asked.agg(n_events="size", n_enterprises="nunique").rename_axis("group").reset_index()
    counts = found.assign(n=int(found["n_events"].sum()))
    return share(
        _or_nobody(counts), level=level, by="outcome", codes="followup_outcomes",
        estimand=N_("share by outcome of the follow-up"),
        population=ASKED, numerator=N_("follow-ups with this outcome"), denominator=N_("all that were due to be asked"),
        privacy="confidential", method="", **said(dataset),
    )  # fmt: skip


def bounds(counts: pd.DataFrame, **about: object) -> pd.DataFrame:
    """Share still active, with the bounds between which it lies whatever became of those not known.

    One row per row of `counts`. `estimate` is the share among those known; `low` takes all the others as stopped,
    `high` takes them all as active.

    Parameters
    ----------
    counts
        `group`, `n_active`, `n_stopped`, `n_unknown`: whole numbers.

    Returns
    -------
    Estimate table with `n`, `n_events` (still active), `n_stopped`, `n_unknown`, method "bounds".

    Raises
    ------
    DataError
        A count that is negative, not whole or not known.

    Source
    ------
    Manski (1990), worst-case bounds.

    >>> row = pd.DataFrame({"group": ["all"], "n_active": [20], "n_stopped": [6], "n_unknown": [4]})
    >>> bounds(row)[["low", "estimate", "high"]].round(3).values.tolist()
    [[0.667, 0.769, 0.8]]
    """
    parts = counts[["n_active", "n_stopped", "n_unknown"]].astype(float)
    if not ((parts >= 0) & (parts % 1 == 0)).all(axis=None):
        raise DataError("bounds needs whole numbers, 0 or more, in n_active, n_stopped and n_unknown of every row.")
    whole, known = parts.sum(axis=1), parts["n_active"] + parts["n_stopped"]
    size = whole.where(whole > 0)
    table = pd.DataFrame({
        "group": counts["group"], "n": whole, "n_events": parts["n_active"],
        "estimate": parts["n_active"] / known.where(known > 0), "low": parts["n_active"] / size,
        "high": (parts["n_active"] + parts["n_unknown"]) / size,
        "note": np.where(known > 0, "", "not_estimable"),
        "n_stopped": parts["n_stopped"], "n_unknown": parts["n_unknown"],
    })  # fmt: skip
    own = {"kind": "share", "unit": "share", "method": "bounds"}
    return estimates(table, **{**own, **about})


def still_active(dataset) -> pd.DataFrame:
    """Enterprises of the programme still active on the as-of date, with bounds for those lost from sight.

    As in the curves, only those that ceased, went bankrupt or were dissolved have stopped. Those merged or moved away
    are in neither count and leave the table. One taken over has the state of its successor; where that is not recorded,
    or how it ended is not known, its state is not known either.
    """
    every = units(dataset)
    own = every[every["arm"].eq("programme") & ~every["is_successor"]]
    ended, cause = own["ended_on"].notna(), own["cause"]
    stopped, elsewhere = ended & cause.eq("ceased"), ended & cause.isin(ELSEWHERE)
    active = ~ended & own["end_kind"].ne("lost_contact")
    unknown = ~(active | stopped | elsewhere)
    row = {"group": "all", "n_active": active.sum(), "n_stopped": stopped.sum(), "n_unknown": unknown.sum()}
    return bounds(
        pd.DataFrame([row]), estimand=N_("share of enterprises still active"), privacy="confidential",
        population=N_("enterprises of the projects selected by the programme, but those merged or moved away"),
        numerator=N_("enterprises still active"), denominator=N_("enterprises whose state is known"), **said(dataset),
    )  # fmt: skip


def _or_nobody(counts: pd.DataFrame) -> pd.DataFrame:
    nobody = {"group": ["all"], "n": [0], "n_events": [0], "n_enterprises": [0]}
    return counts if len(counts) else pd.DataFrame(nobody)


@once
def _followups(dataset) -> pd.DataFrame:
    """Follow-ups of the evaluated structure, with semester, programme and the project (or enterprise) asked."""
    if "followups" not in dataset:
        return pd.DataFrame(
            {
                c: pd.Series(dtype=object)
                for c in ("semester", "programme", "outcome", "is_answered", "unit", "asked_on")
            }
        )
    structures = dataset.columns("structures", "structure_id", "is_evaluated")
    evaluated = structures.loc[structures["is_evaluated"].astype(bool), "structure_id"]
    owned = {}
    for kind, table in (("project", "projects"), ("enterprise", "enterprises")):
        frame = dataset.columns(table, f"{kind}_id", "project_id", "structure_id")
        own = frame[frame["structure_id"].isin(evaluated)]
        owned.update({(kind, key): project for key, project in zip(own[f"{kind}_id"], own["project_id"], strict=True)})
    asked = dataset.columns("followups", "subject_kind", "subject_id", "asked_on", "outcome")
    subject = pd.Series(list(zip(asked["subject_kind"], asked["subject_id"], strict=True)), index=asked.index)
    asked = asked.assign(project_id=subject.map(owned))
    asked = asked[asked["project_id"].notna()]
    programme = asked["project_id"].map(_first_programme(dataset)).fillna("").replace("", "unknown")
    return asked.assign(
        semester=asked["asked_on"].map(of_day),
        programme=programme,
        is_answered=asked["outcome"].isin(ANSWERED),
        unit=asked["project_id"].where(asked["project_id"].ne(""), asked["subject_id"]),
    )


def _first_programme(dataset) -> pd.Series:
    if "participations" not in dataset:
        return pd.Series(dtype=object)
    rows = dataset.columns("participations", "participation_id", "project_id", "programme", "started_on")
    ordered = rows.sort_values(["started_on", "participation_id"], kind="stable")
    return ordered.drop_duplicates("project_id").set_index("project_id")["programme"]
