"""The plane, the curves over what a result is worth, and the bars of one rate at a time draw what was released."""

import figure_tables as ft
import numpy as np

from coopeval import figures
from coopeval.figures.theme import LINE


def main(picture):
    return max(picture.fields, key=lambda axes: axes.get_position().height)


def words(picture):
    return " ".join(text.get_text() for text in picture.figure.texts)


def test_each_option_stands_at_its_two_differences_and_no_draw_is_drawn():
    drawn = figures.plane(ft.DECIDED["cost"], "en", **ft.AGAINST, **ft.TEXTS)
    points = [tuple(np.ravel(line.get_data())) for line in main(drawn).lines if line.get_markersize() == 8]
    cost, effect = (ft.DECIDED[name]["estimate"] for name in ("cost", "effect"))
    assert sorted(points) == sorted(zip(effect, cost, strict=True))
    assert "Dearer, and brings more: 96% of the draws" in words(drawn) and "0% of the draws" not in words(drawn)


def test_the_middle_of_the_plane_is_the_reference():
    axes = main(figures.plane(ft.DECIDED["cost"], "en", **ft.AGAINST, **ft.TEXTS))
    for low, high in (axes.get_xlim(), axes.get_ylim()):
        assert low == -high


def test_curves_are_the_released_points_and_rings_mark_the_frontier():
    drawn = figures.acceptability(ft.DECIDED["best"], "en", **ft.TEXTS)
    curves = [
        line.get_ydata()
        for line in main(drawn).lines
        if line.get_linewidth() == LINE and line.get_linestyle() != "None"
    ]
    shown = ft.DECIDED["best"][~ft.DECIDED["best"]["hidden"]]
    assert len(curves) == shown["group"].nunique()
    rings = sum(len(line.get_xdata()) for line in main(drawn).lines if line.get_markersize() == 10.5)
    assert rings == shown["note"].eq("frontier").sum()
    assert "Withheld, too few units: No support: waiting list" in words(drawn)


def test_losses_and_the_value_of_knowing_have_a_panel_each():
    drawn = figures.expected_loss(ft.DECIDED["losses"], "en", **ft.TEXTS)
    assert len(drawn.fields) == 2 and "Value of knowing more" in words(drawn)


def test_the_widest_bar_stands_first_and_what_has_none_is_named():
    drawn = figures.tornado(ft.DECIDED["rates"], "en", **ft.TEXTS)
    widths = [bar.get_width() for bar in main(drawn).patches]
    assert widths == sorted(widths, reverse=True) == [53_500, 12_000]
    assert "No result at one end: Instead of something else in the same enterprise" in words(drawn)
