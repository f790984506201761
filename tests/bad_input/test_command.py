"""Folders of the catalogue through the commands: exit code, where the answer stands, and what is written."""

import csv

import pytest
from faulty_cases import CASES
from faulty_folder import Folder

from coopeval import pseudonyms

REFUSED = {
    "a day twice over": CASES["days"]["two ways to read it"],
    "a key from nowhere": CASES["keys"]["a key from nowhere"],
    "a national number": CASES["traps"]["a national number for a person"],
    "a table missing": CASES["files"]["a required table is missing"],
}


def made(tmp_path, case=None) -> Folder:
    folder = Folder(tmp_path / "delivery", case.more if case else ())
    if case:
        case.spoil(folder)
    return folder


@pytest.mark.promise("P4")
@pytest.mark.parametrize("lang", ["nl", "fr", "en"])
@pytest.mark.parametrize("name", REFUSED)
def test_a_refused_folder_leaves_with_2_and_its_faults_in_a_file(called, tmp_path, monkeypatch, name, lang):
    monkeypatch.setenv("COOPEVAL_LANG", lang)
    case = REFUSED[name]
    folder = made(tmp_path, case)
    before = folder.contents()
    code, out, err = called("check", folder.at)
    assert code == 2 and out.startswith(case.told[0][0]) and "Traceback" not in out + err
    assert folder.contents() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["delivery", "faults.csv"]
    kept = (tmp_path / "faults.csv").read_text(encoding="utf-8")
    assert [row["code"] for row in csv.DictReader(kept.splitlines())] == [told[0] for told in case.told]
    assert not case.secret or case.secret not in out + err + kept


@pytest.mark.promise("P4")
def test_a_run_over_a_refused_folder_makes_nothing_but_the_file_of_faults(called, tmp_path):
    folder = made(tmp_path, REFUSED["a key from nowhere"])
    code, out, err = called("run", "--data", folder.at, "--semester", "2023S2", "--out", tmp_path / "reports")
    assert (code, out) == (2, "") and "E-KEY-04" in err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["delivery", "faults.csv"]


@pytest.mark.promise("P4")
def test_what_is_only_odd_leaves_with_0_and_is_said(called, tmp_path):
    code, out, _ = called("check", made(tmp_path, CASES["kept"]["an invoice in cents"]).at)
    assert code == 0 and out.startswith("W-SUM-01")


@pytest.mark.promise("P4")
@pytest.mark.parametrize("semester", ["2023S3", "2023s2", "20232", "2023S2;rm", "../2023S2", "٢٠٢٣S2", "1999S1", ""])
def test_a_semester_that_is_none_is_refused_before_anything_is_written(called, tmp_path, semester):
    code, out, err = called("run", "--data", made(tmp_path).at, "--semester", semester, "--out", tmp_path / "reports")
    assert (code, out) == (2, "") and err.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["delivery"]


@pytest.mark.promise("P4", "P9")
def test_pseudonyms_are_made_with_a_key_and_refused_without(called, tmp_path, monkeypatch):
    folder = made(tmp_path, REFUSED["a national number"])
    code, out, err = called("pseudonymise", folder.at, tmp_path / "made")
    assert (code, out) == (2, "") and "docs/pseudonyms.md" in err
    monkeypatch.setenv(pseudonyms.KEY, bytes(range(32)).hex())
    code, out, err = called("pseudonymise", folder.at, tmp_path / "made")
    assert (code, out, err) == (0, f"{tmp_path / 'made'}\n", "")
    assert called("check", tmp_path / "made")[0] == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["delivery", "made"]
