"""The bootstrap of clusters: equal to a plain loop, its streams independent of everything but the seed."""

import numpy as np
import pandas as pd
import pytest

from coopeval import uncertainty
from coopeval.errors import DataError, ParameterError
from coopeval.uncertainty.replicates import _stream, designed, drawn

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
    times = drawn(design, [np.random.default_rng(_stream(5, name)) for name, _ in design.strata], 60)
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
