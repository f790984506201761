"""Why a cell is not in its form, and what would be right: the code of the fault and what its sentence needs."""

from __future__ import annotations

import difflib
import re
from datetime import date, timedelta

from coopeval.schema import Column
from coopeval.schema.forms import FIRST_YEAR, LAST_YEAR, codes_of
from coopeval.tables.labelled import SIGN
from coopeval.tables.personal import shown

CURRENCY = re.compile(r"(USD|GBP|CHF|JPY|CAD|AUD|SEK|NOK|DKK|PLN|BEF|US\$|[$£¥])", re.I)
EURO = re.compile(r"\s*(EUR|euros?|€)\s*", re.I)
MONTHS = """januari februari maart april mei juni juli augustus september oktober november december
janvier février mars avril mai juin juillet août septembre octobre novembre décembre
january february march april may june july august september october november december"""
IN_WORDS = {name: at % 12 + 1 for at, name in enumerate(MONTHS.split())}
SPOKEN = re.compile(r"(\d{1,2})(?:er|e|st|nd|rd|th)?\.?\s+([^\W\d]+)\s+(\d{4})")
SLASHED = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})")
ISO_TIME = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:?\d{2})?")


def explained(column: Column, check: str, value: str) -> tuple[str, dict[str, object]]:
    """Code of the fault, and the values its sentence and remedy need (`expected`, `instead`, ...).

    >>> from coopeval.schema import TABLES
    >>> explained(TABLES["support"].columns["given_on"], "day", "31/12/2023")
    ('E-DATE-02', {'expected': 'YYYY-MM-DD', 'instead': '2023-12-31'})
    """
    if check == "filled":
        return "E-EMPTY-01", {"expected": column.meaning, "meaning": column.meaning}
    if check == "range":
        return _out_of_range(column, value)
    if check == "code":
        return _code(column, value)
    if check == "day":
        return _day(value)
    if check in ("number", "integer"):
        return _number(check, value)
    return {
        "boolean": ("E-BOOL-01", {"expected": "true, false"}),
        "enterprise_number": ("E-KBO-01", {"expected": "0123456749"}),
        "postcode": ("E-FORM-01", {"expected": "1000"}),
        "nace": ("E-FORM-01", {"expected": "62010"}),
        "country": ("E-FORM-01", {"expected": "BE"}),
        "period": ("E-FORM-01", {"expected": "2026S1, 2025, 2022-2026"}),
    }[check]


def _out_of_range(column: Column, value: str) -> tuple[str, dict]:
    low = "" if column.low is None else f"{column.low:g}"
    high = "" if column.high is None else f"{column.high:g}"
    if column.low is not None and float(value) < column.low:
        return "E-RANGE-01", {"expected": f">= {low}", "low": low}
    return "E-RANGE-02", {"expected": f"<= {high}", "high": high}


def _code(column: Column, value: str) -> tuple[str, dict]:
    about = {"expected": column.codes, "list": column.codes}
    allowed = codes_of(column)
    instead = _alike(column, value, allowed)
    return ("E-CODE-01", {**about, "instead": instead}) if instead else ("E-CODE-02", about)


def _alike(column: Column, value: str, allowed: tuple[str, ...]) -> str:
    from coopeval.reference import codes

    said = {}
    labels = codes(column.codes)
    for name in ("code", "label_nl", "label_fr", "label_en"):
        if name in labels:
            said |= {str(text).casefold(): str(code) for text, code in zip(labels[name], labels["code"], strict=True)}
    said |= {str(code).casefold(): str(code) for code in allowed}
    low = value.casefold()
    plain = re.sub(r"[\s_-]+", "_", low)
    tries = (low, low.partition(SIGN)[0], plain, low.zfill(3), low.zfill(4), re.sub(r"\.(\d)$", r".0\1", low))
    code = next((said[one] for one in tries if one in said), None)
    if code is None and (near := difflib.get_close_matches(low, said, n=1, cutoff=0.75)):
        code = said[near[0]]
    return code or ""


def _day(value: str) -> tuple[str, dict]:
    about = {"expected": "YYYY-MM-DD"}
    if timed := ISO_TIME.fullmatch(value):
        midnight = timed[3] is None and not timed[2].strip("0:.")
        return ("E-DATE-02", {**about, "instead": timed[1]}) if midnight else ("E-DATE-08", about)
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        return ("E-DATE-04" if _known(value) is None else "E-DATE-07"), about
    if slashed := SLASHED.fullmatch(value):
        return _slashed(*slashed.groups())
    if re.fullmatch(r"\d{1,4}[/.\- ]\d{1,2}[/.\- ]\d{1,2}", value) and not re.match(r"\d{4}", value):
        return "E-DATE-06", about
    if turned := re.fullmatch(r"(\d{4})[/. ]?(\d{2})[/. ]?(\d{2})", value) or re.fullmatch(
        r"(\d{4})-(\d{1,2})-(\d{1,2})", value
    ):
        instead = f"{turned[1]}-{int(turned[2]):02d}-{int(turned[3]):02d}"
        return ("E-DATE-02", {**about, "instead": instead}) if _known(instead) else ("E-DATE-04", about)
    if re.fullmatch(r"[2-6]\d{4}(\.0*)?", value):
        serial = date(1899, 12, 30) + timedelta(days=int(float(value)))
        return "E-DATE-05", {**about, "instead": serial.isoformat()}
    if (spoken := SPOKEN.fullmatch(value)) and (month := IN_WORDS.get(spoken[2].casefold())):
        return _day(f"{spoken[3]}-{month}-{spoken[1]}")
    return "E-DATE-01", about


def _slashed(first: str, second: str, year: str) -> tuple[str, dict]:
    readings = {f"{year}-{int(b):02d}-{int(a):02d}" for a, b in ((first, second), (second, first))}
    days = sorted(day for day in readings if _known(day) is not None)
    about = {"expected": "YYYY-MM-DD"}
    if not days:
        return "E-DATE-04", about
    if len(days) == 1:
        in_range = FIRST_YEAR <= int(year) <= LAST_YEAR and days[0] != "1900-01-01"
        return ("E-DATE-02", {**about, "instead": days[0]}) if in_range else ("E-DATE-07", about)
    return "E-DATE-03", {**about, "one": days[0], "other": days[1]}


def _known(day: str) -> date | None:
    try:
        return date.fromisoformat(day)
    except ValueError:
        return None


def _number(check: str, value: str) -> tuple[str, dict]:
    about = {"expected": "1234" if check == "integer" else "1234.50"}
    if CURRENCY.search(value):
        return "E-MONEY-01", about
    bare = EURO.sub("", value)
    if value.strip("+-").lower() in ("inf", "infinity", "nan", "na", "n/a", "null", "none", "#n/a", "#value!", "#ref!"):
        return "E-NUM-04", about
    if check == "integer" and re.fullmatch(r"-?\d*\.\d+", bare):
        return "E-NUM-05", about
    instead = _plain_number(re.sub(r"[\s\u00a0\u202f'’]", "", bare))
    if instead is None or instead == value:
        return ("E-NUM-03", about) if re.search(r"\d[.,]\d", bare) else ("E-NUM-01", about)
    return "E-NUM-02", {**about, "instead": instead}


def _plain_number(text: str) -> str | None:
    """The figure where thousands and decimals are told apart beyond doubt.

    >>> _plain_number("1.234,50"), _plain_number("1,234.50"), _plain_number("12,5"), _plain_number("1,234")
    ('1234.50', '1234.50', '12.5', None)
    """
    if re.fullmatch(r"-?\d+(\.\d{1,2}|\.\d{4,})?", text):
        return text
    if re.fullmatch(r"-?\d{1,3}(\.\d{3})+,\d+", text) or re.fullmatch(r"-?\d{1,3}(\.\d{3}){2,}", text):
        return text.replace(".", "").replace(",", ".")
    if re.fullmatch(r"-?\d{1,3}(,\d{3})+\.\d+", text) or re.fullmatch(r"-?\d{1,3}(,\d{3}){2,}", text):
        return text.replace(",", "")
    if re.fullmatch(r"-?(\d+,(\d{1,2}|\d{4,})|0,\d{3}|\d{4,},\d{3})", text):
        return text.replace(",", ".")
    return None


def quoted(column: Column, value: str) -> str:
    """What may be shown of a cell: nothing where the column is personal."""
    return "" if column.privacy == "personal" or column.form == "enterprise_number" else shown(value)
