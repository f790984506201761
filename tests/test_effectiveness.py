"""Cost-effectiveness: increments, net benefit, acceptability, value of knowing more, additionality, discounting."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from coopeval import effectiveness as ce
from coopeval import reference
from coopeval.errors import DataError, ParameterError

STORED = Path(__file__).parent / "reference"
FOUR = pd.DataFrame({"option": list("abcd"), "cost_eur": [0, 2, 5, 9], "effect": [0, 1, 1.5, 3.5]})
# Net benefits A 5, 5, 5, 5 and B 9, 3, 8, 2, whatever a unit of effect is worth.
TWO = pd.DataFrame({
    "draw": [0, 1, 2, 3] * 2, "option": list("AAAABBBB"), "effect": 0.0, "cost_eur": [-5, -5, -5, -5, -9, -3, -8, -2],
})  # fmt: skip
RATES = {"deadweight": 0.4, "leakage": None, "displacement": 0.2, "substitution": None, "multiplier": 1}


@pytest.fixture(scope="module")
def stored():
    return pd.read_csv(STORED / "effectiveness_draws.csv")


def one(table, column="estimate", **where):
    found = table
    for name, value in where.items():
        found = found[found[name].eq(value)]
    return found[column].item()


# --- increments ---


def test_increments_match_the_hand_calculation():
    # a to b: 2/1 = 2. b to c: 3/0.5 = 6, c to d: 4/2 = 2: falling, so c leaves. b to d: 7/2.5 = 2.8.
    table = ce.increments(FOUR)
    assert table["note"].tolist() == ["reference", "dearer_better", "extendedly_dominated", "dearer_better"]
    assert table["estimate"].tolist()[1::2] == [2.0, pytest.approx(2.8)]
    assert table["reference"].tolist() == ["", "a", "", "b"]


def test_increments_agree_with_walking_up_the_hull_in_r():
    rows = pd.read_csv(STORED / "effectiveness_increments.csv")
    for _, part in rows.groupby("set"):
        table = ce.increments(part).set_index("group")["estimate"]
        np.testing.assert_allclose(table.loc[part["option"]], part["icer"], rtol=1e-9)


@pytest.mark.parametrize("factor", [1.0, 0.01, 1e6])
def test_order_and_currency_do_not_change_who_dominates(factor):
    turned = ce.increments(FOUR[::-1].assign(cost_eur=FOUR["cost_eur"] * factor, effect=FOUR["effect"]))
    assert_frame_equal(turned[["group", "reference", "note"]], ce.increments(FOUR)[["group", "reference", "note"]])
    np.testing.assert_allclose(turned["estimate"], ce.increments(FOUR)["estimate"] * factor)


def test_ties_divide_by_nothing():
    # b and c are alike; d costs as much as b and brings more; e brings as much as a and costs more.
    frame = pd.DataFrame({"option": list("abcde"), "cost_eur": [1, 4, 4, 4, 2], "effect": [1, 2, 2, 3, 1]})
    notes = ce.increments(frame).set_index("group")["note"]
    assert notes.loc[list("abcde")].tolist() == ["reference", "dominated", "dominated", "dearer_better", "dominated"]
    twins = pd.DataFrame({"option": list("ab"), "cost_eur": [1, 1], "effect": [2, 2]})
    assert ce.increments(twins)["note"].tolist() == ["reference", "same_as_another"]


def test_a_negative_ratio_is_never_printed():
    frame = FOUR.assign(cost_eur=[4, 2, 5, 9], effect=[2, 3, 1, 2])
    table = ce.increments(frame, reference="a").set_index("group")
    assert table.loc[list("bcd"), "note"].tolist() == ["cheaper_better", "dearer_worse", "dearer_same"]
    assert table["estimate"].isna().all()
    assert (ce.increments(FOUR, reference="d")["estimate"].dropna() > 0).all()  # cheaper_worse: saved per unit less


def test_what_one_project_could_turn_around_is_not_divided_by():
    # 0.015 * 100 = 1.5 results apart; 0.03 * 100 = 3.
    frame = pd.DataFrame(
        {"option": list("abc"), "cost_eur": [0, 3, 9], "effect": [0.4, 0.415, 0.43], "n": [200, 100, 100]}
    )
    table = ce.increments(frame, reference="a").set_index("group")
    assert np.isnan(table.loc["b", "estimate"]) and table.loc["b", "note"] == "dearer_better"
    assert table.loc["c", "estimate"] == pytest.approx(300)


def test_an_option_that_is_not_known_stays_out_of_the_order():
    table = ce.increments(pd.concat([FOUR, pd.DataFrame({"option": ["e"], "cost_eur": [1.0], "effect": [np.nan]})]))
    assert one(table, "note", group="e") == "not_estimable" and one(table, group="d") == pytest.approx(2.8)


def test_options_that_cannot_be_compared_are_refused():
    with pytest.raises(DataError, match="name of its own"):
        ce.increments(pd.concat([FOUR, FOUR]))
    with pytest.raises(DataError, match="effect is missing"):
        ce.increments(FOUR.drop(columns="effect"))
    with pytest.raises(ParameterError, match="is no option"):
        ce.increments(FOUR, reference="z")
    assert ce.increments(FOUR.assign(effect=np.nan))["note"].eq("not_estimable").all()


# --- draws ---


def test_two_options_match_the_hand_calculation():
    # Means 5 and 5.5; best of each draw 9, 5, 8, 5: mean 6.75. EVPI 6.75 - 5.5 = 1.25.
    k = [0, 1]
    share = ce.acceptability(TWO, k)
    assert share["estimate"].eq(0.5).all() and share.loc[share["group"].eq("B"), "note"].eq("frontier").all()
    worth = ce.value_of_information(TWO, k)
    assert one(worth, group="evpi", k_eur=0) == 1.25 and one(worth, group="A", k_eur=0) == 1.75
    assert one(ce.value_of_information(TWO, k, population=40), group="evpi", k_eur=1) == 50.0


def test_draws_agree_with_loops_in_r(stored):
    expected = pd.read_csv(STORED / "effectiveness_benefit.csv").sort_values(["group", "k_eur"])
    k = expected["k_eur"].unique()
    np.testing.assert_allclose(ce.net_benefit(stored, k)["estimate"], expected["benefit"])
    np.testing.assert_allclose(ce.acceptability(stored, k)["estimate"], expected["share"])
    worth = ce.value_of_information(stored, k, parameters={"evppi_b": [("b", "effect")]})
    own = worth[worth["group"].isin(list("abc"))]
    np.testing.assert_allclose(own["estimate"], expected["loss"], atol=1e-6)
    of_all = expected[expected["group"].eq("a")]
    for name in ("evpi", "evppi_b"):
        np.testing.assert_allclose(worth.loc[worth["group"].eq(name), "estimate"], of_all[name], atol=1e-6)


def test_what_must_hold_of_any_draws(stored):
    k = np.linspace(0, 60_000, 13)
    share, benefit = ce.acceptability(stored, k), ce.net_benefit(stored, k)
    np.testing.assert_allclose(share.groupby("k_eur")["estimate"].sum(), 1)
    leader = benefit.loc[benefit.groupby("k_eur")["estimate"].idxmax(), "group"].tolist()
    assert share[share["note"].eq("frontier")].sort_values("k_eur")["group"].tolist() == leader
    known = {"one": [("b", "effect")], "two": [("b", "effect"), ("c", "effect")], "nothing": np.ones(60)}
    worth = ce.value_of_information(stored, k, parameters=known).pivot(
        index="k_eur", columns="group", values="estimate"
    )
    np.testing.assert_allclose(worth[["a", "b", "c"]].min(axis=1), worth["evpi"])
    for name in known:
        assert (worth[name] >= 0).all() and (worth[name] <= worth["evpi"]).all()
    np.testing.assert_allclose(worth["nothing"], 0, atol=1e-6)
    quadrants = ce.plane(stored, "a")
    np.testing.assert_allclose(quadrants.groupby("group")["estimate"].sum(), 1)


def test_order_of_rows_does_not_matter_and_input_stays(stored):
    before = stored.copy()
    shuffled = stored.sample(frac=1, random_state=3)
    assert_frame_equal(ce.acceptability(shuffled, [0, 9]), ce.acceptability(stored, [0, 9]))
    assert_frame_equal(stored, before)


def test_a_draw_on_an_axis_counts_half_on_either_side():
    draws = pd.DataFrame({"draw": [0, 1, 2, 3] * 2, "option": list("aaaabbbb"), "cost_eur": [0] * 4 + [1, 0, -1, 0],
                          "effect": [0] * 4 + [1, 1, -1, 0]})  # fmt: skip
    # dearer_better; half dearer_better, half cheaper_better; cheaper_worse; a quarter each
    shares = ce.plane(draws, "a").set_index("note")["estimate"]
    expected = {"dearer_better": 1.75, "cheaper_better": 0.75, "cheaper_worse": 1.25, "dearer_worse": 0.25}
    assert (shares * 4).to_dict() == expected


def test_differences_stand_against_the_reference(stored):
    more = ce.difference(stored, "a", "cost_eur")
    mean = stored.groupby("option")["cost_eur"].mean()
    np.testing.assert_allclose(more["estimate"], mean[["b", "c"]] - mean["a"])
    assert more.attrs["about"]["unit"] == "eur" and (more["low"] < more["estimate"]).all()
    with pytest.raises(ParameterError, match="is not what differs"):
        ce.difference(stored, "a", "price")


@pytest.mark.parametrize("k", [20_000, [20_000], [20_000, 20_000]])
def test_one_single_willingness_to_pay_is_refused(k):
    for call in (ce.net_benefit, ce.acceptability, ce.value_of_information):
        with pytest.raises(ParameterError, match="always a range"):
            call(TWO, k)


def test_draws_that_do_not_fit_together_are_refused():
    with pytest.raises(DataError, match="lack an option"):
        ce.acceptability(TWO[:-1], [0, 1])
    with pytest.raises(DataError, match="no cost or no effect"):
        ce.acceptability(TWO.assign(effect=np.nan), [0, 1])
    with pytest.raises(DataError, match="twice"):
        ce.acceptability(TWO.assign(draw=0), [0, 1])
    with pytest.raises(DataError, match="two options are needed"):
        ce.acceptability(TWO[:4], [0, 1])
    with pytest.raises(ParameterError, match="is no parameter"):
        ce.value_of_information(TWO, [0, 1], parameters={"x": [("A", "price")]})


# --- from gross to net ---


def test_factors_multiply():
    # 50 less 40 % is 30; less 20 % of that is 24. Adding the two rates would give 20.
    table = ce.gross_to_net(50, **RATES).set_index("group")
    assert table["estimate"].tolist() == [50, 30, 30, 24, 24, 24, 24]
    assert table.loc["step_3_leakage", "note"] == "not_applied"


def test_ranges_give_the_most_cautious_and_the_most_generous_end():
    # cautious 50 * 0.25 * 0.5 = 6.25, generous 50 * 0.75 * 1 = 37.5
    table = ce.gross_to_net(50, **{**RATES, "deadweight": (0.25, 0.5, 0.75), "displacement": (0, 0.25, 0.5)})
    low, middle, high = table[["low", "estimate", "high"]].iloc[-1]
    assert (low, middle, high) == (6.25, pytest.approx(18.75), 37.5)


def test_deadweight_is_never_taken_off_twice():
    options = pd.DataFrame(
        {"group": ["programme", "rejected"], "n": [100, 80], "cost_eur": [9000.0, 0], "effect": [1.0, 0.4]}
    )
    seen, against = ce.gross(options, "programme"), ce.gross(options, "programme", against="rejected")
    assert (seen.amount, seen.cost_eur, against.amount) == (100, 900_000, 60)
    with pytest.raises(ParameterError, match="taken off twice"):
        ce.gross_to_net(against, **RATES)
    with pytest.raises(ParameterError, match="taken off twice"):
        ce.break_even_deadweight(against.cost_eur, against, [1000, 20_000])
    table = ce.gross_to_net(against, **{**RATES, "deadweight": None})
    assert table["estimate"].iloc[-1] == 48 and "already a difference" in " ".join(table.attrs["about"]["warnings"])


def test_break_even_is_where_the_cost_is_just_met():
    # 900 000 for 100 jobs: at 10 000 per job 90 must be additional, at 8 000 not even all are enough.
    table = ce.break_even_deadweight(900_000, 100, [8000, 10_000, 18_000])
    assert table["estimate"].tolist()[1:] == [pytest.approx(0.1), pytest.approx(0.5)]
    assert table["note"].tolist() == ["not_at_this_k", "", ""]
    net = ce.gross_to_net(100, **{**RATES, "deadweight": 0.5, "displacement": None})["estimate"].iloc[-1]
    assert net * 18_000 == pytest.approx(900_000)
    with pytest.raises(DataError, match="not above zero"):
        ce.break_even_deadweight(900_000, 0, [1, 2])


def test_no_rate_is_assumed():
    with pytest.raises(TypeError):
        ce.gross_to_net(50, deadweight=0.4)
    for wrong in ({"deadweight": 40}, {"leakage": -0.1}, {"displacement": (0.5, 0.2, 0.1)}, {"multiplier": -1}):
        with pytest.raises(ParameterError):
            ce.gross_to_net(50, **{**RATES, **wrong})
    with pytest.raises(ParameterError, match="is no range for deadweight"):
        ce.rates(deadweight="leakage_low")


def test_every_published_rate_says_where_it_is_from():
    table = ce.published_rates()
    assert table["source"].ne("").all() and set(table["verified"]) <= set(reference.codes("rate_sources")["code"])
    assert set(table["factor"]) == set(ce.additionality.FACTORS)
    assert (table.loc[table["verified"].ne("assumption"), "published_in"].ne("")).all()


# --- sensitivity ---


def test_the_widest_input_comes_first_and_the_base_is_the_central_one():
    amount = ce.Gross(50, 240_000)
    inputs = {"leakage": (0.0, 0.1, 0.25), "deadweight": (0.25, 0.5, 0.75), "displacement": (0.2, 0.2, 0.2)}
    table = ce.tornado(ce.cost_per_additional(amount), inputs)
    assert table["group"].tolist() == ["deadweight", "leakage"]  # displacement is held fixed
    base = 240_000 / (50 * 0.5 * 0.9 * 0.8)
    np.testing.assert_allclose(table["estimate"], base)
    np.testing.assert_allclose(table[["low", "high"]].iloc[0], [base * 0.5 / 0.75, base * 0.5 / 0.25])
    grid = ce.two_way(ce.cost_per_additional(amount), inputs, "deadweight", "leakage")
    assert len(grid) == 9 and one(grid, group="50%", reference="10%") == pytest.approx(base)


def test_an_input_that_leaves_nothing_says_so():
    table = ce.tornado(ce.cost_per_additional(ce.Gross(50, 1000)), {"deadweight": (0.5, 0.5, 1.0)})
    assert table["note"].item() == "no_result" and table["high"].isna().all()
    with pytest.raises(DataError, match="lowest, a central and a highest"):
        ce.tornado(lambda a: a, {"a": (3, 2, 1)})


# --- discounting ---


def test_present_value_matches_the_published_example():
    # 40 000 * (1 + 1/1.03 + 1/1.03^2 + 1/1.03^3 + 1/1.03^4) = 188 684
    assert ce.present_value([40_000] * 5, 0.03) == pytest.approx(188_684, abs=0.5)
    assert ce.present_value([40_000] * 5, 0) == 200_000
    assert ce.present_value([103], 0.03, "end") == pytest.approx(100)
    assert ce.present_value([100], 0.03, "start") > ce.present_value([100], 0.03, "mid")


def test_a_rate_written_in_percent_is_refused():
    with pytest.raises(ParameterError, match=r"0\.03 for 3 %"):
        ce.present_value([1, 2], 3)
    with pytest.raises(ParameterError, match="moment of the year"):
        ce.present_value([1, 2], 0.03, "summer")


def test_years_are_the_differences_of_what_had_come_by_then():
    years = [
        pd.DataFrame({"group": ["a"], "n": [20], "cost_eur": [c], "effect": [e]}) for c, e in ((100, 0.5), (150, 1.5))
    ]
    table = ce.discounted(years, [0, 0.03])
    assert table["cost_eur"].tolist() == [150, pytest.approx(100 + 50 / 1.03)]
    assert table["effect"].tolist() == [1.5, pytest.approx(0.5 + 1 / 1.03)]
    assert table["estimate"].iloc[0] == 100
    with pytest.raises(DataError, match="same projects"):
        ce.discounted([years[0], years[1].assign(n=19)], [0])


def test_a_cost_below_zero_is_refused_by_name():
    below = pd.DataFrame({"option": ["a", "b"], "cost_eur": [0.0, -5.0], "effect": [0.0, 1.0]})
    with pytest.raises(DataError, match="b: a cost below zero"):
        ce.increments(below)
