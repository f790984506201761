"""The shortcuts of the auditor's programmes say what the plain programmes say, of any block."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from coopeval.audit.narrowing import narrowed
from coopeval.audit.programme import Infeasible, interval, intervals
from coopeval.audit.system import Block

ROWS, COLUMNS = 4, 6
times = st.lists(st.lists(st.sampled_from((-5, -1, 0, 0, 1, 1, 5)), min_size=COLUMNS, max_size=COLUMNS), max_size=ROWS)
hidden = st.lists(st.tuples(st.integers(0, 9), st.booleans(), st.booleans()), min_size=COLUMNS, max_size=COLUMNS)
room = st.lists(st.sampled_from((0.0, 0.0, 2.0, np.inf)), min_size=ROWS, max_size=ROWS)


def block(times, cells, room):
    """Equations that hold for exact cells, some of which are shown and some of which are counts."""
    matrix = np.array(times, float).reshape(len(times), COLUMNS)
    exact = np.array([value for value, _, _ in cells], float)
    shown = np.array([is_shown for _, is_shown, _ in cells])
    sums, wide = matrix @ exact, np.array(room[: len(times)])
    return Block(
        0, np.array(list("abcdef")), np.where(shown, np.maximum(exact - 2, 0), 0.0), np.where(shown, exact + 2, np.inf),
        np.array([is_whole for _, _, is_whole in cells]), sparse.csr_array(matrix), sums - np.minimum(wide, 2),
        sums + wide, np.arange(len(times)),
    )  # fmt: skip


@pytest.mark.promise("P1")
@settings(max_examples=12, deadline=None)
@given(times.filter(len), hidden, room)
def test_several_intervals_at_once_are_those_found_one_by_one(times, cells, room):
    made, other = block(times, cells, room), block([[1, -5, 0, 1, 0, 0]], cells, [2.0])
    every, some = list(range(COLUMNS)), [3, 1]
    found = intervals([(made, every), (other, some)])
    for told, one, wanted in zip(found, (made, other), (every, some), strict=True):
        assert told is None or np.allclose(told, [interval(one, place) for place in wanted], atol=1e-6)
    assert found[1] is not None


@pytest.mark.promise("P1")
@settings(max_examples=40, deadline=None)
@given(times.filter(len), hidden, room)
def test_narrowing_never_leaves_the_exact_cells_out(times, cells, room):
    made, exact = block(times, cells, room), np.array([value for value, _, _ in cells])
    low, high = narrowed(made, np.minimum(made.high, 100.0))
    assert (low <= exact + 1e-6).all() and (exact <= high + 1e-6).all()


def test_what_contradicts_itself_is_refused_by_the_solver():
    made = block([[1, 1, 0, 0, 0, 0]], [(3, True, True)] * COLUMNS, [0.0] * ROWS)
    apart = Block(**{**vars(made), "least": made.least + 40, "most": made.most + 40})
    assert narrowed(apart, apart.high) is None
    with pytest.raises(Infeasible):
        interval(apart, 0)


def test_a_block_that_contradicts_itself_takes_nothing_from_the_answers_of_the_others():
    # each sum of two is even, so the sum of all three is: nothing whole fits three, and no bound alone tells
    even = [[1, 1, 0, 0, 0, 0], [0, 1, 1, 0, 0, 0], [1, 0, 1, 0, 0, 0]]
    good = block(even, [(3, False, True)] * COLUMNS, [0.0] * ROWS)
    bad = Block(**{**vars(good), "least": np.ones(3), "most": np.ones(3)})
    assert intervals([(good, [0, 1]), (bad, [0, 1]), (good, [2])]) == [[(3, 3), (3, 3)], None, [(3, 3)]]
