"""A code with its label behind it, as the drop-downs of a workbook offer it: `706 · Co-operative company`.

It is read back as the code only where code and label belong together in one of the languages.
"""

from __future__ import annotations

from functools import cache

import pandas as pd

from coopeval.reference import LANGUAGES, labels
from coopeval.schema import Column
from coopeval.schema.forms import codes_of

SIGN = " · "


def labelled(column: Column, lang: str) -> dict[str, str]:
    """Code -> code with label, for each code the column may hold, in the order of the list.

    >>> from coopeval.schema import TABLES
    >>> labelled(TABLES["projects"].columns["selection"], "nl")["selected"]
    'selected · Geselecteerd'
    """
    known = labels(column.codes, lang)
    return {code: f"{code}{SIGN}{known[code]}" if code in known else code for code in codes_of(column)}


def bare(column: Column, cells: pd.Series) -> pd.Series:
    """The cells with the code alone where code and label belong together; all others as they were."""
    if not any(SIGN in text for text in set(cells.tolist())):
        return cells
    return cells.map(lambda text: _codes(column).get(text, text))


@cache
def _codes(column: Column) -> dict[str, str]:
    return {text: code for lang in LANGUAGES for code, text in labelled(column, lang).items()}
