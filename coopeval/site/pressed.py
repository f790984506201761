"""A zip of members that are pressed once: workbooks share most of what is in them, and one sheet may change alone.

`zipfile` presses whatever it writes, and knows no way to take a member as it lies in another file.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

VERSION, UNIX, DEFLATED, FIRST_DAY = 20, 3, 8, 33  # of the form; the first day a zip can name, at midnight
OWNERS = 0o600 << 16  # rights of a member, as zipfile gives them
BEFORE, MEMBER, END = struct.Struct("<4s5H3L2H"), struct.Struct("<4s2B5H3L5H2L"), struct.Struct("<4s4H2LH")
SHARED = 256  # members that are pressed once


@dataclass(frozen=True)
class Pressed:
    """A member as it lies in the file."""

    content: bytes
    size: int
    check: int  # CRC-32 of what it was before

    def whole(self) -> bytes:
        """What it was before."""
        return zlib.decompress(self.content, -zlib.MAX_WBITS)


def press(content: bytes) -> Pressed:
    """A member, pressed as zipfile does it."""
    pressing = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return Pressed(pressing.compress(content) + pressing.flush(), len(content), zlib.crc32(content))


shared = lru_cache(maxsize=SHARED)(press)


def zipped(members: Mapping[str, Pressed]) -> bytes:
    """The members as one file, in the order of their names and of no day: what zipfile writes, byte for byte.

    Source: PKWARE, APPNOTE.TXT, .ZIP File Format Specification, sections 4.3.7, 4.3.12 and 4.3.16.

    >>> zipfile.ZipFile(io.BytesIO(zipped({"a.txt": press(b"as it was")}))).read("a.txt")
    b'as it was'
    """
    made, listed = io.BytesIO(), []
    for name in sorted(members):
        member, at = members[name], made.tell()
        told = 0, DEFLATED, 0, FIRST_DAY, member.check, len(member.content), member.size, len(name), 0
        made.write(BEFORE.pack(b"PK\3\4", VERSION, *told) + name.encode("ascii") + member.content)
        entry = MEMBER.pack(b"PK\1\2", VERSION, UNIX, VERSION, *told, 0, 0, 0, OWNERS, at)
        listed.append(entry + name.encode("ascii"))
    index = b"".join(listed)
    end = END.pack(b"PK\5\6", 0, 0, len(listed), len(listed), len(index), made.tell(), 0)
    return made.getvalue() + index + end


def members(file: bytes) -> dict[str, Pressed]:
    """The members of such a file, as they lie in it."""
    found = {}
    for entry in zipfile.ZipFile(io.BytesIO(file)).infolist():
        start = entry.header_offset + BEFORE.size + len(entry.filename)
        content = file[start : start + entry.compress_size]
        found[entry.filename] = Pressed(content, entry.file_size, entry.CRC)
    return found
