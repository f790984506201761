"""The doors of published sources: help with an example, the place on stdout, faults in three languages, exit codes."""

import re

import pytest

from coopeval.cli import importing
from coopeval.errors import Fault
from coopeval.importers.telling import lines
from coopeval.provenance.digests import ROOT
from coopeval.wording.faults import fault_line
from coopeval.wording.source_words import SOURCES

NAMES = ("nbb", "eurostat", "statbel", "onss")
JOBS = "period,joint_committee,jobs,employers\n2031Q1,329.02,100,20\n"


@pytest.mark.parametrize("name", NAMES)
def test_every_source_has_help_with_an_example(called, name):
    code, out, _ = called("import", name, "--help")
    assert code == 0 and f"Example: coopeval import {name}" in out


def test_an_import_answers_with_its_place_and_tells_its_quality_apart(called, tmp_path):
    (tmp_path / "jobs.csv").write_text(JOBS)
    out = tmp_path / "reference"
    code, answer, told = called("import", "onss", "jobs.csv", "--out", out, "--read-on", "2031-04-01")
    assert (code, answer.strip()) == (0, str(out / "onss_joint_committees"))
    assert re.search(r"rows +read +1\n", told) and 'read_on = "2031-04-01"' in _card(out)


def _card(out):
    return (out / "onss_joint_committees" / "onss_joint_committees.card.toml").read_text()


@pytest.mark.parametrize(
    "lang, words", [("nl", "paritair comité"), ("fr", "commission paritaire"), ("en", "committee")]
)
def test_a_refusal_writes_its_faults_and_nothing_else(called, tmp_path, monkeypatch, lang, words):
    (tmp_path / "jobs.csv").write_text(JOBS.replace("329.02", "329.2").replace("100", "x"))
    monkeypatch.setenv("COOPEVAL_LANG", lang)
    code, answer, told = called("import", "onss", "jobs.csv", "--out", tmp_path / "reference")
    assert code == 2 and answer == "" and words in told and "jobs.csv" in told
    assert "E-STAT-11" in told and "E-NUM-01" in told
    assert sorted(path.name for path in tmp_path.iterdir()) == ["faults.csv", "jobs.csv"]


@pytest.mark.parametrize("arguments", [("--only", "geo"), ("--read-on", "31/12/2030")])
def test_an_option_that_is_badly_written_is_refused(called, tmp_path, arguments):
    (tmp_path / "bd_demo.tsv").write_text("geo\\time\t2020 \nBE\t1 \n")
    code, answer, told = called("import", "eurostat", "bd_demo.tsv", "--out", tmp_path / "out", *arguments)
    assert code == 2 and answer == "" and arguments[1] in told and not (tmp_path / "out").exists()


def test_every_word_of_a_quality_table_is_said_in_three_languages():
    import pandas as pd

    frame = pd.DataFrame(
        [("filings", "set_aside", "not in the data", 3)], columns=["subject", "measure", "about", "n"]
    )  # fmt: skip
    said = {lang: lines(frame, lang)[1] for lang in ("nl", "fr", "en")}
    assert len(set(said.values())) == 3 and all(line.endswith("3") for line in said.values())


def test_an_importer_of_ones_own_is_told_where_its_words_belong():
    import pandas as pd

    with pytest.raises(LookupError, match="E-BANK-01 has no words.*coopeval.wording.faults.FAULTS"):
        fault_line(Fault("E-BANK-01", file="account.csv"), "en")
    frame = pd.DataFrame([("movements", "read", "", 3)], columns=["subject", "measure", "about", "n"])
    with pytest.raises(LookupError, match='"movements" has no words.*coopeval.importers.telling'):
        lines(frame, "en")


def test_every_code_of_these_sources_is_tried():
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "tests").glob("test_importers_*.py")]
    assert [code for code in SOURCES if not any(f'"{code}"' in text for text in texts)] == []


def test_the_page_on_sources_shows_commands_that_exist():
    text = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
    there = {command.name for command in importing.door.registered_commands}
    assert set(NAMES) <= set(re.findall(r"^coopeval import (\w+)", text, re.M)) <= there
    options = set(re.findall(r"(?<!-)--[a-z][a-z-]*", text))
    assert options <= {"--data", "--out", "--keep", "--only", "--flags", "--map", "--read-on"}
