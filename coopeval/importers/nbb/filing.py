"""One filing with the central balance sheet office: who, which year, and the figures of its rubrics."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from coopeval.errors import Fault
from coopeval.importers.nbb.rubrics import CHECKED, SOCIAL, USED
from coopeval.schema.column import day, number
from coopeval.schema.forms import is_day, is_enterprise_number
from coopeval.tables.explain import explained
from coopeval.tables.personal import shown

NEEDED = ("reference", "entity", "start", "end")
FIGURE, DAY = number("figure", "as in the rubric", low=None), day("day")
Place = tuple[str, bool]  # a rubric, and whether it is that of the year before


@dataclass
class Told:
    """A filing as a file tells it: its facts, and each figure as text with its place in the file."""

    file: str
    facts: dict[str, str] = field(default_factory=dict)
    written: dict[Place, str] = field(default_factory=dict)
    lines: dict[object, int | None] = field(default_factory=dict)  # of facts by name, of figures by place
    committees: tuple[str, ...] = ()
    n_read: int = 0
    n_repeated: int = 0
    faults: list[Fault] = field(default_factory=list)

    def add(self, code: str, where: object = None, found: str = "", **values: object) -> None:
        """A fault of this filing, at a fact or at a figure."""
        column = f"{where[0]}{'P' if where[1] else ''}" if isinstance(where, tuple) else str(where or "")
        key = self.facts.get("reference", "")
        self.faults.append(Fault(code, "", self.file, self.lines.get(where), column, shown(key), found, values))

    def figure(self, place: Place, written: str, line: int | None) -> None:
        """Takes in a figure; the same one again is counted, another one under the same rubric is a fault."""
        self.n_read += 1
        if place not in self.written:
            self.written[place], self.lines[place] = written, line
        elif self.written[place] == written:
            self.n_repeated += 1
        else:
            self.n_repeated += 1
            self.add("E-NBB-02", place, shown(written), first=shown(self.written[place]))


@dataclass(frozen=True)
class Filing:
    """A filing whose facts and figures are in their form."""

    told: Told
    reference: str
    entity: str
    start: pd.Timestamp
    end: pd.Timestamp
    figures: dict[Place, float]

    @property
    def file(self) -> str:
        """The file it stands in."""
        return self.told.file

    @property
    def has_jobs(self) -> bool:
        """Whether it has a social balance sheet at all."""
        return any(code in SOCIAL and not before for code, before in self.figures)

    @property
    def is_correction(self) -> bool:
        """Whether it is declared to correct an earlier one."""
        kind = self.told.facts.get("deposit_type", "").casefold()
        flag = self.told.facts.get("correction", "").casefold()
        return flag == "true" or (bool(kind) and kind not in ("initial", "initiale", "initieel"))

    @property
    def deposited_on(self) -> str:
        """Day of the deposit, where it is known, with its time where that is told."""
        return self.told.facts.get("deposited_on", "")

    @property
    def n_used(self) -> int:
        """Figures that go into a table."""
        return sum(code in USED for code, _ in self.figures)

    def figure(self, code: str, before: bool = False) -> float:
        """A figure, nan where the filing does not give it: absent is not zero."""
        return self.figures.get((code, before), float("nan"))


def checked(told: Told) -> Filing | None:
    """The filing in its form; None where a fact that is needed is missing or wrong, which is then said."""
    if any(fault.code == "E-NBB-04" for fault in told.faults):  # it is no filing at all: that was said
        return None
    for name in NEEDED:
        if not told.facts.get(name):
            told.add("E-NBB-01", name)
    entity = told.facts.get("entity", "").replace(".", "").replace(" ", "")
    if entity and not is_enterprise_number(entity):
        told.add("E-KBO-01", "entity")
    for name in ("start", "end"):
        if (written := told.facts.get(name)) and not is_day(written):
            code, about = explained(DAY, "day", written)
            told.add(code, name, shown(written), **about)
    if (currency := told.facts.get("currency", "EUR")) != "EUR":
        told.add("E-MONEY-01", "currency", shown(currency))
    figures = {
        place: value for place, text in told.written.items() if (value := _figure(told, place, text)) is not None
    }
    if any(fault.severity == "refuse" for fault in told.faults):
        return None
    start, end = pd.Timestamp(told.facts["start"]), pd.Timestamp(told.facts["end"])
    if end < start:
        told.add("E-SPAN-01", "end", told.facts["end"], start="start", started=told.facts["start"])
        return None
    return Filing(told, told.facts["reference"], entity, start, end, figures)


def _figure(told: Told, place: Place, text: str) -> float | None:
    """The figure of a rubric that is used here; the others are not looked at, but for being counted."""
    if place[0] not in CHECKED:
        return None
    plain = text[1:] if text.startswith("-") else text
    if plain.replace(".", "", 1).isascii() and plain.replace(".", "", 1).isdigit():
        return float(text)
    code, about = (
        explained(FIGURE, "number", text) if text else ("E-EMPTY-01", {"expected": "1.5", "meaning": "figure"})
    )
    told.add(code, place, shown(text), **about)
    return None
