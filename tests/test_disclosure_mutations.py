"""Each rule of the gate, switched off, makes a check fail: so no rule stands there for show.

A rule is a switch and the name of the check that must then fail. Rules of other areas (across tables, across semesters,
exceptions, pseudonyms) add a line to `CHECKS` and one to `SWITCHES`.
"""

from dataclasses import replace
from importlib import import_module

import numpy as np
import pandas as pd
import pytest

from coopeval.disclosure import counts as sums
from coopeval.disclosure import gate, kinds, lists, load, series
from coopeval.disclosure.rounding import midpoint
from coopeval.uncertainty import estimates, share

DOOR = import_module("coopeval.disclosure.gate")
STOPS = [2, 3, 7, 13, 13, 14, 16, 22, 26, 31, 33]  # worked example 7, with twelve that went on
LEFT = [1, 1, 1, 1, 8, 17] + [40] * 6


def counted(groups, privacy="confidential", **about):
    frame = pd.DataFrame({"group": list(groups), "n": list(groups.values()), "estimate": list(groups.values())})
    return estimates(frame, **{"kind": "count", "unit": "enterprises", "privacy": privacy, **about})


def summed(parts, unit="eur"):
    ordered, whole = sorted(parts, reverse=True), sum(parts)
    row = {
        "group": "x", "n": len(parts), "n_enterprises": len(parts), "estimate": whole,
        "largest_share": ordered[0] / whole, "two_largest_share": sum(ordered[:2]) / whole,
    }  # fmt: skip
    return estimates(pd.DataFrame([row]), kind="sum", unit=unit, privacy="confidential")


def life_table(group="all", extra=()):
    times = np.array(sorted([*STOPS, *LEFT, *extra]))
    ends = pd.Series(STOPS).value_counts()
    rows, kept = [], 1.0
    for time in np.unique(times):
        at_risk, ended = float((times >= time).sum()), float(ends.get(time, 0))
        kept *= 1 - ended / at_risk
        rows.append({"group": group, "at_months": time, "n": len(times), "at_risk": at_risk, "n_events": ended,
                     "estimate": kept, "low": kept * 0.8, "high": min(kept * 1.2, 1.0)})  # fmt: skip
    return pd.DataFrame(rows)


def curves(frame, **about):
    return estimates(frame, **{"kind": "curve", "unit": "share", "privacy": "confidential", **about})


def too_few_are_withheld():
    table = gate(counted({"a": 12, "b": 2, "c": 30, "d": 4}), "example")
    assert table["hidden"].tolist() == [False, True, False, True]


def one_invoice_does_not_show():  # worked example 6
    assert gate(summed([9000, 5200, 600, 400, 200, 150, 100, 90, 80, 70]), "example")["hidden"].all()


def none_and_all_of_a_small_group_do_not_show():  # worked example 8
    part = share(pd.DataFrame({"group": ["x", "y"], "n_events": [6, 0], "n": [6, 8]}))
    assert gate(part, "example")["hidden"].all()
    assert gate(counted({"fixed_term": 6, "all": 6}), "example")["hidden"].tolist() == [True, False]


def a_share_does_not_give_its_counts():  # worked example 5
    shown = gate(share(pd.DataFrame({"group": ["x"], "n_events": [7 * 2], "n": [12 * 2]})), "example").iloc[0]
    fits = [n for n in range(10, 60) if any(round(k / n, 3) == round(shown["estimate"], 3) for k in range(n + 1))]
    assert (shown["n"], shown["n_events"]) == (25, 15) and len(fits) >= 5 and 24 not in fits


def one_newcomer_does_not_show():  # worked example 3
    before, after = (gate(counted({"all": n}), "example").iloc[0] for n in (24, 25))
    assert before["estimate"] == after["estimate"] == 25
    assert gate(counted({"new": 1}), "example")["hidden"].all()


def the_cost_of_one_newcomer_does_not_show():
    old = [30_000.0 + 500 * i for i in range(60)]
    before, after = (gate(summed(parts), "example")["estimate"].iloc[0] for parts in (old, [*old, 41_000.0]))
    assert abs(after - before - 41_000) > 4_100


def a_mean_of_few_does_not_show():
    row = {"group": ["a", "b"], "n": [9, 40], "estimate": [17.23, 17.23], "low": [11.1, 15.1], "high": [23.4, 19.4]}
    shown = gate(estimates(pd.DataFrame(row), kind="mean", unit="months", privacy="confidential"), "example")
    assert shown["hidden"].tolist() == [True, False] and shown["estimate"].iloc[1] == 17.0


def steps_of_a_curve_stand_for_several():  # worked example 7
    shown = gate(curves(life_table()), "example")
    assert shown["estimate"].tolist() == [1.0, 1.0, 0.6] and shown["at_months"].tolist() == [6, 12, 18]


def a_model_of_few_does_not_show():
    row = {"group": ["a", "b"], "n": 123, "n_enterprises": [9, 43], "n_persons": 211, "df": 41, "estimate": 1.23,
           "low": 0.97, "high": 1.56, "p": 0.04, "largest_share": 0.1, "two_largest_share": 0.2}  # fmt: skip
    made = pd.DataFrame(row)
    models = [estimates(frame, kind="model", unit="ratio") for frame in (made, made.assign(df=9))]
    assert [gate(model, "example")["hidden"].tolist() for model in models] == [[True, False], [True, True]]


def all_that_is_withheld_looks_alike():
    shown = gate(counted({"a": 2, "b": 30, "c": 6, "all": 38}), "example").set_index("group")
    assert shown["hidden"].to_dict() == {"a": True, "b": False, "c": True, "all": False}  # c keeps a company
    gone = shown[shown["hidden"]]
    assert gone[["n", "estimate"]].isna().all(axis=None) and set(gone["note"]) == {"withheld"}


def a_total_is_the_same_wherever_it_stands():  # worked example 2
    table = gate(counted({"a": 58, "b": 41, "c": 31, "d": 3, "e": 2, "all": 135}), "example").set_index("group")
    assert table.loc["all", "estimate"] == gate(counted({"all": 135}), "example")["estimate"].iloc[0] == 135
    left = table.loc["all", "estimate"] - table["estimate"].drop("all").sum()
    assert left != 10  # what the hidden ones are rounded to


def withheld_may_be_none():
    shown = gate(counted({"cooperative": 20, "profit": 30, "all": 50}, codes="legal_families"), "example")
    shown = shown.set_index("group")
    assert len(shown) == 6
    assert (
        shown.loc[["non_profit", "public", "unknown"], "hidden"].all()
        and not shown.loc[["all", "profit"], "hidden"].any()
    )
    four = {"cooperative": 20, "profit": 30, "non_profit": 8, "public": 6, "all": 64}
    assert gate(counted(four, codes="legal_families"), "example")["hidden"].sum() == 1  # none of many needs no company
    assert shown.loc["cooperative", "estimate"] == 20


def small_categories_stand_together():
    exact = {"A": 30, "C": 3, "D": 2, "E": 20, "G": 12, "all": 67}
    shown = gate(counted(exact, codes="nace_sections"), "example")
    assert not shown["hidden"].any() and shown["group"].tolist() == ["A", "E", "G", "others", "all"]


def few_lost_from_sight_do_not_show():
    base, lost = life_table("base", range(41, 141)), life_table("lost_stopped", range(41, 141))
    both = pd.concat([base, lost.assign(estimate=lost["estimate"] - 1 / 123)])
    shown = gate(curves(both, codes="bounds"), "example")
    steps = np.unique(np.round(shown["estimate"] % 0.05, 3))
    assert set(steps) <= {0.0, 0.05}


def one_count_has_one_base():
    shown = gate(curves(life_table()), "example")
    assert set(shown["n"]) == set(gate(counted({"all": 23}), "example")["n"]) == {25}
    assert (shown["at_risk"] <= shown["n"]).all()


CHECKS = [
    too_few_are_withheld, one_invoice_does_not_show, none_and_all_of_a_small_group_do_not_show,
    a_share_does_not_give_its_counts, one_newcomer_does_not_show, the_cost_of_one_newcomer_does_not_show,
    a_mean_of_few_does_not_show, steps_of_a_curve_stand_for_several, a_model_of_few_does_not_show,
    all_that_is_withheld_looks_alike, a_total_is_the_same_wherever_it_stands, withheld_may_be_none,
    small_categories_stand_together, few_lost_from_sight_do_not_show, one_count_has_one_base,
]  # fmt: skip


def thresholds(**loosened):
    return lambda patch: patch.setattr(DOOR, "load", lambda: replace(load(), **loosened))


def with_rounded_rows_above(table, rounded, column, hidden):
    total = table["group"].eq("all")
    return rounded.mask(total, rounded[~total].sum()) if total.any() and not total.all() else rounded


SWITCHES = {
    "R1": (thresholds(units_confidential=0, persons=0, enterprises_of_persons=0), too_few_are_withheld),
    "R2": (thresholds(largest_share=1.0, two_largest_share=1.0, rest_to_largest=0.0), one_invoice_does_not_show),
    "R3": (thresholds(extremes_from=0), none_and_all_of_a_small_group_do_not_show),
    "R4 counts": (thresholds(base_count=1), one_newcomer_does_not_show),
    "R4 shares": (thresholds(base_count=1), a_share_does_not_give_its_counts),
    "R4 sums": (thresholds(part_of_two_largest=0.0), the_cost_of_one_newcomer_does_not_show),
    "R4 totals": (
        lambda patch: patch.setattr(sums, "_summed", with_rounded_rows_above), a_total_is_the_same_wherever_it_stands,
    ),
    "R4 one base": (lambda patch: patch.setattr(series, "some", lambda n, _: midpoint(n)), one_count_has_one_base),
    "R5 short lists": (lambda patch: patch.setattr(lists, "_whole", lambda table, *_: table), withheld_may_be_none),
    "R5 long lists": (
        lambda patch: patch.setattr(lists, "_put_together", lambda table, *_: table), small_categories_stand_together,
    ),
    "R5 lone blanks": (
        lambda patch: patch.setattr(sums.cells, "with_companion", lambda hidden, *_, **__: hidden),
        all_that_is_withheld_looks_alike,
    ),
    "R6 few": (thresholds(quantile_from=0), a_mean_of_few_does_not_show),
    "R6 fineness": (thresholds(months_step=0.01), a_mean_of_few_does_not_show),
    "R7 events": (thresholds(events_confidential=1), steps_of_a_curve_stand_for_several),
    "R7 at risk": (thresholds(at_risk_confidential=1), steps_of_a_curve_stand_for_several),
    "R7 grid": (thresholds(grid_months=1), steps_of_a_curve_stand_for_several),
    "R7 step": (thresholds(step=0.01), steps_of_a_curve_stand_for_several),
    "R7 suppositions": (lambda patch: patch.setattr(series, "SUPPOSITIONS", set()), few_lost_from_sight_do_not_show),
    "R8 units": (thresholds(units_of_coefficient=0, persons=0), a_model_of_few_does_not_show),
    "R8 freedom": (thresholds(degrees_of_freedom=0), a_model_of_few_does_not_show),
    "R11": (lambda patch: patch.setattr(kinds, "_emptied", lambda table, _: table), all_that_is_withheld_looks_alike),
}  # fmt: skip


@pytest.mark.promise("P1")
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_rules_hold(check):
    check()


@pytest.mark.promise("P1")
@pytest.mark.parametrize("rule", SWITCHES)
def test_each_rule_switched_off_makes_its_check_fail(rule, monkeypatch):
    switch_off, check = SWITCHES[rule]
    switch_off(monkeypatch)
    with pytest.raises(AssertionError):
        check()
