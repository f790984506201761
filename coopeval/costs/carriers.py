"""What costs are spread by: hours received, or participations under way, of one project on one day."""

from __future__ import annotations

import pandas as pd

from coopeval.errors import DataError, ParameterError
from coopeval.tables.once import once
from coopeval.wording import N_

KEYS = {
    "hours": N_("costs are spread over projects by hours of support received"),
    "guided_hours": N_("costs are spread over projects by hours received, use of the workspace left out"),
    "participations": N_("costs are spread over projects by participations under way"),
    "direct_staff": N_("shared costs are spread over projects by direct staff cost, direct ones by hours"),
}
WORKSPACE = "coworking"  # the kind of support in which nobody guides anybody
COLUMNS = ["carrier", "project_id", "on", "weight", "topic", "agreement_point"]


@once
def own_support(dataset) -> pd.DataFrame:
    """Support given to the projects of the evaluated structure, with the hours delivered beside those received.

    Delivered hours of a session are its longest `hours`, split equally over its rows; a row without a session is a
    session of its own.
    """
    structures = dataset["structures"]
    own = structures.loc[structures["is_evaluated"].astype(bool), "structure_id"]
    projects = dataset["projects"]
    ids = projects.loc[projects["structure_id"].isin(own), "project_id"]
    support = dataset["support"]
    support = support[support["project_id"].isin(ids)].sort_values("support_id", ignore_index=True)
    session = support["session_id"].where(support["session_id"].ne(""), "row " + support["support_id"])
    shared = support.groupby(session)["hours"]
    return support.assign(delivered_hours=shared.transform("max") / shared.transform("size"))


@once
def own_participations(dataset) -> pd.DataFrame:
    """Participations of the projects of the evaluated structure; none where the table was not delivered."""
    if "participations" not in dataset:
        return pd.DataFrame(columns=["participation_id", "project_id", "programme", "started_on", "ended_on"])
    structures = dataset["structures"]
    own = structures.loc[structures["is_evaluated"].astype(bool), "structure_id"]
    projects = dataset["projects"]
    ids = projects.loc[projects["structure_id"].isin(own), "project_id"]
    parts = dataset["participations"]
    return parts[parts["project_id"].isin(ids)].sort_values("participation_id", ignore_index=True)


class Carriers:
    """Those that carry costs under one key, read once from a data set and asked per period and programme.

    Raises
    ------
    ParameterError
        Another key.
    DataError
        A key that needs participations, where none were delivered.
    """

    def __init__(self, dataset, key: str) -> None:
        if key not in KEYS:
            raise ParameterError(f'"{key}" is not an allocation key. Choose one of {", ".join(KEYS)}.')
        if key == "participations" and "participations" not in dataset:
            raise DataError(
                "This key needs the table participations, which was not delivered. Add it, or choose hours."
            )
        self.key = key
        support, parts = own_support(dataset), own_participations(dataset)
        weight = support["hours"].astype(float)
        if key == "guided_hours":
            weight = weight.where(support["kind"].ne(WORKSPACE), 0.0)
        support = support.assign(carrier=support.index, on=support["given_on"], weight=weight)
        self.support = support.loc[support["weight"].gt(0), COLUMNS]
        self.parts = parts.assign(carrier=parts.index)
        during = self.support[["carrier", "project_id", "on"]].merge(
            self.parts[["project_id", "programme", "started_on", "ended_on"]], on="project_id"
        )
        inside = (during["on"] >= during["started_on"]) & ~(during["on"] > during["ended_on"])
        self.inside = during[inside].groupby("programme")["carrier"].agg(set).to_dict()

    def of(self, period: tuple, programme: str) -> pd.DataFrame:
        """The carriers of one programme (all of them: "") in a period, one row each with its weight."""
        if self.key == "participations":
            return self._under_way(period, programme)
        found = self.support[self.support["on"].between(*period)]
        return found[found["carrier"].isin(self.inside.get(programme, set()))] if programme else found

    def _under_way(self, period: tuple, programme: str) -> pd.DataFrame:
        """Each participation weighs alike, and is dated in the middle of its days in the period."""
        first, last = period
        parts = self.parts[self.parts["started_on"].le(last) & ~(self.parts["ended_on"] < first)]
        parts = parts[parts["programme"].eq(programme)] if programme else parts
        start, stop = parts["started_on"].clip(lower=first), parts["ended_on"].fillna(last).clip(upper=last)
        return parts.assign(on=start + (stop - start) // 2, weight=1.0, topic="", agreement_point="")[COLUMNS]
