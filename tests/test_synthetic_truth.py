"""Simple estimators find the truth again, in a world large enough for chance to be small."""

import numpy as np
import pandas as pd
import pytest

from coopeval import cohort, semesters, survival, synthetic

SCALE, SEED = 20, 11
FAR = 4.0  # standard errors; some fifty comparisons are made
DAY = pd.Timestamp("2026-06-30")


@pytest.fixture(scope="module")
def made():
    world = synthetic.world(scale=SCALE, seed=SEED)
    return synthetic.delivery(world), synthetic.truth(world)


@pytest.fixture(scope="module")
def spells(made):
    return cohort.spells(cohort.as_of(made[0], DAY), "age")


@pytest.fixture(scope="module")
def timed(made, spells):
    """Spells with the time at which the end most likely fell, and the hazard told by truth.json for each."""
    data, truth = made
    told = truth["hazards"]
    middle = (spells["exit_after"] + spells["exit"]) / 2
    projects = data["enterprises"].set_index("enterprise_id")["project_id"]
    scores = data["projects"].set_index("project_id")["selection_score"]
    score = spells["enterprise_id"].map(projects).map(scores)
    factor = (
        spells["arm"].map(told["arm"])
        * spells["structure_id"].map(told["structure"])
        * spells["legal_family"].map(told["legal_family"])
        * spells["programme"].map({**told["programme"], "unknown": 1.0}).astype(float)
        * spells["nace_section"].map(told["nace_section"]).fillna(1.0)
        * np.exp((told["score"]["slope"] * (score - told["score"]["centre"])).fillna(0.0))
    )
    frame = spells.assign(middle=np.maximum(middle, spells["entry"] + 0.01), factor=factor)
    base = cumulative(truth, frame["middle"]) - cumulative(truth, frame["entry"])
    return frame.assign(expected=factor * base, base=base)


def cumulative(truth, age):
    """The told hazard of ceasing, added up from birth to an age."""
    ages = [band["from_month"] for band in truth["hazards"]["ceasing"]] + [1200]
    rates = [band["hazard"] for band in truth["hazards"]["ceasing"]]
    return np.interp(age, ages, np.concatenate([[0], np.cumsum(np.diff(ages) * rates)]))


def near(observed, expected):
    """Whether a count of events lies within chance of its expectation."""
    return abs(observed - expected) < FAR * np.sqrt(max(expected, 1))


@pytest.mark.parametrize(
    "by", [["arm"], ["arm", "legal_family"], ["arm", "programme"], ["structure_id"], ["nace_section"]]
)
def test_exits_are_as_many_as_the_told_hazards_make_expect(timed, by):
    sums = timed.groupby(by)[["event", "expected"]].sum()
    off = sums[[not near(row.event, row.expected) for row in sums.itertuples()]]
    assert off.empty, off


def test_the_hazard_of_each_age_is_the_told_one(timed, made):
    bands = [band["from_month"] for band in made[1]["hazards"]["ceasing"]] + [1200]
    for first, last in zip(bands[:-1], bands[1:], strict=True):
        begin, end = timed["entry"].clip(first, last), timed["middle"].clip(first, last)
        expected = (timed["factor"] * (cumulative(made[1], end) - cumulative(made[1], begin))).sum()
        observed = (timed["event"] & timed["middle"].between(first, last, inclusive="right")).sum()
        assert near(observed, expected), (first, observed, expected)


def test_other_causes_have_their_constant_hazard(timed, made):
    exposure = (timed["middle"] - timed["entry"]).sum()
    for cause in ("merged", "moved_away"):
        told = made[1]["hazards"]["other_causes"][cause] * exposure
        assert near(timed["cause"].eq(cause).sum(), told), cause


def test_contact_is_lost_as_often_as_told(timed, made):
    for arm, told in made[1]["hazards"]["losing_contact"].items():
        own = timed[timed["arm"].eq(arm)]
        # whoever was lost in the last half year is not given up yet
        expected = told * (own["middle"].clip(upper=own["followed_until"] - 9) - own["entry"]).clip(lower=0).sum()
        assert (
            abs(own["end_kind"].eq("lost_contact").sum() - expected) < FAR * np.sqrt(expected + 1) + 0.1 * expected
        ), arm


def test_curves_find_the_told_survival(made, spells):
    """In the register sample ends are known to the day, so that the curve has no reason to differ but chance."""
    told = pd.DataFrame(made[1]["survival"]["rows"]).query(
        "clock == 'age' and arm == 'register' and group != 'unknown'"
    )
    register = cohort.arm(spells, "register")
    for by, rows in told.groupby("by"):
        found = survival.at(register, [12, 24, 36, 60], by=by or None)
        both = found.merge(rows, on=["group", "at_months"])
        assert len(both) == len(rows)
        assert ((both["estimate"] - both["survival"]).abs() < FAR * both["se"]).all(), both


def test_curves_since_entry_find_the_told_survival(made):
    told = pd.DataFrame(made[1]["survival"]["rows"]).query("clock == 'entry' and arm == 'register' and by == ''")
    register = cohort.arm(cohort.spells(cohort.as_of(made[0], DAY), "entry"), "register")
    both = survival.at(register, [12, 24, 36, 60]).merge(told, on=["group", "at_months"])
    assert len(both) == 4
    assert ((both["estimate"] - both["survival"]).abs() < FAR * both["se"]).all(), both


def test_survival_of_the_register_is_of_the_order_of_statbel(made):
    told = pd.DataFrame(made[1]["survival"]["rows"]).query("clock == 'age' and arm == 'register' and group == 'all'")
    assert told.set_index("at_months")["survival"].loc[[12, 60]].tolist() == pytest.approx([0.89, 0.615], abs=0.015)


def test_the_effect_of_the_programme_is_the_told_one(timed, made):
    """Observed over expected without the programme: its ratio to that of the comparators is the effect."""
    told = made[1]["effects"]["hazard_ratios"]["programme_against_comparators"]
    without = timed["expected"] / timed["arm"].map(made[1]["hazards"]["arm"])
    ratio = timed["event"].groupby(timed["arm"]).sum() / without.groupby(timed["arm"]).sum()
    error = np.sqrt(1 / timed.loc[timed["arm"].eq("programme"), "event"].sum())
    assert ratio["programme"] == pytest.approx(told, abs=FAR * told * error)
    assert abs(np.log(ratio["programme"])) > 2 * error  # large enough to be seen
    assert ratio["register"] == pytest.approx(1, abs=0.06)


def test_recognition_has_no_effect_though_the_recognised_lived_longer(timed, made):
    data, truth = made
    steps = (
        data["recognitions"]
        .query("track == 'sdo' and step == 'recognised'")
        .groupby("enterprise_id")["happened_on"]
        .min()
    )
    own = timed[timed["arm"].eq("programme")].set_index("enterprise_id")
    born = data["enterprises"].set_index("enterprise_id")["born_on"]
    since = pd.Series(semesters.months_between(born[steps.index], steps), index=steps.index)
    own = own.join(since.rename("since")).assign(ever=lambda f: f["since"].notna())
    after = own[own["ever"] & (own["middle"] > own["since"])]
    begin = np.maximum(after["entry"], after["since"])
    expected = (after["factor"] * (cumulative(truth, after["middle"]) - cumulative(truth, begin))).sum()
    assert near(after["event"].sum(), expected)
    crude = own.groupby("ever")["event"].sum() / own.groupby("ever")["expected"].sum()
    assert crude[True] < crude[False] * 0.9  # the trap of immortal time is in the data


def test_legal_family_and_sector_differ_between_arms_so_that_a_raw_comparison_misleads(timed):
    mean = timed.groupby("arm")[["expected", "base"]].sum()
    assert (mean["expected"] / mean["base"])["register"] > (mean["expected"] / mean["base"])["structure"] * 1.01


@pytest.mark.parametrize("selection", ["selected", "rejected", "waiting_list"])
def test_enterprises_are_created_as_often_as_told(made, selection):
    data, truth = made
    projects = data["projects"].query("structure_id == 'S1' and selection == @selection").set_index("project_id")
    zero = projects["entered_on"].fillna(projects["decided_on"])
    born = (
        data["enterprises"]
        .query("continued_by == '' or end_kind == 'taken_over'")
        .groupby("project_id")["born_on"]
        .min()
    )
    without = projects[~(born.reindex(projects.index) < zero)]
    zero = zero[without.index]
    old = zero[zero <= DAY - pd.DateOffset(months=36)]
    waited = pd.Series(semesters.months_between(old, born.reindex(old.index)), index=old.index)
    for at in (12, 24, 36):
        told = truth["creation"]["incidence"][selection][str(at)]
        error = np.sqrt(told * (1 - told) / len(old))
        assert (waited <= at).mean() == pytest.approx(told, abs=FAR * error), at


def test_positions_close_as_fast_as_told(made):
    data, truth = made
    rows = data["jobs"].query("contract != 'none'").sort_values(["position_id", "started_on"])
    first, last = (rows.groupby("position_id").nth(n).set_index("position_id") for n in (0, -1))
    seen = data["enterprises"].set_index("enterprise_id")["observed_from"]
    begin = np.maximum(first["started_on"], first["enterprise_id"].map(seen))
    months = pd.Series(semesters.months_between(begin, last["last_seen_on"]), index=first.index)
    closed = last["ended_on"].notna() & ~last["end_kind"].isin(["enterprise_ended", "transferred"])
    kind = first["contract"].where(first["contract"].eq("open_ended"), "other")
    for contract, told in truth["jobs"]["closing"].items():
        own = kind.eq(contract)
        assert near(closed[own].sum(), told * months[own].sum()), contract


def test_costs_are_those_told(made):
    data, truth = made
    told = pd.DataFrame(truth["costs"]).query("year <= 2025").groupby("year")["amount_eur"].sum()
    costs = data["costs"].query("structure_id == 'S1'")
    found = costs.groupby(costs["period_from"].dt.year)["amount_eur"].sum()[told.index]
    assert found.to_numpy() == pytest.approx(told.to_numpy())
