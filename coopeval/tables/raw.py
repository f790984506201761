"""One table on its way in: its cells as text with the lines they stand on, and what was found wrong so far."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

import pandas as pd

from coopeval.errors import Fault
from coopeval.schema import TABLES, Table
from coopeval.tables.personal import is_personal, shown

BROKEN = "\ufdd0"  # a sign that no text may hold; stands before what a spreadsheet shows in place of a result


@dataclass
class Raw:
    """Text of one table, index = line; filled step by step by the reader and handed to no one else."""

    name: str
    file: str
    frame: pd.DataFrame
    faults: list[Fault] = field(default_factory=list)
    n_read: int = 0
    delimiter: str = ","
    heading: int = 1  # line of the headings
    is_sheet: bool = False  # one of the sheets of the file, which then holds other tables too
    is_whole: bool = True  # false when lines could not be read: keys of this table may then seem to be missing
    absent: list[str] = field(default_factory=list)  # columns that were not delivered
    set_aside: list[dict] = field(default_factory=list)
    letters: dict[str, str] = field(default_factory=dict)  # of a sheet: heading -> letter of its column

    @property
    def table(self) -> Table:
        """What the schema says of this table."""
        return TABLES[self.name]

    @property
    def called(self) -> str:
        """How other tables name this one: by its file, or by its sheet where all are in one file."""
        return self.name if self.is_sheet else self.file

    @property
    def is_unfilled(self) -> bool:
        """Whether an optional table has its headings and nothing under them, as in a template nobody filled in."""
        known = {str(name).strip() for name in self.frame.columns} & set(self.table.columns)
        return not self.table.required and bool(known) and not self.n_read and not self.faults

    @property
    def placed(self) -> list[Fault]:
        """The faults so far; those of a sheet with the cell they stand in, or the first cell of their row."""
        return [replace(fault, cell=self._cell(fault)) for fault in self.faults] if self.is_sheet else self.faults

    def _cell(self, fault: Fault) -> str:
        first = fault.column.split(", ")[0]  # of several columns that are at odds
        letter = self.letters.get(first, first if re.fullmatch(r"[A-Z]{1,3}", first) else "")
        if fault.line is None and not letter:
            return ""
        return f"{self.name}!{letter or self.letters.get(self.table.key[0], 'A')}{fault.line or self.heading}"

    def keys(self, lines) -> list[str]:
        """The key on each of these lines, parts joined by " / "; parts that are personal are left out."""
        parts = [
            name for name in self.table.key if name in self.frame and self.table.columns[name].privacy != "personal"
        ]
        if not parts or not all(line in self.frame.index for line in lines):
            return [""] * len(lines)
        columns = [self.frame.loc[lines, name].tolist() for name in parts]
        joined = [" / ".join(part for part in row if part) for row in zip(*columns, strict=True)]
        return ["" if is_personal(key) else shown(key) for key in joined]

    def add(self, code: str, lines=(None,), column: str = "", found=None, **values) -> None:
        """A fault of this table, on each of the lines."""
        lines = list(lines)
        keys = self.keys(lines) if lines and lines[0] is not None else [""] * len(lines)
        found = [""] * len(lines) if found is None else found
        self.faults += [
            Fault(code, self.name, self.file, line if line is None else int(line), column, key, seen, values)
            for line, key, seen in zip(lines, keys, found, strict=True)
        ]

    def add_each(self, code: str, lines, column: str, found, **values) -> None:
        """A fault on each of the lines, with values of its own: one for each line, in the same order."""
        lines = list(lines)
        if not lines:
            return
        own = [dict(zip(values, row, strict=True)) for row in zip(*values.values(), strict=True)]
        self.faults += [
            Fault(code, self.name, self.file, int(line), column, key, seen, told)
            for line, key, seen, told in zip(lines, self.keys(lines), found, own, strict=True)
        ]

    def refused(self, *columns: str) -> set[int]:
        """Lines on which a cell of these columns was refused and emptied: nothing can be said of what it meant."""
        return {fault.line for fault in self.faults if fault.column in columns and fault.severity == "refuse"}
