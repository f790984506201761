"""A report is made however little there is to report: nobody yet, one enterprise, one legal form, an early semester."""

import ast
import json
import warnings
from types import SimpleNamespace

import demo_data
import pandas as pd
import pytest

import coopeval as ce
from coopeval import reference, tables
from coopeval.errors import DisclosureError
from coopeval.runs import auditing
from coopeval.wording import LANGUAGES, translate

NOTEBOOKS = ("00_data_quality", "10_portfolio", "20_survival")


@pytest.fixture(scope="module")
def demo():
    return demo_data.delivered()


def executed(name, dataset, monkeypatch, **parameters):
    """The code of a notebook, run on a data set; any warning fails it, as it would in a run."""
    monkeypatch.setattr(ce, "read", lambda data: dataset)
    monkeypatch.setattr(ce, "check", lambda data: ())
    path = reference.ROOT / "notebooks" / f"{name}.ipynb"
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        names = {}
        for cell in cells:
            if cell["cell_type"] != "code":
                continue
            exec(compile(ast.parse("".join(cell["source"])), name, "exec"), names)
            if "parameters" in cell["metadata"].get("tags", []):
                names.update(parameters)


def small(demo, enterprises):
    """The evaluated structure alone, with its first enterprises and projects, and only the required tables."""
    frames = {name: demo[name].copy() for name in ("structures", "projects", "enterprises")}
    evaluated = frames["structures"]["is_evaluated"].astype(bool)
    frames["structures"] = frames["structures"][evaluated]
    own = frames["structures"]["structure_id"].iloc[0]
    for name, most in (("projects", enterprises), ("enterprises", enterprises)):
        frame = frames[name]
        frames[name] = frame[frame["structure_id"].eq(own)].head(most).reset_index(drop=True)
    frames["projects"]["selection"] = "selected"
    projects = frames["projects"]["project_id"].tolist()
    frames["enterprises"] = frames["enterprises"].assign(project_id=projects, continued_by="")
    return tables.from_frames(frames, dict(demo.about))


@pytest.mark.parametrize("audience", ["public", "internal"])
@pytest.mark.parametrize("enterprises", [0, 1, 4])
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_few_enterprises_make_a_report(name, enterprises, audience, demo, monkeypatch):
    executed(name, small(demo, enterprises), monkeypatch, audience=audience)


@pytest.mark.parametrize("semester", ["2016S1", "2017S2"])
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_the_first_semesters_make_a_report(name, semester, demo, monkeypatch, tmp_path):
    monkeypatch.setenv("COOPEVAL_RESULTS", str(tmp_path))
    executed(name, demo, monkeypatch, semester=semester)


def test_where_the_audit_stops_a_report_of_few_it_says_what_can_be_made_instead(monkeypatch):
    cell = {"period": "2026S1", "table": "projects_by_year", "group": "2016", "what": "n"}
    found = SimpleNamespace(unsafe=pd.DataFrame([cell]))
    area = SimpleNamespace(findings=lambda *_: found, Published=lambda *_: None)
    monkeypatch.setattr(auditing, "auditor", lambda: area)
    edition = SimpleNamespace(period="2026S1", ends="2026-06-30", structure="", is_synthetic=False)
    memory = SimpleNamespace(edition=edition, editions_of_others={})
    request = SimpleNamespace(memory=memory, decisions=SimpleNamespace(let_past=lambda rules: ()))
    with pytest.raises(DisclosureError, match="2026S1 projects_by_year, 2016: n") as stopped:
        auditing.hold({"projects_by_year": None}, request, print)
    assert all("--audience internal" in translate(stopped.value.msgid, lang) for lang in LANGUAGES)
