"""What must never be repeated or taken in: national numbers, and columns that hold persons and were not declared."""

from __future__ import annotations

import re
import unicodedata

LONGEST_SHOWN = 40
NATIONAL = re.compile(r"(?<!\d)(\d{2})[. ]?(\d{2})[. ]?(\d{2})[- .]?(\d{3})[. -]?(\d{2})(?!\d)")
EMAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
PERSONAL_NAMES = re.compile(
    r"(niss|insz|inss|rijksregister|registre_?national|national_?(nr|number|register)|rrn|birth|geboorte|naissance"
    r"|e_?mail|courriel|phone|telefoon|t[eé]l[eé]phone|gsm|first_?name|last_?name|surname|voornaam|achternaam|familienaam"
    r"|pr[eé]nom|address|adres|iban|nationality|nationaliteit|nationalit[eé])",
    re.I,
)


def is_national_number(text: str) -> bool:
    """Whether a national register number stands somewhere in the text: eleven digits, a day of birth, check digits.

    >>> is_national_number("85.07.30-033.28"), is_national_number("0403170701")
    (True, False)
    """
    for year, month, day, serial, check in NATIONAL.findall(text):
        if int(month) % 20 > 12 or int(day) > 31:  # months are raised by 20 or 40 in bis numbers
            continue
        body = int(year + month + day + serial)
        if int(check) in (97 - body % 97, 97 - (2_000_000_000 + body) % 97):
            return True
    return False


def is_personal(text: str) -> bool:
    """Whether a national number or an e-mail address stands somewhere in the text, which is then never repeated.

    >>> is_personal("write to a.b@c.be"), is_personal("P0001")
    (True, False)
    """
    return is_national_number(text) or EMAIL.search(text) is not None


def shown(value: str) -> str:
    """A value made fit for a message: shortened, hidden signs made visible, national numbers and addresses left out.

    >>> shown("a\\u202eb\\tc")
    'a<U+202E>b<U+0009>c'
    """
    if is_personal(value):
        return ""
    short = value if len(value) <= LONGEST_SHOWN else value[: LONGEST_SHOWN - 1] + "…"
    return "".join(_visible(sign) for sign in short)


def _visible(sign: str) -> str:
    hidden = unicodedata.category(sign) in ("Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn")
    return f"<U+{ord(sign):04X}>" if hidden else sign
