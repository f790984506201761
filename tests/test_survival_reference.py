"""Survival and competing ends against R's survival (tests/reference/make_survival.R): equal to 1e-9."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from coopeval import competing, survival

HERE = Path(__file__).parent / "reference"
INTERVALS = ("log-log", "log", "plain", "logit")
PUBLISHED = pd.DataFrame({"at_months": [12, 24, 36], "estimate": [0.92, 0.85, 0.80]})


def stored(name, **only):
    frame = pd.read_csv(HERE / f"survival_{name}.csv", dtype={"set": str, "strata": str})
    for column, value in only.items():
        frame = frame[frame[column].fillna("").eq(value)]
    return frame.reset_index(drop=True)


@pytest.fixture(params=["late", "early"])
def which(request):
    return request.param


def spells_of(which):
    frame = pd.read_csv(HERE / "spells.csv", keep_default_na=False)
    frame = frame.assign(event=frame["cause"].eq("ceased"))
    return frame if which == "late" else frame.assign(exit=frame["exit"] - frame["entry"], entry=0)


def assert_equal(ours, theirs, columns):
    for column in columns:
        np.testing.assert_allclose(
            ours[column].to_numpy(float), theirs[column].to_numpy(float), atol=1e-9, err_msg=column
        )


@pytest.mark.parametrize("interval", INTERVALS)
def test_curves_and_their_limits_are_those_of_r(which, interval):
    ours = survival.curve(spells_of(which), "arm", interval=interval)
    theirs = stored("curves", set=which, interval=interval)
    assert_equal(ours, theirs, ["at_months", "at_risk", "n_events", "estimate"])
    alive = ours["estimate"] > 0
    assert_equal(ours[alive], theirs[alive], ["se"])
    started = alive & (ours["estimate"] < 1)  # at S = 1 R gives no limits on two scales; here both limits are 1
    assert_equal(ours[started], theirs[started], ["low", "high"])


def test_weighted_curves_have_the_robust_errors_of_r(which):
    ours, theirs = survival.curve(spells_of(which), "arm", weights="weight"), stored("weighted", set=which)
    assert_equal(ours, theirs, ["at_months", "estimate"])
    started = (ours["estimate"] > 0) & (ours["estimate"] < 1)
    assert_equal(ours[started], theirs[started], ["se", "low", "high"])
    assert not np.isinf(ours["se"]).any()


@pytest.mark.parametrize("interval", INTERVALS)
def test_medians_and_their_limits_are_those_of_r(which, interval):
    ours = survival.median(spells_of(which), "arm", interval=interval)
    assert_equal(ours, stored("medians", set=which, interval=interval), ["estimate", "low", "high"])


def test_restricted_means_are_those_of_r():
    assert_equal(survival.rmst(spells_of("early"), 20, "arm"), stored("means"), ["estimate", "se"])


@pytest.mark.parametrize("strata", ["", "layer"])
@pytest.mark.parametrize("power", ["0", "0.5", "1"])
def test_weighted_and_stratified_tests_are_those_of_r(strata, power):
    weight = f"fleming-harrington({power},0)"
    ours = survival.logrank(spells_of("early"), "arm", strata=strata or None, weight=weight, permutations=0)
    assert_equal(
        ours, stored("tests", set="early", weight=weight, strata=strata), ["observed", "expected", "statistic"]
    )


@pytest.mark.parametrize("strata", ["", "layer"])
def test_with_delayed_entry_the_test_is_the_score_test_of_r(which, strata):
    ours = survival.logrank(spells_of(which), "arm", strata=strata or None, permutations=0)
    theirs = stored("tests", set=which, weight="none", strata=strata)
    assert ours["statistic"].iloc[0] == pytest.approx(theirs["statistic"].item(), abs=1e-9)


def test_ends_over_expected_ends_are_those_of_r():
    spells = spells_of("late")
    ours = survival.against_reference(spells[spells["exit"] <= 36], PUBLISHED, "arm")
    assert_equal(ours, stored("published"), ["observed", "expected", "estimate", "low", "high", "statistic"])


def test_incidence_and_its_errors_are_those_of_r(which):
    theirs = stored("ends", set=which).sort_values(["cause", "at_months"])
    ours = competing.incidence(spells_of(which)).sort_values(["cause", "at_months"])
    both = ours.merge(theirs, on=["cause", "at_months"], suffixes=("", "_r"))
    assert len(both) == len(ours)
    np.testing.assert_allclose(both["estimate"], both["estimate_r"], atol=1e-9)
    if which == "early":  # with delayed entry R's jackknife differs from the Greenwood type, which is stated
        alive = both[both["se"].notna()]
        np.testing.assert_allclose(alive["se"], alive["se_r"], atol=1e-9)
