"""What a released table lets a figure draw: its groups in released order, their labels, and what is withheld."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from coopeval import reference
from coopeval.errors import DataError, ParameterError
from coopeval.figures.lettering import named, visible
from coopeval.uncertainty import about_of, require_released
from coopeval.wording import LANGUAGES, N_, day, number, translate

ALL, WITHHELD = "all", "withheld"
NAMED = 12  # so many withheld groups are named, the others counted
SENTENCES = {"title": "what it shows, as a question or a finding", "alt": "one sentence with what there is to see"}
TELLS = N_("Withheld: {names} (too few units)")
MORE = N_("and {count} more")
AS_OF = N_("as of {day}")
SIZE = N_("n = {n}")
NO_BREAK = "\u00a0"


def admit(tables: Mapping[str, pd.DataFrame], columns: tuple[str, ...], lang: str, **texts: str) -> None:
    """Refuse what may not or cannot be drawn: not released, no title or alt text, no such column or language."""
    for table in tables.values():
        require_released(table)
    if lang not in LANGUAGES:
        raise ParameterError(f'"{lang}" is not a language of the reports. Choose one of {", ".join(LANGUAGES)}.')
    for word, text in texts.items():
        if not isinstance(text, str) or not text.strip():
            raise ParameterError(f'A figure needs {word}: {SENTENCES[word]}. Write {word}="..." in the call.')
    for table in tables.values():
        missing = [column for column in columns if column not in table]
        if missing:
            name = table.attrs["released"]["name"]
            raise DataError(f'"{name}" has no column {", ".join(missing)}; this figure draws nothing without. Add it.')


def label(code: object, table: pd.DataFrame, lang: str) -> str:
    """The name of a group in a language, odd characters made visible."""
    if code == ALL:
        return translate(N_("All"), lang)
    return coded(about_of(table)["codes"], code, lang)


def coded(codes: object, code: object, lang: str) -> str:
    """The label of a code; the code itself where it stands in no list."""
    known = reference.labels(str(codes), lang) if codes else {}
    if code == reference.UNKNOWN and not codes:
        known = reference.labels("notes", lang)
    return named(known.get(str(code), code))


def is_shown(table: pd.DataFrame) -> pd.Series:
    """True where a row has an estimate that may be drawn."""
    hidden = table["hidden"].astype(bool) if "hidden" in table else pd.Series(False, index=table.index)
    return ~hidden & np.isfinite(table["estimate"].astype(float))


def missing_groups(table: pd.DataFrame, lang: str) -> list[str]:
    """One line per reason for the groups nothing is drawn of: withheld first, then the notes of the table."""
    shown = set(table.loc[is_shown(table), "group"])
    reasons: dict[str, list[str]] = {}
    for group, rows in table.groupby("group", sort=False):
        if group not in shown:
            reasons.setdefault(_reason(rows), []).append(label(group, table, lang))
    return [_told(reason, names, lang) for reason, names in sorted(reasons.items(), key=lambda r: r[0] != WITHHELD)]


def _reason(rows: pd.DataFrame) -> str:
    if "hidden" in rows and rows["hidden"].astype(bool).any():
        return WITHHELD
    notes = [note for note in rows.get("note", pd.Series(dtype=str)) if note]
    return str(notes[0]) if notes else "not_estimable"


def _told(reason: str, names: list[str], lang: str) -> str:
    listed = ", ".join(names[:NAMED])
    if len(names) > NAMED:
        listed += " " + translate(MORE, lang).format(count=number(len(names) - NAMED, "count", lang))
    if reason == WITHHELD:
        return translate(TELLS, lang).format(names=listed)
    return f"{coded('notes', reason, lang)}: {listed}"


def n_words(n: float, lang: str) -> str:
    """The number of units, never broken over two lines."""
    return translate(SIZE, lang).format(n=number(n, "count", lang)).replace(" ", NO_BREAK)


def who(table: pd.DataFrame, lang: str) -> str:
    """Whom the figure is about, and as of when."""
    about = about_of(table)
    parts = [translate(str(about["population"]), lang)] if about["population"] else []
    if about["as_of"]:
        parts.append(translate(AS_OF, lang).format(day=day(about["as_of"], lang)))
    text = visible(", ".join(parts))
    return text[:1].upper() + text[1:]


def estimand(table: pd.DataFrame, lang: str) -> str:
    """What the axis shows, as the table says it."""
    said = str(about_of(table)["estimand"])
    text = visible(translate(said, lang)) if said else ""
    return text[:1].upper() + text[1:]
