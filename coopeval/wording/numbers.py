"""Numbers and days as each language writes them, whatever the machine is set to."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from babel import dates
from babel import numbers as babel_numbers

from coopeval.errors import ParameterError

LOCALES = {"nl": "nl_BE", "fr": "fr_BE", "en": "en_GB"}  # babel's en_BE writes 1.234,5 as Dutch does
DIGITS = {
    "share": 0, "points": 0, "months": 1, "projects": 0, "enterprises": 0, "jobs": 0, "persons": 0, "rows": 0,
    "count": 0, "events": 0, "fte": 1, "hours": 1, "eur": 0, "ratio": 2, "test": 2, "p": 3, "plain": 2,
}  # fmt: skip
MAY_BE_WHOLE = {"months", "fte", "hours", "plain"}  # written without decimals where there are none
AROUND = {"nl": "{}%", "fr": "{}\u202f%", "en": "{}%"}
EUR = {"nl": "€\u00a0{}", "fr": "{}\u00a0€", "en": "€{}"}
EMPTY = "–"
NONE_AT_ALL = 1e-9  # closer than this to 0 or 1, a share is the result of arithmetic, not of one unit


def number(value, unit: str, lang: str, digits: int | None = None) -> str:
    """A number of a unit in a language; a dash where there is none, never a zero.

    A share that is neither nought nor everyone is never written as such. `points` are differences of shares.

    >>> number(0.4256, "share", "nl"), number(1234.5, "eur", "en"), number(float("nan"), "share", "fr")
    ('43%', '€1,235', '–')
    >>> number(0.003, "share", "en"), number(0.9999, "share", "en"), number(0.0001, "p", "nl")
    ('0.3%', '> 99.9%', '< 0,001')
    """
    if unit not in DIGITS:
        raise ParameterError(f'"{unit}" is not a unit. Choose one of {", ".join(DIGITS)}.')
    if lang not in LOCALES:
        raise ParameterError(f'"{lang}" is not a language of the reports. Choose one of {", ".join(LOCALES)}.')
    if _is_missing(value):
        return EMPTY
    value = float(value)
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    places = _places(value, unit) if digits is None else digits
    exact = Decimal(repr(value)) * (100 if unit in ("share", "points") else 1)
    rounded, sign = _bounded(exact, places, unit)
    written = _written(abs(rounded), places, lang)
    minus = "−" if rounded < 0 else ""
    if unit == "eur" and lang == "en":
        return sign + minus + EUR[lang].format(written)
    written = minus + written
    if unit == "share":
        written = AROUND[lang].format(written)
    return sign + (EUR[lang].format(written) if unit == "eur" else written)


def common_digits(values: Iterable[float], unit: str) -> int | None:
    """Decimals with which a whole column is written, so that its points stand below each other.

    >>> common_digits([12.0, 18.5], "months"), common_digits([12.0, 18.0], "months"), common_digits([0.5], "share")
    (1, 0, None)
    """
    if unit not in MAY_BE_WHOLE:
        return None
    known = [float(value) for value in values if not _is_missing(value) and math.isfinite(value)]
    return 0 if all(value.is_integer() for value in known) else DIGITS[unit]


def day(when, lang: str) -> str:
    """A day in words, from an ISO day or anything that writes itself as one.

    >>> day("2026-06-30", "nl"), day("2026-06-01", "fr"), day("2026-06-30", "en")
    ('30 juni 2026', '1er juin 2026', '30 June 2026')
    """
    if _is_missing(when) or when == "":
        return EMPTY
    found = date.fromisoformat(str(when)[:10])
    words = dates.format_date(found, format="d MMMM y", locale=LOCALES[lang])
    return words.replace("1 ", "1er ", 1) if lang == "fr" and found.day == 1 else words


def _is_missing(value) -> bool:
    return value is None or type(value).__name__ in ("NAType", "NaTType") or bool(value != value)


def _places(value: float, unit: str) -> int:
    """Decimals of one number: one more for a share that would else read as nobody or everybody."""
    if unit == "share" and NONE_AT_ALL < value < 1 - NONE_AT_ALL and _rounded(value * 100, 0) in (0, 100):
        return 1
    return 0 if unit in MAY_BE_WHOLE and value.is_integer() else DIGITS[unit]


def _bounded(exact: Decimal, places: int, unit: str) -> tuple[Decimal, str]:
    """The rounded number, or the bound it stays within where rounding would make it nothing or everything."""
    rounded, step = _rounded(exact, places), Decimal(1).scaleb(-places)
    if unit == "p" and rounded == 0:
        return step, "< "
    if unit == "share" and rounded == 0 and exact > 100 * NONE_AT_ALL:
        return step, "< "
    if unit == "share" and rounded == 100 and exact < 100 * (1 - NONE_AT_ALL):
        return 100 - step, "> "
    return rounded, ""


def _rounded(exact: Decimal | float, places: int) -> Decimal:
    return Decimal(exact).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def _written(rounded: Decimal, places: int, lang: str) -> str:
    return f"{rounded:,.{places}f}".translate(_signs(lang))


@cache
def _signs(lang: str) -> dict[int, str]:
    """What stands in a language for the signs that Python writes between thousands and before decimals."""
    locale = LOCALES[lang]
    return str.maketrans({",": babel_numbers.get_group_symbol(locale), ".": babel_numbers.get_decimal_symbol(locale)})
