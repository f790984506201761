"""What costs are spread by: hours received, or participations under way, of one project on one day."""

from __future__ import annotations

import numpy as np
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
NOBODY = ""  # project of a cost that could not be spread
WORKSPACE = "coworking"  # the kind of support in which nobody guides anybody
OF_SUPPORT = (
    "support_id", "project_id", "given_on", "kind", "topic", "hours", "session_id", "expert_id", "agreement_point",
)  # fmt: skip
OF_PARTICIPATIONS = ("project_id", "programme", "started_on", "ended_on")
COLUMNS = ["carrier", "project_id", "on", "weight", "topic", "agreement_point"]
Borne = tuple[np.ndarray, np.ndarray, np.ndarray]  # the place of each carrier, its day and its weight


@once
def own_support(dataset) -> pd.DataFrame:
    """Support given to the projects of the evaluated structure, with the hours delivered beside those received.

    Delivered hours of a session are its longest `hours`, split equally over its rows; a row without a session is a
    session of its own.
    """
    structures = dataset.columns("structures", "structure_id", "is_evaluated")
    own = structures.loc[structures["is_evaluated"].astype(bool), "structure_id"]
    projects = dataset.columns("projects", "project_id", "structure_id")
    ids = projects.loc[projects["structure_id"].isin(own), "project_id"]
    support = dataset.columns("support", *OF_SUPPORT)
    support = support[support["project_id"].isin(ids)].sort_values("support_id", ignore_index=True)
    session = support["session_id"].where(support["session_id"].ne(""), "row " + support["support_id"])
    shared = support.groupby(session)["hours"]
    return support.assign(delivered_hours=shared.transform("max") / shared.transform("size"))


@once
def own_participations(dataset) -> pd.DataFrame:
    """Participations of the projects of the evaluated structure; none where the table was not delivered."""
    if "participations" not in dataset:
        return pd.DataFrame(columns=["participation_id", *OF_PARTICIPATIONS])
    structures = dataset.columns("structures", "structure_id", "is_evaluated")
    own = structures.loc[structures["is_evaluated"].astype(bool), "structure_id"]
    projects = dataset.columns("projects", "project_id", "structure_id")
    ids = projects.loc[projects["structure_id"].isin(own), "project_id"]
    parts = dataset.columns("participations", "participation_id", *OF_PARTICIPATIONS)
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
        support = support.loc[support["weight"].gt(0), COLUMNS].reset_index(drop=True)
        under_way = support[["carrier", "project_id", "on"]].merge(parts[[*OF_PARTICIPATIONS]], on="project_id")
        inside = (under_way["on"] >= under_way["started_on"]) & ~(under_way["on"] > under_way["ended_on"])
        by_programme = under_way[inside].groupby("programme")["carrier"].agg(set)
        self.inside = {name: support["carrier"].isin(found).to_numpy() for name, found in by_programme.items()}
        self.days, self.weights = support["on"].to_numpy(), support["weight"].to_numpy()
        self.parts = parts.assign(topic="", agreement_point="")
        self.every = self.parts if key == "participations" else support

    def of(self, period: tuple, programme: str) -> Borne:
        """The carriers of one programme (all of them: "") in a period: their places in `every`, days and weights."""
        if self.key == "participations":
            return self._under_way(period, programme)
        places = during(self.days, period)
        if programme:
            places = places[self.inside[programme][places]] if programme in self.inside else places[:0]
        return places, self.days[places], self.weights[places]

    def _under_way(self, period: tuple, programme: str) -> pd.DataFrame:
        """Each participation weighs alike, and is dated in the middle of its days in the period."""
        first, last = (day.to_datetime64() for day in period)
        started, ended = self.parts["started_on"].to_numpy(), self.parts["ended_on"].to_numpy()
        chosen = (started <= last) & ~(ended < first)
        if programme:
            chosen &= self.parts["programme"].eq(programme).to_numpy()
        places = np.flatnonzero(chosen)
        start, stop = np.maximum(started[places], first), np.fmin(ended[places], last)  # still going on: until the last
        return places, start + (stop - start) // 2, np.ones(len(places))


def during(days: np.ndarray, period: tuple) -> np.ndarray:
    """The places of the days within a period, its first and last day included."""
    first, last = (day.to_datetime64() for day in period)
    return np.flatnonzero((days >= first) & (days <= last))
