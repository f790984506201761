"""From states over successive extracts to rows of enterprises: by hand, and against the truth of a drawn register."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from kbo_extracts import DAYS

from coopeval import cohort, tables
from coopeval.errors import DataError, ParameterError
from coopeval.importers import kbo
from coopeval.importers.kbo import rows, states
from coopeval.importers.kbo.history import histories
from coopeval.importers.kbo.meta import Meta
from coopeval.synthetic.register import NEVER, register

EXTRACTS = [
    Meta(at + 1, day, "full", "1.0.0", True) for at, day in enumerate(DAYS)
]  # 1 Jan, Apr, Jul, Oct 2030, Jan 2031
GONE = "gone"


def lives(**states):
    """Histories of enterprises given as {extract: situation}, "gone" where they left."""
    rows = [
        (
            number,
            extract,
            situation != GONE,
            "AC" if situation != GONE else None,
            situation if situation != GONE else None,
        )
        for number, said in states.items()
        for extract, situation in said.items()
    ]
    log = pd.DataFrame(rows, columns=["number", "extract", "is_present", "status", "situation"])
    return histories(log, EXTRACTS, kbo.situations()).set_index("number")


def test_an_enterprise_that_stays_is_seen_until_the_last_extract():
    one = lives(a={1: "000"}).loc["a"]
    assert (one["observed_from"], one["last_seen_on"]) == (pd.Timestamp("2030-01-01"), pd.Timestamp("2031-01-01"))
    assert pd.isna(one["ended_on"]) and pd.isna(one["not_ended_before"]) and one["end_kind"] == ""


def test_an_enterprise_that_vanishes_ended_between_two_extracts():
    # Seen on 1 April, absent on 1 July: nothing more is known.
    one = lives(a={1: "000", 3: GONE}).loc["a"]
    assert (one["not_ended_before"], one["ended_on"]) == (pd.Timestamp("2030-04-01"), pd.Timestamp("2030-07-01"))
    assert one["end_kind"] == "unknown" and one["has_vanished"]


def test_whoever_comes_later_is_observed_later():
    assert lives(a={3: "000"}).loc["a", "observed_from"] == pd.Timestamp("2030-07-01")


ENDS = {  # states, kind of end, day of the first extract that shows it
    "bankruptcy, dated at its opening": ({1: "000", 2: "050", 3: "051", 4: GONE}, "bankrupt", "2030-04-01"),
    "liquidation, dated at the dissolution": ({1: "000", 2: "012", 4: "014", 5: GONE}, "dissolved", "2030-04-01"),
    "a liquidation opened again brings nothing back": ({1: "000", 2: "014", 3: "112"}, "dissolved", "2030-04-01"),
    "a merger is no death": ({1: "000", 3: "021", 4: GONE}, "merged", "2030-07-01"),
    "a number replaced is no death": ({1: "000", 2: "006", 3: GONE}, "taken_over", "2030-04-01"),
    "reorganised, then bankrupt": ({1: "091", 2: "050"}, "bankrupt", "2030-04-01"),
    "gone and back, then dissolved": ({1: "000", 2: GONE, 3: "000", 4: "013"}, "dissolved", "2030-10-01"),
}


@pytest.mark.parametrize("name", ENDS)
def test_how_and_when_it_ended(name):
    states, kind, day = ENDS[name]
    one = lives(a=states).loc["a"]
    assert (one["end_kind"], one["ended_on"], one["left_out"]) == (kind, pd.Timestamp(day), "")
    assert not one["has_vanished"]


def test_whoever_comes_back_has_not_ended():
    for seen in ({1: "000", 2: GONE, 4: "000"}, {1: "000", 2: "050", 3: "000"}, {1: "000", 2: "091"}):
        one = lives(a=seen).loc["a"]
        assert pd.isna(one["ended_on"]) and one["end_kind"] == ""
    assert lives(a={1: "000", 2: "091"}).loc["a", "is_distressed"]


def test_a_situation_in_no_list_is_neither_life_nor_end():
    # Known alive on 1 January; on 1 April its situation has a code nobody knows.
    one = lives(a={1: "000", 2: "777"}).loc["a"]
    assert pd.isna(one["ended_on"]) and one["last_seen_on"] == pd.Timestamp("2030-01-01")
    gone = lives(a={1: "000", 2: "777", 4: GONE}).loc["a"]
    assert (gone["not_ended_before"], gone["ended_on"]) == (pd.Timestamp("2030-01-01"), pd.Timestamp("2030-10-01"))


def test_whose_life_cannot_be_told_is_set_aside_with_the_reason():
    found = lives(a={1: "012"}, b={1: "000", 2: "999"}, c={1: "777"}, d={1: "000"})["left_out"]
    assert found.to_dict() == {
        "a": "ended_before_it_was_seen", "b": "file_cancelled", "c": "situation_unknown", "d": ""}  # fmt: skip


@pytest.fixture(scope="module")
def world():
    return register(1500, DAYS, seed=5)


@pytest.fixture(scope="module")
def store(world, tmp_path_factory):
    place = tmp_path_factory.mktemp("history")
    extracts = [world.full(0, place / "0.zip"), *(world.update(at, place / f"{at}.zip") for at in range(1, len(DAYS)))]
    kbo.bring_in(extracts, place / "store")
    return place / "store"


def test_the_truth_of_a_drawn_register_comes_back(world, store):
    found = kbo.enterprises(store).set_index("kbo_number")
    truth = world.enterprises[~world.enterprises["natural"]].set_index("number").loc[found.index]
    days = np.array(DAYS, dtype="datetime64[ns]")
    assert (found["observed_from"].to_numpy() == days[truth["born"]]).all()
    step = np.minimum(truth["ends"], truth["leaves"]).to_numpy()
    ended = step < NEVER
    assert (found["ended_on"].notna().to_numpy() == ended).all() and ended.sum() > 10
    assert (found["ended_on"].to_numpy()[ended] == days[step[ended]]).all()
    assert (found["not_ended_before"].to_numpy()[ended] == days[step[ended] - 1]).all()
    kinds = {"012": "dissolved", "050": "bankrupt", "006": "taken_over", "021": "merged"}
    due = np.where(truth["ends"] < NEVER, truth["end"].map(kinds), "unknown")[ended]
    assert (found["end_kind"].to_numpy()[ended] == due).all()
    assert (found["has_vanished"].to_numpy()[ended] == (due == "unknown")).all()


def test_a_year_with_a_slip_is_set_aside_and_read_as_no_other_year(store):
    """2600 and 0201 cannot be held in billionths of a second: unnoticed, they would come out as 2015 and 1785."""
    made = kbo.store(store)
    log = states.log(made, ["kind = '2'"]).astype({"started_on": "datetime64[s]"})
    for number, day in zip(log["number"].unique(), ("2600-01-01", "0201-01-01"), strict=False):
        log.loc[log["number"].eq(number), "started_on"] = np.datetime64(day, "s")
    found = histories(log, made.metas, kbo.situations()).assign(continued_by="")
    frame, aside = rows.rows(log, found, pd.Timestamp(DAYS[-1]))
    assert aside.set_index("reason")["n"].to_dict() == {"not_yet_born": 1, "start_date_stands_in": 1}
    assert len(frame) == len(found) - 2


def test_a_change_of_form_is_not_an_end(world, store):
    found = kbo.enterprises(store).set_index("kbo_number")
    changed = found[found["legal_form"].ne(found["legal_form_now"])]
    there = world.enterprises.set_index("number").loc[changed.index]
    assert len(changed) and set(there["form"]) <= {"008", "015"} and (there["converts"] < NEVER).all()


def test_whole_extracts_tell_the_same_lives_as_updates(world, store, tmp_path):
    """Whether a state was told by an update or seen in a full extract makes no difference."""
    kbo.bring_in([world.full(at, tmp_path / f"{at}.zip") for at in range(len(DAYS))], tmp_path / "fulls")
    one, other = kbo.enterprises(store), kbo.enterprises(tmp_path / "fulls")
    pd.testing.assert_frame_equal(one, other)


def test_the_rows_pass_the_check_of_deliveries_and_give_spells(store, tmp_path):
    chosen = kbo.select(store, tmp_path / "cohort", legal_forms=["cooperative", "non_profit"], postcodes=None)
    assert set(chosen["legal_form"]) <= {"017", "008", "706"}
    faults = [
        fault for fault in tables.check(tmp_path / "cohort") if fault.code != "E-FILE-02"
    ]  # there are no projects
    assert not [fault for fault in faults if fault.table == "enterprises"], tables.report(faults)
    dataset = tables.from_frames(
        {
            "structures": kbo.structures(store), "projects": pd.DataFrame(columns=["project_id"]),
            "enterprises": pd.read_csv(tmp_path / "cohort" / "enterprises.csv", dtype=str, keep_default_na=False),
        },
        {"delivered_on": DAYS[-1]},
    )  # fmt: skip
    spells = cohort.spells(cohort.as_of(dataset, DAYS[-1]))
    assert set(spells["arm"]) == {"register"} and (spells["entry"] < spells["exit"]).all()
    assert (spells["exit_after"] <= spells["exit"]).all() and (spells["exit_after"] < spells["exit"]).any()


def test_the_choice_is_by_place_form_birth_and_sector(world, store):
    window = ("2000-01-01", "2025-12-31")
    found = kbo.enterprises(store, postcodes=["2000"], legal_forms=["017", "610"], born=window, nace={"2025": ["88"]})
    truth = world.enterprises  # as each was when it was first seen
    seat = truth["seat"].where(truth["moves"] > truth["born"], truth["next_seat"])
    code = truth["code"].where(truth["reclassified"] > truth["born"], truth["next_code"])
    form = truth["form"].where((truth["converts"] > truth["born"]) | truth["form"].eq("008"), "610")
    born = truth["started_on"].between(*map(pd.Timestamp, window))
    wanted = seat.eq("2000") & form.isin(["017", "610"]) & born & truth["n_codes"].gt(0) & code.str.startswith("88")
    assert sorted(found["kbo_number"]) == sorted(truth.loc[wanted, "number"]) and len(found) > 3


def test_natural_persons_come_only_when_asked_for(store):
    assert "NP" not in set(kbo.enterprises(store)["legal_form"])
    assert set(kbo.enterprises(store, legal_forms=["NP"])["legal_form"]) == {"NP"}


def test_what_cannot_be_meant_is_refused(store, tmp_path):
    for wrong in ({"nace": ["88"]}, {"nace": {"1993": ["88"]}}, {"legal_forms": ["coop"]}, {"vanished": "lost"},
                  {"born": ("2020-01-01", "2010-01-01")}):  # fmt: skip
        with pytest.raises(ParameterError):
            kbo.enterprises(store, **wrong)
    with pytest.raises(DataError, match="no extracts"):
        kbo.enterprises(tmp_path)
    with pytest.raises(DataError, match="Nobody"):
        kbo.select(store, tmp_path / "nobody", postcodes=["9999"])
    assert not (tmp_path / "nobody").exists()


def test_versions_of_nace_stay_apart(store):
    found = kbo.enterprises(store)
    with_code = found[found["nace_version"].ne("unknown")]
    assert (with_code["nace_code"] == with_code["nace_2025"].str[:5]).all()
    assert set(found.loc[found["nace_version"].eq("unknown"), "nace_code"]) == {"00"}
    assert found.attrs["about"]["nace_versions"]["2025"] == len(with_code)


def test_a_vanishing_may_be_called_an_end_by_a_named_assumption(store):
    found = kbo.enterprises(store, vanished="ceased")
    assert "unknown" not in set(found["end_kind"]) and found.attrs["about"]["vanished"] == "ceased"
    assert found.loc[found["has_vanished"], "end_kind"].eq("ceased").all()


def test_ends_that_were_looked_up_go_first(store):
    vanished = kbo.enterprises(store).loc[lambda frame: frame["has_vanished"]].iloc[0]
    day = (vanished["ended_on"] - pd.Timedelta(days=20)).date()
    text = "enterprise_number,ended_on,end_kind,continued_by,source\n{0},{1},dissolved,,Official Gazette\n"
    (store / "exits.csv").write_text(text.format(vanished["kbo_number"], day))
    try:
        found = kbo.enterprises(store)
        one = found.set_index("kbo_number").loc[vanished["kbo_number"]]
        assert (one["ended_on"], one["end_kind"]) == (pd.Timestamp(day), "dissolved") and pd.isna(
            one["not_ended_before"]
        )
        assert found.attrs["about"]["n_exits_known"] == 1
        (store / "exits.csv").write_text(text.format("0123456748", day))
        with pytest.raises(DataError, match="lines 2"):
            kbo.enterprises(store)
    finally:
        (store / "exits.csv").unlink()


def test_a_table_of_situations_of_ones_own_goes_first(store):
    own = kbo.situations().assign(role=lambda table: table["role"].where(table["code"].ne("012"), "distressed"))
    own.loc[own["code"].eq("012"), "end_kind"] = ""
    own.to_csv(store / "situations.csv", index=False)
    try:
        before = kbo.enterprises(store)["end_kind"].eq("dissolved").sum()
        assert before == 0
        own.assign(role="asleep").to_csv(store / "situations.csv", index=False)
        with pytest.raises(DataError, match="asleep"):
            kbo.enterprises(store)
    finally:
        (store / "situations.csv").unlink()


def test_the_register_is_a_structure_of_its_own(store):
    row = kbo.structures(store).iloc[0]
    assert (row["kind"], bool(row["is_evaluated"])) == ("register_sample", False)
    assert "extracts 1 (2030-01-01) to 5 (2031-01-01)" in row["source"] and date(2031, 1, 1) == DAYS[-1]
