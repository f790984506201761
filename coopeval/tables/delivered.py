"""A delivery as it came: the text of its cells under its own headings, before anything is checked or typed."""

from __future__ import annotations

from coopeval.errors import DataError, Faults
from coopeval.tables import workbook
from coopeval.tables.folder import place
from coopeval.tables.raw import BROKEN, Raw
from coopeval.tables.read import folder_of


def as_text(data) -> tuple[dict[str, object], dict[str, Raw]]:
    """What the delivery says about itself, as in datapackage.json, and its tables as text.

    Raises
    ------
    DataError
        A file, line or cell cannot be read; with every such fault.
    """
    at = place(data)
    about, raws, faults = workbook.delivered(at) if at.is_file() else folder_of(at)
    for raw in raws.values():
        raw.frame.columns = [str(name).strip() for name in raw.frame.columns]
        for at_column, name in enumerate(raw.frame.columns):
            cells = raw.frame.iloc[:, at_column]
            raw.add("E-CELL-02", cells.index[cells.str.startswith(BROKEN)], name)
    found = Faults([*faults, *(fault for raw in raws.values() for fault in raw.placed)])
    if found.refusals:
        raise DataError(faults=found)
    day = about["delivered_on"].date().isoformat()
    return {"name": about["name"], "synthetic": about["is_synthetic"], "delivered_on": day}, raws
