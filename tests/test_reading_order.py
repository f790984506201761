"""What is shown stands in the order people read it in; what is released keeps its own."""

import pandas as pd
import pytest

from coopeval import display, figures, reference
from coopeval.display.grid import grid
from coopeval.figures.reading import label
from coopeval.figures.rows import _sections
from coopeval.uncertainty import content_digest, estimates, in_reading_order, stamp


def table(groups: list, sizes: list, **about):
    hidden = [pd.isna(size) for size in sizes]
    said = {"kind": "count", "unit": "projects", **about}
    return estimates(pd.DataFrame({"group": groups, "estimate": sizes, "hidden": hidden}), **said)


BY_STAGE = table(["all", "idea", "launching", "operating", "prototype", "unknown"], [21, 5, 4, 7, 3, 2], codes="stages")


@pytest.mark.parametrize("lang", ["nl", "fr", "en"])
def test_stages_stand_in_the_order_of_a_path_in_the_table_and_in_the_bars(lang):
    released = stamp(BY_STAGE, "projects_by_stage", "public")
    path = [
        reference.label("stages", code, lang) for code in ("idea", "prototype", "launching", "operating", "unknown")
    ]
    assert list(grid(released, lang, "").columns[0].cells)[:-1] == path
    drawn = [" ".join(row.label) for _, rows in _sections(released, lang) for row in rows]
    assert drawn == [*path, label("all", released, lang)]


def test_showing_leaves_the_released_table_and_its_numbers_alone():
    released = stamp(BY_STAGE, "projects_by_stage", "public")
    before = content_digest(released)
    display.table(released, "en")
    figures.counts(released, "en", title="Stages", alt="Bars")
    assert content_digest(released) == before
    shown = dict(zip(grid(released, "en", "").columns[0].cells, grid(released, "en", "").columns[1].cells, strict=True))
    assert shown["Prototype"] == "3" and shown["All"] == "21"


def test_the_largest_theme_stands_first_and_what_is_left_over_last():
    themes = table(
        ["other", "others", "unknown", "care", "crafts", "food", "mobility", "all"],
        [40, 30, 20, 10, float("nan"), 10, 15, 125], codes="themes",
    )  # fmt: skip
    # by size; care and food are alike and stand as in the list; of a withheld one no size is told
    assert in_reading_order(themes)["group"].tolist() == [
        "mobility", "food", "care", "crafts", "other", "others", "unknown", "all",
    ]  # fmt: skip


def test_a_ratio_of_themes_is_no_size():
    prices = table(["care", "food"], [90, 60], codes="themes", kind="ratio", unit="eur")
    assert in_reading_order(prices)["group"].tolist() == ["food", "care"]


def test_groups_and_times_stay_nested_as_they_were():
    by_time = estimates(
        pd.DataFrame(
            {"group": ["innovate", "innovate", "seeds", "seeds"], "at_months": [12, 24, 12, 24], "estimate": 0.5}
        ),
        codes="programmes",
    )
    assert in_reading_order(by_time)[["group", "at_months"]].to_numpy().tolist() == [
        ["seeds", 12], ["seeds", 24], ["innovate", 12], ["innovate", 24],
    ]  # fmt: skip
    inside = by_time.sort_values(["at_months", "group"])
    assert in_reading_order(inside)["group"].tolist() == ["seeds", "innovate"] * 2


def test_names_that_no_list_knows_stay_together_as_they_stand():
    options = estimates(
        pd.DataFrame({"group": ["B", "B", "A", "A", "programme", "programme"], "k_eur": [0, 1] * 3, "estimate": 1.0}),
        kind="decision", codes="compared_options",
    )  # fmt: skip
    once = in_reading_order(options)
    assert once["group"].tolist() == ["programme", "programme", "B", "B", "A", "A"]
    assert in_reading_order(once) is once


def test_levels_of_a_covariate_stand_as_their_code_list():
    alike = estimates(
        pd.DataFrame({"group": ["stage_at_entry=idea", "stage_at_entry=operating", "stage_at_entry=prototype", "age"]}),
        kind="balance",
    )
    assert in_reading_order(alike)["group"].tolist()[1:] == [
        "stage_at_entry=prototype",
        "stage_at_entry=operating",
        "age",
    ]


def test_published_figures_keep_the_order_in_which_they_were_brought_together():
    figures_of_others = table(["all", "other", "idea"], [1, 2, 3], codes="stages", privacy="published")
    assert in_reading_order(figures_of_others) is figures_of_others


@pytest.mark.parametrize("name", reference.lists())
def test_a_code_list_goes_by_size_or_by_its_own_order(name):
    assert reference.goes_by_size(name) in (True, False)
    assert reference._card(reference.FOLDER / "codelists" / f"{name}.csv").get("order", "size") == "size"


def test_numbers_beside_the_marks_have_as_many_decimals_as_the_table():
    ratios = estimates(
        pd.DataFrame({"group": ["idea", "operating"], "estimate": [45.0, 36.7], "low": 22.5, "high": [68.0, 44.0]}),
        kind="ratio", unit="ratio", codes="stages",
    )  # fmt: skip
    released = stamp(ratios, "members", "public")
    drawn = [word for _, rows in _sections(released, "en") for row in rows for word in (row.figure, row.limits)]
    cells = {column.name: column.cells for column in grid(released, "en", "").columns}
    beside = zip(cells["estimate"], cells["low"], cells["high"], strict=True)
    assert drawn == [word for one, low, high in beside for word in (one, f"{low} – {high}")]
