"""A run: checked first, executed once, published whole or not at all, the same bytes everywhere."""

import json
import os
import shutil
import stat
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from standin import CODE, Auditor, build, dataset, execute_here, notebook, write_notebooks

from coopeval import figures, provenance, runs, tables
from coopeval.errors import DisclosureError, LockedError, ParameterError
from coopeval.runs.executing import DRAWN_ANEW, StepError, laid_out, steady
from coopeval.runs.place import Place


class Desk:
    """Where a test works: notebooks, reports, data, and what the run said."""

    def __init__(self, folder: Path):
        self.notebooks = write_notebooks(folder / "notebooks")
        self.out, self.data = folder / "reports", folder / "delivery"
        self.data.mkdir()
        (self.data / "structures.csv").write_text("structure_id\nS0\n")
        self.said: list[str] = []
        self.options = runs.Options(out=self.out, notebooks=self.notebooks, jobs=2)

    def run(self, semester="2026S1", **options):
        self.said.clear()
        return runs.run(self.data, semester, build, replace(self.options, **options), self._listen)

    def _listen(self, msgid, **values):
        self.said.append(msgid.format(**values))

    def executed(self) -> list[str]:
        return sorted(line.split(":")[0] for line in self.said if "done" in line)


@pytest.fixture
def delivered(monkeypatch):
    """Lets a test choose what is read; returns the place to put it."""
    chosen = {"dataset": dataset()}
    monkeypatch.setattr(tables, "read", lambda data: chosen["dataset"], raising=False)
    monkeypatch.setattr(runs.auditing, "auditor", Auditor)
    return chosen


@pytest.fixture
def cold_desk(tmp_path, delivered, monkeypatch):
    """A desk at which nothing was ever executed; cells run in this process, unless a test asks for `kernels`."""
    monkeypatch.setattr(runs.chapters, "execute_all", execute_here)
    return Desk(tmp_path)


@pytest.fixture
def kernels(cold_desk, monkeypatch):
    """Notebooks are executed as users execute them: each in a kernel of its own."""
    monkeypatch.setattr(runs.chapters, "execute_all", runs.scheduling.execute_all)


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """One run that several tests look at without changing it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tables, "read", lambda data: dataset(), raising=False)
        patch.setattr(runs.auditing, "auditor", Auditor)
        desk = Desk(tmp_path_factory.mktemp("published"))
        desk.outcome = desk.run()
        desk.first_words = list(desk.said)
    return desk


@pytest.fixture
def desk(cold_desk, published):
    """A desk that remembers the executions of `published`, so that a test waits only for what it is about."""
    shutil.copytree(published.out / ".cache", cold_desk.out / ".cache")
    return cold_desk


def tree(folder: Path) -> dict[str, str]:
    return provenance.digests_of_folder(folder)


def test_a_run_leaves_record_results_site_and_private_folder(published):
    place = published.out / "2026S1"
    assert published.outcome.path == place / "site" and published.outcome.is_public
    assert {path.name for path in place.iterdir()} == {
        "run.json", "manifest.json", "ro-crate-metadata.json", "results", "site", "private",
    }  # fmt: skip
    assert {path.name for path in (place / "site").iterdir()} == {"nl", "fr", "en"}
    assert sorted(provenance.released(place / "results")) == ["first_shares", "second_shares"]
    assert {path.name for path in (place / "private").iterdir()} == {"manifest.json", "notebooks", "tables"}


def test_what_is_missing_is_said_and_the_run_goes_on(published):
    assert "30_jobs: skipped, the data have no jobs." in published.first_words
    record = json.loads((published.out / "2026S1" / "run.json").read_text())
    jobs = next(entry for entry in record["notebooks"] if entry["name"] == "30_jobs")
    assert (jobs["status"], jobs["missing"]) == ("skipped", ["jobs"])


def test_the_record_tells_what_decides_the_report_and_nothing_of_the_machine(published):
    text = (published.out / "2026S1" / "run.json").read_text()
    record = json.loads(text)
    assert record["as_of"] == "2026-06-30" and record["delivered_on"] == "2026-06-30"
    assert record["is_synthetic"] is True
    assert "sha256" in record["data"]["tables"]["structures"] and '"rows' not in text, "numbers of rows are rounded"
    assert record["code"] == provenance.code_version(published.notebooks)
    assert record["parameters"] == {"semester": "2026S1", "audience": "public"}
    assert str(published.out) not in text and str(published.data) not in text


def test_the_manifests_name_every_file_and_the_public_one_says_nothing_of_private_ones(published):
    place = published.out / "2026S1"
    public = json.loads((place / "manifest.json").read_text())["files"]
    private = json.loads((place / "private" / "manifest.json").read_text())["files"]
    every = {name: digest for name, digest in tree(place).items() if not name.endswith("manifest.json")}
    assert {**public, **{f"private/{name}": digest for name, digest in private.items()}} == every
    assert not any("private" in name for name in public)


def test_the_private_folder_is_the_owners_and_the_rest_is_for_everyone(published):
    place = published.out / "2026S1"
    mode = lambda path: stat.S_IMODE(path.stat().st_mode)  # noqa: E731
    assert mode(place) == 0o755 and mode(place / "site" / "nl" / "index.html") == 0o644
    assert mode(place / "private") == 0o700
    assert {mode(path) for path in (place / "private").rglob("*")} == {0o700, 0o600}
    assert mode(published.out / ".cache") == 0o700


def test_executed_notebooks_show_their_parameters_and_not_where_and_when(published):
    path = published.out / "2026S1" / "private" / "notebooks" / "10_first.ipynb"
    executed = nbformat.read(path, as_version=4)
    assert [cell.id for cell in executed.cells] == ["title", "parameters", "estimate", "last"]
    assert "data: str = 'stand-in'" in executed.cells[1].source
    assert executed.cells[3].outputs[0].data["text/plain"] == "Handed over: first_shares."
    assert "papermill" not in path.read_text() and str(published.data) not in path.read_text()
    assert [cell.execution_count for cell in executed.cells[1:]] == [1, 2, 3]


def test_notebooks_of_a_run_know_that_the_pages_draw_their_figures_and_others_do_not(cold_desk, monkeypatch):
    told = []

    def executed(tasks, *of_the_plan):
        told.append(laid_out())
        return execute_here(tasks, *of_the_plan)

    monkeypatch.setattr(runs.chapters, "execute_all", executed)
    monkeypatch.setenv(DRAWN_ANEW, "")
    cold_desk.run()
    assert Path(told[0][DRAWN_ANEW]).is_absolute() and os.environ[DRAWN_ANEW] == ""
    assert DRAWN_ANEW == figures.picture.DRAWN_ANEW and DRAWN_ANEW not in steady("", {})


def test_nothing_else_is_left_beside_the_report(published):
    assert {path.name for path in published.out.iterdir()} == {"2026S1", ".2026S1.lock", ".cache", "private"}
    assert all(not path.name.startswith(".work") for path in (published.out / ".cache").iterdir())


def test_another_folder_zone_locale_and_hash_seed_give_the_same_bytes(published, tmp_path, delivered, monkeypatch):
    for name, value in {"TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONHASHSEED": "7", "LANG": "fr_BE.UTF-8"}.items():
        monkeypatch.setenv(name, value)
    elsewhere = Desk(tmp_path)
    before = os.umask(0o077)
    try:
        elsewhere.run(jobs=1)
    finally:
        os.umask(before)
    assert tree(elsewhere.out / "2026S1") == tree(published.out / "2026S1")


def test_a_second_run_redoes_only_what_changed(desk, published):
    assert [line for line in published.first_words if "done" in line][-1] == "20_second: done (2 of 2)."
    first = tree(published.out / "2026S1")
    desk.run()
    assert desk.executed() == []
    assert tree(desk.out / "2026S1") == first
    nbformat.write(notebook("second_shares", CODE + "\nlevel"), desk.notebooks / "20_second.ipynb")
    desk.run()
    assert desk.executed() == ["20_second"]
    nbformat.write(notebook("first_shares", CODE + "\nlevel"), desk.notebooks / "10_first.ipynb")
    desk.run()
    assert desk.executed() == ["10_first", "20_second"], "what needs a result is redone with it"


def test_new_prose_reaches_the_page_without_another_execution(desk):
    desk.run()
    changed = notebook("first_shares")
    changed.cells[0].source = "# Another title"
    nbformat.write(changed, desk.notebooks / "10_first.ipynb")
    desk.run()
    assert desk.executed() == []
    text = (desk.out / "2026S1" / "private" / "notebooks" / "10_first.ipynb").read_text()
    assert "Another title" in text


def test_a_damaged_step_is_done_again_and_so_is_what_needs_it(cold_desk):
    desk = cold_desk
    desk.run()
    first = tree(desk.out / "2026S1")
    for csv in (desk.out / ".cache").glob("*/results/first_shares.csv"):
        csv.write_text("changed")
    desk.run()
    assert desk.executed() == ["10_first", "20_second"]
    assert tree(desk.out / "2026S1") == first


@pytest.mark.promise("P7")
def test_a_failing_cell_is_named_and_what_was_published_stands(desk, kernels):
    desk.run()
    first = tree(desk.out / "2026S1")
    nbformat.write(notebook("second_shares", "1 / 0"), desk.notebooks / "20_second.ipynb")
    with pytest.raises(StepError, match="20_second, cell estimate, failed: ZeroDivisionError: division by zero"):
        desk.run()
    assert tree(desk.out / "2026S1") == first
    assert {path.name for path in desk.out.iterdir()} == {"2026S1", ".2026S1.lock", ".cache", "private"}


def test_after_a_failure_what_was_done_is_not_done_again(cold_desk):
    nbformat.write(notebook("second_shares", "1 / 0"), cold_desk.notebooks / "20_second.ipynb")
    with pytest.raises(ZeroDivisionError):
        cold_desk.run()
    nbformat.write(notebook("second_shares"), cold_desk.notebooks / "20_second.ipynb")
    cold_desk.run()
    assert cold_desk.executed() == ["20_second"]


def test_a_warning_in_a_notebook_stops_the_run(desk, kernels):
    nbformat.write(
        notebook("first_shares", CODE + "\nimport warnings; warnings.warn('odd')"), desk.notebooks / "10_first.ipynb"
    )
    with pytest.raises(StepError, match="10_first, cell .*odd"):
        desk.run()


def test_reports_never_lie_among_the_data_or_in_their_place(cold_desk):
    delivery = cold_desk.data.rename(cold_desk.data.with_name("2026S1"))
    cold_desk.data = delivery
    for out in (delivery, delivery / "reports", delivery.parent):
        with pytest.raises(ParameterError, match="share a folder"):
            cold_desk.run(out=out)
    other = cold_desk.out / "2026S1"
    other.mkdir(parents=True)
    (other / "minutes.txt").write_text("of the council")
    with pytest.raises(ParameterError, match="something else than a report"):
        cold_desk.run()
    with pytest.raises(ParameterError, match="No folder can be made"):
        cold_desk.run(out=other / "minutes.txt")
    assert [path.name for path in delivery.iterdir()] == ["structures.csv"]
    assert [path.name for path in other.iterdir()] == ["minutes.txt"]


def test_handing_over_something_else_than_planned_stops_the_run(desk):
    nbformat.write(notebook("other_shares"), desk.notebooks / "10_first.ipynb")
    with pytest.raises(StepError, match="other_shares.*first_shares"):
        desk.run()


def test_a_table_for_another_audience_stops_the_run(desk):
    code = CODE.replace("audience)", "'internal')")
    nbformat.write(notebook("first_shares", code), desk.notebooks / "10_first.ipynb")
    with pytest.raises(StepError, match="another audience"):
        desk.run()


def test_real_data_without_a_contact_make_internal_pages_only(desk, delivered):
    delivered["dataset"] = dataset(is_synthetic=False)
    with pytest.raises(ParameterError, match="nobody is named whom readers may ask.*settings.toml"):
        desk.run()
    assert not (desk.out / "2026S1").exists()
    outcome = desk.run(audience="internal")
    place = desk.out / "2026S1"
    assert outcome.path == place / "private" / "internal" / "pages" and not outcome.is_public
    assert [path.name for path in place.iterdir()] == ["private"]
    results = provenance.released(outcome.path.parent / "results")
    assert {table.attrs["released"]["audience"] for table in results.values()} == {"internal"}
    assert stat.S_IMODE((place / "private").stat().st_mode) == 0o700


def test_an_internal_run_leaves_the_published_site_as_it_is(desk):
    desk.run()
    public = {name: digest for name, digest in tree(desk.out / "2026S1").items() if not name.startswith("private/")}
    outcome = desk.run(audience="internal")
    after = {name: digest for name, digest in tree(desk.out / "2026S1").items() if not name.startswith("private/")}
    assert public == after
    assert (outcome.path.parent / "run.json").is_file()
    desk.run()
    assert (outcome.path.parent / "run.json").is_file(), "a public run on the same delivery keeps the internal pages"


def test_a_published_period_is_not_made_again_from_another_delivery_without_a_reason(desk, delivered):
    desk.run()
    first = tree(desk.out / "2026S1")
    delivered["dataset"] = dataset(n=2)
    with pytest.raises(ParameterError, match="--revise"):
        desk.run()
    assert tree(desk.out / "2026S1") == first
    desk.run(revise="late register file")
    record = json.loads((desk.out / "2026S1" / "run.json").read_text())
    assert record["revised_because"] == "late register file"


def test_a_semester_that_ends_after_the_delivery_is_refused(cold_desk):
    with pytest.raises(ParameterError, match="2026S2 ends on 2026-12-31.*until 2026-06-30"):
        cold_desk.run("2026S2")
    assert not cold_desk.out.exists()


@pytest.mark.parametrize(
    ("semester", "options", "sentence"),
    [
        ("2026-S1", {}, "is not a semester"),
        ("2026S1", {"audience": "secret"}, '"secret" cannot be audience'),
        ("2026S1", {"languages": ("de",)}, '"de" cannot be lang'),
        ("2026S1", {"languages": ()}, "at least one language"),
        ("2026S1", {"jobs": 0}, "one job"),
        ("2026S1", {"only": ("99_none",)}, "no notebook 99_none"),
        ("2026S1", {"first": "99_none"}, "no notebook 99_none"),
        ("2026S1", {"first": "10_first", "only": ("10_first",)}, "two different things"),
        ("2026S1", {"time_limit": 0}, "more than 0 seconds"),
        ("2026S1", {"memory_limit": 0}, "at least 1 MB"),
        ("2026S1", {"revise": " "}, "needs a reason"),
        ("2026S1", {"parameters": {"colour": "red"}}, "takes colour"),
        ("2026S1", {"parameters": {"level": "high"}}, "parameter level: a value of type float"),
        ("2026S1", {"parameters": {"level": 95.0}}, "between 0 and 1"),
        ("2026S1", {"parameters": {"data": "elsewhere"}}, "takes data"),
    ],
)
@pytest.mark.promise("P3")
def test_what_cannot_be_is_refused_before_anything_runs(cold_desk, semester, options, sentence):
    with pytest.raises(ParameterError, match=sentence):
        cold_desk.run(semester, **options)
    assert not cold_desk.out.exists() and cold_desk.said == []


def test_a_parameter_reaches_the_notebook(desk):
    desk.run(parameters={"level": 0.9})
    first = provenance.released(desk.out / "2026S1" / "results")["first_shares"]
    assert first["estimate"].tolist() == [0.9, 0.5]


def test_one_notebook_alone_brings_what_it_needs_and_leaves_the_rest(cold_desk):
    cold_desk.run(only=("10_first",))
    assert cold_desk.executed() == ["10_first"]
    assert "20_second: skipped, it was not asked for." in cold_desk.said
    cold_desk.run(only=("20_second",))
    assert cold_desk.executed() == ["20_second"]
    assert len(provenance.released(cold_desk.out / "2026S1" / "results")) == 2


def test_from_a_notebook_on_leaves_earlier_ones_out_unless_they_are_needed_or_up_to_date(cold_desk):
    cold_desk.run(first="20_second")
    assert cold_desk.executed() == ["10_first", "20_second"], "what it needs comes along"
    nbformat.write(notebook("second_shares", CODE + "\nlevel"), cold_desk.notebooks / "20_second.ipynb")
    cold_desk.run(first="20_second")
    assert cold_desk.executed() == ["20_second"]
    nbformat.write(notebook("first_shares", CODE + "\nlevel"), cold_desk.notebooks / "10_first.ipynb")
    cold_desk.run(first="30_jobs")
    assert cold_desk.executed() == []
    assert "10_first: skipped, it was not asked for." in cold_desk.said


def test_data_that_change_during_the_run_are_noticed(desk, monkeypatch):
    def builder(*_):
        raise AssertionError("not reached")

    listen = desk._listen

    def meddle(msgid, **values):
        listen(msgid, **values)
        (desk.data / "structures.csv").write_text(msgid)

    monkeypatch.setattr(desk, "_listen", meddle)
    with pytest.raises(ParameterError, match="changed while"):
        desk.run()
    assert not (desk.out / "2026S1").exists()


@pytest.mark.promise("P7")
def test_a_second_run_is_told_who_holds_the_place(desk):
    with Place(desk.out, "2026S1").locked():
        with pytest.raises(LockedError, match=f"process {os.getpid()}"):
            desk.run()
        Place(desk.out, "2025S2").locked()


@pytest.mark.promise("P7")
def test_a_site_that_cannot_be_made_changes_nothing(desk):
    desk.run()
    first = tree(desk.out / "2026S1")

    def refuse(folder, languages):
        (folder / "site").mkdir()
        raise DisclosureError("not released")

    with pytest.raises(DisclosureError):
        runs.run(desk.data, "2026S1", refuse, desk.options)
    assert tree(desk.out / "2026S1") == first
