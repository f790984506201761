"""The synthetic world: always the same, calibrated where it says so, and two deliveries that differ where they must."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from demo_data import delivered

from coopeval import reference, semesters, synthetic, tables
from coopeval.errors import ParameterError
from coopeval.schema import TABLES
from coopeval.tables.typed import written

NOW, BEFORE = "2026S1", "2025S2"
SEEDS = (1, 2, 3, 4)
FOLDERS = {NOW: "data/demo", BEFORE: "data/demo-2025S2"}


@pytest.fixture(scope="module")
def world():
    return synthetic.world()


@pytest.fixture(scope="module")
def deliveries(world):
    return {semester: synthetic.delivery(world, semester) for semester in FOLDERS}


def digests(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


# --- always the same


def test_the_committed_demo_is_what_the_code_writes(tmp_path):
    for semester, folder in FOLDERS.items():
        synthetic.write(tmp_path / semester, delivered=semester)
        assert digests(tmp_path / semester) == digests(reference.ROOT / folder), f"run make demo: {folder} is stale"


def test_another_hash_seed_and_time_zone_give_the_same_bytes(tmp_path):
    code = "import sys; from coopeval import synthetic; synthetic.write(sys.argv[1], scale=0.2, seed=7)"
    for name, settings in (
        ("a", {"PYTHONHASHSEED": "1", "TZ": "UTC"}),
        ("b", {"PYTHONHASHSEED": "2", "TZ": "Asia/Tokyo"}),
    ):
        environment = {**os.environ, "PYTHONPATH": str(reference.ROOT), **settings}
        subprocess.run([sys.executable, "-c", code, str(tmp_path / name)], check=True, env=environment)
    assert digests(tmp_path / "a") == digests(tmp_path / "b")


def test_another_seed_is_another_world(world):
    other = synthetic.world(seed=2)
    assert not world.projects["n_holders"].equals(other.projects["n_holders"])


def test_more_structures_change_nothing_in_those_that_were_there(world):
    fewer = synthetic.delivery(synthetic.world(structures=2, scale=0.2), NOW)
    whole = synthetic.delivery(synthetic.world(structures=6, scale=0.2), NOW)
    for name in ("projects", "enterprises", "costs", "funding"):
        same = whole[name][whole[name]["structure_id"].isin(["S1", "SREG"])].reset_index(drop=True)
        pd.testing.assert_frame_equal(fewer[name], same)
    for name in ("support", "participations", "jobs", "recognitions"):
        prefix = fewer[name].iloc[:, 0].str[:2].unique()
        same = whole[name][whole[name].iloc[:, 0].str[:2].isin(prefix)].reset_index(drop=True)
        pd.testing.assert_frame_equal(fewer[name], same)


@pytest.mark.parametrize("structures, scale", [(1, 0.05), (3, 0.2), (20, 0.02)])
def test_any_size_is_a_delivery_without_refusals(tmp_path, structures, scale):
    folder = synthetic.write(tmp_path, structures=structures, scale=scale, seed=3)
    assert len(tables.read(folder)["structures"]) == structures  # which raises what is refused


@pytest.mark.parametrize("settings", [{"structures": 0}, {"structures": 21}, {"scale": 0}, {"scale": -1}, {"seed": -1}])
def test_a_size_that_cannot_be_made_is_refused(settings):
    with pytest.raises(ParameterError):
        synthetic.world(**settings)


@pytest.mark.parametrize("semester", ["2016S1", "2028S1", "2026", "2026S3"])
def test_a_semester_outside_the_world_is_refused(world, semester):
    with pytest.raises(ParameterError):
        synthetic.delivery(world, semester)


# --- good tables


@pytest.mark.parametrize("semester", FOLDERS)
def test_the_demo_is_read_without_refusals_and_says_it_is_synthetic(semester):
    read = delivered(Path(FOLDERS[semester]).name)
    assert read.is_synthetic
    assert read.delivered_on == semesters.last_day(semester)
    assert set(read) == set(TABLES)
    assert {fault.code for fault in read.faults} <= {"W-SUM-01", "W-SPAN-01", "W-REF-02"}


def test_every_column_of_every_table_is_filled_somewhere(deliveries):
    for name, frame in deliveries[NOW].items():
        texts = written(TABLES[name], frame)
        empty = [column for column in texts if texts[column].eq("").all()]
        assert not empty, f"{name}: {empty}"


def test_every_code_is_in_its_list(deliveries):
    for name, frame in deliveries[NOW].items():
        for column, of in TABLES[name].columns.items():
            if of.kind == "code":
                allowed = {*reference.codes(of.codes)["code"], *of.also, ""}
                assert set(frame[column]) <= allowed, f"{name}.{column}"


@pytest.mark.parametrize("column, listed", [("measure", "measures")])
def test_measures_are_those_of_the_list(deliveries, column, listed):
    for name in ("practices", "impact"):
        assert set(deliveries[NOW][name][column]) <= set(reference.codes(listed)["code"])


def test_enterprise_numbers_have_right_check_digits_and_belong_to_nobody(deliveries):
    numbers = deliveries[NOW]["enterprises"]["kbo_number"]
    numbers = numbers[numbers.ne("")]
    assert numbers.str.fullmatch(r"1[5-9]\d{8}").all()
    assert all(97 - int(number[:8]) % 97 == int(number[8:]) for number in numbers)


def test_names_say_that_nothing_is_real(deliveries):
    structures = deliveries[NOW]["structures"]["name"]
    assert structures.str.contains("synthetic|Fictional").all()
    assert deliveries[NOW]["projects"]["name"].str.startswith("Fictional project").all()
    assert deliveries[NOW]["jobs"]["person_id"].str.fullmatch(r"person-[a-r]{12}").all()


@pytest.mark.parametrize("folder", FOLDERS.values())
def test_the_folder_stays_small_and_plain(folder):
    files = list((reference.ROOT / folder).iterdir())
    assert sum(file.stat().st_size for file in files) < 4_000_000
    for file in files:
        assert b"\r" not in file.read_bytes()


# --- calibrated


def made(world):
    return {row["figure_id"]: row["made"] for row in synthetic.truth(world)["calibration"]}


@pytest.mark.parametrize("seed", SEEDS)
def test_published_counts_are_met_exactly_whatever_the_seed(seed):
    found = made(synthetic.world(structures=1, seed=seed))
    assert (found["CC017"], found["CC009"], found["CC011"], found["CC012"]) == ("2016-11-11", 136, 42, 77)
    assert (found["CC013"], found["CC001"], found["CC002"]) == (310, 650_000, 100_000)


@pytest.mark.parametrize("seed", SEEDS)
def test_other_published_totals_are_met_within_what_is_said(seed):
    found = made(synthetic.world(structures=1, seed=seed))
    assert found["CC010"] == pytest.approx(26, abs=8)
    assert found["CC014"] == pytest.approx(550, rel=0.10)


def test_the_published_counts_can_be_counted_in_the_tables(deliveries):
    """By hand, from the delivery alone: entered, created (8.3) and positions of employees by 31 January 2021."""
    data, day = deliveries[NOW], pd.Timestamp("2021-01-31")
    own = data["projects"].query("structure_id == 'S1' and selection == 'selected'").set_index("project_id")
    assert own["entered_on"].le(day).sum() == 136
    enterprises = data["enterprises"][data["enterprises"]["project_id"].isin(own.index)]
    first = enterprises.sort_values(["born_on", "enterprise_id"]).drop_duplicates("project_id")
    created = first[first["born_on"] >= first["project_id"].map(own["entered_on"])]
    created = created[created["born_on"] <= day]
    assert len(created) == 42
    jobs = data["jobs"][data["jobs"]["enterprise_id"].isin(created["enterprise_id"])]
    employed = jobs[jobs["contract"].ne("none") & jobs["started_on"].le(day)]
    assert employed["position_id"].nunique() == 77


def test_subsidy_of_each_year_is_spent_to_the_cent(deliveries):
    costs = deliveries[NOW]["costs"].query("structure_id == 'S1' and borne_by == 'subsidy'")
    years = costs.groupby(costs["period_from"].dt.year)["amount_eur"].sum().round(2).to_dict()
    assert years == {2021: 100_000, 2022: 650_000, 2023: 650_000, 2024: 650_000, 2025: 650_000, 2026: 325_000}


def test_calibration_follows_the_scale():
    found = made(synthetic.world(structures=1, scale=3))
    assert (found["CC009"], found["CC011"], found["CC012"]) == (408, 126, 231)


# --- two deliveries


def differing(one, other):
    """Table and key of each row that is not the same in two data sets."""
    found = set()
    for name in one:
        key, texts = list(TABLES[name].key), []
        for data in (one, other):
            text = written(TABLES[name], data[name])
            if name == "enterprises":  # the form now has no date: a cut empties it where an enterprise was seen later
                text = text.assign(legal_form_now="")
            texts.append(text.set_index(key, drop=False))
        gone = texts[0].index.symmetric_difference(texts[1].index)
        both = texts[0].index.intersection(texts[1].index)
        unequal = (texts[0].loc[both] != texts[1].loc[both]).any(axis=1)
        found |= {(name, index) for index in [*gone, *both[unequal]]}
    return found


def test_the_two_deliveries_differ_in_the_three_planted_rows_and_in_nothing_else(world):
    day = semesters.last_day(BEFORE)
    before, now = (tables.cut(delivered(Path(FOLDERS[semester]).name), day) for semester in (BEFORE, NOW))
    planted = {(c["table"], next(iter(c["key"].values()))) for c in synthetic.corrections(world)}
    assert len(planted) == 3
    assert differing(before, now) == planted


def test_the_planted_errors_are_an_end_learned_late_a_wrong_form_and_an_amount(world, deliveries):
    assert [list(c["said"]) for c in synthetic.corrections(world)] == [
        ["ended_on", "end_kind"],
        ["legal_form"],
        ["amount_eur"],
    ]
    for correction in synthetic.corrections(world):
        (key, value), *_ = correction["key"].items()
        for semester, told in ((BEFORE, correction["said"]), (NOW, correction["true"])):
            frame = deliveries[semester][correction["table"]]
            row = written(TABLES[correction["table"]], frame[frame[key].eq(value)]).iloc[0]
            assert {column: row[column] for column in told} == {
                column: str(cell).removesuffix(".0") for column, cell in told.items()
            }


def test_truth_lies_beside_the_tables_and_lists_the_corrections(world):
    for semester, folder in FOLDERS.items():
        told = json.loads((reference.ROOT / folder / "truth.json").read_text(encoding="utf-8"))
        assert told["corrections"] == synthetic.corrections(world)
        assert told["delivered"] == semester
        assert all(row["source"] for row in told["calibration"])


def test_nothing_in_a_delivery_is_dated_later_but_what_was_planned(deliveries):
    for semester, data in deliveries.items():
        day = semesters.last_day(semester)
        for name, frame in data.items():
            for column, of in TABLES[name].columns.items():
                if of.kind == "day" and not of.planned:
                    assert not frame[column].gt(day).any(), f"{semester} {name}.{column}"


def test_an_early_delivery_knows_nobody_who_came_later(world):
    early = synthetic.delivery(world, "2018S2")
    own = early["enterprises"].query("structure_id != 'SREG'")
    assert own["observed_from"].le(pd.Timestamp("2018-12-31")).all()
    assert not np.intersect1d(early["jobs"]["enterprise_id"], ["E1-000700"]).size
    assert early["projects"]["applied_on"].le(pd.Timestamp("2018-12-31")).all()
