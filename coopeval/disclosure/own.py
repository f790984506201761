"""What the evaluated structure does itself: facts about one public body, of which only some may be told.

It is one unit, so no count protects it; what it committed to in its plans is public by its nature, what would tell of
its few members of staff or of its board is not. So the list of what may be told is closed.
"""

from __future__ import annotations

import pandas as pd

from coopeval.disclosure.rules import Rules
from coopeval.errors import DisclosureError
from coopeval.uncertainty import about_of

COMMITMENTS = {  # plans, bodies, meetings, energy: of the body, not of anybody in it
    "has_diversity_plan", "has_environmental_plan", "has_environmental_label", "has_open_meeting",
    "has_consultation_body", "has_union_delegation", "general_meetings", "participation_training_hours", "energy_kwh",
    "waste_avoided_kg",
}  # fmt: skip
ABOUT_PERSONS = {"share_women_staff", "share_women_board", "share_staff_far_from_work", "staff_on_board"}
ANSWERS = {"yes", "no", "unknown"}
NEEDS = ("n", "own_year", "n_structures")


def practice(table: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Commitments exactly as they are; what is about persons only where ten of them are known to stand behind it.

    Raises
    ------
    DisclosureError
        A measure on neither list, or a table about more or fewer than one structure.
    """
    missing = [column for column in NEEDS if column not in table]
    if missing:
        raise DisclosureError(f"A practice of the structure is not released without {', '.join(missing)}. Add them.")
    known = table["group"].isin(COMMITMENTS | ABOUT_PERSONS)
    if not known.all():
        names = ", ".join(sorted(set(table.loc[~known, "group"])))
        raise DisclosureError(f"{names}: the gate does not know whether this tells of persons. Give it its rule first.")
    if not table["n_structures"].eq(1).all():
        raise DisclosureError("Practices are released as they are of one structure only, the evaluated one.")
    persons = table["n_persons"].astype(float).fillna(0) if "n_persons" in table else pd.Series(0, index=table.index)
    hidden = table["group"].isin(ABOUT_PERSONS) & (persons < rules.persons) & table["n"].gt(0)
    bare = table.drop(columns=[c for c in ("n_structures", "n_persons") if c in table])
    beside = {"own": bare["own"].mask(hidden, "")} if "own" in bare else {}
    return bare.assign(**beside, hidden=hidden)


def refuse_what_is_no_commitment(table: pd.DataFrame) -> None:
    """The structure's own answer is a yes or a no; beside figures of others it is one about a commitment, too."""
    if "own" not in table:
        return
    told = table["own"].fillna("").replace("", "unknown")
    is_beside = about_of(table)["kind"] != "own_practice"
    if not set(told) <= ANSWERS or (is_beside and not set(table["group"]) <= COMMITMENTS):
        raise DisclosureError(
            "Only a yes or a no about a plan, a meeting or a body of the structure may stand beside the figures of "
            "others. Leave the column own out."
        )
