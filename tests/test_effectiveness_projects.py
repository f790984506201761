"""Options made of projects: means, draws, the regression and the checklist."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from coopeval import effectiveness as ce
from coopeval import reference
from coopeval.disclosure import gate
from coopeval.effectiveness import windows
from coopeval.errors import DataError, ParameterError
from coopeval.uncertainty import estimates, ratio

STORED = Path(__file__).parent / "reference"
K = [0, 20_000]


def projects(*rows):
    """(id, option, jobs, has_enterprise) of mature projects."""
    frame = pd.DataFrame(rows, columns=["project_id", "option", "jobs", "has_enterprise"])
    arm = frame["option"].where(frame["option"].isin(["programme", "rejected", "waiting_list"]), "structure")
    return frame.assign(arm=arm, is_mature=True, created=0.0, entry_year="2021")


def costs(*rows):
    return pd.DataFrame(rows, columns=["project_id", "cost_eur"])


# Programme: 0 (no enterprise), 2, 4 and one not known (with an enterprise): the mean of the known with an enterprise is
# 3, so the effect is (0 + 2 + 4 + 3) / 4 = 2.25 at (8 + 10 + 12 + 10) / 4 = 10: 10 / 2.25 = 4.444 per job.
FEW = projects(
    ("P1", "programme", 0.0, False), ("P2", "programme", 2.0, True), ("P3", "programme", 4.0, True),
    ("P4", "programme", np.nan, True), ("R1", "rejected", 1.0, True), ("R2", "rejected", 0.0, False),
    ("Q1", "S2", 0.0, False), ("Q2", "S2", 0.0, False),
)  # fmt: skip
SPENT = costs(("P1", 8), ("P2", 10), ("P3", 12), ("P4", 10), ("Q1", 5), ("Q2", 7))


@pytest.fixture(scope="module")
def many():
    rng = np.random.default_rng(5)
    option = np.repeat(["programme", "rejected", "S2"], [40, 30, 25])
    rows = [(f"X{i:03d}", o, float(rng.poisson(1 + (o == "programme"))), True) for i, o in enumerate(option)]
    frame = projects(*rows)
    return frame, costs(*[(p, c) for p, c in zip(frame["project_id"], rng.gamma(4, 2000, len(frame)), strict=True)])


def test_options_match_the_hand_calculation():
    table = ce.options(FEW, SPENT).set_index("group")
    assert table.loc["programme", ["n", "n_left_out", "cost_eur", "effect"]].tolist() == [4, 1, 10, 2.25]
    assert table.loc["programme", "estimate"] == pytest.approx(10 / 2.25)
    assert table.loc["rejected", ["cost_eur", "effect"]].tolist() == [0, 0.5]


def test_a_cost_or_an_effect_of_zero_gets_words_and_no_ratio():
    table = ce.options(FEW, SPENT).set_index("group")
    assert table.loc[["rejected", "S2"], "note"].tolist() == ["no_cost", "no_effect"]
    assert table.loc[["rejected", "S2"], ["estimate", "low", "high"]].isna().all(axis=None)


def test_limits_are_those_of_fieller_where_all_is_known(many):
    frame, spent = many
    own = ce.options(frame, spent).set_index("group").loc["programme"]
    joined = frame[frame["option"].eq("programme")].merge(spent, on="project_id")
    expected = ratio(joined, "cost_eur", "jobs").iloc[0]
    np.testing.assert_allclose(
        own[["estimate", "low", "high"]].astype(float), expected[["estimate", "low", "high"]].astype(float)
    )


def test_what_each_project_adds_is_the_slope_of_the_means_in_its_weight(many):
    frame, spent = many
    seen = windows.window(frame.assign(jobs=frame["jobs"].mask(frame.index % 5 == 0)), spent, "jobs").only(
        ["programme"]
    )
    n, step = len(seen.frame), 1e-6
    ones = np.ones((1, n))
    slopes = [
        (seen.means(ones + step * np.eye(n))[what][:, 0] - seen.means(ones)[what][0, 0]) / step for what in (0, 1)
    ]
    _, _, pull_cost, pull_effect = seen.pulls("programme")
    np.testing.assert_allclose(np.array(slopes) * n, [pull_cost, pull_effect], rtol=1e-3, atol=1e-3)


def test_an_option_with_most_outcomes_unknown_gets_no_figure():
    blind = FEW.assign(jobs=FEW["jobs"].mask(FEW["project_id"].isin(["P2", "P3"])))
    table = ce.options(blind, SPENT).set_index("group")
    assert table.loc["programme", "note"] == "not_estimable" and np.isnan(table.loc["programme", "effect"])


def test_young_projects_stand_on_neither_side():
    young = FEW.assign(is_mature=FEW["project_id"].ne("P3"))
    table = ce.options(young, SPENT).set_index("group")  # 0, 2 and one like the 2: 4 / 3 at 28 / 3
    assert table.loc["programme", "estimate"] == pytest.approx(7)
    none = FEW.assign(is_mature=FEW["option"].ne("programme"))
    assert ce.options(none, SPENT).set_index("group").loc["programme", "note"] == "immature"
    assert ce.options(FEW.assign(is_mature=False), SPENT)["note"].eq("immature").all()


def test_created_is_about_projects_that_came_without_an_enterprise():
    frame = FEW.assign(created=[1.0, np.nan, np.nan, np.nan, np.nan, 0.0, 0.0, 1.0])
    table = ce.options(frame, SPENT, "created").set_index("group")
    assert table.loc["programme", ["n", "effect", "cost_eur"]].tolist() == [1, 1, 8]


def test_costs_that_are_not_known_leave_an_option_out_and_spare_the_others():
    table = ce.options(FEW, SPENT[:-1]).set_index("group")
    assert table.loc["S2", "note"] == "not_estimable" and table.loc["programme", "estimate"] > 0
    drawn = ce.draws(FEW.fillna({"jobs": 3.0}), SPENT[:-1], n_replicates=20)
    assert drawn.attrs["left_out"] == ("S2",) and set(drawn["option"]) == {"programme", "rejected"}


def test_draws_are_about_the_means_and_do_not_depend_on_order_or_number(many):
    frame, spent = many
    drawn = ce.draws(frame, spent, n_replicates=400, seed=3)
    table = ce.options(frame, spent).set_index("group")
    means = drawn.groupby("option")[["cost_eur", "effect"]].mean()
    np.testing.assert_allclose(means, table.loc[means.index, ["cost_eur", "effect"]].astype(float), rtol=0.05)
    again = ce.draws(frame.sample(frac=1, random_state=1), spent[::-1], n_replicates=100, seed=3)
    assert_frame_equal(again, drawn[drawn["draw"] < 100].reset_index(drop=True), check_exact=False, rtol=1e-12)
    assert drawn.attrs["n"] == {"S2": 25, "programme": 40, "rejected": 30}


def test_each_side_of_a_difference_says_how_many_projects_it_is_about(many):
    drawn = ce.draws(*many, n_replicates=50)
    tables = [ce.difference(drawn), ce.plane(drawn), ce.net_benefit_regression(*many, K, "rejected")]
    for table in tables:  # 40, 25 and 30 projects: the smaller of two would stand as the size of the programme
        sizes = table.groupby("group")[["n", "n_reference"]].first()
        assert sizes.loc["programme"].tolist() == [40, 30] and sizes.loc["S2"].tolist() == [25, 30]


def test_without_no_support_the_draws_say_that_it_is_missing(many):
    frame, spent = many
    frame = frame.assign(jobs=frame["jobs"].mask(frame["option"].eq("rejected") & (frame.index % 3 != 0)))
    drawn = ce.draws(frame, spent, n_replicates=50)
    assert drawn.attrs["left_out"] == ("rejected",)
    said = ce.acceptability(drawn, K).attrs["about"]["warnings"]
    assert any("No support is not among the options" in s for s in said)
    assert not any("Without support means" in s for s in said)
    assert any("Without support means" in s for s in ce.draws(*many, n_replicates=5).attrs["about"]["warnings"])


def test_ratios_say_that_they_have_no_limits(many):
    assert any("without limits" in s for s in ce.increments(ce.options(*many)).attrs["about"]["warnings"])


def test_what_rounding_makes_zero_is_not_shown_as_nothing(many):
    table = pd.DataFrame({"group": ["evpi", "evpi"], "k_eur": [0.0, 300_000.0], "n": 90.0, "estimate": [0.0, 1800.0]})
    table = estimates(table, kind="decision", unit="eur", privacy="confidential")
    shown = gate(table, "example")
    assert shown["estimate"].iloc[0] == 0 and np.isnan(shown["estimate"].iloc[1])
    assert shown["note"].tolist() == ["", "rounded_away"]


def test_draws_agree_with_a_plain_loop_over_projects(many):
    frame, spent = many
    frame = frame.assign(jobs=frame["jobs"].mask(frame.index % 7 == 0))
    drawn, seen = ce.draws(frame, spent, n_replicates=30, seed=2), []
    ce.draws(frame, spent, n_replicates=30, seed=2, reweigh=lambda f: lambda w: (seen.append((f, w)), w)[1])
    f, weights = seen[-1]
    for draw in (0, 29):
        for option in ("programme", "rejected"):
            rows = f.assign(w=weights[draw])[f["option"].eq(option)]
            rows = rows.loc[rows.index.repeat(rows["w"].astype(int))]
            filled = rows["jobs"].fillna(rows["jobs"].mean())  # all have an enterprise
            found = drawn[drawn["draw"].eq(draw) & drawn["option"].eq(option)].iloc[0]
            np.testing.assert_allclose([found["cost_eur"], found["effect"]], [rows["cost_eur"].mean(), filled.mean()])


def test_projects_that_say_too_little_are_refused():
    with pytest.raises(ParameterError, match="is no effect"):
        ce.options(FEW, SPENT, "happiness")
    with pytest.raises(DataError, match="is_mature"):
        ce.options(FEW.drop(columns="is_mature"), SPENT)
    with pytest.raises(DataError, match="repeat a project"):
        ce.options(pd.concat([FEW, FEW]), SPENT)


def test_without_an_alternative_every_table_says_so():
    alone = ce.draws(FEW[FEW["option"].eq("programme")], SPENT, n_replicates=10)
    tables = [call(alone, K) for call in (ce.net_benefit, ce.acceptability, ce.value_of_information)]
    tables += [ce.plane(alone), ce.difference(alone)]
    assert all(table["note"].tolist() == ["no_alternative"] for table in tables)
    assert alone.attrs["left_out"] == () and ce.checklist(alone, SPENT, K, perimeter="full", months=36) is not None


def test_what_is_not_known_of_the_programme_goes_through_as_such():
    none = ce.gross(ce.options(FEW.assign(is_mature=False), SPENT), "programme")
    rates = {"deadweight": (0.2, 0.5, 0.7), "leakage": 0, "displacement": 0, "substitution": 0, "multiplier": 1}
    assert ce.gross_to_net(none, **rates)["note"].eq("not_estimable").all()
    assert ce.break_even_deadweight(none.cost_eur, none, K)["note"].eq("not_estimable").all()
    assert ce.tornado(ce.cost_per_additional(none), {"deadweight": (0.2, 0.5, 0.7)})["note"].item() == "not_estimable"


def test_years_stand_over_the_same_projects():
    one = FEW.assign(active_months=[0, 6.0, 12, 12, 12, 0, 0, 0], is_mature=True)
    two = one.assign(active_months=one["active_months"] * 2, is_mature=FEW["project_id"].ne("P3"))
    spent = SPENT.assign(cost_eur=SPENT["cost_eur"] * 1.5)
    years = ce.yearly([one, two], [SPENT, spent], "active_months")
    assert [year.set_index("group").loc["programme", "n"] for year in years] == [3, 3]
    table = ce.discounted(years, [0.0])
    assert one_of(table, "programme", "cost_eur") == 14 and one_of(table, "programme", "effect") == 12


def one_of(table, group, column):
    return table.set_index("group").loc[group, column]


def test_structures_carry_their_names():
    frame = FEW.assign(structure_id=FEW["option"].where(FEW["option"].eq("S2"), "S1"))
    structures = pd.DataFrame({"structure_id": ["S1", "S2"], "name": ["Ours", "Theirs"]})
    named = ce.alternatives(frame.assign(option=frame["option"].replace("programme", "S1")), structures, ("rejected",))
    assert sorted(named["option"].unique()) == ["Theirs", "programme"]


def test_the_regression_agrees_with_sandwich_in_r():
    units = pd.read_csv(STORED / "effectiveness_units.csv").assign(is_mature=True, has_enterprise=True)
    expected = pd.read_csv(STORED / "effectiveness_regression.csv").sort_values(["group", "k_eur"])
    table = ce.net_benefit_regression(units, units, K, "rejected", ["project_type", "n_holders"])
    table = table.sort_values(["group", "k_eur"])
    columns = ["estimate", "low", "high"]
    order = expected.sort_values(["group", "k_eur"], key=lambda c: c.astype(str))
    np.testing.assert_allclose(
        table.set_index(["group", "k_eur"]).loc[list(zip(order["group"], order["k_eur"], strict=True)), columns],
        order[columns], rtol=1e-9,
    )  # fmt: skip


def test_without_covariates_the_regression_is_the_difference_of_means(many):
    frame, spent = many
    frame = frame.assign(jobs=frame["jobs"].mask(frame.index % 7 == 0))
    table = ce.net_benefit_regression(frame, spent, [0, 1e9], "rejected")
    means = ce.options(frame, spent).set_index("group")
    per_job = table[table["k_eur"].eq(1e9)].set_index("group")["estimate"] / 1e9
    difference = means["effect"] - means.loc["rejected", "effect"]
    np.testing.assert_allclose(per_job[["S2", "programme"]], difference[["S2", "programme"]].astype(float), atol=1e-4)


def test_covariates_that_cannot_be_held_equal_are_refused(many):
    frame, spent = many
    with pytest.raises(DataError, match="no column colour"):
        ce.net_benefit_regression(frame, spent, K, "rejected", ["colour"])
    with pytest.raises(DataError, match="have no entry_year"):
        ce.net_benefit_regression(frame.assign(entry_year=None), spent, K, "rejected", ["entry_year"])
    few = frame.groupby("option").head(4)
    assert ce.net_benefit_regression(few, spent, K, "rejected")["note"].eq("not_estimable").all()


def test_covariates_that_tell_the_options_apart_leave_nothing_to_estimate_and_doubles_nothing_out(many):
    frame, spent = many
    apart = ce.net_benefit_regression(frame, spent, K, "rejected", ["arm"])
    assert apart["note"].eq("not_estimable").all() and apart["estimate"].isna().all()
    assert any("tells by itself" in told for told in apart.attrs["about"]["warnings"])
    twice = ce.net_benefit_regression(
        frame.assign(also=frame["entry_year"]), spent, K, "rejected", ["entry_year", "also"]
    )
    once = ce.net_benefit_regression(frame, spent, K, "rejected", ["entry_year"])
    np.testing.assert_allclose(twice["estimate"], once["estimate"])


def test_the_checklist_tells_what_was_done(many):
    frame, spent = many
    drawn = ce.draws(frame, spent, n_replicates=50, seed=9)
    table = ce.checklist(drawn, spent, K, perimeter="full", months=36, rates=(0, 0.03)).set_index("group")["answer"]
    assert table["replicates"] == "50" and table["seed"] == "9" and table["discount_rate"] == "0%/3%"
    assert table["comparators"] == "others_and_no_support" and table["willingness"] == "0–20000 EUR"
    items, answers = (reference.codes(name)["code"].tolist() for name in ("reporting_items", "reporting_answers"))
    assert table.index.tolist() == [item for item in items if item != "unknown"]
    coded = table.drop(["horizon", "discount_rate", "willingness", "currency", "replicates", "seed"])
    assert coded.isin(answers).all()
    with pytest.raises(DataError, match="what they are"):
        ce.checklist(pd.DataFrame({"option": ["a"]}), spent, K, perimeter="full", months=36)


def test_a_like_mix_has_the_means_of_the_programme(many):
    frame, _ = many
    rng = np.random.default_rng(8)
    stage = np.where(rng.random(len(frame)) < np.where(frame["option"].eq("programme"), 0.7, 0.4), "idea", "launching")
    frame = frame.assign(stage_at_entry=stage, option=frame["option"].astype(object))
    weights = ce.towards(["stage_at_entry"])(frame)(np.ones((1, len(frame))))[0]
    share = {o: np.average((stage == "idea")[own], weights=weights[own]) for o in ("programme", "S2", "rejected")
             for own in [frame["option"].eq(o).to_numpy()]}  # fmt: skip
    assert share["S2"] == pytest.approx(share["programme"]) and share["rejected"] == pytest.approx(share["programme"])
    assert (weights[frame["option"].eq("programme")] == 1).all()


def test_with_one_covariate_of_two_values_the_weights_are_those_by_hand():
    # programme: 3 of 4 ideas. Other: 10 ideas bring 1 job each, 20 others none. At the mix of the programme 0.75 jobs.
    rows = [(f"P{i}", "programme", 2.0, True) for i in range(4)]
    rows += [(f"Q{i:02d}", "S2", float(i < 10), True) for i in range(30)]
    frame = projects(*rows).assign(stage=["idea"] * 3 + ["late"] + ["idea"] * 10 + ["late"] * 20)
    spent = costs(*[(p, 4.0) for p in frame["project_id"]])
    table = ce.options(frame, spent, reweigh=ce.towards(["stage"])).set_index("group")
    assert table.loc["S2", "effect"] == pytest.approx(0.75) and table.loc["S2", "note"] == ""
    thin = frame.assign(stage=["idea"] * 3 + ["late"] + ["idea"] * 4 + ["late"] * 26)  # four ideas for three quarters
    assert ce.options(thin, spent, reweigh=ce.towards(["stage"])).set_index("group").loc["S2", "note"] == "few_alike"


def test_windows_that_differ_are_refused():
    told = FEW.copy()
    told.attrs["about"] = {"months": 24}
    with pytest.raises(DataError, match=r"different windows: \[24, 36\]"):
        ce.options(told, SPENT, months=36)
