"""What survival and competing must not do at the edges: round wrongly, invent, depend on row order, leak, or crash."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from coopeval import competing, survival
from coopeval.errors import DataError


def spells(rows, **columns):
    frame = pd.DataFrame(rows, columns=["entry", "exit", "event"]).astype({"entry": float, "exit": float})
    return frame.assign(enterprise_id=range(len(frame)), event=frame["event"].astype(bool), **columns)


@pytest.mark.parametrize("n", range(2, 402, 2))
def test_half_is_half_whatever_the_last_digit_of_the_product(n):
    # n enterprises leave one a month: exactly n/2 are left after n/2 months
    frame = spells([(0, month, True) for month in range(1, n + 1)])
    assert survival.median(frame)["estimate"].item() == n / 2


def test_nobody_gives_no_months_and_no_share():
    nobody = spells([(0, 5, True)]).iloc[:0]
    for table in (survival.rmst(nobody, 12), survival.at(nobody, [12]), survival.median(nobody)):
        assert table["estimate"].isna().all() and table["note"].eq("not_estimable").all()
    assert not len(competing.incidence(nobody.assign(cause="")))


def test_one_group_is_no_test():
    alike = spells([(0, month, True) for month in range(1, 9)]).assign(form="BV")
    table = survival.logrank(alike, by="form")
    assert table["note"].tolist() == ["not_estimable"] and table["p"].isna().all()


def test_months_before_anyone_was_observed_are_not_credited():
    late = spells([(12, 20, True), (12, 30, False), (12, 36, False)])
    table = survival.rmst(late, 30)
    assert table["estimate"].isna().all() and table["note"].item() == "not_estimable"


def test_an_error_of_zero_for_want_of_ends_is_flagged():
    assert survival.rmst(spells([(0, 36, False)] * 6), 24)["note"].item() == "few_events"


def test_strata_that_are_confidential_make_the_test_confidential():
    rows = [(0, month, True) for month in range(1, 13)]
    frame = spells(rows, legal_form=list("xy") * 6, programme=list("ppqq") * 3)
    frame.attrs["about"] = {"clock": "age"}
    assert survival.logrank(frame, "legal_form").attrs["about"]["privacy"] == "register"
    assert survival.logrank(frame, "legal_form", strata="programme").attrs["about"]["privacy"] == "confidential"


@pytest.mark.parametrize("arms", ["xy", "xyz"])
def test_permutation_p_does_not_depend_on_the_order_of_rows(arms):
    rng = np.random.default_rng(4)
    frame = spells([(0, int(t), True) for t in rng.integers(1, 30, 27)], arm=(list(arms) * 14)[:27])
    one = survival.logrank(frame, "arm", permutations=999)
    other = survival.logrank(frame.sample(frac=1, random_state=2), "arm", permutations=999)
    assert one["p_permutation"].tolist() == other["p_permutation"].tolist()


def test_a_weighted_curve_that_ends_at_zero_has_no_infinite_error():
    frame = spells([(0, 3, True), (4, 9, False), (5, 12, True)], w=[1.0, 2.0, 0.5])
    assert not np.isinf(survival.curve(frame, weights="w")["se"]).any()


def test_the_grid_has_greenwoods_error_with_delayed_entry_too():
    rng = np.random.default_rng(3)
    entry, event = 6.0 * rng.integers(0, 4, 60), rng.random(60) < 0.5
    after = entry + 6 * rng.integers(0, 6, 60)
    rows = list(zip(entry, np.where(event, after + 5.5, after + 6), event, strict=True))
    frame = spells(rows, exit_after=np.where(event, after + 0.5, after + 6))
    exact = survival.curve(frame.assign(exit=after + 6))
    both = survival.grid(frame).merge(exact, on="at_months", suffixes=("", "_exact"))
    np.testing.assert_allclose(both["se"], both["se_exact"], atol=1e-12)


def test_active_is_no_cause_and_an_end_has_one():
    frame = spells([(0, 1, True), (0, 2, True), (0, 3, False)])
    with pytest.raises(DataError, match="not a cause"):
        competing.incidence(frame.assign(cause=["active", "ceased", ""]))
    with pytest.raises(DataError, match="without a cause"):
        competing.incidence(frame.assign(cause=["", "ceased", ""]))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"entry": [9, 9, 9]}, "3 enterprises .* entry < exit"),
        ({"entry": ["a", "b", "c"]}, "holds text"),
        ({"exit": [1, np.nan, 3]}, "1 enterprise without entry or exit"),
        ({"event": ["yes", "no", "no"]}, "True and False"),
        ({"enterprise_id": [1, 1, 2]}, "1 enterprise .* once"),
        ({"arm": ["x", "", "y"]}, "1 enterprise .* 'unknown'"),
    ],
)
def test_a_refusal_counts_and_says_what_to_do(change, message):
    frame = spells([(0, 1, True), (0, 2, True), (0, 3, False)], arm=["x", "y", "y"])
    with pytest.raises(DataError, match=message):
        survival.curve(frame.assign(**change), "arm")


def test_a_group_not_followed_up_to_the_horizon_has_no_mean_and_says_so():
    frame = spells([(0, 30, True), (0, 12, False)], arm=["x", "y"])
    means = survival.rmst(frame, 24, "arm")
    assert means["estimate"].tolist()[0] == 24 and means.loc[1, ["n_events", "estimate", "se", "low"]].isna().all()
    assert means["note"].tolist() == ["few_events", "beyond_follow_up"]
    gap = survival.difference(frame, "arm", tau=24)
    assert gap["note"].item() == "beyond_follow_up" and gap[["estimate", "se", "low", "high", "p"]].isna().all(
        axis=None
    )


rows = st.lists(
    st.tuples(st.integers(0, 8), st.integers(1, 8), st.sampled_from(["", "ceased", "merged"]), st.sampled_from("xy")),
    min_size=1, max_size=25,
)  # fmt: skip


def drawn(values):
    frame = pd.DataFrame(values, columns=["entry", "long", "cause", "arm"])
    frame = frame.assign(exit=frame["entry"] + frame["long"], event=frame["cause"].eq("ceased"))
    return frame.assign(enterprise_id=range(len(frame)))


@settings(max_examples=60, deadline=None)
@given(rows)
def test_laws_of_curves_and_incidences(values):
    frame = drawn(values)
    before = frame.copy(deep=True)
    table = survival.curve(frame, "arm")
    assert_frame_equal(frame, before)
    assert_frame_equal(table, survival.curve(frame[::-1], "arm"))
    for name, own in table.groupby("group"):
        assert (own["estimate"].diff().dropna() <= 1e-12).all()
        alone = survival.curve(frame[frame["arm"].eq(name)])
        np.testing.assert_allclose(own["estimate"], alone["estimate"])
    total = competing.incidence(frame).groupby("at_months")["estimate"].sum()
    np.testing.assert_allclose(total, 1, atol=1e-9)


@settings(max_examples=60, deadline=None)
@given(rows, st.integers(1, 15))
def test_splitting_a_spell_changes_nothing(values, cut):
    frame = drawn(values)
    across = (frame["entry"] < cut) & (frame["exit"] > cut)
    head = frame[across].assign(exit=cut, event=False, enterprise_id=lambda f: -1 - f["enterprise_id"])
    tail = frame.assign(entry=frame["entry"].where(~across, cut))
    one, two = survival.curve(frame), survival.curve(pd.concat([head, tail], ignore_index=True))
    both = one.merge(two, on="at_months", suffixes=("", "_split"))
    assert len(both) == len(one)
    for column in ("at_risk", "n_events", "estimate", "se"):
        np.testing.assert_allclose(both[column], both[f"{column}_split"])


# METHODS 1, delayed entry: at 5, 6, 7, 10 at risk 4, 4, 4, 2: S = .75 .5625 .4219 .2109, SE(10) = .1827
SIX = spells([(0, 5, 1), (0, 8, 0), (3, 6, 1), (4, 10, 1), (5, 12, 0), (6, 7, 1)])


def test_delayed_entry_by_hand():
    table = survival.curve(SIX).set_index("at_months").loc[[5, 6, 7, 10]]
    assert table["at_risk"].tolist() == [4, 4, 4, 2]
    assert table["estimate"].round(4).tolist() == [0.75, 0.5625, 0.4219, 0.2109]
    assert round(table["se"].iloc[-1], 4) == 0.1827
    ignoring = survival.curve(SIX.assign(entry=0.0)).set_index("at_months").loc[[5, 6, 7, 10], "estimate"]
    assert ignoring.round(3).tolist() == [0.833, 0.667, 0.5, 0.25]


def looked_at_by_the_calendar(late):
    """Births spread evenly over the semester, ends as even as the law S(t) = 0.99^t has them, looks each six months."""
    rows, after = [], []
    for phase in np.arange(0.15, 6, 0.3):
        for looks in range(4, 14):
            for q in (np.arange(100) + 0.5) / 100:
                entry = 3.7 if late and round(q * 100) % 3 == 0 else 0.0
                end, last = np.log(q) / np.log(0.99), phase + 6 * looks
                found = phase + 6 * np.ceil((end - phase) / 6)
                if end > entry:
                    rows.append((entry, max(found, phase) if end <= last else last, end <= last))
                    after.append(max(found - 6, entry) if end <= last else last)
    return spells(rows, exit_after=after)


@pytest.mark.parametrize("late", [False, True])
def test_the_grid_is_not_drawn_aside_by_looks_that_fall_within_its_steps(late):
    told = survival.grid(looked_at_by_the_calendar(late)).set_index("at_months")["estimate"]
    months = np.array([6, 24, 48, 72])
    np.testing.assert_allclose(told.loc[months], 0.99**months, atol=0.01)


def test_those_last_seen_within_a_step_count_for_the_part_they_were_seen_in():
    # of 400, 200 are watched for half the step: with an even hazard of ends, half of their ends are seen too
    rows = [(0, 2.9, True)] * 30 + [(0, 5.9, True)] * 10 + [(0, 3, False)] * 180 + [(0, 6, False)] * 180
    told = survival.grid(spells(rows, exit_after=[row[1] for row in rows]))
    assert told["estimate"].item() == pytest.approx(1 - 40 / 310, abs=0.005)  # 400 less half of the 180


def test_the_grid_comes_to_zero_when_all_have_ended():
    rows = [(0, 9, True), (0, 10, True), (2.5, 23, True), (0, 4, False)]
    told = survival.grid(spells(rows, exit_after=[3, 10, 17, 4]))
    assert told["at_months"].tolist() == [6, 12, 18, 24] and told["estimate"].iloc[-1] == pytest.approx(0, abs=1e-9)
    assert (told["n_events"] <= told["at_risk"] + 1e-9).all() and told["n_events"].sum() == pytest.approx(3)


def test_a_difference_from_a_group_without_ends_is_as_wide_as_a_difference_of_two_shares():
    # 10 of 10 against 10 of 10, and 8 of 10 against 10 of 10: by hand from Wilson's .722 for 10 of 10
    rows = [(0, 24, False)] * 20
    same = survival.difference(spells(rows, arm=list("x" * 10 + "y" * 10)), "arm", at_months=12)
    assert same[["low", "high"]].to_numpy()[0] == pytest.approx([-0.278, 0.278], abs=5e-4)
    rows = [(0, 24, False)] * 10 + [(0, 6, True)] * 2 + [(0, 24, False)] * 8
    frame = spells(rows, arm=list("x" * 10 + "y" * 10))
    own = survival.at(frame, [12], by="arm").set_index("group").loc["y"]
    told = survival.difference(frame, "arm", at_months=12).iloc[0]
    assert told["low"] == pytest.approx(own["low"] - 1) and told["note"] == "few_events"
    assert told["high"] == pytest.approx(-0.2 + np.hypot(own["high"] - 0.8, 0.278), abs=5e-4)
