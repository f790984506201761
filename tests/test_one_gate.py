"""One gate: nothing reaches a page, a figure or a download but what it released; nothing else writes any of them."""

import ast
import json
import re
from functools import cache
from pathlib import Path

import nbformat
import pandas as pd
import pytest
import small_report

from coopeval import display, figures, provenance, site
from coopeval.errors import DisclosureError
from coopeval.uncertainty import estimates

pytestmark = pytest.mark.promise("P2")
ROOT = Path(__file__).parents[1]
LIBRARY = ROOT / "coopeval"
# What may be called where, from coopeval/. Whatever writes a table, draws a figure or lets HTML through has one home.
HOMES = {
    "savefig": {"figures/picture.py"},
    "to_csv": {
        "provenance/results.py",  # released tables
        "provenance/ledger.py", "runs/remembered.py", "runs/comparing.py",  # private: releases, revisions
        "tables/write.py", "pseudonyms.py",  # deliveries
        "uncertainty/release.py", "tables/dataset.py",  # for a digest only
        # what an import makes, for its owner: deliveries, and how much of the source they are
        "importers/map_written.py", "importers/comparators_delivery.py", "importers/kbo/bringing.py",
        "importers/kbo/cohorts.py",
    },
    "to_parquet": {"tables/write.py", "runs/recording.py"},  # deliveries
    "write_feather": {"tables/laid_out.py"},  # the same, for the notebooks of one run
    **dict.fromkeys(("to_html", "to_markdown", "to_latex", "to_excel", "to_json", "fmt_markdown"), set()),
    "HTML": {"site/printing.py"},  # weasyprint's, which prints a finished page
    **dict.fromkeys(("Markdown", "Markup", "display_html", "display_markdown"), set()),
    **dict.fromkeys(("set_url", "set_gid", "extractall", "read_pickle", "to_pickle", "eval", "exec"), set()),
}  # fmt: skip
SAFE = {"html", "part.html", "part.told", "section.html"}  # made by our own templates, which escape
UNTRUSTED = {"pickle", "marshal", "shelve", "dill", "cloudpickle"}
# Processes of one run speak to each other through pipes and sockets that nobody else holds; a file is never read so.
OWN_PIPES = {"runs/alone.py", "runs/executing.py", "runs/forks.py", "runs/warm.py", "runs/warming.py"}


@cache
def looked_over(source: str) -> tuple[frozenset[str], frozenset[str]]:
    """The last names of everything that is called, and the packages that are imported."""
    called, packages = set(), set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            called.add(node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", ""))
        elif isinstance(node, ast.Import):
            packages |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            packages.add((node.module or "").split(".")[0])
    return frozenset(called), frozenset(packages)


def calls(source: str) -> frozenset[str]:
    return looked_over(source)[0]


def test_tables_figures_and_html_are_written_in_their_one_home(extent):
    files = sorted(LIBRARY.rglob("*.py"))
    for path in files:
        here = path.relative_to(LIBRARY).as_posix()
        for name in calls(path.read_text(encoding="utf-8")) & set(HOMES):
            assert here in HOMES[name], f"{here} calls {name}, which has its home in {sorted(HOMES[name]) or 'no file'}"
    extent.checks(len(files))


def test_a_home_is_still_needed():
    for name, homes in HOMES.items():
        for home in homes:
            assert name in calls((LIBRARY / home).read_text(encoding="utf-8")), f"{home} no longer calls {name}"


def test_no_notebook_writes_or_shows_anything_itself(extent):
    notebooks = sorted((ROOT / "notebooks").glob("*.ipynb"))
    for path in notebooks:
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "code":
                assert not calls(cell.source) & {*HOMES, "open", "print", "show"}, f"{path.name}: {cell.id}"
    extent.checks(len(notebooks))


def test_templates_let_through_only_what_our_templates_made():
    for path in sorted(LIBRARY.rglob("templates/*.html")):
        text = path.read_text(encoding="utf-8")
        assert set(re.findall(r"([\w.]+)\s*\|\s*safe", text)) <= SAFE, path.name
        assert not re.search(r"autoescape\s+false|set_safe|forceescape", text), path.name


def test_nothing_is_read_that_could_run():
    for path in sorted(LIBRARY.rglob("*.py")):
        if path.relative_to(LIBRARY).as_posix() in OWN_PIPES:
            assert "load" not in calls(path.read_text(encoding="utf-8")), f"{path.name} reads it from a file"
            continue
        assert not looked_over(path.read_text(encoding="utf-8"))[1] & UNTRUSTED, path.name


def unreleased(change: str) -> pd.DataFrame:
    """A table the gate never saw, or one that was changed after it left the gate."""
    table = small_report.released("shares")
    if change == "never released":
        return estimates(pd.DataFrame({"group": ["a"], "n": [20], "estimate": [0.5], "hidden": [False]}))
    if change == "a cell":
        table.loc[0, "estimate"] = 0.51
    elif change == "a row added":
        attrs = table.attrs
        table = pd.concat([table, table.head(1)], ignore_index=True)
        table.attrs = attrs
    elif change == "uncovered":
        table["hidden"] = ~table["hidden"]
    else:
        table.attrs["about"] = {**table.attrs["about"], "estimand": "something else"}
    return table


@pytest.mark.parametrize("change", ["never released", "a cell", "a row added", "uncovered", "what it is"])
def test_what_the_gate_did_not_release_is_shown_nowhere(change):
    table = unreleased(change)
    for show in (
        lambda: display.table(table, "en", caption="A table"),
        lambda: display.row(table, group="a"),
        lambda: figures.bars(table, "en", title="A figure", alt="What it shows"),
        lambda: provenance.hand_over(table),
    ):
        with pytest.raises(DisclosureError):
            show()


def folder_with(tmp_path, monkeypatch, change):
    """A finished folder whose notebook, or whose tables, were changed before the pages are made."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(site, "build", lambda folder, languages: folder)
        folder = small_report.write(tmp_path / "2026S1", patch)
    change(folder)
    return folder


def another_digest(folder):
    path = folder / "private" / "notebooks" / "10_portfolio.ipynb"
    digest = small_report.released("shares").attrs["released"]["sha256"]
    path.write_text(path.read_text(encoding="utf-8").replace(digest, "0" * 64), encoding="utf-8")


def another_figure(folder):
    path = folder / "results" / "shares.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("a,20,", "a,25,", 1), encoding="utf-8")


def no_table(folder):
    for path in (folder / "results").glob("shares.*"):
        path.unlink()


def of_the_inside(folder):
    path = folder / "results" / "shares.about.json"
    said = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**said, "audience": "internal"}), encoding="utf-8")


@pytest.mark.parametrize("change", [another_digest, another_figure, no_table, of_the_inside])
def test_a_page_value_without_its_released_table_fails_the_build(tmp_path, monkeypatch, change):
    with pytest.raises(DisclosureError):
        site.build(folder_with(tmp_path, monkeypatch, change), small_report.LANGUAGES)
