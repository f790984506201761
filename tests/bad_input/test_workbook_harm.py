"""Files that only look like a workbook, or mean harm: refused before anything is read, never an accident."""

import warnings
import zipfile

import pytest
from faulty_folder import looked_at, many
from hypothesis import given
from hypothesis import strategies as st
from workbooks import P, book_of, repacked, saved

from coopeval import tables
from coopeval.tables import archive
from coopeval.tables import folder as places


def codes(path):
    return [fault.code for fault in tables.check(path)]


@pytest.fixture
def path(folder):
    return saved(book_of(folder), folder)


def with_part(name, content):
    return lambda parts: parts | {name: content}


def in_sheet(old, new):
    def change(parts):
        sheet = "xl/worksheets/sheet2.xml"
        assert old in parts[sheet]
        return parts | {sheet: parts[sheet].replace(old, new)}

    return change


SPOILED = {
    "macros": (with_part("xl/vbaProject.bin", b"x"), "E-BOOK-02"),
    "declared for macros": (
        lambda parts: parts | {"[Content_Types].xml": parts["[Content_Types].xml"].replace(
            b"spreadsheetml.sheet.main", b"ms-excel.sheet.macroEnabled.main")}, "E-BOOK-02"),
    "the binary form": (with_part("xl/workbook.bin", b"x"), "E-BOOK-02"),
    "a name that leads out": (with_part("../../evil.xml", b"<x/>"), "E-BOOK-05"),
    "a name from the root": (with_part("/etc/evil.xml", b"<x/>"), "E-BOOK-05"),
    "two parts of one name": (with_part("XL/Workbook.xml", b"<x/>"), "E-BOOK-05"),
    "a document type": (in_sheet(b"<worksheet", b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet'), "E-BOOK-05"),
    "a part that grows beyond measure": (with_part("xl/media/image.png", bytes(30_000_000)), "E-BOOK-04"),
    "rows that go back": (in_sheet(b'<row r="3"', b'<row r="2"'), "E-BOOK-01"),
    "a row past the last": (in_sheet(b'<row r="4"', b'<row r="99999999999"'), "E-BOOK-01"),
    "text in sixteen bits": (lambda parts: parts | {
        "xl/workbook.xml": parts["xl/workbook.xml"].decode().encode("utf-16")}, "E-BOOK-01"),
    "a sheet cut short": (lambda parts: parts | {
        "xl/worksheets/sheet2.xml": parts["xl/worksheets/sheet2.xml"][:-200]}, "E-BOOK-01"),
    "another encoding than it should be": (
        in_sheet(b"<worksheet", b'<?xml version="1.0" encoding="UTF-7"?><worksheet'), "E-BOOK-01"),
    "a document type in a part of another name": (
        with_part("xl/media/image1.png", b'\xef\xbb\xbf <?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a/>'),
        "E-BOOK-05"),
    "cells far to the right": (
        in_sheet(b"</sheetData>", b"".join(
            b'<row r="%d"><c r="XFD%d"/></row>' % (row, row) for row in range(10, 3000)) + b"</sheetData>"),
        "E-BOOK-04"),
    "a name with a drive": (with_part("C:evil.xml", b"<x/>"), "E-BOOK-05"),
    "a name with the other slash": (with_part("..\\evil.xml", b"<x/>"), "E-BOOK-05"),
    "no workbook inside": (lambda parts: {"readme.txt": b"x"}, "E-BOOK-01"),
}  # fmt: skip


@pytest.mark.promise("P4")
@pytest.mark.parametrize("change, code", SPOILED.values(), ids=SPOILED.keys())
def test_what_no_honest_workbook_has_is_refused(path, change, code):
    assert codes(repacked(path, change)) == [code]


def test_a_link_inside_is_not_followed(path):
    link = zipfile.ZipInfo("xl/media/link.xml")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "a") as packed:
        packed.writestr(link, "/etc/passwd")
    assert codes(path) == ["E-BOOK-05"]


def test_a_part_with_a_password_and_one_packed_in_another_way_are_refused(path):
    content = bytearray(path.read_bytes())
    at = content.index(b"PK\1\2")
    path.write_bytes(bytes(content[: at + 8]) + bytes([content[at + 8] | 1]) + bytes(content[at + 9 :]))
    assert codes(path) == ["E-BOOK-03"]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as packed:
        packed.writestr("xl/workbook.xml", b"<x/>")
    assert codes(path) == ["E-BOOK-05"]


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.999])
def test_a_workbook_cut_short_is_refused(path, share):
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    assert codes(path) == ["E-BOOK-01"]


def test_links_to_other_workbooks_are_left_alone(folder, path):
    link = b'<externalLink xmlns="x"><externalBook r:id="nowhere"/></externalLink>'  # not even XML that can be read
    repacked(path, with_part("xl/externalLinks/externalLink1.xml", link))
    assert tables.read(path).about["digest"] == tables.read(folder.at).about["digest"]


def test_too_many_parts_and_too_large_a_whole_are_refused(path, monkeypatch):
    monkeypatch.setattr(archive, "MOST_PARTS", 5)
    assert codes(path) == ["E-BOOK-04"]
    monkeypatch.undo()
    monkeypatch.setattr(places, "LARGEST", path.stat().st_size)
    assert codes(path) == ["E-BOOK-04"]
    monkeypatch.setattr(places, "LARGEST", path.stat().st_size - 1)
    assert codes(path) == ["E-FILE-06"]


@pytest.mark.parametrize("form", [".xlsm", ".xlsb", ".xls", ".ods", ".XLSM"])
def test_other_forms_are_refused_with_a_way_out(path, form):
    other = path.rename(path.with_suffix(form))
    assert codes(other) == ["E-BOOK-02"]
    assert "Save it as an Excel workbook (.xlsx)" in tables.report(tables.check(other))


def test_a_password_or_the_old_form_is_said(path):
    path.write_bytes(archive.OLD_OR_LOCKED + bytes(500))
    assert codes(path) == ["E-BOOK-03"]
    path.write_bytes(archive.OLD_OR_LOCKED + "Workbook".encode("utf-16-le"))
    assert codes(path) == ["E-BOOK-07"]
    path.write_bytes(archive.OLD_OR_LOCKED + "EncryptedPackage".encode("utf-16-le") + "Workbook".encode("utf-16-le"))
    assert codes(path) == ["E-BOOK-03"]


def test_a_file_that_is_neither_folder_nor_workbook_is_refused(tmp_path):
    (tmp_path / "all.pdf").write_bytes(b"x")
    assert codes(tmp_path / "all.pdf") == ["E-FILE-08"]


@pytest.mark.parametrize("lang", ["nl", "fr", "en"])
def test_no_message_shows_the_way_to_the_file(path, lang):
    path.write_bytes(b"PK")
    assert str(path.parent) not in tables.report(tables.check(path), lang)


def test_nothing_is_written_and_no_warning_of_the_reader_comes_through(folder, path):
    before = sorted(one.name for one in path.parent.iterdir()), path.read_bytes()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        tables.check(path)
    assert (sorted(one.name for one in path.parent.iterdir()), path.read_bytes()) == before


@pytest.mark.promise("P4")
@many(12, 300)
@given(where=st.floats(0, 1), new=st.binary(min_size=1, max_size=8), part=st.sampled_from(
    ["xl/worksheets/sheet2.xml", "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml", "xl/worksheets/sheet4.xml"]
))  # fmt: skip
def test_any_damage_to_a_part_is_met_without_an_accident(folder, where, new, part):
    def damage(parts):
        content = parts[part]
        start = int(where * len(content))
        return parts | {part: content[:start] + new + content[start + len(new) :]}

    path = repacked(saved(book_of(folder), folder), damage)
    faults, _ = looked_at(path)
    assert tables.report(faults, "fr").count("\n") <= len(faults)


@pytest.mark.promise("P4")
@many(8, 200)
@given(cells=st.lists(
    st.none() | st.booleans() | st.integers() | st.floats() | st.dates() | st.datetimes() | st.times()
    | st.timedeltas() | st.sampled_from(["", "x", "#N/A", "=1+1", "31/12/2023", "\ufdd0", "\ufdd0#N/A", "1,5"]),
    min_size=20, max_size=24,
))  # fmt: skip
def test_any_cells_in_a_row(folder, cells):
    book = book_of(folder)
    for place, value in enumerate(cells, start=1):
        try:
            book[P].cell(5, place).value = value
        except (ValueError, OverflowError):
            continue
    try:
        path = saved(book, folder)
    except (ValueError, OverflowError):  # a day no spreadsheet can hold
        return
    faults = tables.check(path)
    assert tables.faults_csv(faults, "nl").startswith("code,") and "\ufdd0" not in tables.report(faults)
