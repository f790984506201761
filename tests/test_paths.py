"""Paths of projects through their states, by the conventions of days and months."""

import demo_data
import pandas as pd
import pytest
from small_delivery import dataset

from coopeval import cohort, pathways, reference

ONE = {"project_id": "P1"}
BORN_LATER = {"enterprise_id": "E1", "project_id": "P1", "born_on": "2020-07-01"}
THERE_AT_ENTRY = {"enterprise_id": "E1", "project_id": "P1", "born_on": "2018-01-01", "observed_from": "2020-01-01"}


def path(projects=(ONE,), enterprises=(), recognitions=(), **more):
    """State, entry, exit and next state of each stay."""
    frame = cohort.histories(dataset(projects, enterprises, recognitions, **more))
    return frame[["state", "entry", "exit", "next_state"]].round(4).values.tolist()


def recognised(on, until=None, enterprise="E1", **more):
    row = {"enterprise_id": enterprise, "step": "recognised", "happened_on": on, **more}
    return row if until is None else {**row, "valid_until": until}


def test_a_project_waits_until_its_enterprise_is_born_and_is_then_followed_with_it():
    # 1 January to 1 July 2020 are 6 months; to 30 June 2026 another 72
    assert path(enterprises=[BORN_LATER]) == [["accompanied", 0, 6, "created"], ["created", 6, 78, ""]]


def test_an_enterprise_there_at_entry_starts_in_the_state_it_holds_then():
    assert path(enterprises=[THERE_AT_ENTRY]) == [["created", 0, 78, ""]]
    held = path(enterprises=[THERE_AT_ENTRY], recognitions=[recognised("2019-06-01", "2030-05-31")])
    assert held == [["recognised", 0, 78, ""]]


def test_recognition_and_mandate_are_states_of_their_own():
    steps = [recognised("2021-01-01", "2030-12-31"), recognised("2022-01-01", "2030-12-31", track="insertion_mandate")]
    assert path(enterprises=[BORN_LATER], recognitions=steps) == [
        ["accompanied", 0, 6, "created"], ["created", 6, 12, "recognised"], ["recognised", 12, 24, "mandated"],
        ["mandated", 24, 78, ""],
    ]  # fmt: skip


def test_a_mandate_without_recognition_is_no_recognition():
    steps = [recognised("2022-01-01", "2030-12-31", track="insertion_mandate")]
    assert path(enterprises=[BORN_LATER], recognitions=steps)[-1] == ["created", 6, 78, ""]


def test_a_recognition_that_runs_out_leads_back_and_a_renewal_on_the_next_day_goes_on():
    lapsed = path(enterprises=[BORN_LATER], recognitions=[recognised("2021-01-01", "2022-12-31")])
    assert lapsed[1:] == [["created", 6, 12, "recognised"], ["recognised", 12, 36, "created"], ["created", 36, 78, ""]]
    renewed = [recognised("2021-01-01", "2022-12-31"), recognised("2023-01-01", "2030-12-31")]
    assert path(enterprises=[BORN_LATER], recognitions=renewed)[-1] == ["recognised", 12, 78, ""]


def test_a_recognition_that_expired_or_was_withdrawn_ends_the_day_before():
    for step in ("expired", "withdrawn"):
        steps = [recognised("2021-01-01"), {"enterprise_id": "E1", "step": step, "happened_on": "2022-01-01"}]
        assert path(enterprises=[BORN_LATER], recognitions=steps)[-2:] == [
            ["recognised", 12, 24, "created"], ["created", 24, 78, ""],
        ]  # fmt: skip


def test_a_withdrawn_application_for_renewal_does_not_end_the_recognition():
    steps = [recognised("2021-01-01", "2030-12-31"),
             {"enterprise_id": "E1", "step": "applied", "happened_on": "2022-01-01"},
             {"enterprise_id": "E1", "step": "withdrawn", "happened_on": "2022-06-01"}]  # fmt: skip
    assert path(enterprises=[BORN_LATER], recognitions=steps)[-1] == ["recognised", 12, 78, ""]


def test_a_project_that_ends_is_there_on_its_last_day():
    ends = {"ended_on": "2020-12-31", "last_seen_on": "2020-12-31"}
    for kind in ("stopped", "handed_over", "merged", "moved_away"):
        assert path([{**ONE, **ends, "end_kind": kind}]) == [["accompanied", 0, 12, kind]]


def test_lost_contact_is_no_end():
    row = {**ONE, "ended_on": "2021-06-30", "last_seen_on": "2020-12-31", "end_kind": "lost_contact"}
    frame = cohort.histories(dataset([row]))
    assert frame[["exit", "next_state", "is_lost"]].values.tolist() == [[12, "", True]]
    assert frame["followed_until"].item() == 78


def test_the_enterprise_ends_the_path():
    gone = {**BORN_LATER, "ended_on": "2021-12-31", "last_seen_on": "2021-12-31", "end_kind": "bankrupt"}
    assert path(enterprises=[gone])[-1] == ["created", 6, 24, "ceased"]
    moved = {**gone, "end_kind": "moved_away"}
    assert path(enterprises=[moved])[-1] == ["created", 6, 24, "moved_away"]


def test_an_enterprise_taken_over_lives_on_with_the_recognition_of_its_successor():
    first = {**BORN_LATER, "ended_on": "2021-12-31", "last_seen_on": "2021-12-31", "end_kind": "taken_over",
             "continued_by": "E2"}  # fmt: skip
    heir = {"enterprise_id": "E2", "project_id": "P1", "born_on": "2022-01-01"}
    found = path(enterprises=[first, heir], recognitions=[recognised("2023-01-01", "2030-12-31", "E2")])
    assert found[1:] == [["created", 6, 36, "recognised"], ["recognised", 36, 78, ""]]


def test_a_second_enterprise_of_a_project_has_no_path_of_its_own():
    second = {"enterprise_id": "E2", "project_id": "P1", "born_on": "2021-07-01"}
    assert len(path(enterprises=[BORN_LATER, second])) == 2


def test_an_enterprise_the_register_shows_after_the_project_left_counts_as_created():
    left = {**ONE, "ended_on": "2020-03-31", "last_seen_on": "2020-03-31", "end_kind": "stopped"}
    assert path([left], [BORN_LATER])[0] == ["accompanied", 0, 6, "created"]


def test_who_never_entered_is_counted_and_not_followed():
    frame = cohort.histories(dataset([ONE, {"project_id": "P2", "entered_on": None}]))
    counted = cohort.exclusions(frame)
    assert counted[["group", "estimate"]].values.tolist() == [["all", 2], ["no_zero_date", 1], ["studied", 1]]
    assert counted.attrs["about"]["unit"] == "projects"


def test_rejected_projects_and_those_of_others_have_no_path():
    others = [{"project_id": "P2", "selection": "rejected"}, {"project_id": "P3", "structure_id": "S2"}]
    assert set(cohort.histories(dataset([ONE, *others]))["project_id"]) == {"P1"}


def test_nothing_later_than_the_day_is_seen():
    steps = [recognised("2021-01-01", "2030-12-31")]
    assert path(enterprises=[BORN_LATER], recognitions=steps, as_of="2020-12-31")[-1] == ["created", 6, 12, ""]


def test_order_of_rows_does_not_matter():
    projects = [{"project_id": f"P{i}"} for i in range(1, 4)]
    enterprises = [{**BORN_LATER, "enterprise_id": f"E{i}", "project_id": f"P{i}"} for i in range(1, 4)]
    steps = [recognised("2021-01-01", "2022-12-31", f"E{i}") for i in range(1, 4)]
    one = cohort.histories(dataset(projects, enterprises, steps))
    other = cohort.histories(dataset(projects[::-1], enterprises[::-1], steps[::-1]))
    pd.testing.assert_frame_equal(pd.DataFrame(one), pd.DataFrame(other))


def test_the_states_are_those_of_the_code_list_in_the_order_of_the_stack():
    listed = [code for code in reference.labels("path_states", "en") if code not in ("elsewhere", "lost", "unknown")]
    assert listed == list(pathways.STATES)
    assert set(cohort.STATES) == set(pathways.STATES)


def test_stays_of_the_demo_follow_each_other_without_a_gap():
    frame = cohort.histories(demo_data.as_of())
    before = frame.groupby("project_id")["exit"].shift()
    assert (frame["entry"] - before).dropna().to_numpy() == pytest.approx(0)
    assert (frame["exit"] > frame["entry"]).all() and frame["project_id"].nunique() == 404
