"""Recognition and mandate: who could be, who is, when, why not, and groups without immortal time."""

import numpy as np
import pandas as pd
import pytest
from small_delivery import dataset

from coopeval import cohort, competing, pathways, survival, synthetic
from coopeval.errors import DataError, ParameterError

TODAY = pd.Timestamp("2026-06-30")


def enterprise(number, **row):
    return {"enterprise_id": f"E{number}", "project_id": f"P{number}", "born_on": "2020-07-01", **row}


def step(number, name, on, **more):
    return {"enterprise_id": f"E{number}", "step": name, "happened_on": on, **more}


def some(rows, steps=(), **more):
    projects = [{"project_id": f"P{i}"} for i in range(1, len(rows) + 1)]
    return dataset(projects, [enterprise(i, **row) for i, row in enumerate(rows, start=1)], steps, **more)


def test_recognised_time_begins_with_the_recognition():
    # born 1 July 2020, recognised 1 July 2021 (month 12 begins): the first recognition comes at 12 months and a day
    found = pathways.recognition_spells(some([{}], [step(1, "recognised", "2021-07-01")])).iloc[0]
    assert (found["entry"], round(found["exit"], 3), found["cause"]) == (0, 12.032, "recognised")
    gone = {"ended_on": "2022-12-31", "last_seen_on": "2022-12-31", "end_kind": "ceased"}
    stays = cohort.histories(some([gone], [step(1, "recognised", "2021-07-01")]))
    held = stays[stays["state"].eq("recognised")].iloc[0]
    assert held["exit"] - held["entry"] == 18  # recognised at 12, stopped at 30: 18 months, not 30


def test_an_end_before_it_ends_the_chance_of_recognition():
    gone = {"ended_on": "2021-06-30", "last_seen_on": "2021-06-30", "end_kind": "bankrupt"}
    found = pathways.recognition_spells(some([gone])).iloc[0]
    assert (found["exit"], found["cause"], found["event"]) == (12, "ceased", False)


def test_who_cannot_be_recognised_is_counted_and_left_out():
    rows = [{}, {"legal_form": "NP"}, {"postcode": "9000"}, {"postcode": ""}, {"legal_form": "unknown"}]
    spells = pathways.recognition_spells(some(rows))
    counts = cohort.exclusions(spells).set_index("group")["estimate"].to_dict()
    assert counts == {"all": 5, "form_unknown": 1, "not_a_legal_person": 1, "seat_elsewhere": 1, "seat_unknown": 1,
                      "studied": 1}  # fmt: skip


def test_nobody_is_at_risk_before_the_ordinance_or_before_it_is_in_sight():
    old = {"born_on": "2016-07-23", "observed_from": "2016-07-23"}
    assert pathways.recognition_spells(some([old]))["entry"].item() == pytest.approx(24)
    seen = {"born_on": "2019-01-01", "observed_from": "2020-01-01"}
    assert pathways.recognition_spells(some([seen]))["entry"].item() == 12
    held_already = some([seen], [step(1, "recognised", "2019-06-01")])
    excluded = cohort.exclusions(pathways.recognition_spells(some([seen, {}], [step(1, "recognised", "2019-06-01")])))
    assert excluded.set_index("group")["estimate"]["recognised_before"] == 1
    assert len(pathways.recognition_spells(held_already)) == 0


def test_the_mandate_has_the_recognised_as_denominator_and_recognition_as_zero():
    steps = [step(1, "recognised", "2021-01-01"), step(2, "recognised", "2021-01-01", valid_until="2022-12-31"),
             step(1, "recognised", "2022-01-01", track="insertion_mandate")]  # fmt: skip
    spells = pathways.mandate_spells(some([{}, {}, {}], steps)).set_index("enterprise_id")
    assert spells["cause"].to_dict() == {"E1": "mandated", "E2": "expired"}
    assert spells["exit"].round(3).to_dict() == {"E1": 12.032, "E2": 24}


def test_each_track_is_counted_apart():
    steps = [step(1, "recognised", "2021-01-01"), step(1, "recognised", "2022-01-01", track="insertion_mandate"),
             step(2, "recognised", "2021-01-01", valid_until="2022-12-31")]  # fmt: skip
    found = pathways.recognised(some([{}, {}], steps)).set_index("group")["estimate"].to_dict()
    assert (found["sdo"], found["insertion_mandate"], found["nrc_cooperative"]) == (1, 1, 0)


def test_those_not_recognised_are_told_apart_and_add_up():
    steps = [
        step(1, "recognised", "2021-01-01"), step(2, "applied", "2021-01-01"), step(3, "considered", "2021-01-01"),
        step(4, "applied", "2021-01-01"), step(4, "refused", "2021-06-01"),
        step(5, "applied", "2021-01-01"), step(5, "withdrawn", "2021-06-01"),
        step(6, "recognised", "2021-01-01", valid_until="2022-12-31"),
        step(7, "not_sought", "2021-01-01", reason="too_early"), step(7, "applied", "2022-01-01"),
        step(8, "not_sought", "2021-01-01", reason="too_early"),
    ]  # fmt: skip
    rows = [{}] * 8 + [{"legal_form": "NP"}, {}]
    table = pathways.recognition_status(some(rows, steps)).set_index("group")["n_events"].to_dict()
    assert table == {"recognised": 1, "applied": 2, "considered": 1, "refused": 1, "withdrawn": 1, "expired": 1,
                     "not_sought": 1, "not_eligible": 1, "unknown": 1}  # fmt: skip
    mandate = pathways.recognition_status(some(rows, steps), "insertion_mandate").set_index("group")
    assert mandate["n_events"].to_dict() == {"mandated": 0, "without": 1}


def test_the_share_recognised_names_eligible_enterprises_as_its_denominator():
    rows = [{}, {}, {"legal_form": "017"}, {"legal_form": "NP"}]
    table = pathways.recognised_share(some(rows, [step(1, "recognised", "2021-01-01")])).set_index("group")
    assert table[["n", "n_events"]].loc["all"].tolist() == [3, 1]
    assert table[["n", "n_events"]].loc["cooperative"].tolist() == [2, 1]


def test_reasons_are_shares_of_those_who_told_one_and_the_silent_stand_beside():
    steps = [step(1, "not_sought", "2021-01-01", reason="too_early"),
             step(2, "not_sought", "2021-01-01", reason="too_early"),
             step(2, "not_sought", "2022-01-01", reason="not_relevant"),
             step(3, "not_sought", "2021-01-01", reason="unknown")]  # fmt: skip
    data = some([{}, {}, {}, {}], steps)
    table = pathways.reasons(data).set_index("group")
    assert table["n"].unique().tolist() == [2] and table["n_events"].sum() == 2
    assert table.loc[["too_early", "not_relevant"], "n_events"].tolist() == [1, 1]
    assert pathways.reasons_known(data).set_index("group").loc["all", ["n", "n_events"]].tolist() == [4, 2]
    families = pathways.reasons_by(data).set_index("group")
    assert families.loc["later_or_other", ["legal_family", "n", "n_events"]].tolist() == ["cooperative", 2, 1]


def test_a_reason_told_before_asking_after_all_is_no_reason_any_more():
    steps = [step(1, "not_sought", "2021-01-01", reason="too_early"), step(1, "applied", "2022-01-01")]
    assert pathways.reasons(some([{}], steps))["note"].eq("not_estimable").all()


def test_groups_are_fixed_at_the_landmark():
    # E1 is recognised at 12 months, E2 only at 36: at 24 months E2 is not recognised, whatever comes later
    steps = [step(1, "recognised", "2021-07-01"), step(2, "recognised", "2023-07-01")]
    rows = [{}, {}, {"ended_on": "2022-06-29", "last_seen_on": "2022-06-29", "end_kind": "ceased"}]
    data = some(rows, steps)
    at = pathways.at_landmark(cohort.spells(data, "age"), data, 24).set_index("enterprise_id")
    assert at["recognition"].to_dict() == {"E1": "recognised", "E2": "unknown"}
    assert at["entry"].unique().tolist() == [24]
    status = pathways.status_at(data, 24, "age").set_index("enterprise_id")["status"]
    assert status.to_dict() == {"E1": "recognised", "E2": "unknown", "E3": "unknown"}


def test_the_day_of_the_landmark_is_the_last_on_which_something_is_known():
    # 24 months from 1 July 2020 end with 30 June 2022
    for on, group in (("2022-06-30", "recognised"), ("2022-07-01", "unknown")):
        data = some([{}], [step(1, "recognised", on)])
        assert pathways.status_at(data, 24, "age")["recognition"].item() == group


def test_impact_is_told_for_groups_of_the_landmark_from_years_after_it():
    projects = [{"project_id": f"P{i}"} for i in (1, 2)]
    values = [("E1", 2020, 999.0), ("E1", 2023, 10.0), ("E1", 2024, 30.0), ("E2", 2023, 5.0)]
    rows = [{"enterprise_id": e, "year": y, "measure": "members", "value": v, "unit": "persons"} for e, y, v in values]
    data = dataset(projects, [enterprise(1), enterprise(2)], [step(1, "recognised", "2021-01-01")], impact=rows)
    table = pathways.impact(data, "members", 24).set_index("group")
    assert table["numerator"].to_dict() == {"recognised": 20, "unknown": 5, "all": 25}  # the mean of 10 and 30
    assert table["denominator"].to_dict() == {"recognised": 1, "unknown": 1, "all": 2}


def test_recognition_does_nothing_and_only_the_landmark_comparison_says_so():
    """In the synthetic world recognition has no effect; those ever recognised outlive the others all the same."""
    found = []
    for seed in (2, 3):
        made = synthetic.delivery(synthetic.world(structures=1, scale=3, seed=seed))
        data = cohort.as_of(made, TODAY)
        spells = cohort.spells(data, "entry", only="programme")
        ever = spells["enterprise_id"].isin(cohort.held(data, "sdo")["enterprise_id"])
        naive = survival.logrank(spells.assign(arm=np.where(ever, "ever", "never")), by="arm")
        at = pathways.at_landmark(spells, data, 24)
        at = at.assign(arm=np.where(at["recognition"].eq("recognised"), "recognised", "others"))
        landmark = survival.logrank(at, by="arm")
        found.append((naive["p"].iloc[0], landmark["p"].iloc[0]))
    naive, landmark = zip(*found, strict=True)
    assert max(naive) < 0.05  # the wrong comparison finds an effect that is not there
    assert min(landmark) > 0.05


def test_incidence_of_recognition_and_ends_adds_up():
    rows = [{}, {}, {"ended_on": "2021-06-30", "last_seen_on": "2021-06-30", "end_kind": "ceased"}]
    spells = pathways.recognition_spells(some(rows, [step(1, "recognised", "2022-07-01")]))
    table = competing.incidence(spells)
    assert table.groupby("at_months")["estimate"].sum().to_numpy() == pytest.approx(1)
    last = table.groupby("cause")["estimate"].last()
    assert last.to_dict() == pytest.approx({"ceased": 1 / 3, "recognised": 1 / 3, "active": 1 / 3})
    assert "recognised as SDO" in table.attrs["about"]["estimand"]


def test_order_of_rows_does_not_matter():
    steps = [step(1, "applied", "2021-01-01"), step(1, "refused", "2021-01-01"), step(2, "applied", "2021-01-01")]
    one, other = (pathways.recognition_status(some([{}, {}], given)) for given in (steps, steps[::-1]))
    pd.testing.assert_frame_equal(pd.DataFrame(one), pd.DataFrame(other))


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda d: pathways.recognition_status(d, "nrc_cooperative"), ParameterError, "not a track"),
        (lambda d: pathways.reasons_by(d, "theme"), ParameterError, "no grouping"),
        (lambda d: pathways.recognised_share(d, "theme"), ParameterError, "no grouping"),
        (lambda d: pathways.status_at(d, 1.5), ParameterError, "whole number of months"),
        (lambda d: pathways.impact(d, "happiness"), ParameterError, "not a measure"),
        (lambda d: pathways.at_landmark(cohort.spells(d, "age"), d, 90), DataError, "choose an earlier landmark"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_remedy(call, error, said):
    with pytest.raises(error, match=said):
        call(some([{}]))
