"""States stacked over time: edges are those of the table, names stand clear, grey print tells them apart."""

import figure_tables as ft
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb

from coopeval import figures
from coopeval.errors import DataError
from coopeval.figures.stacked import FILLS


def layers(drawn):
    """Lowest and highest edge of each stacked area, in the order drawn."""
    return [collection.get_paths()[0].vertices for collection in drawn.fields[0].collections]


def test_edges_are_the_sums_of_the_shares_and_reach_from_none_to_all():
    areas = layers(figures.occupation(ft.STATES, "en", **ft.TEXTS))
    table = pd.DataFrame(ft.STATES).pivot(index="at_months", columns="group", values="estimate")
    assert len(areas) == 8
    for month in (0, 36, 96):
        tops = sorted({round(y, 6) for area in areas for x, y in area if x == month})
        assert tops[0] == 0 and tops[-1] == pytest.approx(1)
        stack = ["mandated", "recognised", "created", "accompanied", "handed_over", "elsewhere", "stopped", "ceased"]
        wanted = {0.0, *np.cumsum(table.loc[month, stack]).round(6)}
        assert tops == pytest.approx(sorted(wanted))


def test_the_stack_stands_in_the_order_of_the_code_list_whatever_the_order_of_rows():
    rows = ft.released(pd.DataFrame(ft.STATES)[::-1].drop(columns=["hidden", "note"]), name="states",
                       kind="occupation", codes="path_states", clock="entry",
                       estimand="share of projects in each state")  # fmt: skip
    one, other = (layers(figures.occupation(table, "en", **ft.TEXTS)) for table in (ft.STATES, rows))
    assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("lang", ["nl", "fr", "en"])
def test_names_stand_on_the_page_and_clear_of_each_other(lang):
    drawn = figures.occupation(ft.STATES, lang, **ft.TEXTS).figure
    boxes = [text.get_window_extent() for text in drawn.texts if text.get_text().strip()]
    width, height = drawn.get_size_inches() * drawn.dpi
    assert all(b.x0 >= -0.5 and b.x1 <= width + 0.5 and b.y0 >= -0.5 and b.y1 <= height + 0.5 for b in boxes)
    for i, one in enumerate(boxes):
        for other in boxes[i + 1 :]:
            across = min(one.x1, other.x1) - max(one.x0, other.x0)
            down = min(one.y1, other.y1) - max(one.y0, other.y0)
            assert across < 1 or down < 1


def test_neighbours_differ_in_grey_or_by_hatching():
    def grey(colour):
        red, green, blue = to_rgb(colour)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    looks = list(FILLS.values())
    for (one, hatch), (other, beside) in zip(looks, looks[1:], strict=False):
        assert abs(grey(one) - grey(other)) > 0.12 or hatch != beside


def test_a_state_that_is_always_none_is_named_below():
    frame = pd.DataFrame(ft.STATES).drop(columns=["hidden", "note"])
    gone = frame["group"].eq("mandated")
    frame.loc[frame["group"].eq("created"), "estimate"] += frame.loc[gone, "estimate"].to_numpy()
    frame.loc[gone, "estimate"] = 0.0
    table = ft.released(frame, name="states", kind="occupation", codes="path_states", clock="entry")
    said = " ".join(text.get_text() for text in figures.occupation(table, "en", **ft.TEXTS).figure.texts)
    assert "Shown as none throughout: Recognised, with insertion mandate" in said


def test_nothing_to_draw_is_said():
    row = pd.DataFrame({"group": ["created"], "at_months": [6.0], "n": 3, "estimate": 0.5, "hidden": [True]})
    hidden = ft.released(row, name="few", kind="occupation", codes="path_states")
    said = " ".join(text.get_text() for text in figures.occupation(hidden, "en", **ft.TEXTS).figure.texts)
    assert "too few units in every group" in said


def test_two_rows_for_one_state_and_month_are_refused():
    twice = pd.concat([pd.DataFrame(ft.STATES)] * 2).drop(columns=["hidden", "note"])
    table = ft.released(twice, name="twice", kind="occupation", codes="path_states")
    with pytest.raises(DataError, match="two rows for one state"):
        figures.occupation(table, "en", **ft.TEXTS)
