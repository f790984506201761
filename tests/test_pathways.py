"""Where projects stand: by hand, against R, and what must always hold."""

from pathlib import Path

import demo_data
import numpy as np
import pandas as pd
import pytest

from coopeval import cohort, competing, pathways, semesters, survival
from coopeval.errors import DataError, ParameterError

FOLDER = Path(__file__).parent / "reference"
# Four projects. A is created at 6, recognised at 12, seen to 24; B stops at 6; C is seen in support to 9; D has an
# enterprise at entry that ceases at 12. Start: 3/4 accompanied, 1/4 created.
# At 6 three are accompanied, one is created and one stops: 3/4 x 1/3 = 1/4 each go, 1/4 stay.
# At 12 two are created (A, D); one is recognised, one ceases: 1/2 x 1/2 = 1/4 each, none is left.
FOUR = pd.DataFrame(
    [
        ("a", "accompanied", 0, 6, "created"), ("a", "created", 6, 12, "recognised"), ("a", "recognised", 12, 24, ""),
        ("b", "accompanied", 0, 6, "stopped"), ("c", "accompanied", 0, 9, ""), ("d", "created", 0, 12, "ceased"),
    ],
    columns=["project_id", "state", "entry", "exit", "next_state"],
)  # fmt: skip
STATES = ["recognised", "created", "accompanied", "stopped", "ceased"]
OF_R = ["accompanied", "created", "recognised", "stopped", "ceased"]


def at(table, month):
    return table[table["at_months"].eq(month)].set_index("group")["estimate"]


def test_shares_match_the_hand_calculation():
    table = pathways.occupation(FOUR, STATES)
    assert at(table, 0).to_dict() == pytest.approx(dict(zip(STATES, [0, 0.25, 0.75, 0, 0], strict=True)))
    assert at(table, 6).to_dict() == pytest.approx(dict(zip(STATES, [0, 0.5, 0.25, 0.25, 0], strict=True)))
    assert at(table, 12).to_dict() == pytest.approx(dict(zip(STATES, [0.25, 0, 0.25, 0.25, 0.25], strict=True)))


def test_counts_beside_the_shares_are_those_in_sight_and_those_who_arrive():
    rows = pathways.occupation(FOUR, STATES).query("at_months == 6").set_index("group")
    assert rows["at_risk"].unique().tolist() == [4] and rows["n"].unique().tolist() == [4]
    assert rows["n_events"].to_dict() == {"recognised": 0, "created": 1, "accompanied": 0, "stopped": 1, "ceased": 0}


def test_without_censoring_shares_and_errors_are_those_of_counts():
    # ten projects, three created at 6: .3, error sqrt(.3 x .7 / 10), whatever the mix at the start
    ten = pd.DataFrame({"project_id": range(10), "state": ["created"] * 2 + ["accompanied"] * 8, "entry": 0.0})
    ten = ten.assign(exit=6.0, next_state=["", "", "created"] + ["stopped"] * 7).assign(exit=[9.0, 9.0] + [6.0] * 8)
    row = pathways.occupation(ten, ["created", "accompanied", "stopped"], [8]).set_index("group").loc["created"]
    assert row["estimate"] == pytest.approx(0.3)
    assert row["se"] == pytest.approx(np.sqrt(0.3 * 0.7 / 10))


@pytest.mark.parametrize("case", ["from_start", "late_entry", "mixed_start"])
def test_shares_and_errors_equal_those_of_r(case):
    stays = pd.read_csv(FOLDER / "occupation_stays.csv", keep_default_na=False).query("case == @case")
    stored = pd.read_csv(FOLDER / "occupation_r.csv").query("case == @case")
    table = pathways.occupation(stays.drop(columns="case"), OF_R, sorted(stored["at_months"].unique()))
    both = table.merge(stored, left_on=["group", "at_months"], right_on=["state", "at_months"])
    assert len(both) == len(stored)
    assert both["estimate_x"].to_numpy() == pytest.approx(both["estimate_y"].to_numpy(), abs=1e-12)
    if case == "mixed_start":  # R takes the mix at the start as given; here it is found by chance too
        assert (both["se_x"] >= both["se_y"] - 0.002).all()
    else:
        assert both["se_x"].to_numpy() == pytest.approx(both["se_y"].to_numpy(), abs=1e-12)


def test_with_one_state_to_leave_it_is_kaplan_meier():
    spells = pd.read_csv(FOLDER / "spells.csv", keep_default_na=False)
    spells = spells.assign(event=spells["cause"].eq("ceased"))
    stays = spells.assign(project_id=spells["enterprise_id"], state="on", next_state=np.where(spells.event, "off", ""))
    curve = survival.curve(spells)
    share = pathways.occupation(stays, ["on", "off"]).query("group == 'on'").set_index("at_months")["estimate"]
    assert share[curve["at_months"]].to_numpy() == pytest.approx(curve["estimate"].to_numpy())


def test_with_ends_of_several_kinds_it_is_their_incidence():
    spells = pd.DataFrame({"enterprise_id": range(8), "entry": 0.0, "exit": [2, 2, 3, 4, 4, 5, 6, 6],
                           "cause": ["a", "b", "", "a", "a", "", "b", ""]})  # fmt: skip
    stays = spells.assign(project_id=spells["enterprise_id"], state="on", next_state=spells["cause"])
    table, ends = pathways.occupation(stays, ["on", "a", "b"]), competing.incidence(spells)
    for cause in ("a", "b"):
        own = ends[ends["cause"].eq(cause)].set_index("at_months")
        found = table[table["group"].eq(cause)].set_index("at_months").loc[own.index]
        assert found["estimate"].to_numpy() == pytest.approx(own["estimate"].to_numpy())
        assert found["se"].to_numpy() == pytest.approx(own["se"].to_numpy())


def test_states_add_up_to_one_and_months_to_the_horizon():
    frame = cohort.histories(demo_data.as_of())
    table = pathways.occupation(frame)
    assert table.groupby("at_months")["estimate"].sum().to_numpy() == pytest.approx(1)
    assert table["low"].le(table["estimate"] + 1e-12).all() and table["high"].ge(table["estimate"] - 1e-12).all()
    months = pathways.months_in_state(frame, 60)
    assert months["estimate"].sum() == pytest.approx(60)
    whole = pathways.months_in_state(pathways.gathered(frame), 60).set_index("group")["estimate"]
    apart = months.set_index("group")["estimate"]
    assert whole["elsewhere"] == pytest.approx(apart["merged"] + apart["moved_away"])


def test_months_match_the_hand_calculation():
    # recognised 0 to 12, then 1/4 x 12 = 3; created 1/4 x 6 + 1/2 x 6 = 4.5; accompanied 3/4 x 6 + 1/4 x 18 = 9
    months = pathways.months_in_state(FOUR, 24, STATES).set_index("group")["estimate"]
    assert months.to_dict() == pytest.approx(
        {"recognised": 3, "created": 4.5, "accompanied": 9, "stopped": 4.5, "ceased": 3}
    )


def test_errors_of_months_are_the_spread_of_projects_left_out_in_turn():
    stays = pd.read_csv(FOLDER / "occupation_stays.csv", keep_default_na=False).query("case == 'mixed_start'")
    stays = stays.drop(columns="case")
    own = pathways.months_in_state(stays, 12, OF_R)["se"]
    ids = stays["project_id"].unique()
    without = [pathways.months_in_state(stays[stays["project_id"].ne(i)], 12, OF_R)["estimate"] for i in ids]
    jackknife = np.std(without, axis=0) * np.sqrt(len(ids) - 1)
    assert own.to_numpy() == pytest.approx(jackknife, rel=0.05)


def test_beyond_the_last_project_followed_nothing_is_claimed():
    assert pathways.occupation(FOUR, STATES, [30])["estimate"].isna().all()
    assert pathways.months_in_state(FOUR, 30, STATES)["note"].eq("beyond_follow_up").all()


def test_changes_are_counted():
    found = pathways.transitions(FOUR, STATES).set_index("group")["estimate"]
    assert found.to_dict() == {
        "created_recognised": 1, "created_ceased": 1, "accompanied_created": 1, "accompanied_stopped": 1,
    }  # fmt: skip


def test_order_of_rows_does_not_matter_and_nothing_given_is_changed():
    before = FOUR.copy()
    one, other = pathways.occupation(FOUR, STATES), pathways.occupation(FOUR[::-1], STATES)
    pd.testing.assert_frame_equal(pd.DataFrame(one), pd.DataFrame(other))
    pd.testing.assert_frame_equal(FOUR, before)


def test_bounds_hold_whatever_the_lost_ones_did():
    # C is lost at 9 of 24. In support to the end: created 0 at 24 and accompanied 1/4. Ceased: 2/4 at most.
    lost = FOUR.assign(is_lost=FOUR["project_id"].eq("c"), followed_until=24.0)
    table = pathways.occupation_bounds(lost, [24], STATES).set_index("group")
    assert table.loc["accompanied", ["low", "high"]].tolist() == pytest.approx([0, 0.25])
    assert table.loc["ceased", ["low", "high"]].tolist() == pytest.approx([0.25, 0.5])
    assert table.loc["created", ["low", "estimate", "high"]].tolist() == pytest.approx([0, 0, 0.25])


def test_bounds_of_a_share_that_something_happened_to():
    spells = pd.DataFrame({"project_id": list("abcd"), "entry": 0.0, "exit": [6.0, 6.0, 12.0, 12.0],
                           "cause": ["stopped", "", "", ""], "is_lost": [False, True, False, False],
                           "followed_until": 12.0})  # fmt: skip
    table = pathways.incidence_bounds(spells, "stopped", [12]).set_index("group")["estimate"]
    assert table.to_dict() == pytest.approx({"base": 0.25, "lost_with": 0.5, "lost_without": 0.25})
    base = competing.incidence(spells)
    assert base[base["cause"].eq("stopped")]["estimate"].iloc[-1] == pytest.approx(table["base"])


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (FOUR.assign(exit=FOUR["entry"]), "entry < exit"),
        (FOUR.replace({"next_state": {"ceased": "vanished"}}), "vanished: not among the states"),
        (FOUR.assign(entry=[0, 5, 12, 0, 0, 0]), "one stay follows another"),
        (FOUR.drop(columns="next_state"), "cohort.histories gives them"),
    ],
)
def test_stays_that_cannot_be_are_refused(wrong, said):
    with pytest.raises(DataError, match=said):
        pathways.occupation(wrong, STATES)


def test_flows_reconcile_in_every_semester_of_the_demo():
    dataset = demo_data.as_of()
    table = pathways.flows(dataset, semesters.latest("2026S1", 20))
    assert (table["n_start"] + table["n_in"] - table["n_out"]).tolist() == table["estimate"].tolist()
    assert table["estimate"].ge(0).all()
    wide = table.pivot(index="state", columns="group", values=["n_start", "estimate"])
    for before, after in zip(wide["estimate"], list(wide["estimate"])[1:], strict=False):
        assert wide["estimate"][before].equals(wide["n_start"][after].rename(before))
    entered = dataset["projects"].query("structure_id == 'S1' and selection == 'selected'")["entered_on"].notna().sum()
    assert table[table["group"].eq("2026S1")]["estimate"].sum() == entered  # everyone stands somewhere


def test_flows_to_a_day_that_has_not_come_are_refused():
    dataset = demo_data.as_of("2025S2")
    with pytest.raises(ParameterError, match="none that ends after the day"):
        pathways.flows(dataset, ["2026S1"])
    with pytest.raises(ParameterError, match="at least one semester"):
        pathways.flows(dataset, [])


def test_a_horizon_of_nothing_is_refused():
    with pytest.raises(ParameterError, match="above 0"):
        pathways.months_in_state(FOUR, 0, STATES)
