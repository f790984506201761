"""The annual report on paper: a tagged PDF with title, language and alternative texts, the same bytes each time."""

import re
import subprocess
import sys
import zlib

import pytest
from test_site import cell, released, run_folder

from coopeval import display, figures, site
from coopeval.errors import ParameterError
from coopeval.site import printing

try:
    printing.ready()
    MISSING = ""
except ParameterError as error:
    MISSING = str(error)
needs_pango = pytest.mark.skipif(bool(MISSING), reason=MISSING or "pango is here")
ALT = "What the figure shows"
AGAIN = """
import sys
from pathlib import Path
from coopeval.site import printing, style
sys.stdout.buffer.write(printing.pdf(Path(sys.argv[1]), style()))"""


def annual(tmp_path, monkeypatch):
    """A folder as a run leaves it whose one notebook is the annual report."""
    table = released(group="Été & <b>")
    shown = [
        cell(display.table(table, "en", caption="A table")),
        cell(figures.bars(table, "en", title="A figure", alt=ALT)),
    ]
    folder = run_folder(tmp_path, monkeypatch, table=table, cells=shown)
    notebook = folder / "private" / "notebooks" / "10_portfolio.ipynb"
    notebook.rename(notebook.with_name(f"{printing.PAGE}.ipynb"))
    run = folder / "run.json"
    run.write_text(run.read_text("utf-8").replace("10_portfolio", printing.PAGE), encoding="utf-8")
    return folder


def opened(pdf):
    """Everything that stands in a PDF, its compressed parts unpacked."""
    parts = [pdf]
    for packed in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.S):
        try:
            parts.append(zlib.decompress(packed))
        except zlib.error:
            continue
    return b"\n".join(parts)


def said(text):
    """A text as a PDF writes it, plain or as UTF-16."""
    return text.encode(), text.encode("utf-16-be").hex().encode(), text.encode("utf-16-be")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        return site.build(annual(tmp_path_factory.mktemp("annual"), patch), ("fr",), on_paper=True)


@needs_pango
@pytest.mark.promise("P10")
def test_the_pdf_is_tagged_and_says_its_title_its_language_and_what_figures_show(made):
    inside = opened((made / "fr" / "report-2026S1.pdf").read_bytes())
    assert b"/MarkInfo" in inside and b"/StructTreeRoot" in inside and b"pdfuaid" in inside
    assert re.search(rb"/Lang\s*\(fr", inside) and any(form in inside for form in said("Rapport d"))
    assert b"/Figure" in inside and b"/Table" in inside and b"/TH" in inside and b"/H1" in inside
    assert any(form in inside for form in said(ALT)), "the alternative text is not there"
    assert "report-2026S1.pdf" in (made / "fr" / "index.html").read_text("utf-8")


@needs_pango
@pytest.mark.promise("P6", "P9")
def test_the_same_page_gives_the_same_bytes_and_no_place_of_the_machine(made, monkeypatch, extent):
    first = (made / "fr" / "report-2026S1.pdf").read_bytes()
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    page = made / "fr" / f"{printing.PAGE}.html"
    assert first == printing.pdf(page, site.style())
    extent.left_out("the PDF made again by another process, with another hash seed")
    if extent.is_full:
        command = [sys.executable, "-c", AGAIN, str(page)]
        assert first == subprocess.run(command, capture_output=True, check=True).stdout
    inside = opened(first)
    assert not any(word in inside for word in (str(made).encode(), b"file:", b"/tmp", b"http://report", b"/URI"))


@needs_pango
def test_nothing_but_the_figures_of_the_report_is_read(made):
    page = made / "fr" / "changed.html"
    original = (made / "fr" / f"{printing.PAGE}.html").read_text("utf-8")
    page.write_text(original.replace('src="figures/', 'src="../../private/'), encoding="utf-8")
    with pytest.raises(ParameterError, match="not a figure of this report"):
        printing.pdf(page, site.style())


def test_without_the_libraries_the_command_says_which_package_brings_them(monkeypatch):
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(ParameterError, match="apt install libpango-1.0-0 libpangoft2-1.0-0"):
        printing.ready()


def test_an_edition_without_an_annual_report_makes_no_pdf(tmp_path, monkeypatch):
    made = site.build(run_folder(tmp_path, monkeypatch), ("en",), on_paper=True)
    assert not list(made.rglob("*.pdf")) and ".pdf" not in (made / "en" / "index.html").read_text("utf-8")
