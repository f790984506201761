"""Headlines in every way that could have been chosen, how far they agree, and what a later day would tell."""

import numpy as np
import pandas as pd
import pytest

from coopeval import cohort, costs, disclosure, indicators, jobs, pathways, semesters, survival, synthetic, tables
from coopeval.errors import DataError, DisclosureError, ParameterError
from coopeval.indicators import gap_choices, inflow, survival_choices
from coopeval.indicators.choices import CHOICES, MAIN, study
from coopeval.indicators.forecast import known, spells_of
from coopeval.uncertainty import estimates

SEMESTER = "2024S2"


@pytest.fixture(scope="module")
def delivery():
    return synthetic.delivery(synthetic.world(structures=2, scale=0.3, seed=11), SEMESTER)


@pytest.fixture(scope="module")
def cut(delivery):
    return cohort.as_of(delivery, semesters.last_day(SEMESTER))


@pytest.fixture(scope="module")
def ways(delivery):
    return indicators.specifications(delivery, SEMESTER)


@pytest.fixture(scope="module")
def account(cut):
    return costs.account(cut)


@pytest.fixture(scope="module")
def main(ways):
    return ways[ways["is_main"]].set_index("headline")


def spells(*rows):
    """Spells (entry, exit, ceased, lost) with all else alike."""
    frame = pd.DataFrame(rows, columns=["entry", "exit", "event", "lost"]).assign(followed_until=60.0)
    ids = [f"E{k}" for k in range(len(rows))]
    end = np.where(frame["event"], "ceased", np.where(frame["lost"], "lost_contact", ""))
    return frame.assign(enterprise_id=ids, end_kind=end)


# At risk at 6, 18, 30: five, four, two (one lost at 24). By hand: 4/5 x 3/4 x 1/2 = 0.3.
FIVE = spells(
    (0, 6, True, False), (0, 18, True, False), (0, 24, False, True), (0, 30, True, False), (0, 40, False, False)
)


def test_a_share_under_each_supposition_by_hand():
    assert survival_choices.at_month(FIVE, 36.0).estimate == pytest.approx(0.3)
    # the lost one ceased at 24: 4/5 x 3/4 x 2/3 x 1/2 = 0.2; or is there to this day: 4/5 x 3/4 x 2/3 = 0.4
    assert survival_choices.at_month(FIVE, 36.0, "stopped").estimate == pytest.approx(0.2)
    assert survival_choices.at_month(FIVE, 36.0, "alive").estimate == pytest.approx(0.4)
    assert survival_choices.at_month(FIVE, 41.0).note == "beyond_follow_up"


def test_shares_and_errors_are_those_of_the_curve_weighted_or_not():
    weight = np.array([1.0, 2.0, 0.5, 1.5, 1.0])
    plain, ours = survival.at(FIVE, [36]).iloc[0], survival_choices.at_month(FIVE, 36.0)
    assert (ours.estimate, ours.se) == pytest.approx((plain["estimate"], plain["se"]))
    steps = survival.curve(FIVE.assign(w=weight), weights="w")
    theirs = steps[steps["at_months"] <= 36].iloc[-1]
    ours = survival_choices.at_month(FIVE, 36.0, weight=weight)
    assert (ours.estimate, ours.se) == pytest.approx((theirs["estimate"], theirs["se"]))


def test_survival_up_to_the_assessment_is_nobodys_survival_under_a_definition():
    # Up to the landmark at 12 the course of all: 4/5. Two satisfy the definition from 20 on; one of them ceases at 30:
    # 1/2. Taken from entry on, they would show 1/2 with nobody able to have ended before.
    own = FIVE.iloc[3:].assign(entry=20.0)
    one = survival_choices.spliced(FIVE, own, "censored")
    assert one.estimate == pytest.approx(4 / 5 * 1 / 2) and one.n == 2


def test_a_gap_has_the_error_of_both():
    one, other = (survival_choices.Share(40, 8, share, se, "") for share, se in ((0.8, 0.06), (0.7, 0.08)))
    found = gap_choices.gap(one, other, 0.95)
    assert found["estimate"] == pytest.approx(0.1) and found["se"] == pytest.approx(0.1)  # 0.06, 0.08, 0.1
    assert found["high"] == pytest.approx(0.1 + 1.96 * 0.1, abs=1e-4)


def test_the_main_way_is_what_the_other_chapters_show(main, cut, account):
    by_entry = survival.at(cohort.spells(cut, clock="entry", only="programme"), [36]).iloc[0]
    assert main.loc["survival_36", ["estimate", "low", "high"]].tolist() == pytest.approx(
        by_entry[["estimate", "low", "high"]].tolist()
    )
    every = cohort.jobs(cut)
    kept = jobs.persistence(every, years=(2,)).iloc[0]
    created = costs.unit_costs(account, cohort.outcomes(cut), "enterprise").set_index("group").loc["created"]
    per_job = costs.unit_costs(account, cohort.job_outcomes(cut, every), "job").set_index("group").loc["job_created"]
    share = pathways.recognised_share(cut).set_index("group").loc["all"]
    for headline, theirs in (("jobs_kept_2", kept), ("cost_per_enterprise", created), ("cost_per_job", per_job),
                             ("share_recognised", share)):  # fmt: skip
        shown = [main.loc[headline, column] for column in ("n", "estimate", "low", "high")]
        assert shown == pytest.approx([theirs[column] for column in ("n", "estimate", "low", "high")]), headline


def test_perimeters_are_those_of_the_account(ways, cut):
    theirs = (
        costs.unit_costs(costs.account(cut, perimeter="subsidy"), cohort.outcomes(cut), "enterprise")
        .set_index("group")
        .loc["created"]
    )
    own = ways[ways["headline"].eq("cost_per_enterprise") & ways["definition"].eq("all")].set_index("perimeter")
    assert own.loc["subsidy", "estimate"] == pytest.approx(theirs["estimate"])
    assert own.loc["subsidy", "estimate"] < own.loc["cash", "estimate"] < own.loc["full", "estimate"]


def test_each_way_stands_once_and_each_headline_has_one_main_way(ways):
    assert not ways.duplicated(["headline", *CHOICES]).any()
    assert ways.groupby("headline")["is_main"].sum().eq(1).all() and set(ways["headline"]) == set(MAIN)
    assert (ways["low"] <= ways["estimate"] + 1e-9)[ways["low"].notna()].all()
    assert ways["note"].ne("")[ways["estimate"].isna()].all()


def test_a_comparison_group_nobody_is_in_keeps_its_rows_in_words(ways):
    none = ways[ways["against"].eq("structure")]  # one structure and the register: nobody to compare with
    assert len(none) and none["estimate"].isna().all() and none["note"].ne("").all()


def test_who_was_not_assessed_is_never_taken_for_one_that_does_not_satisfy_it(delivery, ways):
    only = ways[ways["headline"].eq("cost_per_enterprise") & ways["perimeter"].eq("full")]
    only = only[only["missing_rule"].eq("left_out")].set_index("definition")
    # projects whose enterprise was not assessed are on neither side, so fewer projects stand behind the figure
    assert only.loc["ordinance_2018", "n"] < only.loc["all", "n"]
    assert only.loc["ordinance_2018", "n"] == only.loc["assessed", "n"]
    rules = set(ways.loc[ways["definition"].ne("all") & ways["perimeter"].ne(""), "missing_rule"])
    assert rules == {"left_out", "as_known"}


def test_the_order_of_rows_in_the_tables_does_not_matter(delivery, ways):
    shuffled = {name: frame.sample(frac=1, random_state=3).reset_index(drop=True) for name, frame in delivery.items()}
    other = tables.Dataset(shuffled, delivery.about, delivery.set_aside, delivery.faults)
    again = indicators.specifications(other, SEMESTER, headlines=("survival_36",))
    pd.testing.assert_frame_equal(pd.DataFrame(again), pd.DataFrame(ways[ways["headline"].eq("survival_36")]))


def test_headlines_without_their_tables_are_left_out_and_unknown_ones_refused(delivery):
    frames = {name: delivery[name] for name in ("structures", "projects", "enterprises")}
    few = indicators.specifications(
        tables.Dataset(frames, delivery.about), SEMESTER, headlines=("survival_36", "cost_per_job")
    )
    assert set(few["headline"]) == {"survival_36"} and set(few["definition"]) == {"all"}
    with pytest.raises(ParameterError, match="survival_36"):
        indicators.specifications(delivery, SEMESTER, headlines=("profit",))


def test_agreement_by_hand():
    rows = [
        {"against": against, "clock": clock, "estimate": gap, "low": gap - 0.1, "high": gap + 0.1}
        for against, clock, gap in (
            ("rejected", "entry", 0.12), ("rejected", "age", 0.08),
            ("register", "entry", -0.04), ("register", "age", -0.2),
        )
    ]  # fmt: skip
    frame = pd.DataFrame(rows).assign(headline="survival_gap", definition="all", perimeter="", missing_rule="censored",
                                      adjustment="none", unit="points", note="")  # fmt: skip
    frame["is_main"] = frame["estimate"].eq(0.12)
    one = indicators.agreement(frame).iloc[0]
    assert one[["estimate", "low", "high", "share_agreeing"]].tolist() == [0.12, -0.2, 0.12, 0.5]
    assert one["share_crossing"] == 0.5  # 0.12 - 0.1 and -0.2 + 0.1 stay on their side
    # at entry the groups are 0.16 apart, at birth 0.28: 0.22; the clock moves 0.04 and 0.16: 0.1
    assert (one["choice"], one["moved"]) == ("against", pytest.approx(0.22))
    # a part of the programme against whole groups that nobody assessed agrees with nothing
    part = frame[:1].assign(definition="emes_7", estimate=0.3, low=0.2, high=0.4, is_main=False)
    more = indicators.agreement(pd.concat([frame, part])).iloc[0]
    assert more[["n_specifications", "high", "share_agreeing", "share_crossing"]].tolist() == [4, 0.12, 0.5, 0.5]
    moved = indicators.moved_by(frame).set_index("group")["estimate"]
    assert moved.to_dict() == pytest.approx({"against": 0.22, "clock": 0.1})


def test_agreement_is_released_as_the_specifications_are(ways):
    shown = disclosure.gate(indicators.agreement(ways), "agreement").set_index("group")
    released = disclosure.gate(ways, "ways")
    for headline, own in released.groupby("headline"):
        alike = own["definition"].eq("all") | (headline != "survival_gap")  # like with like
        known = own.loc[~own["hidden"] & alike, "estimate"]
        assert shown.loc[headline, "low"] == known.min() and shown.loc[headline, "high"] == known.max()
        assert shown.loc[headline, "n_specifications"] == known.notna().sum()
    alone = indicators.agreement(ways)
    alone.attrs.pop("specifications")
    with pytest.raises(DisclosureError, match="specifications"):
        disclosure.gate(alone, "agreement")
    with pytest.raises(DataError, match="is_main"):
        indicators.agreement(pd.DataFrame(ways).drop(columns="is_main"))


def test_populations_released_differ_by_ten_or_not_at_all(ways):
    released = disclosure.gate(ways, "ways")
    exact = ways.set_index("group").loc[released.loc[~released["hidden"], "group"]]
    own = exact[exact["headline"].eq("survival_36") & exact["estimate"].notna()]
    for _, alike in own.groupby(["clock", "missing_rule"]):
        sizes = np.sort(alike["n"].to_numpy())
        assert (np.diff(sizes) >= 10).all()


# Two ends, at 10 and 20, of four at risk: hazards 1/4 and 1/3 (the second of three). With as many again the risk sets
# double, so the error of log S falls by the root of two.
FOUR = spells((0, 10, True, False), (0, 20, True, False), (0, 36, False, False), (0, 36, False, False))


def test_information_is_greenwoods_with_the_risk_sets_expected():
    course = inflow.course(FOUR, 36.0)
    one = inflow.information(course, np.zeros(4), np.full(4, 40.0))
    assert one.n_events == pytest.approx(4 * 1 / 4 + 3 * 1 / 3)
    assert one.se == pytest.approx(np.sqrt((1 / 4) / (4 * 3 / 4) + (1 / 3) / (3 * 2 / 3)))
    two = inflow.information(course, np.zeros(8), np.full(8, 40.0))
    assert two.se == pytest.approx(one.se / np.sqrt(2))
    late = inflow.information(course, np.zeros(4), np.full(4, 15.0))  # nobody followed to the second end
    assert np.isnan(late.se)


def test_a_forecast_of_today_is_todays_interval_and_later_days_are_narrower(delivery, ways, main):
    table = indicators.forecast(delivery, SEMESTER, until=("2026-12-31", "2031-12-31"), specifications=ways)
    now = table[table["period"].eq("today")].set_index("group")
    half = (main["high"] - main["low"]) / 2
    for headline in MAIN:
        assert now.loc[headline, "estimate"] == pytest.approx(half[headline]), headline
    for _, own in table.groupby("group"):
        assert own["estimate"].is_monotonic_decreasing and own["n"].is_monotonic_increasing
    # what shows in four cases out of five: 1.96 + 0.84 errors, where the interval has 1.96 on either side
    ratio = now.loc["survival_gap_detectable", "estimate"] / now.loc["survival_gap", "estimate"]
    assert ratio == pytest.approx((1.959964 + 0.841621) / 1.959964, rel=1e-4)
    past = indicators.forecast(delivery, SEMESTER, until=("2020-12-31",), specifications=ways)
    assert set(past["period"]) == {"today"}
    with pytest.raises(ParameterError, match="YYYY-MM-DD"):
        indicators.forecast(delivery, SEMESTER, until=("next year",), specifications=ways)


def test_what_is_forecast_comes_true_in_a_larger_world():
    """Seen from the middle of 2021, the error of three years later is as large as it turns out to be, to a sixth.

    In this world more and more projects come in, so there are more enterprises than the inflow of 2021 makes.
    """
    late = synthetic.delivery(synthetic.world(structures=1, seed=6), "2024S1")
    days = pd.Timestamp("2021-06-30"), pd.Timestamp("2024-06-30")
    early, later = (spells_of(cohort.as_of(late, day), "programme") for day in days)
    start, then = (known(early, days[0], day) for day in days)
    expected = survival_choices.at_month(early, 36.0).se * then.se / start.se
    assert expected == pytest.approx(survival_choices.at_month(later, 36.0).se, rel=1 / 6)
    assert len(early) < then.n <= len(later)


def test_studies_without_definitions_have_one_population():
    assert study({}, 0.95).definitions() == ("all",)
    table = estimates(pd.DataFrame({"group": ["a"], "n": [1]}), kind="specification", unit="plain")
    with pytest.raises(DisclosureError, match="adjustment"):
        disclosure.gate(table, "ways")
