"""Steps towards a recognition in their order: asked for, then decided; recognised, then mandated or expired."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from coopeval.tables.raw import Raw
from coopeval.tables.rows import LINE, as_days

DECIDED = ("recognised", "refused")
ENDED = (*DECIDED, "withdrawn")  # what an application ends in
ASKED_FOR = ("sdo", "insertion_mandate")  # tracks on which an application is a step; others are read from lists
AFTER_THE_END = ("expired", "withdrawn")  # steps that may come once there is nothing left to recognise
WHOSE = ["subject", "track"]


def complain(raws: Mapping[str, Raw], frames: Mapping[str, pd.DataFrame]) -> None:
    """Adds the faults of recognitions: decided before asked, mandated or expired before recognised, after the end."""
    if not {"recognitions", "enterprises"} <= set(frames):
        return
    raw, steps = raws["recognitions"], frames["recognitions"]
    enterprises = frames["enterprises"].drop_duplicates("enterprise_id")
    _after_the_end(raw, steps, enterprises)
    if not raw.is_whole:
        return
    subject = ("e " + steps["enterprise_id"]).where(steps["enterprise_id"].ne(""), "p " + steps["project_id"])
    steps = steps.assign(subject=subject)
    reach = _reach(steps, enterprises)
    unread = reach["happened_on"].isna() | reach["step"].eq("") | reach["track"].eq("")
    steps = steps[~steps["subject"].isin(reach["subject"][unread])]
    _decided_first(raw, steps, reach)
    recognised = reach[reach["step"].eq("recognised")]
    mandates = steps[steps["track"].eq("insertion_mandate") & steps["step"].eq("recognised")]
    sdo = recognised[recognised["track"].eq("sdo")].assign(track="insertion_mandate")
    _in_order(raw, _beside(mandates, sdo), "E-STEP-02", "W-STEP-02")
    _in_order(raw, _beside(steps[steps["step"].eq("expired")], recognised), "E-STEP-03", "W-STEP-03")


def _reach(steps: pd.DataFrame, enterprises: pd.DataFrame) -> pd.DataFrame:
    """Each step for whom it counts: a project may have asked for what its enterprise was given, and the other way."""
    made = enterprises[enterprises["project_id"].ne("")]
    pairs = pd.DataFrame({"one": "e " + made["enterprise_id"], "other": "p " + made["project_id"]})
    pairs = pd.concat([pairs, pairs.rename(columns={"one": "other", "other": "one"})])
    also = steps.merge(pairs, left_on="subject", right_on="one")
    return pd.concat([steps, also.assign(subject=also["other"])], ignore_index=True)[[*WHOSE, "step", "happened_on"]]


def _beside(rows: pd.DataFrame, earlier: pd.DataFrame) -> pd.DataFrame:
    """The rows with `first`, the first day on which what must come earlier is there."""
    return rows.join(earlier.groupby(WHOSE)["happened_on"].min().rename("first"), on=WHOSE)


def _decided_first(raw: Raw, steps: pd.DataFrame, reach: pd.DataFrame) -> None:
    """Decisions without an application before them.

    Where a later decision answers the later application, the first one's application was merely not recorded.
    """
    decided = _beside(steps[steps["step"].isin(DECIDED)], reach[reach["step"].eq("applied")])
    last = reach[reach["step"].isin(ENDED)].groupby(WHOSE)["happened_on"].max().rename("last")
    decided = decided.join(last, on=WHOSE)
    answered = decided["last"] >= decided["first"]
    early = decided["happened_on"] < decided["first"]
    decided["first"] = decided["first"].mask(early & answered)
    _in_order(raw, decided[decided["track"].isin(ASKED_FOR) | (early & ~answered)], "E-STEP-01", "W-STEP-01")


def _in_order(raw: Raw, rows: pd.DataFrame, before: str, without: str) -> None:
    """Faults of rows dated before what must precede them, and of rows that nothing precedes."""
    late = rows[rows["happened_on"] < rows["first"]]
    first = as_days(late["first"])
    expected = [f">= {day}" for day in first]
    raw.add_each(before, late[LINE], "happened_on", as_days(late["happened_on"]), started=first, expected=expected)
    alone = rows[rows["first"].isna()]
    raw.add(without, alone[LINE], "step", alone["step"].tolist())


def _after_the_end(raw: Raw, steps: pd.DataFrame, enterprises: pd.DataFrame) -> None:
    end = steps["enterprise_id"].map(enterprises.set_index("enterprise_id")["ended_on"])
    late = steps[(steps["happened_on"] > end) & ~steps["step"].isin(AFTER_THE_END)]
    raw.add("W-STOP-01", late[LINE], "happened_on", as_days(late["happened_on"]), owner="enterprise_id")
