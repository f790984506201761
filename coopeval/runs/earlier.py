"""What a period is compared with by its own notebooks: the period before, where its report was made in the same place.

A notebook asks for it with the parameter `earlier`. It gets the folder of that report, or nothing; which delivery it
was made from is part of the key of the step, and pages show the name of the delivery, never the folder.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from coopeval.errors import ParameterError, refusal
from coopeval.provenance.digests import ROOT
from coopeval.runs.period import Period
from coopeval.tables.kept import are_kept, record_of
from coopeval.wording import N_

EARLIER = "earlier"  # the parameter


@dataclass(frozen=True)
class Earlier:
    """The report of the period before; all empty where there is none."""

    folder: Path | None = None
    name: str = ""  # of the delivery it was made from
    digest: str = ""

    @property
    def told(self) -> dict[str, str] | None:
        """The report before as run.json tells it."""
        if self.folder is None:
            return None
        return {"period": self.folder.name, "name": self.name, "sha256": self.digest}

    @property
    def place(self) -> str:
        """The folder as notebooks are told it: from the project root where it lies below."""
        if self.folder is None:
            return ""
        return (self.folder.relative_to(ROOT) if self.folder.is_relative_to(ROOT) else self.folder).as_posix()


def earlier_of(out: Path, period: Period, is_synthetic: bool, say: Callable[..., None]) -> Earlier:
    """The period before, if a report of it with its tables stands in `out`.

    Data that are made up and data that are not are never compared.
    """
    folder = out / period.before.name
    record = record_of(folder)
    if record is None:
        return Earlier()
    reason = _unfit(folder, record, is_synthetic)
    if reason:
        say(reason, period=folder.name)
        return Earlier()
    say(N_("The period before is {period}; chapters that compare take its tables."), period=folder.name)
    return Earlier(folder, str(record["data"]["name"]), record["data"]["sha256"])


def _unfit(folder: Path, record: Mapping, is_synthetic: bool) -> str:
    if record["is_synthetic"] != is_synthetic:
        return N_("{period} was made from synthetic data and this one is not, or the other way round: not compared.")
    if not are_kept(folder, record):
        return N_("The tables {period} was made from are not there any more: nothing is compared with it.")
    return ""


def still_there(earlier: Earlier) -> None:
    """Refuses to go on if the report before was made again meanwhile: some chapters would tell of the old one."""
    if earlier.folder is None:
        return
    record = record_of(earlier.folder)
    if record is None or record["data"]["sha256"] != earlier.digest:
        msgid = N_("{period} was made again while this report was made. Run again.")
        raise refusal(ParameterError, msgid, period=earlier.folder.name)
