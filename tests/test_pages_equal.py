"""What axe does not see: equal content in each language, findings in words, headings, titles, downloads."""

import io
import re
import unicodedata
import zipfile
from collections import Counter

import openpyxl
import pages
import pandas as pd
import published
import pytest

from coopeval import provenance
from coopeval.figures.theme import INK, PAPER, PUBLISHED, SOFT, STYLES

FILLERS = ("no description", "image", "figure", "svg", "untitled")
NUMBER = re.compile(r"\d+(?:[.,  \u00a0\u202f]\d{3})*(?:[.,]\d+)?")
MONTHS = {
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "en": "January February March April May June July August September October November December",
}
WITHHELD = {"nl": "niet getoond", "fr": "non montré", "en": "withheld"}


@pytest.fixture(scope="module")
def site():
    return published.report() / "site"


@pytest.fixture(scope="module")
def read(site):
    """Every page of every language, read once."""
    return {lang: {path.name: pages.read(path) for path in pages.files(site, lang)} for lang in pages.LANGUAGES}


def every(read):
    return [(lang, name, page) for lang, of in read.items() for name, page in of.items()]


def skeleton(page):
    """The elements that carry structure, each with what ties it to a table, a figure or a rule."""
    tied = ("id", "scope", "class", "role", "src", "href")
    return [
        (node.tag, *(re.sub(r"^\.\./(nl|fr|en)/", "", node.attrs[word]) for word in tied if word in node.attrs))
        for node in page.all()
        if node.tag not in ("html", "link", "meta", "span") and not _is_about_languages(node)
    ]


def _is_about_languages(node):
    return node is not None and (node.attrs.get("class") == "languages" or _is_about_languages(node.above))


def unformatted(text, lang):
    """The numbers of a text as every language means them: 1.234,5 and 1 234,5 and 1,234.5 are one."""
    thousands, point = {"nl": (".", ","), "fr": ("\u202f\u00a0 ", ","), "en": (",", ".")}[lang]
    found = []
    for written in NUMBER.findall(text):
        for mark in thousands:
            written = re.sub(rf"(?<=\d){re.escape(mark)}(?=\d{{3}})", "", written)
        found.append(written.replace(point, "."))
    return found


def cells(page):
    """The cells of all tables of a page: (table, row, column) and text."""
    for place, table in enumerate(page.all("table")):
        for row, line in enumerate(table.all("tr")):
            for column, cell in enumerate(line.all("td", "th")):
                yield (place, row, column), cell


@pytest.mark.promise("P10", "P2")
def test_pages_have_the_same_structure_in_each_language(read, extent):
    names = set(read["nl"])
    extent.checks(2 * len(names))
    for lang in ("fr", "en"):
        assert set(read[lang]) == names
        for name in names - {"glossary.html"}:  # its words stand in the order of each alphabet
            assert skeleton(read[lang][name]) == skeleton(read["nl"][name]), f"{lang}/{name}"
    assert len({len(read[lang]["glossary.html"].all("dt")) for lang in read}) == 1


@pytest.mark.promise("P10", "P2")
def test_tables_hold_the_same_numbers_in_each_language(read, extent):
    n = 0
    for name in set(read["nl"]) - {"glossary.html"}:
        told = {
            lang: {
                place: tuple(unformatted(cell.text, lang))
                for place, cell in cells(read[lang][name])
                if "number" in cell.attrs.get("class", "") and cell.tag == "td"
            }
            for lang in read
        }
        n += len(told["nl"])
        assert told["nl"] == told["fr"] == told["en"], name
    assert n > 1000
    extent.checks(n)


@pytest.mark.promise("P10", "P2")
def test_sentences_and_descriptions_hold_the_same_numbers_in_each_language(read, extent):
    n = 0
    for name in set(read["nl"]) - {"glossary.html", "coverage.html"}:
        told = {lang: numbers_said(read[lang][name], lang) for lang in read}
        for ours, french, english in zip(*(told[lang] for lang in ("nl", "fr", "en")), strict=True):
            assert ours == french, name
            assert Counter(ours) <= Counter(english), name  # an English label may say a year more: (2019)
            n += 1
    assert n > 300
    extent.checks(n)


def numbers_said(page, lang):
    """Per alternative text, description and sentence of the report, its numbers in any order."""
    texts = [image.attrs["alt"] for image in page.all("img")]
    texts += [item.text for told in page.all("div") if told.attrs.get("class") == "told" for item in told.all("li")]
    texts += [p.text for p in page.all("p") if p.attrs.get("class", "").startswith("say")]
    texts += [dd.text for foot in page.all("footer") for dd in foot.all("dd")]
    return [sorted(unformatted(text.replace("1er ", "1 "), lang)) for text in texts]


@pytest.mark.promise("P10", "P2")
def test_the_same_cells_are_withheld_in_each_language(read):
    marked = {
        lang: [
            (name, place, cell.text == WITHHELD[lang])
            for name in sorted(read[lang])
            for place, cell in cells(read[lang][name])
            if "withheld" in cell.attrs.get("class", "")
        ]
        for lang in read
    }
    assert marked["nl"] == marked["fr"] == marked["en"] != []
    assert all(is_marked for *_, is_marked in marked["nl"])


@pytest.mark.promise("P2")
def test_each_table_and_figure_shows_the_digest_of_its_released_table(site, read, extent):
    released = provenance.released(site.parent / "results")
    shown = {lang: [] for lang in read}
    for lang, name, page in every(read):
        for line in page.all("ul"):
            if line.attrs.get("class") == "source":
                for item in line.all("li"):
                    table, digest = (code.text for code in item.all("code"))
                    assert released[table].attrs["released"]["sha256"].startswith(digest) and len(digest) == 12
                    shown[lang].append((name, table, digest))
        things = [d for d in page.all("div") if d.attrs.get("class") == "released"] + page.all("figure")
        assert all(any(ul.attrs.get("class") == "source" for ul in thing.all("ul")) for thing in things)
    assert shown["nl"] == shown["fr"] == shown["en"] and len(shown["nl"]) > 200
    extent.checks(len(shown["nl"]) * 3)


@pytest.mark.promise("P10")
def test_alternative_texts_tell_a_finding_and_stand_beside_words_and_a_table(read, extent):
    n = 0
    for lang, name, page in every(read):
        ids = {node.attrs.get("id") for node in page.all()}
        for figure in page.all("figure"):
            alt, title = figure.all("img")[0].attrs["alt"], figure.all("figcaption")[0].text
            assert len(alt) > 40 and alt != title and alt.casefold() not in FILLERS, f"{lang}/{name}: {alt}"
            assert not re.search(r"\.(svg|png)\b", alt)
            assert len([d for d in figure.all("div") if d.attrs.get("class") == "told"]) == 1
            tables = [
                code.text for ul in figure.all("ul") if ul.attrs.get("class") == "source" for code in ul.all("code")
            ]
            assert all(f"table-{table}" in ids for table in tables[::2]), f"{lang}/{name}: no table beside {title}"
            n += 1
    assert n > 300
    extent.checks(n)


@pytest.mark.promise("P10")
def test_tables_say_what_they_are_and_every_heading_what_it_heads(read, extent):
    n = 0
    for lang, name, page in every(read):
        for table in page.all("table"):
            where = f"{lang}/{name}: {table.all('caption')[0].text}"
            assert len(table.all("caption")) == 1 and table.all("caption")[0].text
            assert all(head.attrs.get("scope") in ("col", "row") and head.text for head in table.all("th")), where
            assert not any({"colspan", "rowspan"} & set(cell.attrs) for cell in table.all("td", "th")), where
            lengths = {len(line.all("td", "th")) for line in table.all("tr")}
            assert len(lengths) == 1, where
            frame = table.above
            assert frame.attrs.get("class") == "scroll" and frame.attrs["tabindex"] == "0" and frame.attrs["aria-label"]
            n += 1
    extent.checks(n)


@pytest.mark.promise("P10")
def test_a_page_names_itself_its_report_its_semester_and_its_language(read):
    kinds = {
        "nl": ("Evaluatieverslag", "Nederlands"),
        "fr": ("Rapport d’évaluation", "Français"),
        "en": ("Evaluation report", "English"),
    }
    titles = set()
    for lang, name, page in every(read):
        title = page.all("title")[0].text
        assert all(word in title for word in (*kinds[lang], "2026S1")), f"{lang}/{name}: {title}"
        assert title.split(" – ")[0] and title not in titles
        titles.add(title)
        assert page.all("html")[0].attrs["lang"] == lang
        assert {a.attrs["hreflang"] for a in page.all("link") if "hreflang" in a.attrs} == set(pages.LANGUAGES)


@pytest.mark.promise("P10")
def test_a_page_is_ordered_and_its_parts_can_be_jumped_to(read):
    for lang, name, page in every(read):
        levels = [int(node.tag[1]) for node in page.all("h1", "h2", "h3", "h4", "h5", "h6")]
        assert levels[0] == 1 and levels.count(1) == 1, f"{lang}/{name}"
        assert all(later <= before + 1 for before, later in zip(levels, levels[1:], strict=False)), f"{lang}/{name}"
        for landmark in ("main", "header", "footer"):
            assert len(page.all(landmark)) == 1
        assert page.all("body")[0].all()[0].attrs == {"class": "skip", "href": "#content"}
        ids = [node.attrs["id"] for node in page.all() if "id" in node.attrs]
        assert len(ids) == len(set(ids)), f"{lang}/{name}: {sorted(ids)}"
        assert all(nav.attrs.get("aria-label") for nav in page.all("nav"))


@pytest.mark.promise("P10")
def test_words_of_another_language_say_so(read):
    for lang, name, page in every(read):
        for link in page.all("a"):
            if "hreflang" in link.attrs:
                assert link.lang == link.attrs["hreflang"], f"{lang}/{name}"
        words = " ".join(node for node in _said_in(page, lang))
        for other in set(pages.LANGUAGES) - {lang}:
            strange = [month for month in MONTHS[other].split() if re.search(rf"\d {month} \d{{4}}", words)]
            assert not set(strange) - set(MONTHS[lang].split()), f"{lang}/{name}: {strange}"


def _said_in(node, lang):
    for inside in node.inside:
        if isinstance(inside, str):
            if node.lang == lang:
                yield inside
        else:
            yield from _said_in(inside, lang)


@pytest.mark.promise("P10")
def test_every_page_says_who_is_in_what_is_withheld_and_whom_to_ask(read):
    for lang, name, page in every(read):
        foot = page.all("footer")[0]
        assert len([dt for dt in foot.all("dt") if dt.text]) == 9, f"{lang}/{name}"
        assert all(dd.text for dd in foot.all("dd"))
        assert "2026S1" in foot.text and any(a.attrs["href"] == "about.html#rules" for a in foot.all("a"))


@pytest.mark.promise("P10")
def test_the_accessibility_statement_stands_in_each_language_and_every_page_leads_to_it(read):
    assert {len(read[lang]["accessibility.html"].all("h2")) for lang in read} == {7}
    for _, _, page in every(read):
        assert any(a.attrs.get("href") == "accessibility.html" for a in page.all("a"))


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.promise("P10")
def test_lines_stand_out_and_series_differ_without_colour():
    for look in STYLES:
        assert contrast(look.colour, PAPER) >= 3
    assert all(contrast(colour, PAPER) >= 4.5 for colour in (INK, SOFT, PUBLISHED))
    assert len({str(look.dash) for look in STYLES}) == len({look.marker for look in STYLES}) == len(STYLES)
    grey = sorted(luminance(look.colour) for look in STYLES)
    assert len({round(shade, 3) for shade in grey}) == len(STYLES)


@pytest.mark.promise("P10", "P2")
def test_each_download_is_there_in_two_forms_and_the_spreadsheet_says_what_it_is(site, read, extent):
    names = sorted(path.stem for path in (site / "data").glob("*.csv"))
    released = provenance.released(site.parent / "results")
    for lang in pages.LANGUAGES:
        assert sorted(path.stem for path in (site / lang / "data").glob("*.xlsx")) == names
    looked = extent.of([name for name in names if "by_family" in name or "monitor" in name], names)
    extent.left_out("opening every spreadsheet: a handful of them in each language")
    extent.checks(3 * len(looked))
    for name in looked:
        books = {lang: openpyxl.load_workbook(site / lang / "data" / f"{name}.xlsx") for lang in pages.LANGUAGES}
        for lang, book in books.items():
            is_accessible(book, lang, released[name])
        numbers = [
            [[cell.value if cell.data_type == "n" else "" for cell in row] for row in book.worksheets[1].iter_rows(2)]
            for book in books.values()
        ]
        assert numbers[0] == numbers[1] == numbers[2], name


def is_accessible(book, lang, table):
    about, figures = book.worksheets
    assert book.properties.language.startswith(lang) and book.properties.title
    said = [row[1].value for row in about.iter_rows()]
    assert table.attrs["released"]["sha256"] in said and about["A1"].value and all(said)
    for sheet in (about, figures):
        assert len(sheet.tables) == 1 and sheet.freeze_panes == "A2" and not sheet.merged_cells.ranges
        assert all(cell.value not in (None, "") for row in sheet.iter_rows() for cell in row)
        assert not any(cell.data_type == "f" or cell.hyperlink for row in sheet.iter_rows() for cell in row)
    assert figures.max_row == len(table) + 1
    heads = [unicodedata.normalize("NFC", cell.value).casefold() for cell in figures[1]]
    assert len(heads) == len(set(heads))


def test_what_has_no_number_is_a_word_in_a_spreadsheet():
    from coopeval.site.spreadsheet import spreadsheet
    from coopeval.uncertainty import estimates, stamp

    told = {"group": ["a", "b", "c"], "estimate": [1.5, float("nan"), float("inf")], "hidden": [False, True, False]}
    table = stamp(estimates(pd.DataFrame(told), unit="ratio", kind="ratio"), "ratios", "public")
    book = openpyxl.load_workbook(io.BytesIO(spreadsheet(table, "en")))
    column = [row[1].value for row in book.worksheets[1].iter_rows(2)]
    assert column == [1.5, "withheld", "∞"]


@pytest.mark.promise("P3")
def test_a_spreadsheet_computes_nothing_and_tells_no_clock():
    from test_site import released

    from coopeval.site.spreadsheet import spreadsheet

    made = spreadsheet(released(group="=HYPERLINK(1)"), "en", "=1+1", [("@x", "-2+3")])
    with zipfile.ZipFile(io.BytesIO(made)) as file:
        assert {entry.date_time for entry in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        sheets = [file.read(name) for name in file.namelist() if name.startswith("xl/worksheets/")]
        assert b"2026-06-30T00:00:00Z" in file.read("docProps/core.xml")
    assert not any(b"<f>" in sheet or b"hyperlink" in sheet for sheet in sheets)
    book = openpyxl.load_workbook(io.BytesIO(made))
    assert book.worksheets[1]["A2"].value == "=HYPERLINK(1)" and book.worksheets[1]["A2"].data_type != "n"
    assert made == spreadsheet(released(group="=HYPERLINK(1)"), "en", "=1+1", [("@x", "-2+3")])
