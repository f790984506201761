"""The page of registers: its files are written and its commands run, as a reader would."""

import re
import shlex

import pytest
from lists import beside
from test_importers_comparators import case
from typer.testing import CliRunner

from coopeval import tables
from coopeval.cli import door
from coopeval.provenance.digests import ROOT

PAGE = (ROOT / "docs" / "register.md").read_text(encoding="utf-8")
FILES = {"list.csv": "csv", "map.toml": "toml"}


@pytest.fixture
def example(tmp_path, monkeypatch):
    """The folder of the page, with its files and a delivery of one enterprise; refusals write into it."""
    for name, kind in FILES.items():
        (tmp_path / name).write_text(re.search(rf"```{kind}\n(.*?)```", PAGE, re.S)[1], encoding="utf-8")
    beside(tmp_path / "delivery", enterprises=case(born_on="2019-03-01", observed_from="2020-01-01", kbo_number=""))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def said(example, command, *more):
    words = shlex.split(command.replace("data/example", str(example)))
    return CliRunner().invoke(door.app, [*words[1:], *more])


def test_the_commands_of_the_page_do_what_it_says(example, monkeypatch):
    monkeypatch.setenv("COOPEVAL_LANG", "nl")
    first, second = re.findall(r"```sh\n(coopeval .*?)\n```", PAGE)
    done = said(example, first)
    assert (done.exit_code, done.stdout.strip()) == (0, str(example / "register"))
    assert "Gelezen rijen: 4. Behouden: 3. Geweigerd: 1" in done.stderr
    assert said(example, first).exit_code == 2  # never written over
    done = said(example, second)
    assert (done.exit_code, done.stdout.strip()) == (0, str(example / "compared"))
    made = tables.read(example / "compared")["enterprises"]
    assert made["enterprise_id"].tolist() == ["C1", "REG-L-1555555544"]
    assert not (example / "faults.csv").exists()


def test_a_refusal_writes_its_faults_and_nothing_else(example):
    text = (example / "map.toml").read_text(encoding="utf-8").replace('SC = "706"\n', "")
    (example / "map.toml").write_text(text, encoding="utf-8")
    before = {path.name for path in example.iterdir()}
    done = said(example, re.search(r"```sh\n(coopeval .*?)\n```", PAGE)[1])
    assert done.exit_code == 2 and '"SC" stands on 1 rows' in done.stderr and not done.stdout
    assert {path.name for path in example.iterdir()} - before == {"faults.csv"}


@pytest.mark.parametrize("command", ["table", "comparators"])
def test_help_shows_an_example(command):
    done = CliRunner().invoke(door.app, ["import", command, "--help"])
    assert done.exit_code == 0 and f"coopeval import {command} " in " ".join(done.stdout.split())
