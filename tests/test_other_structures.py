"""Chapters about any structure of a delivery, also one of few units: no warning and no error stops a page."""

import warnings

import nbformat
import published
import pytest

from coopeval.provenance.digests import ROOT
from coopeval.runs.parameters import parameters_of
from coopeval.tables.evaluated import EVALUATED

BOUNDED = [("S3", "2025S2", "70_equality_environment_participation")]
CHAPTERS = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb") if not path.stem.startswith("90_"))
EVERY = [(s, at, name) for s in ("S2", "S3") for at in ("2022S1", "2025S2", "2026S1") for name in CHAPTERS]


@pytest.mark.promise("P4")
def test_a_chapter_can_be_made_for_every_structure_of_the_delivery(tmp_path, monkeypatch, extent):
    extent.left_out("one chapter of one structure instead of all of both others at three semesters")
    wanted, stopped = extent.of(BOUNDED, EVERY), {}
    (tmp_path / "evaluated").touch()
    monkeypatch.setenv(EVALUATED, str(tmp_path / "evaluated"))
    for structure, semester, name in wanted:
        (tmp_path / "evaluated").write_text(structure, encoding="utf-8")
        notebook, results = ROOT / "notebooks" / f"{name}.ipynb", tmp_path / structure / semester / name / "results"
        results.mkdir(parents=True)
        given = {"data": str(ROOT / "data/demo"), "semester": semester, "lang": "en", "audience": "public"}
        known = {parameter.name for parameter in parameters_of(notebook)}
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            for of_libraries in (DeprecationWarning, ResourceWarning):
                warnings.simplefilter("ignore", of_libraries)
            try:
                source = nbformat.read(notebook, as_version=4)
                published._executed(source, {k: v for k, v in given.items() if k in known}, results)
            except Exception as error:  # all of them are told at the end, not only the first
                stopped[structure, semester, name] = repr(error)[:300]
    extent.checks(len(wanted))
    assert stopped == {}
