"""Survival by hand: the worked examples the suite is bound to, and laws every curve obeys."""

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from coopeval import survival
from coopeval.errors import DataError, ParameterError

# Five cooperatives. By hand: S(12) = 4/5; at 18 one of the four at risk closes,
# so S(24) = 4/5 * 3/4 = 0.6; the three left are only watched to month 30.
FIVE = pd.DataFrame(
    {
        "enterprise_id": list("abcde"),
        "entry": 0.0,
        "exit": [6.0, 18, 30, 30, 30],
        "event": [True, True, False, False, False],
    }
)
# (entry, exit, event), two of them entering late.
LATE = pd.DataFrame(
    [(0, 5, 1), (0, 8, 0), (3, 6, 1), (4, 10, 1), (5, 12, 0), (6, 7, 1)], columns=["entry", "exit", "event"]
).assign(enterprise_id=range(6), event=lambda frame: frame["event"].astype(bool))


def lasting(exits, events, entry=0.0, **columns):
    frame = pd.DataFrame({"enterprise_id": range(len(exits)), "entry": entry, "exit": exits, "event": events})
    return frame.assign(event=frame["event"].astype(bool), **columns)


def test_share_matches_the_hand_calculation():
    assert survival.at(FIVE, [24])["estimate"].item() == pytest.approx(0.6)


def test_nothing_is_claimed_beyond_follow_up():
    told = survival.at(FIVE, [36])
    assert told[["estimate", "se", "low", "high", "at_risk"]].isna().all(axis=None)
    assert told["note"].item() == "beyond_follow_up"


def test_whoever_enters_late_is_at_risk_late():
    # at 5, 6, 7, 10 at risk 4, 4, 4, 2: S = .75 .5625 .4219 .2109; ignoring entry gives .833 .667 .5 .25
    curve = survival.curve(LATE).query("n_events > 0")
    assert curve["at_months"].tolist() == [5, 6, 7, 10]
    assert curve["at_risk"].tolist() == [4, 4, 4, 2]
    assert curve["estimate"].tolist() == pytest.approx([0.75, 0.5625, 0.421875, 0.2109375])
    assert curve["se"].iloc[-1] == pytest.approx(0.1827, abs=5e-5)


def test_restricted_mean_by_hand():
    told = survival.rmst(lasting([1, 2, 3, 4, 5], [0, 1, 1, 0, 1]), 5)
    assert told["estimate"].item() == pytest.approx(3.75)
    assert told["se"].item() == pytest.approx(0.6495, abs=5e-5)


def test_expected_ends_by_hand():
    # S(1) = .9, S(2) = .8 after 12 and 24 months; observed from half a year to one and a half: E = .1116
    reference = pd.DataFrame({"at_months": [12, 24], "estimate": [0.9, 0.8]})
    told = survival.against_reference(lasting([18.0], [1], entry=6.0), reference)
    assert told["expected"].item() == pytest.approx(0.1116, abs=5e-5)
    assert told["estimate"].item() == pytest.approx(1 / told["expected"].item())


def test_a_curve_of_newborns_is_not_laid_over_time_since_entry():
    spells = lasting([18.0], [1])
    spells.attrs["about"] = {"clock": "entry"}
    with pytest.raises(ParameterError, match="age"):
        survival.against_reference(spells, pd.DataFrame({"at_months": [12], "estimate": [0.9]}))


def test_ends_between_looks_are_a_product_over_semesters():
    # ten in sight: 2 end in the first semester, 1 of 8 in the second, and 2 leave after it: S = .8, .8 * 7/8 = .7
    spells = lasting([4, 5, 10, *[12] * 2, *[18] * 5], [1, 1, 1, *[0] * 7])
    spells["exit_after"] = [1, 2, 8, *[12] * 2, *[18] * 5]
    told = survival.grid(spells)
    assert told.attrs["about"]["method"] == "product over six-month steps"
    assert told["estimate"].tolist() == pytest.approx([0.8, 0.7, 0.7])
    assert told["se"].iloc[1] == pytest.approx(0.7 * np.sqrt(2 / (10 * 8) + 1 / (8 * 7)))


def test_the_grid_never_lies_above_the_curve_that_takes_the_finding_for_the_end():
    rng = np.random.default_rng(7)
    end = rng.uniform(1, 60, 200)
    found = np.ceil(end / 6) * 6
    spells = lasting(found, end < 48).assign(exit_after=np.where(end < 48, found - 6, found))
    grid = survival.grid(spells).set_index("at_months")["estimate"]
    naive = survival.at(spells, list(grid.index[:7]))["estimate"]
    assert (grid.iloc[:7].to_numpy() <= naive.to_numpy() + 1e-9).all()


def test_intervals_that_cross_the_steps_need_turnbull():
    spells = lasting([9, 12, 12], [1, 0, 0]).assign(exit_after=[3, 12, 12])
    assert survival.grid(spells).attrs["about"]["method"].startswith("Turnbull")


def test_those_lost_from_sight_bound_the_result():
    # 30 entrants: 20 active, 6 stopped, 4 lost: between 20/30 and 24/30
    spells = lasting([12.0] * 20 + [6.0] * 6 + [5.0] * 4, [0] * 20 + [1] * 6 + [0] * 4)
    spells = spells.assign(end_kind=[""] * 20 + ["ceased"] * 6 + ["lost_contact"] * 4, followed_until=12.0)
    told = survival.bounds(spells, [12]).set_index("group")["estimate"]
    assert told["lost_stopped"] == pytest.approx(2 / 3)
    assert told["lost_active"] == pytest.approx(0.8)
    assert told["lost_stopped"] <= told["base"] <= told["lost_active"]


def test_from_a_landmark_on_only_the_active_count():
    later = survival.landmark(LATE, 5.5)
    assert survival.curve(later).query("n_events > 0")["at_risk"].tolist() == [4, 4, 2]


def test_all_of_few_still_active_is_no_certainty():
    told = survival.at(lasting([24.0] * 10, [0] * 10), [12])
    assert told["estimate"].item() == 1
    assert told["low"].item() == pytest.approx(1 - 0.278, abs=5e-4)  # Wilson for ten of ten


def test_a_test_needs_five_ends_in_each_group():
    spells = lasting(np.arange(1, 21), [1] * 4 + [0] * 6 + [1] * 10, arm=["x"] * 10 + ["y"] * 10)
    told = survival.logrank(spells, "arm")
    assert told["p"].isna().all() and set(told["note"]) == {"few_events"}


def test_a_group_with_few_ends_takes_no_part_and_spoils_no_test():
    spells = lasting(np.arange(1, 23), [1] * 20 + [0] * 2, arm=["x", "y"] * 10 + ["unknown"] * 2)
    told = survival.logrank(spells, "arm", permutations=0)
    alone = survival.logrank(spells[spells["arm"].ne("unknown")], "arm", permutations=0)
    assert told["group"].tolist() == ["unknown", "x", "y"] and told["n"].tolist() == [2, 10, 10]
    assert told["note"].tolist() == ["few_events", "", ""] and np.isnan(told["observed"].iloc[0])
    assert told["p"].iloc[1] == alone["p"].iloc[0]


def test_few_ends_bring_a_permutation_p():
    spells = lasting(np.arange(1, 21), [1] * 20, arm=["x", "y"] * 10)
    told = survival.logrank(spells, "arm", permutations=999)
    assert told["p_permutation"].notna().all() and "999" in told.attrs["about"]["method"]
    assert survival.logrank(spells, "arm", permutations=999)["p_permutation"].equals(told["p_permutation"])


def test_pairs_are_adjusted_for_their_number():
    spells = lasting(np.tile(np.arange(1, 9.0), 3), [1] * 24, arm=np.repeat(list("xyz"), 8))
    told = survival.pairwise(spells, "arm")
    assert len(told) == 3 and (told["p_adjusted"] >= told["p"]).all()


@pytest.mark.parametrize("function", [survival.curve, survival.median, lambda s, **k: survival.at(s, [12, 24], **k)])
def test_order_of_rows_does_not_matter_and_the_input_is_left_alone(function):
    rng = np.random.default_rng(3)
    spells = lasting(rng.integers(1, 40, 60), rng.random(60) < 0.6, arm=rng.choice(list("xyz"), 60))
    before = spells.copy()
    one, other = function(spells, by="arm"), function(spells.sample(frac=1, random_state=1), by="arm")
    assert_frame_equal(pd.DataFrame(one), pd.DataFrame(other))
    assert_frame_equal(spells, before)


def test_groups_are_curves_of_their_own():
    rng = np.random.default_rng(4)
    spells = lasting(rng.integers(1, 40, 60), rng.random(60) < 0.6, arm=rng.choice(list("xyz"), 60))
    together = survival.curve(spells, by="arm")
    for name, own in spells.groupby("arm"):
        alone = survival.curve(own)
        part = together[together["group"].eq(name)].reset_index(drop=True)
        assert_frame_equal(pd.DataFrame(part.drop(columns="group")), pd.DataFrame(alone.drop(columns="group")))


def test_an_empty_group_is_refused_and_not_dropped():
    with pytest.raises(DataError, match="2 enterprises without legal_form"):
        survival.curve(FIVE.assign(legal_form=["706", "", None, "706", "706"]), by="legal_form")


def test_curves_of_public_facts_are_told_apart_from_confidential_ones():
    spells = FIVE.assign(legal_form="706", programme="seeds")
    spells.attrs["about"] = {"clock": "age"}
    classes = [survival.curve(spells, by=by).attrs["about"]["privacy"] for by in (None, "legal_form", "programme")]
    assert classes == ["register", "register", "confidential"]
