"""Shares, counts and sums: small cells hidden, the rest worked out from rounded counts."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coopeval import audit
from coopeval.disclosure import gate, load
from coopeval.disclosure.cells import dominated
from coopeval.errors import DisclosureError
from coopeval.uncertainty import estimates, share, wilson


def counted(groups: dict[str, int], privacy="confidential", unit="enterprises", **columns) -> pd.DataFrame:
    frame = pd.DataFrame({"group": list(groups), "n": list(groups.values()), "estimate": list(groups.values())})
    return estimates(frame.assign(**columns), kind="count", unit=unit, privacy=privacy)


def summed(contributions: list[float], n_persons: int | None = None, unit="eur", kind="sum") -> pd.DataFrame:
    sizes, whole = sorted(contributions, reverse=True), sum(contributions)
    row = {
        "group": "x", "n": len(sizes), "n_enterprises": len(sizes), "estimate": whole,
        "largest_share": sizes[0] / whole, "two_largest_share": sum(sizes[:2]) / whole,
    }  # fmt: skip
    if n_persons is not None:
        row["n_persons"] = n_persons
    return estimates(pd.DataFrame([row]), kind=kind, unit=unit, privacy="confidential")


def hidden(table) -> list[bool]:
    return gate(table, "example")["hidden"].tolist()


def test_one_small_count_takes_a_second_one_with_it():  # a total would give a lone blank away
    released = gate(counted({"fixed_term": 12, "open_ended": 40, "student": 2, "all": 54}), "jobs_by_status")
    assert released["hidden"].tolist() == [True, False, True, False]
    assert released["note"].tolist() == ["withheld", "", "withheld", ""]


def test_without_a_total_a_lone_blank_stays_alone():
    assert hidden(counted({"fixed_term": 12, "open_ended": 40, "student": 2})) == [False, False, True]


def test_two_blanks_need_no_third():
    assert hidden(counted({"a": 12, "b": 4, "c": 2, "d": 40, "all": 58})) == [False, True, True, False, False]


def test_counts_are_in_fives_and_the_total_is_the_sum_of_the_rounded():
    released = gate(counted({"a": 12, "b": 21, "c": 18, "all": 51}), "example")
    assert released["estimate"].tolist() == [10, 20, 20, 50]
    assert released["n"].tolist() == [10, 20, 20, 50]


def test_attributes_of_the_public_register_are_shown_from_three():
    assert hidden(counted({"a": 3, "b": 2, "c": 40}, privacy="register")) == [False, True, False]
    assert hidden(counted({"a": 3, "b": 2, "c": 40})) == [True, True, False]


def test_nobody_among_a_few_is_hidden_and_nobody_among_many_is_shown():
    assert hidden(counted({"a": 0, "b": 8, "all": 8})) == [True, True, False]
    assert hidden(counted({"a": 0, "b": 80, "all": 80})) == [False, False, False]


def test_persons_need_ten_in_three_enterprises():
    groups = {"a": 9, "b": 12, "c": 40}
    table = counted(groups, unit="persons", n_persons=[9, 12, 40], n_enterprises=[6, 2, 20])
    assert hidden(table) == [True, True, False]
    with pytest.raises(DisclosureError, match="n_persons"):
        gate(counted(groups, unit="persons"), "example")


def test_worked_example_three_newcomers_do_not_show():
    """E3: 24 -> 25 enterprises look alike, and a table of the one newcomer is hidden."""
    before, after = (gate(counted({"x": n, "y": 30}), "example")["estimate"].iloc[0] for n in (24, 25))
    assert before == after == 25
    assert hidden(counted({"x": 1, "y": 30}))[0]


def test_worked_example_five_a_share_no_longer_gives_its_counts():
    """E5: 6 of 14 is 42.9% and so is 3 of 7; from rounded counts both are 5 of 15 or hidden."""
    table = share(pd.DataFrame({"group": ["a", "b"], "n_events": [6, 3], "n": [14, 7]}))
    released = gate(table, "example")
    assert released["hidden"].tolist() == [False, True]
    low, high = wilson(5, 15)
    assert released.iloc[0][["n", "n_events"]].tolist() == [15, 5]
    assert released.iloc[0][["estimate", "low", "high"]].tolist() == pytest.approx([1 / 3, low.item(), high.item()])


def test_worked_example_six_one_invoice_dominates():
    """E6: ten invoices, the largest 57% of the sum."""
    assert hidden(summed([9000, 5200, 600, 400, 200, 150, 100, 90, 80, 70])) == [True]


@pytest.mark.parametrize(
    ("contributions", "is_hidden"),
    [
        ([10] * 10, False),
        ([50] + [5] * 9, True),  # 52.6% by one
        ([46, 45, 4, 3, 2], True),  # 91% by two
        ([40, 40, 10, 6, 4], False),
        ([25] * 4, True),  # four units only
    ],
)
def test_sums_are_hidden_where_one_or_two_dominate(contributions, is_hidden):
    assert hidden(summed(contributions)) == [is_hidden]


def test_the_rest_must_not_be_lost_beside_the_largest():
    table = summed([10] * 10).assign(largest_share=0.46, two_largest_share=0.96)
    table.attrs = summed([10] * 10).attrs
    assert hidden(table) == [True]


def test_a_stricter_setting_asks_more_of_the_rest_beside_the_largest():
    # 50, 35 and 15: under the floors what is left is enough beside the largest; asked to be two fifths of it, not
    table = pd.DataFrame({"largest_share": [0.5], "two_largest_share": [0.85]})
    assert not dominated(table, load()).item()
    assert dominated(table, replace(load(), rest_to_largest=0.4)).item()


def test_a_small_count_beside_a_figure_hides_its_row():
    table = counted({"a": 40, "b": 40}, n_refused=[2, 7])
    assert hidden(table) == [True, False]


@pytest.mark.parametrize(
    "table",
    [
        counted({"a": 3, "b": 40}),
        share(pd.DataFrame({"group": ["a", "b"], "n_events": [2, 10], "n": [40, 40]})),
        summed([50] + [5] * 9, n_persons=55),
    ],
)
def test_a_hidden_row_holds_no_figure(table):
    released = gate(table, "example")
    row = released[released["hidden"]].iloc[0]
    assert row.drop(["group", "note", "hidden"]).isna().all()


def test_sums_of_persons_need_ten_of_them():
    assert hidden(summed([2] * 8, n_persons=16, unit="jobs")) == [False]
    assert hidden(summed([1] * 8, n_persons=8, unit="jobs")) == [True]


def test_a_released_sum_is_rounded_and_tells_nothing_of_the_largest():
    released = gate(summed([1234.0] * 10), "example")
    assert released["estimate"].tolist() == [12000]
    assert released[["n_enterprises", "largest_share", "two_largest_share"]].isna().all(axis=None)


def test_a_sum_that_does_not_say_who_contributed_is_refused():
    table = summed([10] * 10).drop(columns="largest_share")
    with pytest.raises(DisclosureError, match="largest_share"):
        gate(table, "example")


def test_worked_example_eight_everyone_in_a_small_group():
    """E8: all six people of a joint committee are on fixed term."""
    table = share(pd.DataFrame({"group": ["x", "y"], "n_events": [6, 30], "n": [6, 60]}))
    assert hidden(table) == [True, False]


def test_all_of_a_large_group_may_be_said_but_all_but_two_may_not():
    table = share(pd.DataFrame({"group": ["x", "y", "z"], "n_events": [30, 28, 2], "n": [30, 30, 30]}))
    assert hidden(table) == [False, True, True]


def test_shares_of_one_whole_hide_a_second_one():
    table = share(pd.DataFrame({"group": ["x", "y", "z"], "n_events": [2, 8, 30], "n": [40, 40, 40]}))
    assert hidden(table) == [True, True, False]


def test_a_cohort_too_young_keeps_its_note():
    table = share(pd.DataFrame({"group": ["2025"], "n_events": [8], "n": [20]})).assign(note="immature")
    young = table.assign(n_events=np.nan, estimate=np.nan, low=np.nan, high=np.nan)
    young.attrs = table.attrs
    released = gate(young, "example").iloc[0]
    assert (released["note"], released["hidden"], released["n"]) == ("immature", False, 20)
    assert np.isnan(released["estimate"])


def test_rows_of_the_delivery_are_rounded_but_one_set_aside_is_never_shown_as_none():
    table = counted({"jobs": 119, "projects": 60}, unit="rows", n_set_aside=[1, 0]).assign(n=[120, 60])
    table.attrs = counted({"jobs": 119}, unit="rows").attrs
    released = gate(table, "example")
    assert released["n_set_aside"].tolist() == [5, 0]
    assert (released["n"] == released["estimate"] + released["n_set_aside"]).all()
    assert not released["hidden"].any()


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 60), min_size=2))
def test_no_released_count_is_small_or_exact_and_totals_add_up(groups):
    released = gate(counted({**groups, "all": sum(groups.values())}), "example").set_index("group")
    shown = released[~released["hidden"]]
    assert (shown["estimate"] % 5 == 0).all()
    for group, exact in groups.items():
        if 0 < exact < 5:
            assert released.loc[group, "hidden"]
    assert released.drop(index="all")["hidden"].sum() != 1 or len(groups) == 1
    if not released["hidden"].any():
        assert shown["estimate"].drop("all").sum() == shown.loc["all", "estimate"]


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=6))
def test_shares_come_from_their_rounded_counts(pairs):
    counts = pd.DataFrame(
        {
            "group": [f"g{i}" for i in range(len(pairs))],
            "n_events": [min(p) for p in pairs],
            "n": [max(p) for p in pairs],
        }
    )
    released = gate(share(counts), "example")
    shown = released[~released["hidden"]]
    assert (shown["n_events"] / shown["n"]).tolist() == shown["estimate"].tolist()
    assert (shown["low"] <= shown["estimate"]).all() and (shown["estimate"] <= shown["high"]).all()
    assert shown["n"].ge(5).all()


def test_many_answers_of_one_project_are_one_project():
    counts = pd.DataFrame({"group": ["a", "b"], "n": [40, 40], "n_events": [18, 20], "n_enterprises": [1, 12]})
    released = gate(share(counts, privacy="confidential"), "answers")
    assert released["hidden"].tolist() == [True, False]


def test_a_part_of_persons_needs_ten_persons_and_so_does_the_rest():
    counts = pd.DataFrame({"group": list("abcd"), "n": 60, "n_events": [9, 10, 50, 51], "n_enterprises": 20})
    released = gate(share(counts.assign(n_persons=60), privacy="confidential"), "women")
    assert released["hidden"].tolist() == [True, False, False, True]


def test_a_step_hides_the_two_largest_of_other_givers_too():
    """Hours are those of projects; an expert who gave many of them is hidden in the step as well."""
    table = summed([10.0] * 40, unit="hours")
    assert gate(table, "example")["estimate"].tolist() == [400.0]
    released = gate(table.assign(two_largest_amount=[500.0]), "example")
    assert released["estimate"].tolist() == [400.0] and "two_largest_amount" not in released
    other = gate(summed([10.0] * 43, unit="hours").assign(two_largest_amount=[500.0]), "example")
    assert other["estimate"].tolist() == [400.0], "a step of a hundred, where ten would do without them"
    assert gate(summed([10.0] * 43, unit="hours"), "example")["estimate"].tolist() == [430.0]


@pytest.mark.promise("P1")
def test_a_row_whose_time_has_not_come_is_no_company_and_said_to_be_in_no_total():
    """A calendar tells that 2024 is not in the total, so 2022 alone could be worked out from 2021 and the total."""
    made = gate(_created([("2021", 40, 20), ("2022", 3, 1), ("2024", 2, None), ("all", 43, 21)]), "created")
    assert made.loc[made["hidden"], "group"].tolist() == ["2021", "2022", "2024"]
    assert made.attrs["about"]["beside_total"] == [["2024"]]
    full = gate(_created([("2021", 40, 20), ("2024", 20, None), ("all", 40, 20)]), "created")
    assert full["note"].tolist() == ["", "immature", ""] and full.attrs["about"]["beside_total"] == []
    assert (
        not audit.derivable(audit.Published("2026S1", {"created": made}, "2026-06-30", ""), ())["high"].isin([0]).any()
    )


@pytest.mark.promise("P1")
def test_what_no_calendar_tells_looks_the_same_whether_the_few_are_young_or_not():
    """Of a programme nobody knows when its two projects came, and the gate does not tell."""
    rows = [("x", 40, 20), ("y", 30, 10), ("z", 2, None), ("all", 70, 30)]
    young = gate(_created(rows, by="programme"), "created")
    old = gate(_created([*rows[:2], ("z", 2, 1), ("all", 72, 31)], by="programme"), "created")
    assert young["hidden"].tolist() == old["hidden"].tolist() and young["hidden"].sum() == 2
    assert "beside_total" not in young.attrs["about"] and "beside_total" not in old.attrs["about"]


@pytest.mark.promise("P1")
def test_the_auditor_takes_a_year_that_is_named_out_of_its_total():
    made = gate(
        _created([("2020", 60, 30), ("2021", 3, 1), ("2022", 40, 20), ("2024", 2, None), ("all", 103, 51)]), "c"
    )
    assert made.attrs["about"]["beside_total"] == [["2024"]] and made["hidden"].tolist() == [0, 1, 1, 1, 0]
    found = audit.derivable(audit.Published("2026S1", {"c": made}, "2026-06-30", ""), ())
    both = found[found["group"].isin(["2021", "2022"]) & found["what"].eq("n")]
    assert both["high"].max() < 60, "they share what is left of the total"


@pytest.mark.promise("P1")
def test_a_withheld_row_beside_its_total_contradicts_nothing():
    made = gate(_created([("2024", 2, None), ("all", 0, 0)]), "created")
    assert made["hidden"].tolist() == [True, False]
    assert not audit.derivable(audit.Published("2026S1", {"created": made}, "2026-06-30", ""), ())["high"].eq(0).any()


def _created(rows, by="entry_year"):
    table = share(
        pd.DataFrame(rows, columns=["group", "n", "n_events"]).fillna({"n_events": 0}), by=by,
        estimand="share that created", privacy="confidential", as_of="2026-06-30",
    )  # fmt: skip
    early = [events is None for _, _, events in rows]
    table.loc[early, ["n_events", "estimate", "low", "high"]] = float("nan")
    return table.assign(note=table["note"].mask(early, "immature"))
