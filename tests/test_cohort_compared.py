"""Projects of all arms on one footing: what they became, and what they cost, each arm counted like the others."""

import numpy as np
import pandas as pd
import pytest

from coopeval import cohort, costs, synthetic, tables
from coopeval.errors import DataError, ParameterError

TODAY = "2026-06-30"
STRUCTURES = [
    {"structure_id": "S1", "kind": "incubator", "is_evaluated": True},
    {"structure_id": "S2", "kind": "incubator", "is_evaluated": False},
    {"structure_id": "SR", "kind": "register_sample", "is_evaluated": False},
]
PROJECT = {"structure_id": "S1", "selection": "selected", "decided_on": "2020-01-01", "last_seen_on": TODAY}
PROJECTS = [
    {"project_id": "P1", "entered_on": "2020-02-01", "selection_score": 70.0, "n_holders": 2, "theme": "food"},
    {"project_id": "P2", "selection": "rejected", "selection_score": 40.0},
    {"project_id": "P3", "selection": "waiting_list"},
    {"project_id": "P4", "structure_id": "S2", "entered_on": "2020-02-01"},
    {"project_id": "P5", "structure_id": "S2", "entered_on": "2020-02-01"},  # its enterprise is that of P1
    {"project_id": "P6", "selection": "withdrawn"},
    {"project_id": "P7"},  # selected, never entered
    {"project_id": "P8", "entered_on": "2025-01-01"},  # too young
    {"project_id": "P9", "structure_id": "S2", "selection": "rejected"},
]
ENTERPRISE = {"structure_id": "S1", "legal_form": "706", "last_seen_on": TODAY}
ENTERPRISES = [
    {"enterprise_id": "E1", "project_id": "P1", "kbo_number": "0417497106", "born_on": "2020-08-01"},
    {"enterprise_id": "E1b", "project_id": "P1", "born_on": "2021-02-01", "ended_on": "2022-01-31",
     "end_kind": "ceased", "last_seen_on": "2022-01-31"},
    {"enterprise_id": "E2", "project_id": "P2", "born_on": "2018-01-01"},
    {"enterprise_id": "E3", "project_id": "P3", "born_on": "2020-07-01", "ended_on": "2022-12-31",
     "end_kind": "lost_contact", "last_seen_on": "2022-06-30"},
    {"enterprise_id": "E4", "structure_id": "S2", "project_id": "P4", "born_on": "2023-02-01"},
    {"enterprise_id": "E5", "structure_id": "S2", "project_id": "P5", "born_on": "2020-08-01",
     "kbo_number": "0417497106"},
    {"enterprise_id": "ER", "structure_id": "SR", "project_id": "", "born_on": "2020-08-01",
     "matched_on": "2020-08-01"},
]  # fmt: skip
JOB = {
    "contract": "open_ended",
    "worker_status": "white_collar",
    "fte": 0.5,
    "is_founder": False,
    "last_seen_on": TODAY,
}
JOBS = [
    {"job_id": "J1", "enterprise_id": "E1", "started_on": "2021-01-01"},
    {"job_id": "J2", "enterprise_id": "E1", "started_on": "2021-01-01", "ended_on": "2021-12-31", "fte": 1.0},
    {"job_id": "J3", "enterprise_id": "E1b", "started_on": "2021-02-01", "ended_on": "2022-01-31",
     "last_seen_on": "2022-01-31"},
]  # fmt: skip
HEADCOUNTS = [
    {"enterprise_id": "E2", "counted_on": "2022-12-31", "source": "balance_sheet", "contract": "all",
     "worker_status": "all", "joint_committee": "all", "headcount": 3, "fte": 2.5},
]  # fmt: skip


def delivery(projects=PROJECTS, enterprises=ENTERPRISES, **more):
    frames = {
        "structures": pd.DataFrame(STRUCTURES),
        "projects": pd.DataFrame([{**PROJECT, **row} for row in projects]),
        "enterprises": pd.DataFrame([{**ENTERPRISE, "observed_from": row["born_on"], **row} for row in enterprises]),
        "jobs": pd.DataFrame([{**JOB, **row} for row in JOBS]),
        "headcounts": pd.DataFrame(HEADCOUNTS),
        **more,
    }
    return tables.from_frames(frames, {"name": "test", "delivered_on": TODAY, "is_synthetic": True})


COST = {"structure_id": "S2", "category": "staff", "borne_by": "own_income"}
COSTS = [  # nobody was supported in 2024: 50 stay without a project
    {"cost_id": "C1", "period_from": "2020-01-01", "period_until": "2020-12-31", "amount_eur": 900.0},
    {"cost_id": "C2", "period_from": "2023-01-01", "period_until": "2023-12-31", "amount_eur": 300.0},
    {"cost_id": "C3", "period_from": "2024-01-01", "period_until": "2024-12-31", "amount_eur": 50.0},
]
SUPPORT = [  # P4 entered on 1 February 2020: U3 falls 36 months and 14 days later
    {"support_id": "U1", "project_id": "P4", "given_on": "2020-03-01", "hours": 2.0},
    {"support_id": "U2", "project_id": "P5", "given_on": "2020-03-01", "hours": 1.0},
    {"support_id": "U3", "project_id": "P4", "given_on": "2023-02-14", "hours": 5.0},
    {"support_id": "U4", "project_id": "P1", "given_on": "2020-03-01", "hours": 7.0},
]
DELIVERY = delivery(
    costs=pd.DataFrame([{**COST, **row} for row in COSTS]),
    support=pd.DataFrame([{"kind": "individual_coaching", "topic": "finance", **row} for row in SUPPORT]),
)


@pytest.fixture(scope="module")
def small():
    return cohort.compared(DELIVERY).set_index("project_id")


@pytest.fixture(scope="module")
def demo():
    return cohort.as_of(synthetic.delivery(synthetic.world(4, 0.1, 7), "2026S1"), TODAY)


@pytest.fixture(scope="module")
def whole(demo):
    return cohort.compared(demo)


def test_each_project_stands_in_the_arm_of_its_selection(small):
    found = small[["arm", "option"]].apply(tuple, axis=1).to_dict()
    assert found == {
        "P1": ("programme", "S1"), "P2": ("rejected", "rejected"), "P3": ("waiting_list", "waiting_list"),
        "P4": ("structure", "S2"), "P8": ("programme", "S1"),
    }  # fmt: skip


def test_who_is_not_compared_is_counted_with_the_reason(small):
    flow = cohort.exclusions(small).set_index("group")["estimate"].to_dict()
    assert flow == {"all": 9, "duplicate_entity": 1, "no_zero_date": 1, "not_in_arm": 2, "studied": 5}


def test_creation_by_hand(small):
    # P1 born 6 months after entry; P2 had one already; P3 6 months after the decision; P4 36 months after entry: late.
    assert small["created"].to_dict() == pytest.approx(
        {"P1": 1, "P2": np.nan, "P3": 1, "P4": 0, "P8": np.nan}, nan_ok=True
    )
    assert small["has_enterprise"].to_dict() == {"P1": False, "P2": True, "P3": False, "P4": False, "P8": False}


def test_months_active_by_hand(small):
    # P1: E1 from month 6 to 36 and E1b from 12 to 24: 30 + 12. P2: all 36. P3 was last seen at month 30: not known.
    # P4 was born at month 36: none within the horizon, and one there at its very end: no.
    assert small["active_months"].to_dict() == pytest.approx(
        {"P1": 42, "P2": 36, "P3": np.nan, "P4": 0, "P8": np.nan}, nan_ok=True
    )
    assert small["alive"].drop("P4").to_dict() == pytest.approx(
        {"P1": 1, "P2": 1, "P3": np.nan, "P8": np.nan}, nan_ok=True
    )


def test_jobs_two_years_on_by_hand(small):
    # On 31 December 2022: of P1 only J1 (0.5) is there; P2 has its balance sheet; P4 was not born: none.
    assert small["jobs"].to_dict() == pytest.approx(
        {"P1": 1, "P2": 3, "P3": np.nan, "P4": 0, "P8": np.nan}, nan_ok=True
    )
    assert small["fte"].to_dict() == pytest.approx(
        {"P1": 0.5, "P2": 2.5, "P3": np.nan, "P4": 0, "P8": np.nan}, nan_ok=True
    )
    # P2's balance sheet of 2022 tells nothing of the day before its entry, so what was created is not known.
    assert small["jobs_created"].to_dict() == pytest.approx(
        {"P1": 1, "P2": np.nan, "P3": np.nan, "P4": 0, "P8": np.nan}, nan_ok=True
    )
    # J1 two years at half, J2 one year, J3 one year at half.
    assert small.loc["P1", "job_years"] == pytest.approx(2.5)


def test_job_years_are_not_known_where_no_job_was_recorded(small):
    assert small.loc[["P2", "P4"], "job_years"].isna().all()  # P4 alone would be known, and zero: a mean of zeros


def test_the_young_are_there_without_outcomes(small):
    young = small.loc["P8"]
    assert not young["is_mature"] and young[["created", "alive", "active_months", "jobs", "fte"]].isna().all()


def test_what_ended_before_entry_is_none_and_what_was_lost_before_it_is_not_known():
    before = {"project_id": "P1", "born_on": "2017-01-01", "ended_on": "2019-06-30", "last_seen_on": "2019-06-30"}
    gone = [{**before, "enterprise_id": "E1", "end_kind": "ceased"}]
    lost = [{**before, "enterprise_id": "E1", "end_kind": "lost_contact"}]
    for rows, jobs in ((gone, 0.0), (lost, np.nan)):
        found = cohort.compared(delivery(enterprises=[*rows, *ENTERPRISES[2:]])).set_index("project_id").loc["P1"]
        assert [found["jobs"], found["active_months"]] == pytest.approx([jobs, jobs], nan_ok=True)


def test_the_programme_is_counted_as_elsewhere(demo, whole):
    own = whole[whole["arm"].eq("programme")].set_index("project_id")
    elsewhere = pd.concat([cohort.outcomes(demo), cohort.job_outcomes(demo, cohort.jobs(demo))])
    for outcome in ("created", "alive", "job_years", "jobs_created"):
        named = outcome.replace("jobs_", "job_")
        amounts = elsewhere[elsewhere["outcome"].eq(named)].set_index("project_id")["amount"]
        pd.testing.assert_series_equal(own.loc[amounts.index, outcome], amounts, check_names=False)


def test_laws_of_the_whole_frame(demo, whole):
    flow = cohort.exclusions(whole).set_index("group")["estimate"]
    assert flow["all"] == len(demo["projects"]) and flow["studied"] == len(whole)
    assert whole["project_id"].is_unique and set(whole["arm"]) == {"programme", "structure", "rejected", "waiting_list"}
    assert whole.loc[whole["has_enterprise"], "created"].isna().all()
    alive = whole["alive"] * 36
    assert (whole["active_months"].dropna() >= 0).all()
    assert whole.loc[whole["created"].eq(0) & ~whole["has_enterprise"] & alive.eq(0), "active_months"].max() <= 12
    assert (whole["fte"] <= whole["jobs"] + 1e-9)[whole["jobs"].notna()].all()


def test_the_order_of_rows_is_nothing_and_the_input_stays(demo, whole):
    frames = {name: frame.iloc[::-1].reset_index(drop=True) for name, frame in demo.items()}
    pd.testing.assert_frame_equal(cohort.compared(tables.Dataset(frames, demo.about)), whole)


def test_no_time_at_all_is_refused():
    with pytest.raises(ParameterError, match="above 0"):
        cohort.compared(DELIVERY, months=0)


def test_spells_tell_age_at_entry_and_the_score():
    frame = cohort.spells(DELIVERY, "entry", with_score=True).set_index("enterprise_id")
    # E1 was born six months after entry, E2 two years before the decision; nobody was scored outside the programme.
    assert frame["age_at_zero"].to_dict() == pytest.approx(
        {"E1": -6, "E1b": -12, "E2": 24, "E3": -6, "E4": -36, "ER": 0}
    )
    assert frame.loc[["E1", "E2"], "selection_score"].tolist() == [70, 40]
    assert frame.loc[["E4", "ER"], "selection_score"].isna().all()


def test_the_cost_of_each_project_by_hand():
    found = costs.per_project(DELIVERY, prices_of=2020).set_index("project_id")
    # In 2020 two hours of three went to P4: 600; what it received later came after 36 months. P1's structure told no
    # costs; P2, P3, P6 and P9 were not selected and not supported; P7 and P8 were selected and have no hours.
    told = {"P4": 600, "P5": 300, "P2": 0, "P3": 0, "P6": 0, "P9": 0, "P1": np.nan, "P7": np.nan, "P8": np.nan}
    assert found["cost_eur"].to_dict() == pytest.approx(told, nan_ok=True)
    assert found["hours"].to_dict() == {**dict.fromkeys(told, 0), "P1": 7, "P4": 2, "P5": 1}


def test_other_structures_have_an_account_of_their_own():
    theirs = costs.account(DELIVERY, constant=False, structure_id="S2")
    carried = theirs.spread.groupby("project_id")["amount_eur"].sum()
    assert carried.to_dict() == pytest.approx({"": 50, "P4": 900, "P5": 300})
    assert theirs.adrift == pytest.approx(50 / 1250)
    assert costs.totals(theirs).set_index("group").loc["all", "estimate"] == pytest.approx(1250)
    with pytest.raises(ParameterError, match="S1, S2, SR"):
        costs.account(DELIVERY, structure_id="S7")


def test_over_all_projects_and_years_it_is_the_total_less_what_nobody_carried(demo):
    whole = costs.per_project(demo, months=None).groupby("structure_id")["cost_eur"].sum()
    for each in ("S1", "S2"):
        theirs = costs.account(demo, structure_id=each)
        total = costs.totals(theirs).set_index("group").loc["all", "estimate"]
        assert whole[each] == pytest.approx(total * (1 - theirs.adrift))


def test_costs_that_nobody_delivered_are_no_zero():
    for tables_told in ({}, {"support": DELIVERY["support"], "costs": DELIVERY["costs"].iloc[:0]}):
        with pytest.raises(DataError, match="costs"):
            costs.per_project(delivery(**tables_told))
    with pytest.raises(ParameterError, match="above 0"):
        costs.per_project(DELIVERY, months=0)


# Form is told of all, the stage of nobody in the register; one "rare" in each arm is too few to stand alone.
TWO_ARMS = pd.DataFrame(
    {
        "arm": ["programme"] * 12 + ["register"] * 12 + ["rejected"],
        "form": [*"aaaaaabbbbb", "rare", *"aaaaaabbbbb", "rare", "a"],
        "stage": ["idea", "prototype"] * 6 + ["unknown"] * 13,
        "nace_section": ["I", "K"] * 12 + ["I"],
        "entry_year": ["2015", "2016", "2018", "2019", "2021", "2022"] * 4 + [None],
        "age_at_zero": [-1.0, 0.0, 11.9, 12.0, 35.9, 36.0] * 4 + [np.nan],
        "created": [1.0] * 10 + [np.nan] * 2 + [0.0] * 12 + [1.0],
    }
)


def test_an_arm_is_set_against_the_programme_with_what_both_tell():
    found = cohort.against(TWO_ARMS, "register", ["form", "stage", "sector", "no_such_column"])
    assert cohort.common(found) == ["form", "sector"] and len(found) == 24
    assert found["treated"].sum() == 12 and set(found["arm"]) == {"programme", "register"}
    # One "rare" in each arm: too few for a level of their own, so they count with the largest level.
    assert found["form"].value_counts().to_dict() == {"a": 14, "b": 10}


def test_classes_by_hand():
    found = cohort.against(TWO_ARMS, "rejected")
    periods = ["until_2015", *["from_2016_to_2018"] * 2, *["from_2019_to_2021"] * 2, "from_2022"]
    ages = ["not_born", *["under_one_year"] * 2, *["one_to_three_years"] * 2, "over_three_years"]
    assert found["entry_period"].tolist() == [*periods * 2, "unknown"]
    assert found["age_class"].tolist() == [*ages * 2, "unknown"]
    assert found["sector"].tolist()[:2] == ["hospitality", "services_to_business"]


def test_rare_levels_that_are_enough_together_are_other():
    frame = TWO_ARMS.assign(form=[*"aaaaaabbbccc", *"aaaaaabbbccc", "a"])
    assert cohort.against(frame, "register", ["form"])["form"].value_counts().to_dict() == {"a": 12, "other": 12}


def test_those_whose_outcome_is_not_known_are_counted():
    found = cohort.against(TWO_ARMS, "register", ["form"], "created")
    assert len(found) == 22
    flow = cohort.exclusions(found).set_index("group")["estimate"].to_dict()
    assert flow == {"all": 24, "follow_up_unknown": 2, "studied": 22}


def test_an_arm_that_is_not_there_leaves_nothing_to_compare_on(whole):
    alone = cohort.against(whole[whole["arm"].eq("programme")], "waiting_list", ["stage_at_entry"])
    assert cohort.common(alone) == [] and alone["treated"].all()
    for call, refusal in (
        (lambda: cohort.against(whole, "everybody"), ParameterError),
        (lambda: cohort.against(whole[["project_id"]], "rejected"), DataError),
        (lambda: cohort.common(whole), DataError),
    ):
        with pytest.raises(refusal):
            call()
