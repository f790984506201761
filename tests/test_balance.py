"""Weights, balance and overlap of two arms: by hand, beside R, laws, LaLonde, and arms that cannot be compared."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from coopeval import balance
from coopeval.errors import DataError, ParameterError
from coopeval.uncertainty import about_of

REFERENCE = Path(__file__).parent / "reference"
COVARIATES = ["entry_year", "n_holders", "theme", "has_enterprise"]
WAYS = [("ATT", "logistic"), ("ATE", "logistic"), ("ATO", "overlap"), ("ATT", "entropy"), ("ATE", "entropy")]


@pytest.fixture(scope="module")
def units():
    return pd.read_csv(REFERENCE / "balance_units.csv")


# Of kind a 3 of 4 are supported, of kind b 2 of 6. ATT: the one reference row of kind a weighs 3, those of kind b 1/2.
# Reference: sum 3 + 4/2 = 5, squares 9 + 4/4 = 10: effective 25/10 = 2.5, the heaviest has 3/5.
# Differences in kind a, over the standard deviation of 3 of 5 ones, sqrt(0.3): before 3/5 - 1/5, after 3/5 - 3/5.
KINDS = pd.DataFrame({"kind": list("aaaabbbbbb"), "supported": [1, 1, 1, 0, 1, 1, 0, 0, 0, 0]})


def test_a_small_comparison_matches_the_hand_calculation():
    weighted = balance.weights(KINDS, "supported", ["kind"])
    assert weighted["weight"].tolist() == pytest.approx([1, 1, 1, 3, 1, 1, 0.5, 0.5, 0.5, 0.5])
    assert weighted["score"].tolist() == pytest.approx([3 / 4] * 4 + [1 / 3] * 6)
    spread = balance.diagnostics(weighted)
    assert spread["estimate"].tolist() == pytest.approx([5, 2.5])
    assert spread["largest_share"].tolist() == pytest.approx([0.2, 0.6])
    told = balance.table(weighted).set_index("group")
    assert told.loc["kind=a", "before"] == pytest.approx(0.4 / np.sqrt(0.3))
    assert told["after"].tolist() == pytest.approx([0, 0], abs=1e-12)
    assert told.loc["kind=a", ["n", "n_reference", "n_events", "n_reference_events"]].tolist() == [5, 5, 3, 1]


@pytest.mark.parametrize("way", WAYS)
def test_standardised_differences_are_those_of_r(units, way):
    stored = pd.read_csv(REFERENCE / "balance_differences.csv")
    r_method = "logistic" if way[1] == "overlap" else way[1]
    stored = stored[stored["estimand"].eq(way[0]) & stored["method"].eq(r_method)].set_index("covariate")
    told = balance.table(balance.weights(units, "treated", COVARIATES, *way)).set_index("group")
    names = {f"theme{level}": f"theme={level}" for level in ("care", "food", "repair")}
    names |= {"n_holders": "n_holders", "has_enterprise": "has_enterprise=yes"}
    for r_name, name in names.items():
        assert told.loc[name, "before"] == pytest.approx(stored.loc[r_name, "before"], abs=1e-10)
        assert told.loc[name, "after"] == pytest.approx(stored.loc[r_name, "after"], abs=1e-6)


@pytest.mark.parametrize("way", WAYS)
def test_rows_keep_their_order_and_neither_it_nor_units_of_covariates_matter(units, way):
    before = units.copy()
    weighted = balance.weights(units, "treated", COVARIATES, *way)
    assert_frame_equal(units, before)
    assert_frame_equal(weighted[list(units)], units)
    turned = balance.weights(units[::-1].assign(n_holders=7 - 1000 * units["n_holders"]), "treated", COVARIATES, *way)
    assert np.abs(turned["weight"][::-1].to_numpy() - weighted["weight"].to_numpy()).max() < 1e-9
    assert_frame_equal(balance.table(weighted), balance.table(weighted[::-1]), rtol=1e-9, atol=1e-12)


def test_laws_of_the_weights(units):
    treated = units["treated"].eq(1)
    assert balance.weights(units, "treated", COVARIATES)["weight"][treated].eq(1).all()
    for way in [("ATT", "entropy"), ("ATE", "entropy"), ("ATO", "overlap")]:
        assert balance.table(balance.weights(units, "treated", COVARIATES, *way))["after"].abs().max() < 1e-8
    overlap = balance.weights(units, "treated", COVARIATES, method="overlap")
    assert overlap["weight"].max() < 1 and overlap.attrs["balancing"]["estimand"] == "ATO"


def test_columns_the_weights_do_not_use_can_be_looked_at_too(units):
    weighted = balance.weights(units, "treated", ["theme"])
    told = balance.table(weighted.assign(entry_year=units["entry_year"].where(units.index > 3)), also=["entry_year"])
    row = told.set_index("group").loc["entry_year"]
    assert row["n"] + row["n_reference"] == len(units) - 4 and np.isnan(row["n_events"]) and abs(row["after"]) > 0.1
    assert row["note"] == "unbalanced" and any("does not" in w or "do not use" in w for w in about_of(told)["warnings"])


def test_trimming_is_told_and_refitted(units):
    weighted = balance.weights(units, "treated", COVARIATES, trim=(0.2, 0.8))
    told = weighted.attrs["balancing"]
    assert told["n_trimmed"] + told["n_reference_trimmed"] == len(units) - len(weighted) > 0
    spread = balance.diagnostics(weighted)
    assert spread["n_trimmed"].tolist() == [told["n_trimmed"], told["n_reference_trimmed"]]
    assert any("left out" in sentence for sentence in about_of(spread)["warnings"])
    again = balance.weights(units.loc[weighted.index], "treated", COVARIATES)
    assert again["weight"].to_numpy() == pytest.approx(weighted["weight"].to_numpy())


def test_small_levels_are_put_together_only_when_asked_and_then_told(units):
    assert balance.weights(units, "treated", COVARIATES).attrs["balancing"]["merged"] == ()
    rare = units.assign(theme=units["theme"].mask(units.index < 3, "art"))  # in one arm only
    merged = balance.weights(rare, "treated", COVARIATES, merge_below=5)
    assert merged.attrs["balancing"]["merged"] == ("theme=art", "theme=repair")
    assert any("put together" in sentence for sentence in merged.attrs["about"]["warnings"])


def test_overlap_counts_each_arm_in_fixed_bands(units):
    weighted = balance.weights(units, "treated", COVARIATES)
    one, other = balance.overlap(weighted), balance.overlap(weighted, of="reference")
    assert one["n_events"].sum() == units["treated"].sum() and other["n_events"].sum() == (1 - units["treated"]).sum()
    assert one["group"].tolist() == other["group"].tolist() and about_of(one)["codes"] == "score_bands"


def test_weights_that_explode_are_flagged():
    n = 30  # one reference row among the many supported ones of kind a carries all of their weight
    frame = pd.DataFrame({"kind": ["a"] * n + ["b"] * n, "supported": [1] * (n - 1) + [0] + [1] * 5 + [0] * (n - 5)})
    weighted = balance.weights(frame, "supported", ["kind"])
    assert balance.diagnostics(weighted)["note"].tolist() == ["", "few_effective"]
    assert any("a fifth" in sentence for sentence in weighted.attrs["about"]["warnings"])


def test_lalonde_before_and_after(lalonde):
    covariates = ["age", "educ", "black", "hisp", "marr", "nodegree", "re74", "re75"]
    raw = balance.table(balance.weights(lalonde, "treat", covariates, method="entropy")).set_index("group")
    assert raw["before"].abs().max() > 1.5 and raw["after"].abs().max() < 1e-8
    fitted = balance.table(balance.weights(lalonde, "treat", covariates)).set_index("group")
    assert fitted["after"].abs().max() < 0.25  # much nearer, though not all within 0.1


@pytest.fixture(scope="module")
def lalonde():
    causaldata = pytest.importorskip("causaldata")
    trial, survey = causaldata.nsw_mixtape.load_pandas().data, causaldata.cps_mixtape.load_pandas().data
    return pd.concat([trial[trial["treat"].eq(1)], survey], ignore_index=True)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"treated": [1] + [0] * 139}, "studied arm has 1 rows.*5 or more.*longer period"),
        ({"treated": [2] + [0] * 139}, "true and false"),
        ({"theme": ["care"] * 140}, "same in every row.*Leave it out"),
        ({"theme": None}, "not known for the whole studied arm"),
        ({"n_holders": np.nan}, "not known for the whole studied arm"),
    ],
)
def test_arms_and_columns_that_cannot_be_compared_are_refused_in_words(units, change, says):
    with pytest.raises(DataError, match=says):
        balance.weights(units.assign(**change), "treated", COVARIATES)


def test_cells_that_are_empty_are_refused_with_their_number(units):
    with pytest.raises(DataError, match="3 rows have no theme; give one, for instance 'unknown'"):
        balance.weights(units.assign(theme=units["theme"].mask(units.index < 3)), "treated", COVARIATES)
    with pytest.raises(DataError, match="3 rows have no n_holders.*classes"):
        balance.weights(units.assign(n_holders=units["n_holders"].mask(units.index < 3)), "treated", COVARIATES)


def test_what_one_arm_never_has_is_refused(units):
    reference = units["treated"].eq(0)
    with pytest.raises(DataError, match="in the reference arm theme is always care.*no overlap"):
        balance.weights(units.assign(theme=units["theme"].mask(reference, "care")), "treated", COVARIATES)
    with pytest.raises(DataError, match="in the reference arm theme is not known.*no overlap"):
        balance.weights(units.assign(theme=units["theme"].mask(reference, "unknown")), "treated", COVARIATES)


@pytest.mark.parametrize("method", ["logistic", "overlap", "entropy"])
def test_separated_arms_are_refused_and_what_separates_them_is_named(units, method):
    lonely = units.assign(theme=units["theme"].mask(units["treated"].eq(1) & (units.index < 20), "energy"))
    with pytest.raises(DataError, match="in one arm only: theme=energy.*Compare within"):
        balance.weights(lonely, "treated", COVARIATES, method=method)
    apart = units.assign(score_of_jury=units["treated"] * 10 + units.index % 7)
    with pytest.raises(DataError, match="(together tell exactly who|lie outside).*Compare within"):
        balance.weights(apart, "treated", ["score_of_jury", "theme"], method=method)


def test_collinear_covariates_are_refused_and_named(units):
    twice = units.assign(age=2026 - units["entry_year"])
    with pytest.raises(DataError, match="age is told by the covariates before it"):
        balance.weights(twice, "treated", ["entry_year", "theme", "age"])


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda f: balance.weights(f, "arm", ["theme"]), 'no column "arm"'),
        (lambda f: balance.weights(f, "treated", "theme"), "list of columns"),
        (lambda f: balance.weights(f, "treated", ["colour"]), "no colour"),
        (lambda f: balance.weights(f, "treated", ["theme"], "ATM"), "not an estimand"),
        (lambda f: balance.weights(f, "treated", ["theme"], method="magic"), "way of weighting"),
        (lambda f: balance.weights(f, "treated", ["theme"], "ATT", "overlap"), "overlap weights answer"),
        (lambda f: balance.weights(f, "treated", ["theme"], "ATO", "entropy"), 'method="logistic"'),
        (lambda f: balance.weights(f, "treated", ["theme"], trim=(0.9, 0.1)), "pair of scores"),
        (lambda f: balance.weights(f.assign(weight=1), "treated", ["theme"]), "weight already"),
        (balance.table, "carries no weights"),
        (lambda f: balance.diagnostics(balance.weights(f, "treated", ["theme"])[:50]), "weigh those you keep again"),
    ],
)
def test_calls_that_make_no_sense_are_refused(units, call, says):
    with pytest.raises(ParameterError, match=says):
        call(units)
