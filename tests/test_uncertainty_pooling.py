"""Random effects and funnel limits: by hand, against R's metafor (tests/reference/make_pooling.R), and laws."""

from dataclasses import astuple
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from coopeval import uncertainty
from coopeval.errors import DataError, ParameterError
from coopeval.uncertainty.pooling import restricted_maximum

HERE = Path(__file__).parent / "reference"
TESTS = {False: "knha", True: "adhoc"}  # metafor's names without and with the floor
SHARES = ["estimate", "low", "high", "predicted_low", "predicted_high"]


def stored(name: str) -> pd.DataFrame:
    return pd.read_csv(HERE / f"pooling_{name}.csv")


def counts(name: str) -> tuple[np.ndarray, np.ndarray]:
    rows = stored("counts").query("set == @name")
    return rows["n_events"].to_numpy(), rows["n"].to_numpy()


def test_with_equal_variances_tau2_is_the_variance_between_less_the_one_within():
    # logits 0, 1, 2, each with variance 1/4: between them 1, so tau2 = 1 - 1/4
    assert restricted_maximum(np.array([0.0, 1.0, 2.0]), np.full(3, 0.25)) == (pytest.approx(0.75), True)


def test_three_equal_structures_are_pooled_by_hand():
    # 4 of 8 each: logit 0, variance 1/4 + 1/4 = 1/2, so q = 0 and tau2 = 0. With the floor the error is
    # sqrt(1/(3 * 2)) = .408; t with 2 df 4.303: limits expit(-+1.757) = .147 and .853. Without it, no width at all.
    pooled = uncertainty.random_effects([4, 4, 4], [8, 8, 8])
    assert (pooled.estimate, pooled.tau2, pooled.q, pooled.i2) == (0.5, 0.0, 0.0, 0.0)
    assert (pooled.low, pooled.high) == (pytest.approx(0.147, abs=5e-4), pytest.approx(0.853, abs=5e-4))
    bare = uncertainty.random_effects([4, 4, 4], [8, 8, 8], floor=False)
    assert (bare.low, bare.high) == (0.5, 0.5)


@pytest.mark.parametrize("floor", [False, True])
@pytest.mark.parametrize("name", stored("counts")["set"].unique())
def test_random_effects_are_those_of_metafor(name, floor):
    theirs = stored("random").query("set == @name and test == @TESTS[@floor]").iloc[0]
    ours = uncertainty.random_effects(*counts(name), floor=floor)
    for figure in (*SHARES, "se", "q", "q_p"):
        assert getattr(ours, figure) == pytest.approx(theirs[figure], rel=1e-8), figure
    assert ours.tau2 == pytest.approx(theirs["tau2"], rel=1e-8, abs=1e-10)
    assert ours.i2 == pytest.approx(theirs["i2"], rel=1e-8, abs=1e-10)
    if name == "alike":  # metafor says that the interval is empty, and writes 0 twice
        assert np.isnan([ours.tau2_low, ours.tau2_high]).all()
    else:
        assert (ours.tau2_low, ours.tau2_high) == (
            pytest.approx(theirs["tau2_low"], abs=1e-8), pytest.approx(theirs["tau2_high"], rel=1e-6)
        )  # fmt: skip


@pytest.mark.parametrize("name", ["four", "many", "with_none", "with_all", "far_apart"])
def test_the_pooled_share_is_near_that_of_a_model_without_correction(name):
    exact = stored("exact").query("set == @name").iloc[0]
    assert uncertainty.random_effects(*counts(name)).estimate == pytest.approx(exact["estimate"], abs=0.025)


@pytest.mark.parametrize("seed", range(20))
def test_laws_of_pooling(seed):
    rng = np.random.default_rng(seed)
    size = rng.integers(5, 120, rng.integers(3, 9))
    hits = rng.binomial(size, rng.beta(2, 3, len(size)).clip(0.1, 0.9)).clip(1, size - 1)
    pooled, order = uncertainty.random_effects(hits, size), rng.permutation(len(size))
    assert astuple(uncertainty.random_effects(hits[order], size[order])) == astuple(pooled)
    assert (hits / size).min() <= pooled.estimate <= (hits / size).max()
    assert pooled.predicted_low <= pooled.low <= pooled.estimate <= pooled.high <= pooled.predicted_high
    mirrored = uncertainty.random_effects(size - hits, size)
    assert (mirrored.estimate, mirrored.low) == (pytest.approx(1 - pooled.estimate), pytest.approx(1 - pooled.high))
    bare = uncertainty.random_effects(hits, size, floor=False)
    assert bare.tau2 == pooled.tau2 and bare.se <= pooled.se


@pytest.mark.parametrize(
    ("hits", "size", "says"),
    [
        ([3, 4], [10, 10], "it takes 3"),
        ([0, 0, 0, 2], [10, 12, 9, 8], "one by one"),
        ([3, 4, 11], [10, 10, 10], "0 <= n_events <= n"),
        ([3, 4, 0], [10, 10, 0], "above 0"),
        ([3, 4, np.nan], [10, 10, 10], "whole counts"),
        ([3, 4, 5], [10, 10], "whole counts"),
    ],
)
def test_what_cannot_be_pooled_is_refused(hits, size, says):
    with pytest.raises(DataError, match=says):
        uncertainty.random_effects(hits, size)


def test_funnel_limits_are_the_quantiles_of_r():
    theirs = stored("funnel")
    for (share, level), rows in theirs.groupby(["share", "level"]):
        ours = uncertainty.funnel([1], [2], target=share, levels=(level,)).limits(rows["n"])[0]
        np.testing.assert_allclose(ours, rows[["low", "high"]].to_numpy().T.clip(0, 1), atol=1e-10)


@pytest.mark.parametrize("target", [0.05, 0.4, 0.73])
def test_beyond_a_limit_lie_exactly_the_counts_with_too_small_a_chance(target):
    size, count = np.full(41, 40), np.arange(41)
    places = uncertainty.funnel([1], [2], target=target).places(count, size)
    tails = [(1 - level) / 2 for level in (0.95, 0.998)]
    low, high = stats.binom.cdf(count, 40, target), stats.binom.sf(count - 1, 40, target)
    assert places.tolist() == sum((high < t).astype(int) - (low < t).astype(int) for t in tails).tolist()


def test_overdispersion_by_hand():
    # target .5, sizes 100: one standard error is .05, the distances are -3, -1, 0, 1, 3. Ends at 10% and 90% of them
    # are -2.2 and 2.2: phi = (4.84 + 1 + 0 + 1 + 4.84)/5 = 2.336. Weights 400 each: tau2 = (5 * 2.336 - 4) /
    # (2000 - 5 * 400^2 / 2000) = 7.68 / 1600 = .0048
    hits, size = [35, 45, 50, 55, 65], [100] * 5
    plain, wider, added = (
        uncertainty.funnel(hits, size, overdispersion=way) for way in ("none", "multiplicative", "additive")
    )
    assert (plain.target, plain.phi, plain.tau2) == (0.5, pytest.approx(2.336), pytest.approx(0.0048))
    half = 0.5 - plain.limits([100])[0, 0, 0]
    assert 0.5 - wider.limits([100])[0, 0, 0] == pytest.approx(half * 2.336**0.5)
    # sqrt(.0025 + .0048) over .05
    assert 0.5 - added.limits([100])[0, 0, 0] == pytest.approx(half * (0.0073 / 0.0025) ** 0.5)
    assert plain.places(hits, size).tolist() == [-1, 0, 0, 0, 1] and not added.places(hits, size).any()


def test_laws_of_funnels():
    size = np.array([5, 20, 80, 320])
    around = uncertainty.funnel([30], [100])
    assert around.target == 0.3 and np.isnan(around.phi)
    limits = around.limits(size)
    assert (np.diff(limits[0, 1] - limits[0, 0]) < 0).all() and (limits[1, 0] <= limits[0, 0]).all()
    other = uncertainty.funnel([70], [100]).limits(size)
    np.testing.assert_allclose(1 - other[:, ::-1], limits, atol=1e-12)
    alike = uncertainty.funnel([10] * 6, [20] * 6, overdispersion="additive")  # more alike than chance: not narrower
    assert alike.phi == 0 and (alike.limits(size) == uncertainty.funnel([10] * 6, [20] * 6).limits(size)).all()


def test_what_has_no_funnel_is_refused():
    with pytest.raises(DataError, match="give a target"):
        uncertainty.funnel([0, 0], [10, 12])
    with pytest.raises(DataError, match="whole counts"):
        uncertainty.funnel([11], [10])
    with pytest.raises(ParameterError, match="multiplicative"):
        uncertainty.funnel([1], [10], overdispersion="a bit")
    with pytest.raises(ParameterError, match="0.95"):
        uncertainty.funnel([1], [10], levels=(95,))
