"""What must stand in nothing published or committed: traces of a machine, its user or a run, and numbers of persons.

A number of eleven digits is a national number, and one of ten an enterprise number, only where its check digits are
right: ordinary figures do not match.
"""

from __future__ import annotations

import getpass
import io
import os
import re
import socket
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from coopeval.provenance.digests import ROOT
from coopeval.wording import N_

LONGEST = 60  # of what is shown of a find
PERSONAL = "•"  # stands for a find that must not be repeated
ARCHIVES = (".xlsx", ".zip", ".ods", ".docx")
STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.S)
LARGEST = 20  # decompressed to at most so many megabytes: a bomb is no document
# Of a picture: pairs of figures in a row, which read like numbers. What a pattern begins with is what is looked for.
STROKES = re.compile(r"[<d](?:(?<=<)use [^>]*>|(?<=d)(?<!\wd)=\"[^\"]*\")")


@dataclass(frozen=True)
class Leak:
    """One find: where it stands and what it is."""

    line: int
    kind: str  # msgid
    shown: str


@dataclass(frozen=True)
class Rule:
    """One sort of thing that must not stand there."""

    kind: str
    pattern: re.Pattern
    signs: tuple[str, ...] = ()  # without any of these the pattern need not be tried
    is_one: Callable[[re.Match], bool] = lambda match: True
    is_personal: bool = False


def leaks(name: str, content: bytes, is_published: bool = True) -> list[Leak]:
    """What a file holds that must not be published.

    Parameters
    ----------
    name
        Of the file; its ending says how it is read. Spreadsheets and other archives are opened, and so are the
        compressed parts of PDF and PNG files, where programs put their name, a place and a time.
    is_published
        Also what no page may hold, though source code may: times of a run, a line of a traceback.

    >>> [leak.kind for leak in leaks("page.html", b"made in /home/els/reports")]
    ['an absolute path']
    """
    return [leak for text in _texts(name, content) for leak in _in_text(text, is_published)]


@lru_cache(maxsize=256)  # the same parts stand in every spreadsheet: its styles, its theme, its list of files
def _in_text(text: str, is_published: bool) -> tuple[Leak, ...]:
    found = []
    for rule in (*RULES, *(OF_PAGES if is_published else ()), *of_this_machine()):
        if rule.signs and not any(sign in text for sign in rule.signs):
            continue
        for match in rule.pattern.finditer(text):
            if rule.is_one(match):
                shown = PERSONAL if rule.is_personal else _short(match[0])
                found.append(Leak(text.count("\n", 0, match.start()) + 1, rule.kind, shown))
    return tuple(found)


def _texts(name: str, content: bytes) -> Iterator[str]:
    """Everything in a file that can be read as text."""
    suffix = Path(name).suffix.lower()
    if suffix in ARCHIVES:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.infolist():
                yield f"{member.filename}\n"
                if _is_plain(member):
                    yield from _of_member(member.filename, member.compress_type, _packed(content, member))
                else:
                    yield from _texts(member.filename, archive.read(member))
        return
    if suffix == ".pdf":
        for stream in STREAM.finditer(content):
            yield _inflated(stream[1]).decode("latin-1")
    if suffix == ".png":
        yield from (text.decode("latin-1") for text in _png_texts(content))
        return
    text = content.decode("utf-8" if suffix != ".pdf" else "latin-1", errors="replace")
    yield STROKES.sub(lambda match: "\n" * match[0].count("\n"), text) if suffix == ".svg" else text


def _is_plain(member: zipfile.ZipInfo) -> bool:
    """Whether a member is packed in the usual way, under no password, and is no bomb."""
    how = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    return member.compress_type in how and not member.flag_bits & 1 and member.file_size < LARGEST * 2**20


def _packed(content: bytes, member: zipfile.ZipInfo) -> bytes:
    """A member of an archive as it stands there, behind its own header."""
    header = member.header_offset + zipfile.sizeFileHeader
    start = header + sum(struct.unpack_from("<HH", content, header - 4))  # the name once more, and what is added to it
    return content[start : start + member.compress_size]


@lru_cache(maxsize=256)  # most parts of a spreadsheet stand in every other one too
def _of_member(name: str, how: int, packed: bytes) -> tuple[str, ...]:
    content = packed if how == zipfile.ZIP_STORED else _inflated(packed, -zlib.MAX_WBITS)
    return tuple(_texts(name, content))


def _inflated(packed: bytes, window: int = zlib.MAX_WBITS) -> bytes:
    try:
        return zlib.decompressobj(window).decompress(packed, LARGEST * 2**20)
    except zlib.error:
        return b""


def _png_texts(content: bytes) -> Iterator[bytes]:
    """The text pieces of a PNG, packed or not; its pixels are no text."""
    at = 8
    while at + 12 <= len(content):
        size, kind = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        piece = content[at + 8 : at + 8 + size]
        if kind in (b"tEXt", b"iTXt", b"tIME", b"eXIf"):
            yield kind + b" " + piece
        elif kind == b"zTXt":
            word, _, packed = piece.partition(b"\0")
            yield word + b" " + _inflated(packed[1:])
        at += size + 12


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def is_national_number(digits: str) -> bool:
    """Whether eleven digits are a number of the national register: a day of birth that can be, and check digits.

    >>> is_national_number("85073003328"), is_national_number("85073003329")
    (True, False)
    """
    month, day, check = int(digits[2:4]), int(digits[4:6]), int(digits[9:])
    if month % 20 > 12 or day > 31 or digits[:6] == "000000":  # bis numbers add 20 or 40 to the month
        return False
    return check in (97 - int(digits[:9]) % 97, 97 - int("2" + digits[:9]) % 97)


def is_enterprise_number(digits: str) -> bool:
    """Whether ten digits are an enterprise number.

    >>> is_enterprise_number("0206731645"), is_enterprise_number("0206731646")
    (True, False)
    """
    return digits[0] in "01" and digits[:4] != "0000" and int(digits[8:]) == 97 - int(digits[:8]) % 97


def _digits(match: re.Match) -> str:
    return re.sub(r"\D", "", match[0])


PATH = N_("an absolute path")
RUN = N_("a trace of a run")
BIRTH = r"(?:\d{5}|\d\.\d{2}\.\d{2}|\d \d{2} \d{2})"  # what follows its first digit, which is what is looked for
HOMES = ("home", "root", "Users", "tmp", "var", "private", "mnt", "work", "workspace", "builds")
RULES = (
    Rule(
        PATH,
        re.compile(rf"(?:file://|(?<![\w./:-]))/(?:{'|'.join(HOMES)})/[\w.~+-]+"),
        tuple(f"/{home}/" for home in HOMES),
    ),
    Rule(PATH, re.compile(r"\b[A-Za-z]:\\+(?:Users|Temp|Windows|Documents)\b[^\s\"'<]*"), (":\\",)),
    Rule(
        RUN,
        re.compile(r"ipykernel_\d\w*|Traceback \(most recent call last\)|File \"[^\"\n]+\", line \d+"),
        ("ipykernel_", "Traceback", 'File "'),
    ),
    Rule(RUN, re.compile(r"<(?:[\w.]+ )?(?:object|function|module|class)\b[^<>]* at 0x[0-9a-f]{6,}>"), (" at 0x",)),
    Rule(N_("a private key"), re.compile(r"-----BEGIN (?!SSH SIGNATURE|CERTIFICATE)[A-Z0-9 ]+-----"), ("-----BEGIN ",)),
    Rule(
        N_("a national number"),
        re.compile(rf"\d(?<![\w.,+-]\d)(?:\d{{10}}|{BIRTH}[ -]\d{{3}}[. -]?\d{{2}})(?![\w-]|[.,]\d)"),
        is_one=lambda match: is_national_number(_digits(match)),
        is_personal=True,
    ),
    Rule(
        N_("an enterprise number"),
        re.compile(r"[01](?:(?<![\w.,+-][01])|(?<=\bBE[01]))\d{3}([. ]?)\d{3}\1\d{3}(?![\w-]|[.,]\d)"),
        is_one=lambda match: is_enterprise_number(_digits(match)),
        is_personal=True,
    ),
)
OF_PAGES = (
    Rule(N_("a time of a run"), re.compile(r"20\d\d-\d\d-\d\d[T ](?!00:00(?::00)?\b)\d\d:\d\d(?::\d\d)?")),
    Rule(N_("a number of a process"), re.compile(r"\b(?:pid|process)[ =:]+\d{2,}\b"), ("pid", "process")),
    Rule(
        N_("a parameter as it was given"),
        re.compile(
            r"[deos](?<!\w[deos])(?:(?<=d)ata|(?<=e)arlier|(?<=o)ut|(?<=s)ign)(?:: ?str)? ?= ?(?:[\"']|&#3[49];|&quot;)"
        ),
        ("data", "earlier", "out", "sign"),
    ),
)


@cache
def of_this_machine() -> tuple[Rule, ...]:
    """The places, the user and the name of the machine that looks: whoever publishes looks before publishing."""
    places = {str(place) for place in (ROOT, Path.home(), Path(tempfile.gettempdir()).resolve()) if len(str(place)) > 4}
    here = re.compile("|".join(re.escape(place) + r"(?![\w-])" for place in sorted(places)))
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = str(os.getuid())
    host = socket.gethostname()
    # Whoever publishes may be named on the page, and his machine like a word: alone neither counts.
    names = [rf"(?<!\w){re.escape(user)}@{re.escape(host)}(?![\w.-])"]
    if len(host) >= 6 and not host.isalpha() and host != "localhost":
        names.append(rf"(?<![\w-]){re.escape(host)}(?![\w-])")
    name = re.compile("|".join(names))
    return (Rule(PATH, here, tuple(places)), Rule(N_("the name of a user or a machine"), name, (host,)))
