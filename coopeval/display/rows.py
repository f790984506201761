"""One row of a released table, found by its labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from coopeval import reference
from coopeval.display.cells import ALL, UNKNOWN
from coopeval.errors import DataError
from coopeval.uncertainty import about_of, require_released

ENDS = ("at_months", "year_after", "tau")  # labels along which a released series may stop
ABSENT, STOPS, WITHHELD = "absent", "beyond_follow_up", "withheld"


@dataclass(frozen=True)
class Row:
    """One row of a released table, ready for a sentence.

    `cells` are its cells; where the table has no such row, the figures are empty and `note` says why.
    """

    released: pd.DataFrame
    where: Mapping[str, object]
    cells: Mapping[str, object]

    @property
    def about(self) -> dict[str, object]:
        """What the table says of itself: the unit of the figures, the level of the limits."""
        of_row = {"unit": self.cells["unit"]} if isinstance(self.cells.get("unit"), str) else {}
        return {**about_of(self.released), **of_row}

    @property
    def is_withheld(self) -> bool:
        return self.cells.get("hidden") is True or self.cells.get("note") == WITHHELD


def row(released: pd.DataFrame, **where: object) -> Row:
    """The row of a released table whose labels are as given, for use in `say`.

    A group that the code list knows and the data do not hold, or a time after the end of a released series, is a
    finding: the row is empty and its `note` says which. So is a group that stands in the row `others`, with too few to
    show apart: it is withheld.

    Raises
    ------
    DataError
        No column of that name, a label that cannot be, or more than one row fits.
    DisclosureError
        The table has not passed the gate.
    """
    name = require_released(released)["name"]
    wanted = {label: _plain(value) for label, value in where.items()}
    fits = pd.Series(True, index=released.index)
    for label, value in wanted.items():
        if label not in released:
            raise DataError(f'"{name}" has no column "{label}"; its columns are {", ".join(released.columns)}.')
        fits &= released[label].eq(value)
    if fits.sum() > 1:
        raise DataError(f'{int(fits.sum())} rows of "{name}" fit {wanted}. Name more of their labels.')
    if fits.any():
        cells = {column: _plain(value) for column, value in released[fits].iloc[0].items()}
        return Row(released, wanted, cells)
    empty = dict.fromkeys(released.columns, float("nan"))
    if _is_put_together(released, wanted):
        return Row(released, wanted, {**empty, **wanted, "hidden": True, "note": WITHHELD})
    return Row(released, wanted, {**empty, **wanted, "hidden": False, "note": _why_absent(released, name, wanted)})


def _is_put_together(released: pd.DataFrame, wanted: Mapping[str, object]) -> bool:
    """Whether a group of the code list may stand in the row of those too few to show apart."""
    codes = str(about_of(released)["codes"])
    known = bool(codes) and wanted.get("group") in reference.labels(codes, "en")
    return known and released["group"].eq(reference.OTHERS).any()


def _why_absent(released: pd.DataFrame, name: str, wanted: Mapping[str, object]) -> str:
    ends = [label for label in ENDS if label in wanted]
    others = pd.Series(True, index=released.index)
    for label in set(wanted) - set(ends):
        others &= released[label].eq(wanted[label])
    if others.any() and ends:
        if all(wanted[label] > released.loc[others, label].max() for label in ends):
            return STOPS
        raise DataError(f'"{name}" has no row at {wanted}. Take one of its times, or make the table with survival.at.')
    codes, group = str(about_of(released)["codes"]), wanted.get("group", ALL)
    if group not in (ALL, UNKNOWN) and (not codes or group not in reference.labels(codes, "en")):
        known = ", ".join(map(str, released["group"].unique()[:12]))
        raise DataError(f'"{name}" has no group "{group}". It has {known}.')
    return ABSENT


def _plain(value):
    """A value as JSON knows it: numpy's own numbers and truths become Python's."""
    return value.item() if hasattr(value, "item") else value
