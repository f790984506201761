"""Pseudonyms: a keyed digest made by hand, one spelling, a key that lies apart, and none in what is published."""

import base64
import hashlib
import hmac
import json
import os
import re

import pandas as pd
import published
import pytest
from demo_data import delivered
from faulty_folder import Folder

from coopeval import pseudonyms, tables
from coopeval.errors import DataError, ParameterError
from coopeval.provenance.digests import ROOT

KEY = bytes(range(32))
HEX = KEY.hex()
NATIONAL = "85073003328"


def one(value, purpose="persons", key=KEY):
    return pseudonyms.pseudonym(pd.Series([value]), purpose, key).item()


def by_hand(value, purpose, key=KEY):
    own = hmac.new(key, b"coopeval pseudonyms 1 " + purpose.encode(), hashlib.sha256).digest()
    return base64.b32encode(hmac.new(own, value.encode(), hashlib.sha256).digest()).decode()[:20].lower()


@pytest.mark.promise("P1")
@pytest.mark.parametrize(
    ("value", "purpose", "sign"),
    [
        (NATIONAL, "persons", "p_"),
        (NATIONAL, "experts", "x_"),
        ("0403170701", "enterprises", "e_"),
        ("w 12", "persons", "p_"),
    ],
)
def test_it_is_the_keyed_digest_made_by_hand(value, purpose, sign):
    assert one(value, purpose) == sign + by_hand(value, purpose)
    assert pseudonyms.FORM.fullmatch(one(value, purpose))


@pytest.mark.promise("P1")
def test_no_digest_without_the_key_gives_it():
    made = one(NATIONAL)[2:]
    for name in ("md5", "sha1", "sha256", "sha512", "blake2b"):
        for text in (NATIONAL, f"persons{NATIONAL}", f"coopeval pseudonyms 1 persons{NATIONAL}"):
            digest = hashlib.new(name, text.encode()).digest()
            assert made not in (digest.hex()[:20], base64.b32encode(digest).decode()[:20].lower())
    assert one(NATIONAL, key=KEY[::-1])[2:] != made, "another key, another pseudonym"
    assert by_hand(NATIONAL, "persons", KEY[::-1]) == one(NATIONAL, key=KEY[::-1])[2:]


@pytest.mark.promise("P1")
def test_each_purpose_has_a_key_of_its_own():
    made = {one("0403170701", purpose)[2:] for purpose in pseudonyms.PURPOSES}
    assert len(made) == len(pseudonyms.PURPOSES) == 3
    with pytest.raises(ParameterError, match="choose one of persons, experts, enterprises"):
        one(NATIONAL, "coaches")


@pytest.mark.parametrize("written", ["85.07.30-033.28", "85 07 30 033 28", "850730-033-28", f" {NATIONAL} "])
def test_one_person_has_one_pseudonym_however_written(written):
    assert one(written) == one(NATIONAL)


@pytest.mark.parametrize("written", ["0403.170.701", "BE 0403 170 701", "be0403170701", "403170701", "BE0403.170.701"])
def test_one_enterprise_has_one_pseudonym_however_written(written):
    assert one(written, "enterprises") == one("0403170701", "enterprises")


def test_keys_that_are_no_numbers_have_one_spelling_too():
    assert one("Zoe\u0308  12") == one("zoë 12") != one("zoe 12")


def test_unknown_stays_unknown_and_rows_stay_in_place():
    values = pd.Series(["", "unknown", None, "Unknown", "w1"], index=[2, 5, 6, 9, 11])
    made = pseudonyms.pseudonym(values, "persons", KEY)
    assert made.index.equals(values.index) and made.tolist()[:4] == ["", "unknown", "", "unknown"]
    assert made[11].startswith("p_")


@pytest.mark.promise("P5")
def test_wrong_check_digits_are_refused_by_line_and_not_repeated():
    values = pd.Series([NATIONAL, "85073003329"], index=[2, 3])
    with pytest.raises(DataError, match="1 numbers have wrong check digits, the first on line 3") as refused:
        pseudonyms.pseudonym(values, "persons", KEY)
    assert "85073003329" not in str(refused.value)
    with pytest.raises(DataError, match="wrong check digits"):
        one("0403170702", "enterprises")


def test_pseudonyms_are_not_made_of_pseudonyms():
    with pytest.raises(DataError, match="pseudonyms among these values already"):
        one(one(NATIONAL))


@pytest.fixture
def key_file(tmp_path):
    path = tmp_path / "safe" / "key"
    path.parent.mkdir()
    path.write_text(HEX + "\n")
    path.chmod(0o600)
    return path


def test_the_key_comes_from_a_file_or_the_environment(key_file):
    assert pseudonyms.key_from({"COOPEVAL_KEY": HEX}) == KEY
    assert pseudonyms.key_from({"COOPEVAL_KEY_FILE": str(key_file)}) == KEY
    assert HEX not in repr(pseudonyms.key_from({"COOPEVAL_KEY": HEX})) and str(pseudonyms.Key(KEY)) == "<Key>"


@pytest.mark.promise("P9")
@pytest.mark.parametrize(
    "text",
    ["", "short", HEX[:-2], HEX[:-1], "0" * 64, "ab" * 32, "correct horse battery staple " * 3, HEX + "zz"],
)  # fmt: skip
def test_a_key_that_could_be_guessed_is_refused_and_not_repeated(text):
    with pytest.raises(ParameterError, match="docs/pseudonyms.md") as refused:
        pseudonyms.key_from({"COOPEVAL_KEY": text})
    assert not text or text not in str(refused.value)


@pytest.mark.promise("P9")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o601])
def test_a_key_that_others_may_read_is_refused(key_file, mode):
    key_file.chmod(mode)
    with pytest.raises(ParameterError, match="chmod 600") as refused:
        pseudonyms.key_from({"COOPEVAL_KEY_FILE": str(key_file)})
    assert str(key_file) not in str(refused.value)


@pytest.mark.promise("P9")
def test_a_key_in_the_project_or_beside_the_data_is_refused_also_through_a_link(key_file, tmp_path):
    inside = {"COOPEVAL_KEY_FILE": str(ROOT / "pyproject.toml")}
    with pytest.raises(ParameterError, match="apart"):
        pseudonyms.key_from(inside)
    link = tmp_path / "link"
    link.symlink_to(key_file)
    with pytest.raises(ParameterError, match="apart"):
        pseudonyms.key_from({"COOPEVAL_KEY_FILE": str(link)}, apart_from=[key_file.parent])


def test_no_key_two_keys_and_a_key_that_is_gone_are_refused(key_file):
    both = {"COOPEVAL_KEY": HEX, "COOPEVAL_KEY_FILE": str(key_file)}
    for environment in (
        {},
        both,
        {"COOPEVAL_KEY_FILE": str(key_file) + "x"},
        {"COOPEVAL_KEY_FILE": str(key_file.parent)},
    ):
        with pytest.raises(ParameterError):
            pseudonyms.key_from(environment)


JOBS = """\
job_id,enterprise_id,position_id,person_id,started_on,ended_on,end_kind,contract,worker_status,subsidy_measure,\
joint_committee,fte,gender,is_founder,last_seen_on
J1,E0001,,85.07.30-033.28,2021-04-01,,,unknown,unknown,unknown,unknown,0.5,,false,2023-06-30
J2,E0001,,85073003328,2021-04-01,,,unknown,unknown,unknown,unknown,0.5,,false,2023-06-30
J3,E0001,,,2021-04-01,,,unknown,unknown,unknown,unknown,0.5,,false,2023-06-30
"""


@pytest.fixture
def received(tmp_path):
    folder = Folder(tmp_path / "received")
    folder.write("jobs.csv", JOBS)
    return folder


@pytest.mark.promise("P4", "P9")
def test_a_delivery_with_national_numbers_is_refused_and_its_copy_is_read(received, tmp_path):
    assert {fault.code for fault in tables.check(received.at)} == {"E-PERS-01"}
    before = received.contents()
    place = pseudonyms.copy(received.at, tmp_path / "made", KEY)
    assert received.contents() == before
    made = tables.read(place)
    assert made["jobs"]["person_id"].tolist() == [one(NATIONAL), one(NATIONAL), ""]
    assert made.is_synthetic and made.delivered_on == pd.Timestamp("2023-12-31")
    (received.at / "jobs.csv").unlink()
    clean = tables.read(received.at)
    for name in clean:
        assert made[name].equals(clean[name]), "all else as it was"
    assert not any(NATIONAL in path.read_text() for path in place.iterdir())
    if os.name == "posix":
        assert place.stat().st_mode & 0o077 == 0
    with pytest.raises(ParameterError, match="exists already"):
        pseudonyms.copy(received.at, place, KEY)


def test_what_cannot_be_read_line_by_line_is_not_copied(received, tmp_path):
    received.edit("jobs.csv", "J2,", "J2,,")
    with pytest.raises(DataError) as refused:
        pseudonyms.copy(received.at, tmp_path / "made", KEY)
    assert [fault.code for fault in refused.value.faults] == ["E-LINE-01"] and not (tmp_path / "made").exists()


def texts_below(folder):
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in {".html", ".csv", ".json", ".svg", ".css", ".txt", ".xml", ".md"}:
            yield path.name, path.read_text(encoding="utf-8")


def persons() -> set[str]:
    data = delivered()
    return ({*data["jobs"]["person_id"]} | {*data["experts"]["expert_id"]} | {*data["support"]["expert_id"]}) - {
        "",
        "unknown",
    }


@pytest.mark.promise("P1", "P9")
def test_no_pseudonym_stands_in_a_stored_output_of_a_notebook(extent):
    known = persons()
    notebooks = sorted((ROOT / "notebooks").glob("*.ipynb"))
    extent.checks(len(notebooks))
    for path in notebooks:
        outputs = [cell.get("outputs", []) for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]]
        _holds_none(path.name, json.dumps(outputs), known)


@pytest.mark.promise("P1", "P9")
def test_no_pseudonym_stands_on_a_published_page(extent):
    known = persons()
    report = published.report()
    files = [(name, text) for part in ("site", "results") for name, text in texts_below(report / part)]
    extent.checks(len(files))
    assert len(files) > 50
    for name, text in files:
        _holds_none(name, text, known)


def _holds_none(name: str, text: str, known: set[str]) -> None:
    assert not pseudonyms.FORM.search(text), name
    assert not known & set(re.findall(r"\b[a-z]+\d?-[a-z]{12}\b", text)), name


def test_the_search_would_find_one():
    for made in (one(NATIONAL), sorted(persons())[0]):
        with pytest.raises(AssertionError):
            _holds_none("page", f"<td>{made}</td>", persons())
