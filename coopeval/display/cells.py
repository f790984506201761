"""One cell of a released table as text: by its column, its unit and the language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

import pandas as pd

from coopeval import reference, wording
from coopeval.wording import EMPTY, N_, day, number, statistics, translate
from coopeval.wording.levels import level

ALL, UNKNOWN = "all", "unknown"
ALL_OF_THEM = N_("All")
COUNTS = {"n", "at_risk", "n_events", "df", "observed"}
AS_THE_TABLE = {
    "estimate", "se", "low", "high", "standardised", "limit_low", "limit_high", "predicted_low",
    "predicted_high",
}  # fmt: skip
DIFFERENCES = {"difference", "effect"}  # kinds whose shares are apart by percentage points
AMOUNTS = {"eur", "hours", "fte", "months", "plain"}
CODES = {
    "cause": "causes", "state": "path_states", "legal_family": "legal_families", "project_type": "project_types",
    "note": "notes", "definition": "published_definitions", "clock": "published_clocks",
    "confidence": "confidences", "own": "answers", "counted_in": "practice_units",
    "status": "target_statuses", "sense": "target_senses", "poolability": "poolability", "against": "arms",
    "design": "designs", "headline": "headlines", "perimeter": "perimeters", "missing_rule": "missing_rules",
    "adjustment": "adjustments", "verified": "rate_sources", "answer": "reporting_answers", "choice": "choices",
}  # fmt: skip
OF_KIND = {"specification": {"definition": "study_definitions", "clock": "study_clocks"}}
COVARIATES = "covariates"  # what groups a table whose groups are covariates or their levels
ONE_DECIMAL = ("expected", "statistic", "e_value", "e_value_limit")
GROUPS = {"group", "reference"}  # labels of the code list that the table names
TODAY, TODAY_WORD = "today", N_("Today")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
OF_STATISTICS = {"published_series": statistics.series, "flags": statistics.flags, "measured_in": statistics.units}
NO_BREAK, NARROW = "\u00a0", "\u202f"  # spaces of our numbers; only the plain one counts as printable
UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def text(value, column: str, about: Mapping, lang: str, digits: int | None = None) -> str:
    """A cell as a reader sees it: a dash where there is no figure, nothing where there is no word.

    >>> text(0.5, "estimate", {"unit": "share"}, "en"), text(float("nan"), "n", {}, "en"), text(12.0, "n", {}, "nl")
    ('50%', '–', '12')
    """
    if column in OF_STATISTICS:
        return visible(OF_STATISTICS[column](value, lang)) if value else wording.EMPTY
    if column in GROUPS | set(CODES):
        return label(value, column, about, lang)
    if column == "period" and value == TODAY:
        return translate(TODAY_WORD, lang)
    if isinstance(value, str):
        return visible(day(value, lang) if DAY.fullmatch(value) else value) or EMPTY
    if isinstance(value, pd.Timestamp):
        return day(value, lang)
    return number(value, unit(column, about), lang, places(column, about) if digits is None else digits)


def unit(column: str, about: Mapping) -> str:
    """The unit in which a column is counted.

    >>> unit("estimate", {"unit": "share", "kind": "difference"}), unit("exposure_months", {}), unit("p_adjusted", {})
    ('points', 'months', 'p')
    """
    if column in AS_THE_TABLE:
        of_table = str(about.get("unit", "plain"))
        return "points" if of_table == "share" and about.get("kind") in DIFFERENCES else of_table
    if column in ("numerator", "denominator"):
        summed = str(about.get(f"{column}_unit", ""))
        return summed if summed in AMOUNTS else "count"
    if about.get("kind") == "balance" and column in ("before", "after"):
        return "ratio"
    if about.get("kind") == "league" and column == "expected":
        return str(about.get("unit", "plain"))
    if column == "moved":
        return "points" if about.get("unit") == "share" else str(about.get("unit", "plain"))
    if column in ("before", "target"):
        return str(about.get("unit", "plain"))
    if column in ("detectable", "method", "revision", "new_facts"):
        return "points" if about.get("unit") == "share" else str(about.get("unit", "plain"))
    if column in COUNTS or column.startswith("n_"):
        return "plain" if column == "observed" else "count"
    if column == "p" or column.startswith("p_"):
        return "p"
    if column.endswith("_share") or column.startswith("share_"):
        return "share"
    ending = column.rpartition("_")[2]
    return ending if ending in ("months", "eur", "fte", "hours") else "plain"


def places(column: str, about: Mapping) -> int | None:
    """Digits of a column, where its unit does not settle them: published shares keep the decimal they were given."""
    if column in ("method", "revision", "new_facts") and about.get("unit") == "share":
        return 1  # a change of less than a point is a change
    if column in ONE_DECIMAL and not (column == "expected" and about.get("kind") == "league"):
        return 1  # as exact as the gate leaves them
    of_share = column in AS_THE_TABLE and about.get("unit") == "share"
    return 1 if of_share and about.get("privacy") == "published" else None


def label(value, column: str, about: Mapping, lang: str) -> str:
    """The label of a code; the text itself, made safe to look at, where it stands in no list."""
    if not isinstance(value, str):
        return "" if pd.isna(value) else visible(str(value))
    if value == ALL and column in GROUPS:
        return translate(ALL_OF_THEM, lang)
    if column in GROUPS and (about.get("by") == COVARIATES or (column, about.get("kind")) == ("group", "balance")):
        return visible(level(value, lang))
    codes = OF_KIND.get(str(about.get("kind")), {}).get(column) or CODES.get(column) or str(about.get("codes", ""))
    known = reference.labels(codes, lang) if codes else {}
    if (value == reference.OTHERS and column in GROUPS) or (value == UNKNOWN and not codes):
        known = reference.labels("notes", lang)
    return visible(known.get(value, value))


def visible(value: str) -> str:
    """Text with control and direction characters shown as marks, so that no name can disturb a page.

    >>> visible("a" + chr(0x202E) + "b")
    'a‹U+202E›b'
    """
    if value.isascii() and value.isprintable():
        return value
    signs = unicodedata.normalize("NFC", value)
    if (
        signs.replace(NO_BREAK, " ").replace(NARROW, " ").isprintable()
    ):  # as nearly everything is: not looked at sign by sign
        return signs
    return "".join(f"‹U+{ord(s):04X}›" if unicodedata.category(s) in UNSEEN else s for s in signs)
