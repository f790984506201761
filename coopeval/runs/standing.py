"""The reports that stand in a place: by which period, from which delivery, with which results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from coopeval import provenance, tables
from coopeval.errors import ParameterError, refusal
from coopeval.runs.period import SEMESTER, Period, of_name
from coopeval.runs.place import PRIVATE
from coopeval.tables.kept import record_of
from coopeval.wording import N_

INTERNAL = "internal"


@dataclass(frozen=True)
class Report:
    """A period that was run."""

    period: Period
    folder: Path
    record: Mapping  # what run.json tells

    @property
    def base(self) -> Path:
        """Where its results stand; of a report that stayed inside, within the private folder."""
        return self.folder if self.record["audience"] != INTERNAL else self.folder / PRIVATE / INTERNAL

    @property
    def pages(self) -> Path:
        """Where its pages stand, by language."""
        return self.base / ("site" if self.record["audience"] != INTERNAL else "pages")

    def dataset(self) -> tables.Dataset:
        """The delivery it was made from; raises DataError where it was not kept whole."""
        return tables.read_kept(self.folder)

    def result(self, name: str) -> pd.DataFrame | None:
        """A released table of it, if it made one of that name."""
        return provenance.published(str(self.base), name)


def reports(out: Path) -> tuple[Report, ...]:
    """The reports in a place, the oldest period first; a year after its semesters."""
    found = []
    for folder in out.iterdir() if out.is_dir() else ():
        try:
            period = of_name(folder.name)
        except ParameterError:
            continue
        record = record_of(folder)
        if record is not None:
            found.append(Report(period, folder, record))
    return tuple(sorted(found, key=lambda report: (report.period.ends, report.period.when != SEMESTER)))


def report_of(out: Path, name: str) -> Report:
    """The report of a period.

    Raises
    ------
    ParameterError
        It is no period, or there is no report of it; those there are are named.
    """
    period, there = of_name(name), reports(out)
    for report in there:
        if report.period == period:
            return report
    if not there:
        msgid = N_("No period was run in {out} yet. Make one with coopeval run.")
        raise refusal(ParameterError, msgid, out=out)
    known = ", ".join(report.period.name for report in there)
    msgid = N_("{period} was not run in {out}; there are {known}. Make it with coopeval run or coopeval annual.")
    raise refusal(ParameterError, msgid, period=name, out=out, known=known)
