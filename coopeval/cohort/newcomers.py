"""The programme as if it had begun later: for what is asked of those who entered from a day on."""

from __future__ import annotations

import pandas as pd

from coopeval import tables
from coopeval.schema import TABLES

KEYS = {"project_id": ("projects.entered_on",), "enterprise_id": ("projects.entered_on", "enterprises.project_id")}
STEMS = {  # by table: the keys that decide which of its rows stay, and what these keys stem from
    name: {f"{name}.{key}" for key in KEYS if key in table.columns}.union(
        *(found for key, found in KEYS.items() if key in table.columns)
    )
    for name, table in TABLES.items()
}


def entered_since(dataset: tables.Dataset, day) -> tables.Dataset:
    """The data set without the projects that entered before a day, and without the enterprises of those projects.

    Projects that never entered stay, and so does everything that belongs to no project.

    Parameters
    ----------
    dataset
        What `as_of` returns.
    day
        First day of entry that counts.

    >>> from coopeval import synthetic
    >>> demo = synthetic.delivery(synthetic.world(structures=1, scale=0.1), "2024S1")
    >>> entered_since(demo, "2022-01-01")["projects"]["entered_on"].min() >= pd.Timestamp("2022-01-01")
    True
    """
    whole = dataset.unseen()
    projects, enterprises = whole["projects"], whole["enterprises"]
    earlier = set(projects.loc[projects["entered_on"] < pd.Timestamp(day), "project_id"])
    gone = set(enterprises.loc[enterprises["project_id"].isin(earlier), "enterprise_id"])
    frames = {name: _without(frame, earlier, gone) for name, frame in whole.items()}
    return dataset.remade(frames, STEMS)


def _without(frame: pd.DataFrame, projects: set[str], enterprises: set[str]) -> pd.DataFrame:
    left_out = pd.Series(False, index=frame.index)
    for column, keys in zip(KEYS, (projects, enterprises), strict=True):
        if column in frame:
            left_out |= frame[column].isin(keys)
    return frame[~left_out].reset_index(drop=True)
