"""Who can be recognised at all: a legal person with its seat in a Brussels postcode; age is no condition."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval import reference
from coopeval.cohort.units import units
from coopeval.tables.once import once

WITHOUT_PERSONALITY = ("702", "721", "NP", "FV", "NONE")  # of the list legal_forms: partnerships, sole traders ...
UNKNOWN = "unknown"


@once
def supported(dataset) -> pd.DataFrame:
    """Enterprises of the programme, each entity once, with `not_eligible`: empty, or a code of the list `exclusions`.

    The form is that at birth: a later one is only known of those that lasted.
    """
    every = units(dataset)
    own = every[every["arm"].eq("programme") & ~every["is_successor"]].reset_index(drop=True)
    seats = dataset.columns("enterprises", "enterprise_id", "postcode").set_index("enterprise_id")["postcode"]
    form, seat = own["legal_form"], own["enterprise_id"].map(seats).astype(object)
    seat = seat.where(seat.notna(), "")
    known = set(reference.labels("postcodes", "en")) - {UNKNOWN}
    own["not_eligible"] = np.select(
        [form.isin(WITHOUT_PERSONALITY), form.isin(["", UNKNOWN]), seat.eq(""), ~seat.isin(known)],
        ["not_a_legal_person", "form_unknown", "seat_unknown", "seat_elsewhere"],
        "",
    )
    return own


def is_living(own: pd.DataFrame) -> pd.Series:
    """Whether it exists as far as is known: no end, or only lost from sight."""
    return own["end_kind"].isin(["", "lost_contact"]) | own["ended_on"].isna()
