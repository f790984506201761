"""What a check of a published folder finds: one line per finding, and a table of the checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from coopeval import wording
from coopeval.runs.finding_words import CHECKS, FINDINGS
from coopeval.wording import N_

HEADINGS = (N_("Check"), N_("Checked"), N_("Differences"))


@dataclass(frozen=True)
class Finding:
    """One difference: its words come from `finding_words`, by its code."""

    code: str  # stable, such as V-FILE-01
    file: str = ""  # from the published folder
    where: str = ""  # line, table, field: whatever finds the place in the file
    found: str = ""
    expected: str = ""
    values: Mapping[str, object] = field(default_factory=dict)

    def line(self, lang: str) -> str:
        """Code, place, what was found, what is expected, what to do: one line."""
        words = FINDINGS[self.code]
        values = {"file": self.file, "where": self.where, "found": self.found, "expected": self.expected}
        told = {n: wording.translate(v, lang) if n == "meaning" else v for n, v in {**values, **self.values}.items()}
        said, remedy = (wording.translate(text, lang).format(**told) for text in (words.says, words.remedy))
        return f"{self.code} {' '.join(filter(None, (self.file, self.where)))}: {said} {remedy}"


@dataclass(frozen=True)
class Check:
    """One kind of check, done or left out."""

    name: str  # one of finding_words.CHECKS
    n_checked: int = 0
    findings: tuple[Finding, ...] = ()
    left_out: str = ""  # msgid: why it was not done
    notes: tuple[tuple[str, Mapping], ...] = ()  # msgids with their values: no difference, yet worth knowing


@dataclass(frozen=True)
class Inspection:
    """All checks of a published folder."""

    checks: tuple[Check, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every difference, in the order of the checks."""
        return tuple(finding for check in self.checks for finding in check.findings)

    @property
    def is_fine(self) -> bool:
        """Whether nothing differs."""
        return not self.findings

    def lines(self, lang: str) -> list[str]:
        """One line per finding, then what is worth knowing, then the table of the checks."""
        notes = [
            wording.translate(msgid, lang).format(**values) for check in self.checks for msgid, values in check.notes
        ]
        found = [finding.line(lang) for finding in self.findings]
        return [*found, *([""] if found else []), *notes, *([""] if notes else []), *_table(self.checks, lang)]


def _table(checks: Sequence[Check], lang: str) -> list[str]:
    rows = [tuple(wording.translate(heading, lang) for heading in HEADINGS)]
    for check in checks:
        name = wording.translate(CHECKS[check.name], lang)
        if check.left_out:
            rows.append((name, "-", wording.translate(check.left_out, lang)))
        else:
            rows.append((name, *(wording.number(n, "count", lang) for n in (check.n_checked, len(check.findings)))))
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    return [f"{row[0]:<{widths[0]}}  {row[1]:>{widths[1]}}  {row[2]}".rstrip() for row in rows]
