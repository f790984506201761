"""A folder with one table alone, such as an importer writes: checked as far as a table can be without the others."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from coopeval.errors import DataError, Faults
from coopeval.tables.folder import place
from coopeval.tables.read import checked, folder_of
from coopeval.tables.rows import LINE


def read_piece(data, name: str) -> tuple[dict, pd.DataFrame]:
    """What the folder says about itself, and one of its tables, typed, in order of key.

    Keys that lead to other tables are not looked up: those tables are elsewhere.

    Raises
    ------
    DataError
        The table is not there, or has faults of its own; with all of them.
    """
    at = Path(place(data))
    about, raws, faults = folder_of(at)
    faults = [fault for fault in faults if fault.code != "E-FILE-02" or fault.table == name]
    if name not in raws:
        raise DataError(faults=Faults(faults))
    frame = checked(raws[name], about["delivered_on"])
    if (found := Faults([*faults, *raws[name].faults])).refusals:
        raise DataError(faults=found)
    frame = frame.drop(columns=LINE)
    return about, frame.sort_values(list(raws[name].table.key), kind="stable", ignore_index=True)
