"""Figures draw what was released and nothing else, say what they show, and are the same bytes everywhere."""

import dataclasses
import hashlib
import itertools
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import figure_tables as ft
import numpy as np
import pandas as pd
import pytest

from coopeval import figures, reference
from coopeval.errors import DataError, DisclosureError, ParameterError
from coopeval.figures import rows as rows_of_picture
from coopeval.figures import theme
from coopeval.figures.lettering import visible, width, wrap
from coopeval.figures.panels import spread, titles_fit
from coopeval.figures.picture import DRAWN_ANEW
from coopeval.figures.strokes import PUBLISHED_LOOK, Panel
from coopeval.uncertainty import in_reading_order, stamp
from coopeval.wording import LANGUAGES

ROOT = Path(__file__).parents[1]
SPEC = "application/vnd.coopeval+json"
picture = cache(ft.drawn)  # by kind and language; drawn where a test first looks at it
CALLS = {
    "survival_steps": (figures.survival_steps, ft.ONE, {}),
    "incidence": (figures.incidence, ft.CAUSES, {}),
    "band": (figures.band, ft.ONE, {"reference": ft.STATBEL}),
    "beside": (figures.beside, ft.GRID, {"other": ft.NAIVE}),
    "bars": (figures.bars, ft.SHARES, {}),
    "counts": (figures.counts, ft.COUNTS, {}),
    "occupation": (figures.occupation, ft.STATES, {}),
    "timeline": (figures.timeline, ft.YEARS, {}),
    "pairs": (figures.pairs, ft.HEADS, {"beside": ft.FULL_TIME}),
    "flows": (figures.flows, ft.FLOWS, {}),
    "funnel": (figures.funnel, ft.LEAGUE, {"outer": ft.OUTER}),
    "precision": (figures.precision, ft.PRECISION, {}),
    "specification_curve": (figures.specification_curve, ft.WAYS, {}),
    "overlap": (figures.overlap, ft.SCORES, {"reference": ft.THEIR_SCORES}),
    "plane": (figures.plane, ft.DECIDED["cost"], ft.AGAINST),
    "acceptability": (figures.acceptability, ft.DECIDED["best"], {}),
    "expected_loss": (figures.expected_loss, ft.DECIDED["losses"], {}),
    "tornado": (figures.tornado, ft.DECIDED["rates"], {}),
    "nested": (figures.nested, ft.WHOLE, {"part": ft.PART, "core": ft.CORE}),
}
HOSTILE = (
    "<script>alert(1)</script>", "$\\frac{1}{0}$", "_hidden", "a\u202eevil\u202c", "tab\there", "\u200bzero", "=1+1",
    "]]>&amp;<!-- -->", "Z" + "\u0301" * 40, "日本語", "x" * 5000, "%(n)s {0} {name}", "", "nul\x00", "a\r\nb",
)  # fmt: skip


def curves(drawn):
    """The steps of each thick line of each axes."""
    return [
        np.column_stack(line.get_data()).astype(float)
        for axes in drawn.fields
        for line in axes.lines
        if line.get_drawstyle() == "steps-post" and line.get_linewidth() == theme.LINE
    ]


def words(drawn):
    """All text of a figure, ticks and labels alike, lines joined."""
    return " ".join(text.get_text() for text in texts_of(drawn)).replace("\u00a0", " ")


def texts_of(drawn):
    ticks = [text for axes in drawn.fields for text in axes.words()]
    return [text for text in [*drawn.figure.texts, *ticks] if text.get_text().strip()]


def boxes_of(drawn):
    """Each text with the place it takes, drawn with the settings of the house."""
    with theme.theme():
        renderer = drawn.figure.canvas.get_renderer()
        return [(text.get_text(), text.get_window_extent(renderer)) for text in texts_of(drawn)]


def sentences(drawn):
    """What stands in the texts of the page, without breaks of lines."""
    return re.sub(r"\s+", " ", words(drawn))


# What may be drawn at all


@pytest.mark.parametrize("name", CALLS)
def test_a_table_the_gate_has_not_released_is_refused(name):
    figure, table, more = CALLS[name]
    bare = table.copy()
    bare.attrs = {"about": table.attrs["about"]}
    with pytest.raises(DisclosureError):
        figure(bare, "en", **more, **ft.TEXTS)


@pytest.mark.parametrize("name", CALLS)
def test_a_table_changed_after_its_release_is_refused(name):
    figure, table, more = CALLS[name]
    changed = table.copy()
    changed.loc[0, "estimate"] = 0.123
    with pytest.raises(DisclosureError, match="changed after its release"):
        figure(changed, "en", **more, **ft.TEXTS)


SECOND = [
    ("funnel", "outer"),
    ("band", "reference"),
    ("beside", "other"),
    ("pairs", "beside"),
    ("overlap", "reference"),
    ("nested", "part"),
    ("nested", "core"),
]


@pytest.mark.parametrize(("name", "word"), SECOND)
def test_the_second_table_must_be_released_too(name, word):
    figure, table, more = CALLS[name]
    changed = more[word].copy()
    changed.loc[0, "estimate"] = 0.123
    with pytest.raises(DisclosureError):
        figure(table, "en", **{**more, word: changed}, **ft.TEXTS)


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("word", ["title", "alt"])
@pytest.mark.parametrize("said", [None, "", "  "])
def test_title_and_alternative_text_are_demanded_with_the_remedy(name, word, said):
    figure, table, more = CALLS[name]
    with pytest.raises(ParameterError, match=f'Write {word}="'):
        figure(table, "en", **more, **{**ft.TEXTS, word: said})


def test_another_language_is_refused():
    with pytest.raises(ParameterError, match="nl, fr, en"):
        figures.bars(ft.SHARES, "de", **ft.TEXTS)


@pytest.mark.parametrize(
    ("name", "column"),
    [("survival_steps", "at_months"), ("incidence", "cause"), ("bars", "low"), ("counts", "estimate"),
     ("timeline", "group"), ("occupation", "at_months"), ("funnel", "limit_low")],
)  # fmt: skip
def test_a_missing_column_is_named(name, column):
    figure, table, more = CALLS[name]
    short = ft.stamp(pd.DataFrame(table).drop(columns=column).pipe(_with_about, table), "short", "public")
    with pytest.raises(DataError, match=f'"short" has no column {column}'):
        figure(short, "en", **more, **ft.TEXTS)


def _with_about(frame, table):
    frame.attrs = {"about": table.attrs["about"]}
    return frame


def test_two_rows_for_one_group_are_refused():
    twice = ft.released(pd.DataFrame({"group": ["a", "a"], "n": 9, "estimate": 0.5, "low": 0.4, "high": 0.6}))
    with pytest.raises(DataError, match="two rows"):
        figures.bars(twice, "en", **ft.TEXTS)
    with pytest.raises(DataError, match="two rows"):
        figures.survival_steps(ft.curve(ft.steps("a", 9, 12, 0.1), ft.steps("a", 9, 12, 0.1)), "en", **ft.TEXTS)


# What is drawn


@pytest.mark.parametrize("table", [ft.ONE, ft.THREE, ft.TWELVE], ids=["one", "three", "twelve"])
def test_each_step_is_a_row_of_the_released_table(table):
    drawn = curves(figures.survival_steps(table, "en", **ft.TEXTS))
    shown = [rows for _, rows in in_reading_order(table[~table["hidden"]]).groupby("group", sort=False)]
    assert len(drawn) == len(shown)
    for line, rows in zip(drawn, shown, strict=True):
        assert line[0].tolist() == [0, 1]
        np.testing.assert_array_equal(line[1:], rows[["at_months", "estimate"]].to_numpy())


def test_the_path_in_the_svg_gives_back_the_released_steps_and_no_more():
    svg = figures.survival_steps(ft.ONE, "en", **ft.TEXTS).svg().decode()
    drawn = figures.survival_steps(ft.ONE, "en", **ft.TEXTS)
    axes = drawn.fields[0]
    colour = theme.STYLES[0].colour
    found = re.search(rf'<path d="([^"]+)"[^>]*style="fill: none; stroke: {colour}; stroke-width: {theme.LINE:g}', svg)
    points = np.array([[float(x) for x in pair.split()] for pair in re.findall(r"[ML] ([\d. ]+)", found[1])])
    tall = drawn.figure.get_figheight() * 72
    box = axes.get_position()
    month = (points[:, 0] / theme.WIDTH - box.x0) / box.width * axes.get_xlim()[1]
    share = ((tall - points[:, 1]) / tall - box.y0) / box.height
    released = {(0.0, 1.0), *zip(ft.ONE["at_months"], ft.ONE["estimate"], strict=True)}
    corners = {(round(m, 2), round(s, 3)) for m, s in zip(month, share, strict=True)}
    assert {(m, round(s, 3)) for m, s in released} <= corners
    assert {m for m, _ in corners} == {m for m, _ in released}
    assert {s for _, s in corners} == {round(s, 3) for _, s in released}


def test_bands_stay_within_the_released_limits_and_months():
    axes = figures.survival_steps(ft.ONE, "en", **ft.TEXTS).fields[0]
    corners = axes.collections[0].get_paths()[0].vertices
    assert set(corners[:, 0]) <= set(ft.ONE["at_months"])
    assert set(corners[:, 1]) <= {*ft.ONE["low"], *ft.ONE["high"]}


def test_causes_start_at_zero_and_the_rest_at_one():
    drawn = curves(figures.incidence(ft.CAUSES, "en", **ft.TEXTS))
    assert sorted(line[0, 1] for line in drawn) == [0, 0, 0, 1]
    for line, (_, rows) in zip(drawn, in_reading_order(ft.CAUSES).groupby("cause", sort=False), strict=True):
        np.testing.assert_array_equal(line[1:, 1], rows["estimate"])


def test_a_cause_looks_the_same_in_every_figure():
    without = ft.curve(ft.causes("all", 57, 3).query("cause != 'ceased'"), name="without")
    whole, part = (figures.incidence(table, "en", **ft.TEXTS).fields[0] for table in (ft.CAUSES, without))
    looks = [
        {(line.get_color(), line.get_linestyle()) for line in axes.lines if line.get_linewidth() == theme.LINE}
        for axes in (whole, part)
    ]
    assert looks[1] < looks[0]


def test_published_figures_are_points_with_ranges_and_never_joined():
    axes = figures.band(ft.ONE, "en", reference=ft.STATBEL, **ft.TEXTS).fields[0]
    theirs = [line for line in axes.lines if line.get_color() == theme.PUBLISHED]
    assert all(line.get_linestyle() == "None" for line in theirs)
    diamonds = next(line for line in theirs if line.get_marker() == "D")
    np.testing.assert_array_equal(np.column_stack(diamonds.get_data()), ft.STATBEL[["at_months", "estimate"]])
    thick = next(c for c in axes.collections if len(c.get_linewidths()) and c.get_linewidths()[0] == 6)
    assert len(thick.get_segments()) == 4  # the single edition at 60 has no range


def test_the_caveat_stands_in_the_figure_and_in_its_description():
    drawn = figures.band(ft.ONE, "en", reference=ft.STATBEL, caveat="They count otherwise.", **ft.TEXTS)
    assert "They count otherwise." in words(drawn)
    assert drawn.alt.endswith("They count otherwise.")
    assert "They count otherwise." in figures.render(drawn.spec, {"one": ft.ONE, "statbel": ft.STATBEL}, "en").decode()


def test_numbers_at_risk_stand_under_their_ticks_as_released():
    drawn = figures.survival_steps(ft.ONE, "en", **ft.TEXTS)
    axes = drawn.fields[0]
    yearly = ft.ONE[ft.ONE["at_months"] % 12 == 0]
    for month, count in zip(yearly["at_months"], yearly["at_risk"], strict=True):
        at = axes.transData.transform((month, 0))[0] / drawn.figure.bbox.width
        assert any(
            text.get_text() == f"{count:.0f}" and abs(text.get_position()[0] - at) < 1e-6 for text in drawn.figure.texts
        )


def test_rows_of_bars_keep_the_released_order():
    drawn = figures.bars(ft.SHARES, "en", **ft.TEXTS)
    dots = [line.get_xdata()[0] for line in drawn.fields[0].lines if line.get_marker() == "o"]
    assert dots == ft.SHARES.loc[~ft.SHARES["hidden"], "estimate"].tolist()


def test_panels_stand_in_three_columns_only_where_no_word_of_their_titles_is_cut():
    title = "Telecommunication, programming"
    word = width("Telecommunication,", theme.SMALL, bold=True)
    assert titles_fit([Panel(title, [])], word, "en") and not titles_fit([Panel(title, [])], word - 10, "en")


def test_columns_stand_for_released_years_and_a_withheld_year_keeps_its_place():
    drawn = figures.timeline(ft.YEARS, "en", **ft.TEXTS)
    bars = [(bar.get_x() + bar.get_width() / 2, bar.get_height()) for bar in drawn.fields[0].patches]
    shown = ft.YEARS[ft.YEARS["group"] != "all"]
    expected = [(i, e) for i, e in enumerate(shown["estimate"]) if np.isfinite(e)]
    np.testing.assert_allclose(bars, expected)
    assert "×" in words(drawn) and "2019" in words(drawn)
    assert "All: 225 projects" in words(drawn)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_withheld_groups_are_named_and_not_drawn(lang):
    curve, bars = figures.survival_steps(ft.THREE, lang, **ft.TEXTS), figures.counts(ft.COUNTS, lang, **ft.TEXTS)
    assert sentences(curve).count(reference.label("legal_families", "public", lang)) == 1
    for code in ft.TYPES[2:4]:
        assert sentences(bars).count(reference.label("project_types", code, lang)) == 1
    assert len(figures.counts(ft.COUNTS, lang, **ft.TEXTS).fields[0].patches) == len(ft.TYPES) - 2


def test_a_table_withheld_as_a_whole_gives_a_calm_sentence():
    for table in (ft.NONE, ft.BARE):
        drawn = figures.survival_steps(table, "en", **ft.TEXTS)
        assert not drawn.fields
        assert "Nothing can be drawn here" in words(drawn)


@pytest.mark.parametrize("name", ["bars", "counts", "timeline"])
def test_rows_and_years_withheld_as_a_whole_do_not_fall_over(name):
    table = ft.released(
        pd.DataFrame({"group": ["a", "b"], "n": 3, "estimate": 1, "low": 0, "high": 1, "hidden": True}), kind="share"
    )
    drawn = CALLS[name][0](table, "fr", **ft.TEXTS)
    assert not drawn.fields
    assert "a, b" in words(drawn)


def test_columns_stand_inside_each_other_and_what_is_withheld_is_named():
    drawn = figures.nested(ft.WHOLE, "en", part=ft.PART, core=ft.CORE, **ft.TEXTS)
    tall = [bar.get_height() for bar in drawn.fields[0].patches]
    assert len(tall) == 5 + 6 + 5  # one year of the whole and one of the core are withheld
    assert tall[11:] == [0, 118e3, 698e3, 650e3, 650e3]
    said = sentences(drawn)
    assert "Whole of the programme (euro)" in said and "Core of the programme. Withheld, too few units: 2023" in said
    with pytest.raises(DataError, match="one unit"):
        figures.nested(ft.WHOLE, "en", part=ft.PART, core=ft.YEARS, **ft.TEXTS)


def test_a_note_stands_where_there_is_no_figure():
    assert "Not reached: Public law" in sentences(figures.bars(ft.MEDIAN, "en", **ft.TEXTS))


# What it looks like


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", ft.KINDS)
def test_everything_stands_inside_the_page(kind, lang):
    _inside(picture(kind, lang))


def _inside(drawn):
    page = drawn.figure.bbox
    for text, box in boxes_of(drawn):
        assert box.x0 >= 0 and box.y0 >= 0, text
        assert box.x1 <= page.width and box.y1 <= page.height, text


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", ft.KINDS)
def test_no_two_texts_overlap(kind, lang):
    _apart(picture(kind, lang))


def _apart(drawn):
    boxes = [(text, box.padded(-0.7)) for text, box in boxes_of(drawn)]
    for (one, box), (two, other) in itertools.combinations(boxes, 2):
        assert not box.overlaps(other), (one, two)


@pytest.mark.parametrize("codes", ["nace_sections", "joint_committees", "themes", "stop_reasons"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_longest_labels_are_wrapped_and_not_cut(codes, lang):
    labels = reference.labels(codes, lang)
    longest = sorted(labels, key=lambda code: len(labels[code]))[-3:]
    rows = pd.DataFrame({"group": longest, "n": 50, "estimate": [0.2, 0.5, 0.9], "low": [0.1, 0.4, 0.8], "high": 1.0})
    table = ft.released(rows, codes=codes)
    steps = ft.curve(*(ft.steps(code, 57, 60, 0.05, i) for i, code in enumerate(longest)), codes=codes)
    for drawn in (
        figures.bars(table, lang, **ft.TEXTS), figures.counts(table, lang, **ft.TEXTS),
        figures.survival_steps(steps, lang, **ft.TEXTS),
    ):  # fmt: skip
        _inside(drawn)
        _apart(drawn)
        letters = re.sub(r"\s", "", "".join(text.get_text() for text in drawn.figure.texts))
        assert all(re.sub(r"\s", "", visible(labels[code])) in letters for code in longest)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", ["entered", "causes", "states"])
def test_no_word_beside_the_end_of_a_curve_is_cut(kind, lang):
    _, table, _ = ft.KINDS[kind]
    codes = reference.labels("path_states" if kind == "states" else "causes", lang)
    names = table["cause" if "cause" in table else "group"].unique()
    words = {word for text in picture(kind, lang).figure.texts for word in text.get_text().split()}
    assert {word for name in names for word in codes[name].split()} <= words


def test_labels_move_apart_and_stay_between_top_and_bottom():
    tops = spread([50, 50, 51, 98], [12, 24, 12, 12], 0, 100)
    boxes = sorted(zip(tops, [t + h for t, h in zip(tops, [12, 24, 12, 12], strict=True)], strict=True))
    assert boxes[0][0] >= 0 and boxes[-1][1] <= 100
    assert all(above[1] <= below[0] for above, below in itertools.pairwise(boxes))


def test_series_differ_in_colour_and_dash_and_marker_and_stand_out_from_white():
    for part in ("colour", "dash", "marker"):
        assert len({getattr(look, part) for look in theme.STYLES}) == len(theme.STYLES)
    light = [_luminance(look.colour) for look in (*theme.STYLES, PUBLISHED_LOOK)]
    assert all(1.05 / (value + 0.05) >= 3 for value in light)
    grey = sorted(light[:4])  # those that may stand in one panel
    assert all(b - a > 0.03 for a, b in itertools.pairwise(grey))


def _luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]
    return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))


@pytest.mark.parametrize("name", CALLS)
def test_the_marks_stand_on_synthetic_and_on_internal_figures_only(name):
    figure, table, more = CALLS[name]
    assert "synthetic data" in words(figure(table, "en", **more, **ft.TEXTS))
    assert "INTERNAL" not in words(figure(table, "en", **more, **ft.TEXTS))
    real = table.copy()
    real.attrs = {"about": {**table.attrs["about"], "is_synthetic": False}}
    theirs = {word: _real(other) for word, other in more.items()}
    drawn = figure(ft.stamp(real, "real", "internal"), "en", **theirs, **ft.TEXTS)
    assert "synthetic data" not in words(drawn)
    assert "INTERNAL" in words(drawn)


def _real(table):
    copy = table.copy()
    copy.attrs = {"about": {**table.attrs["about"], "is_synthetic": False}}
    return ft.stamp(copy, "other", "public")


def test_one_synthetic_table_marks_the_figure():
    assert "synthetic data" in words(figures.beside(_real(ft.GRID), "en", other=ft.NAIVE, **ft.TEXTS))


# Text from data


@pytest.mark.promise("P3")
@pytest.mark.parametrize("name", ["survival_steps", "bars", "counts", "timeline"])
@pytest.mark.filterwarnings("error")
def test_hostile_names_are_shown_as_text_and_break_nothing(name):
    for some in (HOSTILE[:4], HOSTILE[4:8], HOSTILE[8:12], HOSTILE[12:]):
        rows = [ft.steps(group, 30, 36, 0.05, i) for i, group in enumerate(some)]
        table = pd.concat(rows) if name == "survival_steps" else pd.concat(rows).query("at_months == 36")
        kind = "curve" if name == "survival_steps" else "share"
        table = table if name == "survival_steps" else table.drop(columns="at_months")
        drawn = CALLS[name][0](ft.released(table.reset_index(drop=True), kind=kind), "en", **ft.TEXTS)
        _inside(drawn)
        root = ElementTree.fromstring(drawn.svg())
        assert not [node for node in root.iter() if node.tag.endswith(("script", "a", "image", "foreignObject"))]
        assert b"alert" not in drawn.svg() and b"<!--" not in drawn.svg()
        assert not re.search("[\u202a-\u202e\u200b\x00]", words(drawn))


@pytest.mark.promise("P3")
def test_names_that_start_with_an_underscore_are_drawn():
    table = ft.released(pd.DataFrame({"group": ["_a", "b"], "n": 9, "estimate": 0.5, "low": 0.4, "high": 0.6}))
    assert "_a" in words(figures.bars(table, "en", **ft.TEXTS))
    curves_of = ft.curve(ft.steps("_a", 30, 36, 0.05), ft.steps("b", 30, 36, 0.05))
    assert words(figures.survival_steps(curves_of, "en", **ft.TEXTS)).count("_a") == 2  # at the curve, at its numbers


@pytest.mark.promise("P3")
def test_title_and_alternative_text_are_escaped():
    drawn = figures.bars(ft.SHARES, "en", title='Costs < "500" & more', alt="]]></desc><script>1</script>\u202e")
    root = ElementTree.fromstring(drawn.svg())
    assert [root[0].text, root[1].text] == ['Costs < "500" & more', "]]></desc><script>1</script>‹U+202E›"]


@pytest.mark.parametrize("kind", ["bars", "at", "difference", "median", "lonely"])
def test_no_words_of_a_row_stand_in_the_axes(kind):
    drawn = picture(kind, "en")
    frames = [axes.get_window_extent() for axes in drawn.fields]
    for text, box in boxes_of(drawn):
        assert not any(frame.overlaps(box.padded(-1)) for frame in frames), text


def test_a_wrapped_line_is_never_wider_than_its_room():
    for text in ("Vennootschapsrechtelijke samenwerkingsverbanden", "a b c d e f g", "x" * 300, *HOSTILE):
        assert all(width(line) <= 60 or len(line) == 1 for line in wrap(text, 60))
        assert re.sub(r"\s", "", "".join(wrap(text, 60))) == re.sub(r"\s", "", visible(text))


# What it returns


def test_a_notebook_gets_text_picture_and_description():
    drawn = figures.bars(ft.SHARES, "nl", **ft.TEXTS)
    bundle = drawn._repr_mimebundle_()
    assert bundle["text/plain"] == f"{drawn.title}\n{drawn.alt}"
    assert bundle["image/png"].startswith(b"\x89PNG")
    assert bundle[SPEC]["tables"] == {"released": {"name": "shares", "sha256": ft.SHARES.attrs["released"]["sha256"]}}
    assert bundle[SPEC]["title"] == ft.TEXTS["title"]  # the sentence itself, in no language


def test_a_run_whose_pages_draw_every_figure_again_has_none_rendered_in_its_notebooks(monkeypatch):
    drawn = figures.bars(ft.SHARES, "nl", **ft.TEXTS)
    whole = drawn._repr_mimebundle_()
    monkeypatch.setenv(DRAWN_ANEW, "told")
    told = figures.bars(ft.SHARES, "nl", **ft.TEXTS)
    assert told._repr_mimebundle_() == {kind: said for kind, said in whole.items() if kind != "image/png"}
    assert "figure" not in vars(told)  # not even laid out
    assert told.svg() == drawn.svg()


TABLES = {
    table.attrs["released"]["name"]: table
    for table in vars(ft).values() if isinstance(table, pd.DataFrame) and "released" in table.attrs
}  # fmt: skip


@pytest.mark.parametrize("kind", ft.KINDS)
def test_the_description_gives_the_same_figure_in_three_languages(kind):
    specs = {lang: picture(kind, lang).spec for lang in LANGUAGES}
    assert specs["nl"] == specs["fr"] == specs["en"]
    for lang in LANGUAGES:
        assert figures.render(specs["en"], TABLES, lang) == picture(kind, lang).svg()


def test_another_table_of_the_same_name_is_refused_when_rendering():
    spec = figures.bars(ft.SHARES, "en", **ft.TEXTS).spec
    other = ft.shares(["a", "b", "c"])
    with pytest.raises(DisclosureError, match="not the table"):
        figures.render(spec, {"shares": other}, "en")
    with pytest.raises(DataError, match="not handed over"):
        figures.render(spec, {}, "en")
    with pytest.raises(ParameterError, match="not a figure"):
        figures.render({**spec, "figure": "pie"}, {"shares": ft.SHARES}, "en")


def test_the_svg_speaks_the_language_of_its_page_and_asks_nothing_outside():
    svg = figures.bars(ft.SHARES, "fr", **ft.TEXTS).svg().decode()
    root = ElementTree.fromstring(svg)
    assert root.get("lang") == "fr" and root.get("role") == "img"
    assert [root[0].tag.split("}")[1], root[1].tag.split("}")[1]] == ["title", "desc"]
    assert not re.search(r'(?:href|src)="(?!#)', svg) and "url(http" not in svg
    assert "<text" not in svg  # outlines: no font of the reader's machine


def test_tables_are_left_as_they_were():
    before = ft.THREE.copy(deep=True)
    figures.survival_steps(ft.THREE, "en", **ft.TEXTS)
    pd.testing.assert_frame_equal(before, ft.THREE)
    assert before.attrs == ft.THREE.attrs


def test_the_reader_s_own_settings_change_nothing_and_are_left_alone():
    import matplotlib

    plain = figures.bars(ft.SHARES, "en", **ft.TEXTS).svg()
    with matplotlib.rc_context({"font.size": 30, "text.color": "red", "axes.grid": True, "svg.fonttype": "none"}):
        assert figures.bars(ft.SHARES, "en", **ft.TEXTS).svg() == plain
        assert matplotlib.rcParams["font.size"] == 30
    assert "matplotlib.pyplot" not in sys.modules or not sys.modules["matplotlib.pyplot"].get_fignums()


DIGESTS = """
import hashlib, sys
sys.path.insert(0, "tests")
import figure_tables
for kind in figure_tables.KINDS:
    drawn = figure_tables.drawn(kind, "fr")
    print(kind, hashlib.sha256(drawn.svg()).hexdigest())
print(hashlib.sha256(drawn.png()).hexdigest())
"""


def test_the_same_bytes_in_any_process_time_zone_hash_seed_and_locale():
    outside = {"PYTHONHASHSEED": "77", "TZ": "America/Lima", "LC_ALL": "nl_BE.UTF-8", "LANG": "nl_BE.UTF-8"}
    outside = {**os.environ, **outside, "MPLBACKEND": "svg"}
    ran = subprocess.run([sys.executable, "-c", DIGESTS], cwd=ROOT, env=outside, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    here = [f"{kind} {hashlib.sha256(picture(kind, 'fr').svg()).hexdigest()}" for kind in ft.KINDS]
    here.append(hashlib.sha256(picture(list(ft.KINDS)[-1], "fr").png()).hexdigest())
    assert ran.stdout == "\n".join(here) + "\n"


def test_a_picture_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        figures.bars(ft.SHARES, "en", **ft.TEXTS).title = "another"


def test_a_group_withheld_at_some_months_only_is_named_with_them():
    some = ft.AT.copy()
    at_60 = (some["group"] == "cooperative") & (some["at_months"] == 60)
    hidden = ft.released(some.assign(hidden=at_60), kind="at", codes="legal_families")
    told = sentences(figures.bars(hidden, "en", **ft.TEXTS))
    assert "Withheld, too few units: Co-operatives (After 60 months)" in told
    assert told.count("Co-operatives") == 3  # at 12, at 36, among the withheld


def test_limits_are_called_what_they_are():
    assert "95% interval" in sentences(figures.bars(ft.SHARES, "en", **ft.TEXTS))
    assert "no confidence interval" in sentences(figures.bars(_real_band(), "en", **ft.TEXTS))
    between = ft.shares(["a", "b", "c"], interval="bounds")
    assert "bounds, if none or all" in sentences(figures.bars(between, "en", **ft.TEXTS))
    assert "Limits drawn" not in sentences(figures.counts(ft.COUNTS, "en", **ft.TEXTS))


def _real_band():
    about = {**ft.STATBEL.attrs["about"], "interval": ""}
    table = ft.STATBEL.copy()
    table.attrs = {"about": about}
    return ft.stamp(table, "statbel", "public")


def test_a_hidden_row_is_not_drawn_even_if_a_figure_was_left_in_it():
    table = pd.DataFrame({"group": ["a", "b"], "n": 9, "estimate": [0.5, 0.2], "low": 0.1, "high": 0.6})
    left_in = ft.stamp(_with_about(table.assign(hidden=[False, True], note=""), ft.SHARES), "left_in", "public")
    drawn = figures.bars(left_in, "en", **ft.TEXTS)
    assert "20%" not in words(drawn) and "Withheld, too few units: b" in words(drawn)


def test_years_are_sections_in_the_order_of_time():
    rows = [("a", "2024–2025"), ("b", "2022–2023"), ("b", "2024–2025")]
    frame = pd.DataFrame(rows, columns=["group", "years"]).assign(n=50, estimate=0.4, low=0.3, high=0.5)
    table = ft.released(frame, kind="share", by="", codes="", clock="")
    sections = rows_of_picture._sections(table, "en")
    assert [head for head, _ in sections] == ["2022–2023", "2024–2025"]
    assert [len(part) for _, part in sections] == [1, 2]


def test_pairs_show_both_numbers_and_tell_the_total_in_words():
    drawn = figures.pairs(ft.HEADS, "en", beside=ft.FULL_TIME, **ft.TEXTS)
    told = sentences(drawn)
    assert "605" in told and "363" in told and "All: 640 jobs." in told and "All: 384 full-time equivalents." in told
    assert "Withheld, too few units: Agency workers" in told


def test_a_loss_is_a_bar_to_the_left():
    bars = figures.pairs(ft.LESS, "en", beside=ft.LESS, **ft.TEXTS).fields[-1].patches
    assert [(bar.get_x(), bar.get_width()) for bar in bars] == [(-15, 15), (-15, 15)]


def test_flows_draw_what_was_won_to_the_right_and_what_was_lost_to_the_left():
    drawn = figures.flows(ft.FLOWS, "en", **ft.TEXTS)
    bars = drawn.fields[-1].patches
    assert [round(bar.get_x() + (bar.get_width() if bar.get_x() == 0 else 0), 2) for bar in bars] == [
        0.75, -0.1, 0.3, 0.25, -0.4,
    ]  # fmt: skip
    diamonds = [line.get_xdata()[0] for line in drawn.fields[-1].lines if line.get_marker() == "D"]
    assert diamonds == pytest.approx([0.65, -0.15])
    assert "2023 (Lost; Net)" in sentences(drawn)


def test_two_rows_for_one_group_are_refused_in_pairs_too():
    twice = ft.released(pd.DataFrame({"group": ["jobs", "jobs"], "n": 5.0, "estimate": [1.0, 2.0]}), codes="job_kinds")
    with pytest.raises(DataError, match="two rows for one group"):
        figures.pairs(twice, "en", beside=twice, **ft.TEXTS)


def long_named(said):
    """A table, or whatever else a figure is told, whose names have no end and no place to break."""
    if not isinstance(said, pd.DataFrame):
        return said
    names = [column for column in ("group", "cause") if column in said]
    table = said.assign(**{column: "W" * 300 + said[column].astype(str) for column in names})
    table.attrs = {"about": said.attrs["about"] | {"codes": ""}}
    return stamp(table, said.attrs["released"]["name"], "public")


@pytest.mark.parametrize("kind", [kind for kind in ft.KINDS if kind != "scores"])  # its bands are numbers
def test_names_without_end_leave_room_for_what_is_drawn(kind):
    draw, table, said = ft.KINDS[kind]
    try:
        drawn = draw(long_named(table), "fr", **{word: long_named(one) for word, one in said.items()}).svg()
    except ParameterError:  # of codes that have a place of their own no others are taken
        return
    assert not re.findall(rb'(?:width|height)="-[^"]*"', drawn)
