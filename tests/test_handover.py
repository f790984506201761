"""Hand-over, referrals, support given together, and stops."""

import pandas as pd
import pytest
from small_delivery import dataset

from coopeval import cohort, pathways
from coopeval.errors import ParameterError


def referral(number, on, body="trace", direction="to", **more):
    return {"referral_id": f"R{number}{on}{body}", "project_id": f"P{number}", "direction": direction,
            "organisation": body, "purpose": "recognition", "referred_on": on, **more}  # fmt: skip


def project(number, **row):
    return {"project_id": f"P{number}", **row}


LEFT = {"ended_on": "2021-06-30", "last_seen_on": "2021-06-30"}
FOUR = [
    project(1, mature_on="2021-01-01"),  # handed over once ripe
    project(2, mature_on="2021-01-01"),  # handed over before
    project(3, mature_on="2021-01-01", end_kind="handed_over", **LEFT),  # to another structure
    project(4, mature_on="2021-01-01", end_kind="stopped", **LEFT),
    project(5),  # not ripe
]
SENT = [referral(1, "2021-03-01"), referral(2, "2020-06-01"), referral(5, "2020-07-01", "febisp"),
        referral(4, "2021-02-01", "hub_brussels")]  # fmt: skip


def test_each_ripe_project_went_one_way():
    table = pathways.handover(dataset(FOUR, referrals=SENT)).set_index("group")
    assert table["n"].unique().tolist() == [4]
    assert table["n_events"].to_dict() == {"after_ripe": 1, "before_ripe": 1, "other_structure": 1, "otherwise": 1}


def test_since_ripeness_those_handed_over_before_are_not_at_risk():
    spells = pathways.handover_spells(dataset(FOUR, referrals=SENT), "ripe")
    assert cohort.exclusions(spells).set_index("group")["estimate"]["handed_over_before"] == 1
    found = spells.set_index("project_id")
    assert found["cause"].to_dict() == {"P1": "handed_over", "P3": "handed_elsewhere", "P4": "stopped"}
    assert found["exit"].round(3).to_dict() == {"P1": 2.032, "P3": 6, "P4": 6}  # 1 January to the end of the day


def test_since_entry_every_project_counts():
    spells = pathways.handover_spells(dataset(FOUR, referrals=SENT), "entry").set_index("project_id")
    assert spells["cause"].to_dict()["P5"] == "handed_over" and len(spells) == 5


def test_a_referral_after_a_project_left_is_no_hand_over():
    gone = [project(1, mature_on="2021-01-01", end_kind="stopped", **LEFT)]
    spells = pathways.handover_spells(dataset(gone, referrals=[referral(1, "2021-09-01")]), "ripe")
    assert spells["cause"].tolist() == ["stopped"]


def test_only_referrals_that_had_their_time_are_asked_whether_they_were_accepted():
    sent = [referral(1, "2021-01-01", accepted_on="2021-03-01"), referral(2, "2021-01-01", accepted_on="2022-03-01"),
            referral(3, "2026-05-01", accepted_on="2026-05-02")]  # fmt: skip
    table = pathways.accepted(dataset([project(i) for i in (1, 2, 3)], referrals=sent), 6).set_index("group")
    assert table.loc["trace", ["n", "n_events"]].tolist() == [2, 1]


def test_time_to_hand_over_leaves_out_projects_that_have_not_had_the_time():
    projects = [project(1), project(2), project(3, entered_on="2026-01-01")]
    sent = [referral(1, "2020-07-01"), referral(2, "2021-01-01"), referral(3, "2026-01-02")]
    row = pathways.handover_delay(dataset(projects, referrals=sent), 24).iloc[0]
    assert (row["n"], row["estimate"]) == (2, 9)  # six and twelve months


def test_a_project_counts_once_for_each_body_and_once_in_all():
    sent = [
        referral(1, "2021-01-01"),
        referral(1, "2021-02-01", accepted_on="2021-02-02"),
        referral(1, "2021-01-01", "febisp"),
        referral(2, "2021-01-01"),
        referral(2, "2021-01-01", direction="from"),
    ]
    table = pathways.referrals(dataset([project(1), project(2)], referrals=sent), "to").set_index("group")
    assert table["estimate"].to_dict() == {"febisp": 1, "trace": 2, "all": 2}
    assert table["n_accepted"].to_dict() == {"febisp": 0, "trace": 1, "all": 1}


def hours(number, amount, body="", on="2020-02-01"):
    return {"support_id": f"U{number}{on}{body}", "project_id": f"P{number}", "given_on": on, "kind": "mentoring",
            "topic": "finance", "hours": amount, "with_organisation": body}  # fmt: skip


def test_shared_hours_are_a_part_of_all_hours():
    support = [hours(1, 6.0), hours(1, 2.0, "trace", "2020-03-01"), hours(2, 2.0, "trace")]
    data = dataset([project(1), project(2)], support=support)
    table = pathways.shared_hours(data).set_index("group")
    assert table["estimate"].to_dict() == {"trace": 4, "all": 4}
    assert table.loc["all", ["n_enterprises", "largest_share", "two_largest_share"]].tolist() == [2, 0.5, 1]
    assert pathways.shared_share(data)["estimate"].item() == pytest.approx(0.4)


def test_hours_before_a_stop_are_those_received_until_then():
    ends = {"ended_on": "2020-12-31", "last_seen_on": "2020-12-31", "end_kind": "stopped"}
    projects = [project(1, **ends), project(2, **ends), project(3)]
    support = [hours(1, 6.0), hours(1, 50.0, on="2021-02-01"), hours(2, 30.0), hours(3, 9.0)]
    data = dataset(projects, support=support)
    table = pathways.hours_before_end(data).set_index("group")
    assert table.loc["stopped", ["numerator", "denominator", "estimate"]].tolist() == [36, 2, 18]
    assert table.loc["not_yet", "numerator"] == 9
    bands = pathways.stops_by_hours(data).set_index("group")["estimate"].to_dict()
    assert bands == {"hours_00_20": 1, "hours_20_40": 1, "hours_40_60": 0, "hours_60_more": 0, "all": 2}


def test_only_projects_without_an_enterprise_can_stop():
    there = {"enterprise_id": "E1", "project_id": "P1", "born_on": "2019-01-01", "observed_from": "2020-01-01"}
    ends = {"ended_on": "2020-12-31", "last_seen_on": "2020-12-31", "end_kind": "stopped"}
    spells = pathways.project_spells(dataset([project(1, **ends), project(2, **ends)], [there]))
    assert spells[["project_id", "exit", "cause", "event"]].values.tolist() == [["P2", 12, "stopped", True]]


def test_order_of_rows_does_not_matter():
    one, other = (pathways.handover(dataset(FOUR, referrals=sent)) for sent in (SENT, SENT[::-1]))
    pd.testing.assert_frame_equal(pd.DataFrame(one), pd.DataFrame(other))


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda d: pathways.handover_spells(d, "age"), "ripe or entry"),
        (lambda d: pathways.referrals(d, "between"), "to or from"),
        (lambda d: pathways.accepted(d, 0), "above 0"),
        (lambda d: pathways.handover_delay(d, 0), "above 0"),
        (lambda d: pathways.stops_by_hours(d, "vanished"), "no way to leave"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_remedy(call, said):
    with pytest.raises(ParameterError, match=said):
        call(dataset(FOUR, referrals=SENT))
