"""The transversal plans: counted by hand, against scipy, laws, known truth, refusals."""

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from scipy import stats

from coopeval import cohort, practices, synthetic, tables
from coopeval.disclosure import gate
from coopeval.errors import DataError
from coopeval.practices.measures import MEASURES, PLANS
from coopeval.synthetic.measured import PRACTICES

STRUCTURES = pd.DataFrame(
    {"structure_id": ["S1", "S2"], "kind": "incubator", "is_evaluated": [True, False], "name": ["one", "two"]}
)
PROJECTS = pd.DataFrame(
    {
        "project_id": ["P1", "P2", "P3", "P4", "P9"], "structure_id": ["S1"] * 4 + ["S2"], "selection": "selected",
        "applied_on": "2019-10-01", "decided_on": "2019-12-01", "entered_on": "2020-01-01", "stage_at_entry": "idea",
        "project_type": "services", "theme": "food", "economic_model": "cooperative", "last_seen_on": "2026-06-30",
    }
)  # fmt: skip
ENTERPRISES = pd.DataFrame(
    {
        "enterprise_id": ["E1", "E2", "E3", "E4", "E9"], "structure_id": ["S1"] * 4 + ["S2"],
        "project_id": ["P1", "P2", "P3", "P4", "P9"], "legal_form": "706", "born_on": "2020-06-01",
        "observed_from": "2020-06-01", "last_seen_on": "2026-06-30", "nace_version": "2025", "nace_code": "62.010",
        "ended_on": [None, None, None, "2024-06-30", None], "end_kind": ["", "", "", "ceased", ""],
    }
)  # fmt: skip
DIMENSION = "diversity"


def seen(subject, measure, value, day="2025-12-31", kind="enterprise", unit=None):
    return {
        "subject_kind": kind, "subject_id": subject, "observed_on": day, "dimension": DIMENSION, "measure": measure,
        "value": value, "unit": unit or MEASURES.get(measure, "count"),
    }  # fmt: skip


def given(project, topic, hours, day="2021-05-01"):
    return {"project_id": project, "given_on": day, "kind": "event", "topic": topic, "hours": hours}


def delivery(rows=(), support=(), as_of="2026-06-30", enterprises=ENTERPRISES):
    frames = {"structures": STRUCTURES, "projects": PROJECTS, "enterprises": enterprises}
    if rows:
        frames["practices"] = pd.DataFrame(rows)
    if support:
        frames["support"] = pd.DataFrame(support).assign(support_id=lambda f: f.index.map(lambda i: f"U{i}"))
    made = tables.from_frames(frames, {"name": "test", "delivered_on": "2026-06-30", "is_synthetic": True})
    return cohort.as_of(made, as_of)


def row(table, group):
    return table.set_index("group").loc[group]


PLAN = "has_diversity_plan"
FOUR = [
    seen("E1", PLAN, 0, "2023-12-31"), seen("E1", PLAN, 1), seen("E2", PLAN, 0, "2024-12-31"),
    seen("E4", PLAN, 1), seen("E9", PLAN, 1), seen("S1", PLAN, 0, "2024-12-31", "structure"),
    seen("S1", PLAN, 1, kind="structure"), seen("S2", PLAN, 0, kind="structure"),
]  # fmt: skip


def test_only_the_latest_answer_of_enterprises_that_go_on_counts():
    # E1 says yes in the end, E2 no, E3 nothing; E4 has ceased and E9 belongs to another structure: 1 of 2, 1 silent
    told = row(practices.plans(delivery(FOUR)), PLAN)
    assert told[["n", "n_events", "n_not_asked", "own"]].tolist() == [2, 1, 1, "yes"]
    assert told["estimate"] == 0.5


def test_bounds_by_hand():
    # of E1 (yes), E2 (no) and E3 (silent): between 1/3 and 2/3, 1/2 among those that answered
    told = row(practices.plan_bounds(delivery(FOUR)), PLAN)
    assert told[["n", "n_events", "n_no", "n_not_asked"]].tolist() == [3, 1, 1, 1]
    assert told[["low", "estimate", "high"]].tolist() == pytest.approx([1 / 3, 1 / 2, 2 / 3])


def test_a_question_nobody_answered_has_a_row_that_says_so():
    told = row(practices.plans(delivery(FOUR)), "has_consultation_body")
    assert (told["n"], told["note"], told["own"]) == (0, "not_estimable", "unknown")
    bounds = row(practices.plan_bounds(delivery(FOUR)), "has_consultation_body")
    assert np.isnan(bounds["estimate"]) and (bounds["low"], bounds["high"]) == (0.0, 1.0)


def test_an_answer_of_more_than_three_years_is_none():
    table = practices.plans(delivery([seen("E1", PLAN, 1, "2023-06-30"), seen("E2", PLAN, 1, "2023-07-01")]))
    assert row(table, PLAN)["n"] == 1


def test_years_go_in_pairs_and_each_enterprise_counts_once_in_each():
    rows = [
        seen("E1", PLAN, 1, "2022-12-31"), seen("E1", PLAN, 0, "2023-12-31"), seen("E2", PLAN, 1, "2022-12-31"),
        seen("E1", PLAN, 1, "2024-12-31"),
    ]  # fmt: skip
    table = practices.plans_by_years(delivery(rows))
    assert table[["years", "n", "n_events"]].values.tolist() == [["2022–2023", 2, 1], ["2024–2025", 1, 1]]


def test_nothing_of_after_the_day_is_seen():
    assert row(practices.plans(delivery(FOUR, as_of="2025-06-30")), PLAN)["n_events"] == 0


def test_one_that_carries_another_on_speaks_for_the_first():
    taken = ENTERPRISES.assign(
        ended_on=["2022-12-31", None, None, None, None], end_kind=["taken_over", "", "", "", ""],
        continued_by=["E4", "", "", "", ""], born_on=["2020-06-01"] * 3 + ["2023-01-01", "2020-06-01"],
    )  # fmt: skip
    told = row(practices.plans(delivery([seen("E4", PLAN, 1)], enterprises=taken)), PLAN)
    assert told[["n", "n_events", "n_not_asked"]].tolist() == [1, 1, 2]


def test_what_the_structure_says_of_itself_is_its_latest_answer_and_its_years():
    told = row(practices.own_plans(delivery(FOUR)), PLAN)
    assert told[["own", "own_year", "n", "n_events"]].tolist() == ["yes", "2025", 2, 1]
    silent = row(practices.own_plans(delivery(FOUR)), "has_union_delegation")
    assert silent[["own", "own_year", "n"]].tolist() == ["unknown", "", 0]


def test_an_average_of_shares_has_the_limits_of_student():
    values = [0.2, 0.5, 0.6]
    rows = [seen(f"E{i}", "share_women_staff", value) for i, value in enumerate(values, start=1)]
    told = row(practices.shares(delivery(rows)), "share_women_staff")
    low, high = stats.t.interval(0.95, 2, np.mean(values), stats.sem(values))
    assert told["estimate"] == pytest.approx(np.mean(values))
    assert (told["low"], told["high"]) == (pytest.approx(max(low, 0)), pytest.approx(min(high, 1)))
    assert told[["numerator", "denominator", "n_enterprises", "n_persons"]].tolist() == pytest.approx([1.3, 3, 3, 3])


def test_amounts_are_per_enterprise_and_energy_in_mwh():
    rows = [seen("E1", "energy_kwh", 4000), seen("E2", "energy_kwh", 8000), seen("E1", "general_meetings", 2)]
    table = practices.amounts(delivery(rows))
    assert row(table, "energy_kwh")[["numerator", "estimate", "counted_in"]].tolist() == [12.0, 6.0, "MWh"]
    assert row(table, "general_meetings")["note"] == "not_estimable"  # one enterprise has no spread
    assert row(table, "participation_training_hours")["n"] == 0
    own = practices.own_amounts(delivery([seen("S1", "energy_kwh", 5500, kind="structure")]))
    assert row(own, "energy_kwh")[["estimate", "own_year", "counted_in"]].tolist() == [5.5, "2025", "MWh"]


def test_support_on_the_themes_is_hours_of_projects_and_projects_reached():
    support = [
        given("P1", "governance", 3), given("P1", "governance", 1), given("P2", "governance", 4),
        given("P3", "market", 9), given("P9", "governance", 50), given("P2", "social_dialogue", 0),
    ]  # fmt: skip
    made = delivery(support=support)
    told = row(practices.hours(made), "governance")
    assert told[["n", "estimate", "largest_share", "two_largest_share"]].tolist() == [2, 8, 0.5, 1.0]
    assert row(practices.hours(made), "social_dialogue")["note"] == "not_estimable"  # 0 hours reached nobody
    reach = row(practices.reach(made), "governance")
    assert reach[["n", "n_events"]].tolist() == [4, 2]


def test_without_the_tables_nothing_is_claimed():
    bare = delivery()
    assert practices.plans(bare)["n"].sum() == 0 == len(practices.plans_by_years(bare))
    assert practices.shares(bare)["estimate"].isna().all() and practices.amounts(bare)["estimate"].isna().all()
    assert practices.hours(bare)["estimate"].isna().all() and practices.reach(bare)["estimate"].isna().all()
    assert (practices.own_plans(bare)["own"] == "unknown").all()
    assert practices.observed(bare)["estimate"].sum() == 0


def test_what_is_not_collected_has_a_row_of_zero_and_nothing_is_lost():
    table = practices.observed(delivery([*FOUR, seen("E1", "colour", 3)]))
    assert row(table, "staff_on_board")["estimate"] == 0
    assert row(table, "other")["estimate"] == 1
    assert table["estimate"].sum() == len(FOUR) + 1
    assert (table["n"] == table["n_supported"] + table["n_own"]).all()


def test_row_order_and_input_are_untouched():
    made, turned = delivery(FOUR), delivery(FOUR[::-1])
    before = made["practices"].copy()
    for function in (practices.plans, practices.plan_bounds, practices.plans_by_years, practices.own_plans):
        assert_frame_equal(function(made), function(turned))
    assert_frame_equal(made["practices"], before)


def test_shares_lie_between_their_bounds_and_answers_add_up():
    made = cohort.as_of(synthetic.delivery(synthetic.world(seed=3)), "2026-06-30")
    bounds, plans = practices.plan_bounds(made), practices.plans(made)
    assert ((bounds["low"] <= bounds["estimate"]) & (bounds["estimate"] <= bounds["high"])).all()
    assert (bounds["n"] == bounds["n_events"] + bounds["n_no"] + bounds["n_not_asked"]).all()
    assert (plans["n"] + plans["n_not_asked"] == bounds["n"]).all()


def test_the_made_up_world_is_found_again():
    made = cohort.as_of(synthetic.delivery(synthetic.world(scale=8, seed=6)), "2026-06-30")
    told = {measure: how for _, measure, _, how in PRACTICES}
    plans = practices.plans(made).set_index("group")
    for measure in PLANS:
        share, n = told[measure], plans.loc[measure, "n"]
        assert abs(plans.loc[measure, "estimate"] - share) < 4 * np.sqrt(share * (1 - share) / n), measure
    shares = practices.shares(made).set_index("group")
    for measure in shares.index:
        a, b = told[measure]
        assert abs(shares.loc[measure, "estimate"] - a / (a + b)) < 4 * shares.loc[measure, "se"], measure
    amounts = practices.amounts(made).set_index("group")
    mean = np.exp(told["energy_kwh"][0] + told["energy_kwh"][1] ** 2 / 2) / 1000
    assert abs(amounts.loc["energy_kwh", "estimate"] - mean) < 4 * amounts.loc["energy_kwh", "se"]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (seen("E1", PLAN, 0.5), "1 value of a yes or no that is neither 1 nor 0"),
        (seen("E1", "share_women_staff", 40), "1 value of a share outside 0 to 1; write 40% as 0.4"),
        (seen("E1", "energy_kwh", 4, unit="MWh"), "1 value in another unit than their measure has"),
        (seen("E1", "general_meetings", -1), "1 value below zero"),
    ],
)
def test_a_value_that_cannot_be_is_refused(wrong, message):
    with pytest.raises(DataError, match=message):
        practices.plans(delivery([wrong]))


def test_two_answers_on_one_day_are_refused():
    twice = [seen("E1", PLAN, 1), seen("E1", PLAN, 0) | {"dimension": "equality"}]
    with pytest.raises(DataError, match="2 values that contradict each other"):
        practices.plans(delivery(twice))
    alike = [seen("E1", PLAN, 1), seen("E1", PLAN, 1) | {"dimension": "equality"}]
    assert row(practices.plans(delivery(alike)), PLAN)["n"] == 1


def test_the_public_sees_shares_of_rounded_counts_and_few_answers_are_withheld():
    made = cohort.as_of(synthetic.delivery(synthetic.world(seed=3)), "2026-06-30")
    released = gate(practices.plans(made), "plans")
    shown = released[~released["hidden"]]
    assert len(shown) and (shown["n"] % 5 == 0).all() and (shown["n_events"] % 5 == 0).all()
    assert set(released["own"]) <= {"yes", "no", "unknown"}
    assert gate(practices.plans(delivery(FOUR)), "plans")["hidden"].all()
    assert gate(practices.shares(delivery([seen("E1", "share_women_staff", 0.4)])), "shares")["estimate"].isna().all()
