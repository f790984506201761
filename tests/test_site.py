"""The site: every page in each language, nothing from outside, nothing unreleased, names from data as text."""

import json
import re
from html.parser import HTMLParser

import nbformat
import pandas as pd
import pytest

from coopeval import display, figures, provenance, site
from coopeval.errors import CoopevalError, DataError, DisclosureError
from coopeval.site import coverage, pages
from coopeval.uncertainty import share, stamp

SPEC = "application/vnd.coopeval+json"
HOSTILE = "<script>alert(1)</script> [x](javascript:alert(1)) \u202e =1+1"
RUN = {
    "period": "2026S1", "as_of": "2026-06-30", "delivered_on": "2026-06-30", "is_synthetic": True, "audience": "public",
    "lock": "l" * 64,
    "code": {"version": "0.1.0", "sha256": "c" * 64}, "parameters": {"semester": "2026S1"}, "revised_because": None,
    "data": {"sha256": "d" * 64, "tables": {"projects": {"sha256": "p" * 64}}},
}  # fmt: skip


def released(name="shares", audience="public", synthetic=True, group="a"):
    counts = pd.DataFrame({"group": [group, "b"], "n_events": [10, 7], "n": [20, 30], "hidden": [False, False]})
    return stamp(share(counts, is_synthetic=synthetic, as_of="2026-06-30"), name, audience)


def cell(shown, tags=()):
    data = {kind: content for kind, content in shown._repr_mimebundle_().items() if kind != "image/png"}
    output = nbformat.v4.new_output("execute_result", data=data, execution_count=1)
    return nbformat.v4.new_code_cell("shown", outputs=[output], metadata={"tags": list(tags)}, id=data[SPEC]["kind"])


def run_folder(tmp_path, monkeypatch, table=None, cells=None, run=RUN):
    """A folder as a run leaves it, with one notebook of one table, one figure and one sentence."""
    table = released() if table is None else table
    monkeypatch.setenv("COOPEVAL_RESULTS", str(tmp_path / "results"))
    provenance.hand_over(table)
    told = display.say("{s.estimate} of {s.n}.", lang="en", s=display.row(table, group=table["group"].iloc[0]))
    shown = [
        cell(display.table(table, "en", caption="A table")),
        cell(figures.bars(table, "en", title="A figure", alt="What the figure shows")),
        cell(told, tags=["headline"]),
    ]
    notebook = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell("# Is it so?\n\nThe council asks.", id="title"),
            *(shown if cells is None else cells),
        ]
    )
    (tmp_path / "private" / "notebooks").mkdir(parents=True)
    nbformat.write(notebook, tmp_path / "private" / "notebooks" / "10_portfolio.ipynb")
    every = [row["id"] for row in coverage.questions().to_dict("records")]
    told_run = {**run, "notebooks": [{"name": "10_portfolio", "status": "run", "answers": every}]}
    (tmp_path / "run.json").write_text(json.dumps(told_run), encoding="utf-8")
    return tmp_path


class Page(HTMLParser):
    """What stands on a page: tags with their attributes, and the text."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.words = [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words.append(data)

    def all(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]

    @property
    def text(self):
        return " ".join(self.words)


@pytest.fixture
def made(tmp_path, monkeypatch):
    return site.build(run_folder(tmp_path, monkeypatch))


def every_page(folder):
    return {path.relative_to(folder).as_posix(): Page(path.read_text("utf-8")) for path in folder.rglob("*.html")}


def test_every_page_stands_in_each_language(made):
    names = {path.name for path in (made / "nl").glob("*.html")}
    assert names == {
        "index.html",
        "10_portfolio.html",
        "coverage.html",
        "glossary.html",
        "about.html",
        "accessibility.html",
    }
    for lang in ("fr", "en"):
        assert {path.name for path in (made / lang).glob("*.html")} == names


def test_a_page_says_its_language_and_leads_to_the_others(made):
    for name, page in every_page(made).items():
        if "/" not in name:
            continue
        assert page.all("html")[0]["lang"] == name[:2]
        assert {link["hreflang"] for link in page.all("link") if link["rel"] == "alternate"} == {"nl", "fr", "en"}
        for link in [*page.all("a"), *page.all("link"), *page.all("img")]:
            target = (made / name).parent / (link.get("href") or link.get("src")).split("#")[0]
            assert target.is_file() or str(link.get("href", "")).startswith("#"), f"{name}: {target} is not there"


def test_a_page_can_be_read_without_seeing_it(made):
    for name, page in every_page(made).items():
        assert len(page.all("h1")) == 1, name
        levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
        assert all(b <= a + 1 for a, b in zip(levels, levels[1:], strict=False)), f"{name}: {levels}"
        assert all(image["alt"].strip() for image in page.all("img"))
        assert len(page.all("caption")) == len(page.all("table"))
        assert all(heading.get("scope") in ("col", "row") for heading in page.all("th"))
        assert page.all("main") and page.all("title")


def test_a_chapter_opens_with_its_answers(made):
    """Whoever reads no further knows the answer, in the words and with the numbers it has further down."""
    for lang, head in (("nl", "In het kort"), ("fr", "En bref"), ("en", "In short")):
        html = (made / lang / "10_portfolio.html").read_text("utf-8")
        short, rest = re.search(f'<section class="short">\\s*<h2>{head}</h2>(.*?)</section>(.*)', html, re.S).groups()
        said = re.findall(r'<p class="say".*?</p>', short)
        assert said and said == re.findall(r'<p class="say".*?</p>', rest)
        assert "<table" not in html[: html.index(short)]


def test_a_chapter_that_opens_with_an_answer_does_not_say_it_twice(tmp_path, monkeypatch):
    table = released()
    said = display.say("{s.estimate} of {s.n}.", lang="en", s=display.row(table, group="a"))
    cells = [cell(said, tags=["headline"]), cell(display.table(table, "en", caption="A table"))]
    folder = site.build(run_folder(tmp_path, monkeypatch, table=table, cells=cells), ("en",))
    html = (folder / "en" / "10_portfolio.html").read_text("utf-8")
    assert html.count("50% of 20.") == 1 and 'class="short"' not in html


@pytest.mark.promise("P3")
def test_nothing_is_asked_of_the_outside_and_nothing_runs(made):
    for name, page in every_page(made).items():
        assert not page.all("script") and not page.all("iframe") and not page.all("base")
        for _, attrs in page.tags:
            assert not any(key.startswith("on") for key in attrs), name
            assert not re.match(r"(https?:)?//|javascript:|data:", attrs.get("href") or attrs.get("src") or "")
        policy = [meta for meta in page.all("meta") if meta.get("http-equiv") == "Content-Security-Policy"]
        assert policy and "default-src 'none'" in policy[0]["content"]


def test_languages_show_the_same_numbers(made):
    def numbers(lang):
        text = Page((made / lang / "10_portfolio.html").read_text("utf-8")).text
        return sorted(re.findall(r"\d+(?=\s?%)", text))

    assert numbers("nl") == numbers("fr") == numbers("en") != []


def test_synthetic_data_are_marked_on_every_page(made):
    for name, page in every_page(made).items():
        if "/" in name:
            assert any(attrs.get("class") == "mark" for tag, attrs in page.tags if tag == "p"), name


def test_a_page_of_published_figures_does_not_call_itself_synthetic(tmp_path, monkeypatch):
    made = site.build(run_folder(tmp_path, monkeypatch, table=released(synthetic=False)), ("en",))
    text = Page((made / "en" / "10_portfolio.html").read_text("utf-8")).text
    assert "published figures only" in text and "made up to show" not in text


def test_the_first_page_borrows_the_headlines(made):
    assert "50% of 20." in Page((made / "en" / "index.html").read_text("utf-8")).text


@pytest.mark.promise("P3")
def test_names_from_data_are_shown_as_text(tmp_path, monkeypatch):
    made = site.build(run_folder(tmp_path, monkeypatch, table=released(group=HOSTILE)))
    for name, page in every_page(made).items():
        assert not page.all("script"), name
    html = (made / "nl" / "10_portfolio.html").read_text("utf-8")
    assert "&lt;script&gt;" in html and "\u202e" not in html and 'href="javascript' not in html
    for image in made.rglob("*.svg"):
        assert "<script" not in image.read_text("utf-8")


@pytest.mark.promise("P3")
def test_markdown_of_a_notebook_cannot_carry_html(tmp_path, monkeypatch):
    cells = [nbformat.v4.new_markdown_cell("<img src=x onerror=alert(1)> and <b>bold</b>", id="x")]
    made = site.build(run_folder(tmp_path, monkeypatch, cells=cells))
    assert not Page((made / "en" / "10_portfolio.html").read_text("utf-8")).all("img")


def test_a_site_of_real_data_names_whom_to_ask_and_without_that_there_is_none(tmp_path, monkeypatch):
    folder = run_folder(tmp_path, monkeypatch, table=released(synthetic=False), run={**RUN, "is_synthetic": False})
    with pytest.raises(DisclosureError, match="nobody is named whom readers may ask"):
        site.build(folder)
    assert not (folder / "site").exists()
    run = json.loads((folder / "run.json").read_text())
    run["settings"] = {"contact": {"name": "Evaluation desk", "email": "desk@example.org"}}
    (folder / "run.json").write_text(json.dumps(run))
    for name, page in every_page(site.build(folder)).items():
        if "/" in name:
            assert "Evaluation desk · desk@example.org" in page.text and "made up to show" not in page.text, name


def test_an_internal_table_cannot_stand_in_the_site(tmp_path, monkeypatch):
    with pytest.raises(DisclosureError, match="not released for the public"):
        site.build(run_folder(tmp_path, monkeypatch, table=released(audience="internal")))


def test_internal_pages_carry_their_mark_and_lie_in_no_site(tmp_path, monkeypatch):
    exact = {"sha256": "d" * 64, "tables": {"projects": {"sha256": "p" * 64, "rows": 12}}, "rows_set_aside": 0}
    run = {**RUN, "is_synthetic": False, "audience": "internal", "data": exact}
    folder = run_folder(tmp_path, monkeypatch, table=released(audience="internal"), run=run)
    (folder / "private" / "notebooks").rename(folder / "notebooks")
    made = site.build(folder)
    assert made == folder / "pages" and not (folder / "site").exists()
    for name, page in every_page(made).items():
        assert any(attrs.get("class") == "mark internal" for attrs in page.all("p")), name


def test_what_is_shown_must_have_been_handed_over(tmp_path, monkeypatch):
    folder = run_folder(tmp_path, monkeypatch, cells=[cell(display.table(released("other"), "en", caption="x"))])
    with pytest.raises(DisclosureError, match="other"):
        site.build(folder)


@pytest.mark.parametrize(
    "output",
    [
        nbformat.v4.new_output("stream", name="stderr", text="a warning"),
        nbformat.v4.new_output("stream", name="stdout", text="printed"),
        nbformat.v4.new_output("error", ename="E", evalue="e", traceback=[]),
        nbformat.v4.new_output("display_data", data={"text/html": "<b>bare</b>"}),
    ],
)
def test_anything_else_a_cell_leaves_stops_the_build(tmp_path, monkeypatch, output):
    bad = nbformat.v4.new_code_cell("x", outputs=[output], id="bad-cell")
    with pytest.raises(CoopevalError, match="bad-cell"):
        site.build(run_folder(tmp_path, monkeypatch, cells=[bad]))


def test_the_thirty_questions_stand_on_the_coverage_page(made):
    page = Page((made / "fr" / "coverage.html").read_text("utf-8"))
    assert [row["id"] for row in page.all("tr") if "id" in row] == [f"Q{number:02d}" for number in range(1, 31)]


def test_a_question_without_answer_or_stated_gap_is_refused():
    context = pages.Context({**RUN, "notebooks": []}, ("en",), {}, "en")
    with pytest.raises(DataError, match="Q01"):
        coverage.coverage(context)


def test_a_question_whose_chapter_was_skipped_says_so():
    every = [row["id"] for row in coverage.questions().to_dict("records")]
    skipped = [{"name": "10_portfolio", "status": "skipped", "answers": every}]
    context = pages.Context({**RUN, "notebooks": skipped}, ("en",), {}, "en")
    gaps = {entry["id"]: entry["gap"] for entry in coverage.coverage(context)}
    assert gaps["Q05"] == "The chapter that answers it was not made in this run."


def test_two_builds_are_the_same_bytes(tmp_path, monkeypatch):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        site.build(run_folder(tmp_path / name, monkeypatch))
    one, two = (provenance.digests_of_folder(tmp_path / name / "site") for name in ("one", "two"))
    assert one == two and len(one) > 15
