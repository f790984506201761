"""The quality of the delivery: balances that add up, responses, bounds, contradictions."""

import demo_data
import numpy as np
import pandas as pd
import pytest

from coopeval import cohort, quality, tables
from coopeval.disclosure import gate
from coopeval.errors import DataError, Fault, Faults, ParameterError
from coopeval.tables import Dataset

STRUCTURES = pd.DataFrame({"structure_id": ["S1", "S2"], "kind": "incubator", "is_evaluated": [True, False]})
PROJECTS = pd.DataFrame(
    {
        "project_id": ["P1", "P2", "P3"], "structure_id": ["S1", "S1", "S2"], "selection": "selected",
        "applied_on": ["2022-01-01", "2023-08-01", "2022-01-01"],
        "entered_on": ["2022-02-01", "2023-09-01", "2022-02-01"],
        "postcode": ["1000", "", ""], "last_seen_on": "2026-06-30",
    }
)  # fmt: skip
ENTERPRISES = pd.DataFrame(
    {
        "enterprise_id": ["E1", "E2", "E3"], "structure_id": ["S1", "S1", "S2"], "project_id": ["P1", "P2", "P3"],
        "born_on": "2023-10-01", "observed_from": "2023-10-01", "legal_form": "706", "nace_code": "62.010",
        "ended_on": ["2024-06-30", None, None], "end_kind": ["ceased", "", ""], "last_seen_on": "2026-06-30",
    }
)  # fmt: skip


def delivery(**more):
    frames = {"structures": STRUCTURES, "projects": PROJECTS, "enterprises": ENTERPRISES, **more}
    return tables.from_frames(frames, {"name": "test", "delivered_on": "2026-06-30", "is_synthetic": True})


def row(table, group):
    return table.set_index("group").loc[group]


def test_rows_that_came_in_are_those_used_and_those_set_aside():
    made = delivery()
    aside = pd.DataFrame(
        [("projects", "P9", 5, "duplicate", "Q-KEY-01")], columns=["table", "key", "line", "reason", "code"]
    )
    table = quality.rows(Dataset(dict(made), made.about, aside))
    assert (table["n"] == table["estimate"] + table["n_set_aside"]).all()
    assert row(table, "projects")[["n", "estimate", "n_set_aside"]].tolist() == [4, 3, 1]
    assert row(table, "all")[["n", "estimate", "n_set_aside"]].tolist() == [9, 8, 1]


def test_a_public_balance_still_adds_up_and_still_shows_that_something_was_set_aside():
    made = delivery()
    aside = pd.DataFrame({"table": ["projects"], "key": "P9", "line": 5, "reason": "duplicate", "code": "Q-KEY-01"})
    released = gate(quality.rows(Dataset(dict(made), made.about, aside)), "rows")
    assert (released["n"] == released["estimate"] + released["n_set_aside"]).all()
    assert row(released, "projects")["n_set_aside"] > 0 == row(released, "enterprises")["n_set_aside"]
    assert not released["hidden"].any()


def test_filled_cells_are_counted_per_table_and_per_column():
    per_column = quality.filled(delivery(), "projects")
    assert row(per_column, "postcode")[["n", "estimate", "n_empty"]].tolist() == [3, 1, 2]
    assert row(per_column, "entered_on")["n_empty"] == 0
    assert "project_id" not in set(per_column["group"])  # never empty, so nothing to tell
    whole = row(quality.filled(delivery()), "projects")
    assert whole["n_empty"] == per_column["n_empty"].sum() and whole["n"] == per_column["n"].sum()


def test_facts_are_counted_in_every_semester_between_the_first_and_the_last():
    table = quality.facts(delivery(), "projects")
    assert table.set_index("group")["estimate"].to_dict() == {"2022S1": 2, "2022S2": 0, "2023S1": 0, "2023S2": 1}


def test_a_table_that_was_not_delivered_is_named():
    with pytest.raises(ParameterError, match="jobs"):
        quality.facts(delivery(), "jobs")


def followups(*outcomes, subject=("project", "P1"), asked_on="2024-03-01"):
    return pd.DataFrame(
        {
            "subject_kind": subject[0], "subject_id": subject[1], "outcome": outcomes, "source": "survey",
            "asked_on": pd.date_range(asked_on, periods=len(outcomes)).strftime("%Y-%m-%d"),
        }
    )  # fmt: skip


def test_the_response_rate_counts_those_never_contacted_and_only_our_own():
    asked = pd.concat(
        [
            followups("answered", "answered_late", "refused", "not_contacted"),
            followups("answered", subject=("enterprise", "E2"), asked_on="2024-09-01"),
            followups("no_reply", "no_reply", subject=("project", "P3")),  # another structure
        ]
    )
    taken = pd.DataFrame(
        {"participation_id": ["A"], "project_id": ["P1"], "programme": ["seeds"], "started_on": ["2022-02-01"]}
    )
    dataset = delivery(followups=asked, participations=taken)
    per_semester = quality.response(dataset)
    assert row(per_semester, "2024S1")[["n", "n_events", "estimate"]].tolist() == [4, 2, 0.5]
    assert row(per_semester, "2024S2")[["n", "n_events"]].tolist() == [1, 1]
    per_programme = quality.response(dataset, "programme")
    assert per_programme.set_index("group")["n"].to_dict() == {"seeds": 4, "unknown": 1}
    found = quality.outcomes(dataset).set_index("group")["n_events"].to_dict()
    assert found == {"answered": 2, "answered_late": 1, "not_contacted": 1, "refused": 1}


def test_the_response_rate_of_a_programme_in_a_year_takes_both_semesters_together():
    asked = pd.concat(
        [
            followups("answered", "refused", asked_on="2024-03-01"),
            followups("answered", asked_on="2024-09-01"),
            followups("no_reply", asked_on="2025-03-01"),
        ]
    )
    taken = pd.DataFrame(
        {"participation_id": ["A"], "project_id": ["P1"], "programme": ["seeds"], "started_on": ["2022-02-01"]}
    )
    dataset = delivery(followups=asked, participations=taken)
    told = quality.response_by_year(dataset)
    assert told[["group", "years", "n", "n_events"]].values.tolist() == [
        ["seeds", "2024", 3, 2],
        ["seeds", "2025", 1, 0],
    ]
    assert told["n"].sum() == quality.response(dataset, "programme")["n"].sum()
    elsewhere = delivery(followups=followups("answered", subject=("project", "P3")))  # nobody of ours was asked
    assert quality.response_by_year(elsewhere)["note"].tolist() == ["not_estimable"]


def test_a_delivery_without_follow_ups_says_so_and_does_not_stop_the_page():
    for table in (quality.response(delivery()), quality.response_by_year(delivery()), quality.outcomes(delivery())):
        assert table[["group", "n", "note"]].to_numpy().tolist() == [["all", 0, "not_estimable"]]
        released = gate(table, "response").iloc[0]
        assert (released["hidden"], released["note"]) == (False, "not_estimable")


def test_bounds_hold_whatever_became_of_those_not_known():  # METHODS 8: 30, 20 active, 6 stopped, 4 unknown
    found = quality.bounds(pd.DataFrame({"group": ["all"], "n_active": [20], "n_stopped": [6], "n_unknown": [4]}))
    assert found[["low", "estimate", "high"]].iloc[0].round(3).tolist() == [0.667, 0.769, 0.8]
    assert found["n"].tolist() == [30]


def test_with_nobody_known_nothing_is_claimed_but_the_bounds():
    found = quality.bounds(pd.DataFrame({"group": ["all"], "n_active": [0], "n_stopped": [0], "n_unknown": [4]}))
    assert np.isnan(found["estimate"].item()) and found["note"].item() == "not_estimable"
    assert found[["low", "high"]].iloc[0].tolist() == [0, 1]


def test_bounds_refuse_what_is_no_count():
    with pytest.raises(DataError, match="whole"):
        quality.bounds(pd.DataFrame({"group": ["all"], "n_active": [2.5], "n_stopped": [0], "n_unknown": [4]}))


def test_released_bounds_come_from_rounded_counts():
    found = quality.bounds(pd.DataFrame({"group": ["all"], "n_active": [22], "n_stopped": [6], "n_unknown": [7]}))
    released = gate(found, "bounds").iloc[0]
    assert released[["n", "n_events", "n_stopped", "n_unknown"]].tolist() == [30, 20, 5, 5]
    assert released[["low", "estimate", "high"]].tolist() == pytest.approx([20 / 30, 20 / 25, 25 / 30])
    small = quality.bounds(pd.DataFrame({"group": ["all"], "n_active": [20], "n_stopped": [6], "n_unknown": [4]}))
    assert gate(small, "bounds")["hidden"].tolist() == [True]


def test_who_is_lost_from_sight_widens_the_bounds():
    lost = ENTERPRISES.assign(end_kind=["ceased", "lost_contact", ""], ended_on=["2024-06-30", "2025-01-01", None])
    found = quality.still_active(delivery(enterprises=lost)).iloc[0]
    assert found[["n_events", "n_stopped", "n_unknown"]].tolist() == [0, 1, 1]


ENDS = {  # kind of end, and what became of it: 1 active, 2 stopped, 3 not known, 0 in neither count
    "ceased": 2, "bankrupt": 2, "dissolved": 2, "merged": 0, "moved_away": 0, "taken_over": 3, "lost_contact": 3,
    "unknown": 3, "": 3,
}  # fmt: skip


@pytest.mark.parametrize("kind", ENDS)
def test_each_kind_of_end_has_its_place_beside_one_that_goes_on(kind):
    ended = ENTERPRISES.assign(end_kind=[kind, "", ""])
    found = quality.still_active(delivery(enterprises=ended)).iloc[0]
    places = {2: "n_stopped", 3: "n_unknown"}
    expected = {"n_events": 1, "n_stopped": 0, "n_unknown": 0} | {places[place]: 1 for place in [ENDS[kind]] if place}
    assert found[list(expected)].to_dict() == expected and found["n"] == sum(expected.values())


@pytest.mark.parametrize(("ended", "counts"), [(None, [2, 0]), ("2025-06-30", [1, 1])])
def test_one_taken_over_has_the_state_of_its_successor(ended, counts):
    heir = ENTERPRISES.iloc[[1]].assign(enterprise_id="E4", project_id="", ended_on=ended, end_kind="")
    heir["end_kind"] = "ceased" if ended else ""
    chain = pd.concat([ENTERPRISES.assign(end_kind=["taken_over", "", ""], continued_by=["E4", "", ""]), heir])
    found = quality.still_active(delivery(enterprises=chain)).iloc[0]
    assert found[["n_events", "n_stopped", "n_unknown"]].tolist() == [*counts, 0]


def test_those_that_stopped_are_the_events_of_the_curves():
    now = demo_data.as_of()
    spells = cohort.spells(now, "age")
    found = quality.still_active(now).iloc[0]
    assert cohort.arm(spells, "programme")["event"].sum() <= found["n_stopped"]
    every = cohort.units.units(now)
    every = every[every["arm"].eq("programme") & ~every["is_successor"]]
    assert found["n_stopped"] == (every["ended_on"].notna() & every["cause"].eq("ceased")).sum()
    assert found["n"] == len(every) - (every["ended_on"].notna() & every["cause"].isin(["merged", "moved_away"])).sum()


def test_a_job_begun_after_the_end_of_its_enterprise_is_a_reversal():
    jobs = pd.DataFrame(
        {"job_id": ["J1", "J2", "J3"], "enterprise_id": ["E1", "E1", "E2"], "started_on": ["2025-01-01"] * 3, "fte": 1}
    )
    heads = pd.DataFrame({"enterprise_id": ["E1"], "counted_on": ["2025-12-31"], "headcount": [0], "fte": [0]})
    found = quality.reversals(delivery(jobs=jobs, headcounts=heads))
    assert found.set_index("group")["estimate"].to_dict() == {"jobs": 1, "headcounts": 0}


def test_warnings_are_counted_by_code_and_none_is_said_too():
    faults = Faults([Fault("W-SUM-01"), Fault("W-SUM-01"), Fault("W-DATE-01"), Fault("E-KEY-04")])
    counts = quality.warnings(delivery(), faults).set_index("group")["estimate"].to_dict()
    assert counts == {"W-DATE-01": 1, "W-SUM-01": 2, "all": 3}
    assert quality.warnings(delivery(), Faults())["estimate"].tolist() == [0]


@pytest.mark.parametrize("clock", ["age", "entry"])
def test_exclusions_add_up_on_each_clock(clock):
    table = quality.exclusions(cohort.as_of(delivery(), "2026-06-30"), clock).set_index("group")["estimate"]
    assert table["all"] == table.drop("all").sum() == 2


def test_answers_of_one_project_tell_of_one_project_however_often_it_was_asked():
    dataset = delivery(followups=followups(*["refused", "answered"] * 12))
    for table in (quality.response(dataset, by="programme"), quality.outcomes(dataset)):
        assert table["n_enterprises"].tolist() == [1] * len(table)
        assert gate(table, "answers")["hidden"].all()
