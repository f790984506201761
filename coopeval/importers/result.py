"""What an import gives: its tables, what became of every row that was read, what was odd, and its card."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from coopeval.errors import DataError, Fault, Faults

READ, KEPT, ASIDE = "read", "kept", "set_aside"
QUALITY = ["subject", "measure", "about", "n"]


@dataclass(frozen=True)
class Imported:
    """Tables by name, the table of data quality, the warnings, and the card of the source.

    `quality` has one row per subject (what is counted), measure and what it is about. For each subject the rows
    `read` are the rows `kept` and the rows `set_aside` together: nothing is lost without a reason.
    """

    name: str
    tables: Mapping[str, pd.DataFrame]
    quality: pd.DataFrame
    faults: Faults
    card: Mapping[str, object] = field(default_factory=dict)


def quality(rows: Iterable[tuple[str, str, str, int]], faults: Iterable[Fault] = ()) -> pd.DataFrame:
    """The table of data quality: the counts that are given, then the warnings, counted by their code.

    >>> quality([("filings", "read", "", 2), ("filings", "kept", "", 2)])["n"].tolist()
    [2, 2]
    """
    codes = pd.Series([fault.code for fault in faults if fault.severity == "warn"], dtype=object)
    warned = [("warnings", "said", code, int(n)) for code, n in codes.value_counts().sort_index().items()]
    return pd.DataFrame([*rows, *warned], columns=QUALITY)


def balance(subject: str, n_read: int, n_kept: int, aside: Mapping[str, int]) -> list[tuple[str, str, str, int]]:
    """Rows of the table of data quality that say what became of what was read; it must add up."""
    if n_read != n_kept + sum(aside.values()):
        raise AssertionError(f"{subject}: {n_read} read, {n_kept} kept, {dict(aside)} set aside")
    told = [(subject, ASIDE, reason, int(n)) for reason, n in sorted(aside.items()) if n]
    return [(subject, READ, "", int(n_read)), (subject, KEPT, "", int(n_kept)), *told]


def refused_if_wrong(faults: Iterable[Fault]) -> Faults:
    """The faults, in order; raised with all the others when one of them refuses the source."""
    ordered = Faults(faults)
    if len(ordered.refusals):
        raise DataError(faults=ordered)
    return ordered
