"""Numbers and days as each language writes them, whatever the machine is set to."""

from __future__ import annotations

import math

import pandas as pd
from babel import dates
from babel import numbers as babel_numbers

LOCALES = {"nl": "nl_BE", "fr": "fr_BE", "en": "en_GB"}  # en_BE would write 1.234,5 as Dutch does
DIGITS = {"months": 1, "fte": 1, "hours": 0, "eur": 0, "ratio": 2, "test": 2, "p": 3, "plain": 2}
SHARE = {"nl": "0%", "fr": "0\u202f%", "en": "0%"}
EUR = {"nl": "¤\u00a0#,##0", "fr": "#,##0\u00a0¤", "en": "¤#,##0"}
EMPTY = "–"


def number(value, unit: str, lang: str, digits: int | None = None) -> str:
    """A number of a unit in a language; a dash where there is none, never a zero.

    >>> number(0.4256, "share", "nl"), number(1234.5, "eur", "en"), number(float("nan"), "share", "fr")
    ('43%', '€1,234', '–')
    """
    if value is None or pd.isna(value):
        return EMPTY
    locale = LOCALES[lang]
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    if unit == "share":
        return babel_numbers.format_percent(value, SHARE[lang].replace("0", _pattern(digits or 0)), locale=locale)
    if unit == "eur" and not digits:
        return babel_numbers.format_currency(round(value), "EUR", EUR[lang], locale=locale, currency_digits=False)
    places = DIGITS.get(unit, 0) if digits is None else digits
    if float(value).is_integer() and digits is None:
        places = 0
    return babel_numbers.format_decimal(round(float(value), places), _pattern(places, grouped=True), locale=locale)


def _pattern(places: int, grouped: bool = False) -> str:
    return ("#,##0" if grouped else "0") + ("." + "0" * places if places else "")


def day(when, lang: str) -> str:
    """A day in words.

    >>> day("2026-06-30", "nl"), day("2026-06-30", "fr"), day("2026-06-30", "en")
    ('30 juni 2026', '30 juin 2026', '30 June 2026')
    """
    if when is None or when == "" or pd.isna(when):
        return EMPTY
    return dates.format_date(pd.Timestamp(when).date(), format="d MMMM y", locale=LOCALES[lang])
