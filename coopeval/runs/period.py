"""The period of a report: a semester, or a whole year, which stands as of the end of its second semester."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pandas as pd

from coopeval import semesters
from coopeval.errors import ParameterError, refusal
from coopeval.wording import N_

YEAR = re.compile(r"20[0-9][0-9]")
SEMESTER, ANNUAL = "semester", "annual"


@dataclass(frozen=True)
class Period:
    """What a report is about; `name` is that of its folder."""

    name: str  # 2026S1, or 2025
    semester: str  # figures are as of its last day

    @property
    def when(self) -> str:
        """Which notebooks of the plan are of this period."""
        return SEMESTER if self.name == self.semester else ANNUAL

    @property
    def ends(self) -> pd.Timestamp:
        """Last day of the period."""
        return semesters.last_day(self.semester)

    @property
    def before(self) -> Period:
        """The period of the same kind before it."""
        if self.when == SEMESTER:
            earlier = semesters.shift(self.semester, -1)
            return Period(earlier, earlier)
        return Period(str(int(self.name) - 1), semesters.shift(self.semester, -2))


def of_semester(semester: str) -> Period:
    """A semester as a period.

    >>> of_semester("2026S1").before.name
    '2025S2'
    """
    try:
        semesters.parse(semester)
    except ParameterError:
        msgid = N_('"{semester}" is not a semester. Write the year, S and the half, for instance 2026S1.')
        raise refusal(ParameterError, msgid, semester=semester) from None
    return Period(semester, semester)


def of_year(year: str | int) -> Period:
    """A calendar year as a period.

    >>> of_year("2025").semester, of_year(2025).before.name
    ('2025S2', '2024')
    """
    if not YEAR.fullmatch(str(year)):
        msgid = N_('"{year}" is not a year. Write four digits, for instance 2025.')
        raise refusal(ParameterError, msgid, year=year)
    return Period(str(year), f"{year}S2")


def of_name(name: str) -> Period:
    """The period a folder of reports is named after.

    >>> of_name("2025").when, of_name("2026S1").when
    ('annual', 'semester')
    """
    if YEAR.fullmatch(str(name)):
        return of_year(name)
    try:
        return of_semester(name)
    except ParameterError:
        msgid = N_('"{name}" is not a period. Write a semester such as 2026S1, or a year such as 2025.')
        raise refusal(ParameterError, msgid, name=name) from None
