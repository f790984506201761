"""Shares of states and flows as the gate releases them: they add up, and no lone project can be read off."""

import demo_data
import numpy as np
import pandas as pd
import pytest

from coopeval import cohort, pathways, semesters
from coopeval.disclosure import gate
from coopeval.disclosure.occupation import coarseness, together
from coopeval.disclosure.rules import load
from coopeval.errors import DisclosureError
from coopeval.uncertainty import estimates

DEMO = demo_data.as_of()
PATHS = pathways.gathered(cohort.histories(DEMO))


def stays(n, change=None):
    """n projects in support to 24 months, half of them created at 7; `change` moves that many at 8 instead."""
    frame = pd.DataFrame({"project_id": range(n), "state": "accompanied", "entry": 0.0, "exit": 24.0, "next_state": ""})
    half = frame.index < n // 2
    frame.loc[half, ["exit", "next_state"]] = [7.0, "created"]
    if change:
        frame.loc[frame.index >= n - change, ["exit", "next_state"]] = [8.0, "created"]
    after = frame[frame["next_state"].eq("created")]
    return pd.concat([frame, after.assign(state="created", entry=after["exit"], exit=24.0, next_state="")])


def released(n, change=None):
    return gate(pathways.occupation(stays(n, change), ["created", "accompanied"]), "states")


def test_released_shares_add_up_to_one_and_lie_within_their_limits():
    table = gate(pathways.occupation(PATHS), "states")
    assert table.groupby("at_months")["estimate"].sum().to_numpy() == pytest.approx(1)
    assert (table["low"] <= table["estimate"]).all() and (table["estimate"] <= table["high"]).all()
    for column in ("estimate", "low", "high"):
        assert (table[column] / 0.05).to_numpy() == pytest.approx(np.round(table[column] / 0.05))
    assert table["at_risk"].min() >= 9 and (table["at_months"] % 6).eq(0).all()  # 9 stands for seven to twelve
    assert not set(table.columns[table.notna().any()]) & {"se", "n_events"}


def test_a_share_is_off_by_less_than_a_step_and_its_limits_hold_the_exact_ones():
    exact = pathways.occupation(PATHS, months=[12, 36, 60])
    table = gate(exact, "states").merge(exact, on=["group", "at_months"], suffixes=("", "_exact"))
    assert (table["estimate"] - table["estimate_exact"]).abs().max() < 0.05
    assert (table["low"] <= table["low_exact"]).all() and (table["high"] >= table["high_exact"]).all()


def test_the_values_asked_for_are_those_of_the_whole_series():
    whole = gate(pathways.occupation(PATHS), "states")
    some = gate(pathways.occupation(PATHS, months=[12, 36, 60]), "states")
    both = some.merge(whole, on=["group", "at_months"])
    assert len(both) == len(some) and both["estimate_x"].tolist() == both["estimate_y"].tolist()


@pytest.mark.parametrize("n", [30, 60, 404])
def test_a_step_stands_for_at_least_five_projects(n):
    step = coarseness(n, load(), "confidential")
    assert step * n >= 5 and step >= 0.05 and np.isclose(1 / step, round(1 / step))


def test_one_project_more_or_less_changes_nothing_but_at_the_edge_of_a_step():
    # 40 projects, step .2: 20 created at 7; one, two or three more at 8 leave the released shares as they were
    before = released(40)["estimate"].tolist()
    assert all(released(40, change)["estimate"].tolist() == before for change in (1, 2, 3))


def test_series_end_where_few_are_left_and_small_groups_are_withheld():
    short = stays(40).assign(exit=lambda f: np.where(f["project_id"] >= 9, np.minimum(f["exit"], 13), f["exit"]))
    short = short[short["exit"] > short["entry"]]
    table = gate(pathways.occupation(short, ["created", "accompanied"]), "states")
    assert table["at_months"].max() == 12  # nine are left at 18
    small = released(4)
    assert small["hidden"].all() and small["estimate"].isna().all()


def test_rounding_together_gives_the_steps_left_to_those_that_lost_most():
    # .238 .302 .46 in steps of .05: 4, 6, 9 whole ones, one left; .238 lost .038, .46 lost .01
    assert together(np.array([[0.238, 0.302, 0.46]]), 0.05).tolist() == [[0.25, 0.3, 0.45]]
    assert together(np.array([[1 / 3, 1 / 3, 1 / 3]]), 0.1).tolist() == [[0.4, 0.3, 0.3]]


def flow_table(last=20):
    return pathways.flows(DEMO, semesters.latest("2026S1", last))


def test_released_flows_reconcile_and_never_turn_negative():
    table = gate(flow_table(), "flows")
    shown = table[~table["hidden"] & table["n_start"].notna()]  # a stock that was withheld leaves the next start empty
    assert (shown["n_start"] + shown["n_in"] - shown["n_out"]).tolist() == shown["estimate"].tolist()
    assert shown[["n_start", "n_in", "n_out", "estimate"]].ge(0).all(axis=None)
    assert (shown[["n", "n_start", "n_in", "n_out", "estimate"]] % 5).eq(0).all(axis=None)
    wide = shown.pivot(index="state", columns="group", values=["n_start", "estimate"])
    for before, after in zip(wide["estimate"], list(wide["estimate"])[1:], strict=False):
        known = wide["n_start"][after].notna() & wide["estimate"][before].notna()
        assert wide["estimate"][before][known].tolist() == wide["n_start"][after][known].tolist()


def test_the_same_semester_is_the_same_in_every_report():
    one, other = gate(flow_table(2), "flows"), gate(flow_table(6), "flows")
    both = one.merge(other, on=["group", "state"])
    assert (
        len(both) == len(one)
        and both["estimate_x"].equals(both["estimate_y"])
        and both["n_in_x"].equals(both["n_in_y"])
    )


def test_a_flow_is_shown_once_five_have_gathered():
    rows = pd.DataFrame(
        {
            "group": ["2025S1", "2025S2", "2026S1"],
            "state": "stopped",
            "n_in": [6, 2, 3],
            "n_out": 0,
            "n_start": [0, 6, 8],
            "estimate": [6, 8, 11],
            "n_ever_in": [6, 8, 11],
            "n_ever_out": 0,
        }
    )
    rows = rows.assign(n=rows["n_ever_in"])
    table = gate(estimates(rows, kind="flow", unit="projects"), "flows")
    assert table["n_in"].tolist() == [5, 0, 5] and table["estimate"].tolist() == [5, 5, 10]
    assert "n_ever_in" not in table


def test_a_state_that_few_have_been_in_is_withheld():
    rows = pd.DataFrame(
        {
            "group": ["2026S1"],
            "state": "mandated",
            "n": 3,
            "n_in": 3,
            "n_out": 0,
            "n_start": 0,
            "estimate": 3,
            "n_ever_in": 3,
            "n_ever_out": 0,
        }
    )
    table = gate(estimates(rows, kind="flow", unit="projects"), "flows")
    assert table["hidden"].all() and table[["n_in", "estimate"]].isna().all(axis=None)


def test_tables_without_what_the_rule_needs_are_refused():
    bare = pd.DataFrame({"group": ["a"], "n": [9], "estimate": [0.5]})
    for kind in ("occupation", "flow"):
        with pytest.raises(DisclosureError, match="add"):
            gate(estimates(bare, kind=kind, unit="share"), "x")


def test_a_lone_blank_in_one_of_several_lists_gets_company():
    # shares of each family add up to one; the two of the first would follow from the others
    rows = pd.DataFrame(
        {
            "group": ["a", "b", "c"] * 2,
            "legal_family": ["x"] * 3 + ["y"] * 3,
            "n": [38] * 3 + [40] * 3,
            "n_events": [2, 16, 20, 10, 14, 16],
        }
    )
    rows = rows.assign(estimate=rows["n_events"] / rows["n"])
    table = gate(estimates(rows, kind="share", unit="share"), "reasons")
    assert table[table["legal_family"].eq("x")].set_index("group")["hidden"].to_dict() == {
        "a": True,
        "b": True,
        "c": False,
    }
    assert not table[table["legal_family"].eq("y")]["hidden"].any()
