"""The plan and the parameters: read, checked, and everything wrong said at once."""

import nbformat
import pytest
from standin import PARAMETERS, PLAN, notebook, write_notebooks

from coopeval import runs
from coopeval.errors import ParameterError
from coopeval.runs.parameters import checked, read_cell


@pytest.fixture
def folder(tmp_path):
    return write_notebooks(tmp_path / "notebooks")


def planned(folder, text):
    (folder / "plan.toml").write_text(text, encoding="utf-8")
    return runs.plan(folder)


def test_the_plan_comes_in_reading_order(folder):
    steps = runs.plan(folder)
    assert [step.name for step in steps] == ["10_first", "20_second", "30_jobs"]
    assert steps[1].tables == ("structures",)
    assert steps[1].upstream == (("10_first", "first_shares"),)
    assert steps[0].makes == {"first_shares": "public"}


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('["semester"]\nneeds = ["jobs"]', '["monthly"]\nneeds = ["jobs"]', r"\[30_jobs\] when.0: input should be"),
        ('needs = ["jobs"]', 'needs = ["job"]', "there is no table job"),
        ('needs = ["jobs"]', 'need = ["jobs"]', r"\[30_jobs\] need: extra inputs"),
        ('first_shares"]', 'no_shares"]', "10_first does not make no_shares"),
        ('needs = ["structures"]\n', 'needs = ["20_second:second_shares"]\n', "20_second comes later"),
        ('= "public" }\nanswers = ["Q01"]', '= "secret" }\nanswers = ["Q01"]', "makes.first_shares"),
        ('"Q01"', '"first"', "answers.0"),
        ("[30_jobs]", "[30_work]", "there is no 30_work.ipynb; 30_jobs.ipynb has no section"),
        ("[30_jobs]", "[jobs]", r"\[jobs\] name"),
        ("jobs_shares", "first_shares", "first_shares is made twice"),
        ("[30_jobs]", "[30_jobs", "cannot be read"),
    ],
)
def test_a_plan_that_is_wrong_is_refused_with_the_reason(folder, old, new, sentence):
    assert old in PLAN
    with pytest.raises(ParameterError, match=sentence):
        planned(folder, PLAN.replace(old, new))


def test_all_that_is_wrong_is_said_at_once(folder):
    with pytest.raises(ParameterError, match="10_first.*30_jobs"):
        planned(folder, PLAN.replace('["structures"]', '["structure"]', 1).replace('["jobs"]', '["job"]'))


def test_a_folder_without_a_plan_is_refused(tmp_path):
    with pytest.raises(ParameterError, match="no plan.toml"):
        runs.plan(tmp_path)


def test_parameters_are_read_from_their_cell(folder):
    found = runs.parameters_of(folder / "10_first.ipynb")
    assert [parameter.name for parameter in found] == ["data", "semester", "lang", "audience", "level"]
    assert (found[4].type, found[4].default) == ("float", 0.95)
    assert found[4].comment == "confidence level of every interval"


@pytest.mark.parametrize(
    "line",
    ["level = 0.95  # no type", "level: float  # no default", "level: float = 1 - x  # no constant",
     "level: float = 0.95", "level: Path = 'a'  # no such type", "print(1)", "level: float ="],
)  # fmt: skip
def test_a_line_that_is_no_parameter_is_refused(line):
    with pytest.raises(ParameterError, match="10_first, parameters cell, line 2"):
        read_cell(f"lang: str = 'en'  # language\n{line}", "10_first")


def test_a_notebook_needs_exactly_one_parameters_cell(folder):
    broken = notebook("first_shares")
    broken.cells[1].metadata["tags"] = []
    nbformat.write(broken, folder / "10_first.ipynb")
    with pytest.raises(ParameterError, match="has 0 cells"):
        runs.parameters_of(folder / "10_first.ipynb")


@pytest.mark.parametrize("text", ["<<<<<<< ours", '{"worksheets": []}', '{"cells": [{"source": ""}]}'])
def test_a_damaged_notebook_is_named(folder, text):
    (folder / "10_first.ipynb").write_text(text, encoding="utf-8")
    with pytest.raises(ParameterError, match="10_first.ipynb is no notebook"):
        runs.parameters_of(folder / "10_first.ipynb")


DECLARED = read_cell(PARAMETERS + "\nmonths: list[int] = [12, 36]  # when to report", "10_first")


def test_defaults_stand_in_for_what_is_not_given():
    assert checked(DECLARED, {"level": 0.9}, "10_first")["months"] == [12, 36]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"levels": 0.9}, "no parameter levels; it has data, semester"),
        ({"level": "0.9"}, "parameter level: a value of type float"),
        ({"months": [12.5]}, r"parameter months: a value of type list\[int\]"),
        ({"semester": "2026S3"}, "not a semester"),
        ({"lang": "de"}, '"de" cannot be lang'),
        ({"audience": "all"}, '"all" cannot be audience'),
        ({"level": 1.0}, "between 0 and 1"),
    ],
)
@pytest.mark.promise("P3")
def test_parameters_that_cannot_be_are_refused(given, sentence):
    with pytest.raises(ParameterError, match=sentence):
        checked(DECLARED, given, "10_first")
