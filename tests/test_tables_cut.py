"""Everything as it was on a day: one test for each rule."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from coopeval import tables
from coopeval.errors import ParameterError
from coopeval.schema import TABLES

DELIVERED = "2023-12-31"


def dataset(**frames):
    return tables.from_frames(
        {name: pd.DataFrame(rows) for name, rows in frames.items()}, {"name": "x", "delivered_on": DELIVERED}
    )


def seen(day, **frames):
    return tables.cut(dataset(**frames), day)


def project(**facts):
    return {"project_id": ["P1"], "last_seen_on": [DELIVERED], **{name: [value] for name, value in facts.items()}}


def enterprise(**facts):
    own = {"enterprise_id": ["E1"], "born_on": ["2019-01-01"], "last_seen_on": [DELIVERED]}
    return own | {name: [value] for name, value in facts.items()}


def test_a_row_is_there_from_its_first_day_on():
    rows = {"support_id": ["a", "b"], "given_on": ["2022-06-30", "2022-07-01"]}
    assert seen("2022-06-30", support=rows)["support"]["support_id"].tolist() == ["a"]
    assert len(seen("2022-06-29", support=rows)["support"]) == 0


@pytest.mark.parametrize(
    ("table", "column"),
    [("structures", "started_on"), ("enterprises", "born_on"), ("participations", "started_on"), ("jobs", "started_on"),
     ("headcounts", "counted_on"), ("experts", "rate_from"), ("costs", "period_from"), ("funding", "period_from"),
     ("referrals", "referred_on"), ("other_support", "support_from"), ("definitions_met", "assessed_on"),
     ("practices", "observed_on"), ("followups", "asked_on"), ("projects", "applied_on")],
)  # fmt: skip
def test_each_table_is_dated_by_its_first_date(table, column):
    rows = {TABLES[table].key[0]: ["a", "b"], column: ["2020-01-01", "2022-01-01"]}
    assert seen("2021-12-31", **{table: rows})[table][TABLES[table].key[0]].tolist() == ["a"]


def test_the_earliest_known_day_dates_a_project_and_without_any_it_stays():
    rows = {"project_id": ["P1", "P2", "P3"], "applied_on": ["", "", "2023-01-01"],
            "decided_on": ["2021-01-01", "", ""], "entered_on": ["2023-01-01", "", "2023-02-01"]}  # fmt: skip
    assert seen("2022-01-01", projects=rows)["projects"]["project_id"].tolist() == ["P1", "P2"]


def test_a_year_is_there_on_its_last_day():
    rows = {"enterprise_id": ["E1", "E1"], "year": [2021, 2022], "measure": ["co2", "co2"]}
    assert seen("2022-12-31", impact=rows)["impact"]["year"].tolist() == [2021, 2022]
    assert seen("2022-12-30", impact=rows)["impact"]["year"].tolist() == [2021]


def test_before_the_decision_there_is_no_selection_and_no_score():
    facts = project(applied_on="2020-01-01", decided_on="2020-03-01", selection="selected", selection_score=7.5)
    before, after = seen("2020-02-29", projects=facts)["projects"], seen("2020-03-01", projects=facts)["projects"]
    assert before.loc[0, "selection"] == "" and before[["decided_on", "selection_score"]].isna().all(axis=None)
    assert after.loc[0, "selection"] == "selected" and after.loc[0, "selection_score"] == 7.5


def test_an_end_to_come_is_emptied_with_its_kind_and_reason():
    facts = project(applied_on="2020-01-01", ended_on="2022-01-01", end_kind="stopped", end_reason="funding")
    before = seen("2021-12-31", projects=facts)["projects"].loc[0]
    assert pd.isna(before["ended_on"]) and before["end_kind"] == before["end_reason"] == ""
    assert seen("2022-01-01", projects=facts)["projects"].loc[0, "end_kind"] == "stopped"


def test_an_enterprise_that_is_to_end_knows_nothing_of_it():
    facts = enterprise(ended_on="2023-06-30", not_ended_before="2022-12-31", end_kind="taken_over", continued_by="E2")
    before = seen("2022-12-31", enterprises=facts)["enterprises"].loc[0]
    assert before[["ended_on", "not_ended_before"]].isna().all()
    assert before["end_kind"] == before["continued_by"] == ""


def test_a_participation_that_is_to_end_is_ongoing():
    rows = {
        "participation_id": ["a"],
        "started_on": ["2020-01-01"],
        "ended_on": ["2021-01-01"],
        "outcome": ["completed"],
    }
    assert seen("2020-12-31", participations=rows)["participations"].loc[0, "outcome"] == "ongoing"
    assert seen("2021-01-01", participations=rows)["participations"].loc[0, "outcome"] == "completed"


def test_the_legal_form_of_now_is_not_known_before_it_was_seen():
    facts = enterprise(legal_form="706", legal_form_now="014")
    assert seen("2023-12-30", enterprises=facts)["enterprises"].loc[0, "legal_form_now"] == ""
    assert seen("2023-12-31", enterprises=facts)["enterprises"].loc[0, "legal_form_now"] == "014"


def test_other_later_days_are_emptied_alone():
    facts = project(applied_on="2020-01-01", entered_on="2021-01-01", mature_on="2022-01-01", stage_at_entry="idea")
    row = seen("2020-06-30", projects=facts)["projects"].loc[0]
    assert pd.isna(row["entered_on"]) and pd.isna(row["mature_on"]) and row["stage_at_entry"] == "idea"
    referral = {"referral_id": ["r"], "referred_on": ["2020-01-01"], "accepted_on": ["2020-02-01"]}
    assert seen("2020-01-31", referrals=referral)["referrals"]["accepted_on"].isna().all()
    assert pd.isna(
        seen("2020-01-31", enterprises=enterprise(matched_on="2020-02-01"))["enterprises"].loc[0, "matched_on"]
    )


def test_nobody_has_looked_further_than_the_day():
    cut = seen("2020-06-30", enterprises=enterprise(), jobs={"job_id": ["j"], "last_seen_on": ["2020-01-01"]})
    assert cut["enterprises"].loc[0, "last_seen_on"] == pd.Timestamp("2020-06-30")
    assert cut["jobs"].loc[0, "last_seen_on"] == pd.Timestamp("2020-01-01")


def test_a_span_cut_short_counts_pro_rata_of_its_days():
    # 2020 has 366 days, 182 of them up to 30 June: 366 euro become 182
    rows = {"cost_id": ["c", "d"], "period_from": ["2020-01-01", "2019-01-01"],
            "period_until": ["2020-12-31", "2019-12-31"], "amount_eur": [366.0, 100.0]}  # fmt: skip
    costs = seen("2020-06-30", costs=rows)["costs"]
    assert costs["amount_eur"].tolist() == [182.0, 100.0]
    assert costs["period_until"].dt.strftime("%Y-%m-%d").tolist() == ["2020-06-30", "2019-12-31"]


def test_hours_and_money_of_other_support_are_spread_too_and_an_open_end_stays_open():
    rows = {"other_support_id": ["a", "b"], "support_from": ["2020-01-01", "2020-01-01"],
            "support_until": ["2020-01-10", ""], "hours": [10.0, 10.0], "amount_eur": [100.0, 100.0]}  # fmt: skip
    cut = seen("2020-01-04", other_support=rows)["other_support"]
    assert cut["hours"].tolist() == [4.0, 10.0] and cut["amount_eur"].tolist() == [40.0, 100.0]
    assert cut["support_until"].isna().tolist() == [False, True]


def test_the_price_of_an_hour_is_not_spread():
    rows = {"expert_id": ["x"], "rate_from": ["2020-01-01"], "rate_until": ["2020-12-31"], "rate_eur_h": [70.0]}
    cut = seen("2020-06-30", experts=rows)["experts"]
    assert cut.loc[0, "rate_eur_h"] == 70 and cut.loc[0, "rate_until"] == pd.Timestamp("2020-06-30")


def test_how_the_data_were_made_and_what_was_known_beforehand_stays():
    facts = enterprise(observed_from="2022-01-01")
    assert seen("2020-01-01", enterprises=facts)["enterprises"].loc[0, "observed_from"] == pd.Timestamp("2022-01-01")
    rows = {
        "recognition_id": ["r"],
        "enterprise_id": ["E1"],
        "happened_on": ["2020-01-01"],
        "valid_until": ["2030-01-01"],
    }
    cut = seen("2021-01-01", enterprises=facts, recognitions=rows)["recognitions"]
    assert cut.loc[0, "valid_until"] == pd.Timestamp("2030-01-01")


def test_a_key_of_what_is_not_there_yet_is_emptied_and_a_row_that_needs_it_goes():
    late = project(applied_on="2022-01-01")
    cut = seen(
        "2021-12-31",
        projects=late,
        enterprises=enterprise(project_id="P1"),
        support={"support_id": ["s"], "project_id": ["P1"], "given_on": ["2021-01-01"]},
        recognitions={"recognition_id": ["r"], "project_id": ["P1"], "happened_on": ["2021-01-01"]},
        followups={"subject_kind": ["project"], "subject_id": ["P1"], "asked_on": ["2021-01-01"]},
    )
    assert cut["enterprises"]["project_id"].tolist() == [""]
    assert [len(cut[name]) for name in ("projects", "support", "recognitions", "followups")] == [0, 0, 0, 0]


def test_targets_have_no_date_and_stay():
    rows = {"indicator": ["a"], "period": ["2026S1"]}
    assert len(seen("2000-01-01", targets=rows)["targets"]) == 1


def test_a_day_after_the_delivery_is_refused():
    with pytest.raises(ParameterError, match="delivered|describe"):
        seen("2024-01-01", enterprises=enterprise())


def test_the_cut_says_its_day_and_leaves_the_data_set_as_it_was():
    whole = dataset(enterprises=enterprise(ended_on="2023-01-01", end_kind="ceased"))
    before = whole["enterprises"].copy()
    cut = tables.cut(whole, "2020-06-30")
    assert cut.as_of == pd.Timestamp("2020-06-30") and whole.as_of is None
    assert_frame_equal(whole["enterprises"], before)


DAYS = st.dates(pd.Timestamp("2015-01-01").date(), pd.Timestamp(DELIVERED).date()).map(str)


@settings(max_examples=40, deadline=None)
@given(days=st.lists(st.tuples(*[DAYS | st.just("")] * 6), min_size=1, max_size=8), first=DAYS, second=DAYS)
def test_no_later_day_is_visible_and_cutting_twice_is_cutting_once(days, first, second):
    names = ("applied_on", "decided_on", "entered_on", "mature_on", "ended_on", "last_seen_on")
    rows = {"project_id": [f"P{n}" for n in range(len(days))], **dict(zip(names, zip(*days, strict=True), strict=True))}
    early, late = sorted((first, second))
    once = seen(early, projects=rows)
    assert not (once["projects"][list(names)] > early).any(axis=None)
    assert_frame_equal(tables.cut(seen(late, projects=rows), early)["projects"], once["projects"])
