"""Data sets: read-only, typed by the schema, digested by content, written as an open package."""

import json

import frictionless
import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from coopeval import tables
from coopeval.errors import DataError
from coopeval.schema import TABLES

ABOUT = {"name": "small", "is_synthetic": True, "delivered_on": "2023-12-31"}
SMALL = {
    "structures": pd.DataFrame(
        {"structure_id": ["S1", "S2"], "name": ["COOPCITY", 'A "quoted", name'], "kind": "incubator",
         "region": "Brussels", "country": "BE", "is_evaluated": [True, False], "source": "site"}),
    "projects": pd.DataFrame(
        {"project_id": ["P2", "P1"], "structure_id": "S1", "applied_on": pd.to_datetime(["2020-05-01", "2020-01-01"]),
         "stage_at_entry": "idea", "project_type": "unknown", "theme": "food", "economic_model": "undecided",
         "n_holders": [2, np.nan], "selection_score": [0.1 + 0.2, 7.0], "last_seen_on": "2023-06-30"}),
    "enterprises": pd.DataFrame(
        {"enterprise_id": ["E1"], "structure_id": ["S1"], "project_id": ["P1"], "legal_form": ["001"],
         "born_on": ["2021-01-01"], "observed_from": ["2021-01-01"], "last_seen_on": ["2023-06-30"],
         "nace_version": ["2008"], "nace_code": ["62010"]}),
    "costs": pd.DataFrame(
        {"cost_id": ["C1"], "structure_id": ["S1"], "period_from": ["2022-01-01"], "period_until": ["2022-12-31"],
         "category": ["staff"], "borne_by": ["subsidy"], "amount_eur": [1234.5]}),
}  # fmt: skip


@pytest.fixture
def small():
    return tables.from_frames(SMALL, ABOUT)


def test_frames_have_all_columns_in_their_types_and_rows_in_order_of_key(small):
    projects = small["projects"]
    assert list(projects) == list(TABLES["projects"].columns)
    assert projects["project_id"].tolist() == ["P1", "P2"]
    assert str(projects["applied_on"].dtype) == str(projects["ended_on"].dtype) == "datetime64[ns]"
    assert projects["n_holders"].dtype == projects["n_women_holders"].dtype == "float64"
    assert projects["name"].tolist() == ["", ""] and small["structures"]["is_evaluated"].dtype == bool


def test_an_absent_table_is_not_there_and_says_so(small):
    assert "jobs" not in small and len(small) == 4 and small.as_of is None
    with pytest.raises(KeyError, match="was not delivered"):
        small["jobs"]
    with pytest.raises(KeyError, match="not a table of the data contract"):
        small["jobz"]


def test_nobody_changes_a_data_set_by_changing_what_it_gave(small):
    digest = small.about["digest"]
    given = small["projects"]
    given["theme"] = "spoiled"
    assert small["projects"]["theme"].tolist() == ["food", "food"]
    assert tables.from_frames(dict(small), ABOUT).about["digest"] == digest
    with pytest.raises(TypeError):
        small.about["digest"] = ""


def test_frames_given_are_left_as_they_were(small):
    before = {name: frame.copy() for name, frame in SMALL.items()}
    tables.from_frames(SMALL, ABOUT)
    for name, frame in before.items():
        assert_frame_equal(frame, SMALL[name])


def test_unknown_tables_and_columns_are_refused_in_memory_too():
    with pytest.raises(DataError, match="colour"):
        tables.from_frames({"projects": pd.DataFrame({"colour": ["red"]})})
    with pytest.raises(DataError, match="projets"):
        tables.from_frames({"projets": pd.DataFrame()})


def test_the_digest_knows_content_and_not_order(small):
    turned = {name: frame[frame.columns[::-1]][::-1] for name, frame in SMALL.items()}
    assert tables.from_frames(turned, ABOUT).about["digest"] == small.about["digest"]
    changed = {**SMALL, "costs": SMALL["costs"].assign(amount_eur=1234.51)}
    assert tables.from_frames(changed, ABOUT).about["digest"] != small.about["digest"]
    assert tables.from_frames(SMALL, {**ABOUT, "is_synthetic": False}).about["digest"] != small.about["digest"]


@pytest.mark.parametrize("write", [tables.write, tables.write_parquet])
def test_what_is_written_reads_back_the_same(small, tmp_path, write):
    back = tables.read(write(small, tmp_path / "out"))
    assert back.about["digest"] == small.about["digest"]
    assert back.is_synthetic and back.delivered_on == pd.Timestamp("2023-12-31") and not back.faults
    for name in small:
        assert_frame_equal(back[name], small[name])


def test_the_same_data_set_is_written_in_the_same_bytes(small, tmp_path):
    first, second = tables.write(small, tmp_path / "a"), tables.write(small, tmp_path / "b")
    names = sorted(path.name for path in first.iterdir())
    assert names == ["costs.csv", "datapackage.json", "enterprises.csv", "projects.csv", "structures.csv"]
    assert [(first / name).read_bytes() for name in names] == [(second / name).read_bytes() for name in names]


def test_the_package_is_valid_for_others_too(small, tmp_path):
    at = tables.write(small, tmp_path / "out") / "datapackage.json"
    assert json.loads(at.read_text())["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    report = frictionless.validate(str(at))
    assert report.valid, report.flatten(["title", "message"])


def test_a_description_names_only_tables_that_are_there(small, tmp_path):
    said = json.loads((tables.write(small, tmp_path / "out") / "datapackage.json").read_text())
    assert [resource["name"] for resource in said["resources"]] == list(small)
    costs = next(resource for resource in said["resources"] if resource["name"] == "costs")
    assert [key["fields"] for key in costs["schema"]["foreignKeys"]] == [["structure_id"]]
