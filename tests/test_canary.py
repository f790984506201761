"""One enterprise like no other goes through the build, and no value of it comes out at the readers' end."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

import canary
import published
import pytest
import recomputed
from demo_data import delivered

from coopeval import display, figures, tables, wording
from coopeval.provenance.digests import ROOT

SEMESTERS = ("2025S1", "2025S2", "2026S1")
PRIVATE = ("private", ".cache")  # behind the owner's door: executed notebooks, tables of the delivery, the ledger
SHOWN = {
    "10_portfolio": {"enterprises_by_committee", "project_holders"},
    "40_costs_and_experts": {"hours_by_kind", "expert_cost"},
}
NO_SCORE = ("score",)  # of a project; 88.25 may also be a share of others: looked for where the table is the canary's


def with_the_canary(name: str, folder: Path) -> Path:
    """A demo delivery with the canary in it, written to a folder."""
    return tables.write(canary.with_canary(delivered(name)), folder / f"with-canary-{name}")


@cache
def reports(folder: Path) -> Path:
    """The reports of three semesters in three languages, the canary in all of them."""
    for semester in SEMESTERS:
        source = folder / f"with-canary-{published.DELIVERY_OF[semester].removeprefix('data/')}"
        if not source.exists():
            with_the_canary(source.name.removeprefix("with-canary-"), folder)
        published.made(source, semester, folder / "reports", wording.LANGUAGES)
    return folder / "reports"


@cache
def sung_in(chapter: str) -> dict[str, recomputed.Release]:
    """Some tables of a chapter, the canary in the data."""
    data = recomputed.seen(canary.with_canary(delivered()), SEMESTERS[-1])
    return recomputed.released(data, SEMESTERS[-1], [chapter], SHOWN[chapter])


def heard(texts: dict[str, str], without: tuple[str, ...] = NO_SCORE) -> list[tuple[str, str, str]]:
    return [(file, *one) for file, text in texts.items() for one in canary.sung(text) if one[0] not in without]


def public(folder: Path, *others: str) -> dict[str, str]:
    """What of a folder of reports may be read by all, in text."""
    return canary.texts(folder, without=(*PRIVATE, *others))


@pytest.mark.promise("P1")
def test_no_value_of_the_canary_is_shown_in_a_table_or_figure(extent):
    shown = {}
    for chapter in SHOWN:
        for name, release in sung_in(chapter).items():
            shown[f"{name}.csv"] = release.released.to_csv(sep=";")
            for lang in extent.of(("nl",), wording.LANGUAGES):
                shown[f"{name}.{lang}.html"] = display.table(release.released, lang).html
                svg = figures.counts(release.released, lang, title="Projects", alt="Number of projects").svg()
                shown[f"{name}.{lang}.svg"] = "\n".join([*canary.drawn.words(svg), svg.decode()])
    assert len(shown) >= 12
    assert heard(shown, without=()) == []
    extent.checks(len(shown))


@pytest.mark.promise("P1", "P9")
def test_no_value_of_the_canary_reaches_readers_of_three_semesters_in_three_languages(tmp_path_factory, extent):
    extent.left_out("the canary in whole reports: three semesters in three languages")
    if not extent.is_full:
        pytest.skip("whole reports with the canary in make audit")
    folder = reports(tmp_path_factory.getbasetemp() / "canary")
    files = public(folder)
    assert len(files) > 3 * 3 * 100
    assert heard(files) == []
    assert [file for file in files if file.endswith(".ipynb")] == []
    assert all(not (folder / inside).stat().st_mode & 0o077 for inside in PRIVATE if (folder / inside).exists())
    extent.checks(len(files))


@pytest.mark.promise("P1", "P9")
def test_no_key_of_any_unit_is_published(extent):
    extent.left_out("keys of units in the pages and figures in French and English")
    files = public(published.report("2026S1"), *extent.of(("fr", "en"), ()))
    assert len(files) > 300
    found = [(file, key) for file, text in files.items() for key in canary.IDS.findall(text)]
    assert found == []
    extent.checks(len(files))


@pytest.mark.promise("P9")
def test_no_key_of_any_unit_is_committed_outside_the_demo_data():
    listed = subprocess.run(
        ["git", "ls-files", "notebooks", "docs", "reports", "benchmarks"], cwd=ROOT, capture_output=True, text=True
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    files = [ROOT / name for name in listed.stdout.split("\n") if name and (ROOT / name).is_file()]
    texts = [(file.name, file.read_bytes().decode("utf-8", "replace")) for file in files]  # a picture is none
    found = [(name, key) for name, text in texts for key in canary.IDS.findall(text)]
    assert found == []


# --- that the canary would be heard -----------------------------------------------------------------------------------


@pytest.mark.promise("P1")
@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("<td>Zeepaardje  Kanarie CV</td>", "name"),
        ("ZEEPAARDJE", "name"),
        (f"BE {canary.NUMBER[:4]}.{canary.NUMBER[4:7]}.{canary.NUMBER[7:]}", "number"),
        (canary.NUMBER, "number"),
        ("48\u202f271,39 €", "cost"),
        ("€ 48.271,39", "cost"),
        ("48,271.39", "cost"),
        ("staff;48271.39;3", "cost"),
        ("48 271", "cost"),
        ("39\u00a0615", "paid"),
        ("731,25", "hours"),
        ('{"key": "P1-870431"}', "ids"),
    ],
)
def test_the_canary_is_heard_however_it_is_written(written, value):
    assert value in {name for name, _ in canary.sung(written)}


@pytest.mark.promise("P1")
def test_the_canary_is_in_the_exact_tables_and_only_the_gate_keeps_it_there():
    # Its cost and hours are what the exact sums with it and without it differ by.
    chapter, table = "40_costs_and_experts", "expert_cost"
    without_it = recomputed.seen(delivered(), SEMESTERS[-1])
    both = sung_in(chapter)[table], recomputed.released(without_it, SEMESTERS[-1], [chapter], {table})[table]
    exact, released = (
        [table.set_index("group").loc["all", "estimate"] for table in tables_of]
        for tables_of in ([one.exact for one in both], [one.released for one in both])
    )
    assert exact[0] - exact[1] == pytest.approx(canary.COST)
    assert canary.sung(f"{exact[0] - exact[1]:.2f}") != []
    assert canary.sung(f"{released[0] - released[1]:.2f}") == []


@pytest.mark.promise("P1")
def test_pictures_sheets_and_documents_are_unpacked_before_they_are_searched(tmp_path):
    import zipfile
    import zlib

    with zipfile.ZipFile(tmp_path / "figures.xlsx", "w", zipfile.ZIP_DEFLATED) as sheet:
        sheet.writestr("xl/worksheets/sheet1.xml", "<c><v>48271.39</v></c>")
    (tmp_path / "report.pdf").write_bytes(b"stream\n" + zlib.compress(b"(48.271,39) Tj") + b"\nendstream")
    (tmp_path / "zeepaardje.txt").write_text("nothing", encoding="utf-8")
    names = {(file, value) for file, value, _ in heard(canary.texts(tmp_path))}
    assert names == {("figures.xlsx", "cost"), ("report.pdf", "cost"), ("zeepaardje.txt", "name")}
