"""The auditor: what a reader can work out from released tables, cell by cell (P1, R5, R9)."""

import pytest
from audit_tables import grid, published, released

from coopeval import audit
from coopeval.disclosure import Rules

EXACTLY = Rules(base_count=1)  # figures stand as they are
E1 = [[14, 11, 3], [12, 2, 10], [21, 16, 13], [11, 10, 12]]
FIRST = {(0, 2), (1, 1)}  # the three and the two
SECOND = FIRST | {(0, 1), (1, 2), (3, 1), (3, 2)}


def solved(*tables, earlier=(), rules=EXACTLY):
    """Low and high of every protected cell, by its labels."""
    found = audit.derivable(published(*tables), earlier, rules=rules)
    return {
        tuple(pair.split("=")[1] for pair in row.labels.split(", ")): (row.low, row.high) for row in found.itertuples()
    }


@pytest.mark.promise("P1")
def test_two_blanks_alone_are_solved_from_the_margins():
    # E1: 28 - 14 - 11 = 3 and 24 - 12 - 10 = 2
    assert solved(released(grid(E1, FIRST))) == {("z", "a"): (3, 3), ("y", "b"): (2, 2)}


@pytest.mark.promise("P1")
def test_with_four_more_blanks_the_intervals_are_those_of_the_worked_example():
    found = solved(released(grid(E1, SECOND)))
    assert found["z", "a"] == (0, 14) and found["y", "b"] == (0, 12)
    assert audit.derivable(published(released(grid(E1, SECOND))), rules=EXACTLY)["is_safe"].all()


@pytest.mark.promise("P1")
def test_a_hidden_cell_printed_in_another_table_makes_the_other_exact():
    elsewhere = released([("a", "y", 11)], name="elsewhere")
    assert solved(released(grid(E1, SECOND)), elsewhere)["z", "a"] == (3, 3)
    elsewhere = released([("b", "z", 10)], name="elsewhere")
    assert solved(released(grid(E1, SECOND)), elsewhere)["y", "b"] == (2, 2)
