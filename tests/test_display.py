"""What readers see: the same figures in each language, nothing withheld passed off as nothing, text as text."""

import json
import re
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

from coopeval import display, wording
from coopeval.display.remarks import facts
from coopeval.errors import DataError, DisclosureError, ParameterError
from coopeval.uncertainty import estimates, share, stamp

HOSTILE = '<script>alert("1")</script>&amp;' + chr(0x202E) + "\x07"


def released(frame, name="example", audience="public", **about):
    said = {"unit": "share", "kind": "share", "by": "legal_family", "codes": "legal_families", "interval": "Wilson"}
    return stamp(estimates(frame, **{**said, **about}), name, audience)


# 20 of 40 co-operatives (Wilson 35% to 65%); profit is withheld; non-profit holds nobody.
FORMS = pd.DataFrame({
    "group": ["cooperative", "profit", "non_profit"],
    "n": [40.0, np.nan, 0.0], "n_events": [20.0, np.nan, 0.0],
    "estimate": [0.5, np.nan, np.nan], "low": [0.352, np.nan, np.nan], "high": [0.648, np.nan, np.nan],
    "note": ["", "withheld", "not_estimable"], "hidden": [False, True, False],
})  # fmt: skip
AT = pd.DataFrame({
    "group": "cooperative", "at_months": [12.0, 24.0, 36.0], "n": 40.0, "estimate": [0.95, 0.8, np.nan],
    "low": [0.8, 0.65, np.nan], "high": [1.0, 0.9, np.nan], "note": ["", "", "withheld"],
    "hidden": [False, False, True],
})  # fmt: skip


class Cells(HTMLParser):
    """Tags, and the text of each cell, caption and remark."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.texts, self._open = [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        if data.strip():
            self.texts.append(data.strip())

    def all(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]


def lines(shown):
    return str(shown).splitlines()


# --- tables


def test_a_table_not_released_is_refused():
    with pytest.raises(DisclosureError, match="has not passed the disclosure gate"):
        display.table(share(pd.DataFrame({"group": ["a"], "n_events": [1], "n": [3]})), "en")


def test_a_table_changed_after_its_release_is_refused():
    changed = released(FORMS)
    changed.loc[0, "estimate"] = 0.6
    with pytest.raises(DisclosureError, match="changed after its release"):
        display.table(changed, "en")


def test_withheld_is_shown_as_withheld_and_never_as_zero_or_nothing():
    row = lines(display.table(released(FORMS), "en"))[2].split("  ")
    assert [cell.strip() for cell in row if cell.strip()][1:6] == ["withheld"] * 5
    assert "withheld: too few units stand behind the figure. It is not a zero." in lines(
        display.table(released(FORMS), "en")
    )


def test_withheld_has_its_own_mark_in_html_and_a_legend():
    html = display.table(released(FORMS), "en").html
    assert html.count('class="number withheld"') == 5
    assert '<p class="legend">withheld: too few units' in html
    assert not re.search(r'class="number[^"]*"></t', html)


def test_not_estimable_is_a_dash_with_its_reason_in_words():
    row = lines(display.table(released(FORMS), "en"))[3]
    assert row.startswith("Non-profit") and row.count("–") == 3 and row.endswith("Not estimable")


def test_no_legend_for_marks_that_are_not_used():
    shown = str(display.table(released(FORMS[:1]), "en"))
    assert "withheld" not in shown and "–" not in shown


def numbers(html, lang):
    thousands, decimals = {"nl": (".", ","), "fr": ("\u202f", ","), "en": (",", ".")}[lang]
    cells = re.findall(r'<td class="number">(.*?)</td>', html)
    return [re.sub("[%€\u00a0\u202f]", "", c.replace(thousands, "")).replace(decimals, ".") for c in cells]


@pytest.mark.parametrize("unit", ["share", "months", "eur", "ratio", "projects"])
def test_three_languages_show_the_same_figures_and_marks(unit):
    many = pd.concat([FORMS[:2], FORMS[:1].assign(n=12345.0, estimate=1234.5, low=0.25, high=9999.75)])
    shown = {lang: display.table(released(many, unit=unit), lang).html for lang in wording.LANGUAGES}
    figures = {tuple(numbers(html, lang)) for lang, html in shown.items()}
    assert len(figures) == 1 and len(figures.pop()) == 10
    assert len({html.count("withheld") for html in (re.sub(r">[^<]*<", "><", h) for h in shown.values())}) == 1


def test_text_from_data_is_shown_as_text():
    hostile = FORMS.assign(group=[HOSTILE, "b", "c"], source=[HOSTILE, "", ""])
    page = display.table(released(hostile, codes="", by="", population=HOSTILE), "en", caption=HOSTILE)
    parsed = Cells(page.html)
    assert "script" not in {tag for tag, _ in parsed.tags}
    assert sum('<script>alert("1")</script>&amp;‹U+202E›‹U+0007›' in text for text in parsed.texts) == 4
    assert chr(0x202E) not in str(page) and "\x07" not in str(page)


def test_attributes_cannot_be_broken_out_of():
    html = display.table(released(FORMS), "en", caption='" onmouseover="alert(1)').html
    assert Cells(html).all("div")[1]["aria-label"] == '" onmouseover="alert(1)'
    assert not any("onmouseover" in attrs for _, attrs in Cells(html).tags)


def test_every_header_cell_has_a_scope_and_the_region_a_name():
    parsed = Cells(display.table(released(AT), "nl", caption="Example").html)
    assert {cell["scope"] for cell in parsed.all("th")} == {"col", "row"}
    assert sum(cell["scope"] == "row" for cell in parsed.all("th")) == 6  # group and month in each of three rows
    region = parsed.all("div")[1]
    assert (region["role"], region["tabindex"], region["aria-label"]) == ("region", "0", "Example")
    assert parsed.all("div")[0]["lang"] == "nl" and len(parsed.all("caption")) == 1


def test_group_codes_are_shown_by_their_labels():
    said = {lang: lines(display.table(released(FORMS), lang))[4].split("  ")[0] for lang in wording.LANGUAGES}
    assert said == {"nl": "Coöperatieven", "fr": "Coopératives", "en": "Co-operatives"}


def test_a_code_in_no_list_is_shown_as_it_stands():
    assert "brand_new" in str(display.table(released(FORMS.assign(group=["brand_new", "b", "c"])), "en"))


def test_unknown_has_a_word_even_without_a_list():
    assert "Onbekend" in str(display.table(released(FORMS.assign(group=["2024", "2025", "unknown"]), codes=""), "nl"))


def test_columns_that_say_nothing_are_left_out():
    one = FORMS[:1].assign(group="all", p=np.nan, se=0.1, cause="")
    heads = lines(display.table(released(one), "en"))[1]
    assert heads.split("  ") == ["Out of", "Counted", "Share", "Lower limit", "Upper limit"]


def test_a_count_is_not_told_twice():
    count = FORMS[:1].assign(estimate=40.0)[["group", "n", "estimate", "hidden"]]
    assert lines(display.table(released(count, kind="count", unit="projects"), "en"))[1].split() == [
        "Family", "of", "legal", "form", "Projects",
    ]  # fmt: skip


def test_a_table_all_withheld_still_shows_that_it_is():
    shown = display.table(released(FORMS[1:2]), "en")
    assert "withheld" in lines(shown)[2]


def test_the_footnote_says_what_who_how_and_when():
    about = {"estimand": "share still active", "population": "all of them", "clock": "entry", "as_of": "2026-06-30",
             "method": "Kaplan-Meier", "denominator": "projects.", "warnings": ("Take care.",)}  # fmt: skip
    said = lines(display.table(released(FORMS[:1], **about), "en"))[3:]
    assert said == [
        "Shown: share still active.", "Who: all of them.", "Out of: projects.", "Method: Kaplan-Meier.",
        "95% interval, Wilson.", "Time is counted from entry into the programme.", "As of 30 June 2026.", "Take care.",
    ]  # fmt: skip


def test_bounds_are_not_called_an_interval():
    said = str(display.table(released(FORMS[:1], method="bounds", interval=""), "en"))
    assert "Lowest possible" in said and "interval" not in said


@pytest.mark.parametrize("lang", wording.LANGUAGES)
def test_made_up_and_internal_tables_carry_their_marks(lang):
    html = display.table(released(FORMS, audience="internal", is_synthetic=True), lang).html
    assert '<span class="badge synthetic">' in html and '<span class="badge internal">' in html
    assert "INTERN" in str(display.table(released(FORMS, audience="internal"), lang))
    assert "badge" not in display.table(released(FORMS), lang).html


def test_differences_of_shares_are_points():
    frame = pd.DataFrame({"group": ["profit"], "n": [40.0], "estimate": [-0.05], "low": [-0.2], "high": [0.1],
                          "reference": ["cooperative"]})  # fmt: skip
    shown = lines(display.table(released(frame, kind="difference"), "en"))
    assert "Difference (percentage points)" in shown[1] and "%" not in shown[2]
    assert "−5" in shown[2] and shown[2].endswith("Co-operatives")


def test_decimals_stand_below_each_other():
    frame = FORMS.assign(estimate=[36.0, np.nan, 18.25], low=[30.0, np.nan, 12.0], hidden=[False, True, False])
    row = lines(display.table(released(frame, unit="months", kind="mean"), "en"))[4]
    assert "36.0" in row and "30.0" in row


def test_showing_changes_nothing_and_gives_the_same_bytes():
    table = released(FORMS)
    before = table.copy()
    bundles = [display.table(table, "fr", caption="Example")._repr_mimebundle_() for _ in range(2)]
    assert json.dumps(bundles[0]) == json.dumps(bundles[1])
    pd.testing.assert_frame_equal(table, before)
    assert "0x" not in json.dumps(bundles[0])


def test_another_language_is_refused():
    with pytest.raises(ParameterError, match="nl, fr, en"):
        display.table(released(FORMS), "de")


# --- sentences

SAID = "{s.estimate} of {s.n} (between {s.low} and {s.high})."


def test_a_sentence_takes_its_figures_from_the_table():
    said = display.say(SAID, lang="nl", s=display.row(released(FORMS), group="cooperative"))
    assert str(said) == "50% of 40 (between 35% and 65%)."
    assert said.html == '<p class="say" lang="nl">50% of 40 (between 35% and 65%).</p>'


def test_a_sentence_about_withheld_figures_says_so():
    said = display.say(SAID, lang="en", s=display.row(released(FORMS), group="profit"))
    assert str(said) == "Companies and sole traders: the share is withheld here, because too few units stand behind it."
    assert 'class="say missing"' in said.html


@pytest.mark.parametrize("lang", wording.LANGUAGES)
@pytest.mark.parametrize("unit", ["share", "months", "eur", "projects", "ratio", "test"])
@pytest.mark.parametrize("group", ["profit", "non_profit"])
def test_a_sentence_without_its_figures_never_shows_a_number(lang, unit, group):
    said = str(display.say(SAID, lang=lang, s=display.row(released(FORMS, unit=unit), group=group)))
    assert not re.search(r"\d|nan|\{", said)


def test_a_sentence_says_why_nothing_is_known():
    at = released(AT, kind="at")
    said = str(display.say(SAID, lang="en", s=display.row(at, group="cooperative", at_months=120)))
    assert said.startswith("Co-operatives, 120 months: no share can be given here. Follow-up does not reach that far")


def test_a_group_the_data_do_not_hold_is_a_finding():
    said = str(display.say(SAID, lang="en", s=display.row(released(FORMS), group="public")))
    assert said.endswith("no share can be given here. The data hold nobody in this group.")


@pytest.mark.parametrize(
    ("where", "says"),
    [({"group": "cooperativ"}, "no group"), ({"sector": "A"}, 'no column "sector"'), ({}, "3 rows"),
     ({"group": "cooperative", "at_months": 18}, "no row at")],
)  # fmt: skip
def test_a_row_that_cannot_be_is_refused(where, says):
    with pytest.raises(DataError, match=says):
        display.row(released(AT, kind="at"), **where)


def test_a_row_of_a_table_not_released_is_refused():
    with pytest.raises(DisclosureError):
        display.row(estimates(FORMS), group="cooperative")


@pytest.mark.parametrize("msgid", ["{t.n} of them", "{s.nothing} of them"])
def test_a_sentence_that_asks_for_what_is_not_given_is_refused(msgid):
    with pytest.raises(ParameterError, match="asks for"):
        display.say(msgid, lang="en", s=display.row(released(FORMS), group="cooperative"))


def test_an_interval_without_end_does_not_silence_the_estimate():
    open_ended = FORMS[:1].assign(estimate=[36.0], low=[24.0], high=[np.nan], note=["unbounded"])
    said = display.say(SAID, lang="en", s=display.row(released(open_ended, unit="months"), group="cooperative"))
    assert str(said) == "36 of 40 (between 24 and a limit that cannot be given)."


def test_a_negative_difference_reads_as_one():
    frame = FORMS[:1].assign(estimate=-0.05, low=-0.2, high=0.1)
    said = display.say(SAID, lang="en", s=display.row(released(frame, kind="difference"), group="cooperative"))
    assert str(said) == "−5 percentage points of 40 (between −20 and 10)."


def test_two_rows_can_stand_in_one_sentence_and_one_missing_silences_it():
    forms = released(FORMS)
    rows = {name: display.row(forms, group=group) for name, group in (("a", "cooperative"), ("b", "profit"))}
    assert str(display.say("{a.estimate} and {a.n}", lang="en", **rows)) == "50% and 40"
    assert "withheld" in str(display.say("{a.estimate} and {b.estimate}", lang="en", **rows))


@pytest.mark.promise("P3")
def test_hostile_labels_in_a_sentence_are_text():
    row = display.row(released(FORMS.assign(group=[HOSTILE, "b", "c"]), codes=""), group=HOSTILE)
    said = display.say("{s.group}: {s.n}", lang="en", s=row)
    assert "<script>" not in said.html and "‹U+202E›" in str(said)


def test_braces_in_a_label_are_not_filled_in():
    row = display.row(released(FORMS.assign(group=["{s.n}", "b", "c"]), codes=""), group="{s.n}")
    assert str(display.say("{s.group}: {s.n}", lang="en", s=row)) == "{s.n}: 40"


# --- the same thing in another language, from its description


@pytest.mark.parametrize("lang", wording.LANGUAGES)
def test_what_was_shown_in_one_language_is_made_again_in_any(lang):
    forms = released(FORMS)
    for show in (
        lambda lang: display.table(forms, lang, caption="Example"),
        lambda lang: display.say(SAID, lang=lang, s=display.row(forms, group="cooperative")),
        lambda lang: display.say(SAID, lang=lang, s=display.row(forms, group="profit")),
    ):
        spec = json.loads(json.dumps(show("en")._repr_mimebundle_()["application/vnd.coopeval+json"]))
        assert display.render(spec, {"example": forms}, lang) == show(lang).html


def test_the_description_is_the_same_in_every_language():
    forms = released(AT.astype({"at_months": "int64"}), kind="at")
    where = {"group": "cooperative", "at_months": np.int64(12)}
    specs = [display.say(SAID, lang=lang, s=display.row(forms, **where)).spec for lang in wording.LANGUAGES]
    assert specs[0] == specs[1] == specs[2]
    assert json.loads(json.dumps(specs[0]))["rows"]["s"]["where"] == {"group": "cooperative", "at_months": 12}


def test_other_figures_than_were_shown_are_refused():
    spec = display.table(released(FORMS), "en").spec
    with pytest.raises(DisclosureError, match="other figures"):
        display.render(spec, {"example": released(FORMS.assign(n=45.0))}, "en")
    with pytest.raises(DisclosureError, match="not handed over"):
        display.render(spec, {}, "en")


def test_a_figure_is_not_drawn_here():
    with pytest.raises(ParameterError, match="not shown by display"):
        display.render({"kind": "figure", "tables": {}}, {}, "en")


def test_what_is_counted_again_for_the_gate_is_told_once():
    frame = pd.DataFrame({"group": ["a", "b"], "n": [50.0, 40.0], "numerator": [30.0, 20.0], "estimate": [0.6, 0.5],
                          "n_enterprises": [50.0, 40.0], "denominator": [50.0, 40.0], "hidden": False})  # fmt: skip
    units = {"kind": "ratio", "numerator_unit": "plain", "denominator_unit": "enterprises", "codes": "", "by": ""}
    shown = Cells(display.table(released(frame, **units), "en").html).texts
    assert shown.count("50") == 1 and "30" in shown
    other = frame.assign(n_enterprises=[12.0, 9.0])
    assert "12" in Cells(display.table(released(other, **units), "en").html).texts


def test_a_method_that_counts_its_draws_says_so_in_each_language():
    about = released(FORMS, method="log-rank; permutation, 9999 draws, seed 1").attrs["about"]
    for lang, words in (("nl", "9999 trekkingen"), ("fr", "9999 tirages"), ("en", "log-rank; permutation, 9999 draws")):
        assert any(words in said for said in facts(about, lang))
