"""Keeps the catalogues of Dutch and French in step with the sentences of the suite.

python -m coopeval.wording.catalogue update    adds new sentences, marks changed ones, drops those no longer said
python -m coopeval.wording.catalogue check     lists what is missing, stale or has other placeholders or spaces, also in
                                               data/reference; 1 if there is any
"""

from __future__ import annotations

import csv
import difflib
import io
import re
import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from coopeval.wording.harvest import sentences
from coopeval.wording.messages import LANGUAGES, ROOT, catalogue_path
from coopeval.wording.typography import spaced

PLACEHOLDER = re.compile(r"\{[^{}]*\}")
NAMES = re.compile(r"`[^`]*`|\]\([^)]*\)")  # names of things and addresses of links are the same in every language
TRANSLATED = tuple(lang for lang in LANGUAGES if lang != "en")
ALIKE = 0.8  # as alike as this, a sentence counts as a changed one and keeps its translation, marked fuzzy


def read(lang: str, root: Path = ROOT) -> Catalog:
    """The catalogue of a language, empty where there is none yet."""
    path = catalogue_path(lang, root)
    if not path.exists():
        return Catalog(locale=lang)
    with path.open("rb") as file:
        return read_po(file, locale=lang)


def updated(old: Catalog, said: dict[str, list[str]]) -> Catalog:
    """A catalogue of exactly the sentences that are said, with the translations there are."""
    known = {message.id: message for message in old if message.id}
    lang = str(old.locale)
    gone = [msgid for msgid in known if msgid not in said and known[msgid].string]
    new = Catalog(locale=old.locale, fuzzy=False)
    for msgid, places in said.items():
        kept, fuzzy = known.get(msgid), False
        if kept is None and (close := difflib.get_close_matches(msgid, gone, n=1, cutoff=ALIKE)):
            kept, fuzzy = known[close[0]], True
        string = kept.string if kept is not None else ""
        flags = {"fuzzy"} if string and (fuzzy or kept.fuzzy) else set()
        new.add(msgid, spaced(string, lang), locations=[(place, None) for place in places], flags=flags)
    return new


def written(catalogue: Catalog, lang: str) -> bytes:
    """The catalogue as bytes that depend on nothing but its sentences."""
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=0, omit_header=True, sort_output=False, include_lineno=False)
    head = f'msgid ""\nmsgstr ""\n"Language: {lang}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    return head.encode() + buffer.getvalue().strip() + b"\n"


def complaints(lang: str, said: dict[str, list[str]], root: Path = ROOT) -> list[str]:
    """What is wrong with a catalogue, one line per sentence."""
    catalogue = read(lang, root)
    known = {message.id: message for message in catalogue if message.id}
    found = []
    for msgid, places in said.items():
        message = known.get(msgid)
        if message is None or not message.string:
            found.append(f"{lang}: not translated: {msgid!r} ({places[0]})")
        elif message.fuzzy:
            found.append(
                f"{lang}: the English sentence changed, look at the translation again: {msgid!r} ({places[0]})"
            )
        elif not _same(PLACEHOLDER, message):
            found.append(f"{lang}: other placeholders than the English sentence: {msgid!r} ({places[0]})")
        elif not _same(NAMES, message):
            found.append(f"{lang}: other names or links than the English sentence: {msgid!r} ({places[0]})")
        elif message.string != spaced(message.string, lang):
            found.append(f"{lang}: a line may end before a sign; run update: {msgid!r} ({places[0]})")
    found += [f"{lang}: no longer said anywhere: {msgid!r}" for msgid in known if msgid not in said]
    return found


def listed_complaints(lang: str, root: Path = ROOT) -> list[str]:
    """What is wrong with the words of a language in data/reference (columns such as `label_fr`), one line per cell."""
    found = []
    for path in sorted((root / "data" / "reference").rglob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file)
            own = [column for column in rows.fieldnames or () if column == lang or column.endswith(f"_{lang}")]
            for row in rows if own else ():
                wrong = [column for column in own if row[column] != spaced(row[column], lang)]
                found += [
                    f"{lang}: a line may end before a sign; write no-break spaces (U+00A0) and the card's new sha256: "
                    f"{row[column]!r} ({path.name} line {rows.line_num}, {column})" for column in wrong
                ]  # fmt: skip
    return found


def _same(kept: re.Pattern, message: Message) -> bool:
    return set(kept.findall(message.id)) == set(kept.findall(message.string))


def update(root: Path, said: dict[str, list[str]]) -> None:
    """Write the catalogues of all languages anew."""
    for lang in TRANSLATED:
        path = catalogue_path(lang, root)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(written(updated(read(lang, root), said), lang))


def main(arguments: list[str], root: Path = ROOT) -> int:
    """`update` or `check`; returns the exit code."""
    if arguments not in (["update"], ["check"]):
        print(__doc__, file=sys.stderr)
        return 2
    said = sentences(root)
    if arguments == ["update"]:
        update(root, said)
    found = {lang: [*complaints(lang, said, root), *listed_complaints(lang, root)] for lang in TRANSLATED}
    for lang, lines in found.items():
        print(*lines, f"{lang}: {len(said)} sentences, {len(lines)} to look at", sep="\n")
    return 1 if any(found.values()) and arguments == ["check"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
