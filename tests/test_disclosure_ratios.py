"""Ratios of two sums and curves of jobs: who stands behind them, how they are rounded, what is withheld."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coopeval.disclosure import gate
from coopeval.disclosure.ratios import significant
from coopeval.errors import DisclosureError
from coopeval.uncertainty import estimates

COST = {"unit": "eur", "numerator_unit": "eur", "denominator_unit": "projects"}
JOBS = {"unit": "share", "numerator_unit": "jobs", "denominator_unit": "jobs"}


def ratios(rows: list[dict], **units) -> pd.DataFrame:
    usual = {"group": "x", "n_enterprises": 40, "largest_share": 0.1, "two_largest_share": 0.15, "note": ""}
    frame = pd.DataFrame([{**usual, "n": row.get("denominator"), **row} for row in rows])
    frame["estimate"] = frame["numerator"] / frame["denominator"]
    if "low" not in frame:
        frame = frame.assign(low=frame["estimate"] * 0.87, high=frame["estimate"] * 1.22)
    return estimates(frame, kind="ratio", privacy="confidential", **units)


def test_a_unit_cost_is_worked_out_from_rounded_sums_and_its_limits_go_outward():
    # EUR 612,345 for 43 projects, two of which give 15%: a step of 20,000, so 620,000 / 45 = 13,800, limits .87, 1.22
    # of it become 0.85 and 1.25.
    shown = gate(ratios([{"numerator": 612_345.0, "denominator": 43}], **COST), "example").iloc[0]
    assert (shown["numerator"], shown["denominator"], shown["estimate"]) == (620_000, 45, 13_800)
    assert shown["low"] == pytest.approx(11_700, abs=50) and shown["high"] == pytest.approx(17_250, abs=50)


def test_a_share_of_jobs_has_limits_in_steps_of_five_points():
    row = {"numerator": 61, "denominator": 98, "n_persons": 98, "low": 0.52, "high": 0.71}
    shown = gate(ratios([row], **JOBS), "example").iloc[0]
    assert (shown["numerator"], shown["denominator"], shown["estimate"]) == (60, 100, 0.6)
    assert (shown["low"], shown["high"]) == (0.5, 0.75)


@pytest.mark.parametrize(
    "row",
    [
        {"numerator": 61, "denominator": 98, "n_persons": 98, "n_enterprises": 2},  # two enterprises
        {"numerator": 6, "denominator": 98, "n_persons": 98},  # a part of six persons
        {"numerator": 92, "denominator": 98, "n_persons": 98},  # a rest of six
        {"numerator": 9, "denominator": 9, "n_persons": 9},  # E8: everyone among a few
        {"numerator": 61, "denominator": 98, "n_persons": 98, "largest_share": 0.57, "two_largest_share": 0.7},  # E6
    ],
)
def test_few_persons_few_enterprises_and_dominance_are_withheld(row):
    shown = gate(ratios([row], **JOBS), "example").iloc[0]
    assert shown["hidden"] and shown["note"] == "withheld"
    assert shown[["n", "numerator", "denominator", "estimate", "low", "high", "n_persons"]].isna().all()


def test_a_cost_per_few_results_is_withheld():
    few = ratios([{"numerator": 612_345.0, "denominator": 3, "n": 3, "n_enterprises": 3}], **COST)
    assert gate(few, "example")["hidden"].all()


def test_what_cannot_be_estimated_says_so_without_telling_of_few():
    table = ratios(
        [{"numerator": np.nan, "denominator": np.nan, "n": n, "n_enterprises": n, "note": "immature"} for n in (3, 40)],
        **COST,
    )
    shown = gate(table, "example")
    assert shown["note"].tolist() == ["immature", "immature"] and not shown["hidden"].any()
    assert shown["n"].isna().tolist() == [True, False]


def test_an_unbounded_interval_stays_without_limits():
    row = {"numerator": 612_345.0, "denominator": 43, "low": np.nan, "high": np.nan, "note": "unbounded"}
    shown = gate(ratios([row], **COST), "example").iloc[0]
    assert shown["estimate"] == 13_800 and np.isnan(shown["low"]) and shown["note"] == "unbounded"


def test_a_lone_blank_beside_a_total_gets_company():
    rows = [
        {"group": g, "numerator": n * 1e4, "denominator": n, "n_enterprises": n}
        for g, n in (("a", 4), ("b", 20), ("c", 30), ("all", 54))
    ]
    assert gate(ratios(rows, **COST), "example").set_index("group")["hidden"].to_dict() == {
        "a": True, "b": True, "c": False, "all": False,
    }  # fmt: skip


def test_what_the_gate_needs_and_does_not_get_is_refused():
    with pytest.raises(DisclosureError, match="n_persons"):
        gate(ratios([{"numerator": 61, "denominator": 98}], **JOBS), "example")
    with pytest.raises(DisclosureError, match="numerator_unit"):
        gate(ratios([{"numerator": 61, "denominator": 98}], unit="share"), "example")


@settings(deadline=None)
@given(st.integers(10, 400), st.integers(10, 400))
def test_limits_released_enclose_the_released_estimate(lost, kept):
    row = {"numerator": kept, "denominator": kept + lost, "n_persons": kept + lost}
    shown = gate(ratios([row], **JOBS), "example").iloc[0]
    assert shown["low"] <= shown["estimate"] <= shown["high"]


def test_three_digits_count():
    assert significant([-1234.0, 0.012345]).tolist() == [-1230.0, 0.0123]


def curve_of_jobs(n_persons: int, n_enterprises: int) -> pd.DataFrame:
    months = np.arange(1.0, 41.0)
    left = n_persons - np.arange(40)
    frame = pd.DataFrame({"group": "all", "at_months": months, "n": n_persons, "at_risk": left, "n_events": 1.0})
    frame["estimate"] = np.cumprod(1 - 1 / left)
    frame = frame.assign(low=frame["estimate"] - 0.1, high=frame["estimate"] + 0.1, note="")
    frame = frame.assign(n_persons=n_persons, n_enterprises=n_enterprises)
    return estimates(frame, kind="curve", unit="share", privacy="confidential")


def test_a_curve_of_jobs_needs_ten_persons_in_three_enterprises():
    assert not gate(curve_of_jobs(120, 30), "example")["hidden"].any()
    assert gate(curve_of_jobs(120, 2), "example")["hidden"].all()


def test_a_curve_of_jobs_waits_for_ten_ends_and_keeps_who_stands_behind_it():
    shown = gate(curve_of_jobs(120, 30), "example")
    assert shown[["n_persons", "n_enterprises"]].isna().all(axis=None)
    changed = shown.loc[shown["estimate"].diff().fillna(0).ne(0), "at_months"].tolist()
    assert changed == [12, 24, 36]  # an end a month: ten have gathered at 12, 24 and 36 on the grid


def flows_of(creation: float, destruction: float, year: str = "2022") -> pd.DataFrame:
    sums = {
        "creation": creation, "destruction": destruction, "net": creation - destruction,
        "reallocation": creation + destruction, "excess": 2 * min(creation, destruction),
    }  # fmt: skip
    rows = [
        {"group": year, "cause": c, "numerator": v, "denominator": 200.0, "n_persons": 200} for c, v in sums.items()
    ]
    return ratios(rows, unit="ratio", numerator_unit="jobs", denominator_unit="jobs")


def test_flows_follow_from_two_rounded_numbers():
    # 43 and 34 become 45 and 35, so net is 10 and never 9: each rounded alone, the five give 43 and 34 back.
    shown = gate(flows_of(43, 34), "example").set_index("cause")["numerator"]
    assert shown.to_dict() == {"creation": 45, "destruction": 35, "excess": 70, "net": 10, "reallocation": 80}


def test_one_withheld_flow_withholds_its_year():
    assert gate(flows_of(43, 8), "example")["hidden"].all()


def test_amounts_in_a_unit_of_their_own_are_rounded_to_what_four_units_hide_in():
    row = {"numerator": 28.456, "denominator": 50, "n": 50, "two_largest_share": 0.08}
    shown = gate(ratios([row], unit="share", numerator_unit="plain", denominator_unit="enterprises"), "example").iloc[0]
    assert shown["numerator"] == 28.5 and shown["estimate"] == 0.57  # 0.2 of 8% of 28.5 is 0.46
