"""The workbook of a template: written whole or not at all, the same bytes for the same contents."""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from coopeval import tables
from coopeval.errors import DataError, ParameterError, refusal
from coopeval.importers.template import words
from coopeval.importers.template.sheets import add_lists, add_rows, add_table, menus
from coopeval.reference import LANGUAGES, ROOT
from coopeval.schema import TABLES
from coopeval.tables import Dataset
from coopeval.tables.folder import place
from coopeval.tables.workbook import ABOUT, FORM, GUIDE
from coopeval.wording import N_

EPOCH, MADE_ON = (1980, 1, 1, 0, 0, 0), datetime(2000, 1, 1)  # no clock enters the file
MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


def write(file, lang: str = "en", filled=None) -> Path:
    """A workbook with a sheet for each table, to be filled in, or holding a delivery already.

    Parameters
    ----------
    file
        New .xlsx file; a relative path starts at the root of the project.
    lang
        Language of the labels in the menus: nl, fr or en. Notes and guide stand in all three.
    filled
        A delivery to fill in, as `read` takes it; without one each sheet holds the example row.

    Returns
    -------
    The file. `tables.read` of a filled one gives the tables and the digest of the delivery.

    Raises
    ------
    ParameterError
        The file exists, is no .xlsx, its folder does not exist, or lies where real data may not stand.
    DataError
        The delivery is refused, or would not read back as it is.
    """
    if lang not in LANGUAGES:
        msgid = N_('"{value}" cannot be {name}; choose one of {allowed}.')
        raise refusal(ParameterError, msgid, value=lang, name="lang", allowed=", ".join(LANGUAGES))
    at = place(file)
    _refuse_place(at)
    dataset = None if filled is None else tables.read(filled)
    if dataset is not None and not dataset.is_synthetic:
        _refuse_real(at)
    with tempfile.TemporaryDirectory(prefix=".coopeval-", dir=at.parent) as aside:
        made = Path(aside, at.name)
        made.write_bytes(content(lang, dataset))
        if dataset is not None:
            made.chmod(0o600)
            _reads_back(made, dataset)
        made.rename(at)
    return at


def content(lang: str, dataset: Dataset | None = None) -> bytes:
    """The bytes of the workbook: empty, with example rows, or holding a data set."""
    book, lists = Workbook(write_only=True), menus(lang)
    add_rows(book, GUIDE, words.guide(), (20, 60, 60, 60))
    add_rows(book, ABOUT, _about(dataset), (20, 30), ["", *map(words.about_note, words.ABOUT)])
    for name, table in TABLES.items():
        add_table(book, table, lists, lang, dataset[name] if dataset is not None and name in dataset else None)
    add_lists(book, lists)
    book.properties.title, book.properties.creator, book.properties.created = "coopeval", "coopeval", MADE_ON
    return _always_alike(book)


def _about(dataset: Dataset | None) -> list[tuple[str, object]]:
    if dataset is None:
        return [("name", "value"), ("name", ""), ("synthetic", False), ("delivered_on", "")]
    told = dataset.about
    day = dataset.delivered_on.date()
    return [("name", "value"), ("name", told["name"]), ("synthetic", dataset.is_synthetic), ("delivered_on", day)]


def _refuse_place(at: Path) -> None:
    if at.suffix.lower() != FORM:
        raise refusal(ParameterError, N_("{file} is no name of an Excel workbook: it must end in .xlsx."), file=at.name)
    if at.exists():
        msgid = N_("{file} exists already and may hold what somebody filled in. Name a new file.")
        raise refusal(ParameterError, msgid, file=at.name)
    if not at.parent.is_dir():
        msgid = N_("The folder for {file} does not exist. Make it first, or name another.")
        raise refusal(ParameterError, msgid, file=at.name)


def _refuse_real(at: Path) -> None:
    """Real data stand outside the repository, or under data/ where git does not look."""
    real, data = at.resolve(), ROOT / "data"
    kept = (data / "demo", data / "demo-2025S2", data / "reference")
    if real.is_relative_to(ROOT) and (not real.is_relative_to(data) or any(map(real.is_relative_to, kept))):
        msgid = N_("These data are real and {file} would lie in the repository. Name a file outside it or under data/.")
        raise refusal(ParameterError, msgid, file=at.name)


def _reads_back(made: Path, dataset: Dataset) -> None:
    again = tables.read(made)
    before, now = dataset.about["digests"], again.about["digests"]
    differ = [name for name in TABLES if before.get(name) != now.get(name)]
    if differ or again.about["digest"] != dataset.about["digest"]:
        msgid = N_("A workbook cannot hold these tables exactly as they are: {tables}. Nothing was written; keep CSV.")
        raise refusal(DataError, msgid, tables=", ".join(differ) or ABOUT)


def _always_alike(book: Workbook) -> bytes:
    """The file without the moment it was made: openpyxl writes the clock into it, and the zip does so again."""
    raw, made = io.BytesIO(), io.BytesIO()
    book.save(raw)
    with zipfile.ZipFile(raw) as before, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as after:
        for member in sorted(before.namelist()):
            held = before.read(member)
            if member == "docProps/core.xml":
                held = MODIFIED.sub(rb"\g<1>" + MADE_ON.isoformat().encode() + b"Z", held)
            if member.startswith("xl/worksheets/sheet"):
                held = _with_extent(held)
            entry = zipfile.ZipInfo(member, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            after.writestr(entry, held)
    return made.getvalue()


def _with_extent(held: bytes) -> bytes:
    """The size of a sheet before its rows: without it a reader goes through all of them once more to learn it."""
    rows = held.count(b"<row ")
    columns = held[: held.index(b"</row>")].count(b"<c ")
    extent = f'<dimension ref="A1:{get_column_letter(columns)}{rows}"/>'.encode()
    return held.replace(b"<sheetViews>", extent + b"<sheetViews>", 1)
