"""Faults of the folder itself, and what lies in it or leads out of it."""

import pytest

from coopeval import tables
from coopeval.errors import DataError
from coopeval.tables import folder as places
from coopeval.tables import lines


def codes(faults):
    return [(fault.code, fault.file) for fault in faults]


def test_a_folder_that_does_not_exist_is_said_without_its_whole_path(tmp_path):
    faults = tables.check(tmp_path / "nowhere")
    assert codes(faults) == [("E-FILE-01", "nowhere")]
    assert str(tmp_path) not in tables.report(faults)
    with pytest.raises(DataError):
        tables.read(tmp_path / "nowhere")


def test_a_workbook_that_cannot_be_read_is_refused_with_a_way_out(tmp_path):
    (tmp_path / "all.xlsx").write_bytes(b"PK")
    faults = tables.check(tmp_path / "all.xlsx")
    assert codes(faults) == [("E-BOOK-01", "all.xlsx")]
    assert "Save it again as an Excel workbook" in tables.report(faults)


def test_an_empty_folder_misses_three_tables_and_a_description(tmp_path):
    assert codes(tables.check(tmp_path)) == [
        ("E-PACK-01", "datapackage.json"),
        ("E-FILE-02", "enterprises.csv"),
        ("E-FILE-02", "projects.csv"),
        ("E-FILE-02", "structures.csv"),
    ]


def test_a_link_out_of_the_folder_is_not_followed(folder, tmp_path):
    (tmp_path / "secret.csv").write_text("job_id\n")
    (folder.at / "jobs.csv").symlink_to(tmp_path / "secret.csv")
    assert codes(tables.check(folder.at)) == [("E-FILE-07", "jobs.csv")]


@pytest.mark.promise("P3")
def test_a_description_that_leads_out_of_the_folder_is_not_followed(folder, tmp_path):
    (folder.at / "datapackage.json").rename(tmp_path / "elsewhere.json")
    (folder.at / "datapackage.json").symlink_to(tmp_path / "elsewhere.json")
    assert codes(tables.check(folder.at)) == [("E-FILE-07", "datapackage.json")]


def test_a_link_within_the_folder_is_read(folder):
    (folder.at / "projects.csv").rename(folder.at / "_projects-v2")
    (folder.at / "projects.csv").symlink_to("_projects-v2")
    assert not tables.check(folder.at)


def test_a_file_past_the_limit_is_not_read(folder, monkeypatch):
    monkeypatch.setattr(places, "LARGEST", (folder.at / "projects.csv").stat().st_size - 1)
    assert codes(tables.check(folder.at)) == [("E-FILE-06", "projects.csv")]


def test_an_endless_field_is_refused(folder):
    folder.edit("projects.csv", "Fiets", "x" * (lines.LONGEST_FIELD + 1))
    faults = tables.check(folder.at)
    assert codes(faults) == [("E-LINE-03", "projects.csv")] and faults[0].line == 4


def test_a_file_that_is_no_table_is_said_and_not_read(folder):
    folder.write("projets.csv", "x\n")
    folder.write("budget.xlsx", b"PK")
    folder.write("README.md", "read me")
    assert [(fault.code, fault.file) for fault in tables.check(folder.at)] == [
        ("W-FILE-01", "budget.xlsx"),
        ("W-FILE-01", "projets.csv"),
    ]
    assert tables.read(folder.at)["projects"].shape[0] == 3


@pytest.mark.promise("P4")
def test_a_table_under_another_name_is_named(folder):
    (folder.at / "projects.csv").rename(folder.at / "projets.csv")
    faults = tables.check(folder.at)
    assert codes(faults.refusals) == [("E-FILE-02", "projects.csv")]
    assert [(fault.code, fault.values["instead"]) for fault in faults if fault not in faults.refusals] == [
        ("W-FILE-02", "projects.csv")
    ]


@pytest.mark.promise("P4")
@pytest.mark.parametrize("name", ["delivery.zip", "delivery.7z", "delivery.tar.gz", "delivery"])
def test_an_archive_is_not_opened_and_the_remedy_is_to_unpack_it(tmp_path, name):
    (tmp_path / name).write_bytes(b"PK\3\4" + bytes(100))
    faults = tables.check(tmp_path / name)
    assert codes(faults) == [("E-ZIP-01", name)]
    assert "Unpack it" in tables.report(faults)


def test_a_file_the_description_names_may_have_been_forgotten(folder):
    folder.describe(resources=[{"name": "jobs", "path": "jobs.csv"}, {"path": "../../etc/passwd"}, 3])
    assert codes(tables.check(folder.at)) == [("W-PACK-01", "datapackage.json")]


def test_without_the_word_synthetic_the_data_are_real(folder):
    folder.write("datapackage.json", '{"name": "x", "delivered_on": "2023-12-31"}')
    assert tables.read(folder.at).is_synthetic is False
