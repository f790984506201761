"""Rates, differences of shares, what could have been found, ratios of sums, and means over clusters."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from coopeval import disclosure, uncertainty
from coopeval.errors import DataError, ParameterError

FOUR_EVENTS = pd.DataFrame({"group": ["all"], "n_events": [4], "exposure": [6.5]})
TWO = pd.DataFrame({"group": ["b", "a"], "n_events": [8, 5], "n": [10, 12]})
COSTS = pd.DataFrame({"cost_eur": [8, 10, 12, 10], "jobs": [1, 2, 3, 2]})
# Three enterprises with 2, 1 and 1 jobs; open-ended: both, none, one. Mean 3/4. Each cluster's sum of residuals is
# .5, -.75, .25; CR2 divides its square by 1 - 2/4, 1 - 1/4, 1 - 1/4: .5 + .75 + .08333 = 1.3333; se = root of that / 4
JOBS = pd.DataFrame({"open_ended": [True, True, False, True], "enterprise_id": ["a", "a", "b", "c"]})


def figures(table: pd.DataFrame, *columns: str) -> list[float]:
    return table[list(columns or ("estimate", "low", "high"))].iloc[0].tolist()


# rates


def test_four_events_in_six_and_a_half_years():
    assert figures(uncertainty.rate(FOUR_EVENTS)) == pytest.approx([0.615, 0.168, 1.576], abs=5e-4)


def test_no_event_still_says_up_to_where():
    none = uncertainty.rate(FOUR_EVENTS.assign(n_events=0))
    # exp(-limit) = 0.025 at 0 events, so the limit is 3.689 events
    assert figures(none) == pytest.approx([0, 0, 3.689 / 6.5], abs=5e-4) and none["note"].item() == ""


def test_a_rate_without_exposure_is_not_estimable():
    table = uncertainty.rate(FOUR_EVENTS.assign(exposure=0.0))
    assert np.isnan(figures(table)).all() and table["note"].item() == "not_estimable"


def test_a_rate_holds_its_events_once():
    """Two roundings of the same count, side by side, would give the count away."""
    assert not {"n_events", "exposure"} & set(uncertainty.rate(FOUR_EVENTS))


@pytest.mark.parametrize("change", [{"n_events": -1}, {"n_events": 1.5}, {"exposure": -1.0}, {"exposure": np.nan}])
def test_a_rate_that_cannot_be_is_refused(change):
    with pytest.raises(DataError, match="exposure >= 0"):
        uncertainty.rate(FOUR_EVENTS.assign(**change))


# differences of shares


def test_eight_of_ten_against_five_of_twelve():
    table = uncertainty.difference(TWO)
    assert figures(table) == pytest.approx([0.383, -0.024, 0.649], abs=5e-4)
    # Fisher by hand: 13 of 22 are hits; tables with 8, 9, 10 or 3 hits or fewer in the ten are as unlikely
    assert table["p"].item() == pytest.approx(0.0991, abs=5e-5)
    assert figures(table, "n", "n_events", "n_reference", "n_events_reference") == [10, 8, 12, 5]


def test_a_difference_turned_round_is_its_mirror():
    ours, mirror = uncertainty.difference(TWO), uncertainty.difference(TWO, reference="b")
    assert figures(mirror) == pytest.approx([-x for x in figures(ours, "estimate", "high", "low")])
    assert mirror["p"].item() == pytest.approx(ours["p"].item())


def test_with_few_events_there_is_an_interval_but_no_test():
    table = uncertainty.difference(TWO.assign(n_events=[8, 4]))
    assert table["note"].item() == "few_events" and np.isnan(table["p"].item()) and table["low"].notna().item()


def test_an_empty_group_gives_no_difference():
    table = uncertainty.difference(pd.DataFrame({"group": ["a", "b"], "n_events": [0, 3], "n": [0, 8]}))
    assert table["note"].item() == "not_estimable"
    assert np.isnan(table[["estimate", "low", "high", "p", "detectable"]].to_numpy(float)).all()


def test_several_groups_have_p_values_adjusted_for_their_number():
    many = pd.DataFrame({"group": list("abcd"), "n_events": [20, 30, 34, 22], "n": 40})
    table = uncertainty.difference(many)
    assert table["p_adjusted"].tolist() == pytest.approx(uncertainty.holm(table["p"]).tolist())
    assert "Holm" in table.attrs["about"]["method"] and "p_adjusted" not in uncertainty.difference(TWO)
    loose = uncertainty.difference(many, adjust="benjamini-hochberg")
    assert (loose["p_adjusted"] <= table["p_adjusted"] + 1e-12).all()


def test_differences_do_not_depend_on_the_order_of_rows_and_leave_them_alone():
    before = TWO.copy()
    assert_frame_equal(uncertainty.difference(TWO), uncertainty.difference(TWO[::-1]))
    assert_frame_equal(TWO, before)


def test_a_group_that_is_not_there_is_refused_with_those_there_are():
    with pytest.raises(ParameterError, match="a, b"):
        uncertainty.difference(TWO, reference="c")


def test_the_whole_is_no_group_to_compare_with():
    with pytest.raises(DataError, match="leave its row out"):
        uncertainty.difference(TWO.assign(group=["all", "a"]))


# what could have been found


def test_thirty_against_thirty_need_ninety_one_percent():
    assert 0.6 + uncertainty.detectable(30, 30, 0.6) == pytest.approx(0.91, abs=0.005)


def test_the_nearer_direction_is_told_by_its_sign():
    up, down = (uncertainty.detectable(30, 30, 0.6, direction=d) for d in ("up", "down"))
    assert up > 0 > down and up < -down
    assert uncertainty.detectable(30, 30, 0.4) == pytest.approx(-up)  # the mirror
    assert uncertainty.detectable(30, 30, 0.5) > 0


def test_where_nothing_could_have_been_found_it_is_empty():
    assert np.isnan(uncertainty.detectable([3, 0], [3, 50], 0.5)).all()
    assert np.isnan(uncertainty.detectable(30, 30, 0.9, direction="up"))
    assert uncertainty.detectable(30, 30, 0.9) < 0


@given(st.integers(2, 300), st.integers(2, 300), st.floats(0, 1))
def test_more_units_find_smaller_differences(n, m, share):
    small, large = uncertainty.detectable([n, n + 50], m, share)
    assert np.isnan(small) or abs(large) <= abs(small) + 1e-9
    assert np.isnan(small) or 0 <= share + small <= 1


def test_power_is_what_it_says():
    """Known truth: groups drawn with the detectable difference are told apart in eight of ten."""
    n, share = 150, 0.6
    other = share + uncertainty.detectable(n, n, share)
    rng = np.random.default_rng(11)
    a, b = rng.binomial(n, share, 4000) / n, rng.binomial(n, other, 4000) / n
    pooled = (a + b) / 2
    found = np.abs(a - b) > 1.96 * np.sqrt(pooled * (1 - pooled) * 2 / n)
    assert found.mean() == pytest.approx(0.8, abs=0.03)


# ratios of sums


def test_cost_per_job_by_hand():
    # sums 40 and 8; variances 4 * 8/3 and 4 * 2/3, covariance 4 * 4/3; t(3) = 3.182
    # A = 64 - 10.13 * 2.667 = 36.99, B = 320 - 54.01 = 265.99, C = 1600 - 108.0 = 1492: (B -+ 124.7) / A
    table = uncertainty.ratio(COSTS, "cost_eur", "jobs", unit="eur")
    assert figures(table) == pytest.approx([5.0, 3.82, 10.56], abs=0.005)
    assert figures(table, "n", "n_enterprises", "numerator", "denominator") == [4, 4, 40, 8]
    assert figures(table, "largest_share", "two_largest_share") == pytest.approx([3 / 8, 5 / 8])


def test_means_and_totals_give_the_same_limits():
    totals = uncertainty.fieller(40, 8, 32 / 3, 8 / 3, 16 / 3, 3)
    means = uncertainty.fieller(10, 2, 2 / 3, 1 / 6, 1 / 3, 3)
    assert [x.item() for x in totals[:2]] == pytest.approx([x.item() for x in means[:2]])


def test_a_denominator_that_may_be_zero_gives_no_limits():
    table = uncertainty.ratio(COSTS.assign(jobs=[0, 0, 0, 2]), "cost_eur", "jobs", unit="eur")
    assert table["note"].item() == "unbounded" and table["estimate"].item() == 20
    assert table[["low", "high"]].isna().all(axis=None) and table["n_enterprises"].item() == 1


@pytest.mark.parametrize("units", [COSTS[:1], COSTS[:0], COSTS.assign(jobs=0)])
def test_a_ratio_of_one_unit_or_over_nothing_is_not_estimable(units):
    table = uncertainty.ratio(units, "cost_eur", "jobs")
    assert table["note"].item() == "not_estimable" and np.isnan(figures(table)).all()


def test_units_that_are_all_alike_give_no_limits_closed_up():
    table = uncertainty.ratio(COSTS.assign(jobs=COSTS["cost_eur"] / 2), "cost_eur", "jobs")
    assert table["note"].item() == "no_variation" and table["estimate"].item() == 2 and np.isnan(table["low"].item())


def test_a_fixed_total_has_no_error_of_its_own():
    # 8 jobs, variance 4 * 2/3: 8 -+ 3.182 * 1.633 = 2.80 to 13.20; 40 over these: 3.03 to 14.27
    table = uncertainty.ratio(COSTS, "cost_eur", "jobs", fixed_numerator=True)
    assert figures(table) == pytest.approx([5.0, 3.03, 14.27], abs=0.005)
    spread_otherwise = uncertainty.ratio(COSTS.assign(cost_eur=[40, 0, 0, 0]), "cost_eur", "jobs", fixed_numerator=True)
    assert figures(spread_otherwise) == pytest.approx(figures(table))


@given(st.permutations(range(4)), st.floats(0.001, 1000))
def test_ratios_follow_the_unit_of_money_and_not_the_order_of_rows(order, scale):
    before = figures(uncertainty.ratio(COSTS, "cost_eur", "jobs"))
    moved = COSTS.iloc[list(order)].assign(cost_eur=lambda d: d["cost_eur"] * scale)
    assert figures(uncertainty.ratio(moved, "cost_eur", "jobs")) == pytest.approx([x * scale for x in before])


def test_ratios_by_group_and_what_is_refused():
    both = pd.concat([COSTS.assign(programme="seeds"), COSTS.assign(programme="blossom", jobs=1)])
    table = uncertainty.ratio(both, "cost_eur", "jobs", by="programme")
    assert table["group"].tolist() == ["blossom", "seeds"] and table["estimate"].tolist() == [10, 5]
    with pytest.raises(DataError, match="3 rows have no programme"):
        uncertainty.ratio(
            both.assign(programme=both["programme"].where(both["jobs"] == 1)), "cost_eur", "jobs", "programme"
        )
    with pytest.raises(DataError, match="1 rows have no jobs"):
        uncertainty.ratio(COSTS.assign(jobs=[1, np.nan, 3, 2]), "cost_eur", "jobs")


KEPT = pd.DataFrame({"kept": [3, 1, 3, 0], "jobs": [3, 2, 4, 1], "enterprise_id": list("abcd")})


def test_a_part_of_a_whole_takes_the_limits_of_a_share():
    table = uncertainty.ratio(KEPT, "kept", "jobs", unit="share", interval="korn-graubard")
    as_share = uncertainty.clustered(KEPT.assign(s=KEPT["kept"] / KEPT["jobs"]), "s", "enterprise_id", weight="jobs")
    assert figures(table) == pytest.approx(figures(as_share))
    idle = pd.concat([KEPT, KEPT.assign(kept=0, jobs=0)])
    assert figures(uncertainty.ratio(idle, "kept", "jobs", interval="korn-graubard")) == pytest.approx(figures(table))
    all_kept = uncertainty.ratio(KEPT.assign(kept=KEPT["jobs"]), "kept", "jobs", interval="korn-graubard")
    assert all_kept["high"].item() == 1 and 0 < all_kept["low"].item() < 1 and all_kept["note"].item() == ""


def test_a_part_larger_than_its_whole_is_refused():
    with pytest.raises(DataError, match="take the interval fieller"):
        uncertainty.ratio(KEPT.assign(kept=5), "kept", "jobs", interval="korn-graubard")
    with pytest.raises(ParameterError, match="fixed goes with fieller"):
        uncertainty.ratio(KEPT, "kept", "jobs", fixed_numerator=True, interval="korn-graubard")


# clusters


def test_a_share_over_clusters_by_hand():
    table = uncertainty.clustered(JOBS, "open_ended", "enterprise_id")
    assert figures(table, "n", "n_enterprises", "numerator", "denominator") == [4, 3, 3, 4]
    assert figures(table, "estimate", "se") == pytest.approx([0.75, np.sqrt(4 / 3) / 4])


def test_a_hundred_jobs_of_twenty_five_enterprises_are_worth_sixty_two():
    assert 100 / uncertainty.design_effect(4, 0.2) == pytest.approx(62.5)


def test_clusters_of_one_row_are_the_ordinary_mean():
    hours = pd.DataFrame({"hours": [8.0, 10, 12, 10, 9], "enterprise_id": list("abcde")})
    table = uncertainty.clustered(hours, "hours", "enterprise_id", unit="hours")
    assert table["df"].item() == pytest.approx(4)
    assert table["se"].item() == pytest.approx(hours["hours"].std() / np.sqrt(5))


@pytest.mark.parametrize(("value", "end"), [(True, 1.0), (False, 0.0)])
def test_all_or_none_never_closes_the_interval_up(value, end):
    table = uncertainty.clustered(JOBS.assign(open_ended=value), "open_ended", "enterprise_id")
    # 2, 1 and 1 jobs are worth 16 / 6 clusters alike: the lower limit is 0.025 ** (1 / 2.667)
    far = 0.025 ** (6 / 16)
    assert figures(table) == pytest.approx([end, far, 1] if value else [end, 0, 1 - far])
    assert np.isnan(table["se"].item()) and table["note"].item() == ""


def test_a_share_is_never_surer_than_its_rows():
    even = pd.DataFrame({"y": [0, 1] * 20, "e": np.repeat(range(10), 4)})
    even.loc[0, "y"] = 1
    table = uncertainty.clustered(even, "y", "e")
    low, high = uncertainty.clopper_pearson(21, 40)
    assert table["low"].item() <= low + 1e-12 and table["high"].item() >= high - 1e-12


def test_one_cluster_is_not_estimable():
    table = uncertainty.clustered(JOBS[:2], "open_ended", "enterprise_id")
    assert table["note"].item() == "not_estimable" and table["n_enterprises"].item() == 1
    assert np.isnan(figures(table)).all()
    assert uncertainty.clustered(JOBS[:0], "open_ended", "enterprise_id")["note"].item() == "not_estimable"


def test_weights_make_a_ratio_of_sums():
    """An enterprise as a row, weighed by its jobs, gives the share of jobs."""
    kept = pd.DataFrame({"kept": [1.0, 0.5, 0.75, 0.0], "jobs": [3, 2, 4, 1], "e": list("abcd")})
    table = uncertainty.clustered(kept, "kept", "e", weight="jobs")
    assert figures(table, "numerator", "denominator", "estimate") == pytest.approx([7, 10, 0.7])
    assert figures(table, "n", "n_enterprises") == [4, 4]


def test_counted_part_rest_and_whole_all_tell_who_dominates():
    jobs = pd.DataFrame({"y": [1] * 9 + [0], "e": list("aaabbbcccc")})
    assert uncertainty.clustered(jobs, "y", "e")["largest_share"].item() == 1  # the rest is one enterprise's


def test_means_over_clusters_ignore_the_order_of_rows_and_leave_them_alone():
    rng = np.random.default_rng(3)
    rows = pd.DataFrame({"eur": rng.normal(9, 2, 60), "e": rng.integers(0, 12, 60), "w": rng.random(60) + 0.1})
    before = rows.copy()
    table = uncertainty.clustered(rows, "eur", "e", weight="w", unit="eur")
    assert_frame_equal(
        table, uncertainty.clustered(rows.sample(frac=1, random_state=1), "eur", "e", weight="w", unit="eur")
    )
    assert_frame_equal(rows, before)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"open_ended": [1, 0, 2, 1]}, "between 0 and 1"),
        ({"open_ended": [1, 0, None, 1]}, "1 rows have no open_ended"),
        ({"enterprise_id": ["a", None, "b", "c"]}, "1 rows have no enterprise_id"),
        ({"w": [1.0, 0, 1, 1]}, "0 or less; leave them out"),
    ],
)
def test_rows_that_cannot_be_weighed_up_are_refused(change, said):
    rows = JOBS.assign(w=1.0).assign(**change)
    with pytest.raises(DataError, match=said):
        uncertainty.clustered(rows, "open_ended", "enterprise_id", weight="w")


def test_the_gate_lets_ratios_through():
    many = pd.DataFrame({"y": [1, 0] * 40, "e": np.repeat(range(20), 4)})
    about = {"numerator_unit": "jobs", "denominator_unit": "jobs"}
    table = uncertainty.clustered(many, "y", "e", **about)
    shown = disclosure.gate(table.assign(n_persons=table["n"]), "example")
    assert shown["estimate"].item() == 0.5 and shown["low"].item() <= table["low"].item()
    assert "se" not in shown or shown["se"].isna().all()


# quantities

# differences of 5, 7, 9, 12 less 1, 2, 4, 6 sorted: -1 1 1 3 3 3 4 5 5 5 6 7 8 8 10 11: median (5 + 5) / 2; with four
# against four one of the 70 arrangements is more extreme (.014), two would be .029 > .025: the ends are the limits
HOURS = pd.DataFrame({"hours": [5, 7, 9, 12, 1, 2, 4, 6], "programme": list("bbbbaaaa")})


def test_a_typical_difference_by_hand():
    table = uncertainty.shift(HOURS, "hours", "programme", unit="hours")
    assert figures(table) == [5, -1, 11] and table["group"].item() == "b"
    turned = uncertainty.shift(HOURS, "hours", "programme", reference="b", unit="hours")
    assert figures(turned) == [-5, -11, 1] and turned["p"].item() == pytest.approx(table["p"].item())


def test_one_outlier_moves_neither_the_difference_nor_its_p():
    far = HOURS.assign(hours=HOURS["hours"].replace(12, 12_000))
    before, after = (uncertainty.shift(d, "hours", "programme", unit="hours") for d in (HOURS, far))
    assert before[["estimate", "low", "p"]].equals(after[["estimate", "low", "p"]])


def test_permutations_say_how_many_draws_and_do_not_depend_on_the_order_of_rows():
    rng = np.random.default_rng(4)
    rows = pd.DataFrame({"eur": rng.lognormal(9, 1, 60), "arm": rng.choice(list("xyz"), 60)})
    table = uncertainty.shift(rows, "eur", "arm", unit="eur", draws=199, seed=3)
    assert "199 draws, seed 3" in table.attrs["about"]["method"] and len(table) == 2
    assert_frame_equal(table, uncertainty.shift(rows[::-1], "eur", "arm", unit="eur", draws=199, seed=3))
    assert (table["p_adjusted"] >= table["p"]).all()


def test_groups_too_small_for_limits_have_none():
    table = uncertainty.shift(HOURS.iloc[[0, 1, 4, 5]], "hours", "programme", unit="hours")
    assert table["note"].item() == "unbounded" and table["estimate"].item() == 4.5


def test_quantities_all_alike_do_not_differ():
    table = uncertainty.shift(HOURS.assign(hours=7), "hours", "programme", unit="hours")
    assert table["estimate"].item() == 0 and table["p"].item() == 1
