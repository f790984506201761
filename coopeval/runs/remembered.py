"""What one run looks at of the ledger: the releases its gate remembers, and all that its audit takes together."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pandas as pd

from coopeval.provenance import ledger
from coopeval.provenance.ledger import SUPERSEDED, Edition
from coopeval.runs.environment import naming

KEEPS = ("period", "ends", "edition", "state", "table", "sha256")


@dataclass(frozen=True)
class Memory:
    """The part of the ledger one run looks at: what its gate may remember, and all its audit takes together."""

    edition: Edition
    revise: str | None = None  # the reason printed in this edition, if it replaces another
    remembered: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(ledger.COLUMNS)))
    others: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(ledger.COLUMNS)))

    def digest(self, names: Iterable[str]) -> str:
        """Of what other periods told of these tables: part of the key of the step that makes them. Empty for none."""
        known = self._known(names, self.remembered["period"].ne(self.edition.period))
        return hashlib.sha256(json.dumps(known).encode()).hexdigest() if known else ""

    def editions(self, names: Iterable[str]) -> frozenset[str]:
        """What earlier editions of the same period told of these tables, as digests of the tables."""
        known = self._known(names, self.remembered["period"].eq(self.edition.period))
        return frozenset(sha256 for _, _, sha256 in known)

    def _known(self, names: Iterable[str], which: pd.Series) -> list[tuple[str, str, str]]:
        rows = self.remembered[which & self.remembered["table"].isin(list(names))]
        return sorted(set(rows[["ends", "table", "sha256"]].itertuples(index=False, name=None)))

    @cached_property
    def editions_of_others(self) -> dict[tuple[str, ...], dict[str, pd.DataFrame]]:
        """The tables of each edition the audit takes into account, by when it ends, period, structure and edition.

        They are asked for before the pages are made and after, and do not change meanwhile.
        """
        by = self.others.groupby(["ends", "period", "structure", "edition"], sort=True)
        return {key: ledger.tables_of(rows) for key, rows in by}

    @property
    def mark(self) -> str:
        """Of all others: tells whether the ledger changed while the report was made."""
        known = self.others[list(KEEPS)].drop_duplicates()
        return hashlib.sha256(known.sort_values(list(KEEPS)).to_csv(index=False).encode()).hexdigest()

    def laid_out(self, folder: Path) -> AbstractContextManager[None]:
        """The environment names the remembered part for as long as notebooks run."""
        text = self.remembered.to_csv(index=False, lineterminator="\n") if len(self.remembered) else ""
        return naming(ledger.LEDGER, text, folder)


def memory_of(lines: pd.DataFrame, edition: Edition, revise: str | None) -> Memory:
    """The part of the ledger that a run of this edition looks at."""
    alike = lines["is_synthetic"].eq(str(edition.is_synthetic)) & lines["structure"].eq(edition.structure)
    own = lines["period"].eq(edition.period)
    keeps = not edition.is_synthetic or bool(revise)
    replaced = own & lines["edition"].ne(edition.edition) & (keeps | lines["state"].eq(SUPERSEDED))
    earlier = lines["ends"].lt(edition.ends) & ~own
    return Memory(edition, revise, lines[alike & (earlier | replaced)], lines[alike & (~own | replaced)])
