"""What follows from a data set is worked out once; a checked delivery that is laid out comes back as it was."""

import os
import shutil

import pandas as pd
import pytest
from faulty_folder import PROJECTS, Folder
from pandas.testing import assert_frame_equal

from coopeval import cohort
from coopeval.tables import check, from_frames, laid_out, read
from coopeval.tables.laid_out import LAID_OUT
from coopeval.tables.once import once


@pytest.fixture
def delivery(tmp_path):
    """A folder with a row that is set aside and a file that nobody reads."""
    twice = PROJECTS + PROJECTS.splitlines(keepends=True)[-1]
    folder = Folder(tmp_path / "delivery", {"projects.csv": twice, "stray.csv": "a,b\n1,2\n"})
    (tmp_path / "desk").mkdir()
    return folder.at


def test_it_works_once_for_each_choice_and_each_data_set():
    worked = []
    size = once(lambda dataset, of=1: worked.append(of) or len(dataset))
    one, other = from_frames({}), from_frames({})
    for dataset in (one, one, other):
        size(dataset), size(dataset, of=1.0), size(dataset, of=True), size(dataset, [1, 2])
    assert [repr(of) for of in worked] == ["1", "1.0", "True", "[1, 2]"] * 2


def test_a_frame_is_no_choice_that_can_be_compared():
    worked = []
    size = once(lambda dataset, frame: worked.append(1) or len(frame))
    for _ in range(2):
        assert size(from_frames({}), pd.DataFrame({"a": [1, 2]})) == 2
    assert len(worked) == 2


def test_who_spoils_what_it_was_given_spoils_it_for_nobody_else(delivery):
    dataset = cohort.as_of(read(delivery), "2023-12-31")
    assert cohort.as_of(read(delivery), "2023-12-31") is not dataset
    fresh = cohort.spells(dataset)
    spoilt = cohort.spells(dataset)
    spoilt.loc[:, "entry"] = 99.0
    spoilt.attrs["about"]["clock"] = "spoilt"
    spoilt.attrs["exclusions"].loc[:, "n"] = 99
    again = cohort.spells(dataset)
    assert_frame_equal(again, fresh)
    assert again.attrs["about"]["clock"] == "age" and 99 not in set(again.attrs["exclusions"]["n"])


def test_what_is_laid_out_comes_back_equal_in_every_respect(delivery, tmp_path):
    checked = read(delivery)
    assert {fault.code for fault in checked.faults} == {"Q-KEY-02", "W-FILE-01"} and len(checked.set_aside) == 1
    with laid_out.laid_out(checked, delivery, tmp_path / "desk"):
        (file,) = (tmp_path / "desk").glob("*/about.json")
        file.write_text(file.read_text().replace('"name": "clean"', '"name": "laid out"'))
        laid, faults = read(delivery), check(delivery)
        assert laid.about["name"] == "laid out"  # it comes from there indeed
    assert LAID_OUT not in os.environ and read(delivery).about["name"] == "clean"
    assert list(laid) == list(checked) and laid.faults == checked.faults == faults
    for name in checked:
        assert_frame_equal(laid[name], checked[name])
    assert_frame_equal(laid.set_aside, checked.set_aside)
    assert_frame_equal(laid.about["rows"], checked.about["rows"])
    assert {**laid.about, "rows": 0, "name": ""} == {**checked.about, "rows": 0, "name": ""}


def test_another_byte_is_another_delivery(delivery, tmp_path):
    checked = read(delivery)
    with laid_out.laid_out(checked, delivery, tmp_path / "desk"):
        shutil.copytree(delivery, tmp_path / "elsewhere")
        assert laid_out.found(tmp_path / "elsewhere") is not None
        (delivery / "settings.toml").write_text("[costs]\nprice_year = 2020\n")
        assert laid_out.found(delivery) is None
        assert read(delivery).about["settings"].costs.price_year == 2020


def test_what_does_not_come_back_as_it_was_is_not_laid_out(delivery, tmp_path, monkeypatch):
    checked = read(delivery)
    monkeypatch.setattr(laid_out, "day_of", lambda said: None)
    with laid_out.laid_out(checked, delivery, tmp_path / "desk"):
        assert LAID_OUT not in os.environ


def test_tables_made_in_memory_are_not_laid_out(delivery, tmp_path):
    with laid_out.laid_out(from_frames({}), delivery, tmp_path / "desk"):
        assert LAID_OUT not in os.environ


def test_what_the_users_own_environment_says_stays_outside(delivery, tmp_path, monkeypatch):
    monkeypatch.setenv(LAID_OUT, "elsewhere")
    with laid_out.laid_out(read(delivery), delivery, tmp_path / "desk"):
        assert os.environ.get(LAID_OUT) != "elsewhere"
    assert os.environ[LAID_OUT] == "elsewhere"
