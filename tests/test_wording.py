"""Words, numbers and catalogues: the same in content in three languages, and nothing forgotten."""

import json
import re
import subprocess
import sys
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd
import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from coopeval import wording
from coopeval.errors import ParameterError
from coopeval.wording import catalogue, harvest, markdown, messages, numbers, plain_catalogue, typography

MARKS = {"nl": (".", ","), "fr": ("\u202f", ","), "en": (",", ".")}  # thousands, decimals


def read_back(text: str, lang: str) -> Decimal:
    thousands, decimals = MARKS[lang]
    bare = re.sub(r"[€%<>\u00a0 ]", "", text).replace(thousands, "").replace("\u202f", "")
    return Decimal(bare.replace(decimals, ".").replace("−", "-"))


@given(st.floats(-1e7, 1e7), st.sampled_from(sorted(numbers.DIGITS)))
def test_three_languages_write_the_same_number(value, unit):
    value = abs(value) / 1e7 if unit in ("share", "p") else value
    found = {read_back(wording.number(value, unit, lang), lang) for lang in wording.LANGUAGES}
    assert len(found) == 1


@pytest.mark.parametrize(
    ("value", "unit", "nl", "fr", "en"),
    [
        (1234567, "projects", "1.234.567", "1\u202f234\u202f567", "1,234,567"),
        (650000, "eur", "€\u00a0650.000", "650\u202f000\u00a0€", "€650,000"),
        (0.4286, "share", "43%", "43\u202f%", "43%"),
        (31.25, "months", "31,3", "31,3", "31.3"),
        (36.0, "months", "36", "36", "36"),
        (-0.05, "points", "−5", "−5", "−5"),
        (0.125, "share", "13%", "13\u202f%", "13%"),  # halves go up, as readers learnt at school
    ],
)
def test_numbers_look_as_each_language_writes_them(value, unit, nl, fr, en):
    assert [wording.number(value, unit, lang) for lang in ("nl", "fr", "en")] == [nl, fr, en]


@pytest.mark.parametrize("nothing", [None, float("nan"), pd.NA, pd.NaT])
@pytest.mark.parametrize("unit", sorted(numbers.DIGITS))
def test_unknown_is_never_a_zero(nothing, unit):
    assert {wording.number(nothing, unit, lang) for lang in wording.LANGUAGES} == {"–"}


@given(st.floats(1e-6, 1 - 1e-6))
def test_a_share_of_some_is_never_written_as_none_or_all(share):
    assert wording.number(share, "share", "en") not in ("0%", "100%", "0.0%", "100.0%")


def test_none_and_all_are_written_plainly():
    assert [wording.number(share, "share", "en") for share in (0, 1, 1 - 1e-16)] == ["0%", "100%", "100%"]


def test_nothing_is_written_with_a_minus_that_rounds_away():
    assert wording.number(-0.3, "count", "en") == "0"


def test_a_unit_nobody_knows_is_refused():
    with pytest.raises(ParameterError, match="not a unit"):
        wording.number(1, "bananas", "en")


@pytest.mark.parametrize("call", [lambda: wording.number(1, "count", "de"), lambda: wording.translate("x", "de")])
def test_a_language_nobody_wrote_is_refused(call):
    with pytest.raises(ParameterError, match="nl, fr, en"):
        call()


def test_days_do_not_depend_on_the_kind_of_day():
    days = {wording.day(when, "fr") for when in ("2026-06-30", pd.Timestamp("2026-06-30"))}
    assert days == {"30 juin 2026"}
    assert wording.day("2026-07-01", "fr") == "1er juillet 2026"
    assert wording.day("2026-07-11", "fr") == "11 juillet 2026"
    assert wording.day("", "nl") == wording.day(pd.NaT, "nl") == "–"


def test_words_load_no_pandas_and_do_not_ask_the_machine():
    code = (
        "import sys, coopeval.wording as w; assert 'pandas' not in sys.modules; "
        "print(w.number(1234.5, 'plain', 'nl'), w.day('2026-03-01', 'nl'))"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code], env={"LC_ALL": locale, "LANG": locale, "TZ": zone}, cwd=messages.ROOT,
            capture_output=True, text=True, check=True,
        ).stdout
        for locale, zone in (("C.UTF-8", "UTC"), ("fr_FR.UTF-8", "Pacific/Kiritimati"))
    }  # fmt: skip
    assert said == {"1.234,50 1 maart 2026\n"}


# --- headings


def test_a_heading_says_what_is_counted():
    assert wording.column("estimate", "en", "count", "projects") == "Projects"
    assert wording.column("estimate", "en", "difference", "share") == "Difference (percentage points)"
    assert wording.column("n", "en", "share", "share") == "Out of"
    assert wording.column("n", "en", "curve", "share") == "In the group"
    assert wording.column("at_months", "en", "mean", "months") == "Up to (months)"


def test_a_column_without_a_heading_keeps_its_name():
    assert wording.column("something_new", "fr") == "something_new"


# --- blocks of prose

PAGE = """# How long?

The first
paragraph.

- one
  goes on
- two

> a quotation
> on two lines

| a | b |
|---|---|
| c | d |

```
code = 1

```"""


def test_prose_is_cut_into_headings_paragraphs_items_and_quotations():
    assert wording.blocks(PAGE) == [
        "How long?", "The first paragraph.", "one goes on", "two", "a quotation on two lines", "| a | b |", "| c | d |",
    ]  # fmt: skip


def test_wrapping_prose_anew_changes_no_message():
    assert wording.blocks("One\ntwo three.") == wording.blocks("One two\nthree.")


def test_translated_prose_keeps_its_shape(monkeypatch):
    monkeypatch.setattr(markdown, "translate", lambda words, lang: words.upper())
    translated = wording.translate_markdown(PAGE, "nl")
    assert translated.startswith("# HOW LONG?\n\nTHE FIRST PARAGRAPH.\n\n- ONE GOES ON\n- TWO\n\n> A QUOTATION ON TWO")
    assert "|---|---|" in translated and "```\ncode = 1" in translated


# --- catalogues


@pytest.fixture
def project(tmp_path):
    """A small project: a file of code, a template and a notebook."""
    area = tmp_path / "coopeval" / "area"
    schema = tmp_path / "coopeval" / "schema"
    area.mkdir(parents=True)
    schema.mkdir()
    (tmp_path / "notebooks").mkdir()
    (area / "code.py").write_text(
        'A = N_("Said {n} times.")\nB = N_(\n    "In two "\n    "parts."\n)\nC = "not said"\n'
    )
    (area / "page.html").write_text(
        '<h1>{{ _("Main messages") }}</h1>{{ _("Of {n}", n=1) }}<p title="{{ _(\'Quiet\') }}">'
    )
    (schema / "all.py").write_text(
        'T = table("jobs", "Jobs of enterprises", ["job_id"], {"job_id": text("our key")})\n'
    )
    cells = [
        {"cell_type": "markdown", "source": ["# A question?\n", "\n", "One idea."]},
        {"cell_type": "code", "source": 'ce.say("About {s.n}.", lang=lang, s=ce.display.row(t, group="all"))\n'
                                        'ce.figures.bars(t, lang, title="A title",\n    alt="An alt")\n'
                                        'ce.display.table(t, lang, caption="A caption")'},
    ]  # fmt: skip
    (tmp_path / "notebooks" / "10_first.ipynb").write_text(json.dumps({"cells": cells}))
    return tmp_path


def fill(project, lang="nl", **changes):
    """Translate every sentence of a catalogue by one that says so, but those in `changes`."""
    path = messages.catalogue_path(lang, project)
    known = catalogue.read(lang, project)
    for message in known:
        if message.id:
            message.string = changes.get(message.id.split()[0], f"{lang} {message.id}")
    path.write_bytes(catalogue.written(known, lang))


def test_every_sentence_is_collected_wherever_it_stands(project):
    assert set(harvest.sentences(project)) == {
        "Said {n} times.", "In two parts.", "Main messages", "Of {n}", "Quiet", "Jobs of enterprises", "our key",
        "A question?", "One idea.", "About {s.n}.", "A title", "An alt", "A caption",
    }  # fmt: skip


def test_a_missing_translation_is_found(project, capsys):
    assert catalogue.main(["update"], project) == 0
    assert catalogue.main(["check"], project) == 1
    assert "fr: not translated: 'A caption' (notebooks/10_first.ipynb)" in capsys.readouterr().out


def test_a_full_catalogue_passes(project, capsys):
    catalogue.main(["update"], project)
    fill(project, "nl")
    fill(project, "fr")
    assert catalogue.main(["check"], project) == 0
    assert "nl: 13 sentences, 0 to look at" in capsys.readouterr().out


@pytest.mark.parametrize("wrong", ["nl keer gezegd", "nl {m} keer gezegd", "nl {n} van {m} keer"])
def test_other_placeholders_are_found(project, capsys, wrong):
    catalogue.main(["update"], project)
    fill(project, "nl", Said=wrong)
    fill(project, "fr")
    assert catalogue.main(["check"], project) == 1
    assert "nl: other placeholders than the English sentence: 'Said {n} times.'" in capsys.readouterr().out


def test_a_changed_sentence_keeps_its_translation_but_is_stale(project, capsys):
    catalogue.main(["update"], project)
    fill(project, "nl")
    fill(project, "fr")
    code = project / "coopeval" / "area" / "code.py"
    code.write_text(code.read_text().replace("Said {n} times.", "Said {n} times now."))
    assert catalogue.main(["check"], project) == 1
    assert "nl: no longer said anywhere: 'Said {n} times.'" in capsys.readouterr().out
    catalogue.main(["update"], project)
    assert "nl: the English sentence changed" in capsys.readouterr().out
    kept = catalogue.read("nl", project)["Said {n} times now."]
    assert kept.fuzzy and kept.string == "nl Said {n} times."
    assert catalogue.main(["check"], project) == 1


def test_updating_twice_changes_no_byte_and_tells_no_day_nor_line(project):
    catalogue.main(["update"], project)
    fill(project, "nl")
    catalogue.main(["update"], project)
    path = messages.catalogue_path("nl", project)
    once = path.read_bytes()
    code = project / "coopeval" / "area" / "code.py"
    code.write_text("\n\n# further down\n" + code.read_text())
    catalogue.main(["update"], project)
    assert path.read_bytes() == once
    assert not re.search(rb"\d{4}-\d{2}|code\.py:\d|" + str(project).encode(), once)


def test_unfinished_translations_are_not_shown(project, monkeypatch):
    path = messages.catalogue_path("nl", project)
    path.parent.mkdir(parents=True)
    path.write_text('msgid "old"\nmsgstr "oud"\n\n#, fuzzy\nmsgid "changed"\nmsgstr "gewijzigd"\n', encoding="utf-8")
    monkeypatch.setattr(messages, "catalogue_path", lambda lang: path)
    assert messages._messages.__wrapped__("nl") == {"old": "oud"}


def test_a_name_in_code_stays_a_name(project, capsys):
    code = project / "coopeval" / "area" / "code.py"
    code.write_text('A = N_("See `jobs` in [the law](https://example.org/a).")\n')
    catalogue.main(["update"], project)
    fill(project, "nl", See="Zie `banen` in [de wet](https://example.org/a).")
    fill(project, "fr")
    assert catalogue.main(["check"], project) == 1
    assert "nl: other names or links" in capsys.readouterr().out


def test_wrong_use_says_how(capsys):
    assert catalogue.main(["upgrade"]) == 2
    assert "update" in capsys.readouterr().err


@pytest.mark.parametrize("lang", ["nl", "fr"])
def test_catalogues_are_read_as_babel_reads_them(lang):
    quick = plain_catalogue.finished(messages.catalogue_path(lang).read_text(encoding="utf-8"))
    read = [message for message in catalogue.read(lang) if message.id and message.string and not message.fuzzy]
    assert quick == tuple((m.id, m.string, tuple(place for place, _ in m.locations)) for m in read)


HEAD = 'msgid ""\nmsgstr ""\n\n'


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (f'{HEAD}#, fuzzy\nmsgid "a"\nmsgstr "b"\n\nmsgid "c"\nmsgstr ""\n', ()),
        (f'{HEAD}msgid "say \\"a\\"\\n"\nmsgstr "b\\\\"\n', (('say "a"\n', "b\\", ()),)),
        (f'{HEAD}msgid "a"\nmsgstr "b"\n\nmsgid "c"\n', None),
        (f'{HEAD}#: coopeval/a.py:12\nmsgid "a"\nmsgstr "b"\n', None),
        (f'{HEAD}msgctxt "x"\nmsgid "a"\nmsgstr "b"\n', None),
        (f'{HEAD}msgid "a"\nmsgid_plural "as"\nmsgstr[0] "b"\n', None),
        (f'{HEAD}#~ msgid "a"\n#~ msgstr "b"\n', None),
    ],
)
def test_a_catalogue_in_another_form_is_left_to_babel(text, read):
    assert plain_catalogue.finished(text) == read


@pytest.mark.parametrize("lang", numbers.LOCALES)
def test_numbers_stand_as_babel_writes_them(lang):
    for value in (0, 7, 999, 1000, 1234567.891, 0.5, 10**15):
        for digits in (0, 1, 3):
            pattern = "#,##0" + ("." + "0" * digits if digits else "")
            rounded = Decimal(repr(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
            assert wording.number(value, "plain", lang, digits) == format_decimal(
                rounded, pattern, locale=numbers.LOCALES[lang]
            )


def test_french_keeps_its_signs_with_the_words_before_them(project, capsys):
    catalogue.main(["update"], project)
    fill(project, "nl")
    fill(project, "fr", Said="dit {n} fois ?")
    assert catalogue.main(["check"], project) == 1
    assert "fr: a line may end before a sign; run update: 'Said {n} times.'" in capsys.readouterr().out
    catalogue.main(["update"], project)
    assert catalogue.main(["check"], project) == 0
    assert "dit {n} fois\u00a0?" in catalogue.catalogue_path("fr", project).read_text(encoding="utf-8")


def test_french_of_the_word_list_and_the_code_lists_keeps_its_signs_too(project, capsys):
    catalogue.main(["update"], project)
    fill(project, "nl")
    fill(project, "fr")
    listed = project / "data" / "reference" / "codelists" / "ends.csv"
    listed.parent.mkdir(parents=True)
    listed.write_text("code,label_nl,label_fr\na,Wat : dit,Quoi : cela\n", encoding="utf-8")
    assert catalogue.main(["check"], project) == 1
    assert "'Quoi : cela' (ends.csv line 2, label_fr)" in capsys.readouterr().out
    listed.write_text("code,label_nl,label_fr\na,Wat : dit,Quoi\u00a0: cela\n", encoding="utf-8")
    assert catalogue.main(["check"], project) == 0


def test_signs_that_code_puts_between_parts_follow_the_language_too():
    assert typography.listed(["a", "b"], "fr") == "a\u00a0; b" and typography.listed(["a", "b"], "nl") == "a; b"
    assert typography.named("a", "b", "fr") == "a\u00a0: b" and typography.named("a", "b", "en") == "a: b"
