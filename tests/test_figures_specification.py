"""The specification curve: ways in order of their released estimates, each with the choices that make it."""

import numpy as np
import pytest
from figure_tables import TEXTS, WAYS, released

from coopeval import figures
from coopeval.errors import DataError


def drawn(table=WAYS, **more):
    return figures.specification_curve(table, "en", **more, **TEXTS)


def words(picture):
    return " ".join(text.get_text() for text in picture.figure.texts)


def test_estimates_stand_in_order_and_withheld_ways_are_counted_and_not_drawn():
    picture = drawn()
    dots = next(line for line in picture.fields[0].lines if line.get_marker() == "o")
    shown = WAYS.loc[~WAYS["hidden"], "estimate"].sort_values().to_numpy()
    assert np.array_equal(dots.get_ydata(), shown)
    assert "36 ways" in words(picture) and "4 withheld" in words(picture)


def test_the_main_way_is_marked_where_it_stands():
    picture = drawn()
    main = next(line for line in picture.fields[0].lines if line.get_marker() == "D")
    shown = WAYS[~WAYS["hidden"]].sort_values(["estimate", "group"]).reset_index(drop=True)
    assert main.get_xdata()[0] == shown.index[shown["is_main"]].item()


def test_a_choice_that_never_differs_has_no_row():
    said = words(drawn())
    assert "Comparison group" in said and "Costs counted" not in said and "Where time starts" not in said


def test_each_way_has_one_mark_per_choice():
    matrix = drawn().fields[1]
    marks = sum(len(lines.get_segments()) for lines in matrix.collections if hasattr(lines, "get_segments"))
    rows = 4 + 2 + 5  # levels, through each of which the main way runs as a line
    assert marks == 36 * 3 + rows  # definition, comparison group, adjustment


def test_one_headline_at_a_time():
    both = WAYS.assign(headline=["survival_gap"] * 20 + ["survival_36"] * 20)
    two = released(both, "two", kind="specification", unit="plain")
    with pytest.raises(DataError, match="Name one of them"):
        drawn(two)
    with pytest.raises(DataError, match="jobs_kept_2"):
        drawn(two, headline="jobs_kept_2")
    assert "ways" in words(drawn(two, headline="survival_36"))


def test_nothing_to_draw_is_said_calmly():
    none = released(WAYS.assign(hidden=True), "none", kind="specification", unit="plain")
    assert "withheld" in words(drawn(none)).lower() and not drawn(none).fields
