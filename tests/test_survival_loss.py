"""Weights for those lost from sight: by hand, against R, laws, known truth, refusals."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from coopeval import cohort, survival, synthetic
from coopeval.disclosure import gate
from coopeval.errors import DataError, DisclosureError, ParameterError
from coopeval.survival.loss import Loss, model
from coopeval.survival.reweighted import _weighted
from coopeval.synthetic import hazards

HERE = Path(__file__).parent / "reference"
PLAIN, WEIGHTED = "as_the_others", "weighted_for_loss"


def spells_of_r():
    return pd.read_csv(HERE / "loss_spells.csv", keep_default_na=False)


def view(table, name):
    return table[table["group"].eq(name)].reset_index(drop=True)


def world(seed, n, late=0.0):
    """Half of them cease four times as fast and are lost fifteen times as fast; some are seen only from later on.

    Those that ended or were lost before they entered were never observed, as in left truncation.
    """
    rng = np.random.default_rng(seed)
    size = 3 * n
    risky = rng.random(size) < 0.5
    entry = np.where(rng.random(size) < late, rng.uniform(0, 24, size), 0.0)
    life = rng.exponential(1 / np.where(risky, 0.024, 0.006))
    loss = entry + rng.exponential(1 / np.where(risky, 0.030, 0.002))
    follow = np.maximum(rng.uniform(30, 90, size), entry + 1)
    leave = np.minimum(np.minimum(life, loss), follow)
    frame = pd.DataFrame({"entry": entry, "exit": leave, "event": life == leave, "followed_until": follow})
    frame = frame.assign(end_kind=np.where(loss == leave, "lost_contact", ""), g=np.where(risky, "risky", "safe"))
    seen = frame[life > entry].head(n).reset_index(drop=True)
    return seen.assign(enterprise_id=seen.index)


def alive(month):
    return 0.5 * np.exp(-0.024 * month) + 0.5 * np.exp(-0.006 * month)


def test_weights_by_hand():
    # hazard 0.1 per semester times 1 and 3, of all 0.2: after a year exp(.2 - .4), exp(.6 - .4); who entered at
    # month 9 has half of the second semester behind it: exp(.05 - .1)
    loss = Loss(np.array([1.0, 3.0, 1.0]), np.array([0, 0.1, 0.2]), np.array([0, 0.2, 0.4]), 9, 2, "", False)
    assert loss.weights(np.array([0.0, 0.0, 9.0]), 12.0) == pytest.approx(np.exp([-0.2, 0.2, -0.05]))


def test_the_weighted_curve_by_hand():
    # weights at 6: exp(.1 - .2), exp(.3 - .2), exp(.3 - .2); the first ceases: S = 1 - .9048 / (.9048 + 2 * 1.1052)
    loss = Loss(np.array([1.0, 3.0, 3.0]), np.array([0, 0.1, 0.2]), np.array([0, 0.2, 0.4]), 9, 2, "", False)
    three = pd.DataFrame({"entry": 0.0, "exit": [6.0, 12.0, 12.0], "event": [True, False, False]})
    share, se = _weighted(three, loss, np.array([6.0, 12.0]))
    low, high = np.exp(-0.1), np.exp(0.1)
    stay, whole = 2 * high, low + 2 * high
    assert share == pytest.approx([stay / whole] * 2)
    # each one's influence on log S: w (1/stay - d/(n stay)) of the one that ceased, w d/(n stay) of the two others
    influence = [low * (1 / stay - low / (whole * stay)), high * low / (whole * stay), high * low / (whole * stay)]
    assert se[0] == pytest.approx(stay / whole * np.sqrt(np.square(influence).sum()))


def test_the_model_of_loss_is_that_of_r():
    stored = pd.read_csv(HERE / "loss_model.csv").set_index(["model", "term"])["estimate"]
    loss = model(spells_of_r(), ["g"])
    safe = spells_of_r()["g"].eq("safe").to_numpy()
    assert np.log(loss.relative[safe]) == pytest.approx(stored["each", "gsafe"], abs=1e-7)
    year = (np.arange(len(loss.height) - 1) + 0.5) / 2
    for name, height in (("each", loss.height), ("all", loss.height_of_all)):
        rate = np.exp(stored[name, "(Intercept)"] + stored[name, "year"] * year)
        np.testing.assert_allclose(np.diff(height), rate, rtol=1e-7)


def test_the_weighted_curve_and_its_robust_error_are_those_of_r():
    ours = view(survival.weighted_for_loss(spells_of_r(), ["g"]), WEIGHTED)
    theirs = pd.read_csv(HERE / "loss_curve.csv")
    started = (ours["estimate"] > 0) & (ours["estimate"] < 1)
    np.testing.assert_allclose(ours["estimate"], theirs["estimate"], atol=1e-7)
    for column in ("se", "low", "high"):
        np.testing.assert_allclose(ours.loc[started, column], theirs.loc[started, column], atol=1e-7)


def test_where_nobody_is_lost_it_is_the_plain_curve():
    found = spells_of_r().assign(end_kind="")
    table = survival.weighted_for_loss(found, ["g"])
    columns = ["at_months", "n", "at_risk", "n_events", "estimate"]
    assert_frame_equal(view(table, PLAIN)[columns], view(table, WEIGHTED)[columns])
    plain = survival.curve(found)
    np.testing.assert_array_equal(view(table, PLAIN)["se"], plain["se"])


def test_covariates_that_tell_nothing_leave_the_curve_where_it_was():
    table = survival.weighted_for_loss(spells_of_r().assign(g="one"), ["g"])
    np.testing.assert_allclose(view(table, PLAIN)["estimate"], view(table, WEIGHTED)["estimate"], rtol=1e-12)


def test_counts_stay_unweighted_and_the_curve_never_rises():
    table = survival.weighted_for_loss(spells_of_r(), ["g"])
    columns = ["at_months", "n", "at_risk", "n_events"]
    assert_frame_equal(view(table, PLAIN)[columns], view(table, WEIGHTED)[columns])
    assert (np.diff(view(table, WEIGHTED)["estimate"]) <= 0).all()


def test_row_order_and_input_are_untouched():
    found = spells_of_r()
    before = found.copy()
    table = survival.weighted_for_loss(found, ["g"])
    assert_frame_equal(found, before)
    assert_frame_equal(survival.weighted_for_loss(found[::-1], ["g"]), table, rtol=1e-9)


def test_a_group_in_which_nobody_was_lost_keeps_finite_weights_and_the_table_says_so():
    found = spells_of_r()
    also = found.assign(enterprise_id=found["enterprise_id"] + "x", end_kind="", g="never")
    table = survival.loss_weights(pd.concat([found, also], ignore_index=True), ["g"], [24])
    assert 0 < table["estimate"].item() <= table["at_risk"].item()
    assert any("nobody was lost" in warning for warning in table.attrs["about"]["warnings"])


@pytest.mark.parametrize("late", [0.0, 0.5])
def test_loss_that_informs_biases_the_plain_curve_and_not_the_weighted_one(late):
    table = survival.weighted_for_loss_at(world(7, 6000, late), ["g"], [36, 60])
    for month in (36, 60):
        now = table[table["at_months"].eq(month)].set_index("group")
        far = (now["estimate"] - alive(month)) / now["se"]
        assert far[PLAIN] > 3
        assert abs(far[WEIGHTED]) < 3


def test_the_hazards_of_losing_contact_of_the_made_up_world_are_found_again():
    made = synthetic.world(scale=12, seed=5)
    spells = cohort.spells(cohort.as_of(synthetic.delivery(made), pd.Timestamp("2026-06-30")), "entry")
    some = spells[spells["arm"].isin(["programme", "structure", "rejected"])].reset_index(drop=True)
    loss = model(some, ["arm"])
    lost = some[some["end_kind"].eq("lost_contact")]["arm"].value_counts()
    reference = sorted(lost.index)[0]
    for arm in lost.index:
        found = loss.relative[some["arm"].eq(arm)].mean()
        told = hazards.LOSING_CONTACT[arm] / hazards.LOSING_CONTACT[reference]
        error = np.sqrt(1 / lost[arm] + 1 / lost[reference])
        assert abs(np.log(found / told)) < 4 * error, arm


def test_the_effective_number_never_exceeds_those_at_risk():
    table = survival.loss_weights(spells_of_r(), ["g"], [12, 24, 36])
    assert (table["estimate"] <= table["at_risk"] + 1e-9).all()
    assert (table["largest_share"] >= 1 / table["at_risk"] - 1e-9).all()


def test_too_few_losses_are_said_and_no_weighted_curve_is_shown():
    found = spells_of_r()
    lost = found.index[found["end_kind"].eq("lost_contact")]
    few = found.assign(end_kind=found["end_kind"].where(~found.index.isin(lost[9:]), ""))  # 9 losses, 2 coefficients
    table = survival.weighted_for_loss_at(few, ["g"], [24])
    assert view(table, WEIGHTED)["note"].item() == "few_lost"
    assert view(table, WEIGHTED)["estimate"].isna().all()
    assert view(table, PLAIN)["estimate"].notna().all()
    assert set(survival.weighted_for_loss(few, ["g"])["group"]) == {PLAIN}
    assert survival.loss_weights(few, ["g"], [24])["note"].item() == "few_lost"


def test_groups_that_cannot_be_told_apart_are_said():
    found = spells_of_r()
    gone = found.assign(
        enterprise_id=found["enterprise_id"] + "x", entry=0.0, exit=3.0, event=False, end_kind="lost_contact", g="gone"
    )
    table = survival.weighted_for_loss_at(pd.concat([found, gone], ignore_index=True), ["g"], [24])
    assert view(table, WEIGHTED)["note"].item() == "separated"


def test_what_cannot_be_weighted_is_refused_with_a_remedy():
    found = spells_of_r()
    with pytest.raises(ParameterError, match=r"need covariates, as a list"):
        survival.weighted_for_loss(found, [])
    with pytest.raises(ParameterError, match="as a list"):
        survival.weighted_for_loss(found, "g")
    with pytest.raises(DataError, match=r"need followed_until; cohort.spells"):
        survival.weighted_for_loss(found.drop(columns="followed_until"), ["g"])
    with pytest.raises(DataError, match="1 enterprises have no g; give one"):
        survival.weighted_for_loss(found.assign(g=found["g"].where(found.index != 3, "")), ["g"])
    with pytest.raises(ParameterError, match="say the same; leave one of them out"):
        survival.weighted_for_loss(found.assign(h=found["g"]), ["g", "h"])


def test_beyond_follow_up_nothing_is_claimed():
    table = survival.weighted_for_loss_at(spells_of_r(), ["g"], [500])
    assert table["note"].tolist() == ["beyond_follow_up"] * 2
    assert table["estimate"].isna().all()


def test_both_views_are_released_by_the_same_rule_on_the_same_grid():
    released = gate(survival.weighted_for_loss(world(7, 300), ["g"]), "views")
    months = released.groupby("group")["at_months"].apply(list)
    assert months[PLAIN] == months[WEIGHTED]
    assert (released["estimate"] % 0.01 < 1e-9).any()
    at = gate(survival.weighted_for_loss_at(world(7, 300), ["g"], [24, 36]), "views_at")
    for _, row in at.iterrows():
        same = released[released["group"].eq(row["group"]) & released["at_months"].eq(row["at_months"])]
        assert same["estimate"].item() == row["estimate"]


def test_a_gap_for_want_of_losses_is_told_to_the_public_too():
    found = spells_of_r()
    few = found.assign(end_kind=found["end_kind"].mask(found["g"].eq("safe"), ""))
    few = few.assign(end_kind=few["end_kind"].where(few.groupby("end_kind").cumcount() < 6, ""), g=found["g"])
    released = gate(survival.weighted_for_loss_at(few.assign(h=range(90)), ["g", "h"], [24]), "views_at")
    assert view(released, WEIGHTED)["note"].item() == "few_lost"
    assert not view(released, WEIGHTED)["hidden"].item()


def weights_table(**changed):
    table = survival.loss_weights(world(7, 200), ["g"], [24])
    wider = table.assign(**changed)
    wider.attrs = table.attrs
    return wider


def test_weights_are_released_rounded_and_withheld_where_few_are_left_or_one_was_lost():
    released = gate(weights_table(at_risk=57, n_lost=8, estimate=51.9, largest_share=0.0312), "weights")
    shown = released[["n", "at_risk", "n_lost", "estimate", "largest_share"]].values.tolist()[0]
    assert shown == [200, 57, 9, 50, 0.04]  # how many there are by fives, at risk and lost in their class of six
    assert gate(weights_table(at_risk=9), "weights")["hidden"].item()
    assert gate(weights_table(n_lost=4), "weights")["hidden"].item()
    assert not gate(weights_table(n_lost=0), "weights")["hidden"].item()


def test_weights_without_what_their_rule_needs_are_refused():
    table = weights_table()
    bare = table.drop(columns="largest_share")
    bare.attrs = table.attrs
    with pytest.raises(DisclosureError, match="without largest_share"):
        gate(bare, "weights")
