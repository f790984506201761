"""The exceptions somebody decided (R12), as a run uses them: complete, in force, about tables that exist."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from coopeval.errors import ParameterError, refusal
from coopeval.runs.environment import naming
from coopeval.runs.period import Period
from coopeval.runs.planning import Step
from coopeval.tables.settings import Exemption
from coopeval.wording import N_

TOGETHER = ("R5", "R9")  # the rules an auditor holds; the others are the gate's
SETTINGS = "COOPEVAL_SETTINGS"  # the run's environment names the exceptions the gate may make


@dataclass(frozen=True)
class Decisions:
    """The exceptions of a run."""

    exceptions: tuple[Exemption, ...] = ()

    def digest(self, names: Iterable[str]) -> str:
        """Of the exceptions to these tables: part of the key of the step that makes them. Empty for none."""
        named = set(names)
        said = _said([one for one in self.exceptions if one.table in named])
        return hashlib.sha256(said.encode()).hexdigest() if said else ""

    def laid_out(self, folder: Path) -> AbstractContextManager[None]:
        """The environment names them for as long as notebooks run."""
        return naming(SETTINGS, _said(self.exceptions), folder)

    def let_past(self, rules: Sequence[str]) -> frozenset[tuple[str, str]]:
        """Table and group of the rows that may stand in spite of one of these rules."""
        return frozenset((one.table, one.group) for one in self.exceptions if one.rule in rules)


def _said(exceptions: Sequence[Exemption]) -> str:
    if not exceptions:
        return ""
    return json.dumps([{"table": one.table, **one.told} for one in exceptions], ensure_ascii=False, sort_keys=True)


def in_force(exceptions: Sequence[Exemption], steps: Sequence[Step], period: Period) -> Decisions:
    """The exceptions, checked against the plan and the period.

    Raises
    ------
    ParameterError
        One ended before the last day of the period, or names a table that no notebook makes for the public. All of
        them are named at once; nothing has run.
    """
    public = {name for step in steps for name, privacy in step.makes.items() if privacy == "public"}
    ends, wrong = period.ends.date(), []
    for one in exceptions:
        if one.until < ends:
            wrong.append(f"{one.table}, {one.group}: {one.until.isoformat()} < {ends.isoformat()}")
        elif one.table not in public:
            wrong.append(f"{one.table}: ?")
    if wrong:
        msgid = N_(
            "Exceptions in settings.toml that do not hold: {problems}. Each must last until the end of the period "
            "({ends}) and name a public table of plan.toml. Renew it, correct it, or take it out."
        )
        raise refusal(ParameterError, msgid, problems="; ".join(wrong), ends=ends.isoformat())
    return Decisions(tuple(exceptions))
