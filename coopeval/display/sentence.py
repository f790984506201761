"""Sentences whose numbers come from released tables, so that prose and table can never disagree."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

import pandas as pd

from coopeval import wording
from coopeval.display.cells import text, unit
from coopeval.display.rows import Row
from coopeval.display.shown import Shown, described, template
from coopeval.display.silence import instead
from coopeval.errors import ParameterError
from coopeval.wording import N_

PLACEHOLDER = re.compile(r"\{(\w+)\.(\w+)\}")
OF_THE_TABLE = {"level": "share", "as_of": "day"}  # what a sentence may ask of the whole table
POINTS, POINT = N_("{n} percentage points"), N_("{n} percentage point")
NO_LIMIT = N_("a limit that cannot be given")


def say(msgid: str, lang: str = "en", **rows: Row) -> Shown:
    """A sentence in one language; `{name.column}` stands for a figure of the row given under that name.

    Where a figure it needs is withheld or cannot be estimated, another sentence says so in its place. Where only a
    limit of an interval has no value, words stand for it.

    Parameters
    ----------
    msgid
        English sentence of the catalogues. `{name.level}` and `{name.as_of}` are those of the row's table.
    rows
        What `row` returned, by the name used in the sentence.

    Raises
    ------
    ParameterError
        The sentence names a row or column that was not given; another language.

    >>> from coopeval.display.rows import row
    >>> from coopeval.uncertainty import share, stamp
    >>> counts = pd.DataFrame({"group": ["all"], "n_events": [10], "n": [20], "hidden": [False]})
    >>> released = stamp(share(counts), "example", "public")
    >>> print(say("{s.estimate} of {s.n} projects.", lang="en", s=row(released, group="all")))
    50% of 20 projects.
    """
    needed = _needed(msgid, rows)
    silent = next((rows[name] for name, column in needed if _is_silent(rows[name], column)), None)
    if silent is None:
        values = {(name, column): _value(rows[name], column, lang) for name, column in needed}
        said = PLACEHOLDER.sub(lambda match: values[match[1], match[2]], wording.translate(msgid, lang))
    else:
        columns = [column for name, column in needed if rows[name] is silent]
        said = instead(silent, columns, lang)
    spec = described(
        "say",
        {name: one.released for name, one in rows.items()},
        text=msgid,
        rows={name: {"table": name, "where": dict(one.where)} for name, one in rows.items()},
    )
    html = template("say.html").render(said=said, lang=lang, is_missing=silent is not None).strip()
    return Shown(said, html, spec)


def _needed(msgid: str, rows: Mapping[str, Row]) -> list[tuple[str, str]]:
    needed = PLACEHOLDER.findall(msgid)
    for name, column in needed:
        if name not in rows:
            raise ParameterError(f'The sentence asks for "{name}", which was not given: {msgid}')
        if column not in rows[name].released and column not in OF_THE_TABLE:
            raise ParameterError(f"The sentence asks for {{{name}.{column}}}, a column its table lacks: {msgid}")
    return needed


def _is_silent(one: Row, column: str) -> bool:
    """Whether the sentence cannot be said for want of this figure."""
    if column not in one.released:
        return False
    if column in ("low", "high"):  # a known estimate may have an interval without end
        return one.is_withheld or ("estimate" in one.cells and pd.isna(one.cells["estimate"]))
    return bool(pd.isna(one.cells[column]))


def _value(one: Row, column: str, lang: str) -> str:
    if column not in one.released:
        told = one.about[column]
        return wording.day(told, lang) if OF_THE_TABLE[column] == "day" else wording.number(told, "share", lang)
    value = one.cells[column]
    if column in ("low", "high") and (pd.isna(value) or math.isinf(value)):
        return wording.translate(NO_LIMIT, lang)
    written = text(value, column, one.about, lang)
    if column == "estimate" and unit(column, one.about) == "points":  # its limits stand beside it and need no word
        return wording.translate(POINT if written.strip("−") == "1" else POINTS, lang).format(n=written)
    return written
