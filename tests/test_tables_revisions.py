"""Revisions: what a later delivery says otherwise about the past, and nothing that only comes of looking later."""

import json
from pathlib import Path

import demo_data
import pandas as pd
import pytest

from coopeval import semesters, synthetic, tables
from coopeval.errors import ParameterError
from coopeval.tables.revisions import COLUMNS, looked_closer, revisions

ROOT = Path(__file__).parents[1]
END, LATER = "2025-12-31", "2026-06-30"
ENTERPRISE = {
    "enterprise_id": "E1", "structure_id": "S1", "legal_form": "706", "legal_form_now": "706", "born_on": "2020-01-01",
    "observed_from": "2020-01-01", "last_seen_on": END, "nace_version": "2008", "nace_code": "62010",
}  # fmt: skip
COST = {
    "cost_id": "C1", "structure_id": "S1", "period_from": "2025-07-01", "period_until": "2026-06-30",
    "category": "staff", "borne_by": "subsidy", "amount_eur": 1000.0,
}  # fmt: skip
FUNDING = {**COST, "funding_id": "F1", "is_actual": False, "funder": "region", "instrument": "grant"}
FUNDING = {name: FUNDING[name] for name in FUNDING if name not in ("cost_id", "category", "borne_by")}
JOB = {"job_id": "J1", "enterprise_id": "E1", "started_on": "2021-01-01", "last_seen_on": END, "contract": "open"}


def delivery(until, **rows):
    """A delivery of one table per name, each row a dictionary."""
    frames = {name: pd.DataFrame(list(of)) for name, of in rows.items()}
    return tables.from_frames(frames, {"name": "made", "delivered_on": until, "is_synthetic": True})


def found(old, new, table="enterprises", day=END):
    """Key, change, column, old and new of every revision of one table with these rows."""
    said = revisions(delivery(END, **{table: old}), delivery(LATER, **{table: new}), day)
    assert list(said) == list(COLUMNS)
    return [tuple(row) for row in said[["key", "change", "column", "old", "new"]].to_numpy()]


def changed(row, **said):
    return found([row], [{**row, **said}])


def planted(said):
    """The revisions by table and key, as truth.json tells them."""
    by_row = said.set_index("column").groupby(["table", "key"])
    return {row: (columns["old"].to_dict(), columns["new"].to_dict()) for row, columns in by_row}


def as_written(corrections):
    text = lambda value: f"{value:g}" if isinstance(value, float) else value  # noqa: E731
    return {
        (one["table"], *one["key"].values()): tuple(
            {column: text(value) for column, value in one[side].items()} for side in ("said", "true")
        )
        for one in corrections
    }


def numbers_of(pairs):
    """The same with amounts as numbers, since 4728.23 may be written in more than one way."""
    plain = lambda value: float(value) if value.replace(".", "", 1).isdigit() and "." in value else value  # noqa: E731
    return {key: tuple({c: plain(v) for c, v in side.items()} for side in sides) for key, sides in pairs.items()}


def test_the_demo_deliveries_differ_in_the_three_planted_corrections_and_nothing_else():
    before, after = demo_data.delivered("demo-2025S2"), demo_data.delivered()
    truth = json.loads((ROOT / "data" / "demo" / "truth.json").read_text())["corrections"]
    said = revisions(before, after, END)
    assert said["revision"].max() == len(truth) == 3
    assert numbers_of(planted(said)) == numbers_of(as_written(truth))
    assert looked_closer(before, after, END).empty


@pytest.mark.parametrize("seed", [5, 11])
def test_other_worlds_too(seed):
    world = synthetic.world(1, 1.0, seed)
    truth = synthetic.corrections(world)
    before, after = (synthetic.delivery(world, semester) for semester in ("2025S2", "2026S1"))
    assert numbers_of(planted(revisions(before, after, END))) == numbers_of(as_written(truth))
    assert len(truth) == 3


def test_deliveries_further_apart_bring_news_and_no_other_revision():
    """Until 2026S2 some sixty enterprises that existed in 2025 join the programme: that is news."""
    world = synthetic.world(1, 1.0, 1)
    before, after = synthetic.delivery(world, "2025S2"), synthetic.delivery(world, "2026S2")
    day = semesters.last_day("2025S2")
    joined = set(tables.cut(after, day)["enterprises"]["enterprise_id"]) - set(before["enterprises"]["enterprise_id"])
    assert joined, "or this test shows nothing"
    assert set(planted(revisions(before, after, day))) == set(as_written(synthetic.corrections(world)))


def test_a_delivery_beside_itself_holds_no_revision():
    world = synthetic.world(1, 0.2, 3)
    made = synthetic.delivery(world, "2025S2")
    assert revisions(made, made, "2024-06-30").empty and looked_closer(made, made, "2024-06-30").empty


def test_a_fact_said_otherwise_is_one_revision_of_each_column():
    assert changed(ENTERPRISE, legal_form="610") == [("E1", "changed", "legal_form", "706", "610")]
    said = revisions(
        delivery(END, enterprises=[ENTERPRISE]),
        delivery(LATER, enterprises=[{**ENTERPRISE, "legal_form": "610", "born_on": "2020-02-01"}]),
        END,
    )
    assert said["revision"].tolist() == [1, 1], "one row of the table is one revision"


def test_an_end_before_the_day_is_a_revision_and_one_after_it_is_news():
    ended = {"ended_on": "2025-08-09", "end_kind": "ceased", "last_seen_on": "2025-08-09"}
    assert changed(ENTERPRISE, **ended) == [
        ("E1", "changed", "ended_on", "", "2025-08-09"),
        ("E1", "changed", "end_kind", "", "ceased"),
    ]
    later = {"ended_on": "2026-02-01", "end_kind": "ceased", "not_ended_before": "2025-10-01", "last_seen_on": LATER}
    assert changed(ENTERPRISE, **later) == []
    last_day = {"ended_on": END, "end_kind": "ceased"}
    assert [row[2] for row in changed(ENTERPRISE, **last_day)] == ["ended_on", "end_kind"]


def test_looking_for_longer_is_no_revision_even_where_it_empties_what_was_seen():
    assert changed({**ENTERPRISE, "last_seen_on": "2025-10-01"}, last_seen_on=LATER) == []
    assert changed({**ENTERPRISE, "last_seen_on": "2025-03-01"}, last_seen_on="2025-10-01", legal_form_now="610") == []
    assert changed(ENTERPRISE, last_seen_on=LATER, legal_form_now="610") == []


def test_the_form_seen_last_is_a_revision_where_nobody_looked_later():
    ended = {**ENTERPRISE, "ended_on": "2024-05-01", "end_kind": "ceased", "last_seen_on": "2024-05-01"}
    assert changed(ended, legal_form_now="610") == [("E1", "changed", "legal_form_now", "706", "610")]


def test_a_day_of_looking_that_moves_back_with_nothing_else_is_a_revision():
    assert changed(ENTERPRISE, last_seen_on="2025-03-01") == [("E1", "changed", "last_seen_on", END, "2025-03-01")]


def test_looking_closer_is_counted_apart():
    old = {**ENTERPRISE, "ended_on": "2025-08-09", "end_kind": "ceased", "not_ended_before": "2025-02-01"}
    new = {**old, "not_ended_before": "2025-05-01", "observed_from": "2020-06-01"}
    pair = delivery(END, enterprises=[old]), delivery(LATER, enterprises=[new])
    assert revisions(*pair, END).empty
    assert looked_closer(*pair, END).to_numpy().tolist() == [
        ["enterprises", "observed_from", 1],
        ["enterprises", "not_ended_before", 1],
    ]


def test_rows_that_were_added_or_taken_out_are_named():
    other = {**ENTERPRISE, "enterprise_id": "E2"}
    assert found([ENTERPRISE], [ENTERPRISE, other]) == [("E2", "added", "", "", "")]
    assert found([ENTERPRISE, other], [ENTERPRISE]) == [("E2", "removed", "", "", "")]


def test_who_comes_into_sight_after_the_day_is_news_with_all_its_past():
    newcomer = {**ENTERPRISE, "enterprise_id": "E2", "observed_from": "2026-03-01"}
    job = {**JOB, "enterprise_id": "E2"}
    before = delivery(END, enterprises=[ENTERPRISE], jobs=[])
    after = delivery(LATER, enterprises=[ENTERPRISE, newcomer], jobs=[job])
    assert revisions(before, after, END).empty
    after = delivery(LATER, enterprises=[ENTERPRISE, {**newcomer, "observed_from": END}], jobs=[job])
    assert revisions(before, after, END)[["table", "change"]].to_numpy().tolist() == [
        ["enterprises", "added"],
        ["jobs", "added"],
    ]


def test_facts_after_the_day_are_news():
    job = {**JOB, "job_id": "J2", "started_on": "2026-02-01", "last_seen_on": LATER}
    assert found([JOB], [JOB, job], "jobs") == []


@pytest.mark.parametrize(
    ("said", "columns"),
    [
        ({"period_until": "2026-12-31"}, []),  # replanned after the day; its share until the day moves with it
        ({"period_until": "2026-12-31", "amount_eur": 1500.0}, []),
        ({"period_until": END}, []),  # ends on the day: covers as much of the past
        ({"amount_eur": 100.0}, ["amount_eur"]),  # the same plan, another amount
        ({"period_until": "2025-10-31"}, ["period_until"]),  # ended before the day
        ({"period_from": "2025-08-01"}, ["period_from"]),
    ],
)
def test_spans_that_run_on_past_the_day(said, columns):
    assert [row[2] for row in found([COST], [{**COST, **said}], "costs")] == columns


def test_amounts_are_told_as_delivered_and_not_as_cut_at_the_day():
    assert found([COST], [{**COST, "amount_eur": 100.0}], "costs") == [("C1", "changed", "amount_eur", "1000", "100")]


def test_support_that_goes_on_gathers_hours_without_being_revised():
    support = {
        "other_support_id": "O1", "project_id": "P1", "organisation": "febisp", "topic": "finance",
        "support_from": "2025-01-01", "hours": 10.0,
    }  # fmt: skip
    assert found([support], [{**support, "hours": 14.0}], "other_support") == []
    ended = {**support, "support_until": "2025-06-30"}
    assert [row[2] for row in found([ended], [{**ended, "hours": 14.0}], "other_support")] == ["hours"]


def test_what_was_promised_and_is_received_is_no_correction_but_the_reverse_is():
    promised = {**FUNDING, "period_until": "2025-12-30"}
    received = {**promised, "is_actual": True, "amount_eur": 950.0}
    assert found([promised], [received], "funding") == []
    assert [row[2] for row in found([received], [promised], "funding")] == ["amount_eur", "is_actual"]


@pytest.mark.parametrize(
    ("old", "new", "is_revision"),
    [("2026-12-31", "2027-12-31", False), ("2026-12-31", "", False), ("2026-12-31", "2025-10-01", True)],
)
def test_planned_days_are_revised_only_once_they_are_past(old, new, is_revision):
    step = {
        "recognition_id": "R1", "enterprise_id": "E1", "track": "sdo", "step": "granted", "happened_on": "2024-01-01",
    }  # fmt: skip
    said = found([{**step, "valid_until": old}], [{**step, "valid_until": new}], "recognitions")
    assert [row[2] for row in said] == (["valid_until"] if is_revision else [])


def test_personal_values_and_keys_are_not_repeated():
    assert found([JOB], [{**JOB, "contract": "fixed_term"}], "jobs") == [("J1", "changed", "contract", "•", "•")]
    price = {"expert_id": "X-7", "rate_from": "2024-01-01", "rate_eur_h": 80.0, "expert_type": "legal"}
    said = found([price], [{**price, "rate_eur_h": 90.0}], "experts")
    assert said == [("• / 2024-01-01", "changed", "rate_eur_h", "80", "90")]


def test_hostile_text_is_made_visible():
    old = {**ENTERPRISE, "continued_by": "E\u202e9", "ended_on": "2024-01-01"}
    assert changed(old, continued_by="=1+1") == [("E1", "changed", "continued_by", "E<U+202E>9", "=1+1")]


def test_a_table_that_only_one_of_them_has_is_one_line():
    whole, fewer = {"enterprises": [ENTERPRISE], "jobs": [JOB, {**JOB, "job_id": "J2"}]}, {"enterprises": [ENTERPRISE]}
    said = revisions(delivery(END, **fewer), delivery(LATER, **whole), END)
    assert said[["table", "key", "change"]].to_numpy().tolist() == [["jobs", "", "newly_delivered"]]
    said = revisions(delivery(END, **whole), delivery(LATER, **fewer), END)
    assert said[["revision", "table", "change"]].to_numpy().tolist() == [[1, "jobs", "not_delivered"]]


def test_the_order_of_rows_does_not_matter_and_nothing_is_changed():
    rows = [{**ENTERPRISE, "enterprise_id": f"E{i}"} for i in range(4)]
    other = [{**row, "legal_form": "610"} for row in rows]
    before, after = delivery(END, enterprises=rows), delivery(LATER, enterprises=other)
    said = revisions(before, after, END)
    again = revisions(delivery(END, enterprises=rows[::-1]), delivery(LATER, enterprises=other[::-1]), END)
    pd.testing.assert_frame_equal(said, again)
    assert before["enterprises"]["legal_form"].eq("706").all()


def test_a_day_neither_of_them_reaches_is_refused():
    with pytest.raises(ParameterError, match="lies after 2025-12-31"):
        revisions(delivery(END, enterprises=[ENTERPRISE]), delivery(LATER, enterprises=[ENTERPRISE]), LATER)
