"""The one shape in which the cells of every form of a Eurostat data set are looked at."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from coopeval.errors import Fault

PERIOD, WRITTEN, MARKS, STATUS, LINE = "period", "written", "marks", "conf_status", "line"
MOST_LISTED = 1000  # of one kind; a file in which every cell is wrong has one cause, and millions of cells
MISSING = ":"  # how Eurostat writes a figure that it does not give; it is never zero


@dataclass
class Cells:
    """One row per cell that the file holds: its codes, `period`, the figure as `written`, its `marks` and `line`.

    `column` names where the figure stands when it is not under its period. Columns of codes are categories, since
    they repeat themselves.
    """

    file: str
    dataset: str
    frame: pd.DataFrame
    faults: list[Fault] = field(default_factory=list)
    column: str = ""
    updated: str = ""
    n_unreadable: int = 0  # lines or cells that could not be taken apart; they refuse the file

    @property
    def dimensions(self) -> list[str]:
        """Names of the dimensions besides time, in the order of the file."""
        return [name for name in self.frame if name not in (PERIOD, WRITTEN, MARKS, STATUS, LINE)]

    def keys(self, rows: pd.DataFrame) -> list[str]:
        """The codes of each row, joined as Eurostat joins them."""
        columns = [rows[name].astype(str).tolist() for name in [*self.dimensions, PERIOD]]
        return [",".join(codes) for codes in zip(*columns, strict=True)]

    def listed(self, code: str, rows: pd.DataFrame) -> pd.DataFrame:
        """The rows that are named one by one; where there are more, how many is a fault of its own."""
        if len(rows) > MOST_LISTED:
            about = {"n": len(rows), "most": MOST_LISTED, "code": code}
            self.faults.append(Fault("E-EURO-11", file=self.file, values=about))
        return rows.head(MOST_LISTED)

    def add(self, code: str, rows: pd.DataFrame, found: list[str], **values: object) -> None:
        """A fault at each of the rows; a value that is a list holds one for each of them."""
        told = [{name: value[at] if isinstance(value, list) else value for name, value in values.items()}
                for at in range(len(rows))]  # fmt: skip
        places = [self.column] * len(rows) if self.column else rows[PERIOD].astype(str).tolist()
        for line, column, key, seen, own in zip(rows[LINE], places, self.keys(rows), found, told, strict=True):
            self.faults.append(Fault(code, "", self.file, int(line) or None, column, key, seen, own))
