"""A working day: the right notebook and kernel, a new notebook that keeps the rules, and what is missing is said."""

import json
import re
import shutil
import sys
import tempfile
import tomllib
from pathlib import Path

import nbformat
import pytest
import typer
from notebook_rules import RULES, Page

from coopeval.cli import alone_here, doctor, door, opening, talking
from coopeval.errors import CoopevalError, ParameterError
from coopeval.reference import ROOT
from coopeval.runs import pattern
from coopeval.wording import LANGUAGES
from coopeval.wording.harvest import sentences

NOTEBOOKS = ROOT / "notebooks"


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("20_survival", "20_survival"), ("20_survival.ipynb", "20_survival"), ("20", "20_survival"),
        ("Q27", "25_pathways_and_recognition"), ("survival", "20_survival"), ("do the jobs last", "30_jobs"),
        ("equality", "70_equality_environment_participation"), ("Overleven", "20_survival"),
        ("survivent", "20_survival"), ("tutorial", "tutorial/own_excel"), ("own excel", "tutorial/own_excel"),
    ],
)  # fmt: skip
def test_a_notebook_is_found_by_name_number_question_and_words_of_its_title(word, name):
    assert opening.meant(word, NOTEBOOKS) == name


def test_a_word_that_may_mean_several_or_none_is_refused_with_names():
    with pytest.raises(ParameterError, match="Q02.*may mean 20_survival, 30_jobs"):
        opening.meant("Q02", NOTEBOOKS)
    with pytest.raises(ParameterError, match="Try: .*survival"):
        opening.meant("survivall", NOTEBOOKS)
    with pytest.raises(ParameterError, match="00_data_quality.*90_annual_report"):
        opening.meant("weather", NOTEBOOKS)


def test_the_lab_starts_with_the_python_of_this_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_PATH", "theirs")
    for name in alone_here.SCREENS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(alone_here.sys, "platform", "linux")
    asked = opening.prepared(ROOT, "survival", False, tmp_path)
    assert asked.command[:3] == (sys.executable, "-m", "jupyterlab") and asked.command[-1] == "--no-browser"
    assert "--LabApp.default_url=/lab/tree/notebooks/20_survival.ipynb" in asked.command
    assert asked.environment["JUPYTER_PATH"].split(":") == [str(tmp_path), "theirs"]
    kernel = json.loads((tmp_path / "kernels" / "python3" / "kernel.json").read_text())
    assert kernel["argv"][0] == sys.executable and kernel["env"]["PYTHONPATH"].split(":")[0] == str(ROOT)
    whole = opening.prepared(ROOT, None, True, tmp_path / "other")
    assert "--LabApp.default_url=/lab/tree/notebooks" in whole.command and "--no-browser" not in whole.command
    monkeypatch.delenv("DISPLAY")
    assert "--no-browser" in opening.prepared(ROOT, None, True, tmp_path / "without a screen").command


def test_jupyter_finds_this_kernel_before_any_other(tmp_path, monkeypatch):
    specs = pytest.importorskip("jupyter_client.kernelspec")
    for name, value in opening.prepared(ROOT, None, True, tmp_path).environment.items():
        monkeypatch.setenv(name, value)
    assert specs.KernelSpecManager().get_kernel_spec("python3").argv[0] == sys.executable
    assert specs.KernelSpecManager().get_kernel_spec("python3").resource_dir.startswith(str(tmp_path))


OPEN_TO_ALL = 'c.ServerApp.ip = "0.0.0.0"\nc.ServerApp.allow_origin = "*"\nc.IdentityProvider.token = ""\n'


@pytest.fixture
def settings_that_open(tmp_path, monkeypatch):
    """Settings of the user's other servers: the whole network, every page, no token."""
    place = tmp_path / "theirs"
    place.mkdir()
    (place / "jupyter_server_config.py").write_text(OPEN_TO_ALL)
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(place))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return place


def test_settings_that_open_jupyter_to_the_network_are_not_followed(settings_that_open, tmp_path, monkeypatch):
    application = pytest.importorskip("jupyter_core.application")

    def read():
        app = type("Server", (application.JupyterApp,), {"name": "jupyter-server"})()
        app.load_config_file()
        return app.config.get("ServerApp", {}).get("ip")

    assert read() == "0.0.0.0"
    asked = opening.prepared(ROOT, None, True, tmp_path)
    assert "--ServerApp.ip=127.0.0.1" in asked.command
    for name, value in asked.environment.items():
        monkeypatch.setenv(name, value)
    assert read() is None
    assert asked.environment["JUPYTERLAB_SETTINGS_DIR"].startswith(str(settings_that_open)), "looks are kept"


def test_what_is_not_followed_is_said_with_a_way_out(settings_that_open, monkeypatch, capsys):
    for name in alone_here.SCREENS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(alone_here.sys, "platform", "linux")
    monkeypatch.setenv("COOPEVAL_LANG", "nl")
    opening.tell_what_differs(browser=True)
    said = capsys.readouterr().err
    assert str(settings_that_open / "jupyter_server_config.py") in said and ".venv/bin/jupyter lab" in said
    assert "ssh -L" in said and "Not followed" not in said, "in the language of the user"


def test_whoever_ends_the_command_ends_the_laboratory():
    class Lab:
        told, ends = [], iter([KeyboardInterrupt, talking.Stopped(15), -15])

        def wait(self):
            end = next(self.ends)
            if isinstance(end, int):
                return end
            raise end

        def terminate(self):
            self.told.append("end")

    assert (opening._end_of(Lab()), Lab.told) == (143, ["end"])


def test_a_missing_jupyterlab_is_a_sentence_with_a_way_out(tmp_path, monkeypatch):
    monkeypatch.setattr(opening.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ParameterError, match="make environment"):
        opening.prepared(ROOT, None, True, tmp_path)


def test_the_tutorial_is_no_chapter_and_ends_at_a_report():
    book = nbformat.read(NOTEBOOKS / "tutorial" / "own_excel.ipynb", as_version=4)
    assert "own_excel" not in {step.name for step in pattern.plan(NOTEBOOKS)}
    for cell in book.cells:  # `make test` runs it with nbval, as it does the chapters
        if cell.cell_type == "code":
            assert cell.execution_count and str(ROOT) not in str(cell.outputs) and "/tmp/" not in str(cell.outputs)
    page = "reports/tutorial/2026S1/private/internal/pages/en/10_portfolio.html"
    assert f"[{page}](../../{page})" in book.cells[-2].outputs[0].data["text/markdown"]


@pytest.fixture
def project_with_a_tutorial(tmp_path):
    (tmp_path / "notebooks" / "tutorial").mkdir(parents=True)
    shutil.copy(NOTEBOOKS / "tutorial" / "own_excel.ipynb", tmp_path / "notebooks" / "tutorial")
    return tmp_path


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_tutorial_is_opened_as_a_copy_in_the_language_of_its_reader(project_with_a_tutorial, lang):
    stored = nbformat.read(NOTEBOOKS / "tutorial" / "own_excel.ipynb", as_version=4)
    asked = opening.prepared(project_with_a_tutorial, "tutorial", False, project_with_a_tutorial / "kernels", lang)
    assert f"--LabApp.default_url=/lab/tree/reports/tutorial/own_excel_{lang}.ipynb" in asked.command
    copy = nbformat.read(project_with_a_tutorial / "reports" / "tutorial" / f"own_excel_{lang}.ipynb", as_version=4)
    nbformat.validate(copy)
    assert f'lang: str = "{lang}" ' in copy.cells[1].source
    for before, cell in zip(stored.cells, copy.cells, strict=True):
        assert cell.id == before.id and not cell.get("outputs") and cell.get("execution_count") is None
        assert cell.cell_type == "code" or (cell.source == before.source) == (lang == "en")
        assert cell.cell_type == "markdown" or cell is copy.cells[1] or cell.source == before.source


def test_a_copy_is_opened_as_its_reader_left_it(project_with_a_tutorial, capsys):
    copy = opening.own_copy(project_with_a_tutorial, "tutorial/own_excel", "fr")
    assert capsys.readouterr().err == ""
    copy.write_text("mine")
    assert opening.own_copy(project_with_a_tutorial, "tutorial/own_excel", "fr").read_text() == "mine"
    assert "reports/tutorial/own_excel_fr.ipynb" in capsys.readouterr().err
    assert [path.name for path in copy.parent.iterdir()] == [copy.name]


@pytest.fixture
def notebooks(tmp_path):
    """The plan and its notebooks, without what stands in them."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    shutil.copy(NOTEBOOKS / "plan.toml", folder)
    for path in NOTEBOOKS.glob("*.ipynb"):
        (folder / path.name).write_text("{}")
    return folder


def as_if_run(folder: Path, only) -> None:
    """What an execution leaves behind, without a kernel."""
    for name in only:
        book = nbformat.read(folder / f"{name}.ipynb", as_version=4)
        for count, cell in enumerate((cell for cell in book.cells if cell.cell_type == "code"), start=1):
            cell.execution_count = count
            cell.outputs = [nbformat.v4.new_output("display_data", {"text/plain": "shown"})]
        (folder / f"{name}.ipynb").write_text(nbformat.writes(book) + "\n")


def test_a_new_notebook_is_planned_and_keeps_every_rule(notebooks):
    made = pattern.new("35_wages", notebooks, as_if_run)
    steps = {step.name: step for step in pattern.plan(notebooks)}
    step = steps["35_wages"]
    page = Page(step.name, nbformat.read(made, as_version=4), frozenset(step.makes), step.answers)
    assert {rule.__name__: list(rule(page)) for rule in RULES if list(rule(page))} == {}
    order = list(tomllib.loads((notebooks / "plan.toml").read_text()))
    assert order == sorted(order)
    before = (NOTEBOOKS / "plan.toml").read_text()
    section = pattern.SECTION.format(name="35_wages", table="wages_selection")
    assert (notebooks / "plan.toml").read_text().replace(section + "\n", "") == before


def test_the_pattern_runs_on_the_demonstration():
    said = {}
    for cell in pattern.notebook("wages_selection").cells:
        if cell.cell_type == "code":
            exec(cell.source, said)
    assert said["wages_selection"]["group"].tolist()


def test_every_sentence_of_the_pattern_is_translated_already(tmp_path):
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "35_wages.ipynb").write_text(nbformat.writes(pattern.notebook("wages_selection")))
    from coopeval.wording import translate

    said = sentences(tmp_path)
    assert len(said) >= 8
    assert [text for text in said for lang in LANGUAGES if lang != "en" and translate(text, lang) == text] == []


@pytest.mark.parametrize("name", ["wages", "3_wages", "35-wages", "35_Wages", "35_", "../35_wages", "35_wages.ipynb"])
def test_a_name_that_cannot_be_is_refused(notebooks, name):
    with pytest.raises(ParameterError, match="such as 35_wages"):
        pattern.new(name, notebooks, as_if_run)


def test_a_taken_number_or_matter_is_refused_with_a_free_one(notebooks):
    with pytest.raises(ParameterError, match="30_jobs.*for instance 31"):
        pattern.new("30_wages", notebooks, as_if_run)
    with pytest.raises(ParameterError, match="30_jobs"):
        pattern.new("35_jobs", notebooks, as_if_run)


def test_a_notebook_that_fails_leaves_nothing_behind(notebooks, monkeypatch):
    def fail(folder, only):
        raise CoopevalError("failed")

    before = {path.name: path.read_bytes() for path in notebooks.iterdir()}
    with pytest.raises(CoopevalError):
        pattern.new("35_wages", notebooks, fail)
    monkeypatch.setattr(pattern, "planned", lambda text, name, table: text + "[broken")
    with pytest.raises(ParameterError):
        pattern.new("35_wages", notebooks, as_if_run)
    assert {path.name: path.read_bytes() for path in notebooks.iterdir()} == before


@pytest.fixture
def project(tmp_path):
    """A project with a lock and data, and nothing else."""
    (tmp_path / "requirements.lock").write_text("pandas==0.0.1 \\\n    --hash=x\nno-such-thing==2.0 \\\n    --hash=x\n")
    for name in ("structures", "projects", "enterprises"):
        (tmp_path / "mine").mkdir(exist_ok=True)
        (tmp_path / "mine" / f"{name}.csv").write_text("x\n")
    return tmp_path


def test_the_doctor_says_what_is_missing_and_what_to_do_in_three_languages(project):
    lines = doctor.examined(project, Path("nowhere"), Path("reports"))
    wrong = {line.said: line for line in lines if line.state == doctor.MISSING}
    assert [line.values.get("names") for line in wrong.values()] == [
        "no-such-thing", "pandas", "structures, projects, enterprises",
    ]  # fmt: skip
    assert all(line.step for line in wrong.values())
    told = ["\n".join(line.told(lang) for line in lines) for lang in LANGUAGES]
    assert len(set(told)) == 3 and not any("{" in text for text in told)


def test_the_doctor_changes_nothing_and_tells_neither_path_nor_user(project, monkeypatch):
    before = sorted(project.rglob("*"))
    lines = doctor.examined(project, Path("mine"), Path("reports"))
    assert sorted(project.rglob("*")) == before
    told = "\n".join(line.told("en") for line in lines)
    assert (
        str(project) not in told
        and str(Path.home()) not in told.replace(str(Path("/")), "", 0)
        or Path.home() == Path("/")
    )
    assert "3 tables in mine" in told and "coopeval check mine" in told


def test_what_only_leaves_something_out_does_not_stop_a_report(project, monkeypatch):
    monkeypatch.setattr(doctor.shutil, "which", lambda name: None)
    monkeypatch.delenv("COOPEVAL_CHROMIUM", raising=False)
    found = [line for line in doctor.examined(project, Path("mine"), Path("reports")) if line.state == doctor.WITHOUT]
    assert {"No Chromium: the checks in a browser are skipped, reports are made.",
            "No ssh-keygen: reports cannot be signed."} <= {line.said for line in found}  # fmt: skip


def test_a_full_disk_and_a_closed_folder_are_said(project, monkeypatch):
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(1, 1, 5_000_000))
    monkeypatch.setattr(doctor.os, "access", lambda path, mode: mode == doctor.os.R_OK)
    told = [line.told("en") for line in doctor.examined(project, Path("mine"), Path("reports"))]
    assert any("5 MB free" in line and "Make room." in line for line in told)
    assert any("Nothing can be written in reports" in line for line in told)


@pytest.mark.parametrize("page", ["tutorial.md", "workbook.md", "working.md"])
def test_the_commands_of_the_documents_exist_with_their_options(page):
    commands = typer.main.get_command(door.app).commands
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    shown = re.findall(r"^coopeval (.+?)(?: +#.*)?$", text, re.M) + re.findall(r"`coopeval ([^`\n]+)`", text)
    assert len(shown) >= 4
    for line in shown:
        name, *words = line.split()
        known = {option for parameter in commands[name].params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= known, line
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    assert set(re.findall(r"`make ([a-z]+)", text)) <= set(targets)
