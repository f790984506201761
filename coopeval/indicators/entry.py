"""What one indicator of the catalogue says of itself, and the moment for which it is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from coopeval import reference

LEVELS = ("output", "result", "impact")


@dataclass(frozen=True)
class Moment:
    """The data as of a day; `since` is the first day of the period that is counted, where one is asked for."""

    dataset: object
    level: float = 0.95
    since: pd.Timestamp | None = None
    made: dict[Callable, object] = field(default_factory=dict, repr=False, compare=False)

    def once(self, make: Callable) -> object:
        """What a function makes of the data set, made once however many indicators ask for it."""
        if make not in self.made:
            self.made[make] = make(self.dataset)
        return self.made[make]


@dataclass(frozen=True)
class Indicator:
    """One indicator: which question it answers, what it means, and which row of which estimate table it is.

    `call` makes the estimate table of its chapter, so that the indicator and the chapter cannot differ; `row` names
    the row of it. `counts_from` says that a period's first day matters to it; what `grows` is counted since the
    programme began and cannot be set against a period; the others stand as of the last day.
    """

    id: str
    questions: tuple[str, ...]
    chapter: str
    level: str
    definition: str  # English msgid
    made_by: str  # the library's call, as area.function
    call: Callable[[Moment], pd.DataFrame]
    row: Mapping[str, object] = field(default_factory=lambda: {"group": "all"})
    needs: tuple[str, ...] = ("structures", "projects", "enterprises")
    counts_from: bool = False
    grows: bool = False
    eu_code: str = ""  # EU common indicator that it comes close to

    def name(self, lang: str) -> str:
        """Its name: a label of the code list `indicators`."""
        return reference.labels("indicators", lang)[self.id]
