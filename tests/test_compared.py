"""Weighted and standardised curves with delayed entry: R's numbers, laws, planted confounding, and bad input."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from coopeval import survival, uncertainty
from coopeval.disclosure import gate
from coopeval.errors import DataError, ParameterError
from coopeval.survival import Adjusted, Resampling
from coopeval.survival.pulls import Spell, months_to, share_at

HERE = Path(__file__).parent / "reference"
COVARIATES = "legal_family(coop) + age_at_zero"
PAIR = ("programme", "register")
BARE = Resampling(n_replicates=0)
FEW = Resampling(n_replicates=40, seed=3)


def stored(name, **only):
    frame = pd.read_csv(HERE / f"hazards_{name}.csv")
    for column, value in only.items():
        frame = frame[frame[column].eq(value)]
    return frame.reset_index(drop=True)


@pytest.fixture(scope="module")
def spells():
    frame = stored("spells")
    return frame.rename(columns={"row": "enterprise_id"}).assign(event=frame["event"].astype(bool))


@pytest.fixture(scope="module")
def two(spells):
    return spells[spells["arm"].ne("structure")].reset_index(drop=True)


@pytest.fixture(scope="module")
def confounded():
    """No effect of the arm; its enterprises are older, and older ones last longer. Half of them enter late."""
    rng = np.random.default_rng(11)
    n = 600
    old = rng.random(n) < np.repeat([0.75, 0.25], n // 2)
    entry = np.where(rng.random(n) < 0.5, rng.integers(1, 12, n), 0).astype(float)
    lasts = np.ceil(rng.exponential(np.where(old, 60, 15), n))
    frame = pd.DataFrame({"enterprise_id": np.arange(n), "arm": np.repeat(["programme", "register"], n // 2)})
    return frame.assign(old=old.astype(float), entry=entry, exit=entry + np.minimum(lasts, 40), event=lasts <= 40)


def test_a_weighted_value_by_hand():
    # weights 1 and 3 at risk at 1, the light one ends: S = 3/4. Influences on S: each unit's own weight times
    # (its end - S's step) / 4: the one that ended -1 * (1 - 1/4) / 4 = -.1875, the other +3 * (1/4) / 4 = .1875
    own = Spell(np.zeros(2), np.array([1.0, 2]), np.array([True, False]), np.array([1.0, 3]), np.arange(2))
    assert share_at(own, 1.5) == (0.75, pytest.approx(0.1875 * np.sqrt(2)))
    # area to 2: 1 + .75, moved by one month of S
    assert months_to(own, 2) == (1.75, pytest.approx(0.1875 * np.sqrt(2)))
    assert share_at(own, 0.5) == (1.0, 0.0)


@pytest.mark.parametrize("by", ["row", "enterprise"])
def test_weighted_values_and_areas_have_the_robust_errors_of_r(by):
    frame = stored("spells")
    for late in (True, False):
        for _, row in stored("values", late=late, by=by).iterrows():
            found = share_at(_own(frame, row["group"], by, late), row["at_months"])
            np.testing.assert_allclose(found, [row["estimate"], row["se"]], atol=1e-9)
        for _, row in stored("areas", late=late, by=by).iterrows():
            found = months_to(_own(frame, row["group"], by, late), row["tau"])
            np.testing.assert_allclose(found, [row["estimate"], row["se"]], atol=1e-9)


def _own(frame, group, by, late):
    own = frame[frame["arm"].eq(group)]
    entry, leave = own["entry"].to_numpy(float), own["exit"].to_numpy(float)
    times = (entry, leave) if late else (np.zeros(len(own)), leave - entry)
    return Spell(*times, own["event"].to_numpy(bool), own["weight"].to_numpy(), pd.factorize(own[by])[0])


@pytest.mark.parametrize("target", ["all", "programme"])
def test_averaged_curves_are_those_of_r(spells, target):
    ours = survival.standardised(spells, "arm", COVARIATES, [6, 12, 24, 36], target, BARE)
    theirs = stored("averaged", target=target).sort_values(["group", "at_months"])
    np.testing.assert_allclose(ours["estimate"], theirs["estimate"], atol=1e-9)
    assert ours["group"].tolist() == theirs["group"].tolist()


def test_the_curve_counts_entry(spells):
    # with covariates that tell nothing, the averaged curve is exp(-H) of the group, and with many enterprises the
    # product limit; had entry been ignored it would lie well above
    many = pd.concat([spells.assign(enterprise_id=spells["enterprise_id"] + f"-{k}") for k in range(3)])
    many = many.assign(nothing=np.arange(len(many)) % 2)
    ours = survival.standardised(many, "arm", "nothing", [24], resampling=BARE)
    right = survival.at(many, [24], "arm")
    wrong = survival.at(many.assign(entry=0.0), [24], "arm")
    gap = (ours["estimate"] - right["estimate"]).abs()
    assert gap.max() < 0.02 < (wrong["estimate"] - right["estimate"]).max()


def test_the_same_draws_whatever_the_order_of_rows(two):
    once = survival.standardised(two, "arm", COVARIATES, [12, 24], "programme", FEW)
    assert_frame_equal(once, survival.standardised(two[::-1], "arm", COVARIATES, [12, 24], "programme", FEW))
    assert once.attrs["about"]["method"].endswith("40 replicates, seed 3")
    assert (once["low"] < once["estimate"]).all() and (once["estimate"] < once["high"]).all()
    assert not gate(once, "standardised")["hidden"].any()


def test_differences_are_those_of_the_curves(two):
    table = survival.compared(two, "arm", PAIR, at_months=24, adjusted=Adjusted("weight", COVARIATES),
                              resampling=FEW).set_index("group")  # fmt: skip
    plain = survival.at(two, [24], "arm").set_index("group")["estimate"]
    assert table.loc["unadjusted", "estimate"] == pytest.approx(plain["programme"] - plain["register"])
    heavy = stored("values", late=True, by="row", at_months=24).set_index("group")
    assert table.loc["weighted", "estimate"] == pytest.approx(
        heavy.loc["programme", "estimate"] - heavy.loc["register", "estimate"]
    )
    assert table.loc["weighted", "se"] == pytest.approx(np.hypot(*heavy.loc[["programme", "register"], "se"]))
    mixed = survival.standardised(two, "arm", COVARIATES, [24], "programme", BARE).set_index("group")["estimate"]
    assert table.loc["standardised", "estimate"] == pytest.approx(mixed["programme"] - mixed["register"])
    assert table["design"].tolist() == ["association", "adjusted", "adjusted"]
    area = survival.compared(two, "arm", PAIR, tau=36, adjusted=Adjusted("weight"), resampling=BARE)
    heavy = stored("areas", late=True, by="row").set_index("group")
    gap = heavy.loc["programme", "estimate"] - heavy.loc["register", "estimate"]
    assert area["estimate"].iloc[1] == pytest.approx(gap)


def test_an_e_value_by_hand():
    # 5 of 25 cease against 10 of 25: a ratio of one half, turned 2: 2 + sqrt(2) = 3.41
    frame = pd.DataFrame({"enterprise_id": range(50), "arm": np.repeat(["x", "y"], 25), "entry": 0.0})
    frame["event"] = np.isin(np.arange(50), [*range(5), *range(25, 35)])
    frame["exit"] = np.where(frame["event"], 5.0, 20.0)
    table = survival.compared(frame, "arm", "x", at_months=12)
    assert table["e_value"].item() == pytest.approx(2 + np.sqrt(2)) and table["e_value_limit"].item() == 1
    # one end fewer in a group is too few for a test, and for a ratio that tells of hidden selection
    few = survival.compared(
        frame.assign(event=frame["event"] & frame.index.to_series().gt(0)), "arm", "x", at_months=12
    )
    assert few["note"].item() == "few_events" and few[["p", "e_value", "e_value_limit"]].isna().all(axis=None)


def test_planted_confounding_is_taken_away(confounded):
    arm = confounded["arm"].eq("programme")
    balance = uncertainty.balancing(confounded[["old"]].to_numpy(), arm)
    weighted = confounded.assign(weight=balance.weights(np.ones((1, len(arm))))[0])
    table = survival.compared(weighted, "arm", PAIR, at_months=24, adjusted=Adjusted("weight", "old"),
                              resampling=Resampling(100, 5)).set_index("group")  # fmt: skip
    assert table.loc["unadjusted", "low"] > 0.1
    assert (table.loc[["weighted", "standardised"], "estimate"].abs() < 0.08).all()
    assert (table.loc[["weighted", "standardised"], "low"] < 0).all()
    again = survival.compared(weighted, "arm", PAIR, at_months=24, adjusted=Adjusted("weight"),
                              resampling=Resampling(100, 5, 0.95, balance)).set_index("group")  # fmt: skip
    assert again.loc["weighted", "estimate"] == pytest.approx(table.loc["weighted", "estimate"])
    assert again.loc["weighted", "se"] == pytest.approx(table.loc["weighted", "se"], rel=0.25)
    months = survival.compared(weighted, "arm", PAIR, tau=30, adjusted=Adjusted(None, "old"), resampling=BARE)
    assert abs(months["estimate"].iloc[1]) < 2 < months["estimate"].iloc[0]


def test_nothing_is_said_that_means_nothing(two):
    def only(frame, **how):
        table = survival.compared(frame, "arm", PAIR, adjusted=Adjusted("weight", COVARIATES), resampling=BARE,
                                  **(how or {"at_months": 24}))  # fmt: skip
        assert table[["estimate", "se", "low", "high", "p", "e_value"]].isna().all(axis=None)
        return set(table["note"])

    assert only(two, at_months=90) == {"beyond_follow_up"} == only(two, tau=90)
    one = pd.concat([two[two["arm"].eq("register")], two[two["arm"].eq("programme")].head(1)])
    assert only(one, at_months=5) == {"few_units"}
    assert only(two[two["arm"].eq("programme")]) == {"few_units"} == only(two.head(0))
    assert not len(survival.standardised(two.head(0), "arm", COVARIATES.replace("(coop)", ""), [12]))
    assert only(two.assign(event=two["event"] & two["arm"].eq("register"))) == {"few_events"}
    late = two.assign(entry=two["entry"].clip(lower=8)).query("exit > entry")
    assert only(late, tau=24) == {"not_estimable"}
    split = two.assign(age_at_zero=-two["exit"], entry=0.0)  # whoever ends is the oldest at risk
    notes = survival.standardised(split, "arm", "age_at_zero", [12], resampling=BARE)
    assert set(notes["note"]) <= {"separated", "not_estimable"} and notes["estimate"].isna().all()
    few = survival.standardised(two.assign(event=two["event"] & (two.index < 12)), "arm", COVARIATES, [12])
    assert set(few["note"]) == {"few_events"} and few["estimate"].isna().all()


def test_a_group_is_compared_with_each_other_one(spells, two):
    each = survival.compared(spells, "arm", "programme", at_months=24, adjusted=Adjusted(None, COVARIATES),
                             resampling=FEW)  # fmt: skip
    assert each["against"].tolist() == ["register", "register", "structure", "structure"]
    alone = survival.compared(two, "arm", PAIR, at_months=24, adjusted=Adjusted(None, COVARIATES), resampling=FEW)
    assert_frame_equal(pd.DataFrame(each.iloc[:2]), pd.DataFrame(alone))
    assert not gate(each, "each")["hidden"].all()


def test_what_cannot_be_compared_is_refused_with_a_remedy(two):
    with pytest.raises(ParameterError, match="one of them"):
        survival.compared(two, "arm", PAIR)
    with pytest.raises(ParameterError, match="with itself"):
        survival.compared(two, "arm", ("programme", "programme"), at_months=12)
    with pytest.raises(ParameterError, match="name both"):
        three = two.assign(arm=np.where(two.index % 9 == 0, "structure", two["arm"]))
        survival.compared(three, "arm", "programme", 12, resampling=Resampling(reweigh=np.ones_like))
    with pytest.raises(ParameterError, match="above 0"):
        survival.compared(two, "arm", PAIR, tau=-1)
    with pytest.raises(ParameterError, match='or "all"'):
        survival.standardised(two, "arm", COVARIATES, [12], "rejected")
    with pytest.raises(DataError, match="no column legal_family"):
        survival.standardised(two.drop(columns="legal_family"), "arm", COVARIATES, [12])
