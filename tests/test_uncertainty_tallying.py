"""Rows counted into a table and rows sorted give the same; both what counting one by one gives."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coopeval import competing, survival
from coopeval.uncertainty import tallying
from coopeval.uncertainty.labelling import labelled, repeated, unlabelled
from coopeval.uncertainty.tallying import Extent, Rows, extent, tabled, tallied

SOME = st.lists(
    st.tuples(st.integers(0, 4), st.integers(1, 4), st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=40
)


def rows_of(values, times=1) -> Rows:
    """Many times the same spells, so that a table of whole numbers pays; some of three groups may be empty."""
    entry, stay, kind, group = np.repeat(np.array(values, dtype=np.int64).T, times, axis=1)
    return Rows(entry, entry + stay, kind, group, 3, 3)


def one_by_one(rows: Rows) -> list[tuple]:
    found = []
    for number in range(rows.n_groups):
        own = rows.group == number
        for time in np.unique(rows.leave[own]):
            there = own & (rows.leave == time)
            at_risk = (own & (rows.entry < time) & (rows.leave >= time)).sum()
            found.append((number, time, at_risk, *((there & (rows.kind == kind)).sum() for kind in (1, 2))))
    return found


def told(found) -> list[tuple]:
    return list(zip(found.group.tolist(), found.time, found.at_risk, *found.ended, strict=True))


@settings(max_examples=40, deadline=None)
@given(SOME, st.booleans())
def test_counted_and_sorted_rows_are_what_counting_one_by_one_gives(values, with_decimals):
    few, many = rows_of(values), rows_of(values, times=100)
    if with_decimals:  # they cannot be counted into a table
        few, many = (rows._replace(entry=rows.entry + 0.25, leave=rows.leave + 0.25) for rows in (few, many))
    assert (tallying._whole(many) is None) == with_decimals
    assert told(tallied(many)) == one_by_one(many)
    assert [(g, t, n / 100, *(d / 100 for d in ended)) for g, t, n, *ended in told(tallied(many))] == told(tallied(few))
    as_decimals = many._replace(entry=many.entry.astype(float), leave=many.leave.astype(float))
    assert told(tallied(as_decimals)) == told(tallied(many))
    by_all = tabled(many._replace(kind=many.kind > 0, n_kinds=2))
    at_ends = [(g, t, n, d + e) for g, t, n, d, e in one_by_one(many) if d + e]
    place = {time: number for number, time in enumerate(by_all.time)}
    assert all(by_all.at_risk[g, place[t]] == n and by_all.ended[g, place[t]] == d for g, t, n, d in at_ends)
    assert by_all.ended.sum() == (many.kind > 0).sum()


def test_how_many_rows_are_counted_at_once_changes_nothing(monkeypatch):
    rng = np.random.default_rng(3)
    entry = rng.integers(0, 5, 3000)
    frame = pd.DataFrame({"enterprise_id": range(3000), "entry": entry, "exit": entry + rng.integers(1, 30, 3000)})
    frame = frame.assign(event=rng.random(3000) < 0.4, arm=rng.choice(list("xyz"), 3000))
    frame["cause"] = np.where(frame["event"], rng.choice(["ceased", "merged"], 3000), "")
    halves = frame.assign(entry=frame["entry"] / 2, exit=frame["exit"] / 2)  # sorted, not counted

    def all_of(spells):
        return [
            survival.curve(spells, "arm"), survival.at(spells, [1, 4, 90], "arm"), survival.logrank(spells, "arm"),
            competing.incidence(spells, "arm"),
        ]  # fmt: skip

    whole = all_of(frame)
    for ours, other in zip(whole, all_of(halves), strict=True):
        if ours.attrs["about"]["kind"] != "at":
            pd.testing.assert_frame_equal(
                pd.DataFrame(ours).drop(columns="at_months", errors="ignore"),
                pd.DataFrame(other).drop(columns="at_months", errors="ignore"), check_exact=True,
            )  # fmt: skip
    monkeypatch.setattr(tallying, "ROWS_AT_ONCE", 7)
    for ours, other in zip(whole, all_of(frame), strict=True):
        pd.testing.assert_frame_equal(pd.DataFrame(ours), pd.DataFrame(other), check_exact=True)


def test_a_table_is_only_made_where_it_is_no_larger_than_the_rows():
    rows = Rows(np.zeros(10), np.arange(1, 11) * 1.0, np.ones(10, dtype=bool), None)
    assert tallying._whole(rows) is None
    assert tallying._whole(rows._replace(leave=np.full(10, 1e15))) is None
    assert tallying._whole(rows._replace(entry=np.full(10, -3.0), leave=np.full(10, -1.0))) is None
    assert tallying._whole(rows._replace(leave=np.full(10, 2.0))) is not None
    assert tallied(rows._replace(entry=np.full(10, -3.0), leave=np.full(10, -1.0))).at_risk.tolist() == [10]


@pytest.mark.parametrize("values", [[1, 2, 3], ["a", "b", "c"], [3, 1, 2], ["b", "a", None], [1.0, np.nan, 2]])
def test_labels_in_any_order_are_told_apart(values):
    assert repeated(pd.Series(values)) == 0
    assert repeated(pd.Series([*values, values[0]])) == 1
    assert repeated(pd.Series([1, "a", 2], dtype=object)) == 0


def test_categories_are_numbered_as_their_labels_are():
    text = pd.Series(list("bacab"))
    for categories in (list("abc"), list("cbad"), list("zcab")):
        number, names = labelled(pd.Series(pd.Categorical(text, categories=categories)))
        assert number.tolist() == labelled(text)[0].tolist() and names.tolist() == list("abc")
    missing = pd.Series(pd.Categorical(["b", None, "a"], categories=["b", "a", "c"]))
    assert labelled(missing)[0].tolist() == [1, -1, 0]
    assert unlabelled(missing) == unlabelled(missing.astype(object)) == 1
    assert unlabelled(pd.Series(pd.Categorical(["", "x", None]))) == unlabelled(pd.Series(["", "x", None])) == 2
    assert unlabelled(pd.Series([1, 0])) == 0


def test_numbers_as_labels_are_told_apart_wherever_they_begin():
    for values in ([3, 1, 3, 2], [0, 2, 2, 5], [-2, 0, -2, 7], [10**12, 5, 5, 5], [0, 1, 2, 1]):
        number, names = labelled(pd.Series(values))
        as_text = labelled(pd.Series([f"{value + 10:014d}" for value in values]))
        assert number.tolist() == as_text[0].tolist()
        assert names.tolist() == sorted(set(values)) and all(type(name) is int for name in names)


def test_how_far_times_reach_is_told_of_sound_times_only():
    assert extent(np.array([3, 0]), np.array([4, 9])) == Extent(0, 3, 9)
    for entry, leave in (([0.0], [0.0]), ([0.0], [np.nan]), ([np.nan], [1.0]), ([0.0], [np.inf]), ([-np.inf], [1.0])):
        assert extent(np.array(entry), np.array(leave)) is None


def test_decimals_among_objects_are_not_cut_off():
    exits = pd.Series([1.5, 2.5, 2.5, 3.0] * 50, dtype=object)
    spells = pd.DataFrame({"enterprise_id": range(200), "entry": 0, "exit": exits, "cause": ["", "a"] * 100})
    assert sorted(set(competing.incidence(spells)["at_months"])) == [1.5, 2.5, 3.0]
