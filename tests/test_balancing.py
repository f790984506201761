"""Balancing weights of many replicates at once: by hand, beside R, laws, and replicates that have none."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from coopeval.errors import DataError, ParameterError
from coopeval.uncertainty import balancing, bootstrap

REFERENCE = Path(__file__).parent / "reference"
WAYS = [("ATT", "logistic"), ("ATE", "logistic"), ("ATO", "logistic"), ("ATT", "entropy"), ("ATE", "entropy")]


@pytest.fixture(scope="module")
def units():
    return pd.read_csv(REFERENCE / "balance_units.csv")


@pytest.fixture(scope="module")
def design(units):
    return pd.get_dummies(units[["entry_year", "n_holders", "theme", "has_enterprise"]], drop_first=True).to_numpy(
        float
    )


@pytest.fixture(scope="module")
def drawn(units):
    return np.random.default_rng(7).multinomial(len(units), np.ones(len(units)) / len(units), size=200).astype(float)


# Two kinds of rows. Of the first kind 3 of 4 are treated, of the second 1 of 3: e = 3/4 and 1/3.
# ATT: the one reference row of the first kind weighs (3/4)/(1/4) = 3, the two of the second (1/3)/(2/3) = 1/2.
# ATE: 1/e = 4/3 and 3 for treated; 4 and 3/2 for the others. ATO: 1/4, 2/3 for treated; 3/4, 1/3 for the others.
# Entropy, ATT: reference mean must be 3/4 of the first kind: one row with 3/4, two with 1/8 of a sum of 4: 3, 1/2, 1/2.
KIND, TREATED = np.array([[1.0]] * 4 + [[0]] * 3), np.array([1, 1, 1, 0, 1, 0, 0])
BY_HAND = {
    ("ATT", "logistic"): [1, 1, 1, 3, 1, 1 / 2, 1 / 2],
    ("ATE", "logistic"): [4 / 3, 4 / 3, 4 / 3, 4, 3, 3 / 2, 3 / 2],
    ("ATO", "logistic"): [1 / 4, 1 / 4, 1 / 4, 3 / 4, 2 / 3, 1 / 3, 1 / 3],
    ("ATT", "entropy"): [1, 1, 1, 3, 1, 1 / 2, 1 / 2],
}


@pytest.mark.parametrize("way", BY_HAND)
def test_two_kinds_of_rows_match_the_hand_calculation(way):
    assert balancing(KIND, TREATED, *way).weights(np.ones((1, 7)))[0] == pytest.approx(BY_HAND[way], rel=1e-12)


@pytest.mark.parametrize("way", WAYS)
def test_weights_and_scores_are_those_of_r_for_the_data_and_for_replicates(units, design, way):
    stored = pd.read_csv(REFERENCE / "balance_weights.csv")
    stored = stored[stored["estimand"].eq(way[0]) & stored["method"].eq(way[1])]
    times = pd.read_csv(REFERENCE / "balance_replicates.csv").assign(data=1)
    found = balancing(design, units["treated"], *way)
    weight = stored.pivot(index="replicate", columns="unit", values="weight")
    replicates = times[weight.index].to_numpy(float).T
    # optim stops at some digits fewer than glm
    assert np.abs(replicates * found.weights(replicates) - weight.to_numpy()).max() < (
        1e-10 if way[1] == "logistic" else 1e-6
    )
    if way[1] == "logistic":
        score = stored.pivot(index="replicate", columns="unit", values="score").to_numpy()
        assert np.abs(found.score(replicates) - score).max() < 1e-10


@pytest.mark.parametrize("way", WAYS)
def test_all_replicates_at_once_are_what_a_loop_over_them_gives(units, design, drawn, way):
    weights = balancing(design, units["treated"], *way)
    loop = np.concatenate([weights(one[None, :]) for one in drawn[:12]])
    np.testing.assert_allclose(weights(drawn[:40])[:12], loop, atol=1e-10)  # nan in the same rows


def test_a_row_drawn_twice_is_two_rows(units, design, drawn):
    times = drawn[0].astype(int)
    twice = balancing(np.repeat(design, times, axis=0), np.repeat(units["treated"], times), "ATE")
    at_once = balancing(design, units["treated"], "ATE").weights(drawn[:1])[0]
    alone = np.repeat(at_once, times)
    assert twice.weights(np.ones((1, times.sum())))[0] == pytest.approx(alone, abs=1e-10)


@pytest.mark.parametrize("way", WAYS)
def test_units_zero_points_and_the_order_of_covariates_and_rows_change_nothing(units, design, drawn, way):
    weights = balancing(design, units["treated"], *way)(drawn[:5])
    other = design[:, ::-1] * [1e6, 1, -0.001, 5, 3] - [0, 7, 1, 100, -4]
    assert np.abs(balancing(other, units["treated"], *way)(drawn[:5]) - weights).max() < 1e-8
    turned = balancing(design[::-1], units["treated"][::-1], *way)(drawn[:5, ::-1])
    assert np.abs(turned[:, ::-1] - weights).max() < 1e-10


def test_what_each_way_balances(units, design, drawn):
    treated, scale = units["treated"].to_numpy() == 1, design.std(axis=0)
    for estimand, method in [("ATT", "entropy"), ("ATE", "entropy"), ("ATO", "logistic")]:
        weights = balancing(design, treated, estimand, method)(drawn)
        fine = np.isfinite(weights).all(axis=1)
        assert fine.sum() >= 199  # in one replicate no reference project came in as late as the treated on average
        weights, times = weights[fine], drawn[fine]
        one, other = (_means(times * weights * arm, design) for arm in (treated, ~treated))
        assert np.abs((one - other) / scale).max() < 1e-8
        if estimand == "ATE":
            assert np.abs((one - _means(times, design)) / scale).max() < 1e-8
        if estimand == "ATT":
            assert np.array_equal(weights[:, treated], np.where(times[:, treated] > 0, 1, 0))


def _means(weight, of):
    return weight @ of / weight.sum(axis=1, keepdims=True)


def _is_separated(x, treated):
    """By linear programming: is there a line with all treated on one side, the others on the other, not all on it?"""
    sides = np.column_stack([np.ones(len(x)), x]) * np.where(treated, 1, -1)[:, None]
    best = linprog(-sides.sum(axis=0), A_ub=-sides, b_ub=np.zeros(len(x)), bounds=[(-1, 1)] * sides.shape[1])
    return best.fun < -1e-9


def _has_no_weights(x, treated):
    """By linear programming: positive weights on the reference rows under which they have the means of the treated."""
    other = x[~treated]
    rows = np.vstack([np.c_[other.T, other.sum(axis=0)], np.r_[np.ones(len(other)), len(other)]])
    least = np.r_[np.zeros(len(other)), -1]
    best = linprog(least, A_eq=rows, b_eq=np.r_[x[treated].mean(axis=0), 1], bounds=[(0, None)] * len(least))
    return best.status != 0 or best.fun > -1e-9


@pytest.mark.parametrize(("method", "has_none"), [("logistic", _is_separated), ("entropy", _has_no_weights)])
def test_no_weights_exactly_where_linear_programming_says_there_are_none(method, has_none):
    rng, told = np.random.default_rng(5), []
    for case in range(24):
        x = rng.integers(0, 3, (14, 3)).astype(float) if case % 2 else rng.normal(size=(14, 3))
        treated = np.arange(14) < 5
        found = np.isnan(balancing(x, treated, "ATT", method)(np.ones((1, 14)))).any()
        told.append(has_none(x, treated))
        assert found == told[-1]
    assert 2 < sum(told) < 22


def test_the_score_adds_up_to_the_treated(units, design, drawn):
    score = balancing(design, units["treated"]).score(drawn)
    assert (drawn * score).sum(axis=1) == pytest.approx(drawn @ units["treated"], abs=1e-8)


def test_separated_replicates_and_empty_arms_are_nan_and_leave_the_others_alone():
    x = np.array([[0.0], [1], [2], [3], [4], [2.5]])
    treated = np.array([0, 0, 1, 1, 1, 0])
    drawn = np.array(
        [[1.0] * 6, [1, 1, 1, 1, 1, 0], [1, 1, 0, 0, 0, 1], [1, 1, 2, 1, 1, 1]]
    )  # the second: all above 1.5
    for way in WAYS[:3]:
        weights = balancing(x, treated, *way)(drawn)
        assert (
            np.isnan(weights).any(axis=1).tolist()
            == np.isnan(weights).all(axis=1).tolist()
            == [False, True, True, False]
        )
    # entropy: the reference must reach the mean of the treated, 3 (or 2.8): it does not
    assert np.isnan(balancing(x, treated, "ATT", "entropy")(drawn)).all()


def test_quasi_separation_is_found():
    x = np.column_stack([np.tile([0.0, 1.0], 20), np.r_[np.ones(4), np.zeros(36)]])  # the four are all treated
    treated = np.r_[np.ones(15), np.zeros(25)]
    for way in WAYS:
        assert np.isnan(balancing(x, treated, *way)(np.ones((3, 40)))).all()


@pytest.mark.parametrize("method", ["logistic", "entropy"])
def test_a_level_that_was_not_drawn_is_as_if_it_were_not_there(units, design, method):
    rare, treated = np.zeros((len(design), 1)), units["treated"].to_numpy()
    rare[[np.flatnonzero(treated)[0], np.flatnonzero(1 - treated)[0]]] = 1
    drawn = np.where(rare[:, 0] == 1, 0.0, 1.0)[None, :]
    with_it = balancing(np.hstack([design, rare]), treated, "ATT", method)(drawn)
    assert with_it == pytest.approx(balancing(design, treated, "ATT", method)(drawn), abs=1e-9)


def test_the_bootstrap_takes_it_as_it_is(units, design):
    treated, alive = units["treated"].to_numpy() == 1, units["alive"].to_numpy(float)
    weights = balancing(design, treated)

    def effect(drawn):
        w = drawn * weights(drawn)
        return ((w * treated) @ alive / (w @ treated) - (w * ~treated) @ alive / (w @ ~treated))[:, None]

    found = bootstrap(units["unit"], effect, 300, seed=3, strata=units["treated"])
    assert np.isfinite(found.values).all() and 0.05 < found.se.item() < 0.15


@pytest.mark.parametrize(
    ("x", "treated", "way", "says"),
    [
        (KIND, TREATED, ("ATX", "logistic"), "estimand"),
        (KIND, TREATED, ("ATT", "magic"), "way of weighting"),
        (KIND, TREATED, ("ATO", "entropy"), "logistic"),
        (KIND, np.ones(7), ("ATT", "logistic"), "no rows"),
        (KIND * 0 + 3, TREATED, ("ATT", "logistic"), "same in every row"),
        (np.hstack([KIND, 2 - KIND]), TREATED, ("ATT", "logistic"), "collinear"),
        (KIND * np.nan, TREATED, ("ATT", "logistic"), "known for every row"),
        (KIND[:3], TREATED, ("ATT", "logistic"), "for each of the n rows"),
    ],
)
def test_what_cannot_be_weighted_is_refused_with_a_remedy(x, treated, way, says):
    with pytest.raises((DataError, ParameterError), match=says):
        balancing(x, treated, *way)


def test_replicates_that_cannot_be_are_refused():
    weights = balancing(KIND, TREATED)
    with pytest.raises(ParameterError, match="row per replicate"):
        weights(np.ones(7))
    with pytest.raises(DataError, match="below zero"):
        weights(-np.ones((1, 7)))
