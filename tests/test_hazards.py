"""Ratios of hazards: by hand, laws, the truth planted in a synthetic world, and bad input."""

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from coopeval import survival, synthetic
from coopeval.disclosure import gate
from coopeval.display.cells import label
from coopeval.errors import DataError, ParameterError
from coopeval.semesters import months_between
from coopeval.survival.hazards_design import names
from coopeval.survival.hazards_fit import fitted
from coopeval.survival.hazards_partial import prepared, sums
from coopeval.synthetic.truth import known_units

FORMULA = "arm(register) + age_at_zero"


def engine(entry, leave, event, x, weight=None):
    columns = (np.array(values, float) for values in (entry, leave))
    return prepared(np.array(x, float)[:, None], *columns, np.array(event, bool), weight)


@pytest.fixture(scope="module")
def some():
    rng = np.random.default_rng(7)
    n = 120
    frame = pd.DataFrame(
        {"enterprise_id": [f"E{i:03d}" for i in range(n)], "age_at_zero": rng.normal(0, 8, n).round(1)}
    )
    frame["arm"] = rng.choice(["programme", "register"], n)
    frame["family"] = rng.choice(["a", "b", "c"], n)
    frame["entry"] = np.where(rng.random(n) < 0.4, rng.integers(1, 12, n), 0).astype(float)
    lasts = np.ceil(rng.exponential(20, n) / 3) * 3
    frame["exit"] = frame["entry"] + np.minimum(lasts, 30)
    return frame.assign(event=lasts <= 30)


def test_the_ratio_by_hand():
    # x ends at 1 and 3, y at 2 and 4. With r the ratio of y: 1/(2+2r) * r/(1+2r) * 1/(1+r), the last one alone.
    # Its log has slope 1 - r/(1+r) - 2r/(1+2r) - r/(1+r) = 0, so 4 r^2 + r - 1 = 0 and r = (sqrt(17) - 1) / 8.
    fit = fitted(engine([0] * 4, [1, 2, 3, 4], [1] * 4, [0, 1, 0, 1]))
    assert np.exp(fit.beta[0]) == pytest.approx((np.sqrt(17) - 1) / 8)


def test_ties_by_hand_after_efron():
    # at 1 x and y end together, one more x stays: r / ((2 + r) (2 + r - (1 + r) / 2)); r = 3: 3 / (5 * 3)
    found = sums(engine([0] * 3, [1, 1, 2], [1, 1, 0], [0, 1, 0]), np.array([np.log(3)]))
    assert found.loglik == pytest.approx(-np.log(5))


def test_whoever_enters_at_an_event_is_not_at_risk_then():
    # the third enters at 1, when the first ends: at risk at 1 are only the first two; r/(1+r) * ...
    at_once = sums(engine([0, 0, 1], [1, 2, 3], [1, 1, 1], [1, 0, 1]), np.array([np.log(2)])).loglik
    just_after = sums(engine([0, 0, 1.5], [1, 2, 3], [1, 1, 1], [1, 0, 1]), np.array([np.log(2)])).loglik
    just_before = sums(engine([0, 0, 0.9], [1, 2, 3], [1, 1, 1], [1, 0, 1]), np.array([np.log(2)])).loglik
    assert at_once == pytest.approx(np.log(2 / 3) + np.log(1 / 3)) == just_after
    assert just_before == pytest.approx(np.log(2 / 5) + np.log(1 / 3))


def test_time_has_no_unit_and_rows_no_order(some):
    once = survival.hazards(some, FORMULA)
    years = survival.hazards(some.assign(entry=some["entry"] / 12, exit=some["exit"] / 12), FORMULA)
    figures = ["estimate", "low", "high", "p"]
    np.testing.assert_allclose(once[figures], years[figures], rtol=1e-9)
    assert_frame_equal(once, survival.hazards(some[::-1], FORMULA))


def test_a_number_counts_per_unit_or_per_as_many_as_are_said(some):
    each, per_year = (survival.hazards(some, f"age_at_zero{step}") for step in ("", "(12)"))
    assert per_year["group"].tolist() == ["age_at_zero=+12"]
    assert per_year["estimate"].item() == pytest.approx(each["estimate"].item() ** 12)
    with pytest.raises(ParameterError, match="no level"):
        survival.hazards(some, "age_at_zero(old)")


def test_a_row_split_at_a_time_changes_nothing(some):
    cut = some["entry"] + (some["exit"] - some["entry"]) / 3
    halves = pd.concat([some.assign(exit=cut, event=False), some.assign(entry=cut)])
    whole = survival.hazards(some, FORMULA, cluster="enterprise_id")
    split = survival.hazards(halves, FORMULA, cluster="enterprise_id")
    for column in ("n", "n_events", "n_enterprises", "df", "estimate", "low", "high", "p"):
        np.testing.assert_allclose(whole[column], split[column], rtol=1e-8, err_msg=column)
    penalised = [survival.hazards(frame, FORMULA, cluster="enterprise_id", penalty="firth") for frame in (some, halves)]
    np.testing.assert_allclose(*(table[["estimate", "low", "high"]] for table in penalised), rtol=1e-6)


def test_two_rows_of_half_a_weight_are_one(some):
    # no ties here: halves of one event are two tied events to Efron
    apart = some.assign(exit=some["exit"] + np.arange(len(some)) / 1000)
    twice = pd.concat([apart, apart.assign(exit=apart["exit"] + 1e-7)]).assign(weight=0.5)
    one = survival.hazards(apart, FORMULA, cluster="enterprise_id")
    two = survival.hazards(twice, FORMULA, cluster="enterprise_id", weights="weight")
    np.testing.assert_allclose(one["estimate"], two["estimate"], rtol=0.05)
    exact = prepared(*_arrays(pd.concat([apart[~apart["event"]]] * 2 + [apart[apart["event"]]]), 0.5))
    plain = prepared(*_arrays(apart, 1.0))
    np.testing.assert_allclose(fitted(exact).beta, fitted(plain).beta, atol=1e-9)


def _arrays(frame, of_censored):
    x = np.column_stack([frame["arm"].eq("programme"), frame["age_at_zero"]])
    weight = np.where(frame["event"], 1.0, of_censored)
    return x, frame["entry"].to_numpy(), frame["exit"].to_numpy(), frame["event"].to_numpy(), weight


def test_strata_that_are_the_term_leave_nothing_to_estimate(some):
    told = survival.hazards(some, "arm + age_at_zero", strata="arm").set_index("group")
    arm = told.filter(like="arm=", axis=0)
    assert arm["estimate"].isna().all() and set(arm["note"]) == {"not_estimable"}
    assert told.loc["age_at_zero", "estimate"] > 0


def test_a_group_without_events_is_separated_and_the_others_are_those_of_the_limit(some):
    quiet = some.assign(event=some["event"] & some["family"].ne("c"))
    told = survival.hazards(quiet, "family(a) + age_at_zero").set_index("group")
    assert told.loc["family=c", ["estimate", "low", "high", "p"]].isna().all()
    assert told.loc["family=c", "note"] == "separated"
    without = survival.hazards(quiet[quiet["family"].ne("c")], "family(a) + age_at_zero").set_index("group")
    assert told.loc["family=b", "estimate"] == pytest.approx(without.loc["family=b", "estimate"])
    against = survival.hazards(quiet, "family(c) + age_at_zero").set_index("group")
    assert set(against["note"].drop("age_at_zero")) == {"separated"}
    assert against.loc["age_at_zero", "estimate"] == pytest.approx(told.loc["age_at_zero", "estimate"])


def test_a_number_that_tells_events_apart_is_separated(some):
    ranked = some.assign(entry=0.0, exit=np.arange(len(some)) + 1.0, event=np.arange(len(some)) < 40)
    ranked["age_at_zero"] = -np.arange(len(some), dtype=float)
    told = survival.hazards(ranked, "age_at_zero")
    assert told["note"].tolist() == ["separated"] and told["estimate"].isna().all()
    kept = survival.hazards(ranked, "age_at_zero", penalty="firth")
    assert np.isfinite(kept[["estimate", "low", "high"]]).all(axis=None)


def test_few_events_give_no_ratio_without_a_penalty_and_never_a_p(some):
    few = some.assign(event=some["event"] & (some.groupby("arm").cumcount() < 5))
    told = survival.hazards(few, "arm + family + age_at_zero")
    assert set(told["note"]) == {"few_events"} and told["estimate"].isna().all()
    assert "fewer than 5 events per coefficient" in told.attrs["about"]["method"]
    kept = survival.hazards(few, "arm(register) + age_at_zero", penalty="firth")
    assert np.isfinite(kept[["estimate", "low", "high"]]).all(axis=None)
    assert kept["p"].isna()[kept["note"].eq("few_events")].all()
    none = survival.hazards(some.assign(event=False), FORMULA, penalty="firth")
    assert set(none["note"]) == {"few_events"} and none["estimate"].isna().all()


def test_nobody_studied_and_nobody_ceased_are_answers(some):
    for penalty in (None, "firth"):
        told = survival.hazards(some.head(0), "arm + age_at_zero", penalty=penalty)
        assert told["estimate"].isna().all() and told["note"].ne("").all()
        told = survival.hazards(some.assign(event=False), FORMULA, penalty=penalty)
        assert set(told["note"]) == {"few_events"} and told["estimate"].isna().all()
    assert survival.proportionality(some.head(0), "arm + age_at_zero")["statistic"].isna().all()
    assert set(survival.hazards(some[some["arm"].eq("register")], "arm")["note"]) == {"not_estimable"}


def test_those_not_known_are_not_what_others_are_compared_with(some):
    many = some.assign(family=np.where(some["family"] == "a", "b", "unknown"))
    assert survival.hazards(many, "family")["reference"].tolist() == ["family=b"]


def test_one_enterprise_is_no_group(some):
    alone = some.assign(arm=np.where(np.arange(len(some)) == 3, "structure", some["arm"]))
    for penalty in (None, "firth"):
        told = survival.hazards(alone, FORMULA, penalty=penalty).set_index("group")
        assert told.loc["arm=structure", "note"] in ("few_units", "separated")
        assert np.isnan(told.loc["arm=structure", "estimate"])


def test_jobs_that_end_together_have_wider_errors():
    rng = np.random.default_rng(3)
    jobs = pd.DataFrame({"enterprise_id": np.repeat(np.arange(24), 6), "position_id": np.arange(144), "entry": 0.0})
    jobs["exit"] = np.repeat(rng.integers(3, 30, 24), 6).astype(float)
    jobs = jobs.assign(event=True, contract=np.where(jobs["enterprise_id"] % 2, "x", "y"))
    together = survival.hazards(jobs, "contract(x)", cluster="enterprise_id").iloc[0]
    apart = survival.hazards(jobs.assign(enterprise_id=jobs["position_id"]), "contract(x)").iloc[0]
    assert together["estimate"] == pytest.approx(apart["estimate"])
    assert together["high"] / together["low"] > 3 * apart["high"] / apart["low"]
    assert together["n_enterprises"] == 12 and together["n_persons"] == 72 and 10 < together["df"] < 24


def test_the_planted_hazards_are_found():
    # by age with delayed entry, one synthetic world: log hazard = that of the age + the log of the planted factor
    day = pd.Timestamp("2026-06-30")
    units = known_units(synthetic.world(1, 0.9, 11), day)
    ceased = units["true_cause"].eq("ceased") & units["true_end"].le(day)
    end = units["true_end"].where(units["true_end"] <= day, day)
    seen = units[["born_on", "observed_from"]].max(axis=1)
    spells = units.assign(
        entry=months_between(units["born_on"], seen, start_of_day=True),
        exit=months_between(units["born_on"], end),
        event=ceased,
        log_factor=np.log(units["factor"]),
    )
    spells = spells[spells["exit"] > spells["entry"]]
    told = survival.hazards(spells, "log_factor").iloc[0]
    assert spells["entry"].gt(0).sum() > 50 and told["n_events"] > 60
    assert told["low"] < np.e < told["high"] and told["low"] > 1
    assert survival.proportionality(spells, "log_factor")["p"].min() > 0.01


def test_what_is_not_understood_is_refused_with_a_remedy(some):
    for formula in ("arm * family", "log(age_at_zero) - 1", "", "arm + arm", "1", "arm:family"):
        with pytest.raises((ParameterError, DataError)):
            survival.hazards(some, formula)
    with pytest.raises(ParameterError, match="joined by"):
        names("arm:family")
    with pytest.raises(ParameterError, match="there are programme, register"):
        survival.hazards(some, "arm(structure)")
    with pytest.raises(DataError, match="no column sector"):
        survival.hazards(some, "arm + sector")
    with pytest.raises(DataError, match="take it out"):
        survival.hazards(some.assign(again=some["arm"].eq("programme").map({True: "p", False: "r"})), "arm + again")
    with pytest.raises(DataError, match="1 rows have no age_at_zero"):
        survival.hazards(some.assign(age_at_zero=some["age_at_zero"].mask(some.index == 4)), FORMULA)
    with pytest.raises(ParameterError, match="firth"):
        survival.hazards(some, FORMULA, penalty="ridge")
    doubled = pd.concat([some, some.assign(exit=some["exit"] + 1)])
    with pytest.raises(DataError, match="more than once"):
        survival.hazards(doubled, FORMULA)
    with pytest.raises(DataError, match="at risk together"):
        survival.hazards(doubled, FORMULA, cluster="enterprise_id", penalty="firth")
    with pytest.raises(ParameterError, match="scale of time"):
        survival.proportionality(some, FORMULA, transform="rank")


def test_the_gate_shows_ratios_in_steps_and_hides_a_level_with_few_ends(some):
    few = some.assign(family=np.where((some["family"] == "c") & some["event"].cumsum().gt(4), "b", some["family"]))
    table = survival.hazards(few, "family(a) + age_at_zero", penalty="firth")
    shown = gate(table, "ratios").set_index("group")
    own = table.set_index("group")
    assert 1 <= own.loc["family=c", "n_events"] < 5 and shown.loc["family=c", "hidden"]
    assert not shown.loc["family=b", "hidden"]
    assert shown.loc["family=b", "estimate"] == pytest.approx(round(own.loc["family=b", "estimate"] / 0.05) * 0.05)
    assert shown["n_events"].isna().all() and shown["df"].isna().all()


def test_terms_and_levels_are_said_in_the_language_of_the_reader(some):
    known = some.assign(legal_family=some["family"].map({"a": "profit", "b": "cooperative", "c": "non_profit"}))
    about = survival.hazards(known, "arm(register) + legal_family(profit) + age_at_zero(12)").attrs["about"]
    said = [label(group, "group", about, "nl") for group in ("arm=programme", "legal_family=profit", "age_at_zero=+12")]
    assert said == ["Vergelijkingsgroep: Programma", "Familie van rechtsvormen: Vennootschappen en zelfstandigen",
                    "Leeftijd bij instap (maanden): +12"]  # fmt: skip
