"""Social impact of enterprises, recognised or not: what they reach, per enterprise, in the groups of a landmark."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.cohort import spells
from coopeval.errors import ParameterError
from coopeval.pathways.statuses import at_landmark, said_of, summed
from coopeval.uncertainty import ratio
from coopeval.uncertainty.shape import About
from coopeval.wording import N_

UNITS = {"beneficiaries": "persons", "members": "persons", "volunteers": "persons", "co2_avoided_t": "plain"}
ESTIMANDS = {
    "beneficiaries": N_("persons reached per enterprise in a year"),
    "members": N_("members per enterprise"),
    "volunteers": N_("volunteers per enterprise"),
    "co2_avoided_t": N_("tonnes of CO2 avoided per enterprise in a year"),
}
REPORTED = N_("Only enterprises that reported the figure are in; who reports may differ from who does not.")


def impact(dataset, measure: str, months: float = 24, level: float = 0.95) -> pd.DataFrame:
    """An impact measure per enterprise, by where it stood towards recognition at a landmark.

    One row per group (list `recognition_groups`) and `all`. In are enterprises still there at the landmark (months
    since entry) that reported the measure for a year that ended after it; each counts once, with the mean of those
    years. Groups are fixed at the landmark, so that what came later cannot put an enterprise into the better group.

    Parameters
    ----------
    measure
        beneficiaries, members, volunteers (persons) or co2_avoided_t (tonnes).
    months
        The landmark, in months since programme entry.

    Returns
    -------
    Estimate table, a ratio of sums (measure over enterprises) with Fieller's limits; `n_with` and R2 columns for the
    gate; units stay those of the data.

    Raises
    ------
    ParameterError
        An unknown measure.
    """
    if measure not in UNITS:
        raise ParameterError(f'"{measure}" is not a measure told here. Choose one of {", ".join(UNITS)}.')
    there = at_landmark(spells(dataset, "entry", only="programme"), dataset, months)
    means = _reported(dataset, measure, there, months)
    told = there.assign(amount=there["enterprise_id"].map(means), enterprises=1.0)
    told = told[told["amount"].notna()].reset_index(drop=True)
    said = {
        "unit": "plain", "level": level, "numerator_unit": UNITS[measure], "denominator_unit": "enterprises",
        "estimand": ESTIMANDS[measure], "codes": "recognition_groups", "warnings": (REPORTED,),
        "population": N_("enterprises still there at the landmark that reported the figure"),
        "privacy": "confidential", **said_of(dataset),
    }  # fmt: skip
    groups = ratio(told, "amount", "enterprises", by="recognition", **said)
    whole = ratio(told, "amount", "enterprises", **said)
    frame = pd.concat([pd.DataFrame(groups), pd.DataFrame(whole)], ignore_index=True)
    if UNITS[measure] == "persons":
        frame["n_persons"] = np.floor(frame["numerator"].astype(float))
    frame.attrs = {"about": About(groups.attrs["about"])}
    return summed(frame, N_("what the enterprises reported, each with its yearly mean"), N_("enterprises reporting it"))


def _reported(dataset, measure: str, there: pd.DataFrame, months: float) -> pd.Series:
    """Mean per enterprise over the years that ended after its landmark."""
    rows = dataset.columns("impact", "enterprise_id", "year", "measure", "value")
    rows = rows[rows["measure"].eq(measure) & rows["enterprise_id"].isin(there["enterprise_id"])]
    projects = dataset.columns("projects", "project_id", "entered_on").set_index("project_id")["entered_on"]
    of_project = dataset.columns("enterprises", "enterprise_id", "project_id").set_index("enterprise_id")["project_id"]
    entered = of_project.map(projects)
    landmark = rows["enterprise_id"].map(entered) + pd.DateOffset(months=int(months))
    ended = pd.to_datetime(rows["year"].astype(int).astype(str) + "-12-31")
    return rows[ended.ge(landmark)].groupby("enterprise_id")["value"].mean()
