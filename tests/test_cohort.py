"""Who is studied, from when to when, by the conventions of dates, months and spells."""

import numpy as np
import pandas as pd
import pytest

from coopeval import cohort, tables
from coopeval.cohort.units import section
from coopeval.errors import DataError, ParameterError

STRUCTURES = [
    {"structure_id": "S1", "kind": "incubator", "is_evaluated": True},
    {"structure_id": "S2", "kind": "incubator", "is_evaluated": False},
    {"structure_id": "S3", "kind": "register_sample", "is_evaluated": False},
]
PROJECT = {
    "project_id": "P1", "structure_id": "S1", "selection": "selected", "entered_on": "2020-01-01",
    "stage_at_entry": "idea", "project_type": "services", "economic_model": "cooperative", "last_seen_on": "2026-06-30",
}  # fmt: skip
ENTERPRISE = {
    "enterprise_id": "E1", "structure_id": "S1", "project_id": "P1", "legal_form": "706", "born_on": "2020-07-01",
    "observed_from": "2020-07-01", "last_seen_on": "2026-06-30", "nace_version": "2025", "nace_code": "62.010",
}  # fmt: skip


def delivery(enterprises, projects=(PROJECT,), participations=()):
    """A delivery of a few rows; what a row does not say is empty."""
    frames = {
        "structures": pd.DataFrame(STRUCTURES),
        "projects": pd.DataFrame(list(projects)),
        "enterprises": pd.DataFrame([{**ENTERPRISE, **row} for row in enterprises]),
    }
    if participations:
        frames["participations"] = pd.DataFrame(list(participations))
    return tables.from_frames(frames, {"name": "test", "delivered_on": "2026-06-30", "is_synthetic": True})


def spell(clock="age", projects=(PROJECT,), **row):
    return cohort.spells(delivery([row], projects), clock).iloc[0]


def test_an_enterprise_that_goes_on_is_watched_to_the_last_day_it_was_seen():
    assert (spell()["entry"], spell()["exit"], spell()["event"], spell()["cause"]) == (0, 72, False, "")


def test_on_the_clock_of_programme_entry_a_later_birth_is_delayed_entry():
    assert (spell("entry")["entry"], spell("entry")["exit"]) == (6, 78)


def test_an_enterprise_older_than_the_programme_enters_late():  # Blossom: it could not have failed before
    old = {"born_on": "2015-01-01", "observed_from": "2020-01-01"}
    assert (spell("age", **old)["entry"], spell("entry", **old)["entry"]) == (60, 0)
    assert spell("entry", **old)["exit"] == 78


@pytest.mark.parametrize("kind", ["ceased", "bankrupt", "dissolved"])
def test_ceasing_is_the_event(kind):
    ended = spell(ended_on="2021-06-30", end_kind=kind)
    assert (ended["exit"], ended["event"], ended["cause"]) == (12, True, "ceased")


@pytest.mark.parametrize("kind", ["merged", "moved_away"])
def test_other_ends_are_causes_of_their_own_and_no_event(kind):
    ended = spell(ended_on="2021-06-30", end_kind=kind)
    assert (ended["event"], ended["cause"]) == (False, kind)


def test_an_enterprise_lost_from_sight_is_censored_where_it_was_last_seen():
    lost = spell(ended_on="2023-12-31", end_kind="lost_contact", last_seen_on="2022-06-30")
    assert (lost["exit"], lost["event"], lost["cause"], lost["end_kind"]) == (24, False, "", "lost_contact")


def test_an_end_found_at_a_visit_lies_between_the_last_day_known_and_the_finding():
    found = spell(ended_on="2021-12-31", not_ended_before="2021-06-30", end_kind="ceased")
    assert (found["exit_after"], found["exit"]) == (12, 18)


def test_taken_over_with_a_successor_lives_on_and_the_successor_is_no_unit():
    rows = [
        {"ended_on": "2021-06-30", "end_kind": "taken_over", "continued_by": "E2", "last_seen_on": "2021-06-30"},
        {"enterprise_id": "E2", "born_on": "2021-07-01", "ended_on": "2024-06-30", "end_kind": "ceased"},
    ]
    frame = cohort.spells(delivery(rows))
    assert frame[["enterprise_id", "exit", "event"]].values.tolist() == [["E1", 48.0, True]]
    assert "successor_counted_in_predecessor" in set(frame.attrs["exclusions"]["reason"])


def test_taken_over_without_a_successor_is_censored():
    gone = spell(ended_on="2021-06-30", end_kind="taken_over")
    assert (gone["exit"], gone["event"], gone["cause"]) == (12, False, "")


def test_enterprises_taken_over_in_a_circle_are_refused():
    rows = [
        {"enterprise_id": "E1", "ended_on": "2021-06-30", "end_kind": "taken_over", "continued_by": "E2"},
        {"enterprise_id": "E2", "ended_on": "2021-06-30", "end_kind": "taken_over", "continued_by": "E1"},
    ]
    with pytest.raises(DataError, match="circle"):
        cohort.spells(delivery(rows))


def test_a_new_legal_form_is_nothing_at_all():
    pd.testing.assert_series_equal(spell(legal_form_now="610"), spell())


def test_arms_follow_selection_and_structure():
    projects = [
        PROJECT,
        {**PROJECT, "project_id": "P2", "selection": "rejected", "decided_on": "2019-12-01", "entered_on": None},
        {**PROJECT, "project_id": "P3", "selection": "waiting_list", "decided_on": "2019-12-01", "entered_on": None},
        {**PROJECT, "project_id": "P4", "structure_id": "S2"},
    ]
    rows = [
        {"enterprise_id": "E1"},
        {"enterprise_id": "E2", "project_id": "P2"},
        {"enterprise_id": "E3", "project_id": "P3"},
        {"enterprise_id": "E4", "project_id": "P4", "structure_id": "S2"},
        {"enterprise_id": "E5", "project_id": "", "structure_id": "S3", "matched_on": "2020-01-01"},
    ]
    frame = cohort.spells(delivery(rows, projects), "entry")
    assert frame["arm"].tolist() == ["programme", "rejected", "waiting_list", "structure", "register"]
    assert frame["entry"].tolist() == [6, 7, 7, 6, 6]
    assert cohort.arm(frame, "register")["enterprise_id"].tolist() == ["E5"]


def test_an_enterprise_of_two_structures_counts_in_the_programme_only():
    rows = [
        {"kbo_number": "0417497106"},
        {"enterprise_id": "E2", "structure_id": "S2", "project_id": "", "kbo_number": "0417497106"},
    ]
    frame = cohort.spells(delivery(rows))
    assert frame["enterprise_id"].tolist() == ["E1"]
    assert frame.attrs["exclusions"]["reason"].tolist().count("duplicate_entity") == 1


def test_nobody_without_the_zero_date_enters_that_clock():
    projects = [{**PROJECT, "entered_on": None}]
    frame = cohort.spells(delivery([{}], projects), "entry")
    assert len(frame) == 0
    table = cohort.exclusions(frame)
    assert dict(zip(table["group"], table["estimate"], strict=True)) == {
        "all": 1, "no_zero_date": 1, "studied": 0,
    }  # fmt: skip


def test_an_end_before_entry_is_left_out_and_counted():
    before = {"born_on": "2018-01-01", "ended_on": "2019-06-30", "end_kind": "ceased"}
    frame = cohort.spells(delivery([before]), "entry")
    assert frame.attrs["exclusions"]["reason"].tolist() == ["ended_before_entry"]


def test_programme_and_cohort_are_those_first_entered():
    part = {"participation_id": "T2", "project_id": "P1", "programme": "blossom", "cohort": "B3"}
    taken = [
        {**part, "started_on": "2021-01-01"},
        {**part, "participation_id": "T1", "programme": "seeds", "cohort": "S1", "started_on": "2020-01-01"},
    ]
    frame = cohort.spells(delivery([{}], participations=taken))
    assert frame[["programme", "cohort", "entry_year", "nace_section", "legal_family"]].values.tolist() == [
        ["seeds", "S1", "2020", "K", "cooperative"]
    ]


def test_as_of_shows_nothing_later():
    dataset = delivery([{"ended_on": "2024-03-31", "end_kind": "ceased"}])
    frame = cohort.spells(cohort.as_of(dataset, "2023-12-31"))
    assert frame[["exit", "event", "cause"]].values.tolist() == [[42.0, False, ""]]
    with pytest.raises(ParameterError, match="2026-06-30"):
        cohort.as_of(dataset, "2026-12-31")


def test_the_flow_adds_up():
    rows = [{}, {"enterprise_id": "E2", "born_on": "2018-01-01", "ended_on": "2019-06-30", "end_kind": "ceased"}]
    table = cohort.exclusions(cohort.spells(delivery(rows), "entry")).set_index("group")["estimate"]
    assert table["all"] == 2 and table.drop("all").sum() == 2


def test_sections_are_read_off_divisions():
    assert section(pd.Series(["45.200", "47110", "58.11", "", "xx"])).tolist() == ["G", "G", "J", "unknown", "unknown"]


def test_the_input_is_left_alone():
    dataset = delivery([{}])
    before = {name: frame.copy() for name, frame in dataset.items()}
    cohort.spells(dataset, "entry")
    for name, frame in before.items():
        pd.testing.assert_frame_equal(dataset[name], frame)


def test_row_order_does_not_matter():
    rows = [{"enterprise_id": f"E{i}", "born_on": f"202{i}-01-01", "observed_from": f"202{i}-01-01"} for i in range(5)]
    pd.testing.assert_frame_equal(cohort.spells(delivery(rows)), cohort.spells(delivery(rows[::-1])))
    assert np.all(np.diff(cohort.spells(delivery(rows))["exit"]) < 0)


def test_an_unknown_clock_is_refused():
    with pytest.raises(ParameterError, match="age"):
        cohort.spells(delivery([{}]), "calendar")


def test_an_enterprise_never_seen_after_entry_did_not_end():
    lost = {"born_on": "2018-01-01", "last_seen_on": "2019-06-30"}
    frame = cohort.spells(delivery([lost]), "entry")
    assert frame.attrs["exclusions"]["reason"].tolist() == ["exit_not_after_entry"]


@pytest.mark.parametrize(
    ("project", "reason"),
    [({"selection": "withdrawn"}, "not_in_arm"), ({"structure_id": "S2"}, "duplicate_entity")],
)
def test_a_successor_in_the_programme_is_never_lost_to_a_predecessor_outside_it(project, reason):
    projects = [PROJECT, {**PROJECT, "project_id": "P2", **project}]
    taken = {"ended_on": "2021-06-30", "end_kind": "taken_over", "continued_by": "E2"}
    rows = [
        {"enterprise_id": "E1", "project_id": "P2", "structure_id": project.get("structure_id", "S1"), **taken},
        {"enterprise_id": "E2", "born_on": "2021-07-01"},
    ]
    frame = cohort.spells(delivery(rows, projects))
    assert frame["enterprise_id"].tolist() == ["E2"]
    assert reason in frame.attrs["exclusions"]["reason"].tolist()


def test_every_frame_can_be_shown_in_a_narrow_window_and_put_together():
    """What stands beside a frame (who was left out, a curve) must not get in the way of pandas."""
    made = delivery([ENTERPRISE])
    frames = [cohort.spells(made), cohort.spells(made, only="programme"), cohort.jobs(made), cohort.histories(made)]
    with pd.option_context("display.width", 40, "display.max_columns", 4):
        assert all(repr(frame) for frame in frames)
    assert all(len(pd.concat([frame, frame])) == 2 * len(frame) for frame in frames)
