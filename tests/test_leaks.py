"""No path, name of a machine, key, trace of a run or number of a person in what is published or committed."""

import io
import subprocess
import zipfile
import zlib
from collections import Counter

import published
import pytest
import standin

from coopeval import provenance, runs, tables
from coopeval.cli.talking import sentence
from coopeval.errors import DisclosureError
from coopeval.provenance import leaks
from coopeval.provenance.digests import ROOT
from coopeval.provenance.leaks import is_enterprise_number, is_national_number

pytestmark = pytest.mark.promise("P9")
PATH, RUN, PERSON, FIRM = "an absolute path", "a trace of a run", "a national number", "an enterprise number"
KEY = "a private key"
# Where examples stand of what must be found. Numbers of persons in the repository are held by .ci/no_real_data.py.
EXAMPLES = {
    PATH: {"coopeval/provenance/leaks.py", "tests/notebook_rules.py", "tests/test_leaks.py", "tests/test_verifying.py"},
    RUN: {"coopeval/provenance/leaks.py", "tests/notebook_rules.py", "tests/test_leaks.py", "tests/test_notebooks.py"},
    FIRM: {"coopeval/importers/kbo/reading.py", "coopeval/provenance/leaks.py", "coopeval/schema/examples.py",
           "coopeval/schema/forms.py", "coopeval/synthetic/register_files.py", "coopeval/tables/explain.py",
           "coopeval/tables/personal.py", "docs/register.md"},
    KEY: {"tests/test_leaks.py"},
}  # fmt: skip


def kinds(text, name="page.html", **said):
    content = text if isinstance(text, bytes) else text.encode()
    return {leak.kind for leak in leaks.leaks(name, content, **said)}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("made in /home/els/reports", PATH),
        ('href="file:///Users/els/x.html"', PATH),
        ("C:\\Users\\Els\\Desktop", PATH),
        ("/tmp/ipykernel_41/12.py", RUN),
        ("Traceback (most recent call last):", RUN),
        ('File "cells.py", line 3', RUN),
        ("<Axes object at 0x7f3fa1b2c3d0>", RUN),
        ("<pandas.io.formats.style.Styler object at 0x7f3fa1b2c3>", RUN),
        ("-----BEGIN OPENSSH PRIVATE KEY-----", KEY),
        ("made on 2026-11-26T05:22:01", "a time of a run"),
        ("pid: 4711", "a number of a process"),
        ("data = 'data/real'", "a parameter as it was given"),
        ("data=&#34;data/real&#34;", "a parameter as it was given"),
        ("85.07.30-033.28", PERSON),
        ("85073003328 stopped", PERSON),
        ("850730 033 28", PERSON),
        ("0206.731.645", FIRM),
        ("BE 0206 731 645", FIRM),
        ("BE0206731645", FIRM),
    ],
)
def test_each_kind_of_trace_is_found(text, kind):
    assert kind in kinds(f"<p>{text}</p>")


@pytest.mark.parametrize(
    "text",
    [
        "0.12345678901", "12345678901234567890", "85.07.30-033.29", "0206.731.646", "1663.484375 0", "2026-06-30",
        "2026-06-30T00:00:00+00:00", "site/fr/home/x.html", "e0850730033280f", "els@coopcity.example", "root",
        "-----BEGIN SSH SIGNATURE-----", "img-src 'self' data:", "1.234.567.890", "in the private folder",
    ],
)  # fmt: skip
def test_what_a_page_may_say_is_no_trace(text):
    assert not kinds(f"<p>{text}</p>")


def test_a_number_of_a_person_is_not_repeated():
    (leak,) = leaks.leaks("page.html", b"one\n85073003328\n")
    assert (leak.line, leak.shown) == (2, "•")


def test_the_place_the_user_and_the_machine_at_hand_are_found(monkeypatch):
    assert PATH in kinds(f"made in {ROOT}/coopeval")
    monkeypatch.setattr(leaks.socket, "gethostname", lambda: "desk-17")
    monkeypatch.setattr(leaks.getpass, "getuser", lambda: "els")
    leaks.of_this_machine.cache_clear()
    try:
        assert kinds("by els@desk-17") == kinds("on desk-17") == {"the name of a user or a machine"}
        assert not kinds("ask els@coopcity.example") and not kinds("els"), "whoever publishes may be named"
    finally:
        leaks.of_this_machine.cache_clear()


def test_strokes_of_a_picture_are_no_numbers_and_its_words_are():
    assert not kinds('<path d="M 0206731645 0 L 85073003328"/>', "x.svg")
    assert kinds("<text>0206731645</text>", "x.svg") == {FIRM}


def test_spreadsheets_pictures_and_printed_pages_are_opened():
    book = io.BytesIO()
    with zipfile.ZipFile(book, "w") as archive:
        archive.writestr("docProps/core.xml", "<dcterms:created>2026-11-26T05:22:01Z</dcterms:created>")
        archive.writestr("xl/sharedStrings.xml", "<t>85073003328</t>")
    assert kinds(book.getvalue(), "x.xlsx") == {"a time of a run", PERSON}
    packed = zlib.compress(b"/home/els/x")
    assert kinds(b"%PDF-1.7\nstream\n" + packed + b"\nendstream", "x.pdf") == {PATH}
    piece = b"Software\0/home/els/x"
    png = b"\x89PNG\r\n\x1a\n" + len(piece).to_bytes(4, "big") + b"tEXt" + piece + b"\0\0\0\0"
    assert kinds(png, "x.png") == {PATH}


@pytest.mark.parametrize(
    ("digits", "is_one"),
    [("85073003328", True), ("85073003329", False), ("00000000097", False), ("85473003311", False)],
)
def test_check_digits_decide_whether_it_is_a_national_number(digits, is_one):
    assert is_national_number(digits) == is_one


def test_a_century_counts_in_the_check_digits():
    born = "050101001"
    assert is_national_number(f"{born}{97 - int('2' + born) % 97:02}")
    assert not is_enterprise_number("0000000097") and is_enterprise_number("0206731645")


def test_nothing_committed_tells_of_a_machine_or_a_person(extent):
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    names = [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]
    if not names:
        pytest.skip("this copy of the project is no repository")
    found = Counter()
    for name in names:
        kinds = {leak.kind for leak in leaks.leaks(name, (ROOT / name).read_bytes(), False)} - {PERSON}
        made_up = {FIRM} if name.startswith("tests/") else set()
        found.update((name, kind) for kind in kinds - made_up if name not in EXAMPLES.get(kind, ()))
    assert not found
    extent.checks(len(names))


@pytest.mark.promise("P8")
def test_the_report_of_the_demo_passes_every_check(extent):
    """A run that found a difference would have published nothing; in full the reports are taken up once more."""
    extent.left_out("verify on the finished reports of three semesters; each passed the same checks before its switch")
    for folder in sorted(published.three().glob("20*")) if extent.is_full else ():
        found = runs.inspected(folder, is_audited=True)
        assert [finding.line("en") for finding in found.findings] == []
        extent.checks(sum(check.n_checked for check in found.checks))


def test_a_page_that_tells_a_path_is_not_published(tmp_path, monkeypatch):
    def careless(folder, languages):
        site = standin.build(folder, languages)
        page = site / "nl" / "index.html"
        page.write_text(page.read_text(encoding="utf-8").replace("</pre>", "/home/els/x</pre>"), encoding="utf-8")
        return site

    monkeypatch.setattr("coopeval.runs.chapters.execute_all", standin.execute_here)
    monkeypatch.setattr(tables, "read", lambda data: standin.dataset())
    (tmp_path / "delivery").mkdir()
    options = runs.Options(out=tmp_path / "reports", notebooks=standin.write_notebooks(tmp_path / "notebooks"))
    fine = runs.run(tmp_path / "delivery", "2026S1", standin.build, options).path.parent
    before = provenance.digests_of_folder(fine)
    with pytest.raises(DisclosureError, match="Nothing new was published") as stopped:
        runs.run(tmp_path / "delivery", "2026S1", careless, options)
    assert [finding.code for finding in stopped.value.findings] == ["V-SECRET-01"]
    assert "site/nl/index.html" in sentence(stopped.value)
    assert provenance.digests_of_folder(fine) == before
