"""What can go wrong, and the one shape in which it is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field


class CoopevalError(Exception):
    """Base of everything the suite raises on purpose; `exit_code` is what the command line returns."""

    exit_code = 1


class ParameterError(CoopevalError):
    """A parameter, option or setting is unknown or badly written; nothing has run."""

    exit_code = 2


class DisclosureError(CoopevalError):
    """Something not released by the disclosure gate was about to be shown or published."""


class LockedError(CoopevalError):
    """Another run holds the place this run would write to."""

    exit_code = 3


@dataclass(frozen=True)
class Fault:
    """One fault of one cell, row, file or table. The words come from `wording.fault_line`, by `code`."""

    code: str  # stable, such as E-DATE-02
    table: str = ""
    file: str = ""
    line: int | None = None  # as an editor counts it, the header being line 1
    column: str = ""
    key: str = ""
    found: str = ""  # shortened and made visible; empty where the value may be personal
    values: Mapping[str, object] = field(default_factory=dict)  # what the sentence of this code needs besides
    cell: str = ""  # in a workbook, such as jobs!D17

    @property
    def severity(self) -> str:
        """`refuse` for codes that start with E, `quarantine` for Q, `warn` for W."""
        return {"E": "refuse", "Q": "quarantine", "W": "warn"}[self.code[0]]


class Faults(Sequence[Fault]):
    """All faults of one delivery, in order of table, line and column."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self._faults = tuple(sorted(faults, key=lambda f: (f.table, f.file, f.line or 0, f.column, f.code, f.key)))

    def __len__(self) -> int:
        return len(self._faults)

    def __getitem__(self, index):
        return self._faults[index]

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._faults)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Faults) and self._faults == other._faults

    __hash__ = None  # faults hold dictionaries

    def __repr__(self) -> str:
        return f"<Faults: {len(self.refusals)} that refuse, {len(self) - len(self.refusals)} others>"

    @property
    def refusals(self) -> Faults:
        """Only those that stop a run."""
        return Faults(f for f in self._faults if f.severity == "refuse")


class DataError(CoopevalError):
    """Data were refused. Holds `faults` when they come from checked tables, else one plain sentence."""

    exit_code = 2

    def __init__(self, message: str = "", faults: Faults | None = None) -> None:
        self.faults = faults if faults is not None else Faults()
        super().__init__(message or f"{len(self.faults.refusals)} faults in the data")


def refusal(kind: type[CoopevalError], msgid: str, /, **values: object) -> CoopevalError:
    """An error of a kind, with its English sentence, and what is needed to say it in another language."""
    error = kind(msgid.format(**values))
    error.msgid, error.values = msgid, values
    return error
