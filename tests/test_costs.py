"""Costs: spread to the cent, within their perimeter, in the euros of one year; unit costs; experts; overlap."""

import json
from pathlib import Path

import demo_data
import numpy as np
import pandas as pd
import pytest
from scipy import stats

from coopeval import cohort, costs, reference, synthetic
from coopeval.disclosure import gate
from coopeval.errors import DataError, ParameterError
from coopeval.tables import from_frames

TODAY = "2026-06-30"
STRUCTURES = pd.DataFrame({"structure_id": ["S1", "S2"], "kind": "incubator", "is_evaluated": [True, False]})


def project(key, entered_on="2020-01-01", **facts):
    return {
        "project_id": key, "structure_id": "S1", "selection": "selected", "entered_on": entered_on,
        "decided_on": "2019-12-01", "last_seen_on": TODAY, **facts,
    }  # fmt: skip


def support(key, project_id, given_on, hours, expert_id="", **facts):
    return {
        "support_id": key, "project_id": project_id, "given_on": given_on, "hours": hours, "expert_id": expert_id,
        "kind": "individual_coaching", "topic": "finance", **facts,
    }  # fmt: skip


def cost(key, first, last, amount, borne_by="subsidy", programme="", category="staff", **facts):
    return {
        "cost_id": key, "structure_id": "S1", "period_from": first, "period_until": last, "category": category,
        "programme": programme, "borne_by": borne_by, "amount_eur": amount, **facts,
    }  # fmt: skip


PROJECTS = [
    project("P1"), project("P2"), project("P3", ended_on="2021-06-30", end_kind="stopped", end_reason="no_market"),
    project("P4", None, selection="rejected"), project("P9", structure_id="S2"),
]  # fmt: skip
PARTS = [
    {"participation_id": "T1", "project_id": "P1", "programme": "seeds", "started_on": "2020-01-01"},
    {"participation_id": "T2", "project_id": "P2", "programme": "blossom", "started_on": "2020-01-01"},
    {"participation_id": "T3", "project_id": "P3", "programme": "seeds", "started_on": "2020-01-01",
     "ended_on": "2021-06-30"},
]  # fmt: skip
# Hours received in 2020: P1 4 + 4, P2 2, P3 2. The session lasted 4 hours: 2 delivered to each of its two rows.
SUPPORT = [
    support("U1", "P1", "2020-03-01", 4, "E1", session_id="s1", kind="collective_training"),
    support("U2", "P2", "2020-03-01", 2, "E1", session_id="s1", kind="collective_training"),
    support("U3", "P1", "2020-05-01", 4, "E1", topic="sdo_recognition", agreement_point="art3_03"),
    support("U4", "P3", "2020-06-01", 2, "E2", cost_eur=150.0, agreement_point="outside"),
    support("U9", "P9", "2020-06-01", 50),
]
EXPERTS = [
    {"expert_id": "E1", "expert_type": "legal", "engagement": "staff", "rate_eur_h": 50.0, "rate_from": "2016-01-01"},
    {"expert_id": "E2", "expert_type": "finance", "engagement": "freelance", "rate_eur_h": 60.0,
     "rate_from": "2016-01-01"},
]  # fmt: skip
COSTS = [
    cost("C1", "2020-01-01", "2020-12-31", 1200.0, agreement_point="art3_01"),
    cost("C2", "2020-01-01", "2020-12-31", 800.0, "own_income", "seeds", "experts"),
    cost("C3", "2021-01-01", "2021-12-31", 100.0, "in_kind", category="premises"),
    cost("C9", "2020-01-01", "2020-12-31", 999.0, structure_id="S2"),
]
OTHERS = [
    {"other_support_id": "O1", "project_id": "P1", "organisation": "trace", "topic": "finance",
     "support_from": "2020-02-01", "support_until": "2021-03-01", "hours": 5.0},
]  # fmt: skip


NO_ENTERPRISES = pd.DataFrame(columns=["enterprise_id"])


def delivery(**changed):
    frames = {
        "structures": STRUCTURES, "projects": PROJECTS, "enterprises": NO_ENTERPRISES, "participations": PARTS,
        "support": SUPPORT, "experts": EXPERTS, "costs": COSTS, "other_support": OTHERS, **changed,
    }  # fmt: skip
    made = {name: pd.DataFrame(rows) for name, rows in frames.items() if rows is not None}
    whole = from_frames(made, {"name": "test", "delivered_on": TODAY, "is_synthetic": True})
    return cohort.as_of(whole, TODAY)


SMALL = delivery()
PAID = costs.account(SMALL, constant=False)


@pytest.fixture(scope="module")
def demo():
    return demo_data.as_of()


@pytest.fixture(scope="module")
def account(demo):
    return costs.account(demo)


def by_group(table, column="estimate"):
    return table.set_index("group")[column].to_dict()


def carried(account, amount="amount_eur"):
    return account.spread.groupby("project_id")[amount].sum().to_dict()


# By hand


def test_shared_costs_follow_the_hours_and_direct_ones_stay_in_their_programme():
    # 1200 over 8 + 2 + 2 hours: 800, 200, 200. 800 of seeds over the 8 + 2 hours of P1 and P3: 640, 160.
    # Nobody had hours in 2021: 100 stays without a project.
    assert carried(PAID) == pytest.approx({"P1": 1440, "P2": 200, "P3": 360, "": 100})


def test_participations_and_direct_staff_are_other_keys_and_give_other_parts():
    # Three participations under way: 400 each; two in seeds: 400 each. In 2021 all three: 33.33 each.
    parts = carried(costs.account(SMALL, key="participations", constant=False))
    assert parts == pytest.approx({"P1": 833.333, "P2": 433.333, "P3": 833.333}, abs=1e-3)
    # No direct cost is staff cost here, so shared costs find nothing to follow and stay as they are: unspread.
    assert carried(costs.account(SMALL, key="direct_staff", constant=False))[""] == pytest.approx(1300)
    staff = delivery(costs=[*COSTS[:1], cost("C2", "2020-01-01", "2020-12-31", 800.0, programme="seeds")])
    # 800 of direct staff: P1 640, P3 160; the shared 1200 follow: 960 and 240.
    assert carried(costs.account(staff, key="direct_staff", constant=False)) == pytest.approx({"P1": 1600, "P3": 400})


def test_a_workspace_can_be_left_out_of_the_hours():
    rows = [*SUPPORT, support("U5", "P2", "2020-07-01", 88, kind="coworking")]
    with_it, without = (costs.account(delivery(support=rows), key=k, constant=False) for k in ("hours", "guided_hours"))
    assert carried(with_it)["P2"] == pytest.approx(1200 * 90 / 100)
    assert carried(without)["P2"] == pytest.approx(200)


def test_a_cost_over_two_years_is_divided_by_days():
    two = delivery(costs=[cost("C1", "2020-12-22", "2021-01-10", 200.0)])  # ten days in each year
    assert by_group(costs.totals(costs.account(two, constant=False), "year")) == {"2020": 100, "2021": 100, "all": 200}


def test_delivered_hours_are_the_longest_of_a_session_in_equal_parts():
    assert by_group(costs.hours(SMALL, "kind")) == {"collective_training": 4, "individual_coaching": 6, "all": 10}
    assert by_group(costs.hours(SMALL, "kind", of="received"))["all"] == 12


def test_hours_are_priced_as_invoiced_else_by_the_rate_of_the_day():
    # E1: 8 hours at 50; E2: 2 hours, invoiced at 150.
    price = by_group(costs.experts(SMALL, "price", "expert_type"))
    assert price == pytest.approx({"finance": 75, "legal": 50, "all": 55})
    assert by_group(costs.experts(SMALL, "share", "engagement")) == pytest.approx(
        {"staff": 0.8, "freelance": 0.2, "all": 1}
    )
    spread = costs.experts(SMALL, "spread", None).iloc[0]
    assert spread["estimate"] == pytest.approx(np.std([50, 75], ddof=1) / 62.5)


def test_the_books_and_the_priced_hours_are_told_apart():
    steps = by_group(costs.reconciliation(PAID))
    assert steps == pytest.approx(
        {"step_1_total": 2100, "step_2_accompanied": 2000, "step_3_others": 0, "step_4_unspread": 100,
         "step_5_priced_hours": 550, "step_6_beyond_hours": 1550}
    )  # fmt: skip


def test_a_rate_holds_from_its_first_to_its_last_day_and_its_absence_is_no_zero():
    rates = [
        {**EXPERTS[0], "rate_until": "2020-03-31"}, {**EXPERTS[0], "rate_eur_h": 70.0, "rate_from": "2020-04-01"},
        {**EXPERTS[1], "rate_from": "2020-07-01"},
    ]  # fmt: skip
    later = [*SUPPORT[:3], {**SUPPORT[3], "cost_eur": None}]
    priced = costs.experts(delivery(experts=rates, support=later), "price", "expert_type")
    assert by_group(priced)["legal"] == pytest.approx((4 * 50 + 4 * 70) / 8)
    assert np.isnan(by_group(priced)["finance"])
    assert by_group(priced, "note")["finance"] == "not_estimable"


def test_euros_of_one_year_are_the_chain_of_the_yearly_changes():
    changes = reference.prices().set_index("year")["change_percent"]
    factor = (1 + changes[2021] / 100) * (1 + changes[2022] / 100)  # from 2020 to 2022
    account = costs.account(SMALL, prices_of=2022)
    assert carried(account)["P2"] == pytest.approx(200 * factor)
    assert by_group(costs.prices(account))["2020"] == pytest.approx(factor)
    assert carried(account, "nominal_eur")["P2"] == pytest.approx(200)


def test_a_year_without_an_index_keeps_its_euros_and_says_so():
    late = delivery(costs=[cost("C1", "2026-01-01", "2026-06-30", 70.0), *COSTS[:1]])
    table = costs.totals(costs.account(late), "year").set_index("group")
    assert table.loc["2026", "estimate"] == 70 and table.loc["2026", "note"] == "no_index"
    assert table.loc["2020", "note"] == "" and table.loc["2020", "estimate"] > 1200


def test_the_price_year_is_the_last_one_over_by_the_day():
    assert costs.account(cohort.as_of(SMALL, "2023-06-30")).price_year == 2022
    assert costs.account(cohort.as_of(SMALL, "2023-12-31")).price_year == 2023
    assert costs.account(SMALL).price_year == reference.prices()["year"].max()


def test_a_cost_per_project_stands_over_the_first_months_of_projects_that_had_them():
    rows = [*PROJECTS, project("P5", "2026-01-01")]
    dataset = delivery(projects=rows)
    table = costs.unit_costs(costs.account(dataset, constant=False), cohort.outcomes(dataset, created_months=12))
    one = table.iloc[0]
    # P1 1440, P2 200, P3 360 in their first year; P5 is too young. By hand: mean 2000/3, t with two degrees.
    half = stats.t.ppf(0.975, 2) * np.std([1440, 200, 360], ddof=1) / np.sqrt(3)
    assert one[["n", "n_too_young", "numerator", "denominator"]].tolist() == [3, 1, 2000, 3]
    assert one[["estimate", "low", "high"]].tolist() == pytest.approx([2000 / 3, 2000 / 3 - half, 2000 / 3 + half])


def test_the_stopped_project_cost_what_it_carried():
    row = costs.stops(PAID).set_index("group").loc["stopped"]
    assert (row["numerator"], row["n"]) == (pytest.approx(360), 1)
    assert costs.stops(PAID, "hours").set_index("group").loc["stopped", "numerator"] == 2


def test_topics_funded_elsewhere_and_contested_points_are_counted_once():
    # U3 (P1, 4 of 12 hours, 4 of 10 in seeds): 400 + 320 = 720, funded elsewhere and a contested point at once.
    # O1 supports P1 on finance too: U1, 4 hours: 400 + 320 = 720.
    parts = by_group(costs.without_overlap(PAID))
    assert parts["part_2_funded"] == parts["part_3_points"] == pytest.approx(720)
    assert parts["part_4_same_topic"] == pytest.approx(720)
    assert parts["part_5_any"] == pytest.approx(1440)
    assert (parts["part_6_left_most"], parts["part_7_left_least"]) == pytest.approx((1380, 660))
    assert by_group(costs.without_overlap(PAID, year=2021))["part_5_any"] == 0
    assert by_group(costs.funded_elsewhere(PAID, "hours"))["sdo_recognition"] == 4


def test_what_is_not_coded_is_a_row_and_contested_points_stand_even_empty():
    points = by_group(costs.totals(PAID, "cost_point"))
    assert points["uncoded"] == pytest.approx(900) and points["art3_01"] == pytest.approx(1200)
    assert points["art3_14"] == 0
    assert by_group(costs.hours(SMALL, "agreement_point"))["outside"] == 2


def test_the_map_tells_each_contact_in_each_of_its_years():
    sent = [{"referral_id": "R1", "project_id": "P2", "direction": "to", "organisation": "febisp",
             "purpose": "mandate", "referred_on": "2022-05-01"}]  # fmt: skip
    dataset = delivery(referrals=sent)
    assert by_group(costs.support_map(dataset, "year")) == {"2020": 1, "2021": 1, "2022": 1, "all": 2}
    assert by_group(costs.support_map(dataset, "way")) == {"other_support": 1, "referred_to": 1, "all": 2}
    assert by_group(costs.support_map(dataset, "topic", organisation="trace")) == {"finance": 1, "all": 1}
    assert by_group(costs.support_map(dataset, "topic", organisation="bruxeo")) == {"all": 0}
    share = costs.several_bodies(dataset).set_index("group")
    assert share.loc["trace", ["n_events", "n"]].tolist() == [1, 3]


# Outcomes


def enterprise(key, project_id, born_on, **facts):
    return {
        "enterprise_id": key, "structure_id": "S1", "project_id": project_id, "legal_form": "706", "born_on": born_on,
        "observed_from": born_on, "last_seen_on": TODAY, "nace_code": "62.010", **facts,
    }  # fmt: skip


def outcome(dataset, name, **options):
    found = cohort.outcomes(dataset, **options)
    return found[found["outcome"].eq(name)].set_index("project_id")["amount"].to_dict()


def test_enterprises_are_counted_at_the_same_time_and_unknown_is_no_zero():
    rows = [
        enterprise("A", "P1", "2021-01-01", ended_on="2023-06-30", end_kind="ceased"),  # created, gone at 30 months
        enterprise("B", "P2", "2018-01-01", last_seen_on="2021-06-30"),  # brought along, lost from sight
        enterprise("C", "P3", "2023-01-01"),  # born after 36 months
    ]
    dataset = delivery(enterprises=rows)
    assert outcome(dataset, "created") == {"P1": 1, "P3": 0}  # P2 had one already
    assert outcome(dataset, "created_alive") == {"P1": 0, "P3": 0}
    alive = outcome(dataset, "alive")
    assert alive["P1"] == 1 and np.isnan(alive["P2"]) and alive["P3"] == 0
    assert np.isnan(outcome(cohort.as_of(dataset, "2021-06-30"), "created")["P1"])  # not mature


def test_a_project_lost_from_sight_leaves_both_sides_of_the_ratio():
    rows = [enterprise("A", "P1", "2021-01-01"), enterprise("B", "P2", "2018-01-01", last_seen_on="2021-06-30")]
    dataset = delivery(enterprises=rows)
    table = costs.unit_costs(costs.account(dataset, constant=False), cohort.outcomes(dataset), "enterprise")
    row = table.set_index("group").loc["alive"]
    assert row[["n", "n_left_out", "numerator", "denominator"]].tolist() == [2, 1, pytest.approx(1800), 1]


JOBS = [
    {"job_id": "J1", "enterprise_id": "A", "started_on": "2021-02-01", "fte": 1.0, "contract": "open_ended",
     "worker_status": "white_collar", "is_founder": False, "last_seen_on": TODAY},
    {"job_id": "J2", "enterprise_id": "A", "started_on": "2021-02-01", "ended_on": "2022-06-30", "fte": 0.5,
     "contract": "open_ended", "worker_status": "white_collar", "is_founder": False, "last_seen_on": TODAY},
]  # fmt: skip


def test_jobs_of_a_project_are_net_and_those_without_a_source_are_not_known():
    # A is born in 2021: N = 2021 with two jobs; at N+2 one is left. On 31 December 2022, two years after the year of
    # entry, one job stands there, none before entry: one created. Job-years up to then: 23/12 + 17/24.
    rows = [enterprise("A", "P1", "2021-01-01"), enterprise("B", "P2", "2018-01-01")]
    dataset = delivery(enterprises=rows, jobs=JOBS)
    found = cohort.job_outcomes(dataset, cohort.jobs(dataset))
    amount = found.set_index(["project_id", "outcome"])["amount"]
    assert amount["P1", "job_created"] == 1 and amount["P1", "job_kept"] == 1
    assert amount["P1", "job_years"] == pytest.approx(23 / 12 + 17 / 24)
    assert np.isnan(amount["P2", "job_created"])  # an enterprise without any source
    assert amount["P3", "job_created"] == 0  # no enterprise, no jobs
    account = costs.account(dataset, constant=False)
    left, none = (
        costs.unit_costs(account, found, "job", unknown=way).set_index("group").loc["job_created"]
        for way in ("left_out", "none")
    )
    assert (left["numerator"], left["n_left_out"]) == (pytest.approx(1800), 1)
    assert none["numerator"] == pytest.approx(2000) and np.isnan(none["low"])


def test_a_loss_of_jobs_gives_no_cost_per_job():
    lost = [{**JOBS[0], "started_on": "2017-01-01", "ended_on": "2021-12-31"}]
    rows = [enterprise("A", "P1", "2016-01-01")]
    dataset = delivery(enterprises=rows, jobs=lost)
    found = cohort.job_outcomes(dataset, cohort.jobs(dataset))
    row = costs.unit_costs(costs.account(dataset), found, "job").set_index("group").loc["job_created"]
    assert row["denominator"] == -1 and np.isnan(row["estimate"]) and row["note"] != ""


# Laws


@pytest.mark.parametrize("perimeter", costs.PERIMETERS)
@pytest.mark.parametrize("key", ["hours", "guided_hours", "participations", "direct_staff"])
def test_every_cost_is_carried_to_the_cent(demo, perimeter, key):
    account = costs.account(demo, perimeter, key, constant=False)
    own = demo["costs"]
    own = own[own["structure_id"].eq("S1") & own["borne_by"].isin(costs.PERIMETERS[perimeter])]
    spread = account.spread.groupby("cost_id")["amount_eur"].sum()
    assert np.abs(spread.reindex(own["cost_id"]).to_numpy() - own["amount_eur"].to_numpy()).max() < 0.005
    assert len(spread) == len(own)


@pytest.mark.parametrize("by", ["year", "borne_by", "category", "programme", "cost_point"])
def test_every_way_to_group_gives_the_same_total(account, by):
    table = costs.totals(account, by)
    parts = table[table["group"].ne("all")]["estimate"].sum()
    assert parts == pytest.approx(account.spread["amount_eur"].sum(), abs=0.01) == by_group(table)["all"]


def test_perimeters_stand_inside_each_other(demo):
    whole = [costs.totals(costs.account(demo, p), "year").iloc[-1]["estimate"] for p in ("subsidy", "cash", "full")]
    assert whole == sorted(whole)


def test_order_of_rows_does_not_matter_and_nothing_is_changed(demo):
    turned = delivery(**{name: pd.DataFrame(rows)[::-1] for name, rows in
                         {"projects": PROJECTS, "participations": PARTS, "support": SUPPORT, "experts": EXPERTS,
                          "costs": COSTS}.items()})  # fmt: skip
    for one, other in ((PAID, costs.account(turned, constant=False)),):
        pd.testing.assert_frame_equal(one.spread, other.spread)
        pd.testing.assert_frame_equal(costs.without_overlap(one), costs.without_overlap(other))
    before = demo["support"].copy()
    costs.experts(demo)
    pd.testing.assert_frame_equal(demo["support"], before)


def test_the_rows_of_points_are_the_points_of_the_agreement_and_what_was_not_coded():
    points = set(reference.codes("agreement_points")["code"])
    assert set(reference.codes("cost_points")["code"]) == points | {"uncoded"}
    assert set(reference.codes("cost_programmes")["code"]) == set(reference.codes("programmes")["code"]) | {"shared"}
    funded = set(costs.funded_topics()) | {"not_funded_elsewhere", "unknown"}
    assert set(reference.codes("overlap_topics")["code"]) == funded


def test_families_of_experts_are_fixed_in_the_code_list():
    types, families = reference.codes("expert_types"), set(reference.codes("expert_families")["code"])
    assert set(types["family"]) == families


# Known truth


def planned_until_2025(truth):
    """Year and payer to amount; 2026 is planned whole and half over, later years not begun."""
    return {(one["year"], one["borne_by"]): one["amount_eur"] for one in truth if one["year"] <= 2025}


def paid_by_year(dataset):
    spread = costs.account(dataset, constant=False).spread
    return spread[spread["year"].le(2025)].groupby(["year", "borne_by"])["amount_eur"].sum().to_dict()


def test_totals_per_year_and_payer_are_those_that_were_planned(demo):
    truth = json.loads(Path("data/demo/truth.json").read_text(encoding="utf-8"))["costs"]
    assert paid_by_year(demo) == pytest.approx(planned_until_2025(truth), abs=0.005)


@pytest.mark.parametrize("seed", [2, 3])
def test_other_worlds_meet_their_plans_too(seed):
    world = synthetic.world(4, 0.3, seed)
    dataset = cohort.as_of(synthetic.delivery(world, "2026S1"), TODAY)
    planned = planned_until_2025(synthetic.truth(world, "2026S1")["costs"])
    assert paid_by_year(dataset) == pytest.approx(planned, abs=0.005)


def test_limits_are_those_of_another_implementation(demo):
    numbers = pd.read_csv("tests/reference/cost_ratios.csv").set_index("outcome")
    account = costs.account(demo, constant=False)
    tables_of = [costs.unit_costs(account, cohort.outcomes(demo), per) for per in ("project", "enterprise")]
    jobs = cohort.job_outcomes(demo, cohort.jobs(demo))
    tables_of += [costs.unit_costs(account, jobs, per) for per in ("job", "job_year")]
    found = pd.concat(tables_of).set_index("group")
    for column in ("n", "estimate", "low", "high"):
        assert found[column].reindex(numbers.index).to_numpy(float) == pytest.approx(
            numbers[column].to_numpy(), rel=1e-6
        )


# What may be shown


def test_experts_are_shown_by_family_and_withheld_where_they_are_few(demo):
    families = gate(costs.experts(demo, "price", "family"), "families")
    assert not families["hidden"].any()
    engagement = gate(costs.experts(demo, "share", "engagement"), "engagement").set_index("group")
    assert engagement.drop(index="all")["hidden"].all() and engagement["estimate"].drop(index="all").isna().all()


def test_nothing_on_a_topic_is_shown_as_nothing_and_unspread_costs_are_shown(demo, account):
    topics = gate(costs.funded_elsewhere(account, "hours"), "topics").set_index("group")
    assert topics.loc["representation", "estimate"] == 0 and not topics["hidden"].any()
    steps = gate(costs.reconciliation(account), "steps").set_index("group")
    assert steps.loc["step_4_unspread", "estimate"] == 100_000


def test_what_is_left_is_withheld_with_the_part_it_gives_away():
    few = delivery(projects=[project(f"P{i}") for i in range(1, 21)])
    released = gate(costs.without_overlap(costs.account(few)), "left").set_index("group")
    assert released.loc[["part_2_funded", "part_6_left_most"], "hidden"].all()


def test_a_small_programme_publishes_no_unit_cost():
    released = gate(costs.unit_costs(PAID, cohort.outcomes(SMALL)), "few")
    assert released["hidden"].all() and released["estimate"].isna().all()


@pytest.mark.parametrize("without", ["costs", "support", "experts", "projects", "other_support"])
def test_a_programme_that_has_only_begun_gets_tables_without_figures(without):
    gone = {"support": ("support", "other_support"), "projects": ("participations", "support", "other_support")}
    rows = {"costs": COSTS, "support": SUPPORT, "experts": EXPERTS, "participations": PARTS, "other_support": OTHERS}
    changed = {name: pd.DataFrame(rows[name]).iloc[:0] for name in gone.get(without, (without,))}
    if without == "projects":
        changed["projects"] = [project("P4", None, selection="rejected")]
    if without == "other_support":
        changed["other_support"] = None
    dataset = delivery(**changed)
    account = costs.account(dataset)
    jobs = cohort.job_outcomes(dataset, cohort.jobs(dataset))
    made = [
        costs.totals(account), costs.reconciliation(account), costs.prices(account), costs.stops(account),
        costs.unit_costs(account, cohort.outcomes(dataset), by="programme"), costs.unit_costs(account, per="hour"),
        costs.unit_costs(account, jobs, "job"), costs.without_overlap(account), costs.funded_elsewhere(account),
        costs.several_bodies(dataset), costs.support_map(dataset), costs.hours(dataset),
        *(costs.experts(dataset, of) for of in ("experts", "hours", "eur", "price", "share", "spread")),
    ]  # fmt: skip
    for table in made:
        gate(table, "begun")


# Refusals


@pytest.mark.parametrize(
    ("call", "error", "remedy"),
    [
        (lambda: costs.account(SMALL, "everything"), ParameterError, "subsidy, cash, full"),
        (lambda: costs.account(SMALL, key="size"), ParameterError, "hours"),
        (lambda: costs.account(SMALL, prices_of=1900), ParameterError, "Choose a year"),
        (lambda: costs.account(delivery(costs=None)), DataError, "costs"),
        (lambda: costs.account(delivery(costs=[{**COSTS[0], "amount_eur": -5.0}])), DataError, "correction"),
        (lambda: costs.account(delivery(participations=None), key="participations"), DataError, "participations"),
        (lambda: costs.totals(PAID, "colour"), ParameterError, "year"),
        (lambda: costs.unit_costs(PAID, per="idea"), ParameterError, "project"),
        (lambda: costs.unit_costs(PAID, per="job"), DataError, "outcomes"),
        (lambda: costs.unit_costs(PAID, None, "enterprise", by="programme"), ParameterError, "project"),
        (lambda: costs.experts(SMALL, "age"), ParameterError, "price"),
        (lambda: costs.experts(delivery(experts=None)), DataError, "experts"),
        (lambda: costs.funded_elsewhere(costs.account(SMALL, key="participations")), ParameterError, "hours"),
        (lambda: cohort.outcomes(SMALL, created_months=0), ParameterError, "above 0"),
        (lambda: cohort.job_outcomes(SMALL, pd.DataFrame()), DataError, "cohort.jobs"),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_is_refused_with_the_remedy(call, error, remedy):
    with pytest.raises(error, match=remedy):
        call()


def test_two_rates_on_one_day_are_refused():
    twice = [EXPERTS[0], {**EXPERTS[0], "rate_from": "2019-01-01"}]
    with pytest.raises(DataError, match="day before"):
        costs.experts(delivery(experts=twice))
