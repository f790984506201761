"""One cell of a released table as text: by its column, its unit and the language."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

import pandas as pd

from coopeval import reference, wording
from coopeval.wording import N_

ALL = N_("All")
WITHHELD = N_("withheld")
COUNTS = {"n", "at_risk", "n_events", "df", "n_enterprises", "n_persons", "n_projects", "observed"}
IN_UNIT = {"estimate", "se", "low", "high", "reference"}
SHARES = {"largest_share", "two_largest_share"}
WORDS = {"group": "", "cause": "causes", "note": "notes"}


def text(value, column: str, about: Mapping, lang: str) -> str:
    """A cell as a reader sees it; nothing where there is no figure.

    >>> text(0.5, "estimate", {"unit": "share"}, "en"), text(float("nan"), "n", {}, "en"), text(12.0, "n", {}, "nl")
    ('50%', '–', '12')
    """
    if column in WORDS:
        return words(value, WORDS[column] or str(about.get("codes", "")), lang)
    if isinstance(value, str):
        return visible(wording.translate(value, lang)) if value else wording.EMPTY
    if column in COUNTS or column.startswith("n_"):
        return wording.number(value, "count", lang)
    if column in SHARES:
        return wording.number(value, "share", lang)
    if column == "p" or column.startswith("p_"):
        return wording.number(value, "p", lang)
    if column in IN_UNIT:
        return wording.number(value, str(about.get("unit", "plain")), lang, places(about))
    return wording.number(value, "plain", lang)


def places(about: Mapping) -> int | None:
    """Digits of estimates: shares of published sources keep the decimal they were published with."""
    return 1 if about.get("unit") == "share" and about.get("privacy") == "published" else None


def words(value, codes: str, lang: str) -> str:
    """The label of a code, or the text itself made safe to look at."""
    if value is None or (isinstance(value, float) and pd.isna(value)) or value == "":
        return ""
    if value == "all":
        return wording.translate(ALL, lang)
    return visible(reference.label(codes, str(value), lang) if codes else str(value))


def visible(value: str) -> str:
    """Text with control and direction characters shown as marks, so that no name can disturb a page.

    >>> visible("a" + chr(0x202E) + "b")
    'a\N{REPLACEMENT CHARACTER}b'
    """
    hidden = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    return "".join("\N{REPLACEMENT CHARACTER}" if unicodedata.category(c) in hidden else c for c in value)
