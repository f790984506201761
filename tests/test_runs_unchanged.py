"""A report that stands as the same run would make it is left alone, and only then."""

import json
import shutil
import subprocess
import sys

import nbformat
import pytest
from standin import Auditor, build, dataset, execute_here, notebook, write_notebooks

from coopeval import runs, tables
from coopeval.runs import unchanged
from coopeval.runs.asking import Options


@pytest.fixture
def made(tmp_path, monkeypatch):
    """A function that makes a report, and one that says whether the next run would leave it alone."""
    monkeypatch.setattr(tables, "read", lambda data: dataset(), raising=False)
    monkeypatch.setattr(runs.auditing, "auditor", Auditor)
    monkeypatch.setattr(runs.chapters, "execute_all", execute_here)
    data = tmp_path / "delivery"
    data.mkdir()
    (data / "structures.csv").write_text("structure_id\nS0\n")
    options = Options(out=tmp_path / "reports", notebooks=write_notebooks(tmp_path / "notebooks"))

    def make(semester="2026S1"):
        return runs.run(data, semester, build, options)

    make.data, make.options = data, options
    make.is_left_alone = lambda period="2026S1", **said: (
        unchanged.left_alone(data, period, Options(**{**vars(options), **said})) is not None
    )
    return make


def test_a_report_that_stands_is_left_alone(made):
    assert not made.is_left_alone()
    outcome = made()
    assert unchanged.left_alone(made.data, "2026S1", made.options) == outcome.path
    assert made.is_left_alone(jobs=1), "how many processes decides nothing"


def test_a_ledger_without_a_line_is_left_to_whoever_says_what_to_do(made):
    made()
    (made.options.home / "private" / "ledger.csv").write_text("")
    assert unchanged.left_alone(made.data, "2026S1", made.options) is None


def test_notebooks_are_sure_to_be_executed_where_data_or_code_changed_and_not_for_a_word(made, monkeypatch):
    sure = lambda: unchanged.compared(made.data, "2026S1", made.options).will_execute  # noqa: E731
    assert sure()
    made()
    assert not sure()
    digests = unchanged.digests_of_folder
    for name, is_sure in (("locale/nl/LC_MESSAGES/coopeval.po", False), ("survival/curve.py", True)):
        with monkeypatch.context() as patch:
            changed = {**digests(unchanged.LIBRARY), name: "another"}
            other = lambda folder, changed=changed: changed if folder == unchanged.LIBRARY else digests(folder)  # noqa: E731
            patch.setattr(unchanged, "digests_of_folder", other)
            assert sure() == is_sure
    (made.data / "structures.csv").write_text("structure_id\nS1\n")
    assert sure()
    shutil.rmtree(made.data)
    assert not sure(), "the run will be refused"


@pytest.mark.parametrize("asked", [{"languages": ("nl",)}, {"audience": "internal"}, {"only": ("10_first",)},
                                   {"parameters": {"level": 0.9}}, {"revise": "a correction"}])  # fmt: skip
def test_another_wish_is_another_report(made, asked):
    made()
    assert not made.is_left_alone(**asked)


def test_anything_that_decides_a_report_counts(made):
    made()
    notebooks, out = made.options.notebooks, made.options.out
    prose = notebook("first_shares")
    prose.cells[0].source = "# Another title"
    changes = {
        "a row": (made.data / "structures.csv", "structure_id\nS1\n"),
        "a file beside the tables": (made.data / "settings.toml", ""),
        "prose": (notebooks / "10_first.ipynb", nbformat.writes(prose)),
        "the plan": (notebooks / "plan.toml", (notebooks / "plan.toml").read_text() + "\n"),
        "a page": (out / "2026S1" / "site" / "nl" / "index.html", "changed"),
        "a private table": (next((out / "2026S1" / "private" / "tables").iterdir()), "changed"),
        "a file that does not belong there": (out / "2026S1" / "site" / "more.html", "more"),
    }
    for what, (path, text) in changes.items():
        before = path.read_bytes() if path.exists() else None
        path.write_text(text)
        assert not made.is_left_alone(), what
        path.unlink() if before is None else path.write_bytes(before)
        assert made.is_left_alone(), what


def test_the_library_counts_and_so_does_the_lock_file(made, monkeypatch):
    made()
    with monkeypatch.context() as patch:
        patch.setattr(unchanged, "lock_digest", lambda: "another")
        assert not made.is_left_alone()
    folders = unchanged.digests_of_folder
    for changed in (unchanged.LIBRARY, unchanged.REFERENCE):
        with monkeypatch.context() as patch:
            more = lambda place, changed=changed: folders(place) | ({"new": "1"} if place == changed else {})  # noqa: E731
            patch.setattr(unchanged, "digests_of_folder", more)
            assert not made.is_left_alone(), changed.name
    assert made.is_left_alone()


def test_what_was_compared_is_not_compared_again_to_know_what_to_warm_up(made, monkeypatch):
    made()
    (made.data / "structures.csv").write_text("structure_id\nS1\n")
    looked, folders = [], unchanged.digests_of_folder
    monkeypatch.setattr(unchanged, "digests_of_folder", lambda place: (looked.append(place), folders(place))[1])
    assert unchanged.compared(made.data, "2026S1", made.options).will_execute
    assert len(looked) == len(set(looked)) and made.options.out / "2026S1" not in looked, "it is out of date anyway"


def test_earlier_periods_count_and_later_ones_do_not(made):
    made("2025S2")
    made("2026S1")
    assert made.is_left_alone("2025S2") and made.is_left_alone("2026S1")
    record = made.options.out / "2025S2" / "run.json"
    record.write_text(record.read_text() + "\n")
    assert not made.is_left_alone("2026S1"), "this run may look back at it"
    ledger = made.options.out / "private" / "ledger.csv"
    ledger.write_text(ledger.read_text().replace("2026S1", "2027S1"))
    record.write_text(record.read_text()[:-1])
    assert made.is_left_alone("2026S1"), "what came after does not count"


@pytest.mark.parametrize("harm", ["", "[]", "{}", '{"holds": 1, "decided_by": 2, "pages": "../.."}'])
def test_damaged_notes_only_cost_time(made, harm):
    made()
    (note,) = (made.options.out / ".cache" / "standing").glob("*.json")
    said = json.loads(note.read_text())
    note.write_text(harm)
    assert not made.is_left_alone()
    note.write_text(json.dumps({**said, "pages": "../../elsewhere"}))
    assert not made.is_left_alone()
    made()
    assert made.is_left_alone()


def test_nothing_heavy_is_loaded_to_find_out():
    code = "import sys, coopeval.cli, coopeval.runs.unchanged; print(sorted({'pandas', 'numpy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"
