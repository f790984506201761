"""A year is a period too, made by the same run; and a period knows the one before it where its report stands."""

import json
from dataclasses import replace

import nbformat
import pytest
from standin import PARAMETERS, PLAN, Auditor, build, dataset, execute_here, notebook, write_notebooks

from coopeval import provenance, runs, tables
from coopeval.errors import DataError, ParameterError
from coopeval.runs import period
from coopeval.site import pages

ANNUAL = """
[80_monitor]
when = ["semester", "annual"]
needs = ["structures"]
makes = { monitor_shares = "public" }

[90_annual_report]
when = ["annual"]
needs = ["structures", "10_first:first_shares"]
makes = { annual_shares = "public" }
answers = ["Q04"]
"""
ASKS = f'{PARAMETERS}\nearlier: str = ""  # folder with the tables of the period before; empty is none'
COUNTS = """\
import pandas as pd
from coopeval import provenance, tables, uncertainty
before = tables.read_earlier(earlier)
n = 0 if before is None else len(before["structures"])
frame = pd.DataFrame({{"group": ["all"], "n": [12], "estimate": [float(n)], "hidden": [False]}})
made = uncertainty.stamp(uncertainty.estimates(frame, estimand="Share", as_of=semester), "{makes}", audience)"""


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """Makes a report from a chosen data set: `desk("2025S2", dataset())`, a year by its four digits."""
    notebooks = write_notebooks(tmp_path / "notebooks")
    for name in ("20_second", "30_jobs"):
        (notebooks / f"{name}.ipynb").unlink()
    nbformat.write(notebook("monitor_shares", COUNTS, ASKS), notebooks / "80_monitor.ipynb")
    nbformat.write(notebook("annual_shares"), notebooks / "90_annual_report.ipynb")
    first = PLAN.split("[20_second]")[0].replace('["semester"]', '["semester", "annual"]')
    (notebooks / "plan.toml").write_text(first + ANNUAL)
    (tmp_path / "delivery").mkdir()
    (tmp_path / "delivery" / "structures.csv").write_text("structure_id\nS0\n")
    monkeypatch.setattr(runs.chapters, "execute_all", execute_here)
    monkeypatch.setattr(runs.auditing, "auditor", Auditor)
    options = runs.Options(out=tmp_path / "reports", notebooks=notebooks, jobs=2)
    said = []

    def make(name, data=None, **others):
        said.clear()
        monkeypatch.setattr(tables, "read", lambda _: dataset() if data is None else data)
        call = runs.annual if period.of_name(name).when == "annual" else runs.run
        listen = lambda msgid, **values: said.append(msgid.format(**values))  # noqa: E731
        return call(tmp_path / "delivery", name, build, replace(options, **others), listen)

    make.out, make.notebooks, make.said = tmp_path / "reports", notebooks, said
    return make


def record(desk, name):
    return json.loads((desk.out / name / "run.json").read_text())


def estimate(desk, name):
    return provenance.released(desk.out / name / "results")["monitor_shares"]["estimate"].item()


def test_a_year_is_its_second_semester_with_the_notebooks_of_a_year(desk):
    outcome = desk("2025")
    assert outcome.path == desk.out / "2025" / "site"
    told = record(desk, "2025")
    assert (told["period"], told["semester"], told["as_of"]) == ("2025", "2025S2", "2025-12-31")
    assert told["parameters"]["semester"] == "2025S2"
    assert [entry["name"] for entry in told["notebooks"]] == ["10_first", "80_monitor", "90_annual_report"]
    source = nbformat.read(desk.out / "2025" / "private" / "notebooks" / "90_annual_report.ipynb", 4).cells[1].source
    assert "semester: str = '2025S2'" in source


def test_a_semester_leaves_the_notebooks_of_a_year_out_and_lends_the_others_what_it_executed(desk):
    desk("2025S2")
    assert [entry["name"] for entry in record(desk, "2025S2")["notebooks"]] == ["10_first", "80_monitor"]
    desk("2025")
    assert sorted(line.split(":")[0] for line in desk.said if "done" in line) == ["90_annual_report"]
    assert {path.name for path in desk.out.iterdir()} >= {"2025", "2025S2"}, "both stand side by side"


@pytest.mark.parametrize("year", ["2025S2", "25", "1999", "", "20255", "2025.0"])
def test_what_is_no_year_is_refused_with_an_example(desk, year):
    with pytest.raises(ParameterError, match="is not a year. Write four digits, for instance 2025"):
        runs.annual("anywhere", year, build)
    assert not desk.out.exists()


@pytest.mark.parametrize("semester", ["2025", "2025S3", "2025s1", "S1", None])
def test_what_is_no_semester_is_refused_with_an_example(semester):
    with pytest.raises(ParameterError, match="is not a semester.*2026S1"):
        runs.run("anywhere", semester, build)


def test_a_year_whose_second_semester_is_not_delivered_is_refused_with_a_remedy(desk):
    with pytest.raises(ParameterError, match="2026 ends on 2026-12-31.*until 2026-06-30.*an earlier year, or wait"):
        desk("2026")
    assert not desk.out.exists()


def test_only_names_notebooks_of_the_year(desk):
    with pytest.raises(ParameterError, match="no notebook 90_annual_report in a semester; there are 10_first"):
        desk("2025S2", only=("90_annual_report",))
    desk("2025", only=("90_annual_report",))
    assert "80_monitor: skipped, it was not asked for." in desk.said


def test_a_plan_in_which_a_year_needs_what_only_a_semester_makes_is_refused(desk):
    plan = (desk.notebooks / "plan.toml").read_text()
    (desk.notebooks / "plan.toml").write_text(plan.replace('["semester", "annual"]', '["semester"]', 1))
    with pytest.raises(ParameterError, match="90_annual_report.*10_first does not run when annual"):
        runs.plan(desk.notebooks)


def test_pages_of_a_year_say_so_in_each_language():
    year, semester = {"period": "2025", "semester": "2025S2", "audience": "public"}, {"period": "2026S1"}
    assert pages.kind_of_report(year) == "Annual evaluation report"
    assert pages.kind_of_report(semester) == "Evaluation report"
    said = pages.doorway(year, ("nl", "fr", "en"))
    assert "Jaarlijks evaluatieverslag" in said and "Rapport d’évaluation annuel" in said and "2025S2" not in said


def test_the_period_before_reaches_the_notebook_that_asks_for_it(desk):
    desk("2025S2", dataset(n=3))
    assert estimate(desk, "2025S2") == 0, "there is none before it"
    desk("2026S1", dataset(n=4))
    assert estimate(desk, "2026S1") == 3
    assert "The period before is 2025S2; chapters that compare take its tables." in desk.said
    before = record(desk, "2025S2")["data"]
    told = {"period": "2025S2", "name": before["name"], "sha256": before["sha256"]}
    assert record(desk, "2026S1")["earlier"] == told and record(desk, "2025S2")["earlier"] is None


def test_a_year_is_compared_with_the_year_before_and_not_with_a_semester(desk):
    desk("2025S1", dataset(n=2))
    desk("2024", dataset(n=3))
    desk("2025")
    assert estimate(desk, "2025") == 3 and estimate(desk, "2024") == 0


def test_the_folder_of_the_period_before_is_shown_nowhere(desk):
    desk("2025S2")
    desk("2026S1")
    notebook_of_it = (desk.out / "2026S1" / "private" / "notebooks" / "80_monitor.ipynb").read_text()
    assert "earlier: str = 'stand-in'" in notebook_of_it
    for path in (desk.out / "2026S1").rglob("*"):
        assert not path.is_file() or str(desk.out).encode() not in path.read_bytes(), path


def test_another_delivery_before_makes_only_its_notebooks_again(desk):
    executed = lambda: sorted(line.split(":")[0] for line in desk.said if "done" in line)  # noqa: E731
    desk("2026S1")
    desk("2025S2", dataset(n=2))
    desk("2026S1")
    assert executed() == ["10_first", "80_monitor"], "the gate now remembers what was published before"
    assert estimate(desk, "2026S1") == 2
    desk("2026S1")
    assert executed() == []
    desk("2025S2", dataset(n=3), revise="a late file")
    desk("2026S1")
    assert executed() == ["80_monitor"] and estimate(desk, "2026S1") == 3


def test_the_place_of_the_reports_does_not_decide(desk, tmp_path):
    desk("2025S2")
    desk("2026S1")
    desk("2025S2", out=tmp_path / "elsewhere")
    desk("2026S1", out=tmp_path / "elsewhere")
    here = provenance.digests_of_folder(desk.out / "2026S1")
    assert provenance.digests_of_folder(tmp_path / "elsewhere" / "2026S1") == here


def test_made_up_and_real_data_are_never_compared_and_lost_tables_are_said(desk):
    desk("2025S2", dataset(n=2))
    desk("2026S1", dataset(is_synthetic=False), audience="internal")
    assert any("synthetic data and this one is not" in line for line in desk.said)
    for path in (desk.out / "2025S2" / "private" / "tables").iterdir():
        path.unlink()
    desk("2026S1")
    assert estimate(desk, "2026S1") == 0
    assert any("tables 2025S2 was made from are not there" in line for line in desk.said)


def test_an_internal_report_before_serves_as_well(desk):
    desk("2025S2", dataset(n=2, is_synthetic=False), audience="internal")
    desk("2026S1", dataset(n=5, is_synthetic=False), audience="internal")
    results = desk.out / "2026S1" / "private" / "internal" / "results"
    assert provenance.released(results)["monitor_shares"]["estimate"].item() == 2


def test_nobody_names_the_period_before_by_hand(desk):
    with pytest.raises(ParameterError, match="takes earlier"):
        desk("2026S1", parameters={"earlier": "elsewhere/delivery"})


def test_a_report_before_that_is_made_again_meanwhile_is_noticed(desk, monkeypatch):
    desk("2025S2", dataset(n=2))
    monkeypatch.setattr(runs.earlier, "record_of", _then_another(runs.earlier.record_of))
    with pytest.raises(ParameterError, match="2025S2 was made again while"):
        desk("2026S1")
    assert not (desk.out / "2026S1").exists()


def _then_another(record_of):
    calls = []

    def told(folder):
        calls.append(folder)
        said = record_of(folder)
        return said if len(calls) == 1 else {**said, "data": {**said["data"], "sha256": "another"}}

    return told


def test_kept_tables_are_read_back_as_they_were(desk):
    made = dataset(n=3)
    desk("2025S2", made)
    kept = tables.read_kept(desk.out / "2025S2")
    assert kept["structures"].equals(made["structures"]) and list(kept) == list(made)
    assert {word: kept.about[word] for word in made.about} == dict(made.about)
    assert tables.read_earlier(desk.out / "2025S2").about["digest"] == made.about["digest"]
    assert tables.read_earlier("") is None


def test_kept_tables_that_changed_are_refused(desk):
    desk("2025S2")
    folder = desk.out / "2025S2"
    with pytest.raises(DataError, match="reports holds no report"):
        tables.read_kept(desk.out)
    told = record(desk, "2025S2")
    (folder / "run.json").write_text(json.dumps({**told, "delivered_on": "2026-03-31"}))
    with pytest.raises(DataError, match="run.json was changed"):
        tables.read_kept(folder)
    (folder / "run.json").write_text(json.dumps(told))
    path = next((folder / "private" / "tables").iterdir())
    dataset(n=2)["structures"].to_parquet(path, index=False)
    with pytest.raises(DataError, match="structures is gone or is not what the run kept"):
        tables.read_kept(folder)
    path.write_bytes(b"no table")
    with pytest.raises(DataError, match="Run that period again"):
        tables.read_kept(folder)


def test_every_table_of_the_demo_comes_back_from_its_kept_form(tmp_path):
    delivered = tables.read("data/demo-2025S2")
    runs.recording.write_tables(delivered, tmp_path / "private" / "tables")
    told = {
        "data": runs.recording.delivery(delivered, exact=False),
        "is_synthetic": True,
        "delivered_on": delivered.delivered_on.date().isoformat(),
    }
    runs.recording.write_json(tmp_path / "run.json", told)
    kept = tables.read_kept(tmp_path)
    assert kept.about["digest"] == delivered.about["digest"]
    assert all(kept[name].equals(delivered[name]) for name in delivered)
    assert all((kept[name].dtypes == delivered[name].dtypes).all() for name in delivered)
