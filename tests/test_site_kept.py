"""Building a site: as many processes as there are and whatever was drawn before, the bytes are the same."""

import ast
import json
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest
from test_house import LIBRARY, imported_areas
from test_site import cell, released, run_folder

from coopeval import display, figures, provenance, runs, site
from coopeval.errors import CoopevalError
from coopeval.runs import side_by_side
from coopeval.site import chapter, downloads, kept, keys
from coopeval.site.spreadsheet import unsourced
from coopeval.wording import messages

LANGUAGES = ("nl", "fr")


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """What a run leaves: a notebook of a table and two figures, not yet built."""
    table = released()
    shown = [
        cell(display.table(table, "en", caption="A table")),
        cell(figures.bars(table, "en", title="A figure", alt="What the figure shows")),
        cell(figures.bars(table, "en", title="Another figure", alt="What the other shows")),
    ]
    opening = nbformat.v4.new_markdown_cell("# Is it so?\n\nThe council asks.", id="title")
    with pytest.MonkeyPatch.context() as patch:
        return run_folder(tmp_path_factory.mktemp("report"), patch, table, [opening, *shown])


@pytest.fixture(scope="module")
def processes():
    with pytest.MonkeyPatch.context() as patch, runs.workers(2) as by:
        patch.setattr(side_by_side, "WORTH_IT", 1)
        yield by


@pytest.fixture
def build(report, tmp_path):
    """Builds the report in a fresh folder, perhaps with another notebook; returns the digests of its pages."""
    places = iter(range(100))

    def made(change=lambda text: text, **how):
        folder = tmp_path / f"report {next(places)}"
        shutil.copytree(report, folder)
        for path in (folder / "private" / "notebooks").glob("*.ipynb"):
            path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
        return provenance.digests_of_folder(site.build(folder, LANGUAGES, **how))

    return made


@pytest.fixture
def drawn(monkeypatch):
    """The titles of the figures that are drawn, one after the other."""
    titles, draw = [], figures.render
    monkeypatch.setattr(
        chapter.figures, "render", lambda spec, *rest: titles.append(spec["title"]) or draw(spec, *rest)
    )
    return titles


def test_neither_processes_nor_what_is_kept_change_a_byte(build, processes, tmp_path, drawn):
    plain, folder = build(), tmp_path / "drawn"
    drawn.clear()
    assert build(by=processes, kept=folder) == plain
    assert build(kept=folder) == plain and build(by=processes, kept=folder) == plain
    assert drawn == []  # the processes drew them
    spoilt = [b"", b"short", b"\0" * 500]
    for number, entry in enumerate(sorted(folder.iterdir())):
        entry.write_bytes(spoilt[number % 3] if number % 4 else entry.read_bytes()[:-9])
    assert build(kept=folder) == plain
    assert len(drawn) == 2 * len(LANGUAGES)
    assert build(kept=folder) == plain
    assert len(drawn) == 2 * len(LANGUAGES)


def test_chapters_begun_ahead_are_found_and_those_whose_tables_change_meanwhile_are_made_anew(
    build, processes, report, tmp_path, drawn
):
    folder = tmp_path / "drawn"
    for done in site.ahead(report, LANGUAGES, by=processes, kept=folder):
        done.result()
    plain = build()
    drawn.clear()
    assert build(kept=folder) == plain and drawn == []
    build(lambda text: text.replace("Another figure", "Quite another figure"), kept=folder)
    assert drawn == ["Quite another figure"] * len(LANGUAGES)
    assert site.ahead(report, LANGUAGES, by=None, kept=folder) == []


def test_what_is_kept_is_its_owners_alone(build, tmp_path):
    before = os.umask(0)
    try:
        build(kept=tmp_path / "drawn")
    finally:
        os.umask(before)
    entries = list((tmp_path / "drawn").iterdir())
    assert entries and not any(path.stat().st_mode & 0o077 for path in [tmp_path / "drawn", *entries])


def test_only_what_changed_is_drawn_again(build, tmp_path, drawn, monkeypatch):
    folder = tmp_path / "drawn"
    build(kept=folder)
    drawn.clear()
    build(lambda text: text.replace("The council asks.", "The council asks again."), kept=folder)
    assert drawn == []
    build(lambda text: text.replace("Another figure", "Quite another figure"), kept=folder)
    assert drawn == ["Quite another figure"] * len(LANGUAGES)
    drawn.clear()
    monkeypatch.setitem(messages._messages("nl"), "What the figure shows", "Wat men ziet")
    build(kept=folder)
    assert drawn == ["A figure"]


def test_another_delivery_makes_no_spreadsheet_of_an_unchanged_table_anew(build, report, tmp_path, monkeypatch):
    folder, run = tmp_path / "drawn", report / "run.json"
    before, made = build(kept=folder), []
    monkeypatch.setattr(downloads, "unsourced", lambda *given: made.append(given) or unsourced(*given))
    told = json.loads(run.read_text(encoding="utf-8"))
    monkeypatch.setitem(told["data"], "sha256", "f" * 64)
    old = run.read_text(encoding="utf-8")
    run.write_text(json.dumps(told), encoding="utf-8")
    try:
        after, plain = build(kept=folder), build()
    finally:
        run.write_text(old, encoding="utf-8")
    assert len(made) == len(LANGUAGES), "only where nothing is kept"
    assert after == plain and {name for name in before if before[name] != after[name] and ".xlsx" in name}


def test_processes_begin_before_the_first_result_is_asked_for():
    begun = []
    with ThreadPoolExecutor(1) as by:
        made = side_by_side.each(lambda job: begun.append(job) or job, range(side_by_side.WORTH_IT), by)
    assert begun == list(range(side_by_side.WORTH_IT)), "they were done beside whatever came in between"
    assert list(made) == begun


def test_a_failure_in_a_process_is_told_as_one_here(build, processes):
    def broken(text):
        return json.dumps({**json.loads(text), "cells": [*json.loads(text)["cells"], printing]})

    printing = nbformat.v4.new_code_cell("print(1)", outputs=[nbformat.v4.new_output("stream", text="1")], id="prints")
    told = []
    for how in ({}, {"by": processes}):
        with pytest.raises(CoopevalError) as caught:
            build(broken, **how)
        told.append((type(caught.value), str(caught.value)))
    assert told[0] == told[1]


def test_a_table_that_was_changed_is_refused_whatever_is_kept(build, report, tmp_path):
    build(kept=tmp_path / "drawn")
    digest = released().attrs["released"]["sha256"]
    with pytest.raises(CoopevalError):
        build(lambda text: text.replace(digest, "0" * 64), kept=tmp_path / "drawn")


def test_the_key_knows_all_the_code_that_draws():
    made_in = [LIBRARY / "site" / f"{name}.py" for name in ("chapter", "spreadsheet", "sheets")]
    for path in [*(LIBRARY / "figures").rglob("*.py"), *(LIBRARY / "display").rglob("*.py"), *made_in]:
        assert ast.parse(path.read_text(encoding="utf-8")) and imported_areas(path) <= set(keys.DRAWS), path.name


def test_the_oldest_is_thrown_away_first(tmp_path):
    for number, name in enumerate(("old", "older", "new")):
        (tmp_path / name).write_bytes(b"-")
        os.utime(tmp_path / name, (0, [5, 1, 9][number]))
    kept.Kept(tmp_path).prune(most=2)
    assert {path.name for path in Path(tmp_path).iterdir()} == {"old", "new"}
