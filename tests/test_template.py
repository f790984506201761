"""A workbook to fill in: read back exactly, its example rows no data, its menus and notes those of the schema."""

import shutil
from datetime import date

import openpyxl
import pytest
from faulty_folder import Folder

from coopeval import tables
from coopeval.errors import DataError, ParameterError
from coopeval.importers import template
from coopeval.importers.template.book import content
from coopeval.reference import ROOT, codes
from coopeval.schema import TABLES
from coopeval.schema.examples import EXAMPLES, MARK
from coopeval.tables.labelled import labelled


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path / "delivery")


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    return template.write(tmp_path_factory.mktemp("empty") / "template.xlsx", "nl")


@pytest.fixture
def book(empty):
    return openpyxl.load_workbook(empty)


@pytest.fixture
def filled(tmp_path, folder):
    """The clean delivery in a template, changed by hand and saved by another program than wrote it."""

    def change(edit=lambda book: None):
        path = tmp_path / "filled.xlsx"
        if not path.exists():
            template.write(path, "fr", folder.at)
        book = openpyxl.load_workbook(path)
        edit(book)
        book.save(path)
        return path

    return change


def told(path):
    return [(fault.code, fault.cell) for fault in tables.check(path) if fault.code != "W-BOOK-03"]


def test_a_filled_template_of_the_demonstration_gives_the_same_tables(tmp_path):
    folder, path = tmp_path / "demo", tmp_path / "demo.xlsx"
    shutil.copytree(ROOT / "data/demo", folder)
    data = tables.read(folder)
    path.write_bytes(content("nl", data))
    again = tables.read(path)
    assert list(again) == list(data) and all(again[name].equals(data[name]) for name in data)
    for told in ("name", "digest", "digests", "delivered_on", "is_synthetic"):
        assert again.about[told] == data.about[told]
    assert again.about["rows"].equals(data.about["rows"]) and again.faults == again.faults


def test_texts_that_look_like_formulas_errors_and_numbers_come_back_as_they_were(folder, tmp_path):
    for odd in ("=1+1", "#REF!", "007", "_x0041_", "a · b", " <&> ", "TRUE", "1850-02-01"):
        folder.edit("structures.csv", ",website\n", f",{odd}\n")
        path = template.write(tmp_path / "odd.xlsx", "en", folder.at)
        assert tables.read(path)["structures"].equals(tables.read(folder.at)["structures"]), odd
        folder.edit("structures.csv", f",{odd}\n", ",website\n")
        path.unlink()


def test_days_before_spreadsheets_count_alike_come_back(folder, tmp_path):
    folder.edit("structures.csv", "2016-01-01", "1899-12-31")
    path = template.write(tmp_path / "old.xlsx", "en", folder.at)
    assert tables.read(path).about["digest"] == tables.read(folder.at).about["digest"]


def test_the_same_input_gives_the_same_bytes(folder):
    data = tables.read(folder.at)
    assert content("fr", data) == content("fr", data) and content("nl") == content("nl") != content("fr")


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


def test_an_example_is_in_its_form_and_no_key_of_it_exists(tmp_path, folder):
    path = template.write(tmp_path / "t.xlsx", "en", folder.at)
    book = openpyxl.load_workbook(path)
    for name in EXAMPLES:
        if name in ("structures", "projects", "enterprises"):
            continue
        cells = [cell for cell in book[name][2] if cell.value is not None]
        for cell in cells:
            if cell.value == MARK:
                cell.value = "subject" if cell.column_letter == "A" else cell.value
    book.save(path)
    faults = [fault for fault in tables.check(path) if fault.code != "E-CELL-05"]
    assert not [fault for fault in faults if fault.code.startswith(("E-CODE", "E-DATE", "E-NUM", "E-FORM", "E-EMPTY"))]


def test_example_rows_left_as_they_are_count_for_nothing(filled, folder):
    path = filled()
    assert openpyxl.load_workbook(path)["jobs"]["A2"].value == MARK
    assert tables.read(path).about["digest"] == tables.read(folder.at).about["digest"]


def from_example(sheet, **changes):
    """The row of the example once more, with cells of its own."""

    def edit(book):
        heads = [cell.value for cell in book[sheet][1]]
        for name, value in changes.items():
            book[sheet].cell(2, heads.index(name) + 1).value = value

    return edit


@pytest.mark.parametrize(
    "edit",
    [
        from_example("participations", cohort="2026-1"),
        from_example("participations", participation_id="A1"),
        from_example("participations", participation_id="A1", project_id="P0001", cohort=MARK),
        from_example("experts", expert_id="x_1"),
    ],
    ids=["another cell", "another key", "a mark left behind", "all but the key"],
)
def test_an_example_changed_in_part_is_refused(filled, edit):
    sheet = "experts" if "experts" in edit.__closure__[1].cell_contents else "participations"
    assert told(filled(edit)) == [("E-CELL-05", f"{sheet}!A2")]


def test_facts_typed_over_the_example_are_read(filled):
    edit = from_example("participations", participation_id="A1", project_id="P0001", cohort="2020-1",
                        started_on=date(2020, 3, 1), ended_on=None, outcome="ongoing · En cours")  # fmt: skip
    data = tables.read(filled(edit))
    assert data["participations"][["participation_id", "outcome"]].values.tolist() == [["A1", "ongoing"]]


def test_a_code_with_a_label_of_another_code_is_refused_and_with_an_old_label_put_right(filled):
    def wrong(book):
        heads = [cell.value for cell in book["projects"][1]]
        book["projects"].cell(2, heads.index("selection") + 1).value = "selected · Rejected"

    path = filled(wrong)
    faults = [fault for fault in tables.check(path) if fault.code != "W-BOOK-03"]
    assert [(fault.code, fault.cell) for fault in faults] == [("E-CODE-01", "projects!F2")]
    assert faults[0].values["instead"].startswith("selected")


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
