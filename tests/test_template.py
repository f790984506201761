"""A workbook to fill in: read back exactly, its example rows no data, its menus and notes those of the schema."""

import unicodedata
from datetime import date

import demo_data
import openpyxl
import pandas as pd
import pytest
from faulty_folder import Folder

from coopeval import tables
from coopeval.errors import DataError, Fault, ParameterError
from coopeval.importers import template
from coopeval.importers.template.book import content
from coopeval.reference import codes
from coopeval.schema import TABLES
from coopeval.schema.examples import MARK, example
from coopeval.schema.forms import failures
from coopeval.tables import examples
from coopeval.tables.explain import explained
from coopeval.tables.labelled import bare, labelled
from coopeval.tables.raw import Raw
from coopeval.wording.faults import remedy


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path / "delivery")


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    return template.write(tmp_path_factory.mktemp("empty") / "template.xlsx", "nl")


@pytest.fixture(scope="module")
def book(empty):
    return openpyxl.load_workbook(empty)


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    return Folder(tmp_path_factory.mktemp("clean") / "delivery")


@pytest.fixture(scope="module")
def filled(clean):
    """The clean delivery in a template."""
    return template.write(clean.at.parent / "filled.xlsx", "fr", clean.at)


def told(path):
    return [(fault.code, fault.cell) for fault in tables.check(path) if fault.code != "W-BOOK-03"]


def test_a_filled_template_of_the_demonstration_gives_the_same_tables(tmp_path):
    data, path = demo_data.delivered(), tmp_path / "demo.xlsx"
    path.write_bytes(content("nl", data))
    again = tables.read(path)
    assert list(again) == list(data) and all(again[name].equals(data[name]) for name in data)
    for told in ("name", "digest", "digests", "delivered_on", "is_synthetic"):
        assert again.about[told] == data.about[told]
    assert again.about["rows"].equals(data.about["rows"])
    assert sorted(fault.code for fault in again.faults) == sorted(fault.code for fault in data.faults)


ODD = ("=1+1", "#REF!", "007", "_x0041_", "a · b", "<&>", "TRUE", "1850-02-01", "'x", "-1+1", "e\u0301")


def test_odd_texts_and_days_before_spreadsheets_count_alike_come_back_as_they_were(folder, tmp_path):
    rows = "".join(f"S9{n:02d},{odd},other,Brussels,BE,false,1899-12-{n + 10},{odd}\n" for n, odd in enumerate(ODD))
    folder.write("structures.csv", folder.text("structures.csv") + rows)
    path = template.write(tmp_path / "odd.xlsx", "en", folder.at)
    again = tables.read(path)
    assert again["structures"].equals(tables.read(folder.at)["structures"])
    assert again["structures"]["name"].tolist()[2:] == [unicodedata.normalize("NFC", odd) for odd in ODD]


def test_the_same_input_gives_the_same_bytes(clean, empty, filled):
    assert content("nl") == empty.read_bytes() != filled.read_bytes() == content("fr", tables.read(clean.at))


def test_an_empty_template_says_what_is_still_to_do(empty):
    assert told(empty) == [
        ("E-PACK-03", "about!B2"), ("E-PACK-07", "about!B4"), ("E-FILE-05", ""), ("E-FILE-05", ""), ("E-FILE-05", ""),
    ]  # fmt: skip
    assert [fault.code for fault in tables.check(empty)].count("W-BOOK-03") == 1


def test_sheets_headings_and_formats_are_those_of_the_schema(book):
    assert book.sheetnames == ["guide", "about", *TABLES, "lists"]
    for name, table in TABLES.items():
        assert [cell.value for cell in book[name][1]] == list(table.columns)
        for cell, column in zip(book[name][2], table.columns.values(), strict=True):
            form = book[name].column_dimensions[cell.column_letter].number_format
            expected = {"text": "@", "code": "@", "day": "yyyy-mm-dd"}.get(column.kind, "General")
            assert form == expected and (cell.value is None or cell.number_format == expected)
            assert cell.data_type != "f"


def test_each_note_says_meaning_form_and_whether_it_may_stay_empty_in_three_languages(book):
    for name, table in TABLES.items():
        for cell, column in zip(book[name][1], table.columns.values(), strict=True):
            note = cell.comment.text
            assert [note.count(f"{lang}: ") for lang in ("NL", "FR", "EN")] == [1, 1, 1]
            english = note.split("EN: ")[1]
            assert column.meaning[1:] in english
            assert ("May stay empty." in english) == column.optional == ("Mag leeg blijven." in note)
    assert "Verplicht." in book["projects"]["A1"].comment.text
    assert "Facultatif." in book["jobs"]["A1"].comment.text and "durability" in book["jobs"]["A1"].comment.text


def test_the_menu_of_a_column_offers_the_codes_of_its_list(book):
    for name, table in TABLES.items():
        menus = {str(one.sqref): one for one in book[name].data_validations.dataValidation}
        for cell, column in zip(book[name][1], table.columns.values(), strict=True):
            menu = menus.get(f"{cell.column_letter}2:{cell.column_letter}1048576")
            if column.kind != "code":
                continue
            offered = [one.value for (one,) in book["lists"][menu.formula1.split("!")[1].replace("$", "")]]
            assert offered == list(labelled(column, "nl").values())
            assert [text.split(" · ")[0] for text in offered] == [*codes(column.codes)["code"], *column.also]


def test_the_guide_tells_of_each_table_in_three_languages(book):
    rows = {row[0]: row[1:] for row in book["guide"].values}
    assert set(TABLES) <= set(rows)
    assert all(len(set(told)) == 3 and all(told) for name, told in rows.items() if name)


@pytest.mark.parametrize("name", TABLES)
def test_an_example_is_in_the_form_of_its_columns(name):
    row = example(TABLES[name])
    plain = pd.DataFrame([{column: "" if text == MARK else text for column, text in row.items()}])
    wrong = failures(TABLES[name], plain)
    assert [column for column in wrong["column"] if row[column] != MARK] == []
    for start, stop in TABLES[name].orders:
        assert not row[start] or not row[stop] or row[start] <= row[stop]


def test_example_rows_left_as_they_are_count_for_nothing(filled, clean):
    assert openpyxl.load_workbook(filled, read_only=True)["jobs"]["A2"].value == MARK
    read = tables.read(filled)
    assert read.about["digest"] == tables.read(clean.at).about["digest"] and "jobs" not in read


def raw_of(name, **changes) -> Raw:
    """The sheet of a table with its example row, cells of it changed."""
    frame = pd.DataFrame([{**example(TABLES[name]), **changes}], index=pd.Index([2], name="line"), dtype=object)
    return Raw(name, "book.xlsx", frame, n_read=1, is_sheet=True, letters={next(iter(frame)): "A"})


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("participations", {"cohort": "2026-1"}),
        ("participations", {"participation_id": "A1"}),
        ("participations", {"participation_id": "A1", "project_id": "P0001", "cohort": f" {MARK} "}),
        ("experts", {"expert_id": "x_1"}),
        ("headcounts", {"enterprise_id": "E0001"}),
    ],
    ids=["another cell", "another key", "a mark left behind", "all but the key", "all but the enterprise"],
)
def test_an_example_changed_in_part_is_refused_at_its_cell(name, changes):
    raw = raw_of(name, **changes)
    examples.left_out(raw)
    assert [(fault.code, fault.cell) for fault in raw.placed] == [("E-CELL-05", f"{name}!A2")]
    assert raw.n_read == 0 and raw.frame.empty


def test_an_example_is_known_in_any_language_and_in_other_order_and_facts_are_let_be():
    raw = raw_of("participations", programme="seeds · Seeds", outcome="completed")
    raw.frame["programme"] = labelled(TABLES["participations"].columns["programme"], "fr")["seeds"]
    raw.frame = raw.frame[raw.frame.columns[::-1]]
    examples.left_out(raw)
    assert raw.frame.empty and not raw.faults and raw.is_unfilled
    facts = raw_of("participations", participation_id="A1", project_id="P0001")
    examples.left_out(facts)
    assert len(facts.frame) == 1 and not facts.faults


def test_a_label_counts_only_with_its_own_code():
    selection = TABLES["projects"].columns["selection"]
    texts = ["selected · Geselecteerd", "rejected", "selected · Rejected", "selected · Gekozen", ""]
    assert bare(selection, pd.Series(texts)).tolist() == ["selected", *texts[1:]]
    assert explained(selection, "code", "selected · Rejected")[1]["instead"].startswith("selected")


def test_facts_typed_over_an_example_are_read_and_faults_of_others_named_at_once(filled, tmp_path):
    book = openpyxl.load_workbook(filled)
    typed = {"participation_id": "A1", "project_id": "P0001", "cohort": "2020-1", "started_on": date(2020, 3, 1),
             "ended_on": None, "outcome": "ongoing"}  # fmt: skip
    for cell, name in zip(book["participations"][2], TABLES["participations"].columns, strict=True):
        cell.value = typed.get(name, cell.value)
    book.save(tmp_path / "book.xlsx")
    assert tables.read(tmp_path / "book.xlsx")["participations"]["outcome"].tolist() == ["ongoing"]
    book["projects"]["F2"].value, book["experts"]["A2"].value = "selected · Rejected", "x_1"
    book["projects"].row_dimensions[3].hidden = book["enterprises"].column_dimensions["C"].hidden = True
    book["structures"].sheet_state, book["jobs"].sheet_state = "hidden", "hidden"
    book.copy_worksheet(book["projects"]).title = "projects (2)"
    book.save(tmp_path / "book.xlsx")
    assert sorted(told(tmp_path / "book.xlsx")) == [
        ("E-BOOK-06", ""), ("E-CELL-05", "experts!A2"), ("E-CODE-01", "projects!F2"), ("W-BOOK-04", ""),
        ("W-BOOK-05", "projects!A3"), ("W-BOOK-06", "enterprises!A1"),
    ]  # fmt: skip


def test_what_only_looks_like_a_day_a_row_or_a_part_of_the_example_is_told_apart(empty, tmp_path):
    book = openpyxl.load_workbook(empty)
    book["projects"].append({"A": "P1", "D": date(2024, 2, 5), "E": date(2024, 3, 1), "H": "1er mai 2025", "T": -5})
    book["projects"].append({"A": "P2", "H": "1 maa 2025", "T": 59})
    book["projects"]["T3"].number_format = book["projects"]["T4"].number_format = "yyyy-mm-dd"
    book["projects"].append({"A": " ", "AB": "\u00a0"})  # blanks, which nobody could find
    book["projects"]["F1"] = "Selectie"  # the example row is no less an example for it
    book["enterprises"].insert_rows(1)
    book["enterprises"]["A1"] = "Onze ondernemingen"
    book.save(tmp_path / "book.xlsx")
    found = {fault.cell: fault for fault in tables.check(tmp_path / "book.xlsx") if fault.code != "W-BOOK-03"}
    assert {cell: found[cell].code for cell in ("projects!H3", "projects!H4", "projects!T3", "projects!T4")} == {
        "projects!H3": "E-DATE-02", "projects!H4": "E-DATE-01", "projects!T3": "E-DATE-01", "projects!T4": "E-DATE-01",
    }  # fmt: skip
    assert found["projects!H3"].values["instead"] == "2025-05-01" and found["projects!T3"].found == "-5"
    assert found["enterprises!A1"].code == "E-COL-07" and found["projects!F1"].code == "E-COL-03"
    assert not [cell for cell in found if cell.endswith(("!A2", "5")) or cell.startswith("enterprises!B")]


def test_a_code_is_suggested_with_its_label_in_the_language_of_the_reader():
    code, values = explained(TABLES["enterprises"].columns["legal_form"], "code", "17")
    said = [remedy(Fault(code, "enterprises", values=values), lang) for lang in ("nl", "fr", "en")]
    assert values["instead"] == "017" and all("017 (" in text for text in said) and len(set(said)) == 3
    assert "017 (Non-profit association)" in said[2] and "Non-profit" not in said[0] + said[1]


def test_what_exists_and_what_is_no_workbook_is_refused(tmp_path, folder):
    (tmp_path / "there.xlsx").write_text("mine")
    for name, words in (("there.xlsx", "exists already"), ("t.xls", "end in .xlsx"), ("no/t.xlsx", "does not exist")):
        with pytest.raises(ParameterError, match=words):
            template.write(tmp_path / name)
    assert (tmp_path / "there.xlsx").read_text() == "mine"
    with pytest.raises(ParameterError, match="cannot be lang"):
        template.write(tmp_path / "t.xlsx", "de")
    folder.edit("structures.csv", ",true,", ",false,")
    with pytest.raises(DataError):
        template.write(tmp_path / "t.xlsx", "en", folder.at)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["delivery", "there.xlsx"]


def test_real_data_are_not_written_into_the_repository(folder, tmp_path):
    folder.describe(synthetic=False)
    for name in ("filled.xlsx", "data/demo/filled.xlsx", "docs/filled.xlsx"):
        with pytest.raises(ParameterError, match="under data/"):
            template.write(name, "en", folder.at)
    made = template.write(tmp_path / "filled.xlsx", "en", folder.at)
    assert made.stat().st_mode & 0o077 == 0
