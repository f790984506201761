"""What decides a step: its code, the library it reaches, the tables it looked at; and nothing else."""

import json
from dataclasses import replace

import pandas as pd
import pytest
from demo_data import small
from standin import dataset, notebook

import coopeval as ce
from coopeval import tables
from coopeval.errors import ParameterError
from coopeval.provenance.digests import area_of, areas_reached
from coopeval.runs.place import told
from coopeval.runs.steps import READ, Cache, Key, digests_looked_at, keys
from coopeval.tables.reads import FAULTS, NAMES, READS, noted

KEY = Key("10_first", {"code": "1"})


@pytest.fixture
def notes(tmp_path, monkeypatch):
    """The file in which is noted what this process looks at."""
    monkeypatch.setenv(READS, str(tmp_path / READ))
    return tmp_path / READ


@pytest.fixture(scope="module")
def demo():
    return small()


def test_a_look_at_a_table_is_noted_once_and_nothing_else_is(notes, demo):
    assert noted(notes) is None
    for _ in range(2):
        demo["support"]
    assert notes.read_text() == "support\n"


def test_a_cut_is_noted_with_the_columns_that_decide_its_rows(notes, demo):
    cut = tables.cut(demo, "2023-12-31")
    assert noted(notes) is None, "cutting looks at nothing"
    cut["jobs"]
    assert noted(notes) == ("enterprises.born_on", "enterprises.structure_id", "jobs", "structures.started_on")


def test_a_later_start_is_noted_with_who_entered(notes, demo):
    later = ce.cohort.entered_since(demo, "2022-01-01")
    later["costs"]
    assert noted(notes) == ("costs",), "a cost is of no project"
    later["jobs"]
    assert noted(notes) == ("costs", "enterprises.project_id", "jobs", "projects.entered_on")


def test_which_tables_there_are_and_how_they_came_in_are_noted_apart(notes, demo):
    assert "jobs" in demo
    assert noted(notes) == (NAMES,)
    assert demo.set_aside is not None and demo.faults is not None
    assert noted(notes) == (FAULTS, NAMES)


def test_a_row_of_one_table_leaves_the_steps_that_did_not_look_at_it(tmp_path):
    cache, files = Cache(tmp_path, "2026S1"), {"structures.csv": "1"}
    _finished(cache, KEY, ["structures"], digests_looked_at(dataset(), files, {}))
    other = dataset(n=2)
    assert cache.find(KEY, digests_looked_at(dataset(), {"structures.csv": "2"}, {})) is not None
    assert cache.find(KEY, digests_looked_at(other, files, {})) is None
    _finished(cache, KEY, ["structures"], digests_looked_at(other, files, {}))
    for delivered in (dataset(), other):
        assert cache.find(KEY, digests_looked_at(delivered, files, {})) is not None, "both stay"


def test_a_step_that_looked_at_columns_leaves_the_others_and_old_notes_of_tables_stay_valid(tmp_path):
    cache, one, other = Cache(tmp_path, "2026S1"), dataset(), dataset().unseen()["structures"]
    other = tables.from_frames({"structures": other.assign(name="Ours")})
    for names, is_found in ((["structures.kind"], True), (["structures.name"], False), (["structures"], False)):
        key = Key(names[0], {"code": "1"})
        _finished(cache, key, names, digests_looked_at(one, {}, {}))
        assert cache.find(key, digests_looked_at(one, {}, {})) is not None
        assert (cache.find(key, digests_looked_at(other, {}, {})) is not None) == is_found
        assert cache.find(key, digests_looked_at(dataset(n=2), {}, {})) is None, "a row more"


def test_a_note_of_a_column_that_is_none_any_more_equals_nothing(tmp_path):
    cache, looked_at = Cache(tmp_path, "2026S1"), digests_looked_at(dataset(), {}, {})
    _finished(cache, KEY, ["structures.gone"], lambda name: "digest of before")
    assert cache.find(KEY, looked_at) is None


def test_a_step_that_looked_at_how_tables_came_in_follows_the_files(tmp_path):
    cache = Cache(tmp_path, "2026S1")
    _finished(cache, KEY, [FAULTS], digests_looked_at(dataset(), {"structures.csv": "1"}, {}))
    assert cache.find(KEY, digests_looked_at(dataset(), {"structures.csv": "2"}, {})) is None


def test_a_step_without_notes_depends_on_everything(tmp_path):
    cache = Cache(tmp_path, "2026S1")
    _finished(cache, KEY, None, digests_looked_at(dataset(), {"a.csv": "1"}, {}))
    assert cache.find(KEY, digests_looked_at(dataset(), {"a.csv": "1"}, {})) is not None
    assert cache.find(KEY, digests_looked_at(dataset(n=2), {"a.csv": "1"}, {})) is None


def test_a_result_of_another_notebook_counts_by_what_it_says(tmp_path):
    cache, made = Cache(tmp_path / "cache", "2026S1"), {"10_first": tmp_path}
    result = tmp_path / "results" / "first_shares.csv"
    result.parent.mkdir()
    result.write_text("n\n12\n")
    looked_at = digests_looked_at(dataset(), {}, made)
    _finished(cache, KEY, [], looked_at, ["10_first:first_shares"])
    assert cache.find(KEY, looked_at) is not None
    assert cache.find(KEY, digests_looked_at(dataset(), {}, {})) is None, "nobody knows yet what it will say"
    result.write_text("n\n13\n")
    assert cache.find(KEY, looked_at) is None


@pytest.mark.promise("P1")
def test_what_a_step_released_itself_in_an_earlier_edition_is_nothing_new(tmp_path):
    cache, looked_at = Cache(tmp_path, "2026S1"), digests_looked_at(dataset(), {}, {})
    _finished(cache, KEY, [], looked_at, released=["its own"])
    told = replace(KEY, editions=frozenset({"its own"}))
    assert cache.find(told, looked_at) is not None
    assert cache.find(replace(KEY, editions=frozenset({"its own", "another"})), looked_at) is None
    assert cache.differences(replace(KEY, editions=frozenset({"another"})), looked_at) == (["gate"], [])


@pytest.mark.promise("P1")
def test_a_step_whose_gate_knew_of_an_edition_that_is_forgotten_is_done_again(tmp_path):
    cache, looked_at = Cache(tmp_path, "2026S1"), digests_looked_at(dataset(), {}, {})
    knowing = replace(KEY, editions=frozenset({"another"}))
    first = _finished(cache, knowing, [], looked_at, released=["its own"])
    assert cache.find(knowing, looked_at) == first and cache.find(KEY, looked_at) is None
    assert _finished(cache, KEY, [], looked_at, released=["its own"]) != first, "both stay"
    assert cache.find(replace(KEY, editions=frozenset({"another", "its own"})), looked_at) == first


@pytest.mark.parametrize("harm", ["", "[]", '{"key": "another"}'])
@pytest.mark.parametrize("editions", [frozenset(), frozenset({"told before"})])
def test_a_record_of_another_version_is_no_step(tmp_path, harm, editions):
    cache, looked_at = Cache(tmp_path, "2026S1"), digests_looked_at(dataset(), {}, {})
    key = replace(KEY, editions=editions)
    folder = _finished(cache, key, ["structures"], looked_at)
    (folder / "step.json").write_text(harm)
    assert cache.find(key, looked_at) is None and not folder.exists()
    assert _finished(cache, key, ["structures"], looked_at) == folder


@pytest.mark.parametrize("harm", ["a link", "a file", "another shape"])
def test_what_stands_in_the_place_of_a_step_is_taken_away_and_no_more_than_that(tmp_path, harm):
    cache, elsewhere = Cache(tmp_path / "cache", "2026S1"), tmp_path / "elsewhere"
    place = cache.keep(cache.fresh(), KEY, str)
    if harm == "another shape":
        (place / "step.json").write_text(json.dumps({**json.loads((place / "step.json").read_text()), "reads": 3}))
    else:
        place.rename(elsewhere)
        place.symlink_to(elsewhere) if harm == "a link" else place.write_text("")
        (elsewhere / "step.json").write_text("{}")
    assert cache.differences(KEY, str) is None
    again = cache.keep(cache.fresh(), KEY, str)
    assert again == place and not place.is_symlink() and cache.find(KEY, str) == place
    assert elsewhere.exists() == (harm != "another shape")


def test_a_file_where_the_cache_should_be_is_told_with_a_remedy(tmp_path):
    (tmp_path / "cache").write_text("")
    with (
        pytest.raises(ParameterError, match="Nothing can be written at .*cache .*choose another --out"),
        told(tmp_path),
    ):
        Cache(tmp_path / "cache", "2026S1").fresh()


def test_a_key_tells_which_part_decided(tmp_path):
    path = tmp_path / "10_first.ipynb"
    path.write_text(json.dumps(notebook("first_shares")))
    before, after = (keys({"10_first": path}, {"10_first": {"parameters": {"level": v}}})["10_first"] for v in (1, 2))
    assert {name for name in before.parts if before.parts[name] != after.parts[name]} == {"parameters"}
    assert "coopeval.uncertainty" in before.parts and "coopeval.costs" not in before.parts


def test_pages_commands_and_catalogues_decide_no_figure():
    reached = areas_reached(["ce.disclosure.gate(ce.survival.curve(spells)); ce.figures.bars(t); ce.say(m)"], area_of())
    assert {"survival", "disclosure", "figures", "display", "wording", "tables"} <= set(reached)
    assert not {"site", "cli", "runs", "locale", "effectiveness"} & set(reached)


@pytest.mark.parametrize(
    "code",
    [
        "import coopeval as c\nc.costs.unit_costs(d)",
        "import coopeval\ncoopeval.costs",
        "from coopeval import costs as k",
    ],
)
def test_an_area_decides_under_whatever_name_a_notebook_uses_it(code):
    assert "costs" in areas_reached([code], area_of())
    assert "reference" in area_of()["effectiveness"].imports, "which it calls `listed`"


def test_a_frame_cannot_be_spoiled_through_what_is_handed_on(demo):
    whole = demo.unseen()
    whole["projects"]["structure_id"] = "spoiled"
    assert "spoiled" not in set(demo["projects"]["structure_id"])
    pd.testing.assert_frame_equal(demo.remade(demo.unseen())["projects"], demo["projects"])


def _finished(cache, key, names, looked_at, needed=(), released=()):
    work = cache.fresh()
    (work / "results").mkdir()
    for number, digest in enumerate(released):
        (work / "results" / f"table_{number}.about.json").write_text(json.dumps({"sha256": digest}))
    (work / "executed.ipynb").write_text("{}")
    if names is not None:
        (work / READ).write_text("".join(f"{name}\n" for name in names))
    return cache.keep(work, key, looked_at, needed)
