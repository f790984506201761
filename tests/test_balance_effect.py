"""Effects in four ways: by hand, beside R's stacked equations, LaLonde, laws, and what is never shown as a number."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from scipy import stats

from coopeval import balance
from coopeval.errors import DataError, ParameterError
from coopeval.uncertainty import about_of, fisher, newcombe

REFERENCE = Path(__file__).parent / "reference"
COVARIATES = ["entry_year", "n_holders", "theme", "has_enterprise"]
WAYS = [("ATT", "logistic"), ("ATE", "logistic"), ("ATO", "overlap"), ("ATT", "entropy"), ("ATE", "entropy")]
ADJUSTED = ["weighted", "doubly_robust", "standardised"]


@pytest.fixture(scope="module")
def units():
    return pd.read_csv(REFERENCE / "balance_units.csv")


@pytest.fixture(scope="module")
def stored():
    return pd.read_csv(REFERENCE / "balance_effects.csv")


def by_way(table):
    return table.set_index("group")


# Kind a: studied 3, 5, 4 (mean 4), reference 3, 4 (3.5). Kind b: studied 1, 2, 0, 1 (1), reference 0, 1, 0, 2, 1 (0.8).
# Unadjusted: 16/7 - 11/7 = 5/7. Effect on the studied, 3 of kind a and 4 of b: (3 * 0.5 + 4 * 0.2) / 7 = 2.3 / 7.
# With a level for each kind score and outcome models are saturated, so all adjusted ways agree.
SMALL = pd.DataFrame({
    "kind": list("aaabbbbaabbbbb"), "supported": [1] * 7 + [0] * 7,
    "jobs": [3, 5, 4, 1, 2, 0, 1, 3, 4, 0, 1, 0, 2, 1.0],
})  # fmt: skip


def test_a_small_comparison_matches_the_hand_calculation():
    found = by_way(balance.effect(SMALL, "supported", ["kind"], "jobs"))
    assert found.loc["unadjusted", "estimate"] == pytest.approx(5 / 7)
    assert found.loc[ADJUSTED, "estimate"].tolist() == pytest.approx([2.3 / 7] * 3)
    ratio = by_way(balance.effect(SMALL, "supported", ["kind"], "jobs", measure="ratio"))
    assert ratio.loc[ADJUSTED, "estimate"].tolist() == pytest.approx([(16 / 7) / (13.7 / 7)] * 3)


@pytest.mark.parametrize("outcome", ["alive", "jobs"])
@pytest.mark.parametrize("way", WAYS)
def test_estimates_and_stacked_errors_are_those_of_r(units, stored, way, outcome):
    r_method = "logistic" if way[1] == "overlap" else way[1]
    of_it = stored["estimand"].eq(way[0]) & stored["method"].eq(r_method) & stored["outcome"].eq(outcome)
    r = stored[of_it].assign(group=["unadjusted", *ADJUSTED]).set_index("group")
    found = by_way(balance.effect(units, "treated", COVARIATES, outcome, *way, cluster="team"))
    ratio = by_way(balance.effect(units, "treated", COVARIATES, outcome, *way, measure="ratio"))
    assert found["estimate"].to_numpy() == pytest.approx((r["mean"] - r["mean_reference"]).to_numpy(), abs=2e-6)
    assert ratio["estimate"].to_numpy() == pytest.approx((r["mean"] / r["mean_reference"]).to_numpy(), abs=2e-5)
    many = units["team"].nunique()
    assert found["se"].to_numpy() == pytest.approx(r["se_cluster"].to_numpy() * np.sqrt(many / (many - 1)), rel=1e-5)
    half = stats.t.ppf(0.975, many - 1) * found["se"]
    assert (found["high"] - found["estimate"]).to_numpy() == pytest.approx(half.to_numpy())


def test_errors_without_clusters_are_r_s_raised_by_the_coefficients_fitted(units, stored):
    r = stored[stored["estimand"].eq("ATE") & stored["method"].eq("logistic") & stored["outcome"].eq("jobs")]
    found = by_way(balance.effect(units, "treated", COVARIATES, "jobs", "ATE"))
    # 68 and 72 projects, 6 coefficients: by more than 1 and less than 68 / 62
    raised = found.loc[ADJUSTED, "se"].to_numpy() / r["se"].to_numpy()[1:]
    assert (raised > np.sqrt(72 / 66)).all() and (raised < np.sqrt(68 / 62)).all()


def test_each_influence_is_what_one_more_of_a_row_would_change(units):
    from coopeval.balance.estimators import comparison, means_under
    from coopeval.balance.influence import influences
    from coopeval.uncertainty import balancing

    x, once = pd.get_dummies(units[COVARIATES], drop_first=True).to_numpy(float), np.ones((1, len(units)))
    for estimand, method in [("ATT", "entropy"), ("ATO", "logistic")]:
        weigh = balancing(x, units["treated"], estimand, method)
        setup = comparison(weigh, units["alive"].to_numpy(float))
        step = 1e-5 * np.eye(len(units))[:30]
        slope = (means_under(setup, once + step) - means_under(setup, once - step)) / 2e-5
        assert np.abs(influences(setup, weigh(once)[0], weigh.score(once)[0])[:30] - slope).max() < 1e-9


def test_doubly_robust_effect_on_all_is_near_that_of_statsmodels(units):
    from statsmodels.api import OLS, Logit, add_constant
    from statsmodels.treatment.treatment_effects import TreatmentEffect

    x = add_constant(pd.get_dummies(units[COVARIATES], drop_first=True).astype(float))
    score = Logit(units["treated"], x).fit(disp=0)
    theirs = TreatmentEffect(OLS(units["jobs"], x), units["treated"], results_select=score).aipw(return_results=False)
    ours = by_way(balance.effect(units, "treated", COVARIATES, "jobs", "ATE")).loc["doubly_robust", "estimate"]
    assert ours == pytest.approx(theirs[0], abs=0.05)  # theirs does not normalise the weights and clips the scores


def test_order_of_rows_and_units_of_covariates_change_nothing_and_the_frame_stays(units):
    before = units.copy()
    found = balance.effect(units, "treated", COVARIATES, "jobs", "ATE")
    other = units[::-1].assign(n_holders=3 - 500 * units["n_holders"])
    assert_frame_equal(found, balance.effect(other, "treated", COVARIATES, "jobs", "ATE"), rtol=1e-8)
    assert_frame_equal(units, before)


def test_entropy_weights_leave_a_linear_outcome_model_nothing_to_add(units):
    found = by_way(balance.effect(units, "treated", COVARIATES, "jobs", "ATE", "entropy"))
    assert found.loc["weighted", "estimate"] == pytest.approx(found.loc["doubly_robust", "estimate"], abs=1e-9)
    assert found.loc["weighted", "se"] == pytest.approx(found.loc["doubly_robust", "se"], rel=1e-6)


def test_without_covariates_that_matter_the_error_is_that_of_two_means(units):
    found = by_way(balance.effect(units, "treated", COVARIATES, "jobs"))
    welch = stats.ttest_ind(*(units.loc[units["treated"].eq(arm), "jobs"] for arm in (1, 0)), equal_var=False)
    assert found.loc["unadjusted", "p"] == pytest.approx(welch.pvalue)
    limits = welch.confidence_interval()
    assert found.loc["unadjusted", ["low", "high"]].tolist() == pytest.approx([limits.low, limits.high])


def test_unadjusted_shares_have_newcombes_limits_and_fishers_p(units):
    found = by_way(balance.effect(units, "treated", COVARIATES, "alive")).loc["unadjusted"]
    counts = [[found[c]] for c in ("n_events", "n", "n_reference_events", "n_reference")]
    low, high = newcombe(*counts)
    assert [found["low"], found["high"], found["p"]] == pytest.approx([low[0], high[0], fisher(*counts)[0]])


def test_e_values_are_those_of_the_ratio_and_of_its_limit(units):
    assert balance.e_value(2.0) == pytest.approx(2 + np.sqrt(2)) == balance.e_value(0.5)
    found = balance.effect(units, "treated", COVARIATES, "alive")
    ratio = balance.effect(units, "treated", COVARIATES, "alive", measure="ratio")
    assert found["e_value"].tolist() == pytest.approx(balance.e_value(ratio["estimate"]).tolist())
    crossed = (ratio["low"] <= 1) & (ratio["high"] >= 1)
    assert (found["e_value_limit"].eq(1) == crossed).all()
    assert balance.effect(units, "treated", COVARIATES, "jobs")["e_value"].isna().all()
    with pytest.raises(DataError, match="no events in an arm"):
        balance.e_value(0.0)


def test_bootstrap_weighs_again_and_comes_near_the_stacked_errors(units):
    stacked = balance.effect(units, "treated", COVARIATES, "alive", "ATE")
    drawn = balance.effect(units, "treated", COVARIATES, "alive", "ATE", errors="bootstrap", n_replicates=300, seed=4)
    assert drawn["estimate"].tolist() == pytest.approx(stacked["estimate"].tolist())
    assert np.abs(drawn["se"] / stacked["se"] - 1).max() < 0.2
    assert "300 replicates, seed 4" in about_of(drawn)["method"] and about_of(drawn)["interval"] == "BCa"
    again = balance.effect(units, "treated", COVARIATES, "alive", "ATE", errors="bootstrap", n_replicates=300, seed=4)
    assert_frame_equal(drawn, again)


def test_design_reference_and_estimand_stand_beside_each_estimate(units):
    frame = units.assign(arm=np.where(units["treated"].eq(1), "programme", "rejected"))
    found = balance.effect(frame, "treated", COVARIATES, "alive", design="quasi_experimental")
    assert found["design"].tolist() == ["association"] + ["quasi_experimental"] * 3
    assert found["against"].eq("rejected").all()
    about = about_of(found)
    assert (about["kind"], about["unit"], about["codes"]) == ("effect", "share", "effect_methods")
    assert about["estimand"].startswith("effect on those in the group studied")
    assert (
        balance.effect(frame, "treated", COVARIATES, "jobs", design="experimental")["design"].eq("experimental").all()
    )


def test_without_events_in_an_arm_there_is_no_adjusted_effect_and_no_ratio(units):
    none = units.assign(alive=units["alive"].where(units["treated"].eq(1), 0))
    found = by_way(balance.effect(none, "treated", COVARIATES, "alive"))
    assert found.loc[ADJUSTED, ["estimate", "low", "high", "p", "e_value"]].isna().all(axis=None)
    assert found.loc[ADJUSTED, "note"].eq("no_events").all() and np.isfinite(found.loc["unadjusted", "high"])
    assert found.loc["unadjusted", "note"] == "few_events" and np.isnan(found.loc["unadjusted", "p"])
    ratio = balance.effect(none, "treated", COVARIATES, "alive", measure="ratio")
    assert ratio["estimate"].isna().all() and ratio["note"].eq("no_events").all()
    assert any("exact limits" in sentence for sentence in about_of(ratio)["warnings"])


def test_an_outcome_model_without_solution_becomes_linear_and_says_so(units):
    hit = units["treated"].eq(0) & units["theme"].eq("repair")  # nobody of this level in the reference is alive
    found = balance.effect(units.assign(alive=units["alive"].mask(hit, 0)), "treated", COVARIATES, "alive")
    assert np.isfinite(found["estimate"]).all() and found["estimate"].abs().max() < 1
    assert any("outcome model is linear" in sentence for sentence in about_of(found)["warnings"])


def test_unknown_outcomes_are_refused_or_counted_never_silent(units):
    gap = units.assign(jobs=units["jobs"].astype(float).mask(units.index < 6))
    with pytest.raises(DataError, match='6 of 140 rows have no jobs.*missing="drop"'):
        balance.effect(gap, "treated", COVARIATES, "jobs")
    found = balance.effect(gap, "treated", COVARIATES, "jobs", missing="drop")
    assert found["n_left_out"].eq(6).all() and (found["n"] + found["n_reference"]).eq(134).all()
    assert any("left out" in sentence for sentence in about_of(found)["warnings"])


def test_few_events_give_no_p(units):
    few = units.assign(alive=(units.index % 20 == 0).astype(int))
    found = balance.effect(few, "treated", COVARIATES, "alive")
    assert found["p"].isna().all() and "few_events" in set(found["note"])
    assert (
        found[["e_value", "e_value_limit"]].isna().all(axis=None)
    )  # a ratio to one event may be as large as one likes


@pytest.mark.parametrize(
    ("options", "error", "says"),
    [
        ({"mesure": "ratio"}, ParameterError, "effect knows no mesure"),
        ({"measure": "odds"}, ParameterError, 'measure "odds"'),
        ({"errors": "none"}, ParameterError, "stacked, bootstrap"),
        ({"cluster": "village"}, ParameterError, 'no column "village"'),
        ({"level": 95}, ParameterError, "between 0 and 1"),
    ],
)
def test_options_that_make_no_sense_are_refused(units, options, error, says):
    with pytest.raises(error, match=says):
        balance.effect(units, "treated", COVARIATES, "jobs", **options)


def test_outcomes_that_cannot_be_compared_are_refused(units):
    with pytest.raises(DataError, match="same in every row"):
        balance.effect(units.assign(jobs=1), "treated", COVARIATES, "jobs")
    with pytest.raises(DataError, match="holds text"):
        balance.effect(units, "treated", COVARIATES, "theme")


# LaLonde: 185 workers of a training trial. Against those drawn by lot they earned 1,794 dollars more. Against 15,992
# workers of a survey the plain difference is -8,498; adjusting brings it near the truth, which nothing guarantees.
EARLIER = ["age", "educ", "black", "hisp", "marr", "nodegree", "re74", "re75"]


@pytest.fixture(scope="module")
def lalonde():
    causaldata = pytest.importorskip("causaldata")
    return causaldata.nsw_mixtape.load_pandas().data, causaldata.cps_mixtape.load_pandas().data


def test_the_experimental_difference_of_lalonde(lalonde):
    found = by_way(balance.effect(lalonde[0], "treat", EARLIER, "re78", design="experimental"))
    assert found.loc["unadjusted", "estimate"] == pytest.approx(1794.34, abs=0.01)
    assert found.loc[ADJUSTED, "estimate"].between(1500, 1900).all()


def test_lalonde_against_the_survey_equals_r_and_comes_into_the_usual_range(lalonde):
    trial, survey = lalonde
    frame = pd.concat([trial[trial["treat"].eq(1)], survey], ignore_index=True)
    stored = pd.read_csv(REFERENCE / "balance_lalonde.csv")
    for estimand, method in [("ATT", "logistic"), ("ATO", "logistic"), ("ATT", "entropy")]:
        r = stored[stored["estimand"].eq(estimand) & stored["method"].eq(method)]
        found = balance.effect(frame, "treat", EARLIER, "re78", estimand, method)
        assert found["estimate"].to_numpy() == pytest.approx((r["mean"] - r["mean_reference"]).to_numpy(), abs=0.01)
        assert found["se"].to_numpy() == pytest.approx(r["se"].to_numpy(), rel=0.03)  # raised by 185 / 176
        assert found["estimate"][0] == pytest.approx(-8497.5, abs=0.1)
        assert found["estimate"][1:].between(600, 1700).all()


def test_limits_stay_where_they_can_be_and_a_ratio_without_limit_is_left_open():
    rng = np.random.default_rng(3)
    few = pd.DataFrame({"supported": np.repeat([1, 0], 5), "size": rng.normal(size=10)})
    few["alive"] = [1, 0, 1, 1, 0] + [1, 0, 0, 0, 0]
    found = balance.effect(few, "supported", ["size"], "alive", "ATE")
    assert found["low"].ge(-1).all() and found["high"].le(1).all()
    ratio = balance.effect(few, "supported", ["size"], "alive", "ATE", measure="ratio")
    assert ratio["high"].dropna().le(100).all() and ratio["high"].isna().any() and ratio["note"].ne("").all()


def test_a_replicate_without_a_logistic_outcome_model_takes_a_linear_one(units):
    from coopeval.balance.estimators import Comparison, comparison, means_under
    from coopeval.uncertainty import balancing

    x, y = pd.get_dummies(units[COVARIATES], drop_first=True).to_numpy(float), units["alive"].to_numpy(float)
    setup = comparison(balancing(x, units["treated"]), y)
    gone = units["treated"].eq(0) & units["theme"].eq("repair") & units["alive"].eq(1)  # not drawn: none alive there
    drawn = np.vstack([np.ones(len(y)), np.where(gone, 0.0, 1.0)])
    assert setup.is_logistic
    np.testing.assert_allclose(means_under(setup, drawn)[1], means_under(Comparison(setup.weigh, y, False), drawn)[1])
