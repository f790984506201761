"""What a released table lets a figure draw: its groups in reading order, their labels, and what is withheld."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from coopeval import reference
from coopeval.errors import DataError, ParameterError
from coopeval.figures.lettering import named, visible
from coopeval.uncertainty import LISTED, about_of, in_reading_order, require_released
from coopeval.wording import LANGUAGES, N_, day, number, translate
from coopeval.wording.levels import level
from coopeval.wording.typography import listed

ALL, WITHHELD = "all", "withheld"
NAMED = 12  # so many withheld groups are named, the others counted
SENTENCES = {"title": "what it shows, as a question or a finding", "alt": "one sentence with what there is to see"}
TELLS = N_("Withheld, too few units: {names}")
OTHERWISE = N_("{reason}: {names}")
MORE = N_("and {count} more")
AS_OF = N_("as of {day}")
SECTIONS = ("at_months", "year_after", "years", *LISTED, "bandwidth")
AFTER = N_("After {months} months")
WITHIN = N_("Within {points} points of the threshold")
YEAR_AFTER = N_("Year N+{years}")
YEAR_ZERO = N_("Year N")
BOUNDS = "bounds"
INTERVAL = N_("Limits drawn: {level} interval.")
BETWEEN_BOUNDS = N_("Limits drawn: bounds, if none or all of the unknown ones counted.")
RANGE = N_("Limits drawn: from the lowest to the highest published figure; no confidence interval.")
OPEN = N_("An open end means: no limit on that side.")
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
    if about_of(table)["kind"] == "balance":
        return visible(level(str(code), lang))
    return coded(about_of(table)["codes"], code, lang)


def coded(codes: object, code: object, lang: str) -> str:
    """The label of a code; the code itself where it stands in no list."""
    known = reference.labels(str(codes), lang) if codes else {}
    if code == reference.OTHERS or (code == reference.UNKNOWN and not codes):
        known = reference.labels("notes", lang)
    return named(known.get(str(code), code))


def is_shown(table: pd.DataFrame) -> pd.Series:
    """True where a row has an estimate that may be drawn."""
    shown = np.isfinite(table["estimate"].to_numpy(dtype=float, na_value=np.nan))
    if "hidden" in table:
        shown &= ~table["hidden"].to_numpy(dtype=bool)
    return pd.Series(shown, index=table.index)


def sections_of(table: pd.DataFrame) -> list[str]:
    """The columns besides the group that tell rows apart; one comparator for all rows tells nothing."""
    told = [column for column in SECTIONS if column in table and table[column].astype(str).ne("").any()]
    return [column for column in told if column != "against" or table[column].nunique() > 1]


def heading(column: str, value: object, lang: str) -> str:
    """A month, year, or code of a list in words."""
    if column == "at_months":
        return translate(AFTER, lang).format(months=number(value, "months", lang))
    if column == "year_after":
        years = number(value, "count", lang)
        return translate(YEAR_AFTER, lang).format(years=years) if value else translate(YEAR_ZERO, lang)
    if column == "bandwidth":
        return translate(WITHIN, lang).format(points=number(value, "count", lang))
    return visible(str(value)) if column == "years" else coded(LISTED[column], value, lang)


def missing(table: pd.DataFrame, lang: str, by: Sequence[str] = ()) -> list[str]:
    """One line per reason for what is not drawn: withheld first, then the notes of the table.

    A group of which some rows are drawn is named with the months, years or causes (`by`) that are not.
    """
    shown = is_shown(table)
    drawn = set(table.loc[shown, "group"])
    found: dict[str, dict[str, list[str]]] = {}
    for _, row in in_reading_order(table[~shown]).iterrows():
        if row["group"] in drawn and not by:
            continue
        groups = found.setdefault(_reason(row), {})
        parts = groups.setdefault(label(row["group"], table, lang), [])
        if row["group"] in drawn:
            parts.append(", ".join(heading(column, row[column], lang) for column in by))
    return [_told(reason, groups, lang) for reason, groups in sorted(found.items(), key=lambda r: r[0] != WITHHELD)]


def _reason(row: pd.Series) -> str:
    if bool(row.get("hidden", False)):
        return WITHHELD
    return str(row.get("note", "")) or "not_estimable"


def _told(reason: str, groups: Mapping[str, Sequence[str]], lang: str) -> str:
    names = [f"{name} ({listed(parts, lang)})" if parts else name for name, parts in groups.items()]
    said = ", ".join(names[:NAMED])
    if len(names) > NAMED:
        said += " " + translate(MORE, lang).format(count=number(len(names) - NAMED, "count", lang))
    if reason == WITHHELD:
        return translate(TELLS, lang).format(names=said)
    return translate(OTHERWISE, lang).format(reason=coded("notes", reason, lang), names=said)


def n_words(n: float, lang: str) -> str:
    """The number of units, never broken over two lines."""
    return translate(SIZE, lang).format(n=number(n, "count", lang)).replace(" ", NO_BREAK)


def limits_told(table: pd.DataFrame, lang: str) -> list[str]:
    """What `low` and `high` are, where any of them is drawn."""
    if not {"low", "high"} <= set(table):
        return []
    shown = is_shown(table).to_numpy()
    low, high = (table[edge].notna().to_numpy() & shown for edge in ("low", "high"))
    if not (low | high).any():
        return []
    about = about_of(table)
    if BOUNDS in (about["interval"], about["method"]):
        return [translate(BETWEEN_BOUNDS, lang)]
    if about["kind"] == "published" and not about["interval"]:
        return [translate(RANGE, lang)]
    told = [translate(INTERVAL, lang).format(level=number(about["level"], "share", lang))]
    return told + ([translate(OPEN, lang)] if (low ^ high).any() else [])


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
