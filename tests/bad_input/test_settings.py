"""settings.toml: a closed list, every fault at once, with its line, and nothing of it decided by halves."""

from datetime import date

import pytest

from coopeval import tables
from coopeval.tables import settings

WHOLE = """\
[contact]
name = "Evaluation desk"
email = "desk@example.org"

[costs]
price_year = 2025
discount_rate = 0.04
allocation_key = "participations"
perimeter = "cash"

[[exceptions]]
table = "survival_by_form"
group = "coop"
rule = "R2"
person = "A. Person"
reason = "The one concerned agreed in writing."
until = 2026-12-31
"""


def codes(text):
    return [(fault.code, fault.line, fault.key) for fault in settings.parsed(text)[1]]


def test_what_is_set_is_read_and_handed_to_the_notebooks_by_their_own_names():
    chosen, faults = settings.parsed(WHOLE)
    assert not faults
    assert chosen.parameters == {
        "price_year": 2025, "discount_rates": [0.0, 0.04], "key": "participations", "perimeter": "cash",
    }  # fmt: skip
    assert chosen.exceptions[0].until == date(2026, 12, 31)
    assert chosen.told["contact"] == {"name": "Evaluation desk", "email": "desk@example.org"}


def test_the_digest_follows_what_is_set_and_not_how_it_is_written():
    assert settings.Settings().digest == ""
    spaced = settings.parsed("# ours\n" + WHOLE.replace(" = ", "="))[0]
    assert spaced.digest == settings.parsed(WHOLE)[0].digest
    assert settings.parsed(WHOLE.replace("cash", "full"))[0].digest != spaced.digest


@pytest.mark.promise("P4")
@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('email = "desk@example.org"', "", ("E-SET-04", 1, "contact.email")),
        ('email = "desk@example.org"', 'email = "desk"', ("E-SET-03", 3, "contact.email")),
        ('name = "Evaluation desk"', "", ("E-SET-04", 1, "contact.name")),
        ("[costs]", "[cost]", ("E-SET-02", 5, "cost")),
        ("price_year", "prices", ("E-SET-02", 6, "costs.prices")),
        ("0.04", "4", ("E-SET-03", 7, "costs.discount_rate")),
        ('"cash"', '"all"', ("E-SET-03", 9, "costs.perimeter")),
        ('"R2"', '"R4"', ("E-SET-03", 14, "exceptions.rule")),
        ('person = "A. Person"', "", ("E-SET-04", 11, "exceptions.person")),
        ('reason = "The one concerned agreed in writing."', 'reason = ""', ("E-SET-03", 16, "exceptions.reason")),
        ("until = 2026-12-31", "", ("E-SET-04", 11, "exceptions.until")),
        ("2026-12-31", '"soon"', ("E-SET-03", 17, "exceptions.until")),
    ],
)
def test_each_fault_is_named_with_its_line(old, new, expected):
    assert WHOLE.count(old) == 1
    assert codes(WHOLE.replace(old, new)) == [expected]


@pytest.mark.promise("P4")
def test_all_faults_are_told_at_once_with_those_of_the_tables(folder):
    folder.edit("projects.csv", "2020-01-10", "10/01/2020")
    folder.write("settings.toml", '[contact]\nname = "x"\n[costs]\nperimeter = "all"\n')
    faults = tables.check(folder.at)
    assert sorted(fault.code for fault in faults) == ["E-DATE-03", "E-SET-03", "E-SET-03", "E-SET-04"]
    lines = tables.report(faults, "en")
    assert 'settings.toml line 4, key costs.perimeter: "all" cannot be the value of this setting.' in lines


def test_a_file_that_is_no_toml_is_refused_with_its_line(folder):
    folder.write("settings.toml", "[contact]\nname = Desk\n")
    assert [(fault.code, fault.line) for fault in tables.check(folder.at)] == [("E-SET-01", 2)]


def test_settings_are_part_of_the_data_set_and_change_none_of_its_tables(folder):
    before = tables.read(folder.at).about["digest"]
    folder.write("settings.toml", WHOLE)
    read = tables.read(folder.at)
    assert read.about["settings"].contact.name == "Evaluation desk" and read.about["digest"] == before
