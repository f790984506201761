"""Hostile text through the build and into a browser: it runs nothing, asks for nothing, breaks nothing."""

import csv
import io
import shutil
from collections import Counter
from pathlib import Path

import browser
import hostile
import openpyxl
import pandas as pd
import published
import pytest
from hostile import TEXTS
from test_site import RUN, cell, run_folder

from coopeval import display, figures, provenance, site, tables
from coopeval.display.cells import visible
from coopeval.figures.lettering import named
from coopeval.site import pages
from coopeval.uncertainty import share, stamp

pytestmark = pytest.mark.promise("P3")
LANGUAGES = ("fr",)  # the pages of all are made of the same templates
DRAWN = [*TEXTS[:2], *TEXTS[11:15], *TEXTS[20:24], *TEXTS[32:36]]  # what a figure could stumble over
SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n")
# Every element with its depth and the names of its attributes, in order: what a page is, apart from its texts.
OUTLINE = """() => { const found = []; const walk = (node, depth) => {
    found.push([node.tagName, depth, ...[...node.attributes].map(one => one.name).sort()].join(' '));
    for (const child of node.children) walk(child, depth + 1); };
    walk(document.documentElement, 0); return found; }"""
LINKS = """() => [...document.querySelectorAll('[href], [src]')].map(node =>
    node.getAttribute('href') || node.getAttribute('src'))"""
FRAME = {"TABLE", "CAPTION", "H1", "H2", "H3", "H4", "A", "IMG", "FIGURE", "DETAILS", "NAV", "MAIN", "SECTION"}
RAN = "() => window.__ran === undefined && document.querySelector('script') === null"


@pytest.fixture(scope="module")
def chromium():
    with browser.started() as started:
        yield started


def released(groups, name="shares"):
    """A table that says hostile things of itself too."""
    counts = pd.DataFrame({"group": groups, "n_events": 10, "n": 20, "hidden": False})
    made = share(counts, is_synthetic=True, as_of="2026-06-30")
    made.attrs["about"] |= {"population": groups[0], "estimand": groups[1], "warnings": tuple(groups[:6])}
    return stamp(made, name, "public")


def written(folder, groups, drawn):
    """The site of a run with these groups in its table, its figure, its sentences and its own description."""
    table, other = released(groups), released(drawn, "drawn")
    say = lambda one: display.say("{s.group}: {s.estimate}.", lang="en", s=display.row(table, group=one))  # noqa: E731
    shown = [
        display.table(table, "en", caption=groups[0]),
        figures.bars(other, "en", title=groups[2], alt=groups[1]),
        *map(say, groups),
    ]
    cells = [cell(one) for one in shown]
    for number, one in enumerate(cells):
        one.id = f"cell-{number}"
    run = {**RUN, "revised_because": " ".join(groups[:9]), "parameters": {"semester": "2026S1", "note": groups[0]}}
    with pytest.MonkeyPatch.context() as patch:
        run_folder(folder, patch, table=table, cells=cells, run=run)
        provenance.hand_over(other)
    return site.build(folder, LANGUAGES)


@pytest.fixture(scope="module")
def sites(tmp_path_factory):
    """The hostile site, and the same one with harmless names."""
    names = [f"name {number}" for number in range(len(TEXTS))]
    groups = {"hostile": (list(TEXTS), DRAWN), "clean": (names, [names[TEXTS.index(one)] for one in DRAWN])}
    return {word: written(tmp_path_factory.mktemp(word), *some) for word, some in groups.items()}


def seen(page, path):
    """A page as the browser makes it, once nothing of it ran, asked or complained."""
    page.asked.clear(), page.happened.clear(), page.console.clear()
    browser.visit(page, path)
    assert page.evaluate(RAN), f"{path.name}: something ran"
    assert (page.happened, page.console) == ([], []), path.name
    home = path.parents[1].resolve().as_uri()
    assert page.asked and all(url.startswith(home) for url in page.asked), f"{path.name} asked for {page.asked}"
    assert page.url == path.resolve().as_uri()
    return page.evaluate(OUTLINE), page.evaluate(LINKS)


def frame_of(outline):
    """How many of what holds a page together: whole reports may say a fact once or twice, as names are alike or not."""
    return Counter(one.split()[0] for one in outline if one.split()[0] in FRAME)


def compared(chromium, tree, clean, only="*", of=list):
    """How many pages and pictures of a tree are, text apart, those of the clean one; fails on the first that is not."""
    named = [sorted(p.relative_to(folder) for kind in ("html", "svg") for p in folder.rglob(f"{only}.{kind}"))
             for folder in (tree, clean)]  # fmt: skip
    assert named[0] == named[1] != []
    with browser.window(chromium) as page:
        page.console = []
        page.on("console", lambda said: page.console.append(said.text))
        for name in named[0]:
            outline, links = seen(page, tree / name)
            if name.suffix == ".svg":  # its outlines of letters are those of other letters
                tags = {one.split()[0] for one in outline}
                assert not tags & {"script", "a", "image", "foreignObject", "animate", "set", "iframe"}, name
                continue
            expected, leads_to = seen(page, clean / name)
            assert (of(outline), links) == (of(expected), leads_to), f"{name} is another page than the clean one"
    return len(named[0])


def test_the_site_is_the_clean_one_with_other_words(chromium, sites, extent):
    extent.checks(compared(chromium, sites["hostile"], sites["clean"]))


def test_every_text_stands_on_the_page_as_it_was_given_with_marks_for_what_cannot_be_seen(chromium, sites):
    with browser.window(chromium) as page:
        for lang in LANGUAGES:
            browser.visit(page, sites["hostile"] / lang / "10_portfolio.html")
            labels = page.evaluate("() => [...document.querySelectorAll('tbody th')].map(node => node.textContent)")
            assert labels[: len(TEXTS)] == [visible(text) for text in TEXTS]
            words = page.evaluate("() => document.documentElement.textContent")
            assert not [sign for sign in words if visible(sign) != sign and sign != "\n"]


def test_figures_hold_every_label_as_outlines_of_letters(sites):
    for path in sites["hostile"].rglob("*.svg"):
        drawn = path.read_text(encoding="utf-8")
        assert "<script" not in drawn and hostile.OUTSIDE not in drawn.split("</desc>")[1]
    assert named("_hidden label $x$") == "_hidden label $x$" and "‹U+202E›" in named("a\u202eb")


def no_formula(folder):
    """How many downloads of a tree hold nothing that a spreadsheet would compute."""
    paths = [*folder.rglob("*.csv"), *folder.rglob("*.xlsx")]
    for path in paths:
        if path.suffix == ".csv":
            text = path.read_text(encoding="utf-8")
            for separator in (",", ";"):  # the list separator of Belgium is a semicolon
                live = [c for row in csv.reader(io.StringIO(text), delimiter=separator) for c in row if is_live(c)]
                assert not live, f"{path.name}: {live[:3]}"
        else:
            cells = [c for sheet in openpyxl.load_workbook(path) for row in sheet.iter_rows() for c in row]
            assert not [c.value for c in cells if c.data_type == "f" or c.hyperlink], path.name
    return len(paths)


def is_live(text):
    """Whether a spreadsheet would compute a cell; a negative number is one."""
    if not text.startswith(SIGNS):
        return False
    try:
        float(text.split(",")[0])
    except ValueError:
        return True
    return False


def test_no_download_holds_a_formula(sites, extent):
    extent.checks(no_formula(sites["hostile"]))
    rows = list(csv.reader((sites["hostile"] / "data" / "shares.csv").open(encoding="utf-8", newline="")))
    labels = [row[rows[0].index("group")] for row in rows[1:]]
    assert "'-2+3" in labels and "''=1+1" in labels and "x;'=1+1;y" in labels and "'=HYPERLINK" in " ".join(labels)


@pytest.mark.parametrize(
    "text", ["=1", "'=1", "''=1", "x;=1", "x;'-1", "a\n=1", "\t\t=1", ";;@x", "a'=b", "-5", "'", ""]
)
def test_a_guarded_text_is_read_back_as_it_was(text, tmp_path, monkeypatch):
    monkeypatch.setenv("COOPEVAL_RESULTS", str(tmp_path))
    counts = pd.DataFrame({"group": [text], "n_events": [10], "n": [20], "hidden": [False]})
    table = stamp(share(counts), "shares", "public")
    table["estimate"] = -table["estimate"]
    table = stamp(table, "shares", "public")
    provenance.hand_over(table)
    back = provenance.released(tmp_path)["shares"]
    assert back["group"].tolist() == [text] and back["estimate"].tolist() == [-0.5]
    assert ",-0.5," in (tmp_path / "shares.csv").read_text(), "a negative number stays one"


def test_a_sentence_is_not_filled_a_second_time(sites):
    text = (sites["hostile"] / "fr" / "10_portfolio.html").read_text(encoding="utf-8")
    assert "{{7*7}}" in text and "{0.__class__} {name} %s %(x)s" in text


def test_a_page_that_stands_alone_shows_what_cannot_be_seen():
    run = {"period": "2026S1", "audience": "public"}
    assert "default-src 'none'" in pages.doorway(run, LANGUAGES)
    told = {"lang": "en", "title": TEXTS[0], "marks": TEXTS[:2], "sections": [
        {"title": "a", "sentences": TEXTS, "headings": ("x",), "rows": [[text] for text in TEXTS], "numbers": (),
         "html": ""}
    ]}  # fmt: skip
    page = pages.page_of("comparison.html", told=told)
    assert "default-src 'none'" in page and "‹U+202E›" in page and "\u202e" not in page
    assert "<script" not in page and "<img" not in page and page.count("<table>") == 1


@pytest.mark.parametrize("text", hostile.REFUSED)
def test_control_characters_are_refused_at_the_door(text, tmp_path):
    (tmp_path / "structures.csv").write_text(f"structure_id,name,kind\nS1,{text},incubator\n", encoding="utf-8")
    found = [fault for fault in tables.check(tmp_path) if fault.table == "structures"]
    assert [fault.code for fault in found][:1] == ["E-TEXT-03"]
    assert text not in tables.report(found, "en") and text not in tables.faults_csv(found, "en")


def test_the_whole_report_of_a_hostile_delivery_is_that_of_the_clean_one(chromium, tmp_path, extent):
    extent.left_out("a hostile text in every cell of the demo data through the whole report, in Dutch, French, English")
    if not extent.is_full:
        pytest.skip("the whole report takes minutes; make audit makes it")
    made = published.made(hostile.delivery(tmp_path / "delivery"), "2026S1", tmp_path / "out") / "site"
    clean = published.report("2026S1") / "site"
    extent.checks(compared(chromium, made, clean, of=frame_of) + no_formula(made))


def test_the_tests_see_what_they_look_for(chromium, sites, tmp_path):
    """A page that does not escape is noticed: by what runs, by what is asked for, by how it is built."""
    bad = Path(shutil.copytree(sites["hostile"], tmp_path / "site"))
    page = bad / "fr" / "10_portfolio.html"
    whole = page.read_text(encoding="utf-8")
    for text in (TEXTS[0], TEXTS[1], TEXTS[3], TEXTS[11]):
        page.write_text(whole.replace("</h1>", f"{text}</h1>", 1), encoding="utf-8")
        with pytest.raises(AssertionError):
            compared(chromium, bad, sites["clean"], only="10_portfolio")
    page.write_text(whole.replace("default-src 'none'; ", ""), encoding="utf-8")
    compared(chromium, bad, sites["clean"], only="10_portfolio")  # the policy is the second wall: the first one holds
