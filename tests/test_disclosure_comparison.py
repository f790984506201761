"""Comparisons, decisions and choices at the gate: who stands behind them, and how coarsely they are shown."""

import numpy as np
import pandas as pd
import pytest

from coopeval.disclosure import gate
from coopeval.disclosure.effects import e_value
from coopeval.disclosure.fineness import at_least
from coopeval.errors import DisclosureError
from coopeval.uncertainty import estimates, newcombe

EFFECT = {
    "group": "weighted", "against": "rejected", "design": "adjusted", "n": 48, "n_reference": 61, "n_events": 31,
    "n_reference_events": 22, "estimate": 0.2234, "se": 0.0931, "low": 0.041, "high": 0.406, "p": 0.0164,
    "e_value": 2.58, "e_value_limit": 1.32, "note": "",
}  # fmt: skip
PLAIN = {**EFFECT, "group": "unadjusted", "design": "association", "estimate": 31 / 48 - 22 / 61}
LEVEL = {
    "group": "theme=food", "n": 48, "n_reference": 61, "n_events": 20, "n_reference_events": 14, "before": 0.387,
    "after": 0.063, "note": "",
}  # fmt: skip
OPTION = {
    "group": "S0001", "reference": "S0002", "n": 48, "cost_eur": 12_345.0, "effect": 0.612,
    "increment_cost_eur": 2_469.0, "increment_effect": 0.123,
    "estimate": 2_469.0 / 0.123, "low": 4_321.0, "high": 61_234.0, "note": "",
}  # fmt: skip
OTHER = {
    **OPTION, "group": "S0002", "reference": "", "cost_eur": 9_876.0, "effect": 0.489, "increment_cost_eur": np.nan,
    "increment_effect": np.nan, "estimate": np.nan, "low": np.nan, "high": np.nan, "note": "reference",
}  # fmt: skip
STRUCTURE = {
    "group": "S0001", "n": 48, "n_events": 31, "estimate": 31 / 48, "standardised": 0.6234, "low": 0.512,
    "high": 0.731, "expected": 0.5812, "limit_low": 0.4423, "limit_high": 0.7231, "note": "",
}  # fmt: skip
CHOICE = {
    "group": 1, "headline": "survival_36", "definition": "all", "perimeter": "", "against": "", "clock": "entry",
    "missing_rule": "censored", "adjustment": "", "n": 47, "n_reference": np.nan, "estimate": 0.7021, "low": 0.5512,
    "high": 0.8134, "note": "",
}  # fmt: skip
LATER = {"group": "survival_36", "period": "2026-12-31", "n": 48, "n_reference": 61, "estimate": 0.1203, "note": ""}


def released(kind, *rows, usual, unit="share", **about):
    table = estimates(pd.DataFrame([{**usual, **row} for row in rows]), kind=kind, unit=unit, **about)
    return gate(table, "example")


def test_steps_are_one_two_or_five():
    assert at_least([1 / 40, 1 / 50, 1 / 51, 0.011, 640, 1.0]).tolist() == [0.05, 0.02, 0.02, 0.02, 1000, 1.0]
    assert np.isnan(at_least([0.0, np.nan])).all()


def test_no_single_unit_can_be_read_off_a_difference():
    sizes = [(n, m) for n in (10, 11, 23, 48, 52, 98, 99, 102, 300) for m in (10, 37, 104, 500)]
    unknown = {"n_events": np.nan, "n_reference_events": np.nan}
    exact = [
        {**unknown, "group": f"{k}", "n": n, "n_reference": m, "estimate": 0.0137 * k - 0.3, "low": -0.71, "high": 0.83}
        for k, (n, m) in enumerate(sizes)
    ]
    shown = released("effect", *exact, usual=EFFECT)
    moved = pd.DataFrame(exact).set_index("group")[["n", "n_reference"]].min(axis=1)[shown["group"]].to_numpy()
    for column in ("estimate", "low", "high"):  # each stands on a step not below what one unit of the smaller arm moves
        fine = [
            np.isclose(shown[column] / step, (shown[column] / step).round()) & (step >= 1 / moved)
            for step in (0.01, 0.02, 0.05, 0.1)
        ]
        assert np.any(fine, axis=0).all()
    assert (shown["low"] <= shown["estimate"]).all() and (shown["estimate"] <= shown["high"]).all()


def test_an_adjusted_difference_is_shown_in_steps_with_limits_outward():
    # 48 shows as 50, which 48 to 52 can stand for: a unit moves the share by 1/48 = 0.021, so the step is 0.05.
    shown = released("effect", {}, usual=EFFECT).iloc[0]
    assert shown[["n", "n_events", "n_reference", "n_reference_events"]].tolist() == [50, 30, 60, 20]
    assert shown[["estimate", "low", "high", "p"]].tolist() == [0.2, 0.0, 0.45, 0.02] and np.isnan(shown["se"])


def test_a_plain_difference_is_made_of_counts_in_fives_and_so_is_its_e_value():
    shown = released("effect", {}, {**PLAIN}, usual=EFFECT).set_index("group")
    low, high = newcombe([30], [50], [20], [60])  # 31 of 48 and 22 of 61
    plain = shown.loc["unadjusted"]
    assert plain["estimate"] == pytest.approx(30 / 50 - 20 / 60)
    assert (plain["low"], plain["high"]) == (low.item(), high.item())
    assert plain["e_value"] == 3.0  # 0.6 / 0.333 = 1.8, and 1.8 + sqrt(1.8 x 0.8) = 3.0
    # of the weighted one: 0.6 against 0.6 - 0.2 = 0.4 is 1.5, and 1.5 + sqrt(1.5 x 0.5) = 2.37; the limit is nought
    assert shown.loc["weighted", "e_value"] == 2.4 and shown.loc["weighted", "e_value_limit"] == 1.0


def test_a_limit_beyond_nought_needs_no_hidden_selection():
    wide = {"low": -0.12, "e_value_limit": 1.0}
    shown = released("effect", wide, PLAIN, usual=EFFECT).set_index("group")
    assert shown.loc["weighted", "low"] == -0.15 and shown.loc["weighted", "e_value_limit"] == 1.0


def test_limits_always_hold_the_estimate_shown():
    shown = released("effect", {"low": 0.26, "high": 0.31}, usual=EFFECT).iloc[0]  # of a bootstrap gone astray
    assert shown["low"] <= shown["estimate"] <= shown["high"]


def test_survival_is_no_counted_share_so_it_keeps_its_step_and_a_coarse_e_value():
    shown = released("effect", {"group": "unadjusted", "estimate": 0.2234}, usual=EFFECT).iloc[0]
    assert shown["estimate"] == 0.2 and shown["e_value"] == 2.5 and shown["e_value_limit"] == 1.0


@pytest.mark.parametrize(
    "few",
    [{"n": 9, "n_events": 5}, {"n_reference": 9, "n_reference_events": 5}, {"n_events": 4}, {"n_events": 45},
     {"n_reference_events": 3}, {"n_reference_events": 60}, {"n_reference": np.nan}],
)  # fmt: skip
def test_either_arm_too_small_withholds_the_effect(few):
    shown = released("effect", few, usual=EFFECT).iloc[0]
    assert shown["hidden"] and shown["note"] == "withheld"
    assert shown[["n", "n_reference", "n_events", "estimate", "low", "high", "p", "e_value"]].isna().all()


def test_what_cannot_be_estimated_is_said_and_tells_no_count():
    nothing = {"estimate": np.nan, "low": np.nan, "high": np.nan, "note": "not_estimable", "n": 3}
    shown = released("effect", nothing, usual=EFFECT).iloc[0]
    assert (shown["note"], shown["hidden"]) == ("not_estimable", False) and np.isnan(shown["n"])


def test_means_are_rounded_by_what_a_far_unit_moves_them():
    # Error EUR 1,000 in arms of 48 (shown as 50: at least 48): deviation 6,928, a unit three of them away moves the
    # mean by 3 x 6,928 / 48 = 433; the step is 500.
    money = {"n_events": np.nan, "n_reference_events": np.nan, "estimate": 2_345.0, "se": 1_000.0}
    shown = released("effect", {**money, "low": 385.0, "high": 4_305.0}, usual=EFFECT, unit="eur").iloc[0]
    assert shown[["estimate", "low", "high"]].tolist() == [2_500, 0, 4_500]


def test_ratios_are_rounded_as_those_of_models_are():
    ratio = {"n": 300, "n_reference": 300, "estimate": 1.83, "low": 1.21, "high": 2.77, "e_value": 3.06}
    shown = released("effect", ratio, usual=EFFECT, unit="ratio").iloc[0]
    assert shown[["estimate", "low", "high"]].tolist() == [1.85, 1.2, 2.8]
    assert shown["e_value"] == np.round(e_value(1.85), 1)


def test_a_lone_hidden_level_has_company_in_each_comparison_by_itself():
    # 48 less 20 less 26 leaves 2: without company the level withheld follows, in either comparison
    rows = [
        {"group": f"theme={theme}", "against": against, "n_events": n, "n_reference_events": 20}
        for against in ("rejected", "structure") for theme, n in (("food", 20), ("care", 26), ("other", 2))
    ]  # fmt: skip
    shown = released("balance", *rows, usual=LEVEL, unit="plain")
    assert shown.groupby("against")["hidden"].sum().tolist() == [2, 2]


def test_balance_is_shown_to_a_twentieth_and_coarser_in_small_arms():
    shown = released("balance", {}, usual=LEVEL, unit="plain").iloc[0]
    assert shown[["before", "after", "n", "n_events"]].tolist() == [0.4, 0.05, 50, 20]
    small = released("balance", {"n": 20, "n_events": 9}, usual=LEVEL, unit="plain").iloc[0]
    assert small["before"] == 0.4 and small["after"] == 0.0  # 1 / (0.5 x 18) = 0.11: in steps of 0.2


@pytest.mark.parametrize(
    "few", [{"n_events": 4}, {"n_reference_events": 2}, {"n_events": 45}, {"n": 9, "n_events": 5}, {"n_reference": 8}]
)
def test_a_level_of_few_units_is_withheld(few):
    assert released("balance", few, usual=LEVEL, unit="plain")["hidden"].all()


def test_a_lone_level_takes_the_next_smallest_with_it():
    rows = [{"group": f"theme={name}", "n_events": n} for name, n in (("a", 4), ("b", 30), ("c", 14))]
    shown = released("balance", *rows, {"group": "n_holders", "n_events": np.nan, "n_reference_events": np.nan},
                     usual=LEVEL, unit="plain").set_index("group")["hidden"]  # fmt: skip
    assert shown.to_dict() == {"n_holders": False, "theme=a": True, "theme=b": False, "theme=c": True}


def test_weights_by_arm_are_told_from_ten_units_in_fives():
    frame = pd.DataFrame({"group": ["programme", "rejected", "waiting_list"], "n": [48, 61, 9]})
    frame = frame.assign(estimate=[48.0, 33.4, 7.0], largest_share=[1 / 48, 0.071, 0.3], note="")
    shown = gate(estimates(frame, kind="weights", unit="projects"), "example")
    assert shown["n"].tolist()[:2] == [50, 60] and shown["estimate"].tolist()[:2] == [45, 30]
    assert shown["largest_share"].tolist()[:2] == [0.03, 0.08] and shown["hidden"].tolist() == [False, False, True]


def test_increments_and_their_ratio_come_from_released_costs_and_effects():
    # A project at three times the mean moves EUR 12,345 by 24,690 / 48 = 514: the step is 1,000. Of EUR 9,400: 500.
    # The share moves by 1/48: 0.05. So 12,000 less 9,500 over 0.6 less 0.5 is 25,000, itself in steps of 2,000.
    less = {"increment_cost_eur": 2_945.0, "estimate": 2_945.0 / 0.123}
    shown = released("decision", less, {**OTHER, "cost_eur": 9_400.0}, usual=OPTION, unit="eur").set_index("group")
    one = shown.loc["S0001"]
    assert one[["cost_eur", "effect", "increment_cost_eur", "increment_effect"]].tolist() == [12_000, 0.6, 2_500, 0.1]
    assert one["estimate"] == 26_000 and one["low"] <= 4_321 and one["high"] >= 61_234
    assert shown.loc["S0002", "cost_eur"] == 9_500 and shown.loc["S0002", "note"] == "reference"


def test_an_increment_that_rounding_takes_away_leaves_no_ratio():
    close = {"effect": 0.495, "increment_effect": 0.006, "estimate": 2_469.0 / 0.006}
    shown = released("decision", close, OTHER, usual=OPTION, unit="eur").set_index("group").loc["S0001"]
    assert np.isnan(shown["estimate"]) and np.isnan(shown["high"]) and shown["note"] == "rounded_away"


def test_an_option_of_few_projects_is_withheld_with_every_increment_against_it():
    assert released("decision", {}, {**OTHER, "n": 9}, usual=OPTION, unit="eur")["hidden"].all()
    alone = released("decision", {"n": 9}, OTHER, usual=OPTION, unit="eur").set_index("group")["hidden"]
    assert alone.to_dict() == {"S0001": True, "S0002": False}


def test_one_costly_project_withholds_its_option_and_coarsens_where_it_may_stay():
    heavy = {"largest_share": 0.6, "two_largest_share": 0.7}
    assert released("decision", heavy, {**OTHER, "reference": ""}, usual=OPTION, unit="eur")["hidden"].any()
    # 0.3 of EUR 12,345 is 3,704, so the mean is shown to 5,000
    known = {"largest_share": 0.3, "two_largest_share": 0.4}
    shown = released("decision", known, {**OTHER, "largest_share": 0.05, "two_largest_share": 0.1}, usual=OPTION,
                     unit="eur").set_index("group")  # fmt: skip
    assert shown.loc["S0001", "cost_eur"] == 10_000 and shown.loc["S0002", "cost_eur"] == 10_000


def test_chances_of_being_best_leave_no_lone_blank_at_an_amount():
    frame = pd.DataFrame([
        {"group": g, "k_eur": k, "n": n, "estimate": p, "note": ""}
        for k in (10_000.0, 20_000.0) for g, n, p in (("a", 48, 0.5127), ("b", 9, 0.2), ("c", 30, 0.2873))
    ])  # fmt: skip
    shown = gate(estimates(frame, kind="decision", unit="share"), "example")
    assert shown.loc[shown["group"].eq("a"), "estimate"].tolist() == [0.51, 0.51]
    assert shown.groupby("group")["hidden"].all().to_dict() == {"a": False, "b": True, "c": True}


def test_net_benefit_is_rounded_by_what_a_project_moves_it():
    frame = pd.DataFrame([{"group": "a", "k_eur": 20_000.0, "n": 48, "estimate": 2_345.0, "note": ""}])
    # one more success among 48 is worth 20,000 / 48 = 417: the step is 500
    assert gate(estimates(frame, kind="decision", unit="eur"), "example")["estimate"].item() == 2_500


def test_a_league_has_shares_from_counts_and_coarse_limits():
    shown = released("league", {}, usual=STRUCTURE).iloc[0]
    assert shown["estimate"] == 30 / 50
    assert shown[["standardised", "low", "high", "expected"]].tolist() == [0.6, 0.5, 0.75, 0.6]
    assert shown[["limit_low", "limit_high"]].tolist() == [0.4, 0.75]


@pytest.mark.parametrize("few", [{"n": 9, "n_events": 5}, {"n_events": 3}, {"n_events": 46}])
def test_a_structure_of_few_is_withheld(few):
    assert released("league", few, usual=STRUCTURE)["hidden"].all()


def choices(*sizes, **columns):
    rows = [{"group": k, "definition": name, "n": n, **columns} for k, (name, n) in enumerate(sizes)]
    return released("specification", *rows, usual=CHOICE).set_index("definition")


def test_a_specification_is_shown_to_the_step_of_one_unit():
    shown = choices(("all", 47)).iloc[0]
    assert shown[["n", "estimate", "low", "high"]].tolist() == [45, 0.7, 0.55, 0.85]


def test_populations_that_differ_by_a_few_are_not_shown_side_by_side():
    # 47 and 41 differ by six; 30 differs from 47 by seventeen; 26 by four from 30. The order is fixed, never by value.
    shown = choices(("emes_5", 41), ("all", 47), ("ordinance_2018", 30), ("bissib", 26))
    assert shown["hidden"].to_dict() == {"emes_5": True, "all": False, "ordinance_2018": False, "bissib": True}
    assert shown.loc["emes_5", ["n", "estimate"]].isna().all()


def test_the_same_population_with_the_same_figures_tells_nothing_new():
    assert not choices(("all", 47), ("ordinance_2018", 47))["hidden"].any()
    rows = [{"definition": "all"}, {"definition": "emes_5", "estimate": 0.6}]
    assert released("specification", *rows, usual=CHOICE)["hidden"].tolist() == [False, True]


def test_a_specification_that_cannot_be_estimated_says_so():
    nothing = {"estimate": np.nan, "low": np.nan, "high": np.nan, "note": "not_estimable", "n": 3}
    shown = released("specification", nothing, {"n": 9, "definition": "eu"}, usual=CHOICE)
    assert shown["note"].tolist() == ["not_estimable", "withheld"] and shown["n"].isna().all()


def test_a_comparison_group_of_few_withholds_the_specification():
    assert choices(("all", 47), n_reference=9)["hidden"].all()


def test_a_forecast_is_worked_out_from_rounded_numbers_and_rounded_up():
    # The root of (1/50 + 1/60) over (1/48 + 1/61) is 0.9926: 0.1203 becomes 0.1194, shown as 0.12.
    shown = released("forecast", {}, {"n_reference": np.nan}, {"n": 9}, usual=LATER)
    assert shown["estimate"].tolist()[:2] == [0.12, 0.12] and shown["n"].tolist()[:2] == [50, 50]
    assert shown["hidden"].tolist() == [False, False, True]
    money = released("forecast", {"estimate": 1_234.0}, usual=LATER, unit="eur")["estimate"].item()
    assert money == 1_300  # five hundredths of it are 61, so in steps of a hundred


@pytest.mark.parametrize(
    ("kind", "row", "lacks"),
    [("balance", LEVEL, "n_reference"), ("effect", EFFECT, "n_reference"), ("league", STRUCTURE, "n_events"),
     ("specification", CHOICE, "adjustment"), ("forecast", LATER, "n_reference")],
)  # fmt: skip
def test_what_the_gate_needs_and_does_not_get_is_refused(kind, row, lacks):
    with pytest.raises(DisclosureError, match=lacks):
        gate(estimates(pd.DataFrame([row]).drop(columns=lacks), kind=kind, unit="share"), "example")


@pytest.mark.parametrize(
    ("kind", "row"),
    [("balance", LEVEL), ("effect", EFFECT), ("decision", OTHER), ("league", STRUCTURE), ("specification", CHOICE),
     ("forecast", LATER)],
)  # fmt: skip
def test_internal_readers_see_the_exact_figures(kind, row):
    table = estimates(pd.DataFrame([row]), kind=kind, unit="share")
    pd.testing.assert_frame_equal(gate(table, "example", "internal").drop(columns="hidden"), table, check_like=True)
