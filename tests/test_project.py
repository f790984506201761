"""The house from outside: lock, environment, commands, documents and what may never be committed."""

import importlib.util
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from functools import cache

import pytest
import typer
import yaml
from packaging.requirements import Requirement
from packaging.version import Version

import coopeval
from coopeval.provenance.digests import ROOT
from coopeval.schema.page import page

LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.M)
MAKE = (ROOT / "Makefile").read_text(encoding="utf-8")


def made(*arguments):
    return subprocess.run(["make", *arguments], cwd=ROOT, capture_output=True, text=True)


def committed() -> list[str]:
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        pytest.skip("not a clone of the repository")
    return [name for name in done.stdout.split("\0") if name]


def test_the_lock_names_no_address():
    assert "://" not in LOCK
    assert not re.search(r"^--(extra-)?index-url|^--find-links|^--trusted-host", LOCK, re.M)


def test_every_pin_of_the_lock_has_a_hash():
    blocks = re.split(r"\n(?=[A-Za-z0-9])", LOCK.strip())
    pins = [block for block in blocks if PINNED.match(block)]
    assert len(pins) > 100
    assert all("--hash=sha256:" in block for block in pins)


def test_the_lock_keeps_what_the_requirements_ask():
    locked = {}
    for name, version in PINNED.findall(LOCK):
        locked.setdefault(name.lower().replace("_", "-"), []).append(Version(version))
    lines = (ROOT / "requirements.in").read_text(encoding="utf-8").splitlines()
    for line in (line for line in lines if line and not line.startswith("#")):
        asked = Requirement(line)
        assert all(version in asked.specifier for version in locked[asked.name.lower()]), f"make lock: {line}"


def test_conda_users_get_the_same_lock_and_python():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    assert environment["channels"] == ["conda-forge", "nodefaults"]
    assert environment["dependencies"] == ["python=3.11", "pip", {"pip": ["-r requirements.lock"]}]
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["requires-python"]
    assert asked == ">=3.11"


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not here")
@pytest.mark.parametrize(
    "target", ["help", "report", "test", "check", "lab", "bench", "clean", "lock", "demo", "notebooks"]
)
def test_make_knows_its_words_and_explains_them(target):
    assert made("--dry-run", target).returncode == 0
    assert re.search(rf"make {target}\s+\w", made("help").stdout)


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not here")
def test_make_says_what_is_wrong_with_an_old_python(tmp_path):
    old = tmp_path / "python"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    done = made(f"PYTHON={old}", f"VENV={tmp_path / 'venv'}", "environment")
    assert done.returncode and "Python 3.11 or later is needed" in done.stderr


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not here")
def test_make_says_what_to_install_where_no_environment_can_be_made(tmp_path):
    bare = tmp_path / "python"
    bare.write_text('#!/bin/sh\n[ "$1" = -m ] && exit 1\nexit 0\n')
    bare.chmod(0o755)
    done = made(f"PYTHON={bare}", f"VENV={tmp_path / 'venv'}", "environment")
    assert done.returncode and "python3-venv" in done.stderr


def test_ci_runs_what_everyone_runs():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert script.rstrip().endswith("exec make test")
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "test.yml").read_text(encoding="utf-8"))
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    assert [step["run"] for step in steps if "run" in step] == [".ci/run"]
    assert "schedule" not in workflow[True], "no scheduled report: real data never lie in the repository"


def test_the_command_starts_without_being_installed():
    done = subprocess.run([sys.executable, "-m", "coopeval", "--help"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0 and "Usage: coopeval" in done.stdout


def test_the_library_hands_out_its_areas_on_first_use():
    code = (
        "import sys, coopeval; assert 'pandas' not in sys.modules; coopeval.semesters; print('pandas' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "True\n"
    assert "semesters" in dir(coopeval)
    with pytest.raises(AttributeError, match="coopeval has no 'nothing'"):
        coopeval.nothing  # noqa: B018


def test_the_page_of_tables_is_the_one_the_schema_writes():
    assert (ROOT / "docs" / "tables.md").read_text(encoding="utf-8") == page(), "make docs"


def test_the_page_of_indicators_is_the_one_the_catalogue_writes():
    from coopeval.indicators.page import page

    assert (ROOT / "docs" / "indicators.md").read_text(encoding="utf-8") == page(), "make docs"


def test_real_data_cannot_be_committed():
    ignored = subprocess.run(
        ["git", "check-ignore", "data/real/jobs.csv", "reports/2026S1/run.json", "faults.csv", "data/demo/jobs.csv"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if ignored.returncode == 128:
        pytest.skip("not a clone of the repository")
    assert ignored.stdout.split() == ["data/real/jobs.csv", "reports/2026S1/run.json", "faults.csv"]


@pytest.mark.promise("P9")
def test_the_repository_holds_synthetic_and_published_data_alone():
    assert len(committed()) > 100
    done = subprocess.run([sys.executable, ".ci/no_real_data.py"], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


JOBS = (ROOT / "data" / "demo" / "jobs.csv").read_text(encoding="utf-8")
SAID = '{"name": "x", "delivered_on": "2026-06-30", "synthetic": %s}'
NUMBER = "85073003328"[:2] + ".07.31-001.30"
PLANTED = {  # what is committed, and what is complained of
    "a delivery in a folder of its own": ({"received/jobs.csv": JOBS}, "received/jobs.csv: a table outside"),
    "a delivery that says it is synthetic elsewhere": (
        {"received/jobs.csv": JOBS, "received/datapackage.json": SAID % "true"}, "received/jobs.csv: a table outside"),
    "a table under another name": ({"docs/annex.txt": JOBS.replace(",", ";")}, "docs/annex.txt: a table outside"),
    "real data beside the demonstration": (
        {"data/real/jobs.csv": JOBS, "data/real/datapackage.json": SAID % "true"}, "data/real/jobs.csv"),
    "a demonstration not marked": (
        {"data/demo/jobs.csv": JOBS, "data/demo/datapackage.json": SAID % "false"}, "data/demo/jobs.csv: a table"),
    "a demonstration marked in words": (
        {"data/demo/jobs.csv": JOBS, "data/demo/datapackage.json": SAID % '"true"'}, "data/demo/jobs.csv: a table"),
    "figures without a card": ({"data/reference/figures.csv": "a,b\n1,2\n"}, "data/reference/figures.csv: neither"),
    "a note beside the data": ({"data/notes.md": "x"}, "data/notes.md: neither synthetic nor published"),
    "a workbook": ({"docs/list.xlsx": "PK"}, "docs/list.xlsx: data in a form"),
    "an archive": ({"tests/all.zip": "PK"}, "tests/all.zip: data in a form"),
    "Parquet": ({"reports/x.parquet": "PAR1"}, "reports/x.parquet: data in a form"),
    "a national number": ({"docs/note.md": f"one\ntwo {NUMBER}\n"}, "docs/note.md:2: what looks like"),
    "a national number in a table": (
        {"docs/x.csv": f"a,b\n1,{re.sub('[.-]', '', NUMBER)}\n"}, "docs/x.csv:2: what looks like"),
    "a key": ({"docs/x.txt": "-----BEGIN " + "PRIVATE KEY-----\n" + "Ab+/" * 16}, "docs/x.txt: a key"),
}  # fmt: skip


@pytest.mark.promise("P9")
def test_real_data_that_were_committed_are_found(tmp_path):
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "init.defaultBranch=main"]
    for at, (name, (files, complaint)) in enumerate(PLANTED.items()):
        place = tmp_path / str(at)
        for path, text in files.items():
            (place / path).parent.mkdir(parents=True, exist_ok=True)
            (place / path).write_text(text, encoding="utf-8")
        subprocess.run([*git, "init", "-q"], cwd=place, check=True)
        subprocess.run([*git, "add", "-f", "."], cwd=place, check=True)
        assert any(told.startswith(complaint) for told in no_real_data().complaints(no_real_data().held(place))), name


def test_what_may_be_committed_is_let_be(tmp_path):
    fine = {
        "data/demo-2025S2/jobs.csv": JOBS.encode(), "data/demo-2025S2/datapackage.json": (SAID % "true").encode(),
        "data/reference/figures.csv": b"a,b\n", "data/reference/figures.card.toml": b"", "docs/x.md": b"12345678901",
        "benchmarks/jobs.csv": b"n,seconds\n1,2\n", "requirements.lock": b"--hash=sha256:ab85073100158cd",
    }  # fmt: skip
    assert list(no_real_data().complaints(fine)) == []


@cache
def no_real_data():
    spec = importlib.util.spec_from_file_location("no_real_data", ROOT / ".ci" / "no_real_data.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_nothing_committed_names_a_home_folder():
    for name in committed():
        path = ROOT / name
        if path.suffix in {
            ".py",
            ".md",
            ".toml",
            ".yml",
            ".csv",
            ".json",
            ".ipynb",
            ".po",
            ".html",
            ".css",
            ".txt",
            "",
        }:
            text = path.read_text(encoding="utf-8", errors="ignore") if path.is_file() else ""
            found = re.search(r"(?<![\w/|])/(home|Users)/(?!els\b)\w+", text)  # els: made up, of the tests of leaks
            assert found is None, f"{name}: {found[0]}"


PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
COMMAND = re.compile(r"^(?:\.venv/bin/)?coopeval (.+)$", re.M)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_commands_of_the_documents_can_be_typed(page):
    """Each command of a block of commands is one, with options that it has; targets of make exist."""
    text = page.read_text(encoding="utf-8")
    fenced = re.findall(r"^```(\w*)\n(.*?)^```", text, re.S | re.M)
    blocks = re.sub(r" #.*", "", "\n".join(block for kind, block in fenced if kind in ("", "sh", "bash", "console")))
    targets = set(re.findall(r"^([a-z]+):", MAKE, re.M))
    assert set(re.findall(r"\bmake ([a-z]+)", blocks + " ".join(re.findall(r"`(make [a-z]+)`", text)))) <= targets
    for line in COMMAND.findall(blocks.replace("\\\n", " ")):
        _parsed(shlex.split(line, comments=True))


def _parsed(words):
    from coopeval.cli import door

    command, context = typer.main.get_command(door.app), None
    while hasattr(command, "commands"):
        context = command.make_context("coopeval", words[:1], parent=context, resilient_parsing=True)
        command, words = command.commands[words[0]], words[1:]
    command.make_context("coopeval", list(words), parent=context)


def test_a_document_with_a_wrong_command_would_be_noticed():
    for line in ("runs --data x", "run --dat x --semester 2026S1", "run --data x", "import nothing"):
        with pytest.raises((KeyError, typer.BadParameter.__mro__[1])):
            _parsed(line.split())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_links_of_the_documents_lead_somewhere(page):
    text = page.read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text) + re.findall(r'src="([^":]+)"', text)
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_readme_fits_a_screen():
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 45
