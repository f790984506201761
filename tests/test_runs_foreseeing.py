"""What a run would do, said without doing it."""

from dataclasses import replace

import nbformat
import pandas as pd
import pytest
from standin import Auditor, build, dataset, execute_here, notebook, write_notebooks

from coopeval import provenance, runs, tables
from coopeval.runs.asking import Options
from coopeval.runs.foreseeing import NEVER, SKIPPED, TO_RUN, UP_TO_DATE, _reasons, foresee
from coopeval.runs.steps import READ


@pytest.fixture
def desk(tmp_path, monkeypatch):
    chosen = {"dataset": dataset()}
    monkeypatch.setattr(tables, "read", lambda data: chosen["dataset"], raising=False)
    monkeypatch.setattr(runs.auditing, "auditor", Auditor)
    monkeypatch.setattr(runs.chapters, "execute_all", execute_here)
    data = tmp_path / "delivery"
    data.mkdir()
    (data / "structures.csv").write_text("structure_id\nS0\n")
    options = Options(out=tmp_path / "reports", notebooks=write_notebooks(tmp_path / "notebooks"))
    return data, options, chosen


def told(data, options):
    is_left_alone, found = foresee(data, "2026S1", options)
    assert not is_left_alone
    return {one.notebook: (one.does, [msgid.format(**values) for msgid, values in one.because]) for one in found}


def test_at_first_everything_runs_that_can(desk):
    data, options, _ = desk
    assert told(data, options) == {
        "10_first": (TO_RUN, [NEVER]),
        "20_second": (TO_RUN, [NEVER]),
        "30_jobs": (SKIPPED, ["the data have no jobs"]),
    }
    assert not options.out.exists(), "nothing is written"


def test_after_a_run_nothing_would_change(desk):
    data, options, _ = desk
    runs.run(data, "2026S1", build, options)
    before = provenance.digests_of_folder(options.out)
    assert foresee(data, "2026S1", options) == (True, ())
    assert provenance.digests_of_folder(options.out) == before


def test_what_changed_is_named(desk):
    data, options, _ = desk
    runs.run(data, "2026S1", build, options)
    changed = notebook("second_shares")
    changed.cells[2].source += "\nlevel"
    nbformat.write(changed, options.notebooks / "20_second.ipynb")
    found = told(data, options)
    assert found["10_first"] == (UP_TO_DATE, []) and found["20_second"] == (TO_RUN, ["its code changed"])


def test_a_table_that_changed_is_named(desk):
    data, options, chosen = desk
    runs.run(data, "2026S1", build, options)
    chosen["dataset"] = dataset(n=2)
    (data / "structures.csv").write_text("structure_id\nS0\nS1\n")
    assert told(data, options)["10_first"] == (TO_RUN, ["the delivered files changed"]), "it left no notes"


def test_a_run_that_would_be_refused_without_a_reason_is_told(desk):
    data, options, chosen = desk
    runs.run(data, "2026S1", build, options)
    chosen["dataset"] = dataset(n=2)
    (data / "structures.csv").write_text("structure_id\nS0\nS1\n")
    said = []
    foresee(data, "2026S1", options, lambda msgid, **values: said.append(msgid.format(**values)))
    assert any("--revise REASON" in sentence for sentence in said)
    said.clear()
    foresee(data, "2026S1", replace(options, revise="why"), lambda msgid, **values: said.append(msgid))
    assert not any("--revise" in sentence for sentence in said)


def test_what_waits_for_another_notebook_is_not_told_that_its_result_changed():
    differences = ([], ["10_first:shares", "structures"])
    said = [msgid.format(**values) for msgid, values in _reasons(differences, {"10_first"})]
    assert said == ["it takes results of 10_first, to be made first", "tables changed: structures"]


def test_a_column_that_changed_is_named_and_leaves_who_looked_at_another(desk, monkeypatch):
    data, options, chosen = desk
    monkeypatch.setattr(runs.chapters, "execute_all", _looking_at({"10_first": "kind", "20_second": "name"}))
    chosen["dataset"] = structures(name="Ours", kind="incubator")
    runs.run(data, "2026S1", build, options)
    chosen["dataset"] = structures(name="Ours, and yours", kind="incubator")
    (data / "structures.csv").write_text("another\n")
    found = told(data, options)
    assert found["20_second"] == (TO_RUN, ["tables changed: structures.name"])
    assert found["10_first"] == (UP_TO_DATE, [])


ABOUT = {"name": "stand-in", "delivered_on": "2026-06-30", "is_synthetic": True}


def structures(**facts):
    frame = pd.DataFrame({"structure_id": ["S0"], "is_evaluated": [True], **{name: [of] for name, of in facts.items()}})
    return tables.from_frames({"structures": frame}, ABOUT)


def _looking_at(columns):
    """Notebooks that look at one column of the structures each."""

    def execute(tasks, *rest):
        for task in execute_here(tasks, *rest):
            key = "structures.structure_id"
            (task.folder / READ).write_text(f"{key}\nstructures.{columns[task.name]}\n")
            yield task

    return execute


def test_a_library_that_changed_is_named_by_area(desk, monkeypatch):
    data, options, _ = desk
    runs.run(data, "2026S1", build, options)
    library = runs.steps.area_of()
    other = {**library, "uncertainty": type(library["uncertainty"])("x", library["uncertainty"].imports)}
    monkeypatch.setattr(runs.steps, "area_of", lambda: other)
    monkeypatch.setattr(runs.unchanged, "lock_digest", lambda: "x")
    assert told(data, options)["10_first"] == (TO_RUN, ["the library changed: uncertainty"])
