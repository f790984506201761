"""The funnel: every structure at its size, raw and standardised, and nothing that is withheld."""

import figure_tables as ft
import numpy as np
import pytest

from coopeval import figures
from coopeval.errors import DataError

SHOWN = ft.LEAGUE[~ft.LEAGUE["hidden"]]


@pytest.fixture(scope="module")
def axes():
    drawn = figures.funnel(ft.LEAGUE, "en", outer=ft.OUTER, **ft.TEXTS)
    return max(drawn.fields, key=lambda one: one.get_position().height)


def signs(axes, size):
    found = [line.get_data() for line in axes.lines if line.get_markersize() == size and line.get_marker() == "o"]
    return sorted((float(np.squeeze(x)), float(np.squeeze(y))) for x, y in found)


def test_each_structure_stands_at_its_size_as_it_is_and_with_the_same_mix(axes):
    assert signs(axes, 9.5) == sorted(zip(SHOWN["n"], SHOWN["estimate"], strict=True))
    known = SHOWN.dropna(subset="standardised")
    assert signs(axes, 5.5) == sorted(zip(known["n"], known["standardised"], strict=True))


def test_the_limits_are_those_of_the_tables(axes):
    lines = [line for line in axes.lines if line.get_marker() == "_"]
    assert [line.get_linestyle() for line in lines] == ["-", "-", "--", "--"]
    for line, (table, column) in zip(
        lines, [(t, c) for t in (ft.LEAGUE, ft.OUTER) for c in ("limit_low", "limit_high")], strict=True
    ):
        rows = table[~table["hidden"]].sort_values("n")
        np.testing.assert_array_equal(line.get_ydata(), rows[column])


def test_what_is_withheld_is_named_and_not_drawn(axes):
    assert len(signs(axes, 9.5)) == len(SHOWN) == len(ft.LEAGUE) - 1
    texts = " ".join(text.get_text() for text in axes.figure.texts)
    assert "Withheld, too few units: S6" in texts


def test_two_rows_for_one_structure_are_refused():
    twice = ft.released(ft.LEAGUE.drop(columns="note").assign(group="S1"), "twice", kind="league")
    with pytest.raises(DataError, match="two rows"):
        figures.funnel(twice, "en", **ft.TEXTS)
