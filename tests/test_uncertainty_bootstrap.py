"""The bootstrap of clusters: equal to a plain loop, its streams independent of everything but the seed."""

import numpy as np
import pandas as pd
import pytest

from coopeval import uncertainty
from coopeval.errors import DataError, ParameterError
from coopeval.uncertainty.drawing import designed, drawn, streams
from coopeval.uncertainty.replicates import acceleration

RNG = np.random.default_rng(8)
ROWS = pd.DataFrame({"e": RNG.integers(0, 15, 70), "eur": RNG.lognormal(3, 1, 70), "jobs": RNG.poisson(2, 70) + 0.0})
ROWS["programme"] = np.where(ROWS["e"] % 3 == 0, "seeds", "blossom")


def per_job(weights: np.ndarray, rows: pd.DataFrame = ROWS) -> np.ndarray:
    sums = weights @ rows[["eur", "jobs"]].to_numpy()
    return np.column_stack([sums[:, 0] / sums[:, 1], sums[:, 1]])


def of_rows(**rest) -> uncertainty.Replicates:
    return uncertainty.bootstrap(
        ROWS["e"], per_job, **{"n_replicates": 60, "seed": 5, "strata": ROWS["programme"], **rest}
    )


def test_replicates_equal_a_plain_loop_over_copied_rows():
    ours = of_rows()
    design = designed(ROWS["e"], ROWS["programme"])
    times = drawn(design, streams(design, 5), 60).T
    labels = np.sort(ROWS["e"].unique())
    for b in range(60):
        copied = pd.concat([ROWS[ROWS["e"] == labels[g]] for g in range(len(labels)) for _ in range(int(times[b, g]))])
        assert ours.values[b, 0] == pytest.approx(copied["eur"].sum() / copied["jobs"].sum(), rel=1e-12)
    for _, own in design.strata:
        assert (times[:, own].sum(axis=1) == len(own)).all()


def test_a_replicate_depends_on_its_seed_and_stratum_alone():
    ours = of_rows().values
    np.testing.assert_array_equal(of_rows(n_replicates=25).values, ours[:25])
    np.testing.assert_allclose(of_rows(block=8 * 70 * 7).values, ours, rtol=1e-12)
    alone = ROWS[ROWS["programme"] == "seeds"]
    both = uncertainty.bootstrap(
        ROWS["e"], lambda w: w @ (ROWS["jobs"] * (ROWS["programme"] == "seeds")).to_numpy()[:, None], 60, 5,
        ROWS["programme"],
    )  # fmt: skip
    one = uncertainty.bootstrap(alone["e"], lambda w: w @ alone["jobs"].to_numpy()[:, None], 60, 5, alone["programme"])
    np.testing.assert_array_equal(both.values, one.values)
    assert not np.array_equal(of_rows(seed=6).values, ours)


def test_strata_of_equal_size_are_drawn_apart():
    found = uncertainty.bootstrap(range(12), lambda w: w, 40, strata=np.repeat(["x", "y"], 6))
    assert not np.array_equal(found.values[:, :6], found.values[:, 6:])


def test_a_replicate_does_not_depend_on_the_order_of_the_rows():
    mixed = ROWS.sample(frac=1, random_state=2)
    again = uncertainty.bootstrap(mixed["e"], lambda w: per_job(w, mixed), 60, 5, mixed["programme"])
    np.testing.assert_allclose(again.values, of_rows().values, rtol=1e-12)


def test_the_error_of_a_mean_is_that_of_the_formula():
    """Law: with clusters of one row the bootstrap variance of a mean is s^2 (n - 1) / n^2, up to chance."""
    x = ROWS["eur"].to_numpy()
    found = uncertainty.bootstrap(range(70), lambda w: w @ x[:, None] / w.sum(axis=1, keepdims=True), 20_000)
    assert found.se.item() == pytest.approx(x.std() / np.sqrt(70), rel=0.03)
    low, high = found.percentile(0.9)
    assert low.item() < x.mean() < high.item()
    assert found.bca(0.9)[1].item() > high.item()  # skewed to the right: BCa reaches further up


def test_bca_is_percentile_where_nothing_is_skewed():
    x = np.r_[-np.arange(1, 21.0), np.arange(1, 21.0)]
    found = uncertainty.bootstrap(range(40), lambda w: w @ x[:, None] / 40, 20_000)
    np.testing.assert_allclose(np.ravel(found.bca()), np.ravel(found.percentile()), atol=0.15)


def test_figures_undefined_in_many_replicates_have_no_limits():
    one_of_four = np.array([[0.0], [0], [0], [1]])
    with np.errstate(divide="ignore", invalid="ignore"):
        found = uncertainty.bootstrap(
            range(4), lambda w: 1 / np.where(w @ one_of_four > 0, w @ one_of_four, np.nan), 500
        )
    assert np.isnan(found.values).mean() == pytest.approx(0.75**4, abs=0.06)
    assert np.isnan(np.ravel(found.percentile())).all()


def test_leaving_clusters_out_in_blocks_equals_one_after_the_other():
    ours = acceleration(of_rows().design, per_job, block=8 * 70 * 4)
    squares, cubes = 0.0, 0.0
    for _, stratum in ROWS.groupby("programme"):
        clusters, left = np.sort(stratum["e"].unique()), []
        for out in clusters:
            weight = np.ones(len(ROWS))
            weight[stratum.index] = len(clusters) / (len(clusters) - 1)
            weight[ROWS["e"] == out] = 0
            left.append(per_job(weight[None, :])[0])
        pull = (np.mean(left, axis=0) - left) * (len(clusters) - 1) / len(clusters)
        squares, cubes = squares + (pull**2).sum(axis=0), cubes + (pull**3).sum(axis=0)
    np.testing.assert_allclose(ours, cubes / (6 * squares**1.5), rtol=1e-12)


def test_a_figure_that_hangs_on_one_cluster_has_no_bca_limits():
    """Left out, nothing can be told: no limits, rather than limits corrected for a skewness of nothing."""
    some = np.r_[np.zeros(30), np.ones(1)]

    def statistic(w):
        return np.where(w @ some > 0, w.sum(axis=1), np.nan)[:, None]

    assert np.isnan(acceleration(designed(range(31)), statistic)).all()
    assert acceleration(designed(range(5)), lambda w: 0 * w[:, :1]).item() == 0  # no spread, no skewness


def test_rescaled_draws_give_the_variance_with_n_less_one():
    """Law of Rao and Wu: one cluster fewer, each counting for more, and the error of a mean is s / sqrt(n)."""
    x = np.array([3.0, 9, 4, 10, 2])
    found = uncertainty.bootstrap(range(5), lambda w: w @ x[:, None] / 5, 40_000, rescaled=True)
    assert found.se.item() == pytest.approx(x.std(ddof=1) / np.sqrt(5), rel=0.02)
    weights = uncertainty.bootstrap(range(7), lambda w: w, 30, strata=list("aaaaabb"), rescaled=True).values
    np.testing.assert_allclose(weights[:, :5].sum(axis=1), 5)
    assert set(weights[:, 5:].ravel()) == {0, 2}  # of two clusters one is drawn, and stands for both
    assert (
        uncertainty.bootstrap([1, 2, 3], lambda w: w, 9, strata=list("aab"), rescaled=True).values[:, 2].tolist()
        == [1] * 9
    )
    assert found.words.startswith("rescaled bootstrap of 5 clusters, 40000 replicates")


def test_covariance_shares_and_basic_limits_are_those_of_the_replicates():
    found = of_rows(n_replicates=400)
    np.testing.assert_allclose(found.covariance, np.cov(found.values, rowvar=False), rtol=1e-10)
    np.testing.assert_allclose(found.se**2, np.diagonal(found.covariance), rtol=1e-10)
    middle = found.values[:, 1].mean()
    assert found.share_above(middle)[1] == pytest.approx((found.values[:, 1] > middle).mean())
    low, high = found.percentile()
    np.testing.assert_allclose(found.basic(), (2 * found.estimate - high, 2 * found.estimate - low))
    found.values[::40, 0] = np.nan  # 2.5 % undefined: figures come from the others
    some = found.values[~np.isnan(found.values[:, 0])]
    np.testing.assert_allclose(found.covariance[0, 0], some[:, 0].var(ddof=1), rtol=1e-10)
    np.testing.assert_allclose(found.covariance[0, 1], np.cov(some, rowvar=False)[0, 1], rtol=1e-10)
    found.values[::4, 0] = np.nan
    assert np.isnan(found.covariance).tolist() == [[True, True], [True, False]]
    assert np.isnan(found.se).tolist() == np.isnan(found.share_above()).tolist() == [True, False]


def test_replicates_that_are_all_the_same_have_no_limits_of_no_width():
    found = uncertainty.bootstrap(range(9), uncertainty.mean_under([3] * 5 + [1, 2, 3, 4], list("aaaaabbbb")), 99)
    assert found.notes.tolist() == ["no_variation", ""]
    for ends in (found.se, *found.percentile(), *found.bca(), *found.basic()):
        assert np.isnan(ends).tolist() == [True, False]


def test_a_statistic_that_knows_its_figures_makes_a_table():
    mean = uncertainty.mean_under(ROWS["jobs"], ROWS["programme"], "jobs")
    found = uncertainty.bootstrap(ROWS["e"], uncertainty.increments_under(mean, "seeds", keep=True), 200)
    table = found.table(interval="bca")
    assert table[["what", "group", "against"]].fillna("").values.tolist() == [
        ["jobs", "blossom", ""], ["jobs", "seeds", ""], ["jobs", "blossom", "seeds"],
    ]  # fmt: skip
    assert (table["low"] < table["estimate"]).all() and (table["estimate"] < table["high"]).all()
    assert found.columns(what="jobs", against="seeds").tolist() == [2]
    with pytest.raises(ParameterError, match="choose percentile, basic or bca"):
        found.table(interval="wald")
    with pytest.raises(ParameterError, match="no names for its figures"):
        of_rows().table()


def test_words_for_the_method_say_clusters_replicates_and_seed():
    assert of_rows().words == "bootstrap of 15 clusters, 60 replicates, seed 5"


def test_strata_of_one_cluster_are_named():
    found = uncertainty.bootstrap(list("aab"), lambda w: w[:, :1], 5, strata=["x", "x", "y"])
    assert found.design.lonely == ("x", "y")


@pytest.mark.parametrize(
    ("clusters", "strata", "said"),
    [
        (list("aab"), ["x", "y", "y"], "1 clusters stand in two strata"),
        ([], None, "needs rows"),
        (["a", None], None, "each with"),
    ],
)
def test_designs_that_cannot_be_are_refused(clusters, strata, said):
    with pytest.raises(DataError, match=said):
        uncertainty.bootstrap(clusters, lambda w: w[:, :1], 5, strata=strata)


def test_a_statistic_of_the_wrong_shape_is_refused():
    with pytest.raises(ParameterError, match="one row per row"):
        uncertainty.bootstrap([1, 2], lambda w: w.sum(axis=1), 5)
    with pytest.raises(ParameterError, match="two replicates"):
        uncertainty.bootstrap([1, 2], lambda w: w[:, :1], 1)


def test_what_is_held_at_a_time_does_not_grow_with_the_replicates():
    """Blocks are as many replicates as fit in the bytes given, by what the statistic holds of each if that is more."""
    for room in (0, 400):
        for n_replicates in (50, 500):
            held = []

            def statistic(weights, held=held):
                held.append(len(weights))
                return weights[:, :1]

            kernel = uncertainty.Kernel(statistic, (uncertainty.Figure("x", "all"),), room)
            uncertainty.bootstrap(range(20), kernel, n_replicates, block=8 * 20 * 30)
            assert max(held) == (30 if room == 0 else 1) and sum(held) == n_replicates + 1
