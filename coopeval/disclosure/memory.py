"""What the gate knows besides the table before it: earlier releases (R9), and what somebody decided (R12).

The run lays both out for it; in JupyterLab, and in tests of the gate alone, there is neither.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from coopeval.provenance.ledger import identity_of, labels_of

SETTINGS = "COOPEVAL_SETTINGS"
NO_LABELS = {"k_eur", "tau", "bandwidth", "level", "verified", "is_main"}  # the same for every row, or no fact
PERIOD = re.compile(r"(?:20\d\d-)?(20\d\d)(S[12])?")  # 2025, 2025S1, 2022-2026
LAST_DAY = {None: "12-31", "S1": "06-30", "S2": "12-31"}


@dataclass(frozen=True)
class Known:
    """For the table at the gate: its earlier releases, the oldest first, and the groups let past the rule at hand."""

    before: tuple[pd.DataFrame, ...] = ()
    freed: frozenset[str] = frozenset()
    company: set[str] = field(default_factory=set)  # groups withheld only because another one would stand alone

    @property
    def latest(self) -> pd.DataFrame | None:
        """The release just before; none where there is none."""
        return self.before[-1] if self.before else None


_KNOWN: ContextVar[Known | None] = ContextVar("known", default=None)


def _known() -> Known:
    return _KNOWN.get() or Known()


@contextmanager
def knowing(before: Sequence[pd.DataFrame], freed: Sequence[str] = ()) -> Iterator[Known]:
    """While a table passes: what the rules below may ask of."""
    bare = tuple(pd.DataFrame(release) for release in before)  # pandas copies what hangs on a frame at each step
    known = Known(bare, frozenset(freed))
    token = _KNOWN.set(known)
    try:
        yield known
    finally:
        _KNOWN.reset(token)


def was_hidden(rows: pd.DataFrame) -> np.ndarray:
    """Of each row whether the same one was withheld in the release just before: the companion to prefer (R9)."""
    latest = _known().latest
    if latest is None or "hidden" not in latest:
        return np.zeros(len(rows), dtype=bool)
    shared = [column for column in identity_of(latest) if column in rows]
    gone = set(keys(latest[latest["hidden"].astype(bool)], shared))
    return np.array([key in gone for key in keys(rows, shared)], dtype=bool)


def are_let_past(rows: pd.DataFrame) -> np.ndarray:
    """Of each row whether somebody decided to show it in spite of the rule at hand (R12)."""
    freed = _known().freed
    return rows["group"].astype(str).isin(freed).to_numpy() if freed else np.zeros(len(rows), dtype=bool)


def keeps_company(group: object) -> None:
    """Notes a group that is withheld only because another one would stand alone."""
    _known().company.add(str(group))


def stood_together(groups: pd.Series, others: str) -> np.ndarray:
    """Of each category whether the release just before had it among those put together, and not in a row (R9)."""
    latest = _known().latest
    if latest is None or "group" not in latest or others not in set(latest["group"]):
        return np.zeros(len(groups), dtype=bool)
    return (~groups.isin(set(latest["group"]))).to_numpy()


def keys(rows: pd.DataFrame, labels: Sequence[str]) -> list[tuple[str, ...]]:
    """Each row by its labels, numbers written in one way."""
    columns = [[_plain(cell) for cell in rows[label]] for label in labels]
    return list(zip(*columns, strict=True)) if columns else [()] * len(rows)


def _plain(cell: object) -> str:
    if isinstance(cell, bool | np.bool_):
        return str(bool(cell))
    if isinstance(cell, int | float | np.number):
        return "" if pd.isna(cell) else f"{float(cell):.12g}"
    return str(cell)


def told_apart(rows: pd.DataFrame) -> list[list[str]]:
    """Each row by all that makes it the same one in two releases, as `about` holds it."""
    return [list(key) for key in keys(rows, identity_of(rows))]


def ended(label: object) -> str:
    """The last day of the period a label names, ISO; empty where it names none.

    >>> ended("2025S1"), ended("2025"), ended("2022-2026"), ended("coop")
    ('2025-06-30', '2025-12-31', '2026-12-31', '')
    """
    found = PERIOD.fullmatch(_plain(label))
    return f"{found[1]}-{LAST_DAY[found[2]]}" if found else ""


def past(rows: pd.DataFrame, until: str, by: str) -> np.ndarray:
    """Of each row whether it is about a period that had ended on a day, or about an intake, which never changes."""
    labels = [column for column in labels_of(rows) if column not in NO_LABELS]
    found = np.zeros(len(rows), dtype=bool)
    for label in labels:
        days = [ended(cell) for cell in rows[label]]
        found |= np.array([bool(day) and day <= until for day in days], dtype=bool)
    if by == "cohort" and "group" in rows:
        found |= rows["group"].ne("all").to_numpy()
    return found


def exceptions(table: str) -> list[dict[str, str]]:
    """The exceptions to this table that somebody decided."""
    path = os.environ.get(SETTINGS)
    said = json.loads(Path(path).read_text(encoding="utf-8")) if path else []
    return [{word: value for word, value in one.items() if word != "table"} for one in said if one["table"] == table]
