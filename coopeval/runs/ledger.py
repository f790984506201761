"""The release ledger of a folder of reports: read before a run, written only around its switch.

Before the switch the tables about to be published are entered as pending, after it they are settled: pending lines
whose report stands become published, the others go. So a run that dies in between leaves no published page without
its lines, and the next run settles what it left.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from coopeval import provenance
from coopeval.errors import ParameterError, refusal
from coopeval.provenance import ledger
from coopeval.provenance.ledger import PENDING, PUBLISHED, SUPERSEDED, Edition, LedgerError
from coopeval.runs.place import PRIVATE
from coopeval.runs.remembered import Memory, memory_of
from coopeval.runs.standing import INTERNAL, Report, reports
from coopeval.wording import N_

FILE = "ledger.csv"
DECIDES = (
    "format", "period", "semester", "structure", "as_of", "delivered_on", "is_synthetic", "audience", "parameters",
    "data", "earlier", "reference", "code", "lock", "settings", "revised_because",
)  # fmt: skip


def edition_of(record: Mapping) -> str:
    """What decided a report, as one digest: code, data and settings; not its languages, which decide no figure."""
    said = {name: record.get(name) for name in DECIDES}
    said["data"] = {"sha256": record["data"]["sha256"]}
    said |= {"imported": record["imported"]} if record.get("imported") else {}
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=list).encode()).hexdigest()


class Ledger:
    """The ledger beside the reports of one folder."""

    def __init__(self, out: Path) -> None:
        self.out = Path(out)
        self.path = self.out / PRIVATE / FILE

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Alone with the file; whoever else writes it waits the few seconds this takes."""
        import fcntl

        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path.parent.chmod(0o700)
        handle = os.open(self.path.with_name(f".{FILE}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def memory(self, edition: Edition, revise: str | None, say: Callable[..., None]) -> Memory:
        """What a run of this edition looks at, once the ledger is whole.

        Raises
        ------
        LedgerError
            It is damaged, or real data were published that it does not hold.
        """
        with self.locked():
            lines = self._whole(say)
        return memory_of(lines, edition, revise)

    def at_a_glance(self, edition: Edition, revise: str | None) -> Memory:
        """What a run of this edition would look at; nothing is settled, completed or written."""
        return memory_of(self._settled(ledger.read(self.path)), edition, revise)

    @contextmanager
    def entering(self, memory: Memory, new: pd.DataFrame, revise: str | None) -> Iterator[None]:
        """Around the switch: new lines are in the ledger before readers can see their tables, and settled after it.

        Raises
        ------
        ParameterError
            The ledger changed since the run looked at it; real figures differ from those published, without a reason.
        """
        with self.locked():
            lines = self._settled(ledger.read(self.path))
            if memory.mark != memory_of(lines, memory.edition, memory.revise).mark:
                msgid = N_(
                    "Another period was published while this report was made, and the two must be looked at together. "
                    "Run again."
                )
                raise refusal(ParameterError, msgid)
            if not revise:
                _may_not_differ(lines, memory.edition, new)
            ledger.write(self.path, pd.concat([lines, new], ignore_index=True))
            try:
                yield
            finally:
                ledger.write(self.path, self._settled(ledger.read(self.path)))

    def rebuild(self) -> int:
        """The ledger from the reports that stand there; returns how many it holds now. What it had is kept beside it.

        Editions that were replaced stand in no report any more: they are kept where the old file can be read, and
        forgotten where it cannot.
        """
        with self.locked():
            try:
                lines = self._settled(ledger.read(self.path))
            except LedgerError:
                lines = ledger.read(self.path.with_name("none"))
            if self.path.exists():
                self.path.replace(self.path.with_name("ledger-before.csv"))
            lines = pd.concat([lines, *(lines for _, lines in self._lacking(lines))], ignore_index=True)
            ledger.write(self.path, lines)
        return lines["period"].nunique()

    def held(self) -> pd.DataFrame:
        """One row per edition: period, edition, state, n_tables, n_rows and n_withheld."""
        lines = ledger.read(self.path)
        is_row = lines["row"].ne("0")
        counted = lines.assign(n_tables=~is_row, n_rows=is_row, n_withheld=lines["hidden"].eq("True"))
        by = ["structure", "ends", "period", "edition", "state"]
        summed = counted.groupby(by, sort=True)[["n_tables", "n_rows", "n_withheld"]].sum().reset_index()
        return summed.drop(columns=["structure", "ends"])

    def _whole(self, say: Callable[..., None]) -> pd.DataFrame:
        found = ledger.read(self.path)
        lines = self._settled(found)
        lacking = self._lacking(lines)
        if real := [report.period.name for report, _ in lacking if not report.record["is_synthetic"]]:
            msgid = N_(
                "{periods} stands published, and the ledger of releases does not hold it. Put {file} back from your "
                "backup; where there is none, coopeval ledger rebuild makes it from the reports that stand there, and "
                "forgets editions that were replaced."
            )
            raise refusal(LedgerError, msgid, periods=", ".join(real), file=f"{PRIVATE}/{FILE}")
        if lacking:
            say(N_("The ledger of releases is completed from the reports of synthetic data that stand there."))
            lines = pd.concat([lines, *(lines for _, lines in lacking)], ignore_index=True)
        if len(lines) != len(found) or not lines.equals(found):
            ledger.write(self.path, lines)
        return lines

    def _lacking(self, lines: pd.DataFrame) -> list[tuple[Report, pd.DataFrame]]:
        """Published reports that have tables no line tells of, each with the lines of its tables."""
        lacking = []
        for report in self._standing():
            held = lines[lines["period"] == report.period.name]
            if _stamps(report) - set(zip(held["table"], held["sha256"], strict=True)):
                tables = provenance.released(report.base / "results")
                whole = ledger.lines_of(_edition(report), tables)
                have = set(zip(held["table"], held["sha256"], strict=True))
                new = [pair not in have for pair in zip(whole["table"], whole["sha256"], strict=True)]
                lacking.append((report, whole[new]))
        return lacking

    def _standing(self) -> list[Report]:
        return [report for report in reports(self.out) if report.record["audience"] != INTERNAL]

    def _settled(self, lines: pd.DataFrame) -> pd.DataFrame:
        """Pending lines whose report stands are published and replace those before; the others never were."""
        for period in lines.loc[lines["state"] == PENDING, "period"].unique():
            report = next((one for one in self._standing() if one.period.name == period), None)
            own = lines["period"] == period
            lines = pd.concat([lines[~own], _settled(lines[own], report)], ignore_index=True)
        return lines


def _settled(own: pd.DataFrame, report: Report | None) -> pd.DataFrame:
    pending, before = own[own["state"] == PENDING], own[own["state"] != PENDING]
    if report is None or _stamps(report) != set(zip(pending["table"], pending["sha256"], strict=True)):
        return before
    pending = pending.assign(state=PUBLISHED)  # by what stands there, not by what the report says of itself
    again = before["edition"].isin(pending["edition"]) & before["table"].isin(pending["table"])
    before = before[~again]
    if not _keeps_own(report.record):  # made-up data protect nobody: an edition of the same delivery is replaced
        before = before[before["state"] == SUPERSEDED]
    return pd.concat([before.assign(state=SUPERSEDED), pending], ignore_index=True)


def _may_not_differ(lines: pd.DataFrame, edition: Edition, new: pd.DataFrame) -> None:
    """Readers keep what they saw of real data: other figures of the same period need a reason that is printed."""
    own = lines[(lines["period"] == edition.period) & (lines["state"] == PUBLISHED)]
    was, now = ({r.table: r.sha256 for r in some[some["row"] == "0"].itertuples()} for some in (own, new))
    other = [name for name, sha256 in now.items() if was.get(name, "") not in ("", sha256)]
    if other and not edition.is_synthetic:
        msgid = N_(
            "{period} was published with other figures ({tables}). Say why it is made again, with --revise REASON."
        )
        raise refusal(ParameterError, msgid, period=edition.period, tables=", ".join(sorted(other)[:5]))


def _keeps_own(record: Mapping) -> bool:
    return not record["is_synthetic"] or bool(record["revised_because"])


def _edition(report: Report) -> Edition:
    record = report.record
    said = (report.period.name, record["as_of"], edition_of(record), record["is_synthetic"])
    return Edition(*said, structure=record.get("structure", ""), state=PUBLISHED)


def _stamps(report: Report) -> set[tuple[str, str]]:
    """Name and digest of each table that stands published."""
    said = (json.loads(path.read_text(encoding="utf-8")) for path in (report.base / "results").glob("*.about.json"))
    return {(about["name"], about["sha256"]) for about in said}
