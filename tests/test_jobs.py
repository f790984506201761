"""Jobs: what counts as one, which source stands for a day, and how long they last; counted by hand."""

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from coopeval import cohort, jobs, survival, tables
from coopeval.cohort.jobs import NOT_COUNTED, jobs_of
from coopeval.disclosure import gate
from coopeval.errors import DataError, ParameterError

AS_OF = "2023-06-30"


def enterprise(key, born_on, entered_on, **facts):
    return {"enterprise_id": key, "born_on": born_on, "entered_on": entered_on, **facts}


def job(enterprise_id, started_on, ended_on=None, **facts):
    usual = {"contract": "open_ended", "worker_status": "white_collar", "subsidy_measure": "none", "fte": 1.0,
             "joint_committee": "200", "gender": "woman", "is_founder": False}  # fmt: skip
    return {**usual, "enterprise_id": enterprise_id, "started_on": started_on, "ended_on": ended_on, **facts}


def count(enterprise_id, counted_on, headcount, source="survey", **split):
    usual = {"contract": "all", "worker_status": "all", "joint_committee": "all"}
    return {**usual, "enterprise_id": enterprise_id, "counted_on": counted_on, "source": source,
            "headcount": headcount, "fte": headcount / 2, **split}  # fmt: skip


def delivery(enterprises, rows=(), counts=(), as_of=AS_OF):
    frame = pd.DataFrame(enterprises)
    last = frame["last_seen_on"] if "last_seen_on" in frame else pd.Series(None, index=frame.index, dtype=object)
    frame = frame.assign(
        structure_id="S1", project_id="P" + frame["enterprise_id"], legal_form="706", observed_from=frame["born_on"],
        nace_version="2025", nace_code="62.010", last_seen_on=last.fillna("2023-06-30"),
    )  # fmt: skip
    frame["observed_from"] = frame[["born_on", "entered_on"]].max(axis=1)
    projects = pd.DataFrame(
        {"project_id": frame["project_id"], "structure_id": "S1", "selection": "selected",
         "entered_on": frame["entered_on"], "last_seen_on": "2023-06-30"}
    )  # fmt: skip
    made = {
        "structures": pd.DataFrame({"structure_id": ["S1"], "kind": "incubator", "is_evaluated": [True]}),
        "projects": projects, "enterprises": frame.drop(columns="entered_on"),
    }  # fmt: skip
    if rows:
        table = pd.DataFrame(rows)
        table["job_id"] = [f"J{i:02d}" for i in range(len(table))]
        seen = table["ended_on"].fillna("2023-06-30")
        made["jobs"] = table.assign(last_seen_on=table.get("last_seen_on", seen))
    if counts:
        made["headcounts"] = pd.DataFrame(counts)
    built = tables.from_frames(made, {"name": "test", "delivered_on": "2023-06-30", "is_synthetic": True})
    return cohort.as_of(built, as_of)


def stocks(*args, **kwargs):
    return cohort.jobs(delivery(*args, **kwargs)).attrs["stocks"]


def on(frame, day, column="headcount"):
    return frame.loc[frame["on"].eq(pd.Timestamp(day)), column].iloc[0]


A, B, C, D = (
    enterprise("A", "2018-01-01", "2020-03-01"),  # existed at entry
    enterprise("B", "2020-05-01", "2020-02-01"),  # born in the programme
    enterprise("C", "2020-06-01", "2020-02-01", ended_on="2021-09-30", end_kind="ceased", last_seen_on="2021-09-30"),
    enterprise("D", "2019-01-01", "2020-04-01"),  # nothing is known of its jobs
)
# N is 31 December 2020 for all. By hand, own jobs on 31 December 2020 / 2021 / 2022 and now:
#   A (entered with 2): 4 / 3 / 6 and 6      B: 2 / 2 / 0 and 1      C (ceased in 2021): 2 / 0 / 0 and 0
ROWS = [
    *[job("A", "2019-01-01", "2021-06-30"), job("A", "2019-06-01")],
    *[job("A", "2020-07-01"), job("A", "2020-08-01", fte=0.5)],
    *[job("A", "2022-02-01"), job("A", "2022-02-01"), job("A", "2022-03-01", contract="fixed_term")],
    *[job("B", "2020-06-01", "2022-03-31"), job("B", "2020-09-01", "2022-08-31", contract="fixed_term")],
    *[job("B", "2023-01-15"), job("B", "2020-05-01", contract="none", worker_status="director", is_founder=True)],
    *[job("C", "2020-07-01", "2021-09-30", end_kind="enterprise_ended")] * 2,
]
FOUR = cohort.jobs(delivery([A, B, C, D], ROWS))


def cell(table, **labels):
    for label, value in labels.items():
        table = table[table[label].eq(value)]
    assert len(table) == 1
    return table.iloc[0]


# what is a job


@pytest.mark.parametrize(
    ("facts", "kind"),
    [
        ({}, "employee"),
        ({"is_founder": True}, "founder_employee"),
        ({"is_founder": True, "contract": "none", "worker_status": "self_employed_main"}, "founder_without_contract"),
        ({"contract": "none", "worker_status": "volunteer"}, "volunteer"),
        ({"worker_status": "volunteer"}, "volunteer"),  # whatever contract somebody wrote beside it
        ({"contract": "agency"}, "agency"),
        ({"subsidy_measure": "article_60"}, "article_60"),
        ({"subsidy_measure": "article_60_social_economy"}, "article_60"),
        ({"subsidy_measure": "article_61"}, "employee"),  # the enterprise itself is the employer
        ({"contract": "individual_training"}, "trainee"),
        ({"contract": "replacement"}, "replacement"),
        ({"worker_status": "self_employed_helper", "contract": "none"}, "self_employed"),
        ({"worker_status": "shared_employer"}, "shared_employer"),
        ({"worker_status": "activity_cooperative_candidate"}, "cooperative_candidate"),
        ({"contract": "unknown"}, "employee"),  # a white-collar worker has a contract, of whatever kind
        ({"contract": "unknown", "worker_status": "unknown"}, "unknown"),
    ],
)
def test_each_row_is_one_kind_of_work(facts, kind):
    assert cohort.kind_of_job(pd.DataFrame([job("A", "2020-01-01", **facts)])).tolist() == [kind]


def test_an_article_60_worker_is_no_job_and_a_founder_with_a_contract_is():
    found = stocks([A], [job("A", "2019-01-01", subsidy_measure="article_60"), job("A", "2019-01-01", is_founder=True)])
    assert on(found, "2020-12-31") == 1 and on(found, "2020-12-31", "founders") == 1


# which source stands for a day


def test_job_records_go_before_any_headcount():
    found = stocks([A], ROWS[:2], [count("A", "2020-12-31", 9, "payroll")])
    assert (on(found, "2020-12-31"), on(found, "2020-12-31", "source")) == (2, "job_records")


def test_of_headcounts_payroll_goes_before_balance_sheet_before_survey():
    counts = [
        count("A", "2020-12-31", 7),
        count("A", "2020-12-31", 5, "balance_sheet"),
        count("A", "2020-11-30", 4, "payroll"),
    ]
    assert (on(stocks([A], counts=counts), "2020-12-31")) == 4
    assert (on(stocks([A], counts=counts[:2]), "2020-12-31")) == 5
    assert (on(stocks([A], counts=counts[:1]), "2020-12-31")) == 7


def test_a_headcount_given_in_all_and_split_is_counted_once():
    split = [count("A", "2020-12-31", 3, contract="open_ended"), count("A", "2020-12-31", 2, contract="fixed_term")]
    both = [*split, count("A", "2020-12-31", 5)]
    by_status = [
        count("A", "2020-12-31", 4, worker_status="blue_collar"),
        count("A", "2020-12-31", 1, worker_status="white_collar"),
    ]
    for counts in (split, both, [*split, *by_status], [*both, *by_status]):
        assert on(stocks([A], counts=counts), "2020-12-31") == 5
        assert on(stocks([A], counts=counts), "2020-12-31", "fte") == 2.5


def test_a_headcount_leaves_out_who_is_no_job_where_it_is_split_so():
    counts = [count("A", "2020-12-31", 3, contract="open_ended"), count("A", "2020-12-31", 2, contract="agency")]
    assert on(stocks([A], counts=counts), "2020-12-31") == 3


def test_a_count_stands_for_a_day_up_to_half_a_year_away_and_no_further():
    near, far = count("A", "2021-06-30", 5), count("A", "2021-07-05", 5)  # 181 and 186 days after 31 December 2020
    assert on(stocks([A], counts=[near]), "2020-12-31") == 5
    assert np.isnan(on(stocks([A], counts=[far]), "2020-12-31"))


def test_a_count_after_entry_says_nothing_of_the_day_before():
    found = stocks([A], counts=[count("A", "2020-03-01", 5)])
    assert (
        np.isnan(on(found, "2020-02-29")) and on(stocks([A], counts=[count("A", "2020-02-01", 5)]), "2020-02-29") == 5
    )


def test_no_source_is_unknown_ceased_is_zero_and_lost_or_merged_is_unknown():
    lost = enterprise("E", "2020-06-01", "2020-02-01", ended_on="2021-09-30", end_kind="lost_contact")
    merged = enterprise("F", "2020-06-01", "2020-02-01", ended_on="2021-09-30", end_kind="merged")
    found = stocks(
        [A, C, D, lost, merged], [job("C", "2020-07-01", "2021-09-30"), job("E", "2020-07-01"), job("F", "2020-07-01")]
    )
    then = found[found["on"].eq("2021-12-31")].set_index("enterprise_id")
    assert then["headcount"].isna().to_dict() == {"A": True, "C": False, "D": True, "E": True, "F": True}
    assert (then.loc["C", "headcount"], then.loc["C", "source"]) == (0, "ended")


def test_a_job_lost_from_sight_leaves_the_stock_unknown_from_then_on():
    found = stocks([A], [job("A", "2019-01-01", last_seen_on="2021-03-01"), job("A", "2019-01-01")])
    assert on(found, "2020-12-31") == 2 and np.isnan(on(found, "2021-12-31"))


def test_records_say_nothing_of_the_time_before_they_were_kept():
    # seen from its entry on: who had left before is in no record, so only the day before entry is known
    assert np.isnan(on(stocks([A], ROWS[:2]), "2019-12-31")) and on(stocks([A], ROWS[:2]), "2020-02-29") == 2


def test_n_is_the_first_31_december_in_existence_and_in_the_programme():
    early = enterprise("E", "2021-03-01", "2020-02-01")
    short = enterprise(
        "F", "2021-03-01", "2021-02-01", ended_on="2021-11-30", end_kind="ceased", last_seen_on="2021-11-30"
    )
    facts = cohort.jobs(delivery([A, early, short])).attrs["enterprises"].set_index("enterprise_id")["base_on"]
    assert facts["A"] == pd.Timestamp("2020-12-31") and facts["E"] == pd.Timestamp("2021-12-31") and pd.isna(facts["F"])


def test_a_take_over_neither_loses_nor_gains_a_job():
    first = {**A, "ended_on": "2021-06-30", "end_kind": "taken_over", "continued_by": "E"}
    heir = enterprise("E", "2021-07-01", "2020-03-01")
    rows = [
        job("A", "2019-01-01", "2021-06-30", position_id="W", end_kind="transferred"),
        job("E", "2021-07-01", position_id="W"),
    ]
    made = cohort.jobs(delivery([first, heir], rows))
    assert set(made["enterprise_id"]) == {"A"} and on(made.attrs["stocks"], "2021-12-31") == 1
    spells = jobs.spells(made)
    assert len(spells) == 1 and not spells["event"].any() and spells["exit"].item() == pytest.approx(30, abs=0.1)
    flows = jobs.flows(made)
    assert cell(flows, group="2021", cause="creation")["numerator"] == 0
    assert cell(flows, group="2021", cause="destruction")["numerator"] == 0


# durability


def test_retained_numbers_by_hand():
    # N+1: A min(3, 4) = 3, B 2, C 0 (ceased, stays in), D not known; of 4 + 2 + 2 = 8.
    # N+2: A min(6, 4) = 4, B 0, C 0; of 8. Growth counts A with 6.
    kept = jobs.persistence(FOUR)
    assert kept["numerator"].tolist() == [8, 5, 4] and kept["denominator"].tolist() == [8, 8, 8]
    assert kept["estimate"].tolist() == [1, 5 / 8, 4 / 8]
    assert kept["n"].tolist() == [3, 3, 3] and kept["n_not_known"].tolist() == [1, 1, 1]
    assert jobs.persistence(FOUR, measure="growth")["estimate"].tolist() == [1, 5 / 8, 6 / 8]


def test_full_time_equivalents_are_weighed_by_hours():
    # at N: A 1 + 1 + 1 + 0.5 = 3.5, B 2, C 2; at N+1: A 2.5, B 2, C 0
    assert cell(jobs.persistence(FOUR, work="fte"), year_after=1)["estimate"] == pytest.approx(4.5 / 7.5)


def test_a_year_that_has_not_come_is_blank_and_never_zero():
    late = jobs.persistence(FOUR, years=(2, 3))
    assert late["note"].iloc[1] == "immature" and np.isnan(late["estimate"].iloc[1])
    assert np.isnan(late["numerator"].iloc[1]) and late["n"].iloc[1] == 0


def test_only_mature_cohorts_enter():
    # E entered in 2021: at N+2 (31 December 2023) its day has not come, so only the three others stand there
    young = enterprise("E", "2021-02-01", "2021-02-01")
    made = cohort.jobs(delivery([A, B, C, young], [*ROWS, job("E", "2021-03-01")]))
    assert jobs.persistence(made)["denominator"].tolist() == [9, 9, 8]


def test_bounds_enclose_what_the_unknown_could_change():
    # E has 3 jobs at N and is lost in 2021: left out 5/8; all lost 5/11; all kept 8/11
    lost = enterprise("E", "2018-01-01", "2020-03-01", ended_on="2021-09-30", end_kind="lost_contact")
    made = cohort.jobs(delivery([A, B, C, D, lost], [*ROWS, *[job("E", "2019-01-01", last_seen_on="2021-09-30")] * 3]))
    found = jobs.bounds(made, years=(1,)).set_index("group")["estimate"]
    assert found.to_dict() == {"base": 5 / 8, "unknown_lost": 5 / 11, "unknown_kept": 8 / 11}


def test_positions_at_n_by_hand():
    # 8 positions at the end of N: one of A ends after 6 months, two of C after 9, those of B after 15 and 20.
    # S(6) = 7/8, S(9) = 5/8, S(15) = 4/8, S(20) = 3/8; the three left are seen for 30 months. Both ends of a span
    # count (31 December to 30 June is six months and a day), so each end is read a little later.
    spells = jobs.spells(FOUR)
    found = survival.at(spells, [6.1, 9.1, 15.1, 20.1, 30], cluster="enterprise_id")
    assert found["estimate"].tolist() == pytest.approx([7 / 8, 5 / 8, 4 / 8, 3 / 8, 3 / 8])
    assert found["n"].eq(8).all()
    # where positions end with their enterprise they are censored: S(9) stays 7/8, at 15 one of 5 left
    alive = survival.at(jobs.spells(FOUR, closures="censored"), [9.1, 15.1], cluster="enterprise_id")
    assert alive["estimate"].tolist() == pytest.approx([7 / 8, 7 / 8 * 4 / 5])


def test_a_new_holder_or_other_hours_do_not_end_a_position():
    rows = [job("A", "2019-01-01", "2021-05-31", position_id="W", end_kind="resigned"),
            job("A", "2021-07-01", position_id="W", fte=0.5, end_kind="")]  # fmt: skip
    spells = jobs.spells(cohort.jobs(delivery([A], rows)))
    assert len(spells) == 1 and not spells["event"].item()


def test_positions_older_than_entry_enter_late_on_their_own_clock():
    spells = jobs.spells(FOUR, clock="position").set_index("position_id")
    assert spells.loc["J01", "entry"] == 9  # 1 June 2019 to 1 March 2020
    assert spells.loc["J02", "entry"] == 0


# creation, job-years, flows


def test_created_is_net_of_the_baseline_and_unknown_is_never_zero():
    # A: 6 - 2 = 4; B: 1 - 0; C: 0 - 0 (born in the programme); D not known
    made = jobs.created(FOUR)
    assert made.set_index("group")["estimate"].to_dict() == {"existing_enterprise": 4, "new_enterprise": 1, "all": 5}
    assert cell(made, group="existing_enterprise")[["n", "n_not_known"]].tolist() == [1, 1]
    alone = cell(jobs.created(cohort.jobs(delivery([D]))), group="all")
    assert np.isnan(alone["estimate"]) and alone["note"] == "no_source"


def test_maintained_jobs_are_a_line_of_their_own():
    lines = jobs.maintained(FOUR).set_index("group")["estimate"]
    assert lines.to_dict() == {"at_entry": 2, "maintained": 2}


def test_present_keeps_founders_without_a_contract_out_of_the_jobs():
    found = jobs.present(FOUR).set_index("group")["estimate"]
    assert found["jobs"] == 7 and found["jobs_without_founders"] == 7 and found["jobs_and_founders"] == 8
    assert found["founder_without_contract"] == 1


def test_job_years_by_hand():
    # In 2022: A two jobs of 12 months and one of half time = 2.5; from February two of 11 months, from March one of 10
    # = 32/12; B three months and eight months = 11/12.
    found = jobs.years(FOUR).set_index("group")["estimate"]
    assert found["2022"] == pytest.approx(2.5 + 32 / 12 + 11 / 12)
    assert found["all"] == pytest.approx(found.drop("all").sum())
    heads = jobs.years(FOUR, work="headcount").set_index("group")["estimate"]
    assert heads["2022"] == pytest.approx(3 + 32 / 12 + 11 / 12)


def test_job_years_begin_at_entry_and_are_never_extended():
    made = cohort.jobs(delivery([A], [job("A", "2019-01-01", last_seen_on="2020-08-31")]))
    assert cell(jobs.years(made), group="all")["estimate"] == pytest.approx(0.5)  # 1 March to 31 August 2020


def test_flows_are_those_of_davis_haltiwanger_and_schuh():
    # METHODS' example: 4, 0, 6 become 6, 3, 0. Z = 9.5, creation .526, destruction .632, net -.105, excess 1.053.
    existing = [enterprise(key, "2018-01-01", "2020-03-01") for key in "ABC"]
    counts = [count(key, f"{year}-12-31", n) for key, *pair in (("A", 4, 6), ("B", 0, 3), ("C", 6, 0))
              for year, n in zip((2020, 2021), pair, strict=True)]  # fmt: skip
    found = jobs.flows(cohort.jobs(delivery(existing, counts=counts, as_of="2021-12-31")))
    rates = found[found["group"].eq("2021")].set_index("cause")["estimate"].round(3)
    assert rates.to_dict() == {
        "creation": 0.526,
        "destruction": 0.632,
        "net": -0.105,
        "reallocation": 1.158,
        "excess": 1.053,
    }


def test_creation_less_destruction_is_net_whatever_the_data():
    found = jobs.flows(FOUR).pivot(index="group", columns="cause", values="numerator").dropna()
    assert np.allclose(found["creation"] - found["destruction"], found["net"])
    assert np.allclose(found["creation"] + found["destruction"], found["reallocation"])


# conditions


def test_shares_of_one_day_add_up_to_one():
    for by in (
        "contract",
        "contract_family",
        "worker_status",
        "joint_committee_family",
        "working_time",
        "aid",
        "women",
    ):
        table = jobs.quality(FOUR, by, years=(0, 1))
        assert table.groupby("year_after")["estimate"].sum().round(9).eq(1).all(), by
        assert jobs.quality(FOUR, by)["estimate"].sum() == pytest.approx(1)


def test_one_enterprise_alone_has_no_share():
    table = jobs.quality(FOUR, "contract", years=(2,))  # at N+2 only A has jobs left
    assert table["note"].eq("not_estimable").all() and table["estimate"].isna().all()


def test_conditions_by_hand():
    # now: A six jobs, one of them for a fixed term, one at half time; B one
    assert cell(jobs.quality(FOUR, "contract"), group="fixed_term")["estimate"] == pytest.approx(1 / 7)
    assert cell(jobs.quality(FOUR, "working_time"), group="half_time")["estimate"] == pytest.approx(1 / 7)
    assert cell(jobs.quality(FOUR, "contract", work="fte"), group="fixed_term")["estimate"] == pytest.approx(1 / 6.5)
    assert cell(jobs.spread(FOUR, "contract"), group="open_ended")[["n_events", "n"]].tolist() == [2, 2]


def test_a_headcount_tells_the_contracts_it_is_split_by_and_nothing_else():
    counts = [count("A", "2023-06-30", 3, contract="open_ended"), count("A", "2023-06-30", 1, contract="fixed_term"),
              count("D", "2023-06-30", 5)]  # fmt: skip
    made = cohort.jobs(delivery([A, B, D], [job("B", "2020-06-01")], counts))
    table = jobs.quality(made, "contract")
    assert cell(table, group="open_ended")[["numerator", "denominator", "n_untold"]].tolist() == [4, 5, 5]
    assert cell(jobs.quality(made, "women"), group="woman")[["denominator", "n_untold"]].tolist() == [1, 9]


def test_an_enterprise_with_records_and_one_with_headcounts_stand_side_by_side():
    made = cohort.jobs(delivery([A, D], ROWS[:7], [count("D", "2020-12-31", 4), count("D", "2021-12-31", 1)]))
    assert cell(jobs.persistence(made), year_after=1)[["numerator", "denominator"]].tolist() == [3 + 1, 4 + 4]


# laws, refusals, the gate


def test_order_of_rows_does_not_matter_and_nothing_is_changed():
    turned = cohort.jobs(delivery([D, C, B, A], ROWS[::-1]))
    for call in (
        jobs.persistence,
        jobs.created,
        jobs.flows,
        jobs.years,
        jobs.present,
        lambda j: jobs.quality(j, "contract"),
    ):
        assert_frame_equal(call(FOUR), call(turned))
    before = FOUR.copy()
    jobs.spells(FOUR)
    assert_frame_equal(FOUR, before)


def test_retained_never_rises_above_one_nor_above_growth():
    kept, grown = jobs.persistence(FOUR), jobs.persistence(FOUR, measure="growth")
    assert kept["estimate"].le(1).all() and (kept["estimate"] <= grown["estimate"]).all()
    assert kept["high"].dropna().le(1).all()


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: jobs.persistence(FOUR, measure="kept"),
        lambda: jobs.persistence(FOUR, work="hours"),
        lambda: jobs.persistence(FOUR, years=(0.5,)),
        lambda: jobs.persistence(FOUR, by="postcode"),
        lambda: jobs.persistence(FOUR, unknown="zero"),
        lambda: jobs.quality(FOUR, "wage"),
        lambda: jobs.spells(FOUR, clock="age"),
        lambda: jobs.spells(FOUR, closures="ignored"),
        lambda: jobs.counts_model(FOUR, what="wages"),
        lambda: cohort.jobs(delivery([A]), only="everybody"),
    ],
)
def test_a_word_it_does_not_know_is_refused_with_those_it_does(wrong):
    with pytest.raises(ParameterError, match="Choose one of|whole numbers"):
        wrong()


def test_jobs_without_their_stocks_are_refused():
    with pytest.raises(DataError, match="cohort.jobs"):
        jobs.persistence(pd.DataFrame(FOUR.to_dict("list")))


def test_positions_of_one_enterprise_are_refused_as_spells_without_a_cluster():
    with pytest.raises(DataError, match="one row per enterprise"):
        survival.curve(jobs.spells(FOUR))


def test_neither_jobs_nor_headcounts_make_no_number():
    made = cohort.jobs(delivery([A, B]))
    assert jobs.persistence(made)["estimate"].isna().all()
    assert jobs.quality(made, "contract").empty and jobs.years(made)["estimate"].isna().all()
    assert cell(jobs.present(made), group="jobs")["note"] == "no_source"


@pytest.mark.parametrize(
    "name", ["persistence", "created", "present", "years", "flows", "maintained", "bounds", "counts_model"]
)
def test_a_handful_of_persons_is_withheld(name):
    released = gate(getattr(jobs, name)(FOUR), "example")
    known = released["note"].isin(["immature", "no_source", "few_units"])
    assert (released["hidden"] | known).all() and released["estimate"].isna().all()


def test_a_model_needs_ten_enterprises():
    table = jobs.counts_model(FOUR)
    assert table["note"].tolist() == ["few_units"] and table["estimate"].isna().all()


def test_who_only_counts_jobs_looks_at_nothing_that_changes_no_number():
    data = delivery([A, B, C, D], ROWS, [count("D", "2020-12-31", 4)])
    whole, counted = cohort.jobs(data), jobs_of(data, ("programme",), counts_only=True)
    assert set(whole) - set(counted) == set(NOT_COUNTED)
    pd.testing.assert_frame_equal(whole.attrs["stocks"], counted.attrs["stocks"])
    pd.testing.assert_frame_equal(whole[list(counted)], counted)
