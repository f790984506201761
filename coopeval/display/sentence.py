"""Sentences whose numbers come from released tables, so that prose and table can never disagree."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

import pandas as pd

from coopeval import wording
from coopeval.display.cells import text
from coopeval.display.table import Shown
from coopeval.errors import DataError, ParameterError
from coopeval.uncertainty import about_of, require_released
from coopeval.wording import N_

PLACEHOLDER = re.compile(r"\{(\w+)\.(\w+)\}")
IS_WITHHELD = N_("This cannot be told here: too few units stand behind the figure ({table}).")
NOT_KNOWN = N_("This cannot be estimated from the data ({table}): {reason}.")
NO_REASON = N_("not estimable")


@dataclass(frozen=True)
class Row:
    """One row of a released table, ready for a sentence."""

    released: pd.DataFrame
    where: dict[str, object]

    @property
    def cells(self) -> pd.Series:
        """The one row; an empty one where the released table ends before it."""
        return _found(self.released, self.where)


def row(released: pd.DataFrame, **where: object) -> Row:
    """The row of a released table whose labels are as given, for use in `say`.

    Raises
    ------
    DataError
        No column of that name, or more than one row fits.
    DisclosureError
        The table has not passed the gate.
    """
    require_released(released)
    _found(released, where)
    return Row(released, where)


def _found(released: pd.DataFrame, where: dict[str, object]) -> pd.Series:
    fits = pd.Series(True, index=released.index)
    for column, value in where.items():
        if column not in released:
            raise DataError(f'a row is named by labels; the table has no column "{column}".')
        fits &= released[column].eq(value)
    if fits.sum() > 1:
        raise DataError(f"{int(fits.sum())} rows fit {where}; say more of their labels.")
    if not fits.any():  # a released series may end before: that is a finding, not a fault
        gone = pd.Series({**dict.fromkeys(released.columns, float("nan")), **where, "note": "beyond_follow_up"})
        return gone
    return released[fits].iloc[0]


def say(msgid: str, lang: str = "en", **rows: Row) -> Shown:
    """A sentence in one language; `{name.column}` stands for a figure of the row given under that name.

    Where a figure it needs is withheld or cannot be estimated, another sentence says so in its place.

    Raises
    ------
    ParameterError
        The sentence names a row or column that was not given.

    >>> from coopeval.uncertainty import share, stamp
    >>> counts = pd.DataFrame({"group": ["all"], "n_events": [10], "n": [20], "hidden": [False]})
    >>> released = stamp(share(counts), "example", "public")
    >>> print(say("{s.estimate} of {s.n} projects.", lang="en", s=row(released, group="all")))
    50% of 20 projects.
    """
    said = _sentence(msgid, lang, rows)
    tables = {name: one.released.attrs["released"] for name, one in rows.items()}
    spec = {
        "kind": "say",
        "text": msgid,
        "tables": {name: {"name": stamp["name"], "sha256": stamp["sha256"]} for name, stamp in tables.items()},
        "rows": {name: dict(one.where) for name, one in rows.items()},
    }
    return Shown(said, f'<p class="say">{escape(said)}</p>', spec)


def _sentence(msgid: str, lang: str, rows: dict[str, Row]) -> str:
    values = {}
    for name, column in PLACEHOLDER.findall(msgid):
        if name not in rows or column not in rows[name].cells.index:
            raise ParameterError(f'the sentence asks for {{{name}.{column}}}, which was not given: "{msgid}"')
        cells, about = rows[name].cells, about_of(rows[name].released)
        if not isinstance(cells[column], str) and pd.isna(cells[column]):
            return _instead(rows[name], cells, lang)
        values[name, column] = text(cells[column], column, about, lang)
    return PLACEHOLDER.sub(lambda match: values[match[1], match[2]], wording.translate(msgid, lang))


def _instead(one: Row, cells: pd.Series, lang: str) -> str:
    name = one.released.attrs["released"]["name"]
    if cells.get("hidden") is True or cells.get("note") == "withheld" or bool(cells.get("hidden") == 1):
        return wording.translate(IS_WITHHELD, lang).format(table=name)
    note = cells.get("note", "")
    reason = text(note, "note", {}, lang) if isinstance(note, str) and note else wording.translate(NO_REASON, lang)
    return wording.translate(NOT_KNOWN, lang).format(table=name, reason=reason[:1].lower() + reason[1:])
