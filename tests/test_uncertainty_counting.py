"""Spells checked and counted in one pass: the counts are those of the longer way, and nothing faulty gets through."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coopeval import competing, survival
from coopeval.errors import DataError
from coopeval.uncertainty import counting
from coopeval.uncertainty.counting import tallied_at_once
from coopeval.uncertainty.tallying import Rows, tallied

SOME = st.lists(st.tuples(st.integers(0, 4), st.integers(1, 4), st.integers(0, 2)), min_size=1, max_size=40)
N = 300


@pytest.fixture(autouse=True)
def _blocks_of_seven(monkeypatch):
    monkeypatch.setattr(counting, "ROWS_AT_ONCE", 7)


def sound(entry=None, **columns) -> pd.DataFrame:
    """So many rows that a table of their times pays, some of them entering late."""
    rng = np.random.default_rng(5)
    entry = rng.integers(0, 4, N) if entry is None else entry
    frame = pd.DataFrame({"enterprise_id": range(N), "entry": entry, "exit": 4 + rng.integers(1, 20, N)})
    frame["cause"] = rng.choice(["", "ceased", "merged"], N)
    return frame.assign(event=frame["cause"].eq("ceased"), **columns)


def quick(frame: pd.DataFrame):
    return tallied_at_once(frame, frame["event"].to_numpy(), 2, "enterprise_id")


@settings(max_examples=30, deadline=None)
@given(SOME, st.booleans(), st.booleans())
def test_counted_in_one_pass_is_counted_right(values, from_the_start, as_decimals):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counting, "ROWS_AT_ONCE", 7)
        entry, stay, kind = np.repeat(np.array(values, dtype=np.int64).T, 60, axis=1)
        entry = np.zeros_like(entry) if from_the_start else entry
        frame = pd.DataFrame({"enterprise_id": range(len(kind)), "entry": entry, "exit": entry + stay})
        frame = frame.astype({"entry": float, "exit": float}) if as_decimals else frame
        found = tallied_at_once(frame, kind, 3, "enterprise_id")
    for ours, other in zip(found, tallied(Rows(entry, entry + stay, kind, None, 1, 3)), strict=True):
        np.testing.assert_array_equal(ours, other)


def in_order(entry, leave, kind, n_kinds):
    """The same by sorting, as is done with times that have decimals."""
    found = tallied(Rows(entry + 0.5, leave + 0.5, kind, None, 1, n_kinds))
    return found._replace(time=found.time - 0.5)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(-1, 9), st.integers(1, 9), st.integers(0, 4)), min_size=1, max_size=9),
    st.sampled_from([1, 1, 1, 3, 2**11, 2**13, 2**15, 2**31, 2**40]),
    st.sampled_from([np.int64, float]),
    st.sampled_from(["sound", "missing", "with decimals", "unsorted", "twice"]),
    st.integers(1, 40),
)
def test_any_rows_are_counted_as_by_sorting_or_left_alone(values, scale, as_numbers, how, times):
    entry, stay, kind = np.repeat(np.array(values, dtype=np.int64).T, times, axis=1)
    entry, leave = scale * entry, (scale * (entry + stay)).astype(as_numbers)
    number = np.arange(len(kind))
    if how in ("missing", "with decimals"):
        leave = leave.astype(float)
        leave[-1] += np.nan if how == "missing" else 0.25
    elif how != "sound":
        number[-1] = -1 if how == "unsorted" else 0
    frame = pd.DataFrame({"enterprise_id": number, "entry": entry, "exit": leave})
    found = tallied_at_once(frame, kind.astype(np.int8), 5, "enterprise_id")
    if how != "sound" and (len(kind) > 1 or how in ("missing", "with decimals")) or entry.min() < 0:
        assert found is None
    if found is not None:
        for ours, other in zip(found, in_order(entry, leave, kind, 5), strict=True):
            np.testing.assert_array_equal(ours, other)


@pytest.mark.parametrize("last", [2**14 - 1, 2**14, 2**15, 2**16 - 1])
@pytest.mark.parametrize("kinds", [np.int8, np.int64, bool])
def test_times_beyond_short_numbers_are_counted_too(monkeypatch, last, kinds):
    monkeypatch.setattr(counting, "ROWS_AT_ONCE", 2**15)
    number = np.arange(2**17 + 2**16)  # the second block and later ones are within short numbers
    leave = np.where(number < 2**15, last - number % 3, 1 + number % 50)
    entry, kind = np.zeros_like(leave), (number % 2).astype(kinds)
    found = tallied_at_once(pd.DataFrame({"id": number, "entry": entry, "exit": leave}), kind, 2, "id")
    for ours, other in zip(found, in_order(entry, leave, kind, 2), strict=True):
        np.testing.assert_array_equal(ours, other)


FAULTS = {
    "an exit as it enters": ("exit", lambda frame: frame["entry"]),
    "an exit before": ("exit", lambda frame: frame["entry"] - 1.0),
    "no exit": ("exit", np.nan),
    "no entry": ("entry", np.nan),
    "an endless exit": ("exit", np.inf),
    "an endless entry": ("entry", -np.inf),
    "twice": ("enterprise_id", lambda frame: frame["enterprise_id"] - 1),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_no_faulty_row_gets_through(fault):
    column, value = FAULTS[fault]
    for entry in (None, 2):  # late, or all at once
        frame = sound(entry)
        assert quick(frame) is not None
        wrong = value(frame) if callable(value) else pd.Series(value, index=frame.index)
        for row in (1, 6, 7, 8, N - 1):
            faulty = frame.assign(**{column: frame[column].astype(wrong.dtype).mask(frame.index == row, wrong)})
            assert quick(faulty) is None
        for estimate in (survival.curve, competing.incidence):
            with pytest.raises(DataError, match="enterprise|infinite"):
                estimate(faulty)


def test_what_cannot_be_counted_is_left_to_the_longer_way():
    frame, wide = sound(), sound()
    decimals = frame.assign(exit=frame["exit"] + np.where(frame.index == 9, 0.5, 0))
    assert quick(frame) is not None and quick(frame[:0]) is None
    wide.loc[9, "exit"] = 10**12
    shuffled, mixed = sound(enterprise_id=range(N, 0, -1)), sound(enterprise_id=["a", *range(1, N)])
    early = frame.assign(entry=frame["entry"] - 3)
    for other in (
        decimals,
        wide,
        shuffled,
        mixed,
        early,
        frame.astype({"exit": object}),
        frame.astype({"entry": "Int64"}),
    ):
        assert tallied_at_once(other, frame["event"].to_numpy(), 2, "enterprise_id") is None
    same = survival.curve(frame), survival.curve(shuffled), survival.curve(mixed)
    for other in same[1:]:
        pd.testing.assert_frame_equal(pd.DataFrame(same[0]), pd.DataFrame(other), check_exact=True)
    for other in (shuffled, mixed):
        ours, theirs = competing.incidence(frame), competing.incidence(other)
        pd.testing.assert_frame_equal(pd.DataFrame(ours), pd.DataFrame(theirs), check_exact=True)


def test_causes_are_looked_at_whichever_way_spells_are_counted():
    frame = sound()
    for change, said in (
        ({"cause": frame["cause"].replace("merged", "active")}, "not a cause"),
        ({"event": True}, "without a cause"),
        ({"cause": frame["cause"].replace("merged", None)}, "no cause"),
    ):
        for ids in (frame["enterprise_id"], frame["enterprise_id"][::-1].to_numpy()):
            with pytest.raises(DataError, match=said):
                competing.incidence(frame.assign(enterprise_id=ids, **change))
