"""Pseudonyms at the door: a keyed digest in place of the numbers of persons, experts and enterprises.

A digest without a key hides nothing: all enterprise numbers that can exist are tried in seconds, and so are the
national numbers of everybody born on a day. The key never enters the repository, a parameter or a report.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import re
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from coopeval.errors import DataError, ParameterError, refusal
from coopeval.reference import ROOT
from coopeval.schema.forms import is_enterprise_number
from coopeval.tables.delivered import as_text
from coopeval.tables.folder import place
from coopeval.tables.personal import is_national_number
from coopeval.wording import N_

PURPOSES = {"persons": "p_", "experts": "x_", "enterprises": "e_"}  # each has a key of its own, derived from the one
KEY, KEY_FILE = "COOPEVAL_KEY", "COOPEVAL_KEY_FILE"
SIGNS = 20  # of 5 bits: two of a billion persons fall together once in a thousand billion deliveries
FORM = re.compile(rf"(?<![a-z0-9_])[{''.join(p[0] for p in PURPOSES.values())}]_[a-z2-7]{{{SIGNS}}}(?![a-z0-9_])")
SHORTEST = 32  # bytes
FEWEST = 16  # different bytes among them: what chance gives always exceeds it, what a hand types does not
KEEP = ("", "unknown")
COLUMNS = {"person_id": "persons", "expert_id": "experts"}  # of a delivery


class Key(bytes):
    """The secret; shown nowhere, not even in a traceback."""

    def __repr__(self) -> str:
        return "<Key>"

    __str__ = __repr__


def key_from(environment: Mapping[str, str] | None = None, apart_from: Iterable[Path] = ()) -> Key:
    """The key: at least 64 hexadecimal digits, in the file that COOPEVAL_KEY_FILE names or in COOPEVAL_KEY itself.

    Parameters
    ----------
    environment
        Where to look; default the environment of the process.
    apart_from
        Folders in which the file may not lie, such as that of the delivery. The project is always one of them.

    Raises
    ------
    ParameterError
        No key, or two; a file that others may read, or that lies beside what it protects; a key too short or typed
        by hand. The message holds neither key nor path.
    """
    environment = os.environ if environment is None else environment
    named = [name for name in (KEY, KEY_FILE) if environment.get(name)]
    if len(named) != 1:
        msgid = N_("One of {one} and {other} must give the key. docs/pseudonyms.md says how to make one.")
        raise refusal(ParameterError, msgid, one=KEY_FILE, other=KEY)
    text = environment[KEY] if named == [KEY] else _of_file(Path(environment[KEY_FILE]).expanduser(), apart_from)
    text = text.strip()
    if not re.fullmatch(r"(?:[0-9a-fA-F]{2})+", text) or len(text) < 2 * SHORTEST or len(set(_bytes(text))) < FEWEST:
        msgid = N_("The key is not {n} hexadecimal digits drawn by chance. docs/pseudonyms.md says how to make one.")
        raise refusal(ParameterError, msgid, n=2 * SHORTEST)
    return Key(_bytes(text))


def pseudonym(values: pd.Series, purpose: str, key: bytes) -> pd.Series:
    """A pseudonym in place of each value; empty and unknown stay what they are.

    Spellings of one number give one pseudonym: spaces, dots, dashes, capitals, BE and a lost first zero do not count.

    Parameters
    ----------
    values
        Numbers or keys as text.
    purpose
        `persons`, `experts` or `enterprises`: the same number has another pseudonym for each.
    key
        As `key_from` gives it.

    Raises
    ------
    DataError
        Check digits that are wrong (it would be somebody else), or values that are pseudonyms already.

    Source
    ------
    HMAC with SHA-256 (RFC 2104), one derived key per purpose; 100 bits of it in base 32.

    >>> key = bytes(range(32))
    >>> pseudonym(pd.Series(["85.07.30-033 28", "85073003328", "unknown"]), "persons", key).tolist()
    ['p_udtcsvwvfc2c43i24uff', 'p_udtcsvwvfc2c43i24uff', 'unknown']
    """
    if purpose not in PURPOSES:
        msgid = N_("There are no pseudonyms for {purpose}; choose one of {purposes}.")
        raise refusal(ParameterError, msgid, purpose=purpose, purposes=", ".join(PURPOSES))
    texts = values.where(values.notna(), "").map(str).map(lambda text: _plain(text, purpose))
    if any(FORM.fullmatch(text) for text in texts):
        raise refusal(DataError, N_("There are pseudonyms among these values already. Start from the source."))
    wrong = texts.index[[_is_wrong(text, purpose) for text in texts]]
    if len(wrong):
        msgid = N_("{n} numbers have wrong check digits, the first on line {line}. Correct them at the source.")
        raise refusal(DataError, msgid, n=len(wrong), line=wrong[0])
    own = hmac.digest(key, f"coopeval pseudonyms 1 {purpose}".encode(), "sha256")
    known = {text: text if text in KEEP else PURPOSES[purpose] + _signs(own, text) for text in texts.unique()}
    return texts.map(known)


def copy(data, folder, key: bytes) -> Path:
    """A delivery once more as CSV in a new folder, pseudonyms in `person_id` and `expert_id`, all else as it was.

    Raises
    ------
    DataError
        The delivery cannot be read line by line, holds formulas, or its numbers are wrong.
    ParameterError
        The folder exists already.
    """
    about, raws = as_text(data)
    at = place(folder)
    if at.exists():
        raise refusal(ParameterError, N_("{folder} exists already. Name a new folder."), folder=at.name)
    frames = {name: _replaced(raw.frame, key) for name, raw in raws.items()}
    at.mkdir(parents=True, mode=0o700)
    for name, frame in frames.items():
        frame.to_csv(at / f"{name}.csv", index=False, lineterminator="\n")
    (at / "datapackage.json").write_text(json.dumps(about, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return at


def _replaced(frame: pd.DataFrame, key: bytes) -> pd.DataFrame:
    made = {name: pseudonym(frame[name], purpose, key) for name, purpose in COLUMNS.items() if name in frame}
    return frame.assign(**made)


def _of_file(path: Path, apart_from: Iterable[Path]) -> str:
    if not path.is_file():
        raise refusal(ParameterError, N_("The file that {name} names is not there."), name=KEY_FILE)
    real = path.resolve()
    if any(real.is_relative_to(Path(folder).resolve()) for folder in (ROOT, *apart_from)):
        msgid = N_("The file that {name} names lies in the project or beside the data. Keep the key apart from them.")
        raise refusal(ParameterError, msgid, name=KEY_FILE)
    if os.name == "posix" and real.stat().st_mode & 0o077:
        msgid = N_("The file that {name} names can be read by others. Make it yours alone: chmod 600.")
        raise refusal(ParameterError, msgid, name=KEY_FILE)
    with real.open("rb") as file:
        return file.read(10_000).decode("ascii", "replace")


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text)


def _plain(text: str, purpose: str) -> str:
    """The one spelling of a number or key."""
    text = " ".join(unicodedata.normalize("NFC", text).casefold().split())
    digits = re.sub(r"[ ./-]", "", text)
    if purpose != "enterprises":
        return digits if re.fullmatch(r"[0-9]{11}", digits) else text
    digits = digits.removeprefix("be")
    return digits.zfill(10) if re.fullmatch(r"[0-9]{9,10}", digits) else text


def _is_wrong(text: str, purpose: str) -> bool:
    if purpose == "enterprises":
        return bool(re.fullmatch(r"[0-9]{10}", text)) and not is_enterprise_number(text)
    return bool(re.fullmatch(r"[0-9]{11}", text)) and not is_national_number(text)


def _signs(key: bytes, text: str) -> str:
    return base64.b32encode(hmac.digest(key, text.encode("utf-8"), hashlib.sha256)).decode("ascii")[:SIGNS].lower()
