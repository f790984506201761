"""Statbel and the NSSO: sheets read by a map, committees as text, employers never added; odd workbooks are named.

Every figure here is made up.
"""

import pandas as pd
import pytest
from openpyxl import Workbook

from coopeval.errors import DataError, ParameterError
from coopeval.importers.statistics import onss, statbel

SURVIVAL = """Year;Region;Registrations;After 1 year;After 2 years
2016;Brussels;1000;90,29;81,2
2017;Brussels;2000;89,2;-
2017;Belgium;9000;91;80,6
"""
MAP = """unit = "percent"
missing = ["-"]
[columns]
registered_in = "Year"
region = "Region"
n_registered = "Registrations"
[survival]
1 = "After 1 year"
2 = "After 2 years"
[codes.region]
Brussels = "BE1"
Belgium = "BE"
"""
JOBS = """period,joint_committee,worker_status,jobs,employers
2031Q1,200,white_collar,400,50
2031-Q1,329.02,white_collar,100,20
2031Q1,none,white_collar,7,1
2031Q1,Total,white_collar,507,60
"""
HEADINGS = ["period", "joint_committee", "jobs"]


@pytest.fixture
def at(tmp_path):
    def write(name, content, encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(content.encode(encoding))
        return path

    return write


@pytest.fixture
def book(tmp_path):
    """A workbook of one sheet with these rows under the headings; `spoil` changes it before it is saved."""

    def write(rows, spoil=lambda made: None, headings=HEADINGS):
        made = Workbook()
        made.active.title = "jobs"
        for row in (headings, *rows):
            made.active.append(row)
        spoil(made)
        made.save(tmp_path / "jobs.xlsx")
        return tmp_path / "jobs.xlsx"

    return write


def table(imported):
    return imported.tables[imported.name]


def count(imported, measure, about=""):
    rows = imported.quality
    return int(rows[rows["measure"].eq(measure) & rows["about"].eq(about)]["n"].sum())


def said(imported):
    return [(fault.code, fault.line, fault.column) for fault in imported.faults]


def refused(read, *arguments):
    with pytest.raises(DataError) as error:
        read(*arguments)
    return [(fault.code, fault.line, fault.column) for fault in error.value.faults.refusals]


def test_survival_is_one_row_per_cohort_and_horizon_as_a_share(at):
    imported = statbel.read(at("s.csv", SURVIVAL), at("s.toml", MAP))
    rows = table(imported)[["region", "registered_in", "at_years", "survival", "n_registered"]]
    assert rows.iloc[:4].values.tolist() == [
        ["BE", 2017, 1, 0.91, 9000], ["BE", 2017, 2, 0.806, 9000],
        ["BE1", 2016, 1, 0.9029, 1000], ["BE1", 2016, 2, 0.812, 1000],
    ]  # fmt: skip
    assert pd.isna(rows.iloc[5]["survival"]), "a mark for missing is no zero"
    assert count(imported, "read") == count(imported, "kept") == 3 and said(imported) == []
    assert "non-profits" in str(imported.card["caveats"])


def test_without_a_map_the_headings_are_our_own_names(at):
    imported = statbel.read(at("s.csv", "region,registered_in,n_registered,alive_1\nBE1,2016,1000,900\n"))
    assert table(imported)[["survival", "n_alive"]].values.tolist() == [[0.9, 900]]


def test_headings_that_nobody_mapped_are_said(at):
    imported = statbel.read(
        at("s.csv", SURVIVAL.replace("\n", ";x\n").replace("years;x", "years;Mood")), at("s.toml", MAP)
    )
    assert said(imported) == [("W-STAT-02", 1, "Mood")]


def test_a_share_that_rises_or_differs_from_its_numbers_is_said(at):
    text = "region,registered_in,n_registered,survival_1,alive_1,survival_2\nBE1,2016,1000,90,800,95\n"
    assert said(statbel.read(at("s.csv", text))) == [("W-STAT-05", 2, "survival_1"), ("W-STAT-04", 2, "survival_2")]


MAPS = {
    "no TOML": (MAP + "x", "E-STAT-01"),
    "an entry too many": ("colour = 1\n" + MAP, "E-STAT-02"),
    "a heading that is not there": (MAP.replace('"Region"', '"Gewest"'), "E-STAT-03"),
    "a word without a code": (MAP.replace('Belgium = "BE"', ""), "E-STAT-04"),
    "a share called percent": (MAP, "E-STAT-07"),
    "a kind that is not there": (MAP.replace('"percent"', '"promille"'), "E-STAT-08"),
    "a column that is not there": (MAP.replace("n_registered =", "n_people ="), "E-STAT-09"),
    "a column that is needed": (MAP.replace('region = "Region"', ""), "E-STAT-10"),
}


@pytest.mark.parametrize("name", MAPS)
def test_a_map_that_does_not_fit_is_refused(at, name):
    text, code = MAPS[name]
    rows = "Year;Region;Registrations;After 1 year;After 2 years\n2016;Brussels;10;0,9;0,8\n"
    file = rows if code == "E-STAT-07" else SURVIVAL
    codes = {one for one, *_ in refused(statbel.read, at("s.csv", file), at("s.toml", text))}
    assert code in codes


def test_jobs_by_committee_stay_text_and_employers_do_not_add_up(at):
    imported = onss.read(at("j.csv", JOBS))
    rows = table(imported)
    assert rows["joint_committee"].unique().tolist() == ["200", "329.02", "none"] and set(rows["period"]) == {"2031Q1"}
    assert count(imported, "read") == 4 and count(imported, "set_aside", "total of other rows") == 1
    assert onss.summed(rows, "jobs")["value"].tolist() == [507]
    assert not rows["adds_up"][rows["measure"].eq("employers")].any()
    with pytest.raises(ParameterError, match="cannot be added"):
        onss.summed(rows, "employers")


def test_a_total_that_is_none_and_a_committee_beside_its_own_parts_are_said(at):
    text = JOBS.replace("507", "600") + "2031Q1,329,white_collar,1,1\n"
    assert said(onss.read(at("j.csv", text))) == [("W-STAT-07", 5, "jobs"), ("W-STAT-06", 6, "joint_committee")]


WRONG = {
    "a lost zero": (JOBS.replace("329.02", "329.2"), [("E-STAT-11", 3, "joint_committee")]),
    "a local day": (JOBS.replace("2031-Q1", "31/03/2031"), [("E-FORM-01", 3, "period")]),
    "a decimal comma": (JOBS.replace(",400,", ',"400,5",'), [("E-NUM-02", 2, "jobs")]),
    "no figure": (JOBS.replace(",400,", ",x,"), [("E-NUM-01", 2, "jobs")]),
    "below zero": (JOBS.replace(",400,", ",-4,"), [("E-RANGE-01", 2, "jobs")]),
    "two figures for one": (JOBS + "2031Q1,200,white_collar,9,50\n", [("E-KEY-03", 6, "joint_committee")]),
    "a field too many": (JOBS + "2031Q1,201,white_collar,9,50,1\n", [("E-LINE-01", 6, "")]),
    "all at once": (
        JOBS.replace("329.02", "329.2").replace(",400,", ",x,"),
        [("E-NUM-01", 2, "jobs"), ("E-STAT-11", 3, "joint_committee")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_named_with_its_line(at, name):
    text, expected = WRONG[name]
    assert refused(onss.read, at("j.csv", text)) == expected


def test_mixed_decimal_signs_are_not_guessed(at):
    text = "period;joint_committee;jobs\n2031Q1;200;1,5\n2031Q1;201;2.5\n"
    assert refused(onss.read, at("j.csv", text)) == [("E-NUM-03", 2, "jobs")]


def test_rows_that_repeat_one_another_are_set_aside_and_counted(at):
    imported = onss.read(at("j.csv", JOBS + "2031Q1,200,white_collar,400,50\n"))
    assert count(imported, "set_aside", "repeats another row") == 1
    assert count(imported, "read") == 5 and count(imported, "kept") == 3


def test_windows_letters_are_read_with_a_warning(at):
    imported = statbel.read(at("s.csv", SURVIVAL.replace("Brussels", "Région"), "cp1252"),
                            at("s.toml", MAP.replace("Brussels", '"Région"')))  # fmt: skip
    assert [code for code, *_ in said(imported)] == ["W-TEXT-01"]


def test_a_plain_workbook_reads_as_its_csv(book, at):
    rows = [["2031Q1", "200", 400], ["2031Q1", "329.02", 100]]
    text = "period,joint_committee,jobs\n2031Q1,200,400\n2031Q1,329.02,100\n"
    pd.testing.assert_frame_equal(table(onss.read(book(rows))), table(onss.read(at("j.csv", text))))


def test_a_committee_kept_as_a_number_has_lost_its_zero(book):
    assert refused(onss.read, book([["2031Q1", 140.10, 5]])) == [("E-STAT-11", 2, "joint_committee")]


def test_figures_stored_as_text_are_read_and_said(book):
    imported = onss.read(book([["2031Q1", "200", "400"]]))
    assert said(imported) == [("W-STAT-03", 2, "jobs")] and table(imported)["value"].tolist() == [400]


def hidden(made):
    made.create_sheet("notes").sheet_state = "hidden"


def only_hidden(made):
    made.create_sheet("other")
    made["jobs"].sheet_state = "hidden"


BOOKS = {
    "a formula": (lambda made: made["jobs"].__setitem__("C2", "=1+1"), [("E-CELL-02", 2, "jobs")]),
    "merged cells": (lambda made: made["jobs"].merge_cells("C2:C3"), [("E-CELL-04", 2, "jobs")]),
    "a value beside": (lambda made: made["jobs"].__setitem__("E2", 5), [("E-CELL-03", 2, "")]),
    "two sheets": (lambda made: made.create_sheet("other"), [("E-STAT-06", None, "")]),
}


@pytest.mark.parametrize("name", BOOKS)
def test_an_odd_workbook_is_named_by_sheet_and_row(book, name):
    spoil, expected = BOOKS[name]
    assert refused(onss.read, book([["2031Q1", "200", 1], ["2031Q1", "201", 2]], spoil)) == expected


def test_hidden_sheets_are_named_and_never_read(book, at):
    imported = onss.read(book([["2031Q1", "200", 1]], hidden))
    assert [code for code, *_ in said(imported)] == ["W-STAT-01"]
    path = book([["2031Q1", "200", 1]], only_hidden)
    assert refused(onss.read, path, at("m.toml", 'sheet = "jobs"')) == [("E-STAT-05", None, "")]
    assert refused(onss.read, at("x.xlsx", "no zip")) == [("E-BOOK-01", None, "")]


def test_headings_may_stand_lower_and_columns_be_constant(book, at):
    rows = [["", "", ""], ["PC", "jobs", ""], ["200", 3, ""]]
    said_ = 'heading = 3\n[columns]\njoint_committee = "PC"\njobs = "jobs"\n[constants]\nperiod = "2031Q1"\n'
    rows = table(onss.read(book(rows, headings=["Jobs by PC", "", ""]), at("m.toml", said_)))
    assert rows[["joint_committee", "period", "value"]].values.tolist() == [["200", "2031Q1", 3]]
