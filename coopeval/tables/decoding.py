"""From the bytes of a file to its text, or to the reason why its letters cannot be trusted."""

from __future__ import annotations

import codecs
import re
import unicodedata

from coopeval.errors import Fault

UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# UTF-8 that was read as Windows-1252 and saved again: an accented capital A, or the head of a curly quote
MOJIBAKE = re.compile("Ã[\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€")
# Bytes that are letters in Windows-1252 and nothing of sense in the code pages of DOS and old Macs, and the few
# signs that Dutch and French text needs besides: euro, curly apostrophe, oe, section, guillemets, degree.
WINDOWS_1252 = frozenset({*range(0xC0, 0x100), 0x80, 0x92, 0x8C, 0x9C, 0xA0, 0xA7, 0xAB, 0xB0, 0xBB} - {0xD7, 0xF7})


def text_of(content: bytes, table: str, file: str) -> tuple[str | None, list[Fault]]:
    """The text, in composed characters, and what was found on the way; None when it cannot be read."""

    def fault(code: str, line: int | None = None, **values) -> Fault:
        return Fault(code, table, file, line, values=values)

    if not content.strip(codecs.BOM_UTF8 + b" \t\r\n"):
        return None, [fault("E-FILE-04")]
    if content.startswith(UTF16) or _is_utf16_without_mark(content):
        return None, [fault("E-TEXT-01")]
    faults = []
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = line_of(content[: error.start].decode("latin-1"))
        if not _is_windows_1252(content):
            return None, [fault("E-TEXT-02", line)]
        text = content.decode("cp1252")
        faults.append(fault("W-TEXT-01", line))
    text = unicodedata.normalize("NFC", text)
    if odd := list(CONTROL.finditer(text)):
        faults += [fault("E-TEXT-03", line_of(text[: m.start()]), sign=f"U+{ord(m[0]):04X}") for m in odd[:100]]
        return None, faults
    if broken := MOJIBAKE.search(text):
        faults.append(fault("W-TEXT-02", line_of(text[: broken.start()])))
    return text, faults


def line_of(before: str) -> int:
    """Line on which the sign after `before` stands, as an editor counts: a new line after LF, CR LF or CR.

    >>> line_of("a\\r\\nb\\nc")
    3
    """
    return 1 + before.count("\n") + before.count("\r") - before.count("\r\n")


def _is_utf16_without_mark(content: bytes) -> bool:
    head = content[:2000]
    return len(head) > 3 and max(head[0::2].count(0), head[1::2].count(0)) > len(head) // 4


def _is_windows_1252(content: bytes) -> bool:
    """Only when every byte above ASCII is one we would expect, and none of them looks like UTF-8 cut in pieces."""
    if re.search(rb"[\xc3-\xf4][\x80-\xbf]", content):
        return False
    return {byte for byte in content if byte > 0x7F} <= WINDOWS_1252
