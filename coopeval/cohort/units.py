"""The enterprises of a data set as units: their arm, their zero date, their end, and what was fixed at entry."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval import reference
from coopeval.errors import DataError
from coopeval.schema.nace import section
from coopeval.tables.once import once

CAUSES = {
    "ceased": "ceased", "bankrupt": "ceased", "dissolved": "ceased", "merged": "merged", "moved_away": "moved_away",
}  # fmt: skip
PROJECT_FACTS = ["project_type", "stage_at_entry", "economic_model"]
NO_ARM = ""
OF_ENTERPRISES = (
    "enterprise_id", "structure_id", "project_id", "kbo_number", "legal_form", "born_on", "observed_from", "matched_on",
    "ended_on", "not_ended_before", "end_kind", "continued_by", "last_seen_on", "nace_code",
)  # fmt: skip
OF_STRUCTURES = ("structure_id", "kind", "is_evaluated")  # what tells the arms


@once
def units(dataset) -> pd.DataFrame:
    """One row per enterprise row, with `arm`, `zero_on` (programme entry or its stand-in), its end and covariates.

    `reason` is empty for units that can be studied, else a code of the list `exclusions`.
    """
    frame = _with_projects(_carried_on(dataset.columns("enterprises", *OF_ENTERPRISES)), dataset)
    frame["arm"] = arm_of(frame, dataset.columns("structures", *OF_STRUCTURES))
    frame["is_successor"], frame["is_carried_on_here"] = _in_chains(frame)
    frame["zero_on"] = _zero(frame)
    frame["reason"] = _reason(frame)
    frame["cause"] = frame["end_kind"].map(CAUSES).fillna("")
    return _covariates(frame, dataset)


def _carried_on(enterprises: pd.DataFrame) -> pd.DataFrame:
    """Enterprises taken over get the end of their last successor; `heir` names the next one."""
    frame = enterprises.set_index("enterprise_id", drop=False)
    heir = frame["continued_by"].where(frame["end_kind"].eq("taken_over"), "")
    last, steps = heir.where(heir.isin(frame.index), ""), 0
    final = pd.Series(frame.index, index=frame.index).where(last.eq(""), last)
    while True:
        following = final.map(last).fillna("")
        if following.eq("").all():
            break
        steps += 1
        if steps > len(frame):
            raise DataError("enterprises are taken over in a circle; correct continued_by so that one of them lasts.")
        final = final.where(following.eq(""), following)
    ends = frame.loc[final.to_numpy(), ["ended_on", "not_ended_before", "end_kind", "last_seen_on"]]
    carried = frame.assign(**{column: ends[column].to_numpy() for column in ends})
    carried["heir"] = last
    return carried.reset_index(drop=True)


def _with_projects(enterprises: pd.DataFrame, dataset) -> pd.DataFrame:
    facts = ["selection", "entered_on", "decided_on", *PROJECT_FACTS]
    projects = dataset.columns("projects", "project_id", *facts).set_index("project_id")
    frame = enterprises.join(projects, on="project_id")
    words = ["selection", *PROJECT_FACTS]
    frame[words] = frame[words].astype(object).where(frame[words].notna(), "")
    return frame


def arm_of(rows: pd.DataFrame, structures: pd.DataFrame) -> np.ndarray:
    """Arm of each project or enterprise, by its `structure_id`, `project_id` and `selection`; empty where in none."""
    evaluated = structures.loc[structures["is_evaluated"].astype(bool), "structure_id"]
    samples = structures.loc[structures["kind"].eq("register_sample"), "structure_id"]
    own, is_register = rows["structure_id"].isin(evaluated), rows["structure_id"].isin(samples)
    chosen = rows["selection"].eq("selected")
    outside = ~own & ~is_register & (chosen | rows["project_id"].eq(""))
    return np.select(
        [
            own & chosen,
            own & rows["selection"].eq("rejected"),
            own & rows["selection"].eq("waiting_list"),
            is_register,
            outside,
        ],
        ["programme", "rejected", "waiting_list", "register", "structure"],
        NO_ARM,
    )


def _zero(frame: pd.DataFrame) -> pd.Series:
    zero = frame["entered_on"].where(frame["arm"].isin(["programme", "structure"]))
    zero = zero.where(~frame["arm"].isin(["rejected", "waiting_list"]), frame["decided_on"])
    return zero.fillna(frame["matched_on"].where(frame["arm"].isin(["register", "structure"])))


def _in_chains(frame: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Who is counted in a predecessor, and who of the others' enterprises is carried on by one of the programme.

    A predecessor that is not studied counts for nobody, and the programme's own enterprise is never counted in one
    that another structure supported: that one leaves the comparison, as an entity supported twice does.
    """
    ids = frame["enterprise_id"]
    arm, heir = dict(zip(ids, frame["arm"], strict=True)), dict(zip(ids, frame["heir"], strict=True))
    counted, carried = set(), set()
    for first in ids[frame["heir"].ne("") & frame["arm"].ne(NO_ARM)]:
        following = heir[first]
        while following:
            if arm[following] == "programme" != arm[first]:
                carried.add(first)
            else:
                counted.add(following)
            following = heir[following]
    return ids.isin(counted), ids.isin(carried)


def _reason(frame: pd.DataFrame) -> np.ndarray:
    number = frame["kbo_number"]
    supported = set(number[frame["arm"].eq("programme")]) - {""}
    again = frame["arm"].isin(["structure", "register"]) & (number.isin(supported) | frame["is_carried_on_here"])
    return np.select(
        [frame["is_successor"], frame["arm"].eq(NO_ARM), again],
        ["successor_counted_in_predecessor", "not_in_arm", "duplicate_entity"],
        "",
    )


def _covariates(frame: pd.DataFrame, dataset) -> pd.DataFrame:
    forms = reference.codes("legal_forms").set_index("code")["family"]
    frame["legal_family"] = frame["legal_form"].map(forms)
    frame["nace_section"] = section(frame["nace_code"])
    frame["entry_year"] = frame["zero_on"].dt.year.astype("Int64").astype("string")
    first = first_participation(dataset)
    for column in ("programme", "cohort"):
        frame[column] = frame["project_id"].map(first[column]) if len(first) else ""
    said = ["programme", "cohort", "entry_year", "legal_form", "legal_family", "nace_section", *PROJECT_FACTS]
    frame[said] = frame[said].astype(object).where(frame[said].notna(), "").replace("", "unknown")
    return frame


@once
def first_participation(dataset) -> pd.DataFrame:
    if "participations" not in dataset:
        return pd.DataFrame(columns=["programme", "cohort"])
    rows = dataset.columns("participations", "participation_id", "project_id", "programme", "cohort", "started_on")
    ordered = rows.sort_values(["started_on", "participation_id"], kind="stable")
    return ordered.drop_duplicates("project_id").set_index("project_id")[["programme", "cohort"]]
