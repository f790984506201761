"""The awkward features of real life, each of which must occur in the demo data, so that something meets them."""

import demo_data
import pandas as pd
import pytest

from coopeval import cohort, disclosure, reference, survival

DAY = pd.Timestamp("2026-06-30")


@pytest.fixture(scope="module")
def demo():
    return demo_data.delivered()


@pytest.fixture(scope="module")
def own(demo):
    """Enterprises of projects the evaluated programme selected, with the facts of their project."""
    projects = demo["projects"].query("structure_id == 'S1' and selection == 'selected'")
    return demo["enterprises"].merge(projects, on="project_id", suffixes=("", "_of_project"))


@pytest.fixture(scope="module")
def spells(demo):
    return {clock: cohort.spells(cohort.as_of(demo, DAY), clock) for clock in ("age", "entry")}


def by(demo, table, **facts):
    frame = demo[table]
    for column, value in facts.items():
        frame = frame[frame[column].eq(value)]
    return frame


# --- projects


def test_projects_that_never_become_an_enterprise(demo):
    stopped = by(demo, "projects", structure_id="S1", end_kind="stopped")
    without = stopped[~stopped["project_id"].isin(demo["enterprises"]["project_id"])]
    assert len(without) > 20
    assert without["end_reason"].ne("").all()


def test_rejected_and_waiting_applicants_have_scores_and_enterprises(demo):
    for selection in ("rejected", "waiting_list"):
        rows = by(demo, "projects", structure_id="S1", selection=selection)
        assert rows["selection_score"].notna().mean() > 0.9
        assert rows["entered_on"].isna().all()
        assert demo["enterprises"]["project_id"].isin(rows["project_id"]).sum() > 15


def test_scores_overlap_around_the_threshold(demo):
    score = demo["projects"].groupby("selection")["selection_score"]
    assert score.min()["selected"] < score.max()["waiting_list"]
    assert score.median()["selected"] > score.median()["waiting_list"] > score.median()["rejected"]


def test_every_way_for_a_project_to_end_occurs(demo):
    ends = set(by(demo, "projects", structure_id="S1")["end_kind"])
    assert ends >= {"enterprise_created", "stopped", "merged", "handed_over", "moved_away", "lost_contact"}


def test_projects_ripe_for_hand_over_and_some_still_here(demo):
    ripe = demo["projects"][demo["projects"]["mature_on"].notna()]
    assert len(ripe) > 30
    assert ripe["mature_on"].between(ripe["entered_on"], ripe["ended_on"].fillna(DAY)).all()


def test_some_applications_were_not_decided_when_the_earlier_delivery_was_made():
    assert demo_data.delivered("demo-2025S2")["projects"]["selection"].eq("").any()


# --- enterprises


def test_enterprises_that_exist_before_entry(own):
    older = own[own["born_on"] < own["entered_on"]]
    assert len(older) > 100
    assert older["observed_from"].eq(older["entered_on"]).all()


def test_delayed_entry_on_both_clocks(spells):
    programme = {clock: cohort.arm(frame, "programme") for clock, frame in spells.items()}
    assert (programme["age"]["entry"] > 0).sum() > 100
    assert (programme["entry"]["entry"] > 0).sum() > 40


def test_some_ends_are_known_on_the_semester_grid_only(own):
    grid = own[own["not_ended_before"].notna()]
    assert len(grid) > 10
    assert grid["ended_on"].dt.strftime("%m-%d").isin(["06-30", "12-31"]).all()
    assert (grid["not_ended_before"] < grid["ended_on"]).all()
    exact = own[own["ended_on"].notna() & own["not_ended_before"].isna()]
    assert len(exact) > 20


@pytest.mark.parametrize(
    "kind", ["ceased", "bankrupt", "dissolved", "merged", "taken_over", "moved_away", "lost_contact"]
)
def test_every_way_for_an_enterprise_to_end_occurs(own, kind):
    assert own["end_kind"].eq(kind).any()


def test_taken_over_with_and_without_a_successor(demo, spells):
    taken = by(demo, "enterprises", end_kind="taken_over")
    carried = taken[taken["continued_by"].ne("")]
    assert len(carried) > 3 and len(taken) > len(carried)
    heirs = demo["enterprises"].set_index("enterprise_id").loc[carried["continued_by"]]
    assert (heirs["born_on"].to_numpy() == (carried["ended_on"] + pd.Timedelta(days=1)).to_numpy()).all()
    assert not spells["age"]["enterprise_id"].isin(heirs.index).any()


def test_lost_enterprises_were_last_seen_before_contact_was_given_up(own):
    lost = own[own["end_kind"].eq("lost_contact")]
    assert (lost["last_seen_on"] < lost["ended_on"]).all()


def test_conversions_of_legal_form_are_not_deaths(demo):
    rows = demo["enterprises"]
    converted = rows[rows["legal_form_now"].ne("") & rows["legal_form_now"].ne(rows["legal_form"])]
    alive = converted[converted["ended_on"].isna()]
    assert len(alive) > 20
    families = reference.codes("legal_forms").set_index("code")["family"]
    assert (alive["legal_form"].map(families) != alive["legal_form_now"].map(families)).any()


def test_enterprises_without_number_or_form_or_committee(demo):
    rows = demo["enterprises"]
    assert rows["kbo_number"].eq("").any() and rows["legal_form"].eq("unknown").any()
    assert rows["joint_committee"].eq("").any() and rows["postcode"].eq("").any()
    assert set(rows["nace_version"]) >= {"2008", "2025"}


def test_one_entity_supported_by_two_structures(demo, spells):
    rows = demo["enterprises"][demo["enterprises"]["kbo_number"].ne("")]
    twice = rows[rows["kbo_number"].duplicated(keep=False)]
    assert twice.groupby("kbo_number")["structure_id"].nunique().eq(2).all()
    facts = ["born_on", "legal_form", "ended_on", "end_kind", "nace_code"]
    assert twice.groupby("kbo_number")[facts].nunique().le(1).all(axis=None)
    reasons = spells["age"].attrs["exclusions"].set_index("reason")["n"]
    assert reasons["duplicate_entity"] >= 3


def test_every_arm_is_there_and_the_comparators_differ_in_mix(spells):
    frame = spells["entry"]
    assert set(frame["arm"]) == {"programme", "structure", "rejected", "waiting_list", "register"}
    share = frame["legal_family"].eq("profit").groupby(frame["arm"]).mean()
    assert share["register"] > share["programme"] + 0.2


def test_register_comparators_are_matched_while_they_exist(demo):
    rows = by(demo, "enterprises", structure_id="SREG")
    matched = rows[rows["matched_on"].notna()]
    assert len(matched) > 200 and rows["matched_on"].isna().any()
    assert matched["matched_on"].ge(matched["born_on"]).all()


# --- jobs


def test_founders_work_as_employees_and_without_a_contract(demo):
    founders = by(demo, "jobs", is_founder=True)
    assert founders["contract"].eq("open_ended").sum() > 20
    assert founders["worker_status"].isin(["self_employed_main", "self_employed_complementary"]).sum() > 20


def test_subsidised_jobs_of_several_kinds_and_volunteers_apart(demo):
    assert set(demo["jobs"]["subsidy_measure"]) >= {"none", "social_maribel", "ecosoc_insertion", "article_60"}
    volunteers = by(demo, "jobs", worker_status="volunteer")
    assert len(volunteers) and volunteers["contract"].eq("none").all()


def test_several_joint_committees_in_one_enterprise(demo):
    employed = demo["jobs"][~demo["jobs"]["joint_committee"].isin(["none", "unknown"])]
    assert (employed.groupby("enterprise_id")["joint_committee"].nunique() > 1).sum() > 20


def test_positions_go_on_with_other_hours_or_another_holder(demo):
    rows = demo["jobs"].sort_values(["position_id", "started_on"])
    following = rows.groupby("position_id").shift(-1)
    before = rows[following["job_id"].notna()]
    after = following.loc[before.index]
    assert (after["started_on"] == before["ended_on"] + pd.Timedelta(days=1)).all()
    hours = before["end_kind"].eq("changed")
    assert (after["fte"] != before["fte"])[hours].all() and (after["person_id"] == before["person_id"])[hours].all()
    holder = before["end_kind"].eq("resigned")
    assert holder.any() and (after["person_id"] != before["person_id"])[holder].all()


def test_a_take_over_moves_the_positions_along(demo):
    rows = by(demo, "jobs", end_kind="transferred")
    heirs = demo["enterprises"].set_index("enterprise_id")["continued_by"]
    moved = rows[rows["enterprise_id"].map(heirs).ne("")]
    later = demo["jobs"].merge(moved[["position_id", "enterprise_id"]], on="position_id", suffixes=("", "_before"))
    assert len(moved) and (later["enterprise_id"] == later["enterprise_id_before"].map(heirs)).any()


def test_jobs_lie_within_the_life_of_their_enterprise(demo):
    enterprises = demo["enterprises"].set_index("enterprise_id")
    jobs = demo["jobs"]
    assert (jobs["started_on"] >= jobs["enterprise_id"].map(enterprises["born_on"])).all()
    last = jobs["enterprise_id"].map(enterprises["ended_on"])
    assert not (jobs["ended_on"] > last).any()


def test_headcounts_by_each_source_for_enterprises_without_job_records(demo):
    counts = demo["headcounts"]
    assert set(counts["source"]) == {"payroll", "balance_sheet", "survey"}
    assert not counts["enterprise_id"].isin(demo["jobs"]["enterprise_id"]).any()
    assert set(by(demo, "headcounts", source="payroll")["contract"]) >= {"open_ended", "fixed_term"}
    sources = counts.groupby(["enterprise_id", "counted_on"])["source"].nunique()
    assert (sources > 1).any()
    assert (counts["fte"] <= counts["headcount"] + 1e-9).all()


def test_enterprises_of_the_programme_that_existed_have_a_stock_before_entry(demo, own):
    older = own[own["born_on"] < own["entered_on"]].set_index("enterprise_id")["entered_on"]
    jobs = demo["jobs"][demo["jobs"]["enterprise_id"].isin(older.index)]
    assert (jobs["started_on"] < jobs["enterprise_id"].map(older)).sum() > 30


# --- support, experts, money


def test_sessions_are_given_to_several_projects_at_once(demo):
    sessions = demo["support"][demo["support"]["session_id"].ne("")].groupby("session_id")
    assert (sessions.size() > 3).sum() > 50
    assert sessions[["given_on", "kind", "expert_id"]].nunique().eq(1).all(axis=None)
    assert (sessions["hours"].nunique() > 1).any()


def test_experts_of_several_kinds_change_their_price(demo):
    experts = demo["experts"]
    assert set(experts["engagement"]) == {"staff", "partner", "freelance", "volunteer"}
    assert experts["expert_type"].nunique() >= 10
    paid = experts[experts["engagement"].ne("volunteer")]
    assert paid["rate_eur_h"].between(50, 120).all()
    assert (paid.groupby("expert_id")["rate_eur_h"].nunique() > 2).mean() > 0.5


def test_support_finds_the_price_of_its_expert_on_the_day(demo):
    rows = demo["support"].query("expert_id != ''").merge(demo["experts"], on="expert_id")
    held = rows[(rows["rate_from"] <= rows["given_on"]) & ~(rows["rate_until"] < rows["given_on"])]
    assert held["support_id"].is_unique
    assert len(held) == demo["support"]["expert_id"].ne("").sum()
    billed = held[held["cost_eur"].notna()]
    off = (billed["cost_eur"] - billed["hours"] * billed["rate_eur_h"]).abs() > 0.05
    assert 0 < off.mean() < 0.05  # a few invoices hold travel


def test_support_is_given_while_the_project_is_in_the_programme(demo):
    projects = demo["projects"].set_index("project_id")
    of = demo["support"]["project_id"]
    assert (demo["support"]["given_on"] >= of.map(projects["entered_on"])).all()
    assert not (demo["support"]["given_on"] > of.map(projects["ended_on"])).any()


def test_shared_costs_and_several_payers(demo):
    costs = by(demo, "costs", structure_id="S1")
    assert costs["programme"].eq("").any() and costs["programme"].nunique() >= 5
    assert set(costs["borne_by"]) == {"subsidy", "own_income", "erdf", "other_public", "partner_staff", "in_kind"}
    assert costs["agreement_point"].ne("").any()
    paid = costs[costs["funding_id"].ne("")].groupby("funding_id")["amount_eur"].sum()
    funding = by(demo, "funding", structure_id="S1").set_index("funding_id")
    over = funding["period_until"].le(DAY)
    assert paid[over[over].index].round(2).equals(funding.loc[over, "amount_eur"])
    assert funding["is_actual"].any() and not funding["is_actual"].all()


def test_a_project_costs_what_a_project_may_cost(demo):
    costs = (
        by(demo, "costs", structure_id="S1").query("'2022-01-01' <= period_from <= '2025-12-31'")["amount_eur"].sum()
    )
    entered = by(demo, "projects", structure_id="S1")["entered_on"].between("2022-01-01", "2025-12-31").sum()
    assert 10_000 < costs / entered < 25_000


def test_others_support_the_same_projects_on_the_same_topics_with_money_too(demo):
    rows = demo["other_support"]
    both = rows.merge(demo["support"], on=["project_id", "topic"])
    assert both["other_support_id"].nunique() > 10
    assert rows["amount_eur"].notna().any() and rows["hours"].notna().any() and rows["support_until"].isna().any()


# --- recognition, referrals, what was asked and measured


def test_recognition_in_time_late_and_never_with_reasons_on_several_tracks(demo):
    steps = demo["recognitions"]
    assert set(steps["track"]) == {"sdo", "insertion_mandate", "federal_social_enterprise", "nrc_cooperative"}
    assert set(by(demo, "recognitions", track="sdo")["step"]) >= {
        "not_sought", "considered", "applied", "recognised", "refused", "withdrawn", "expired",
    }  # fmt: skip
    assert by(demo, "recognitions", step="not_sought")["reason"].nunique() >= 6
    assert by(demo, "recognitions", step="refused")["criterion"].ne("").all()
    sought = steps.query("track == 'sdo'").pivot_table(
        index="enterprise_id", columns="step", values="happened_on", aggfunc="min"
    )
    assert (sought["applied"] > sought["not_sought"]).any()  # after all
    assert steps["project_id"].ne("").any()


def test_recognitions_come_in_their_order_and_while_the_enterprise_exists(demo):
    rows = demo["recognitions"].query("track == 'sdo' and enterprise_id != ''")
    first = rows.pivot_table(index="enterprise_id", columns="step", values="happened_on", aggfunc="min")
    assert (first["recognised"] > first["applied"]).sum() == first["recognised"].notna().sum()
    ended = demo["enterprises"].set_index("enterprise_id")["ended_on"]
    assert not (rows["happened_on"] > rows["enterprise_id"].map(ended)).any()


def test_referrals_in_both_directions_accepted_and_not(demo):
    assert set(demo["referrals"]["direction"]) == {"to", "from"}
    assert demo["referrals"]["accepted_on"].isna().any() and demo["referrals"]["accepted_on"].notna().any()


def test_not_everybody_answers(demo):
    outcome = demo["followups"]["outcome"].value_counts(normalize=True)
    assert set(outcome.index) == {"answered", "answered_late", "refused", "no_reply", "not_contacted"}
    assert 0.55 < outcome["answered"] + outcome["answered_late"] < 0.85


def test_several_definitions_and_a_score_without_verdict(demo):
    rows = demo["definitions_met"]
    assert set(rows["definition"]) == {
        "ordinance_2018",
        "emes",
        "agreement",
        "bissib",
        "ica_cooperative",
        "federal",
        "eu",
    }
    assert by(demo, "definitions_met", definition="emes")["score"].between(0, 9).all()
    assert {"structure", "enterprise"} <= set(rows["subject_kind"])


def test_practices_of_the_structure_and_of_enterprises(demo):
    assert set(demo["practices"]["subject_kind"]) == {"structure", "enterprise"}
    assert set(demo["practices"]["dimension"]) == {
        "equality",
        "diversity",
        "environment",
        "democracy",
        "social_dialogue",
    }


def test_impact_of_some_that_never_sought_recognition(demo):
    sought = by(demo, "recognitions", step="applied")["enterprise_id"]
    assert (~demo["impact"]["enterprise_id"].isin(sought)).sum() > 50


def test_targets_for_several_periods_and_senses(demo):
    assert {"2026S1", "2025", "2022-2026"} == set(demo["targets"]["period"])
    assert set(demo["targets"]["sense"]) == {"at_least", "at_most"}


def test_a_programme_with_several_parts_and_repeated_participations(demo):
    rows = demo["participations"][demo["participations"]["participation_id"].str.startswith("T1")]
    assert set(rows["programme"]) >= {"seeds", "blossom", "pollinize", "innovate", "community", "coworking"}
    assert rows["project_id"].duplicated().sum() > 50
    assert set(rows["outcome"]) == {"completed", "dropped_out", "ongoing"}


# --- enough to publish


@pytest.mark.parametrize("by, groups", [(None, ["all"]), ("legal_family", ["cooperative", "non_profit", "profit"])])
def test_curves_of_the_small_programme_can_be_published(spells, by, groups):
    own = cohort.arm(spells["age"], "programme")
    assert own["event"].sum() > 40
    released = disclosure.gate(survival.curve(own, by=by), "survival_by_family", "public")
    shown = released[~released["hidden"]].groupby("group")
    assert (shown["estimate"].nunique()[groups] >= 3).all()  # two changes at least
    assert (shown["at_months"].max()[groups] >= 60).all()
